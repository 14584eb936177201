"""The same dialogues through our client and through aiosmtplib: each recipient must end alike, or the difference is said."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import aiosmtplib
import pytest

from gateway.delivery.smarthost import Mail
from tests.support.dialogues import ALL, BOTH, DIALOGUES, LATER, NONE, PATIENT_SECONDS, QUICK_SECONDS, RAW, mail, ours
from tests.support.scripted import OFFERS, Scripted


async def theirs(
    port: int,
    one: Mail,
    tls: str = "none",
    context: ssl.SSLContext | None = None,
    login: str = "",
    *,
    seconds: float = PATIENT_SECONDS,
) -> list[str]:
    client = aiosmtplib.SMTP(
        hostname="127.0.0.1", port=port, use_tls=tls == "implicit", start_tls=tls == "starttls", tls_context=context,
        timeout=seconds, local_hostname="gate.test",
    )  # fmt: skip
    try:
        await client.connect()
        if login:
            await client.login(login, "geheim")
        options = ["SMTPUTF8"] * one.utf8 + ["BODY=8BITMIME"] * one.eight_bit
        errors, _ = await client.sendmail(one.mail_from, list(one.rcpt_to), b"".join(one.buffers), mail_options=options)
    except aiosmtplib.SMTPRecipientsRefused as refused:
        codes = {each.recipient: each.code for each in refused.recipients}
        return [outcome(codes[rcpt]) for rcpt in one.rcpt_to]
    except aiosmtplib.SMTPNotSupported:
        return [NONE for _ in one.rcpt_to]
    except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPHeloError, aiosmtplib.SMTPAuthenticationError):
        return [LATER for _ in one.rcpt_to]  # our own fault or the server's, not the message's
    except aiosmtplib.SMTPResponseException as said:
        return [outcome(said.code) for _ in one.rcpt_to]
    except (aiosmtplib.SMTPException, OSError):
        return [LATER for _ in one.rcpt_to]
    finally:
        client.close()
    return [outcome(errors[rcpt][0]) if rcpt in errors else ALL for rcpt in one.rcpt_to]


def outcome(code: int) -> str:
    return NONE if code >= 500 else LATER


@pytest.mark.parametrize("name", DIALOGUES)
async def test_each_recipient_ends_as_with_another_client(name: str) -> None:
    dialogue = DIALOGUES[name]
    got = {}
    for who, send in (("ours", ours), ("theirs", theirs)):
        async with Scripted(dict(dialogue.says), **dialogue.server).serving() as server:  # type: ignore[arg-type]
            got[who] = tuple(await send(server.port, mail(), seconds=dialogue.seconds))
            taken = {rcpt for rcpts, _ in server.messages for rcpt in rcpts}
            assert {rcpt for rcpt, status in zip(BOTH, got[who], strict=True) if status == ALL} <= taken
            assert all(raw == RAW for _, raw in server.messages), "no empty or cut message was taken"
    assert got["ours"] == dialogue.expected
    assert got["theirs"] == (dialogue.theirs or dialogue.expected), dialogue.why


@pytest.mark.parametrize("client", [ours, theirs])
@pytest.mark.parametrize(
    ("missing", "changes"), [("8BITMIME", {"eight_bit": True}), ("SMTPUTF8", {"utf8": True, "eight_bit": True})]
)
async def test_what_the_server_does_not_take_is_not_converted(client, missing: str, changes: dict[str, bool]) -> None:
    """aiosmtplib sends eight bits all the same, so only SMTPUTF8 compares."""
    one = mail(RAW.replace(b"morgen", "één".encode()), **changes)
    offers = tuple(offer for offer in OFFERS if offer != missing)
    async with Scripted(offers=offers).serving() as server:
        got = await client(server.port, one)
    if missing == "8BITMIME" and client is theirs:
        assert got == [ALL, ALL]
    else:
        assert got == [NONE, NONE]
        assert server.messages == []


@pytest.fixture
def contexts(certificate: tuple[Path, Path]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's, and that of a client that trusts it."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(*certificate)
    return server, ssl.create_default_context(cafile=certificate[0])


@pytest.mark.parametrize("client", [ours, theirs])
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_over_tls(client, tls: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server_side, trusting = contexts
    server = Scripted(offers=(*OFFERS, "STARTTLS"), context=server_side, implicit=tls == "implicit")
    async with server.serving():
        assert await client(server.port, mail(), tls, trusting, "post") == [ALL, ALL]
    hellos = [line for line in server.heard if line.startswith("EHLO")]
    assert len(hellos) == (2 if tls == "starttls" else 1), "what was said before TLS is asked again"
    assert sum(line.startswith("AUTH") for line in server.heard) >= 1


@pytest.mark.parametrize("client", [ours, theirs])
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_nobody_vouches_for_ends_it(
    client, tls: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server = Scripted(offers=(*OFFERS, "STARTTLS"), context=contexts[0], implicit=tls == "implicit")
    async with server.serving():
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # the server's own complaint
        assert await client(server.port, mail(), tls, ssl.create_default_context()) == [LATER, LATER]
    assert not any(line.startswith("MAIL") for line in server.heard)


@pytest.mark.parametrize("client", [ours, theirs])
async def test_what_was_slipped_in_before_tls_is_not_believed(
    client, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    """STARTTLS injection: an answer to EHLO sent in the clear, in one piece with the go-ahead."""
    server = Scripted(
        offers=(*OFFERS, "STARTTLS"), context=contexts[0], injected=b"250-evil.test\r\n250 AUTH PLAIN\r\n"
    )
    async with server.serving():
        assert await client(server.port, mail(), "starttls", contexts[1], "post", seconds=QUICK_SECONDS) == [
            LATER,
            LATER,
        ]
    assert not any(line.startswith(("AUTH", "MAIL")) for line in server.heard)


@pytest.mark.parametrize("client", [ours, theirs])
@pytest.mark.parametrize("answer", ["454 4.7.0 Not now", "502 5.5.1 Not here"])
async def test_a_server_without_starttls_gets_nothing_in_the_clear(
    client, answer: str, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server = Scripted({"STARTTLS": answer}, offers=(*OFFERS, "STARTTLS"), context=contexts[0])
    async with server.serving():
        got = await client(server.port, mail(), "starttls", contexts[1], "post")
    # aiosmtplib calls its own lack of TLS a refusal; ours is the server's trouble, and the mail waits.
    assert got == [LATER, LATER] if client is ours else ALL not in got
    assert not any(line.startswith(("AUTH", "MAIL")) for line in server.heard)


@pytest.mark.parametrize("client", [ours, theirs])
@pytest.mark.parametrize("answer", ["535 5.7.8 Wrong", "454 4.7.0 Later", "503 5.5.1 No AUTH"])
async def test_a_login_that_is_refused_is_nobodys_bounce(client, answer: str) -> None:
    async with Scripted({"AUTH": answer}).serving() as server:
        assert await client(server.port, mail(), login="post") == [LATER, LATER]
    assert not any(line.startswith("MAIL") for line in server.heard)


@pytest.mark.parametrize("client", [ours, theirs])
async def test_a_server_that_stops_reading_is_left(client) -> None:
    large = mail(RAW + b"x" * 76 + b"\r\n" + b"y" * 20_000_000 + b"\r\n")
    async with Scripted(reads_of_message=100_000).serving() as server:
        assert await client(server.port, large, seconds=QUICK_SECONDS) == [LATER, LATER]


@pytest.mark.parametrize("client", [ours, theirs])
async def test_a_refusal_in_the_middle_of_a_message_is_heard(client) -> None:
    """Before its end, and therefore about all of it."""
    large = mail(RAW + b"y" * 20_000_000 + b"\r\n")
    async with Scripted({"dot": "552 5.3.4 Too large"}, answers_after=1_000_000).serving() as server:
        assert await client(server.port, large) == [NONE, NONE]


async def test_nobody_listens() -> None:
    async with Scripted().serving() as server:
        port = server.port
    assert await ours(port, mail()) == await theirs(port, mail()) == [LATER, LATER]
