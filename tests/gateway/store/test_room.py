"""Room on the disk: under the floor nothing new is taken, and the log says so once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from gateway import logs
from gateway.errors import DiskLow
from gateway.store.migrate import migrate
from tests.support.stores import House


async def test_under_the_floor_nothing_is_taken_and_it_is_said_once(house: House) -> None:
    lines = io.StringIO()
    logs.configure(stream=lines)
    store = house.open(disk_floor_bytes=2**62)
    try:
        for _ in range(3):
            with pytest.raises(DiskLow):
                store.check_disk()
            house.clock.advance(seconds=1)
        events = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]
        assert events == ["disk_low"]
        store._disk_floor = 1
        store.check_disk()
        store._disk_floor = 2**62
        store.check_disk()  # within the tenth of a second nobody asks the system again
        house.clock.advance(seconds=1)
        with pytest.raises(DiskLow):
            store.check_disk()
        assert lines.getvalue().count("disk_low") == 2
    finally:
        store.close()
        logs.configure()


def test_a_new_database_says_which_schema_it_has(tmp_path: Path) -> None:
    lines = io.StringIO()
    logs.configure(stream=lines)
    folder = tmp_path / "new"
    try:
        for _ in range(2):
            migrate(f"sqlite:///{folder}/a.db", f"sqlite:///{folder}/k.db")
        told = [json.loads(line)["revision"] for line in lines.getvalue().splitlines()]
        assert [one.partition(":")[0] for one in told] == ["main", "keys"]
    finally:
        logs.configure()
