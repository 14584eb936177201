"""Quoted mail inside a text: header blocks (Van/Aan/CC), attribution lines, lines behind `>`.

Promises: total, linear; every letter of the text comes back in exactly one piece, quote marks excepted.
Wordings: Outlook, Apple, Thunderbird, Gmail in Dutch, English, German and French.
"""

from __future__ import annotations

import re

_FROM = frozenset("van from von de afzender expéditeur absender sender".split())
_OTHERS = {
    **dict.fromkeys("verzonden datum sent date gesendet datum envoyé envoye".split(), "date"),
    **dict.fromkeys("aan to an à a".split(), "to"),
    **dict.fromkeys("cc kopie copie kopie: cci bcc".split(), "cc"),
    **dict.fromkeys("onderwerp subject betreff objet".split(), "subject"),
    **dict.fromkeys(("antwoord aan", "reply-to", "namens", "antwort an", "répondre à"), "reply"),
}
_LABEL = re.compile(r"[\s>*_|]{0,20}([A-Za-zÀ-ÿ-]{1,12}(?: [A-Za-zÀ-ÿ]{1,4})?)[*_]{0,2}[ \t\xa0]?:")
_MARKED = re.compile(r"[ \t]*(?:>[ \t]?)+")
_SEPARATOR = re.compile(
    r"[\s>]{0,20}(?:-{2,}|_{10,}|begin )[\s-]{0,4}"
    r"(?:$|oorspronkelijk|original|ursprüngliche|message d'origine|"
    r"doorgestuurd|forwarded|weitergeleitet|message transféré)",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"[\s>]{0,20}(?:op|on|am|le)\b.{4,300}?\b(?:schreef|geschreven|wrote|schrieb|geschrieben|a écrit)\b"
    r"[^:\n]{0,200}:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_HINTS = (
    ">", "van:", "van :", "from:", "von:", "de:", "de :", "schreef", "geschreven", "wrote", "schrieb", "écrit", "-----",
    "__________", "afzender", "absender", "sender", "*:",
)  # fmt: skip
# A header block's labels stand close together, at most with blank lines and wrapped recipients between.
_BLOCK_LINES = 40
_ATTRIBUTION_LINES = 3


def split_quotes(text: str) -> list[tuple[str, str]]:
    """Pieces in order: ("text", …) written now, ("quoted", …) from an earlier mail."""
    folded = text.lower()
    if not any(hint in folded for hint in _HINTS):
        return [("text", text)]
    lines = text.splitlines(keepends=True)
    cut = _first_cut(lines)
    pieces: list[tuple[str, list[str]]] = []
    for number, line in enumerate(lines):
        marks = _MARKED.match(line)
        kind = "quoted" if number >= cut or marks is not None else "text"
        if not pieces or pieces[-1][0] != kind:
            pieces.append((kind, []))
        pieces[-1][1].append(line[marks.end() :] if marks else line)
    return [(kind, "".join(piece)) for kind, piece in pieces]


def _first_cut(lines: list[str]) -> int:
    """The line from which everything is quoted; past the end if there is none."""
    labels = [_label(line) for line in lines]
    for number, line in enumerate(lines):
        if labels[number] == "from" and _is_block(labels, number):
            return number - 1 if number and _SEPARATOR.match(lines[number - 1]) else number
        if "-" in line and _SEPARATOR.match(line) and "from" in labels[number + 1 : number + 6]:
            return number
        if line.rstrip().endswith(":") and _attribution(lines, number):
            return max(0, number)
    return len(lines)


def _label(line: str) -> str:
    found = _LABEL.match(line) if ":" in line else None
    if found is None:
        return ""
    word = found.group(1).lower()
    return "from" if word in _FROM else _OTHERS.get(word, "")


def _is_block(labels: list[str], number: int) -> bool:
    return len({label for label in labels[number + 1 : number + _BLOCK_LINES] if label}) >= 1


def _attribution(lines: list[str], number: int) -> bool:
    return any(
        _ATTRIBUTION.match("".join(lines[first : number + 1]))
        for first in range(number, max(-1, number - _ATTRIBUTION_LINES), -1)
    )
