"""`postwacht scan`, by the published contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.cli import postwacht
from tests.gateway.cli.conftest import MENTOR, Command, call, objects
from tests.support.school import SCHOOL

PARENT = "aylin.demirci@hotmail.example"
OWN = ("--school", SCHOOL / "school.json")


def lines(*texts: str) -> str:
    return "".join(json.dumps({"id": f"t{number}", "text": text}) + "\n" for number, text in enumerate(texts))


def scanned(text: str, *words: object) -> list[dict[str, Any]]:
    result = call("scan", "--json", *words, text=text)
    assert result.exit_code == 0, result.output
    return objects(result)


def found(text: str, *words: object) -> list[str]:
    (report,) = scanned(lines(text), *words)
    return [text[one["start"] : one["end"]] for one in report["findings"]]


def test_the_keys_are_the_published_ones_and_offsets_are_code_points() -> None:
    text = f"😀 é\u200b {PARENT}"
    (report,) = scanned(lines(text))
    assert list(report) == ["id", "findings"]
    (one,) = report["findings"]
    assert list(one.items()) == [("kind", "email_address"), ("start", 5), ("end", len(text)), ("confidence", "high")]


def test_one_object_a_line_in_the_order_read_whatever_the_id() -> None:
    text = '{"id": 7, "text": "niets"}\n\n{"id": null, "text": ""}\r\n{"text": "x", "lang": "nl"}\n{"id": "\\ud800", "text": "\\ud800"}'
    assert scanned(text) == [{"id": name, "findings": []} for name in (7, None, None, "\ud800")]
    assert not scanned("")


def test_doubtful_findings_are_shown_when_asked_for() -> None:
    assert not found("mail info@museum.example")
    assert found("mail info@museum.example", "--low") == ["info@museum.example"]


def test_it_answers_in_json_without_being_asked() -> None:
    assert call("scan", text=lines(PARENT)).stdout == call("scan", "--json", text=lines(PARENT)).stdout


def test_what_is_the_school_s_own_is_no_finding() -> None:
    text = f"van {MENTOR} aan {PARENT}"
    assert found(text) == [MENTOR, PARENT]
    assert found(text, *OWN) == [PARENT]
    assert found(text, "--directory", SCHOOL, *OWN) == [PARENT]
    assert found(text, "--directory", SCHOOL) == [PARENT]  # the school beside the directory


def test_without_either_the_school_of_the_configuration_is_meant(at: Command) -> None:
    result = at("scan", text=lines(f"van {MENTOR} aan {PARENT}"))
    assert [one["start"] for one in objects(result)[0]["findings"]] == [9 + len(MENTOR)]


def test_a_directory_without_a_school_still_tells_who_works_here(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text(
        "id,code,first_name,last_name,email\nM1,abc,Ada,Bos,a.bos@school.example\nM1,dub,Ed,Vos,\n"
    )
    result = call("scan", "--directory", tmp_path, text=lines("a.bos@school.example b.bos@school.example"))
    assert result.exit_code == 0
    assert [one["start"] for one in objects(result)[0]["findings"]] == [21]
    assert "1 rows rejected" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        b"geheim@ziggo.example",
        b'["geheim"]',
        b'{"id": 1}',
        b'{"text": 1, "x": "geheim"}',
        b"[" * 100_000,
        b'{"\xff": 1}',
    ],
)
def test_a_line_that_is_no_text_ends_it_with_its_number_and_nothing_of_the_line(wrong: bytes) -> None:
    result = CliRunner().invoke(postwacht, ["scan"], input=lines("eerst").encode() + wrong + b"\n" + b"{}")
    assert result.exit_code == 2
    assert result.stderr.startswith("line 2 is no ")
    assert "geheim" not in result.output
    assert [report["id"] for report in objects(result)] == ["t0"]


def test_a_school_that_is_none_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "school.json").write_text("{}")
    result = call("scan", "--school", tmp_path / "school.json", text=lines("x"))
    assert result.exit_code == 2
    assert "school.json" in result.stderr


def test_a_number_only_the_directory_knows_is_found_with_it_and_not_without() -> None:
    text = lines("Het nummer 410422 staat op de lijst.")
    assert objects(call("scan", text=text))[0]["findings"] == []
    (found,) = objects(call("scan", "--directory", SCHOOL, text=text))[0]["findings"]
    assert (found["kind"], found["confidence"]) == ("student_number", "high")
