"""What a client says after AUTH: login and password, by PLAIN or by LOGIN.

Promises: total over what a client writes; what is no base64 of UTF-8, or has not its three fields, gives None, and
so does a client that takes it back ("*").
Fails: EOFError when the client hangs up instead.
Source: RFC 4954 §4; RFC 4616 (PLAIN); LOGIN has no standard, and every client knows it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping

from gateway.smtp.dialogue import Dialogue

Credentials = tuple[str, str]  # login and password
Exchange = Callable[[Dialogue, str], Awaitable[Credentials | None]]


def decoded(text: str) -> str | None:
    """Base64 of UTF-8, as AUTH sends it; None for anything else."""
    if text == "=":
        return ""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


async def plain(dialogue: Dialogue, initial: str) -> Credentials | None:
    """One answer with three fields; whom the client wants to act for is not asked."""
    answer = decoded(initial) if initial else await _ask(dialogue, "")
    fields = answer.split("\0") if answer is not None else []
    return (fields[1], fields[2]) if len(fields) == 3 else None


async def login(dialogue: Dialogue, initial: str) -> Credentials | None:
    """Two questions; the name may come with the command."""
    name = decoded(initial) if initial else await _ask(dialogue, "Username:")
    if name is None or "\0" in name:  # RFC 4616: no name has one
        return None
    password = await _ask(dialogue, "Password:")
    return None if password is None else (name, password)


async def _ask(dialogue: Dialogue, question: str) -> str | None:
    await dialogue.say(("334 " + base64.b64encode(question.encode()).decode(),))
    line = await dialogue.line()
    return None if line == b"*" else decoded(line.decode("latin-1"))


MECHANISMS: Mapping[str, Exchange] = {"PLAIN": plain, "LOGIN": login}
