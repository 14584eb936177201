"""Signs of life: `/healthz` says that the process answers, `/readyz` whether the gateway can do its work.

Promises: `/healthz` asks nobody. `/readyz` tells names of checks and yes or no, nothing else; a check runs at most once
in `every_seconds` however often it is asked for, never longer than `timeout_seconds`; one that fails or hangs is a no.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway import metrics
from gateway.clock import Clock
from gateway.store.store import Store

EVERY_SECONDS = 15.0
TIMEOUT_SECONDS = 3.0


@dataclass(slots=True)
class Probe:
    """One check, remembered for a while. `check` returns when all is well and raises when it is not."""

    check: Callable[[], Awaitable[object]]
    clock: Clock
    every_seconds: float = EVERY_SECONDS
    timeout_seconds: float = TIMEOUT_SECONDS
    _passed: bool = False
    _asked_at: float | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def passed(self) -> bool:
        async with self._lock:  # many may ask at once; one finds out
            now = self.clock.monotonic()
            if self._asked_at is None or now - self._asked_at >= self.every_seconds:
                self._passed = await self._ask()
                self._asked_at = now
            return self._passed

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                await self.check()
        except Exception:  # noqa: BLE001 - whatever is wrong with what we ask, the answer is no
            return False
        return True


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checks of `/readyz`, by name: store, smarthost, disk."""

    probes: Mapping[str, Probe]

    async def checks(self) -> dict[str, bool]:
        passed = await asyncio.gather(*(probe.passed() for probe in self.probes.values()))
        return dict(zip(self.probes, passed, strict=True))

    async def readyz(self, _request: Request) -> Response:
        """Ready: every check passed, else 503."""
        checks = await self.checks()
        for name, passed in checks.items():
            metrics.ready(name, passed=passed)
        ready = all(checks.values())
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)


def readiness(store: Store, smarthost: tuple[str, int], folder: Path, floor_bytes: int, clock: Clock) -> Readiness:
    """Make the checks of a running service: the store takes writes, the mail server connections, the disk more."""

    async def store_writes() -> None:
        # A write transaction that changes nothing: nobody leases under this name.
        await store.release_leases("readyz")

    return Readiness(
        {
            "store": Probe(store_writes, clock),
            "smarthost": Probe(lambda: smarthost_answers(*smarthost), clock),
            "disk": Probe(lambda: disk_has_room(folder, floor_bytes), clock),
        }
    )


async def smarthost_answers(host: str, port: int) -> None:
    """Connect to the mail server as far as TCP goes: whether it takes mail shows in the outbox. OSError if not."""
    _reader, writer = await asyncio.open_connection(host, port)
    writer.close()
    await writer.wait_closed()


async def disk_has_room(directory: Path, floor_bytes: int) -> None:
    """Compare the free space with the floor. OSError under it."""
    free = shutil.disk_usage(directory).free
    metrics.disk(free)
    if free < floor_bytes:
        raise OSError("under the disk floor")


async def healthz(_request: Request) -> Response:
    """Alive: this process answers."""
    return JSONResponse({"alive": True})
