"""What an earlier mail lifts: only one this gateway took in itself, from whose it must be (protocol.md, C24, C29, C37)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import Damaged
from gateway.pipeline.thread import REFERENCES_MAX, marks, refers, root, with_history
from gateway.store import thread
from gateway.store.states import State
from rules.case import Facts
from rules.message import parse
from tests.support.counter import AYLIN, DAAN, HENDRIKA, JAN, JASPER, KAREL, SANNE, SHIPPED, Counter

PUBLISHER = "l.samsom@hetkompas.example"  # a contact the school knows
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


async def test_in_somebody_else_s_thread_an_own_answer_makes_no_own_thread(desk: Counter) -> None:
    """C29: the original poster, not whoever has answered once already."""
    await earlier(desk, ALL, login=JASPER, sender=JASPER)
    mine = "<tussendoor.1@zilverberg.example>"
    lines = f"In-Reply-To: {ASKED}\nReferences: {ASKED}\n"
    await earlier(desk, JASPER, lines=lines, message_id=mine, body="Ik zoek mee.")
    lines = f"In-Reply-To: {mine}\nReferences: {ASKED} {mine}\n"
    again = await desk.hand_in(ALL, lines=lines, body="Gevonden!", message_id="<weer.1@zilverberg.example>")
    assert (await desk.case_of(again)).approver == "self"


@pytest.mark.parametrize(
    "said",
    ["Nee, geen akkoord. Niet bestellen, er is geen geld.", "Liever niet, Daan.", "Wacht hier nog even mee.", "No, please don't order these.", "Ik geef hier geen toestemming voor."],
)  # fmt: skip
async def test_a_refusal_is_no_consent(desk: Counter, said: str) -> None:
    await earlier(desk, DAAN, login=KAREL, sender=KAREL, body=said)
    assert await answer(desk, AYLIN) == "team_leader"


async def test_a_yes_is_one(desk: Counter) -> None:
    await earlier(desk, DAAN, login=KAREL, sender=KAREL, body="Prima Daan, ga je gang met die groep.")
    assert await answer(desk, AYLIN) == "received"


async def test_the_manager_s_mail_to_a_list_agrees_to_nothing(desk: Counter) -> None:
    """It was not written to the one who asks."""
    await earlier(desk, ALL, login=KAREL, sender=KAREL)
    assert await answer(desk, AYLIN) == "team_leader"


async def test_what_still_waits_was_answered_by_nobody(desk: Counter) -> None:
    """Undo: it may yet be taken back."""
    await desk.store.put_policy(f"{SHIPPED}\n[undo]\ndefault = 60\n", "test")
    await desk.rulings.load()
    outcome = await desk.hand_in(DAAN, JAN, SANNE, login=KAREL, sender=KAREL, message_id=ASKED)
    assert (await desk.case_of(outcome)).state is State.WAITING
    assert await answer(desk, AYLIN) == "team_leader"


def test_the_root_of_a_thread_is_what_it_says_first() -> None:
    assert root(parse(b"References: <a@x> <b@x>\r\nIn-Reply-To: <b@x>\r\n\r\n")) == "<a@x>"
    assert root(parse(b"In-Reply-To: <b@x>\r\n\r\n")) == "<b@x>"
    assert root(parse(b"References: nothing\r\n\r\n")) == ""


async def test_people_who_see_each_other_for_the_first_time(desk: Counter) -> None:
    """A parent and a supplier in one To: silent until the history is thirty days old, then once."""

    async def sent(number: int, *to: str, lines: str = "") -> list[str]:
        outcome = await desk.hand_in(*to, lines=lines, message_id=f"<samen.{number}@zilverberg.example>")
        return [row.why for row in (await desk.case_of(outcome)).findings if row.clause == "C3"]

    assert await sent(1, AYLIN, PUBLISHER) == []
    desk.house.clock.advance(days=31)
    assert await sent(2, AYLIN, PUBLISHER) == []  # they have met
    assert await sent(3, SANNE, PUBLISHER) == ["first_together"]
    assert await sent(4, SANNE, PUBLISHER) == []
    assert await sent(5, JAN, PUBLISHER, lines="In-Reply-To: <hun.vraag@kompas.example>\n") == []
    assert await sent(6, JAN) == []
    assert await sent(7, PUBLISHER) == []


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
