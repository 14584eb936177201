"""What commands share: where the configuration is, how the store is opened, how it ends when something is wrong.

Promises: a command that needs no configuration works without one. Mistakes come out a line each; nothing of a secret.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from gateway.clock import SystemClock
from gateway.config import Config, load
from gateway.directory import DirectoryError
from gateway.directory.book import RegisterError
from gateway.errors import ConfigError, StoreError, StoreUnavailable
from gateway.store.engine import addresses, exists
from gateway.store.migrate import migrate
from gateway.store.store import Store
from rules.policy import PolicyError

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

USUAL_PLACES = (Path("postwacht.toml"), Path("/etc/postwacht/postwacht.toml"))
CONFIG = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

NOT_SO, WRONG, NOT_THERE = 1, 2, 3


class Stop(click.ClickException):
    """Ends a command with a sentence and an exit code."""

    def __init__(self, sentence: str, code: int = WRONG) -> None:
        super().__init__(sentence)
        self.exit_code = code  # type: ignore[misc]  # click's documented way, declared as a class variable

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


def saying(error: Exception) -> tuple[str, int] | None:
    """Give the sentence and exit code for an error of ours; None for anything else."""
    match error:
        case ConfigError() | DirectoryError():
            return "\n".join(f"{where}: {sentence}" for where, sentence in error.mistakes), WRONG
        case PolicyError():
            return str(error), WRONG
        case RegisterError():
            return str(error), NOT_THERE if error.unknown else NOT_SO if error.not_so else WRONG
        case StoreError():
            return f"the store is not there: {error}", NOT_THERE
    return None


@dataclass
class Place:
    """Where this command stands: the configuration, read when it is first asked for."""

    path: Path | None = None

    @cached_property
    def config(self) -> Config | None:
        """The configuration, None if there is none."""
        path = self.path or next((path for path in USUAL_PLACES if path.is_file()), None)
        return load(path, os.environ) if path else None

    @property
    def needed(self) -> Config:
        """The configuration, which must be there."""
        if self.config is None:
            raise Stop(f"there is no {' and no '.join(map(str, USUAL_PLACES))}; name the configuration with --config")
        return self.config


pass_place = click.make_pass_decorator(Place)


def takes_config(command: Decorated) -> Decorated:
    """Let --config stand after the command too."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.obj = Place(value)

    return click.option(
        "--config", type=CONFIG, metavar="FILE", expose_value=False, is_eager=True, callback=remember,
        help="The configuration.",
    )(command)  # fmt: skip


@asynccontextmanager
async def opened(config: Config, *, make: bool = False) -> AsyncIterator[Store]:
    """Open the store; `make` brings it to this version's schema, from nothing if need be. Looking makes no file."""
    url, keys_url = addresses(config.store)
    if make:
        migrate(url, keys_url)
    elif not exists(url):
        raise StoreUnavailable("there is no database yet")
    store = Store.open(url, keys_url, config.store.key, SystemClock(), config.state_folder, "command")
    try:
        yield store
    finally:
        store.close()


def account() -> str:
    """Name the system account that gives this command: what the audit says."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's account without a name
        return f"uid {os.getuid()}"
