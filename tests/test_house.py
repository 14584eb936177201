"""The contracts the house keeps by machine: purity, module sizes, no stray paths, docs that match."""

import ast
import importlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULES = sorted((ROOT / "rules").rglob("*.py"))
MODULES = sorted([*RULES, *(ROOT / "gateway").rglob("*.py")])
IMPURE_NAMES = {"open", "print", "input", "exec", "eval"}
IMPURE_ATTRIBUTES = {"now", "utcnow", "today", "time", "monotonic", "urandom", "getenv"}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name]


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_reads_no_file_clock_or_environment(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                assert called.id not in IMPURE_NAMES, f"{path.name}:{node.lineno} calls {called.id}"
            if isinstance(called, ast.Attribute):
                assert called.attr not in IMPURE_ATTRIBUTES, f"{path.name}:{node.lineno} calls .{called.attr}"


def test_no_module_is_longer_than_the_wall() -> None:
    long = {
        str(path.relative_to(ROOT)): count for path in MODULES if (count := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_every_module_says_what_it_is() -> None:
    silent = [str(path.relative_to(ROOT)) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_no_pattern_uses_what_debian_s_python_reads_wrongly() -> None:
    """Python 3.11.2, the one in Debian 12, matches possessive quantifiers of groups wrongly (CPython gh-106052)."""
    call = re.compile(r"(?:POSSESSIVE_REPEAT|ATOMIC_GROUP)")
    guilty = []
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if name.endswith("__main__") or ".migrations." in name:
            continue
        for pattern in vars(importlib.import_module(name)).values():
            if isinstance(pattern, re.Pattern):
                code = repr(re._parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
                guilty += [f"{name}: {pattern.pattern!r}"] if call.search(code) else []
    assert not guilty


def test_no_committed_file_is_larger_than_a_megabyte() -> None:
    assert not [str(path) for path in tracked() if path.is_file() and path.stat().st_size > 1_000_000]


def test_the_lock_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|--index|--find-links|file:", text)
    assert "--hash=sha256:" in text


def test_nothing_is_switched_off_or_left_open() -> None:
    marks = re.compile(r"pytest\.(mark\.)?(skip|xfail)\b|NotImplementedError|\b(" + "TO" + "DO|FIX" + r"ME)\b")
    own = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix == ".py" and path != own and path.is_file()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert not found
