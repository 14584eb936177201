"""C19 and C18: how mail to several parents is addressed, and who writes to a class.

Promises: C19 counts outsiders by audience over everything and everybody (protocol.md, "meerdere personen"); where its
repair is impossible it holds and says why. C18 speaks only where it is known who teaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.clauses.found import Params, hit
from rules.clauses.residue import droppable, in_bytes, left_behind, names_one
from rules.clauses.scene import RESENT, Scene
from rules.message import HeaderEdit, bcc_edits, own_address_edits
from rules.people import Audience, Kind, Person
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


def own_address(scene: Scene, params: Params, action: Action) -> Repair:
    """C19: own address in To, everybody else out of sight."""
    message = scene.message
    plain = bcc_edits(message)
    counted = scene.outsiders
    if params["strict"]:
        counted = tuple(a for a, who in scene.audiences.items() if not who.inside and who is not Audience.PUPIL_SCHOOL)
    if len(counted) < 2:
        return Repair((), plain, False, "fewer_than_two")
    if scene.exempt:
        return _protected(scene, plain)
    if scene.invites:
        if scene.families < 2:
            return Repair((), plain, False, "invitation_one_family")
        return Repair((_held("calendar", families=str(scene.families)),), plain, False, "calendar")
    edits = _edits(scene)
    right = _already_right(scene)
    findings = []
    kinds = message.kinds
    if not right:
        findings += [_held(kind) for kind in UNREWRITABLE if kind in kinds]
    findings += _residue(scene, plain if right else edits, frozenset(counted))
    if right:
        return Repair(tuple(findings), plain, False, "already_right")
    if not findings:
        fix = hit(
            "C19", "visible_outsiders", action, Approver.SELF, "visible_outsiders", part="header To", count=len(counted)
        )
        findings = [fix]
    touchable = kinds.isdisjoint(UNTOUCHABLE)
    return Repair(tuple(findings), edits if touchable else plain, touchable, "several_outsiders")


def _held(why: str, part: str = "", clear: str = "", **params: str) -> Finding:
    return hit("C19", "cannot_repair", Action.HOLD, Approver.SELF, why, part=part, clear=clear, **params)


def _protected(scene: Scene, plain: tuple[HeaderEdit, ...]) -> Repair:
    """Mail nobody here may read: its header is repaired if it is to one family, else its sender says so."""
    if scene.families >= 2:
        return Repair((_held("protected"),), _edits(scene), True, "protected")
    if _already_right(scene):
        return Repair((), plain, False, "already_right")
    fix = hit(
        "C19", "visible_outsiders", Action.FIX, None, "visible_outsiders", part="header To", count=len(scene.outsiders)
    )
    return Repair((fix,), _edits(scene), True, "several_outsiders")


def _already_right(scene: Scene) -> bool:
    """To is exactly the own address, nothing else shows anybody."""
    message = scene.message
    shown = [box.address for name in ("to", "cc") for box in message.mailboxes(name)]
    others = (box.address for name in ("reply-to", *RESENT) for box in message.mailboxes(name))
    return (
        shown == [scene.own.address]
        and len(message.all("to")) == 1
        and not message.all("cc")
        and not any(scene.audience(address).outsider for address in others if address)
        and not any(_names_outsider(scene, header.text) for header in message.headers if droppable(header))
    )


def _edits(scene: Scene) -> tuple[HeaderEdit, ...]:
    outsiders = frozenset(scene.outsiders)
    return own_address_edits(
        scene.message,
        scene.own,
        lambda address: scene.audience(address).inside,
        lambda header: droppable(header) and bool(names_one(header.text, outsiders)),
    )


def _names_outsider(scene: Scene, text: str) -> bool:
    return bool(names_one(text, frozenset(scene.outsiders)))


def _residue(scene: Scene, edits: tuple[HeaderEdit, ...], outsiders: frozenset[str]) -> Iterator[Finding]:
    """One finding a place; the raw bytes are the last look."""
    seen = False
    done: set[tuple[str, str]] = set()
    for place, address in left_behind(scene.sightings, outsiders, edits):
        seen = True
        if (place.where, address) not in done:
            done.add((place.where, address))
            yield _held(f"residue_{place.kind}", place.where, address)
    if not seen and (address := in_bytes(scene.message, outsiders)):
        yield _held("residue_raw", "message", address)


def class_lists(scene: Scene, params: Params) -> tuple[tuple[Finding, ...], str]:
    """C18: who writes to the parents of a class."""
    sender, on = scene.sender, scene.facts.now.date()
    if sender is None or scene.exempt:
        return (), "nobody_known"
    if not sender.teaches:
        return (), "teaches_unknown"
    families = {
        frozenset(pupils): _classes(scene, pupils)
        for address in scene.receivers
        if scene.audience(address) is Audience.PARENT and (pupils := scene.roster.families(address))
    }
    if len(families) < int(params["families_min"]):
        return (), "few_families"
    mentored = {name.casefold() for name in sender.mentor_of} | _delegated(scene, sender, on)
    taught = mentored | {name.casefold() for name in sender.teaches}
    strangers = sum(not classes & taught for classes in families.values())
    if strangers >= int(params["families_min"]):
        found = hit("C18", "no_link", Action.HOLD, Approver.TEAM_LEADER, "no_link", part="recipients", count=strangers)
        return (found,), "no_link"
    if all(classes & mentored for classes in families.values()):
        return (), "own_class"
    if strangers == 0:
        found = hit("C18", "not_mentor", Action.COACH, None, "not_mentor", part="recipients", count=len(families))
        return (found,), "not_mentor"
    return (), "few_strangers"


def _classes(scene: Scene, pupils: frozenset[str]) -> frozenset[str]:
    people = (scene.roster.person(pupil) for pupil in pupils)
    return frozenset(p.class_name.casefold() for p in people if p is not None and p.kind is Kind.PUPIL and p.class_name)


def _delegated(scene: Scene, sender: Person, on: date) -> set[str]:
    """Classes somebody lent the sender: `C18:3B`, or a mentor's own by plain `C18`."""
    found: set[str] = set()
    for given in scene.roster.delegations:
        if given.to_id != sender.id or not given.valid(on):
            continue
        clause, _, name = given.scope.partition(":")
        if clause == "C18":
            giver = scene.roster.person(given.from_id)
            found |= {name.casefold()} if name else {one.casefold() for one in (giver.mentor_of if giver else ())}
    return found
