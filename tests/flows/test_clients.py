"""Real mail clients hand a message to several parents to the real gateway, over TLS with a password; a real Postfix takes
what comes out. Whatever the client, the parents don't see each other and the teacher hears why."""

from __future__ import annotations

import smtplib
import ssl
import subprocess
import uuid
from pathlib import Path

import pytest

from tests.flows.conftest import MENTOR
from tests.support.gateway import PASSWORD, Gateway
from tests.support.postfix import Postfix

PARENTS = ("aylin.demirci@hotmail.example", "sanne.vanrijsbergen@ziggo.example")


def text(mark: str) -> str:
    return (
        f"From: Daan 't Hooft <{MENTOR}>\nTo: {PARENTS[0]}, {PARENTS[1]}\nSubject: Excursie {mark}\n"
        f"Message-ID: <{mark}@zilverberg.example>\nDate: Mon, 16 Nov 2026 09:00:00 +0100\n\n"
        "Beste ouders,\n\nMorgen gaan we naar het museum. Reageren mag.\n\nGroet, de mentor\n"
    )


def by_smtplib_starttls(gateway: Gateway, mark: str, _folder: Path) -> None:
    trust = ssl.create_default_context(cafile=str(gateway.home / "cert.pem"))
    with smtplib.SMTP("127.0.0.1", gateway.smtp_port, timeout=20) as client:
        client.starttls(context=trust)
        client.login(MENTOR, PASSWORD)
        client.sendmail(MENTOR, PARENTS, text(mark).replace("\n", "\r\n"))


def by_smtplib_implicit_tls(gateway: Gateway, mark: str, _folder: Path) -> None:
    trust = ssl.create_default_context(cafile=str(gateway.home / "cert.pem"))
    with smtplib.SMTP_SSL("127.0.0.1", gateway.tls_port, context=trust, timeout=20) as client:
        client.login(MENTOR, PASSWORD)
        client.sendmail(MENTOR, PARENTS, text(mark).replace("\n", "\r\n"))


def by_swaks(gateway: Gateway, mark: str, folder: Path) -> None:
    (folder / "message").write_text(text(mark))
    run("swaks", "--server", f"127.0.0.1:{gateway.smtp_port}", "--tls", "--auth", "PLAIN", "--auth-user", MENTOR,
        "--auth-password", PASSWORD, "--from", MENTOR, "--to", ",".join(PARENTS), "--data", f"@{folder}/message",
        "--pipeline", "--silent", "2")  # fmt: skip


def by_swaks_login(gateway: Gateway, mark: str, folder: Path) -> None:
    (folder / "message").write_text(text(mark))
    run("swaks", "--server", f"127.0.0.1:{gateway.tls_port}", "--tls-on-connect", "--auth", "LOGIN", "--auth-user", MENTOR,
        "--auth-password", PASSWORD, "--from", MENTOR, "--to", ",".join(PARENTS), "--data", f"@{folder}/message",
        "--silent", "2")  # fmt: skip


def by_msmtp(gateway: Gateway, mark: str, folder: Path) -> None:
    settings = folder / "msmtprc"
    settings.write_text(
        f"account default\nhost 127.0.0.1\nport {gateway.smtp_port}\nfrom {MENTOR}\nauth on\nuser {MENTOR}\n"
        f"password {PASSWORD}\ntls on\ntls_starttls on\ntls_trust_file {gateway.home}/cert.pem\n"
    )
    settings.chmod(0o600)
    run("msmtp", "-C", str(settings), *PARENTS, stdin=text(mark))


def by_curl(gateway: Gateway, mark: str, folder: Path) -> None:
    (folder / "message").write_text(text(mark).replace("\n", "\r\n"))
    recipients = [word for parent in PARENTS for word in ("--mail-rcpt", parent)]
    run("curl", "--silent", "--show-error", f"smtps://127.0.0.1:{gateway.tls_port}", "--cacert", f"{gateway.home}/cert.pem",
        "--user", f"{MENTOR}:{PASSWORD}", "--mail-from", MENTOR, *recipients, "--upload-file", f"{folder}/message")  # fmt: skip


def by_mutt(gateway: Gateway, mark: str, folder: Path) -> None:
    settings = folder / "muttrc"
    address = MENTOR.replace("@", "%40")
    settings.write_text(
        f'set smtp_url="smtps://{address}@127.0.0.1:{gateway.tls_port}/"\nset smtp_pass="{PASSWORD}"\n'
        f'set from="{MENTOR}"\nset realname="Daan t Hooft"\nset use_envelope_from=yes\nset ssl_verify_host=no\n'
        f'set certificate_file="{gateway.home}/cert.pem"\nset ssl_usesystemcerts=no\nset copy=no\nset hostname="zilverberg.example"\n'
        f'set smtp_authenticators="plain"\nset ssl_verify_dates=no\n'
    )
    run(
        "mutt",
        "-n",
        "-F",
        str(settings),
        "-s",
        f"Excursie {mark}",
        "--",
        *PARENTS,
        stdin="Beste ouders, morgen museum.\n",
    )


def run(*command: str, stdin: str = "") -> None:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"


CLIENTS = [by_smtplib_starttls, by_smtplib_implicit_tls, by_swaks, by_swaks_login, by_msmtp, by_curl, by_mutt]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_two_parents_in_to_are_repaired_whatever_the_client(
    client, postfix: Postfix, gateway: Gateway, tmp_path: Path
) -> None:
    mark = uuid.uuid4().hex[:10]
    before = {parent: len(postfix.delivered().get(parent, [])) for parent in PARENTS}
    notices = len(postfix.delivered().get(MENTOR, []))
    client(gateway, mark, tmp_path)
    for parent in PARENTS:
        message = next(one for one in postfix.wait_for(parent, before[parent] + 1) if mark in str(one["Subject"]))
        assert [address.addr_spec for address in message["To"].addresses] == [MENTOR]
        assert message["Cc"] is None
        other = next(address for address in PARENTS if address != parent)
        raw = next(raw for raw in postfix.delivered()[parent] if mark.encode() in raw)
        assert other.encode() not in raw
        assert raw.count(b"\nMessage-ID: ") + raw.count(b"\nMessage-Id: ") == 1
    notice = postfix.wait_for(MENTOR, notices + 1)[-1]
    assert notice["Auto-Submitted"] == "auto-generated"
    body = notice.get_body(("plain",))
    assert body is not None
    assert "C19" in body.get_content()
    assert not any(parent in str(notice) for parent in PARENTS)


def test_the_wrong_password_is_refused(gateway: Gateway) -> None:
    trust = ssl.create_default_context(cafile=str(gateway.home / "cert.pem"))
    with smtplib.SMTP_SSL("127.0.0.1", gateway.tls_port, context=trust, timeout=20) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            client.login(MENTOR, "Verkeerd-1")
        assert refused.value.smtp_code == 535


def test_another_persons_address_is_refused(gateway: Gateway) -> None:
    trust = ssl.create_default_context(cafile=str(gateway.home / "cert.pem"))
    with smtplib.SMTP_SSL("127.0.0.1", gateway.tls_port, context=trust, timeout=20) as client:
        client.login(MENTOR, PASSWORD)
        code, reply = client.mail("h.brouwers@zilverberg.example")
        assert (code, reply[:5]) == (553, b"5.7.1")


def test_without_a_password_nothing_is_taken(gateway: Gateway) -> None:
    with smtplib.SMTP("127.0.0.1", gateway.smtp_port, timeout=20) as client:
        client.ehlo()
        assert client.mail(MENTOR)[0] == 530
