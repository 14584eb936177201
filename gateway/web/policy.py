"""The policy's page: every clause with its mode, its exceptions and what it did in thirty days; switching a mode.

Promises: a switch is made on the policy the page showed, or not at all, and is in force within a second everywhere. To
switch a clause off takes two: one asks, with a reason, another agrees. Every other change of a policy is a text's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.clock import Clock
from gateway.pipeline.ruling import Rulings
from gateway.store.store import Store
from gateway.store.switching import Ask, Switch, Withdraw, requests
from gateway.web.forms import one_line
from gateway.web.gate import Visit
from gateway.web.pages import draw, language
from gateway.web.review import Counted
from gateway.web.sender import REASON_CHARACTERS_MAX, REASON_CHARACTERS_MIN
from gateway.web.site import Site
from gateway.web.words import say
from rules.policy import MODES, ClausePolicy, Policy, load, with_mode

EFFECT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clause's other mode, why, and who asked for it if somebody else agrees."""

    clause: str
    mode: str
    reason: str
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class PolicyPages:
    """The methods of `/policy`."""

    site: Site
    store: Store
    rulings: Rulings
    clock: Clock
    counted: Counted

    async def policy(self, request: Request, visit: Visit) -> Response:
        """The list; or one act on it."""
        if request.method != "POST":
            return await self._draw(request, visit)
        form, lang = visit.form, language(self.site, request)
        policy, clause = self.site.policy(), self._clause(form.get("clause", ""))
        act, reason = form.get("act", ""), one_line(form.get("reason", ""))
        if act == "withdraw":
            await self.store.act(Withdraw(clause.id, visit.address, self.clock.now()))
            return self._back(lang)
        if act == "agree":
            return await self._agree(request, visit, policy, clause)
        if act not in MODES:
            raise HTTPException(400)
        if not REASON_CHARACTERS_MIN <= len(reason) <= REASON_CHARACTERS_MAX:
            problem = say(lang, "review_reason_missing", minimum=REASON_CHARACTERS_MIN)
            return await self._draw(request, visit, problem=problem, about=clause.id, reason=reason)
        if form.get("base") != policy.sha256:
            return await self._draw(request, visit, problem=say(lang, "policy_changed"), about=clause.id, reason=reason)
        if act == "off" and clause.mode != "off":
            await self.store.act(Ask(clause.id, visit.address, reason, self.clock.now()))
            return self._back(lang)
        return await self._switch(request, visit, policy, Wanted(clause.id, act, reason))

    async def _agree(self, request: Request, visit: Visit, policy: Policy, clause: ClausePolicy) -> Response:
        asked = next((one for one in await self.store.ask(requests) if one.clause == clause.id), None)
        if asked is None:
            return await self._draw(request, visit, problem=say(language(self.site, request), "policy_changed"))
        roster = self.rulings.current.roster
        who = roster.identify(asked.by)
        if asked.by == visit.address or (who is not None and roster.same_person(visit.address, who)):
            problem = say(language(self.site, request), "policy_second_person")
            return await self._draw(request, visit, problem=problem, about=clause.id)
        return await self._switch(request, visit, policy, Wanted(clause.id, "off", asked.reason, asked.by))

    async def _switch(self, request: Request, visit: Visit, policy: Policy, wanted: Wanted) -> Response:
        changed = load(with_mode(policy.text, wanted.clause, wanted.mode), f"{wanted.clause} = {wanted.mode}")
        switch = Switch(
            policy.sha256,
            changed.text,
            wanted.clause,
            wanted.mode,
            visit.address,
            wanted.reason,
            self.clock.now(),
            wanted.asked_by,
        )
        if changed.sha256 != policy.sha256 and not await self.store.act(switch):
            return await self._draw(request, visit, problem=say(language(self.site, request), "policy_changed"))
        await self.rulings.load()
        return self._back(language(self.site, request))

    def _clause(self, name: str) -> ClausePolicy:
        clause = self.site.policy().clauses.get(name)
        if clause is None:
            raise HTTPException(400)
        return clause

    @staticmethod
    def _back(lang: str) -> Response:
        return RedirectResponse(f"/policy?lang={lang}", status_code=303)

    async def _draw(
        self, request: Request, visit: Visit, *, problem: str = "", about: str = "", reason: str = ""
    ) -> Response:
        lang, policy = language(self.site, request), self.site.policy()
        zone = self.rulings.current.roster.school.time_zone
        figures = await self.counted.of(self.store, self.clock, EFFECT_DAYS, zone)
        effect: Mapping[str, int] = figures.clauses
        return draw(
            self.site,
            lang,
            "policy.html",
            422 if problem else 200,
            visit=visit,
            clauses=sorted(policy.clauses.values(), key=lambda clause: int(clause.id[1:])),
            title=lambda clause: clause.title(lang),
            effect=effect,
            base=policy.sha256,
            requests={one.clause: one for one in await self.store.ask(requests)},
            problem=problem,
            about=about,
            reason=reason,
            modes=MODES,
            minimum=REASON_CHARACTERS_MIN,
            maximum=REASON_CHARACTERS_MAX,
        )
