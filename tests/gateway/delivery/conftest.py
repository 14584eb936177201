"""A fresh store for each test, on each of the two databases, the letterhead of an invented school, and a certificate for loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.delivery.attempt import Office
from gateway.delivery.dkim import Signer
from gateway.delivery.notices import Letterhead
from gateway.store.store import Store
from tests.support.certificates import make_certificate
from tests.support.stores import KINDS, House, built

HEAD = Letterhead(
    "Basisschool De Zilverberg", "ict@school.example", "https://post.school.example", "nl", "postwacht.school.example"
)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def head() -> Letterhead:
    return HEAD


@pytest.fixture
def office(head: Letterhead) -> Office:
    return Office(head.hostname, head, Signer(), b"k" * 32)


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Both databases keep the same promises: one suite for both."""
    with built(request.param, tmp_path / "state") as house:
        yield house


@pytest.fixture
def store(house: House) -> Iterator[Store]:
    with house.opened() as store:
        yield store
