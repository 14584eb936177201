"""A store on disk for tests, and the dispositions of an invented school to put in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

from gateway.clock import FixedClock
from gateway.crypto import MasterKey
from gateway.store.disposition import (
    Committed,
    Disposition,
    EnvelopeRow,
    FindingRow,
    HoldDraft,
    JobDraft,
    JobKind,
    Joins,
    Result,
    Rewrite,
    Siblings,
    Status,
    pack_edits,
)
from gateway.store.migrate import migrate
from gateway.store.states import State
from gateway.store.store import Store
from rules.message import HeaderEdit
from tests.support.databases import Where
from tests.support.postgres import Database, server

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MASTER = MasterKey(bytes(range(32)))
TEACHER = "m.devries@school.example"
PARENTS = ("anna.bakker@ouders.example", "piet.jansen@ouders.example")
SUBJECT = "Schoolreis naar het sprookjesbos"
BODY = b"Beste ouders, de bus vertrekt om kwart over acht vanaf het plein.\r\n"
RAW = b"From: m.devries@school.example\r\nTo: anna.bakker@ouders.example\r\nSubject: Schoolreis\r\n\r\n" + BODY
EDITS = pack_edits((HeaderEdit(32, 64, b"To: m.devries@school.example\r\n"),))
KINDS = ("sqlite", "postgresql")
_numbers = count(1)


@dataclass(slots=True)
class House:
    """A state directory, its clock, and the stores opened on it."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    databases: tuple[Database, Database] | None = None  # of PostgreSQL; None: SQLite, in the folder

    @property
    def state(self) -> Where:
        return self.databases[0] if self.databases else self.folder / "state.db"

    @property
    def keys(self) -> Where:
        return self.databases[1] if self.databases else self.folder / "keys" / "keys.db"

    @property
    def url(self) -> str:
        return _url(self.state)

    @property
    def keys_url(self) -> str:
        return _url(self.keys)

    def open(self, worker: str = "worker-1", **options: int) -> Store:
        return Store.open(self.url, self.keys_url, MASTER, self.clock, self.folder, worker, **options)

    def migrate(self) -> None:
        migrate(self.url, self.keys_url)

    @contextmanager
    def opened(self, worker: str = "worker-1", **options: int) -> Iterator[Store]:
        store = self.open(worker, **options)
        try:
            yield store
        finally:
            store.close()

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


def _url(database: Where) -> str:
    return database.url if isinstance(database, Database) else f"sqlite:///{database}"


@contextmanager
def built(kind: str, folder: Path) -> Iterator[House]:
    """A state directory with its schema, on one of the two databases."""
    folder.mkdir()
    if kind == "sqlite":
        house = House(folder)
        house.migrate()
        yield house
        return
    pair = server().pair()
    yield House(folder, databases=pair)
    server().give_back(pair)


def message(rcpt_to: tuple[str, ...] = PARENTS, **changes: object) -> JobDraft:
    draft = JobDraft(JobKind.MESSAGE, TEACHER, rcpt_to, EDITS, leased=True)
    return replace(draft, **changes)


def notice(**changes: object) -> JobDraft:
    draft = JobDraft(JobKind.NOTICE, "", (TEACHER,), params={"template": "fixed", "subject": SUBJECT})
    return replace(draft, **changes)


def disposition(number: int | str | None = None, **changes: object) -> Disposition:
    """A message repaired and on its way to two parents; the same number is the same message sent again."""
    number = next(_numbers) if number is None else number
    rcpt_to = changes.pop("rcpt_to", PARENTS)
    base = Disposition(
        reference=f"R{next(_numbers):06d}",
        identity=TEACHER,
        sender=TEACHER,
        subject=SUBJECT,
        message=RAW,
        message_id=f"<{number}@school.example>",
        digest=sha256(str(number).encode()).digest(),
        state=State.FIXED,
        action=2,
        external=True,
        archive=True,
        policy_hash="a" * 64,
        snapshot_id=1,
        envelope=EnvelopeRow("submission", TEACHER, rcpt_to, {"ret": "HDRS"}),
        findings=(
            FindingRow("C19", "visible", 2, evidence="a***@o***.example", clear=PARENTS[0], params=(("n", "2"),)),
        ),
        jobs=(message(rcpt_to),),
        contacts=tuple((TEACHER, rcpt) for rcpt in rcpt_to),
    )
    return replace(base, **changes)


def held(approver: str = "self", person: str | None = TEACHER, hours: float = 24, **changes: object) -> Disposition:
    """A message that waits for a decision until `hours` after noon."""
    hold = HoldDraft(approver, person, NOON + timedelta(hours=hours), (message(leased=False),))
    options: dict[str, object] = {
        "state": State.HELD,
        "action": 3,
        "approver": approver,
        "archive": False,
        "jobs": (notice(),),
        "hold": hold,
    }
    return disposition(**{**options, **changes})


def blocked(**changes: object) -> Disposition:
    return disposition(**{"state": State.BLOCKED, "action": 4, "archive": False, "jobs": (), **changes})


async def together(store: Store, further: Disposition, rewrites: Mapping[str, Rewrite] | None = None) -> Committed:
    """Commit a further copy as the pipeline does: judged with all that are there, whoever came in between."""
    found = await store.commit(further)
    while isinstance(found, Siblings):
        there = await store.copies(found.reference)
        joins = Joins(len(there.copies), there.late, rewrites or {})
        found = await store.commit(replace(further, joins=joins))
    return found


def delivered(*rcpts: str) -> list[Result]:
    return [Result(rcpt, Status.DELIVERED, 250, "2.0.0 taken") for rcpt in rcpts]


def refused(*rcpts: str) -> list[Result]:
    return [Result(rcpt, Status.FAILED, 550, f"5.1.1 <{rcpt}> unknown") for rcpt in rcpts]


def deferred(*rcpts: str) -> list[Result]:
    return [Result(rcpt, Status.WAITING, 451, "4.3.0 later") for rcpt in rcpts]


async def all_of(*waiting: object) -> list[object]:
    """Await all at once; exceptions are results."""
    return await asyncio.gather(*waiting, return_exceptions=True)
