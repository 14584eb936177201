"""Content inside content: files and texts that stand coded in a text, where clients find them without any header.

Promises: total, linear. What is no text itself is given as `strings` would show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.message.binary import is_text, strings
from rules.message.cms import HEAD_BYTES, is_cms, read_cms
from rules.message.payload import decode_base64, uu_files
from rules.message.tnef import SIGNATURE, File, read_tnef
from rules.text.charsets import decode_bytes
from rules.text.html import html_text

# RFC 2397; the coded text ends where a letter stands that is none of base64's, percent-encoded or not.
_DATA = re.compile(r"base64,((?:[A-Za-z0-9+/=_-]|%(?:2[BFbf]|3[Dd]|0[ADad])|[ \t]?\r?\n[ \t]?)+)")
_PERCENT = {"%2b": "+", "%2f": "/", "%3d": "="}
_CODED = re.compile(r"%[0-9A-Fa-f]{2}")
_URL_SAFE = str.maketrans("-_", "+/")
# A value of a calendar or card, its lines unfolded: RFC 6350 and vCard 2.1 name the coding before the colon.
_VALUE = re.compile(r"(?:ENCODING=B(?:ASE64)?|;BASE64)\b[^:\r\n]{0,200}:([A-Za-z0-9+/=]+)", re.IGNORECASE)
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}\r?\Z")
# Shorter lines without a space are words and numbers.
BASE64_LINE_MIN = 16
_QUOTING = " \t>"
YENC_BEGIN = b"=ybegin "
_YENC = re.compile(rb"=ybegin [^\r\n]{0,400}\r?\n(.*?)(?:\r?\n=yend |\Z)", re.DOTALL)
_YENC_PART = re.compile(rb"=ypart [^\r\n]{0,400}\r?\n")
_YENC_ESCAPE = re.compile(rb"=(.)", re.DOTALL)
_YENC_BACK = bytes((octet - 42) % 256 for octet in range(256))
_LINE_ENDS = b"\r\n"
# Each coding inside another makes it a third longer: who writes more of them wants it not to be read.
PACKINGS_MAX = 4


def embedded(text: str, *, packings: int = PACKINGS_MAX) -> Iterator[str]:
    """Files written into a text: uuencoded, in a data link, or as lines of base64; and in these, so often."""
    if "begin " in text:
        for _, content in uu_files(text.encode("utf-8", "replace")):
            yield letters_of(content, packings=packings)
    if "base64," in text:
        for link in _DATA.finditer(text):
            coded = _CODED.sub(lambda code: _PERCENT.get(code.group().lower(), ""), link.group(1))
            yield letters_of(decode_base64(coded.translate(_URL_SAFE).encode("ascii")), packings=packings)
    if len(text) >= BASE64_LINE_MIN:
        yield from _base64_lines(text, packings)


def _base64_lines(text: str, packings: int) -> Iterator[str]:
    block: list[str] = []
    for line in (*text.split("\n"), ""):
        if line[:1] in _QUOTING:
            line = line.lstrip(_QUOTING)  # noqa: PLW2901 - the line without what quotes it
        if " " not in line and (len(line) >= BASE64_LINE_MIN or block) and _BASE64_LINE.match(line):
            block.append(line)
        elif block:
            data = decode_base64("".join(block).encode("ascii"))
            yield decode_bytes(data, None)[0]
            if data.startswith(SIGNATURE) or is_cms(data[:HEAD_BYTES]):
                yield letters_of(data, packings=packings)
            block = []


def card_values(card: str) -> Iterator[str]:
    """The values of an unfolded calendar or card that are base64: notes, attached files, pictures."""
    for value in _VALUE.finditer(card):
        yield letters_of(decode_base64(value.group(1).encode("ascii")))


def yenc_files(data: bytes) -> Iterator[str]:
    """Files in yEnc: every octet shifted, four of them escaped. Thunderbird shows them as attachments."""
    for found in _YENC.finditer(data):
        lines = _YENC_PART.sub(b"", found.group(1), 1).translate(None, _LINE_ENDS)
        plain = _YENC_ESCAPE.sub(lambda escape: bytes(((escape.group(1)[0] - 64) % 256,)), lines)
        yield letters_of(plain.translate(_YENC_BACK))


def letters_of(data: bytes, *, packings: int = PACKINGS_MAX) -> str:
    """What can be read in these bytes; of a packed or signed message, and of what is coded in it, all it says."""
    if not packings:
        return _flat(data)
    if data.startswith(SIGNATURE):
        packed = read_tnef(data)
        said = [text for _, text in (*packed.lines, *packed.texts)]
        for file in packed.files:
            said += (*file.names, _file_letters(file, packings))
        return "\n".join(said)
    if is_cms(data[:HEAD_BYTES]) and (content := read_cms(data, unpack=False).content):
        return f"{letters_of(content, packings=packings - 1)}\n{strings(data)}"
    if not is_text(data):
        return strings(data)
    text = _flat(data)
    shown = [html_text(text).text] if text.lstrip()[:1] == "<" or "&#" in text else []
    return "\n".join((text, *shown, *embedded(text, packings=packings - 1)))


def _flat(data: bytes) -> str:
    return decode_bytes(data, None)[0] if is_text(data) else strings(data)


def _file_letters(file: File, packings: int) -> str:
    if not file.kind.startswith("text/"):
        return letters_of(file.data, packings=packings - 1)
    text = decode_bytes(file.data, file.charset)[0]
    return f"{html_text(text).text}\n{text}" if file.kind == "text/html" else text
