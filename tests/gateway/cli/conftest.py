"""Commands called in this process, on an installation as the demo's school has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import postwacht
from tests.support.gateway import Gateway
from tests.support.school import SCHOOL

Command = Callable[..., Result]
MESSAGES = SCHOOL.parent / "messages"
MENTOR, LEADER, ADMIN = "d.thooft@zilverberg.example", "k.dijkshoorn@zilverberg.example", "j.pel@zilverberg.example"


def call(*words: object, text: str | None = None) -> Result:
    """The command line, without a configuration of its own."""
    return CliRunner().invoke(postwacht, [str(word) for word in words], input=text, catch_exceptions=False)


@pytest.fixture
def installation() -> Iterator[Gateway]:
    """A fresh one: policy not yet in force, the demo's directory imported, nothing running."""
    service = Gateway.prepare(1)
    yield service
    service.stop()


@pytest.fixture
def at(installation: Gateway) -> Command:
    """The command line on that installation."""
    config = installation.home / "postwacht.toml"
    return lambda *words, text=None: call("--config", config, *words, text=text)


def objects(result: Result) -> list[dict[str, Any]]:
    """Standard output as JSON lines."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def message(folder: Path, text: str, name: str = "m.eml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path
