"""Whether a message has been here before: the guard that stands on everything we sent.

Promises: only our own guard counts; whoever does not know the key can't make a message look like a loop, and one of
another installation is none. A guard is known for the days a mail server may hold on to a message.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from gateway.delivery.wire import LOOP_HEADER, loop_mark, message_id_of
from rules.message import Message

# RFC 5321 §4.5.4.1 lets a server try for four to five days; the rest is for clocks.
DAYS_BACK = 7
DAYS_AHEAD = 1
# More guards than that on one message are none of ours, and each costs some hashing.
GUARDS_MAX = 16
NAME = LOOP_HEADER.decode("ascii").lower()


def looped(key: bytes, message: Message, at: datetime) -> bool:
    """Whether one of the guards on this message is ours."""
    guards = message.all(NAME)[:GUARDS_MAX]
    if not key or not guards:
        return False
    # A message that left without an identifier has been given one by the servers after us.
    names = {message_id_of(message.raw), ""}
    days = [at.date() + timedelta(days=offset) for offset in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    ours = {loop_mark(key, name, day) for name in names for day in days}
    return any(hmac.compare_digest(_mark(guard.value), mark) for guard in guards for mark in ours)


def _mark(value: bytes) -> bytes:
    """What follows the number of hops; we know but one. A token behind it is the mail server's affair."""
    words = value.split()
    return words[1] if len(words) > 1 and words[0] == b"1" else b""
