"""The pages for reviewers, for tests of accounts and pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.backoffice import BackRoom, backroom
from tests.support.counter import filled


@pytest.fixture(scope="session")
def demo_school() -> Path:
    """Made once, outside any loop."""
    return filled()


@pytest.fixture
async def room(tmp_path: Path, demo_school: Path) -> AsyncIterator[BackRoom]:
    async with backroom(tmp_path) as found:
        yield found
