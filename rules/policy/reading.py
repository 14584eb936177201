"""Reads a policy text and reports every mistake at once, each with its line.

Promises: `load` gives a Policy or raises PolicyError with all mistakes; unknown keys are mistakes, so a misspelt one
never silently means the default.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import partial
from hashlib import sha256
from typing import Any

from rules.policy.values import ClausePolicy, Excepted, Matrix, Mode, Param, Policy, PolicyError, Step, Undo
from rules.text.hits import HIGH, KINDS, LOW
from rules.text.patterns import OwnPattern, PatternError
from rules.verdict import Action, Approver

CLAUSES = tuple(f"C{number}" for number in range(1, 38))
# protocol.md, Actions: the archive duty is never only observed.
ALWAYS_ENFORCED = frozenset({"C34"})
# Longer than anybody needs to think again; a message that waits is a message somebody waits for.
UNDO_SECONDS_MAX = 3600
# The archive duty binds everybody.
NEVER_EXCEPTED = frozenset({"C34"})
PARAMS: Mapping[str, Mapping[str, type]] = {
    "C5": {"elo_out": bool, "url": str},
    "C6": {"pupils_min": int, "url": str},
    "C11": {"classes_min": int, "external_min": int, "url": str},
    "C14": {"parents_min": int, "url": str},
    "C18": {"families_min": int},
    "C19": {"strict": bool, "repair": str, "copy_to_sender": bool},
    "C27": {"colleagues_min": int, "attachment_mb": int, "url": str},
    "C28": {"copies_max": int},
    "C29": {"staff_share": int},
    "C31": {"copies_max": int},
}
# Policies written before there were these keys mean this.
UNSAID: Mapping[str, Param] = {"elo_out": False, "url": ""}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "action": tuple(action.name.lower() for action in Action),
    "approver": tuple(approver.label for approver in Approver),
    "mode": ("enforce", "observe", "off"),
    "repair": ("bcc", "copies"),
    "confidence": (HIGH, LOW),
}
# Policies written before there was such a list mean these words.
CONFIDENTIAL = ("vertrouwelijk", "confidential", "geheim", "secret")
_OWN_KIND = re.compile(r"[a-z][a-z0-9_]{1,39}")
TEXTS = ("title_nl", "title_en", "phrase")
DATA = ("contact", "sensitive", "number", "credentials")
RECEIVERS: Mapping[str, tuple[str, ...]] = {
    "subject": ("bsn", "credentials"),
    "other_family": DATA,
    "third_party": DATA,
    "colleagues": DATA,
}
# Policies written before these rows stood in the text mean the protocol's: advice, from so many persons on.
IMPLIED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "subject": {"bsn": {"1": "coach"}, "credentials": {"1": "coach"}},
    "colleagues": {
        "contact": {"1": "pass"},
        "sensitive": {"3": "coach"},
        "number": {"1": "coach"},
        "credentials": {"1": "coach"},
    },
}
_SYNTAX_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")


def load(text: str, source: str = "protocol.toml") -> Policy:
    """Read a policy. `source` is the name mistakes are reported under."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        found = _SYNTAX_LINE.search(str(exc))
        line = found[1] if found and found[1] else str(text.count("\n") + 1)
        raise PolicyError((f"{source}:{line}: is no TOML: {_SYNTAX_LINE.sub('', str(exc))}",)) from exc
    reading = _Reading(source, text.splitlines())
    policy = reading.policy(text, data)
    if reading.mistakes:
        raise PolicyError(tuple(reading.mistakes))
    return policy


def _told(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {key: UNSAID[key], **row} if row and key in UNSAID else row


@dataclass(slots=True)
class _Reading:
    """One reading: gathers mistakes as it goes."""

    source: str
    lines: list[str]
    mistakes: list[str] = field(default_factory=list)

    def report(self, table: str, key: str, sentence: str) -> None:
        name = f"{table}.{key}" if table else key
        self.mistakes.append(f"{self.source}:{self._line(table, key)}: {name}: {sentence}")

    def _line(self, table: str, key: str) -> int:
        """Find the line of a key: the table's heading, then the key under it."""
        at = 0
        if table:
            heading = re.compile(rf"\s*\[{{1,2}}\s*{re.escape(table)}\s*\]")
            at = next((number for number, line in enumerate(self.lines) if heading.match(line)), 0)
        pattern = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=|\s*\[\s*(?:[\w.]+\.)?{re.escape(key)}\s*[\].]""")
        for number in range(at, len(self.lines)):
            if pattern.match(self.lines[number]):
                return number + 1
        return at + 1

    def policy(self, text: str, data: dict[str, Any]) -> Policy:
        self._unknown("", data, ("general", "matrix", "clauses", "patterns", "undo"))
        general = self._table(data, "", "general")
        self._unknown("general", general, ("private_mail", "may_send_encrypted", "confidential_labels"))
        clauses = self._table(data, "", "clauses")
        self._unknown("clauses", clauses, CLAUSES)
        return Policy(
            sha256(text.encode()).hexdigest(),
            text,
            {name: self._clause(name, self._table(clauses, "clauses", name)) for name in CLAUSES},
            self._words("general", general, "private_mail"),
            self._words("general", general, "may_send_encrypted"),
            self._matrix(self._table(data, "", "matrix")),
            self._words("general", {"confidential_labels": [*CONFIDENTIAL], **general}, "confidential_labels"),
            self._patterns(self._table({"patterns": {}, **data}, "", "patterns")),
            undo=self._undo(self._table({"undo": {}, **data}, "", "undo")),
        )

    def _undo(self, row: dict[str, Any]) -> Undo:
        self._unknown("undo", row, ("default", "clauses", "roles"))
        given = {"default": 0, "clauses": {}, "roles": {}, **row}
        clauses, roles = (self._seconds(key, self._table(given, "undo", key)) for key in ("clauses", "roles"))
        self._unknown("undo", clauses, CLAUSES)
        return Undo(self._seconds("", {"default": given["default"]})["default"], clauses, roles)

    def _seconds(self, table: str, row: dict[str, Any]) -> dict[str, int]:
        for key, value in row.items():
            if type(value) is not int or not 0 <= value <= UNDO_SECONDS_MAX:
                self.report("undo", table or key, f"{key} must be whole seconds, 0 to {UNDO_SECONDS_MAX}")
        return {key: value for key, value in row.items() if type(value) is int}

    def _clause(self, name: str, row: dict[str, Any]) -> ClausePolicy:
        table = f"clauses.{name}"
        params = PARAMS.get(name, {})
        if row:
            known = (*TEXTS, "action", "approver", "mode", "built", "enforce_from", "exceptions", *params)
            self._unknown(table, row, known)
        texts = [self._value(table, row, key, str, "") for key in TEXTS]
        action = Action[self._choice(table, row, "action", "pass").upper()]
        approver = self._choice(table, row, "approver", "") if "approver" in row else ""
        mode = self._choice(table, row, "mode", "enforce")
        if action is Action.HOLD and not approver:
            self.report(table, "approver", 'is missing: action = "hold" says who decides')
        if name in ALWAYS_ENFORCED and (mode != "enforce" or "enforce_from" in row):
            self.report(table, "mode", "must stay enforce: without a record nothing external is delivered")
        values: dict[str, Param] = {}
        for key, kind in params.items():
            values[key] = (
                self._choice(table, row, key, CHOICES[key][0])
                if key in CHOICES
                else self._value(table, _told(row, key), key, kind, kind())
            )
            if kind is int and key in row and isinstance(values[key], int) and int(values[key]) < 1:
                self.report(table, key, "must be at least 1")
        modes: dict[str, Mode] = {"enforce": "enforce", "observe": "observe", "off": "off"}
        return ClausePolicy(
            name,
            texts[0],
            texts[1],
            texts[2],
            action,
            Approver[approver.upper()] if approver else None,
            modes[mode],
            self._value(table, row, "built", bool, False),
            values,
            self._value(table, row, "enforce_from", date, None) if "enforce_from" in row else None,
            self._exceptions(name, table, row),
        )

    def _exceptions(self, name: str, table: str, row: dict[str, Any]) -> tuple[Excepted, ...]:
        rows = row.get("exceptions", [])
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            self.report(table, "exceptions", f"must be tables: [[{table}.exceptions]]")
            return ()
        if rows and name in NEVER_EXCEPTED:
            self.report(table, "exceptions", "can't be: this clause knows none")
        return tuple(self._exception(f"{table}.exceptions", one) for one in rows)

    def _exception(self, table: str, row: dict[str, Any]) -> Excepted:
        self._unknown(table, row, ("who", "reason", "until"))
        who = self._words(table, row, "who")
        if isinstance(row.get("who"), list) and not row["who"]:
            self.report(table, "who", "must name somebody: roles or addresses")
        reason = self._value(table, row, "reason", str, "")
        if row.get("reason") == "":
            self.report(table, "reason", "must say why")
        return Excepted(who, reason, self._value(table, row, "until", date, date.min))

    def _patterns(self, data: dict[str, Any]) -> tuple[OwnPattern, ...]:
        found = [self._pattern(name, self._table(data, "patterns", name)) for name in data]
        return tuple(pattern for pattern in found if pattern is not None)

    def _pattern(self, name: str, row: dict[str, Any]) -> OwnPattern | None:
        """A kind of the school's own; one that can't be looked for is a mistake, never silence."""
        table = f"patterns.{name}"
        if _OWN_KIND.fullmatch(name) is None:
            self.report("patterns", name, "must be a name of small letters, digits and _, like project_code")
        elif name in KINDS:
            self.report("patterns", name, "is one of our kinds: give your own another name")
        self._unknown(table, row, ("pattern", "words", "confidence", "match_case"))
        confidence = self._choice(table, {"confidence": HIGH, **row}, "confidence", HIGH)
        match_case = self._value(table, {"match_case": False, **row}, "match_case", bool, False)
        if ("pattern" in row) == ("words" in row):
            self.report("patterns", name, "has one of pattern and words")
            return None
        key = "pattern" if "pattern" in row else "words"
        before = len(self.mistakes)
        if key == "pattern":
            written = self._value(table, row, key, str, "")
            make = partial(OwnPattern.of_pattern, name, confidence, written)
        else:
            self._words(table, row, key)  # says what is wrong with the list
            make = partial(OwnPattern.of_words, name, confidence, row[key])
        if len(self.mistakes) > before:
            return None
        try:
            return make(match_case=match_case)
        except PatternError as exc:
            self.report(table, key, str(exc))
            return None

    def _matrix(self, data: dict[str, Any]) -> Matrix:
        self._unknown("matrix", data, tuple(RECEIVERS))
        matrix: dict[str, dict[str, tuple[Step, ...]]] = {}
        for receiver, kinds in RECEIVERS.items():
            table = f"matrix.{receiver}"
            rows = self._table({**IMPLIED, **data}, "matrix", receiver)
            self._unknown(table, rows, kinds)
            matrix[receiver] = {kind: self._steps(table, rows, kind) for kind in kinds}
        return matrix

    def _steps(self, table: str, rows: dict[str, Any], kind: str) -> tuple[Step, ...]:
        found: list[Step] = []
        for persons, does in self._table(rows, table, kind).items():
            if not persons.isdigit() or int(persons) < 1:
                self.report(table, kind, f'"{persons}" is no number of persons')
            elif does in {"pass", "coach", "block"}:
                found.append((int(persons), Action[does.upper()], None))
            elif does in CHOICES["approver"]:
                found.append((int(persons), Action.HOLD, Approver[does.upper()]))
            else:
                self.report(table, kind, f'"{does}" is neither pass, coach, block nor an approver')
        return tuple(sorted(found))

    def _table(self, data: dict[str, Any], table: str, key: str) -> dict[str, Any]:
        if key not in data:
            self.report(table, key, "is missing")
            return {}
        value = data[key]
        if not isinstance(value, dict):
            self.report(table, key, "must be a table")
            return {}
        return value

    def _unknown(self, table: str, row: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in row:
            if key not in known:
                near = get_close_matches(key, known, 1)
                self.report(table, key, "is unknown" + (f': did you mean "{near[0]}"?' if near else ""))

    def _value(self, table: str, row: dict[str, Any], key: str, kind: type, default: Any) -> Any:
        if key not in row:
            if row:
                self.report(table, key, "is missing")
            return default
        value = row[key]
        if type(value) is not kind:
            words = {str: "text in quotes", bool: "true or false", int: "a whole number", date: "a day: 2027-01-31"}
            self.report(table, key, f"must be {words[kind]}")
            return default
        return value

    def _choice(self, table: str, row: dict[str, Any], key: str, default: str) -> str:
        value: str = self._value(table, row, key, str, default)
        if value not in CHOICES[key] and value != default:
            near = get_close_matches(value, CHOICES[key], 1)
            hint = f': did you mean "{near[0]}"?' if near else ""
            self.report(table, key, f'"{value}" is not one of {", ".join(CHOICES[key])}{hint}')
            return default
        return value

    def _words(self, table: str, row: dict[str, Any], key: str) -> frozenset[str]:
        value = row.get(key)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.report(table, key, 'must be a list of words: ["...", "..."]')
            return frozenset()
        return frozenset(word.lower() for word in value)
