"""A fresh store on disk for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.store import Store
from tests.support.stores import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "state")
    house.folder.mkdir()
    house.migrate()
    return house


@pytest.fixture
def store(house: House) -> Iterator[Store]:
    with house.opened() as store:
        yield store
