"""Access tokens for the mail server (XOAUTH2): from a command, or from a token endpoint as client credentials.

Promises: a token is asked for once for all connections, kept until shortly before it ends, and asked for anew when the
mail server refuses it. Neither it nor the client's secret is ever logged or shown; what a command writes to standard
error is thrown away. A command does not see our own settings in its environment.
Fails: SmarthostUnavailable, with the kind of trouble: no answer in time, an exit code, a refusal, no token in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import ssl
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from gateway.clock import Clock
from gateway.errors import SmarthostUnavailable

# How long before its end a token is no longer used: the dialogue it begins must be through by then.
EARLY_SECONDS = 120.0
# Where nobody says how long a token lasts. Whoever hands them out usually keeps them himself.
UNSAID_SECONDS = 300.0
ANSWER_SECONDS = 30.0
ANSWER_BYTES_MAX = 64 * 1024
# A program that got away from those it was started with may hold its pipe: nobody waits for that.
REST_SECONDS = 2.0
OUR_SETTINGS = "POSTWACHT__"
# RFC 6750 §2.1; whatever else it were would not pass through an AUTH line as it is.
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,8000}=*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, and for how many seconds from now."""

    token: str = field(repr=False)
    seconds: float = UNSAID_SECONDS


Source = Callable[[], Awaitable[Granted]]


@dataclass(slots=True)
class Tokens:
    """The token of the moment, shared by all connections of a process."""

    source: Source
    clock: Clock
    _token: str = field(default="", repr=False)
    _until: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, refused: str = "") -> str:
        """Give a token that is not the one just refused. Whoever comes while it is asked for waits for the answer."""
        async with self._lock:
            if not self._token or self._token == refused or self.clock.monotonic() >= self._until:
                granted = await self.source()
                # One that lasts no longer than we are early is used for half its time.
                kept = max(granted.seconds - EARLY_SECONDS, granted.seconds / 2)
                self._token, self._until = granted.token, self.clock.monotonic() + kept
            return self._token


@dataclass(frozen=True, slots=True)
class Command:
    """Runs a program, without a shell; it prints the token, or the answer of a token endpoint (JSON)."""

    words: tuple[str, ...]
    seconds: float = ANSWER_SECONDS

    async def __call__(self) -> Granted:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OUR_SETTINGS)}
        nothing = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self.words,
                stdin=nothing,
                stderr=nothing,
                stdout=asyncio.subprocess.PIPE,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as exc:
            raise SmarthostUnavailable(f"the token command can't be run: {type(exc).__name__}") from exc
        try:
            async with asyncio.timeout(self.seconds):
                said = await self._output(process)
                code = await process.wait()
        except TimeoutError as exc:
            raise SmarthostUnavailable("the token command takes too long") from exc
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # and whatever it started
                await self._rest(process)
        if code:
            raise SmarthostUnavailable(f"the token command ended with {code}")
        return granted(said)

    @staticmethod
    async def _output(process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout is not None
        said = b""
        while more := await process.stdout.read(ANSWER_BYTES_MAX):
            if len(said) <= ANSWER_BYTES_MAX:  # one more than there may be tells that there was too much
                said += more
        return said

    @staticmethod
    async def _rest(process: asyncio.subprocess.Process) -> None:
        """Read what is left in the pipe: only at its end does the process count as gone."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REST_SECONDS):
                await process.communicate()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Asks a token endpoint as ourselves (RFC 6749 §4.4): the client's name and secret for a token."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    context: ssl.SSLContext | None = None
    seconds: float = ANSWER_SECONDS

    async def __call__(self) -> Granted:
        try:
            async with asyncio.timeout(self.seconds):
                return granted(await asyncio.to_thread(self._ask))
        except TimeoutError as exc:
            raise SmarthostUnavailable("the token endpoint takes too long") from exc

    def _ask(self) -> bytes:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        if self.scope:
            form["scope"] = self.scope
        request = urllib.request.Request(self.url, urlencode(form).encode(), {"Accept": "application/json"})  # noqa: S310 - https, the settings see to it
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=self.context), _Stays)
        try:
            with opener.open(request, timeout=self.seconds) as answer:
                said: bytes = answer.read(ANSWER_BYTES_MAX + 1)
                return said
        except urllib.error.HTTPError as exc:
            exc.close()
            raise SmarthostUnavailable(f"the token endpoint answered {exc.code}") from None
        except (OSError, ValueError, http.client.HTTPException) as exc:
            raise SmarthostUnavailable(f"the token endpoint can't be reached: {type(exc).__name__}") from None


class _Stays(urllib.request.HTTPRedirectHandler):
    """A token endpoint that sends us elsewhere is not followed: our secret is for it alone."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def granted(said: bytes) -> Granted:
    """Read what was answered: JSON with access_token and perhaps expires_in (RFC 6749 §5.1), or the token alone."""
    text = said.decode("ascii", "replace").strip()
    seconds: object = UNSAID_SECONDS
    if text.startswith("{"):
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError):
            answer = {}
        text, seconds = str(answer.get("access_token", "")), answer.get("expires_in", UNSAID_SECONDS)
    try:
        lasting = float(str(seconds))
    except ValueError:
        lasting = UNSAID_SECONDS
    if not TOKEN.match(text) or len(said) > ANSWER_BYTES_MAX or not lasting > 0:
        raise SmarthostUnavailable("there was no token in the answer")
    return Granted(text, lasting)
