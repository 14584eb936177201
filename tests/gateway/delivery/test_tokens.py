"""Tokens: from a real program and a real endpoint over TLS, kept, asked for anew, and shown to nobody but the server."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import FixedClock
from gateway.delivery.smarthost import Smarthost
from gateway.delivery.tokens import (
    ANSWER_BYTES_MAX,
    EARLY_SECONDS,
    UNSAID_SECONDS,
    Command,
    Endpoint,
    Granted,
    Tokens,
    granted,
)
from gateway.errors import SmarthostRefused, SmarthostUnavailable
from tests.support.dialogues import ALL, deadlines, mail
from tests.support.scripted import OFFERS, Scripted
from tests.support.stores import NOON
from tests.support.token_office import TokenOffice

SECRET = "g3h€im"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenOffice]:
    office = TokenOffice.start(tmp_path_factory.mktemp("tokens"))
    yield office
    office.stop()


@pytest.fixture
def office(shared: TokenOffice) -> TokenOffice:
    """The endpoint as it is on a good day."""
    shared.says, shared.lasts_seconds = None, 3600
    shared.asked.clear()
    shared.headers.clear()
    return shared


def endpoint(office: TokenOffice, **changes: object) -> Endpoint:
    settings = {
        "url": f"{office.url}/token", "client_id": "postwacht", "client_secret": SECRET, "scope": "mail.send",
        "context": ssl.create_default_context(cafile=office.ca_file), "seconds": 10.0,
    }  # fmt: skip
    return Endpoint(**settings | changes)  # type: ignore[arg-type]


def program(*lines: str, seconds: float = 20.0) -> Command:
    return Command((sys.executable, "-c", "import sys, os, time, json\n" + "\n".join(lines)), seconds)


# the endpoint


async def test_the_endpoint_is_asked_as_ourselves(office: TokenOffice) -> None:
    got = await endpoint(office)()
    assert got.seconds == 3600
    assert got.token in office.good
    assert office.asked == [
        {"grant_type": "client_credentials", "client_id": "postwacht", "client_secret": SECRET, "scope": "mail.send"}
    ]
    await endpoint(office, scope="")()
    assert "scope" not in office.asked[1]


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ((401, b'{"error": "invalid_client"}'), "401"),
        ((503, b""), "503"),
        ((200, b""), "no token"),
        ((200, b"{}"), "no token"),
        ((200, b'{"access_token": "a b"}'), "no token"),
        ((200, b'{"access_token": "a\\r\\nQUIT"}'), "no token"),
        ((200, b'{"access_token": "x", "expires_in": -5}'), "no token"),
        ((200, b'{"access_token": "x"' + b" " * ANSWER_BYTES_MAX + b"}"), "no token"),
        ((200, b"[" * 50_000), "no token"),
        ((200, b'{"access_token": ' + b"[" * 50_000), "no token"),
        ((200, b"<html>Welkom</html>"), "no token"),
    ],
)
async def test_an_endpoint_without_a_token_is_said_to_be_one(
    says: tuple[int, bytes], why: str, office: TokenOffice
) -> None:
    office.says = says
    with pytest.raises(SmarthostUnavailable, match=why) as failed:
        await endpoint(office)()
    assert SECRET not in repr(failed.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_our_secret_follows_no_one_elsewhere(status: int, office: TokenOffice) -> None:
    office.says, office.headers["Location"] = (status, b""), f"{office.url}/elsewhere"
    with pytest.raises(SmarthostUnavailable, match=str(status)):
        await endpoint(office)()
    assert len(office.asked) == 1


async def test_an_endpoint_that_is_not_who_it_says_gets_no_secret(office: TokenOffice) -> None:
    with pytest.raises(SmarthostUnavailable, match="can't be reached"):
        await endpoint(office, context=ssl.create_default_context())()
    assert office.asked == []


async def test_an_endpoint_that_is_not_there_is_waited_for_elsewhere(office: TokenOffice) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(SmarthostUnavailable, match="can't be reached"):
            await endpoint(office, url=f"https://127.0.0.1:{nobody.getsockname()[1]}/")()


async def test_an_endpoint_that_says_nothing_is_left(office: TokenOffice) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        with pytest.raises(SmarthostUnavailable):
            await endpoint(office, url=f"https://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.2)()
        assert time.monotonic() - started < 5


# the command


async def test_a_command_prints_a_token_or_an_endpoints_answer() -> None:
    assert await program("print('ey.abc')")() == Granted("ey.abc", UNSAID_SECONDS)
    for unsaid in ("null", '"soon"', "[]"):
        assert granted(b'{"access_token": "x", "expires_in": ' + unsaid.encode() + b"}").seconds == UNSAID_SECONDS
    said = json.dumps({"access_token": "ey.def", "expires_in": "90"})
    assert await program(f"print({said!r})")() == Granted("ey.def", 90.0)


async def test_a_command_does_not_see_our_secrets_and_nobody_what_it_mutters(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSTWACHT__SMARTHOST__CLIENT_SECRET", "x")
    monkeypatch.setenv("TENANT", "t.1")
    got = await program(
        "sys.stderr.write('muttering')",
        "assert not sys.stdin.read()",
        "print(os.environ['TENANT'] + '.' + str(len([name for name in os.environ if name.startswith('POSTWACHT')])))",
    )()
    assert got.token == "t.1.0"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (program("sys.exit(3)"), "ended with 3"),
        (program("print('no token at all')"), "no token"),
        (program("pass"), "no token"),
        (program("print('x' * 1000000)"), "no token"),
        (program("while True: print('x' * 100000)", seconds=0.5), "too long"),
        (program("os.kill(os.getpid(), 9)"), "ended with -9"),
        (program("time.sleep(60)", seconds=0.3), "too long"),
        (Command(("/nowhere/there/is/none",)), "can't be run: FileNotFoundError"),
        (Command(("a\0b",)), "can't be run: ValueError"),
    ],
    ids=["exit code", "words", "nothing", "too much", "no end", "killed", "too slow", "not there", "no name"],
)
async def test_a_command_that_gives_no_token_says_how(command: Command, why: str) -> None:
    with pytest.raises(SmarthostUnavailable, match=why):
        await command()


async def test_a_command_that_takes_too_long_ends_with_all_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    slow = program(
        "import subprocess",
        f"child = subprocess.Popen(['sleep', '60']); open({str(mark)!r}, 'w').write(str(child.pid)); child.wait()",
        seconds=2.0,
    )
    with pytest.raises(SmarthostUnavailable):
        await slow()
    child = int(mark.read_text())
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and Path(f"/proc/{child}/stat").exists():
        if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            break
        await asyncio.sleep(0.01)
    else:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


@given(st.binary(max_size=200))
def test_whatever_is_answered_is_a_token_or_none(said: bytes) -> None:
    try:
        got = granted(said)
    except SmarthostUnavailable:
        return
    assert got.token.isascii()
    assert got.seconds > 0
    assert not set(got.token) & set(" \r\n\0\1")


# what is kept


class Source:
    """Hands out tokens that last so long, and counts."""

    def __init__(self, seconds: float = 3600) -> None:
        self.asked, self.seconds = 0, seconds
        self.down = False

    async def __call__(self) -> Granted:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            raise SmarthostUnavailable("no")
        return Granted(f"t{self.asked}", self.seconds)


async def test_one_token_serves_all_connections_until_shortly_before_its_end() -> None:
    source, clock = Source(), FixedClock(NOON)
    tokens = Tokens(source, clock)
    assert set(await asyncio.gather(*(tokens.get() for _ in range(20)))) == {"t1"}
    clock.advance(seconds=3600 - EARLY_SECONDS - 1)
    assert await tokens.get() == "t1"
    clock.advance(seconds=1)
    assert await tokens.get() == "t2"
    assert source.asked == 2


async def test_a_token_that_does_not_last_is_used_for_half_its_time() -> None:
    source, clock = Source(60), FixedClock(NOON)
    tokens = Tokens(source, clock)
    assert await tokens.get() == "t1"
    clock.advance(seconds=29)
    assert await tokens.get() == "t1"
    clock.advance(seconds=1)
    assert await tokens.get() == "t2"


async def test_a_refused_token_is_replaced_once_for_all_who_were_refused() -> None:
    source = Source()
    tokens = Tokens(source, FixedClock(NOON))
    first = await tokens.get()
    assert set(await asyncio.gather(*(tokens.get(refused=first) for _ in range(8)))) == {"t2"}
    assert source.asked == 2


async def test_while_there_is_no_token_to_be_had_everybody_hears_so() -> None:
    source = Source()
    source.down = True
    tokens = Tokens(source, FixedClock(NOON))
    answers = await asyncio.gather(*(tokens.get() for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [SmarthostUnavailable] * 3
    source.down = False
    assert await tokens.get() == "t4"


def test_no_token_and_no_secret_is_shown() -> None:
    tokens = Tokens(Source(), FixedClock(NOON))
    tokens._token = "ey.secret"
    for shown in (repr(Granted("ey.secret")), repr(tokens), repr(Endpoint("https://x.test", "id", "ey.secret"))):
        assert "ey.secret" not in shown


# what is said to the mail server


def smarthost(port: int, source: Source) -> Smarthost:
    tokens = Tokens(source, FixedClock(NOON))
    return Smarthost("127.0.0.1", port, login="post@school.example", deadlines=deadlines(10), tokens=tokens)


def shown(server: Scripted) -> list[bytes]:
    return [base64.b64decode(line.split()[2]) for line in server.heard if line.startswith("AUTH XOAUTH2 ")]


def said(token: str) -> bytes:
    return f"user=post@school.example\x01auth=Bearer {token}\x01\x01".encode()


async def test_the_token_is_said_as_the_server_wants_it() -> None:
    async with Scripted(offers=(*OFFERS, "AUTH XOAUTH2")).serving() as server:
        host = smarthost(server.port, Source())
        for _ in range(2):
            assert [result.status.value for result in await host.send(mail())] == [ALL, ALL]
        host.close()
    assert shown(server) == [said("t1")]


class Choosy(Scripted):
    """Takes one token, and says why not to others the long way."""

    wanted = b""

    def _reply(self, verb: str, address: str) -> str:
        if verb == "AUTH" and self.heard[-1].encode().split()[2] != base64.b64encode(self.wanted):
            return "334 eyJzdGF0dXMiOiI0MDAifQ=="
        return "535 5.7.3 Authentication unsuccessful" if verb == "" else super()._reply(verb, address)


async def test_a_token_that_was_withdrawn_is_replaced_at_once() -> None:
    async with Choosy().serving() as server:
        server.wanted = said("t1")
        source = Source()
        host = smarthost(server.port, source)
        assert [result.status.value for result in await host.send(mail())] == [ALL, ALL]
        host.close()
        server.wanted = said("t2")
        assert [result.status.value for result in await host.send(mail())] == [ALL, ALL]
        host.close()
    assert shown(server) == [said("t1"), said("t1"), said("t2")]
    assert source.asked == 2


async def test_a_server_that_takes_no_token_is_asked_twice_and_left() -> None:
    async with Choosy().serving() as server:
        host = smarthost(server.port, Source())
        with pytest.raises(SmarthostRefused) as refused:
            await host.send(mail())
    assert refused.value.code == 535
    assert "t1" not in str(refused.value)
    assert len(shown(server)) == 2


async def test_where_the_same_token_comes_again_it_is_not_tried_again() -> None:
    class Same(Source):
        async def __call__(self) -> Granted:
            await super().__call__()
            return Granted("t1")

    async with Choosy().serving() as server:
        with pytest.raises(SmarthostRefused):
            await smarthost(server.port, Same()).send(mail())
    assert len(shown(server)) == 1


@pytest.mark.parametrize("answer", ["454 4.7.0 Later", "504 5.5.4 What?"])
async def test_a_server_that_is_not_ready_for_tokens_costs_no_new_one(answer: str) -> None:
    source = Source()
    async with Scripted({"AUTH": answer}).serving() as server:
        with pytest.raises(SmarthostRefused):
            await smarthost(server.port, source).send(mail())
    assert source.asked == 1


async def test_without_a_token_nothing_is_sent() -> None:
    source = Source()
    source.down = True
    async with Scripted().serving() as server:
        with pytest.raises(SmarthostUnavailable):
            await smarthost(server.port, source).send(mail())
    assert not any(line.startswith("MAIL") for line in server.heard)
