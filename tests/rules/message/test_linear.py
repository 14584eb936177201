"""Four times the bytes take about four times as long: no message is made slow by its form."""

import time

import pytest

from rules.message import parse
from tests.support.hostile import look_at_everything
from tests.support.swelling import FAMILIES

SMALL_BYTES = 8_000
# Below this the clock and the collector make the ratio.
FLOOR_SECONDS = 0.02
RATIO_MAX = 12.0


def seconds(raw: bytes) -> float:
    """The better of two runs, in time of this process."""
    runs = []
    for _ in range(2):
        start = time.process_time()
        look_at_everything(parse(raw))
        runs.append(time.process_time() - start)
    return min(runs)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_time_grows_with_size_and_not_with_its_square(family: str) -> None:
    small, large = seconds(FAMILIES[family](SMALL_BYTES)), seconds(FAMILIES[family](4 * SMALL_BYTES))
    assert large <= RATIO_MAX * max(small, FLOOR_SECONDS), f"{small:.3f} s, then {large:.3f} s"
