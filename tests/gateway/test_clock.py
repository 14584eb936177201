"""The clock as a value."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import Clock, FixedClock, SystemClock, instant, micros


def test_the_machines_clock_is_aware_and_grows():
    clock: Clock = SystemClock()
    first = clock.monotonic()
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.monotonic() >= first


def test_a_fixed_clock_moves_only_when_told():
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    clock = FixedClock(start)
    assert (clock.now(), clock.monotonic()) == (start, 0.0)
    clock.advance(hours=2)
    assert (clock.now(), clock.monotonic()) == (start + timedelta(hours=2), 7200.0)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2300, 1, 1), timezones=st.just(UTC)))
def test_an_instant_survives_the_database(moment: datetime):
    assert instant(micros(moment)) == moment


def test_microseconds_do_not_depend_on_the_zone():
    moment = datetime(2026, 7, 1, 14, tzinfo=UTC)
    assert micros(moment.astimezone()) == micros(moment)
