"""C36 and C37: who may bind the school by mail, and what an employee may order with a manager's consent.

Promises: only mail to organisations and to people nobody knows is looked at; appointments with parents are no
agreements. Own words decide; a quoted offer or a signed file says what a short "akkoord" is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rules.clauses.channels import Heard
from rules.clauses.found import Clause, hit
from rules.clauses.offices import DESIGNATED, STAFF_OFFICE, delegated, holds, team_leaders
from rules.clauses.scene import Scene
from rules.clauses.written import own_words, points
from rules.message import Message
from rules.people import Audience
from rules.text.context import Context
from rules.text.lexicon.agreements import ORDER_FILES, SAYINGS, SIGNED_FILES
from rules.text.runs import normalise
from rules.text.sayings import Said

OFFICES = STAFF_OFFICE | DESIGNATED
BUSINESS = frozenset({Audience.ORGANISATION, Audience.UNKNOWN_PRIVATE})
ENOUGH = 10
# Of a file's text so much says what it is.
FILE_LETTERS = 4_000
_HEREBY = re.compile(r"(?<!\w)(?:hierbij|bij deze|bij dezen|hereby|herewith)(?!\w)", re.IGNORECASE)


def binding(scene: Scene, clause: Clause) -> Heard:
    """C36: nobody but the offices binds the school."""
    if (why := _not_heard(scene, "C36")) is not None:
        return (), why
    said = SAYINGS.find(scene.written.own)
    if _binds(scene, said):
        return (hit("C36", "binding", clause.action, clause.approver, "binding", part="text"),), "binding"
    if part := _file(scene, SIGNED_FILES):
        return (hit("C36", "binding_file", clause.action, clause.approver, "binding_file", part=part),), "binding_file"
    return (), "nothing_agreed"


def ordering(scene: Scene, clause: Clause) -> Heard:
    """C37: courses and materials with the consent of a manager."""
    if (why := _not_heard(scene, "C37")) is not None:
        return (), why
    said = SAYINGS.find(scene.written.own)
    what = next((topic for topic in ("course", "order") if _orders(said, topic, scene.written.own.text)), "")
    part = "text" if what else _file(scene, ORDER_FILES)
    if not part:
        return (), "nothing_ordered"
    if _approved(scene):
        return (), "approved_supplier"
    if not scene.facts.answered.isdisjoint(team_leaders(scene)):
        return (), "consent_in_thread"
    why = what or "order"
    return (hit("C37", why, clause.action, clause.approver, f"{why}_placed", part=part),), why


def _not_heard(scene: Scene, clause: str) -> str | None:
    """Why the clause does not apply to this message at all."""
    if scene.exempt:
        return "protected"
    if not any(scene.audience(address) in BUSINESS for address in scene.receivers):
        return "no_business"
    if holds(scene, OFFICES):
        return "office"
    return "delegated" if delegated(scene, clause) else None


def _binds(scene: Scene, said: Iterable[Said]) -> bool:
    plain = [one for one in said if one.plain]
    asked = {one.sentence for one in said if one.topic == "asks"}
    deferred = any(one.topic == "defers" for one in said)
    sure = [one for one in plain if one.topic == "binding" and one.sentence not in asked]
    bound = points(sure, "binding")
    if bound >= ENOUGH or (bound and not deferred and any(one.topic in {"business", "terms"} for one in said)):
        return True
    if not deferred and _fine(plain, asked):
        return True
    if deferred or not any(one.topic == "nod" for one in plain):
        return False
    money = any(one.topic == "business" for one in said)
    if not money and any(one.topic == "appointment" for one in said):
        return False
    around = money or _spoken_of(scene.written.quoted) or any(_paper(name) for name in _names(scene))
    return around or bound > 0


def _fine(plain: Iterable[Said], asked: set[tuple[int, int]]) -> bool:
    """Whether a price, an amount or a delivery is found fine: less than consent, but said of terms."""
    kept = [one for one in plain if one.sentence not in asked]
    return any(one.topic in {"fine", "nod"} for one in kept) and any(one.topic == "terms" for one in kept)


def _orders(said: Iterable[Said], topic: str, text: str) -> bool:
    asked = {one.sentence for one in said if one.topic == "asks"}
    deferring = {one.sentence for one in said if one.topic == "defers"}
    kept = [
        one
        for one in said
        if one.topic == topic
        and not one.denied
        and not one.conditional
        and one.sentence not in asked | deferring
        # What is still to be settled puts off an order, but not one that is placed in so many words.
        and (not deferring or _HEREBY.search(text[slice(*one.sentence)]))
    ]
    return points(kept, topic, plainly=False) >= ENOUGH


def refuses(message: Message) -> bool:
    """Whether a mail says no in its author's own words: then it consents to nothing that refers to it."""
    text, _ = own_words(message)
    said = SAYINGS.find(Context(normalise(f"{message.subject}\n\n{text}").text))
    return any(one.topic == "refuses" for one in said)


def _approved(scene: Scene) -> bool:
    """Whether every organisation that gets it is one people may order from."""
    reached = [address for address in scene.receivers if scene.audience(address) in BUSINESS]
    contacts = [scene.roster.contact(address, scene.private_mail) for address in reached]
    return all(contact is not None and "C37" in contact.approved_for for contact in contacts)


def _spoken_of(quoted: Context) -> bool:
    return any(one.topic == "business" for one in SAYINGS.find(quoted))


def _names(scene: Scene) -> tuple[str, ...]:
    return tuple(part.filename.lower() for part in scene.written.files)


def _paper(name: str) -> bool:
    return any(word in name for word in ("offerte", "contract", "overeenkomst", "quot", "agreement", "order", "bestel"))


def _file(scene: Scene, words: tuple[str, ...]) -> str:
    """Where a file says that it is signed, or an order; "" if none does."""
    for part in scene.written.files:
        name = part.filename.lower().replace("_", " ").replace("-", " ")
        if any(word in name for word in words):
            return f"part {part.path} file name"
    for extract in scene.case.extracts:
        text = extract.text[:FILE_LETTERS].lower()
        if any(word in text for word in words if " " in word or len(word) > len("ondertekend")):
            return extract.where
    return ""
