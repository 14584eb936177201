"""`postwacht test-policy`: a school's own cases against its policy.

Promises: a case names a message, its envelope and what should become of it; unknown keys are ignored. Exit code 1 when
any case fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gateway.cli.bench import Bench, Judged, Sources, set_up
from gateway.cli.judge import judging, show
from gateway.cli.report import Report, Reporter
from gateway.cli.setting import FILE, NOT_SO, Place, Stop, pass_place
from rules.message import canonical_address

OUTCOMES = frozenset({"pass", "coach", "fix", "hold", "block"})
# Both go out as they came: what was expected of the one holds for the other.
UNTOUCHED = frozenset({"pass", "coach"})


@dataclass(frozen=True, slots=True)
class Expected:
    """One case. `outcomes` are those that are right; `preferred` is the one the addresses were written for."""

    file: str
    mail_from: str | None
    rcpt_to: tuple[str, ...]
    outcomes: tuple[str, ...]
    preferred: str | None
    visible: tuple[str, ...] | None
    envelope: tuple[str, ...] | None
    clauses: tuple[str, ...]


@click.command()
@click.argument("cases", type=FILE)
@judging
@pass_place
def command(place: Place, /, cases: Path, as_json: bool, at: str | None, **options: Any) -> None:
    """Judge the messages that CASES, JSON lines, names; compare with what it expects."""
    expected = read_cases(cases)
    bench = set_up(place, Sources(options["policy"], options["directory"], options["school"]), at)
    reporter = Reporter(bench, options["why"], options["reveal"], options["output"])
    failed = 0
    for case in expected:
        judged, report = judge_case(bench, reporter, cases.parent, case)
        wrong = list(differences(case, judged, report))
        failed += bool(wrong)
        if as_json:
            show({**report, "ok": not wrong}, as_json=True)
        elif wrong:
            click.echo(f"{case.file}: {'; '.join(wrong)}")
    click.echo(f"{len(expected)} cases: {len(expected) - failed} ok, {failed} failed", err=as_json)
    if failed:
        raise click.exceptions.Exit(NOT_SO)


def judge_case(bench: Bench, reporter: Reporter, folder: Path, case: Expected) -> tuple[Judged, Report]:
    """Judge the message of one case."""
    try:
        data = (folder / case.file).read_bytes()
    except OSError as exc:
        raise Stop(f"{folder / case.file}: can't be read") from exc
    judged = bench.judged(data, (), case.mail_from, case.rcpt_to)
    return judged, reporter.report(case.file, judged)


def differences(case: Expected, judged: Judged, report: Report) -> Iterable[str]:
    """Say what is not as expected."""
    outcome = report["outcome"]
    if outcome not in case.outcomes:
        yield f"{outcome}, expected {' or '.join(case.outcomes)}"
    found = {finding["clause"] for finding in report["findings"]}
    if missing := [clause for clause in case.clauses if clause not in found]:
        yield f"no finding of {', '.join(missing)}"
    if outcome not in {"pass", "coach", "fix"}:
        return
    if case.preferred not in {None, outcome} and not {case.preferred, outcome} <= UNTOUCHED:
        return  # another outcome that is right too: the addresses were written for the preferred one
    if case.visible is not None and addresses(case.visible) != addresses(report["visible_recipients"]):
        yield f"visible: {', '.join(report['visible_recipients']) or 'nobody'}"
    if case.envelope is not None:
        own = addresses((case.mail_from or "", *(box.address for box in judged.message.from_)))
        if addresses(case.envelope) - own != addresses(report["envelope"]) - own:
            yield f"envelope: {', '.join(report['envelope']) or 'nobody'}"


def addresses(spelt: Iterable[str]) -> set[str]:
    """Compare addresses as people, not as spellings."""
    return {canonical_address(address) for address in spelt} - {""}


def read_cases(path: Path) -> list[Expected]:
    """Read the cases file; every mistake with its line."""
    cases: list[Expected] = []
    mistakes: list[str] = []
    for number, line in enumerate(path.read_text("utf-8-sig", errors="replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            cases.append(read_case(json.loads(line)))
        except (ValueError, TypeError) as exc:
            mistakes.append(f"{path}:{number}: {exc}")
    if mistakes:
        raise Stop("\n".join(mistakes))
    return cases


def read_case(case: object) -> Expected:
    """Read one case. ValueError or TypeError with a sentence if it is none."""
    if not isinstance(case, dict) or not isinstance(case.get("file"), str):
        raise TypeError('a case is an object with at least "file" and "expect"')
    outcomes = texts(case, "expect_any") or texts(case, "expect")
    if not outcomes or not OUTCOMES.issuperset(outcomes):
        raise ValueError('"expect" must be pass, coach, fix, hold or block')
    preferred = case.get("expect")
    sender = case.get("mail_from")
    if sender is not None and not isinstance(sender, str):
        raise ValueError('"mail_from" must be text')
    return Expected(
        file=case["file"],
        mail_from=sender,
        rcpt_to=texts(case, "rcpt_to") or (),
        outcomes=outcomes,
        preferred=preferred if isinstance(preferred, str) else None,
        visible=texts(case, "expect_visible_recipients"),
        envelope=texts(case, "expect_envelope"),
        clauses=texts(case, "expect_clauses") or (),
    )


def texts(case: Mapping[str, object], key: str) -> tuple[str, ...] | None:
    """Read a list of texts, or one."""
    value = case.get(key)
    if value is None:
        return None
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise ValueError(f'"{key}" must be a list of texts')
    return tuple(values)
