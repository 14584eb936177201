"""The words of the pages in Dutch and English, and which of the two a reader gets.

Promises: both catalogues have the same keys, read once at import; what the reader asks for (`?lang=`) goes before what
the browser prefers, and that before the school's own language. Dates are written for people, in the school's time zone.
Fails: KeyError for a word that is not in the catalogue: the tests draw every page in both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

Lang = Literal["nl", "en"]
LANGUAGES: Final[tuple[Lang, ...]] = ("nl", "en")


def _read(name: str) -> Mapping[str, object]:
    return tomllib.loads(files("gateway.web").joinpath("texts", f"{name}.toml").read_text("utf-8"))


CATALOGUES: Final[Mapping[Lang, Mapping[str, str]]] = {
    lang: {key: str(text) for key, text in _read(lang).items()} for lang in LANGUAGES
}


@dataclass(frozen=True, slots=True)
class ClauseText:
    """What a clause's page tells besides the policy."""

    checked: str
    unseen: str


CLAUSES: Final[Mapping[Lang, Mapping[str, ClauseText]]] = {
    lang: {
        clause: ClauseText(texts[f"checked_{lang}"], texts[f"unseen_{lang}"])
        for clause, texts in cast("Mapping[str, Mapping[str, str]]", _read("clauses")).items()
    }
    for lang in LANGUAGES
}


def say(lang: Lang, key: str, **values: object) -> str:
    """Give one phrase, with its place-holders filled in."""
    return CATALOGUES[lang][key].format(**values)


def moment(lang: Lang, at: datetime, zone: ZoneInfo) -> str:
    """Write an instant as people say it: "dinsdag 24 november 2026, 14:05"."""
    local = at.astimezone(zone)
    day = CATALOGUES[lang]["days"].split()[local.weekday()]
    month = CATALOGUES[lang]["months"].split()[local.month - 1]
    return f"{day} {local.day} {month} {local.year}, {local:%H:%M}"


def choose(asked: str | None, accept_language: str, default: Lang) -> Lang:
    """Choose the language of a page. `accept_language` is the browser's header (RFC 9110 §12.5.4)."""
    if asked in LANGUAGES:
        return asked
    best, weight = default, 0.0
    for item in accept_language.split(","):
        name, _, parameter = item.partition(";")
        found = name.strip().lower().partition("-")[0]
        quality = _quality(parameter)
        if found in LANGUAGES and quality > weight:
            best, weight = found, quality
    return best


def _quality(parameter: str) -> float:
    """Read `q=0.7`; without it 1. What can't be read counts for nothing."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(float(value), 1.0) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
