"""What consent and law let pass: a value its owner agreed to share, or one a party must be told (C21, C35).

Promises: only entries valid on the day count, and only if every receiver is covered. Consent is of the subject, or of
whoever gave it for a child: then it covers the giver's own data and the home they share, nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rules.clauses.scene import Scene
from rules.message import address_variants
from rules.people import Consent, Contact, Kind, Person

EMAIL = "email_address"
HOME = "home_address"


@dataclass(frozen=True, slots=True)
class Grants:
    """`used`: the ids of the entries that let it go to all these receivers; empty if one lacks.

    `refused`: why consent that is there for one of them does not count; "" if there is none.
    """

    used: frozenset[str] = frozenset()
    refused: str = ""


def grants(scene: Scene, kind: str, owners: Iterable[Person], receivers: Iterable[str]) -> Grants:
    """Whether a value of these people may go to all these receivers by consent, law or agreement."""
    consents = _about(scene, kind, tuple(owners))
    on = scene.facts.now.date()
    used: set[str] = set()
    for receiver in receivers:
        contact = scene.roster.contact(receiver, scene.private_mail)
        audience = {f"ouders:{name}" for name in _classes_of(scene, receiver)} | ({contact.id} if contact else set())
        given = [consent for consent in consents if consent.recipient in audience]
        consent = next((c for c in given if c.valid(on)), None)
        grant = consent.id if consent is not None else _by_law(scene, kind, contact)
        if not grant:
            return Grants(refused=_why(given, scene) if given else "")
        used.add(grant)
    return Grants(frozenset(used))


def shared(scene: Scene, addresses: Iterable[str]) -> frozenset[str]:
    """Those of these addresses whose owner agreed that everybody outside who gets this message may know it."""
    found: set[str] = set()
    for address in addresses:
        owners = scene.roster.owners(address)
        if not scene.roster.ever_agreed(owners):
            continue
        others = [receiver for receiver in scene.outside_receivers if scene.roster.owners(receiver) != owners]
        if grants(scene, EMAIL, owners, others).used:
            found.add(address)
    return frozenset(found)


def _about(scene: Scene, kind: str, owners: tuple[Person, ...]) -> list[Consent]:
    """The consents, valid or not, that speak of data of this kind of these people."""
    ids = {person.id for person in owners}
    children = {pupil for person in owners for pupil in person.student_ids}
    return [
        consent
        for consent in scene.roster.consents_of(sorted(ids | children))
        if kind in consent.data_kinds
        and (
            consent.subject_id in ids
            or (consent.subject_id in children and _covers_giver(scene, kind, consent, owners, ids))
        )
    ]


def _covers_giver(scene: Scene, kind: str, consent: Consent, owners: tuple[Person, ...], ids: set[str]) -> bool:
    if consent.given_by in ids:
        return True
    giver = scene.roster.person(consent.given_by)
    return (
        kind == HOME
        and giver is not None
        and bool(giver.household_id)
        and any(person.household_id == giver.household_id for person in owners)
    )


def _by_law(scene: Scene, kind: str, contact: Contact | None) -> str:
    """The ground or agreement by which this organisation may have such data; "" if there is none."""
    if contact is None:
        return ""
    on, names = scene.facts.now.date(), {contact.id, contact.kind}
    ground = next((g for g in scene.roster.grounds if g.party in names and kind in g.data_kinds and g.valid(on)), None)
    if ground is not None:
        return ground.id
    return f"processor:{contact.id}" if kind in contact.processor else ""


def _why(consents: Iterable[Consent], scene: Scene) -> str:
    """Why none of these counts: refused, withdrawn, or not on this day."""
    on = scene.facts.now.date()
    states = {"refused" if c.status == "geweigerd" else "withdrawn" if c.withdrawn(on) else "ended" for c in consents}
    return next(state for state in ("withdrawn", "refused", "ended") if state in states)


def _classes_of(scene: Scene, receiver: str) -> set[str]:
    """The classes whose parents this receiver is one of."""
    found: set[str] = set()
    for variant in address_variants(receiver):
        for person in scene.roster.owners(variant):
            if person.kind is Kind.PARENT:
                pupils = (scene.roster.person(pupil) for pupil in person.student_ids)
                found |= {pupil.class_name for pupil in pupils if pupil is not None}
    return found
