"""From the last byte of a message to its answer: every outcome, with a real store and a real school."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path
from typing import Any

import pysqlite3
import pytest

from gateway import logs, metrics
from gateway.pipeline import accept
from gateway.pipeline.received import Answer, Outcome
from gateway.store.disposition import Committed, Decision, Disposition
from gateway.store.store import Store
from tests.support.counter import (
    AYLIN,
    BLOCKING,
    DAAN,
    EVA,
    JAN,
    JASPER,
    KAREL,
    LEADER,
    OFFICE,
    SANNE,
    SELF,
    TRUUS,
    Counter,
    counter,
    letter,
    messages,
    notices,
    words,
)  # fmt: skip


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(logs._Log, "current", logs._make(stream, terminal=False, worker=""))
    return stream


# every outcome


async def test_a_message_that_passes_is_kept_archived_and_offered_as_it_came(desk: Counter) -> None:
    received = desk.received(AYLIN, dsn={"ret": "HDRS", f"notify:{AYLIN}": "NEVER"}, smtputf8=True)
    outcome = await desk.pipeline.accept(received)
    assert (outcome.answer, outcome.clause, outcome.sentence) == (Answer.ACCEPTED, "", "")
    case = await desk.case_of(outcome)
    assert (case.state.value, case.identity, case.archive_numbers != ()) == ("received", DAAN, True)
    assert await desk.store.read_message(outcome.reference) == received.raw
    ((job, raw),) = desk.offered()
    assert (job.mail_from, job.rcpt_to, job.edits, raw) == (DAAN, (AYLIN,), b"", received.raw)
    assert job.options["ret"] == "HDRS"
    assert job.options[f"notify:{AYLIN}"] == "NEVER"
    assert (job.options["smtputf8"], job.options["helo"], job.options["auth"]) == ("1", "klas.test", "1")
    assert notices(case) == []


async def test_a_list_of_parents_is_repaired_and_its_sender_told(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, SANNE)
    assert outcome.answer is Answer.ACCEPTED
    case = await desk.case_of(outcome)
    assert case.state.value == "fixed"
    (job,) = messages(case)
    assert f"To: {DAAN}".encode() in job.edits
    assert [recipient.rcpt for recipient in job.recipients] == [AYLIN, SANNE]
    (told,) = notices(case)
    assert [recipient.rcpt for recipient in told.recipients] == [DAAN]
    assert (told.mail_from, told.params["kind"]) == ("", "fix")
    assert AYLIN not in words(told)


async def test_mail_among_colleagues_is_sent_and_not_archived(desk: Counter) -> None:
    outcome = await desk.hand_in(KAREL)
    case = await desk.case_of(outcome)
    assert (outcome.answer, case.external, case.archive_numbers) == (Answer.ACCEPTED, False, ())
    assert len(desk.offered()) == 1


async def test_a_hold_parks_what_it_would_send_and_sends_only_a_notice(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, body=SELF)
    assert outcome.answer is Answer.HELD
    case = await desk.case_of(outcome)
    assert (case.state.value, case.approver, case.archive_numbers) == ("held", "self", ())
    assert [job.status for job in messages(case)] == ["parked"]
    ((job, _),) = desk.offered()
    assert (job.kind.value, job.rcpt_to) == ("notice", (DAAN,))
    (told,) = notices(case)
    assert told.params["token"]
    assert JAN not in words(told), "evidence is masked"
    (hold,) = case.holds
    assert (hold.approver_person, (hold.expires_at - hold.created_at).total_seconds()) == (DAAN, 24 * 3600)


async def test_a_hold_of_somebody_else_names_the_team_leader(desk: Counter) -> None:
    case = await desk.case_of(await desk.hand_in(AYLIN, body=LEADER))
    (hold,) = case.holds
    assert (hold.approver, hold.approver_person) == ("team_leader", KAREL)


async def test_a_block_is_kept_as_evidence_and_nothing_is_sent(desk: Counter) -> None:
    await desk.store.put_policy(BLOCKING, "test")
    assert await desk.rulings.refresh()
    outcome = await desk.hand_in(AYLIN, body=SELF)
    assert (outcome.answer, outcome.clause) == (Answer.BLOCKED, "C3")
    assert outcome.sentence.isascii()
    assert outcome.sentence.endswith(".")
    assert JAN not in outcome.sentence
    case = await desk.case_of(outcome)
    assert (case.state.value, case.jobs, case.archive_numbers, case.has_message) == ("blocked", (), (), True)
    assert desk.offered() == []


@pytest.mark.parametrize(
    "parts",
    [
        {"mail_from": JASPER},
        {"sender": JASPER},
        {"sender": f"{JASPER}, {KAREL}"},
        {"sender": f"{DAAN}, {AYLIN}"},
        {"sender": DAAN, "lines": f"Sender: {KAREL}\n"},
        {"sender": DAAN, "lines": f"Sender: {AYLIN}\n"},
        {"sender": f"{DAAN}\nFrom: {AYLIN}"},
        {"sender": "", "lines": f"Sender: {KAREL}\n"},
        {"sender": OFFICE},
    ],
    ids=[
        "envelope",
        "from",
        "two-others",
        "with-a-parent",
        "sender",
        "sender-outside",
        "two-from",
        "only-sender",
        "mailbox",
    ],
)
async def test_somebody_elses_name_is_refused_and_nothing_is_kept(
    desk: Counter, log: io.StringIO, parts: dict[str, str]
) -> None:
    """Mail clients show Sender as who sends: "Karel on behalf of Daan" is as good as From."""
    outcome = await desk.hand_in(AYLIN, **parts)
    assert outcome == Outcome(Answer.NOT_YOURS)
    assert await desk.store.list_holds() == ()
    assert desk.offered() == []
    assert '"event": "message_refused"' in log.getvalue()
    assert "zilverberg" not in log.getvalue()


@pytest.mark.parametrize(
    ("login", "parts"),
    [
        (DAAN, {"sender": "dho@zilverberg.example", "mail_from": "dho@zilverberg.example"}),
        (DAAN, {"sender": f"{DAAN}, {KAREL}"}),
        (DAAN, {"sender": f"{DAAN}, {KAREL}", "lines": f"Sender: {DAAN}\n"}),
        (DAAN, {"sender": ""}),
        (DAAN, {"mail_from": ""}),
        ("p.slingerland@zilverberg.example", {"sender": OFFICE, "mail_from": OFFICE}),
        ("p.slingerland@zilverberg.example", {"sender": OFFICE, "lines": "Sender: psl@zilverberg.example\n"}),
        ("k.deruiter@zilverberg.example", {"sender": OFFICE}),
    ],
    ids=["alias", "with-a-colleague", "and-sender", "no-from", "null-path", "member", "member-as-sender", "delegate"],
)
async def test_an_own_name_is_taken(desk: Counter, login: str, parts: dict[str, str]) -> None:
    outcome = await desk.hand_in(AYLIN, login=login, **parts)
    assert outcome.answer is not Answer.NOT_YOURS
    assert (await desk.case_of(outcome)).identity == login


def test_the_listener_asks_the_same_at_mail_from(tmp_path: Path) -> None:
    with counter(tmp_path) as desk:
        asyncio.run(desk.rulings.load())
        may = desk.pipeline.may_send_as
        assert may(DAAN, DAAN)
        assert may(DAAN, "")
        assert may(DAAN, "DHO@Zilverberg.Example")
        assert may(None, AYLIN)
        assert not may(DAAN, KAREL)
        assert not may(DAAN, AYLIN)
        assert not may(AYLIN, DAAN)


async def test_nobody_known_is_held_for_the_administrator_and_nobody_is_written_to(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, login=None, sender="kopieermachine@elders.example")
    case = await desk.case_of(outcome)
    assert (outcome.answer, case.approver, case.identity) == (Answer.HELD, "admin", "")
    assert notices(case) == []


async def test_without_a_login_the_identity_is_from_else_sender(desk: Counter) -> None:
    for parts in ({"sender": DAAN}, {"sender": "kopie@elders.example", "lines": f"Sender: {DAAN}\n", "message_id": ""}):
        case = await desk.case_of(await desk.hand_in(AYLIN, login=None, **parts))
        assert case.identity == DAAN


@pytest.mark.parametrize(
    "parts",
    [{"mail_from": ""}, {"lines": "Auto-Submitted: auto-replied\n"}, {"report": True}],
    ids=["null-path", "auto-submitted", "report"],
)
@pytest.mark.parametrize("body", ["Tot vrijdag.", SELF], ids=["fix", "hold"])
async def test_mail_that_wants_no_answer_is_judged_and_gets_none(
    desk: Counter, parts: dict[str, Any], body: str
) -> None:
    parts = dict(parts)
    if parts.pop("report", None):
        head, _, text = letter(AYLIN, SANNE, body=body).partition(b"\r\n\r\n")
        kind = b"Content-Type: text/html; charset=utf-8"
        head = head.replace(kind, b"Content-Type: multipart/report; report-type=delivery-status; boundary=q")
        parts["raw"] = head + b"\r\n\r\n--q\r\n" + kind + b"\r\n\r\n" + text + b"--q--\r\n"
    outcome = await desk.hand_in(AYLIN, SANNE, body=body, **parts)
    case = await desk.case_of(outcome)
    assert case.state.value == ("held" if body == SELF else "fixed")
    assert notices(case) == []
    if case.state.value == "held":
        desk.house.clock.advance(days=5)
        assert await desk.decider.expire() == (outcome.reference,)
        assert notices(await desk.case_of(outcome)) == []


# what no client may send


@pytest.mark.parametrize("bad", [b"\r", b"\n", b"\0", b"\n.\r\nMAIL FROM:<x>"], ids=["cr", "lf", "nul", "smuggled"])
async def test_bare_ends_are_kept_as_evidence_and_the_case_can_be_found(
    desk: Counter, log: io.StringIO, bad: bytes
) -> None:
    received = desk.received(raw=letter(AYLIN).replace(b"Tot", b"Tot" + bad))
    outcome = await desk.pipeline.refuse(received)
    assert outcome.answer is Answer.MALFORMED
    case = await desk.case_of(outcome)
    assert (case.state.value, case.identity, case.jobs, case.archive_numbers) == ("blocked", DAAN, (), ())
    assert [(row.rule, row.action) for row in case.findings] == [("wire", 4)]
    assert await desk.store.read_message(outcome.reference) == received.raw
    assert f'"reference": "{outcome.reference}"' in log.getvalue()
    assert '"clauses": "wire"' in log.getvalue()


# our own faults


class Failing(Store):
    """A real store that fails as it is told: before the commit, or after it."""

    before: BaseException | None = None
    hang = False
    work: asyncio.Future[Committed]

    async def commit(self, disposition: Disposition) -> Committed:
        if self.before is not None:
            raise self.before
        self.work = asyncio.ensure_future(super().commit(disposition))
        done = await asyncio.shield(self.work)
        if self.hang:
            await asyncio.Event().wait()
        return done


@pytest.fixture
def failing(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> Failing:
    monkeypatch.setattr(desk.store, "__class__", Failing)
    assert isinstance(desk.store, Failing)
    return desk.store


async def test_a_locked_database_is_later(desk: Counter, log: io.StringIO) -> None:
    other = pysqlite3.connect(str(desk.house.folder / "state.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        said = await asyncio.gather(desk.hand_in(AYLIN), desk.pipeline.refuse(desk.received(JAN)))
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert said == [Outcome(Answer.TRY_LATER)] * 2
    assert desk.offered() == []
    assert '"event": "store_unavailable"' in log.getvalue()
    assert AYLIN not in log.getvalue()
    assert (await desk.hand_in(AYLIN)).answer is Answer.ACCEPTED


@pytest.mark.parametrize("act", ["accept", "refuse"])
async def test_under_the_disk_floor_nothing_is_taken(desk: Counter, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    space = os.statvfs(desk.house.folder)
    monkeypatch.setattr(desk.store, "_disk_floor", (space.f_blocks + 1) * space.f_frsize)
    assert await getattr(desk.pipeline, act)(desk.received()) == Outcome(Answer.DISK_LOW)
    assert desk.offered() == []


@pytest.mark.parametrize("act", ["accept", "refuse"])
async def test_whatever_else_breaks_is_later_and_in_the_log_without_its_text(
    desk: Counter, failing: Failing, log: io.StringIO, act: str
) -> None:
    failing.before = RuntimeError(f"constraint failed: {AYLIN}")
    assert await getattr(desk.pipeline, act)(desk.received()) == Outcome(Answer.TRY_LATER)
    assert '"component": "pipeline"' in log.getvalue()
    assert AYLIN not in log.getvalue() + metrics.render().decode()


async def test_a_message_that_is_slow_to_read_keeps_nobody_waiting(desk: Counter) -> None:
    slow = letter(AYLIN, body="@ " * accept.INLINE_BYTES_MAX, message_id="<slow@zilverberg.example>")
    large = asyncio.create_task(desk.pipeline.accept(desk.received(raw=slow)))
    await asyncio.sleep(0)  # it is being read
    assert (await desk.pipeline.accept(desk.received())).answer is Answer.ACCEPTED
    assert not large.done()
    assert (await large).answer is Answer.ACCEPTED


async def test_somebody_elses_name_is_refused_however_large_the_message(desk: Counter) -> None:
    raw = letter(AYLIN, sender=SANNE, body="x" * accept.INLINE_BYTES_MAX)
    assert (await desk.pipeline.accept(desk.received(raw=raw))).answer is Answer.NOT_YOURS


@pytest.mark.parametrize("act", ["accept", "refuse"])
async def test_a_store_that_takes_too_long_is_later(
    desk: Counter, failing: Failing, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(accept, "ACCEPT_SECONDS", 0.2)
    failing.hang = True
    assert await getattr(desk.pipeline, act)(desk.received()) == Outcome(Answer.TRY_LATER)


async def test_a_commit_that_came_after_all_is_recognised_when_the_client_tries_again(
    desk: Counter, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 1047: the same reference, and nothing twice."""
    monkeypatch.setattr(accept, "ACCEPT_SECONDS", 0.3)
    failing.hang = True
    received = desk.received(AYLIN, SANNE)
    assert await desk.pipeline.accept(received) == Outcome(Answer.TRY_LATER)
    first = await failing.work
    failing.hang = False
    monkeypatch.undo()
    again = await desk.pipeline.accept(received)
    assert again == Outcome(Answer.ACCEPTED, first.reference)
    case = await desk.case_of(again)
    assert (len(messages(case)), len(notices(case)), len(case.archive_numbers)) == (1, 1, 1)


# retries


@pytest.mark.parametrize(("body", "answer"), [("Tot vrijdag.", Answer.ACCEPTED), (SELF, Answer.HELD)])
async def test_a_retry_hears_what_the_first_heard(desk: Counter, log: io.StringIO, body: str, answer: Answer) -> None:
    first = await desk.hand_in(AYLIN, SANNE, body=body)
    offered = desk.offered()
    again = await desk.hand_in(AYLIN, SANNE, body=body)
    assert again == first
    assert first.answer is answer
    assert offered
    assert desk.offered() == []
    assert '"repeated": true' in log.getvalue()


async def test_a_retry_of_a_hold_that_was_decided_since_hears_held(desk: Counter) -> None:
    first = await desk.hand_in(AYLIN, body=LEADER)
    for decision in (Decision.BLOCK,):
        await desk.decider.by_person(first.reference, decision, KAREL, "nee", until=desk.house.clock.now())
        assert await desk.hand_in(AYLIN, body=LEADER) == first


async def test_a_retry_of_a_block_hears_the_block_also_when_it_was_opened_again(desk: Counter) -> None:
    await desk.store.put_policy(BLOCKING, "test")
    await desk.rulings.refresh()
    first = await desk.hand_in(AYLIN, body=SELF)
    assert await desk.hand_in(AYLIN, body=SELF) == first
    await desk.decider.by_person(first.reference, Decision.UNBLOCK, EVA, "toch", until=desk.house.clock.now())
    assert await desk.hand_in(AYLIN, body=SELF) == first


async def test_without_a_message_id_every_message_is_its_own(desk: Counter) -> None:
    first, second = [await desk.hand_in(AYLIN, message_id="") for _ in range(2)]
    assert first.reference != second.reference


async def test_a_copy_of_a_blocked_message_that_would_pass_by_itself_is_blocked_too(desk: Counter) -> None:
    """Invariant 6: the stricter counts. There is a sentence for it."""
    await desk.store.put_policy(BLOCKING, "test")
    await desk.rulings.refresh()
    raw = letter(AYLIN, body=SELF)
    first = await desk.hand_in(raw=raw, rcpt_to=(AYLIN,))
    second = await desk.hand_in(raw=raw, rcpt_to=(KAREL,))
    assert first.answer is second.answer is Answer.BLOCKED
    assert second.reference == first.reference
    assert desk.offered() == []


async def test_the_same_recipient_twice_is_one_copy(desk: Counter) -> None:
    outcome = await desk.hand_in(AYLIN, rcpt_to=(AYLIN, AYLIN))
    (job,) = messages(await desk.case_of(outcome))
    assert [recipient.rcpt for recipient in job.recipients] == [AYLIN]


# nothing leaks


async def test_the_log_of_a_day_names_nobody(desk: Counter, log: io.StringIO) -> None:
    for number, parts in enumerate(({}, {"body": SELF}, {"body": LEADER}, {"sender": JASPER}, {"lines": "X: \xff\n"})):
        await desk.hand_in(
            AYLIN, SANNE, subject="Geheim uitje", message_id=f"<geheim-{number}@zilverberg.example>", **parts
        )
    await desk.pipeline.refuse(desk.received(raw=b"Subject: geheim\n\nx"))
    text = log.getvalue() + metrics.render().decode()
    assert log.getvalue().count('"event": "message_judged"') == 5
    for secret in (AYLIN, SANNE, DAAN, JAN, TRUUS, JASPER, "eheim", "uitje", "hotmail", "Uitje"):
        assert secret not in text


async def test_a_notice_about_the_right_channel_carries_the_text_to_paste(desk: Counter) -> None:
    pupil = "410422@leerling.zilverberg.example"
    case = await desk.case_of(await desk.hand_in(pupil, body="Lever je verslag in voor <b>vrijdag</b>."))
    (told,) = notices(case)
    assert told.params["kind"] == "coach"
    assert told.params["paste"] == "Lever je verslag in voor vrijdag."
    assert told.params["url"] == ""
    assert "paste" not in notices(await desk.case_of(await desk.hand_in(AYLIN, SANNE)))[0].params
