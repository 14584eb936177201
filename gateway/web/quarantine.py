"""The quarantine: the list of what waits, a case with its message, and the decision.

Promises: a case that is not theirs to see looks like one that is not there. The message is shown in a frame that may
do nothing, from an address of its own; values are masked until somebody gives a reason, which is kept. A decision is
made once: who comes second reads what became of it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway import metrics
from gateway.accounts.roles import Right
from gateway.errors import AlreadyDecided, CaseChanged
from gateway.pipeline.mending import NothingMended
from gateway.pipeline.release import NotTheApprover
from gateway.store.disposition import Decision
from gateway.store.queue import COUNTED_MAX, PAGE, Wanted
from gateway.web.desk import masked
from gateway.web.forms import one_line
from gateway.web.gate import Visit
from gateway.web.pages import draw, language
from gateway.web.review import Opened, Review, Sight
from gateway.web.sender import REASON_CHARACTERS_MAX, REASON_CHARACTERS_MIN, chosen, in_words
from gateway.web.showing import Mark, show
from gateway.web.site import Site
from gateway.web.words import Lang, say
from rules.message import Message
from rules.verdict import APPROVERS, Action

PAGES_MAX: Final = 10_000
REFERENCE_MAX: Final = 32
# The frame of a message: nothing runs, nothing is loaded, nothing is followed, wherever it is opened.
FRAME_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'self'; form-action 'none'; "
    "base-uri 'none'"
)
# Of a case's page: as every page's, and the message's frame in it.
CASE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FRAME_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:12px;overflow-wrap:anywhere;background:#fff;color:#1b2026}"
    "pre{white-space:pre-wrap;font:inherit}mark{background:#ffe08a;color:#1b2026}"
    "table{border-collapse:collapse}td,th{border:1px solid #7b8794;padding:2px 6px}"
)
# Decisions that need a reason: whoever wrote the message is told it.
REASONED: Final = frozenset({Decision.RETURN, Decision.UNBLOCK})


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The methods of `/quarantine` and `/cases/REFERENCE`."""

    site: Site
    review: Review

    async def quarantine(self, request: Request, visit: Visit) -> Response:
        """The list, filtered, a page at a time."""
        lang, asked = language(self.site, request), request.query_params
        everybody = asked.get("whose") == "all" and visit.may(Right.ALL_HOLDS)
        wanted = Wanted(
            decided=asked.get("show") == "decided",
            approver=asked.get("approver", "") if asked.get("approver", "") in APPROVERS else "",
            clause=asked.get("clause", "") if asked.get("clause", "") in self.site.policy().clauses else "",
            reference=asked.get("reference", "").strip().upper()[:REFERENCE_MAX],
            newest_first=asked.get("sort") == "newest" or asked.get("show") == "decided",
            page=_number(asked.get("page", "")),
        )
        found = await self.review.queue(visit, wanted, everybody=everybody)
        return draw(
            self.site,
            lang,
            "quarantine.html",
            visit=visit,
            wanted=wanted,
            everybody=everybody,
            rows=found.rows,
            spoken=found.clauses,
            total=found.total,
            counted_max=COUNTED_MAX,
            pages=-(-found.total // PAGE),
            shows=lambda hold: self.review.shows(visit, hold),
            approvers=tuple(APPROVERS),
            clauses=sorted(self.site.policy().clauses, key=lambda name: int(name[1:])),
        )

    async def case(self, request: Request, visit: Visit) -> Response:
        """One case: looking, or deciding."""
        reading = request.query_params.get("reading", "")
        opened = await self.review.open(visit, _reference(request), reading)
        if opened is None:
            raise HTTPException(404)
        if request.method == "POST":
            return await self._act(request, visit, opened, reading)
        if opened.sight >= Sight.READING:
            await self.review.note(visit, opened, "case_read")
        return self._draw(request, visit, opened, reading)

    async def _act(self, request: Request, visit: Visit, opened: Opened, reading: str) -> Response:
        lang, act, reason = (
            language(self.site, request),
            visit.form.get("act", ""),
            one_line(visit.form.get("reason", "")),
        )
        here = f"/cases/{opened.case.reference}"
        if act in {"read", "reveal"}:
            if problem := _problem(lang, reason, needed=True):
                return self._draw(request, visit, opened, reading, problem=problem, reason=reason, asked=act)
            if act == "read" and opened.sight is Sight.OUTLINE and Right.ANY_CASE in visit.rights:
                await self.review.note(visit, opened, "case_opened", reason)
                passing = self.review.reading(visit, opened.case.reference)
                return RedirectResponse(f"{here}?reading={passing}&lang={lang}", status_code=303)
            if act == "reveal" and opened.sight >= Sight.READING:
                await self.review.note(visit, opened, "reveal", reason)
                return self._draw(request, visit, opened, reading, revealed=True)
            raise HTTPException(403)
        if act == "mend" and opened.offer is not None:
            return await self._mend(request, visit, opened, reading, reason)
        decision = next((one for one in opened.choices if one.value == act), None)
        if decision is None:
            raise HTTPException(403)
        if problem := _problem(lang, reason, needed=decision in REASONED):
            return self._draw(request, visit, opened, reading, problem=problem, reason=reason, asked=act)
        if visit.form.get("copies") != str(len(opened.case.envelopes)):
            return self._changed(request, visit, opened, reading, act)
        try:
            await self.review.decide(visit, opened, decision, reason)
        except CaseChanged:
            return self._changed(request, visit, opened, reading, act)
        except AlreadyDecided:
            metrics.link("repeated")
        except NotTheApprover:
            raise HTTPException(403) from None
        return RedirectResponse(f"{here}?lang={lang}", status_code=303)

    async def _mend(self, request: Request, visit: Visit, opened: Opened, reading: str, reason: str) -> Response:
        """Change it and let it go."""
        lang, form = language(self.site, request), visit.form
        problem = _problem(lang, reason, needed=True)
        if not problem and form.get("copies") != str(len(opened.case.envelopes)):
            return self._changed(request, visit, opened, reading, "mend")
        if not problem:
            try:
                await self.review.mend(visit, opened, reason, chosen(form))
            except NothingMended:
                problem = say(lang, "mend_nothing")
            except CaseChanged:
                return self._changed(request, visit, opened, reading, "mend")
            except AlreadyDecided:
                metrics.link("repeated")
            except NotTheApprover:
                raise HTTPException(403) from None
        if problem:
            return self._draw(request, visit, opened, reading, problem=problem, reason=reason, asked="mend")
        return RedirectResponse(f"/cases/{opened.case.reference}?lang={lang}", status_code=303)

    def _changed(self, request: Request, visit: Visit, opened: Opened, reading: str, act: str) -> Response:
        """Another copy came in since the page was drawn: it may go to others, and wait for somebody else."""
        problem, reason = say(language(self.site, request), "case_changed"), one_line(visit.form.get("reason", ""))
        return self._draw(request, visit, opened, reading, problem=problem, reason=reason, asked=act)

    def _draw(
        self, request: Request, visit: Visit, opened: Opened, reading: str, *, problem: str = "", reason: str = "",
        asked: str = "", revealed: bool = False,
    ) -> Response:  # fmt: skip
        lang = language(self.site, request)
        rows = [row for row in opened.case.findings if row.action > Action.PASS or row.would_be is not None]
        acting = tuple(masked(row) for row in rows if row.action > Action.PASS)
        clear = tuple(dict.fromkeys((row.clause or row.rule, row.part, row.clear) for row in rows if row.clear))
        page = draw(
            self.site,
            lang,
            "case.html",
            422 if problem else 200,
            visit=visit,
            opened=opened,
            case=opened.case,
            reasons=in_words(lang, acting),
            observed=in_words(lang, tuple(masked(row) for row in rows if row.action == Action.PASS)),
            clear=clear if revealed else (),
            revealed=revealed,
            reads=opened.sight >= Sight.READING,
            reading=reading,
            problem=problem,
            reason=reason,
            asked=asked,
            reasoned={one.value for one in REASONED},
            minimum=REASON_CHARACTERS_MIN,
            maximum=REASON_CHARACTERS_MAX,
        )
        page.headers["content-security-policy"] = CASE_POLICY
        return page

    async def message(self, request: Request, visit: Visit) -> Response:
        """The message alone, for its frame."""
        opened = await self.review.open(visit, _reference(request), request.query_params.get("reading", ""))
        if opened is None or opened.sight < Sight.READING:
            raise HTTPException(404)
        lang = language(self.site, request)
        message = await self.review.message(visit, opened)
        return HTMLResponse(
            self._frame(lang, opened, message),
            headers={"content-security-policy": frame_policy(), "x-frame-options": "SAMEORIGIN"},
        )

    def _frame(self, lang: Lang, opened: Opened, message: Message | None) -> str:
        if message is None:
            body = f"<p>{say(lang, 'message_gone')}</p>"
        else:
            marks = [Mark(row.clear, row.evidence) for row in opened.case.findings if row.clear and row.evidence]
            shown = show(message, marks)
            told = [say(lang, "message_plain")] if shown.plain else []
            told += [say(lang, "message_cut")] if shown.cut else []
            notes = "".join(f"<p><em>{one}</em></p>" for one in told)
            nothing = say(lang, "message_empty")
            body = notes + (shown.html or f"<p>{nothing}</p>")
        return (
            f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{say(lang, "message_title")}</title>'
            f"<style>{FRAME_STYLE}</style></head><body>{body}</body></html>"
        )


@cache
def frame_policy() -> str:
    """The policy of a message's frame; its one style is named by its digest (CSP 3 §2.3.1)."""
    return FRAME_POLICY.format(style=base64.b64encode(hashlib.sha256(FRAME_STYLE.encode()).digest()).decode())


def _problem(lang: Lang, reason: str, *, needed: bool) -> str:
    if needed and len(reason) < REASON_CHARACTERS_MIN:
        return say(lang, "review_reason_missing", minimum=REASON_CHARACTERS_MIN)
    if len(reason) > REASON_CHARACTERS_MAX:
        return say(lang, "reason_long", maximum=REASON_CHARACTERS_MAX)
    return ""


def _reference(request: Request) -> str:
    return str(request.path_params["reference"]).upper()[:REFERENCE_MAX]


def _number(text: str) -> int:
    return min(int(text), PAGES_MAX) if text.isascii() and text.isdecimal() and int(text) else 1
