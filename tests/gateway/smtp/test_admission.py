"""Who is let in: by network, by certificate, by both; and whom a network stands for."""

from __future__ import annotations

import contextlib
import ssl
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.app.build import server_tls
from gateway.config import Listener, Service
from gateway.smtp.admission import Admission, fits, names_in, plain_address
from tests.support.certificates import Authority
from tests.support.lobby import ANNA, LOGIN, certificate_files, lobby

FOREIGN = "550 5.7.1 Mail from this network is not taken here"
NOT_YOURS = "553 5.7.1 This is not your own address"
SENDER_OK = "250 2.1.0 Ok"
PEER = "*.mail.exchange.example"


@pytest.mark.parametrize(
    ("pattern", "name", "fit"),
    [
        ("mail.school.example", "mail.school.example", True),
        ("mail.school.example", "Mail.School.Example.", True),
        ("mail.school.example", "*.school.example", False),
        ("mail.school.example", "x.mail.school.example", False),
        ("mail.school.example", "mail.school.example.evil.test", False),
        ("*.school.example", "mail.school.example", True),
        ("*.school.example", "*.school.example", True),
        ("*.school.example", "a.b.school.example", False),
        ("*.school.example", "school.example", False),
        ("*.school.example", ".school.example", False),
        ("*.school.example", "evilschool.example", False),
        ("*.school.example", "", False),
    ],
)
def test_a_pattern_stands_for_one_label_and_no_more(pattern: str, name: str, fit: bool) -> None:
    assert fits(pattern, name) == fit


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_name_that_fits_ends_as_the_pattern_does(pattern: str, name: str) -> None:
    if fits(pattern, name) and not pattern.startswith("*."):
        assert name.lower().rstrip(".") == pattern


def test_only_dns_names_of_a_certificate_count() -> None:
    """A common name, a mail address or an IP address proves no host."""
    shown = {
        "subject": ((("commonName", "mail.school.example"),),),
        "subjectAltName": (
            ("DNS", "a.example"),
            ("email", "b@c.example"),
            ("IP Address", "192.0.2.1"),
            ("URI", "d.example"),
        ),
    }
    assert names_in(shown) == ("a.example",)
    assert names_in(None) == names_in({}) == ()


def relay(**settings: object) -> Listener:
    return Listener(kind="relay", address="127.0.0.1", port=1, tls="none", **settings)  # type: ignore[arg-type]


def service(name: str, *networks: str, **more: object) -> Service:
    found = tuple(ip_network(one) for one in networks)
    return Service(name=name, address=f"{name}@school.example", networks=found, **more)  # type: ignore[arg-type]


def test_where_both_are_asked_for_neither_is_enough() -> None:
    both = Admission(relay(networks=(ip_network("192.0.2.0/24"),), peer=PEER))
    assert both.admits("192.0.2.1", ("x", "eu.mail.exchange.example"))
    assert not both.admits("192.0.2.1", ("eu.mail.other.example",))
    assert not both.admits("192.0.2.1")
    assert not both.admits("198.51.100.1", ("eu.mail.exchange.example",))
    certificate = Admission(relay(peer=PEER))
    assert certificate.admits("203.0.113.9", ("eu.mail.exchange.example",))
    assert not certificate.admits("203.0.113.9")


def test_a_balancer_that_speaks_for_itself_is_let_in_nowhere() -> None:
    assert not Admission(relay(networks=(ip_network("0.0.0.0/0"),))).admits("")
    assert not Admission(relay(peer=PEER)).admits("", ("eu.mail.exchange.example",))


def test_the_narrowest_network_names_the_account() -> None:
    accounts = (
        service("all", "10.0.0.0/8"),
        service("one", "10.1.2.3/32", "fd00::7/128"),
        service("floor", "10.1.0.0/16"),
    )
    here = Admission(relay(networks=(ip_network("10.0.0.0/8"),)), accounts)
    found = {
        peer: here.account(peer)
        for peer in ("10.1.2.3", "::ffff:10.1.2.3", "10.1.9.9", "10.9.9.9", "fd00::7", "11.0.0.1")
    }
    assert {peer: account.name if account else None for peer, account in found.items()} == {
        "10.1.2.3": "one", "::ffff:10.1.2.3": "one", "10.1.9.9": "floor", "10.9.9.9": "all", "fd00::7": "one", "11.0.0.1": None,
    }  # fmt: skip


def test_on_a_submission_listener_there_are_no_accounts_of_networks() -> None:
    settings = Listener(
        kind="submission", address="127.0.0.1", port=1, networks=(ip_network("10.0.0.0/8"),), auth="network"
    )
    assert Admission(settings, (service("all", "10.0.0.0/8"),)).account("10.1.2.3") is None


def test_an_address_with_a_scope_is_an_address() -> None:
    """A printer on the same wire shows its link-local address so."""
    assert str(plain_address("fe80::1%eth0")) == "fe80::1"


async def test_an_account_writes_under_its_own_names_and_no_other() -> None:
    scanner = service("scan", "127.0.0.2/32", senders=("info@school.example",), messages_per_hour=3)
    async with lobby(kind="relay", auth=None, services=(scanner,)) as here:
        printer = await here.client(source="127.0.0.2")
        await printer.reply()
        assert await printer.ask("EHLO printer.test", f"MAIL FROM:<{LOGIN}>") == NOT_YOURS
        for sender in ("scan@school.example", "INFO@School.Example", ""):
            assert await printer.ask(f"MAIL FROM:<{sender}>") == SENDER_OK
            await printer.ask("RSET")
        assert await printer.ask("MAIL FROM:<scan@school.example>") == "452 4.5.3 Too many messages, try again later"
        here.clock.advance(minutes=20)
        assert await printer.ask("MAIL FROM:<scan@school.example>", f"RCPT TO:<{ANNA}>", "DATA") == (
            "354 End data with <CR><LF>.<CR><LF>"
        )
        await printer.say(b"From: scan@school.example\r\n\r\nScan.\r\n.\r\n")
        assert (await printer.reply()).startswith("250 2.0.0")
        account = here.reception.received[0].peer.account
        assert account is not None
        assert account.address == "scan@school.example"
        assert here.reception.received[0].window == timedelta(seconds=10), "copies wait for each other on a relay"
        assert "scan@" not in repr(account)
        person = await here.client(source="127.0.0.3")
        await person.reply()
        assert await person.ask("EHLO klas.test", f"MAIL FROM:<{LOGIN}>") == SENDER_OK


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority.make(folder)


def asking(authority: Authority, tls: str) -> tuple[dict[str, object], ssl.SSLContext]:
    """A relay that asks for a certificate of this authority, and its context as the service makes it."""
    certificate, key = certificate_files()
    settings: dict[str, object] = {
        "kind": "relay", "auth": None, "tls": tls, "peer": PEER, "networks": (), "ca_file": authority.file,
        "certificate_file": certificate, "key_file": key,
    }  # fmt: skip
    context = server_tls(Listener(address="127.0.0.1", port=1, **settings))  # type: ignore[arg-type]
    assert context is not None
    return settings, context


@pytest.mark.parametrize(
    ("names", "common", "said"),
    [
        (("outside.example", "EU.Mail.Exchange.Example"), "client", SENDER_OK),
        (("*.mail.exchange.example",), "client", SENDER_OK),
        (("mail.exchange.example",), "client", FOREIGN),
        ((), "eu.mail.exchange.example", FOREIGN),
    ],
    ids=["the-name", "its-own-star", "another-name", "only-a-common-name"],
)
async def test_a_certificate_is_taken_by_its_name(
    authority: Authority, names: tuple[str, ...], common: str, said: str
) -> None:
    settings, context = asking(authority, "starttls")
    async with lobby(server_tls=context, **settings) as here:
        client = await here.client()
        await client.reply()
        assert await client.ask("EHLO a.test", f"MAIL FROM:<{LOGIN}>") == FOREIGN, "no TLS yet"
        await client.ask("STARTTLS")
        await client.starttls(authority.issue(*names, common=common))
        assert await client.ask("EHLO a.test", f"MAIL FROM:<{LOGIN}>") == said


async def test_whoever_shows_no_certificate_hears_so(authority: Authority) -> None:
    settings, context = asking(authority, "implicit")
    async with lobby(server_tls=context, **settings) as here:
        client = await here.client(implicit=True)
        await client.reply()
        assert await client.ask("EHLO a.test", f"MAIL FROM:<{LOGIN}>") == FOREIGN


@pytest.mark.parametrize("kind", ["of-another-authority", "expired", "signed-by-itself"])
async def test_a_certificate_nobody_vouches_for_does_not_get_past_the_handshake(
    folder: Path, tmp_path: Path, authority: Authority, kind: str
) -> None:
    other = Authority.make(folder, "other")
    shown = {
        "of-another-authority": lambda: other.issue("eu.mail.exchange.example"),
        "expired": lambda: authority.issue("eu.mail.exchange.example", days=-1),
        "signed-by-itself": lambda: Authority.make(tmp_path, "authority").issue("eu.mail.exchange.example"),
    }[kind]()
    settings, context = asking(authority, "starttls")
    async with lobby(server_tls=context, **settings) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a.test", "STARTTLS")
        with contextlib.suppress(OSError):
            await client.starttls(shown)  # with TLS 1.3 the client is done before the server has looked
            assert await client.rest() == b""
        await here.until_empty()
        assert not here.reception.received


def test_without_a_file_of_authorities_the_systems_are_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority.make(folder, "system")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    settings, _ = asking(authority, "starttls")
    context = server_tls(Listener(address="127.0.0.1", port=1, **{**settings, "ca_file": None}))  # type: ignore[arg-type]
    assert context is not None
    assert context.verify_mode is ssl.CERT_OPTIONAL
    assert any("system" in str(one["subject"]) for one in context.get_ca_certs())
