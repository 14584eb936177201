"""RTF to text, and to the HTML it was made from, for finding what is private in it rather than for showing it.

Promises: total and linear. What no reader shows (ignorable groups, document properties, link targets) is kept beside
the text; files written into it come back as bytes. HTML is got back as MS-OXRTFEX tells: what stands in `htmltag`
groups and the text outside `htmlrtf`.
"""

from __future__ import annotations

import binascii
import html
import re
from dataclasses import dataclass, replace
from typing import Final

from rules.text.charsets import codepage, decode_bytes, whole_letters

_TOKEN = re.compile(
    rb"\\(?:([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|'([0-9A-Fa-f]{2})|([^A-Za-z'])|)|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]+")
# Words that stand for a letter, and marks behind a backslash that do.
_LETTERS: Final = {
    **dict.fromkeys((b"par", b"line", b"row", b"sect", b"page", b"column", b"softline", b"nestrow"), "\n"),
    **dict.fromkeys((b"tab", b"cell", b"nestcell"), "\t"),
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"endash": "–",
    b"emdash": "—", b"emspace": "\u2003", b"enspace": "\u2002", b"qmspace": "\u2005", b"zwj": "\u200d",
    b"zwnj": "\u200c", b"zwbo": "\u200b", b"zwnbo": "\u2060", b"ltrmark": "\u200e", b"rtlmark": "\u200f",
}  # fmt: skip
_MARKS: Final = {b"~": "\xa0", b"-": "\xad", b"_": "\u2011", b"\r": "\n", b"\n": "\n", b"\t": "\t"}
# Groups that are no text although nothing marks them as ignorable.
_UNSEEN: Final = frozenset(
    b"fonttbl colortbl stylesheet info filetbl listtable listoverridetable revtbl rsidtbl generator xmlnstbl template "
    b"datastore themedata latentstyles atnid atnauthor atrfstart atrfend bkmkstart bkmkend tc xe txe rxe fldinst "
    b"datafield private".split()
)
# Text of these is hexadecimal octets.
_OCTETS: Final = frozenset({b"pict", b"objdata", b"blipuid", b"passwordhash"})
# RTF 1.9.1, Font Table: the code page behind a font's character set.
_FONT_PAGES: Final = {
    77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
}  # fmt: skip
_ANSI = 1252
# Each may be a file that is looked into; beyond this they are one, and only searched.
OBJECTS_MAX = 100
# Where an ASCII octet is that letter, or the second half of one; RTF is written in no other.
_PAGES: Final = frozenset(
    {*range(1250, 1259), *range(28591, 28607), 437, 850, 852, 858, 866, 874, 932, 936, 949, 950, 1361, 10000, 20127,
     20866, 21866, 65001}
)  # fmt: skip
_NAMED_PAGES: Final = {b"mac": 10000, b"pc": 437, b"pca": 850}


@dataclass(frozen=True, slots=True)
class RtfText:
    """`text` as a reader shows it, all that is formatted as hidden included; `shown` without that, if there is any.

    `html` is what the text was made from, "" if it was written as RTF; `objects` are files and pictures. `doubtful`: an
    `@` was taken for half a letter; another reader may see it.
    """

    text: str
    html: str = ""
    hidden: str = ""
    shown: str = ""
    objects: tuple[bytes, ...] = ()
    doubtful: bool = False


def rtf_text(data: bytes) -> RtfText:
    """Everything in the markup that can be read."""
    return _Reader(data).read()


@dataclass(frozen=True, slots=True)
class _State:
    """What a group hands down to the groups in it."""

    to: str = "text"  # text, tag (of the HTML), hidden, octets
    page: int = 0  # 0: the document's
    skip: int = 1  # letters after \u that stand for it where Unicode is not read
    rtf_only: bool = False  # between \htmlrtf and \htmlrtf0
    invisible: bool = False
    font_table: bool = False


def _joined(pieces: list[str]) -> str:
    """A letter beyond the first plane is written as two halves."""
    return whole_letters("".join(pieces))


class _Reader:
    """One walk over the tokens, without recursion."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.page = _ANSI
        self.default_font = 0
        self.fonts: dict[int, int] = {}
        self.font = 0
        self.from_html = False
        self.text: list[str] = []
        self.seen: list[str] = []
        self.html: list[str] = []
        self.hidden: list[str] = []
        self.octets: list[bytes] = []
        self.objects: list[bytes] = []
        self.state = _State()
        self.stack: list[_State] = []
        self.pending = bytearray()
        self.skipping = 0
        self.starting = False  # whether a group has just begun: its first word says what it is
        self.ignorable = False
        self.doubtful = False

    def read(self) -> RtfText:
        position, end = 0, len(self.data)
        while position < end:
            found = _TOKEN.match(self.data, position)
            assert found is not None  # every octet is one of these
            position = found.end()
            word, number, octet, mark, brace, run = found.groups()
            if word == b"bin":
                # So many octets of anything.
                length = max(0, int(number or b"0"))
                self._object(self.data[position : position + length])
                position += length
            elif word is not None:
                self._word(word, int(number) if number is not None else None)
            elif run is not None:
                self._run(run)
            elif octet is not None:
                if not self._skipped():
                    self.pending += binascii.unhexlify(octet)
            elif brace is not None:
                self._brace(brace)
            elif mark is not None:
                self._mark(mark)
        self._flush()
        self._take_octets()
        return RtfText(
            _joined(self.text),
            _joined(self.html),
            _joined(self.hidden),
            _joined(self.seen) if len(self.seen) < len(self.text) else "",
            (*self.objects[:OBJECTS_MAX], *([rest] if (rest := b"\0".join(self.objects[OBJECTS_MAX:])) else [])),
            self.doubtful,
        )

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.skipping = 0
        self.starting = brace == b"{"
        self.ignorable = False
        if self.starting:
            self.stack.append(self.state)
            return
        self._take_octets()
        outer = self.stack.pop() if self.stack else self.state
        if outer.to != "hidden" == self.state.to:
            self.hidden.append("\n")
        # What stands behind the last brace is shown by nobody.
        self.state = outer if self.stack else _State(to="hidden")

    def _mark(self, mark: bytes) -> None:
        if mark == b"*" and self.starting:
            self.ignorable = True
            return
        self.starting = False
        if not self._skipped():
            self._put(_MARKS[mark] if mark in _MARKS else "" if mark in b"|:" else mark.decode("latin-1"))

    def _run(self, run: bytes) -> None:
        self.starting = False
        if self.skipping:
            skipped = min(self.skipping, len(run))
            self.skipping -= skipped
            run = run[skipped:]
        if self.state.to == "octets":
            self.octets.append(_NOT_HEX.sub(b"", run))
        elif self.pending or not run.isascii():
            self.pending += run  # the second half of a letter may be written plainly
            self._flush()
        else:
            self._put(run.decode("ascii"))

    def _word(self, word: bytes, number: int | None) -> None:
        starting, self.starting = self.starting, False
        if word in _UNSEEN or word in _OCTETS or (starting and self.ignorable):
            self._enter(word)
            return
        if word == b"u" and number is not None:
            self._flush()
            self._put(chr(number % 0x10000))
            self.skipping = self.state.skip
        elif self.skipping and word != b"uc":
            self.skipping -= 1
        elif word in _LETTERS:
            self._put(_LETTERS[word])
        else:
            self._format(word, number)

    def _enter(self, word: bytes) -> None:
        """A group that no reader shows as text."""
        self._take_octets()
        to = "hidden"
        if word == b"htmltag":
            to = "tag"
        elif word in _OCTETS:
            to = "octets"
        elif word in {b"shppict", b"nonshppict"} or self.state.to == "octets":
            to = self.state.to
        self._become(to=to, font_table=word == b"fonttbl" or self.state.font_table)

    def _format(self, word: bytes, number: int | None) -> None:
        value = 1 if number is None else number
        if word == b"htmlrtf":
            self._become(rtf_only=value != 0)
        elif word in {b"v", b"deleted"}:
            self._become(invisible=value != 0)
        elif word == b"uc":
            self._become(skip=max(0, value))
        elif word == b"plain":
            self._become(page=self.fonts.get(self.default_font, 0), invisible=False)
        elif word == b"f":
            self.font = value
            self._become(page=self.fonts.get(value, 0))
        elif self.state.font_table and word in {b"fcharset", b"cpg"}:
            if page := value if word == b"cpg" else _FONT_PAGES.get(value, 0):
                self.fonts[self.font] = page
                self._become(page=page)
        elif word == b"fromhtml":
            self.from_html = True
        elif word == b"ansicpg" or word in _NAMED_PAGES:
            self._flush()
            self.page = _NAMED_PAGES.get(word, value) or _ANSI
        elif word == b"deff":
            self.default_font = value

    def _become(self, **changed: str | int | bool) -> None:
        if any(getattr(self.state, name) != value for name, value in changed.items()):
            self._flush()
            self.state = replace(self.state, **changed)  # type: ignore[arg-type]

    def _skipped(self) -> bool:
        self.starting = False
        if self.skipping:
            self.skipping -= 1
            return True
        return False

    def _flush(self) -> None:
        if self.pending:
            waiting, self.pending = bytes(self.pending), bytearray()
            page = self.state.page or self.page
            text = decode_bytes(waiting, codepage(page if page in _PAGES else _ANSI))[0]
            self.doubtful |= waiting.count(b"@") > text.count("@")
            self._put(text)

    def _put(self, text: str) -> None:
        if self.pending:
            self._flush()
        state = self.state
        if state.to == "text":
            self.text.append(text)
            if not state.invisible:
                self.seen.append(text)
            if self.from_html and not state.rtf_only:
                self.html.append(html.escape(text, quote=False))
        elif state.to == "tag" and self.from_html:
            if state.rtf_only:
                self.hidden.append(text)
            else:
                self.html.append(text)
        else:
            self.hidden.append(text)

    def _object(self, data: bytes) -> None:
        if data:
            self.objects.append(data)

    def _take_octets(self) -> None:
        if self.octets:
            digits = b"".join(self.octets)
            self.octets = []
            self._object(binascii.unhexlify(digits[: len(digits) & ~1]))
