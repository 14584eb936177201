"""The pipeline over a real store, loaded with the demo's school."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.counter import Counter, counter, filled


@pytest.fixture(scope="session")
def school() -> Path:
    return filled()


@pytest.fixture
async def desk(tmp_path: Path, school: Path) -> AsyncIterator[Counter]:
    with counter(tmp_path) as here:
        await here.rulings.load()
        yield here
