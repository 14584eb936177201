"""Undo: what goes out with a notice may be taken back until it goes, by exactly one of the two who want otherwise."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import links
from gateway.errors import AlreadyDecided
from gateway.pipeline.received import Outcome
from gateway.store.disposition import Decision
from gateway.store.states import State
from gateway.web.decisions import Standing
from gateway.web.desk import Desk
from rules.policy import PolicyError, load
from tests.support.counter import (
    AYLIN,
    DAAN,
    KAREL,
    LEADER,
    LINK_KEY,
    SANNE,
    SHIPPED,
    Counter,
    counter,
    messages,
    notices,
)  # fmt: skip

UNDO = SHIPPED + "\n[undo]\ndefault = 0\nclauses = { C19 = 60, C5 = 30 }\nroles = { administratief = 0 }\n"
PUPIL = "410422@leerling.zilverberg.example"


async def with_undo(desk: Counter, text: str = UNDO) -> None:
    await desk.store.put_policy(text, "test")
    assert await desk.rulings.refresh()


async def token(desk: Counter, outcome: Outcome) -> str:
    return next(job.params["token"] for job in notices(await desk.case_of(outcome)) if job.params.get("undo"))


async def due(desk: Counter) -> int:
    """How many of the message's rows may go now."""
    leased = await desk.store.lease("worker-2", 10, desk.house.clock.now())
    return sum(job.kind.value == "message" for job in leased)


async def test_a_repaired_message_waits_its_notice_goes_first_and_it_can_be_taken_back(desk: Counter) -> None:
    await with_undo(desk)
    outcome = await desk.hand_in(AYLIN, SANNE)
    case = await desk.case_of(outcome)
    assert case.state is State.WAITING
    assert [job.kind.value for job, _ in desk.offered()] == ["notice"]
    (message,) = messages(case)
    assert message.not_before == desk.house.clock.now() + timedelta(seconds=60)
    digest = links.digest(await token(desk, outcome))
    assert (await desk.decider.by_link(digest, Decision.WITHDRAW, "")).state is State.WITHDRAWN
    desk.house.clock.advance(minutes=5)
    assert await due(desk) == 0
    assert [row.act for row in await desk.store.audit_rows(reference=outcome.reference)][-1] == "case_withdraw"


async def test_it_goes_when_nobody_takes_it_back_and_then_it_is_too_late(desk: Counter) -> None:
    await with_undo(desk)
    outcome = await desk.hand_in(AYLIN, SANNE)
    digest = links.digest(await token(desk, outcome))
    desk.house.clock.advance(seconds=59)
    assert await due(desk) == 0
    desk.house.clock.advance(seconds=2)
    assert await due(desk) == 1
    with pytest.raises((AlreadyDecided, Exception)):
        await desk.decider.by_link(digest, Decision.WITHDRAW, "")
    assert (await desk.case_of(outcome)).state is not State.WITHDRAWN


async def test_of_going_and_taking_back_exactly_one_happens(desk: Counter) -> None:
    await with_undo(desk)
    for _ in range(10):
        outcome = await desk.hand_in(AYLIN, SANNE, message_id="")
        digest = links.digest(await token(desk, outcome))
        ends = desk.house.clock.now() + timedelta(seconds=60)
        going = asyncio.create_task(desk.store.lease("worker-2", 10, ends))
        back = asyncio.create_task(desk.decider.by_link(digest, Decision.WITHDRAW, ""))
        leased, decided = await asyncio.gather(going, back, return_exceptions=True)
        went = not isinstance(leased, BaseException) and any(
            job.reference == outcome.reference for job in leased if job.kind.value == "message"
        )
        assert went is isinstance(decided, BaseException)


async def test_it_waits_across_a_restart(tmp_path: Path, school: Path) -> None:
    with counter(tmp_path) as desk:
        await desk.rulings.load()
        await with_undo(desk)
        outcome = await desk.hand_in(AYLIN, SANNE)
        link = await token(desk, outcome)
    with counter(tmp_path) as desk:
        await desk.rulings.load()
        assert await due(desk) == 0
        assert (await desk.decider.by_link(links.digest(link), Decision.WITHDRAW, "")).state is State.WITHDRAWN


async def test_a_released_message_waits_and_its_sender_may_take_it_back(desk: Counter) -> None:
    await with_undo(desk, UNDO.replace("default = 0", "default = 45"))
    outcome = await desk.hand_in(AYLIN, body=LEADER)
    until = desk.house.clock.now() + timedelta(days=1)
    await desk.decider.by_person(outcome.reference, Decision.RELEASE, KAREL, "", until=until)
    (message,) = messages(await desk.case_of(outcome))
    assert message.not_before == desk.house.clock.now() + timedelta(seconds=45)
    assert (
        await desk.decider.by_link(links.digest(await token(desk, outcome)), Decision.WITHDRAW, "")
    ).state is State.WITHDRAWN


async def test_mail_without_a_notice_and_the_shipped_policy_never_wait(desk: Counter) -> None:
    assert (await desk.case_of(await desk.hand_in(AYLIN, SANNE))).state is State.FIXED
    await with_undo(desk)
    assert (await desk.case_of(await desk.hand_in(AYLIN))).state is State.RECEIVED
    silent = await desk.hand_in(
        AYLIN, SANNE, lines="Auto-Submitted: auto-replied\n", message_id="<stil@zilverberg.example>"
    )
    assert (await desk.case_of(silent)).state is State.FIXED


async def test_a_clause_and_a_role_have_their_own_seconds(desk: Counter) -> None:
    await with_undo(desk)
    (message,) = messages(await desk.case_of(await desk.hand_in(PUPIL)))
    assert message.not_before == desk.house.clock.now() + timedelta(seconds=30)
    await with_undo(desk, UNDO.replace("administratief = 0", "docent = 90"))
    (message,) = messages(await desk.case_of(await desk.hand_in(PUPIL, message_id="<twee@zilverberg.example>")))
    assert message.not_before == desk.house.clock.now() + timedelta(seconds=90)


async def test_the_sender_s_page_offers_to_take_it_back_until_it_goes(desk: Counter) -> None:
    await with_undo(desk)
    pages = Desk(desk.decider, desk.store, LINK_KEY, desk.house.clock)
    outcome = await desk.hand_in(AYLIN, SANNE)
    link = await token(desk, outcome)
    seen = await pages.look(link)
    assert seen is not None
    assert (seen.standing, seen.acts) == (Standing.WAITING, ("withdraw",))
    assert [finding.clause for finding in seen.findings] == ["C19"]
    assert all(not finding.clear for finding in seen.findings)
    done = await pages.withdraw(link, "")
    assert done is not None
    assert done.standing is Standing.WITHDRAWN
    assert [job.params["kind"] for job in notices(await desk.case_of(outcome))][-1] == "withdraw"
    assert DAAN in [one.rcpt for job in notices(await desk.case_of(outcome)) for one in job.recipients]


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ("[undo]\ndefault = -1\n", "default must be whole seconds"),
        ("[undo]\nclauses = { C19 = 4000 }\n", "C19 must be whole seconds"),
        ('[undo]\nroles = { docent = "60" }\n', "docent must be whole seconds"),
        ("[undo]\nclauses = { C99 = 1 }\n", "is unknown"),
        ("[undo]\nseconds = 1\n", "is unknown"),
    ],
)
def test_a_mistake_is_told(lines: str, mistake: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(SHIPPED + "\n" + lines)
    assert mistake in str(caught.value)
