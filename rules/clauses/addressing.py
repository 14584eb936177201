"""C19 and C18: how mail to several parents is addressed, and who writes to a class.

Promises: C19 counts outsiders by audience over everything and everybody (protocol.md, "meerdere personen"); where its
repair is impossible it holds and says why. C18 speaks only where it is known who teaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.clauses.allowed import shared
from rules.clauses.found import Clause, hit
from rules.clauses.offices import classes, of_own_class, parents
from rules.clauses.residue import droppable, in_bytes, left_behind, names_one
from rules.clauses.scene import OUTSIDERS_MIN, RESENT, Scene
from rules.message import HeaderEdit, address_variants, bcc_edits, own_address_edits
from rules.people import Audience
from rules.verdict import Action, Approver, Finding

# Kinds whose recipients stand elsewhere too, where a changed header does not reach (domain.md 5.3).
UNREWRITABLE = ("header_protected", "tnef", "smime_encrypted", "pgp_encrypted", "rpmsg")
# Kinds whose header must not be touched even when a person lets them go.
UNTOUCHABLE = frozenset({"header_protected", "tnef"})


@dataclass(frozen=True, slots=True)
class Repair:
    """What C19 says: its findings, and the header edits that go with the message when it goes."""

    findings: tuple[Finding, ...]
    edits: tuple[HeaderEdit, ...]
    fixed: bool
    why: str


def own_address(scene: Scene, clause: Clause) -> Repair:
    """C19: own address in To, everybody else out of sight. A policy that only advises changes no line."""
    message = scene.message
    plain = bcc_edits(message)
    strict = bool(clause.params["strict"])
    counted = _everybody_outside(scene) if strict else scene.outsiders
    if len(counted) < OUTSIDERS_MIN:
        return Repair((), plain, False, "fewer_than_two")
    right = _already_right(scene, frozenset(counted))
    if clause.action < Action.FIX:
        advice = () if right else (_visible(clause, "visible_kept", len(counted)),)
        return Repair(advice, plain, False, "only_advice")
    if not scene.own.address:
        return Repair((_held("no_own_address"),), plain, False, "no_own_address")
    edits = plain if right else _edits(scene, frozenset(counted))
    several = Repair((), edits, not right, "already_right" if right else "several_outsiders")
    if scene.exempt:
        if scene.families >= OUTSIDERS_MIN:
            return replace(several, findings=(_held("protected"),), why="protected")
        return several if right else replace(several, findings=(_visible(clause, "visible_outsiders", len(counted)),))
    if scene.invites:
        if scene.families < OUTSIDERS_MIN:
            return Repair((), plain, False, "invitation_one_family")
        return Repair((_held("calendar", families=str(scene.families)),), plain, False, "calendar")
    kinds = message.kinds
    findings = [] if right else [_held(kind) for kind in UNREWRITABLE if kind in kinds]
    findings += _residue(scene, edits)
    if right:
        return replace(several, findings=tuple(findings))
    if not kinds.isdisjoint(UNTOUCHABLE):
        return Repair(tuple(findings), plain, False, "several_outsiders")
    return replace(several, findings=tuple(findings) or (_visible(clause, "visible_outsiders", len(counted)),))


def _everybody_outside(scene: Scene) -> tuple[str, ...]:
    """Whom the literal reading counts: suppliers too, but no pupil at school."""
    return tuple(a for a, who in scene.audiences.items() if not who.inside and who is not Audience.PUPIL_SCHOOL)


def _visible(clause: Clause, why: str, count: int) -> Finding:
    return hit("C19", "visible_outsiders", clause.action, clause.approver, why, part="header To", count=count)


def _held(why: str, part: str = "", clear: str = "", **params: str) -> Finding:
    return hit("C19", "cannot_repair", Action.HOLD, Approver.SELF, why, part=part, clear=clear, **params)


def _already_right(scene: Scene, counted: frozenset[str]) -> bool:
    """To is exactly the own address, nothing else shows anybody."""
    message = scene.message
    shown = [box.address for name in ("to", "cc") for box in message.mailboxes(name)]
    others = (box.address for name in ("reply-to", *RESENT) for box in message.mailboxes(name))
    return (
        shown == [scene.own.address]
        and len(message.all("to")) == 1
        and not message.all("cc")
        and counted.isdisjoint(others)
        and not any(names_one(header.text, counted) for header in message.headers if droppable(header))
    )


def _edits(scene: Scene, counted: frozenset[str]) -> tuple[HeaderEdit, ...]:
    """Reply-To and Resent lines keep the school's and organisations' addresses, unless these are counted too."""

    def keep(address: str) -> bool:
        who = scene.audience(address)
        return who.inside or (who is Audience.ORGANISATION and address not in counted)

    return own_address_edits(
        scene.message, scene.own, keep, lambda header: droppable(header) and bool(names_one(header.text, counted))
    )


def _residue(scene: Scene, edits: tuple[HeaderEdit, ...]) -> tuple[Finding, ...]:
    """What the edits leave, but for addresses their owners agreed to share."""
    outsiders = frozenset(scene.outsiders)
    found = tuple(_left(scene, edits, _untagged(outsiders)))
    agreed = shared(scene, outsiders) if found else frozenset()
    return tuple(_left(scene, edits, _untagged(outsiders - agreed))) if agreed else found


def _untagged(addresses: frozenset[str]) -> frozenset[str]:
    """Each address with and without its +tag: either names the person."""
    return frozenset(variant for address in addresses for variant in address_variants(address))


def _left(scene: Scene, edits: tuple[HeaderEdit, ...], outsiders: frozenset[str]) -> Iterator[Finding]:
    """One finding a place; the raw bytes are the last look."""
    seen = False
    done: set[tuple[str, str]] = set()
    for place, address in left_behind(scene.sightings, outsiders, edits):
        seen = True
        if (place.where, address) not in done:
            done.add((place.where, address))
            yield _held(f"residue_{place.kind}", place.where, address)
    if not seen and (address := in_bytes(scene.message, outsiders, edits)):
        yield _held("residue_raw", "message", address)


def class_lists(scene: Scene, clause: Clause) -> tuple[tuple[Finding, ...], str]:
    """C18: who writes to the parents of a class. The policy's action is for a teacher who does not mentor them."""
    writers = scene.writers
    if not writers or scene.exempt:
        return (), "nobody_known"
    if not all(writer.teaches for writer in writers):
        return (), "teaches_unknown"
    least = int(clause.params["families_min"])
    families = classes(scene, parents(scene))
    if len(families) < least:
        return (), "few_families"
    taught = {name.casefold() for writer in writers for name in writer.teaches}
    others = [family for family in families if not of_own_class(scene, family)]
    strangers = sum(not family & taught for family in others)
    if strangers >= least:
        found = hit("C18", "no_link", Action.HOLD, clause.approver, "no_link", part="recipients", count=strangers)
        return (found,), "no_link"
    if (pupils_of := len(others) - strangers) >= least:
        found = hit(
            "C18", "not_mentor", clause.action, clause.approver, "not_mentor", part="recipients", count=pupils_of
        )
        return (found,), "not_mentor"
    return (), "few_others" if others else "own_class"
