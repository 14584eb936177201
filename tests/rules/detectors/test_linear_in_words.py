"""Detectors that read words: four times the text takes about four times as long, whatever it is made of."""

import time

import pytest

from rules.detectors import credentials, grades, health
from rules.detectors.person_name import Names
from rules.people.values import Kind, Person
from rules.text.context import Context

NAMES = Names([Person(id="1", kind=Kind.PUPIL, first_name="Tim", infix="de", last_name="Vries", class_name="3B")])
FINDERS = {"credentials": credentials.find, "health": health.find, "grades": grades.find, "names": NAMES.find}
PIECES = {
    "words for secrets": "wachtwoord ",
    "one long word": "wachtwoordwachtwoord",
    "a column of headings": "wachtwoord\t4711\n",
    "a line of headings": "wachtwoord;",
    "keys": "-----BEGIN PRIVATE KEY-----AAAA",
    "a key and letters": "eyJeyJeyJ",
    "signs": "code: = : ",
    "codes": "codes: 1234 5678 ",
    "blanks": "ww      ",
    "quotes": 'pin "',
    "addresses": "https://a:bcd@",
    "illness": "Sanne heeft astma en ",
    "illness in a table": "Sanne\tastma\n",
    "compounds": "dyslexie-dyslexie-",
    "capitals": "Aaa Bbb ",
    "marks": "Sanne 4,3 voor wiskunde ",
    "marks in a table": "Tim de Vries\t4,3\t5\n",
    "codes of subjects": "ne 5, en 6, ",
    "letters": "got a B- ",
    "numbers": "4,3",
    "names": "Tim de Vries, T. de ",
    "initials": "T.T.",
    "tussenvoegsels": "van de ",
    "brackets": "((((",
    "stops": ". ",
    "line ends": "\n",
}
SMALL = 4_000
# Below this the clock and the collector make the ratio.
FLOOR_SECONDS = 0.02
RATIO_MAX = 12.0


def seconds(finder: str, text: str) -> float:
    """The better of two runs, in time of this process."""
    runs = []
    for _ in range(2):
        start = time.process_time()
        FINDERS[finder](Context(text))
        runs.append(time.process_time() - start)
    return min(runs)


@pytest.mark.parametrize("piece", sorted(PIECES))
@pytest.mark.parametrize("finder", sorted(FINDERS))
def test_time_grows_with_size_and_not_with_its_square(finder: str, piece: str) -> None:
    times = SMALL // len(PIECES[piece])
    small, large = seconds(finder, PIECES[piece] * times), seconds(finder, PIECES[piece] * (4 * times))
    assert large <= RATIO_MAX * max(small, FLOOR_SECONDS), f"{small:.3f} s, then {large:.3f} s"
