"""`postwacht user`: the accounts of those who review mail on the pages.

Promises: the first administrator is made here, before there are pages to sign in to. A password comes from standard
input or is asked for, and is never printed; whoever signs in sets up a second factor. Every change is audited with the
system account that gave the command.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace

import click

from gateway.accounts import factors
from gateway.accounts.factors import Passwords
from gateway.accounts.roles import Role
from gateway.cli.setting import NOT_SO, Place, Stop, account, opened, pass_place, takes_config
from gateway.clock import SystemClock
from gateway.store.accounts import Account, AccountExists, ByAddress, Change, Open, everybody
from rules.message import canonical_address

ROLES = click.Choice([role.value for role in Role])


@click.group()
def command() -> None:
    """Accounts for the pages."""


@command.command()
@click.argument("address")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="May be given several times.")
@takes_config
@pass_place
def add(place: Place, address: str, roles: tuple[str, ...]) -> None:
    """Make an account; the password comes from standard input."""
    who = _canonical(address)
    password = _password()

    async def act() -> None:
        hashed = await Passwords().make(password)
        async with opened(place.needed, make=True) as store:
            try:
                await store.act(Open(who, frozenset(roles), hashed, account(), SystemClock().now()))
            except AccountExists as exc:
                raise Stop(f"there is an account {who} already", NOT_SO) from exc

    asyncio.run(act())
    click.echo(f"{who}: {', '.join(sorted(roles))}")


@command.command("list")
@takes_config
@pass_place
def listed(place: Place) -> None:
    """Show every account."""

    async def act() -> None:
        async with opened(place.needed) as store:
            for one in await store.ask(everybody):
                state = "active" if one.active else "disabled"
                factor = "second factor" if one.second_factor else "no second factor yet"
                click.echo(f"{one.address}  {' '.join(sorted(one.roles))}  {state}  {factor}")

    asyncio.run(act())


@command.command()
@click.argument("address")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="All roles from now on.")
@takes_config
@pass_place
def roles(place: Place, address: str, roles: tuple[str, ...]) -> None:
    """Give other roles, instead of those it has; ends its sessions."""
    _change(place, address, "account_roles", lambda one: replace(one, roles=frozenset(roles)))


@command.command()
@click.argument("address")
@takes_config
@pass_place
def disable(place: Place, address: str) -> None:
    """Let nobody sign in by it any more; ends its sessions."""
    _change(place, address, "account_disabled", lambda one: replace(one, active=False))


@command.command()
@click.argument("address")
@takes_config
@pass_place
def enable(place: Place, address: str) -> None:
    """Let its owner sign in again."""
    _change(place, address, "account_enabled", lambda one: replace(one, active=True, locked_until=None, failures=0))


@command.command()
@click.argument("address")
@takes_config
@pass_place
def reset(place: Place, address: str) -> None:
    """Give a new password, from standard input, and forget the second factor; ends its sessions."""
    password = _password()
    hashed = asyncio.run(Passwords().make(password))

    def edit(one: Account) -> Account:
        return replace(one, password=hashed, second_factor="", spare_codes=(), locked_until=None, failures=0)

    _change(place, address, "account_reset", edit)


def _change(place: Place, address: str, name: str, edit: Callable[[Account], Account]) -> None:
    who = _canonical(address)

    async def act() -> None:
        async with opened(place.needed) as store:
            found = await store.ask(ByAddress(who))
            if found is None:
                raise Stop(f"there is no account {who}", NOT_SO)
            await store.act(Change(found.number, edit, name, account(), SystemClock().now(), ends=True))

    asyncio.run(act())
    click.echo(f"{who}: {name.partition('_')[2]}")


def _canonical(address: str) -> str:
    found = canonical_address(address)
    if "@" not in found:
        raise Stop(f"{address} is no mail address")
    return found


def _password() -> str:
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not factors.PASSWORD_MIN <= len(password) <= factors.PASSWORD_MAX:
        raise Stop(f"a password has {factors.PASSWORD_MIN} to {factors.PASSWORD_MAX} characters")
    return str(password)
