"""The corners of reviewing: what changed while somebody looked, what is gone, who holds an office from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import AlreadyDecided, CaseChanged, Erased
from gateway.pipeline.approver import stand_ins
from gateway.pipeline.mending import Mends, NothingMended, mended
from gateway.pipeline.release import NotTheApprover
from gateway.store.disposition import Decision
from gateway.web.desk import Desk
from gateway.web.showing import Mark, show
from rules.case import Facts
from rules.message import parse
from rules.verdict import Approver
from tests.support.backoffice import BackRoom
from tests.support.counter import AYLIN, DAAN, EVA, JAN, JASPER, JOOST, KAREL, LEADER, LINK_KEY, SELF

REASON = "Besproken met de ouders."


async def held(room: BackRoom, body: str = LEADER) -> str:
    return (await room.desk.hand_in(AYLIN, body=body, message_id="")).reference


@pytest.mark.parametrize("act", ["release", "mend"])
@pytest.mark.parametrize("copies", ["2", "", "x"])
async def test_a_form_of_another_number_of_copies_decides_nothing(room: BackRoom, act: str, copies: str) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")
    answer = await karel.post(f"/cases/{reference}", act=act, reason=REASON, hide="1", copies=copies)
    assert answer.status_code == 422 and "nog een exemplaar" in answer.text and REASON in answer.text
    assert (await room.desk.store.case(reference)).state.value == "held"


@pytest.mark.parametrize("act", ["release", "mend"])
@pytest.mark.parametrize(
    ("error", "status"),
    [(CaseChanged("R"), 422), (AlreadyDecided("R", "released"), 303), (NotTheApprover("no"), 403)],
)
async def test_what_happens_between_looking_and_deciding_is_told(
    room: BackRoom, monkeypatch: pytest.MonkeyPatch, act: str, error: Exception, status: int
) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")

    async def late(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(type(room.desk.decider), "by_person", late)
    monkeypatch.setattr(type(room.desk.decider), "mend", late)
    assert (await karel.post(f"/cases/{reference}", act=act, reason=REASON, hide="1")).status_code == status


async def test_a_message_whose_bytes_are_gone_is_told_so_and_not_offered_for_change(
    room: BackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")

    async def gone(*_: object) -> bytes:
        raise Erased("gone")

    monkeypatch.setattr(type(room.desk.store), "read_message", gone)
    page = await karel.get(f"/cases/{reference}")
    assert page.status_code == 200 and 'value="mend"' not in page.text
    assert "niet meer bewaard" in (await karel.get(f"/cases/{reference}/message")).text
    mine = await room.desk.hand_in(AYLIN, body=SELF, message_id="<weg.1@zilverberg.example>")
    desk = Desk(room.desk.decider, room.desk.store, LINK_KEY, room.desk.house.clock)
    seen = await desk.look(await room.desk.token_of(mine))
    assert seen is not None and seen.offer is None


async def test_a_case_without_a_clause_has_nothing_similar_and_an_account_may_be_nobody_of_the_school(
    room: BackRoom,
) -> None:
    reference = await held(room)
    case = await room.desk.store.case(reference)
    assert await room.review._similar(replace(case, findings=())) == ()
    outside = await room.signed_in("bureau@extern.example", "approver")
    assert (await outside.get("/quarantine")).status_code == 200
    assert (await outside.get(f"/cases/{reference}")).status_code == 404


async def test_whose_office_a_case_waits_for(room: BackRoom) -> None:
    case = await room.desk.store.case(await held(room))
    decider = room.desk.decider

    def waits_for(approver: str, **changed: Any) -> Any:
        return replace(
            case, approver=approver, holds=(replace(case.holds[0], approver=approver, approver_person=""),), **changed
        )

    assert decider.concerns(waits_for("privacy_officer"), EVA)
    assert decider.concerns(waits_for("admin"), JOOST) and not decider.concerns(waits_for("admin"), KAREL)
    editors = room.desk.rulings.current.roster.editor_addresses()
    assert all(decider.concerns(waits_for("editors"), one) for one in editors)
    assert decider.concerns(waits_for("team_leader"), JOOST)  # nobody was found: the administrator
    assert not decider.concerns(waits_for("team_leader"), JASPER)
    assert not decider.concerns(case, "bureau@extern.example")
    assert not decider.may_decide(case, Decision.RELEASE, JASPER)
    assert decider.may_decide(case, Decision.RELEASE, KAREL)


async def test_only_the_sender_or_the_privacy_officer_lets_a_sender_s_own_hold_go(room: BackRoom) -> None:
    reference = await held(room, SELF)
    until = room.desk.house.clock.now()
    for by in (KAREL, JOOST, DAAN):
        with pytest.raises(NotTheApprover):
            await room.desk.decider.by_person(reference, Decision.RELEASE, by, "", until=until)
    assert (
        await room.desk.decider.by_person(reference, Decision.RELEASE, EVA, "", until=until)
    ).state.value == "released"


async def test_hiding_needs_an_own_address_and_keeps_what_may_be_seen(room: BackRoom) -> None:
    reference = await held(room)
    case, ruling = await room.desk.store.case(reference), room.desk.rulings.current
    facts = Facts(room.desk.house.clock.now(), ruling.roster.identify(DAAN))
    raw = f"From: {DAAN}\r\nTo: {AYLIN}\r\nReply-To: {JAN}, {KAREL}\r\nSubject: x\r\n\r\nhoi\r\n".encode()
    (delivery,) = mended(ruling, case, parse(raw), facts, Mends(hide=True))
    replaced = b"".join(edit.replacement for edit in delivery.edits)
    assert KAREL.encode() in replaced and JAN.encode() not in replaced
    nobody = replace(case, envelopes=(replace(case.envelopes[0], mail_from=""),))
    with pytest.raises(NothingMended):
        mended(ruling, nobody, parse(b"Subject: x\r\n\r\nhoi\r\n"), Facts(facts.now, None), Mends(hide=True))


def test_a_value_spelt_another_way_is_left_as_it_stands() -> None:
    """`İ` and `i̇` are equal without regard to case for one reading, and not for the other."""
    raw = "Content-Type: text/plain; charset=utf-8\r\n\r\nADRES\u0130 en adres\u0130".encode()
    assert "<mark>" in show(parse(raw), [Mark("adres\u0130", "a***")]).html
    assert show(parse(b"Content-Type: text/plain\r\n\r\nK\xc5\xbf"), [Mark("ks", "k***")]).html


async def test_no_office_stands_in_for_the_sender_of_a_message(room: BackRoom) -> None:
    ruling = room.desk.rulings.current
    on = ruling.here(room.desk.house.clock.now()).date()
    nobody = "bureau@extern.example"
    assert JOOST not in tuple(stand_ins(ruling.roster, ruling.roster.identify(JOOST), Approver.ADMIN, nobody, on))
    assert tuple(stand_ins(ruling.roster, ruling.roster.identify(DAAN), Approver.SELF, DAAN, on)) == ()
