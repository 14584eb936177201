"""`postwacht demo`: a sample school on loopback, with messages sent through by SMTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from gateway.cli.setting import NOT_SO, NOT_THERE, Stop
from gateway.demo.run import DemoFailed, run


@click.command()
@click.option("--once", is_flag=True, help="End after the messages, with a summary.")
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), help="Keep database, keys and archive here.")
@click.option("--lang", type=click.Choice(["nl", "en"]), default="en", help="Of the descriptions printed.")
def command(once: bool, state: Path | None, lang: str) -> None:
    """Show what the gateway does, on loopback, with an invented school."""
    try:
        unread = asyncio.run(run(click.echo, once=once, state=state, language=lang))
    except DemoFailed as exc:
        raise Stop(str(exc), NOT_THERE) from exc
    if unread:
        raise click.exceptions.Exit(NOT_SO)
