"""A worker's name: one process has it at a time.

The name is whose the leases in the outbox are, and a worker that starts gives back those of its name: what a crash
left. If another process were still at work under that name, its messages would go out twice.

Promises: the kernel lets go of the name when the process ends, however it ends. A process on its way out is waited for
as long as it may take to drain.
Fails: StoreUnavailable when the name does not come free: a second service on the same folder.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path

from gateway.errors import StoreUnavailable

# A worker whose supervisor was killed drains within 25 s.
WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.1


async def take_name(folder: Path, name: str, wait_seconds: float = WAIT_SECONDS) -> int:
    """Take the name; returns the open file that holds it until it is closed."""
    try:
        file = os.open(folder / f"worker-{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise StoreUnavailable("the folder of the database can't be used") from exc
    try:
        async with asyncio.timeout(wait_seconds):
            while not _taken(file):  # noqa: ASYNC110 - the other process can set no event of ours
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError as exc:
        os.close(file)
        raise StoreUnavailable(f"another process is at work here as {name}") from exc
    return file


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
