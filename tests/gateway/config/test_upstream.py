"""The mail server's settings: a certificate of ours, and where tokens come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import Smarthost, load
from tests.gateway.config.test_load import MINIMAL


def smarthost(settings: str, **environ: str) -> Smarthost:
    Path("postwacht.toml").write_text(MINIMAL.replace('host = "smtp', f'{settings}\nhost = "smtp'))
    return load(Path("postwacht.toml"), environ).smarthost


@pytest.fixture(autouse=True)
def _here(folder: Path) -> None:
    """Every test stands in a folder with certificates and secrets."""


def test_a_token_comes_from_a_command() -> None:
    read = smarthost('auth = "xoauth2"\nlogin = "post@school.example"\ntoken_command = ["/usr/bin/token", "--json"]')
    assert read.token_command == ("/usr/bin/token", "--json")
    assert read.token_url == ""


def test_or_from_an_endpoint_that_knows_us_by_a_secret() -> None:
    settings = (
        'auth = "xoauth2"\nlogin = "post@school.example"\ntoken_url = "https://login.example/T/token?x=y"\n'
        'client_id = "post"\nscope = "mail.send"\ntoken_ca_file = "tls.crt"\n'
    )
    read = smarthost(settings + 'client_secret_file = "client.secret"')
    assert (read.token_url, read.client_id, read.scope) == ("https://login.example/T/token?x=y", "post", "mail.send")
    assert read.client_secret == "correct horse"
    assert "correct horse" not in repr(read)
    assert smarthost(settings, POSTWACHT__SMARTHOST__CLIENT_SECRET="from outside").client_secret == "from outside"


def test_a_certificate_of_ours_comes_in_one_file_or_two(folder: Path) -> None:
    (folder / "both.pem").write_text((folder / "tls.crt").read_text() + (folder / "tls.key").read_text())
    assert smarthost('client_certificate = "both.pem"').client_key is None
    read = smarthost('client_certificate = "tls.crt"\nclient_key = "tls.key"')
    assert (read.client_certificate, read.client_key) == (folder / "tls.crt", folder / "tls.key")
