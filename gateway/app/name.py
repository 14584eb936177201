"""A worker's name: one process has it at a time.

The name is whose the leases in the outbox are, and a worker that starts gives back those of its name: what a crash
left. If another process were still at work under that name, its messages would go out twice.

Promises: the kernel, or the database that several machines share, lets go of the name when the process ends, however it
ends. A process on its way out is waited for as long as it may take to drain. A name that went with a connection is
taken again, and a worker that finds it in other hands ends.
Fails: StoreUnavailable when the name does not come free: a second service on the same folder, or a second machine of
the same name.
"""

from __future__ import annotations

import asyncio
import time

from gateway import logs
from gateway.errors import StoreUnavailable
from gateway.store.engine import Address, Claim, claim

# A worker whose supervisor was killed drains within 25 s.
WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.1
KEEP_SECONDS = 5.0


async def take_name(url: Address, name: str, wait_seconds: float = WAIT_SECONDS) -> Claim:
    """Take the name on this database; whoever closes what comes back lets go of it."""
    held = claim(url, name)
    try:
        await _wait_for(held, name, wait_seconds)
    except BaseException:
        held.close()
        raise
    return held


async def _wait_for(held: Claim, name: str, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while not await asyncio.to_thread(held.take):  # the other process can set no event of ours
        if time.monotonic() > deadline:
            raise _taken(name)
        await asyncio.sleep(LOOK_SECONDS)


async def keep_name(held: Claim, name: str, every_seconds: float = KEEP_SECONDS) -> None:
    """See from time to time that the name is still ours, and take it again if the connection broke."""
    while True:
        await asyncio.sleep(every_seconds)
        try:
            ours = await asyncio.to_thread(held.take)
        except StoreUnavailable as error:
            logs.store_unavailable(error)
            continue
        if not ours:
            raise _taken(name)


def _taken(name: str) -> StoreUnavailable:
    return StoreUnavailable(f"another process is at work here as {name}")
