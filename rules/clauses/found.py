"""What a clause reports: a hit with its strength still its own, before modes and confidence are applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from rules.text import mask
from rules.verdict import Action, Approver, Finding


class Clause(Protocol):
    """What a policy says about a clause."""

    @property
    def action(self) -> Action: ...
    @property
    def approver(self) -> Approver | None: ...
    @property
    def params(self) -> Mapping[str, bool | int | str]: ...


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
