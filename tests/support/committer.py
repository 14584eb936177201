"""A process that commits as fast as it can and says what it was promised: `python -m tests.support.committer`.

Each line it prints is a reference for which `commit` returned, so a client would have heard 250. It settles some, holds
some, reports some as late, writes some into files. It never ends by itself: tests kill it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from gateway.clock import SystemClock
from gateway.delivery.bounces import draft
from gateway.store.store import Store
from tests.support.postgres import Database
from tests.support.stores import PARENTS, House, deferred, delivered, disposition, held, message, notice


async def forever(store: Store, worker: str, number: int) -> None:
    count = 0
    while True:
        count += 1
        mark = f"{worker}-{number}-{count}"
        raw = f"Subject: {mark}\r\n\r\n".encode() + os.urandom(2000)
        if count % 17 == 0:
            raw += os.urandom(300_000)
        make = held if count % 5 == 0 else disposition
        d = make(
            number=mark, reference=mark, message=raw, jobs=(message(), notice()) if make is disposition else (notice(),)
        )
        committed = await store.commit(d)
        sys.stdout.write(f"{committed.reference}\n")
        sys.stdout.flush()
        for job in committed.jobs[: count % 2]:
            await store.settle(job.id, delivered(*PARENTS))
        if count % 4 == 2 and make is disposition:  # these are late, and their senders are told
            job, again = committed.jobs[0], SystemClock().now() + timedelta(hours=1)
            results = deferred(*PARENTS)
            report = draft(job, results, identity=d.identity, subject=d.subject, until=again)
            assert report is not None
            await store.settle_and_report(job, results, again, [report], late=True)


async def main(worker: str, folder: str, *databases: str) -> None:
    """`databases`: the names of two on a PostgreSQL server and the folder of its socket; without them SQLite."""
    pair = tuple(Database(name, Path(databases[2])) for name in databases[:2]) if databases else None
    house = House(Path(folder), SystemClock(), pair)
    with house.opened(worker) as store:
        async with asyncio.TaskGroup() as tasks:
            for number in range(6):
                tasks.create_task(forever(store, worker, number), name=f"committer {number}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
