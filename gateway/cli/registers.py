"""What `postwacht consent` and `postwacht ground` share: opening a register, days, and printing entries."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click

from gateway.cli.setting import Place, account, opened
from gateway.clock import SystemClock
from gateway.directory.book import Book, state

DAY = click.DateTime(formats=["%Y-%m-%d"])


@asynccontextmanager
async def book(place: Place, register: str) -> AsyncIterator[Book]:
    """Open a register of the installation."""
    config = place.needed
    async with opened(config) as store:
        today = SystemClock().now().astimezone(ZoneInfo(config.school.time_zone)).date()
        yield await Book.open(store, config.school, register, today, account())


def day(moment: datetime | None) -> str:
    """A day as the directory writes it."""
    return moment.date().isoformat() if moment else ""


def show(rows: list[dict[str, object]], today: date, *, as_json: bool) -> None:
    """Print entries, one a line."""
    for row in rows:
        row["state"] = state(row, today)
        if as_json:
            click.echo(json.dumps(row, ensure_ascii=False))
            continue
        data = row["data_kinds"]
        who = [str(row[name]) for name in ("subject_id", "recipient", "party") if name in row]
        kinds = ";".join(map(str, data)) if isinstance(data, list) else str(data)
        span = f"{row.get('valid_from', '')}..{row.get('valid_until', '')}"
        click.echo("  ".join((str(row["id"]), str(row["state"]), *who, kinds, span)))
    if not rows and not as_json:
        click.echo("nothing is registered")
