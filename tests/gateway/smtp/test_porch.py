"""Balancers: whom they name, what they must not say, and everybody else who would like to be named."""

from __future__ import annotations

import asyncio
import contextlib
import io
from ipaddress import ip_network
from typing import Any

import pytest

from gateway import logs
from gateway.smtp import porch
from gateway.smtp.proxy import BadHeader
from tests.support.balancer import binary, text
from tests.support.lobby import ANNA, LOGIN, PASSWORDS, lobby, until

GREETING = "220 postwacht.school.example ESMTP Postwacht"
FOREIGN = "550 5.7.1 Mail from this network is not taken here"
SENDER_OK = "250 2.1.0 Ok"
BALANCER = "127.0.0.9"
SETTINGS: dict[str, Any] = {
    "proxy_networks": (ip_network(f"{BALANCER}/32"),),
    "networks": (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"), ip_network("127.0.0.1/32")),
}
CHECK = b"PROXY UNKNOWN\r\n"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(logs._Log, "current", logs._make(stream, terminal=False, worker=""))
    return stream


@pytest.mark.parametrize("tls", ["none", "starttls", "implicit"])
@pytest.mark.parametrize("header", [text("192.0.2.7"), binary("2001:db8::7")], ids=["text", "binary"])
async def test_whom_the_balancer_names_is_the_client(tls: str, header: bytes) -> None:
    async with lobby(**SETTINGS, tls=tls) as here:
        client = await here.client(source=BALANCER, header=header, implicit=tls == "implicit")
        if tls == "starttls":
            await client.reply()
            await client.ask("EHLO klas.test", "STARTTLS")
            await client.starttls()
        else:
            assert await client.reply() == GREETING
        assert await client.ask("EHLO klas.test", f"MAIL FROM:<{LOGIN}>", f"RCPT TO:<{ANNA}>", "DATA") == (
            "354 End data with <CR><LF>.<CR><LF>"
        )
        await client.say(b"Subject: x\r\n\r\nDag.\r\n.\r\n")
        assert (await client.reply()).startswith("250 2.0.0 Accepted")
        (received,) = here.reception.received
        assert received.peer.address == ("192.0.2.7" if header == text("192.0.2.7") else "2001:db8::7")
        assert received.peer.tls == (tls != "none")


@pytest.mark.parametrize("header", [text("198.51.100.1"), binary("2001:db9::1"), CHECK, binary(command=0x20)])
async def test_a_client_is_judged_by_its_own_address_not_the_balancers(header: bytes) -> None:
    settings = {**SETTINGS, "networks": (*SETTINGS["networks"], ip_network(f"{BALANCER}/32"))}
    async with lobby(**settings) as here:
        client = await here.client(source=BALANCER, header=header)
        assert await client.reply() == GREETING
        assert await client.ask("EHLO klas.test", f"MAIL FROM:<{LOGIN}>") == FOREIGN


async def test_a_balancers_own_check_signs_nobody_in() -> None:
    async with lobby(**{**SETTINGS, **PASSWORDS}) as here:
        client = await here.client(source=BALANCER, header=CHECK)
        await client.reply()
        await client.ask("EHLO klas.test", "AUTH PLAIN AGoud2lzc2lua0BzY2hvb2wuZXhhbXBsZQBab25uZWJsb2VtLTQy")
        assert await client.ask(f"MAIL FROM:<{LOGIN}>") == FOREIGN


@pytest.mark.parametrize(
    "first",
    [
        b"EHLO klas.test\r\n", b"\r\n\r\n\r\n\r\n\r\n\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03....", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        text("192.0.2.7").replace(b"\r", b""), text("192.0.2.7").replace(b"TCP4", b"TCP6"), binary(command=0x31),
        binary(length=9999), b"PROXY " + b"x" * 300, b"PROXY TCP4 192.0.2.07 192.0.2.2 1 2\r\n",
    ],
)  # fmt: skip
async def test_what_begins_otherwise_is_closed_without_a_word(log: io.StringIO, first: bytes) -> None:
    async with lobby(**SETTINGS) as here:
        client = await here.client(source=BALANCER, header=first)
        with contextlib.suppress(ConnectionError):  # it had said more than was read
            assert await client.rest() == b""
        assert not here.door._connections
    assert '"event": "session_refused"' in log.getvalue()
    assert '"reason": "no_proxy_header"' in log.getvalue()
    assert f'"peer": "{BALANCER}"' in log.getvalue()
    assert '"event": "fault"' not in log.getvalue()


async def test_a_header_in_pieces_is_waited_for_and_nobody_else_is_kept_waiting() -> None:
    async with lobby(**SETTINGS) as here:
        slow = await here.client(source=BALANCER)
        other = await here.client(source=BALANCER, header=text("192.0.2.8"))
        assert await other.reply() == GREETING
        for byte in text("192.0.2.7"):
            await slow.say(bytes([byte]))
        assert await slow.reply() == GREETING


async def test_a_balancer_that_says_nothing_is_not_waited_for_long(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(porch, "HEADER_SECONDS", 0.05)
    async with lobby(**SETTINGS) as here:
        client = await here.client(source=BALANCER, header=text("192.0.2.7")[:-1])
        assert await client.rest() == b""
    assert '"reason": "proxy_header_late"' in log.getvalue()


async def test_a_second_header_is_a_command_nobody_may_give() -> None:
    async with lobby(**SETTINGS) as here:
        client = await here.client(source=BALANCER, header=text("192.0.2.7") + text("192.0.2.8"))
        assert await client.reply() == GREETING
        assert await client.reply() == FOREIGN
        assert await client.rest() == b""


@pytest.mark.parametrize("behind", [True, False], ids=["beside-balancers", "no-balancers"])
async def test_whoever_comes_directly_can_not_be_somebody_else(behind: bool) -> None:
    settings = SETTINGS if behind else {"networks": SETTINGS["networks"]}
    async with lobby(**settings) as here:
        client = await here.client(source="127.0.0.2", header=text("192.0.2.7"))
        assert await client.reply() == GREETING
        assert await client.reply() == FOREIGN
        assert await client.rest() == b""
        client = await here.client(source="127.0.0.2", header=binary("192.0.2.7"))
        rest = await client.rest()
        assert b"\r\n250 " not in rest
        assert b"\r\n221 " in rest, "its signature says QUIT to whoever does not know it"
        client = await here.client(source="127.0.0.1")
        await client.reply()
        assert await client.ask("EHLO klas.test", f"MAIL FROM:<{LOGIN}>") == SENDER_OK


async def test_clients_of_one_balancer_have_each_their_own_limits() -> None:
    async with lobby(**SETTINGS, connections_per_address=1) as here:
        one, other, again = [await here.client(source=BALANCER, header=text(f"192.0.2.{n}")) for n in (1, 2, 1)]
        said = [await guest.reply() for guest in (one, other, again)]
        assert said == [GREETING, GREETING, "421 4.7.0 Too many connections"]


async def test_a_client_that_is_gone_before_it_is_taken_in_leaves_nothing_behind(log: io.StringIO) -> None:
    async with lobby(**SETTINGS, tls="implicit") as here:
        for header in (b"", b"PROXY TCP4", text("192.0.2.7"), text("192.0.2.7") + b"no TLS at all, but text\r\n"):
            client = await here.client(source=BALANCER, header=header)
            await client.hang_up()
        assert here.door.porch is not None
        await until(lambda: len(here.door.porch._tasks) == 1)  # type: ignore[union-attr]
        await here.until_empty()
        client = await here.client(source=BALANCER, header=text("192.0.2.7"), implicit=True)
        assert await client.reply() == GREETING
    assert '"event": "fault"' not in log.getvalue()


async def test_too_many_who_say_nothing_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(porch, "WAITING_MAX", 2)
    async with lobby(**SETTINGS) as here:
        silent = [await here.client(source=BALANCER) for _ in range(2)]
        assert here.door.porch is not None
        await until(lambda: len(here.door.porch._tasks) == 3)  # type: ignore[union-attr]
        assert await (await here.client(source=BALANCER, header=text("192.0.2.7"))).rest() == b""
        await silent[0].say(text("192.0.2.7"))
        assert await silent[0].reply() == GREETING
        await until(lambda: len(here.door.porch._tasks) == 2)  # type: ignore[union-attr]
        assert await (await here.client(source=BALANCER, header=text("192.0.2.7"))).reply() == GREETING


async def test_draining_lets_go_of_those_who_have_said_nothing() -> None:
    async with lobby(**SETTINGS) as here:
        silent = await here.client(source=BALANCER)
        assert here.door.porch is not None
        await until(lambda: len(here.door.porch._tasks) == 2)  # type: ignore[union-attr]
        await here.door.drain()
        assert await silent.rest() == b""
        await until(lambda: here.sock.fileno() == -1)
        with pytest.raises(ConnectionError):
            await here.client()


async def test_a_fault_of_ours_ends_one_connection_and_is_told(log: io.StringIO) -> None:
    async with lobby(**SETTINGS) as here:
        assert here.door.porch is not None
        make, here.door.porch.make = here.door.porch.make, None  # type: ignore[assignment]
        assert await (await here.client(source=BALANCER)).rest() == b""
        here.door.porch.make = make
        assert await (await here.client(source=BALANCER, header=text("192.0.2.7"))).reply() == GREETING
    assert '"event": "fault"' in log.getvalue()


async def test_while_nobody_can_be_taken_in_it_is_tried_again(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of files, say."""
    monkeypatch.setattr(porch, "PAUSE_SECONDS", 0.01)
    async with lobby(**SETTINGS) as here:
        loop, tries = asyncio.get_running_loop(), []
        accept = type(loop).sock_accept

        class Full:
            """A loop that has no file left, three times."""

            def __getattr__(self, name: str) -> Any:
                return getattr(loop, name)

            async def sock_accept(self, sock: Any) -> Any:
                tries.append(1)
                if len(tries) <= 3:
                    raise OSError(24, "Too many open files")
                return await accept(loop, sock)

        assert here.door.porch is not None
        monkeypatch.setattr(porch.asyncio, "get_running_loop", Full)
        async with asyncio.TaskGroup() as group:
            again = group.create_task(here.door.porch._accept(group))
            await until(lambda: len(tries) > 3)
            monkeypatch.undo()
            again.cancel()
        assert sum(tries) >= 4


def test_the_log_says_what_was_wrong() -> None:
    assert porch.reason(BadHeader()) == "no_proxy_header"
    assert porch.reason(TimeoutError()) == "proxy_header_late"
