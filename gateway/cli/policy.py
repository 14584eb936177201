"""`postwacht policy import|show|diff|mode`: the school's protocol, as versions in the store.

Promises: a text with a mistake is never put in force; every change is a new version with its author, and workers judge
by it within a second.
"""

from __future__ import annotations

import asyncio
import difflib
import json
from pathlib import Path

import click

from gateway import logs
from gateway.cli.bench import policy_of, shipped_policy
from gateway.cli.check_config import about
from gateway.cli.setting import FILE, Place, Stop, account, opened, pass_place, takes_config
from gateway.config import Config
from rules.policy import MODES, Policy, load, with_mode


@click.group()
def command() -> None:
    """The policy in force."""


@command.command("import")
@click.argument("file", required=False, type=FILE)
@takes_config
@pass_place
def import_(place: Place, file: Path | None) -> None:
    """Put the policy in FILE in force; without FILE the one the configuration names, or the shipped one."""
    file = file or place.needed.policy.file
    text = file.read_text("utf-8") if file else shipped_policy()
    put(place.needed, load(text, str(file or "protocol.toml")))


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clause.")
@takes_config
@pass_place
def show(place: Place, as_json: bool) -> None:
    """Print the policy in force."""
    policy = in_force(place)
    if not as_json:
        click.echo(policy.text, nl=False)
        return
    for clause in policy.clauses.values():
        click.echo(
            json.dumps(
                {
                    "clause": clause.id,
                    "title": clause.title(place.config.school.language if place.config else "nl"),
                    "action": clause.action.name.lower(),
                    "approver": clause.approver.label if clause.approver is not None else None,
                    "mode": clause.mode,
                    "built": clause.built,
                    "parameters": dict(clause.params),
                    "enforce_from": clause.enforce_from.isoformat() if clause.enforce_from else None,
                    "exceptions": [
                        {"who": sorted(one.who), "reason": one.reason, "until": one.until.isoformat()}
                        for one in clause.exceptions
                    ],
                },
                ensure_ascii=False,
            )
        )


@command.command()
@click.argument("file", type=FILE)
@takes_config
@pass_place
def diff(place: Place, file: Path) -> None:
    """Print what FILE would change."""
    before, after = in_force(place), load(file.read_text("utf-8"), str(file))
    changes = difflib.unified_diff(
        before.text.splitlines(), after.text.splitlines(), "in force", str(file), lineterm="", n=2
    )
    for line in changes:
        click.echo(line)


@command.command()
@click.argument("clause")
@click.argument("mode", type=click.Choice(MODES))
@takes_config
@pass_place
def mode(place: Place, clause: str, mode: str) -> None:
    """Set CLAUSE to enforce, observe or off, in a new version of the policy in force."""
    before = in_force(place)
    name = clause.upper()
    if name not in before.clauses:
        raise Stop(f"there is no clause {clause}")
    put(place.needed, load(with_mode(before.text, name, mode), f"{name} = {mode}"))


def in_force(place: Place) -> Policy:
    """Give the policy in force; without an installation the shipped one."""
    return policy_of(place.config)[1] if place.config else load(shipped_policy())


def put(config: Config, policy: Policy) -> None:
    """Make a policy the one in force."""
    asyncio.run(_put(config, policy))
    for line in about("in force", policy):
        click.echo(line)


async def _put(config: Config, policy: Policy) -> None:
    async with opened(config, make=True) as store:
        version = await store.put_policy(policy.text, account())
    logs.policy_imported(version.sha256)
