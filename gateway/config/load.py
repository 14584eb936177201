"""Reads the configuration: file, environment, secrets; all mistakes at once, each with its file and key.

Promises: `load` gives a Config that holds together, or ConfigError with every mistake found: (where, sentence), where
being `postwacht.toml: listener[0].port`, or the environment variable that set it. No secret is ever in a sentence.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from gateway.config import tables, upstream
from gateway.config.environment import Origins, SettingPath, overlay
from gateway.config.kinds import Network
from gateway.config.listeners import Listener
from gateway.config.schema import INNER, LISTS, REQUIRED, SECRETS, SECTIONS, keys, suggestion
from gateway.config.secret import Secrets
from gateway.errors import ConfigError

SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be letters, digits, hyphens and dots",
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": 'must be a list: ["...", "..."]',
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {choices}",
    "mapping_type": "must be a table",
    "dataclass_type": "must be a table",
}


@cache
def adapter(table: type) -> TypeAdapter[Any]:
    """Build the reader of one table, once."""
    return TypeAdapter(table)


def load(path: Path, environ: Mapping[str, str]) -> tables.Config:
    """Read the configuration file and its surroundings."""
    data = read_toml(path)
    return Loading(path, data, environ).config()


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; a file that can't be read is a mistake too."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError([(str(path), "there is no such file")]) from None
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError([(str(path), "can't be read")]) from exc
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError([(str(path), f"is no TOML: {exc}")]) from exc


@dataclass(slots=True)
class Loading:
    """One reading: gathers mistakes as it goes."""

    path: Path
    data: dict[str, Any]
    environ: Mapping[str, str]
    origins: Origins = field(default_factory=dict)
    mistakes: list[tuple[str, str]] = field(default_factory=list)
    broken: set[SettingPath] = field(default_factory=set)

    def report(self, where: SettingPath, sentence: str) -> None:
        """Note one mistake."""
        variable = next((name for path, name in self.origins.items() if path == where[: len(path)]), None)
        if where in self.broken and sentence.startswith("is missing"):
            return  # it is there, and what is wrong with it is said already
        place = variable or ": ".join(filter(None, (str(self.path), dotted(where))))
        if (place, sentence) not in self.mistakes:
            self.mistakes.append((place, sentence))

    def config(self) -> tables.Config:
        """Read everything; raise ConfigError if anything is wrong."""
        for name in [name for name in self.data if name not in SECTIONS]:
            self.report((name,), suggestion(name, tuple(SECTIONS)))
        self.origins, lost = overlay(self.data, self.environ, SECRETS)
        self.mistakes.extend((name, "is no setting of Postwacht") for name in lost)
        Secrets(self.data, self.path.absolute().parent, self.environ, self.report, self.broken).resolve()
        read: dict[str, Any] = {}
        for name in SECTIONS:
            if name not in self.data:
                if name in REQUIRED:
                    self.report((name,), "this table is missing")
            elif name in LISTS:
                read[f"{name}s"] = self.tables(name)
            else:
                read[name] = self.table((name,), name, self.data[name])
        self.together(read)
        if self.mistakes:
            raise ConfigError(self.mistakes)
        return tables.Config(source=self.path, **read | {"school": read["school"].value()})

    def tables(self, name: str) -> tuple[Any, ...]:
        """Read a list of tables."""
        value = self.data[name]
        if not isinstance(value, list) or not value:
            self.report((name,), f"must be a list of tables: [[{name}]]")
            return ()
        found = (self.table((name, index), name, item) for index, item in enumerate(value))
        return tuple(item for item in found if item is not None)

    def table(self, where: SettingPath, name: str, value: object) -> Any | None:
        """Read one table and ask it what doesn't go together. None if it can't be read."""
        if not isinstance(value, dict):
            self.report(where, f"must be a table: [{name}]")
            return None
        try:
            read = adapter(SECTIONS[name]).validate_python(value, context={"folder": self.path.absolute().parent})
        except ValidationError as exc:
            for error in exc.errors(include_url=False, include_input=False):
                key, sentence = in_words(name, error)
                self.report((*where, *key), sentence)
            return None
        for key, sentence in getattr(read, "mistakes", tuple)():
            self.report((*where, key), sentence)
        return read

    def together(self, read: Mapping[str, Any]) -> None:
        """What doesn't go together across tables."""
        listeners: tuple[Listener, ...] = read.get("listeners", ())
        smarthost: upstream.Smarthost | None = read.get("smarthost")
        auth: tables.Auth | None = read["auth"] if "auth" in read else tables.Auth()
        asks = any(listener.asks_password for listener in listeners)
        if asks and auth and auth.method == "upstream" and smarthost and not smarthost.private:
            self.report(("smarthost", "tls"), 'auth.method = "upstream" shows passwords to this server: it needs TLS')
        self.services(read)
        store: tables.Store | None = read.get("store")
        archive: tables.Archive | None = read["archive"] if "archive" in read else tables.Archive()
        if store and store.shared and archive and archive.blobs is None:
            self.report(("archive", "blobs"), "is missing: with PostgreSQL it says where large messages are kept")
        taken: defaultdict[tuple[str, int], list[SettingPath]] = defaultdict(list)
        for index, listener in enumerate(listeners):
            taken[listener.address, listener.port].append(("listener", index, "port"))
        for name in ("web", "metrics"):
            table = read.get(name) or SECTIONS[name]()
            taken[table.address].append((name, "address"))
        for (_, port), places in taken.items():
            for place in places[1:] if port else ():
                self.report(place, f"port {port} is already taken by {dotted(places[0])}")

    def services(self, read: Mapping[str, Any]) -> None:
        """What doesn't go together between service accounts, listeners and the school."""
        relays = [one for one in read.get("listeners", ()) if one.kind == "relay"]
        school: tables.SchoolTable | None = read.get("school")
        names: set[str] = set()
        for index, service in enumerate(read.get("services", ())):
            where: SettingPath = ("service", index)
            if service.name in names:
                self.report((*where, "name"), f'"{service.name}" is taken by another service')
            names.add(service.name)
            for key, address in (("address", service.address), *(("senders", one) for one in service.senders)):
                if school is not None and address.partition("@")[2] not in school.domains:
                    self.report((*where, key), f'"{address}" is not in one of the school\'s domains')
            for at, network in enumerate(service.networks):
                if relays and not any(meets(network, relay) for relay in relays):
                    self.report((*where, f"networks[{at}]"), f'no relay listener takes mail from "{network}"')
        if read.get("services") and not relays:
            self.report(("service",), 'goes only with a listener of kind = "relay"')


def meets(network: Network, relay: Listener) -> bool:
    """Whether somebody in this network may send to this listener."""
    return not relay.networks or any(network.overlaps(one) for one in relay.networks if one.version == network.version)


def dotted(where: SettingPath) -> str:
    """Write a setting's place: `listener[0].port`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).lstrip(".")


def in_words(section: str, error: ErrorDetails) -> tuple[SettingPath, str]:
    """Say one mistake in our own words."""
    where: SettingPath = tuple(step for step in error["loc"] if step != "[key]")
    context = error.get("ctx", {})
    if error["type"] == "unexpected_keyword_argument":
        return where, suggestion(str(where[-1]), keys(section) if len(where) == 1 else INNER[section, str(where[0])])
    if error["type"] == "value_error":
        return where, str(context["error"])
    if error["type"] == "missing" and (section, str(where[0])) in SECRETS:
        where = (f"{where[0]}_file",)
    choices = context.get("expected", "").replace("'", '"')
    sentence = SENTENCES.get(error["type"], "{msg}")
    return where, sentence.format(**{"msg": error["msg"], **context, "choices": choices})
