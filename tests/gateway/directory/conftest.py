"""A folder to write a directory in, and the import of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.directory import Imported, import_directory

Import = Callable[..., Imported]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """`imported(staff="id,email\\n...")` writes the files and imports them."""

    def write(**files: str) -> Imported:
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return import_directory([tmp_path])

    return write
