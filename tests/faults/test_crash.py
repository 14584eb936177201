"""kill -9 at random moments under load: what heard 250 is delivered or held exactly as recorded, and nothing is lost.

Ten kills here (and four on PostgreSQL), two hundred in `make soak`: half of them end a service of one process, half one
worker of two.

What is held against the promises: every message that heard 250 (its bytes as received, its case, its copies at the mail
server, its notice); every message the mail server ever got, heard or not (one archive record, and no more cases than
one); both chains; the outbox at the end; and the number of repeats against the dialogues that were cut.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import smtplib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from gateway.archive.record import as_delivered, as_submitted, records
from gateway.archive.verify import verify_archive, verify_audit
from gateway.errors import StoreError
from gateway.store.store import Store
from gateway.store.views import CaseView
from tests.flows.test_service import workers
from tests.support.gateway import Gateway, wait_until
from tests.support.postgres import server
from tests.support.sink import MARK, Sink
from tests.support.talk import AYLIN, MENTOR, SANNE, compose

SOAK = bool(os.environ.get("POSTWACHT_SOAK"))
ROUNDS = 50 if SOAK else 5
PARENTS = (AYLIN, SANNE)
CLIENTS = 4
CONNECTIONS = 8  # [smarthost] max_connections: so many dialogues one process can have open
SETTLED_SECONDS = 600 if SOAK else 90


def message(mark: str) -> bytes:
    """Repaired; every fourth is held, because the text shows the address of another parent."""
    held = int(mark.rpartition("-")[2]) % 4 == 0
    return compose(mark, to=PARENTS, body="Mail jan.bakker@gmail.example voor vragen." if held else "Tot morgen.")


@dataclass
class Load(threading.Thread):
    """One client that sends without pause; notes what was promised, and what it never heard about."""

    gateway: Gateway
    prefix: str
    halt: threading.Event
    promised: dict[str, str] = field(default_factory=dict)  # mark -> the answer
    unheard: set[str] = field(default_factory=set)  # wholly sent, no answer

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        number = 0
        while not self.halt.is_set():
            with (
                suppress(OSError, smtplib.SMTPException),
                smtplib.SMTP("127.0.0.1", self.gateway.plain_port, timeout=30) as client,
            ):
                client.ehlo("klas.test")
                for _ in range(5):
                    number += 1
                    self.send(client, f"{self.prefix}-{number}")

    def send(self, client: smtplib.SMTP, mark: str) -> None:
        client.mail(MENTOR)
        for parent in PARENTS:
            client.rcpt(parent)
        self.unheard.add(mark)
        code, text = client.data(message(mark))
        self.unheard.discard(mark)
        if code == 250:
            self.promised[mark] = text.decode()


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink.start()
    yield server
    server.stop()


def kill_all(gateway: Gateway, _chance: random.Random) -> None:
    gateway.kill()


def kill_one(gateway: Gateway, chance: random.Random) -> None:
    victims = {name: pid for name, pid in workers(gateway).items() if name != "office"}
    os.kill(victims[chance.choice(sorted(victims))], signal.SIGKILL)


@pytest.mark.timeout(3600 if SOAK else 240)
@pytest.mark.parametrize(
    ("count", "kill", "kind"),
    [(1, kill_all, "sqlite"), (2, kill_one, "sqlite"), (1, kill_all, "postgresql"), (2, kill_one, "postgresql")],
    ids=["the-service", "a-worker", "the-service-postgresql", "a-worker-postgresql"],
)
def test_nothing_that_heard_250_is_lost_when_a_process_is_killed(sink: Sink, count: int, kill, kind: str) -> None:
    databases = server().pair() if kind == "postgresql" else None
    rounds = ROUNDS if SOAK or kind == "sqlite" else 2
    gateway = Gateway.start(sink.port, workers=count, databases=databases, node="west")
    chance = random.Random(os.environ.get("POSTWACHT_SEED", "11"))
    promised: dict[str, str] = {}
    try:
        for number in range(rounds):
            wait_until(lambda: count == 1 or len(workers(gateway)) == 3, 40)
            clients = load(gateway, number, kill, chance)
            if gateway.process is None:
                gateway.serve()
            again = [mark for client in clients for mark in client.unheard]
            promised |= {mark: answer for client in clients for mark, answer in client.promised.items()}
            promised |= sent_again(gateway, again)
        wait_until(lambda: asyncio.run(at_rest(gateway, promised, sink)), SETTLED_SECONDS, every=0.5)
        asyncio.run(compare(gateway, sink, promised))
        assert gateway.end() == 0
    finally:
        gateway.stop()
        if databases:
            server().give_back(databases)
    assert len(promised) >= 5 * rounds
    assert {held(answer) for answer in promised.values()} == {True, False}
    repeats = sum(max(sink.taken[mark, parent] for parent in PARENTS) - 1 for mark in sink.messages)
    assert repeats <= min(rounds * CONNECTIONS, sink.cut), (
        f"{repeats} repeats, {sink.cut} dialogues cut in {rounds} kills"
    )
    print(f"{len(promised)} promised, {repeats} repeats, {sink.cut} dialogues cut in {rounds} kills")


def load(gateway: Gateway, number: int, kill, chance: random.Random) -> list[Load]:
    """Clients that send; the kill comes after so many answers, and a moment."""
    halt = threading.Event()
    clients = [Load(gateway, f"r{number}c{one}", halt) for one in range(CLIENTS)]
    for client in clients:
        client.start()
    enough = chance.randrange(4, 40)
    wait_until(lambda: sum(len(client.promised) for client in clients) >= enough, 60, every=chance.uniform(0.001, 0.02))
    kill(gateway, chance)
    halt.set()
    for client in clients:
        client.join(40)
        assert not client.is_alive()
    return clients


def sent_again(gateway: Gateway, marks: list[str]) -> dict[str, str]:
    """What heard nothing is sent once more, as a client does: it is recognised, or it is new (RFC 1047)."""
    client = Load(gateway, "", threading.Event())
    wait_until(lambda: not (client.unheard | set(marks)) - set(client.promised) or once_more(client, marks), 60)
    return client.promised


def once_more(client: Load, marks: list[str]) -> bool:
    with (
        suppress(OSError, smtplib.SMTPException),
        smtplib.SMTP("127.0.0.1", client.gateway.plain_port, timeout=30) as session,
    ):
        session.ehlo("klas.test")
        for mark in marks:
            if mark not in client.promised:
                client.send(session, mark)
    return not set(marks) - set(client.promised)


def held(answer: str) -> bool:
    return "Held for review" in answer


def reference(answer: str) -> str:
    return answer.rsplit(" ", 1)[-1]


def noticed(sink: Sink) -> Counter[str]:
    """How often each reference was written about to its sender."""
    found = re.compile(rb"^Message-ID: <([0-9A-Z]+)\.", re.MULTILINE)
    return Counter(
        match[1].decode() for rcpt, raw in sink.unmarked if rcpt == (MENTOR,) and (match := found.search(raw))
    )


async def at_rest(gateway: Gateway, promised: dict[str, str], sink: Sink) -> bool:
    """Nothing is waiting any more, and every notice is there."""
    async with gateway.store() as store:
        with suppress(StoreError):
            return await store.outbox_size() == 0 and {*map(reference, promised.values())} <= set(noticed(sink))
    return False


async def compare(gateway: Gateway, sink: Sink, promised: dict[str, str]) -> None:
    async with gateway.store() as store:
        for mark, answer in promised.items():
            case = await store.case(reference(answer))
            assert await store.read_message(case.reference) == message(mark), f"{mark}: not the bytes received"
            as_promised(sink, mark, answer, case)
        archived = await archive(store)
        for mark, copies in sink.messages.items():
            ((submitted, delivered),) = archived[mark]
            assert submitted == message(mark)
            for copy in copies:
                # What delivery puts in front is made anew for each dialogue; the rest is as the archive says.
                assert copy.endswith(delivered), f"{mark}: delivered other bytes than the archive has"
        assert set(archived) == set(sink.messages), "a record for each message that went out, and for nothing else"
        for verified in (await verify_archive(store), await verify_audit(store)):
            assert verified.broken_at is None
        assert (await verify_archive(store)).rows == len(archived)


def as_promised(sink: Sink, mark: str, answer: str, case: CaseView) -> None:
    copies = [sink.taken[mark, parent] for parent in PARENTS]
    if held(answer):
        assert case.state.value == "held", f"{mark} was promised as held and is {case.state.value}"
        assert copies == [0, 0], f"{mark} is held and was delivered"
        assert [job.status for job in case.jobs if job.kind.value == "message"] == ["parked"]
        return
    assert case.state.value == "delivered", f"{mark} heard 250 and is {case.state.value}"
    assert min(copies) >= 1, f"{mark} heard 250 and did not arrive"
    assert len(case.archive_numbers) == 1, f"{mark} was delivered without its archive record"
    for raw in sink.messages[mark]:
        header = raw.partition(b"\r\n\r\n")[0]
        assert not any(parent.encode() in header for parent in PARENTS), f"{mark} went out without its repair"


async def archive(store: Store) -> dict[str, list[tuple[bytes, bytes]]]:
    """By mark: as submitted and as delivered, of every record there is."""
    found: dict[str, list[tuple[bytes, bytes]]] = {}
    after = 0
    while rows := await records(store, after=after):
        after = rows[-1].number
        for record in rows:
            raw = await as_submitted(store, record)
            mark = MARK.search(raw)
            assert mark is not None
            (delivery,) = await as_delivered(store, record)
            found.setdefault(mark[1].decode(), []).append((raw, delivery.raw))
    return found
