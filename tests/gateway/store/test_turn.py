"""The writers of one machine take turns."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from gateway.errors import StoreUnavailable
from gateway.store.turn import Turn


def test_a_turn_that_does_not_come_is_an_error_and_leaves_the_line_as_it_was(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "state.db", 1.0), Turn(tmp_path / "state.db", 0.01)
    with first.taken(), pytest.raises(StoreUnavailable, match="does not end"), second.taken():
        pass
    with second.taken():
        pass
    first.close()
    second.close()


def test_a_turn_is_waited_for_and_comes_when_the_other_is_done(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "state.db", 5.0), Turn(tmp_path / "state.db", 5.0)
    order: list[str] = []
    inside = threading.Event()

    def other() -> None:
        inside.wait(5)
        with second.taken():
            order.append("second")

    thread = threading.Thread(target=other)
    thread.start()
    with first.taken():
        inside.set()
        thread.join(0.05)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    first.close()
    second.close()


def test_whoever_breaks_off_in_a_turn_gives_it_back(tmp_path: Path) -> None:
    turn, other = Turn(tmp_path / "state.db", 1.0), Turn(tmp_path / "state.db", 0.01)
    with pytest.raises(ZeroDivisionError), turn.taken():
        raise ZeroDivisionError
    with other.taken():
        pass
    turn.close()
    other.close()
