"""What a judgement says: ordered actions, findings, and the verdict they add up to.

Promises: frozen values. The strictest finding wins; among holds the latest approver in the order of `Approver` decides
(protocol.md, Actions). Evidence is masked; the clear value stays out of every repr.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from rules.message import HeaderEdit


class Action(IntEnum):
    """What happens to a message. Larger is stricter."""

    PASS = 0
    COACH = 1
    FIX = 2
    HOLD = 3
    BLOCK = 4


class Approver(IntEnum):
    """Who must see a held message. Among several the largest decides alone."""

    SELF = 0
    TEAM_LEADER = 1
    MANAGER = 2
    EDITORS = 3
    PRIVACY_OFFICER = 4
    ADMIN = 5

    @property
    def label(self) -> str:
        """The word used in policies, JSON and pages."""
        return self.name.lower()


# The same by their word.
APPROVERS: Mapping[str, Approver] = {approver.label: approver for approver in Approver}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a clause saw. `why` and `params` are words for `rules.explain`; `evidence` is masked."""

    clause: str | None
    rule: str
    action: Action
    approver: Approver | None = None
    would_be: Action | None = None
    kind: str | None = None
    confidence: str | None = None
    part: str = ""
    evidence: str = ""
    clear: str = field(default="", repr=False)
    why: str = ""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """One clause that looked, and what it saw: for `judge --why`."""

    clause: str
    hit: bool
    why: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy that goes out: its recipients as the client spelt them, and the edits of its header."""

    rcpt_to: tuple[str, ...]
    edits: tuple[HeaderEdit, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one case. For a hold `deliveries` is what a release would send."""

    action: Action
    approver: Approver | None
    findings: tuple[Finding, ...]
    looked: tuple[Looked, ...]
    deliveries: tuple[Delivery, ...]
    external: bool
    fixed: bool
    visible_recipients: tuple[str, ...]
    # A family and others outside school who see each other: whether that is new only the history knows.
    together: tuple[str, ...] = field(default=(), repr=False)

    @property
    def archived(self) -> bool:
        """Whether it must have an archive record at once: it goes outside, and nobody needs to see it first."""
        return self.external and self.action <= Action.FIX

    @property
    def envelope(self) -> tuple[str, ...]:
        """Everybody it goes to, or would after a release."""
        return tuple(rcpt for delivery in self.deliveries for rcpt in delivery.rcpt_to)


def refused(finding: Finding) -> Verdict:
    """The verdict on bytes that no clause needs to see: blocked, and nobody can release it."""
    return Verdict(
        action=Action.BLOCK,
        approver=None,
        findings=(finding,),
        looked=(),
        deliveries=(),
        external=False,
        fixed=False,
        visible_recipients=(),
    )


def strictness(action: int, approver: Approver | None) -> tuple[int, int]:
    """How strict a judgement is, to compare with others: by its action, holds also by who decides."""
    return int(action), -1 if approver is None else int(approver)


def strictest(findings: Iterable[Finding]) -> tuple[Action, Approver | None]:
    """Combine findings by the one rule."""
    found = tuple(findings)
    action = max((finding.action for finding in found), default=Action.PASS)
    if action is not Action.HOLD:
        return action, None
    holders = (finding.approver for finding in found if finding.action is Action.HOLD)
    return action, max((holder for holder in holders if holder is not None), default=Approver.ADMIN)
