"""The documentation names every file and column, and its mapping is accepted."""

import re
from pathlib import Path

from gateway.directory import read_mapping
from gateway.directory.columns import FILES

TEXT = (Path(__file__).parents[3] / "docs" / "directory.md").read_text()


def test_every_column_is_documented_and_nothing_else() -> None:
    for file, columns in FILES.items():
        section = re.search(rf"^### {file}\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
        assert section, file
        assert re.findall(r"^\| `([a-z0-9_]+)` \|", section[1], re.MULTILINE) == [column.name for column in columns]


def test_the_mapping_in_the_documentation_is_accepted(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "mapping.toml").write_text(block)
    mapping = read_mapping(tmp_path / "mapping.toml")
    assert mapping.files == {"export-leerlingen.csv": "students"}
    assert mapping.columns["students"]["id"] == "Nummer in administratie"
