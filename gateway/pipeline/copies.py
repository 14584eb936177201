"""Copies of one message, judged as one (architecture.md, Split copies).

A mail server sends a message with many recipients as several transactions. What may go out depends on all of them: two
parents are several, in whichever copies they stand. Each copy has bytes of its own (its Received lines differ), so each
has edits of its own; the verdict is the strictest over them all.

Promises: whatever the order of copies, the same union is judged. A recipient in two copies is written to once.
Fails: StoreUnavailable. A copy whose bytes are gone or damaged has nothing left to repair, and is passed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace

from gateway import logs
from gateway.errors import Damaged, Erased
from gateway.store.disposition import Joins, Rewrite, pack_edits
from gateway.store.store import Store
from gateway.store.views import Copies
from rules.message import Envelope, recipient_key
from rules.verdict import Delivery, Finding, Verdict, strictness

# Judges bytes under the given envelopes; the large ones beside the loop.
Judging = Callable[[bytes, tuple[Envelope, ...]], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True)
class Together:
    """The verdict over all copies, and what it means for each."""

    reference: str
    verdict: Verdict
    deliveries: tuple[Delivery, ...]  # of the copy that just came
    joins: Joins
    mail_from: str = field(repr=False)  # "" only if no copy names anybody to answer to
    silent: bool  # a copy came by itself: nobody is written to


async def judge_together(store: Store, reference: str, raw: bytes, envelope: Envelope, judging: Judging) -> Together:
    """Judge one more copy of a case with all that are there."""
    there = await store.copies(reference)
    envelopes = (*(Envelope(one.envelope.mail_from, one.envelope.rcpt_to) for one in there.copies), envelope)
    verdicts = {raw: await judging(raw, envelopes)}
    rewrites = {}
    for one in there.copies:
        if not one.unsent:
            continue
        try:
            bytes_there = await store.read_by_name(one.message_name)
        except (Damaged, Erased) as error:
            logs.fault("pipeline", error)
            continue
        if bytes_there not in verdicts:
            verdicts[bytes_there] = await judging(bytes_there, envelopes)
        if deliveries := verdicts[bytes_there].deliveries:
            rewrites[one.message_name] = rewrite(deliveries)
    own = verdicts[raw]
    return Together(
        reference=reference,
        verdict=combined(verdicts.values()),
        deliveries=portion(own, there),
        joins=Joins(len(there.copies), there.late, rewrites),
        mail_from=next((one.mail_from for one in envelopes if one.mail_from), ""),
        silent=any(one.envelope.options.get("auto") for one in there.copies),
    )


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """The strictest, with what was found in any of them."""
    every = tuple(verdicts)
    worst = max(every, key=lambda one: strictness(one.action, one.approver))
    findings: dict[Finding, None] = {}
    for verdict in (worst, *every):
        findings |= dict.fromkeys(verdict.findings)
    external = any(verdict.external for verdict in every)
    return replace(worst, findings=tuple(findings), external=external)


def portion(verdict: Verdict, there: Copies) -> tuple[Delivery, ...]:
    """What one more copy sends of what all send together: nobody whom another copy has."""
    served = {recipient_key(rcpt) for copy in there.copies for rcpt in copy.envelope.rcpt_to}
    served |= {recipient_key(rcpt) for rcpt in there.sent_to}
    found = (
        Delivery(tuple(rcpt for rcpt in delivery.rcpt_to if recipient_key(rcpt) not in served), delivery.edits)
        for delivery in verdict.deliveries
    )
    return tuple(delivery for delivery in found if delivery.rcpt_to)


def rewrite(deliveries: tuple[Delivery, ...]) -> Rewrite:
    """How a copy goes out: all its deliveries have the same edits."""
    edits = pack_edits(deliveries[0].edits)
    return Rewrite(edits, apart=len(deliveries) > 1)
