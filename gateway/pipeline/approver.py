"""Which person must decide: the role a verdict asks for, looked up in the directory.

Promises: an approver who can't be found, or is the sender, is passed over for the next (team leader, manager, admin);
nobody decides about an own message, `self` excepted (protocol.md, Approvers). Returns "" when not even an admin is
known: then the hold waits for anybody with the role, and goes back to its sender in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.case import Identity
from rules.message import canonical_address
from rules.people import Roster
from rules.verdict import Approver

FALLBACK = (Approver.TEAM_LEADER, Approver.MANAGER, Approver.ADMIN)


def resolve(roster: Roster, identity: Identity | None, role: Approver, on: date | None = None) -> str:
    """Return the address of the person who decides; with `on`, of one who is at school that day."""
    if role is Approver.SELF:
        return identity.address if identity else ""
    return next(_others(roster, identity, role, on), "")


def stand_ins(roster: Roster, identity: Identity | None, role: Approver, person: str, on: date) -> Iterator[str]:
    """Who stands in for an approver: the deputy the directory names, else another who has the same office.

    Nobody stands in for the sender: what waits for `self` is theirs alone to confirm.
    """
    if role is Approver.SELF:
        return
    known = roster.identify(canonical_address(person))
    owner = roster.person(known.person_id) if known is not None and known.person_id else None
    deputy = roster.person(owner.deputy_id) if owner is not None and owner.deputy_id else None
    if deputy is not None and deputy.emails and _may(roster, identity, deputy.emails[0], on):
        yield deputy.emails[0]
        return
    for address in candidates(roster, identity, role):
        if not _may(roster, identity, address, on):
            continue
        if canonical_address(address) != canonical_address(person):
            yield address
            return


def _others(roster: Roster, identity: Identity | None, role: Approver, on: date | None) -> Iterator[str]:
    for step in (role, *FALLBACK):
        for address in candidates(roster, identity, step):
            if _may(roster, identity, address, on):
                yield address


def _may(roster: Roster, identity: Identity | None, address: str, on: date | None) -> bool:
    """Whether this is somebody other than the sender, and still at school."""
    canonical = canonical_address(address)
    if identity is not None and roster.same_person(canonical, identity):
        return False
    return on is None or not any(person.left(on) for person in roster.owners(canonical))


def candidates(roster: Roster, identity: Identity | None, role: Approver) -> Iterator[str]:
    """Everybody who has the role for this sender, the first choice first."""
    sender = roster.person(identity.person_id) if identity and identity.person_id else None
    match role:
        case Approver.TEAM_LEADER:
            ids: tuple[str, ...] = (sender.team_leader_id,) if sender else ()
        case Approver.MANAGER:
            ids = (sender.manager_id, sender.team_leader_id) if sender else ()
        case Approver.EDITORS:
            yield from roster.editor_addresses()
            return
        case Approver.PRIVACY_OFFICER:
            yield from roster.privacy_officer_addresses()
            return
        case _:
            yield from roster.school.admins
            return
    for person_id in ids:
        person = roster.person(person_id) if person_id else None
        if person is not None and person.emails:
            yield person.emails[0]
