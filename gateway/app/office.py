"""The office: what one process does for all, on its rounds: expired holds, sweeps, checkpoints, metrics.

Promises: a round that fails is logged and comes again; none of them holds up mail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway import logs, metrics
from gateway.clock import Clock
from gateway.delivery.outbox import Outbox
from gateway.errors import StoreError
from gateway.pipeline.asking import Asker
from gateway.pipeline.release import Decider
from gateway.pipeline.ruling import Rulings
from gateway.store.figures import waiting
from gateway.store.store import Store

EXPIRE_SECONDS = 20.0
ASK_SECONDS = 20.0
SWEEP_SECONDS = 300.0
CHECKPOINT_SECONDS = 5.0
LEVELS_SECONDS = 10.0


@dataclass(slots=True)
class Rounds:
    """The office's rounds."""

    store: Store
    rulings: Rulings
    outbox: Outbox
    clock: Clock

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for seconds, act in (
                (EXPIRE_SECONDS, self.expire),
                (ASK_SECONDS, self.ask),
                (SWEEP_SECONDS, self.sweep),
                (CHECKPOINT_SECONDS, self.store.checkpoint),
                (LEVELS_SECONDS, self.levels),
            ):
                tasks.create_task(_every(seconds, act), name=act.__name__)

    async def expire(self) -> None:
        """Send back what nobody decided about in time."""
        for reference in await Decider(self.store, self.rulings, self.clock).expire():
            logs.hold_expired(reference)
            metrics.decided("expire")

    async def ask(self) -> None:
        """Write to whoever must decide, and remind them."""
        await Asker(self.store, self.rulings, self.clock).round()

    async def sweep(self) -> None:
        """Remove what may go."""
        swept = await self.store.sweep(self.clock.now())
        logs.swept(messages=swept.removed, blobs=swept.blobs, keys=swept.keys, cases=swept.erased)

    async def levels(self) -> None:
        """Read how much waits."""
        metrics.holds(await self.store.ask(waiting))
        due = await self.store.next_due()
        late = max(0.0, (self.clock.now() - due).total_seconds()) if due else 0.0
        metrics.outbox(await self.store.outbox_size(), late)


async def _every(seconds: float, act: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await act()
        except StoreError as error:
            logs.store_unavailable(error)
        except Exception as error:  # noqa: BLE001 - whatever it was, mail goes on
            logs.fault("office", error)
            metrics.fault("office")
        await asyncio.sleep(seconds)
