"""`postwacht auth set LOGIN`: one line of the password file.

Promises: the password comes from standard input and is never printed; the file is exchanged as a whole, and only its
owner can read it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import argon2
import click

from gateway.cli.setting import Place, Stop, pass_place, takes_config


@click.group()
def command() -> None:
    """Passwords of the listeners' clients."""


@command.command("set")
@click.argument("login")
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Instead of the one in [auth] file.")
@takes_config
@pass_place
def set_password(place: Place, login: str, file: Path | None) -> None:
    """Set the password of LOGIN, read from standard input."""
    if not login or any(sign.isspace() or sign == ":" for sign in login):
        raise Stop("a login has no spaces and no colon")
    path = file or place.needed.auth.file
    if path is None:
        raise Stop('there is no password file: set auth.method = "file" and auth.file, or name one with --file')
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Stop("the password is empty")
    before = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = [line for line in before if line.partition(":")[0] != login]
    exchange(path, "".join(f"{line}\n" for line in [*kept, f"{login}:{argon2.PasswordHasher().hash(password)}"]))
    click.echo(f"{login}: password {'changed' if len(kept) < len(before) else 'set'} in {path}")


def exchange(path: Path, text: str) -> None:
    """Write a private file anew: complete or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:  # mkstemp: 0600 from the first byte
            if path.exists():
                os.fchown(file.fileno(), path.stat().st_uid, path.stat().st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
