"""The pages for reviewers over a real store and pipeline, and people who have signed in to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import argon2
import httpx2

from gateway.accounts.reception import IDLE, Reception, digest
from gateway.store.accounts import ByAddress, Enter, Open
from gateway.web.app import build
from gateway.web.gate import COOKIE_TLS
from gateway.web.health import Probe, Readiness
from gateway.web.overview import Installation
from gateway.web.review import Review
from gateway.web.site import BackOffice, Site
from tests.support.counter import EVA, JOOST, KAREL, Counter, counter
from tests.support.desk import PaperDesk

_numbers = count(1)
HOST = "https://postwacht.school.example"
PASSWORD = "correct paard batterij"
KEY = b"a" * 32
AUDITOR, OPERATOR = "t.hazeleger@zilverberg.example", "r.akkerman@zilverberg.example"
# One account of each role; the approver is a team leader, the administrator and the privacy officer are the school's.
STAFF = {
    "approver": KAREL,
    "admin": JOOST,
    "auditor": AUDITOR,
    "privacy_officer": EVA,
    "operator": OPERATOR,
}


@cache
def hashed() -> str:
    """Hashed once: it is slow on purpose."""
    return argon2.PasswordHasher().hash(PASSWORD)


@dataclass
class BackRoom:
    """Everything behind the pages, and the application."""

    desk: Counter
    reception: Reception
    review: Review
    site: Site
    app: Any

    async def account(self, address: str, *roles: str) -> None:
        now = self.desk.house.clock.now()
        await self.desk.store.act(Open(address, frozenset(roles), hashed(), "test", now))

    async def signed_in(self, address: str, *roles: str, proven: bool = True) -> Visitor:
        """A browser with a session, without the slow way there."""
        found = await self.desk.store.ask(ByAddress(address))
        if found is None:
            await self.account(address, *roles)
            found = await self.desk.store.ask(ByAddress(address))
        assert found is not None
        now = self.desk.house.clock.now()
        token = f"token{next(_numbers)}"
        await self.desk.store.act(Enter(digest(token), found, proven, now, now + IDLE))
        return Visitor(self.browser({COOKIE_TLS: token}), self.reception.form_token(token), address)

    async def of_role(self, role: str) -> Visitor:
        return await self.signed_in(STAFF[role], role)

    def browser(self, cookies: dict[str, str] | None = None) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app, raise_app_exceptions=False),
            base_url=HOST,
            cookies=cookies or {},
            headers={"accept-language": "nl"},
        )


@dataclass
class Visitor:
    """Somebody's browser. `form` is the token every form of theirs carries."""

    browser: httpx2.AsyncClient
    form: str
    address: str

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.browser.get(path, **options)

    async def post(self, path: str, **fields: str) -> httpx2.Response:
        return await self.browser.post(
            path, data={"form": self.form, "copies": "1", **fields}, headers={"sec-fetch-site": "same-origin"}
        )


@asynccontextmanager
async def backroom(folder: Path, *, second_factor: bool = True) -> AsyncIterator[BackRoom]:
    """The demo's school with its pages."""
    with counter(folder) as desk:
        await desk.rulings.load()
        clock = desk.house.clock
        reception = Reception(desk.store, clock, KEY, second_factor)
        review = Review(desk.store, desk.decider, desk.rulings, clock, KEY)

        async def imported() -> Any:
            return (await desk.store.snapshots())[-1].created_at

        async def well() -> None:
            return None

        installation = Installation(
            "1.2.3", ("submission 127.0.0.1:587",), "mail.zilverberg.example:25", imported, lambda: "f" * 64
        )
        site = Site(
            PaperDesk(clock),
            Readiness({name: Probe(well, clock) for name in ("store", "smarthost", "disk")}),
            lambda: desk.rulings.current.policy,
            "Zilverberg College",
            ZoneInfo("Europe/Amsterdam"),
            "nl",
            BackOffice(reception, review, installation, clock),
        )
        yield BackRoom(desk, reception, review, site, build(site))
