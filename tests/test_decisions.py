"""Every decision the protocol makes where its source is silent has tests, by name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
DECISIONS: dict[str, dict[str, Any]] = tomllib.loads((HERE / "decisions.toml").read_text("utf-8"))
TESTS = {
    name
    for path in HERE.rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_has_tests_that_are_there(name: str) -> None:
    decision = DECISIONS[name]
    assert decision["said"]
    assert decision["tests"]
    assert set(decision["tests"]) <= TESTS
    if "cases" in decision:
        assert (HERE / "corpus" / "protocol" / f"{decision['cases']}.toml").is_file()
