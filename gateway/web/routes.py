"""The pages behind the sign-in: one table, a line a route, with the right it needs.

Promises: there is no page for reviewers that is not in this table; tests go over it, role by role and method by method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Route

from gateway.accounts.roles import Right
from gateway.web.gate import Gate, Guarded, Handler
from gateway.web.overview import Overview
from gateway.web.people import PeoplePages
from gateway.web.policy import PolicyPages
from gateway.web.quarantine import Quarantine
from gateway.web.signin import SignIn
from gateway.web.site import Site

READ = ("GET",)
BOTH = ("GET", "POST")
ACT = ("POST",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page. `open`: for who has not signed in; else `right` (None: any session will do)."""

    path: str
    methods: Sequence[str]
    page: Handler | Guarded
    route: Route
    right: Right | None = None
    open: bool = False


def guarded(site: Site) -> tuple[Entry, ...]:
    """The table for this installation; empty where nobody can sign in."""
    office = site.office
    if office is None:
        return ()
    gate = Gate(site, office.reception)
    sign_in, quarantine = SignIn(site, gate), Quarantine(site, office.review)
    overview = Overview(site, office.review, office.installation, office.clock)

    policy = PolicyPages(site, office.review.store, office.review.rulings, office.clock, office.review.counted)

    people = PeoplePages(site, office.review.store, office.review.rulings, office.clock)

    def free(path: str, page: Handler) -> Entry:
        return Entry(path, BOTH, page, Route(path, page, methods=list(BOTH)), open=True)

    def kept(path: str, methods: Sequence[str], page: Guarded, right: Right | None) -> Entry:
        return Entry(path, methods, page, Route(path, gate.behind(page, right), methods=list(methods)), right)

    return (
        free("/sign-in", sign_in.sign_in),
        free("/second-factor", sign_in.second_factor),
        kept("/sign-out", ACT, sign_in.sign_out, None),
        kept("/", READ, overview.overview, Right.OVERVIEW),
        kept("/quarantine", READ, quarantine.quarantine, Right.QUARANTINE),
        kept("/cases/{reference}", BOTH, quarantine.case, Right.OVERVIEW),
        kept("/cases/{reference}/message", READ, quarantine.message, Right.OVERVIEW),
        kept("/policy", BOTH, policy.policy, Right.POLICY),
        kept("/people", BOTH, people.people, Right.PEOPLE),
        kept("/registers", BOTH, people.registers, Right.REGISTERS),
        kept("/audit", READ, overview.audit, Right.AUDIT),
        kept("/status", READ, overview.status, Right.STATUS),
    )
