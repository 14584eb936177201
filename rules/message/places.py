"""Every place of a message an address can hide in, decoded at all levels (architecture.md, invariant 4).

Promises: total, linear for a given depth, lazy. Nothing is read twice that says nothing new: other readings of a text
are given only if they hold a token with `@` the text itself does not. Encrypted content is not read, nor what is
damaged in TNEF: `unread` names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rules.message.binary import is_text, strings
from rules.message.cards import unfolded
from rules.message.disguises import readings
from rules.message.embedded import BASE64_LINE_MIN, YENC_BEGIN, embedded, yenc_files
from rules.message.kinds import why_shut
from rules.message.model import LIMITS, Message, Part
from rules.message.params import read_value
from rules.message.payload import IDENTITY, KNOWN
from rules.message.quotes import signature_start, split_quotes
from rules.message.values import Header, Place
from rules.text.charsets import decode_bytes, guess
from rules.text.html import HtmlText, html_text
from rules.text.percent import undo_percent
from rules.text.tokens import at_tokens
from rules.text.words import decode_words

_CALENDAR = (frozenset({"text/calendar", "application/ics", "text/x-vcalendar"}), (".ics", ".vcs", ".ical"))
_VCARD = (frozenset({"text/vcard", "text/x-vcard", "text/directory"}), (".vcf", ".vcard"))
# Markup in a wide sense: what a mail reader or a browser shows without its tags.
_HTML = (
    frozenset(
        {
            "text/html", "application/xhtml+xml", "text/enriched", "text/richtext", "text/x-amp-html",
            "text/watch-html", "image/svg+xml", "text/xml", "application/xml",
        }
    ),
    (".html", ".htm", ".xhtml", ".svg", ".xml"),
)  # fmt: skip
# None of the signs by which `readings`, encoded words and RFC 2231 begin: all of them need one of these, or a control.
_PLAIN_VALUE = re.compile(rb"[^\x00-\x08\x0b-\x1f\x7f%=&\\+*\x80-\xff\n]*\Z")
# Browsers take these out of a link before they read it.
_NO_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))
# Codings that leave away what they do not understand.
_WHOLE = KNOWN - IDENTITY - {"quoted-printable"}
# A telephone, an account, a number of a person.
_FIGURES = re.compile(r"[0-9](?:[ .-]?[0-9]){5,}")
_SHUT = frozenset({"smime_encrypted", "rpmsg"})


def places(message: Message) -> Iterator[Place]:
    """All places, the message's own headers first."""
    return _message(message, "", "")


def unread(message: Message) -> Iterator[tuple[str, str]]:
    """What `places` did not look into, as (where, why).

    "tnef", "encrypted", "damaged", "too_big", "too_deep", "ambiguous", "encoding".
    """
    for defect in message.defects:
        if defect.code in LIMITS:
            yield defect.where, "too_deep"
        elif defect.code == "tnef":
            yield defect.where, "tnef"
    if message.depth:
        # The differences of the message itself are its own; those of an attached one would be seen by nobody.
        yield from ((difference.where, "ambiguous") for difference in message.differences)
    for part in (*message.containers, *message.parts):
        where = f"part {part.path}" if part.path else "message"
        if why := why_shut(part):
            yield where, why
            if not part.is_tnef:
                continue
        if part.message is not None:
            yield from ((f"{where}: {inner}", why) for inner, why in unread(part.message))
        elif part.holds_message:
            yield where, "too_deep"
        elif part.encoding not in KNOWN:
            yield where, "encoding"


def _is_shut(part: Part) -> bool:
    """Whether the content is a format that hides what is in it; signed mail only wraps it."""
    return not part.is_tnef and not part.kinds.isdisjoint(_SHUT)


def _message(message: Message, within: str, path: str) -> Iterator[Place]:
    for header in message.headers:
        where = f"{within}header {header.name.title()}"
        if _says_no_more(header):
            yield Place(where, "header", header.text, header, path)
        else:
            yield from _header(header, where, path)
    for where, start, end in message.gaps:
        if data := message.raw[start:end].strip():
            yield from _text(decode_bytes(data, None)[0], f"{within}{where}", "raw", path)
    for part in (*message.containers, *message.parts):
        inner = f"{path}/{part.path}" if path else part.path
        yield from _part(part, message, f"{within}part {part.path}" if part.path else f"{within}message", inner)


def _says_no_more(header: Header) -> bool:
    """Whether no other reading of this header could say anything: most are words and dates."""
    value = header.value
    plain = _PLAIN_VALUE.match(value) is not None and (b" " in value or len(value) < BASE64_LINE_MIN)
    return plain and "@" not in header.name


def _header(header: Header, where: str, path: str) -> Iterator[Place]:
    text = header.text
    yield Place(where, "header", text, header, path)
    if "@" in header.name:
        yield Place(where, "header", header.name, header, path)
    value = header.value
    if _says_no_more(header):
        return
    others: list[str] = []
    if b"=?" in value:
        if "=?" in text:  # a word inside a word
            others.append(decode_words(text.encode("utf-8", "replace")))
        if value.count(b"@") > text.count("@"):  # decoding took an address away
            others.append(decode_bytes(value, None)[0])
    if b"*" in value and b";" in value:
        read = read_value(value)
        others += (reading for name in read.readings for reading in read.texts(name))
    others += (*readings(text), *embedded(text))
    yield from (Place(where, "header", other, header, path) for other in _fresh(others, text))


def _part(part: Part, message: Message, where: str, path: str) -> Iterator[Place]:
    if part.header is not message.headers:
        for header in part.header:
            yield from _header(header, f"{where} header {header.name.title()}", path)
    for name in part.filenames:
        yield Place(f"{where} file name", "filename", name, None, path)
    if part.content_type.startswith("multipart/") or (_is_shut(part) and not is_text(part.payload)):
        return
    nested = part.message
    if nested is not None:
        yield from _message(nested, f"{where}: ", path)
        if part.cms is not None:
            yield from _around(part, nested, where, path)
    if nested is None or (part.is_tnef and nested.defects and is_text(part.payload)):
        # A text under the name of a packed message is read as what it is.
        yield from _content(part, where, path)


def _around(part: Part, nested: Message, where: str, path: str) -> Iterator[Place]:
    """What stands beside signed content in its wrapper: the names in certificates, and whatever else."""
    told = decode_bytes(nested.raw, None)[0]
    yield from (Place(where, "raw", one, None, path) for one in _fresh((strings(part.payload),), told))


def _content(part: Part, where: str, path: str) -> Iterator[Place]:
    payload = part.payload
    if YENC_BEGIN in payload:
        yield from (Place(where, "raw", one, None, path) for one in yenc_files(payload))
    known = _is(part, _HTML) or _is(part, _CALENDAR) or _is(part, _VCARD)
    if part.text is None and not known and not is_text(payload):
        if found := strings(payload):
            yield Place(where, "raw", found, None, path)
        return
    text = part.text if part.text is not None else decode_bytes(payload, part.charset)[0]
    if _is(part, _HTML):
        yield from _html(text, where, path)
    if _is(part, _CALENDAR):
        yield from _card(text, f"{where} calendar", "calendar", path)
    elif _is(part, _VCARD):
        yield from _card(text, f"{where} card", "vcard", path)
    elif part.text is not None and not known:
        flowed = part.params.get("format", "").lower() == "flowed"
        yield from _text(text, f"{where} text", "text", path, flowed=flowed)
    elif not known:
        yield from _text(text, where, "raw", path)
    if payload.count(b"@") > text.count("@"):
        # The charset is not what the label says: without it there is more to read.
        yield from (Place(f"{where} raw", "raw", one, None, path) for one in _fresh((guess(payload),), text))
    if part.encoding in _WHOLE and b"@" in (raw := part.source[part.start : part.end]):
        # No letter of base64, and around an uuencoded file: this text was never encoded, whatever its label says.
        yield from _text(decode_bytes(raw, None)[0], f"{where} raw", "raw", path)


def _is(part: Part, family: tuple[frozenset[str], tuple[str, ...]]) -> bool:
    types, endings = family
    return part.content_type in types or any(
        # Windows drops dots and spaces at the end of a name.
        name.lower().rstrip(" .").endswith(endings)
        for name in part.filenames
    )


def _text(text: str, where: str, kind: str, path: str, *, flowed: bool = False) -> Iterator[Place]:
    for piece_kind, piece in split_quotes(text) if kind == "text" else [(kind, text)]:
        if piece:
            yield Place(where, piece_kind, piece, None, path)
    yield from (Place(where, "raw", other, None, path) for other in _fresh(readings(text, flowed=flowed), text))
    yield from (Place(where, "raw", other, None, path) for other in _fresh(embedded(text), text, figures=True))


def _card(text: str, where: str, kind: str, path: str) -> Iterator[Place]:
    first, *others = unfolded(text)
    yield Place(where, kind, first, None, path)
    yield from (Place(where, kind, other, None, path) for other in _fresh((*others, *readings(text)), first))
    yield from (Place(where, kind, other, None, path) for other in _fresh(embedded(text), first, figures=True))


def _html(text: str, where: str, path: str) -> Iterator[Place]:
    found = html_text(text)
    for quoted, piece in _cut(found.text, found.quotes):
        for kind, part in [("quoted", piece)] if quoted else split_quotes(piece):
            if part:
                yield Place(f"{where} text/html", kind, part, None, path)
    links = [undo_percent(link.translate(_NO_BREAKS)) for link in found.links]
    for aside, link in zip(_asides(found), links, strict=True):
        yield Place(f"{where} text/html link", "link", link, None, path, aside)
    for name, kind, texts in (
        ("attribute", "attribute", found.hidden),
        ("comment", "comment", found.comments),
    ):
        for one in texts:
            yield Place(f"{where} text/html {name}", kind, one, None, path)
    for one in found.shown:
        yield Place(f"{where} text/html", "text", one, None, path)
    others = (text, *readings(text))
    told = "\n".join((found.text, *links, *found.hidden, *found.comments))
    source = f"{where} text/html source"
    yield from (Place(source, "raw", other, None, path) for other in _fresh(others, told))
    yield from (Place(source, "raw", other, None, path) for other in _fresh(embedded(text), told, figures=True))


def _asides(found: HtmlText) -> Iterator[str]:
    """Of each link, whether it is quoted or stands under the greeting. A page without a tree has no places."""
    if not found.links:
        return
    own = next((end for end in _first_quoted(found)), len(found.text))
    signed = signature_start(found.text[:own])
    for at in found.links_at or (0,) * len(found.links):
        quoted = at >= own or any(start <= at < end for start, end in found.quotes)
        yield "quoted" if quoted else "signature" if at >= signed else ""


def _first_quoted(found: HtmlText) -> Iterator[int]:
    """From where on all is quoted by what the text itself says."""
    pieces = split_quotes(found.text)
    if len(pieces) > 1 and pieces[-1][0] == "quoted":
        yield len(found.text) - len(pieces[-1][1])


def _cut(text: str, quotes: tuple[tuple[int, int], ...]) -> Iterator[tuple[bool, str]]:
    """The text in pieces: in a quote or not."""
    position = 0
    for start, end in sorted(quotes):
        if end <= position:
            continue
        if start > position:
            yield False, text[position:start]
        yield True, text[max(start, position) : end]
        position = end
    if position < len(text):
        yield False, text[position:]


def _fresh(others: Iterable[str], told: str, *, figures: bool = False) -> Iterator[str]:
    """The readings that show a token around `@`, with `figures` also a row of them, not told yet."""
    seen: set[str] | None = None
    for other in others:
        if "@" in other or (figures and _FIGURES.search(other)):
            seen = _tokens(told, figures=figures) if seen is None else seen
            tokens = _tokens(other, figures=figures)
            if not tokens <= seen:
                seen |= tokens
                yield other


def _tokens(text: str, *, figures: bool) -> set[str]:
    found = {text[start:end].lower() for start, end in at_tokens(text)}
    return found.union(_FIGURES.findall(text)) if figures else found
