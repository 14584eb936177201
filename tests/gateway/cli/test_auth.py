"""`postwacht auth set`: the password file, and that nothing of a password is ever shown."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import argon2
import pytest

from gateway.cli.auth import exchange
from tests.gateway.cli.conftest import MENTOR, Command, call
from tests.support.gateway import ROOT, Gateway


def right(path: Path, login: str, password: str) -> bool:
    hashes = dict(line.split(":", 1) for line in path.read_text().splitlines())
    try:
        return argon2.PasswordHasher().verify(hashes[login], password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def test_a_login_is_added_to_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    done = call("auth", "set", MENTOR, "--file", path, text="Zonnebloem-42\n")
    assert (done.exit_code, done.stdout) == (0, f"{MENTOR}: password set in {path}\n")
    assert right(path, MENTOR, "Zonnebloem-42")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Zonnebloem" not in path.read_text() + done.output
    assert [file.name for file in tmp_path.iterdir()] == ["passwords"]


def test_a_login_that_is_there_is_changed_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    for login in ("a", "b"):
        call("auth", "set", login, "--file", path, text="een\n")
    done = call("auth", "set", "a", "--file", path, text="twee\r\n")
    assert "password changed" in done.stdout
    assert right(path, "a", "twee")
    assert right(path, "b", "een")
    assert len(path.read_text().splitlines()) == 2


def test_the_file_of_the_configuration_is_the_usual_one(at: Command, installation: Gateway) -> None:
    assert at("auth", "set", "nieuw@zilverberg.example", text="x y\n").exit_code == 0
    assert right(installation.home / "passwords", "nieuw@zilverberg.example", "x y")


@pytest.mark.parametrize("login", ["", "a b", "a:b", "a\tb"])
def test_a_login_the_file_could_not_hold_is_refused(tmp_path: Path, login: str) -> None:
    done = call("auth", "set", login, "--file", tmp_path / "p", text="x\n")
    assert done.exit_code == 2
    assert "no spaces and no colon" in done.stderr


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_password_is_refused(tmp_path: Path, text: str) -> None:
    done = call("auth", "set", "a", "--file", tmp_path / "p", text=text)
    assert (done.exit_code, "is empty" in done.stderr) == (2, True)
    assert not (tmp_path / "p").exists()


def test_without_a_file_it_says_what_to_set(
    at: Command, monkeypatch: pytest.MonkeyPatch, installation: Gateway
) -> None:
    config = installation.home / "postwacht.toml"
    text = config.read_text()
    start, rest = text.split("[auth]\n")
    config.write_text(start + rest[rest.index("[store]") :].replace("", ""))
    config.write_text(config.read_text().replace('auth = "none"\ntls = "none"', 'auth = "none"\ntls = "starttls"'))
    done = at("auth", "set", "a", text="x\n")
    assert done.exit_code == 2
    assert "auth.file" in done.stderr


def test_a_terminal_is_asked_twice_and_echoes_nothing(tmp_path: Path) -> None:
    path, (ours, theirs) = tmp_path / "p", pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "gateway", "auth", "set", "a", "--file", str(path)],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    for question in (b"Password: ", b"Repeat for confirmation: "):
        while not said.endswith(question):
            said += os.read(ours, 1024)
        os.write(ours, b"Zonnebloem-42\n")
    try:
        while chunk := os.read(ours, 1024):
            said += chunk
    except OSError:  # the terminal's other end is closed
        pass
    os.close(ours)
    assert child.wait(30) == 0, said
    assert b"Zonnebloem" not in said
    assert right(path, "a", "Zonnebloem-42")


def test_an_exchange_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "p"
    exchange(path, "oud\n")
    with pytest.raises(UnicodeEncodeError):
        exchange(path, "\udc80")
    assert path.read_text() == "oud\n"
    assert [file.name for file in tmp_path.iterdir()] == ["p"]
