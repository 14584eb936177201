"""A page for each clause of the protocol, as the policy in force has it.

Promises: what a page says a clause does is what the policy says; a clause whose check is not built says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.web.pages import draw, language
from gateway.web.site import Site
from gateway.web.words import CLAUSES, Lang, say
from rules.policy import ClausePolicy
from rules.verdict import Action


@dataclass(frozen=True, slots=True)
class ClausePages:
    """The list, and one page a clause."""

    site: Site

    async def clauses(self, request: Request) -> Response:
        """All of them, in the protocol's order."""
        lang = language(self.site, request)
        rows = [(clause.id, _title(lang, clause)) for clause in self.site.policy().clauses.values()]
        return draw(self.site, lang, "clauses.html", clauses=sorted(rows, key=lambda row: int(row[0][1:])))

    async def clause(self, request: Request) -> Response:
        """One of them."""
        lang = language(self.site, request)
        clause = self.site.policy().clauses.get(request.path_params["clause"])
        if clause is None:
            raise HTTPException(404)
        return draw(
            self.site,
            lang,
            "clause.html",
            clause=clause,
            title=_title(lang, clause),
            text=CLAUSES[lang][clause.id],
            effect=_effect(lang, clause),
        )


def _title(lang: Lang, clause: ClausePolicy) -> str:
    return clause.title_nl if lang == "nl" else clause.title_en


def _effect(lang: Lang, clause: ClausePolicy) -> str:
    """What happens to a message on which this clause finds something."""
    if clause.mode != "enforce":
        return say(lang, f"mode_{clause.mode}")
    approver = say(lang, f"approver_{clause.approver.label}") if clause.approver is not None else ""
    return say(lang, f"action_{Action(clause.action).name.lower()}", approver=approver)
