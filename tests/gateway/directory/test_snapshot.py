"""Snapshots and what is between two of them."""

import random
from pathlib import Path

import pytest

from gateway.directory import compare, counts, import_directory, parse, short_id
from gateway.directory.snapshot import alarming
from tests.gateway.directory.conftest import Import

DEMO = Path(__file__).parents[3] / "gateway" / "demo" / "school"


def people(count: int, **changed: str) -> str:
    rows = {f"{number:03}": f"p{number}@x.example" for number in range(count)} | changed
    return "id,email\n" + "".join(f"{key},{value}\n" for key, value in rows.items() if value)


def test_the_order_of_rows_and_columns_makes_no_difference(tmp_path: Path) -> None:
    for file in DEMO.glob("*.csv"):
        header, *rows = file.read_text().splitlines()
        random.Random(7).shuffle(rows)
        (tmp_path / file.name).write_text("\n".join([header, *rows]) + "\n")
    assert import_directory([tmp_path]).rows["parents"] == import_directory([DEMO]).rows["parents"]


def test_the_demo_school_is_taken_without_a_word() -> None:
    done = import_directory([DEMO])
    assert not done.notes
    assert not done.unused
    assert counts(done.rows)["students"] == 120
    assert parse(done.blob) == done.rows
    assert len(short_id(done.blob)) == 12


def test_a_difference_names_who_came_went_and_changed(imported: Import) -> None:
    before = imported(parents=people(30))
    after = imported(parents=people(30, **{"003": "new@x.example", "004": "", "099": "p99@x.example"}))
    found = compare(before.rows, after.rows)["parents"]
    assert found.added == ("099",)
    assert found.removed == ("004",)
    assert found.changed == (("003", ("email",)),)
    assert (found.before, found.rows) == (30, 3)
    assert short_id(before.blob) != short_id(after.blob)


@pytest.mark.parametrize(
    ("before", "after", "alarm"),
    [
        (people(100), people(110), ""),
        (people(100), people(89), "11 of 100 rows of parents change: more than 10%"),
        (people(100), people(111), "11 of 100 rows of parents change: more than 10%"),
        (people(20), people(16), "4 of 20 rows change: more than 10%"),
        (people(0), people(50), ""),
    ],
)
def test_more_than_a_tenth_is_an_alarm(imported: Import, before: str, after: str, alarm: str) -> None:
    assert alarming(compare(imported(parents=before).rows, imported(parents=after).rows)) == alarm


def test_a_whole_file_of_people_that_goes_is_an_alarm_in_a_large_school(imported: Import) -> None:
    before = imported(parents=people(500), staff=people(20))
    after = imported(staff="id,email\n")
    assert alarming(compare(before.rows, after.rows)) == "20 of 20 rows of staff change: more than 10%"
