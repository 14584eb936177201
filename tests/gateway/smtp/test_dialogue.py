"""The loop around the commands: time, TLS that fails, lines of any length, clients that do not listen."""

from __future__ import annotations

import asyncio
import socket

import pytest

from gateway.smtp import dialogue
from gateway.smtp.dialogue import COMMAND_OCTETS_MAX, READ_LIMIT
from tests.support.lobby import LOGIN, PASSWORDS, lobby, until

STARTTLS = {**PASSWORDS, "tls": "starttls"}
TOO_LONG, OK = "500 5.5.2 Line too long", "250 2.0.0 Ok"


async def test_an_idle_client_is_told_that_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "COMMAND_SECONDS", 0.05)
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        assert await client.rest() == b"421 4.4.2 Timed out\r\n"
        await here.until_empty()


async def test_a_timer_that_goes_off_early_waits_for_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "COMMAND_SECONDS", 300.0)
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        (guest,) = here.door._connections
        first = guest._timeout_handle
        guest._timeout_cb()
        assert not guest.over
        assert guest._timeout_handle is not first
        assert guest._timeout_handle.when() == pytest.approx(guest._deadline)
        guest._deadline = 0.0
        guest._timeout_cb()
        assert await client.rest() == b"421 4.4.2 Timed out\r\n"
        await here.until_empty()


async def test_each_command_begins_the_time_anew_and_half_a_command_does_not() -> None:
    """Otherwise a letter now and then keeps a place for ever."""
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        (guest,) = here.door._connections
        for command in ("NOOP", "XYZZY"):  # answered at once, and by the task
            guest._deadline = 0.0
            await client.ask(command)
            assert guest._deadline > asyncio.get_running_loop().time()
        before = guest._deadline
        await client.say(b"NOO")
        await until(lambda: guest._reader._buffer)
        assert guest._deadline == before


@pytest.mark.parametrize("length", [COMMAND_OCTETS_MAX + 1, READ_LIMIT - 1, READ_LIMIT + 7, 3 * READ_LIMIT])
@pytest.mark.parametrize("pieces", [1, 7])
async def test_a_line_of_any_length_is_one_mistake_and_its_rest_is_no_command(length: int, pieces: int) -> None:
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        step = length // pieces + 1
        line = b"a" * length
        for start in range(0, length, step):
            await client.say(line[start : start + step])
            await asyncio.sleep(0.002)
        # The rest of the line comes alone, and would be a command by itself.
        await client.say(b"NOOP\r\nNOOP\r\n")
        assert [await client.reply(), await client.reply()] == [TOO_LONG, OK]
        assert await client.ask("NOOP") == OK


@pytest.mark.parametrize("spare", [0, 1])
async def test_a_command_of_exactly_the_limit_is_a_command(spare: int) -> None:
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        said = await client.ask("NOOP " + "a" * (COMMAND_OCTETS_MAX - 7 + spare))
        assert said == (OK if not spare else TOO_LONG)


async def test_a_client_that_hangs_up_in_a_long_line_is_gone() -> None:
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        await client.say(b"a" * (READ_LIMIT + 100))
        client.writer.write_eof()
        assert await client.rest() == b""
        await here.until_empty()


async def test_a_client_that_reads_no_answers_gets_them_all_in_order_when_it_does() -> None:
    """The buffers of both sides are full in between; what would be answered at once waits its turn."""
    async with lobby() as here:
        here.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        client = await here.client(window_bytes=4096)
        await client.reply()
        client.writer.transport.pause_reading()
        (guest,) = here.door._connections
        rounds = 0
        while guest._writer.transport.get_write_buffer_size() < 100_000 and rounds < 2000:
            await client.say(b"NOOP\r\nEHLO a\r\n" + b"VRFY x\r\nRSET\r\n" * 9)
            await asyncio.sleep(0)
            rounds += 1
        client.writer.write_eof()
        client.writer.transport.resume_reading()
        data = await client.rest()
        answers = [line for line in data.decode().splitlines() if line[3] == " "]
        assert answers[:4] == [OK, "250 LIMITS RCPTMAX=1000", "252 2.5.0 Cannot verify, but will take mail", OK]
        assert answers == answers[:20] * rounds


@pytest.mark.parametrize(
    "garbage", [b"NOOP\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"GET / HTTP/1.1\r\n\r\n"], ids=["words", "alert", "http"]
)
async def test_tls_that_fails_ends_the_dialogue_and_its_place_is_free_again(garbage: bytes) -> None:
    """Otherwise whoever scans for weak TLS fills the house with connections that never end."""
    async with lobby(**STARTTLS) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a", "STARTTLS")
        await client.say(garbage)
        await client.rest()
        await here.until_empty()
        assert not here.door._peers


@pytest.mark.parametrize("polite", [True, False])
async def test_a_client_that_hangs_up_instead_of_beginning_tls_is_gone(polite: bool) -> None:
    async with lobby(**STARTTLS) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a", "STARTTLS")
        if polite:
            client.writer.close()
        else:
            await client.hang_up()
        await here.until_empty()
        assert not here.door._peers


async def test_draining_ends_a_client_that_only_promised_tls() -> None:
    async with lobby(**STARTTLS) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a", "STARTTLS")
        await here.door.drain()
        await client.rest()
        await here.until_empty()


async def test_a_client_that_ends_tls_properly_is_gone() -> None:
    async with lobby(**STARTTLS) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a", "STARTTLS")
        await client.starttls()
        assert await client.ask("NOOP") == OK
        client.writer.close()
        await here.until_empty()


async def test_mistakes_before_tls_count_after_it() -> None:
    async with lobby(**STARTTLS) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a", *["VRFY"] * 19, "STARTTLS")
        await client.starttls()
        assert await client.ask("VRFY") == "501 5.5.2 Syntax error"
        assert await client.rest() == b"421 4.7.0 Too many errors\r\n"


async def test_faults_of_ours_and_long_lists_are_no_mistakes_of_the_client() -> None:
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        assert await client.ask("EHLO a", *["MAIL FROM:<fault@x.example>"] * 30) == (
            "451 4.3.0 Temporary problem, please try again"
        )
        assert await client.ask(f"MAIL FROM:<{LOGIN}>") == "250 2.1.0 Ok"


async def test_what_comes_after_the_end_is_not_read() -> None:
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        await client.ask(*["VRFY"] * 20)
        assert await client.reply() == "421 4.7.0 Too many errors"
        await client.say(b"NOOP\r\n")
        assert await client.rest() == b""
        await until(lambda: not here.door._connections)
