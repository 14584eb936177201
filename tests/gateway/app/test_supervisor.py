"""The supervisor over small processes of the test's own: who is replaced, what ends it, and with which code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.app import supervisor as module
from gateway.app.sockets import bound
from gateway.app.supervisor import Supervisor

Program = str
WAIT: Program = "import signal,sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); open(sys.argv[1], 'a').write('up\\n'); signal.pause()"
DEAF: Program = "import signal,sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'a').write('up\\n'); signal.pause(); signal.pause()"


def supervised(folder: Path, *programs: Program, drain_seconds: float = 20.0) -> tuple[Supervisor, list[str]]:
    """Each program is told where to write that it is up: a file of its name."""
    died: list[str] = []
    names = [f"w{number}" for number in range(len(programs))]
    commands = {
        name: [sys.executable, "-S", "-c", program, str(folder / name)]
        for name, program in zip(names, programs, strict=True)
    }
    return Supervisor(commands, {name: dict(os.environ) for name in names}, died.append, drain_seconds), died


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not what():
            await asyncio.sleep(0.02)


def starts(folder: Path, name: str = "w0") -> int:
    path = folder / name
    return len(path.read_text().splitlines()) if path.exists() else 0


async def test_sigterm_ends_all_workers_and_then_the_service_with_0(tmp_path: Path) -> None:
    service, died = supervised(tmp_path, WAIT, WAIT)
    running = asyncio.create_task(service.run())
    await until(lambda: starts(tmp_path, "w0") == starts(tmp_path, "w1") == 1)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == 0
    assert died == []


async def test_a_worker_that_dies_is_told_of_and_replaced(tmp_path: Path) -> None:
    service, died = supervised(tmp_path, WAIT)
    running = asyncio.create_task(service.run())
    await until(lambda: starts(tmp_path) == 1)
    service._children["w0"].kill()
    await until(lambda: starts(tmp_path) == 2)
    assert died == ["w0"]
    os.kill(os.getpid(), signal.SIGINT)
    assert await running == 0


async def test_one_that_dies_again_and_again_is_started_with_growing_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTART_SECONDS_MIN", 0.01)
    monkeypatch.setattr(module, "RESTART_SECONDS_MAX", 0.05)
    service, died = supervised(tmp_path, "raise SystemExit(1)")
    running = asyncio.create_task(service.run())
    await until(lambda: len(died) >= 4)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == 0


async def test_one_that_lived_long_starts_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEALTHY_SECONDS", -1.0)
    monkeypatch.setattr(module, "RESTART_SECONDS_MIN", 0.01)
    monkeypatch.setattr(module, "RESTART_SECONDS_MAX", 3600.0)
    service, died = supervised(tmp_path, "raise SystemExit(1)")
    running = asyncio.create_task(service.run())
    await until(lambda: len(died) >= 20)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == 0


@pytest.mark.parametrize("code", [2, 3], ids=["misconfigured", "something-is-not-there"])
async def test_what_starting_again_does_not_cure_ends_the_service(tmp_path: Path, code: int) -> None:
    service, died = supervised(tmp_path, f"raise SystemExit({code})", WAIT)
    async with asyncio.timeout(20):
        assert await service.run() == code
    assert died == []


async def test_one_that_worked_before_is_replaced_also_when_something_is_missing_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RESTART_SECONDS_MIN", 0.01)
    program = (
        "import os,sys; n = os.path.exists(sys.argv[1]); open(sys.argv[1], 'a').write('up\\n'); sys.exit(3 if n else 1)"
    )
    service, died = supervised(tmp_path, program)
    running = asyncio.create_task(service.run())
    await until(lambda: len(died) >= 3)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await running == 0


async def test_one_that_does_not_end_is_killed_after_the_deadline(tmp_path: Path) -> None:
    service, _ = supervised(tmp_path, DEAF, WAIT, drain_seconds=0.2)
    running = asyncio.create_task(service.run())
    await until(lambda: starts(tmp_path, "w0") == starts(tmp_path, "w1") == 1)
    deaf = service._children["w0"]
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await running == 0
    assert deaf.returncode == -signal.SIGKILL


async def test_an_end_that_comes_while_a_worker_starts_reaches_it_too(tmp_path: Path) -> None:
    service, _ = supervised(tmp_path, "import time; time.sleep(60)")
    started = asyncio.create_subprocess_exec

    async def slow(*words: str, **options: object) -> asyncio.subprocess.Process:
        child = await started(*words, **options)  # type: ignore[arg-type]
        service._stopping.set()
        await asyncio.sleep(0.05)  # `_end` has looked for children by now, and found none
        return child

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "create_subprocess_exec", slow)
        async with asyncio.timeout(20):
            assert await service.run() == 0


async def test_workers_accept_from_the_sockets_they_are_given_until_the_end(tmp_path: Path) -> None:
    with bound("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        program = (
            f"import socket,sys; sock = socket.socket(fileno={sock.fileno()}); sock.listen(); "
            "open(sys.argv[1], 'a').write('up\\n'); sock.accept()[0].sendall(sys.argv[1].encode())"
        )
        service, died = supervised(tmp_path, program)
        service.sockets = (sock,)
        running = asyncio.create_task(service.run())
        await until(lambda: starts(tmp_path) == 1)
        for _ in range(2):  # the second is accepted by who came in the place of the first
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.read() == str(tmp_path / "w0").encode()
            writer.close()
        await until(lambda: starts(tmp_path) == 3)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0
        assert died == ["w0", "w0"]
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
