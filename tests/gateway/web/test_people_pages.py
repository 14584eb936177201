"""What is known of an address, and the registers: looked up by form, audited, changed under one's own name."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.backoffice import BackRoom
from tests.support.counter import AYLIN, DAAN, EVA, JOOST, OFFICE

PUBLISHER = "l.samsom@hetkompas.example"


async def looked_up(room: BackRoom, address: str, role: str = "privacy_officer") -> str:
    visitor = await room.of_role(role)
    answer = await visitor.post("/people?lang=en", address=address)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (AYLIN, "parent"),
        (DAAN, "Mentor of"),
        (OFFICE, "Shared mailbox"),
        (PUBLISHER, "approved for C37"),
        ("allemedewerkers@zilverberg.example", "People behind this list"),
        ("niemand@elders.example", "in no file of the school"),
        (AYLIN.upper(), "parent"),
    ],
)
async def test_an_address_is_looked_up(room: BackRoom, address: str, said: str) -> None:
    assert said in await looked_up(room, address)


async def test_each_look_is_audited_and_stands_in_no_address(room: BackRoom) -> None:
    await looked_up(room, AYLIN, "admin")
    rows = await room.desk.store.audit_rows()
    assert [(row.act, row.actor, row.detail["address"]) for row in rows if row.act == "person_read"] == [
        ("person_read", JOOST, AYLIN)
    ]
    page = await (await room.of_role("admin")).get(f"/people?address={AYLIN}")
    assert AYLIN not in page.text


async def test_flags_are_for_the_privacy_officer(room: BackRoom) -> None:
    roster = room.desk.rulings.current.roster
    flagged = next(
        p for p in roster.people.values() if p.emails and (p.contact_ban or p.address_secret or not p.custody)
    )
    assert "Mind" in await looked_up(room, flagged.emails[0])
    assert "Mind" not in await looked_up(room, flagged.emails[0], "admin")


async def test_a_consent_is_registered_and_taken_back(room: BackRoom) -> None:
    eva = await room.of_role("privacy_officer")
    pupil = next(iter(room.desk.rulings.current.roster.families(AYLIN)))
    fields = {"register": "consents", "act": "add", "subject": pupil, "recipient": PUBLISHER, "kinds": "phone; email_address", "purpose": "uitwisseling"}  # fmt: skip
    assert (await eva.post("/registers", **fields)).status_code == 303
    consents = room.desk.rulings.current.roster.consents
    made = next(one for one in consents if one.subject_id == pupil and one.purpose == "uitwisseling")
    assert made.data_kinds == ("phone", "email_address") and made.valid(date(2026, 11, 24))
    page = (await eva.get("/registers?lang=en")).text
    assert made.id in page and f"Withdraw {made.id}" in page
    assert (await eva.post("/registers", register="consents", act="withdraw", number=made.id)).status_code == 303
    again = await eva.post("/registers", register="consents", act="withdraw", number=made.id)
    assert again.status_code == 422 and "withdrawn already" in again.text
    ended = next(one for one in room.desk.rulings.current.roster.consents if one.id == made.id)
    assert not ended.valid(date(2026, 11, 24))
    acts = [(row.act, row.actor) for row in await room.desk.store.audit_rows()]
    assert ("consent_added", EVA) in acts and ("consent_withdrawn", EVA) in acts


async def test_a_ground_is_registered(room: BackRoom) -> None:
    eva = await room.of_role("privacy_officer")
    party = next(one.kind for one in room.desk.rulings.current.roster.contacts if one.kind)
    fields = {"register": "grounds", "act": "add", "recipient": party.upper(), "kinds": "grades", "law": "WVO art. 27", "from": "2026-11-01", "until": "2027-07-31"}  # fmt: skip
    assert (await eva.post("/registers", **fields)).status_code == 303
    made = next(one for one in room.desk.rulings.current.roster.grounds if one.law == "WVO art. 27")
    assert (made.party, made.data_kinds, made.valid_until) == (party, ("grades",), date(2027, 7, 31))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"subject": "niemand"}, "nobody in the directory"),
        ({"recipient": "winkel"}, "not in contacts"),
        ({"kinds": "schoenmaat"}, "kinds of data are"),
        ({"kinds": ""}, "kinds of data are"),
        ({"from": "gisteren"}, "gisteren is no day"),
        ({"register": "grounds", "recipient": "winkel"}, "no contact"),
    ],
)
async def test_what_can_t_be_registered_says_why_and_keeps_what_was_written(
    room: BackRoom, fields: dict[str, str], said: str
) -> None:
    eva = await room.of_role("privacy_officer")
    pupil = next(iter(room.desk.rulings.current.roster.families(AYLIN)))
    given = {"register": "consents", "act": "add", "subject": pupil, "recipient": PUBLISHER, "kinds": "phone", "evidence": "map 3", **fields}  # fmt: skip
    answer = await eva.post("/registers", **given)
    assert answer.status_code == 422 and said in answer.text and "map 3" in answer.text


@pytest.mark.parametrize("fields", [{"register": "mail"}, {"register": "consents", "act": "delete"}, {}])
async def test_what_is_no_register_or_act_is_refused(room: BackRoom, fields: dict[str, str]) -> None:
    eva = await room.of_role("privacy_officer")
    assert (await eva.post("/registers", **fields)).status_code == 400
