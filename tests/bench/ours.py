"""Our relay for the bench: full shipped policy, a roster of 5,000 people, durable commit, archive record, DKIM off."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import Run, Sink, Stream, run_streams
from tests.support.gateway import Gateway

PUPILS = 1_600
PARENTS = 3_200
STAFF = 200
CLASSES = 64
SENDER = "mentor@bench.test"


def big_school(folder: Path) -> Path:
    """Write a directory of 5,000 invented people; the sender mentors nobody the bench writes to."""
    folder.mkdir()
    chance = random.Random(5)
    streets = ("Lindelaan", "Molenwal", "Kerkstraat", "Beukenhof")
    staff = [{"id": f"S{n}", "code": f"s{n:03}", "first_name": "Sam", "last_name": f"Meester{n}", "roles": "docent",
              "email": SENDER if n == 0 else f"s.meester{n}@bench.test"} for n in range(STAFF)]  # fmt: skip
    parents = [
        {"id": f"P{n}", "first_name": "Ouder", "last_name": f"Naam{n // 2}", "email": f"ouder{n}@ziggo.example",
         "mobile": f"06{chance.randrange(10_000_000, 59_999_999)}", "street": chance.choice(streets),
         "house_number": str(n % 200), "postcode": f"{4000 + n % 900} AB", "city": "Oosterdrecht",
         "household_id": f"H{n // 2}", "student_ids": f"{500_000 + n // 2}", "relation": "ouder"}
        for n in range(PARENTS)
    ]  # fmt: skip
    students = [
        {"id": f"{500_000 + n}", "first_name": "Leerling", "last_name": f"Naam{n}", "class": f"K{n % CLASSES}",
         "birth_date": "2012-03-04", "email": f"{500_000 + n}@leerling.bench.test", "parent_ids": f"P{2 * n};P{2 * n + 1}"}
        for n in range(PUPILS)
    ]  # fmt: skip
    for name, rows in (("staff", staff), ("parents", parents), ("students", students)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


@dataclass
class Ours:
    """One gateway with so many workers. Half of its messages are repaired, and each of those makes a notice."""

    gateway: Gateway

    @classmethod
    def start(cls, sink_port: int, *, workers: int) -> Ours:
        gateway = Gateway.prepare(sink_port, workers=workers, domains=("bench.test",), import_school=False)
        gateway.run("directory", "import", str(big_school(gateway.home / "school")))
        gateway.serve()
        return cls(gateway)

    def run(self, sink: Sink, load: list[Stream]) -> Run:
        assert self.gateway.process is not None
        notices = sum(stream.count for stream in load if stream.recipient.endswith("ziggo.example"))
        return run_streams(self.gateway.plain_port, sink, self.gateway.process.pid, load, extra=notices)

    def memory_mb(self) -> float:
        """Proportional set size of the whole tree."""
        assert self.gateway.process is not None
        todo, total = [self.gateway.process.pid], 0
        while todo:
            pid = todo.pop()
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            todo += [int(child) for child in children]
        return round(total / 1024, 1)

    def stop(self) -> None:
        self.gateway.stop()
