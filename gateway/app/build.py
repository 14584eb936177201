"""Builds what a process needs from the configuration, once: store, rules, outbox, listeners, pages, rounds.

Promises: nothing here decides anything; sockets are bound before anything is built on them, those of the listeners by
the supervisor if there is one. Roles: `smtp` takes mail, `office` does the rest, `all` is both in one process.
Fails: ConfigError, NoRules, StoreUnavailable, OSError (a port in use) before the service greets anybody.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from importlib.metadata import version
from zoneinfo import ZoneInfo

from gateway import metrics
from gateway.accounts.reception import Reception
from gateway.app.name import keep_name, take_name
from gateway.app.office import Rounds
from gateway.app.sockets import Handed, bound
from gateway.app.worker import Worker
from gateway.clock import Clock, SystemClock
from gateway.config import Config, Listener
from gateway.config.signing import read_private
from gateway.delivery.attempt import Office
from gateway.delivery.dkim import Key, Signer
from gateway.delivery.notices import Letterhead
from gateway.delivery.outbox import Outbox
from gateway.delivery.smarthost import Smarthost
from gateway.delivery.tokens import Command, Endpoint, Tokens
from gateway.errors import ConfigError
from gateway.extraction.pool import Extractor
from gateway.pipeline.accept import Pipeline
from gateway.pipeline.dispose import Disposer
from gateway.pipeline.release import Decider
from gateway.pipeline.ruling import Rulings
from gateway.smtp.auth import FileChecker, Gatekeeper, UpstreamChecker
from gateway.smtp.door import Door
from gateway.smtp.server import Connection
from gateway.store.engine import Claim, addresses
from gateway.store.store import Store
from gateway.web.app import build as build_pages
from gateway.web.app import metrics_app
from gateway.web.desk import Desk
from gateway.web.health import readiness
from gateway.web.overview import Installation
from gateway.web.review import Review
from gateway.web.server import WebServer
from gateway.web.site import BackOffice, Site
from rules.message import wire_address

Run = Callable[[], Awaitable[None]]
# Which of the school's functional addresses our mails come from, the first that is there.
OUR_NAMES = ("postwacht", "postmaster", "noreply", "no-reply", "ict", "info")


@dataclass(slots=True)
class Built:
    """A process as it will run."""

    config: Config
    name: str
    held: Claim
    store: Store
    clock: SystemClock
    rulings: Rulings
    outbox: Outbox
    runs: dict[str, Run] = field(default_factory=dict)
    drains: list[Run] = field(default_factory=list)

    def close(self) -> None:
        """Close the store, then let go of the name."""
        self.store.close()
        self.held.close()


async def build(config: Config, role: str, name: str, sockets: Sequence[int] = ()) -> Worker:
    """Make the worker of one role. The schema is there, policy and directory are imported.

    `sockets` are open files: the listeners' sockets, bound by the supervisor.
    """
    built = await _core(config, config.worker(name))
    metrics.started()
    handed = Handed(sockets)
    if role in {"smtp", "all"}:
        await _listeners(built, handed)
    handed.close()
    if role in {"office", "all"}:
        _pages(built)
        built.runs["office"] = Rounds(built.store, built.rulings, built.outbox, built.clock).run
    built.runs |= {"outbox": built.outbox.run, "rules": built.rulings.watch}
    if config.store.shared:  # the kernel keeps a name beside a file; one in a database goes with the connection
        built.runs["name"] = lambda: keep_name(built.held, built.name)
    built.drains.append(built.outbox.drain)
    return Worker(name, built.runs, built.drains, built.close, watch_parent=role != "all")


async def _core(config: Config, name: str) -> Built:
    clock = SystemClock()
    settings = config.store
    url, keys_url = addresses(settings)
    held = await take_name(url, name)
    store = Store.open(
        url,
        keys_url,
        settings.key,
        clock,
        config.state_folder,
        name,
        disk_floor_bytes=settings.disk_floor_bytes,
    )
    await store.release_leases(name)
    rulings = Rulings(
        store,
        config.school,
        settings.key.derive("roster"),
        observe_all=config.policy.observe_all,
        loop_key=settings.key.derive("loop"),
    )
    if await store.active_policy() is None:
        await store.put_policy(first_policy(config), "first start")
    await rulings.load()
    hostname = our_hostname(config)
    relay = config.smarthost
    smarthost = Smarthost(
        relay.host,
        relay.port,
        relay.tls,
        client_tls(config),
        relay.login,
        relay.password,
        relay.max_connections,
        hostname,
        tokens=tokens(config, clock),
    )
    head = Letterhead(
        config.school.name, our_address(config), config.web.url.rstrip("/"), config.school.language, hostname
    )
    late_after = timedelta(minutes=relay.delay_notice_minutes)
    office = Office(
        hostname,
        head,
        signer(config),
        settings.key.derive("loop"),
        late_after=late_after,
        loop_token=relay.loop_token,
    )
    return Built(config, name, held, store, clock, rulings, Outbox(store, smarthost, office, clock, name))


async def _listeners(built: Built, handed: Handed) -> None:
    config, key = built.config, built.config.store.key
    disposer = Disposer(key.derive("digest"), key.derive("links"))
    extractor = Extractor()
    built.runs["extraction"] = extractor.run
    pipeline = Pipeline(built.store, built.outbox, built.rulings, disposer, built.clock, extractor.extract)
    gatekeeper = Gatekeeper(checker(config), built.clock)
    doors = []
    for listener in config.listeners:
        door = Door(
            listener, pipeline, gatekeeper, built.clock, our_hostname(config), server_tls(listener), config.services
        )
        await door.open(handed.take(listener.address, listener.port), Connection)
        doors.append(door)
        if door.porch is not None:
            built.runs[f"porch {len(doors)}"] = door.porch.run
    built.drains += [door.drain for door in doors]


def _pages(built: Built) -> None:
    config, store = built.config, built.store
    decider = Decider(store, built.rulings, built.clock, built.outbox.offer, config.store.key.derive("links"))
    checks = readiness(
        store,
        (config.smarthost.host, config.smarthost.port),
        config.state_folder,
        config.store.disk_floor_bytes,
        built.clock,
    )
    site = Site(
        Desk(decider, store, config.store.key.derive("links"), built.clock),
        checks,
        lambda: built.rulings.current.policy,
        config.school.name,
        ZoneInfo(config.school.time_zone),
        config.school.language,
        back_office(built, decider),
    )
    pages = WebServer(build_pages(site), bound(*config.web.address), config.web.certificate_file, config.web.key_file)
    numbers = WebServer(metrics_app(), bound(*config.metrics.address))
    built.runs |= {"pages": pages.run, "metrics": numbers.run}
    built.drains += [pages.drain, numbers.drain]


def back_office(built: Built, decider: Decider) -> BackOffice:
    """What the pages for reviewers stand on."""
    config, store, key = built.config, built.store, built.config.store.key.derive("accounts")

    async def imported() -> datetime | None:
        snapshot = await store.active_snapshot()
        return None if snapshot is None else snapshot.created_at

    installation = Installation(
        version("postwacht"),
        tuple(f"{one.kind} {one.address}:{one.port}" for one in config.listeners),
        f"{config.smarthost.host}:{config.smarthost.port}",
        imported,
        lambda: built.rulings.current.policy_hash,
    )
    return BackOffice(
        Reception(store, built.clock, key, config.web.second_factor),
        Review(store, decider, built.rulings, built.clock, key),
        installation,
        built.clock,
    )


def first_policy(config: Config) -> str:
    """The policy a new installation begins with."""
    if config.policy.file is not None:
        return config.policy.file.read_text("utf-8")
    return (resources.files("rules") / "protocol.toml").read_text("utf-8")


def checker(config: Config) -> Callable[[str, str], bool]:
    """Who knows the passwords."""
    if config.auth.file is not None:
        return FileChecker(config.auth.file)
    return UpstreamChecker(config.smarthost.host, config.smarthost.port, config.smarthost.tls, client_tls(config))


def signer(config: Config) -> Signer:
    """Every key of every domain, read once."""
    names = config.dkim.selector
    return Signer({
        domain: [
            Key(read_private(key.file.read_bytes()), key.selector or names, key.first, key.until, key.subdomains)
            for key in keys
        ]
        for domain, keys in config.dkim.keys.items()
    })  # fmt: skip


def our_hostname(config: Config) -> str:
    """The name we give ourselves: the machine's if it is qualified, else one in the school's domain, in ASCII."""
    name = socket.gethostname()
    return name if "." in name else wire_address(f"x@postwacht.{config.school.domains[0]}").partition("@")[2]


def our_address(config: Config) -> str:
    """The address our mails come from, in ASCII where it can be."""
    known = config.school.functional_addresses
    for wanted in OUR_NAMES:
        for address in known:
            if address.partition("@")[0] == wanted:
                return wire_address(address)
    return wire_address(known[0] if known else f"postmaster@{config.school.domains[0]}")


def server_tls(listener: Listener) -> ssl.SSLContext | None:
    """The certificate a listener shows, and whom it believes when it asks for the client's."""
    if listener.tls == "none":
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=listener.ca_file)
    if listener.peer:
        context.verify_mode = ssl.CERT_OPTIONAL  # asked for; whoever shows none hears 550 and not a broken handshake
        if listener.ca_file is None:
            context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
    assert listener.certificate_file is not None
    try:
        context.load_cert_chain(listener.certificate_file, listener.key_file)
    except (OSError, ssl.SSLError) as exc:
        raise ConfigError(
            [("listener.certificate_file", "the certificate and its key can't be used together")]
        ) from exc
    return context


def client_tls(config: Config) -> ssl.SSLContext | None:
    """How the mail server must prove itself."""
    relay = config.smarthost
    if relay.tls == "none":
        return None
    context = ssl.create_default_context(cafile=relay.ca_file)
    if relay.client_certificate is not None:
        context.load_cert_chain(relay.client_certificate, relay.client_key)
    return context


def tokens(config: Config, clock: Clock) -> Tokens | None:
    """Where the tokens come from that we sign in with."""
    relay = config.smarthost
    if relay.auth != "xoauth2":
        return None
    if relay.token_command:
        return Tokens(Command(relay.token_command), clock)
    trust = ssl.create_default_context(cafile=relay.token_ca_file)
    return Tokens(Endpoint(relay.token_url, relay.client_id, relay.client_secret, relay.scope, trust), clock)
