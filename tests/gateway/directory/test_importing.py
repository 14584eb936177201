"""Which files are taken, and the mapping that says so."""

from pathlib import Path

import pytest

from gateway.directory import DirectoryError, import_directory, read_mapping
from gateway.errors import ConfigError


def test_a_folder_may_hold_other_files(tmp_path: Path) -> None:
    (tmp_path / "leerlingen.csv").write_text("llnr\n1\n")
    (tmp_path / "notities.csv").write_text("a\n1\n")
    (tmp_path / "school.json").write_text("{}")
    done = import_directory([tmp_path])
    assert done.files == (("students", "leerlingen.csv", 1),)
    assert done.passed_over == ("notities.csv",)


def test_a_folder_without_any_of_our_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="none of these files is here: staff"):
        import_directory([tmp_path])


def test_a_file_named_by_hand_must_be_one_of_ours(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("llnr\n1\n")
    with pytest.raises(DirectoryError, match=r"export\.csv: is called like none of staff"):
        import_directory([tmp_path / "export.csv"])


def test_two_files_for_one_thing_are_refused(tmp_path: Path) -> None:
    for name in ("ouders", "parents"):
        (tmp_path / f"{name}.csv").write_text("id\n1\n")
    with pytest.raises(DirectoryError, match=r"parents\.csv: is parents, and so is ouders\.csv"):
        import_directory([tmp_path])


def test_a_file_that_cannot_be_read_and_one_without_columns_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").mkdir()
    (tmp_path / "parents.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DirectoryError) as caught:
        import_directory([tmp_path])
    assert [file for file, _ in caught.value.mistakes] == ["staff.csv", "parents.csv"]


def test_a_mapping_names_files_and_columns(tmp_path: Path) -> None:
    (tmp_path / "Export-7.csv").write_text("Nummer;Groepje;Mail A\n1;3B;a@x.example\n")
    (tmp_path / "mapping.toml").write_text(
        '[students]\nfile = "export-7.csv"\nid = "Nummer"\nclass = "Groepje"\nparent1_email = "mail a"\n'
    )
    done = import_directory([tmp_path / "Export-7.csv"], read_mapping(tmp_path / "mapping.toml"))
    assert done.rows["students"] == [{"id": "1", "class": "3B", "parent_ids": ["a@x.example"]}]


def test_a_mapping_tells_all_its_mistakes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text('parents = "ouders.csv"\n[studnts]\nid = "x"\n[staff]\nemial = "x"\nid = 3\ncode = ""\n')
    with pytest.raises(ConfigError) as caught:
        read_mapping(path)
    assert caught.value.mistakes == (
        (f"{path}: parents", "must be a table: [parents]"),
        (f"{path}: studnts", 'is not a setting; did you mean "students"?'),
        (f"{path}: staff.emial", 'is not a setting; did you mean "email"?'),
        (f"{path}: staff.id", "must be text in quotes"),
        (f"{path}: staff.code", "must be text in quotes"),
    )
