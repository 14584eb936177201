"""The demo's installation: a folder with configuration, keys, passwords and state, as an administrator would make one.

Promises: everything lies under one folder, everything listens on loopback, the passwords are random and for this
folder only. `postwacht --config FOLDER/postwacht.toml` works on it like on any other installation.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import argon2

SCHOOL = Path(str(resources.files("gateway.demo") / "school"))
MESSAGES = Path(str(resources.files("gateway.demo") / "messages"))


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it lies and how to speak to it. One password serves all logins of the demo."""

    folder: Path
    config: Path
    smtp_port: int
    web_port: int
    password: str

    @property
    def mailboxes(self) -> Path:
        """Where the mail server keeps what it got."""
        return self.folder / "mailboxes"


def install(folder: Path, *, logins: Iterable[str], smarthost_port: int) -> Installation:
    """Write a fresh installation into `folder`; one that is there already keeps its keys and its state."""
    (folder / "state").mkdir(parents=True, exist_ok=True)
    (folder / "mailboxes").mkdir(exist_ok=True)
    _keep_private(folder / "master.key", base64.b64encode(os.urandom(32)))
    password = secrets.token_urlsafe(12)
    # One hash for all: hashing is slow on purpose, and the demo's accounts share one password.
    hashed = argon2.PasswordHasher().hash(password)
    passwords = folder / "passwords"
    passwords.unlink(missing_ok=True)
    _keep_private(passwords, "".join(f"{login}:{hashed}\n" for login in sorted(set(logins))).encode())
    smtp_port, web_port, metrics_port = (_free_port() for _ in range(3))
    config = folder / "postwacht.toml"
    config.write_text(
        f"""# The demo's installation. Everything is on loopback; see docs/configuration.md for each key.
[school]
{_school()}
[[listener]]
kind = "submission"
address = "127.0.0.1"
port = {smtp_port}
tls = "none"

[smarthost]
host = "127.0.0.1"
port = {smarthost_port}
tls = "none"

[auth]
method = "file"
file = {json.dumps(str(passwords))}

[store]
url = {json.dumps("sqlite:///" + str(folder / "state" / "postwacht.db"))}
keys_url = {json.dumps("sqlite:///" + str(folder / "state" / "keys.db"))}
key_file = {json.dumps(str(folder / "master.key"))}

[web]
address = "127.0.0.1:{web_port}"
url = "http://127.0.0.1:{web_port}"
second_factor = false

[metrics]
address = "127.0.0.1:{metrics_port}"
""",
        "utf-8",
    )
    return Installation(folder, config, smtp_port, web_port, password)


def _school() -> str:
    keys = json.loads((SCHOOL / "school.json").read_text("utf-8"))
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in keys.items())


def _keep_private(path: Path, content: bytes) -> None:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
