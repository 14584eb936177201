"""`postwacht judge`: what the gateway would do with these messages, without sending or storing anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from gateway.cli.bench import Sources, set_up
from gateway.cli.report import Reporter, lines
from gateway.cli.setting import FILE, FOLDER, Place, pass_place, takes_config
from rules.message import Envelope

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def judging(command: Decorated) -> Decorated:
    """Give a command the options that say where the rules come from and what is shown."""
    options = (
        click.option("--policy", type=FILE, metavar="FILE", help="A policy that is not imported."),
        click.option("--directory", type=FOLDER, metavar="DIR", help="A directory that is not imported."),
        click.option("--school", type=FILE, metavar="FILE", help="The school, as JSON or TOML."),
        click.option("--at", metavar="DATE", help="Now; without it the Date of each message."),
        click.option("--why", is_flag=True, help="Every clause that looked."),
        click.option(
            "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
            help="Write each message as it would be delivered.",
        ),
        click.option("--reveal", is_flag=True, help="Evidence unmasked."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object a message."),
        takes_config,
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--mail-from", metavar="A", help="Sender of the envelope.")
@click.option("--rcpt-to", multiple=True, metavar="B", help="Recipient of the envelope; may be repeated.")
@click.option("--envelope", "copies", multiple=True, metavar="A:B,C", help="One of several split copies.")
@judging
@pass_place
def command(  # noqa: PLR0917 - click hands everything over by name
    place: Place,
    /,
    files: tuple[Path, ...],
    mail_from: str | None,
    rcpt_to: tuple[str, ...],
    copies: tuple[str, ...],
    as_json: bool,
    at: str | None,
    **options: Any,
) -> None:
    """Judge FILES as the gateway would."""
    if copies and (mail_from is not None or rcpt_to):
        raise click.UsageError("--envelope does not go with --mail-from and --rcpt-to")
    bench = set_up(place, Sources(options["policy"], options["directory"], options["school"]), at)
    reporter = Reporter(bench, options["why"], options["reveal"], options["output"])
    envelopes = [read_envelope(copy) for copy in copies]
    for file in files:
        judged = bench.judged(file.read_bytes(), envelopes, mail_from, rcpt_to)
        show(reporter.report(str(file), judged), as_json=as_json)


def show(report: dict[str, Any], *, as_json: bool) -> None:
    """Print one report."""
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo("\n".join(lines(report)))


def read_envelope(text: str) -> Envelope:
    """Read `A:B,C`; an empty A is the null return path."""
    sender, colon, recipients = text.partition(":")
    if not colon:
        raise click.BadParameter(f'"{text}" is no envelope; write SENDER:RECIPIENT,RECIPIENT')
    return Envelope(sender.strip(), split(recipients))


def split(text: str) -> tuple[str, ...]:
    """Split a comma separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
