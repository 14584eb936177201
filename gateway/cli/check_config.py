"""`postwacht check-config`: everything that is wrong with the configuration, at once.

Promises: changes nothing. Mistakes, each with its key, end with exit code 2; warnings don't. Says which policy is
judged by, and which of its clauses nothing looks after yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from gateway.cli.bench import policy_of
from gateway.cli.setting import WRONG, Place, pass_place, takes_config
from gateway.config import Config
from gateway.config.kinds import unproved
from gateway.config.permissions import exposed
from gateway.directory import read_mapping
from gateway.errors import ConfigError, StoreError
from gateway.store.engine import addresses, exists
from rules.policy import Policy, PolicyError


@click.command()
@takes_config
@pass_place
def command(place: Place) -> None:
    """Check the configuration and everything it points to."""
    mistakes: list[str] = []
    try:
        config = place.needed
    except ConfigError as exc:
        mistakes = [f"{where}: {sentence}" for where, sentence in exc.mistakes]
    else:
        click.echo(f"{config.source}: read")
        mistakes = list(surroundings(config))
        for warning in warnings(config):
            click.echo(f"warning: {warning}")
    if mistakes:
        click.echo("\n".join([*mistakes, f"{len(mistakes)} mistake{'s' * (len(mistakes) > 1)}"]))
        raise click.exceptions.Exit(WRONG)
    click.echo("the configuration is in order")


def surroundings(config: Config) -> Iterator[str]:
    """Read what the configuration points to; yield the mistakes in it."""
    if config.directory.mapping:
        try:
            read_mapping(config.directory.mapping)
        except ConfigError as exc:
            yield from (f"{where}: {sentence}" for where, sentence in exc.mistakes)
    try:
        source, policy = policy_of(config)
    except PolicyError as exc:
        yield from exc.mistakes
    except StoreError as exc:
        yield f"store.url: the database can't be used: {exc}"
    else:
        for line in about(source, policy):
            click.echo(line)
    if config.store.shared:
        try:
            exists(addresses(config.store)[1])
        except StoreError as exc:
            yield f"store.keys_url: the database can't be used: {exc}"


def about(source: str, policy: Policy) -> Iterator[str]:
    """Say which policy this is and what it doesn't check."""
    modes = Counter(clause.mode for clause in policy.clauses.values())
    yield f"policy: {source}, {policy.sha256[:12]}, {', '.join(f'{count} {mode}' for mode, count in modes.items())}"
    missing = [clause.id for clause in policy.clauses.values() if not clause.built]
    if missing:
        yield f"not checked by this version: {', '.join(missing)}"


def warnings(config: Config) -> Iterator[str]:
    """Say what works, but not well."""
    for setting, file in exposed(config):
        yield f"{setting}: every account of this machine can read {file}"
    today = datetime.now(UTC).date()
    for domain, keys in config.dkim.keys.items():
        if not any(key.signs_on(today) for key in keys):
            yield f"dkim.keys.{domain}: no key counts today; mail from there leaves unsigned"
    for key, url in (("url", config.store.url), ("keys_url", config.store.keys_url)):
        if unproved(url):
            yield f"store.{key}: without sslmode=verify-full nobody knows who the server is"
    if not config.school.admins:
        yield "school.admins: nobody; what only an administrator may release goes back to its sender after 24 hours"
    if not config.school.privacy_officer:
        yield "school.privacy_officer: nobody; the directory must have somebody with that office"
    if config.policy.observe_all:
        yield "policy.observe_all: nothing is repaired, held or refused"
