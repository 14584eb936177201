"""The directory: exports of the school's administration become a dated snapshot, a snapshot becomes a roster."""

from gateway.directory.importing import Imported, import_directory
from gateway.directory.mapping import ColumnMapping, read_mapping
from gateway.directory.reading import DirectoryError, Note
from gateway.directory.roster import load_roster, read_directory, school_beside
from gateway.directory.snapshot import compare, counts, parse, short_id

__all__ = [
    "ColumnMapping",
    "DirectoryError",
    "Imported",
    "Note",
    "compare",
    "counts",
    "import_directory",
    "load_roster",
    "parse",
    "read_directory",
    "read_mapping",
    "school_beside",
    "short_id",
]
