"""Check sums of numbers people have, and what stands in a text as a run of nine digits.

Promises: total and linear. What is no digit is not looked at. Sources: the proofs are public arithmetic (ISO 7064 for
`mod97`, ICAO 9303 part 3 §4.9 for `mrz_digit`).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from rules.text.context import Context

_GAP = re.compile(r"[ ]{0,2}[ ./_|-][ ]{0,2}|[ ]?\r?\n[> ]{0,3}")
# As people group nine digits; other groups count only right behind a label.
_GROUPED = frozenset({(3, 3, 3), (4, 2, 3), (4, 3, 2), (2, 3, 4), (3, 2, 4), (3, 4, 2), (2, 4, 3)})
_DATED = re.compile(
    r"(?:0?[1-9]|[12][0-9]|3[01])[^0-9]+(?:0?[1-9]|1[0-2])[^0-9]+[12][0-9]{3}"
    r"|[12][0-9]{3}[^0-9]+(?:0?[1-9]|1[0-2])[^0-9]+[0-3][0-9]"
)
_MRZ = {chr(code): code - ord("A") + 10 for code in range(ord("A"), ord("Z") + 1)}
# Before a number: it goes on to the left, or is money, a telephone, part of an address.
_NO_START = frozenset("+€$£@%&\\")
_MONEY = frozenset("€$£")


def eleven(digits: str) -> int:
    """The remainder by 11 of nine digits weighed 9, 8, … 2, -1: 0 for a BSN, 5 for an education number."""
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return weighed % 11


def mod97(iban: str) -> int:
    """The remainder by 97 of an account number as ISO 13616 reads it; 1 for a right one. ASCII capitals and digits."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97


def mrz_digit(field: str) -> str:
    """The check digit of a field of a machine-readable zone: weights 7, 3, 1; `<` is nothing."""
    weighed = sum(
        (int(sign) if sign.isdigit() else _MRZ.get(sign, 0)) * (7, 3, 1)[index % 3] for index, sign in enumerate(field)
    )
    return str(weighed % 10)


@dataclass(frozen=True, slots=True)
class Nine:
    """text[start:end] holds `digits`, eight or nine.

    `plain`: in one piece or grouped as usual, and apart from others. `dated`: eight of them that are a date.
    """

    start: int
    end: int
    digits: str
    plain: bool
    dated: bool


def nines(context: Context) -> tuple[Nine, ...]:
    """Every run of eight or nine digits, whole or in groups, in order of their starts."""
    return context.kept(_nines)


def _nines(context: Context) -> tuple[Nine, ...]:
    text, runs = context.text, context.digits
    found = []
    last = len(runs) - 1
    for index, (start, end) in enumerate(runs):
        length = end - start
        if length > 9 or (length < 8 and (index == last or runs[index + 1][0] - end > 6)):
            continue
        until, total = index, length
        while total < 8 and until < last and _joined(text, runs[until][1], runs[until + 1][0]):
            until += 1
            total += runs[until][1] - runs[until][0]
        if total == 8 and until < last and _one_more(text, runs[until], runs[until + 1]):
            until, total = until + 1, 9
        if 8 <= total <= 9 and (nine := _nine(text, runs, index, until)) is not None:
            found.append(nine)
    return tuple(found)


def _joined(text: str, end: int, start: int) -> bool:
    return start - end <= 6 and _GAP.fullmatch(text, end, start) is not None


def _one_more(text: str, run: tuple[int, int], after: tuple[int, int]) -> bool:
    return after[1] - after[0] == 1 and _joined(text, run[1], after[0])


def _nine(text: str, runs: list[tuple[int, int]], first: int, until: int) -> Nine | None:
    start, end = runs[first][0], runs[until][1]
    before, after = text[start - 1 : start], text[end : end + 1]
    if (before and before in _NO_START) or (before == " " and text[start - 2 : start - 1] in _MONEY):
        return None
    if before.isalpha() and until - first + 1 < 2 and runs[first][1] - runs[first][0] == 8:
        return None  # its first digit is misread for a letter
    if after and (after.isalnum() or after in "@%"):
        return None
    pieces = runs[first : until + 1]
    lengths = tuple(piece_end - piece for piece, piece_end in pieces)
    alone = not (first and _touches(text, runs[first - 1][1], start)) and not (
        until + 1 < len(runs) and _touches(text, end, runs[until + 1][0])
    )
    one_gap = len({text[one[1] : two[0]] for one, two in itertools.pairwise(pieces)}) <= 1
    digits = "".join(text[piece:piece_end] for piece, piece_end in pieces)
    plain = (
        alone
        and one_gap
        and (len(lengths) == 1 or lengths in _GROUPED)
        and not _bound(before)
        and "|" not in text[start:end]
    )
    dated = len(digits) == 8 and _DATED.fullmatch(text, start, end) is not None
    return Nine(start, end, digits, plain, dated)


def _bound(before: str) -> bool:
    return before.isalpha() or before in {"-", "_"}


def _touches(text: str, end: int, start: int) -> bool:
    """Whether two runs of digits are parts of one longer thing: 12-345, 12.345, 12:34, 06 12 34."""
    return start - end == 1 and text[end] in " .,:/-_+="
