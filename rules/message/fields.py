"""Header blocks: a walk over the bytes that finds every field and where the body begins.

Promises: total, linear. Line ends are CRLF, bare LF or bare CR alike; a fold may be blank; what is no field is data.
Where readers would disagree about which fields there are, the union is returned and the disagreement named. At most
FIELDS_MAX of a block: that there are more is a defect, and they are read as what stands behind a header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.message.values import Defect, Difference, Header

_FIELD = re.compile(
    rb"([!-9;-~]+)([ \t]*):[^\r\n]*(?:(?:\r\n|\n|\r(?!\n))[ \t][^\r\n]*)*(?:\r\n|\n|\r|\Z)",
)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_BLANK = re.compile(rb"\r\n|\n|\r")
_BARE_BEFORE_FIELD = re.compile(rb"(?:(?<!\r)\n|\r(?!\n))(?=[!-9;-~]+[ \t]*:)")
_FROM_LINE = re.compile(rb">?From [^\r\n]*(?:\r\n|\n|\r|\Z)")
_UNSEEN = bytes([*range(0x21), *range(0x7F, 0x100)])
# A line that has a colon somewhere, with its folds; group 1 is what stands before the colon.
_LOOSE_FIELD = re.compile(
    rb"([^\r\n:]*):?[^\r\n]*(?:(?:\r\n|\n|\r(?!\n))[ \t][^\r\n]*)*(?:\r\n|\n|\r|\Z)",
)
# A message has thirty, after many servers a hundred; what comes behind so many is no header any more to us.
FIELDS_MAX = 10_000
# How far we look for fields behind a line that is none. Larger than any header a server accepts.
_LOOKAHEAD_BYTES = 256 * 1024
# A field in a doubtful spot matters only if it says who gets the message or what it is made of.
_TELLING = frozenset(
    "to cc bcc from sender reply-to resent-to resent-cc resent-bcc resent-from resent-sender content-type "
    "content-transfer-encoding content-disposition mime-version subject".split()
)
_TELLING_OF_PART = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})


@dataclass(frozen=True, slots=True)
class Block:
    """The fields of one header block; `junk` are spans of lines in it that are no fields."""

    headers: tuple[Header, ...]
    body_start: int
    junk: tuple[tuple[int, int], ...] = ()
    defects: tuple[Defect, ...] = ()
    differences: tuple[Difference, ...] = ()


def read_headers(raw: bytes) -> tuple[Header, ...]:
    """The header fields of a message, for whoever wants nothing else of it; FIELDS_MAX of them may not be all."""
    return read_block(raw, 0, len(raw), "message").headers


def read_block(raw: bytes, start: int, end: int, where: str, *, part: bool = False) -> Block:
    """The header block that begins at `start`, of an entity that ends at `end`; a part may have none at all."""
    headers: list[Header] = []
    position = start
    match = _FIELD.match
    while len(headers) < FIELDS_MAX and (found := match(raw, position, end)) is not None:
        after = found.end()
        name = raw[position : found.end(1)].decode("ascii").lower()
        headers.append(Header.read(name, position, found.end(2) + 1, after, raw))
        position = after
    blank = _BLANK.match(raw, position, end)
    if blank is not None and (headers or part) and _crlf_only(raw, start, blank.end()):
        return Block(tuple(headers), blank.end())
    return _Careful(raw, start, end, where, part=part).read()


def _crlf_only(raw: bytes, start: int, end: int) -> bool:
    lines = raw.count(b"\r\n", start, end)
    return raw.count(b"\n", start, end) == lines == raw.count(b"\r", start, end)


class _Careful:
    """Reads a block that is not as it should be."""

    def __init__(self, raw: bytes, start: int, end: int, where: str, *, part: bool) -> None:
        self.raw, self.start, self.end, self.where, self.part = raw, start, end, where, part
        self.telling = _TELLING_OF_PART if part else _TELLING
        self.headers: list[Header] = []
        self.junk: list[tuple[int, int]] = []
        self.defects: list[Defect] = []
        self.differences: list[Difference] = []
        self.horizon = -1

    def read(self) -> Block:
        body_start = self._walk(self._lead())
        self._line_ends(body_start)
        return Block(tuple(self.headers), body_start, tuple(self.junk), tuple(self.defects), tuple(self.differences))

    def _lead(self) -> int:
        """Past what may stand before the first field: a mailbox's From line, blank lines."""
        position = self.start
        if self.part:
            return position
        if (line := _FROM_LINE.match(self.raw, position, self.end)) is not None:
            self._defect("from_line")
            self.junk.append(line.span())
            position = line.end()
        first = position
        while (blank := _BLANK.match(self.raw, position, self.end)) is not None:
            position = blank.end()
        if position > first and self._telling_until(position) >= position:
            self._differ("fields after a blank line")
            return position
        return first

    def _walk(self, position: int) -> int:
        """Takes the fields in; where the body begins comes back."""
        while position < self.end:
            if len(self.headers) >= FIELDS_MAX:
                self._defect("too_many_fields")
                return position
            if (blank := _BLANK.match(self.raw, position, self.end)) is not None:
                return blank.end()
            if (found := _FIELD.match(self.raw, position, self.end)) is not None:
                name = found.group(1)
                value_start = found.end(2) + 1
            else:
                found = _LOOSE_FIELD.match(self.raw, position, self.end)
                assert found is not None  # it matches any line
                colon = self.raw[found.end(1) : min(found.end(1) + 1, self.end)] == b":"
                name = self._odd_name(found.group(1)) if colon else b""
                value_start = found.end(1) + 1
            if name:
                self.headers.append(
                    Header.read(name.decode("ascii").lower(), position, value_start, found.end(), self.raw),
                )
            elif not self._goes_on(position):
                self._defect("no_blank_line" if self.headers else "no_fields")
                return position
            else:
                self.junk.append(found.span())
            position = found.end()
        if not self.part or self.headers:
            self._defect("no_blank_line")
        return position

    def _odd_name(self, written: bytes) -> bytes:
        name = written.translate(None, _UNSEEN)
        if name.lower().decode("ascii") not in self.telling or written == name:
            return b""
        self._differ("a field with invisible letters in its name")
        return name

    def _goes_on(self, position: int) -> bool:
        """Whether fields that matter come after this line, which is none, and before the next blank line."""
        if self.horizon < 0:
            self.horizon = self._telling_until(position)
        if position >= self.horizon:
            return False
        if not self.junk or self.junk[-1][1] <= self.start:
            self._differ("fields after a line that is none")
        return True

    def _telling_until(self, position: int) -> int:
        """Where the last telling field before the next blank line starts; -1 if there is none."""
        last = -1
        stop = min(self.end, position + _LOOKAHEAD_BYTES)
        while position < stop and _BLANK.match(self.raw, position, stop) is None:
            found = _FIELD.match(self.raw, position, stop) or _LINE.match(self.raw, position, stop)
            assert found is not None  # a line always matches
            if found.re is _FIELD and found.group(1).decode("ascii").lower() in self.telling:
                last = position
            position = found.end()
        return last

    def _line_ends(self, body_start: int) -> None:
        block = self.raw[self.start : body_start]
        crlf = block.count(b"\r\n")
        bare_lf, bare_cr = block.count(b"\n") - crlf, block.count(b"\r") - crlf
        if b"\0" in block:
            self._defect("nul")
        if bare_lf:
            self._defect("bare_lf")
        if bare_cr:
            self._defect("bare_cr")
        if not crlf or not bare_lf + bare_cr:
            return
        if _BARE_BEFORE_FIELD.search(block):
            self._differ("a field after a bare line end")
        elif not block.endswith((b"\r\n\r\n", b"\r\n")):
            self._differ("the header ends at a bare line end")

    def _defect(self, code: str) -> None:
        self.defects.append(Defect(code, self.where))

    def _differ(self, detail: str) -> None:
        self.differences.append(Difference("headers", self.where, detail))
