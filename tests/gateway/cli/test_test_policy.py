"""`postwacht test-policy`, by the published contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.gateway.cli.conftest import MENTOR, MESSAGES, call, objects
from tests.support.school import SCHOOL

AYLIN, SANNE = "aylin.demirci@hotmail.example", "sanne.vanrijsbergen@ziggo.example"
MAIL = (
    f"From: {MENTOR}\r\nTo: {AYLIN}, {SANNE}\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n\r\nHallo.\r\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.eml").write_bytes(MAIL.encode())
    (tmp_path / "one.eml").write_bytes(MAIL.replace(f", {SANNE}", "").encode())
    (tmp_path / "held.eml").write_bytes((MESSAGES / "16-vcard.eml").read_bytes())
    return tmp_path


def run(folder: Path, *cases: dict, options: tuple[object, ...] = ()) -> tuple[int, str, str]:
    path = folder / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n\n" for case in cases))
    result = call("test-policy", path, "--directory", SCHOOL, *options)
    return result.exit_code, result.stdout, result.stderr


def test_all_right_is_a_summary_and_exit_code_0(folder: Path) -> None:
    full = {
        "file": "m.eml", "mail_from": MENTOR, "rcpt_to": [AYLIN, SANNE], "expect": "fix", "expect_visible_recipients": [MENTOR],
        "expect_envelope": [AYLIN, SANNE], "expect_clauses": ["C19"], "note": "unknown keys are ignored",
    }  # fmt: skip
    assert run(folder, full) == (0, "1 cases: 1 ok, 0 failed\n", "")


def test_a_failing_case_is_a_line_and_exit_code_1(folder: Path) -> None:
    code, out, _ = run(folder, {"file": "m.eml", "expect": "pass"}, {"file": "one.eml", "expect": "pass"})
    assert code == 1
    assert out == "m.eml: fix, expected pass\n2 cases: 1 ok, 1 failed\n"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"file": "m.eml", "expect": "fix", "expect_visible_recipients": [AYLIN]}, f"visible: {MENTOR}"),
        ({"file": "m.eml", "expect": "fix", "expect_envelope": [AYLIN]}, f"envelope: {AYLIN}, {SANNE}"),
        ({"file": "m.eml", "expect": "fix", "expect_clauses": ["C19", "C5"]}, "no finding of C5"),
        ({"file": "m.eml", "expect": "fix", "expect_any": ["hold", "block"]}, "fix, expected hold or block"),
        ({"file": "held.eml", "expect": "pass"}, "hold, expected pass"),
    ],
)
def test_each_expectation_can_fail_and_says_how(folder: Path, case: dict, said: str) -> None:
    code, out, _ = run(folder, case)
    assert code == 1
    assert said in out


@pytest.mark.parametrize(
    "case",
    [
        {"file": "m.eml", "expect": "hold", "expect_any": ["fix", "hold"], "expect_visible_recipients": [AYLIN]},
        {"file": "held.eml", "expect": "hold", "expect_envelope": [AYLIN], "expect_clauses": ["C3"]},
        {
            "file": "one.eml",
            "expect": "coach",
            "expect_any": ["pass", "coach"],
            "expect_visible_recipients": [AYLIN.upper()],
        },
        {"file": "m.eml", "expect": "fix", "expect_envelope": [AYLIN, SANNE, MENTOR]},
        {"file": "m.eml", "expect_any": "fix", "expect_envelope": [SANNE, AYLIN]},
    ],
    ids=[
        "another-outcome-that-is-right",
        "held-mail-has-no-addresses",
        "people-not-spellings",
        "own-copy-is-free",
        "any-alone",
    ],
)
def test_what_does_not_contradict_passes(folder: Path, case: dict) -> None:
    assert run(folder, case)[0] == 0


def test_addresses_count_where_pass_and_coach_are_both_right(folder: Path) -> None:
    case = {"file": "one.eml", "expect": "coach", "expect_any": ["pass", "coach"], "expect_visible_recipients": [SANNE]}
    assert run(folder, case)[0] == 1


def test_json_is_what_judge_prints_plus_ok(folder: Path) -> None:
    path = folder / "cases.jsonl"
    path.write_text('\ufeff{"file": "m.eml", "expect": "fix"}\n{"file": "one.eml", "expect": "hold"}\n')
    result = call("test-policy", path, "--json", "--directory", SCHOOL)
    (judged,) = objects(call("judge", folder / "m.eml", "--json", "--directory", SCHOOL))
    first, second = objects(result)
    assert first == {**judged, "file": "m.eml", "ok": True}
    assert (second["outcome"], second["ok"]) == ("pass", False)
    assert result.exit_code == 1
    assert result.stderr == "2 cases: 1 ok, 1 failed\n"


def test_the_options_of_judge_are_taken(folder: Path) -> None:
    out = folder / "out"
    assert (
        run(folder, {"file": "m.eml", "expect": "fix"}, options=("--output", out, "--why", "--at", "2026-11-16"))[0]
        == 0
    )
    assert (out / "m.eml").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "cases.jsonl:1: "),
        ("[]", 'an object with at least "file"'),
        ('{"expect": "fix"}', 'an object with at least "file"'),
        ('{"file": "m.eml"}', '"expect" must be'),
        ('{"file": "m.eml", "expect": "maybe"}', '"expect" must be'),
        ('{"file": "m.eml", "expect": "fix", "mail_from": 1}', '"mail_from" must be text'),
        ('{"file": "m.eml", "expect": "fix", "rcpt_to": {}}', '"rcpt_to" must be a list'),
        ('{"file": "m.eml", "expect": "fix", "rcpt_to": [1]}', '"rcpt_to" must be a list'),
    ],
)
def test_a_case_that_is_none_is_named_by_file_and_line(folder: Path, line: str, said: str) -> None:
    path = folder / "cases.jsonl"
    path.write_text(line + "\n")
    result = call("test-policy", path, "--directory", SCHOOL)
    assert result.exit_code == 2
    assert said in result.stderr
    assert f"{path}:1" in result.stderr


def test_only_a_line_feed_ends_a_line(folder: Path) -> None:
    """JSON allows U+2028 inside a text; Python's splitlines would cut there."""
    path = folder / "cases.jsonl"
    path.write_text('{"file": "m.eml", "expect": "fix", "note": "a\u2028b"}\r\n', "utf-8")
    assert call("test-policy", path, "--directory", SCHOOL).exit_code == 0


def test_a_message_that_is_not_there_is_named(folder: Path) -> None:
    code, _, err = run(folder, {"file": "weg.eml", "expect": "fix"})
    assert code == 2
    assert "weg.eml: can't be read" in err
