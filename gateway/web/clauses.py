"""A page for each clause of the protocol, as the policy in force has it.

Promises: what a page says a clause does is what the policy says; a clause whose check is not built says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.web.pages import draw, language
from gateway.web.site import Site
from gateway.web.words import CLAUSES, Lang, say
from rules.policy import ClausePolicy
from rules.verdict import Action

# What happens in Magister, on paper and in talk no gateway sees: there is nothing to build and nothing to pretend.
NEVER_CHECKED: Final = frozenset({"C4", "C9", "C10", "C12", "C23", "C25", "C26", "C30", "C33"})


@dataclass(frozen=True, slots=True)
class ClausePages:
    """The list, and one page a clause."""

    site: Site

    async def clauses(self, request: Request) -> Response:
        """All of them, in the protocol's order."""
        lang = language(self.site, request)
        rows = [(clause.id, clause.title(lang)) for clause in self.site.policy().clauses.values()]
        return draw(self.site, lang, "clauses.html", clauses=sorted(rows, key=lambda row: int(row[0][1:])))

    async def clause(self, request: Request) -> Response:
        """One of them."""
        lang = language(self.site, request)
        clause = self.site.policy().clauses.get(request.path_params["clause"])
        if clause is None:
            raise HTTPException(404)
        text = CLAUSES[lang][clause.id]
        speaks = clause.built or clause.id in NEVER_CHECKED
        return draw(
            self.site,
            lang,
            "clause.html",
            clause=clause,
            title=clause.title(lang),
            checked=text.checked if speaks else say(lang, "clause_unbuilt"),
            unseen=text.unseen,
            effect=_effect(lang, clause) if speaks else "",
        )


def _effect(lang: Lang, clause: ClausePolicy) -> str:
    """What happens to a message on which this clause finds something."""
    if clause.mode != "enforce":
        return say(lang, f"mode_{clause.mode}")
    approver = say(lang, f"approver_{clause.approver.label}") if clause.approver is not None else ""
    return say(lang, f"action_{Action(clause.action).name.lower()}", approver=approver)
