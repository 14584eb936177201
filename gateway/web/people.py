"""What the gateway knows of an address, and the registers of consents and grounds.

Promises: an address is looked up by a form, never by a link: it stands in no address bar and no history; each look is a
line in the audit chain. A register's entry is added or taken back under the name of who signed in; none is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.accounts.roles import Right
from gateway.clock import Clock
from gateway.directory.book import Book, RegisterError, audience_of, kinds_of, party_of, person_of, state
from gateway.directory.columns import DATA_KINDS
from gateway.pipeline.ruling import Ruling, Rulings
from gateway.store.disposition import AuditDraft
from gateway.store.store import Store
from gateway.web.forms import one_line
from gateway.web.gate import Visit
from gateway.web.pages import draw, language
from gateway.web.site import Site
from rules.message import canonical_address
from rules.people import Audience, Contact, Person

REGISTERS: Final = ("consents", "grounds")
FIELD_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Known:
    """Everything the directory in force says of an address that decides how mail to it is judged."""

    audience: Audience
    owners: Sequence[Person]
    family: Sequence[str]  # ids of pupils
    mailbox: str
    members: Sequence[str]  # of the list it is
    lists: Sequence[str]  # lists it is on
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """The methods of `/people` and `/registers`."""

    site: Site
    store: Store
    rulings: Rulings
    clock: Clock

    async def people(self, request: Request, visit: Visit) -> Response:
        """Look an address up."""
        lang, known, asked = language(self.site, request), None, ""
        ruling = self.rulings.current
        if request.method == "POST":
            asked = canonical_address(one_line(visit.form.get("address", ""))[:FIELD_MAX])
            await self.store.audit(AuditDraft(visit.address, "person_read", {"address": asked}))
            known = known_of(ruling, asked)
        snapshot = await self.store.active_snapshot()
        return draw(
            self.site, lang, "people.html", visit=visit, asked=asked, known=known, snapshot=snapshot,
            flags=Right.ANY_CASE in visit.rights,
        )  # fmt: skip

    async def registers(self, request: Request, visit: Visit) -> Response:
        """Both registers; adding to one, or taking an entry back."""
        lang, problem = language(self.site, request), ""
        today = self.rulings.current.here(self.clock.now()).date()
        if request.method == "POST":
            form = {name: one_line(text)[:FIELD_MAX] for name, text in visit.form.items()}
            book = await self._book(form.get("register", ""), today, visit)
            try:
                await _change(book, form)
            except RegisterError as error:
                problem = str(error)
            else:
                await self.rulings.load()
                return RedirectResponse(f"/registers?lang={lang}", status_code=303)
        found = {}
        for name in REGISTERS:
            book = await self._book(name, today, visit)
            found[name] = [{**row, "state": state(row, today).replace(" ", "_")} for row in book.all()]
        return draw(
            self.site, lang, "registers.html", 422 if problem else 200, visit=visit, registers=found, problem=problem,
            form=visit.form if problem else {}, kinds=DATA_KINDS,
        )  # fmt: skip

    async def _book(self, register: str, today: date, visit: Visit) -> Book:
        if register not in REGISTERS:
            raise HTTPException(400)
        return await Book.open(self.store, self.rulings.school, register, today, visit.address)


def known_of(ruling: Ruling, address: str) -> Known:
    """Look an address up in the directory in force."""
    roster = ruling.roster
    mailbox = roster.mailboxes.get(address)
    return Known(
        audience=roster.audience(address, ruling.policy.private_mail, beside_parent=False),
        owners=roster.owners(address),
        family=sorted(roster.families(address)),
        mailbox=mailbox.name or mailbox.address if mailbox is not None else "",
        members=roster.expand(address),
        lists=sorted(one for one in roster.lists if address in roster.expand(one)),
        contact=roster.contact(address, ruling.policy.private_mail),
    )


async def _change(book: Book, form: dict[str, str]) -> None:
    if form.get("act") == "withdraw":
        await book.withdraw(form.get("number", ""), form.get("reason", ""))
        return
    if form.get("act") != "add":
        raise HTTPException(400)
    row: dict[str, str | list[str]] = {
        "data_kinds": kinds_of([form.get("kinds", "")]),
        "valid_from": _day(form.get("from", "")),
        "valid_until": _day(form.get("until", "")),
        "evidence": form.get("evidence", ""),
    }
    if not row["data_kinds"]:
        raise RegisterError(f"kinds of data are {', '.join(DATA_KINDS)}")
    if book.register == "grounds":
        row |= {"party": party_of(book.roster, form.get("recipient", "")), "law": form.get("law", "")}
    else:
        row |= {
            "subject_id": person_of(book.roster, form.get("subject", "")),
            "recipient": audience_of(book.roster, form.get("recipient", "")),
            "purpose": form.get("purpose", ""),
            "status": "geweigerd" if "refused" in form else "gegeven",
        }
    await book.add(row)


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise RegisterError(f"{text} is no day") from None
