"""`postwacht consent add|list|withdraw`: who agreed that whose data goes to whom (C21)."""

from __future__ import annotations

import asyncio
from datetime import datetime

import click

from gateway.cli.registers import DAY, book, day, show
from gateway.cli.setting import Place, pass_place, takes_config
from gateway.directory.book import audience_of, kinds_of, person_of


@click.group()
def command() -> None:
    """The register of consents."""


@command.command()
@click.argument("subject")
@click.argument("recipient")
@click.argument("kinds", nargs=-1, required=True)
@click.option("--purpose", default="", help="What for.")
@click.option("--given-by", default="", metavar="PERSON", help="Who gave it: the subject, or a parent.")
@click.option("--from", "first", type=DAY, metavar="DAY", help="First day.")
@click.option("--until", "last", type=DAY, metavar="DAY", help="Last day.")
@click.option("--evidence", default="", help="Where the form or the mail is.")
@click.option("--refused", is_flag=True, help="It was asked and refused.")
@takes_config
@pass_place
def add(  # noqa: PLR0917 - click hands everything over by name
    place: Place,
    subject: str,
    recipient: str,
    kinds: tuple[str, ...],
    purpose: str,
    given_by: str,
    first: datetime | None,
    last: datetime | None,
    evidence: str,
    refused: bool,
) -> None:
    """SUBJECT agrees that RECIPIENT gets data of these KINDS."""

    async def act() -> None:
        async with book(place, "consents") as register:
            roster = register.roster
            audience = audience_of(roster, recipient)
            number = await register.add(
                {
                    "subject_id": person_of(roster, subject),
                    "recipient": audience,
                    "data_kinds": kinds_of(kinds),
                    "purpose": purpose,
                    "given_by": person_of(roster, given_by) if given_by else "",
                    "valid_from": day(first),
                    "valid_until": day(last),
                    "evidence": evidence,
                    "status": "geweigerd" if refused else "gegeven",
                }
            )
        click.echo(f"{number} registered")

    asyncio.run(act())


@command.command("list")
@click.option("--subject", default="", metavar="PERSON", help="Of one person.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@takes_config
@pass_place
def listed(place: Place, subject: str, as_json: bool) -> None:
    """All consents, and what each is worth today."""

    async def act() -> None:
        async with book(place, "consents") as register:
            wanted = person_of(register.roster, subject) if subject else ""
            rows = [row for row in register.all() if not wanted or row["subject_id"] == wanted]
            show(rows, register.today, as_json=as_json)

    asyncio.run(act())


@command.command()
@click.argument("number", metavar="ID")
@click.option("--reason", default="", help="Kept with it.")
@takes_config
@pass_place
def withdraw(place: Place, number: str, reason: str) -> None:
    """Take consent ID back, from today on."""

    async def act() -> None:
        async with book(place, "consents") as register:
            await register.withdraw(number, reason)
        click.echo(f"{number} withdrawn")

    asyncio.run(act())
