"""`postwacht quarantine`: what is held, and the decisions of approvers.

Promises: who decides is named by --as, must be the approver of that message or hold an office above, and stands in the
audit chain beside the system account that gave the command. Evidence is masked unless revealed, and revealing is
audited.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import click

from gateway.cli.setting import NOT_SO, NOT_THERE, Place, Stop, account, opened, pass_place, takes_config
from gateway.clock import SystemClock
from gateway.errors import AlreadyDecided, CaseChanged, UnknownReference
from gateway.pipeline.deadline import expires_at
from gateway.pipeline.mails import served
from gateway.pipeline.release import Decider, NotTheApprover
from gateway.pipeline.ruling import NoRules, Rulings
from gateway.store.disposition import AuditDraft, Decision
from gateway.store.store import Store
from gateway.store.views import CaseView
from rules.text import mask

DONE = {
    Decision.RELEASE: "released: it is on its way",
    Decision.RETURN: "returned to its sender",
    Decision.UNBLOCK: "held again, for the privacy officer",
}


@click.group()
def command() -> None:
    """Held messages."""


@dataclass
class Desk:
    """The store and who may decide."""

    store: Store
    decider: Decider


@asynccontextmanager
async def _desk(place: Place) -> AsyncIterator[Desk]:
    config = place.needed
    async with opened(config) as store:
        rulings = Rulings(
            store, config.school, config.store.key.derive("roster"), observe_all=config.policy.observe_all
        )
        try:
            await rulings.load()
        except NoRules as exc:
            raise Stop(str(exc), NOT_THERE) from exc
        yield Desk(store, Decider(store, rulings, SystemClock(), link_key=config.store.key.derive("links")))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@takes_config
@pass_place
def listed(place: Place, as_json: bool) -> None:
    """Everything that waits for a person, the most urgent first."""

    async def act() -> None:
        async with opened(place.needed) as store:
            holds = await store.list_holds()
            for hold in holds:
                row = {
                    "reference": hold.reference,
                    "approver": hold.approver,
                    "person": hold.approver_person,
                    "sender": hold.identity,
                    "held": hold.created_at.isoformat(timespec="seconds"),
                    "expires": hold.expires_at.isoformat(timespec="seconds"),
                }
                if as_json:
                    click.echo(json.dumps(row))
                else:
                    click.echo("  ".join(str(value) for value in row.values()))
            if not holds and not as_json:
                click.echo("nothing is held")

    asyncio.run(act())


@command.command()
@click.argument("reference")
@click.option("--as", "by", required=True, metavar="ADDRESS", help="Who looks: audited.")
@click.option("--reveal", metavar="REASON", help="Show what was found unmasked, for this reason: audited.")
@takes_config
@pass_place
def show(place: Place, reference: str, by: str, reveal: str | None) -> None:
    """One case: what was found, who must decide, what became of it."""

    async def act() -> None:
        async with opened(place.needed) as store:
            case = await _case(store, reference)
            detail = {"by": by, "account": account(), **({"reason": reveal} if reveal else {})}
            await store.audit(AuditDraft(by, "reveal" if reveal else "show", detail), reference=case.reference)
            for line in _lines(case, revealed=bool(reveal)):
                click.echo(line)

    asyncio.run(act())


def _lines(case: CaseView, *, revealed: bool) -> list[str]:
    recipients = {rcpt for envelope in case.envelopes for rcpt in envelope.rcpt_to}
    lines = [
        f"{case.reference}  {case.state.value}  {case.approver or ''}",
        f"from {case.identity}, {len(recipients)} recipients, {case.message_bytes} bytes",
        f"subject: {case.subject}",
    ]
    if had := served(case):
        lines.append(f"{len(had)} of them had it before the rest came")
    lines += [f"  to {rcpt if revealed else mask(rcpt)}" for rcpt in sorted(recipients)]
    for row in case.findings:
        evidence = row.clear if revealed else row.evidence
        lines.append(f"  {row.clause or row.rule}: {row.why} in {row.part or 'message'} {evidence}".rstrip())
    for hold in case.holds:
        lines.append(f"  held for {hold.approver} until {hold.expires_at.isoformat(timespec='minutes')}")
        if hold.decision:
            lines.append(f"  {hold.decision} by {hold.decided_by}: {hold.reason}")
    return lines


def _decision(name: str, decision: Decision, words: str) -> None:
    @command.command(name, help=words)
    @click.argument("reference")
    @click.option("--as", "by", required=True, metavar="ADDRESS", help="Who decides.")
    @click.option("--reason", default="", help="Told to the sender, and kept.")
    @takes_config
    @pass_place
    def decide(place: Place, reference: str, by: str, reason: str) -> None:
        asyncio.run(_decide(place, reference, decision, by, reason))


async def _decide(place: Place, reference: str, decision: Decision, by: str, reason: str) -> None:
    async with _desk(place) as desk:
        school = place.needed.school
        until = expires_at(SystemClock().now(), zone=school.time_zone, holidays=school.holidays)
        try:
            await desk.decider.by_person(reference.upper(), decision, by, reason, until=until)
        except (NotTheApprover, AlreadyDecided, CaseChanged) as exc:
            raise Stop(str(exc), NOT_SO) from exc
        except UnknownReference as exc:
            raise Stop(f"there is no case {reference}", NOT_SO) from exc
        await desk.store.audit(
            AuditDraft(account(), "command", {"decision": decision.value}), reference=reference.upper()
        )
    click.echo(f"{reference.upper()} {DONE[decision]}")


async def _case(store: Store, reference: str) -> CaseView:
    try:
        return await store.case(reference.upper())
    except UnknownReference as exc:
        raise Stop(f"there is no case {reference}", NOT_SO) from exc


_decision("release", Decision.RELEASE, "Let a held message go.")
_decision("return", Decision.RETURN, "Give a held message back to its sender.")
_decision("unblock", Decision.UNBLOCK, "Turn a block into a hold for the privacy officer.")
