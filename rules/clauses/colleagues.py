"""C27 to C29, C31, C32: mail among colleagues, and who hears of a complaint.

Promises: what goes outside is looked at only where a clause speaks of it (a complaint answered to one family). Hidden
receivers are those of the envelopes that neither a header nor a list in it names; functions are no persons.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.clauses.channels import Heard
from rules.clauses.found import Clause, hit
from rules.clauses.offices import SENDERS, STAFF_OFFICE, TEAM_LEADER, classes_of, holds, replies
from rules.clauses.scene import OUTSIDERS_MIN, Scene
from rules.clauses.written import points
from rules.people import Audience, Kind, Person
from rules.text.lexicon.complaints import SAYINGS
from rules.verdict import Action, Approver

ENOUGH = 10
ALL_STAFF = "*staff"
BYTES_OF_MB = 1024 * 1024
SHARE = 100


def shared_files(scene: Scene, clause: Clause) -> Heard:
    """C27: documents for several colleagues are shared, not sent around."""
    if scene.exempt or scene.outside_receivers or not scene.receivers:
        return (), "protected" if scene.exempt else "not_internal"
    files = scene.written.files
    if not files:
        return (), "no_file"
    big = any(part.end - part.start > int(clause.params["attachment_mb"]) * BYTES_OF_MB * 4 // 3 for part in files)
    others = [one for one in scene.receivers if one != scene.own.address]
    if len(others) < int(clause.params["colleagues_min"]) and not big:
        return (), "few_colleagues"
    why = "file_too_big" if big else "file_to_colleagues"
    return (hit("C27", why, clause.action, clause.approver, why, part=f"part {files[0].path}", count=len(others)),), why


def many_copies(scene: Scene, clause: Clause) -> Heard:
    """C28: little Cc and Bcc inside the school."""
    if scene.exempt or scene.outside_receivers:
        return (), "protected" if scene.exempt else "not_internal"
    if "C28" in scene.facts.told:
        return (), "told_today"
    if complaint(scene):
        return (), "complaint"  # C31 speaks
    copied = _staff(scene, {*_shown(scene, "cc"), *hidden(scene)})
    to = _staff(scene, _shown(scene, "to"))
    if len(copied) <= int(clause.params["copies_max"]) or len(copied) <= len(to):
        return (), "few_copies"
    return (
        hit("C28", "copies", clause.action, clause.approver, "copies", part="header Cc", count=len(copied)),
    ), "copies"


def reply_all(scene: Scene, clause: Clause) -> Heard:
    """C29: no answer to everybody; the sender confirms it."""
    if scene.exempt or not replies(scene):
        return (), "protected" if scene.exempt else "no_answer"
    share = int(clause.params["staff_share"])
    if not any(_everybody(scene, address, share) for address in scene.rcpt) and not _most(
        scene, scene.receivers, share
    ):
        return (), "not_everybody"
    if holds(scene, STAFF_OFFICE | TEAM_LEADER, "C29"):
        return (), "office"
    if scene.facts.opened:
        return (), "own_thread"
    return (hit("C29", "reply_all", clause.action, clause.approver, "reply_all", part="recipients"),), "reply_all"


def complaint_copies(scene: Scene, clause: Clause, named: Iterable[str]) -> Heard:
    """C31: of a complaint only who is concerned hears; `named` are the ids of people the message names."""
    if (why := _complaint_heard(scene)) is not None:
        return (), why
    lists = [one for one in (*_shown(scene, "to"), *_shown(scene, "cc")) if one in scene.roster.lists]
    if lists:
        return (hit("C31", "complaint_list", Action.HOLD, Approver.SELF, "complaint_list", part="header Cc"),), "list"
    copied = _staff(scene, _shown(scene, "cc"))
    if len(copied) > int(clause.params["copies_max"]):
        why = "complaint_copies"
        return (hit("C31", why, clause.action, clause.approver, why, part="header Cc", count=len(copied)),), why
    team = _team(scene, named)
    if team and (strangers := [one for one in copied if not team & _ids(scene, one)]):
        why = "complaint_outsiders"
        return (hit("C31", why, clause.action, clause.approver, why, part="header Cc", count=len(strangers)),), why
    return (), "concerned_only"


def complaint_hidden(scene: Scene, clause: Clause) -> Heard:
    """C32: nobody hears of a complaint unseen; among several families their privacy goes first (C19 against C32)."""
    if scene.exempt:
        return (), "protected"
    several = len(scene.outsiders) >= OUTSIDERS_MIN and scene.families >= OUTSIDERS_MIN
    unseen = [one for one in hidden(scene) if scene.audience(one) is not Audience.FUNCTION]
    if not several and not unseen:
        return (), "nobody_hidden"
    if not complaint(scene):
        return (), "no_complaint"
    if several:
        why = "complaint_families"
        return (hit("C32", why, Action.HOLD, Approver.TEAM_LEADER, why, part="recipients", count=scene.families),), why
    why = "complaint_hidden"
    return (hit("C32", why, clause.action, clause.approver, why, part="envelope", count=len(unseen)),), why


def complaint(scene: Scene) -> bool:
    """Whether the message is about a complaint: several signs of it, or one in the subject; no aches, no rules."""
    text = scene.written
    said = SAYINGS.find(text.own)
    aside = {one.sentence for one in said if one.topic in {"talk", "body"}}
    told = [
        one
        for one in said
        if one.topic == "complaint" and not one.denied_before and not one.asked and one.sentence not in aside
    ]
    if any(one.end <= text.subject_end and one.points >= ENOUGH // 2 for one in told):
        return True
    return points(told, "complaint", plainly=False) >= ENOUGH


def hidden(scene: Scene) -> tuple[str, ...]:
    """Receivers nobody can see: of the envelopes, in no header and behind no list there; the own address apart."""
    seen = set(scene.shown) | {scene.own.address}
    seen = seen.union(*(scene.roster.expand(address) for address in scene.shown))
    if scene.identity is not None:
        seen.add(scene.identity.address)
    return tuple(address for address in scene.receivers if address not in seen and not _same(scene, address, seen))


def _same(scene: Scene, address: str, seen: set[str]) -> bool:
    """Whether somebody stands there by another address."""
    return any(not seen.isdisjoint(person.emails) for person in scene.roster.owners(address))


def _complaint_heard(scene: Scene) -> str | None:
    if scene.exempt:
        return "protected"
    if scene.families >= OUTSIDERS_MIN:
        return "several_families"  # C32 speaks
    shown = (*_shown(scene, "to"), *_shown(scene, "cc"))
    if not _shown(scene, "cc") and not any(one in scene.roster.lists for one in shown):
        return "no_copies"
    if any(scene.audience(one) is Audience.ORGANISATION for one in scene.receivers):
        return "organisations"
    return None if complaint(scene) else "no_complaint"


def _shown(scene: Scene, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(box.address for box in scene.message.mailboxes(name) if box.address))


def _staff(scene: Scene, addresses: Iterable[str]) -> tuple[str, ...]:
    """The colleagues among them; lists and functions are none."""
    lists = scene.roster.lists
    return tuple(one for one in addresses if scene.audience(one) is Audience.STAFF and one not in lists)


def _everybody(scene: Scene, address: str, share: int) -> bool:
    """Whether the address is a list of all, or most, of the staff."""
    entry = scene.roster.lists.get(address)
    return entry is not None and (ALL_STAFF in entry.members or _most(scene, scene.roster.expand(address), share))


def _most(scene: Scene, addresses: Iterable[str], share: int) -> bool:
    on = scene.facts.now.date()
    staff = {p.id for p in scene.roster.people.values() if p.kind is Kind.STAFF and p.emails and not p.left(on)}
    reached = {one for address in addresses for one in _ids(scene, address)} & staff
    return len(staff) > OUTSIDERS_MIN and len(reached) * SHARE >= len(staff) * share


def _ids(scene: Scene, address: str) -> frozenset[str]:
    return frozenset(person.id for person in scene.roster.owners(address))


def _team(scene: Scene, named: Iterable[str]) -> frozenset[str]:
    """Who is concerned with the pupils it is about: mentors, teachers of the class, their leaders; none if unknown."""
    pupils = {one for one in named if (p := scene.roster.person(one)) is not None and p.kind is Kind.PUPIL}
    pupils |= {one for address in scene.outsiders for one in scene.roster.families(address)}
    about = classes_of(scene, frozenset(pupils))
    if not about:
        return frozenset()
    people = [p for p in scene.roster.people.values() if p.kind is Kind.STAFF]
    teachers = [p for p in people if about & {name.casefold() for name in p.teaches}]
    if not teachers:
        return frozenset()
    mentors = [p for p in people if about & {name.casefold() for name in p.mentor_of}]
    leaders = {p.team_leader_id for p in (*mentors, *teachers)} | {p.id for p in people if p.roles & SENDERS}
    return frozenset(p.id for p in (*teachers, *mentors)) | leaders | _writers(scene.writers)


def _writers(writers: Iterable[Person]) -> frozenset[str]:
    return frozenset(one for writer in writers for one in (writer.id, writer.team_leader_id, writer.manager_id) if one)
