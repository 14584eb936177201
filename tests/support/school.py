"""The demo's school, loaded once, and the shipped judge over it: what tests of judgement stand on."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path

from gateway.directory import read_directory
from rules import judge
from rules.case import Case, Facts
from rules.judge import Judge
from rules.message import Envelope, apply_edits, parse
from rules.people import Roster
from rules.policy import load
from rules.verdict import Verdict

SCHOOL = Path(str(resources.files("gateway.demo") / "school"))
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@cache
def roster() -> Roster:
    return read_directory(SCHOOL)


@cache
def shipped() -> Judge:
    text = (resources.files("rules") / "protocol.toml").read_text()
    return judge.compile(load(text), roster(), lambda value: hmac.digest(b"test", value.encode(), hashlib.sha256))


def judged(raw: bytes, sender: str, recipients: list[str], *, by: Judge | None = None) -> Verdict:
    """What the shipped policy says about these bytes from this member of staff."""
    case = Case(parse(raw), (Envelope(sender, tuple(recipients)),))
    return (by or shipped()).judge(case, Facts(now=NOW, identity=roster().identify(sender)))


def delivered(raw: bytes, verdict: Verdict) -> list[tuple[tuple[str, ...], bytes]]:
    """Each copy that would go out: its recipients and its bytes."""
    return [(delivery.rcpt_to, apply_edits(raw, delivery.edits)) for delivery in verdict.deliveries]
