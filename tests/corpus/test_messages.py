"""The blind messages: who may receive whose data, judged as `postwacht test-policy` does it. Only totals are ever shown.

A floor is raised when judging got better, never lowered to let a change in.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.decoded import everything
from tests.corpus.scoring import share

BLIND = Path(__file__).parent / "blind"
MESSAGES = BLIND / "messages"
CASES = {
    case["file"]: case
    for line in (MESSAGES / "cases.jsonl").read_text("utf-8").splitlines()
    if (case := json.loads(line))
}
AGREED_MIN = 297
# What should be held or refused and goes out; what should go out and is held.
MISSED_MAX, HELD_MAX = 6, 5
STOPPED = frozenset({"hold", "block"})


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("blind")
    subprocess.run([sys.executable, str(BLIND / "school" / "make_school.py"), str(folder / "school")], check=True)
    command = [sys.executable, "-m", "gateway", "test-policy", str(MESSAGES / "cases.jsonl"), "--json"]
    command += ["--directory", str(folder / "school"), "--output", str(folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(found) == len(CASES)
    return {answer["file"]: answer for answer in found}


def test_messages_nobody_of_us_has_seen_come_out_as_their_labels_say(
    answers: dict[str, dict[str, Any]], record_property: Callable[[str, object], None]
) -> None:
    wanted = {name: set(case.get("expect_any") or [case["expect"]]) for name, case in CASES.items()}
    agreed = sum(answers[name]["outcome"] in outcomes for name, outcomes in wanted.items())
    stopped = [name for name, outcomes in wanted.items() if outcomes <= STOPPED]
    passing = [name for name, outcomes in wanted.items() if outcomes.isdisjoint(STOPPED)]
    missed = sum(answers[name]["outcome"] not in STOPPED for name in stopped)
    held = sum(answers[name]["outcome"] in STOPPED for name in passing)
    record_property(
        "table",
        f"blind messages       agreed {share(agreed, len(wanted))}; let out {share(missed, len(stopped))};"
        f" held for nothing {share(held, len(passing))}",
    )
    assert agreed >= AGREED_MIN
    assert missed <= MISSED_MAX
    assert held <= HELD_MAX


def test_what_a_label_forbids_is_in_nothing_that_goes_out(answers: dict[str, dict[str, Any]]) -> None:
    leaks = 0
    for name, case in CASES.items():
        got = answers[name]
        if got.get("delivered_path") and set(case.get("expect_any") or [case["expect"]]).isdisjoint(STOPPED):
            text = everything(Path(got["delivered_path"]).read_bytes())
            leaks += any(word.lower() in text for word in case.get("forbidden_strings", ()))
    assert leaks == 0
