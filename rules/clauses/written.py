"""What the author of a message wrote now: the subject and the own words, apart from quotes, signature and files.

Promises: total; worked out once a message, and only if a clause asks. Texts are normalised; the subject is the first
line of `own`, its RE: and FW: apart. What only quotes or signs is there too, by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from rules.message import Message, Part, Place, places
from rules.message.quotes import signature_start
from rules.text.context import Context
from rules.text.runs import normalise
from rules.text.sayings import Said, Sayings

# So many letters of somebody's own words say what a message is about.
LETTERS_MAX = 40_000
_PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|antw|betr|doorst|aw|wg|tr)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LINK = ("://", "www.", "@")
_ENOUGH = 10
_QUESTION = re.compile(r"([^.!?\n]{0,400})\?")
# "Vragen? Mail gerust." stands under letters that want no answer.
_CLOSING = re.compile(
    r"(?:(?:heeft|hebt|heb|have|do|zijn|are) )?(?:u |je |jullie |er |you |there )?"
    r"(?:have )?(?:nog |meer |toch |any |more )?"
    r"(?:vragen|vraag|questions?|opmerkingen)(?: (?:of|en|or) (?:opmerkingen|vragen|remarks|comments))?"
    r"|fijn weekend|ok[eé]?|hoe gaat het",
    re.IGNORECASE,
)
_SEALS = ("application/pkcs7-", "application/x-pkcs7-", "application/pgp-", "multipart/")
_SEAL_NAMES = (".ics", ".p7s", ".p7m", ".asc", ".sig")
_NO_FILES = frozenset({"text/calendar", "message/delivery-status", "message/disposition-notification"})


class _Sighted(Protocol):
    @property
    def place(self) -> Place: ...


class Written:
    """The words of one message; `files` are its attachments, pictures in the text, signatures and invitations apart."""

    __slots__ = ("_quoted", "_sightings", "files", "own", "prefixed", "signature", "subject_end")

    def __init__(self, message: Message, sightings: Iterable[_Sighted]) -> None:
        self._sightings = tuple(one for one in sightings if one.place.kind in {"text", "quoted"})
        bodies = {part.path for part in message.parts if not part.is_attachment}
        self._sightings = tuple(one for one in self._sightings if one.place.part_path in bodies)
        self.files = tuple(part for part in message.parts if _is_file(part))
        self.prefixed = _PREFIX.match(message.subject) is not None
        subject = normalise(_PREFIX.sub("", message.subject)).text.replace("\n", " ")
        texts, signatures = [], []
        for text in self._texts("text"):
            body = normalise(text[:LETTERS_MAX]).text
            signed = signature_start(body)
            texts.append(body[:signed])
            signatures.append(body[signed:])
        self.subject_end = len(subject)
        self.own = Context("\n\n".join((subject, *dict.fromkeys(texts))))
        self.signature = "\n".join(signatures)
        self._quoted: Context | None = None

    def _texts(self, kind: str) -> Iterator[str]:
        return (one.place.text for one in self._sightings if one.place.kind == kind)

    @property
    def quoted(self) -> Context:
        """The mail that is quoted, if any."""
        if self._quoted is None:
            self._quoted = Context("\n\n".join(normalise(text[:LETTERS_MAX]).text for text in self._texts("quoted")))
        return self._quoted

    def asks(self) -> bool:
        """Whether there is a question in the own words; that one may ask questions is none."""
        return any(
            not any(mark in found[0].split()[-1] for mark in _LINK) and not _CLOSING.fullmatch(found[1].strip())
            for found in _QUESTION.finditer(self.own.text)
        )


def own_words(message: Message) -> tuple[str, tuple[str, ...]]:
    """What the author wrote, signature and all, to send it another way; and the names of the files."""
    bodies = {part.path for part in message.parts if not part.is_attachment}
    texts = (place.text.strip() for place in places(message) if place.kind == "text" and place.part_path in bodies)
    files = tuple(part.filename for part in message.parts if _is_file(part) and part.filename)
    return next((text for text in texts if text), "")[:LETTERS_MAX], files


def points(said: Iterable[Said], topic: str, *, plainly: bool = True) -> int:
    """What the different sayings of a topic are worth together; `plainly` leaves out the denied and the doubtful."""
    found = {one.saying: one.points for one in said if one.topic == topic and (one.plain or not plainly)}
    return sum(found.values())


def says(context: Context, book: Sayings, topic: str) -> bool:
    """Whether the topic is spoken of, plainly and in so many words."""
    return points(book.find(context), topic) >= _ENOUGH


def _is_file(part: Part) -> bool:
    """What its sender attached: no seal, no invitation, no picture in a signature."""
    if not part.is_attachment or part.content_type.startswith(_SEALS) or part.content_type in _NO_FILES:
        return False
    return not part.filename.lower().endswith(_SEAL_NAMES)
