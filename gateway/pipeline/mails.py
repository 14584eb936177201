"""Which mail the sender gets about a message, as the params of an outbox row: words from `rules`, nothing else.

Promises: one notice a message, however many copies it has; none to the null path, none about mail that was sent by
itself (protocol.md, Signs are claims), none without an identity. Evidence is masked before it gets here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from gateway.pipeline.copies import Together
from gateway.pipeline.ruling import Ruling
from gateway.store.disposition import Decision, FindingRow, JobDraft, JobKind, Status
from gateway.store.views import CaseView
from rules import explain
from rules.clauses.written import own_words
from rules.message import Message, wire_address
from rules.verdict import Action, Finding, Verdict

# RFC 3834 §2: programs and reports get no answer.
UNANSWERED = frozenset({"auto_submitted", "auto_forwarded", "report"})
# Clauses about the right channel, each with the one whose policy names its page.
ROUTED = {
    "C5": "C5", "C6": "C6", "C7": "C6", "C11": "C11", "C13": "C11", "C14": "C14", "C15": "C14", "C16": "C14",
    "C27": "C27",
}  # fmt: skip
PASTE_LETTERS_MAX = 20_000
KINDS = {Action.COACH: "coach", Action.FIX: "fix", Action.HOLD: "hold"}
# Of a block the sender hears by the answer, but for copies that were accepted before (protocol.md, Actions).
JOINED_KINDS = {**KINDS, Action.BLOCK: "block"}


def unanswered(message: Message) -> bool:
    """Whether the message was sent by itself."""
    return not UNANSWERED.isdisjoint(message.kinds)


def for_verdict(  # noqa: PLR0917 - everything a notice speaks of
    ruling: Ruling,
    message: Message,
    verdict: Verdict,
    to: str,
    reference: str,
    token: str,
    together: Together | None = None,
    *,
    undo: datetime | None = None,
) -> tuple[JobDraft, ...]:
    """The notice a judgement leads to, if any. `to` is "" where nobody may be written to."""
    kind = (KINDS if together is None else JOINED_KINDS).get(verdict.action)
    if kind is None or not to:
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
    if undo is not None:
        params |= {"token": token, "undo": f"{ruling.here(undo):%H:%M:%S}"}
    if together is not None and together.joins.late:
        params["late"] = "1"
    params |= _routed(ruling, message, explain.acting(verdict))
    return (JobDraft(JobKind.NOTICE, "", (wire_address(to),), leased=True, params=params),)


def _routed(ruling: Ruling, message: Message, findings: Iterable[Finding]) -> dict[str, str]:
    """What helps its sender to send it by the right channel: the text to paste, the files' names, the system's page."""
    clause = next((one.clause for one in findings if one.clause in ROUTED), None)
    if clause is None:
        return {}
    text, files = own_words(message)
    url = str(ruling.policy.clauses[ROUTED[clause]].params["url"])
    return {"paste": text[:PASTE_LETTERS_MAX], "files": "\n".join(files), "url": url}


def for_decision(
    case: CaseView, decision: Decision, reason: str, *, token: str = "", undo: str = ""
) -> Sequence[JobDraft]:
    """The end of a hold, told to its sender: to whom its beginning was told."""
    answers = any(one.mail_from for one in case.envelopes)
    silent = not answers or any(one.options.get("auto") for one in case.envelopes)
    # A late copy may be silent where the first was not: whoever was told of the beginning hears the end.
    told = any(job.kind is JobKind.NOTICE for job in case.jobs)
    if not case.identity or (silent and not told):
        return ()
    params = {
        "kind": "mended" if decision is Decision.FIX else decision.value,
        "reference": case.reference,
        "subject": case.subject,
        "message_id": case.message_id,
        "reason": "" if decision is Decision.CONFIRM else reason,
    }
    if undo:
        params |= {"token": token, "undo": undo}
    if served(case):
        params["late"] = "1"
    return (JobDraft(JobKind.NOTICE, "", (wire_address(case.identity),), params=params),)


def to_approver(ruling: Ruling, case: CaseView, to: str, *, again: bool) -> JobDraft:
    """Ask somebody to decide. What was found is masked; the message itself is on the case's page."""
    params = {
        "kind": "remind" if again else "ask",
        "reference": case.reference,
        "subject": case.subject,
        "sender": case.identity,
        "to": to,
        "findings": _rows(case.findings, ruling.roster.school.language),
    }
    return JobDraft(JobKind.ASK, "", (wire_address(to),), params=params)


def to_inform(ruling: Ruling, case: CaseView, to: str) -> JobDraft:
    """Tell the privacy officer what was about to leave the school; somebody else decides."""
    asked = to_approver(ruling, case, to, again=False)
    return replace(asked, params={**asked.params, "kind": "inform"})


def to_remind_sender(case: CaseView) -> Sequence[JobDraft]:
    """Say again that a message waits for its sender, if that was said before."""
    told = next((job for job in case.jobs if job.kind is JobKind.NOTICE and job.params.get("token")), None)
    if told is None:
        return ()
    recipients = tuple(one.rcpt for one in told.recipients)
    return (JobDraft(JobKind.ASK, "", recipients, params={**told.params, "kind": "remind_self"}),)


def _rows(findings: Iterable[FindingRow], lang: str) -> str:
    """The findings of a case in words, the strictest first, one of each kind."""
    told: dict[tuple[str | None, str], Finding] = {}
    for row in sorted(findings, key=lambda one: -one.action):
        if row.action > Action.PASS:
            found = Finding(row.clause, row.rule, Action(row.action), evidence=row.evidence, why=row.why)
            told.setdefault(
                (row.clause, row.why), replace(found, params=tuple((name, value) for name, value in row.params))
            )
    return _words(told.values(), lang)


def served(case: CaseView) -> frozenset[str]:
    """Who has the message already, as spelt."""
    rows = (one for job in case.jobs if job.kind is JobKind.MESSAGE for one in job.recipients)
    return frozenset(one.rcpt for one in rows if one.status is Status.DELIVERED)


def _words(findings: Iterable[Finding], lang: str) -> str:
    rows = []
    for finding in findings:
        words = explain.sender_words(finding, lang)
        rows.append((finding.clause or "", words.clause_title, words.what, words.repair, finding.evidence))
    return json.dumps(rows, ensure_ascii=False)
