"""Whose turn it is to write: a lock on a file beside the database, between the processes of one machine.

SQLite waits for its own lock by sleeping longer and longer, up to 100 ms at a time: two busy writers would spend most
of their time asleep. Here a writer looks every fraction of a millisecond, so that by BEGIN IMMEDIATE the database is
free.

Promises: the kernel lets go of the lock when its process ends, however it ends. It only orders those who ask for it: a
stranger with the database open is still waited for by SQLite itself.
Fails: StoreUnavailable when the turn does not come in time.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import StoreUnavailable

# A transaction of a full group takes some milliseconds: looking ten times in one costs little and wastes little.
LOOK_SECONDS = 0.0004


class Turn:
    """One process's place in the line. `wait_seconds` bounds how long it stands there."""

    def __init__(self, database: Path, wait_seconds: float) -> None:
        try:
            self._file = os.open(f"{database}-turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise StoreUnavailable("the folder of the database can't be used") from exc
        self._wait_seconds = wait_seconds

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the lock for the length of a transaction."""
        deadline = time.monotonic() + self._wait_seconds
        while not self._try():
            if time.monotonic() > deadline:
                raise StoreUnavailable("another process is writing and does not end")
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave the line."""
        os.close(self._file)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
