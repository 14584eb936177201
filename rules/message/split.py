"""One multipart body cut at its boundary lines.

Promises: total and linear. A boundary line by the letter is `--boundary`, white space, line end (RFC 2046 §5.1.1); cuts
at lines with something behind the boundary are reported beside them, parts after the closing line as late.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Span = tuple[int, int]
_REST = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_LOOSE_REST = re.compile(rb"(--)?[^\r\n]*(?:\r\n|\n|\r|\Z)")
_LINE_END = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_DECLARED = re.compile(rb"boundary\s*=\s*\"?([^\";\r\n]+)", re.IGNORECASE)
# RFC 2046 §5.1.1: at most 70 letters of this set.
_GUESS = re.compile(rb"(?:\A|\r?\n)--([0-9A-Za-z'()+_,./:=?-][0-9A-Za-z'()+_,./:=? -]{2,69})[ \t]*\r?\n[A-Za-z-]+:")


@dataclass(frozen=True, slots=True)
class Split:
    """Spans of the parts, each with whether it comes after the closing line; what stands around them."""

    parts: tuple[tuple[Span, bool], ...]
    preamble: Span
    epilogue: Span
    closed: bool
    garbage: tuple[Span, ...] = ()


def split(raw: bytes, boundary: bytes, start: int, end: int, loose: frozenset[int] = frozenset()) -> Split:
    """Cuts raw[start:end]; the lines that start at `loose` count although something stands behind the boundary."""
    needle = b"--" + boundary
    parts: list[tuple[Span, bool]] = []
    garbage: list[Span] = []
    preamble_end = opened = -1
    closed_at = -1
    found = raw.find(needle, start, end)
    while found != -1:
        after = found + len(needle)
        if found == start or raw[found - 1] in b"\r\n":
            rest = (_LOOSE_REST if found in loose else _REST).match(raw, after, end)
            if rest is not None:
                body_end = _before_line_end(raw, found, start)
                if opened >= 0:
                    parts.append(((opened, max(opened, body_end)), closed_at >= 0))
                elif preamble_end < 0:
                    preamble_end = max(start, body_end)
                opened = -1 if rest.group(1) else rest.end()
                if rest.group(1) and closed_at < 0:
                    closed_at = rest.end()
                after = rest.end()
            else:
                line = _LINE_END.match(raw, after, end)
                assert line is not None  # it matches anything
                garbage.append((found, line.end()))
                after = line.end()
        found = raw.find(needle, max(after - 1, found + 1), end)
    if opened >= 0:
        parts.append(((opened, end), closed_at >= 0))
    if preamble_end < 0:
        preamble_end = end
    epilogue = (end if closed_at < 0 else closed_at, end)
    return Split(tuple(parts), (start, preamble_end), epilogue, closed_at >= 0, tuple(garbage))


def guess_boundary(raw: bytes, start: int, end: int) -> bytes | None:
    """The boundary a body seems to use: the first line that looks like one and has a field under it."""
    found = _GUESS.search(raw[start:end])
    return found.group(1).rstrip() if found else None


def unexplained(raw: bytes, garbage: tuple[Span, ...], start: int, end: int) -> frozenset[int]:
    """Where lines with something behind the boundary start, unless they are another declared boundary's lines."""
    if not garbage:
        return frozenset()
    declared = {match.group(1).strip() for match in _DECLARED.finditer(raw, start, end)}
    return frozenset(first for first, last in garbage if _boundary_of(raw[first:last]).isdisjoint(declared))


def _boundary_of(line: bytes) -> frozenset[bytes]:
    written = line.strip()[2:]
    return frozenset({written, written.removesuffix(b"--")})


def _before_line_end(raw: bytes, position: int, start: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if position - 2 >= start and raw[position - 2 : position] == b"\r\n":
        return position - 2
    return position - 1
