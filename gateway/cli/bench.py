"""The bench a message is judged on by hand: rules gathered from files, configuration or store, compiled once.

Promises: judges as the gateway would, and sends and stores nothing. With a directory and a school it needs no
configuration. A file is read as mail: Unix text becomes CRLF, and what no client may send is blocked as `wire`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import click

from gateway.cli.files import Files
from gateway.cli.setting import NOT_THERE, Place, Stop, opened
from gateway.clock import SystemClock
from gateway.config import Config
from gateway.config.school import read_school
from gateway.crypto import KEY_BYTES, blind
from gateway.directory import import_directory, load_roster, school_beside, short_id
from gateway.directory.roster import SCHOOL_FILES
from gateway.pipeline.dispose import WIRE
from gateway.store.engine import addresses, exists
from gateway.store.views import RegisterEntry
from rules import judge
from rules.case import Case, Facts, Identity
from rules.judge import Judge
from rules.message import Envelope, Message, parse
from rules.people import Roster, School
from rules.policy import Policy, load
from rules.verdict import Verdict, refused

FOLDER_KEY = bytes(KEY_BYTES)
BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n|\x00")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the rules are to come from, as asked for on the command line."""

    policy: Path | None = None
    directory: Path | None = None
    school: Path | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One message and what became of it."""

    message: Message = field(repr=False)
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything a verdict rests on. `at` is now for every message; None: each message's own Date."""

    judge: Judge
    policy: Policy
    roster: Roster
    snapshot: str
    language: Literal["nl", "en"]
    at: datetime | None = None
    files: Files = field(default_factory=Files, repr=False)

    def judged(
        self, data: bytes, envelopes: Sequence[Envelope] = (), mail_from: str | None = None, rcpt_to: Sequence[str] = ()
    ) -> Judged:
        """Judge one file. What is not given of the envelope is taken from the headers."""
        raw = as_sent(data)
        message = parse(raw)
        if fault := wire_fault(raw):
            return Judged(message, refused(replace(WIRE, evidence=fault)))
        copies = tuple(envelopes) or (envelope_of(message, mail_from, rcpt_to),)
        facts = Facts(now=self.now(message), identity=self.identity(message, copies))
        files = self.files.read(message)
        return Judged(message, self.judge.judge(Case(message, copies, files.texts, files.unread), facts))

    def now(self, message: Message) -> datetime:
        """Tell when this message is judged."""
        return self.at or message.date or SystemClock().now()

    def identity(self, message: Message, envelopes: Sequence[Envelope]) -> Identity | None:
        """Who sends this: the envelope's sender if the school knows it, else From, else Sender."""
        names = [envelope.mail_from for envelope in envelopes]
        names += [box.address for box in (*message.from_, *message.sender)]
        return next((found for name in names if name and (found := self.roster.identify(name))), None)


def as_sent(data: bytes) -> bytes:
    """Read a file as mail: one without any CRLF is Unix text."""
    return data if b"\r\n" in data else data.replace(b"\n", b"\r\n")


def wire_fault(raw: bytes) -> str:
    """Name what no client may send in DATA (RFC 5321 §2.3.8), "" if there is nothing of the kind."""
    found = BARE.search(raw)
    return {b"\r": "bare CR", b"\n": "bare LF", b"\0": "NUL"}[found[0]] if found else ""


def envelope_of(message: Message, mail_from: str | None, rcpt_to: Sequence[str]) -> Envelope:
    """Complete an envelope with what a client would send with these headers: From, and To, Cc and Bcc."""
    if mail_from is None:
        mail_from = next((box.address for box in message.from_ if box.address), "")
    boxes = (box for name in ("to", "cc", "bcc") for box in message.mailboxes(name))
    return Envelope(mail_from, tuple(rcpt_to) or tuple(dict.fromkeys(box.address for box in boxes if box.address)))


def set_up(place: Place, sources: Sources, at: str | None) -> Bench:
    """Gather the rules and compile them."""
    school = find_school(place, sources)
    # Digests of a folder are kept nowhere: any key does, and the same one names the folder the same each time.
    in_force = place.config if not sources.directory else None
    digester: Callable[[str], bytes] = partial(blind, in_force.store.key.derive("roster") if in_force else FOLDER_KEY)
    blob, snapshot, entries = find_directory(place, sources, digester)
    compiled = find_policy(place, sources)
    roster = load_roster(blob, school, entries)
    now = read_instant(at, ZoneInfo(school.time_zone))
    bench = Bench(judge.compile(compiled, roster, digester), compiled, roster, snapshot, school.language, now)
    if (context := click.get_current_context(silent=True)) is not None:
        context.call_on_close(bench.files.close)
    return bench


def read_instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Read --at; a time without a zone is the school's."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise click.BadParameter(f'"{text}" is no date; write for example 2026-11-17 or 2026-11-17T09:30') from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def find_school(place: Place, sources: Sources) -> School:
    """Find the school: the file named, the one beside the directory, the configuration's."""
    if sources.school:
        return read_school(sources.school)
    if sources.directory and any((sources.directory / name).is_file() for name in SCHOOL_FILES):
        return school_beside(sources.directory)
    if place.config is None:
        raise Stop("which school? Name it with --school, or a configuration with --config")
    return place.config.school


def find_directory(
    place: Place, sources: Sources, digester: Callable[[str], bytes]
) -> tuple[bytes, str, tuple[RegisterEntry, ...]]:
    """Find the people: the folder named, else the directory in force and its registers.

    Returns the snapshot, what it is called, and the entries of the registers.
    """
    if sources.directory:
        done = import_directory([sources.directory], digester=digester)
        if done.rejected:
            click.echo(
                f"{sources.directory}: {len(done.rejected)} rows rejected (directory import --dry-run)", err=True
            )
        return done.blob, short_id(done.blob), ()
    if place.config is None:
        raise Stop("which people? Name a folder with --directory, or a configuration with --config")
    return asyncio.run(_directory_in_force(place.config))


async def _directory_in_force(config: Config) -> tuple[bytes, str, tuple[RegisterEntry, ...]]:
    async with opened(config) as store:
        active, entries = await store.active_snapshot(), await store.entries()
    if active is None or active.blob is None:
        raise Stop("no directory is in force: postwacht directory import", NOT_THERE)
    return active.blob, str(active.id), entries


def find_policy(place: Place, sources: Sources) -> Policy:
    """Find the policy: the file named, the installation's, the shipped one."""
    if sources.policy:
        return load(sources.policy.read_text("utf-8"), str(sources.policy))
    if place.config is None:
        return load(shipped_policy())
    _, found = policy_of(place.config)
    return found.observed() if place.config.policy.observe_all else found


def policy_of(config: Config) -> tuple[str, Policy]:
    """Give the policy of an installation, and where it comes from: in force, the file it would begin with, shipped."""
    if exists(addresses(config.store)[0]) and (text := asyncio.run(_policy_in_force(config))):
        return "in force", load(text, "the policy in force")
    if config.policy.file:
        return str(config.policy.file), load(config.policy.file.read_text("utf-8"), str(config.policy.file))
    return "shipped", load(shipped_policy())


async def _policy_in_force(config: Config) -> str:
    async with opened(config) as store:
        active = await store.active_policy()
    return active.text if active else ""


def shipped_policy() -> str:
    """Give the text of the policy that comes with Postwacht."""
    return resources.files("rules").joinpath("protocol.toml").read_text("utf-8")
