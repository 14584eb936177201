"""What a policy says, as values.

Promises: frozen; `sha256` is of the text as given, so a verdict can name the version it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from rules.text.patterns import OwnPattern
from rules.verdict import Action, Approver

Mode = Literal["enforce", "observe", "off"]
Param = bool | int | str
# matrix[receiver][kind of data] = steps (persons at least, approver); BLOCK is Action.BLOCK without one
Step = tuple[int, Action, Approver | None]
Matrix = Mapping[str, Mapping[str, tuple[Step, ...]]]


class PolicyError(ValueError):
    """The text is no policy. `mistakes` holds one sentence each, beginning with source and line."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


@dataclass(frozen=True, slots=True)
class Excepted:
    """For whom a clause does not speak, why, and the last day: roles, or addresses of senders."""

    who: frozenset[str]
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class ClausePolicy:
    """One clause: how it is called, what its finding does, and whether anything looks at all."""

    id: str
    title_nl: str
    title_en: str
    phrase: str
    action: Action
    approver: Approver | None
    mode: Mode
    built: bool
    params: Mapping[str, Param] = field(default_factory=dict)
    enforce_from: date | None = None  # observed until then
    exceptions: tuple[Excepted, ...] = ()

    def mode_on(self, day: date) -> Mode:
        """What the mode is on a day: what is to be enforced from some day on is observed before."""
        early = self.enforce_from is not None and day < self.enforce_from
        return "observe" if early and self.mode == "enforce" else self.mode

    def excepts(self, names: frozenset[str], day: date) -> bool:
        """Whether the clause does not speak of whoever has one of these roles or addresses that day."""
        return any(day <= one.until and not one.who.isdisjoint(names) for one in self.exceptions)

    def title(self, lang: str) -> str:
        """The title in a language: nl or en."""
        return self.title_nl if lang == "nl" else self.title_en


@dataclass(frozen=True, slots=True)
class Undo:
    """How many seconds a sender may take a message back that a notice was written about: by clause, by role."""

    default: int = 0
    clauses: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)

    def seconds(self, clauses: Iterable[str | None], roles: Iterable[str]) -> int:
        """What a role says goes before what the clauses say; of several the longest."""
        by_role = [self.roles[role] for role in roles if role in self.roles]
        by_clause = [self.clauses.get(clause or "", self.default) for clause in clauses]
        return max(by_role or by_clause, default=self.default)


@dataclass(frozen=True, slots=True)
class Policy:
    """All clauses, and what is said once for all."""

    sha256: str
    text: str = field(repr=False)
    clauses: Mapping[str, ClausePolicy]
    private_mail: frozenset[str]
    may_send_encrypted: frozenset[str]
    matrix: Matrix
    # Words by which a sensitivity label asks for care, in lower case.
    confidential_labels: frozenset[str] = frozenset()
    # What the school looks for besides the kinds we know.
    patterns: tuple[OwnPattern, ...] = ()
    # Whether what no clause speaks of, and is no matter of safety, is only observed too.
    observing: bool = False
    undo: Undo = field(default_factory=Undo)

    def observed(self) -> Policy:
        """The same policy with every enforced clause only observed, but the archive duty (protocol.md, Actions).

        What messages say of themselves (forwarded by a rule, a recall, a label) is observed with the clauses.
        """
        clauses = {
            name: replace(clause, mode="observe") if clause.mode == "enforce" and name != "C34" else clause
            for name, clause in self.clauses.items()
        }
        return replace(self, clauses=clauses, observing=True)
