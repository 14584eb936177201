"""Content-Type and Content-Disposition: value and parameters, by the letter and as clients read them.

Promises: total, linear. RFC 2045 quoting, RFC 2231 charsets and continuations, RFC 2047 words where they should not be.
All readings of a parameter are kept; `first` is the strict one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from rules.text.charsets import decode_bytes
from rules.text.words import decode_words

# A parameter: name, white space, =, then a quoted string or whatever stands before the next semicolon.
_BETWEEN = re.compile(r"[;\s]*")
_PARAMETER = re.compile(r"([^\s;=\"]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*)))?[^;]*", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*?)\Z")


@dataclass(frozen=True, slots=True)
class Value:
    """`kind` in lower case without white space; `readings` of each parameter, the strict one first, as bytes."""

    kind: str
    readings: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)

    def first(self, name: str) -> bytes:
        """The strict reading, b"" if the parameter is missing."""
        return self.readings.get(name, (b"",))[0]

    def texts(self, name: str) -> tuple[str, ...]:
        """All readings as people see them."""
        return tuple(decode_words(reading) for reading in self.readings.get(name, ()))


def read_value(raw: bytes) -> Value:
    """Total: anything gives a value."""
    text = raw.decode("latin-1")
    kind, semicolon, rest = text.partition(";")
    if "(" in text:
        # Comments may stand between tokens (RFC 2045 §5.1), not in quotes; they only matter in front.
        kind = _COMMENT.sub("", kind)
    kind = "".join(kind.split()).lower()
    if not semicolon:
        return Value(kind)
    plain: dict[str, list[bytes]] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _parameters(rest):
        name, quoted, bare = match.groups()
        value = _ESCAPE.sub(r"\1", quoted) if quoted is not None else _bare(bare or "")
        _sort_in(name.lower(), value, plain, sections)
    readings = {name: tuple(dict.fromkeys(values)) for name, values in plain.items()}
    for name, pieces in sections.items():
        joined = _join(pieces)
        readings[name] = tuple(dict.fromkeys((joined, *readings.get(name, ()))))
    return Value(kind, readings)


def _parameters(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while (between := _BETWEEN.match(text, position)) is not None and (position := between.end()) < len(text):
        match = _PARAMETER.match(text, position)
        if match is not None:
            yield match
        semicolon = text.find(";", position + 1)
        position = match.end() if match is not None else len(text) if semicolon == -1 else semicolon


def _bare(value: str) -> str:
    return (_COMMENT.sub("", value) if "(" in value else value).strip()


def _sort_in(
    name: str, value: str, plain: dict[str, list[bytes]], sections: dict[str, dict[int, tuple[str, bool]]]
) -> None:
    if "*" not in name:
        plain.setdefault(name, []).append(value.encode("latin-1"))
        return
    section = _SECTION.match(name)
    if section is None:
        plain.setdefault(name, []).append(value.encode("latin-1"))
        return
    base, number, coded = section.groups()
    sections.setdefault(base, {}).setdefault(int(number or 0), (value, bool(coded)))


def _join(pieces: Mapping[int, tuple[str, bool]]) -> bytes:
    """RFC 2231 §3 and §4: sections in order, the charset in front of the first."""
    charset: str | None = None
    out: list[bytes] = []
    for index, number in enumerate(sorted(pieces)):
        value, coded = pieces[number]
        if coded and index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        out.append(unquote_to_bytes(value) if coded else value.encode("latin-1"))
    joined = b"".join(out)
    return decode_bytes(joined, charset)[0].encode() if charset else joined
