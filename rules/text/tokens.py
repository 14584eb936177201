"""Tokens around `@`: the raw reading of text for addresses, used where grammar fails and to compare readings.

Promises: linear (every `@` opens one bounded window), total, generous: a token is no proof of an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# RFC 5321 §4.5.3.1: 64 octets of local part, 255 of domain; more is no address.
LOCAL_MAX = 64
DOMAIN_MAX = 255
_LOCAL_BACKWARDS = re.compile(r"[^\x00-\x20\x7f\xa0\u3000()<>\[\]\\,;:@\"]+")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?)(?:[.\u3002][^\W_](?:[\w-]*[^\W_])?)*|\[[^\[\]\\\s]{1,64}\]")
OUTER_MARKS = "'`.…*_~|!?=/{}#&$^+-"


def at_tokens(text: str) -> Iterator[tuple[int, int]]:
    """Spans that look like local@domain, outermost quote marks and dots left out."""
    at = text.find("@")
    while at != -1:
        domain = _DOMAIN.match(text, at + 1, at + 1 + DOMAIN_MAX)
        start = local_start(text, at)
        if domain is not None and start < at:
            yield start, domain.end()
        at = text.find("@", at + 1)


def local_start(text: str, at: int) -> int:
    """Where the local part before this `@` begins; `at` itself if there is none."""
    floor = max(0, at - LOCAL_MAX)
    if at and text[at - 1] == '"':
        opening = text.rfind('"', floor, at - 1)
        return at if opening in {-1, at - 2} else opening
    local = _LOCAL_BACKWARDS.match(text[floor:at][::-1])
    start = at - local.end() if local else at
    while start < at and text[start] in OUTER_MARKS:
        start += 1
    return start
