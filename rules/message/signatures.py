"""DKIM signatures that were there before us: those our edits would break leave with them (RFC 6376 §3.7, §5.4.2).

Promises: total, linear; a signature whose fields the edits don't touch stays, byte for byte. Exchange Online's, which
covers neither To nor Cc, outlives a repair of the header. Whether a signature was right to begin with is not looked at.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import takewhile

from rules.message.edits import apply_edits
from rules.message.fields import read_block
from rules.message.model import Message
from rules.message.values import Header, HeaderEdit

_BLANKS = re.compile(rb"[ \t\r\n]+")
_RELAXED = b"relaxed"
_DKIM = "dkim-signature"


def without_broken_signatures(message: Message, edits: tuple[HeaderEdit, ...]) -> tuple[HeaderEdit, ...]:
    """The edits, and the removal of each signature that would not hold after them."""
    signatures = message.all(_DKIM)
    if not edits or not signatures:
        return edits
    replaced = {edit.start for edit in edits if edit.end > edit.start}
    left = [(header, *_said(header)) for header in signatures if header.start not in replaced]
    if any(edit.end > message.body_start for edit in edits):
        broken = {header.start for header, *_ in left}
    else:
        block = apply_edits(message.raw[: message.body_start], edits)
        kept = _Kept(message.headers, read_block(block, 0, len(block), "").headers)
        broken = {one.start for one, names, relaxed in left if not kept.all(names, relaxed=relaxed)}
        if broken or len(left) < len(signatures):  # a signature may sign another that goes
            broken |= {one.start for one, names, _ in left if _DKIM in names}
    return (*edits, *(HeaderEdit(header.start, header.end, b"") for header, *_ in left if header.start in broken))


def _said(header: Header) -> tuple[Counter[str], bool]:
    """The names a signature signs, each as often as it says, and whether in the relaxed form."""
    tags = {}
    for tag in header.value.split(b";"):
        name, _, value = tag.partition(b"=")
        tags[_BLANKS.sub(b"", name)] = _BLANKS.sub(b"", value)
    names = tags.get(b"h", b"").lower().decode("ascii", "replace").split(":")
    return Counter(names), tags.get(b"c", b"").lower().partition(b"/")[0] == _RELAXED


class _Kept:
    """Compares the fields of one name before and after, once for all signatures."""

    def __init__(self, before: Iterable[Header], after: Iterable[Header]) -> None:
        self._sides = _by_name(before), _by_name(after)
        self._known: dict[tuple[str, bool], float] = {}

    def all(self, names: Counter[str], *, relaxed: bool) -> bool:
        """Whether the fields a signature picks, the lowest first, are what they were."""
        return all(count <= self._same(name, relaxed=relaxed) for name, count in names.items())

    def _same(self, name: str, *, relaxed: bool) -> float:
        """How many of the lowest are what they were; any number where all are."""
        if (name, relaxed) not in self._known:
            before, after = ([_form(one, relaxed=relaxed) for one in side.get(name, ())] for side in self._sides)
            same = sum(
                1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before[::-1], after[::-1], strict=False))
            )
            self._known[name, relaxed] = math.inf if same == len(before) == len(after) else same
        return self._known[name, relaxed]


def _by_name(headers: Iterable[Header]) -> dict[str, list[Header]]:
    fields: dict[str, list[Header]] = {}
    for header in headers:
        fields.setdefault(header.name, []).append(header)
    return fields


def _form(header: Header, *, relaxed: bool) -> bytes:
    if relaxed:
        return _BLANKS.sub(b" ", header.source[header.value_start : header.end]).strip()
    return header.source[header.start : header.end]
