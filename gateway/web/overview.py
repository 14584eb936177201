"""The overview, the audit and the status: what waits for me, what happened, who did what, whether all is well.

Promises: no figure is of a person. The audit is read only, and reading it is a line in it. The status tells what the
gateway itself knows, and asks at most what `/readyz` asks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from gateway.accounts.roles import Right
from gateway.clock import Clock
from gateway.store.disposition import AuditDraft
from gateway.store.figures import Figures, going
from gateway.store.queue import Wanted
from gateway.web.charts import Bar, bars
from gateway.web.gate import Visit
from gateway.web.pages import draw, language
from gateway.web.review import AUDIT_PAGE, Review
from gateway.web.site import Site
from gateway.web.words import say
from rules.verdict import APPROVERS, Action

FIRST: Final = 5
HELD: Final = (int(Action.HOLD), int(Action.BLOCK))
MINUTES_OF_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Installation:
    """What the status page says of the installation; `snapshot` gives the instant of the directory in force."""

    version: str
    listeners: tuple[str, ...]
    smarthost: str
    snapshot: Callable[[], Awaitable[datetime | None]] = field(repr=False)
    policy_hash: Callable[[], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Overview:
    """The methods of `/`, `/audit` and `/status`."""

    site: Site
    review: Review
    installation: Installation
    clock: Clock

    async def overview(self, request: Request, visit: Visit) -> Response:
        """What waits for whoever asks, and the figures of two weeks."""
        lang = language(self.site, request)
        figures = await self.review.figures()
        waiting = await self.review.queue(visit, Wanted(), everybody=False) if visit.may(Right.QUARANTINE) else None
        days = [
            Bar(f"{day.day}-{day.month}", sum(counts.values()), sum(counts.get(one, 0) for one in HELD))
            for day, counts in sorted(figures.days.items())
        ]
        spoken = sorted(figures.clauses.items(), key=lambda pair: (-pair[1], int(pair[0][1:])))
        return draw(
            self.site,
            lang,
            "overview.html",
            visit=visit,
            waiting=waiting,
            first=waiting.rows[:FIRST] if waiting else (),
            shows=lambda hold: self.review.shows(visit, hold),
            spoken_of=waiting.clauses if waiting else {},
            figures=figures,
            going=(await self.review.store.ask(going)).count,
            days=days,
            day_chart=bars(say(lang, "figure_days"), days),
            clauses=spoken,
            clause_chart=bars(say(lang, "figure_clauses"), [Bar(name, count) for name, count in spoken]),
            open_holds=[(role, figures.waiting[role]) for role in APPROVERS if figures.waiting.get(role)],
            middle=_lasted(figures),
        )

    async def audit(self, request: Request, visit: Visit) -> Response:
        """The chain, the newest line first."""
        lang, asked = language(self.site, request), request.query_params
        before = int(asked["before"]) if asked.get("before", "").isdecimal() and asked["before"].isascii() else 0
        act, reference = asked.get("act", "")[:40], asked.get("reference", "").strip().upper()[:40]
        await self.review.store.audit(AuditDraft(visit.address, "audit_read", {"act": act, "case": reference}))
        rows = await self.review.audit(min(before, 2**62), act, reference)
        last = rows[-1].number if len(rows) == AUDIT_PAGE else 0
        return draw(self.site, lang, "audit.html", visit=visit, rows=rows, act=act, reference=reference, last=last)

    async def status(self, request: Request, visit: Visit) -> Response:
        """Whether all is well."""
        lang = language(self.site, request)
        checks: Mapping[str, bool] = await self.site.readiness.checks()
        way = await self.review.store.ask(going)
        return draw(
            self.site,
            lang,
            "status.html",
            visit=visit,
            checks=checks,
            going=way.count,
            late=_ago(self.clock.now(), way.oldest),
            installation=self.installation,
            snapshot=await self.installation.snapshot(),
            policy=self.installation.policy_hash()[:12],
        )


def _lasted(figures: Figures) -> str:
    return "" if figures.middle is None else _long(figures.middle)


def _ago(now: datetime, at: datetime | None) -> str:
    return "" if at is None else _long(now - at)


def _long(time: timedelta) -> str:
    hours, minutes = divmod(max(0, int(time.total_seconds())) // 60, MINUTES_OF_HOUR)
    return f"{hours}:{minutes:02}"
