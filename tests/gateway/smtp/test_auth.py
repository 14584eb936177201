"""Passwords: the file, the mail server, the throttle and the memory."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import argon2
import pytest

from gateway.clock import FixedClock
from gateway.smtp import auth
from gateway.smtp.auth import FAILURES_MAX, REMEMBER_SECONDS, WINDOW_SECONDS, FileChecker, Gatekeeper, UpstreamChecker
from gateway.smtp.ports import Login
from tests.support.lobby import LOGIN, PASSWORD, contexts
from tests.support.stores import NOON

HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=1024)
HASH = HASHER.hash(PASSWORD)
PEER = "192.0.2.7"


# the file


def test_the_file_knows_a_login_in_any_case_and_a_password_in_one(tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    file.write_text(f"\n# een opmerking\n{LOGIN}:{HASH}\n")
    checker = FileChecker(file)
    assert checker(LOGIN, PASSWORD)
    assert checker(LOGIN.upper(), PASSWORD)
    assert not checker(LOGIN, PASSWORD.upper())
    assert not checker(LOGIN, "")
    assert not checker("", "")
    assert not checker("# een opmerking", "")


def test_the_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    file.write_text("")
    checker = FileChecker(file)
    assert not checker(LOGIN, PASSWORD)
    file.write_text(f"{LOGIN}:{HASH}\n")
    assert checker(LOGIN, PASSWORD)
    file.write_text(f"{LOGIN}:{HASHER.hash('Iets-anders-1')}\n")
    os.utime(file, (1, 1))
    assert not checker(LOGIN, PASSWORD)


def test_a_line_that_holds_no_hash_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    file.write_text(f"{LOGIN}:{PASSWORD}\n")
    assert not FileChecker(file)(LOGIN, PASSWORD)


def test_a_login_nobody_has_costs_a_hash_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: exactly one verification, and its cost is the one of `postwacht auth set`."""
    file = tmp_path / "passwords"
    file.write_text(f"{LOGIN}:{HASH}\n")
    checker = FileChecker(file)
    verified: list[str] = []

    class Counting(argon2.PasswordHasher):
        def verify(self, hashed: str, password: str) -> bool:  # type: ignore[override]
            verified.append(hashed)
            return super().verify(hashed, password)

    monkeypatch.setattr(checker, "_hasher", Counting())
    assert not checker("niemand@school.example", PASSWORD)
    assert not checker(LOGIN, "fout")
    assert verified == [auth.NOBODY, HASH]
    assert not argon2.PasswordHasher().check_needs_rehash(auth.NOBODY)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\n"], ids=["gone", "no-utf8"])
async def test_a_file_that_can_not_be_read_says_later_and_counts_against_nobody(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "passwords"
    if content is not None:
        file.write_bytes(content)
    keeper = Gatekeeper(FileChecker(file), FixedClock(NOON))
    for _ in range(FAILURES_MAX + 1):
        assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.UNCHECKED
    file.write_text(f"{LOGIN}:{HASH}\n")
    assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.RIGHT


# the throttle and the memory


@dataclass
class Known:
    """A checker that counts."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    pause: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.pause.set()

    def __call__(self, login: str, password: str) -> bool:
        self.pause.wait(10)
        self.asked.append((login, password))
        return (login.lower(), password) == (LOGIN, PASSWORD)


async def test_a_right_password_is_remembered_for_a_while() -> None:
    known, clock = Known(), FixedClock(NOON)
    keeper = Gatekeeper(known, clock)
    for _ in range(3):
        assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.RIGHT
    assert len(known.asked) == 1
    clock.advance(seconds=REMEMBER_SECONDS)
    assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.RIGHT
    assert len(known.asked) == 2
    assert PASSWORD not in repr(keeper._remembered)


async def test_too_many_guesses_are_not_looked_at_until_they_are_past() -> None:
    known, clock = Known(), FixedClock(NOON)
    keeper = Gatekeeper(known, clock)
    for number in range(FAILURES_MAX):
        assert await keeper.check(LOGIN, f"gok-{number}", PEER) is Login.WRONG
        clock.advance(seconds=1)
    assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.THROTTLED
    assert await keeper.check(LOGIN.upper(), PASSWORD, PEER) is Login.THROTTLED
    assert len(known.asked) == FAILURES_MAX
    assert await keeper.check(LOGIN, PASSWORD, "192.0.2.8") is Login.RIGHT, (
        "somebody else's guesses lock nobody out elsewhere"
    )
    assert await keeper.check("ander@school.example", "x", PEER) is Login.WRONG
    clock.advance(seconds=WINDOW_SECONDS - FAILURES_MAX + 1)
    assert await keeper.check(LOGIN, "weer-mis", PEER) is Login.WRONG


async def test_whoever_got_in_before_is_not_locked_out_by_guesses() -> None:
    keeper = Gatekeeper(Known(), FixedClock(NOON))
    assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.RIGHT
    for number in range(FAILURES_MAX + 3):
        await keeper.check(LOGIN, f"gok-{number}", PEER)
    assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.RIGHT


async def test_a_right_password_wipes_the_slate() -> None:
    clock = FixedClock(NOON)
    keeper = Gatekeeper(Known(), clock)
    for _ in range(2):
        for number in range(FAILURES_MAX - 1):
            assert await keeper.check(LOGIN, f"gok-{number}", PEER) is Login.WRONG
        assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.RIGHT
        clock.advance(seconds=0)
        keeper._remembered.clear()


async def test_guesses_side_by_side_are_counted_one_by_one() -> None:
    """A hundred connections are no better than one."""
    known = Known()
    keeper = Gatekeeper(known, FixedClock(NOON))
    said = await asyncio.gather(*(keeper.check(LOGIN, f"gok-{number}", PEER) for number in range(60)))
    assert said.count(Login.WRONG) == FAILURES_MAX
    assert said.count(Login.THROTTLED) == 60 - FAILURES_MAX
    assert len(known.asked) == FAILURES_MAX


async def test_many_connections_of_one_phone_cost_one_hash() -> None:
    known = Known()
    keeper = Gatekeeper(known, FixedClock(NOON))
    said = await asyncio.gather(*(keeper.check(LOGIN, PASSWORD, PEER) for _ in range(20)))
    assert set(said) == {Login.RIGHT}
    assert len(known.asked) == 1


async def test_a_client_that_hangs_up_while_it_is_checked_leaves_the_turn_to_the_next() -> None:
    known = Known()
    keeper = Gatekeeper(known, FixedClock(NOON))
    known.pause.clear()
    first = asyncio.ensure_future(keeper.check(LOGIN, "gok", PEER))
    second = asyncio.ensure_future(keeper.check(LOGIN, PASSWORD, PEER))
    await asyncio.sleep(0)
    first.cancel()
    known.pause.set()
    assert await second is Login.RIGHT
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_what_is_kept_of_guesses_does_not_grow_for_ever() -> None:
    known, clock = Known(), FixedClock(NOON)
    keeper = Gatekeeper(known, clock)
    assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.RIGHT
    for number in range(50):
        await keeper.check(f"gok-{number}@school.example", "x", PEER)
    clock.advance(seconds=WINDOW_SECONDS + 1)
    await keeper.check("een@school.example", "x", PEER)
    assert len(keeper._attempts) == 1
    assert keeper._remembered == {}


# the mail server


@dataclass
class MailServer:
    """Answers AUTH as it is told."""

    port: int
    offers: str = "AUTH PLAIN LOGIN"
    reply: bytes = b"235 2.7.0 ok"
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def mail_server(tls: str) -> Iterator[MailServer]:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(10)
    mine = MailServer(server.getsockname()[1])

    def serve() -> None:
        try:
            peer, _ = server.accept()
        except OSError:
            return
        with peer:
            peer.settimeout(10)
            talk(peer if tls != "implicit" else contexts()[0].wrap_socket(peer, server_side=True))

    def talk(peer: socket.socket, greeting: bytes = b"220 mail\r\n") -> None:
        with peer, peer.makefile("rb") as lines:
            peer.sendall(greeting)
            for line in lines:
                mine.heard.append(line.strip())
                verb = line[:4].upper()
                if verb == b"EHLO":
                    peer.sendall(
                        b"250-mail\r\n"
                        + (b"250-STARTTLS\r\n" if tls == "starttls" else b"")
                        + f"250 {mine.offers}\r\n".encode()
                    )
                elif verb == b"STAR":
                    peer.sendall(b"220 go\r\n")
                    talk(contexts()[0].wrap_socket(peer.dup(), server_side=True), b"")
                    return
                elif verb == b"AUTH":
                    if mine.reply == b"":
                        return
                    peer.sendall(mine.reply + b"\r\n")
                else:
                    peer.sendall(b"221 bye\r\n")

    def guarded() -> None:
        with suppress(OSError):
            serve()

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        yield mine
    finally:
        server.close()
        thread.join(10)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize("password", [PASSWORD, "Groß-café-42"])
def test_a_password_is_tried_at_the_mail_server_over_tls(tls: str, password: str) -> None:
    with mail_server(tls) as server:
        assert UpstreamChecker("localhost", server.port, tls, contexts()[1])(LOGIN, password)
    said = next(line for line in server.heard if line.startswith(b"AUTH PLAIN "))
    assert base64.b64decode(said[11:]) == f"\0{LOGIN}\0{password}".encode()
    assert not any(line.upper().startswith((b"MAIL", b"RCPT", b"DATA")) for line in server.heard)
    if tls == "starttls":
        assert server.heard.index(b"STARTTLS") < server.heard.index(said)


def test_a_wrong_password_is_wrong() -> None:
    with mail_server("none") as server:
        server.reply = b"535 5.7.8 no"
        assert not UpstreamChecker("localhost", server.port, "none")(LOGIN, "fout")


def test_a_server_that_only_knows_login_is_asked_so() -> None:
    with mail_server("none") as server:
        server.offers = "AUTH LOGIN"
        assert UpstreamChecker("localhost", server.port, "none")(LOGIN, PASSWORD)
    assert any(line.upper().startswith(b"AUTH LOGIN") for line in server.heard)


@pytest.mark.parametrize(
    ("offers", "reply", "password"),
    [
        ("AUTH PLAIN", b"454 4.7.0 later", PASSWORD),
        ("AUTH PLAIN", b"", PASSWORD),
        ("SIZE", b"", PASSWORD),
        ("AUTH LOGIN", b"334 UGFzc3dvcmQ6", "café"),
    ],
    ids=["later", "hangs-up", "no-auth", "not-ascii-with-login"],
)
async def test_a_server_that_can_not_tell_is_no_wrong_password(offers: str, reply: bytes, password: str) -> None:
    with mail_server("none") as server:
        server.offers, server.reply = offers, reply
        keeper = Gatekeeper(UpstreamChecker("localhost", server.port, "none"), FixedClock(NOON))
        assert await keeper.check(LOGIN, password, PEER) is Login.UNCHECKED


async def test_a_server_that_is_not_there_or_not_who_it_should_be_is_no_wrong_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    keeper = Gatekeeper(UpstreamChecker("localhost", port, "none"), FixedClock(NOON))
    assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.UNCHECKED
    with mail_server("implicit") as server:
        stranger = UpstreamChecker("localhost", server.port, "implicit", ssl.create_default_context())
        keeper = Gatekeeper(stranger, FixedClock(NOON))
        assert await keeper.check(LOGIN, PASSWORD, PEER) is Login.UNCHECKED
    assert server.heard == []
