"""A message as its receiver would see it, made harmless: the text, what was found marked in it, nothing that acts.

Promises: what is shown can run nothing and load nothing: markup is taken apart and put together anew from a short list
of tags (nh3), links are text with where they lead, pictures are gone. It is shown in a frame of its own that may do
nothing at all, so that a mistake in the first still meets the second. Values found are masked unless they were revealed
for a reason; a value that stands where it can't be marked turns the page into its plain text. Letters that turn the
direction of text or are not seen at all are shown as signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import nh3

from rules.message import Message, Part
from rules.text import html_text

LETTERS_MAX: Final = 60_000
TAGS: Final = frozenset(
    "a abbr b blockquote br caption center code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre q s small span "
    "strong sub sup table tbody td tfoot th thead tr u ul".split()
)
SCHEMES: Final = frozenset({"mailto", "http", "https", "tel"})
ATTRIBUTES: Final = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# Of these the content goes too.
DROPPED: Final = frozenset({"script", "style", "title", "noscript", "template", "svg", "math", "iframe", "object"})
# Unicode TR 36 §2.2 and §2.5: marks that turn the direction of text, and letters without a width.
_HIDDEN: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINK: Final = re.compile(r'<a(?: href="([^"]*)")?[^>]*>(.*?)</a>', re.DOTALL)
_PIECE: Final = re.compile(r"<[^>]*>|[^<]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that was found: as it stands in the message, and as it may be shown."""

    clear: str
    shown: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The body for the frame, and how many of the marks are in it."""

    html: str
    marked: int
    plain: bool  # the text alone, instead of the markup
    cut: bool  # the rest is left out


def show(message: Message, marks: Iterable[Mark], *, sanitise: bool = True) -> Shown:
    """Draw a message's body. `sanitise=False` is for tests of the frame alone."""
    wanted = _sorted(marks)
    body = _body(message)
    if body is None:
        return Shown("", 0, plain=False, cut=False)
    text = body.text or ""
    cut = len(text) > LETTERS_MAX
    text = text[:LETTERS_MAX]
    if body.content_type == "text/html":
        if not sanitise:
            return Shown(text, 0, plain=False, cut=cut)
        clean = nh3.clean(
            text, tags=set(TAGS), attributes=ATTRIBUTES, clean_content_tags=set(DROPPED), url_schemes=set(SCHEMES),
            link_rel=None,
        )  # fmt: skip
        clean = _visible(_LINK.sub(_spelt, clean))
        drawn, marked = _marked(clean, wanted)
        text = html_text(text).text
        if marked >= _marked(_visible(escape(text, quote=False)), wanted)[1]:
            return Shown(drawn, marked, plain=False, cut=cut)
    drawn, marked = _marked(_visible(escape(text, quote=False)), wanted)
    return Shown(f"<pre>{drawn}</pre>", marked, plain=body.content_type == "text/html", cut=cut)


def _body(message: Message) -> Part | None:
    """What a mail client shows: HTML if there is any, else the text; no attachment."""
    bodies = [part for part in message.parts if not part.is_attachment and part.text is not None]
    html = next((part for part in bodies if part.content_type == "text/html"), None)
    return html or next((part for part in bodies if part.content_type == "text/plain"), None)


def _sorted(marks: Iterable[Mark]) -> Sequence[Mark]:
    """Each value once, the longest first: one may hold another."""
    found = {mark.clear: mark for mark in marks if mark.clear.strip()}
    return sorted(found.values(), key=lambda mark: -len(mark.clear))


def _spelt(link: re.Match[str]) -> str:
    """A link as text, with where it leads."""
    where, said = link[1] or "", link[2]
    return f"<u>{said}</u>" + (f" <code>[{where}]</code>" if where and where != said else "")


def _visible(text: str) -> str:
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]" if found[0] != "\u00ad" else "", text)


def _marked(html: str, marks: Sequence[Mark]) -> tuple[str, int]:
    """Mark the values between the tags; how many of them were found."""
    if not marks:
        return html, 0
    shown = {_key(escape(mark.clear, quote=False)): mark.shown for mark in marks}
    pattern = re.compile("|".join(_spaced(mark.clear) for mark in marks), re.IGNORECASE)
    seen: set[str] = set()

    def mark(found: re.Match[str]) -> str:
        key = _key(found[0])
        if key not in shown:
            return found[0]
        seen.add(key)
        return f"<mark>{escape(shown[key], quote=False)}</mark>"

    pieces = (piece if piece.startswith("<") else pattern.sub(mark, piece) for piece in _PIECE.findall(html))
    return "".join(pieces), len(seen)


def _spaced(clear: str) -> str:
    """A value as it stands in escaped text, whatever its spaces are."""
    words = (re.escape(escape(word, quote=False)) for word in clear.split())
    return r"(?:\s|&nbsp;)+".join(words)


def _key(text: str) -> str:
    return " ".join(text.replace("&nbsp;", " ").split()).casefold()
