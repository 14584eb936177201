"""One process: its tasks live and die together, and its end is a drain in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from gateway.app.worker import Worker


async def forever() -> None:
    await asyncio.Event().wait()


async def test_sigterm_drains_in_order_and_closes_last() -> None:
    order: list[str] = []

    async def running() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    async def first() -> None:
        await asyncio.sleep(0)
        order.append("first")

    async def second() -> None:
        order.append("second")

    await Worker("w", {"running": running}, [first, second], lambda: order.append("closed")).run()
    assert order == ["first", "second", "closed"]


async def test_a_drain_that_takes_too_long_is_left() -> None:
    closed: list[str] = []

    async def running() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        await forever()

    worker = Worker("w", {"running": running}, [forever], lambda: closed.append("closed"), drain_seconds=0.05)
    async with asyncio.timeout(10):
        await worker.run()
    assert closed == ["closed"]


async def test_when_one_task_dies_all_stop_and_the_process_fails() -> None:
    stopped: list[str] = []

    async def other() -> None:
        try:
            await forever()
        except asyncio.CancelledError:
            stopped.append("other")
            raise

    async def broken() -> None:
        await asyncio.sleep(0)
        raise OSError("a socket that broke")

    with pytest.raises(ExceptionGroup) as caught:
        await Worker("w", {"broken": broken, "other": other}, []).run()
    assert caught.group_contains(OSError)
    assert stopped == ["other"]


async def test_the_end_of_the_parent_is_the_end_of_the_child(tmp_path: Path) -> None:
    """The child watches standard input: a parent that is killed closes it without a word."""
    program = (
        "import asyncio; from gateway.app.worker import Worker\n"
        "async def forever(): await asyncio.Event().wait()\n"
        "asyncio.run(Worker('w', {'t': forever}, [], watch_parent=True).run())\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert child.stdin is not None and child.stderr is not None
    assert b"worker_started" in await child.stderr.readline()
    child.stdin.close()
    async with asyncio.timeout(20):
        assert await child.wait() == 0
