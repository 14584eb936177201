"""`postwacht directory import`, by the published contract."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.config import load as load_config
from gateway.crypto import blind
from tests.gateway.cli.conftest import Command, call
from tests.support.gateway import Gateway
from tests.support.school import SCHOOL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHOOL, tmp_path / "school"))


@pytest.fixture
def empty() -> Iterator[Gateway]:
    service = Gateway.prepare(1, import_school=False)
    yield service
    service.stop()


def snapshots(installation: Gateway) -> int:
    async def look() -> int:
        async with installation.store() as store:
            return len(await store.snapshots())

    return asyncio.run(look())


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_a_first_import_tells_what_was_read_and_is_in_force(empty: Gateway) -> None:
    done = call("--config", empty.home / "postwacht.toml", "directory", "import", SCHOOL)
    assert done.exit_code == 0
    assert "staff.csv: 41 rows read, 41 staff" in done.stdout
    assert "0 rows rejected" in done.stdout
    assert "no directory was in force before" in done.stdout
    assert "in force: snapshot 1 (" in done.stdout
    assert snapshots(empty) == 1


def test_the_same_again_changes_nothing(at: Command, installation: Gateway) -> None:
    done = at("directory", "import", SCHOOL)
    assert "nothing changed: the directory in force stays" in done.stdout
    assert snapshots(installation) == 1


def test_what_changed_is_told_by_name_and_column(at: Command, installation: Gateway, folder: Path) -> None:
    edit(folder / "staff.csv", "d.thooft@zilverberg.example", "daan.thooft@zilverberg.example")
    with (folder / "parents.csv").open("a", encoding="utf-8") as file:
        file.write("O9999,Nora,,Vlam,Nora Vlam,moeder,nora.vlam@ziggo.example,,,,,,,G999,410040,ja,,,\n")
    edit(
        folder / "contacts.csv",
        next(line for line in (folder / "contacts.csv").read_text().splitlines()[1:]) + "\n",
        "",
    )
    done = at("directory", "import", folder)
    assert done.exit_code == 0
    assert "(email)" in done.stdout
    assert "parents: 1 new: O9999" in done.stdout
    assert "contacts: 1 gone: R01" in done.stdout
    assert "in force: snapshot 2" in done.stdout
    assert snapshots(installation) == 2


def test_a_rejected_row_is_told_with_its_line_and_reason_and_ends_with_0(at: Command, folder: Path) -> None:
    with (folder / "staff.csv").open("a", encoding="utf-8") as file:
        file.write("Z99,xyz,Jan,,Jansen,Jan Jansen,staflid,,x,geen-adres,,,,,,,,,2024-08-01,\n")
    done = at("directory", "import", folder)
    assert done.exit_code == 0
    assert 'rejected: staff.csv:43: email: "geen-adres" is no e-mail address' in done.stdout
    assert "1 rows rejected" in done.stdout


def test_a_change_of_more_than_a_tenth_needs_force(at: Command, installation: Gateway, folder: Path) -> None:
    lines = (folder / "students.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "students.csv").write_text("".join(lines[:20]), "utf-8")
    refused = at("directory", "import", folder)
    assert refused.exit_code == 1
    assert "use --force" in refused.stderr
    assert "and 91 more" in refused.stdout
    assert snapshots(installation) == 1
    assert at("directory", "import", folder, "--force").exit_code == 0
    assert snapshots(installation) == 2


def test_a_dry_run_tells_everything_and_changes_nothing(at: Command, installation: Gateway, folder: Path) -> None:
    edit(folder / "staff.csv", "d.thooft@zilverberg.example", "daan.thooft@zilverberg.example")
    done = at("directory", "import", folder, "--dry-run")
    assert done.exit_code == 0
    assert "changed" in done.stdout
    assert "dry run: nothing was changed" in done.stdout
    assert snapshots(installation) == 1


def test_a_dry_run_needs_neither_configuration_nor_store(
    empty: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bare = call("directory", "import", "--dry-run", SCHOOL)
    assert (bare.exit_code, "no configuration" in bare.stdout) == (0, True)
    young = call("directory", "import", "--dry-run", SCHOOL, "--config", empty.home / "postwacht.toml")
    assert (young.exit_code, "there is no store yet" in young.stdout) == (0, True)
    assert not (empty.state / "postwacht.db").exists()


def test_files_may_be_named_one_by_one_with_a_mapping_of_columns(at: Command, folder: Path, tmp_path: Path) -> None:
    edit(folder / "staff.csv", "team_leader_id", "chef")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[staff]\nteam_leader_id = "chef"\n')
    (folder / "lees-mij.txt").write_text("x")
    done = at("directory", "import", "--force", *sorted(folder.glob("*.csv")), "--mapping", mapping)
    assert done.exit_code == 0
    assert "nothing changed" in done.stdout


def test_parents_that_only_stand_on_their_childs_row_are_counted_too(tmp_path: Path) -> None:
    row = "400001,Bo,Vlam,1A,400001@leerling.zilverberg.example,nora.vlam@ziggo.example,Nora Vlam"
    (tmp_path / "students.csv").write_text(f"id,first_name,last_name,class,email,parent1_email,parent1_name\n{row}\n")
    done = call("directory", "import", "--dry-run", tmp_path)
    assert done.exit_code == 0
    assert "students.csv: 1 rows read, 1 students" in done.stdout
    assert "parents: 1, from the rows of others" in done.stdout


def test_columns_nobody_uses_and_files_of_others_are_named(folder: Path) -> None:
    edit(folder / "staff.csv", "team_leader_id", "schoenmaat")
    (folder / "cijfers.csv").write_text("x\n1\n")
    done = call("directory", "import", "--dry-run", folder)
    assert "staff.csv: columns not used: schoenmaat" in done.stdout
    assert "cijfers.csv: not one of ours, passed over" in done.stdout


def test_the_configuration_may_name_the_mapping(
    at: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(folder / "staff.csv", "team_leader_id", "chef")
    (tmp_path / "mapping.toml").write_text('[staff]\nteam_leader_id = "chef"\n')
    monkeypatch.setenv("POSTWACHT__DIRECTORY__MAPPING", str(tmp_path / "mapping.toml"))
    assert "nothing changed" in at("directory", "import", folder).stdout


def test_wrong_usage_ends_with_2(at: Command, tmp_path: Path) -> None:
    assert at("directory", "import").exit_code == 2
    assert at("directory", "import", tmp_path / "weg").exit_code == 2
    nothing = at("directory", "import", tmp_path)
    assert nothing.exit_code == 2
    assert str(tmp_path) in nothing.stderr


def test_a_store_that_can_not_be_opened_is_not_there(at: Command, installation: Gateway) -> None:
    (installation.state / "postwacht.db").write_text("no database at all, and long enough to be looked at" * 100)
    done = at("directory", "import", SCHOOL)
    assert done.exit_code == 3
    assert done.stderr.startswith("the store is not there")


def test_a_bsn_is_kept_as_a_digest_only_where_it_is_asked_for(
    at: Command, installation: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SCHOOL, tmp_path / "export")
    (tmp_path / "export" / "students.csv").write_text("id,bsn\nQ1,111222333\n")
    assert at("directory", "import", tmp_path / "export", "--force").exit_code == 0
    assert b'"bsn"' not in kept(installation)
    monkeypatch.setenv("POSTWACHT__DIRECTORY__BSN", "true")
    assert at("directory", "import", tmp_path / "export", "--force").exit_code == 0
    blob = kept(installation)
    assert b"111222333" not in blob
    key = load_config(installation.home / "postwacht.toml", {}).store.key.derive("roster")
    assert blind(key, "bsn\x00111222333").hex().encode() in blob


def kept(installation: Gateway) -> bytes:
    async def look() -> bytes:
        async with installation.store() as store:
            active = await store.active_snapshot()
            assert active is not None
            assert active.blob is not None
            return active.blob

    return asyncio.run(look())
