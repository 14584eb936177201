"""Whose address may reach whom: the owner, the owner's family, everybody else (protocol.md, Own data is no leak)."""

from __future__ import annotations

from rules.message import address_variants
from rules.people import Kind, Person, Roster


def own_data(roster: Roster, address: str, receiver: str) -> bool:
    """Whether `receiver` may see `address`: it is theirs, or a parent's or pupil's of the same family.

    A family's rights end at a contact ban of the receiver and at a secret address of the owner.
    """
    if set(address_variants(address)) & set(address_variants(receiver)):
        return True
    owners, receivers = roster.owners(address), roster.owners(receiver)
    return any(_same_family(owner, other) for owner in owners for other in receivers)


def _same_family(owner: Person, other: Person) -> bool:
    if owner.id == other.id or (owner.parent_id and owner.parent_id == other.id) or owner.id == other.parent_id:
        return True
    if other.contact_ban or owner.address_secret:
        return False
    return bool(_pupils(owner) & _pupils(other))


def _pupils(person: Person) -> frozenset[str]:
    if person.kind is Kind.PUPIL:
        return frozenset({person.id})
    return frozenset(person.student_ids)
