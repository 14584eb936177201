"""A verdict in words: for the sender, the approver, the administrator, the audit; Dutch and English.

Promises: masked values only; the same finding always reads the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules.explain.texts import SENTENCES
from rules.explain.titles import TITLES
from rules.verdict import Action, Finding, Verdict


@dataclass(frozen=True, slots=True)
class Words:
    """One finding for its sender: a title, what was seen, how to repair it."""

    title: str
    what: str
    repair: str
    clause_title: str


def sender_words(finding: Finding, lang: str) -> Words:
    """What the sender reads about one finding; of one that another version stored, at least its clause."""
    name = finding.clause or finding.rule
    title = TITLES[lang].get(name, name)
    try:
        what, repair = (text.format(**dict(finding.params)) for text in SENTENCES[lang][finding.why])
    except KeyError:
        what, repair = title, ""
    return Words(title, what, repair, title)


def words(finding: Finding, lang: str, audience: str) -> str:
    """One line about one finding: for `approver`, `admin` or `audit` with its place and strength, masked."""
    said = sender_words(finding, lang)
    if audience == "sender":
        return said.what
    name = finding.clause or finding.rule
    evidence = f" [{finding.evidence}]" if finding.evidence else ""
    line = f"{name}: {said.what}{evidence}"
    if audience == "approver":
        return line
    strength = finding.action.name.lower()
    if finding.would_be is not None:
        strength = f"observed, would be {finding.would_be.name.lower()}"
    return f"{line} ({finding.part}; {finding.rule}; {strength})"


def acting(verdict: Verdict) -> tuple[Finding, ...]:
    """The findings that changed what happens, the strictest first, one of each kind."""
    found: dict[tuple[str | None, str], Finding] = {}
    for finding in sorted(verdict.findings, key=lambda finding: -finding.action):
        if finding.action > Action.PASS:
            told = finding
            if verdict.action is Action.HOLD and finding.why == "visible_outsiders":
                told = replace(finding, why="visible_if_released")  # nothing has been sent
            found.setdefault((finding.clause, finding.why), told)
    return tuple(found.values())


def block_sentence(verdict: Verdict, lang: str = "en") -> tuple[str, str]:
    """The clause and one plain ASCII sentence for an SMTP reply."""
    for finding in acting(verdict):
        what = sender_words(finding, lang).what
        return finding.clause or "", what.encode("ascii", "replace").decode()
    return "", ""
