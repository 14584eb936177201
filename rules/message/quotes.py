"""Quoted mail inside a text: header blocks (Van/Aan/CC), attribution lines, lines behind `>`.

Promises: total, linear; every letter of the text comes back in exactly one piece, quote marks excepted. Only lines
with a colon are looked at: header lines have one, and attributions end in one.
Wordings: Outlook, Apple, Thunderbird, Gmail in Dutch, English, German and French.
"""

from __future__ import annotations

import re

_FROM = frozenset("van from von de afzender expéditeur absender sender".split())
_OTHERS = frozenset(
    "verzonden datum sent date gesendet envoyé envoye aan to an à a cc bcc cci kopie copie onderwerp subject betreff "
    "objet namens".split()
) | {"antwoord aan", "reply-to", "antwort an", "répondre à"}
_LABEL = re.compile(r"[\s>*_|]{0,20}([A-Za-zÀ-ÿ-]{1,12}(?: [A-Za-zÀ-ÿ]{1,4})?)[*_]{0,2}[ \t\xa0]?:")
_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_SEPARATOR = re.compile(
    r"[\s>]{0,20}(?:-{2,}|_{10,}|(?:begin )?(?:oorspronkelijk|doorgestuurd|forwarded|original))",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"[\s>]{0,20}(?:op|on|am|le)\b.{4,300}?\b(?:schreef|geschreven|wrote|schrieb|geschrieben|a écrit)\b"
    r"[^:]{0,200}:\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTION_LINES = 3
# The line a mail ends with; what stands under it is the signature.
_SIGN_OFF = re.compile(
    r"^[ \t>*_]*(?:--[ \t]*$|(?:met )?(?:(?:een )?(?:vriendelijke|hartelijke|sportieve|warme|beste|muzikale|"
    r"collegiale|feestelijke|zonnige)[ \t,]*)+ ?gr\w{0,8}\b|met vr\.? ?gr\b|(?:veel |lieve )?groe(?:t|ten|tjes)\b|"
    r"mvg\b|m\.v\.g|hgr\b|gr\b|vr\.? ?gr\b|hoogachtend|(?:kind|best|warm|many)? ?regards|best wishes|"
    r"yours (?:sincerely|faithfully|truly)|sincerely|cheers|verzonden v(?:an|ia)|sent from|outlook voor)[^\n]{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
_AFTERTHOUGHT = re.compile(r"^[ \t]*p\.? ?s\.?\b", re.IGNORECASE | re.MULTILINE)
# A block's lines stand together; between them may be a list of recipients as long as a class.
_BLOCK_LETTERS = 20_000
_LINE_LETTERS = 400
_BLANK_LINES_MAX = 2


def split_quotes(text: str) -> list[tuple[str, str]]:
    """Pieces in order: ("text", …) written now, ("quoted", …) from an earlier mail."""
    cut = _first_cut(text) if ":" in text else len(text)
    own, earlier = text[:cut], text[cut:]
    pieces = _by_marks(own) if ">" in own else [("text", own)]
    if earlier:
        pieces.append(("quoted", _MARKS.sub("", earlier) if ">" in earlier else earlier))
    return pieces


def signature_start(text: str) -> int:
    """Where the signature begins: the line of the last greeting that ends a mail; the end of the text without one.

    An afterthought ("P.S.") under it belongs to the text, and so does all that stands above it.
    """
    last = None
    for last in _SIGN_OFF.finditer(text):  # noqa: B007 - the last one counts
        pass
    if last is None or _AFTERTHOUGHT.search(text, last.end()):
        return len(text)
    return last.start()


def _by_marks(text: str) -> list[tuple[str, str]]:
    pieces: list[tuple[str, list[str]]] = []
    for line in text.splitlines(keepends=True):
        marks = _MARKS.match(line)
        kind = "text" if marks is None else "quoted"
        if not pieces or pieces[-1][0] != kind:
            pieces.append((kind, []))
        pieces[-1][1].append(line if marks is None else line[marks.end() :])
    return [(kind, "".join(piece)) for kind, piece in pieces]


def _first_cut(text: str) -> int:
    """From where everything is quoted; the end if nothing is."""
    sender = -1
    position = 0
    while (colon := text.find(":", position)) != -1:
        start = text.rfind("\n", position, colon) + 1 or position
        end = text.find("\n", colon)
        end = len(text) if end == -1 else end
        line = text[start : min(end, start + _LINE_LETTERS)]
        label = _label(line)
        if label in _FROM:
            sender = start
        elif label in _OTHERS and 0 <= start - sender < _BLOCK_LETTERS and sender >= 0:
            return _with_separator(text, sender)
        elif line.rstrip().endswith(":") and (first := _attribution(text, start, end)) >= 0:
            return first
        position = end + 1
    return len(text)


def _label(line: str) -> str:
    found = _LABEL.match(line)
    return found.group(1).lower() if found is not None else ""


def _with_separator(text: str, start: int) -> int:
    """A line like "-----Oorspronkelijk bericht-----" before the block belongs to it."""
    above = start
    for _ in range(_BLANK_LINES_MAX + 1):
        if above == 0:
            break
        end = above - 1
        above = text.rfind("\n", 0, end) + 1
        line = text[above:end]
        if line.strip(" \t\r>"):
            return above if _SEPARATOR.match(line) else start
    return start


def _attribution(text: str, start: int, end: int) -> int:
    """Where "Op … schreef …:" begins, if the line that ends here ends one; -1 if not."""
    for _ in range(_ATTRIBUTION_LINES):
        if end - start > _LINE_LETTERS * 2:
            break
        if _ATTRIBUTION.match(text, start, end):
            return start
        start = text.rfind("\n", 0, max(0, start - 1)) + 1
    return -1
