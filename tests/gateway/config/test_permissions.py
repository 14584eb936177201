"""Secrets that other accounts can read."""

from pathlib import Path

from gateway.config import load
from gateway.config.permissions import exposed
from tests.gateway.config.test_load import MINIMAL

EVERYTHING = MINIMAL.replace(
    'host = "smtp.school.example"',
    'host = "smtp.school.example"\nauth = "password"\nlogin = "postwacht"\n'
    'password_file = "smarthost.password"\nclient_certificate = "both.pem"',
) + (
    '[[listener]]\nkind = "relay"\naddress = "127.0.0.1"\nport = 2525\ncertificate_file = "tls.crt"\nkey_file = "tls.key"\n'
    'networks = ["10.0.0.0/8"]\nsecret_header = "X-School-Gate"\nsecret_file = "relay.secret"\n'
    '[auth]\nmethod = "file"\nfile = "passwords"\n'
    '[web]\ntls = "implicit"\ncertificate_file = "tls.crt"\nkey_file = "tls.key"\n'
    '[dkim.keys]\n"school.example" = ["dkim.key", {file = "dkim.key", selector = "two"}]\n'
)


def test_every_file_with_a_secret_is_looked_at(folder: Path) -> None:
    (folder / "passwords").write_text("")
    (folder / "both.pem").write_text((folder / "other.crt").read_text() + (folder / "other.key").read_text())
    for file in folder.iterdir():
        file.chmod(0o644)
    (folder / "postwacht.toml").write_text(EVERYTHING)
    config = load(Path("postwacht.toml"), {})
    assert [setting for setting, _ in exposed(config)] == [
        "listener[1].secret_file",
        "smarthost.password_file",
        "store.key_file",
        "listener[0].key_file",
        "listener[1].key_file",
        "smarthost.client_certificate",
        "auth.file",
        "web.key_file",
        "dkim.keys.school.example",
        "dkim.keys.school.example",
    ]


def test_files_of_the_owner_and_the_group_alone_are_in_order(folder: Path) -> None:
    (folder / "passwords").write_text("")
    (folder / "both.pem").write_text((folder / "other.crt").read_text() + (folder / "other.key").read_text())
    for file in folder.iterdir():
        file.chmod(0o640)
    (folder / "postwacht.toml").write_text(EVERYTHING)
    assert list(exposed(load(Path("postwacht.toml"), {}))) == []


def test_of_a_certificate_and_its_key_the_key_is_the_secret(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o644 if file.suffix == ".crt" else 0o600)
    text = EVERYTHING.replace('"both.pem"', '"other.crt"\nclient_key = "other.key"')
    (folder / "passwords").write_text("")
    (folder / "passwords").chmod(0o600)
    (folder / "postwacht.toml").write_text(text)
    config = load(Path("postwacht.toml"), {})
    assert list(exposed(config)) == []
    (folder / "other.key").chmod(0o644)
    assert [setting for setting, _ in exposed(config)] == ["smarthost.client_key"]
