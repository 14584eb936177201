"""What the pages are given: values and questions, no knowledge of how they are answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gateway.web.decisions import Decisions
from gateway.web.health import Readiness
from gateway.web.words import Lang
from rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the pages stand on. `policy` gives the one in force at that moment."""

    decisions: Decisions
    readiness: Readiness
    policy: Callable[[], Policy]
    school_name: str
    zone: ZoneInfo
    language: Lang = "nl"
