"""Both languages say everything, and a reader gets the right one."""

import re
from datetime import UTC, datetime
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from gateway.web.words import CATALOGUES, choose, moment, say

ROOM = ZoneInfo("Europe/Amsterdam")


def test_both_catalogues_have_the_same_keys_and_place_holders() -> None:
    dutch, english = CATALOGUES["nl"], CATALOGUES["en"]
    assert dutch.keys() == english.keys()
    for key, text in dutch.items():
        assert text
        assert sorted(re.findall(r"\{(\w+)\}", text)) == sorted(re.findall(r"\{(\w+)\}", english[key])), key


def test_no_phrase_is_left_in_the_other_language() -> None:
    same = {key for key, text in CATALOGUES["nl"].items() if text == CATALOGUES["en"][key]}
    assert same == {"product"}


def test_no_phrase_is_left_over() -> None:
    """Every key is used by a template or a page; those put together at run time are named here."""
    used = "".join(path.read_text() for path in resources.files("gateway.web").joinpath("templates").iterdir())
    used += "".join(path.read_text() for path in resources.files("gateway.web").iterdir() if path.name.endswith(".py"))
    together = r"(held_by|standing|mode|action|approver|gone|not_found|not_allowed|not_yours|bad_request|later|decision|state|audience|choice|check|policy|register|entry)(_\w+)?"
    left = [key for key in CATALOGUES["nl"] if f'"{key}"' not in used and not re.fullmatch(together, key)]
    assert left == []


@pytest.mark.parametrize(
    ("asked", "header", "lang"),
    [
        (None, "", "nl"),
        ("en", "", "en"),
        ("en", "nl", "en"),
        ("de", "en", "en"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9,nl;q=0.8", "en"),
        (None, "nl-NL,nl;q=0.9,en-US;q=0.8", "nl"),
        (None, "fr-BE,fr;q=0.9,EN;q=0.5", "en"),
        (None, "en;q=0.3,nl;q=0.4", "nl"),
        (None, "en;q=0", "nl"),
        (None, "de,*;q=0.5", "nl"),
        (None, "en;q=much", "nl"),
        (None, "en;level=1", "nl"),
        (None, "en;q=nan", "nl"),
        (None, ";;,=;q", "nl"),
    ],
)
def test_a_reader_gets_the_language_asked_for_else_preferred_else_the_schools(
    asked: str | None, header: str, lang: str
) -> None:
    assert choose(asked, header, "nl") == lang


def test_moments_are_written_as_people_say_them_summer_and_winter() -> None:
    assert moment("nl", datetime(2026, 3, 1, 23, 30, tzinfo=UTC), ROOM) == "maandag 2 maart 2026, 00:30"
    assert moment("en", datetime(2026, 7, 5, 12, 0, tzinfo=UTC), ROOM) == "Sunday 5 July 2026, 14:00"


def test_a_phrase_takes_its_values() -> None:
    assert say("en", "clause_link", clause="C19") == "More about clause C19"
