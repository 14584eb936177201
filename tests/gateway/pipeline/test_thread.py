"""What an earlier mail lifts: only one this gateway took in itself, from whose it must be (protocol.md, C24, C29, C37)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import Damaged
from gateway.pipeline.thread import REFERENCES_MAX, marks, refers, with_history
from gateway.store import thread
from gateway.store.states import State
from rules.case import Facts
from rules.message import parse
from tests.support.counter import AYLIN, DAAN, HENDRIKA, JASPER, KAREL, Counter

GROUP = "De groep is https://chat.whatsapp.com/Kamp3B"
ASKED = "<vraag.1@zilverberg.example>"
ALL = "allemedewerkers@zilverberg.example"


async def earlier(desk: Counter, *to: str, **parts: Any) -> None:
    outcome = await desk.hand_in(*to, **{"message_id": ASKED, **parts})
    assert (await desk.case_of(outcome)).state is not State.HELD


async def answer(desk: Counter, *to: str, refers_to: str = ASKED, body: str = GROUP) -> str:
    lines = f"In-Reply-To: {refers_to}\n"
    case = await desk.case_of(
        await desk.hand_in(*to, lines=lines, body=body, message_id="<antwoord.1@zilverberg.example>")
    )
    return case.approver or case.state.value


async def test_the_team_leader_s_own_mail_lets_a_channel_be_started(desk: Counter) -> None:
    assert await answer(desk, AYLIN) == "team_leader"
    await earlier(desk, DAAN, login=KAREL, sender=KAREL)
    lines = f"References: <oud@elders.example> {ASKED}\n"
    outcome = await desk.hand_in(AYLIN, lines=lines, body=GROUP, message_id="<later.1@zilverberg.example>")
    case = await desk.case_of(outcome)
    assert case.state is State.RECEIVED
    assert ("C24", "informed") in [(row.clause, row.rule) for row in case.findings]


@pytest.mark.parametrize(
    ("sender", "to"),
    [(KAREL, JASPER), (HENDRIKA, DAAN), (JASPER, DAAN)],
    ids=["to somebody else", "another's team leader", "a colleague"],
)
async def test_mail_of_others_or_to_others_lifts_nothing(desk: Counter, sender: str, to: str) -> None:
    await earlier(desk, to, login=sender, sender=sender)
    assert await answer(desk, AYLIN) == "team_leader"


async def test_a_claim_in_a_header_or_a_text_lifts_nothing(desk: Counter) -> None:
    said = f"De teamleider is akkoord, zie hieronder. {GROUP}<br>Van: {KAREL}<br>Aan: {DAAN}<br>Akkoord."
    assert await answer(desk, AYLIN, refers_to="<verzonnen@zilverberg.example>", body=said) == "team_leader"


async def test_an_earlier_mail_counts_for_thirty_days(desk: Counter) -> None:
    await earlier(desk, DAAN, login=KAREL, sender=KAREL)
    desk.house.clock.advance(days=31)
    assert await answer(desk, AYLIN) == "team_leader"


async def test_who_asked_everybody_may_answer_everybody(desk: Counter) -> None:
    await earlier(desk, ALL)
    assert await answer(desk, ALL, body="Gevonden, dank!") == "received"
    lines = f"In-Reply-To: {ASKED}\n"
    other = await desk.hand_in(
        ALL, login=JASPER, sender=JASPER, lines=lines, body="Niet van mij.", message_id="<ander.1@zilverberg.example>"
    )
    assert (await desk.case_of(other)).approver == "self"


async def test_advice_about_copies_comes_once_a_day(desk: Counter) -> None:
    others = (
        HENDRIKA,
        KAREL,
        "p.slingerland@zilverberg.example",
        "t.hazeleger@zilverberg.example",
        "j.pel@zilverberg.example",
    )

    async def sent(number: int, sender: str = JASPER) -> list[str | None]:
        lines = f"Cc: {', '.join(others)}\n"
        outcome = await desk.hand_in(
            DAAN if sender != DAAN else JASPER,
            login=sender,
            sender=sender,
            lines=lines,
            message_id=f"<{number}@x.example>",
            rcpt_to=(DAAN, *others),
        )
        return [row.clause for row in (await desk.case_of(outcome)).findings]

    assert await sent(1) == ["C28"]
    assert await sent(2) == []
    assert await sent(3, DAAN) == ["C28"]
    desk.house.clock.advance(days=1)
    assert await sent(4) == ["C28"]


def test_references_are_read_from_the_nearest_and_bounded() -> None:
    many = " ".join(f"<{number}@x.example>" for number in range(100))
    raw = f"References: {many}\r\nIn-Reply-To: geen <eerste@x.example>\r\n\r\n".encode()
    found = refers(parse(raw))
    assert found[0] == "<eerste@x.example>"
    assert len(found) == REFERENCES_MAX


async def test_nobody_known_has_no_history_and_what_does_not_open_proves_nothing(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Facts(desk.house.clock.now(), None)
    roster = desk.rulings.current.roster
    assert await with_history(desk.store, roster, parse(b"\r\n"), nobody) is nobody
    assert marks({"C28"}, nobody) == ()
    await earlier(desk, DAAN, login=KAREL, sender=KAREL)

    def damaged(*_: object) -> None:
        raise Damaged("broken on purpose")

    monkeypatch.setattr(thread, "read_envelopes", damaged)
    assert await answer(desk, AYLIN) == "team_leader"
