"""The pool: what is kept, what is noticed, what is sent twice and what never is."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from gateway.delivery.session import LINES_MAX, PIECE_BYTES, Deadlines, Reply, Session
from gateway.delivery.smarthost import IDLE_SECONDS, Mail, Smarthost
from gateway.errors import SmarthostRefused, SmarthostUnavailable
from gateway.store.disposition import Result, Status
from tests.support.dialogues import ALL, BOTH, DIALOGUES, LATER, QUICK_SECONDS, RAW, SENDER, deadlines, mail, ours
from tests.support.scripted import DROP, OFFERS, SILENCE, Scripted

PATIENT = deadlines(10.0)


@asynccontextmanager
async def pool(port: int, times: Deadlines = PATIENT, **settings: object) -> AsyncIterator[Smarthost]:
    smarthost = Smarthost("127.0.0.1", port, hostname="gate.test", deadlines=times, **settings)  # type: ignore[arg-type]
    try:
        yield smarthost
    finally:
        smarthost.close()


def ends(results: list[Result]) -> list[str]:
    return [result.status.value for result in results]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


def test_the_loop_of_the_service_gives_the_same_outcomes() -> None:
    """All dialogues of the contract, at once, on uvloop."""

    async def one(name: str) -> tuple[str, ...]:
        async with Scripted(dict(DIALOGUES[name].says), **DIALOGUES[name].server).serving() as server:  # type: ignore[arg-type]
            return tuple(await ours(server.port, mail(), seconds=DIALOGUES[name].seconds))

    async def everything() -> list[tuple[str, ...]]:
        return await asyncio.gather(*map(one, DIALOGUES))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        got = runner.run(everything())
    assert dict(zip(DIALOGUES, got, strict=True)) == {name: one.expected for name, one in DIALOGUES.items()}


async def test_one_connection_serves_one_message_after_another() -> None:
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        for _ in range(3):
            assert ends(await smarthost.send(mail())) == [ALL, ALL]
    assert server.connections == 1
    assert len(server.messages) == 3


@pytest.mark.parametrize("offers", [OFFERS, ("8BITMIME",)], ids=["pipelining", "step by step"])
@pytest.mark.parametrize(
    "says",
    [{"MAIL": "550 No"}, {"RCPT": "550 No"}, {"DATA": "451 Later"}, {"dot": "554 No"}],
    ids=lambda says: next(iter(says)),
)
async def test_a_refusal_leaves_the_connection_as_good_as_new(says: dict[str, str], offers: tuple[str, ...]) -> None:
    async with Scripted(says, offers).serving() as server, pool(server.port) as smarthost:
        assert ALL not in ends(await smarthost.send(mail()))
        server.says = {}
        assert ends(await smarthost.send(mail())) == [ALL, ALL]
    assert server.connections == 1
    assert [raw for _, raw in server.messages] == [RAW]


async def test_a_server_that_will_not_start_anew_is_left() -> None:
    async with Scripted({"RCPT": "550 No", "RSET": "500 What?"}).serving() as server, pool(server.port) as smarthost:
        assert ends(await smarthost.send(mail())) == ["failed", "failed"]
        server.says = {}
        assert ends(await smarthost.send(mail())) == [ALL, ALL]
    assert server.connections == 2


async def test_a_kept_connection_that_was_closed_is_noticed_before_it_is_used() -> None:
    async with Scripted(closes_after=1).serving() as server, pool(server.port) as smarthost:
        for _ in range(3):
            assert ends(await smarthost.send(mail())) == [ALL, ALL]
            await until(lambda: not smarthost._idle[0].alive)
    assert server.connections == 3
    assert sum(line.startswith("MAIL") for line in server.heard) == 3


async def test_a_kept_connection_with_a_farewell_on_it_is_not_used() -> None:
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail())
        for writer in server._writers:
            writer.write(b"421 4.4.2 Idle for too long\r\n")
        await until(lambda: not smarthost._idle[0].alive)
        assert ends(await smarthost.send(mail())) == [ALL, ALL]
    assert server.connections == 2


async def test_a_kept_connection_that_dies_as_it_is_used_costs_nobody_an_attempt() -> None:
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail())
        server.hang_up()  # and our loop has had no time to see it
        assert smarthost._idle[0].alive
        assert ends(await smarthost.send(mail())) == [ALL, ALL]
    assert server.connections == 2
    assert len(server.messages) == 2


@pytest.mark.parametrize("where", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [DROP, f"421 4.3.2 Restarting{DROP}", SILENCE])
async def test_wherever_before_the_message_it_dies_a_fresh_one_is_tried_once(where: str, answer: str) -> None:
    """Only the kept connection behaves so; a server that shuts down says 421, or nothing."""
    async with Scripted().serving() as server, pool(server.port, deadlines(QUICK_SECONDS)) as smarthost:
        await smarthost.send(mail())
        server.says = {where: answer}

        async def recover() -> None:
            await until(lambda: server.connections == 2)
            server.says = {}

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(recover())
            server.after = 0.01  # the second connection's greeting takes long enough for the script to change
            sent = tasks.create_task(smarthost.send(mail()))
        assert ends(sent.result()) == [ALL, ALL]
    assert len(server.messages) == 2


async def test_a_fresh_connection_that_dies_too_is_the_servers_trouble() -> None:
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail())
        server.says = {"MAIL": DROP}
        with pytest.raises(SmarthostUnavailable):
            await smarthost.send(mail())
    assert server.connections == 2


async def test_once_the_message_is_on_its_way_it_is_not_sent_a_second_time() -> None:
    """The next attempt, much later, may repeat it once (RFC 1047); a second connection right now must not."""
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail())
        server.says = {"dot": DROP}
        assert await smarthost.send(mail()) == [
            Result(rcpt, Status.WAITING, 0, "the mail server hung up") for rcpt in BOTH
        ]
    assert server.connections == 1
    assert len(server.messages) == 2, "the server kept it, and we can't know"


async def test_a_late_answer_is_not_taken_for_the_next_messages() -> None:
    async with Scripted({"dot": SILENCE}).serving() as server, pool(server.port, deadlines(QUICK_SECONDS)) as smarthost:
        assert ends(await smarthost.send(mail())) == [LATER, LATER]
        server.says = {"dot": "554 5.6.0 Not this"}
        assert ends(await smarthost.send(mail())) == ["failed", "failed"]
    assert server.connections == 2


async def test_a_yes_before_the_message_was_sent_is_none() -> None:
    async with Scripted({"DATA": "354 Go on\r\n250 2.0.0 Taken"}).serving() as server, pool(server.port) as smarthost:
        assert ends(await smarthost.send(mail())) == [LATER, LATER]
    assert server.messages == []


async def test_a_yes_in_the_middle_of_a_large_message_is_none() -> None:
    large = mail(RAW + b"x" * 20_000_000 + b"\r\n")
    async with Scripted(answers_after=PIECE_BYTES).serving() as server, pool(server.port) as smarthost:
        assert ends(await smarthost.send(large)) == [LATER, LATER]


async def test_what_is_idle_for_long_is_left_with_a_word() -> None:
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail())
        smarthost._idle[0].used_at -= IDLE_SECONDS
        await smarthost.send(mail())
        await until(lambda: "QUIT" in server.heard)
        assert server.connections == 2
        server.heard.clear()
        smarthost.close()
        await until(lambda: "QUIT" in server.heard)


async def test_no_more_connections_than_allowed() -> None:
    async with Scripted(after=0.005).serving() as server, pool(server.port, max_connections=2) as smarthost:
        got = await asyncio.gather(*(smarthost.send(mail()) for _ in range(8)))
    assert all(ends(results) == [ALL, ALL] for results in got)
    assert server.connections == 2


async def test_who_is_stopped_in_a_dialogue_leaves_no_half_of_it_behind() -> None:
    async with Scripted({"dot": SILENCE}).serving() as server, pool(server.port) as smarthost:
        sending = asyncio.create_task(smarthost.send(mail()))
        await until(lambda: bool(server.wire))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert not smarthost._idle
        server.says = {}
        assert ends(await smarthost.send(mail())) == [ALL, ALL]


async def test_who_is_stopped_while_connecting_leaves_no_connection_behind() -> None:
    async with Scripted({"greeting": SILENCE}).serving() as server, pool(server.port) as smarthost:
        sending = asyncio.create_task(smarthost.send(mail()))
        await until(lambda: server.connections == 1)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert not smarthost._idle


async def test_the_login_is_said_as_the_server_wants_it() -> None:
    async with Scripted().serving() as server, pool(server.port, login="post", password="gehéim") as smarthost:
        await smarthost.send(mail())
        assert "gehéim" not in repr(smarthost)
    secret = base64.b64encode("\0post\0gehéim".encode()).decode()
    assert f"AUTH PLAIN {secret}" in server.heard


async def test_a_login_that_is_refused_is_said_with_its_code() -> None:
    async with Scripted({"AUTH": "535 5.7.8 Wrong"}).serving() as server, pool(server.port, login="post") as smarthost:
        with pytest.raises(SmarthostRefused) as refused:
            await smarthost.send(mail())
    assert (refused.value.code, refused.value.text) == (535, "5.7.8 Wrong")


async def test_421_to_mail_is_about_the_server_and_not_about_the_message() -> None:
    async with Scripted({"MAIL": "421 4.3.2 Closing"}).serving() as server, pool(server.port) as smarthost:
        with pytest.raises(SmarthostRefused):
            await smarthost.send(mail())
        assert not smarthost._idle


async def test_a_host_that_can_be_none_is_no_fault_of_the_message() -> None:
    smarthost = Smarthost("mail..test", 25)
    with pytest.raises(SmarthostUnavailable):
        await smarthost.send(mail())


async def test_every_parameter_is_said_where_it_is_offered_and_nowhere_else() -> None:
    dsn = {
        "ret": "HDRS",
        "envid": "QQ314159",
        f"notify:{BOTH[0]}": "NEVER",
        f"orcpt:{BOTH[1]}": "rfc822;piet+2Bx@ouders.example",
    }
    one = mail(eight_bit=True, utf8=True, dsn={**dsn, "peer": "127.0.0.1", "helo": "klas.test"})
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(one)
    assert server.heard[1:4] == [
        f"MAIL FROM:<{SENDER}> SIZE={len(RAW)} BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159",
        f"RCPT TO:<{BOTH[0]}> NOTIFY=NEVER",
        f"RCPT TO:<{BOTH[1]}> ORCPT=rfc822;piet+2Bx@ouders.example",
    ]
    async with Scripted(offers=("HELP",)).serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail(dsn=dsn))
    assert server.heard[1:4] == [f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{BOTH[0]}>", f"RCPT TO:<{BOTH[1]}>"]


async def test_an_original_recipient_in_utf_8_is_spelt_in_ascii_where_the_rest_is() -> None:
    """RFC 6533 §3: a server that was not told SMTPUTF8 would refuse the letter, and the refusal would be a bounce."""
    dsn = {f"orcpt:{BOTH[0]}": "utf-8;zoë+2Bklas@é\U0001f600.example"}
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail(dsn=dsn))
        await smarthost.send(mail(utf8=True, dsn=dsn))
    said = [line.partition("ORCPT=")[2] for line in server.heard if "ORCPT" in line]
    assert said == [r"utf-8;zo\x{EB}+2Bklas@\x{E9}\x{1F600}.example", dsn[f"orcpt:{BOTH[0]}"]]


async def test_the_words_of_a_greeting_offer_nothing() -> None:
    """Neither the first line, where a server says its name, nor what stands behind a keyword."""
    async with (
        Scripted(
            {"EHLO": "250-SMTPUTF8 greets you\r\n250-8BITMIME.test\r\n250 HELP SMTPUTF8 8BITMIME"}
        ).serving() as server,
        pool(server.port) as smarthost,
    ):
        assert ends(await smarthost.send(mail(utf8=True))) == ["failed", "failed"]
        assert ends(await smarthost.send(mail(eight_bit=True))) == ["failed", "failed"]
        assert [result.text[:5] for result in await smarthost.send(mail(utf8=True, eight_bit=True))] == [
            "5.6.7",
            "5.6.7",
        ]


@pytest.mark.parametrize(
    "flood",
    ["250-" + "\r\n250-".join(["x"] * (LINES_MAX + 5)), "250 x\r\n" * 50, "x" * 100_000],
    ids=["an endless reply", "replies nobody asked for", "an endless line"],
)
async def test_a_server_that_does_not_stop_talking_is_left(flood: str) -> None:
    async with Scripted().serving() as server, pool(server.port) as smarthost:
        await smarthost.send(mail())
        for writer in server._writers:
            writer.write(flood.encode())
        await until(lambda: smarthost._idle[0]._broken != "")
        assert not smarthost._idle[0].alive
        assert ends(await smarthost.send(mail())) == [ALL, ALL]


async def test_what_follows_garbage_is_not_an_answer() -> None:
    async with Scripted({"dot": "well\r\n250 2.0.0 Taken"}).serving() as server, pool(server.port) as smarthost:
        assert ends(await smarthost.send(mail())) == [LATER, LATER]


async def test_nothing_is_written_to_a_connection_that_is_not_there() -> None:
    session = Session(PATIENT)
    session.close()
    with pytest.raises(SmarthostUnavailable):
        session.write(b"NOOP\r\n")
    assert not session.alive


@pytest.mark.parametrize(
    ("code", "status"),
    [(0, LATER), (250, ALL), (251, ALL), (354, LATER), (421, LATER), (450, LATER), (500, "failed"), (599, "failed")],
)
def test_only_two_hundred_and_something_is_a_yes(code: int, status: str) -> None:
    assert Reply(code, ("5.1.1 some", "words")).outcome(BOTH[0]) == Result(
        BOTH[0], Status(status), code, "5.1.1 some words"
    )


def test_nobody_is_shown_by_a_log_of_the_mail() -> None:
    assert not any(word in repr(mail()) for word in (*BOTH, SENDER, "morgen"))
    assert isinstance(mail(), Mail)


async def test_an_answer_that_is_there_already_is_not_waited_for() -> None:
    session = Session(PATIENT)
    session.data_received(b"220-mail.test\r\n220 ready\r\n")
    assert await session.replies(1) == [Reply(220, ("mail.test", "ready"))]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_a_large_message_arrives_whole_over_tls(
    loop: Callable[[], asyncio.AbstractEventLoop], certificate: tuple[Path, Path]
) -> None:
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    raw = RAW + (b"x" * 76 + b"\r\n") * 60_000

    async def both() -> None:
        for tls in ("starttls", "implicit"):
            server = Scripted(offers=(*OFFERS, "STARTTLS"), context=server_side, implicit=tls == "implicit")
            async with server.serving(), pool(server.port, tls=tls, context=trusting) as smarthost:
                assert ends(await smarthost.send(mail(raw))) == [ALL, ALL]
                assert ends(await smarthost.send(mail())) == [ALL, ALL]
            assert [got == wanted for (_, got), wanted in zip(server.messages, (raw, RAW), strict=True)] == [True, True]
            assert server.connections == 1

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(both())


async def test_a_large_message_is_written_no_faster_than_it_is_read() -> None:
    """What waits in our memory for a server that does not read is one piece, not the message."""
    body = b"x" * 20_000_000
    async with Scripted(reads_of_message=1).serving() as server, pool(server.port) as smarthost:
        sending = asyncio.create_task(smarthost.send(mail(RAW + body + b"\r\n")))
        await until(lambda: any(line == "DATA" for line in server.heard))
        await asyncio.sleep(0.05)
        waiting = max(transport.get_write_buffer_size() for transport in _transports_to(server.port))
        assert 0 < waiting <= 2 * PIECE_BYTES
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


def _transports_to(port: int) -> list[asyncio.Transport]:
    loop = asyncio.get_running_loop()
    return [
        transport
        for transport in list(loop._transports.values())  # type: ignore[attr-defined]
        if (transport.get_extra_info("peername") or ("", 0))[1] == port
    ]
