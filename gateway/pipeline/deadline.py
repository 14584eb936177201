"""When a held message goes back to its sender: so many hours of clock time, stopped on weekends and school holidays.

Promises: pure; the result is never before `start`, and never inside a weekend or holiday unless `hours` is zero.
Source: protocol.md, "Holds stay rare and short" (24 hours).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.people import School

HOLD_HOURS = 24
# protocol.md: the approver, and a deputy, are reminded after so many working hours.
REMIND_HOURS = 4
SATURDAY = 5
# A school whose holidays cover every day has no deadline that means anything; a year is where counting stops.
FREE_DAYS_MAX = 366


def expires_at(
    start: datetime, *, zone: str, holidays: Iterable[tuple[date, date]], hours: float = HOLD_HOURS
) -> datetime:
    """Add `hours` of counted time to `start` (aware), in the school's time zone; returns UTC."""
    tz = ZoneInfo(zone)
    closed = tuple(holidays)
    left = timedelta(hours=hours)
    here = start.astimezone(tz)
    for _ in range(FREE_DAYS_MAX):
        # Midnight is wall time turned to UTC: a change of the clock shortens or lengthens that day.
        midnight = datetime.combine(here.date() + timedelta(days=1), time(), tzinfo=tz)
        if not is_free(here.date(), closed):
            rest = midnight.astimezone(UTC) - here.astimezone(UTC)
            if left <= rest:
                return here.astimezone(UTC) + left
            left -= rest
        here = midnight
    return here.astimezone(UTC)


def remind_at(start: datetime, school: School, hours: float = REMIND_HOURS) -> datetime:
    """Add `hours` of the school's working hours to `start` (aware); returns UTC."""
    tz = ZoneInfo(school.time_zone)
    left = timedelta(hours=hours)
    day = start.astimezone(tz).date()
    opens, closes = school.working_hours
    for _ in range(FREE_DAYS_MAX):
        if not is_free(day, school.holidays):
            begin = max(datetime.combine(day, opens, tzinfo=tz).astimezone(UTC), start.astimezone(UTC))
            end = datetime.combine(day, closes, tzinfo=tz).astimezone(UTC)
            if begin < end:
                if left <= end - begin:
                    return begin + left
                left -= end - begin
        day += timedelta(days=1)
    return start.astimezone(UTC) + timedelta(days=FREE_DAYS_MAX)


def is_free(day: date, holidays: Iterable[tuple[date, date]]) -> bool:
    """Whether the clock of holds stands still on this day; both ends of a holiday belong to it."""
    return day.weekday() >= SATURDAY or any(first <= day <= last for first, last in holidays)
