"""A held message as an approver changed it: addresses out of sight, a file or the thread under it left out, copies.

Promises: what is not asked for stays byte for byte, and what a release would repair is repaired too. A message that
came in several copies, or is sealed or packed, can't be changed here: it is released or returned whole.
Fails: NothingMended.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.errors import PostwachtError
from gateway.pipeline.mails import served
from gateway.pipeline.ruling import Ruling
from gateway.store.views import CaseView
from rules.case import Case, Facts
from rules.clauses.scene import Scene
from rules.message import Envelope, HeaderEdit, Message, mending, own_address_edits, without_broken_signatures
from rules.message.mending import files, without_files, without_quotes
from rules.people import Audience
from rules.verdict import Delivery


class NothingMended(PostwachtError):
    """None of it can be done to this message, or nothing was asked for."""


@dataclass(frozen=True, slots=True)
class Mends:
    """What is to be changed. `drop`: paths of attachments."""

    hide: bool = False  # own address in To, everybody else out of sight
    split: bool = False  # a copy for each recipient
    quotes: bool = False  # without the thread under it, as plain text
    drop: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be changed of a message: the attachments, each path with its name and size, and whether it quotes."""

    files: tuple[tuple[str, str, int], ...] = ()
    quotes: bool = False


def offer(case: CaseView, message: Message) -> Offer | None:
    """What somebody may change; None if nothing."""
    if len(case.envelopes) != 1 or served(case) or not mending.mendable(message):
        return None
    found = tuple((part.path, part.filename, part.end - part.start) for part in files(message))
    return Offer(found, bool(without_quotes(message)))


def mended(ruling: Ruling, case: CaseView, message: Message, facts: Facts, wanted: Mends) -> tuple[Delivery, ...]:
    """The copies that go out."""
    if offer(case, message) is None:
        raise NothingMended("this message can't be changed")
    stored = case.envelopes[0]
    whole = Case(message, (Envelope(stored.mail_from, stored.rcpt_to),))
    scene = Scene(whole, facts, ruling.roster, ruling.policy.private_mail)
    head = tuple(edit for one in ruling.judge.deliveries(whole, facts) for edit in one.edits)
    if wanted.hide:
        if not scene.own.address:
            raise NothingMended("there is no own address to put in To")
        head = own_address_edits(message, scene.own, lambda address: _stays(scene, address), lambda _header: False)
    body = (*without_files(message, wanted.drop), *(without_quotes(message) if wanted.quotes else ()))
    if not body and not wanted.hide and not wanted.split:
        raise NothingMended("nothing was changed")
    edits = without_broken_signatures(message, _apart(head, body))
    if wanted.split:
        return tuple(Delivery((rcpt,), edits) for rcpt in stored.rcpt_to)
    return (Delivery(stored.rcpt_to, edits),)


def _stays(scene: Scene, address: str) -> bool:
    audience = scene.audience(address)
    return audience.inside or audience is Audience.ORGANISATION


def _apart(head: tuple[HeaderEdit, ...], body: tuple[HeaderEdit, ...]) -> tuple[HeaderEdit, ...]:
    """Both, each line once: of two that touch the same line the header's own repair goes first."""
    taken = [(edit.start, edit.end) for edit in head if edit.end > edit.start]
    kept = (edit for edit in body if not any(start < edit.end and edit.start < end for start, end in taken))
    return (*dict.fromkeys(head), *kept)
