"""A school in a file of its own."""

import json
from pathlib import Path

import pytest

from gateway.config.school import read_school
from gateway.errors import ConfigError

SCHOOL = {"name": "Het Voorbeeld", "domains": ["school.example"], "working_hours": "08:00-17:00"}
DEMO = Path(__file__).parents[3] / "gateway" / "demo" / "school" / "school.json"


def test_the_demo_school_is_read() -> None:
    assert read_school(DEMO).name == "Zilverberg College"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("school.json", json.dumps(SCHOOL)),
        ("school.json", "\ufeff" + json.dumps({"school": SCHOOL})),
        ("school.toml", 'name = "Het Voorbeeld"\ndomains = ["school.example"]\n'),
        ("school.toml", '[school]\nname = "Het Voorbeeld"\ndomains = ["school.example"]\n'),
    ],
)
def test_json_and_toml_say_the_same(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert read_school(tmp_path / name).domains == ("school.example",)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "s.json",
            '{"nam": 1}',
            [
                "s.json: name: is missing",
                "s.json: domains: is missing",
                's.json: nam: is not a setting; did you mean "name"?',
            ],
        ),
        (
            "s.json",
            '{"name": "x", "domains": ["a.example"], "pupil_domains": ["a.example"]}',
            ['s.json: pupil_domains: "a.example" is also in domains: pupils and staff need domains of their own'],
        ),
        ("s.json", "[1]", ["s.json: must be a table: [school]"]),
        (
            "s.json",
            "{",
            ["s.json: is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"],
        ),
        ("s.toml", "=", ["s.toml: is no TOML: Invalid statement (at line 1, column 1)"]),
        ("gone.json", None, ["gone.json: can't be read"]),
    ],
)
def test_every_mistake_is_told(
    name: str, text: str | None, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path(name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_school(Path(name))
    assert [f"{where}: {sentence}" for where, sentence in caught.value.mistakes] == expected
