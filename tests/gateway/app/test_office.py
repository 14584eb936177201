"""The office's rounds: what expires, what is swept, what is read; and that a round that fails comes again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gateway import metrics
from gateway.app import office
from gateway.app.office import Rounds
from gateway.clock import SystemClock
from gateway.config import load
from gateway.errors import StoreUnavailable
from gateway.pipeline.dispose import Disposer
from gateway.pipeline.facts import gather
from gateway.pipeline.received import Peer, Received
from gateway.pipeline.ruling import Rulings
from gateway.store.store import Store
from rules.case import Case
from rules.message import Envelope, parse
from tests.support.gateway import Gateway
from tests.support.talk import AYLIN, MENTOR, SANNE, compose


@pytest.fixture
def installation() -> Iterator[Gateway]:
    service = Gateway.prepare(1)
    yield service
    service.stop()


async def rounds(installation: Gateway, store: Store) -> Rounds:
    from gateway.cli.bench import shipped_policy

    config = load(installation.home / "postwacht.toml", {})
    if await store.active_policy() is None:
        await store.put_policy(shipped_policy(), "test")
    rulings = Rulings(store, config.school, config.store.key.derive("roster"))
    await rulings.load()
    return Rounds(store, rulings, None, SystemClock())  # type: ignore[arg-type]


async def hold(store: Store, rulings: Rulings, mark: str) -> str:
    """A message held for its sender."""
    raw = compose(mark, to=(AYLIN, SANNE), body="Mail jan.bakker@gmail.example.")
    one = Received(
        "submission",
        Peer("127.0.0.1", "x", tls=True, login=MENTOR),
        Envelope(MENTOR, (AYLIN, SANNE)),
        raw,
        datetime.now(UTC),
    )
    ruling, message = rulings.current, parse(raw)
    facts = gather(ruling, one, message)
    verdict = ruling.judge.judge(Case(message, (one.envelope,)), facts)
    return (await store.commit(Disposer(b"d" * 32, b"l" * 32).dispose(ruling, one, message, facts, verdict))).reference


def level(name: str) -> float:
    """One line of what is served, "name{label}" as it stands there."""
    lines = [line.rpartition(" ") for line in metrics.render().decode().splitlines()]
    return next((float(value) for said, _, value in lines if said == name), 0.0)


async def test_an_overdue_hold_goes_back_and_is_told_and_counted(
    installation: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    async with installation.store() as store:
        office_ = await rounds(installation, store)
        late, young = await hold(store, office_.rulings, "late-1"), await hold(store, office_.rulings, "young-1")
        with sqlite3.connect(installation.state / "postwacht.db") as database:
            database.execute(
                'UPDATE hold SET expires_at = 1 WHERE case_id = (SELECT id FROM "case" WHERE reference = ?)', (late,)
            )
        database.close()
        before = level('postwacht_hold_decisions_total{decision="expire"}')
        await office_.expire()
        assert level('postwacht_hold_decisions_total{decision="expire"}') == before + 1
        assert ((await store.case(late)).state.value, (await store.case(young)).state.value) == ("expired", "held")
        (notice,) = [job for job in (await store.case(late)).jobs if job.params.get("kind") == "expire"]
        assert notice.status == "open"
    said = capsys.readouterr().err
    assert f'"reference": "{late}", "event": "hold_expired"' in said
    assert young not in "".join(line for line in said.splitlines() if "hold_expired" in line)


async def test_how_much_waits_is_read(installation: Gateway) -> None:
    async with installation.store() as store:
        office_ = await rounds(installation, store)
        await office_.levels()
        assert level("postwacht_outbox_jobs") == 0
        assert level("postwacht_outbox_oldest_seconds") == 0
        await hold(store, office_.rulings, "waits-1")
        await office_.levels()
        assert level('postwacht_holds_open{approver="self"}') == 1
        assert level("postwacht_outbox_jobs") == 1, "its notice"
    metrics.holds({})


async def test_a_sweep_is_told(installation: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    async with installation.store() as store:
        await (await rounds(installation, store)).sweep()
    assert '"event": "swept"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "event"), [(StoreUnavailable("locked"), "store_unavailable"), (PermissionError("blobs"), "fault")]
)
async def test_a_round_that_fails_is_told_and_comes_again(
    capsys: pytest.CaptureFixture[str], error: Exception, event: str
) -> None:
    came = asyncio.Event()
    times = 0

    async def act() -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise error
        came.set()

    task = asyncio.create_task(office._every(0.001, act))
    async with asyncio.timeout(10):
        await came.wait()
    task.cancel()
    assert f'"event": "{event}"' in capsys.readouterr().err


async def test_all_rounds_run_until_the_end(installation: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: set[str] = set()
    async with installation.store() as store:
        office_ = await rounds(installation, store)

        async def note(_seconds: float, act: object) -> None:
            ran.add(act.__name__)  # type: ignore[attr-defined]

        monkeypatch.setattr(office, "_every", note)
        await office_.run()
    assert ran == {"expire", "ask", "sweep", "checkpoint", "levels"}
