"""Who may come in, how many, and how the door closes."""

from __future__ import annotations

import asyncio
import io
from ipaddress import ip_network

import pytest

from gateway import logs
from gateway.clock import FixedClock
from gateway.smtp import admission, replies
from gateway.smtp import door as doors
from gateway.smtp.door import Door
from tests.support.lobby import ANNA, LOGIN, REFERENCE, Reception, listener, lobby, until
from tests.support.stores import NOON

GREETING = "220 postwacht.school.example ESMTP Postwacht"
MANY = "421 4.7.0 Too many connections"
MESSAGE = b"Subject: x\r\n\r\nDag.\r\n.\r\n"


def door(**settings: object) -> Door:
    return Door(listener(**settings), Reception(), None, FixedClock(NOON), "h.example", None)  # type: ignore[arg-type]


async def test_one_peer_has_so_many_connections_and_no_more() -> None:
    async with lobby(connections_per_address=2) as here:
        first, second, third = [await here.client() for _ in range(3)]
        assert (await first.reply(), await second.reply()) == (GREETING, GREETING)
        assert (await third.rest()).decode() == f"{MANY}\r\n"
        other = await here.client(source="127.0.0.2")
        assert await other.reply() == GREETING
        await first.ask("QUIT")
        await until(lambda: len(here.door._connections) == 2)
        assert await (await here.client()).reply() == GREETING


async def test_the_listener_has_so_many_connections_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "CONNECTIONS_MAX", 2)
    stream = io.StringIO()
    monkeypatch.setattr(logs._Log, "current", logs._make(stream, terminal=False, worker=""))
    async with lobby() as here:
        guests = [await here.client(source=f"127.0.0.{number}") for number in (1, 2, 3)]
        said = [await guest.reply() for guest in guests]
        assert said == [GREETING, GREETING, MANY]
    assert '"event": "session_refused"' in stream.getvalue()


async def test_of_many_that_come_at_once_only_the_last_are_too_many() -> None:
    """All are connected before the first of them is spoken to."""
    async with lobby(connections_per_address=5) as here:
        guests = await asyncio.gather(*(here.client() for _ in range(12)))
        said = [await guest.reply() for guest in guests]
        assert said.count(GREETING) == 5
        assert said.count(MANY) == 7


async def test_whoever_left_is_forgotten() -> None:
    async with lobby() as here:
        for _ in range(3):
            client = await here.client()
            await client.reply()
            await client.hang_up()
        await here.until_empty()
        assert not here.door._peers


@pytest.mark.parametrize(
    ("peer", "taken"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("fd00::7", True), ("192.0.2.1", False), ("::ffff:192.0.2.1", False), ("2001:db8::1", False)],
)  # fmt: skip
def test_mail_without_a_password_is_taken_from_the_networks_named(peer: str, taken: bool) -> None:
    """A socket for both families shows an IPv4 peer in an IPv6 coat."""
    here = door(networks=(ip_network("10.0.0.0/8"), ip_network("fd00::/8")))
    for _ in range(2):  # looked up, then known
        assert here.closed(peer, login=None) is (None if taken else replies.FOREIGN)


def test_where_others_come_from_too_the_message_is_told_under_tls_only() -> None:
    settings = {"kind": "relay", "auth": None, "tls": "starttls", "networks": (ip_network("192.0.2.0/24"),)}
    shared = door(**settings, tenant_id="x")
    assert shared.closed("192.0.2.1", login=None, secure=False) is replies.STARTTLS_NEEDED
    assert shared.closed("192.0.2.1", login=None, secure=True) is None
    assert shared.closed("198.51.100.1", login=None, secure=False) is replies.FOREIGN
    indoors = door(**{**settings, "networks": (ip_network("10.0.0.0/8"),)})
    assert indoors.closed("10.0.0.1", login=None, secure=False) is None


def test_what_is_known_of_peers_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REMEMBERED_MAX", 10)
    here = door()
    for number in range(100):
        here.closed(f"192.0.2.{number}", login=None)
    assert len(here.admission._known) <= 12


async def test_draining_finishes_what_is_in_flight_and_turns_the_rest_away() -> None:
    """In flight is a message that is complete; one that is half sent is sent again elsewhere."""
    async with lobby() as here:
        here.reception.gate.clear()
        whole, half, idle, late = [await here.client() for _ in range(4)]
        await whole.begin()
        await half.begin()
        await idle.reply()
        await late.reply()
        await late.ask("EHLO a")
        await whole.say(MESSAGE)
        await half.say(MESSAGE[:10])
        await here.reception.reached.wait()
        drained = asyncio.ensure_future(here.door.drain())
        await until(lambda: here.door.draining)
        assert await late.ask(f"MAIL FROM:<{LOGIN}>") == "421 4.3.2 Service is shutting down"
        assert await late.rest() == b""
        with pytest.raises(ConnectionError):
            await here.client()
        assert not drained.done()
        here.reception.gate.set()
        await drained
        assert await whole.reply() == f"250 2.0.0 Accepted, reference {REFERENCE}"
        for guest in (whole, half, idle):
            assert await guest.rest() == b"421 4.3.2 Service is shutting down\r\n"
        assert [one.envelope.rcpt_to for one in here.reception.received] == [(ANNA,)]


async def test_whoever_comes_through_a_door_that_is_closing_is_turned_away() -> None:
    async with lobby() as here:
        here.door.draining = True
        client = await here.client()
        assert await client.rest() == b"421 4.3.2 Service is shutting down\r\n"


async def test_a_door_that_never_opened_drains_too() -> None:
    here = door()
    await here.drain()
    assert here.draining


def test_a_connection_that_is_reported_gone_twice_went_once() -> None:
    """TLS that fails is told by the dialogue; asyncio may tell it again."""

    class Guest:
        peer = "192.0.2.1"

        def good_bye(self) -> None:
            """Nobody is there."""

    here, one, other = door(), Guest(), Guest()
    here.came(one)
    here.came(other)
    here.went(one)
    here.went(one)
    assert here._peers == {"192.0.2.1": 1}
    here.went(other)
    assert not here._peers
