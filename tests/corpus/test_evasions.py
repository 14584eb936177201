"""Every trick of `evasions`: caught as the plain form is, or held because it can't be inspected.

What is missed is named here and in docs/private-data.md, with the reason; a trick that begins to be caught must leave
the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.bench import Bench, Sources, set_up
from gateway.cli.setting import Place
from tests.corpus.evasions import PLACED, WRITTEN, plain_text
from tests.support.hiding import CRLF

ROOT = Path(__file__).parent.parent.parent
SCHOOL = Path(__file__).parent.parent / "examples" / "directory"
SENDER, OTHER_FAMILY = "s.elidrissi@school.example", "linda.postma@ziggo.example"
# Of a mother and her daughter in another family than the receiver's.
SENTENCES = {
    "phone": "De moeder van Noa is te bereiken op {}.",
    "bsn": "Het BSN van Noa van den Berg is {}.",
}
VALUES = {"phone": "06-38804077", "bsn": "636976038"}
PLAIN = "De moeder van Noa is te bereiken op 06-38804077, en haar BSN is 636976038."
# Trick -> why it is not seen.
MISSED = {
    "words for digits": "numbers in words are read for a mobile number's first two figures only",
    "html_data_attribute": "no mail program shows it",
    "backwards": "no text is read backwards",
    "in_hexadecimal": "figures are not decoded",
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = set_up(Place(), Sources(None, SCHOOL, SCHOOL / "school.json"), "2026-11-17T09:00")
    yield made
    made.files.close()


def outcome(bench: Bench, inner: bytes) -> str:
    head = f"From: {SENDER}{CRLF}To: {OTHER_FAMILY}{CRLF}Date: Tue, 17 Nov 2026 09:00:00 +0100{CRLF}MIME-Version: 1.0{CRLF}"
    return bench.judged(head.encode() + inner, (), SENDER, (OTHER_FAMILY,)).verdict.action.name.lower()


def test_without_a_value_the_message_goes(bench: Bench) -> None:
    assert outcome(bench, plain_text("De moeder van Noa is te bereiken.")) == "pass"


@pytest.mark.parametrize("kind", SENTENCES)
@pytest.mark.parametrize("trick", WRITTEN)
def test_a_value_is_seen_however_it_is_written(trick: str, kind: str, bench: Bench) -> None:
    said = outcome(bench, plain_text(SENTENCES[kind].format(WRITTEN[trick](VALUES[kind]))))
    assert (said in {"hold", "block"}) is (trick not in MISSED)


@pytest.mark.parametrize("trick", PLACED)
def test_a_value_is_seen_wherever_it_stands(trick: str, bench: Bench) -> None:
    assert (outcome(bench, PLACED[trick](PLAIN)) in {"hold", "block"}) is (trick not in MISSED)


def test_what_is_missed_is_said_openly() -> None:
    page = (ROOT / "docs" / "private-data.md").read_text("utf-8")
    assert [trick for trick in MISSED if trick.replace("_", " ") not in page] == []
