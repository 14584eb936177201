"""The same texts by others: a naive scan (patterns and python-stdnum), and Microsoft Presidio's pattern recognisers.

Presidio runs on a blank spaCy pipeline, without any model, with every recogniser that needs none; its entities are taken for our kinds
where they mean the same. Neither is a dependency of ours: what isn't installed is left out and said to be missing.

    pip install presidio-analyzer python-stdnum    # into an environment beside ours
    python -m tests.corpus.compare [--ours]

`--ours` adds our own scan, where the project is installed. Of the blind half only figures are shown, as everywhere.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from typing import Any

from tests.corpus.scoring import HALVES, Scores, Span, read, scanner, score, share

Find = Callable[[str], list[Span]]
KINDS = (
    "bsn", "birth_date", "credentials", "education_number", "email_address", "grades", "health", "home_address", "iban",
    "id_document", "phone", "student_number",
)  # fmt: skip
# What a school would write in an afternoon.
NAIVE = {
    "email_address": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "phone": r"(?:\+31|0031|0)[\s-]?(?:\(0\))?\d{1,3}[\s-]?\d{6,8}|06[\s-]?(?:\d[\s-]?){8}",
    "home_address": r"[A-Z][a-z]+(?:straat|laan|weg|plein|hof|dijk)\s\d+\w?|\d{4}\s?[A-Z]{2}\b",
    "birth_date": r"\b\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d\b",
    "student_number": r"\b\d{6}\b",
    "id_document": r"\b[A-Z]{2}[A-Z0-9]{6}\d\b",
    "grades": r"\b(?:10|[1-9])[,.]\d\b",
    "health": r"(?i)\b(?:adhd|autisme|dyslexie|epilepsie|diabetes|depressie|allergi\w+|medicatie|psycholoog|ziek)\b",
    "credentials": r"(?i)(?:wachtwoord|password|pincode|ww)\s*:?\s*\S+",
}
CHECKED = {
    "bsn": (r"\b\d{9}\b", "stdnum.nl.bsn"),
    "education_number": (r"\b10\d{7}\b", "stdnum.nl.onderwijsnummer"),
    "iban": (r"\b[A-Z]{2}\d\d(?:\s?[A-Z0-9]{4}){3,7}\s?[A-Z0-9]{0,3}\b", "stdnum.iban"),
}
ENTITIES = {
    "EMAIL_ADDRESS": "email_address", "PHONE_NUMBER": "phone", "IBAN_CODE": "iban", "NL_BSN": "bsn", "DATE_TIME": "birth_date",
    "US_PASSPORT": "id_document", "UK_PASSPORT": "id_document", "US_DRIVER_LICENSE": "id_document", "DATE_OF_BIRTH": "birth_date",
}  # fmt: skip
SCORE_MIN = 0.4  # Presidio's own measure: that of a telephone number without a word beside it
# It believes only domains that exist; these are as long.
REAL = ((".example", ".company"), (".test", ".info"))


def naive() -> Find:
    checks = {kind: (re.compile(pattern), importlib.import_module(name)) for kind, (pattern, name) in CHECKED.items()}
    plain = {kind: re.compile(pattern) for kind, pattern in NAIVE.items()}

    def find(text: str) -> list[Span]:
        found = [Span(kind, *one.span()) for kind, pattern in plain.items() for one in pattern.finditer(text)]
        for kind, (pattern, check) in checks.items():
            found += [Span(kind, *one.span()) for one in pattern.finditer(text) if check.is_valid(one.group())]
        return found

    return find


def presidio() -> Find:
    spacy: Any = importlib.import_module("spacy")
    analyzer: Any = importlib.import_module("presidio_analyzer")
    domains: Any = importlib.import_module("tldextract")
    domains.extract = domains.TLDExtract(suffix_list_urls=())  # its list as packed: nothing is fetched
    engines: Any = importlib.import_module("presidio_analyzer.nlp_engine")

    class Blank(engines.SpacyNlpEngine):  # type: ignore[misc,name-defined]
        """spaCy's tokeniser and nothing else."""

        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

    registry = analyzer.RecognizerRegistry(supported_languages=["en"])
    recognisers: Any = importlib.import_module("presidio_analyzer.predefined_recognizers")
    for name in dir(recognisers):
        made = getattr(recognisers, name)
        pattern_like = isinstance(made, type) and issubclass(made, analyzer.EntityRecognizer)
        if not pattern_like or not (issubclass(made, analyzer.PatternRecognizer) or name == "PhoneRecognizer"):
            continue
        more = {"supported_regions": ("NL", "BE", "DE")} if name == "PhoneRecognizer" else {}
        try:
            registry.add_recognizer(made(supported_language="en", **more))
        except TypeError:
            print(f"presidio: {name} can't be made without more", file=sys.stderr)
    engine = analyzer.AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])

    def find(text: str) -> list[Span]:
        for invented, real in REAL:
            text = text.replace(invented, real)
        return [
            Span(ENTITIES[one.entity_type], one.start, one.end)
            for one in engine.analyze(text, language="en", score_threshold=SCORE_MIN)
            if one.entity_type in ENTITIES
        ]

    return find


def row(name: str, kind: str, scores: Scores) -> str:
    one = scores.over(KINDS) if kind == "all kinds" else scores.of(kind)
    return f"{name:<9} {kind:<18} {share(one.right, one.right + one.wrong):<22} {share(one.found, one.labels)}"


def main() -> None:
    contenders: dict[str, Callable[[], Find]] = {"naive": naive, "presidio": presidio}
    if "--ours" in sys.argv:
        contenders["postwacht"] = scanner
    for half in ("open", "blind"):
        print(f"{half:<28} precision (95 %)       recall (95 %)")
        for name, make in contenders.items():
            try:
                find = make()
            except ImportError as exc:
                print(f"{name:<9} is missing here: {exc.name}")
                continue
            scores = score(read(HALVES[half]), find)
            print(*(row(name, kind, scores) for kind in (*KINDS, "all kinds")), sep="\n")
            print(f"{name:<9} innocent with a finding {share(scores.accused, scores.innocent)}")
        print()


if __name__ == "__main__":
    main()
