"""The pages over a paper desk, for tests: a school, a clock that stands still, and the shipped policy."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from starlette.testclient import TestClient

from gateway.clock import FixedClock
from gateway.web.app import build
from gateway.web.health import Readiness
from gateway.web.site import Site
from rules.policy import Policy, load
from rules.verdict import Action, Approver, Finding
from tests.support.desk import PaperDesk

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
REFERENCE = "7H2K9MQ4TX1C"
EVIDENCE = "a***@o***.example"


@cache
def policy() -> Policy:
    return load((resources.files("rules") / "protocol.toml").read_text())


def clock() -> FixedClock:
    return FixedClock(NOW)


def finding(
    clause: str | None = "C3", *, evidence: str = EVIDENCE, why: str = "residue_quoted", part: str = "part 1"
) -> Finding:
    return Finding(
        clause=clause,
        rule=(clause or "fault").lower(),
        action=Action.HOLD,
        approver=Approver.SELF,
        would_be=None,
        kind="email_address",
        confidence="high",
        part=part,
        evidence=evidence,
        clear="",
        why=why,
        params=(),
    )


def site(desk: PaperDesk, readiness: Readiness | None = None, school_name: str = "Voorbeeldcollege") -> Site:
    return Site(desk, readiness or Readiness({}), policy, school_name, ZoneInfo("Europe/Amsterdam"))


def client(desk: PaperDesk, **options: object) -> TestClient:
    """A client that shows 500 pages as a browser would see them, and follows no redirect by itself."""
    return TestClient(
        build(site(desk, **options)),  # type: ignore[arg-type]
        base_url="https://postwacht.school.example",
        raise_server_exceptions=False,
        follow_redirects=False,
    )
