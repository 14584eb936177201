"""`postwacht ground add|list|withdraw`: what the law lets the school share, with whom (C35)."""

from __future__ import annotations

import asyncio
from datetime import datetime

import click

from gateway.cli.registers import DAY, book, day, show
from gateway.cli.setting import Place, pass_place, takes_config
from gateway.directory.book import kinds_of, party_of


@click.group()
def command() -> None:
    """The register of statutory grounds."""


@command.command()
@click.argument("party")
@click.argument("kinds", nargs=-1, required=True)
@click.option("--law", default="", help="Which law, which article.")
@click.option("--from", "first", type=DAY, metavar="DAY", help="First day.")
@click.option("--until", "last", type=DAY, metavar="DAY", help="Last day.")
@click.option("--evidence", default="", help="Where the decision is.")
@takes_config
@pass_place
def add(  # noqa: PLR0917 - click hands everything over by name
    place: Place,
    party: str,
    kinds: tuple[str, ...],
    law: str,
    first: datetime | None,
    last: datetime | None,
    evidence: str,
) -> None:
    """PARTY may have data of these KINDS by law."""

    async def act() -> None:
        async with book(place, "grounds") as register:
            number = await register.add(
                {
                    "party": party_of(register.roster, party),
                    "data_kinds": kinds_of(kinds),
                    "law": law,
                    "valid_from": day(first),
                    "valid_until": day(last),
                    "evidence": evidence,
                }
            )
        click.echo(f"{number} registered")

    asyncio.run(act())


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@takes_config
@pass_place
def listed(place: Place, as_json: bool) -> None:
    """All grounds, and what each is worth today."""

    async def act() -> None:
        async with book(place, "grounds") as register:
            show(register.all(), register.today, as_json=as_json)

    asyncio.run(act())


@command.command()
@click.argument("number", metavar="ID")
@click.option("--reason", default="", help="Kept with it.")
@takes_config
@pass_place
def withdraw(place: Place, number: str, reason: str) -> None:
    """Take ground ID back, from today on."""

    async def act() -> None:
        async with book(place, "grounds") as register:
            await register.withdraw(number, reason)
        click.echo(f"{number} withdrawn")

    asyncio.run(act())
