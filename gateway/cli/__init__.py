"""The command line: one module a command, loaded only when it is called.

Promises: exit codes as published: 0 done, 1 the thing checked is not so, 2 wrong usage or configuration, 3 a service
needed is not there. What a command prints goes to standard output, everything about its running to standard error.

To add a command: a module with a click command called `command`, and a line in COMMANDS.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

import click

from gateway.cli.setting import CONFIG, Place, Stop, saying

COMMANDS: Mapping[str, str] = {
    "auth": "gateway.cli.auth",
    "check-config": "gateway.cli.check_config",
    "consent": "gateway.cli.consent",
    "demo": "gateway.cli.demo",
    "directory": "gateway.cli.directory",
    "ground": "gateway.cli.ground",
    "judge": "gateway.cli.judge",
    "policy": "gateway.cli.policy",
    "quarantine": "gateway.cli.quarantine",
    "replay": "gateway.cli.replay",
    "scan": "gateway.cli.scan",
    "serve": "gateway.cli.serve",
    "test-policy": "gateway.cli.test_policy",
    "user": "gateway.cli.user",
}


class Commands(click.Group):
    """Finds commands in COMMANDS; turns our own errors into sentences and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as exc:
            sentence = saying(exc)
            if sentence is None:
                raise
            raise Stop(*sentence) from exc


@click.group(cls=Commands)
@click.version_option(package_name="postwacht", prog_name="postwacht", message="%(prog)s %(version)s")
@click.option("--config", "path", type=CONFIG, metavar="FILE", help="The configuration; see check-config.")
@click.pass_context
def postwacht(ctx: click.Context, path: Path | None) -> None:
    """Postwacht: judges, repairs, holds, archives and delivers a school's outgoing mail."""
    ctx.obj = Place(path)
