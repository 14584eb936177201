"""A mail server that knows the gateway by its certificate and a token: Postfix, Dovecot, and an endpoint over TLS."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import MENTOR
from tests.support.certificates import make_certificate
from tests.support.dovecot import Dovecot
from tests.support.gateway import Gateway, wait_until
from tests.support.postfix import Postfix
from tests.support.talk import hand_over
from tests.support.token_office import TokenOffice

PARENT = "aylin.demirci@hotmail.example"
SECRET = "g3h€im"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        for part in ("office", "dovecot", "server", "client", "stranger"):
            (Path(name) / part).mkdir()
            (Path(name) / part).chmod(0o755)
        for part in ("server", "client", "stranger"):
            make_certificate(Path(name) / part)
        yield Path(name)


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[TokenOffice]:
    office = TokenOffice.start(folder / "office")
    yield office
    office.stop()


@pytest.fixture(scope="module")
def server(folder: Path, office: TokenOffice) -> Iterator[Postfix]:
    dovecot = Dovecot.start(folder / "dovecot", office)
    settings = {
        "smtpd_tls_security_level": "encrypt",
        "smtpd_tls_auth_only": "yes",
        "smtpd_tls_cert_file": f"{folder}/server/cert.pem",
        "smtpd_tls_key_file": f"{folder}/server/cert.key",
        "smtpd_tls_ask_ccert": "yes",
        "smtpd_tls_req_ccert": "yes",
        "smtpd_tls_CAfile": f"{folder}/client/cert.pem",
        "smtpd_sasl_auth_enable": "yes",
        "smtpd_sasl_type": "dovecot",
        "smtpd_sasl_path": str(dovecot.path),
        "smtpd_client_restrictions": "permit_tls_all_clientcerts, reject",
        "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
        # A kept connection ends soon: each message of this file signs in.
        "smtpd_timeout": "1s",
        "smtpd_error_sleep_time": "0s",
    }
    postfix = Postfix.start(settings=settings)
    yield postfix
    postfix.stop()
    dovecot.stop()


def smarthost(folder: Path, office: TokenOffice, *, certificate: str = "client") -> str:
    return f"""\
tls = "starttls"
ca_file = "{folder}/server/cert.pem"
client_certificate = "{folder}/{certificate}/cert.pem"
client_key = "{folder}/{certificate}/cert.key"
auth = "xoauth2"
login = "post@school.example"
token_url = "{office.url}/token"
token_ca_file = "{office.ca_file}"
client_id = "postwacht"
scope = "mail.send"
"""


def gateway(folder: Path, office: TokenOffice, server: Postfix, **changes: str) -> Gateway:
    return Gateway.start(
        server.port,
        logins=(MENTOR,),
        smarthost=smarthost(folder, office, **changes),
        environment={"POSTWACHT__SMARTHOST__CLIENT_SECRET": SECRET},
    )


@pytest.fixture(scope="module")
def service(folder: Path, server: Postfix, office: TokenOffice) -> Iterator[Gateway]:
    started = gateway(folder, office, server)
    yield started
    started.stop()


def test_the_certificate_and_a_token_open_the_door(service: Gateway, server: Postfix, office: TokenOffice) -> None:
    hand_over(service, to=(PARENT,))
    server.wait_for(PARENT)
    assert office.asked == [
        {"grant_type": "client_credentials", "client_id": "postwacht", "client_secret": SECRET, "scope": "mail.send"}
    ]


def test_a_token_that_was_withdrawn_is_replaced_without_anybody_noticing(
    service: Gateway, server: Postfix, office: TokenOffice
) -> None:
    wait_until(lambda: "timeout after" in server.log())  # the kept connection has ended
    office.withdraw()
    asked = len(office.asked)
    hand_over(service, to=(PARENT,))
    server.wait_for(PARENT, 2)
    assert len(office.asked) == asked + 1
    assert "smarthost_down" not in service.log()


def test_while_no_token_is_to_be_had_mail_waits_and_then_goes(
    service: Gateway, server: Postfix, office: TokenOffice
) -> None:
    office.withdraw()
    office.says = (503, b"")
    ends = server.log().count("timeout after")
    wait_until(lambda: server.log().count("timeout after") > ends)
    hand_over(service, to=(PARENT,))
    wait_until(lambda: "smarthost_down" in service.log())
    assert len(server.delivered()[PARENT]) == 2
    office.says = None
    server.wait_for(PARENT, 3, seconds=30)
    wait_until(lambda: "smarthost_up" in service.log())


def test_no_token_and_no_secret_is_written_anywhere(service: Gateway, office: TokenOffice) -> None:
    told = [*office.good, SECRET, "ey."]
    for file in (service.home / "log", *service.state.iterdir()):
        if file.is_file():
            written = file.read_bytes()
            assert not any(word.encode() in written for word in told), file.name


def test_without_our_certificate_nothing_leaves(folder: Path, server: Postfix, office: TokenOffice) -> None:
    """A certificate the server does not know: the mail stays, nobody is told it failed."""
    delivered = len(server.delivered()[PARENT])
    stranger = gateway(folder, office, server, certificate="stranger")
    try:
        hand_over(stranger, to=(PARENT,))
        wait_until(lambda: "smarthost_down" in stranger.log())
    finally:
        stranger.stop()
    assert len(server.delivered()[PARENT]) == delivered
