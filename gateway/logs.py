"""The log: a fixed vocabulary of events, each a function here; nothing else writes a line.

Promises: functions take references, counts, codes and names from our own tables, never an address, a subject, a body or
a matched value; a guard withholds any string that does not look like one of ours, so a mistake shows as `(withheld)`
and not as a person. One canonical line a message. JSON on a pipe or file, key=value on a terminal, to standard error,
times as RFC 3339 in UTC. Lines of libraries come through here too, without their arguments: aiosmtpd logs senders and
recipients at INFO and bodies at DEBUG, so `mail.log` is pinned above both in code.
Fails: never; a broken pipe on standard error is not allowed to stop mail.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, MutableMapping
from functools import lru_cache
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

Level = int
# References, hashes, clause ids, exception names, socket addresses, versions. No "@", no blank: no person's address,
# and no sentence, fits in it.
OURS: Final = re.compile(r"[A-Za-z0-9_.:,/+<>\[\]-]{0,400}")
# The constant part of a library's line ("Uvicorn running on %s"): words and place-holders.
TEMPLATE: Final = re.compile(r"[A-Za-z0-9_.:,/+<>()'%\[\] -]{1,160}")
WITHHELD: Final = "(withheld)"
# The innermost frames of a fault: enough to find the place, short enough for one line.
FRAMES_MAX = 6


class _Line:
    """Where rendered lines go: the stream given, or whatever standard error is at that moment."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream

    def msg(self, line: str) -> None:
        # One write a line: lines of several processes on one pipe stay whole (POSIX: up to PIPE_BUF bytes).
        with contextlib.suppress(OSError, ValueError):
            stream = self.stream or sys.stderr
            stream.write(line + "\n")
            stream.flush()

    debug = info = warning = error = msg


def _guard(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Withhold what can't be one of our own words; join tuples so that both renderers show them alike."""
    for name, value in event.items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else value
        if isinstance(text, str):
            text = _checked(text, template=name == "template")
        event[name] = text
    return event


@lru_cache(1024)
def _checked(text: str, *, template: bool) -> str:
    """Give back a text of ours, or that it was withheld. Most words come again with every message."""
    return text if (TEMPLATE if template else OURS).fullmatch(text) else WITHHELD


_encode = json.JSONEncoder(default=repr).encode


def _rendered(event: MutableMapping[str, Any], **_: object) -> str:
    return _encode(event)


def _make(stream: TextIO | None, *, terminal: bool, worker: str) -> structlog.typing.FilteringBoundLogger:
    render: structlog.typing.Processor = (
        structlog.processors.LogfmtRenderer(key_order=["time", "level", "event"], bool_as_flag=False)
        if terminal
        else structlog.processors.JSONRenderer(_rendered)
    )
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        _Line(stream),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _guard,
            render,
        ],
        cache_logger_on_first_use=True,
    )
    return logger.bind(worker=worker) if worker else logger


class _Log:
    """The one logger of the process; `configure` exchanges it."""

    current = _make(None, terminal=False, worker="")


class _FromLibraries(logging.Handler):
    """Lines of aiosmtpd, uvicorn, alembic, asyncio: which, where, how bad, and the constant part of the text."""

    def emit(self, record: logging.LogRecord) -> None:
        # A text without arguments may have been put together with data in it: only its place is told.
        template = {"template": str(record.msg)} if record.args else {}
        error = record.exc_info[1] if record.exc_info else None
        _Log.current.log(
            min(record.levelno, logging.ERROR),
            "library",
            logger=record.name,
            where=f"{record.module}:{record.lineno}",
            **template,
            **(_facts(error) if error is not None else {}),
        )


def configure(*, stream: TextIO | None = None, worker: str = "") -> None:
    """Send everything of this process to `stream` (standard error), each line naming the worker."""
    target = stream or sys.stderr
    _Log.current = _make(stream, terminal=target.isatty(), worker=worker)
    root = logging.getLogger()
    root.handlers[:] = [_FromLibraries()]
    root.setLevel(logging.WARNING)
    # Measured: at INFO aiosmtpd writes every sender and recipient, at DEBUG every line of the body.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _uncaught(_kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    """Python's own last word would print the text of the error, which may quote a message."""
    if error is not None and not isinstance(error, KeyboardInterrupt):
        fault("process", error)


def _facts(error: BaseException) -> dict[str, str]:
    """An error without its text: its kind, the kinds it came from, and where it happened."""
    kinds = [type(error).__name__]
    cause = error
    while (cause := cause.__cause__ or cause.__context__) and len(kinds) < FRAMES_MAX:  # type: ignore[assignment]
        kinds.append(type(cause).__name__)
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return {"error": "<".join(kinds), "at": ">".join(places[-FRAMES_MAX:])}


# --- the process ------------------------------------------------------------------------------------------------------


def worker_started(worker: str) -> None:
    """A process has opened everything and works."""
    _Log.current.info("worker_started", worker=worker)


def worker_stopped(worker: str) -> None:
    """A process has drained and ends."""
    _Log.current.info("worker_stopped", worker=worker)


def worker_died(*, worker: str, exit_code: int) -> None:
    """A process ended by itself; the supervisor starts it again."""
    _Log.current.error("worker_died", worker=worker, exit_code=exit_code)


def extraction_died(*, exit_code: int) -> None:
    """The process that attachments are read in ended by itself; it is started again. Code 4: it can't be confined."""
    _Log.current.error("extraction_died", exit_code=exit_code)


def listening(*, face: str, address: str, port: int) -> None:
    """A port is open: `face` is submission, relay, web or metrics."""
    _Log.current.info("listening", face=face, address=address, port=port)


def draining(*, face: str, sessions: int) -> None:
    """A port takes nothing new; what is in flight is finished."""
    _Log.current.info("draining", face=face, sessions=sessions)


def configuration_refused(keys: Iterable[str]) -> None:
    """The configuration has mistakes, named by key; `postwacht check-config` says what is wrong with each."""
    _Log.current.error("configuration_refused", keys=tuple(keys))


def fault(component: str, error: BaseException) -> None:
    """Something of ours failed that should not: its kind and its place, never its text."""
    _Log.current.error("fault", component=component, **_facts(error))


# --- rules and registers ----------------------------------------------------------------------------------------------


def rules_loaded(policy_hash: str, snapshot_id: int) -> None:
    """A policy and a directory are in force in this process from now on."""
    _Log.current.info("rules_loaded", policy=policy_hash[:12], snapshot=snapshot_id)


def rules_not_loaded(error_kind: str) -> None:
    """A newer policy or directory can't be used; the one in force stays."""
    _Log.current.error("rules_not_loaded", error=error_kind)


def policy_imported(policy_hash: str) -> None:
    """A policy text became the active version."""
    _Log.current.info("policy_imported", policy=policy_hash[:12])


def directory_imported(*, snapshot_id: int, rows: int, rejected: int) -> None:
    """A directory snapshot became the active one."""
    _Log.current.info("directory_imported", snapshot=snapshot_id, rows=rows, rejected=rejected)


def migrated(revision: str) -> None:
    """The database has the schema of this version."""
    _Log.current.info("migrated", revision=revision)


# --- messages ---------------------------------------------------------------------------------------------------------


def message_judged(
    *,
    reference: str,
    listener: str,
    action: str,
    approver: str | None,
    state: str,
    clauses: Iterable[str],
    recipients: int,
    size_bytes: int,
    external: bool,
    repeated: bool,
    seconds: float,
) -> None:
    """The canonical line of a message we answered for: what was decided, on which clauses, and what it took."""
    _Log.current.info(
        "message_judged",
        reference=reference,
        listener=listener,
        action=action,
        approver=approver,
        state=state,
        clauses=tuple(dict.fromkeys(clauses)),  # a list of parents is a finding each; the line names a clause once
        recipients=recipients,
        size_bytes=size_bytes,
        external=external,
        repeated=repeated,
        seconds=round(seconds, 4),
    )


def message_refused(*, listener: str, answer: str, recipients: int, size_bytes: int, seconds: float) -> None:
    """The canonical line of a message we did not answer for: nothing of it was kept."""
    _Log.current.warning(
        "message_refused",
        listener=listener,
        answer=answer,
        recipients=recipients,
        size_bytes=size_bytes,
        seconds=round(seconds, 4),
    )


def session_refused(*, listener: str, reason: str, peer: str) -> None:
    """A client was turned away, or its message refused unread; nothing was kept. `peer` is the client's address."""
    _Log.current.warning("session_refused", listener=listener, reason=reason, peer=peer)


def login_failed(*, listener: str, reason: str, peer: str) -> None:
    """AUTH did not succeed: wrong, throttled, or the mail server that checks it did not answer."""
    _Log.current.warning("login_failed", listener=listener, reason=reason, peer=peer)


def store_unavailable(error: BaseException) -> None:
    """The database is locked, full or broken: clients hear 451 and try again."""
    _Log.current.error("store_unavailable", **_facts(error))


def disk_low(*, free_bytes: int, floor_bytes: int) -> None:
    """Less space than the floor: clients hear 452, delivery goes on."""
    _Log.current.error("disk_low", free_bytes=free_bytes, floor_bytes=floor_bytes)


# --- delivery ---------------------------------------------------------------------------------------------------------


def job_settled(
    *,
    reference: str,
    job: int,
    kind: str,
    attempt: int,
    delivered: int,
    deferred: int,
    failed: int,
    code: int,
    seconds: float,
) -> None:
    """One dialogue with the mail server ended; `code` is its hardest reply, 0 if it gave none."""
    _Log.current.log(
        logging.INFO if not deferred and not failed else logging.WARNING,
        "job_settled",
        reference=reference,
        job=job,
        kind=kind,
        attempt=attempt,
        delivered=delivered,
        deferred=deferred,
        failed=failed,
        code=code,
        seconds=round(seconds, 4),
    )


def bounce_queued(*, reference: str, recipients: int, delayed: bool) -> None:
    """The sender is told which recipients could not be reached, or not yet."""
    _Log.current.warning("bounce_queued", reference=reference, recipients=recipients, delayed=delayed)


def smarthost_down(error_kind: str) -> None:
    """The mail server can't be reached or refuses us: mail waits in the outbox. Said once until it is back."""
    _Log.current.error("smarthost_down", error=error_kind)


def smarthost_up() -> None:
    """The mail server takes mail again."""
    _Log.current.info("smarthost_up")


# --- holds and the office ---------------------------------------------------------------------------------------------


def hold_decided(*, reference: str, decision: str, approver: str) -> None:
    """Somebody decided about a held message. Who it was stands in the audit chain, not here."""
    _Log.current.info("hold_decided", reference=reference, decision=decision, approver=approver)


def hold_expired(reference: str) -> None:
    """Nobody decided in time: the message goes back to its sender as not sent."""
    _Log.current.warning("hold_expired", reference=reference)


def approver_asked(*, reference: str, approver: str, again: bool) -> None:
    """Whoever must decide was written to; `again` with a deputy, as a reminder."""
    _Log.current.info("approver_asked", reference=reference, approver=approver, again=again)


def link_refused(reason: str) -> None:
    """A link was wrong, expired, used, or not for this act. The token is not told."""
    _Log.current.warning("link_refused", reason=reason)


def swept(*, messages: int, blobs: int, keys: int, cases: int) -> None:
    """What is kept no longer has been removed."""
    _Log.current.info("swept", messages=messages, blobs=blobs, keys=keys, cases=cases)
