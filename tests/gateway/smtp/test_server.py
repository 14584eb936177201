"""The commands and the message, spoken over a real socket; the plain dialogues are in tests/dialogues."""

from __future__ import annotations

import asyncio
import io
import logging

import pytest

from gateway import logs, metrics
from gateway.pipeline.received import Answer, Outcome
from gateway.smtp import server
from gateway.smtp.ports import Login
from tests.support.lobby import ANNA, LOGIN, PASSWORD, PASSWORDS, REFERENCE, lobby, until

MESSAGE = b"Subject: Uitje\r\n\r\nTot vrijdag.\r\n"
LATER = "451 4.3.0 Temporary problem, please try again"


async def test_a_message_arrives_byte_for_byte_with_all_that_was_said_about_it() -> None:
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO klas.test", f"MAIL FROM:<{LOGIN}> SMTPUTF8 RET=HDRS ENVID=QQ314")
        await client.ask(f"RCPT TO:<{ANNA}> NOTIFY=NEVER ORCPT=rfc822;{ANNA}", "RCPT TO:<Bert@Ouders.example>", "DATA")
        await client.say(MESSAGE + b".\r\n")
        assert await client.reply() == f"250 2.0.0 Accepted, reference {REFERENCE}"
        (got,) = here.reception.received
        assert got.raw == MESSAGE
        assert (got.envelope.mail_from, got.envelope.rcpt_to) == (LOGIN, (ANNA, "Bert@Ouders.example"))
        assert (got.listener, got.smtputf8, got.at) == ("submission", True, here.clock.now())
        assert got.dsn == {
            "ret": "HDRS", "envid": "QQ314", f"notify:{ANNA}": "NEVER", f"orcpt:{ANNA}": f"rfc822;{ANNA}",
        }  # fmt: skip
        assert (got.peer.address, got.peer.helo, got.peer.tls, got.peer.login) == (
            "127.0.0.1",
            "klas.test",
            False,
            None,
        )


async def test_nothing_of_one_message_is_left_for_the_next() -> None:
    async with lobby() as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a", f"MAIL FROM:<{LOGIN}> SMTPUTF8 RET=FULL", f"RCPT TO:<{ANNA}> NOTIFY=NEVER", "DATA")
        await client.say(MESSAGE + b".\r\n")
        await client.reply()
        await client.ask(f"MAIL FROM:<{LOGIN}>", "RCPT TO:<bert@ouders.example>", "DATA")
        await client.say(MESSAGE + b".\r\n")
        await client.reply()
        second = here.reception.received[1]
        assert (second.smtputf8, dict(second.dsn)) == (False, {})
        assert second.envelope.rcpt_to == ("bert@ouders.example",)


async def test_the_login_and_the_encryption_are_told_with_the_message() -> None:
    async with lobby(**{**PASSWORDS, "tls": "starttls"}) as here:
        client = await here.client()
        await client.reply()
        await client.ask("EHLO a", "STARTTLS")
        await client.starttls()
        await client.ask("EHLO b", "AUTH LOGIN", "ai53aXNzaW5rQHNjaG9vbC5leGFtcGxl", "Wm9ubmVibG9lbS00Mg==")
        await client.ask(f"MAIL FROM:<{LOGIN}>", f"RCPT TO:<{ANNA}>", "DATA")
        await client.say(MESSAGE + b".\r\n")
        assert (await client.reply()).startswith("250 ")
        peer = here.reception.received[0].peer
        assert (peer.tls, peer.login, peer.helo) == (True, LOGIN, "b")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"{ANNA} in /var/lib"),
        ConnectionResetError("db"),
        EOFError("file"),
        TimeoutError("slow"),
        OSError(5),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_an_exception_behind_the_door_is_later_and_tells_nothing(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that looks as if the client had hung up. The log has its kind and its place, never its text."""
    stream = io.StringIO()
    monkeypatch.setattr(logs._Log, "current", logs._make(stream, terminal=False, worker=""))
    async with lobby() as here:
        here.reception.error = error
        client = await here.client()
        await client.begin()
        await client.say(MESSAGE + b".\r\n")
        assert await client.reply() == LATER
        here.reception.error = None
        assert (
            await client.ask(f"MAIL FROM:<{LOGIN}>", f"RCPT TO:<{ANNA}>", "DATA")
            == "354 End data with <CR><LF>.<CR><LF>"
        )
        await client.say(MESSAGE + b".\r\n")
        assert (await client.reply()).startswith("250 ")
    assert f'"error": "{type(error).__name__}' in stream.getvalue()
    assert ANNA not in stream.getvalue() + metrics.render().decode()
    assert "/var/lib" not in stream.getvalue()


@pytest.mark.parametrize(
    ("outcome", "reply"),
    [
        (Outcome(Answer.HELD, REFERENCE), f"250 2.0.0 Held for review, reference {REFERENCE}"),
        (Outcome(Answer.BLOCKED, REFERENCE, "C5", "No."), f"550 5.7.1 C5: No. Reference {REFERENCE}"),
        (Outcome(Answer.NOT_YOURS), "553 5.7.1 This is not your own address"),
        (Outcome(Answer.DISK_LOW), "452 4.3.1 Not enough room, please try again later"),
        (Outcome(Answer.TRY_LATER), LATER),
    ],
    ids=lambda value: value.answer.value if isinstance(value, Outcome) else "",
)
async def test_what_became_of_a_message_is_the_reply_to_its_end(outcome: Outcome, reply: str) -> None:
    async with lobby() as here:
        here.reception.outcome = outcome
        client = await here.client()
        await client.begin()
        await client.say(MESSAGE + b".\r\nNOOP\r\n")
        assert await client.reply() == reply
        assert await client.reply() == "250 2.0.0 Ok"


async def test_quick_commands_behind_a_message_wait_for_its_answer() -> None:
    """They arrive in packets of their own while the message is being committed."""
    async with lobby() as here:
        here.reception.gate.clear()
        client = await here.client()
        await client.begin()
        await client.say(MESSAGE + b".\r\n")
        await here.reception.reached.wait()
        for packet in (b"NO", b"OP\r\n", b"VRFY a\r\nRS", b"ET\r\nEXPN b\r\n", f"MAIL FROM:<{LOGIN}>\r\n".encode()):
            await client.say(packet)
            await asyncio.sleep(0.002)
        here.reception.gate.set()
        said = [(await client.reply())[:9] for _ in range(6)]
        assert said == ["250 2.0.0", "250 2.0.0", "252 2.5.0", "250 2.0.0", "502 5.5.1", "250 2.1.0"]
        assert here.reception.received[0].raw == MESSAGE


async def test_a_client_that_hangs_up_during_the_commit_changes_nothing() -> None:
    async with lobby() as here:
        here.reception.gate.clear()
        client = await here.client()
        await client.begin()
        await client.say(MESSAGE + b".\r\n")
        await here.reception.reached.wait()
        await client.hang_up()
        await here.until_empty()
        assert here.reception.received == []
        here.reception.gate.set()
        await here.reception.finished.wait()
        assert here.reception.received[0].raw == MESSAGE


async def test_a_fault_nobody_hears_of_is_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logs._Log, "current", logs._make(stream, terminal=False, worker=""))
    async with lobby() as here:
        here.reception.gate.clear()
        here.reception.error = RuntimeError("after all")
        client = await here.client()
        await client.begin()
        await client.say(MESSAGE + b".\r\n")
        await here.reception.reached.wait()
        await client.hang_up()
        await here.until_empty()
        here.reception.gate.set()
        await until(lambda: not here.door._in_flight)
        await until(lambda: '"event": "fault"' in stream.getvalue())
    assert "after all" not in stream.getvalue()


async def test_a_client_that_hangs_up_in_the_middle_of_a_message_leaves_nothing() -> None:
    async with lobby() as here:
        client = await here.client()
        await client.begin()
        await client.say(MESSAGE)
        await client.hang_up()
        await here.until_empty()
        assert here.reception.received == here.reception.kept == []


async def test_a_message_whose_client_only_waits_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "DATA_SECONDS", 0.05)
    async with lobby() as here:
        client = await here.client()
        await client.begin()
        await client.say(MESSAGE)
        assert await client.rest() == b"421 4.4.2 Timed out\r\n"
        assert here.reception.received == []


async def test_no_log_of_a_library_shows_a_message() -> None:
    """aiosmtpd writes senders and bodies at INFO and DEBUG: pinned in code, whatever a configuration says."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    try:
        logs.configure(stream=stream)
        root.setLevel(logging.DEBUG)
        async with lobby(**PASSWORDS) as here:
            client = await here.client()
            await client.reply()
            await client.ask("EHLO a", "AUTH LOGIN", "ai53aXNzaW5rQHNjaG9vbC5leGFtcGxl", "Wm9ubmVibG9lbS00Mg==")
            await client.ask(f"MAIL FROM:<{LOGIN}>", f"RCPT TO:<{ANNA}>", "DATA")
            await client.say(MESSAGE + b".\r\n")
            await client.ask(f"MAIL FROM:<fault@{ANNA}>")
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        logs._Log.current = logs._make(None, terminal=False, worker="")
    assert logging.getLogger("mail.log").level >= logging.WARNING
    for secret in (LOGIN, ANNA, PASSWORD, "Tot vrijdag", "Wm9ubmVib", "broke at"):
        assert secret not in stream.getvalue()


async def test_whoever_checks_passwords_and_breaks_is_a_fault_of_ours() -> None:
    class Broken:
        async def check(self, login: str, password: str, peer: str) -> Login:
            raise ValueError(password)

    async with lobby(**PASSWORDS) as here:
        here.door.authenticator = Broken()
        client = await here.client()
        await client.reply()
        said = await client.ask("EHLO a", "AUTH LOGIN", "ai53aXNzaW5rQHNjaG9vbC5leGFtcGxl", "Wm9ubmVibG9lbS00Mg==")
        assert said == LATER
        assert await client.ask("NOOP") == "250 2.0.0 Ok"
