"""Passwords: from a file of argon2 hashes, or by trying them at the mail server; with a throttle in front of both.

Promises: a password is never kept, logged or compared outside its hash; a right one is remembered for a few minutes as
a keyed digest under a key of this process only, so that a phone that signs in for each message costs no hash each time.
Hashing runs in a thread: the loop never waits for it. Guesses at one login from one address are checked one by one, so
that many connections at once are counted like one.
Fails: Login.UNCHECKED when the file or the mail server can't be read; the client is told to try again.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import argon2

from gateway.clock import Clock
from gateway.smtp.ports import Login

REMEMBER_SECONDS = 300.0
# So many wrong passwords for one login from one address within the window, and the rest of it is refused unread.
FAILURES_MAX = 10
WINDOW_SECONDS = 300.0
UPSTREAM_SECONDS = 15.0
AUTHENTICATED = 235
# Verified against when the login is unknown, so that knowing a login shows in no timing.
NOBODY = argon2.PasswordHasher().hash(os.urandom(16).hex())


class FileChecker:
    """Lines `login:argon2-hash`; read again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self._hashes: dict[str, str] = {}
        self._hasher = argon2.PasswordHasher()

    def __call__(self, login: str, password: str) -> bool:
        """Check in a thread. OSError if the file can't be read."""
        hashed = self._read().get(login.lower(), NOBODY)
        try:
            return self._hasher.verify(hashed, password) and hashed is not NOBODY
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def _read(self) -> dict[str, str]:
        found = self._path.stat()
        seen = (found.st_mtime_ns, found.st_size)
        if seen != self._seen:
            try:
                lines = self._path.read_text("utf-8").splitlines()
            except UnicodeDecodeError as exc:
                raise OSError("the password file is no UTF-8") from exc
            rows = (line.strip().partition(":") for line in lines)
            self._hashes = {login.lower(): hashed for login, colon, hashed in rows if colon}
            self._seen = seen
        return self._hashes


@dataclass(frozen=True, slots=True)
class UpstreamChecker:
    """Tries the password at the mail server, over TLS; nothing is sent."""

    host: str
    port: int
    tls: str
    context: ssl.SSLContext | None = None

    def __call__(self, login: str, password: str) -> bool:
        """Check in a thread. OSError if the server does not answer or has no AUTH."""
        context = self.context or ssl.create_default_context()
        try:
            if self.tls == "implicit":
                client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=UPSTREAM_SECONDS, context=context)
            else:
                client = smtplib.SMTP(self.host, self.port, timeout=UPSTREAM_SECONDS)
            with client:
                if self.tls == "starttls":
                    client.starttls(context=context)
                return _sign_in(client, login, password)
        except smtplib.SMTPAuthenticationError as exc:
            if exc.smtp_code < 500:
                raise OSError("the mail server could not check the password") from exc
            return False
        except (smtplib.SMTPException, UnicodeError) as exc:
            raise OSError("the mail server could not check the password") from exc


def _sign_in(client: smtplib.SMTP, login: str, password: str) -> bool:
    """PLAIN in UTF-8 (RFC 4616) where it is offered: smtplib's own takes ASCII only, and passwords are not."""
    client.ehlo_or_helo_if_needed()
    if "PLAIN" not in client.esmtp_features.get("auth", "").upper().split():
        client.login(login, password)
        return True
    code, text = client.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{login}\0{password}".encode()).decode())
    if code != AUTHENTICATED:
        raise smtplib.SMTPAuthenticationError(code, text)
    return True


@dataclass(slots=True)
class _Attempts:
    """What one login tried from one address: a turn for each, and when it was wrong."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    failures: list[float] = field(default_factory=list)

    def stale(self, now: float) -> bool:
        """Forget what is past; whether that was all."""
        self.failures = [at for at in self.failures if at > now - WINDOW_SECONDS]
        return not self.failures and not self.turn.locked()


@dataclass(slots=True)
class Gatekeeper:
    """The throttle and the memory in front of a checker."""

    checker: Callable[[str, str], bool]
    clock: Clock
    _key: bytes = field(default_factory=lambda: os.urandom(32))
    _remembered: dict[bytes, float] = field(default_factory=dict)
    _attempts: dict[tuple[str, str], _Attempts] = field(default_factory=dict)
    _tidied: float = 0.0

    async def check(self, login: str, password: str, peer: str) -> Login:
        """Check one login."""
        digest = hmac.digest(self._key, f"{login}\0{password}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        if self._knows(digest):
            return Login.RIGHT
        self._tidy()
        attempts = self._attempts.setdefault((login.lower(), peer), _Attempts())
        async with attempts.turn:
            return Login.RIGHT if self._knows(digest) else await self._try(login, password, digest, attempts)

    async def _try(self, login: str, password: str, digest: bytes, attempts: _Attempts) -> Login:
        attempts.stale(self.clock.monotonic())
        if len(attempts.failures) >= FAILURES_MAX:
            return Login.THROTTLED
        try:
            right = await asyncio.to_thread(self.checker, login, password)
        except OSError:
            return Login.UNCHECKED
        if not right:
            attempts.failures.append(self.clock.monotonic())
            return Login.WRONG
        attempts.failures.clear()
        self._remembered[digest] = self.clock.monotonic() + REMEMBER_SECONDS
        return Login.RIGHT

    def _knows(self, digest: bytes) -> bool:
        return self._remembered.get(digest, 0.0) > self.clock.monotonic()

    def _tidy(self) -> None:
        """Keep nothing longer than it counts: anybody can try any number of logins."""
        now = self.clock.monotonic()
        if now >= self._tidied + WINDOW_SECONDS:
            self._tidied = now
            self._remembered = {key: until for key, until in self._remembered.items() if until > now}
            self._attempts = {name: one for name, one in self._attempts.items() if not one.stale(now)}
