"""`postwacht policy`: versions in the store, and what a mode changes in the text."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.cli.bench import shipped_policy
from gateway.cli.setting import account
from rules.policy import load, with_mode
from tests.gateway.cli.conftest import Command, call, objects
from tests.support.gateway import Gateway


def versions(installation: Gateway) -> list[tuple[str, str, bool]]:
    async def look() -> list[tuple[str, str, bool]]:
        async with installation.store() as store:
            return [(version.text, version.author, version.active) for version in await store.policy_versions()]

    return asyncio.run(look())


def test_import_without_a_file_puts_the_shipped_one_in_force(at: Command, installation: Gateway) -> None:
    done = at("policy", "import")
    assert done.exit_code == 0
    assert done.stdout.startswith("policy: in force, ")
    assert "not checked by this version: C4, " in done.stdout
    assert versions(installation) == [(shipped_policy(), account(), True)]


def test_import_without_a_file_takes_the_one_the_configuration_names(
    at: Command, installation: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(with_mode(shipped_policy(), "C18", "off"))
    monkeypatch.setenv("POSTWACHT__POLICY__FILE", str(file))
    assert at("policy", "show").stdout == file.read_text(), "what a new installation would begin with"
    assert at("policy", "import").exit_code == 0
    assert versions(installation)[0][0] == file.read_text()


def test_a_policy_with_a_mistake_is_never_put_in_force(at: Command, installation: Gateway, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(shipped_policy().replace('action = "fix"', 'action = "fixx"'))
    done = at("policy", "import", file)
    assert done.exit_code == 2
    assert f"{file}:" in done.stderr
    assert "fixx" in done.stderr
    assert versions(installation) == []


def test_show_prints_the_text_in_force_byte_by_byte(at: Command) -> None:
    assert at("policy", "show").stdout == shipped_policy()
    assert call("policy", "show").stdout == shipped_policy(), "without an installation: the shipped one"


def test_show_json_is_one_object_a_clause(at: Command) -> None:
    rows = objects(at("policy", "show", "--json"))
    assert [row["clause"] for row in rows] == [f"C{number}" for number in range(1, 38)]
    fix = next(row for row in rows if row["clause"] == "C19")
    assert (fix["action"], fix["approver"], fix["mode"], fix["built"]) == ("fix", "self", "enforce", True)
    assert fix["title"] == "Eigen adres in Aan, alle andere in BCC"
    assert fix["parameters"]["repair"] == "bcc"
    assert next(row for row in rows if row["clause"] == "C34")["approver"] is None
    assert not next(row for row in rows if row["clause"] == "C4")["built"]


def test_diff_shows_what_a_file_would_change_and_nothing_when_it_is_the_same(at: Command, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(shipped_policy())
    assert at("policy", "diff", file).stdout == ""
    file.write_text(with_mode(shipped_policy(), "C19", "observe"))
    said = at("policy", "diff", file)
    assert said.exit_code == 0
    assert '+mode = "observe"' in said.stdout


def test_mode_makes_a_new_version_with_only_that_changed(at: Command, installation: Gateway) -> None:
    assert at("policy", "mode", "c19", "observe").exit_code == 0
    assert at("policy", "mode", "C18", "off").exit_code == 0
    (latest,) = [text for text, _, active in versions(installation) if active]
    policy = load(latest)
    assert {clause.id: clause.mode for clause in policy.clauses.values() if clause.mode != "enforce"} == {
        "C19": "observe",
        "C18": "off",
    }
    assert len(versions(installation)) == 2
    assert at("policy", "mode", "C19", "enforce").exit_code == 0
    assert at("policy", "mode", "C18", "enforce").exit_code == 0
    (again,) = [text for text, _, active in versions(installation) if active]
    assert set(again.splitlines()) - set(shipped_policy().splitlines()) <= {'mode = "enforce"'}


@pytest.mark.parametrize("clause", [f"C{number}" for number in range(1, 38)])
def test_a_mode_is_changed_in_place_for_every_clause(clause: str) -> None:
    changed = with_mode(shipped_policy(), clause, "off")
    if clause == "C34":  # the archive is never only observed or off
        return
    before, after = load(shipped_policy()), load(changed)
    assert {name for name in before.clauses if before.clauses[name] != after.clauses[name]} == {clause}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["mode", "C99", "off"], 2, "there is no clause C99"),
        (["mode", "C19", "soms"], 2, "is not one of"),
        (["mode", "C34", "off"], 2, "C34"),
        (["import", "weg.toml"], 2, "does not exist"),
    ],
)
def test_what_can_not_be_is_said(at: Command, words: list[str], code: int, said: str) -> None:
    done = at("policy", *words)
    assert done.exit_code == code
    assert said in done.stderr


def test_without_an_installation_nothing_can_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["import"], ["mode", "C19", "off"]):
        done = call("policy", *words)
        assert done.exit_code == 2
        assert "there is no postwacht.toml" in done.stderr
