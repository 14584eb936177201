"""The rules in force: exchanged as one value, at once or not at all."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from gateway import logs
from gateway.directory import import_directory, school_beside
from gateway.errors import StoreUnavailable
from gateway.pipeline import ruling as rulings
from gateway.pipeline.received import Answer
from gateway.pipeline.ruling import NoRules, Rulings
from gateway.store.store import Store
from gateway.store.views import Changes
from tests.support.counter import AYLIN, DAAN, SANNE, SELF, SHIPPED, Counter, counter, messages, notices
from tests.support.school import SCHOOL
from tests.support.stores import House

OFF = SHIPPED.replace('[clauses.C19]\ntitle_nl = "Eigen', '[clauses.C19]\nmode = "off"\ntitle_nl = "Eigen').replace(
    'mode = "enforce"\nbuilt = true\nstrict', "built = true\nstrict"
)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(logs._Log, "current", logs._make(stream, terminal=False, worker=""))
    return stream


async def test_a_store_without_a_policy_or_a_directory_has_no_rules(tmp_path: Path) -> None:
    house = House(tmp_path / "state")
    house.folder.mkdir()
    house.migrate()
    with house.opened() as store:
        ours = Rulings(store, school_beside(SCHOOL), bytes(32))
        with pytest.raises(NoRules):
            await ours.load()
        await store.put_policy(SHIPPED, "test")
        with pytest.raises(NoRules):
            await ours.load()
        await store.put_snapshot(import_directory([SCHOOL]).blob, {}, "test")
        await ours.load()
        assert ours.current.roster.identify(DAAN) is not None


async def test_nothing_new_loads_nothing(desk: Counter) -> None:
    before = desk.rulings.current
    assert not await desk.rulings.refresh()
    assert desk.rulings.current is before


async def test_a_new_policy_is_in_force_for_the_next_message_and_on_its_case(desk: Counter, log: io.StringIO) -> None:
    first = await desk.hand_in(AYLIN, SANNE)
    version = await desk.store.put_policy(OFF, "test")
    assert await desk.rulings.refresh()
    second = await desk.hand_in(AYLIN, SANNE, message_id="<2@zilverberg.example>")
    assert [(await desk.case_of(one)).state.value for one in (first, second)] == ["fixed", "received"]
    assert (await desk.case_of(second)).policy_hash == version.sha256 == desk.rulings.current.policy_hash
    assert '"event": "rules_loaded"' in log.getvalue()


async def test_a_new_directory_is_in_force_at_once(desk: Counter, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for file in SCHOOL.glob("*.csv"):
        text = file.read_text()
        (folder / file.name).write_text("\n".join(line for line in text.splitlines() if DAAN not in line) + "\n")
    snapshot = await desk.store.put_snapshot(import_directory([folder]).blob, {}, "test")
    assert await desk.rulings.refresh()
    assert desk.rulings.current.snapshot_id == snapshot.id
    case = await desk.case_of(await desk.hand_in(AYLIN))
    assert (case.state.value, case.identity, case.approver) == ("held", "", "admin")


async def test_a_message_is_judged_by_one_ruling_from_beginning_to_end(desk: Counter) -> None:
    """The policy changes while the message is being committed."""
    task = asyncio.ensure_future(desk.hand_in(AYLIN, SANNE))
    await asyncio.sleep(0)
    await desk.store.put_policy(OFF, "test")
    before = desk.rulings.current.policy_hash
    await desk.rulings.refresh()
    case = await desk.case_of(await task)
    assert (case.policy_hash, case.state.value) == (before, "fixed")


@pytest.mark.parametrize("broken", ["policy", "directory"])
async def test_a_broken_one_leaves_the_old_in_force_says_so_once_and_is_not_tried_again(
    desk: Counter, log: io.StringIO, broken: str
) -> None:
    before = desk.rulings.current
    if broken == "policy":
        await desk.store.put_policy("[clauses.C99]\n", "test")
    else:
        await desk.store.put_snapshot(b"no snapshot at all", {}, "test")
    for _ in range(3):
        assert not await desk.rulings.refresh()
    assert desk.rulings.current is before
    assert log.getvalue().count('"event": "rules_not_loaded"') == 1
    assert (await desk.hand_in(AYLIN, SANNE)).answer is Answer.ACCEPTED
    await desk.store.put_policy(OFF, "test")
    if broken == "directory":
        await desk.store.put_snapshot(import_directory([SCHOOL]).blob, {}, "test")
    assert await desk.rulings.refresh()


class Shaky(Store):
    """A real store that does not answer now and then."""

    failures = 0

    async def changes(self) -> Changes:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("locked")
        return await super().changes()


async def test_a_store_that_does_not_answer_is_asked_again(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.store.put_policy(OFF, "test")
    monkeypatch.setattr(desk.store, "__class__", Shaky)
    monkeypatch.setattr(desk.store, "failures", 2, raising=False)
    assert [await desk.rulings.refresh() for _ in range(4)] == [False, False, True, False]


async def test_the_watch_sees_what_is_new(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulings, "WATCH_SECONDS", 0.005)
    watching = asyncio.ensure_future(desk.rulings.watch())
    try:
        version = await desk.store.put_policy(OFF, "test")
        async with asyncio.timeout(10):
            while desk.rulings.current.policy_hash != version.sha256:
                await asyncio.sleep(0.005)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_school_that_only_observes_sends_all_as_it_came_and_counts_what_it_would_have_done(
    tmp_path: Path, school: Path
) -> None:
    with counter(tmp_path, observe_all=True) as desk:
        await desk.rulings.load()
        outcome = await desk.hand_in(AYLIN, SANNE, body=SELF)
        case = await desk.case_of(outcome)
        assert (outcome.answer, case.state.value, notices(case)) == (Answer.ACCEPTED, "received", [])
        (job,) = messages(case)
        assert job.edits == b""
        assert {(row.clause, row.action, row.would_be) for row in case.findings} == {("C19", 0, 2), ("C3", 0, 3)}
        assert case.archive_numbers
        guarded = await desk.hand_in(AYLIN, login=None, sender="niemand@elders.example", message_id="<2@x.example>")
        assert guarded.answer is Answer.HELD, "who sends is never only observed"
