"""Says which of the files with secrets other accounts of this machine can read.

Promises: looks at the files the configuration names, reads none. A finding is a warning, not a mistake: mounted secrets
of containers are often readable by all inside a container that holds nobody else.
"""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

from gateway.config.schema import SECRETS
from gateway.config.tables import Config

# A group may read: systemd and Docker hand secrets to a service's group.
WORLD = stat.S_IROTH | stat.S_IWOTH


def exposed(config: Config) -> Iterator[tuple[str, Path]]:
    """List (setting, file) for every secret that more than its owner and group can read or write."""
    for setting, file in _named(config):
        if file.stat().st_mode & WORLD:
            yield setting, file


def _named(config: Config) -> Iterator[tuple[str, Path]]:
    folder = config.source.absolute().parent
    data = tomllib.loads(config.source.read_text("utf-8-sig"))
    for section, key in sorted(SECRETS):
        found = data.get(section, {})
        tables = (
            {section: found} if isinstance(found, dict) else {f"{section}[{n}]": row for n, row in enumerate(found)}
        )
        for name, table in tables.items():
            if file := table.get(f"{key}_file"):
                yield f"{name}.{key}_file", folder / file
    for index, listener in enumerate(config.listeners):
        if listener.key_file is not None:
            yield f"listener[{index}].key_file", listener.key_file
    relay = config.smarthost
    for setting, path in (
        ("smarthost.client_key", relay.client_key),
        ("smarthost.client_certificate", None if relay.client_key else relay.client_certificate),
        ("auth.file", config.auth.file),
        ("web.key_file", config.web.key_file),
    ):
        if path is not None:
            yield setting, path
    for domain, keys in config.dkim.keys.items():
        yield from ((f"dkim.keys.{domain}", one.file) for one in keys)
