"""What becomes of a case when a copy changes the verdict: before its siblings went, while they go, and after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from gateway.archive.record import as_delivered, records
from gateway.cli.quarantine import _lines
from gateway.errors import AlreadyDecided, LinkRefused
from gateway.pipeline import accept
from gateway.pipeline.received import Answer, Outcome
from gateway.store.disposition import ROW_BYTES_MAX, Decision, Job, JobKind, Result, Status
from gateway.store.states import State
from gateway.store.views import CaseView, Copies
from gateway.web.desk import Desk
from tests.support.counter import (
    AYLIN,
    BLOCKING,
    DAAN,
    EVA,
    JAN,
    KAREL,
    LEADER,
    LINK_KEY,
    SANNE,
    SELF,
    SHIPPED,
    TRUUS,
    letter,
    messages,
    notices,
)
from tests.support.databases import change
from tests.support.twins import WINDOW, Sent, Twins, taken

_numbers = count(1)


class Story:
    """One message, handed in copy by copy."""

    def __init__(self, twins: Twins, *to: str, body: str = "Tot vrijdag.", window: timedelta = WINDOW) -> None:
        self.twins = twins
        self.window = window
        self.raw = letter(*to, body=body, message_id=f"<story.{next(_numbers)}@zilverberg.example>")

    def copy(self, *rcpt_to: str, worker: int = 0, hop: str = "", **changes: object) -> Outcome:
        raw = f"X-Trace: {hop}\r\n".encode() + self.raw if hop else self.raw
        received = replace(self.twins.received(raw, *rcpt_to), window=self.window, **changes)
        (outcome,) = self.twins.hand_in((worker, received))
        self.reference = outcome.reference
        return outcome

    def deliver(self, worker: int) -> list[Job]:
        """Everything goes that may; returns this message's jobs."""
        return [job for job in self.twins.deliver(worker) if job.reference == self.reference]

    def window_closes(self) -> None:
        self.twins.clock.advance(seconds=WINDOW.total_seconds())

    @property
    def case(self) -> CaseView:
        return self.twins.case(self.reference)

    @property
    def sent(self) -> dict[str, bytes]:
        """Recipient -> the To line of what was delivered."""
        found = self.twins.sent_of(self.reference, JobKind.MESSAGE)
        assert len({one.rcpt for one in found}) == len(found), "nobody gets it twice"
        return {one.rcpt: to_line(one) for one in found}

    @property
    def told(self) -> list[tuple[str, bool]]:
        """Every notice: its kind, and whether it says that some had it already."""
        found = self.twins.sent_of(self.reference, JobKind.NOTICE)
        return [(one.params["kind"], "late" in one.params) for one in found]

    def decide(self, decision: Decision, by: str = KAREL) -> None:
        until = self.twins.clock.now()
        self.twins.run(self.twins.decider.by_person(self.reference, decision, by, "Besproken.", until=until))

    def archived(self) -> list[list[str]]:
        """Whom each record sends to."""
        found = self.twins.run(records(self.twins.store, self.reference))
        return [[rcpt for one in record.content.sendings for rcpt in one.rcpt_to] for record in found]


def to_line(one: Sent) -> bytes:
    return next(line for line in one.raw.split(b"\r\n") if line.startswith(b"To:"))


def later(job: Job) -> list[Result]:
    return [Result(rcpt, Status.WAITING, 451, "4.3.0 later") for rcpt in job.rcpt_to]


OWN = f"To: {DAAN}".encode()
SHOWN = f"To: {KAREL}".encode()


@contextmanager
def policy(twins: Twins, text: str) -> Iterator[None]:
    put(twins, text)
    try:
        yield
    finally:
        put(twins, SHIPPED)


def put(twins: Twins, text: str) -> None:
    twins.run(twins.store.put_policy(text, "test"))
    for worker in twins.workers:
        assert twins.run(worker.rulings.refresh())


# inside the window


def test_one_copy_waits_for_the_window_and_then_goes_with_its_record_and_notice(twins: Twins) -> None:
    story = Story(twins, AYLIN, SANNE)
    assert story.copy(AYLIN, SANNE).answer is Answer.ACCEPTED
    assert (story.case.state, story.case.archive_numbers) == (State.WAITING, ())
    twins.clock.advance(seconds=WINDOW.total_seconds() - 0.01)
    assert twins.deliver(0) == []
    twins.clock.advance(seconds=0.01)
    twins.deliver(1)
    assert story.sent == {AYLIN: OWN, SANNE: OWN}
    assert story.told == [("fix", False)]
    assert (story.case.state, len(story.case.archive_numbers)) == (State.DELIVERED, 1)


def test_a_stricter_copy_repairs_those_that_wait(twins: Twins) -> None:
    """Each copy has one parent, and nobody in sight: only together are they several."""
    story = Story(twins, KAREL)
    for number, rcpt in enumerate((KAREL, AYLIN, JAN)):
        story.copy(rcpt, worker=number % 2, hop="x" * number)
    assert [job.status for job in messages(story.case)] == ["open"] * 3
    story.window_closes()
    twins.deliver(1)
    assert story.sent == {KAREL: OWN, AYLIN: OWN, JAN: OWN}
    assert story.told == [("fix", False)]
    assert story.archived() == [[KAREL, AYLIN, JAN]]


def test_a_hold_takes_back_those_that_wait_and_a_release_sends_all_with_one_record(twins: Twins) -> None:
    story = Story(twins, KAREL, body=LEADER)
    assert story.copy(KAREL).answer is Answer.ACCEPTED
    assert story.copy(AYLIN, worker=1).answer is Answer.HELD
    assert [job.status for job in messages(story.case)] == ["parked", "parked"]
    assert len(story.case.holds) == 1
    story.window_closes()
    twins.deliver(0)
    assert (story.sent, story.told) == ({}, [("hold", False)])
    story.decide(Decision.RELEASE)
    twins.deliver(1)
    assert set(story.sent) == {KAREL, AYLIN}
    assert story.archived() == [[KAREL, AYLIN]]
    assert story.told == [("hold", False), ("release", False)]
    assert story.case.state is State.DELIVERED


def test_what_is_decided_in_the_window_is_decided_about_the_copies_still_to_come(twins: Twins) -> None:
    story = Story(twins, KAREL, body=LEADER)
    story.copy(KAREL)
    story.copy(AYLIN)
    story.decide(Decision.RETURN)
    assert story.copy(SANNE).answer is Answer.ACCEPTED
    story.window_closes()
    twins.deliver(0)
    assert (story.sent, story.told, story.archived()) == ({}, [("return", False)], [])
    assert (story.case.state, len(story.case.envelopes)) == (State.RETURNED, 3)


def test_a_release_does_not_cover_a_copy_that_comes_after_it(twins: Twins) -> None:
    """Whoever let it go did not know of this one: what nobody took up yet waits for another look."""
    story = Story(twins, KAREL, body=LEADER)
    story.copy(AYLIN)
    story.decide(Decision.RELEASE)
    assert story.copy(SANNE).answer is Answer.HELD
    assert [job.status for job in messages(story.case)] == ["parked", "parked"]
    story.window_closes()
    twins.deliver(0)
    assert story.sent == {}
    story.decide(Decision.RELEASE)
    twins.deliver(0)
    assert set(story.sent) == {AYLIN, SANNE}
    assert [kind for kind, _ in story.told] == ["release", "hold", "release"]
    assert story.case.state is State.DELIVERED


@pytest.mark.parametrize("sent", [True, False])
def test_a_copy_after_a_release_in_the_window_has_its_record_though_it_is_judged_milder(
    twins: Twins, sent: bool
) -> None:
    """Nobody closes this window any more: the case waits for nothing."""
    story = Story(twins, KAREL, body=LEADER)
    story.copy(AYLIN)
    story.decide(Decision.RELEASE)
    if sent:
        twins.deliver(0)
    with policy(twins, SHIPPED.replace('contact = { "1" = "self", "2" = "team_leader" }', "contact = {}")):
        assert story.copy(SANNE, worker=1).answer is Answer.ACCEPTED
    story.window_closes()
    twins.deliver(1)
    assert set(story.sent) == {AYLIN, SANNE}
    assert sorted(rcpt for record in story.archived() for rcpt in record).count(SANNE) == 1
    assert story.case.state is State.DELIVERED


def test_a_copy_that_is_blocked_stops_the_others_and_their_sender_is_told(twins: Twins) -> None:
    """The others were accepted: the answer to this one is not enough."""
    story = Story(twins, KAREL, body=SELF)
    with policy(twins, BLOCKING):
        assert story.copy(KAREL).answer is Answer.ACCEPTED
        assert story.copy(AYLIN, worker=1).answer is Answer.BLOCKED
        assert story.copy(SANNE).answer is Answer.BLOCKED
        twins.deliver(1)
        assert story.told == [("block", False)]
        again = story.copy(KAREL)
        assert again.answer is Answer.ACCEPTED, "a retry hears what the first one heard"
        assert story.copy(KAREL, AYLIN).answer is Answer.BLOCKED
    story.window_closes()
    twins.deliver(0)
    assert (story.sent, story.archived(), story.told) == ({}, [], [("block", False)])
    assert story.case.closed_at is not None
    story.decide(Decision.UNBLOCK, EVA)
    story.decide(Decision.RELEASE, EVA)
    twins.deliver(0)
    assert set(story.sent) == {KAREL, AYLIN, SANNE}


def test_the_strictest_approver_has_the_one_hold(twins: Twins) -> None:
    """One other family's address for one receiver, more for another: who decides may change with a copy."""
    story = Story(twins, KAREL, body=SELF)
    story.copy(AYLIN)
    assert [hold.approver for hold in story.case.holds] == ["self"]
    with policy(twins, SHIPPED.replace('"1" = "self", "2" = "team_leader"', '"1" = "team_leader"')):
        story.copy(SANNE, worker=1)
    (hold,) = story.case.holds
    assert (hold.approver, hold.approver_person) == ("team_leader", KAREL)
    story.window_closes()
    twins.deliver(1)
    assert story.told == [("hold", False)]
    (notice,) = notices(story.case)
    assert notice.params["approver"] == "team_leader"


def test_a_null_return_path_of_one_copy_silences_nobody(twins: Twins) -> None:
    story = Story(twins, AYLIN, SANNE)
    story.copy(AYLIN, envelope=twins.received(b"", AYLIN, mail_from="").envelope)
    story.copy(SANNE)
    story.window_closes()
    twins.deliver(0)
    assert story.told == [("fix", False)]


def test_a_copy_that_was_sent_by_itself_silences_all(twins: Twins) -> None:
    story = Story(twins, AYLIN, SANNE)
    plain = story.raw
    story.raw = b"Auto-Submitted: auto-generated\r\n" + plain
    story.copy(AYLIN)
    story.raw = plain
    story.copy(SANNE)
    story.window_closes()
    twins.deliver(0)
    assert set(story.sent) == {AYLIN, SANNE}
    assert story.told == []


def test_without_a_message_id_nothing_waits_and_every_transaction_is_a_case(twins: Twins) -> None:
    first, second = Story(twins, AYLIN), Story(twins, AYLIN)
    for story in (first, second):
        story.raw = letter(AYLIN, message_id="")
        story.copy(AYLIN)
        twins.deliver(0)
        assert set(story.sent) == {AYLIN}
    assert first.reference != second.reference


def test_another_content_under_the_same_message_id_is_another_case(twins: Twins) -> None:
    story = Story(twins, KAREL)
    first = story.copy(AYLIN)
    story.raw = story.raw.replace(b"vrijdag", b"zaterdag")
    assert story.copy(JAN).reference != first.reference


@pytest.mark.parametrize("how", ["copies", "copy_to_sender"])
def test_every_way_of_repair_gives_what_one_transaction_gives(twins: Twins, how: str) -> None:
    old, new = (
        ('repair = "bcc"', 'repair = "copies"')
        if how == "copies"
        else ("copy_to_sender = false", "copy_to_sender = true")
    )
    assert old in SHIPPED
    everybody = (KAREL, AYLIN, JAN, TRUUS)
    rows, parts = [], [[everybody], [(KAREL, AYLIN), (JAN, TRUUS)], [(KAREL,), (AYLIN,), (TRUUS, JAN)]]
    with policy(twins, SHIPPED.replace(old, new)):
        for part in parts:
            story = Story(twins, KAREL)
            for number, one in enumerate(part):
                story.copy(*one, worker=number % 2)
            story.window_closes()
            dialogues = [job.rcpt_to for job in twins.deliver(0) if job.kind is JobKind.MESSAGE]
            assert how != "copies" or all(len(one) == 1 for one in dialogues)
            rows.append(story.sent)
            assert len(story.archived()) == 1
    assert rows[0] == rows[1] == rows[2]
    assert set(rows[0]) == {*everybody, *([DAAN] if how == "copy_to_sender" else [])}


# after the window


def late(twins: Twins, *to: str, body: str = "Tot vrijdag.") -> Story:
    """A copy to a colleague that is delivered by the time the others come."""
    story = Story(twins, *to, body=body)
    story.copy(KAREL)
    story.window_closes()
    twins.deliver(0)
    assert set(story.sent) == {KAREL}
    return story


def test_a_late_copy_gets_the_unions_verdict_at_once_and_the_case_says_so(twins: Twins) -> None:
    story = late(twins, KAREL)
    story.copy(AYLIN, JAN, worker=1)
    twins.deliver(1)
    assert story.sent == {KAREL: SHOWN, AYLIN: OWN, JAN: OWN}
    assert story.told == [("fix", True)]
    assert story.archived() == [[AYLIN, JAN]]
    acts = [line.act for line in twins.run(twins.store.audit_rows(story.reference))]
    assert acts == ["case_late_copy"]
    assert story.case.state is State.DELIVERED


def test_late_copies_that_change_nothing_are_no_news_to_the_sender(twins: Twins) -> None:
    story = Story(twins, AYLIN, SANNE, JAN)
    story.copy(AYLIN)
    story.window_closes()
    twins.deliver(0)
    story.copy(SANNE)
    story.copy(JAN)
    twins.deliver(0)
    assert story.told == [("fix", False)]
    assert story.archived() == [[AYLIN], [SANNE], [JAN]]
    (last,) = twins.run(records(twins.store, story.reference))[2:]
    assert [one.rcpt_to for one in last.content.envelopes] == [(AYLIN,), (SANNE,), (JAN,)]
    (sent,) = twins.run(as_delivered(twins.store, last))
    assert OWN in sent.raw


def test_a_late_hold_can_be_withdrawn_though_a_copy_was_delivered(twins: Twins) -> None:
    story = late(twins, KAREL, body=LEADER)
    assert story.copy(AYLIN).answer is Answer.HELD
    twins.deliver(0)
    assert story.told == [("hold", True)]
    token = notices(story.case)[-1].params["token"]
    twins.run(twins.decider.by_link(links_digest(token), Decision.WITHDRAW, ""))
    assert story.case.state is State.WITHDRAWN
    twins.deliver(0)
    assert set(story.sent) == {KAREL}
    assert story.told == [("hold", True), ("withdraw", True)]
    with pytest.raises((AlreadyDecided, LinkRefused)):
        twins.run(twins.decider.by_link(links_digest(token), Decision.WITHDRAW, ""))


def links_digest(token: str) -> bytes:
    from gateway import links

    return links.digest(token)


def test_the_deferred_are_taken_back_and_nothing_of_their_progress_is_lost(twins: Twins) -> None:
    """One of a copy's two recipients has it; the other waits for the mail server, and then for a decision."""
    story = Story(twins, KAREL, body=LEADER)
    story.copy(KAREL, DAAN)
    story.window_closes()
    twins.deliver(0, lambda job: [*taken(job)[:1], *later(job)[1:]])
    assert story.copy(AYLIN).answer is Answer.HELD
    assert [job.status for job in messages(story.case)] == ["parked", "parked"]
    assert [job.kind for job in story.deliver(0)] == [JobKind.NOTICE]
    story.decide(Decision.RELEASE)
    twins.deliver(1)
    assert set(story.sent) == {KAREL, DAAN, AYLIN}
    assert story.case.state is State.DELIVERED


def test_a_repair_reaches_what_the_mail_server_deferred(twins: Twins) -> None:
    story = Story(twins, KAREL)
    story.copy(AYLIN)
    story.window_closes()
    twins.deliver(0, later)
    story.copy(JAN)
    twins.deliver(0)
    assert story.sent == {AYLIN: OWN, JAN: OWN}
    assert story.archived() == [[AYLIN], [AYLIN, JAN]], "the second record has both as they were delivered"


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.WITHDRAW, Decision.RELEASE])
@pytest.mark.parametrize("result", [taken, later], ids=["taken", "deferred"])
def test_a_decision_while_a_copy_is_being_sent_loses_nothing(twins: Twins, decision: Decision, result) -> None:
    """Held, and decided about, while the first copy is between DATA and its answer."""
    story = Story(twins, KAREL, body=LEADER)
    story.copy(KAREL)
    story.window_closes()
    (job,) = twins.run(twins.store.lease("worker-1", 10, twins.clock.now()))
    assert story.copy(AYLIN).answer is Answer.HELD
    if decision is Decision.WITHDRAW:
        token = notices(story.case)[-1].params["token"]
        twins.run(twins.decider.by_link(links_digest(token), decision, ""))
    else:
        story.decide(decision)
    twins.run(twins.store.settle(job.id, result(job)))
    (row, *_) = messages(story.case)
    assert row.recipients[0].status is (Status.DELIVERED if result is taken else Status.WAITING)
    twins.deliver(1)
    went = decision is Decision.RELEASE
    assert set(story.sent) == ({KAREL, AYLIN} - ({KAREL} if result is taken else set()) if went else set())
    assert story.case.state is (
        State.DELIVERED if went else State[decision.name + ("N" if "DRAW" in decision.name else "ED")]
    )


def test_a_copy_whose_sender_died_does_not_go_after_the_case_is_held(twins: Twins) -> None:
    story = Story(twins, KAREL, body=LEADER)
    story.copy(KAREL)
    story.window_closes()
    assert len(twins.run(twins.store.lease("worker-1", 10, twins.clock.now()))) == 1
    story.copy(AYLIN)
    assert [job.kind for job in story.deliver(0)] == [JobKind.NOTICE]
    twins.clock.advance(seconds=200)
    assert story.deliver(1) == []
    assert [job.status for job in messages(story.case)] == ["parked", "parked"]
    story.decide(Decision.RETURN)
    twins.clock.advance(seconds=200)
    assert [job.kind for job in story.deliver(1)] == [JobKind.NOTICE]


def test_a_late_block_leaves_what_went_and_a_later_unblock_sends_only_the_rest(twins: Twins) -> None:
    story = late(twins, KAREL, body=SELF)
    with policy(twins, BLOCKING):
        assert story.copy(AYLIN).answer is Answer.BLOCKED
    twins.deliver(0)
    assert story.told == [("block", True)]
    story.decide(Decision.UNBLOCK, EVA)
    story.decide(Decision.RELEASE, EVA)
    twins.deliver(0)
    assert set(story.sent) == {KAREL, AYLIN}


def test_a_window_nobody_closed_yet_takes_in_a_copy_that_comes_after_its_end(twins: Twins) -> None:
    """The mail server was away for a minute: nothing went, so nothing is late."""
    story = Story(twins, KAREL)
    story.copy(AYLIN)
    twins.clock.advance(seconds=60)
    story.copy(JAN)
    assert (story.case.state, story.case.archive_numbers) == (State.WAITING, ())
    twins.deliver(0)
    assert story.sent == {AYLIN: OWN, JAN: OWN}
    assert (story.told, story.archived()) == ([("fix", False)], [[AYLIN, JAN]])


def test_the_window_of_the_first_copy_is_everybodys(twins: Twins) -> None:
    story = Story(twins, KAREL)
    story.copy(AYLIN)
    twins.clock.advance(seconds=9)
    story.copy(SANNE)
    twins.clock.advance(seconds=1)
    twins.deliver(0)
    assert set(story.sent) == {AYLIN, SANNE}


def test_where_copies_do_not_wait_a_further_one_is_judged_with_the_first_all_the_same(twins: Twins) -> None:
    story = Story(twins, KAREL, window=timedelta(0))
    story.copy(AYLIN)
    assert len(story.case.archive_numbers) == 1
    story.copy(JAN)
    twins.deliver(0)
    assert story.sent == {AYLIN: SHOWN, JAN: OWN}
    assert story.told == [("fix", True)]


# what breaks


def test_a_case_that_does_not_open_is_set_aside_whole_and_blocks_nobody(twins: Twins) -> None:
    broken, sound = Story(twins, AYLIN), Story(twins, AYLIN)
    broken.copy(AYLIN)
    broken.copy(SANNE)
    sound.copy(AYLIN)
    database = twins.store._state_dir / "state.db"
    where = f"case_id = (SELECT id FROM 'case' WHERE reference = '{broken.reference}') AND n = 0"
    change(database, f"UPDATE envelope SET sealed = substr(sealed, 1, 20) WHERE {where}")
    broken.window_closes()
    twins.deliver(0)
    twins.deliver(1)
    assert set(sound.sent) == {AYLIN}
    assert twins.sent_of(broken.reference, JobKind.MESSAGE) == []
    acts = [line.act for line in twins.run(twins.store.audit_rows(broken.reference))]
    assert acts == ["job_stuck"] * 3


def test_a_sibling_whose_bytes_are_damaged_keeps_no_copy_out(twins: Twins) -> None:
    story = Story(twins, KAREL)
    story.copy(KAREL)
    name = story.case.message_name
    change(twins.store._state_dir / "state.db", f"UPDATE message SET body = x'00' WHERE name = '{name}'")
    assert story.copy(AYLIN, JAN).answer is Answer.ACCEPTED
    story.window_closes()
    sent = twins.store.read_by_name
    assert sent is not None
    jobs = twins.run(twins.store.lease("worker-1", 10, twins.clock.now()))
    assert {rcpt for job in jobs if job.kind is JobKind.MESSAGE for rcpt in job.rcpt_to} == {KAREL, AYLIN, JAN}


# what happens while a copy is judged


def while_judged(monkeypatch: pytest.MonkeyPatch, twins: Twins, act: Callable[[], Awaitable[object]]) -> None:
    """Do something once, after the copies were read and before the verdict about all of them is committed."""
    read = twins.store.copies

    async def copies(reference: str) -> Copies:
        there = await read(reference)
        monkeypatch.undo()
        await act()
        return there

    monkeypatch.setattr(twins.store, "copies", copies)


def test_what_is_sent_while_a_copy_is_judged_makes_it_late(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(twins, KAREL)
    story.copy(KAREL)
    story.window_closes()
    while_judged(monkeypatch, twins, lambda: twins.store.lease("worker-2", 10, twins.clock.now()))
    story.copy(AYLIN, JAN)
    acts = [line.act for line in twins.run(twins.store.audit_rows(story.reference))]
    assert acts == ["case_late_copy"]
    (notice,) = notices(story.case)
    assert notice.params["late"] == "1"


def test_a_message_whose_case_ends_while_a_copy_is_judged_is_a_message_of_its_own(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender was told that it was not sent, and sends it again to others."""
    story = Story(twins, KAREL, body=LEADER, window=timedelta(0))
    first = story.copy(AYLIN)
    decider, until = twins.decider, twins.clock.now()
    while_judged(
        monkeypatch, twins, lambda: decider.by_person(first.reference, Decision.RETURN, KAREL, "Niet zo.", until=until)
    )
    second = story.copy(KAREL)
    assert (second.answer, second.reference != first.reference) == (Answer.ACCEPTED, True)
    twins.deliver(0)
    assert set(story.sent) == {KAREL}


def test_large_copies_are_judged_beside_the_loop_and_alike(twins: Twins) -> None:
    story = Story(twins, KAREL, body="Tot vrijdag. " * (accept.INLINE_BYTES_MAX // 12))
    story.copy(AYLIN)
    story.copy(JAN, hop="2")
    story.window_closes()
    twins.deliver(1)
    assert story.sent == {AYLIN: OWN, JAN: OWN}


def test_whoever_looks_at_a_case_hears_how_many_had_it_already(twins: Twins) -> None:
    story = late(twins, KAREL, body=LEADER)
    story.copy(AYLIN)
    assert "1 of them had it before the rest came" in _lines(story.case, revealed=False)
    other = Story(twins, KAREL, body=LEADER)
    other.copy(AYLIN)
    assert not any("had it" in line for line in _lines(other.case, revealed=False))


def test_a_large_copy_is_written_once_however_often_it_is_judged(twins: Twins) -> None:
    story = Story(twins, KAREL, body="x" * ROW_BYTES_MAX)
    before = len(blobs(twins))
    story.copy(AYLIN)
    story.copy(JAN, hop="2")
    assert len(blobs(twins)) == before + 2
    story.window_closes()
    twins.deliver(1)
    assert story.sent == {AYLIN: OWN, JAN: OWN}


def blobs(twins: Twins) -> list[Path]:
    return list((twins.house.folder / "blobs").iterdir())


def test_the_page_behind_an_older_link_offers_no_more_than_is_the_senders_by_now(twins: Twins) -> None:
    story = Story(twins, KAREL, body=SELF, window=timedelta(0))
    story.copy(AYLIN)
    token = notices(story.case)[0].params["token"]
    page = Desk(twins.decider, twins.store, LINK_KEY, twins.clock)
    assert twins.run(page.look(token)).acts == ("confirm", "withdraw")
    with policy(twins, SHIPPED.replace('"1" = "self", "2" = "team_leader"', '"1" = "team_leader"')):
        story.copy(SANNE)
    assert twins.run(page.look(token)).acts == ("withdraw",)


def test_whoever_was_told_of_a_hold_hears_its_end_though_a_later_copy_came_by_itself(twins: Twins) -> None:
    """Such a copy keeps a notice back; what was begun is told to its end (architecture.md, invariant 9)."""
    story = Story(twins, KAREL, body=LEADER)
    story.copy(AYLIN)
    story.window_closes()
    twins.deliver(0)
    assert story.told == [("hold", False)]
    story.raw = b"Auto-Submitted: auto-generated\r\n" + story.raw
    story.copy(SANNE)
    story.decide(Decision.RETURN)
    twins.deliver(0)
    assert story.told == [("hold", False), ("return", False)]


def test_of_many_copies_at_once_each_is_judged_with_those_before_it_and_no_more(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else most of what is judged is judged in vain, and with some sixty copies the client hears "later"."""
    story, copies = Story(twins, KAREL), 12
    judged = []
    real = accept.judge_copies

    def noted(*what: object) -> object:
        judged.append(1)
        return real(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(accept, "judge_copies", noted)
    handed = [
        (0, twins.received(f"X-Trace: {number}\r\n".encode() + story.raw, f"ouder{number}@gezin.example"))
        for number in range(copies)
    ]
    outcomes = twins.hand_in(*handed)
    assert {one.answer for one in outcomes} == {Answer.ACCEPTED}
    assert len({one.reference for one in outcomes}) == 1
    assert len(judged) <= copies * (copies + 1) // 2
    story.reference = outcomes[0].reference
    story.window_closes()
    twins.deliver(0)
    assert len(story.sent) == copies


def test_a_copy_by_a_clock_that_is_behind_has_its_record_after_the_window_was_closed(twins: Twins) -> None:
    story = Story(twins, KAREL)
    story.copy(KAREL)
    story.window_closes()
    twins.deliver(0)
    twins.clock.advance(seconds=-0.01)
    story.copy(AYLIN, worker=1)
    story.window_closes()
    twins.deliver(1)
    assert set(story.sent) == {KAREL, AYLIN}
    assert story.archived() == [[AYLIN]]


def test_what_is_tried_again_otherwise_than_it_was_recorded_is_recorded_as_it_goes(twins: Twins) -> None:
    """A copy makes the verdict stricter while another is in a sender's hands, and that attempt comes to nothing."""
    story = Story(twins, KAREL)
    story.copy(AYLIN)
    story.window_closes()
    (job,) = (one for one in twins.run(twins.store.lease("worker-2", 10, twins.clock.now())))
    story.copy(JAN)
    twins.run(twins.store.settle(job.id, later(job), twins.clock.now()))
    twins.deliver(0)
    assert story.sent == {AYLIN: OWN, JAN: OWN}
    recorded = set()
    for record in twins.run(records(twins.store, story.reference)):
        for one in twins.run(as_delivered(twins.store, record)):
            recorded |= {(rcpt, OWN in one.raw) for rcpt in one.rcpt_to}
    assert {(AYLIN, True), (JAN, True)} <= recorded
