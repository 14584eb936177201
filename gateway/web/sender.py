"""The sender's page behind the link of a notice: look, then confirm with a reason or withdraw.

Promises: GET and HEAD never act, so link scanners and previews do no harm. A POST acts once; a second one, a double
click, ends on the same page. A link that is wrong, incomplete, expired or of another school gives one and the same
page, which tells nothing. The token is in no log, no metric and no page's text.
Fails: a fault of the store is a page that says "later"; nothing has happened then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import logs, metrics
from gateway.pipeline.mending import Mends, NothingMended
from gateway.web.decisions import Done, SenderCase, Standing
from gateway.web.forms import FIELDS_MAX, one_line, read_form
from gateway.web.pages import draw, language, tell
from gateway.web.site import Site
from gateway.web.words import Lang, say
from rules.explain import Words, sender_words
from rules.verdict import Finding

# Long enough to be a reason, short enough for the audit line it becomes.
REASON_CHARACTERS_MIN: Final = 10
REASON_CHARACTERS_MAX: Final = 500
# Enough to recognise what is meant; a list of hundreds helps nobody on a phone.
EVIDENCE_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class SenderPages:
    """The methods of `/m/TOKEN`."""

    site: Site

    async def sender(self, request: Request) -> Response:
        """Only POST acts."""
        return await (self.act if request.method == "POST" else self.look)(request)

    async def look(self, request: Request) -> Response:
        """Show what is held and why, or what has become of it. Uses nothing up."""
        lang = language(self.site, request)
        case = await self.site.decisions.look(request.path_params["token"])
        if case is None:
            return self._gone(lang)
        metrics.link("looked")
        return self._show(lang, case)

    async def act(self, request: Request) -> Response:
        """Confirm or withdraw, then go to the page that says what has become of it."""
        lang = language(self.site, request)
        token = request.path_params["token"]
        form = await read_form(request, FIELDS_MAX)
        act, reason = form.get("act", ""), one_line(form.get("reason", ""))
        if act in {"confirm", "mend"}:
            if problem := _problem(lang, reason):
                case = await self.site.decisions.look(token)
                return self._gone(lang) if case is None else self._show(lang, case, problem, reason, act)
            if act == "mend":
                return await self._mend(request, token, form, reason)
            done = await self.site.decisions.confirm(token, reason)
        elif act == "withdraw":
            done = await self.site.decisions.withdraw(token, "")
        else:
            raise HTTPException(400)
        return self._done(lang, done, act)

    async def _mend(self, request: Request, token: str, form: dict[str, str], reason: str) -> Response:
        """Send it with the changes that were chosen."""
        lang = language(self.site, request)
        try:
            done = await self.site.decisions.mend(token, reason, chosen(form))
        except NothingMended:
            case = await self.site.decisions.look(token)
            problem = say(lang, "mend_nothing")
            return self._gone(lang) if case is None else self._show(lang, case, problem, reason, "mend")
        return self._done(lang, done, "mend")

    def _done(self, lang: Lang, done: Done | None, act: str) -> Response:
        if done is None:
            return self._gone(lang)
        metrics.link("repeated" if done.repeated else act)
        # See other: reloading the page that follows does not send the form again.
        return RedirectResponse(f"?lang={lang}", status_code=303)

    def _gone(self, lang: Lang) -> Response:
        metrics.link("refused")
        logs.link_refused("gone")
        return tell(self.site, lang, "gone", 404)

    def _show(self, lang: Lang, case: SenderCase, problem: str = "", reason: str = "", asked: str = "") -> Response:
        if not case.acts:
            key = f"standing_{case.standing.value}"
            closed = case.standing is not Standing.HELD
            return tell(self.site, lang, key, 200, reference=case.reference, closed=closed)
        return draw(
            self.site,
            lang,
            "held.html",
            422 if problem else 200,
            case=case,
            reasons=in_words(lang, case.findings),
            problem=problem,
            reason=reason,
            asked=asked,
            minimum=REASON_CHARACTERS_MIN,
            maximum=REASON_CHARACTERS_MAX,
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message is held, in words, with everything that was found for it."""

    clause: str | None
    words: Words
    evidence: tuple[str, ...]
    more: int


def in_words(lang: Lang, findings: tuple[Finding, ...]) -> list[Reason]:
    """One reason for all findings that read the same."""
    found: dict[tuple[str | None, Words], dict[str, None]] = {}
    for finding in findings:
        seen = found.setdefault((finding.clause, sender_words(finding, lang)), {})
        if finding.evidence:
            seen[finding.evidence] = None
    return [
        Reason(clause, words, tuple(seen)[:EVIDENCE_MAX], max(0, len(seen) - EVIDENCE_MAX))
        for (clause, words), seen in found.items()
    ]


def chosen(form: dict[str, str]) -> Mends:
    """The changes somebody ticked."""
    drop = frozenset(name.removeprefix("drop-") for name in form if name.startswith("drop-"))
    return Mends(hide="hide" in form, split="split" in form, quotes="quotes" in form, drop=drop)


def _problem(lang: Lang, reason: str) -> str:
    """What is wrong with a reason, or nothing."""
    if len(reason) < REASON_CHARACTERS_MIN:
        return say(lang, "reason_missing", minimum=REASON_CHARACTERS_MIN)
    if len(reason) > REASON_CHARACTERS_MAX:
        return say(lang, "reason_long", maximum=REASON_CHARACTERS_MAX)
    return ""
