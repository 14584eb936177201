"""The pipeline over a real store, loaded with the demo's school."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.counter import Counter, counter, filled
from tests.support.stores import built
from tests.support.twins import Twins


@pytest.fixture(scope="session")
def school() -> Path:
    return filled()


@pytest.fixture
async def desk(tmp_path: Path, school: Path) -> AsyncIterator[Counter]:
    with counter(tmp_path) as here:
        await here.rulings.load()
        yield here


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """Two workers on one file."""
    with built("sqlite", tmp_path_factory.mktemp("twins") / "state") as house:
        found = Twins(house)
        yield found
        found.close()
