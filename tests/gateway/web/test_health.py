"""Signs of life: alive asks nobody, ready asks everybody, briefly and not too often."""

import asyncio
from pathlib import Path

import pysqlite3
import pytest

from gateway.web.health import EVERY_SECONDS, Probe, Readiness, disk_has_room, readiness, smarthost_answers
from tests.support.desk import PaperDesk
from tests.support.site import client, clock
from tests.support.stores import House


class Asked:
    """A check that counts how often it is asked, and does as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.times = 0
        self.error = error

    async def __call__(self) -> None:
        self.times += 1
        await asyncio.sleep(0)  # as anything that asks somebody: others run meanwhile
        if self.error is not None:
            raise self.error


def test_alive_asks_nobody() -> None:
    asked = Asked()
    answer = client(PaperDesk(clock()), readiness=Readiness({"store": Probe(asked, clock())})).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert asked.times == 0


def test_ready_names_its_checks_and_nothing_else() -> None:
    probes = {"store": Probe(Asked(), clock()), "smarthost": Probe(Asked(), clock())}
    answer = client(PaperDesk(clock()), readiness=Readiness(probes)).get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"store": True, "smarthost": True}}


def test_one_check_that_fails_makes_it_unready_and_does_not_say_why() -> None:
    probes = {"store": Probe(Asked(OSError("/var/lib/postwacht: disk full")), clock()), "disk": Probe(Asked(), clock())}
    answer = client(PaperDesk(clock()), readiness=Readiness(probes)).get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"store": False, "disk": True}}


async def test_a_check_is_asked_once_in_a_while_however_many_want_to_know() -> None:
    hands, asked = clock(), Asked()
    probe = Probe(asked, hands, every_seconds=15)
    assert all(await asyncio.gather(*(probe.passed() for _ in range(20))))
    assert asked.times == 1
    hands.advance(seconds=14)
    await probe.passed()
    assert asked.times == 1
    asked.error = OSError()
    hands.advance(seconds=1)
    assert not await probe.passed()
    assert asked.times == 2


async def test_a_check_that_hangs_is_a_no() -> None:
    probe = Probe(asyncio.Event().wait, clock(), timeout_seconds=0.01)
    assert not await probe.passed()


async def test_the_mail_server_is_there_if_it_takes_a_connection() -> None:
    taken: list[int] = []

    async def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(1)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await smarthost_answers("127.0.0.1", port)
    server.close()
    await server.wait_closed()
    with pytest.raises(OSError, match=r"Connect call failed|refused"):
        await smarthost_answers("127.0.0.1", port)


async def test_the_disk_is_compared_with_its_floor(tmp_path: Path) -> None:
    await disk_has_room(tmp_path, 1)
    with pytest.raises(OSError, match="floor"):
        await disk_has_room(tmp_path, 1 << 60)


async def test_a_service_is_ready_when_store_mail_server_and_disk_are(tmp_path: Path) -> None:
    house = House(tmp_path / "state")
    house.folder.mkdir()
    house.migrate()
    mail = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    address = ("127.0.0.1", mail.sockets[0].getsockname()[1])
    with house.opened() as store:
        ready = readiness(store, address, house.folder, 1, house.clock)
        assert await ready.checks() == {"store": True, "smarthost": True, "disk": True}
        mail.close()
        await mail.wait_closed()
        # Another program holds the database, longer than a check may take.
        other = pysqlite3.connect(house.folder / "state.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        house.clock.advance(seconds=EVERY_SECONDS)
        assert await ready.checks() == {"store": False, "smarthost": False, "disk": True}
        other.execute("ROLLBACK")
        other.close()
        house.clock.advance(seconds=EVERY_SECONDS)
        assert (await ready.checks())["store"] is True
