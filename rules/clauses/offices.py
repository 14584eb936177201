"""Who holds which office at school, as the directory and its delegations say (protocol.md, Roles; C1).

Promises: the roles of who sends, and of the mailbox they write for; a delegation of a clause counts on its days only.
"""

from __future__ import annotations

from rules.clauses.families import grouped
from rules.clauses.scene import Scene
from rules.people import Audience, Kind, Person

STAFF_OFFICE = frozenset({"staflid"})
DESIGNATED = frozenset({"administratief aangewezen"})
TEAM_LEADER = frozenset({"teamleider"})
WEB = frozenset({"webbeheer", "redactie"})
TEACHING = frozenset({"docent", "mentor"})
# protocol.md, Roles: a team leader counts as staf in the clauses about channels, not where the school is bound.
SENDERS = STAFF_OFFICE | DESIGNATED | TEAM_LEADER
PUPILS = frozenset({Audience.PUPIL_SCHOOL, Audience.PUPIL_PRIVATE})
EVERY_CLASS = "*"


def holds(scene: Scene, offices: frozenset[str], clause: str = "") -> bool:
    """Whether who sends holds one of the offices, or was given what the clause reserves to them."""
    return not scene.roles.isdisjoint(offices) or (bool(clause) and delegated(scene, clause))


def delegated(scene: Scene, clause: str) -> bool:
    """Whether one of the writers may do what a clause reserves to others, today."""
    ids, on = {writer.id for writer in scene.writers}, scene.facts.now.date()
    return any(one.scope == clause and one.to_id in ids and one.valid(on) for one in scene.roster.delegations)


def teaches(scene: Scene) -> bool:
    """Whether who sends is bound by what binds teachers and mentors."""
    return not scene.roles.isdisjoint(TEACHING)


def pupils(scene: Scene) -> tuple[str, ...]:
    """The receivers who are pupils now; whoever has left, or is not here yet, is none."""
    on = scene.facts.now.date()
    return tuple(
        address
        for address in scene.receivers
        if scene.audience(address) in PUPILS
        and all(one.valid(on) for one in scene.roster.owners(address) if one.kind is Kind.PUPIL)
    )


def parents(scene: Scene) -> tuple[str, ...]:
    """The receivers who are parents."""
    return tuple(address for address in scene.receivers if scene.audience(address) is Audience.PARENT)


def classes_of(scene: Scene, ids: frozenset[str]) -> frozenset[str]:
    """The classes of these pupils, in one spelling."""
    people = (scene.roster.person(pupil) for pupil in ids)
    return frozenset(p.class_name.casefold() for p in people if p is not None and p.kind is Kind.PUPIL and p.class_name)


def classes(scene: Scene, addresses: tuple[str, ...]) -> list[frozenset[str]]:
    """The classes of each family among the addresses."""
    return [classes_of(scene, family) for family in grouped(scene.roster, addresses)]


def mentored(scene: Scene) -> frozenset[str]:
    """The classes the writers mentor, or may write to by delegation: `C18:3B`, or every class by plain `C18`."""
    found = {name.casefold() for writer in scene.writers for name in writer.mentor_of}
    return frozenset(found.union(*(_granted(scene, writer) for writer in scene.writers)))


def of_own_class(scene: Scene, family: frozenset[str]) -> bool:
    """Whether a family with children in these classes has one in a class the writer mentors."""
    mine = scene.kept(mentored)
    return EVERY_CLASS in mine or bool(family & mine)


def team_leaders(scene: Scene) -> frozenset[str]:
    """The addresses of the writers' team leaders and managers; nobody is the own one."""
    ids = {one for writer in scene.writers for one in (writer.team_leader_id, writer.manager_id) if one}
    if scene.sender is not None:
        ids.discard(scene.sender.id)
    people = (scene.roster.person(one) for one in ids)
    return frozenset(address for person in people if person is not None for address in person.emails)


def replies(scene: Scene) -> bool:
    """Whether the message says that it answers another."""
    return bool(scene.message.all("in-reply-to") or scene.message.all("references"))


def _granted(scene: Scene, sender: Person) -> set[str]:
    found: set[str] = set()
    for given in scene.roster.delegations:
        clause, _, name = given.scope.partition(":")
        if clause == "C18" and given.to_id == sender.id and given.valid(scene.facts.now.date()):
            found.add(name.casefold() or EVERY_CLASS)
    return found
