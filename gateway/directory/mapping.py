"""The mapping file: what a school's export calls the columns, where that is none of the names we know.

    [students]
    file = "export-leerlingen.csv"      # if the file is called otherwise than students.csv or leerlingen.csv
    id = "Nummer in administratie"
    parent1_email = "Mail verzorger A"

Promises: all mistakes at once, each with its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config.load import read_toml
from gateway.config.schema import suggestion
from gateway.directory.columns import FILES
from gateway.directory.reading import known
from gateway.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """`files`: name on the disk -> canonical file. `columns`: canonical file -> canonical column -> header."""

    files: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file."""
    mistakes: list[tuple[str, str]] = []
    files: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    for kind, table in read_toml(path).items():
        if kind not in FILES:
            mistakes.append((f"{path}: {kind}", suggestion(kind, tuple(FILES))))
        elif not isinstance(table, dict):
            mistakes.append((f"{path}: {kind}", f"must be a table: [{kind}]"))
        else:
            for key, value in table.items():
                if key != "file" and key not in known(kind):
                    mistakes.append((f"{path}: {kind}.{key}", suggestion(key, ("file", *known(kind)))))
                elif not isinstance(value, str) or not value:
                    mistakes.append((f"{path}: {kind}.{key}", "must be text in quotes"))
                elif key == "file":
                    files[value.casefold()] = kind
                else:
                    columns.setdefault(kind, {})[key] = value
    if mistakes:
        raise ConfigError(mistakes)
    return ColumnMapping(files, columns)
