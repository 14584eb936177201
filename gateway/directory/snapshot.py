"""A directory as it was on one day: canonical JSON, compared with the one before.

Promises: the same people give the same bytes, whatever the order of rows and columns was; `short_id` names the content.
A comparison tells who came, went and changed by their ids, and whether it is more than an import should change unasked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from gateway.directory.columns import FILES
from gateway.directory.relations import Entries
from gateway.directory.rows import Value, key_of

FORMAT = 1
# domain.md section 3: an import that changes more than a tenth is more often a broken export than a new school year.
ALARM_SHARE = 0.10
# In a file of people a handful of rows is no alarm, however small the school.
ALARM_ROWS = 5
PEOPLE = ("staff", "students", "parents")

Rows = Mapping[str, list[dict[str, Value]]]


def dump(entries: Entries) -> bytes:
    """Write a snapshot."""
    content: dict[str, Any] = {"format": FORMAT}
    for kind, rows in entries.items():
        named = sorted(rows, key=lambda entry: entry.text(key_of(kind)))
        content[kind] = [{key: value for key, value in row.values.items() if value not in ("", [])} for row in named]
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse(blob: bytes) -> Rows:
    """Read what `dump` wrote."""
    content = json.loads(blob)
    return {kind: content[kind] for kind in FILES}


def short_id(blob: bytes) -> str:
    """Name the content of a snapshot."""
    return sha256(blob).hexdigest()[:12]


def counts(rows: Rows) -> dict[str, int]:
    """Count the rows of each file."""
    return {kind: len(rows[kind]) for kind in FILES}


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one file. `changed` is (id, names of the columns)."""

    before: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def rows(self) -> int:
        """Count the rows that are not as they were."""
        return len(self.added) + len(self.removed) + len(self.changed)

    @property
    def is_large(self) -> bool:
        """Whether this is more than an import should change unasked."""
        return self.rows > ALARM_ROWS and self.rows > ALARM_SHARE * self.before


def compare(before: Rows, after: Rows) -> dict[str, Difference]:
    """Compare two snapshots, file by file."""
    return {kind: _compare(before[kind], after[kind], key_of(kind)) for kind in FILES}


def _compare(before: list[dict[str, Value]], after: list[dict[str, Value]], key: str) -> Difference:
    old, new = ({str(row[key]): row for row in rows} for rows in (before, after))
    changed = (
        (
            name,
            tuple(
                sorted(column for column in {*old[name], *new[name]} if old[name].get(column) != new[name].get(column))
            ),
        )
        for name in sorted(old.keys() & new.keys())
        if old[name] != new[name]
    )
    return Difference(
        len(old), tuple(sorted(new.keys() - old.keys())), tuple(sorted(old.keys() - new.keys())), tuple(changed)
    )


def alarming(differences: Mapping[str, Difference]) -> str:
    """Say in a sentence what changes too much, or ""."""
    for kind in PEOPLE:
        difference = differences[kind]
        if difference.before and difference.is_large:
            return f"{difference.rows} of {difference.before} rows of {kind} change: more than {ALARM_SHARE:.0%}"
    total, changed = (sum(getattr(d, name) for d in differences.values()) for name in ("before", "rows"))
    if total and changed > ALARM_SHARE * total:
        return f"{changed} of {total} rows change: more than {ALARM_SHARE:.0%}"
    return ""
