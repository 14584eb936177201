"""The outbox with a real store and a real server on loopback, the clock in our hands."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from gateway import logs
from gateway.clock import micros
from gateway.delivery import outbox as module
from gateway.delivery.attempt import BACKOFF, GIVE_UP, LATER, Office
from gateway.delivery.bounces import draft
from gateway.delivery.dkim import Key, Signer
from gateway.delivery.outbox import DOWN_SECONDS_MAX, DOWN_SECONDS_MIN, SENDERS_PER_CONNECTION, Outbox
from gateway.delivery.session import Deadlines
from gateway.delivery.smarthost import Smarthost
from gateway.store.disposition import Committed, Decision, EnvelopeRow, JobKind
from gateway.store.states import State
from gateway.store.store import Store
from tests.support.databases import change, rows
from tests.support.scripted import DROP, SILENCE, Scripted
from tests.support.stores import (
    NOON,
    PARENTS,
    RAW,
    TEACHER,
    House,
    deferred,
    disposition,
    held,
    message,
    notice,
    refused,
)

ANNA, PIET = PARENTS
PATIENT = Deadlines(connect=5, reply=5, piece=5, final=5)
WITHDRAWN = {"kind": "withdraw", "subject": "Vraag"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds that are counted in real seconds come quickly."""
    monkeypatch.setattr(module, "POLL_SECONDS", 0.005)
    monkeypatch.setattr(module, "RENEW_SECONDS", 0.01)


@pytest.fixture
def said() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged, as events."""
    stream, before = io.StringIO(), logs._Log.current
    logs.configure(stream=stream, worker="test")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs._Log.current = before


@dataclass
class Scene:
    """A store, an outbox that runs on it, and the mail server."""

    house: House
    store: Store
    server: Scripted
    outbox: Outbox
    faults: list[BaseException] = field(default_factory=list)

    async def take(self, **changes: object) -> Committed:
        """Accept a message, as the pipeline does."""
        committed = await self.store.commit(disposition(**changes))
        for job in committed.jobs:
            self.outbox.offer(job, RAW if job.kind is JobKind.MESSAGE else None)
        return committed

    def rows(self, kind: str = "message") -> list[dict[str, Any]]:
        return rows(self.house.state, "SELECT * FROM outbox WHERE kind = ? ORDER BY id", kind)

    def run(self, statement: str) -> None:
        change(self.house.state, statement)

    async def until(self, true: Callable[[], object], seconds: float = 3) -> None:
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.005)

    async def attempted(self, times: int, kind: str = "message") -> None:
        await self.until(lambda: self.rows(kind) and all(row["attempts"] == times for row in self.rows(kind)))

    async def settled(self, kind: str = "message") -> None:
        await self.until(lambda: self.rows(kind) and all(row["status"] == "settled" for row in self.rows(kind)))

    def reports(self) -> list[EmailMessage]:
        """The delivery reports that arrived at the teacher's."""
        mails = [
            email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
            for rcpts, raw in self.server.messages
            if rcpts == (TEACHER,)
        ]
        return [mail for mail in mails if mail.get_content_type() == "multipart/report"]


@asynccontextmanager
async def scene(house: House, store: Store, office: Office, server: Scripted, **settings: int) -> AsyncIterator[Scene]:
    async with server.serving():
        smarthost = Smarthost("127.0.0.1", server.port, deadlines=PATIENT, **settings)  # type: ignore[arg-type]
        outbox = Outbox(store, smarthost, office, house.clock, "worker-1")
        running = asyncio.create_task(outbox.run())
        try:
            yield Scene(house, store, server, outbox)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            smarthost.close()


async def test_what_was_accepted_goes_out_at_once(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted()) as here:
        reference = (await here.take()).reference
        await here.settled()
        ((rcpts, raw),) = here.server.messages
    assert rcpts == PARENTS
    assert raw.endswith(b"To: m.devries@school.example\r\nSubject: Schoolreis\r\n\r\n" + RAW.partition(b"\r\n\r\n")[2])
    assert (await store.case(reference)).state is State.DELIVERED


async def test_what_is_signed_is_signed_beside_the_loop(house: House, store: Store, office: Office) -> None:
    key = Key(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))), "post")
    signing = replace(office, signer=Signer({"school.example": [key]}))
    async with scene(house, store, signing, Scripted()) as here:
        await here.take()
        await here.settled()
        ((_, raw),) = here.server.messages
    assert raw.startswith(b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;")


async def test_what_another_process_left_behind_goes_out_when_its_lease_ends(
    house: House, store: Store, office: Office
) -> None:
    await store.commit(disposition())
    async with scene(house, store, office, Scripted()) as here:
        await asyncio.sleep(0.05)
        assert here.server.messages == []
        house.clock.advance(minutes=2)
        await here.settled()
        assert len(here.server.messages) == 1


async def test_refused_for_now_is_tried_again_later_and_later(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted({"dot": "451 4.3.0 Later"})) as here:
        await here.take()
        for attempt, wait in enumerate((*BACKOFF, LATER, LATER), 1):
            await here.attempted(attempt)
            (row,) = here.rows()
            assert row["next_attempt"] == row["due_at"] == micros(house.clock.now() + wait)
            assert row["lease_owner"] is None
            house.clock.advance(seconds=wait.total_seconds() - 1)
            await asyncio.sleep(0.02)
            assert here.rows()[0]["attempts"] == attempt, "not a second too early"
            house.clock.advance(seconds=1)
        here.server.says = {}
        await here.settled()


async def test_only_who_still_waits_is_tried_again(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted({f"RCPT {PIET}": "450 4.2.1 Busy"})) as here:
        await here.take()
        await here.attempted(1)
        here.server.says = {}
        house.clock.advance(seconds=10)
        await here.settled()
        assert [rcpts for rcpts, _ in here.server.messages] == [(ANNA,), (PIET,)]


async def test_after_five_days_it_is_given_up_and_reported(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted({"RCPT": "450 4.2.1 Busy", f"RCPT {TEACHER}": "250 Ok"})) as here:
        committed = await here.take()
        await here.attempted(1)
        house.clock.advance(seconds=GIVE_UP.total_seconds())
        await here.settled("dsn")
        (report,) = here.reports()
    text = report.as_string()
    assert "Status: 4.4.7" in text
    assert "Delivery time expired" in text
    assert (await store.case(committed.reference)).state is State.FAILED


async def test_refused_for_good_is_one_report_naming_the_refused_alone(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    async with scene(house, store, office, Scripted({f"RCPT {ANNA}": "550 5.1.1 Unknown"})) as here:
        committed = await here.take()
        await here.settled("dsn")
        (report,) = here.reports()
        assert here.rows("dsn")[0]["case_id"] == here.rows()[0]["case_id"]
    assert report.as_bytes().count(b"Final-Recipient:") == 1
    assert f"Final-Recipient: rfc822; {ANNA}" in report.as_string()
    assert PIET not in report.as_string()
    assert (await store.case(committed.reference)).state is State.FAILED
    (queued,) = [event for event in said() if event["event"] == "bounce_queued"]
    assert (queued["reference"], queued["recipients"]) == (committed.reference, 1)


async def test_what_the_client_said_of_reports_is_in_the_report(house: House, store: Store, office: Office) -> None:
    options = {
        "ret": "FULL",
        "envid": "QQ+2B1",
        f"orcpt:{ANNA}": "rfc822;anna+2Bx@ouders.example",
        f"notify:{PIET}": "NEVER",
    }
    async with scene(house, store, office, Scripted({"RCPT": "550 No", f"RCPT {TEACHER}": "250 Ok"})) as here:
        await here.take(envelope=EnvelopeRow("submission", TEACHER, PARENTS, options))
        await here.settled("dsn")
        (report,) = here.reports()
    text = report.as_string()
    assert "Original-Envelope-Id: QQ+1" in text
    assert "Original-Recipient: rfc822;anna+x@ouders.example" in text
    assert PIET not in text
    assert [part.get_content_type() for part in report.iter_parts()][2] == "message/rfc822"


@pytest.mark.parametrize(
    "changes",
    [
        {"envelope": EnvelopeRow("submission", TEACHER, PARENTS, {f"notify:{rcpt}": "NEVER" for rcpt in PARENTS})},
        {"envelope": EnvelopeRow("submission", TEACHER, PARENTS, {"auto": "1"})},
        {"jobs": (message(mail_from=""),)},
        {"identity": ""},
    ],
    ids=["nobody asked", "it sent itself", "the null path", "nobody is known"],
)
async def test_no_report_is_written_where_none_may_be(
    changes: dict[str, Any], house: House, store: Store, office: Office
) -> None:
    async with scene(house, store, office, Scripted({"RCPT": "550 No"})) as here:
        await here.take(**changes)
        await here.settled()
        assert here.rows("dsn") == []


async def test_a_report_that_is_refused_is_not_reported(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted({"RCPT": "550 5.1.1 No"})) as here:
        await here.take()
        await here.settled("dsn")
        house.clock.advance(days=1)
        await asyncio.sleep(0.05)
        assert len(here.rows("dsn")) == 1
        assert sum(line.startswith("MAIL FROM:<>") for line in here.server.heard) == 1


async def test_a_crash_between_the_answer_and_its_entry_leads_to_one_report(house: House, office: Office) -> None:
    """The process dies with the refusal in its hands; the next one hears it again."""
    server = Scripted({"DATA": "554 5.7.1 No", "RCPT": "250 Ok"})
    with house.opened() as first:
        async with scene(house, first, office, server) as here:
            server.after = 0.05
            committed = await here.take()
            await here.until(lambda: "DATA" in server.heard)
            first._writer.close()  # as a full disk would: nothing is written any more
            await here.until(lambda: not here.outbox._active)
            assert here.rows()[0]["status"] == "open"
            assert here.rows("dsn") == []
    server.after, server.port, server.says = 0.0, 0, {"RCPT": "550 5.1.1 No", f"RCPT {TEACHER}": "250 Ok"}
    with house.opened() as second:
        house.clock.advance(minutes=3)
        async with scene(house, second, office, server) as here:
            await here.settled("dsn")
            assert len(here.rows("dsn")) == len(here.reports()) == 1
        assert (await second.case(committed.reference)).state is State.FAILED


async def test_two_processes_that_heard_the_same_refusal_write_one_report(house: House, store: Store) -> None:
    """One took over when the other's lease had ended, and the other was only slow."""
    (job,) = (await store.commit(disposition())).jobs
    results = refused(*PARENTS)
    report = draft(job, results, identity=TEACHER, subject="Vraag")
    assert report is not None
    with house.opened("worker-2") as other:
        first = await store.settle_and_report(job, results, None, [report], late=False)
        second = await other.settle_and_report(job, results, None, [report], late=False)
    assert (len(first), second) == (1, ())


async def test_a_refusal_known_already_is_not_reported_again(store: Store) -> None:
    (job,) = (await store.commit(disposition())).jobs
    first = [*refused(ANNA), *(replace(result, status="waiting", code=451) for result in refused(PIET))]
    report = draft(job, refused(ANNA), identity=TEACHER, subject="Vraag")
    assert report is not None
    assert len(await store.settle_and_report(job, first, NOON + timedelta(seconds=10), [report], late=False)) == 1
    assert await store.settle_and_report(job, first, NOON + timedelta(seconds=20), [report], late=False) == ()


async def test_a_sender_hears_once_that_a_message_is_late(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    """Only of those who wait; another process that takes over knows that it was said."""
    server = Scripted({f"RCPT {ANNA}": "451 4.2.1 Busy"})
    async with scene(house, store, office, server) as here:
        committed = await here.take()
        await here.attempted(1)
        for attempt, wait in enumerate((timedelta(hours=4), LATER), 2):
            house.clock.advance(seconds=wait.total_seconds())
            await here.attempted(attempt)
        await here.settled("dsn")
        assert len(here.reports()) == 1
    with house.opened() as second:
        async with scene(house, second, office, server) as here:
            house.clock.advance(seconds=LATER.total_seconds())
            await here.attempted(4)
            (mail,) = here.reports()
            assert here.rows()[0]["status"] == "open"
            server.says = {f"RCPT {ANNA}": "550 5.1.1 Gone"}
            house.clock.advance(seconds=LATER.total_seconds())
            await here.until(lambda: len(here.reports()) == 2)
            await here.settled()
        assert (await second.case(committed.reference)).state is State.FAILED
    assert mail["Subject"].startswith("Nog niet bezorgd: ")
    group = mail.get_payload(1).get_payload()[1]
    assert (group["Action"], group["Final-Recipient"]) == ("delayed", f"rfc822; {ANNA}")
    assert group["Will-Retry-Until"] == "Sun, 29 Nov 2026 12:00:00 +0000"
    told = [event for event in said() if event["event"] == "bounce_queued"]
    assert [(event["recipients"], event["delayed"]) for event in told] == [(1, True), (1, False)]


async def test_who_is_refused_and_who_is_late_are_told_apart(house: House, store: Store, office: Office) -> None:
    server = Scripted({"RCPT": "451 4.2.1 Busy", f"RCPT {TEACHER}": "250 Ok"})
    async with scene(house, store, office, server) as here:
        await here.take()
        await here.attempted(1)
        server.says[f"RCPT {PIET}"] = "550 5.1.1 No"
        house.clock.advance(hours=4)
        await here.until(lambda: len(here.reports()) == 2)
        titles = {mail["Subject"].partition(":")[0]: mail.get_payload(1).get_payload()[1:] for mail in here.reports()}
    assert {title: [group["Final-Recipient"] for group in groups] for title, groups in titles.items()} == {
        "Niet bezorgd": [f"rfc822; {PIET}"], "Nog niet bezorgd": [f"rfc822; {ANNA}"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"envelope": {"mail_from": ""}},
        {"envelope": {"options": {"auto": "1"}}},
        {"identity": ""},
        {"envelope": {"options": {f"notify:{ANNA}": "FAILURE", f"notify:{PIET}": "NEVER"}}},
    ],
    ids=["the null path", "auto-submitted", "nobody known", "not asked for"],
)
async def test_nobody_hears_of_a_delay_who_must_not(
    changes: dict[str, Any], house: House, store: Store, office: Office
) -> None:
    made = disposition()
    envelope = replace(made.envelope, **changes.get("envelope", {}))
    jobs = tuple(replace(draft, mail_from=envelope.mail_from) for draft in made.jobs)
    server = Scripted({"RCPT": "451 4.2.1 Busy", f"RCPT {TEACHER}": "250 Ok"})
    async with scene(house, store, office, server) as here:
        await here.take(envelope=envelope, jobs=jobs, identity=changes.get("identity", made.identity))
        await here.attempted(1)
        house.clock.advance(hours=5)
        await here.attempted(2)
        assert here.rows("dsn") == []


async def test_where_no_delay_is_to_be_told_none_is(house: House, store: Store, office: Office) -> None:
    server = Scripted({"RCPT": "451 4.2.1 Busy", f"RCPT {TEACHER}": "250 Ok"})
    async with scene(house, store, replace(office, late_after=timedelta()), server) as here:
        await here.take()
        await here.attempted(1)
        house.clock.advance(days=4)
        await here.attempted(2)
        assert here.rows("dsn") == []


async def test_a_delay_is_told_once_by_two_processes_that_saw_it(house: House, store: Store) -> None:
    (job,) = (await store.commit(disposition())).jobs
    results = deferred(*PARENTS)
    report = draft(job, results, identity=TEACHER, subject="Vraag", until=NOON)
    assert report is not None
    with house.opened("worker-2") as other:
        first = await store.settle_and_report(job, results, NOON, [report], late=True)
        second = await other.settle_and_report(job, results, NOON, [report], late=True)
        assert (len(first), second) == (1, ())
        (again,) = [one for one in await other.lease("worker-2", 5, NOON) if one.id == job.id]
    assert again.told_late
    assert again.rcpt_to == PARENTS
    case = await store.case(job.reference)
    assert [(one.rcpt, one.deferred) for one in case.jobs[0].recipients] == [(ANNA, 2), (PIET, 2)]


async def test_what_was_held_for_long_is_not_given_up_at_its_first_deferral(
    house: House, store: Store, office: Office
) -> None:
    """The holidays lay between: its five days begin with the release."""
    reference = (await store.commit(held())).reference
    house.clock.advance(days=16)
    server = Scripted({"RCPT": "451 4.2.1 Busy", f"RCPT {TEACHER}": "250 Ok"})
    async with scene(house, store, office, server) as here:
        await store.decide(reference, Decision.RELEASE, by=TEACHER, reason="", now=house.clock.now())
        await here.attempted(1)
        assert (here.rows()[0]["status"], here.rows("dsn")) == ("open", [])
        house.clock.advance(hours=4)
        await here.settled("dsn")
        assert len(here.reports()) == 1


async def test_while_the_server_is_down_one_probe_goes_out_and_nobody_loses_an_attempt(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    async with scene(house, store, office, Scripted({"greeting": DROP}), max_connections=2) as here:
        jobs = [job for _ in range(20) for job in (await store.commit(disposition())).jobs]
        for job in jobs:
            here.outbox.offer(job, RAW)
        await here.until(lambda: not here.outbox._active)
        down = here.outbox._down_seconds
        assert down == DOWN_SECONDS_MIN, "what failed together counts once"
        first = here.server.connections
        while down < DOWN_SECONDS_MAX:
            before = here.server.connections
            house.clock.advance(seconds=down)
            await here.until(lambda before=before: here.server.connections > before)
            await here.until(lambda down=down: here.outbox._down_seconds > down and not here.outbox._active)
            assert here.server.connections == before + 1, "one probe at a time"
            down = here.outbox._down_seconds
        assert first <= 2 * SENDERS_PER_CONNECTION, "those that were under way, and no others"
        assert {row["attempts"] for row in here.rows()} == {0}
        assert {row["status"] for row in here.rows()} == {"open"}
        here.server.says = {}
        house.clock.advance(seconds=DOWN_SECONDS_MAX)
        await here.settled()
        assert len(here.server.messages) == 20
        assert {row["attempts"] for row in here.rows()} == {1}
    events = [event["event"] for event in said()]
    assert (events.count("smarthost_down"), events.count("smarthost_up")) == (1, 1)


async def test_what_comes_in_while_the_server_is_down_waits_too(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted({"AUTH": "535 5.7.8 No", "greeting": DROP})) as here:
        await here.take()
        await here.until(lambda: here.outbox._down_seconds and not here.outbox._active)
        tries = here.server.connections
        await here.take()
        await here.until(lambda: not here.outbox._active)
        assert here.server.connections == tries
        assert [row["attempts"] for row in here.rows()] == [0, 0]
        assert here.rows()[1]["due_at"] == micros(house.clock.now() + timedelta(seconds=DOWN_SECONDS_MIN))


async def test_while_a_probe_waits_for_its_answer_nobody_else_tries(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted({"greeting": DROP})) as here:
        await here.take()
        await here.until(lambda: here.outbox._down_seconds and not here.outbox._active)
        here.server.says = {"greeting": SILENCE}
        house.clock.advance(seconds=DOWN_SECONDS_MIN)
        await here.until(lambda: here.server.connections == 2)
        await here.take()
        await here.until(lambda: here.rows()[1]["lease_owner"] is None)
        assert here.server.connections == 2
        assert here.rows()[1]["attempts"] == 0


async def test_a_server_that_is_down_for_five_days_is_reported_when_it_is_back(
    house: House, store: Store, office: Office
) -> None:
    async with scene(house, store, office, Scripted({"greeting": DROP})) as here:
        await here.take()
        await here.until(lambda: here.outbox._down_seconds and not here.outbox._active)
        house.clock.advance(seconds=GIVE_UP.total_seconds())
        await here.until(lambda: here.rows("dsn"))
        await here.settled()
        await here.until(lambda: not here.outbox._active)
        here.server.says = {}
        house.clock.advance(minutes=2)
        await here.settled("dsn")
        assert "4.4.7" in here.reports()[0].as_string()
        assert [rcpts for rcpts, _ in here.server.messages] == [(TEACHER,)]


async def test_a_message_that_breaks_every_dialogue_does_not_put_the_server_down(
    house: House, store: Store, office: Office
) -> None:
    """It may have been taken each time: it comes again after ten seconds, a minute, five; not every two seconds."""
    async with scene(house, store, office, Scripted({"dot": DROP})) as here:
        await here.take()
        await here.attempted(1)
        assert here.outbox._down_seconds == 0
        assert here.rows()[0]["due_at"] == micros(house.clock.now() + BACKOFF[0])
        here.server.says = {}
        await here.take()
        await here.until(lambda: here.rows()[1]["status"] == "settled")
        assert here.rows()[0]["attempts"] == 1


async def test_a_broken_dialogue_does_not_mean_that_a_server_is_back(
    house: House, store: Store, office: Office
) -> None:
    async with scene(house, store, office, Scripted({"greeting": DROP})) as here:
        await here.take()
        await here.until(lambda: here.outbox._down_seconds and not here.outbox._active)
        here.server.says = {"dot": DROP}
        house.clock.advance(seconds=DOWN_SECONDS_MIN)
        await here.attempted(1)
        assert here.outbox._down_seconds == DOWN_SECONDS_MIN
        assert not here.outbox._probing


async def test_a_job_that_can_not_be_made_counts_and_stops_nobody(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    async with scene(house, store, office, Scripted(), max_connections=1) as here:
        await here.take(jobs=(notice(params={"kind": "no such kind"}),))
        (made,) = (await store.commit(disposition(jobs=(notice(leased=True, params={"kind": "none"}),)))).jobs
        here.outbox.offer(made)
        await here.take()
        await here.settled()
        await here.attempted(1, "notice")
        assert {row["due_at"] for row in here.rows("notice")} == {micros(house.clock.now() + BACKOFF[0])}
        house.clock.advance(seconds=GIVE_UP.total_seconds())
        await here.settled("notice")
        assert here.rows("dsn") == []
    faults = [event for event in said() if event["event"] == "fault"]
    assert {event["component"] for event in faults} == {"outbox"}


async def test_bytes_that_must_not_leave_are_reported_and_not_tried_again(
    house: House, store: Store, office: Office
) -> None:
    async with scene(house, store, office, Scripted()) as here:
        committed = await here.store.commit(
            disposition(message=b"To: a\r\n\r\nx\n.\nMAIL FROM:<>\r\n", jobs=(message(edits=b""),))
        )
        here.outbox.offer(committed.jobs[0])
        await here.settled("dsn")
        assert [rcpts for rcpts, _ in here.server.messages] == [(TEACHER,)]
        assert "Status: 5.6.0" in here.reports()[0].as_string()


async def test_a_notice_and_a_report_need_no_message_any_more(house: House, store: Store, office: Office) -> None:
    """Internal mail is removed half an hour after its delivery; what is said about it may be later."""
    async with scene(house, store, office, Scripted({"MAIL": "451 4.3.0 Later"})) as here:
        await here.take(jobs=(message(), notice(leased=True, params=WITHDRAWN)))
        await here.attempted(1)
        await here.attempted(1, "notice")
        here.server.says = {f"RCPT {ANNA}": "550 No", f"RCPT {PIET}": "550 No", f"RCPT {TEACHER}": "451 Later"}
        house.clock.advance(seconds=10)
        await here.attempted(1, "dsn")
        here.run("UPDATE message SET body = NULL")
        here.server.says = {}
        house.clock.advance(minutes=10)
        await here.settled("dsn")
        await here.settled("notice")
        assert len(here.reports()) == 1


async def test_a_case_that_does_not_open_does_not_repeat_what_was_delivered(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    async with scene(house, store, office, Scripted({f"RCPT {PIET}": "550 5.1.1 Unknown"})) as here:
        committed = await store.commit(disposition())
        here.run("UPDATE finding SET sealed = substr(sealed, 1, 20)")
        for job in committed.jobs:
            here.outbox.offer(job, RAW)
        await here.settled()
        assert [rcpts for rcpts, _ in here.server.messages] == [(ANNA,)]
    assert [event["component"] for event in said() if event["event"] == "fault"] == ["outbox"]


async def test_a_message_that_is_gone_is_a_fault_and_no_mail(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    await store.commit(disposition())
    async with scene(house, store, office, Scripted()) as here:
        here.run("UPDATE message SET body = NULL")
        house.clock.advance(minutes=2)
        await here.attempted(1)
        assert here.server.connections == 0
    assert "fault" in [event["event"] for event in said()]


async def test_what_was_withdrawn_is_never_sent(house: House, store: Store, office: Office) -> None:
    first = await store.commit(held())
    undo = await store.commit(held())
    await store.decide(first.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON)
    await store.decide(
        undo.reference, Decision.CONFIRM, by=TEACHER, reason="Graag.", now=NOON, not_before=NOON + timedelta(seconds=30)
    )
    await store.decide(undo.reference, Decision.WITHDRAW, by=TEACHER, reason="", now=NOON + timedelta(seconds=10))
    async with scene(house, store, office, Scripted()) as here:
        house.clock.advance(days=1)
        await here.until(lambda: here.rows("notice") and all(row["attempts"] for row in here.rows("notice")))
        assert {row["status"] for row in here.rows()} == {"cancelled"}
        assert not any(set(PARENTS) & set(rcpts) for rcpts, _ in here.server.messages)


async def test_a_lease_is_renewed_for_as_long_as_the_dialogue_lasts(house: House, store: Store, office: Office) -> None:
    async with scene(house, store, office, Scripted({"dot": SILENCE})) as here:
        await here.take()
        await here.until(lambda: here.server.wire)
        for _ in range(3):
            house.clock.advance(seconds=100)
            await here.until(
                lambda: here.rows()[0]["lease_until"] >= micros(house.clock.now() + timedelta(seconds=110))
            )
        with house.opened("worker-2") as other:
            assert await other.lease("worker-2", 10, house.clock.now()) == []
        assert here.rows()[0]["lease_owner"] == "worker-1"


async def test_what_is_in_hand_is_not_begun_again_when_its_lease_could_not_be_renewed(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    async with scene(house, store, office, Scripted({"dot": SILENCE})) as here:
        await here.take()
        await here.until(lambda: here.server.wire)
        here.run("ALTER TABLE outbox RENAME TO away")
        await here.until(lambda: any(event["event"] == "store_unavailable" for event in said()))
        house.clock.advance(minutes=3)
        here.run("ALTER TABLE away RENAME TO outbox")
        await here.until(lambda: here.rows()[0]["lease_until"] > micros(house.clock.now()))
        later = ("later@ouders.example",)
        await store.commit(disposition(rcpt_to=later, jobs=(message(later, leased=False),)))
        await here.until(lambda: "RCPT TO:<later@ouders.example>" in here.server.heard)
        assert [line for line in here.server.heard if ANNA in line] == [f"RCPT TO:<{ANNA}>"]


async def test_what_is_in_hand_is_not_begun_again_by_the_same_process(
    house: House, store: Store, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ended because it could not be renewed in time."""
    monkeypatch.setattr(module, "RENEW_SECONDS", 3600.0)
    async with scene(house, store, office, Scripted({"dot": SILENCE})) as here:
        await here.take()
        await here.until(lambda: here.server.wire)
        house.clock.advance(minutes=3)
        await here.until(lambda: here.rows()[0]["lease_until"] > micros(house.clock.now()))
        await asyncio.sleep(0.05)
        assert here.server.connections == len(here.server.wire) == 1


async def test_a_drain_finishes_what_is_in_hand_and_gives_back_the_rest(
    house: House, store: Store, office: Office
) -> None:
    async with scene(house, store, office, Scripted(after=0.02)) as here:
        await here.take()
        waiting = await store.commit(disposition())
        draining = asyncio.create_task(here.outbox.drain())
        await draining
        await here.until(lambda: "QUIT" in here.server.heard)
        assert [row["status"] for row in here.rows()] == ["settled", "open"]
        assert here.rows()[1]["lease_owner"] is None
        await asyncio.sleep(0.03)
        assert len(here.server.messages) == 1, "nothing new is begun"
        assert waiting.jobs
        await here.outbox.drain()  # with nothing in hand it is over at once


async def test_a_database_that_is_away_for_a_while_stops_nothing(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    async with scene(house, store, office, Scripted({"dot": SILENCE})) as here:
        await here.take()
        await here.until(lambda: here.server.wire)
        here.run("ALTER TABLE outbox RENAME TO away")
        await here.until(lambda: sum(event["event"] == "store_unavailable" for event in said()) >= 4)
        here.run("ALTER TABLE away RENAME TO outbox")
        here.server.says = {}
        await store.commit(disposition())
        house.clock.advance(minutes=1)
        await asyncio.sleep(0.05)
        house.clock.advance(minutes=1)
        await here.until(lambda: here.rows()[1]["status"] == "settled")


@pytest.mark.parametrize("answer", ["250 2.1.5 Ok", "550 5.1.1 Unknown"])
async def test_what_was_heard_is_entered_when_the_database_is_back(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]], answer: str
) -> None:
    async with scene(house, store, office, Scripted({f"RCPT {PIET}": answer}, after=0.02)) as here:
        await here.take()
        await here.until(lambda: here.server.heard)
        here.run("ALTER TABLE message RENAME TO away")
        await here.until(lambda: any(event["event"] == "store_unavailable" for event in said()))
        here.run("ALTER TABLE away RENAME TO message")
        await here.settled()
        house.clock.advance(minutes=5)
        await here.until(lambda: not here.outbox._active)
        assert sum(ANNA in rcpts for rcpts, _ in here.server.messages) == 1


async def test_an_answer_that_can_not_be_entered_passes_on_with_its_lease(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    (job,) = (await store.commit(disposition())).jobs
    async with scene(house, store, office, Scripted()) as here:
        here.run("ALTER TABLE message RENAME TO away")
        here.outbox.offer(job)  # its bytes can't be read
        await here.until(lambda: not here.outbox._active)
        here.run("ALTER TABLE away RENAME TO message")
        assert here.rows()[0]["attempts"] == 0
        house.clock.advance(minutes=2)
        await here.settled()
    assert [event["component"] for event in said() if event["event"] == "fault"] == ["outbox"]


async def test_every_attempt_is_one_line_without_an_address(
    house: House, store: Store, office: Office, said: Callable[[], list[dict[str, Any]]]
) -> None:
    async with scene(
        house, store, office, Scripted({f"RCPT {ANNA}": "550 5.1.1 Unknown", f"RCPT {PIET}": "450 4.2.1 Busy"})
    ) as here:
        committed = await here.take(
            rcpt_to=(*PARENTS, "c@ouders.example"), jobs=(message((*PARENTS, "c@ouders.example")),)
        )
        await here.attempted(1)
        await here.settled("dsn")
        await here.until(lambda: not here.outbox._active)
    lines = [event for event in said() if event["event"] == "job_settled"]
    line = next(event for event in lines if event["kind"] == "message")
    wanted = {"reference": committed.reference, "attempt": 1, "delivered": 1, "deferred": 1, "failed": 1, "code": 550}
    assert wanted.items() <= line.items()
    assert not any(part in json.dumps(said()) for part in ("ouders.example", TEACHER))
