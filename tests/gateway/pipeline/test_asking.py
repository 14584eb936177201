"""Who must decide is asked once, reminded once with a deputy, in working hours; and may decide, as may the deputy."""

from __future__ import annotations

import email
from datetime import UTC, date, datetime, time, timedelta
from email import policy

import pytest

from gateway.delivery.notices import Letterhead, render
from gateway.errors import Damaged
from gateway.pipeline.asking import Asker
from gateway.pipeline.deadline import REMIND_HOURS, remind_at
from gateway.pipeline.release import NotTheApprover
from gateway.store.asking import Asking, Waiting
from gateway.store.disposition import Decision, JobKind
from gateway.store.states import State
from gateway.store.views import CaseView, JobView
from rules.people import School
from tests.support.counter import AYLIN, DAAN, EVA, JAN, JASPER, KAREL, LEADER, SELF, Counter

NADIA = "n.ouazzani@zilverberg.example"  # Karel's deputy
HEAD = Letterhead("Zilverberg", "info@zilverberg.example", "http://127.0.0.1", "nl", "postwacht.zilverberg.example")
# Two people's telephone numbers: the team leader decides, the privacy officer is told.
NUMBERS = "De moeder van Bo is te bereiken op 06-31415926, die van Aya op 06-27182818."
CARE = "m.oostra@jeugdteamzandwolde.example"


async def asks(desk: Counter, reference: str) -> list[tuple[str, str]]:
    """Kind and receiver of every mail to those who decide."""
    jobs = (await desk.store.case(reference)).jobs
    return [(job.params["kind"], one.rcpt) for job in jobs if job.kind is JobKind.ASK for one in job.recipients]


async def round_(desk: Counter) -> int:
    return await Asker(desk.store, desk.rulings, desk.house.clock).round()


async def held(desk: Counter, *to: str, body: str = LEADER) -> str:
    outcome = await desk.hand_in(*(to or (AYLIN,)), body=body)
    assert (await desk.case_of(outcome)).state is State.HELD
    return outcome.reference


async def test_the_approver_is_asked_once_and_reminded_once_with_the_deputy(desk: Counter) -> None:
    reference = await held(desk)
    assert await round_(desk) == 1
    assert await round_(desk) == 0
    assert await asks(desk, reference) == [("ask", KAREL)]
    desk.house.clock.advance(hours=3, minutes=55)  # from one o'clock here: school closes at five
    assert await round_(desk) == 0
    desk.house.clock.advance(minutes=10)
    assert await round_(desk) == 1
    assert await round_(desk) == 0
    assert (await asks(desk, reference))[1:] == [("remind", KAREL), ("remind", NADIA)]


async def test_whoever_decided_is_not_asked_any_more(desk: Counter) -> None:
    reference = await held(desk)
    (waiting,) = await desk.store.ask(Waiting(desk.house.clock.now()))
    until = desk.house.clock.now() + timedelta(days=1)
    await desk.decider.by_person(reference, Decision.RELEASE, KAREL, "", until=until)
    assert await round_(desk) == 0
    assert await desk.store.act(Asking(waiting, (), None, desk.house.clock.now())) is False


async def test_two_processes_ask_once(desk: Counter) -> None:
    await held(desk)
    (waiting,) = await desk.store.ask(Waiting(desk.house.clock.now()))
    step = Asking(waiting, (), None, desk.house.clock.now())
    assert [await desk.store.act(step), await desk.store.act(step)] == [True, False]


async def test_nobody_stands_in_for_the_sender(desk: Counter) -> None:
    """A hold for `self` is the sender's, and at most the privacy officer's; no administrator lets it go."""
    reference = (await desk.hand_in(body=SELF)).reference
    until = desk.house.clock.now() + timedelta(days=1)
    for by in (KAREL, NADIA, DAAN, "j.pel@zilverberg.example"):
        with pytest.raises(NotTheApprover):
            await desk.decider.by_person(reference, Decision.RELEASE, by, "", until=until)


async def test_the_deputy_may_decide_and_a_stranger_may_not(desk: Counter) -> None:
    first, second = await held(desk), await held(desk, JAN, body=f"Zie {AYLIN} en {CARE} en truusbakker@hetnet.example")
    until = desk.house.clock.now() + timedelta(days=1)
    await desk.decider.by_person(first, Decision.RELEASE, NADIA, "", until=until)
    assert (await desk.store.case(first)).state is State.RELEASED
    with pytest.raises(NotTheApprover):
        await desk.decider.by_person(second, Decision.RELEASE, JASPER, "", until=until)


async def test_a_message_that_waits_for_its_sender_reminds_the_sender_alone(desk: Counter) -> None:
    reference = await held(desk, body=SELF)
    assert await round_(desk) == 1
    assert await asks(desk, reference) == []
    desk.house.clock.advance(hours=20)
    await round_(desk)
    ((kind, to),) = await asks(desk, reference)
    assert (kind, to) == ("remind_self", DAAN)


async def test_the_privacy_officer_is_told_of_several_persons_data_for_a_third_party(desk: Counter) -> None:
    reference = await held(desk, CARE, body=NUMBERS)
    await round_(desk)
    assert sorted(await asks(desk, reference)) == [("ask", KAREL), ("inform", EVA)]


async def job_of(desk: Counter, reference: str, kind: str) -> JobView:
    return next(job for job in (await desk.store.case(reference)).jobs if job.params.get("kind") == kind)


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_mail_names_the_reference_and_no_value(desk: Counter, language: str) -> None:
    reference = await held(desk, CARE, body=NUMBERS)
    await round_(desk)
    head = Letterhead(HEAD.school, HEAD.address, HEAD.url, language, HEAD.hostname)
    for kind in ("ask", "inform"):
        job = await job_of(desk, reference, kind)
        raw = render(head, job.params, to=KAREL, reference=reference, number=1, at=desk.house.clock.now())
        body = email.message_from_bytes(raw, policy=policy.default).get_body(("plain",))
        assert body is not None
        mail = body.get_content()
        assert reference in mail
        assert "31415926" not in mail.replace(" ", "").replace("-", "")
        assert CARE not in mail
        assert f"{HEAD.url}/cases/{reference}" in mail


async def test_the_end_is_still_told_to_a_sender_whose_beginning_was_not(desk: Counter) -> None:
    """A mail to an approver is none to the sender."""
    outcome = await desk.hand_in(AYLIN, body=LEADER, mail_from="", rcpt_to=(AYLIN,))
    case = await desk.case_of(outcome)
    if case.state is State.HELD:
        await round_(desk)
        until = desk.house.clock.now() + timedelta(days=1)
        await desk.decider.by_person(outcome.reference, Decision.RETURN, KAREL, "", until=until)
    assert not [job for job in (await desk.case_of(outcome)).jobs if job.kind is JobKind.NOTICE]


SCHOOL = School(
    name="x", working_hours=(time(8), time(17)), holidays=((date(2026, 12, 19), date(2027, 1, 3)),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-24T09:00", "2026-11-24T13:00"),
        ("2026-11-24T15:00", "2026-11-25T10:00"),
        ("2026-11-24T03:00", "2026-11-24T12:00"),
        ("2026-11-24T19:00", "2026-11-25T12:00"),
        ("2026-11-27T16:00", "2026-11-30T11:00"),  # over a weekend
        ("2026-12-18T16:30", "2027-01-04T11:30"),  # over the holidays
        ("2026-11-28T10:00", "2026-11-30T12:00"),  # on a Saturday
    ],
)
def test_working_hours_are_counted(start: str, due: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text + ":00+01:00").astimezone(UTC)

    assert REMIND_HOURS == 4
    assert remind_at(at(start), SCHOOL) == at(due)


def test_a_school_that_never_opens_reminds_nobody_soon() -> None:
    shut = School(name="x", holidays=((date(2020, 1, 1), date(2040, 1, 1)),))
    start = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert remind_at(start, shut) - start > timedelta(days=300)


async def test_a_hold_that_does_not_open_keeps_nobody_else_waiting(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await held(desk)
    other = (await desk.hand_in(AYLIN, body=LEADER, message_id="<ander@zilverberg.example>")).reference
    look = desk.store.case

    async def case(reference: str) -> CaseView:
        if reference == broken:
            raise Damaged("broken on purpose")
        return await look(reference)

    monkeypatch.setattr(type(desk.store), "case", lambda _, reference: case(reference))
    assert await round_(desk) == 1
    assert await asks(desk, other) == [("ask", KAREL)]


async def test_a_sender_who_was_told_nothing_is_reminded_of_nothing(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=SELF, lines="Auto-Submitted: auto-replied\n")
    await round_(desk)
    desk.house.clock.advance(hours=20)
    await round_(desk)
    assert await asks(desk, outcome.reference) == []
