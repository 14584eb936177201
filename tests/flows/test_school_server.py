"""A school's mail server as it is: TLS only, an account for the gateway, and the passwords of its people.

Their passwords are tried there and nowhere else; what goes out is signed after the repair.
"""

from __future__ import annotations

import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from tests.flows.conftest import MENTOR, SMARTHOST_LOGIN
from tests.support.certificates import make_certificate
from tests.support.gateway import Gateway, wait_until
from tests.support.postfix import Postfix
from tests.support.signatures import Private, pem, right, seen_by_perl

PASSWORD = "Merel-op-het-dak-9"
PARENTS = ("aylin.demirci@hotmail.example", "sanne.vanrijsbergen@ziggo.example")
TEXT = (
    f"From: Daan 't Hooft <{MENTOR}>\r\nTo: {PARENTS[0]}, {PARENTS[1]}\r\nSubject: Museum\r\n"
    "Message-ID: <museum@zilverberg.example>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n\r\n"
    "Beste ouders,\r\n.\r\nMorgen gaan we naar het museum.\r\n"
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Postfix]:
    certificate, key = make_certificate(folder)
    settings = {
        "smtpd_tls_security_level": "encrypt",
        "smtpd_tls_auth_only": "yes",
        "smtpd_tls_cert_file": str(certificate),
        "smtpd_tls_key_file": str(key),
    }
    postfix = Postfix.start(settings=settings, login=SMARTHOST_LOGIN, people={MENTOR: PASSWORD})
    yield postfix
    postfix.stop()


@pytest.fixture(scope="module")
def signing(folder: Path) -> dict[str, Private]:
    """The school's keys, by selector and domain."""
    keys: dict[str, Private] = {
        "rsa zilverberg.example": rsa.generate_private_key(65537, 2048),
        "ed zilverberg.example": ed25519.Ed25519PrivateKey.generate(),
    }
    for name, key in keys.items():
        (folder / f"{name.split()[0]}.pem").write_bytes(pem(key))
    return keys


@pytest.fixture(scope="module")
def service(folder: Path, server: Postfix, signing: dict[str, Private]) -> Iterator[Gateway]:
    gateway = Gateway.start(
        server.port,
        smarthost=f'tls = "starttls"\nca_file = "{folder}/cert.pem"\nauth = "password"\n'
        f'login = "{SMARTHOST_LOGIN[0]}@school.test"',
        auth='method = "upstream"',
        settings=f"""[dkim.keys]
"zilverberg.example" = [
  {{file = "{folder}/ed.pem", selector = "ed"}},
  {{file = "{folder}/ed.pem", selector = "later", from = 2099-01-01}},
  {{file = "{folder}/rsa.pem", selector = "rsa"}},
]
""",
        environment={"POSTWACHT__SMARTHOST__PASSWORD": SMARTHOST_LOGIN[1]},
    )
    yield gateway
    gateway.stop()


def signed_in(gateway: Gateway, password: str) -> smtplib.SMTP_SSL:
    trust = ssl.create_default_context(cafile=str(gateway.home / "cert.pem"))
    client = smtplib.SMTP_SSL("127.0.0.1", gateway.tls_port, context=trust, timeout=30)
    try:
        client.login(MENTOR, password)
    except smtplib.SMTPException:
        client.close()
        raise
    return client


def test_a_password_of_the_mail_server_lets_mail_in_and_it_leaves_signed_over_tls(
    service: Gateway, server: Postfix, signing: dict[str, Private]
) -> None:
    with signed_in(service, PASSWORD) as client:
        client.sendmail(MENTOR, PARENTS, TEXT)
    for parent in PARENTS:
        server.wait_for(parent)
        (raw,) = server.delivered()[parent]
        wire = raw.replace(b"\n", b"\r\n")
        assert f"To: Daan 't Hooft <{MENTOR}>".encode() in raw
        assert b"\n.\nMorgen" in raw
        assert right(wire, signing, 0)
        assert right(wire, signing, 1)
        assert seen_by_perl(wire, signing)[0] == "zilverberg.example rsa pass"
        added = wire.replace(b"Subject: Museum", b"To: x@y.example\r\nSubject: Museum", 1)
        assert not right(added, signing, 0)
        assert not right(added, signing, 1)
    (notice,) = server.wait_for(MENTOR)
    assert "C19" in notice.get_body(("plain",)).get_content()


def test_a_password_the_mail_server_does_not_know_is_refused(service: Gateway) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        signed_in(service, "Verkeerd-1")
    assert refused.value.smtp_code == 535


def test_while_the_mail_server_is_away_nobody_is_called_a_stranger(service: Gateway, server: Postfix) -> None:
    """Last of this file: the mail server does not come back."""
    server.process.terminate()
    server.process.wait(10)
    answers: list[int] = []

    def unchecked() -> bool:
        try:
            signed_in(service, "Nooit-eerder-geprobeerd-7").close()
        except smtplib.SMTPAuthenticationError as exc:
            answers.append(exc.smtp_code)
        return answers[-1:] == [454]

    wait_until(unchecked, 20)
    assert set(answers) <= {454, 535}
