"""Which mail the sender gets about a message, as the params of an outbox row: words from `rules`, nothing else.

Promises: one notice a message; none to the null path, none about mail that was sent by itself (protocol.md, Signs are
claims), none without an identity. Evidence is masked before it gets here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from gateway.pipeline.received import Received
from gateway.pipeline.ruling import Ruling
from gateway.store.disposition import Decision, JobDraft, JobKind
from gateway.store.views import CaseView
from rules import explain
from rules.message import Message, wire_address
from rules.verdict import Action, Finding, Verdict

# RFC 3834 §2: programs and reports get no answer.
UNANSWERED = frozenset({"auto_submitted", "auto_forwarded", "report"})
KINDS = {Action.COACH: "coach", Action.FIX: "fix", Action.HOLD: "hold"}


def for_verdict(  # noqa: PLR0917 - everything a notice speaks of
    ruling: Ruling, received: Received, message: Message, verdict: Verdict, identity: str, reference: str, token: str
) -> tuple[JobDraft, ...]:
    """The notice a judgement leads to, if any."""
    kind = KINDS.get(verdict.action)
    silent = not identity or not received.envelope.mail_from or not UNANSWERED.isdisjoint(message.kinds)
    if kind is None or silent:
        return ()
    lang = ruling.roster.school.language
    params = {
        "kind": kind,
        "reference": reference,
        "subject": message.subject,
        "message_id": message.message_id,
        "findings": _words(explain.acting(verdict), lang),
    }
    if kind == "hold":
        params |= {"token": token, "approver": verdict.approver.label if verdict.approver is not None else "admin"}
    return (JobDraft(JobKind.NOTICE, "", (wire_address(identity),), leased=True, params=params),)


def for_decision(case: CaseView, decision: Decision, reason: str) -> Sequence[JobDraft]:
    """The end of a hold, told to its sender: to whom its beginning was told."""
    first = next(iter(case.envelopes), None)
    if not case.identity or first is None or not first.mail_from or first.options.get("auto"):
        return ()
    params = {
        "kind": decision.value,
        "reference": case.reference,
        "subject": case.subject,
        "message_id": case.message_id,
        "reason": "" if decision is Decision.CONFIRM else reason,
    }
    return (JobDraft(JobKind.NOTICE, "", (wire_address(case.identity),), params=params),)


def _words(findings: Iterable[Finding], lang: str) -> str:
    rows = []
    for finding in findings:
        words = explain.sender_words(finding, lang)
        rows.append((finding.clause or "", words.clause_title, words.what, words.repair, finding.evidence))
    return json.dumps(rows, ensure_ascii=False)
