"""The pipeline over a real store and the demo's school: messages handed in at the counter, decisions taken behind it."""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from gateway import links
from gateway.delivery.attempt import Office
from gateway.delivery.dkim import Signer
from gateway.delivery.notices import Letterhead
from gateway.delivery.outbox import Outbox
from gateway.delivery.smarthost import Smarthost
from gateway.directory import import_directory, school_beside
from gateway.pipeline.accept import Pipeline
from gateway.pipeline.dispose import Disposer
from gateway.pipeline.received import Outcome, Peer, Received
from gateway.pipeline.release import Decider
from gateway.pipeline.ruling import Rulings
from gateway.store.disposition import Job
from gateway.store.store import Store
from gateway.store.views import CaseView, JobView
from rules.message import Envelope
from tests.support.school import SCHOOL
from tests.support.stores import House

DAAN, KAREL = "d.thooft@zilverberg.example", "k.dijkshoorn@zilverberg.example"  # mentor of 3B; his team leader
HENDRIKA, JASPER = "h.brouwers@zilverberg.example", "j.wissink@zilverberg.example"  # the rector; a teacher
JOOST, EVA = "j.pel@zilverberg.example", "e.lindenhout@zilverberg.example"  # administrator; privacy officer
PETRA, OFFICE = "p.slingerland@zilverberg.example", "administratie@zilverberg.example"  # a member; the shared mailbox
AYLIN, SANNE = "aylin.demirci@hotmail.example", "sanne.vanrijsbergen@ziggo.example"
JAN, TRUUS = "jan.bakker@gmail.example", "truusbakker@hetnet.example"  # parents of other pupils
SUPPLIER = "verkoop@boeken.example"
LINK_KEY = b"l" * 32
SELF = f"Bel even met <a href='mailto:{JAN}'>hem</a>."  # another family's address is left behind: the sender confirms
LEADER = f"Bel <a href='mailto:{JAN}'>hem</a> of <a href='mailto:{TRUUS}'>haar</a>."  # two: the team leader decides
SHIPPED = (resources.files("rules") / "protocol.toml").read_text("utf-8")
# A school that is stricter than the document.
BLOCKING = SHIPPED.replace('contact = { "1" = "self", "2" = "team_leader" }', 'contact = { "1" = "block" }')


@cache
def filled() -> Path:
    """A state folder with the shipped policy and the demo's directory in force, made once and copied from then on."""
    folder = Path(tempfile.mkdtemp(prefix="postwacht-counter-", dir="/var/tmp"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    house = House(folder / "state")
    house.folder.mkdir()
    house.migrate()

    async def fill() -> None:
        with house.opened() as store:
            await store.put_policy(SHIPPED, "test")
            await store.put_snapshot(import_directory([SCHOOL]).blob, {}, "test")
            await store.checkpoint()

    asyncio.run(fill())
    return house.folder


def letter(
    *to: str,
    sender: str = DAAN,
    body: str = "Tot vrijdag.",
    lines: str = "",
    message_id: str = "<uitje.1@zilverberg.example>",
    subject: str = "Uitje",
) -> bytes:
    """A message in HTML; `lines` are further header lines."""
    head = f"From: {sender}\n" if sender else ""
    head += f"To: {', '.join(to)}\nSubject: {subject}\n"
    head += f"Message-ID: {message_id}\n" if message_id else ""
    head += f"Date: Tue, 24 Nov 2026 13:00:00 +0100\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n{lines}"
    return f"{head}\n<p>{body}</p>\n".replace("\n", "\r\n").encode()


@dataclass
class Counter:
    """One process's worth of pipeline. Nothing is sent unless a test runs the outbox."""

    house: House
    store: Store
    rulings: Rulings
    outbox: Outbox
    pipeline: Pipeline
    decider: Decider

    def received(
        self,
        *to: str,
        login: str | None = DAAN,
        mail_from: str | None = None,
        raw: bytes | None = None,
        rcpt_to: tuple[str, ...] | None = None,
        dsn: dict[str, str] | None = None,
        smtputf8: bool = False,
        **parts: Any,
    ) -> Received:
        to = to or (AYLIN,)
        sender = mail_from if mail_from is not None else (login or DAAN)
        return Received(
            listener="submission",
            peer=Peer("192.0.2.7", "klas.test", tls=True, login=login),
            envelope=Envelope(sender, rcpt_to or to),
            raw=letter(*to, **parts) if raw is None else raw,
            at=self.house.clock.now(),
            dsn=dsn or {},
            smtputf8=smtputf8,
        )

    async def hand_in(self, *to: str, **parts: Any) -> Outcome:
        return await self.pipeline.accept(self.received(*to, **parts))

    async def case_of(self, outcome: Outcome) -> CaseView:
        return await self.store.case(outcome.reference)

    def offered(self) -> list[tuple[Job, bytes | None]]:
        """What this process would send now; each is seen once."""
        found = []
        while not self.outbox._queue.empty():
            found.append(self.outbox._queue.get_nowait())
        return found

    async def token_of(self, outcome: Outcome) -> str:
        """The link in the notice about a held message."""
        notice, *_ = notices(await self.case_of(outcome))
        return notice.params["token"]

    async def digest_of(self, outcome: Outcome) -> bytes:
        return links.digest(await self.token_of(outcome))


@contextmanager
def counter(folder: Path, smarthost_port: int = 1, **settings: Any) -> Iterator[Counter]:
    """The pipeline as `gateway.app.build` makes it, on a copy of the filled state. `load` its rulings first."""
    state = folder / "state"
    if not state.exists():
        shutil.copytree(filled(), state)
    house = House(state)
    with house.opened() as store:
        rulings = Rulings(store, school_beside(SCHOOL), b"r" * 32, **settings)
        smarthost = Smarthost("127.0.0.1", smarthost_port, "none", None, "", "", 1, "postwacht.zilverberg.example")
        head = Letterhead(
            "Zilverberg", "info@zilverberg.example", "http://127.0.0.1", "nl", "postwacht.zilverberg.example"
        )
        office = Office("postwacht.zilverberg.example", head, Signer(), b"loop" * 8)
        outbox = Outbox(store, smarthost, office, house.clock, "worker-1")
        pipeline = Pipeline(store, outbox, rulings, Disposer(b"d" * 32, LINK_KEY), house.clock)
        yield Counter(
            house, store, rulings, outbox, pipeline, Decider(store, rulings, house.clock, outbox.offer, LINK_KEY)
        )


def notices(case: CaseView) -> list[JobView]:
    return [job for job in case.jobs if job.kind.value == "notice"]


def messages(case: CaseView) -> list[JobView]:
    return [job for job in case.jobs if job.kind.value == "message"]


def words(job: JobView) -> str:
    return json.dumps(dict(job.params), ensure_ascii=False)
