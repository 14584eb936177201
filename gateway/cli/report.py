"""What `judge` prints and writes: the published JSON, the lines for people, the messages as delivered.

Promises: the keys that are published, no more and no less unless an option asks; evidence is masked unless revealed. A
file in --output is what would leave the building, byte by byte, one a delivery.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.cli.bench import Bench, Judged
from rules import explain
from rules.message import Message, apply_edits, places
from rules.verdict import Action, Finding

Report = dict[str, Any]

# How `places` writes that something is inside something else.
INSIDE = ": "
# Enough to see that it was read; the whole of it is in the file.
OPENED_LETTERS_MAX = 2_000


@dataclass(slots=True)
class Reporter:
    """Makes the reports of one run. `folder` is --output."""

    bench: Bench
    why: bool = False
    reveal: bool = False
    folder: Path | None = None
    _written: set[str] = field(default_factory=set)

    def report(self, file: str, judged: Judged) -> Report:
        """Everything about one message, as published."""
        verdict = judged.verdict
        goes = verdict.action <= Action.FIX
        found: Report = {
            "file": file,
            "outcome": verdict.action.name.lower(),
            "approver": verdict.approver.label if verdict.approver is not None else None,
            "visible_recipients": list(verdict.visible_recipients) if goes else [],
            "envelope": list(verdict.envelope) if goes else [],
            "archived": verdict.archived,
            "policy_sha256": self.bench.policy.sha256,
            "snapshot": self.bench.snapshot,
            "findings": [self._finding(finding) for finding in verdict.findings],
        }
        if self.why:
            found["looked"] = [{"clause": at.clause, "hit": at.hit, "why": at.why} for at in verdict.looked]
            found["opened"] = list(opened(judged.message))
        if self.folder:
            paths = list(self._deliver(self.folder, file, judged)) if goes else []
            found["delivered_path"] = paths[0] if paths else None
            if len(paths) > 1:
                found["delivered_paths"] = paths
        return found

    def _finding(self, finding: Finding) -> Report:
        return {
            "clause": finding.clause,
            "rule": finding.rule,
            "action": finding.action.name.lower(),
            "would_be": finding.would_be.name.lower() if finding.would_be is not None else None,
            "kind": finding.kind,
            "confidence": finding.confidence,
            "part": finding.part,
            "evidence": finding.clear or finding.evidence if self.reveal else finding.evidence,
            "why": explain.words(finding, self.bench.language, "admin"),
        }

    def _deliver(self, folder: Path, file: str, judged: Judged) -> Iterator[str]:
        """Write each copy; returns where."""
        folder.mkdir(parents=True, exist_ok=True)
        for delivery in judged.verdict.deliveries:
            path = folder / self._free_name(Path(file).name)
            path.write_bytes(apply_edits(judged.message.raw, delivery.edits))
            yield str(path.resolve())

    def _free_name(self, name: str) -> str:
        """Find a name this run has not used: files of two folders may be called the same."""
        stem, suffix = Path(name).stem, Path(name).suffix
        number = 1
        while name in self._written:
            number += 1
            name = f"{stem}.{number}{suffix}"
        self._written.add(name)
        return name


def opened(message: Message) -> Iterator[Report]:
    """Show what was read inside attached and signed messages, where a reader of the file would see only code."""
    for place in places(message):
        if INSIDE in place.where and (text := place.text.strip()):
            yield {"where": place.where, "kind": place.kind, "text": text[:OPENED_LETTERS_MAX]}


def lines(report: Report) -> Iterator[str]:
    """Say a report to people."""
    approver = f", {report['approver']} decides" if report["approver"] else ""
    yield f"{report['file']}: {report['outcome']}{approver}"
    for finding in report["findings"]:
        observed = f" (would be {finding['would_be']})" if finding["would_be"] else ""
        evidence = f": {finding['evidence']}" if finding["evidence"] else ""
        name = f"{finding['clause'] or '-'} {finding['rule']}"
        yield f"  {name}: {finding['action']}{observed}, {finding['part']}{evidence}"
        yield f"    {finding['why']}"
    if report["outcome"] in {"pass", "coach", "fix"}:
        yield f"  visible: {', '.join(report['visible_recipients']) or 'nobody'}"
        yield f"  envelope: {', '.join(report['envelope']) or 'nobody'}"
    for at in report.get("looked", ()):
        yield f"  {at['clause']} {'hit' if at['hit'] else 'missed'}: {at['why']}"
    for at in report.get("opened", ()):
        yield f"  opened {at['where']} ({at['kind']}):"
        yield from (f"    {line}" for line in at["text"].splitlines())
    if report.get("delivered_path"):
        yield f"  delivered: {', '.join(report.get('delivered_paths', [report['delivered_path']]))}"
