"""`postwacht check-config`, and what all commands share: where the configuration is and how they end."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ed25519

import gateway.__main__
from gateway.cli import COMMANDS, Commands, postwacht
from gateway.cli.bench import shipped_policy
from gateway.cli.setting import account
from gateway.config.kinds import unproved
from tests.gateway.cli.conftest import Command, call
from tests.support.gateway import ROOT, Gateway
from tests.support.signatures import pem
from tests.support.stores import built

BAD = ROOT / "tests" / "bad_configs"


def edit(installation: Gateway, before: str, after: str) -> None:
    config = installation.home / "postwacht.toml"
    text = config.read_text()
    assert before in text
    config.write_text(text.replace(before, after))


def test_a_configuration_that_is_right_is_read_and_its_policy_told(at: Command, installation: Gateway) -> None:
    done = at("check-config")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == f"{installation.home / 'postwacht.toml'}: read"
    assert lines[1].startswith("policy: shipped, ")
    assert lines[2].startswith("not checked by this version: C4, ")
    assert lines[-1] == "the configuration is in order"
    assert at("policy", "import").exit_code == 0
    assert "policy: in force, " in at("check-config").stdout


@pytest.mark.parametrize("case", sorted(path.name for path in BAD.iterdir() if path.is_dir()))
def test_every_mistake_is_told_at_once_with_its_key(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "postwacht.toml").write_bytes((BAD / case / "postwacht.toml").read_bytes())
    done = call("check-config")
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert lines[-1] in {f"{len(lines) - 1} mistakes", "1 mistake"}
    assert all(line.startswith("postwacht.toml") for line in lines[:-1])


def test_the_environment_wins_and_is_named_where_it_is_wrong(at: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTWACHT__SMARTHOST__PORT", "25000000")
    monkeypatch.setenv("POSTWACHT__SMARTHOST__HOTS", "x")
    done = at("check-config")
    assert done.exit_code == 2
    assert "POSTWACHT__SMARTHOST__PORT: must be at most 65535" in done.stdout
    assert "POSTWACHT__SMARTHOST__HOTS" in done.stdout
    assert done.stdout.endswith("2 mistakes\n")


def test_what_works_but_not_well_is_a_warning(at: Command, installation: Gateway) -> None:
    edit(installation, 'admins = ["j.pel@zilverberg.example"]', "admins = []")
    edit(installation, 'privacy_officer = "e.lindenhout@zilverberg.example"', 'privacy_officer = ""')
    key = installation.home / "dkim.pem"
    key.write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
    dkim = f'[dkim.keys]\n"zilverberg.example" = {{file = "{key}", until = 2020-01-01}}\n'
    edit(installation, "[workers]", f"[policy]\nobserve_all = true\n{dkim}[workers]")
    (installation.home / "master.key").chmod(0o644)
    done = at("check-config")
    assert done.exit_code == 0
    for said in (
        "store.key_file: every account",
        "school.admins: nobody",
        "dkim.keys.zilverberg.example: no key counts today",
        "school.privacy_officer: nobody",
        "policy.observe_all: nothing is",
    ):
        assert f"warning: {said}" in done.stdout


def test_what_the_configuration_points_to_is_read_too(at: Command, installation: Gateway, tmp_path: Path) -> None:
    mapping, policy = tmp_path / "mapping.toml", tmp_path / "policy.toml"
    mapping.write_text('[stuff]\nx = "y"\n')
    policy.write_text(shipped_policy().replace('action = "fix"', 'action = "fixx"'))
    edit(installation, "[workers]", f'[directory]\nmapping = "{mapping}"\n[policy]\nfile = "{policy}"\n[workers]')
    done = at("check-config")
    assert done.exit_code == 2
    assert f"{mapping}" in done.stdout
    assert f"{policy}:" in done.stdout
    assert done.stdout.endswith("2 mistakes\n")


def test_a_policy_all_of_which_is_checked_says_nothing_of_what_is_not(at: Command, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(shipped_policy().replace("built = false", "built = true"))
    said = at("policy", "import", policy)
    assert said.exit_code == 0
    assert "not checked" not in said.stdout


def test_a_database_that_can_not_be_read_is_a_mistake(at: Command, installation: Gateway) -> None:
    (installation.state / "postwacht.db").write_text("nonsense, and enough of it to be looked at" * 100)
    done = at("check-config")
    assert done.exit_code == 2
    assert "store.url: the database can't be used" in done.stdout


def test_without_a_configuration_it_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("check-config")
    assert done.exit_code == 2
    assert done.stderr == (
        "there is no postwacht.toml and no /etc/postwacht/postwacht.toml; name the configuration with --config\n"
    )


def test_the_file_in_the_current_folder_is_found(installation: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(installation.home)
    assert call("check-config").exit_code == 0


@pytest.mark.parametrize("after", [True, False])
def test_config_may_stand_before_and_after_the_command(installation: Gateway, after: bool) -> None:
    option = ("--config", installation.home / "postwacht.toml")
    assert call(*(("check-config", *option) if after else (*option, "check-config"))).exit_code == 0


def test_every_command_is_listed_with_a_line_of_help_and_takes_config() -> None:
    done = call("--help")
    assert done.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout
    assert isinstance(postwacht, Commands)
    context = click.Context(postwacht)
    for name in set(COMMANDS) - {"demo"}:
        command = postwacht.get_command(context, name)
        leaves = command.commands.values() if isinstance(command, click.Group) else [command]
        for leaf in leaves:
            assert leaf is not None
            assert "--config" in {word for option in leaf.params for word in option.opts}, (name, leaf.name)
            assert leaf.help


def test_a_command_nobody_knows_is_wrong_usage() -> None:
    assert call("bestaat-niet").exit_code == 2


def test_a_fault_of_ours_is_not_dressed_up_as_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.policy.in_force", lambda _place: 1 / 0)
    done = CliRunner().invoke(postwacht, ["policy", "show"])
    assert isinstance(done.exception, ZeroDivisionError)
    assert done.exit_code == 1


def test_it_can_be_started_by_its_name_and_as_a_module() -> None:
    beside = Path(sys.executable).parent / "postwacht"
    for command in ([str(beside)], [sys.executable, "-m", "gateway"]):
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False, cwd=ROOT)
        assert (done.returncode, done.stdout) == (0, "postwacht 0.1.0\n"), done.stderr


def test_the_entry_point_ends_the_process_with_the_commands_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["x", "bestaat-niet"])
    with pytest.raises(SystemExit) as ended:
        gateway.__main__.main()
    assert ended.value.code == 2


def test_an_account_without_a_name_is_known_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert account() == getpass.getuser()

    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert account() == f"uid {os.getuid()}"


def test_a_postgresql_that_is_not_there_is_said_for_each_database(tmp_path: Path) -> None:
    with built("postgresql", tmp_path / "state") as house:
        state, keys = house.databases
        gone = replace(keys, name="nowhere")
        for pair, said in (((state, keys), ""), ((state, gone), "keys_url"), ((gone, keys), "url")):
            service = Gateway.prepare(1, databases=pair, import_school=False)
            done = call("--config", service.home / "postwacht.toml", "check-config")
            service.stop()
            if said:
                assert done.exit_code == 2
                assert (
                    f"store.{said}: the database can't be used: the database refused: OperationalError" in done.stdout
                )
                assert "1 mistake\n" in done.stdout
            else:
                assert done.exit_code == 0
                assert "policy: shipped" in done.stdout
                assert "verify-full" not in done.stdout


def test_a_server_nobody_can_prove_to_be_the_one_is_a_warning(installation: Gateway, at: Command) -> None:
    address = "postgresql+psycopg://gateway@0.0.0.0:1"
    edit(installation, installation.urls[0], f"{address}/post")
    edit(installation, installation.urls[1], f"{address}/keys")
    edit(installation, "[workers]", f'[archive]\nblobs = "{installation.state}"\n[workers]')
    done = at("check-config")
    for key in ("url", "keys_url"):
        assert f"warning: store.{key}: without sslmode=verify-full" in done.stdout
        assert f"store.{key}: the database can't be used" in done.stdout


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("sqlite:////var/lib/post.db", False),
        ("postgresql+psycopg://a@/post?host=/run/postgresql", False),
        ("postgresql+psycopg://a@127.0.0.1/post", False),
        ("postgresql+psycopg://a@[::1]:5433/post", False),
        ("postgresql+psycopg://a@db.school.example/post", True),
        ("postgresql+psycopg://a@db.school.example/post?sslmode=require", True),
        ("postgresql+psycopg://a@/post?host=db.school.example", True),
        ("postgresql+psycopg://a@db.school.example/post?sslmode=verify-full", False),
    ],
)
def test_a_server_over_the_network_should_prove_who_it_is(url: str, *, warned: bool) -> None:
    assert unproved(url) is warned
