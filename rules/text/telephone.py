"""Telephone numbers: from figures as typed to the one spelling they are looked up by (numbering plans of ITU E.164).

Promises: total and pure. The spelling is "+" and digits; a number of an unknown plan keeps its digits as they are.
"""

from __future__ import annotations

import re
from enum import Enum

# Dutch area codes of three figures, the 0 left out; the others have four (Nummerplan telefoon- en ISDN-diensten).
_AREAS_SHORT = frozenset(
    "10 13 15 20 23 24 26 30 33 35 36 38 40 43 45 46 50 53 55 58 70 71 72 73 74 75 76 77 78 79".split()
)
_AREAS_LONG = frozenset(
    "111 113 114 115 117 118 161 162 164 165 166 167 168 172 174 180 181 182 183 184 186 187 222 223 224 226"
    " 227 228 229"
    " 251 252 255 294 297 299 313 314 315 316 317 318 320 321 341 342 343 344 345 346 347 348 411 412 413 416"
    " 418 475 478"
    " 481 485 486 487 488 492 493 495 497 499 511 512 513 514 515 516 517 518 519 521 522 523 524 525 527 528"
    " 529 541 543"
    " 544 545 546 547 548 561 562 566 570 571 572 573 575 577 578 591 592 593 594 595 596 597 598 599".split()
)
# After 06: 1 to 5 and 8 are people's; 66 is paging, 97 machines.
_MOBILE = re.compile(r"6[1-58]\d{7}")
# 084 and 087 are personal assistants', 085, 088 and 091 companies'.
_PERSONAL = re.compile(r"8[47]\d{7}")
_COMPANY = re.compile(r"(?:85|88|91)\d{7}")
# Country codes of one, two and three figures that are in use, by E.164.
_COUNTRY = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    r"|21[1-368]|22\d|23\d|24\d|25[0-8]|26\d|29[0179]|35\d|37\d|38[0-25-79]|42[013]|50\d|59\d|67\d|68\d|69\d"
    r"|85[0236]|88[06]"
    r"|96\d|97[0-79]|99[2-68]"
)
_DIGITS_MIN, _DIGITS_MAX = 8, 15
_ABROAD = {
    "1": re.compile(r"[2-9]\d{9}"),
    "7": re.compile(r"\d{10}"),
    "32": re.compile(r"4\d{8}|[1-9]\d{7}"),
    "33": re.compile(r"[1-9]\d{8}"),
    "34": re.compile(r"[6-9]\d{8}"),
    "44": re.compile(r"[1-9]\d{8,9}"),
    "48": re.compile(r"[1-9]\d{8}"),
    "49": re.compile(r"[1-9]\d{5,11}"),
    "90": re.compile(r"[2-5]\d{9}"),
}


class Line(Enum):
    """What kind of line a Dutch number leads to."""

    MOBILE = "mobile"
    FIXED = "fixed"
    PERSONAL = "personal"
    COMPANY = "company"


def area(national: str) -> str:
    """The area code of a Dutch number without its 0; "" if there is none such."""
    if national[:2] in _AREAS_SHORT:
        return national[:2]
    return national[:3] if national[:3] in _AREAS_LONG else ""


def dutch_line(national: str) -> Line | None:
    """The kind of line of nine figures (the 0 left out); None if nobody can have that number, or it is a service."""
    if len(national) != 9:
        return None
    if _MOBILE.fullmatch(national):
        return Line.MOBILE
    if _PERSONAL.fullmatch(national):
        return Line.PERSONAL
    if _COMPANY.fullmatch(national):
        return Line.COMPANY
    code = area(national)
    return Line.FIXED if code and national[len(code)] != "0" else None


def abroad(digits: str) -> bool:
    """Whether a country code and so many figures can be a number elsewhere than in the Netherlands."""
    country = _COUNTRY.match(digits)
    if country is None or digits.startswith("31") or not _DIGITS_MIN <= len(digits) <= _DIGITS_MAX:
        return False
    known = _ABROAD.get(country.group())
    return known is None or known.fullmatch(digits[country.end() :].removeprefix("0")) is not None


def canonical_phone(written: str) -> str:
    """The spelling a number is looked up by: "06-12345678" and "+31 (0)6 1234 5678" are +31612345678; "" for none."""
    plus = written.lstrip(" (").startswith("+")
    digits = "".join(letter for letter in written if letter.isascii() and letter.isdigit())
    if digits.startswith("00"):
        plus, digits = True, digits[2:]
    if plus:
        country = digits[:2]
        if country in {"31", "32", "49", "44"} and digits[2:3] == "0":
            digits = country + digits[3:]
        return f"+{digits}" if digits else ""
    if digits.startswith("0") and dutch_line(digits[1:]):
        return f"+31{digits[1:]}"
    if len(digits) == 9 and digits.startswith("6") and dutch_line(digits):
        return f"+31{digits}"
    if digits.startswith("31") and dutch_line(digits[2:]):
        return f"+{digits}"
    if len(digits) == 10 and digits.startswith("04"):
        return f"+32{digits[1:]}"
    return digits
