"""`make bench`: our relay against Postfix, in one run, on one machine.

Method (docs/performance.md): smtp-source with 20 sessions and three recipients a message into the relay, smtp-sink behind
it; rounds are interleaved, ratios are taken within a round and the median is quoted. Half of our messages are repaired.
Writes build/bench.json, one flat object of figures, and prints the table.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.bench import reviewing, scanning
from tests.bench.load import Run, Sink, Stream, message_file, run_streams
from tests.bench.ours import Ours
from tests.support.postfix import Postfix

ROOT = Path(__file__).resolve().parent.parent.parent
PLAIN = {
    "virtual_mailbox_domains": "",
    "relay_destination_concurrency_limit": "40",
    "default_destination_concurrency_limit": "40",
    "initial_destination_concurrency": "40",
    "smtpd_client_connection_rate_limit": "0",
}
SENDER = "mentor@bench.test"
OUTSIDERS = "ouder@ziggo.example"  # smtp-source puts a number in front: three different parents
SUPPLIERS = "inkoop@leverancier.test"


def streams(size: int, count: int, *, attachment: bool) -> list[Stream]:
    """Half to several outsiders, all visible (repaired); half to an organisation's addresses (passed)."""
    fixed = message_file(size, to=[f"{n}{OUTSIDERS}" for n in (1, 2, 3)], sender=SENDER, attachment=attachment)
    passed = message_file(size, to=[f"{n}{SUPPLIERS}" for n in (1, 2, 3)], sender=SENDER, attachment=attachment)
    half = count // 2
    return [Stream(fixed, half, SENDER, OUTSIDERS), Stream(passed, half, SENDER, SUPPLIERS)]


def main() -> None:
    """Run the rounds and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--large", type=int, default=400)
    options = parser.parse_args()
    figures = scanning.figures() | reviewing.figures()
    rows: dict[tuple[str, str], list[Run]] = {}
    with ExitStack() as stack:
        sink = Sink.start()
        stack.callback(sink.stop)
        postfix = Postfix.start(settings={"default_transport": f"relay:[127.0.0.1]:{sink.port}", **PLAIN})
        stack.callback(postfix.stop)
        relays: dict[str, Callable[[list[Stream]], Run]] = {
            "postfix": lambda load: run_streams(postfix.port, sink, postfix.process.pid, load),
        }
        for workers in (1, 2):
            ours = Ours.start(sink.port, workers=workers)
            stack.callback(ours.stop)
            relays[f"ours_{workers}"] = lambda load, ours=ours: ours.run(sink, load)
        loads = {
            "10k": streams(10_000, options.messages, attachment=False),
            "200k": streams(200_000, options.large, attachment=True),
        }
        for relay in relays.values():  # one short run each, not counted: caches, connections, memory
            relay(streams(10_000, 200, attachment=False))
        for number in range(options.rounds):
            for size, load in loads.items():
                for name, relay in relays.items():
                    run = relay(load)
                    rows.setdefault((size, name), []).append(run)
                    print(
                        f"round {number + 1}  {size:>5}  {name:<8} {run.rate:7.0f} msg/s  {run.cpu_ms:6.2f} ms CPU",
                        flush=True,
                    )
        figures |= {"lost": float(sum(ours_lost(rows))), "pss_mb": ours.memory_mb()}
    for size in loads:
        base = rows[size, "postfix"]
        for workers in (1, 2):
            mine = rows[size, f"ours_{workers}"]
            ratio = statistics.median(a.rate / b.rate for a, b in zip(mine, base, strict=True))
            figures[f"relay_{size}_vs_postfix_{workers}_workers"] = round(ratio, 2)
            figures[f"cpu_ms_{size}_{workers}_workers"] = round(statistics.median(run.cpu_ms for run in mine), 2)
        figures[f"relay_{size}_vs_postfix"] = max(figures[f"relay_{size}_vs_postfix_{n}_workers"] for n in (1, 2))
        figures[f"cpu_ms_{size}"] = min(figures[f"cpu_ms_{size}_{n}_workers"] for n in (1, 2))
        figures[f"postfix_{size}_per_second"] = round(statistics.median(run.rate for run in base), 0)
        figures[f"postfix_{size}_cpu_ms"] = round(statistics.median(run.cpu_ms for run in base), 2)
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    for key in sorted(figures):
        print(f"{key:<40} {figures[key]:g}")


def ours_lost(rows: dict[tuple[str, str], list[Run]]) -> list[int]:
    """Messages of ours the sink did not count in time, a round each."""
    return [max(0, run.messages - run.arrived) for (_, name), runs in rows.items() if name != "postfix" for run in runs]


if __name__ == "__main__":
    main()
