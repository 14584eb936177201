"""How well private data are found in labelled texts: precision and recall a kind, with 95 % intervals.

A line of a corpus is {"id", "lang", "text", "labels": [{"kind", "start", "end", "value"[, "ambiguous"]}], …}; places are code points.
A finding counts when its kind is the label's and their spans overlap, unless it is far longer than the label; what overlaps only an
ambiguous label counts neither way. Of the blind half nothing but these figures is ever shown.

`python -m tests.corpus.scoring` prints the tables; `--errors` also what was missed and what was wrong in the open halves.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
# Half -> its files. The blind half is written by who sees no detector, and no commit changes both.
HALVES = {
    "open": sorted((HERE / "open").glob("*.jsonl")),
    "blind": sorted((HERE / "blind").glob("*.jsonl")),
    "examples": [EXAMPLES / "texts.jsonl"],
}
# Kinds whose labels are phrases: a finding may be a good deal longer and still be about the same.
PHRASES = frozenset({"health", "grades", "home_address"})
Z95 = 1.959964
ALL = "all kinds"


class Span(NamedTuple):
    """One finding."""

    kind: str
    start: int
    end: int


@dataclass
class Score:
    """Of one kind: labels and how many were found, findings and how many were right."""

    labels: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0

    def add(self, other: Score) -> None:
        self.labels += other.labels
        self.found += other.found
        self.right += other.right
        self.wrong += other.wrong

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else math.nan

    @property
    def recall(self) -> float:
        return self.found / self.labels if self.labels else math.nan


@dataclass
class Scores:
    """Of one half. `innocent` texts have no label at all; `accused` of them have a finding."""

    kinds: dict[str, Score] = field(default_factory=dict)
    texts: int = 0
    innocent: int = 0
    accused: int = 0
    errors: list[str] = field(default_factory=list, repr=False)

    def of(self, kind: str) -> Score:
        return self.kinds.setdefault(kind, Score())

    def over(self, kinds: Iterable[str]) -> Score:
        whole = Score()
        for kind in kinds:
            whole.add(self.of(kind))
        return whole


def read(paths: Iterable[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]


def overlap(finding: Span, label: dict[str, Any]) -> bool:
    return finding.kind == label["kind"] and finding.start < label["end"] and label["start"] < finding.end


def counts(finding: Span, label: dict[str, Any]) -> bool:
    """Whether a finding finds this label."""
    known, found = label["end"] - label["start"], finding.end - finding.start
    longest = known + 200 if label["kind"] in PHRASES else max(3 * known, known + 40)
    return overlap(finding, label) and found <= longest


def score(texts: Iterable[dict[str, Any]], find: Callable[[str], Sequence[Span]]) -> Scores:
    scores = Scores()
    for one in texts:
        findings = find(one["text"])
        sure = [label for label in one["labels"] if not label.get("ambiguous")]
        doubtful = [label for label in one["labels"] if label.get("ambiguous")]
        scores.texts += 1
        if not one["labels"]:
            scores.innocent += 1
            scores.accused += bool(findings)
        for label in sure:
            found = any(counts(finding, label) for finding in findings)
            scores.of(label["kind"]).labels += 1
            scores.of(label["kind"]).found += found
            if not found:
                scores.errors.append(
                    f"missed {one['id']} {label['kind']} {one['text'][label['start'] : label['end']]!r}"
                )
        for finding in findings:
            right = any(counts(finding, label) for label in sure)
            if not right and any(overlap(finding, label) for label in doubtful):
                continue
            scores.of(finding.kind).right += right
            scores.of(finding.kind).wrong += not right
            if not right:
                scores.errors.append(f"wrong  {one['id']} {finding.kind} {one['text'][finding.start : finding.end]!r}")
    return scores


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score; (0, 1) of nothing."""
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, Z95 * Z95
    middle = share + square / (2 * whole)
    width = Z95 * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return max(0.0, (middle - width) / (1 + square / whole)), min(1.0, (middle + width) / (1 + square / whole))


def share(part: int, whole: int) -> str:
    """`97.3 % (92.4-99.1)`."""
    if not whole:
        return "-"
    low, high = wilson(part, whole)
    return f"{100 * part / whole:5.1f} % ({100 * low:.1f}-{100 * high:.1f})"


def table(name: str, scores: Scores, kinds: Iterable[str]) -> str:
    """The figures of one half, for people."""
    kinds = sorted(kinds)
    lines = [f"{name:<20} {'labels':>6} {'findings':>8}   precision (95 %)       recall (95 %)"]
    for kind in (*kinds, ALL):
        one = scores.over(kinds) if kind == ALL else scores.of(kind)
        findings = one.right + one.wrong
        lines.append(
            f"{kind:<20} {one.labels:>6} {findings:>8}   {share(one.right, findings):<22} {share(one.found, one.labels)}"
        )
    lines.append(
        f"{scores.texts} texts; innocent with a finding: {scores.accused} of {share(scores.accused, scores.innocent)}"
    )
    return "\n".join(lines)


def scanner(*, low: bool = False, school: Path = EXAMPLES / "directory") -> Callable[[str], list[Span]]:
    """`postwacht scan` with the sample school, in this process."""
    from gateway.directory import read_directory
    from rules import scan
    from rules.policy import load

    policy = load((resources.files("rules") / "protocol.toml").read_text("utf-8"))
    one = scan.compile(read_directory(school), policy.private_mail)
    return lambda text: [
        Span(found.kind, found.start, found.end) for found in one.scan(text) if low or found.confidence == "high"
    ]


def main() -> None:
    from rules.text.hits import KINDS

    find = scanner(low="--low" in sys.argv)
    for name, paths in HALVES.items():
        scores = score(read(paths), find)
        print(table(name, scores, KINDS), end="\n\n")
        if "--errors" in sys.argv and name != "blind":
            print(*scores.errors, sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
