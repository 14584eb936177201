"""The Date header (RFC 5322 §3.3, obsolete forms of §4.3 included).

Promises: an aware datetime or None; never a guess about what can't be read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DATE = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*[\s-]+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([+-])(\d{2})(\d{2})|([a-z]+))?"
)
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2}


def read_date(text: str) -> datetime | None:
    """The moment, or None."""
    found = _DATE.match(text.strip().lower())
    if found is None or found.group(2) not in _MONTHS:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes, zone = found.groups()
    full_year = int(year)
    if len(year) < 4:
        # RFC 5322 §4.3: two digits below 50 are of this century, three digits count from 1900.
        full_year += 2000 if full_year < 50 else 1900
    offset = timedelta(hours=_ZONES.get(zone or "", 0))
    if sign:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == "-" else 1)
    try:
        return datetime(
            full_year, _MONTHS[month], int(day), int(hour), int(minute), min(int(second or 0), 59),
            tzinfo=timezone(offset) if offset else UTC,
        )  # fmt: skip
    except ValueError:
        return None
