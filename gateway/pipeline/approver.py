"""Which person must decide: the role a verdict asks for, looked up in the directory.

Promises: an approver who can't be found, or is the sender, is passed over for the next (team leader, manager, admin);
nobody decides about an own message, `self` excepted (protocol.md, Approvers). Returns "" when not even an admin is
known: then the hold waits for anybody with the role, and goes back to its sender in time.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Identity
from rules.message import canonical_address
from rules.people import Roster
from rules.verdict import Approver

FALLBACK = (Approver.TEAM_LEADER, Approver.MANAGER, Approver.ADMIN)


def resolve(roster: Roster, identity: Identity | None, role: Approver) -> str:
    """Return the address of the person who decides."""
    if role is Approver.SELF:
        return identity.address if identity else ""
    for step in (role, *FALLBACK):
        for address in candidates(roster, identity, step):
            if identity is None or not roster.same_person(canonical_address(address), identity):
                return address
    return ""


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
