"""Reads one CSV file as schools export them into rows with canonical column names.

Promises: any bytes give a Sheet or a DirectoryError with a sentence; comma, semicolon or tab; UTF-8 with or without a
byte order mark, UTF-16 with one (Excel's "Unicode text"), else windows-1252. Nothing is checked here but the shape of
a row. Line numbers are those an editor shows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.directory.columns import FILES, NEEDED, column_for, plain
from gateway.errors import PostwachtError

SEPARATORS = ",;\t"


class DirectoryError(PostwachtError):
    """The files can't be taken for a directory at all. `mistakes` are (file, sentence)."""

    def __init__(self, *mistakes: tuple[str, str]) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(f"{file}: {sentence}" for file, sentence in mistakes))


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said about one row. `rejected`: the row was not taken; else only a value was left out."""

    file: str
    line: int
    reason: str
    rejected: bool = True

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands in the file, by canonical column."""

    number: int
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: `kind` is its canonical name, `name` what it is called on the disk."""

    kind: str
    name: str
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    unused: tuple[str, ...]  # columns we have no use for


def decode(data: bytes) -> str:
    """Give the text of a file."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def separator(text: str) -> str:
    """Find what separates the columns: what the header has most of."""
    header = text.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=header.count)


def read(kind: str, name: str, data: bytes, mapping: Mapping[str, str]) -> Sheet:
    """Read one file. `mapping` gives the header for a canonical column where it is none we know."""
    text = decode(data)
    if text.startswith("sep="):  # Excel's own hint stands before the header
        text = "\n" + text.partition("\n")[2]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))
    lines: list[Line] = []
    notes: list[Note] = []
    columns: list[str | None] = []
    unused: tuple[str, ...] = ()
    end = 0
    try:
        for cells in reader:
            start, end = end + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns, unused = header(kind, name, cells, mapping)
            elif any(cell.strip() for cell in cells[len(columns) :]):
                notes.append(Note(name, start, f"has {len(cells)} values where the header names {len(columns)}"))
            else:
                lines.append(Line(start, row(columns, cells)))
    except csv.Error as exc:
        notes.append(Note(name, end + 1, f"from here on this is no CSV: {exc}"))
    return Sheet(kind, name, tuple(lines), tuple(notes), unused)


def header(
    kind: str, name: str, cells: list[str], mapping: Mapping[str, str]
) -> tuple[list[str | None], tuple[str, ...]]:
    """Name each column canonically, None where we have no use for it."""
    asked = {plain(theirs): ours for ours, theirs in mapping.items()}
    columns = [asked.get(plain(cell)) or column_for(kind, cell) for cell in cells]
    # A column the mapping names is not also taken from another one that happens to be called so.
    columns = [
        None if ours is not None and ours in mapping and plain(mapping[ours]) != plain(cell) else ours
        for ours, cell in zip(columns, cells, strict=True)
    ]
    there = {plain(cell) for cell in cells}
    mistakes = [
        (name, f'there is no column "{theirs}", which the mapping names for {ours}')
        for ours, theirs in mapping.items()
        if plain(theirs) not in there
    ]
    if not set(NEEDED[kind]) & set(columns):
        mistakes.append((name, f"there is no column for {' or '.join(NEEDED[kind])}; name it in a mapping"))
    if mistakes:
        raise DirectoryError(*mistakes)
    return columns, tuple(cell.strip() for ours, cell in zip(columns, cells, strict=True) if ours is None and cell)


def row(columns: list[str | None], cells: list[str]) -> dict[str, str]:
    """Give the cells their names. Of several columns with the same meaning the first that is filled counts."""
    values: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if column and text and column not in values:
            values[column] = text
    return values


def known(kind: str) -> tuple[str, ...]:
    """List the canonical columns of a file."""
    return tuple(column.name for column in FILES[kind])
