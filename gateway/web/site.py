"""What the pages are given: values and questions, no knowledge of how they are answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gateway.web.decisions import Decisions
from gateway.web.health import Readiness
from gateway.web.words import Lang
from rules.policy import Policy

if TYPE_CHECKING:
    from gateway.accounts.reception import Reception
    from gateway.clock import Clock
    from gateway.web.overview import Installation
    from gateway.web.review import Review


@dataclass(frozen=True, slots=True)
class BackOffice:
    """Who may sign in, and what they review. The types are theirs: this module knows no more than their names."""

    reception: Reception
    review: Review
    installation: Installation
    clock: Clock


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the pages stand on. `policy` gives the one in force at that moment."""

    decisions: Decisions
    readiness: Readiness
    policy: Callable[[], Policy]
    school_name: str
    zone: ZoneInfo
    language: Lang = "nl"
    office: BackOffice | None = None  # what the pages for reviewers stand on
