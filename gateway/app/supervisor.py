"""The parent of several workers: starts them, starts again the ones that die, and ends them all together.

Promises: workers are children of this process and end with it, also when it is killed: each holds the reading end of a
pipe that closes with its parent. A worker that dies is replaced, at most every few seconds; one that says the
configuration is wrong (exit code 2) ends the whole service with 2, one that at its first start misses something it
needs (a port, exit code 3) with 3. SIGTERM reaches every worker, which then drains; after `drain_seconds` what still
runs is killed. The supervisor opens no database. It holds the sockets the workers accept from, and lets go of them when
the end begins, so that the last worker to drain closes the port.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway import logs

RESTART_SECONDS_MIN = 0.2
RESTART_SECONDS_MAX = 5.0
# A worker that lived this long starts again at once when it dies: its death says nothing about the next one.
HEALTHY_SECONDS = 10.0
EXIT_MISCONFIGURED, EXIT_NOT_THERE = 2, 3


@dataclass(slots=True)
class Supervisor:
    """`commands` and `environments` hold those of each worker by name; `drain_seconds` bounds the end."""

    commands: Mapping[str, Sequence[str]]
    environments: Mapping[str, Mapping[str, str]]
    ended: Callable[[str], None]  # told the name of each worker that died
    drain_seconds: float = 30.0
    sockets: Sequence[socket.socket] = ()  # every worker inherits them under the same number
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _children: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _exit_code: int = 0

    async def run(self) -> int:
        """Until SIGTERM or SIGINT; returns the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        async with asyncio.TaskGroup() as tasks:
            for name, command in self.commands.items():
                tasks.create_task(self._keep(name, command), name=f"worker {name}")
            tasks.create_task(self._end(), name="end")
        return self._exit_code

    async def _keep(self, name: str, command: Sequence[str]) -> None:
        """Keep one worker running until the end."""
        pause = RESTART_SECONDS_MIN
        loop, final = asyncio.get_running_loop(), {EXIT_MISCONFIGURED, EXIT_NOT_THERE}
        while not self._stopping.is_set():
            started = loop.time()
            child = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                env=self.environments[name],
                pass_fds=[sock.fileno() for sock in self.sockets],
            )
            self._children[name] = child
            if self._stopping.is_set():  # the end came while it was being started: `_end` may not have seen it
                child.terminate()
            code = await child.wait()
            if self._stopping.is_set():
                return
            if code in final:
                self._exit_code = code
                self._stopping.set()
                return
            final = {EXIT_MISCONFIGURED}
            logs.worker_died(worker=name, exit_code=code)
            self.ended(name)
            pause = (
                RESTART_SECONDS_MIN if loop.time() - started > HEALTHY_SECONDS else min(2 * pause, RESTART_SECONDS_MAX)
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()

    async def _end(self) -> None:
        """Tell every worker to drain; kill what is still there after the deadline."""
        await self._stopping.wait()
        for sock in self.sockets:
            sock.close()
        for child in self._children.values():
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self.drain_seconds):
                await asyncio.gather(*(child.wait() for child in self._children.values()))
        except TimeoutError:
            for child in self._children.values():
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
