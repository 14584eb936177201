"""Doubt about ourselves never lets anything out: every component, broken in every way (architecture.md, invariant 5).

The rows are the components there are: one that nobody placed here fails. Whatever breaks, mail to outside is held for
the administrator or heard as "later"; nothing of it is offered to the outbox.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.pipeline import accept, dispose, facts
from gateway.pipeline.received import Answer
from gateway.store.store import Store
from rules import judge, scan
from rules.clauses import addressing, agreements, channels, colleagues, social, spread
from rules.judge import Judge
from rules.text.hits import HIGH, Hit
from rules.verdict import Action, Finding
from tests.support.counter import AYLIN, SANNE, Counter
from tests.support.small_school import shipped

# Where each clause's look is taken from when a message is judged.
CLAUSES: dict[str, tuple[Any, str]] = {
    "C3": (spread, "addresses"), "C5": (channels, "pupils_by_elo"), "C6": (channels, "notice"),
    "C7": (channels, "arranged_notice"), "C8": (social, "with_pupils"), "C11": (channels, "school_news"),
    "C13": (channels, "to_editors"), "C14": (channels, "newsletter"), "C15": (channels, "placed_by_office"),
    "C16": (channels, "arranged_newsletter"), "C18": (addressing, "class_lists"), "C19": (addressing, "own_address"),
    "C20": (judge, "weigh"), "C21": (judge, "weigh"), "C22": (social, "with_parents"), "C24": (social, "informed"),
    "C27": (colleagues, "shared_files"), "C28": (colleagues, "many_copies"), "C29": (colleagues, "reply_all"),
    "C31": (colleagues, "complaint_copies"), "C32": (colleagues, "complaint_hidden"), "C35": (judge, "weigh"),
    "C36": (agreements, "binding"), "C37": (agreements, "ordering"),
}  # fmt: skip
# Built, and looking at nothing that could break.
UMBRELLAS = {"C1", "C2", "C17", "C34"}
OTHERS: dict[str, tuple[Any, str]] = {
    "guards": (judge, "guards"), "signs": (judge, "signs"), "names": (scan.Scanner, "read"),
    "wrong receivers": (judge, "wrong_receivers"), "scene": (judge, "Scene"), "parser": (accept, "parse"),
    "judge": (Judge, "judge"), "facts": (accept, "gather"), "identity": (facts, "identify"),
    "disposer": (dispose, "content_digest"), "store": (Store, "commit"),
}  # fmt: skip
BODY = "Tot vrijdag."
HANGS_SECONDS = 0.2


def broken(way: str) -> Callable[..., Any]:
    """Something that breaks, whatever it is asked."""

    def act(*_: Any, **__: Any) -> Any:
        if way == "raise":
            raise RuntimeError("broken on purpose")
        if way == "hang":
            time.sleep(HANGS_SECONDS)  # longer than a message may take
            return None
        if way == "oversize":
            raise MemoryError
        return {"garbage": "garbage", "missing": None}[way]

    return act


WAYS = ("raise", "hang", "garbage", "oversize", "missing")


async def closed(desk: Counter, **parts: Any) -> None:
    """Nothing went: held by the administrator, or later."""
    outcome = await desk.hand_in(AYLIN, SANNE, body=BODY, **parts)
    if outcome.answer is Answer.HELD:
        case = await desk.case_of(outcome)
        assert case.approver == "admin"
        assert {"fault", "sender"} & {row.rule for row in case.findings}
    else:
        assert outcome.answer is Answer.TRY_LATER
        assert not outcome.reference
    assert [job.kind.value for job, _ in desk.offered() if job.kind.value == "message"] == []


@pytest.fixture(autouse=True)
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What hangs is over its time; a loaded machine is not."""
    hangs = "way" in request.fixturenames and request.getfixturevalue("way") == "hang"
    monkeypatch.setattr(accept, "ACCEPT_SECONDS", HANGS_SECONDS / 2 if hangs else 10.0)


def test_every_component_has_its_row() -> None:
    assert set(CLAUSES) == {name for name, clause in shipped().clauses.items() if clause.built} - UMBRELLAS
    assert all(hasattr(module, name) for module, name in (*CLAUSES.values(), *OTHERS.values()))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("clause", CLAUSES)
async def test_a_clause_that_breaks_lets_nothing_go(
    desk: Counter, monkeypatch: pytest.MonkeyPatch, clause: str, way: str
) -> None:
    monkeypatch.setattr(*CLAUSES[clause], broken(way))
    await closed(desk)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", scan.DETECTORS)
async def test_a_detector_that_breaks_lets_nothing_go(
    desk: Counter, monkeypatch: pytest.MonkeyPatch, kind: str, way: str
) -> None:
    monkeypatch.setattr(scan, "DETECTORS", {**scan.DETECTORS, kind: broken(way)})
    await closed(desk)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", OTHERS)
async def test_whatever_else_breaks_lets_nothing_go(
    desk: Counter, monkeypatch: pytest.MonkeyPatch, name: str, way: str
) -> None:
    monkeypatch.setattr(*OTHERS[name], broken(way))
    await closed(desk)


@pytest.mark.parametrize("way", WAYS)
async def test_a_broken_extractor_lets_nothing_go(desk: Counter, way: str) -> None:
    desk.pipeline.extract = broken(way)
    await closed(desk)


async def test_a_store_that_is_away_is_later(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any) -> Any:
        raise StoreUnavailable("away")

    monkeypatch.setattr(Store, "commit", away)
    await closed(desk)


async def test_a_clock_that_is_broken_is_later(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    received = desk.received(AYLIN, SANNE)
    monkeypatch.setattr(type(desk.rulings.current), "here", broken("raise"))
    assert (await desk.pipeline.accept(received)).answer is Answer.TRY_LATER


async def test_a_directory_that_lost_everybody_holds_outside_mail(desk: Counter) -> None:
    from dataclasses import replace

    from rules.judge import compile as compile_judge
    from rules.people import Roster

    ruling = desk.rulings.current
    empty = Roster.build(ruling.roster.school)
    desk.rulings.current = replace(ruling, roster=empty, judge=compile_judge(ruling.policy, empty, str.encode))
    case = await desk.case_of(await desk.hand_in(AYLIN, SANNE))
    assert (case.state.value, case.approver) == ("held", "admin")


async def test_more_findings_than_anybody_reads_are_held_all_the_same(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(Finding("C36", "binding", Action.PASS, why="binding", part=f"{n}") for n in range(5_000))
    hold = Finding("C36", "binding", Action.HOLD, judge.Approver.MANAGER, why="binding")
    monkeypatch.setattr(agreements, "binding", lambda *_: ((*many, hold), "many"))
    outcome = await desk.hand_in(AYLIN, SANNE)
    assert outcome.answer in {Answer.HELD, Answer.TRY_LATER}


async def test_more_hits_than_any_text_holds_let_nothing_go(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    hits = tuple(Hit(0, 3, f"06{n:08d}", HIGH) for n in range(20_000))
    monkeypatch.setattr(scan, "DETECTORS", {**scan.DETECTORS, "phone": lambda _: hits})
    outcome = await desk.hand_in(AYLIN, SANNE)
    assert outcome.answer in {Answer.HELD, Answer.TRY_LATER}
