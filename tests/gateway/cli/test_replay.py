"""`postwacht replay`: what a draft policy would do with the messages that are stored, and that nothing is changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.config import load
from gateway.errors import Damaged
from gateway.pipeline.accept import Pipeline
from gateway.pipeline.dispose import Disposer
from gateway.pipeline.received import Peer, Received
from gateway.pipeline.ruling import Rulings
from gateway.store.store import Store
from rules.message import Envelope
from tests.gateway.cli.conftest import MENTOR, Command, objects
from tests.support.counter import AYLIN, SANNE, letter
from tests.support.gateway import Gateway


class Nowhere:
    """An outbox that sends nothing."""

    def offer(self, *_job: object) -> None:
        """Leave it."""


@pytest.fixture
def stored(installation: Gateway, at: Command) -> list[str]:
    """Two parents in sight, one parent, one colleague: the references."""
    assert at("policy", "import").exit_code == 0

    async def accept() -> list[str]:
        config = load(installation.home / "postwacht.toml", {})
        async with installation.store() as store:
            rulings = Rulings(store, config.school, config.store.key.derive("roster"))
            await rulings.load()
            pipeline = Pipeline(store, Nowhere(), rulings, Disposer(b"d" * 32, b"l" * 32), SystemClock())  # type: ignore[arg-type]
            found = []
            for number, to in enumerate([(AYLIN, SANNE), (AYLIN,), ("k.dijkshoorn@zilverberg.example",)]):
                raw = letter(*to, message_id=f"<{number}@zilverberg.example>")
                peer = Peer("127.0.0.1", "x", tls=True, login=MENTOR)
                one = Received("submission", peer, Envelope(MENTOR, to), raw, SystemClock().now())
                found.append((await pipeline.accept(one)).reference)
            return found

    return asyncio.run(accept())


def test_a_draft_is_told_clause_by_clause_with_its_messages(stored: list[str], at: Command, tmp_path: Path) -> None:
    shown = at("policy", "show").stdout
    draft = tmp_path / "draft.toml"
    off = shown.replace("[clauses.C19]\n", "[clauses.C19]\n", 1)
    head, _, tail = off.partition("[clauses.C19]")
    draft.write_text(head + "[clauses.C19]" + tail.replace('mode = "enforce"', 'mode = "off"', 1), "utf-8")
    done = at("replay", "--policy", draft, "--json")
    assert done.exit_code == 0
    *clauses, outcomes = objects(done)
    (one,) = [row for row in clauses if row["clause"] == "C19"]
    assert (one["before"], one["after"], one["only_before"]) == (1, 0, [stored[0]])
    assert outcomes["messages"] == 3
    assert outcomes["moved"] == {"fix > pass": [stored[0]]}
    text = at("replay", "--policy", draft).stdout
    assert "fix > pass: 1" in text
    assert AYLIN not in text
    assert at("policy", "show").stdout == shown
    assert AYLIN not in done.stdout


def test_without_a_draft_nothing_differs_and_days_are_kept_to(stored: list[str], at: Command) -> None:
    assert "no message would fare otherwise" in at("replay").stdout
    *_, outcomes = objects(at("replay", "--since", "2999-01-01", "--json"))
    assert outcomes["messages"] == 0
    assert len(stored) == 3


def test_a_draft_that_is_no_policy_is_told_with_its_line(stored: list[str], at: Command, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text("[clauses]\n", "utf-8")
    done = at("replay", "--policy", draft)
    assert done.exit_code == 2
    assert "draft.toml:" in done.stderr
    assert stored


def test_without_a_directory_there_is_nothing_to_judge_by(at: Command, installation: Gateway) -> None:
    assert installation.home.is_dir()
    assert at("replay", "--since", "gisteren").exit_code == 2


def test_what_does_not_open_is_counted_and_a_directory_is_needed(
    stored: list[str], at: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(_: Store) -> None:
        return None

    async def damaged(_: Store, reference: str) -> bytes:
        raise Damaged(reference)

    monkeypatch.setattr(Store, "read_message", damaged)
    *_, outcomes = objects(at("replay", "--json"))
    assert (outcomes["messages"], outcomes["unread"]) == (0, len(stored))
    monkeypatch.setattr(Store, "active_snapshot", none)
    assert at("replay").exit_code == 3
