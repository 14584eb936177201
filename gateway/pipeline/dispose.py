"""From a verdict to the one value the store writes in one transaction.

Promises: pure but for the reference and the link, which are random; everything the verdict leads to is in the value:
message, case, envelope, findings, archive record with its outbox rows, or the hold with what a release sends, the
notice, the link in it, the contact history. Nothing is decided here that `rules` has not decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway import links
from gateway.pipeline import mails
from gateway.pipeline.approver import resolve
from gateway.pipeline.copies import Together
from gateway.pipeline.deadline import expires_at
from gateway.pipeline.digest import content_digest
from gateway.pipeline.received import Received
from gateway.pipeline.reference import new_reference
from gateway.pipeline.ruling import Ruling
from gateway.pipeline.thread import company, marks, refusal
from gateway.store.disposition import (
    Disposition,
    EnvelopeRow,
    FindingRow,
    HoldDraft,
    JobDraft,
    JobKind,
    LinkDraft,
    pack_edits,
)
from gateway.store.states import State
from rules import explain
from rules.case import Facts
from rules.message import Message, canonical_address
from rules.verdict import Action, Approver, Delivery, Finding, Verdict

# What is found in bytes that no clause needs to see.
WIRE = Finding(None, "wire", Action.BLOCK, part="message", why="wire")
UNDO = ("withdraw",)
ACTS: Mapping[bool, tuple[str, ...]] = {True: ("confirm", "withdraw"), False: ("withdraw",)}


@dataclass(frozen=True, slots=True)
class Disposer:
    """Turns verdicts into dispositions. `digest_key` keys the content digest, `link_key` signs the links."""

    digest_key: bytes
    link_key: bytes

    def dispose(  # noqa: PLR0917 - what was judged, in the order it came about
        self,
        ruling: Ruling,
        received: Received,
        message: Message,
        facts: Facts,
        verdict: Verdict,
        together: Together | None = None,
    ) -> Disposition:
        """Everything this transaction becomes; with `together` what it adds to its case, by the verdict over all."""
        reference = new_reference() if together is None else together.reference
        identity = facts.identity.address if facts.identity else ""
        deliveries = verdict.deliveries if together is None else together.deliveries
        jobs = tuple(message_job(received.envelope.mail_from, delivery) for delivery in deliveries)
        held = verdict.action is Action.HOLD
        hold, link, token = self._hold(ruling, facts, verdict, reference, jobs) if held else (None, None, "")
        undo = None
        silent = mails.unanswered(message) or (together is not None and together.silent)
        answered = together.mail_from if together else received.envelope.mail_from
        to = identity if answered and not silent else ""
        if to and together is None and not received.window and (undo := undo_until(ruling, facts, verdict)):
            link, token = self.undo_link(reference, undo)
            jobs = tuple(replace(job, not_before=undo, leased=False) for job in jobs)
        notice = mails.for_verdict(ruling, message, verdict, to, reference, token, together, undo=undo)
        sender = next((box.address for box in (*message.from_, *message.sender) if box.address), "")
        written_to = [rcpt for delivery in deliveries for rcpt in delivery.rcpt_to] if verdict.archived else []
        return Disposition(
            reference=reference,
            identity=identity,
            sender=sender or canonical_address(received.envelope.mail_from),
            subject=message.subject,
            message=received.blob or received.raw,
            # What came back is as the first was, and would be taken for its retry: it is a case of its own.
            message_id="" if loops(verdict) else message.message_id,
            digest=content_digest(self.digest_key, message),
            state=State.WAITING if undo else state_of(verdict),
            action=int(verdict.action),
            external=verdict.external,
            archive=verdict.archived,
            policy_hash=ruling.policy_hash,
            snapshot_id=ruling.snapshot_id,
            envelope=envelope_row(received, message),
            approver=verdict.approver.label if verdict.approver is not None else None,
            findings=tuple(row(finding) for finding in verdict.findings),
            jobs=(*(() if held else jobs), *notice),
            hold=hold,
            links=(link,) if link else (),
            contacts=_contacts(identity, written_to, verdict),
            window=received.window,
            joins=None if together is None else together.joins,
            told=(
                *(marks((one.clause for one in verdict.findings if one.action > Action.PASS), facts) if notice else ()),
                *refusal(message, facts),
            ),
        )

    def evidence(self, ruling: Ruling, received: Received, message: Message, facts: Facts) -> Disposition:
        """What a client may not send at all: kept fourteen days, never delivered."""
        return Disposition(
            reference=new_reference(),
            identity=facts.identity.address if facts.identity else "",
            sender=canonical_address(received.envelope.mail_from),
            subject=message.subject,
            message=received.raw,
            message_id="",
            digest=content_digest(self.digest_key, message),
            state=State.BLOCKED,
            action=int(Action.BLOCK),
            external=False,
            archive=False,
            policy_hash=ruling.policy_hash,
            snapshot_id=ruling.snapshot_id,
            envelope=envelope_row(received, message),
            findings=(row(WIRE),),
        )

    def _hold(
        self, ruling: Ruling, facts: Facts, verdict: Verdict, reference: str, jobs: tuple[JobDraft, ...]
    ) -> tuple[HoldDraft, LinkDraft, str]:
        """Who decides, until when, and the sender's link."""
        role = Approver.ADMIN if verdict.approver is None else verdict.approver  # SELF is 0, and falsy
        school = ruling.roster.school
        until = expires_at(facts.now, zone=school.time_zone, holidays=school.holidays)
        acts = ACTS[role is Approver.SELF]
        token = links.sign(self.link_key, reference, links.Act.of(acts), until)
        hold = HoldDraft(
            role.label, resolve(ruling.roster, facts.identity, role, facts.now.date()) or None, until, jobs
        )
        return hold, LinkDraft(links.digest(token), acts, until), token

    def undo_link(self, reference: str, until: datetime) -> tuple[LinkDraft, str]:
        """The link by which a sender takes a message back that waits until then."""
        token = links.sign(self.link_key, reference, links.Act.WITHDRAW, until)
        return LinkDraft(links.digest(token), UNDO, until), token


def _contacts(identity: str, written_to: Iterable[str], verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """Who wrote to whom, and to whom together."""
    if not identity:
        return ()
    found = tuple((identity, canonical_address(rcpt)) for rcpt in written_to)
    return (*found, company(identity, verdict.together)) if found and verdict.together else found


def undo_until(ruling: Ruling, facts: Facts, verdict: Verdict) -> datetime | None:
    """Until when the sender may take a message back that goes out with a notice; None if not at all."""
    if verdict.action not in {Action.COACH, Action.FIX}:
        return None
    roles = facts.identity.roles if facts.identity is not None else frozenset[str]()
    seconds = ruling.policy.undo.seconds((one.clause for one in explain.acting(verdict)), roles)
    return facts.now.astimezone(UTC) + timedelta(seconds=seconds) if seconds else None


def message_job(mail_from: str, delivery: Delivery) -> JobDraft:
    """One copy as an outbox row."""
    edits = pack_edits(delivery.edits)
    return JobDraft(JobKind.MESSAGE, mail_from, delivery.rcpt_to, edits, leased=True)


def loops(verdict: Verdict) -> bool:
    """Whether the message has been here before."""
    return any(finding.rule == "loop" for finding in verdict.findings)


def state_of(verdict: Verdict) -> State:
    """How the case begins."""
    if verdict.action is Action.BLOCK:
        return State.BLOCKED
    if verdict.action is Action.HOLD:
        return State.HELD
    return State.FIXED if verdict.fixed else State.RECEIVED


def row(finding: Finding) -> FindingRow:
    """One finding as the store keeps it, sealed."""
    return FindingRow(
        clause=finding.clause,
        rule=finding.rule,
        action=int(finding.action),
        approver=finding.approver.label if finding.approver is not None else None,
        would_be=int(finding.would_be) if finding.would_be is not None else None,
        kind=finding.kind,
        confidence=finding.confidence,
        part=finding.part,
        evidence=finding.evidence,
        clear=finding.clear,
        why=finding.why,
        params=finding.params,
    )


def envelope_row(received: Received, message: Message) -> EnvelopeRow:
    """The transaction as the store keeps it."""
    sent = received.envelope
    return EnvelopeRow(received.listener, sent.mail_from, sent.rcpt_to, options(received, message))


def options(received: Received, message: Message) -> dict[str, str]:
    """What the delivery must know of the envelope besides its addresses."""
    found = dict(received.dsn)
    if received.smtputf8:
        found["smtputf8"] = "1"
    found["peer"], found["helo"] = received.peer.address, received.peer.helo
    found["tls"] = "1" if received.peer.tls else ""
    found["auth"] = "1" if received.peer.login else ""
    if mails.unanswered(message):
        found["auto"] = "1"  # nobody is written to about it, also not later, at the end of a hold
    return found
