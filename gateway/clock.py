"""The clock, as a value that is handed in.

Promises: `now()` is aware UTC; `monotonic()` never goes back. Tests use FixedClock and turn the hands themselves, so
no test sleeps. Instants are stored as whole microseconds since 1970 (`micros`, `instant`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """What anything that needs the time is given."""

    def now(self) -> datetime:
        """Return the wall time: aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only grow, for measuring spans."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until `advance` is called. Both hands move together."""

    at: datetime
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, **span: float) -> None:
        """Turn the hands: `advance(hours=24)`, the words of timedelta."""
        step = timedelta(**span)
        self.at += step
        self.seconds += step.total_seconds()


def micros(moment: datetime) -> int:
    """Turn an aware datetime into whole microseconds since 1970, as the database keeps it."""
    return (moment - EPOCH) // MICROSECOND


def instant(value: int) -> datetime:
    """Turn stored microseconds back into aware UTC."""
    return EPOCH + timedelta(microseconds=value)
