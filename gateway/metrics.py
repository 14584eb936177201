"""The metrics: a fixed vocabulary of counts, spans and levels, each moved by a function here.

Promises: labels come from closed lists of our own (`LABELS`): listeners, answers, actions, clauses, roles; never a
person, an address, a reference. Every metric works over several processes: counters and histograms are summed, every
gauge says how it is combined. A worker keeps its files when it is started again under its name, so no count falls back
and the number of files stays that of the workers.
Fails: OSError when the directory of the counts can't be written, at start; counting itself never fails.

One process counts in memory. With several, whoever starts them calls `prepare` once and gives each the variables of
`environment` before it imports this module; the office serves `render()`, the sum of all.
"""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

if TYPE_CHECKING:
    from rules.verdict import Verdict

# The name is prometheus-client's own; it is read when its values are made, so it must be there before this import.
DIRECTORY_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
WORKER_VARIABLE: Final = "POSTWACHT_WORKER"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

# Every label there is. A new one needs a closed list of values: a label's value lives as long as the process.
LABELS: Final = frozenset(
    {
        "action",
        "answer",
        "approver",
        "check",
        "clause",
        "component",
        "decision",
        "kind",
        "listener",
        "observed",
        "page",
        "python",
        "reply",
        "result",
        "status",
        "version",
    }
)
# The roles of rules.verdict.Approver. Each is set at every reading: one without holds shows 0, not its last number.
ROLES: Final = ("self", "team_leader", "manager", "editors", "privacy_officer", "admin")

if DIRECTORY_VARIABLE in os.environ:
    # The file's name is the worker's, not its process id: started again it counts on where it was. prometheus-client
    # takes the name apart at "_".
    _NAME = os.environ.get(WORKER_VARIABLE, str(os.getpid())).replace("_", "-")
    values.ValueClass = values.MultiProcessValue(lambda: _NAME)  # type: ignore[no-untyped-call]

# A creation time a series says nothing a restart does not say, and doubles the page.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY: Final = CollectorRegistry()
# From a tenth of a millisecond, what judging a small message takes, to the ten seconds after which we say "later".
SPANS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# Until a recipient's server has it: seconds on a good day, five days at the outside.
DELAYS: Final = (0.1, 0.5, 1, 5, 15, 60, 300, 1800, 3600, 4 * 3600, 12 * 3600, 86400, 5 * 86400)


def _counter(name: str, words: str, *labels: str) -> Counter:
    return Counter(f"postwacht_{name}", words, labels, registry=REGISTRY)


def _spans(name: str, words: str, *labels: str, buckets: tuple[float, ...] = SPANS) -> Histogram:
    return Histogram(f"postwacht_{name}", words, labels, buckets=buckets, registry=REGISTRY)


def _level(name: str, words: str, *labels: str) -> Gauge:
    """A gauge that one process sets for all: the newest reading counts."""
    return Gauge(f"postwacht_{name}", words, labels, multiprocess_mode="mostrecent", registry=REGISTRY)


def _sum(name: str, words: str, *labels: str) -> Gauge:
    """A gauge that every living process has its own part of."""
    return Gauge(f"postwacht_{name}", words, labels, multiprocess_mode="livesum", registry=REGISTRY)


_BUILD = _level("build_info", "Always 1; the labels tell what runs.", "version", "python")
_ANSWERS = _counter("messages_answered_total", "Messages answered, by answer.", "listener", "answer")
_JUDGED = _counter("messages_judged_total", "Messages judged and kept, by action.", "listener", "action")
_RECEIVED_BYTES = _counter("messages_received_bytes_total", "Bytes of messages received.", "listener")
_FINDINGS = _counter("findings_total", "Findings by clause (or rule), action and mode.", "clause", "action", "observed")
_RECEIVE = _spans("receive_seconds", "From the DATA command to the end of the message.", "listener")
_ANSWER = _spans("answer_seconds", "From the end of the message to its answer.", "listener")
_JUDGE = _spans("judge_seconds", "Parsing and judging one message.")
_COMMIT = _spans("commit_seconds", "Waiting for the commit of one message, with those it shared it with.")
_CONNECTIONS = _sum("smtp_connections_open", "Open client connections.", "listener")
_CONNECTED = _counter("smtp_connections_total", "Client connections accepted.", "listener")
_REFUSED = _counter("smtp_refusals_total", "Commands and connections refused, by reply code.", "listener", "reply")
_LOGINS = _counter("logins_total", "AUTH attempts, by result.", "listener", "result")
_DELIVER = _spans("deliver_seconds", "One dialogue with the mail server.", "kind")
_DELAY = _spans("delivery_delay_seconds", "From the answer to the delivery of a copy.", "kind", buckets=DELAYS)
_DIALOGUES = _counter("smarthost_dialogues_total", "Dialogues with the mail server, by result.", "result")
_RECIPIENTS = _counter("recipients_settled_total", "Recipients the mail server answered for.", "kind", "result")
_OUTBOX = _level("outbox_jobs", "Outbox rows not settled yet.")
_OUTBOX_AGE = _level("outbox_oldest_seconds", "Age of the oldest outbox row not settled yet.")
_HOLDS = _level("holds_open", "Held messages nobody has decided about, by role.", "approver")
_DECISIONS = _counter("hold_decisions_total", "Decisions about held messages, the clock's too.", "decision")
_LINKS = _counter("links_total", "Uses of signed links, by result.", "result")
_SIGN_INS = _counter("sign_ins_total", "Attempts to sign in to the pages, by result.", "result")
_PAGES = _counter("web_requests_total", "Pages asked for, by page and status.", "page", "status")
_DISK = _level("disk_free_bytes", "Free space where the state is kept.")
_READY = _level("ready", "1 if this check of /readyz passed when last asked, else 0.", "check")
_RULES = _counter("rules_loads_total", "Loads of a new policy or directory, by result.", "result")
_FAULTS = _counter("faults_total", "Faults of ours, by component.", "component")


@cache
def _series(metric: Any, *labels: str) -> Any:
    """One series of a metric. Labels are few and closed, and looking one up costs more than counting it."""
    return metric.labels(*labels)


# --- processes --------------------------------------------------------------------------------------------------------


def prepare(directory: Path) -> None:
    """Make the directory of the counts, empty: what an earlier service counted is scraped or gone."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in directory.glob("*.db"):
        path.unlink()


def environment(directory: Path, worker: str) -> dict[str, str]:
    """Give the variables a worker needs before it imports this module."""
    return {DIRECTORY_VARIABLE: str(directory), WORKER_VARIABLE: worker}


def worker_ended(directory: Path, worker: str) -> None:
    """Take the levels of a worker that is gone out of the sums; its counts stay."""
    mark_process_dead(worker.replace("_", "-"), str(directory))  # type: ignore[no-untyped-call]


def render() -> bytes:
    """Give all metrics as Prometheus reads them: of this process, or the sum of all."""
    registry = REGISTRY
    if DIRECTORY_VARIABLE in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def started() -> None:
    """Tell what runs."""
    _series(_BUILD, version("postwacht"), platform.python_version()).set(1)


# --- messages ---------------------------------------------------------------------------------------------------------


def received(listener: str, size_bytes: int, seconds: float) -> None:
    """One message came in whole."""
    _series(_RECEIVED_BYTES, listener).inc(size_bytes)
    _series(_RECEIVE, listener).observe(seconds)


def answered(listener: str, answer: str, seconds: float) -> None:
    """One message was answered, whatever the answer."""
    _series(_ANSWERS, listener, answer).inc()
    _series(_ANSWER, listener).observe(seconds)


def judged(listener: str, verdict: Verdict, seconds: float | None = None) -> None:
    """One message was judged: its action, and every finding with its clause, or its rule where no clause speaks."""
    _series(_JUDGED, listener, verdict.action.name.lower()).inc()
    for finding in verdict.findings:
        observed = finding.would_be is not None
        action = finding.action if finding.would_be is None else finding.would_be
        _series(_FINDINGS, finding.clause or finding.rule, action.name.lower(), "yes" if observed else "no").inc()
    if seconds is not None:
        _JUDGE.observe(seconds)


def committed(seconds: float) -> None:
    """One message became durable."""
    _COMMIT.observe(seconds)


# --- listeners --------------------------------------------------------------------------------------------------------


def connected(listener: str) -> None:
    """A client came."""
    _series(_CONNECTED, listener).inc()
    _series(_CONNECTIONS, listener).inc()


def disconnected(listener: str) -> None:
    """A client went."""
    _series(_CONNECTIONS, listener).dec()


def refused(listener: str, reply: int) -> None:
    """A command or a connection got a 4xx or 5xx."""
    _series(_REFUSED, listener, str(reply)).inc()


def login(listener: str, result: str) -> None:
    """AUTH ended: `accepted`, `wrong`, `throttled`, `unavailable`."""
    _series(_LOGINS, listener, result).inc()


# --- delivery ---------------------------------------------------------------------------------------------------------


def dialogue(kind: str, result: str, seconds: float) -> None:
    """One dialogue with the mail server ended: `accepted`, `partly`, `deferred`, `refused`, `unavailable`."""
    _series(_DIALOGUES, result).inc()
    _series(_DELIVER, kind).observe(seconds)


def recipients(kind: str, result: str, count: int, delay_seconds: float | None = None) -> None:
    """Recipients of one job were answered for alike: `delivered`, `deferred`, `failed`."""
    _series(_RECIPIENTS, kind, result).inc(count)
    if delay_seconds is not None:
        _series(_DELAY, kind).observe(delay_seconds)


def outbox(jobs: int, oldest_seconds: float) -> None:
    """Tell how much waits in the outbox, read by the office."""
    _OUTBOX.set(jobs)
    _OUTBOX_AGE.set(oldest_seconds)


# --- people, pages, the machine ---------------------------------------------------------------------------------------


def holds(open_by_role: dict[str, int]) -> None:
    """Tell how many messages wait for a person, read by the office."""
    for role in ROLES:
        _series(_HOLDS, role).set(open_by_role.get(role, 0))


def decided(decision: str) -> None:
    """A held message was decided about."""
    _series(_DECISIONS, decision).inc()


def link(result: str) -> None:
    """A signed link was used: `looked`, `confirm`, `mend`, `withdraw`, `repeated`, `refused`."""
    _series(_LINKS, result).inc()


def signed_in(result: str) -> None:
    """Somebody tried to sign in: `password`, `proven`, `enrolled`, `wrong`, `shut`."""
    _series(_SIGN_INS, result).inc()


def page(name: str, status: int) -> None:
    """A page was asked for; `name` is the route's, never the path."""
    _series(_PAGES, name, str(status)).inc()


def disk(free_bytes: int) -> None:
    """Tell the free space where the state is kept."""
    _DISK.set(free_bytes)


def ready(check: str, *, passed: bool) -> None:
    """Tell the outcome of one check of /readyz."""
    _series(_READY, check).set(int(passed))


def rules(result: str) -> None:
    """A new policy or directory was `loaded` or `failed`."""
    _series(_RULES, result).inc()


def fault(component: str) -> None:
    """Something of ours failed that should not."""
    _series(_FAULTS, component).inc()
