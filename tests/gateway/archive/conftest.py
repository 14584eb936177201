"""A fresh store for each test, on each of the two databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.store import Store
from tests.support.stores import KINDS, House, built


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Both databases keep the same promises: one suite for both."""
    with built(request.param, tmp_path / "state") as house:
        yield house


@pytest.fixture
def store(house: House) -> Iterator[Store]:
    with house.opened() as store:
        yield store
