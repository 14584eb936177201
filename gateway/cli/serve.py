"""`postwacht serve`: the service. One process, or a supervisor with a worker for each core and an office.

Promises: SIGTERM drains and ends with 0; a wrong configuration ends with 2, a missing policy or directory with 3,
before anything listens.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

import click
import uvloop

from gateway import logs
from gateway.cli.setting import NOT_THERE, Place, Stop, opened, pass_place, takes_config
from gateway.config import Config
from gateway.errors import ConfigError
from gateway.store.engine import addresses
from gateway.store.migrate import migrate


@click.command()
@click.option("--role", type=click.Choice(["smtp", "office", "all"]), hidden=True)
@click.option("--worker", default="main", hidden=True)
@click.option("--socket", "sockets", type=int, multiple=True, hidden=True)
@takes_config
@pass_place
def command(place: Place, role: str | None, worker: str, sockets: tuple[int, ...]) -> None:
    """Take mail, judge it, deliver it, until SIGTERM."""
    logs.configure(worker=worker)
    try:
        config = place.needed
    except ConfigError as exc:
        logs.configuration_refused(where.rpartition(" ")[2] for where, _ in exc.mistakes)
        raise
    if role is None:
        migrate(*addresses(config.store))
        asyncio.run(_look_for_people(config))
        if config.workers.count > 1:
            raise click.exceptions.Exit(_supervise(config))
        role = "all"
    uvloop.run(_work(config, role, worker, sockets))


async def _look_for_people(config: Config) -> None:
    """Say it here, once, and not from every worker."""
    async with opened(config) as store:
        people = await store.active_snapshot()
    if people is None:
        raise Stop("no directory is in force: postwacht directory import", NOT_THERE)


async def _work(config: Config, role: str, worker: str, sockets: tuple[int, ...]) -> None:
    # Imported here: the metrics take their place from the environment the supervisor made.
    from gateway.app.build import build  # noqa: PLC0415

    try:
        process = await build(config, role, worker, sockets)
    except OSError as exc:
        raise _no_port(exc) from exc
    await process.run()


def _no_port(exc: OSError) -> Stop:
    return Stop(f"a port can't be used: {exc.strerror}", NOT_THERE)


def _supervise(config: Config) -> int:
    from gateway import metrics  # noqa: PLC0415 - as above
    from gateway.app.sockets import shared  # noqa: PLC0415
    from gateway.app.supervisor import Supervisor  # noqa: PLC0415

    try:
        sockets = shared(config)
    except OSError as exc:
        raise _no_port(exc) from exc
    folder = Path(tempfile.mkdtemp(prefix="postwacht-metrics-"))
    base = [sys.executable, "-m", "gateway", "--config", str(config.source), "serve"]
    given = [word for sock in sockets for word in ("--socket", str(sock.fileno()))]
    roles = {f"smtp{number}": "smtp" for number in range(1, config.workers.count + 1)} | {"office": "office"}
    try:
        metrics.prepare(folder)
        supervisor = Supervisor(
            {name: [*base, "--role", role, "--worker", name, *given] for name, role in roles.items()},
            {name: {**os.environ, **metrics.environment(folder, name)} for name in roles},
            lambda name: metrics.worker_ended(folder, name),
            sockets=sockets,
        )
        return asyncio.run(supervisor.run())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
