"""Finds the people of the directory in text: "Tim de Vries", "Vries, T. de", "mevrouw De Vries", "Sven uit 3B".

Promises: linear in the text, however many people; compiled once. Accents and hyphens make no difference; a whole name
counts in small letters too. Never a bare word: a first name alone counts beside its class, a surname alone beside a
title or (LOW) its tussenvoegsel. `Names.owners` gives the ids a hit's value stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import final

from ahocorasick_rs import AhoCorasick

from rules.people.values import Person
from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.phrases import matches

_BEFORE, _AFTER = 64, 40
# Letter for letter, so that places stay: accents off, hyphens and line ends blanks.
_PLAIN: dict[int, str] = {
    code: base
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if len(base := "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))) == 1
} | {
    ord("-"): " ",
    ord("\n"): " ",
    ord("\r"): " ",
    ord("\t"): " ",
    ord("ø"): "o",
    ord("Ø"): "O",
    ord("ł"): "l",
    ord("Ł"): "L",
    ord("ı"): "i",
}
_INFIX = re.compile(
    r"(?:(?:van|von|de|den|der|het|'t|'s|el|al|ten|ter|te|ben|bin|la|le|du|da|dos|di|af|op|in|aan|uit|"
    r"onder|over|voor|bij|zu|zur|st\.?)[ ])+",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:mevrouw|meneer|mevr|mw|dhr|de heer|heer|fam|familie|juf|juffrouw|meester|mr|mrs|ms|miss|dr|"
    r"drs|prof|mejuffrouw|the)\b\.?(?: (?:en|and|&) (?:mevrouw|meneer|mevr|mw|dhr|mrs|ms)\b\.?)? ?\Z"
)
_INITIALS = re.compile(r"(?:^|[ (\"'\[;:/,|])((?:[a-z]\.[ ]?){1,4}|[a-z])\Z")
_BEHIND = re.compile(r"[ ]?,[ ]{0,3}([a-z'][a-z'.]*(?:[ ][a-z'][a-z'.]*){0,4})")
_CLASS = re.compile(
    r"[ ]{1,3}(?:\(|uit |van |in |from |of |klas |class |, ?)?[ ]?(?:klas |class )?\(?([a-z0-9][\w.]{1,9})\b"
)


def plain(text: str) -> str:
    """The text letter for letter without accents, hyphens and line ends."""
    if text.isascii():
        for mark in "-\n\r\t":  # cheaper than a table
            text = text.replace(mark, " ")
        return text
    return text.translate(_PLAIN)


def _words(name: str) -> str:
    return " ".join(plain(name).lower().replace("’", "'").split())


@final
class Names:
    """The people of a directory, compiled. Ask `find`."""

    __slots__ = ("_firsts", "_kinds", "_owners", "_surnames", "_titled", "_whole", "_whole_values")

    def __init__(self, people: Iterable[Person]) -> None:
        # surname -> tussenvoegsel -> first names and initials it stands with
        self._surnames: dict[str, dict[str, set[str]]] = {}
        self._firsts: dict[str, dict[str, str]] = {}
        owners: dict[str, dict[str, None]] = {}
        whole: dict[str, None] = {}
        for person in people:
            first, infix, last = _words(person.first_name), _words(person.infix), _words(person.last_name)
            family = f"{infix} {last}".strip()
            if (led := _INFIX.match(family)) is not None and led.end() < len(family):
                infix, last = led[0].strip(), family[led.end() :]
            else:
                infix, last = "", family
            if len(last) < 2:
                continue
            forms = self._surnames.setdefault(last, {}).setdefault(infix, set())
            owners.setdefault(family, {})[person.id] = None
            if first:
                for form in (first, first[0]):
                    forms.add(form)
                    owners.setdefault(f"{form} {family}", {})[person.id] = None
                if len(first) > 1:
                    whole[f"{first} {family}"] = None
                    if person.class_name:
                        value = f"{first} {person.class_name.lower()}"
                        self._firsts.setdefault(first, {})[person.class_name.lower()] = value
                        owners.setdefault(value, {})[person.id] = None
        self._owners = {value: tuple(ids) for value, ids in owners.items()}
        self._whole_values = tuple(whole)
        self._whole = AhoCorasick(self._whole_values)
        self._kinds = (*((name, True) for name in self._surnames), *((name, False) for name in self._firsts))
        self._titled = AhoCorasick([_capital(name) for name, _ in self._kinds])

    def owners(self, value: str) -> tuple[str, ...]:
        """The ids of those a value may mean; none if it is of no hit."""
        return self._owners.get(value, ())

    def find(self, context: Context) -> tuple[Hit, ...]:
        """Every name in the text, in order; of names over each other the longest."""
        text = plain(context.text)
        folded = text.lower() if len(text.lower()) == len(text) else plain(context.folded)
        hits: list[Hit] = []
        for index, start, end in matches(self._whole, folded):
            if _apart(folded, start, end):
                sure = not context.text[start:end].islower()
                hits.append(Hit(start, end, self._whole_values[index], HIGH if sure else LOW))
        for index, start, end in matches(self._titled, text):
            name, surname = self._kinds[index]
            if _apart(folded, start, end):
                hit = self._surname(folded, name, start, end) if surname else self._first(folded, name, start, end)
                if hit is not None:
                    hits.append(hit)
        return _longest(hits)

    def _first(self, folded: str, name: str, start: int, end: int) -> Hit | None:
        behind = _CLASS.match(folded, end, end + _AFTER)
        value = self._firsts[name].get(behind[1]) if behind is not None else None
        return None if value is None else Hit(start, end, value, HIGH)

    def _surname(self, folded: str, last: str, start: int, end: int) -> Hit | None:
        before = folded[max(0, start - _BEFORE) : start]
        best: Hit | None = None
        for infix, forms in self._surnames[last].items():
            family = f"{infix} {last}".strip()
            led = before.rstrip(" ")
            if infix:
                if not led.endswith(infix) or (len(led) > len(infix) and led[-len(infix) - 1].isalnum()):
                    behind = self._behind(folded, (last, infix), start, end)
                    best = behind or best
                    continue
                led = led[: -len(infix)].rstrip(" ")
            at = start - len(before) + len(led) + (len(before[len(led) :]) - len(before[len(led) :].lstrip(" ")))
            for words in (1, 2, 3):
                said = " ".join(led.split(" ")[-words:]).lstrip("(\"'[;:/,|<")
                if len(said) > 1 and said in forms:
                    return Hit(start - len(before) + len(led) - len(said), end, f"{said} {family}", HIGH)
            letters = _INITIALS.search(led)
            if letters is not None and letters[1][0] in forms and (led.endswith(".") or infix):
                first = start - len(before) + letters.start(1)
                best = Hit(first, end, f"{letters[1][0]} {family}", HIGH)
            elif (behind := self._behind(folded, (last, infix), start, end)) is not None:
                best = behind
            elif best is None and _TITLE.search(led + " "):
                best = Hit(at, end, family, HIGH)
            elif best is None and infix:
                best = Hit(at, end, family, LOW)
        return best

    def _behind(self, folded: str, name: tuple[str, str], start: int, end: int) -> Hit | None:
        """`Vries, Tim de`, `Vries, T. de`, `Vries, de, Tim`."""
        last, infix = name
        forms = self._surnames[last][infix]
        found = _BEHIND.match(folded, end, end + _AFTER)
        if found is None:
            return None
        words = found[1].split()
        rest = " ".join(words[1:])
        if infix and not rest.startswith(infix):
            return None
        initial = words[0].rstrip(".")
        said = initial if initial in forms else words[0][0] if words[0].endswith(".") and words[0][0] in forms else ""
        if not said or (len(initial) == 1 and not words[0].endswith(".")):
            return None
        length = len(words[0]) + (1 + len(infix) if infix else 0)
        return Hit(start, found.start(1) + length, f"{said} {infix} {last}".replace("  ", " "), HIGH)


def _capital(name: str) -> str:
    """As it is written: every word with a capital; `o'brien` is O'Brien."""
    return re.sub(r"(?:^|(?<=[ ']))[a-z]", lambda letter: letter[0].upper(), name)


def _apart(folded: str, start: int, end: int) -> bool:
    return not (start and folded[start - 1].isalnum()) and not folded[end : end + 1].isalnum()


def _longest(hits: list[Hit]) -> tuple[Hit, ...]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.confidence)):
        if kept and hit.start < kept[-1].end:
            if hit.end - hit.start > kept[-1].end - kept[-1].start:
                kept[-1] = hit
            continue
        kept.append(hit)
    return tuple(kept)
