"""What a clause reports: a hit with its strength still its own, before modes and confidence are applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.people import Contact
from rules.text import mask
from rules.verdict import Action, Approver, Finding

Params = Mapping[str, bool | int | str]


def hit(
    clause: str | None,
    rule: str,
    action: Action,
    approver: Approver | None,
    why: str,
    *,
    part: str = "",
    clear: str = "",
    kind: str | None = None,
    confidence: str | None = None,
    **params: object,
) -> Finding:
    """One finding, its evidence masked."""
    return Finding(
        clause=clause,
        rule=rule,
        action=action,
        approver=approver if action is Action.HOLD else None,
        would_be=None,
        kind=kind,
        confidence=confidence,
        part=part,
        evidence=mask(clear) if clear else "",
        clear=clear,
        why=why,
        params=tuple((name, str(value)) for name, value in params.items()),
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """A consent or ground that let something pass, for the record."""

    id: str
    contact: Contact | None
