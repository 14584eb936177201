"""How much a client may do in a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import FixedClock
from gateway.smtp import limits
from gateway.smtp.limits import Allowance
from tests.support.lobby import ANNA, LOGIN, PASSWORDS, lobby
from tests.support.stores import NOON

MANY = "452 4.5.3 Too many messages, try again later"
SENDER_OK = "250 2.1.0 Ok"


@given(st.integers(1, 50), st.lists(st.floats(0, 90), max_size=60))
def test_never_more_than_the_limit_and_its_return(limit: int, waits: list[float]) -> None:
    """From a standing start: the limit at once, and one more for each share of the time that has passed."""
    clock = FixedClock(NOON)
    allowance, taken, passed = Allowance(clock, 60.0), 0, 0.0
    for wait in (*[0.0] * (limit + 3), *waits):
        clock.advance(seconds=wait)
        passed += wait
        taken += allowance.take("a", limit)
        assert taken <= limit + passed * limit / 60.0 + 1e-6
    assert taken >= limit


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 60, 1000])
def test_the_whole_allowance_is_there_at_once_and_again_a_while_later(limit: int) -> None:
    clock = FixedClock(NOON)
    allowance = Allowance(clock, 60.0)
    for _ in range(3):
        assert [allowance.take("a", limit) for _ in range(limit + 1)] == [True] * limit + [False]
        assert allowance.take("b", limit), "each has its own"
        clock.advance(seconds=60)


def test_without_a_limit_nothing_is_counted() -> None:
    allowance = Allowance(FixedClock(NOON), 60.0)
    assert all(allowance.take("a", 0) for _ in range(100))
    assert not allowance._whole_at


def test_whoever_has_everything_back_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TIDY_ABOVE", 10)
    clock = FixedClock(NOON)
    allowance = Allowance(clock, 60.0, _tidy_above=10)
    for number in range(1000):
        allowance.take(f"10.0.0.{number}", 5)
        clock.advance(seconds=1)
        assert len(allowance._whole_at) <= 30
    for number in range(100):
        assert allowance.take(f"10.0.1.{number}", 1)
    assert not any(allowance.take(f"10.0.1.{number}", 1) for number in range(100)), "nobody is forgotten too early"


async def test_one_address_sends_so_many_messages_a_minute() -> None:
    async with lobby(messages_per_minute=2) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO klas.test")
        said = [
            await client.ask(f"MAIL FROM:<{LOGIN}>", "RSET") and await client.ask(f"MAIL FROM:<{LOGIN}>")
            for _ in range(2)
        ]
        assert said[-1] == MANY
        other = await here.client(source="127.0.0.2")
        await other.reply()
        assert await other.ask("EHLO klas.test", f"MAIL FROM:<{LOGIN}>") == SENDER_OK
        here.clock.advance(seconds=30)
        assert await client.ask("RSET", f"MAIL FROM:<{LOGIN}>") == SENDER_OK


async def test_a_refused_name_is_not_counted() -> None:
    async with lobby(messages_per_minute=1) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO klas.test")
        for _ in range(5):
            assert (await client.ask("MAIL FROM:<iemand.anders@school.example>")).startswith("553")
        assert await client.ask(f"MAIL FROM:<{LOGIN}>", f"RCPT TO:<{ANNA}>") == "250 2.1.5 Ok"


async def test_one_login_sends_so_many_messages_an_hour_wherever_it_is() -> None:
    async with lobby(messages_per_hour=2, **PASSWORDS) as here:
        said = []
        for source in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
            client = await here.client(source=source)
            await client.reply()
            await client.ask("EHLO klas.test", "AUTH PLAIN AGoud2lzc2lua0BzY2hvb2wuZXhhbXBsZQBab25uZWJsb2VtLTQy")
            said.append(await client.ask(f"MAIL FROM:<{LOGIN}>"))
        assert said == [SENDER_OK, SENDER_OK, MANY]


async def test_one_address_comes_so_often_a_minute() -> None:
    async with lobby(connections_per_minute=2) as here:
        said = []
        for _ in range(3):
            client = await here.client()
            said.append((await client.reply())[:9])
            await client.hang_up()
        assert said == ["220 postw", "220 postw", "421 4.7.0"]
        assert (await (await here.client(source="127.0.0.2")).reply()).startswith("220")
        here.clock.advance(minutes=1)
        assert (await (await here.client()).reply()).startswith("220")
