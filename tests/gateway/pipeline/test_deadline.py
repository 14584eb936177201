from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gateway.pipeline.deadline import expires_at, is_free

ZONE = "Europe/Amsterdam"
CHRISTMAS = ((date(2026, 12, 19), date(2027, 1, 3)),)


def test_a_message_held_on_a_tuesday_goes_back_on_wednesday_at_the_same_hour() -> None:
    start = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
    assert expires_at(start, zone=ZONE, holidays=()) == start + timedelta(hours=24)


def test_the_weekend_does_not_count() -> None:
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert expires_at(friday, zone=ZONE, holidays=()) == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_a_message_held_on_sunday_starts_counting_on_monday() -> None:
    sunday = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert expires_at(sunday, zone=ZONE, holidays=()) == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_the_christmas_holidays_do_not_count() -> None:
    friday = datetime(2026, 12, 18, 15, 0, tzinfo=UTC)
    assert expires_at(friday, zone=ZONE, holidays=CHRISTMAS) == datetime(2027, 1, 4, 15, 0, tzinfo=UTC)


def test_the_clock_change_makes_the_day_an_hour_longer() -> None:
    friday = datetime(2026, 10, 23, 21, 30, tzinfo=UTC)  # half past eleven in the evening, summer time
    assert expires_at(friday, zone=ZONE, holidays=()) == datetime(2026, 10, 26, 22, 30, tzinfo=UTC)


def test_a_school_that_is_always_closed_still_gets_a_date() -> None:
    start = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
    assert expires_at(start, zone=ZONE, holidays=((date(2026, 1, 1), date(2030, 1, 1)),)) > start


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_a_deadline_is_at_least_a_day_away_and_on_a_school_day(start: datetime) -> None:
    end = expires_at(start, zone=ZONE, holidays=CHRISTMAS)
    assert end - start >= timedelta(hours=24)
    just_before = end - timedelta(microseconds=1)
    assert not is_free(just_before.astimezone(ZoneInfo(ZONE)).date(), CHRISTMAS)
