"""What consent and law let pass: an address its owner agreed to share, or one a party must be told (C21, C35).

Promises: only entries valid on the day count, and only if every receiver is covered.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.clauses.scene import Scene
from rules.message import address_variants
from rules.people import Kind

EMAIL = "email_address"


def grants(scene: Scene, address: str, receivers: Iterable[str]) -> frozenset[str]:
    """The ids of the consents and grounds that let this address go to all these receivers; empty if one lacks."""
    on = scene.facts.now.date()
    subjects = {person.id for person in scene.roster.owners(address)}
    consents = [c for c in scene.roster.consents if c.subject_id in subjects and EMAIL in c.data_kinds and c.valid(on)]
    used: set[str] = set()
    for receiver in receivers:
        contact = scene.roster.contact(receiver, scene.private_mail)
        names = {contact.id, contact.kind} if contact else set[str]()
        audience = {f"ouders:{name}" for name in _classes_of(scene, receiver)} | ({contact.id} if contact else set())
        consent = next((c for c in consents if c.recipient in audience), None)
        ground = next(
            (g for g in scene.roster.grounds if g.party in names and EMAIL in g.data_kinds and g.valid(on)), None
        )
        grant = consent or ground
        if grant is None:
            return frozenset()
        used.add(grant.id)
    return frozenset(used)


def shared(scene: Scene, addresses: Iterable[str]) -> frozenset[str]:
    """Those of these addresses whose owner agreed that everybody outside who gets this message may know it."""
    found: set[str] = set()
    for address in addresses:
        owners = scene.roster.owners(address)
        if not scene.roster.ever_agreed(owners):
            continue
        others = [receiver for receiver in scene.outside_receivers if scene.roster.owners(receiver) != owners]
        if grants(scene, address, others):
            found.add(address)
    return frozenset(found)


def _classes_of(scene: Scene, receiver: str) -> set[str]:
    """The classes whose parents this receiver is one of."""
    found: set[str] = set()
    for variant in address_variants(receiver):
        for person in scene.roster.owners(variant):
            if person.kind is Kind.PARENT:
                pupils = (scene.roster.person(pupil) for pupil in person.student_ids)
                found |= {pupil.class_name for pupil in pupils if pupil is not None}
    return found
