"""The registers of consents and grounds: what the directory brought, and what was added or taken back since.

Promises: what was taken back stays so, whatever a later import brings: an entry is recognised by what it says, not by
the number of its row alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.directory.rows import Value
from gateway.directory.snapshot import Rows
from gateway.store.views import RegisterEntry

REGISTERS = ("consents", "grounds")
_SAYS = {"consents": ("subject_id", "recipient"), "grounds": ("party", "law")}


def with_registers(rows: Rows, entries: Iterable[RegisterEntry]) -> Rows:
    """The directory's rows, with the entries of the store among those of the registers."""
    merged = dict(rows)
    kept = tuple(entries)
    for register in REGISTERS:
        own = [entry for entry in kept if entry.register == register]
        if not own:
            continue
        ended = {says(register, entry.row): str(entry.row["withdrawn_on"]) for entry in own if entry.imported}
        brought: list[dict[str, Value]] = [_ended(register, row, ended) for row in rows[register]]
        added: list[dict[str, Value]] = [{**entry.row} for entry in own if not entry.imported]
        merged[register] = [*brought, *added]
    return merged


def _ended(register: str, row: dict[str, Value], ended: Mapping[tuple[str, ...], str]) -> dict[str, Value]:
    day = ended.get(says(register, row))
    return row if day is None else {**row, "withdrawn_on": day}


def says(register: str, row: Mapping[str, Value]) -> tuple[str, ...]:
    """What makes an entry itself: who, to whom, which data, from when."""
    kinds = row.get("data_kinds", [])
    listed = sorted(kinds) if isinstance(kinds, list) else [str(kinds)]
    return (*(str(row.get(column, "")) for column in _SAYS[register]), ";".join(listed), str(row.get("valid_from", "")))
