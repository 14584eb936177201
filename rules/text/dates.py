"""Dates as people write them, Dutch and English: "12-03-2011", "12 mrt. '11", "March 3rd, 2011", "2011-03-12".

Promises: total; a date is read at a number in one bounded look. Day before month, unless only the other order is one.
Two figures of a year mean 1930 to 2029: the birthdays of everybody in a school.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan", "feb", "maa mrt mar mär", "apr", "mei may mai", "jun", "jul", "aug", "sep", "okt oct", "nov",
            "dec dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[^\W\d_]{{0,9}}"
_YEAR = r"(?P<year>(?:18|19|20)\d\d|'?\d\d)(?!\d|[-./]\d)"
_CUT = r"(?:[ ]?[-./\\_][ ]?|[ ]?,[ ])"
_NUMERIC = re.compile(rf"(?P<day>\d\d?){_CUT}(?P<month>\d\d?){_CUT}{_YEAR}")
_SPACED = re.compile(r"(?P<day>\d\d?)[-./ ](?P<month>\d\d?)[ ](?P<year>(?:19|20)\d\d)(?!\d|[-./ ]\d)")
_BACKWARD = re.compile(r"(?P<year>(?:19|20)\d\d)[-./ ](?P<month>\d\d?)[-./ ](?P<day>\d\d?)(?!\d)")
# Figures that mean a date only if something says so.
_COMPACT = re.compile(
    r"(?:(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20)\d\d)|(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d))(?!\d)"
)
_SIX = re.compile(r"(?P<day>\d\d)[ ]?(?P<month>\d\d)[ ]?(?P<year>\d\d)(?!\d)")
_NAMED = re.compile(
    rf"(?P<day>\d\d?)(?:ste|de|st|nd|rd|th|e)?[ ]?[-./]?[ ]?(?:of[ ])?{_MONTH}(?:\.?[ ,]{{0,2}}|[-/. ]{{1,3}}"
    rf"|[ ](?:in|van)[ ](?:het[ ]jaar[ ])?){_YEAR}"
)
_ROMANS = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_ROMAN = re.compile(
    rf"(?P<day>\d\d?)[-./ ](?P<month>{'|'.join(sorted(_ROMANS, key=len, reverse=True))})[-./ ](?P<year>(?:19"
    rf"|20)\d\d)(?!\d|[-./]\d)"
)
_MONTH_FIRST = re.compile(rf"{_MONTH}\.?[ ]{{1,2}}\Z")
_DAY_YEAR = re.compile(rf"(?P<day>\d\d?)(?:st|nd|rd|th)?(?:,[ ]?|[ ]){_YEAR}")
# "september " and a blank or two.
_MONTH_LETTERS = 14
_CENTURY_TURNS = 30


@dataclass(frozen=True, slots=True)
class Date:
    """text[start:end] reads as this day. `compact`: figures in a row, a date only if something says so."""

    start: int
    end: int
    year: int
    month: int
    day: int
    compact: bool = False

    @property
    def value(self) -> str:
        """YYYY-MM-DD."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


def date_at(folded: str, start: int) -> Date | None:
    """The full date (lower case) whose first number begins at `start`; a month in letters may stand before it."""
    for pattern in (_NUMERIC, _BACKWARD, _NAMED, _SPACED, _ROMAN):
        if (found := pattern.match(folded, start)) is not None:
            return _date(start, found.end(), found["year"], _number(found["month"]), int(found["day"]))
    if (found := _DAY_YEAR.match(folded, start)) is not None:
        floor = max(0, start - _MONTH_LETTERS)
        month = _MONTH_FIRST.search(folded[floor:start])
        if month is not None:
            return _date(floor + month.start(), found.end(), found["year"], _MONTHS[month["month"]], int(found["day"]))
    if (found := _COMPACT.match(folded, start)) is not None:
        parts = [found[name] or found[name[0]] for name in ("year", "month", "day")]
        return _date(start, found.end(), parts[0], int(parts[1]), int(parts[2]), compact=True)
    if (found := _SIX.match(folded, start)) is not None:
        return _date(start, found.end(), found["year"], int(found["month"]), int(found["day"]), compact=True)
    return None


def _number(month: str) -> int:
    return _MONTHS.get(month) or _ROMANS.get(month) or int(month)


def _date(start: int, end: int, written: str, month: int, day: int, *, compact: bool = False) -> Date | None:
    year = int(written.lstrip("'"))
    if year < 100:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    if month > 12 >= day:
        month, day = day, month
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return Date(start, end, year, month, day, compact)
