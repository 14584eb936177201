"""Percent-encoding undone, however often it was done: a link in a link in a link.

Promises: total, linear; stops when nothing changes, or after as many rounds as any client wraps.
"""

from __future__ import annotations

from urllib.parse import unquote

# A mail address in a link, checked by one filter and counted by another, is coded three times.
ROUNDS_MAX = 4


def undo_percent(text: str) -> str:
    """The text without percent-encoding."""
    for _ in range(ROUNDS_MAX):
        if "%" not in text or (plain := unquote(text)) == text:
            break
        text = plain
    return text
