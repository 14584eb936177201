"""The pages about the clauses say what the code and the policy do."""

from __future__ import annotations

import tomllib

import pytest

from tests.support.clause_pages import ABOUT, CASES, FOLDER, ROOT, TABLE, page, table, where_tested
from tests.support.small_school import shipped

NAMES = list(shipped().clauses)


def test_the_table_has_a_row_for_each_clause_and_is_as_the_policy() -> None:
    assert list(ABOUT) == NAMES
    assert TABLE.read_text("utf-8") == table()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_as_the_policy_and_names_what_is_there(name: str) -> None:
    assert (FOLDER / f"{name}.md").read_text("utf-8") == page(name)
    about, built = ABOUT[name], shipped().clauses[name].built
    assert built is ("where" in about)
    assert built is (about["check"] != "Nothing.")
    if built:
        assert (ROOT / about["where"]).exists()
        assert (ROOT / where_tested(name)).exists()
        assert name in (ROOT / about["where"]).read_text("utf-8") if about["where"].endswith(".py") else True


def test_every_file_of_cases_is_of_a_clause() -> None:
    for path in CASES.glob("C*.toml"):
        assert path.stem in NAMES
        assert tomllib.loads(path.read_text("utf-8"))["case"]
