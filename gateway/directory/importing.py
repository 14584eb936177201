"""From files on the disk to one snapshot.

Promises: reads only; nothing is stored here. What could not be taken is told, row by row.
Fails: DirectoryError when the files can't be taken for a directory; ConfigError for a mapping.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.directory import snapshot
from gateway.directory.columns import FILES, file_for
from gateway.directory.mapping import ColumnMapping
from gateway.directory.reading import DirectoryError, Note, Sheet, read
from gateway.directory.relations import Entries, relate
from gateway.directory.rows import Digester, check

SUFFIXES = {".csv", ".txt", ".tsv"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read: the snapshot, and what there is to say about it."""

    blob: bytes = field(repr=False)
    files: tuple[tuple[str, str, int], ...]  # (canonical name, name on the disk, rows in it)
    notes: tuple[Note, ...]
    unused: tuple[tuple[str, tuple[str, ...]], ...]  # (name on the disk, columns we have no use for)
    passed_over: tuple[str, ...]  # files of the folder that are none of ours

    @property
    def rejected(self) -> tuple[Note, ...]:
        """The rows that were not taken."""
        return tuple(note for note in self.notes if note.rejected)

    @property
    def rows(self) -> snapshot.Rows:
        """The snapshot as values."""
        return snapshot.parse(self.blob)


def import_directory(
    paths: Sequence[Path], mapping: ColumnMapping | None = None, digester: Digester | None = None
) -> Imported:
    """Read a folder, or files one by one. `digester` makes the keyed digests that are kept of BSN and the like."""
    mapping = mapping or ColumnMapping()
    found, passed_over = _find(paths, mapping)
    sheets: list[Sheet] = []
    mistakes: list[tuple[str, str]] = []
    for kind, path in found:
        try:
            sheets.append(read(kind, path.name, path.read_bytes(), mapping.columns.get(kind, {})))
        except DirectoryError as exc:
            mistakes.extend(exc.mistakes)
        except OSError as exc:
            mistakes.append((path.name, f"can't be read: {exc.strerror}"))
    if not found:
        mistakes.append((", ".join(map(str, paths)), f"none of these files is here: {', '.join(FILES)}.csv"))
    if mistakes:
        raise DirectoryError(*mistakes)
    return _build(sheets, passed_over, digester)


def _build(sheets: list[Sheet], passed_over: tuple[str, ...], digester: Digester | None) -> Imported:
    entries: Entries = {kind: [] for kind in FILES}
    notes: list[Note] = []
    for sheet in sheets:
        entries[sheet.kind], said = check(sheet, digester)
        notes.extend(said)
    notes.extend(relate(entries))
    for entry in entries["staff"]:
        entry.values.pop("login", None)
    return Imported(
        blob=snapshot.dump(entries),
        files=tuple((sheet.kind, sheet.name, len(sheet.lines)) for sheet in sheets),
        notes=tuple(sorted(notes, key=lambda note: (note.file, note.line))),
        unused=tuple((sheet.name, sheet.unused) for sheet in sheets if sheet.unused),
        passed_over=passed_over,
    )


def _find(paths: Sequence[Path], mapping: ColumnMapping) -> tuple[list[tuple[str, Path]], tuple[str, ...]]:
    """Tell which file is which. One of a folder that is none of ours is passed over; one named by hand must be ours."""
    found: dict[str, Path] = {}
    passed_over: list[str] = []
    mistakes: list[tuple[str, str]] = []
    for path in paths:
        by_hand = not path.is_dir()
        for file in [path] if by_hand else sorted(path.iterdir()):
            if not by_hand and file.suffix.lower() not in SUFFIXES:
                continue
            kind = mapping.files.get(file.name.casefold()) or file_for(file.stem)
            if kind in found:
                mistakes.append((file.name, f"is {kind}, and so is {found[kind].name}"))
            elif kind is not None:
                found[kind] = file
            elif by_hand:
                mistakes.append((file.name, f"is called like none of {', '.join(FILES)}; name it in a mapping"))
            else:
                passed_over.append(file.name)
    if mistakes:
        raise DirectoryError(*mistakes)
    return [(kind, found[kind]) for kind in FILES if kind in found], tuple(passed_over)
