"""One attempt at one job: what is sent, and when to try again.

Promises: pure; a notice or report is made from its params at this moment, a message from its bytes
and edits. Backoff is counted from the number of attempts; past the give-up age a deferral is a failure (RFC 5321
§4.5.4.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.delivery.bounces import report
from gateway.delivery.dkim import Signer
from gateway.delivery.notices import Letterhead, render
from gateway.delivery.smarthost import Mail
from gateway.delivery.wire import compose, loop_guard, message_id_of, received_line
from gateway.store.disposition import Job, JobKind, Result, Status, unpack_edits

BACKOFF = tuple(timedelta(seconds=s) for s in (10, 60, 300, 900, 1800))
LATER = timedelta(hours=1)
GIVE_UP = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Office:
    """What every attempt needs: our name, our letterhead, our keys."""

    hostname: str
    head: Letterhead
    signer: Signer
    loop_key: bytes = field(repr=False)
    loop_token: str = field(default="", repr=False)
    late_after: timedelta = timedelta(hours=4)  # the sender hears that a message is still on its way; none: never

    @property
    def signs(self) -> bool:
        """Whether making a mail takes long enough (DKIM) to be done in a thread."""
        return bool(self.signer.keys)

    def mail(self, job: Job, raw: bytes, at: datetime) -> Mail:
        """Make what is sent. MustNotLeave for bytes that must not."""
        edits = unpack_edits(job.edits)
        options = job.options
        if job.kind is not JobKind.MESSAGE:
            raw, edits, options = self._own(job, raw, at), (), {}
        prepended = loop_guard(self.loop_key, message_id_of(raw), at, self.loop_token)
        if job.kind is JobKind.MESSAGE:
            prepended = received_line(self.hostname, options, job.reference, job.created_at) + prepended
        composed = compose(prepended, raw, edits)
        buffers = composed.buffers
        if self.signs and (signatures := self.signer.sign(composed.header, raw, composed.body_start, at)):
            buffers = (signatures, *buffers)
        addresses = "".join((job.mail_from, *job.rcpt_to))
        return Mail(
            mail_from=job.mail_from,
            rcpt_to=job.rcpt_to,
            buffers=buffers,
            size=sum(len(buffer) for buffer in buffers),
            eight_bit=composed.eight_bit,
            utf8=not addresses.isascii() or (bool(options.get("smtputf8")) and composed.utf8_header),
            dsn=options,
        )

    def _own(self, job: Job, raw: bytes, at: datetime) -> bytes:
        if job.kind is JobKind.DSN:
            return report(self.head, job, raw, at=at)
        to, number = job.rcpt_to[0], job.id
        return render(self.head, job.params, to=to, reference=job.reference, number=number, at=at)


def opened(job: Job) -> datetime:
    """Since when a job may be sent: its acceptance, or the end of undo, or its release by a person."""
    return max(job.created_at, job.not_before or job.created_at)


def late(job: Job, at: datetime, after: timedelta) -> bool:
    """Whether the sender is to hear now that it takes long; no time at all means never."""
    return bool(after) and not job.told_late and at - opened(job) >= after


def next_attempt(job: Job, at: datetime) -> datetime | None:
    """When to try again; None when it is time to give up."""
    if at - opened(job) >= GIVE_UP:
        return None
    return at + (BACKOFF[job.attempts] if job.attempts < len(BACKOFF) else LATER)


def given_up(results: Sequence[Result]) -> list[Result]:
    """The same results with every deferral turned into a failure (RFC 3463 X.4.7)."""
    return [
        Result(result.rcpt, Status.FAILED, result.code or 451, f"4.4.7 Delivery time expired. {result.text}".strip())
        if result.status is Status.WAITING
        else result
        for result in results
    ]
