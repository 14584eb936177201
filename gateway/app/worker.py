"""One process of the service: what it builds, the tasks it owns, how it ends.

Promises: one TaskGroup owns every task; one dies, all stop, and the supervisor starts the process again. SIGTERM
drains: no new connection, what is in flight is finished and answered, leases go back, and only then the process ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gateway import logs

# CPython collects after 700 new objects; one message makes several thousand.
COLLECT_AFTER_OBJECTS = 50_000


@dataclass(slots=True)
class Worker:
    """`run_tasks` are awaited forever; `drains` are awaited in order at the end, within `drain_seconds`."""

    name: str
    run_tasks: dict[str, Callable[[], Awaitable[None]]]
    drains: list[Callable[[], Awaitable[None]]]
    close: Callable[[], None] = lambda: None
    drain_seconds: float = 25.0
    watch_parent: bool = False
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until SIGTERM, SIGINT or the end of the parent."""
        spare_the_collector()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(_run(make), name=name) for name, make in self.run_tasks.items()]
            if self.watch_parent:
                running.append(tasks.create_task(self._parent_gone(), name="parent"))
            logs.worker_started(self.name)
            await self._stopping.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.drain_seconds):
                    for drain in self.drains:
                        await drain()
            for task in running:
                task.cancel()
        await asyncio.to_thread(self.close)
        logs.worker_stopped(self.name)

    async def _parent_gone(self) -> None:
        """The supervisor holds the other end of standard input; its end is ours."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await reader.read()
        self._stopping.set()


def spare_the_collector() -> None:
    """Take what lives as long as the process (the directory of a school, code) out of the garbage collector's rounds.

    Mail is judged in values without cycles, which go by themselves: looking for cycles may wait for more of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS, 20, 50)


async def _run(make: Callable[[], Awaitable[None]]) -> None:
    await make()
