"""`postwacht directory import`: exports of the school's administration become the directory in force.

Promises: tells what was read, what changed, and every row left out with its reason; a change of more than a tenth is
not taken without --force; --dry-run changes nothing.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import click

from gateway import logs
from gateway.cli.setting import NOT_SO, Place, Stop, account, opened, pass_place, takes_config
from gateway.config import Config
from gateway.crypto import blind
from gateway.directory import Imported, compare, counts, import_directory, parse, read_mapping, short_id
from gateway.directory.snapshot import Difference, alarming
from gateway.errors import StoreError

# So many names of what came or went are shown; a whole new year would fill the screen.
SHOWN = 10


@click.group()
def command() -> None:
    """The people of the school."""


@command.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Names of columns.")
@click.option("--dry-run", is_flag=True, help="Tell everything, change nothing.")
@click.option("--force", is_flag=True, help="Take a change of more than 10 % too.")
@takes_config
@pass_place
def import_(place: Place, paths: tuple[Path, ...], mapping: Path | None, dry_run: bool, force: bool) -> None:
    """Import a folder, or files, of CSV."""
    config = place.config if dry_run else place.needed
    mapping = mapping or (config.directory.mapping if config else None)
    digester = partial(blind, config.store.key.derive("roster")) if config and config.directory.bsn else None
    done = import_directory(paths, read_mapping(mapping) if mapping else None, digester)
    tell_read(done)
    asyncio.run(_compare_and_store(config, done, dry_run=dry_run, force=force))


async def _compare_and_store(config: Config | None, done: Imported, *, dry_run: bool, force: bool) -> None:
    """Compare with the directory in force and put the new one in its place."""
    if config is None:
        click.echo("nothing to compare with: no configuration")
        return
    try:
        async with opened(config, make=not dry_run) as store:
            active = await store.active_snapshot()
            before = parse(active.blob) if active and active.blob else None
            alarm = ""
            if before is None:
                click.echo("no directory was in force before")
            else:
                differences = compare(before, done.rows)
                tell_changed(differences)
                alarm = alarming(differences)
            if alarm and not force:
                raise Stop(f"{alarm}; the directory in force stays. If this is right, use --force", NOT_SO)
            if dry_run:
                click.echo("dry run: nothing was changed")
            elif before == done.rows:
                click.echo("nothing changed: the directory in force stays")
            else:
                taken = counts(done.rows)
                snapshot = await store.put_snapshot(done.blob, taken, account())
                logs.directory_imported(snapshot_id=snapshot.id, rows=sum(taken.values()), rejected=len(done.rejected))
                click.echo(f"in force: snapshot {snapshot.id} ({short_id(done.blob)})")
    except StoreError:
        if not dry_run:
            raise
        click.echo("nothing to compare with: there is no store yet")


def tell_read(done: Imported) -> None:
    """Say what was read, and what was not taken."""
    taken = counts(done.rows)
    for kind, name, rows in done.files:
        click.echo(f"{name}: {rows} rows read, {taken.pop(kind)} {kind}")
    for kind, rows in taken.items():
        if rows:
            click.echo(f"{kind}: {rows}, from the rows of others")
    for name, columns in done.unused:
        click.echo(f"{name}: columns not used: {', '.join(columns)}")
    for name in done.passed_over:
        click.echo(f"{name}: not one of ours, passed over")
    for note in done.notes:
        click.echo(f"rejected: {note}" if note.rejected else str(note))
    click.echo(f"{len(done.rejected)} rows rejected")


def tell_changed(differences: dict[str, Difference]) -> None:
    """Say what is not as it was."""
    for kind, difference in differences.items():
        for word, names in (("new", difference.added), ("gone", difference.removed)):
            if names:
                click.echo(f"{kind}: {len(names)} {word}: {shown(names)}")
        if difference.changed:
            names = tuple(f"{name} ({', '.join(columns)})" for name, columns in difference.changed)
            click.echo(f"{kind}: {len(names)} changed: {shown(names)}")


def shown(names: tuple[str, ...]) -> str:
    """List the first few."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
