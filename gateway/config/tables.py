"""The settings, table by table: this file is the schema, docs/configuration.md tells the same in words.

Promises: frozen values, read once at start; what a field means, its unit and its default stand at the field. Each table
also knows which of its own values don't go together (`mistakes`). No secret shows in a repr.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, InstanceOf

from gateway.config.base import STRICT, Mistakes, pair_mistakes
from gateway.config.kinds import (
    Address,
    AddressOrNone,
    DatabaseUrl,
    Domain,
    Endpoint,
    Filled,
    Folder,
    Holiday,
    Hours,
    Iban,
    Node,
    ReadableFile,
    Switch,
    Text,
    TimeZone,
    Url,
    Words,
)
from gateway.config.listeners import Listener, Service
from gateway.config.signing import Dkim
from gateway.config.upstream import Smarthost
from gateway.crypto import MasterKey
from rules.people import School

POSTGRESQL = "postgresql+psycopg://"
# A worker's name with its machine's must fit the column that says whose a lease is.
NODE_LETTERS_MAX = 40
# Room for the largest messages in flight, the write-ahead log and whatever else the machine must write meanwhile.
DISK_FLOOR_BYTES = 256 * 1024 * 1024
DISK_FLOOR_BYTES_LEAST = 1024 * 1024
DiskFloor = Annotated[int, Field(strict=True, ge=DISK_FLOOR_BYTES_LEAST)]


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolTable:
    """Who the school is: what is its own, and therefore never private."""

    name: Words
    domains: Annotated[tuple[Domain, ...], Filled]  # of staff and functions: "inside"
    pupil_domains: tuple[Domain, ...] = ()
    functional_addresses: tuple[Address, ...] = ()  # info@, absentie@: an identity of their own, nobody's privacy
    street: Text = ""
    house_number: Text = ""
    postcode: Text = ""
    city: Text = ""
    po_box: Text = ""
    phones: tuple[Words, ...] = ()
    iban: Iban = ""
    editors: tuple[Words, ...] = ()  # staff codes or addresses of the content editors
    official_pages: tuple[Url, ...] = ()
    time_zone: TimeZone = "Europe/Amsterdam"
    language: Literal["nl", "en"] = "nl"  # of our mails and pages
    holidays: tuple[Holiday, ...] = ()  # holds don't expire on these days
    working_hours: Hours = (time(8), time(17))
    privacy_officer: AddressOrNone = ""
    admins: tuple[Address, ...] = ()  # who operates the gateway
    protected: tuple[Address, ...] = ()  # confidants, council members: their mail is not read

    def value(self) -> School:
        """The school as judgement knows it."""
        return School(**{item.name: getattr(self, item.name) for item in fields(self)})

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        for domain in sorted(set(self.domains) & set(self.pupil_domains)):
            yield "pupil_domains", f'"{domain}" is also in domains: pupils and staff need domains of their own'
        for index, address in enumerate(self.functional_addresses):
            if address.partition("@")[2] not in self.domains:
                yield f"functional_addresses[{index}]", f'"{address}" is not in one of the school\'s domains'


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """How the password of a listener's client is checked."""

    method: Literal["upstream", "file"] = "upstream"  # upstream: try it at the smarthost
    file: ReadableFile | None = None  # lines login:argon2-hash, written by `postwacht auth set`

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        if self.method == "file" and self.file is None:
            yield "file", 'is missing: method = "file" needs it'
        if self.method == "upstream" and self.file is not None:
            yield "file", 'goes only with method = "file"'


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where everything is kept."""

    url: DatabaseUrl
    keys_url: DatabaseUrl  # the keys of messages: another database, in no backup of the first
    key: InstanceOf[MasterKey]  # only from key_file, a credential or the environment: 32 bytes, base64
    password: Text = field(default="", repr=False)  # of url's user; only from password_file, like all secrets
    keys_password: Text = field(default="", repr=False)  # of keys_url's user; the same as password if there is none
    disk_floor_bytes: DiskFloor = DISK_FLOOR_BYTES  # with less free space than this, mail is answered "later"

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        if _database(self.url) == _database(self.keys_url):
            what = "database" if self.shared else "file"
            yield "keys_url", f"must be another {what} than url: whoever holds a backup must not hold the keys"
        if self.shared != self.keys_url.startswith(POSTGRESQL):
            yield "keys_url", "must be of the same kind as url: nodes that share the one must share the other"
        if not self.shared:
            for key in ("password", "keys_password"):
                if getattr(self, key):
                    yield f"{key}_file", "goes only with PostgreSQL"

    @property
    def shared(self) -> bool:
        """Whether several machines may work on this database."""
        return self.url.startswith(POSTGRESQL)

    @property
    def folder(self) -> Path | None:
        """Where the database lies; None if that is a server's to know."""
        return None if self.shared else Path(self.url.removeprefix("sqlite:///")).parent


def _database(url: str) -> str:
    """Which database an address means, however it is reached."""
    return url.partition("?")[0] if url.startswith(POSTGRESQL) else url


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Where Prometheus reads."""

    address: Endpoint = ("127.0.0.1", 9464)


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Where large messages are kept, sealed."""

    blobs: Folder | None = None  # None: beside the database; nodes that share a database share this folder too


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """Which policy a new installation starts with, and how."""

    file: ReadableFile | None = None  # None: the shipped policy. Imported at first start, then by `policy import`
    observe_all: Switch = False  # judge and count, but act as if every clause said pass


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """How exports of the school's administration are read."""

    mapping: ReadableFile | None = None  # column names where they differ; `directory import --mapping` goes before
    bsn: Switch = False  # keep keyed digests of BSN and education numbers, to know whose number a message holds


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The pages: what links in our mails lead to."""

    address: Endpoint = ("127.0.0.1", 8025)
    url: Url = "http://127.0.0.1:8025"  # how people reach the pages, through a proxy or not
    tls: Literal["implicit", "none"] = "none"  # none: a proxy in front speaks TLS
    certificate_file: ReadableFile | None = None
    key_file: ReadableFile | None = None
    second_factor: bool = True  # whoever signs in gives a code beside the password

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        if self.tls != "none":
            yield from pair_mistakes(self.tls, self.certificate_file, self.key_file)


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """How many processes take mail, and what they are called."""

    count: Annotated[int, Field(strict=True, ge=1, le=64)] = 1
    node: Node = ""  # "": the machine's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration. `source` is the file it came from."""

    source: Path
    school: School
    listeners: tuple[Listener, ...]
    smarthost: Smarthost
    store: Store
    services: tuple[Service, ...] = ()
    auth: Auth = field(default_factory=Auth)
    metrics: Metrics = field(default_factory=Metrics)
    archive: Archive = field(default_factory=Archive)
    policy: PolicySettings = field(default_factory=PolicySettings)
    directory: Directory = field(default_factory=Directory)
    web: Web = field(default_factory=Web)
    dkim: Dkim = field(default_factory=Dkim)
    workers: Workers = field(default_factory=Workers)

    @property
    def state_folder(self) -> Path:
        """Where message files go."""
        folder = self.archive.blobs or self.store.folder
        assert folder is not None, "the loader asks for archive.blobs where the database has no folder"
        return folder

    def worker(self, name: str) -> str:
        """Name a worker among all that work on this database: with its machine, where there may be several."""
        node = self.workers.node or socket.gethostname()[:NODE_LETTERS_MAX]
        return f"{node}/{name}" if self.store.shared else name
