"""Who is family of whom, and whose address may reach whom (protocol.md, Own data is no leak; domain.md 1.8).

Promises: a family's rights end at a contact ban of the receiver and at a secret address of the owner. Parents who live
apart are one family for their child, and two households for each other's address.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.message import address_variants
from rules.people import Kind, Person, Roster


def own_data(roster: Roster, address: str, receiver: str) -> bool:
    """Whether `receiver` may see `address`: it is theirs, of their household, or their child's or their parent's."""
    if set(address_variants(address)) & set(address_variants(receiver)):
        return True
    return any(may_see(owner, receiver, roster) for owner in roster.owners(address))


def may_see(owner: Person, receiver: str, roster: Roster, column: str = "contact") -> bool:
    """Whether what is this person's may reach this address; `column` is the matrix's.

    Of a pupil's marks and health a parent without any office knows nothing, of numbers and documents nobody without
    custody (BW 1:377c: a parent without custody has a right to be told, not to everything).
    """
    return any(_may_see(owner, other) and _entitled(owner, other, column) for other in roster.owners(receiver))


def _entitled(owner: Person, other: Person, column: str) -> bool:
    if column == "contact" or owner.kind is not Kind.PUPIL or other.kind is not Kind.PARENT:
        return True
    return other.custody or (other.legal and column == "sensitive")


def grouped(roster: Roster, addresses: Iterable[str]) -> list[frozenset[str]]:
    """The addresses' families, each as the ids of its pupils; empty for whoever has no pupil and stands alone."""
    groups: dict[str, set[str]] = {}
    for address in addresses:
        ties = _ties(roster, address)
        joined = ties.union(*(groups[tie] for tie in ties if tie in groups))
        groups.update(dict.fromkeys(joined, joined))
    families = {id(group): group for group in groups.values()}
    return [frozenset(tie[1:] for tie in family if tie.startswith("#")) for family in families.values()]


def _ties(roster: Roster, address: str) -> set[str]:
    """What makes addresses one family: a pupil (`#id`), a household (`=id`), a person (`!id`); else only itself."""
    ties = {f"#{pupil}" for pupil in roster.families(address)}
    for person in roster.owners(address):
        ties.add(f"={person.household_id}" if person.household_id else f"!{person.id}")
    return ties or {address}


def _may_see(owner: Person, other: Person) -> bool:
    if owner.id == other.id or (owner.parent_id and owner.parent_id == other.id) or owner.id == other.parent_id:
        return True
    if other.contact_ban or owner.address_secret:
        return False
    if owner.household_id and other.household_id and owner.kind is other.kind is Kind.PARENT:
        return owner.household_id == other.household_id
    return bool(_pupils(owner) & _pupils(other))


def _pupils(person: Person) -> frozenset[str]:
    if person.kind is Kind.PUPIL:
        return frozenset({person.id})
    return frozenset(person.student_ids)
