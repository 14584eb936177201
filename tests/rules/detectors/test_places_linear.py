"""Four times the text takes about four times as long: telephone numbers, addresses and dates of birth."""

import time

import pytest

from rules.detectors import birth_date, home_address, phone
from rules.text.context import Context

LETTERS = 8_000
# Below this the clock and the collector make the ratio.
FLOOR_SECONDS = 0.02
RATIO_MAX = 12.0
PIECES = [
    "0", "06", "06 ", "0-", "0 6 1 2 ", "+31 ", "+", "00", "(0", "06-1234567", "06-12345678 ", "nul zes 1", "O6-l", "tel ",
    "order 06", "0113-213010 hotel\n", "a-", "1 ", "1\n", "12,", "4461 AB ", "4461 AB 12 ", "Lindelaan ", "Lindelaan 12 ",
    "Lindelaan 12, 4461 AB Goes\n", "Lindelaan\t12\t4461 AB\n", "Van De ", "Burg. ", "straat", "adres: ", "12 Maple Road ",
    "geb ", "geb. 12-03-2011 ", "12-03-2011 ", "geboortedata ", "Anna Bos\t12-03-2011\n", "20110312", "2011 ", "\n", "\n\n",
    "geb. 120311, ", "Anna (12-03-2011) ", "12 maart ", "maart 12 ", "woont 1 ", "Anna;0612345678;612345678\n", " ", "\t", ".",
    "é", "12a", "1-", "1/", "'s-", "Postbus 12 ", "Kerkstr. 5 ", "14 jaar 12-03-2011 ",
]  # fmt: skip


def seconds(text: str) -> float:
    """The better of two runs of all three detectors, in time of this process."""
    runs = []
    for _ in range(2):
        start = time.process_time()
        for detector in (phone, birth_date, home_address):
            detector.find(Context(text))
        runs.append(time.process_time() - start)
    return min(runs)


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_size_and_not_with_its_square(piece: str) -> None:
    small, large = (seconds(piece * (size // len(piece))) for size in (LETTERS, 4 * LETTERS))
    assert large <= RATIO_MAX * max(small, FLOOR_SECONDS), f"{small:.3f} s, then {large:.3f} s"
