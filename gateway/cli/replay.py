"""`postwacht replay`: stored messages judged again, by the policy in force and by a draft, clause by clause.

Promises: changes nothing and sends nothing; each message is judged by today's directory, at the time it came, under all
its envelopes. Shown are clauses, outcomes and references, nobody's address. What can't be read any more is counted.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from gateway.cli.bench import policy_of, read_instant
from gateway.cli.files import Files
from gateway.cli.setting import FILE, NOT_THERE, Place, Stop, opened, pass_place, takes_config
from gateway.config import Config
from gateway.crypto import blind
from gateway.directory import load_roster
from gateway.errors import Damaged, Erased
from gateway.store.replaying import Stored
from gateway.store.store import Store
from gateway.store.views import CaseView
from rules import judge
from rules.case import Case, Facts
from rules.judge import Judge
from rules.message import Envelope, parse
from rules.people import Roster
from rules.policy import Policy, load
from rules.verdict import Action, Verdict

# So many references show what a difference is made of.
EXAMPLES = 5
EVERYTHING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Difference:
    """What one clause, or the outcome "before > after", does otherwise by the draft."""

    before: int = 0
    after: int = 0
    only_before: list[str] = field(default_factory=list)
    only_after: list[str] = field(default_factory=list)

    def add(self, reference: str, *, before: bool, after: bool) -> None:
        """Count one message."""
        self.before += before
        self.after += after
        if before is not after:
            (self.only_before if before else self.only_after).append(reference)


@dataclass(slots=True)
class Replayed:
    """All messages, and what differs."""

    messages: int = 0
    unread: int = 0
    clauses: dict[str, Difference] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    moved: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reference: str, before: Verdict, after: Verdict) -> None:
        """Take one message in."""
        self.messages += 1
        old, new = _speaking(before), _speaking(after)
        for name in old | new:
            self.clauses.setdefault(name, Difference()).add(reference, before=name in old, after=name in new)
        move = f"{_outcome(before)} > {_outcome(after)}"
        self.outcomes[move] += 1
        if before.action is not after.action or before.approver is not after.approver:
            self.moved.setdefault(move, []).append(reference)


@click.command()
@click.option("--policy", type=FILE, metavar="FILE", help="The draft; without it the policy in force, against itself.")
@click.option("--since", metavar="DATE", help="Only messages from this day on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clause, then one of the outcomes.")
@takes_config
@pass_place
def command(place: Place, policy: Path | None, since: str | None, as_json: bool) -> None:
    """Judge archived and held messages again by a draft policy."""
    config = place.needed
    _, current = policy_of(config)
    draft = load(policy.read_text("utf-8"), str(policy)) if policy else current
    found = asyncio.run(_replay(config, current, draft, since))
    for line in _json(found) if as_json else _lines(found):
        click.echo(line)


async def _replay(config: Config, current: Policy, draft: Policy, since: str | None) -> Replayed:
    files = Files()
    try:
        async with opened(config) as store:
            active, entries = await store.active_snapshot(), await store.entries()
            if active is None or active.blob is None:
                raise Stop("no directory is in force: postwacht directory import", NOT_THERE)
            roster = load_roster(active.blob, config.school, entries)
            digester: Callable[[str], bytes] = partial(blind, config.store.key.derive("roster"))
            judges = tuple(judge.compile(one, roster, digester) for one in (current, draft))
            from_ = read_instant(since, roster_zone(roster)) if since else EVERYTHING
            found = Replayed()
            for reference in await store.ask(Stored(from_ or EVERYTHING)):
                await _again(store, reference, judges, roster, files, found)
            return found
    finally:
        files.close()


def roster_zone(roster: Roster) -> ZoneInfo:
    """The school's time zone."""
    return ZoneInfo(roster.school.time_zone)


async def _again(  # noqa: PLR0917 - everything one message needs
    store: Store, reference: str, judges: tuple[Judge, ...], roster: Roster, files: Files, found: Replayed
) -> None:
    try:
        case, raw = await store.case(reference), await store.read_message(reference)
    except (Damaged, Erased):
        found.unread += 1
        return
    verdicts = await asyncio.to_thread(_judge, case, raw, judges, roster, files)
    found.add(reference, *verdicts)


def _judge(case: CaseView, raw: bytes, judges: tuple[Judge, ...], roster: Roster, files: Files) -> list[Verdict]:
    message = parse(raw)
    read = files.read(message)
    envelopes = tuple(Envelope(one.mail_from, one.rcpt_to) for one in case.envelopes)
    facts = Facts(now=case.created_at.astimezone(roster_zone(roster)), identity=roster.identify(case.identity))
    return [one.judge(Case(message, envelopes, read.texts, read.unread), facts) for one in judges]


def _speaking(verdict: Verdict) -> set[str]:
    """What acts in a verdict, or would: by clause, or by rule where no clause speaks."""
    return {
        one.clause or one.rule for one in verdict.findings if max(one.action, one.would_be or Action.PASS) > Action.PASS
    }


def _outcome(verdict: Verdict) -> str:
    who = f":{verdict.approver.label}" if verdict.action is Action.HOLD and verdict.approver is not None else ""
    return f"{verdict.action.name.lower()}{who}"


def _json(found: Replayed) -> list[str]:
    rows: list[dict[str, Any]] = [
        {
            "clause": name,
            "before": one.before,
            "after": one.after,
            "only_before": one.only_before[:EXAMPLES],
            "only_after": one.only_after[:EXAMPLES],
        }
        for name, one in sorted(found.clauses.items(), key=_by_number)
    ]
    moved = {move: references[:EXAMPLES] for move, references in sorted(found.moved.items())}
    rows.append({"messages": found.messages, "unread": found.unread, "outcomes": dict(found.outcomes), "moved": moved})
    return [json.dumps(row) for row in rows]


def _lines(found: Replayed) -> list[str]:
    lines = [f"{found.messages} messages judged again, {found.unread} can't be read any more"]
    for name, one in sorted(found.clauses.items(), key=_by_number):
        lines.append(f"  {name:<18} {one.before:6} > {one.after:<6}")
        lines += [f"    no more: {reference}" for reference in one.only_before[:EXAMPLES]]
        lines += [f"    new:     {reference}" for reference in one.only_after[:EXAMPLES]]
    for move, references in sorted(found.moved.items()):
        lines.append(f"{move}: {len(references)}, {' '.join(references[:EXAMPLES])}")
    return [*lines, *([] if found.moved else ["no message would fare otherwise"])]


def _by_number(item: tuple[str, Difference]) -> tuple[int, str]:
    name = item[0]
    return (int(name[1:]), "") if name[:1] == "C" and name[1:].isdigit() else (99, name)
