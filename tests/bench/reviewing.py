"""How quickly the quarantine answers with 100,000 cases in it: `quarantine_p95_ms`, and how large its pages are.

The application itself, without a network: what the server takes. `python -m tests.bench.reviewing` prints each page.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from gateway.store.disposition import HoldDraft, JobDraft, JobKind
from gateway.store.states import State
from tests.support.backoffice import STAFF, BackRoom, backroom
from tests.support.counter import filled
from tests.support.stores import NOON, disposition

CASES = 100_000
AT_ONCE = 500
ROUNDS = 20


async def fill(room: BackRoom, cases: int) -> str:
    """Held cases, one in ten on the team leader's desk; gives the reference of one of these."""
    reference = ""
    store, until = room.desk.store, NOON.replace(year=NOON.year + 1)
    for first in range(0, cases, AT_ONCE):
        drafts = []
        for number in range(first, min(cases, first + AT_ONCE)):
            mine = number % 10 == 0
            person = STAFF["approver"] if mine else f"t{number % 200}@zilverberg.example"
            hold = HoldDraft(
                "team_leader", person, until, (JobDraft(JobKind.MESSAGE, "m@x.example", ("a@b.example",)),)
            )
            drafts.append(
                disposition(
                    f"bench {number}",
                    state=State.HELD,
                    action=3,
                    jobs=(),
                    archive=False,
                    hold=hold,
                    approver="team_leader",
                )
            )
            reference = drafts[-1].reference if mine else reference
        await asyncio.gather(*(store.commit(draft) for draft in drafts))
    return reference


async def measure(cases: int) -> dict[str, float]:
    """The figures, each page's median and the 95th percentile over all."""
    with tempfile.TemporaryDirectory(prefix="postwacht-bench-", dir="/var/tmp") as folder:
        async with backroom(Path(folder)) as room:
            reference = await fill(room, cases)
            visitor = await room.of_role("approver")
            admin = await room.of_role("admin")
            pages = {
                "mine": (visitor, "/quarantine"),
                "page_50": (visitor, "/quarantine?page=50"),
                "clause": (visitor, "/quarantine?clause=C19"),
                "newest": (admin, "/quarantine?whose=all&sort=newest"),
                "all": (admin, "/quarantine?whose=all"),
                "reference": (admin, f"/quarantine?whose=all&reference={reference[:6]}"),
                "case": (visitor, f"/cases/{reference}"),
                "overview": (visitor, "/"),
            }
            took: dict[str, list[float]] = {name: [] for name in pages}
            size = 0
            for _ in range(ROUNDS):
                for name, (who, path) in pages.items():
                    began = time.perf_counter()
                    answer = await who.get(path)
                    took[name].append((time.perf_counter() - began) * 1000)
                    assert answer.status_code == 200, (name, answer.status_code)
                    size = max(size, len(answer.content))
    found = {f"review_{name}_ms": round(statistics.median(times), 1) for name, times in took.items()}
    every = sorted(time for times in took.values() for time in times)
    return {
        **found,
        "quarantine_p95_ms": round(every[int(len(every) * 0.95)], 1),
        "quarantine_page_kb": round(size / 1024, 1),
    }


def figures(cases: int = CASES) -> dict[str, float]:
    """What `make bench` adds to its figures."""
    filled()
    return asyncio.run(measure(cases))


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:<24}{value:>10}")
