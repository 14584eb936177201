"""The scan: whatever detectors there are, one place is one kind, and what is nobody's private data is no finding."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import scan
from rules.people import Kind, Person, Roster, School
from rules.scan import DETECTORS, Found, told_apart
from rules.text.hits import HIGH, KINDS, LOW
from rules.text.patterns import OwnPattern
from tests.support.small_school import ANNA, INFO, MENTOR, PRIVATE, PUPIL_PRIVATE, SUPPLIER, judge, roster

NOBODY = scan.compile(Roster.build(School(name="")))
SCHOOL = scan.compile(roster(), frozenset({"gmail", "ziggo"}))


def spans(text: str, scanner: scan.Scanner = SCHOOL) -> list[tuple[str, str, str]]:
    return [(one.kind, text[one.start : one.end], one.confidence) for one in scanner.scan(text)]


def address(text: str, scanner: scan.Scanner = SCHOOL) -> list[tuple[str, str]]:
    return [(written, confidence) for kind, written, confidence in spans(text, scanner) if kind == "email_address"]


def test_every_kind_looked_for_is_a_published_one() -> None:
    assert set(DETECTORS) <= KINDS
    assert len(KINDS) == 12


def test_places_are_those_of_the_text_as_given() -> None:
    text = "Zie\u200b\u00ad: ja\u00adn.bos@zig\u200bgo.example — en ｅｖａ@ziggo.example."
    assert address(text) == [("ja\u00adn.bos@zig\u200bgo.example", HIGH), ("ｅｖａ@ziggo.example", HIGH)]
    (first, second) = SCHOOL.scan(text)
    assert (first.value, second.value) == ("jan.bos@ziggo.example", "eva@ziggo.example")
    assert "bos" not in repr(first)


@given(st.text())
def test_any_text_gives_findings_in_order_and_inside_it(text: str) -> None:
    found = SCHOOL.scan(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert [(one.start, one.end) for one in found] == sorted((one.start, one.end) for one in found)
    assert {one.confidence for one in found} <= {HIGH, LOW}


@given(
    st.lists(st.sampled_from(["jan.bos@ziggo.example", " ", "\u00ad", "\n", "é", "ﬁ", "a\u0301", "@", "\ud800", "İ"]))
)
def test_a_finding_reads_as_its_value_wherever_it_stands(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert all(0 <= one.start < one.end <= len(text) for one in SCHOOL.scan(text))


# whose it is


def test_work_addresses_of_staff_and_functions_and_organisations_are_no_findings() -> None:
    text = (
        f"{MENTOR} mnt@school.example {INFO} nieuw@school.example ouderraad@school.example {SUPPLIER} w@boeken.example"
    )
    assert not spans(text)


def test_a_private_address_is_found_whosever_it_is() -> None:
    for private in (ANNA, PRIVATE, PUPIL_PRIVATE, "101@leerling.school.example", "x.y@gmail.example"):
        assert address(f"naar {private} graag") == [(private, HIGH)]


def test_who_is_in_the_directory_goes_by_it_even_at_an_organisation_s_domain() -> None:
    people = (Person(id="P", kind=Kind.PARENT, emails=("a@boeken.example",)), Person(id="T", kind=Kind.STAFF))
    scanner = scan.compile(roster(people=people))
    assert address("a@boeken.example b@boeken.example", scanner) == [("a@boeken.example", HIGH)]


def test_without_a_directory_the_domains_of_the_school_are_its_own() -> None:
    school = School(name="", domains=("school.example",), pupil_domains=("leerling.school.example",))
    scanner = scan.compile(Roster.build(school))
    text = "wie.dan.ook@school.example 101@leerling.school.example x@elders.example"
    assert address(text, scanner) == [("101@leerling.school.example", HIGH), ("x@elders.example", HIGH)]
    assert len(address(text, NOBODY)) == 3


@pytest.mark.parametrize("public", [
        "info@museum.example", "no-reply@bank.example", "klantenservice@post.example", "balie.noord@bieb.example",
        "info2@museum.example", "steenoven@steenoven.example", "naam@voorbeeld.nl", "voornaam.achternaam@gmail.example",
        "git@code.example", "penningmeester@club.example", "museumwinkel@steen-oven.example", "steenoven@steen-oven.example",
        "leerlingnummer@leerling.school.example", "xxxxxx@leerling.school.example", "jan.bos@voorbeeldschool.example", "20261116t080000-42x@agenda.example",
    ],
)  # fmt: skip
def test_an_address_that_names_nobody_by_its_look_is_doubtful(public: str) -> None:
    assert address(f"mail {public}.") == [(public, LOW)]


@pytest.mark.parametrize(
    "text",
    [
        "Message-ID: <{}>", "References: <a.b@c.example>\n <{}>", "uid:{}", "sip:{}", "ssh://{}/pad", "ftp://jan:{}",
        "In-Reply-To:{}", "https://toot.example/@{}", "@{}",
    ],
)  # fmt: skip
def test_an_address_of_a_machine_is_doubtful(text: str) -> None:
    assert address(text.format("jan.bos@ziggo.example"))[-1] == ("jan.bos@ziggo.example", LOW)


@pytest.mark.parametrize(
    "private", ["info@gmail.example", "j.post@museum.example", "i@museum.example", "marie.winkel@museum.example"]
)
def test_an_address_with_a_name_or_at_a_private_provider_is_sure(private: str) -> None:
    assert address(f"mail {private}.") == [(private, HIGH)]


# one place, one kind


def found(kind: str, start: int, end: int, confidence: str = HIGH) -> Found:
    return Found(kind, start, end, confidence, "")


def kept(monkeypatch: pytest.MonkeyPatch, *given: Found, phrases: bool = True) -> list[Found]:
    order = ["iban", "bsn", "phone", "grades", *(["health"] if phrases else [])]
    monkeypatch.setattr(scan, "_RANK", {kind: rank for rank, kind in enumerate(order)})
    return sorted(told_apart(list(given), 100), key=lambda one: (one.start, one.end, one.kind))


def test_of_two_kinds_on_one_place_the_one_that_proves_itself_better_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    bsn, phone = found("bsn", 10, 19), found("phone", 10, 19)
    assert kept(monkeypatch, phone, bsn) == [bsn]


def test_a_sure_finding_goes_before_a_doubtful_one_of_a_better_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    bsn, phone = found("bsn", 10, 19, LOW), found("phone", 10, 20)
    assert kept(monkeypatch, bsn, phone) == [phone]


def test_a_short_number_inside_a_long_one_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    iban, phone = found("iban", 0, 18), found("phone", 8, 18)
    assert kept(monkeypatch, phone, iban) == [iban]


def test_what_only_touches_another_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    bsn, grades = found("bsn", 0, 10), found("grades", 8, 20)
    assert kept(monkeypatch, grades, bsn) == [bsn, grades]
    assert kept(monkeypatch, bsn, found("phone", 10, 20)) == [bsn, found("phone", 10, 20)]


def test_readings_of_one_kind_stand_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, far = found("phone", 0, 10), found("phone", 2, 10), found("bsn", 50, 59)
    assert kept(monkeypatch, one, other, far) == [one, other, far]


def test_a_value_stays_in_the_middle_of_a_phrase_and_a_phrase_under_a_value_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    health, phone = found("health", 0, 60), found("phone", 20, 30, LOW)
    assert kept(monkeypatch, health, phone) == [health, phone]
    word, iban = found("health", 4, 10), found("iban", 0, 18)
    assert kept(monkeypatch, word, iban) == [iban]


def test_a_kind_of_the_school_s_own_stands_beside_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    own, bsn, phone = found("project_code", 0, 9), found("bsn", 0, 9), found("phone", 0, 9)
    assert kept(monkeypatch, own, bsn, phone) == [bsn, own]


def test_the_policy_s_own_patterns_are_found_with_our_kinds() -> None:
    scanner = scan.compile(roster(), patterns=(OwnPattern.of_words("nickname", LOW, ["de reus"]),))
    text = f"De\u00adreus en De\n reus van {ANNA}"
    assert spans(text, scanner) == [("nickname", "De\n reus", LOW), ("email_address", ANNA, HIGH)]


def test_the_judge_scans_with_its_own_roster_and_policy() -> None:
    assert [one.value for one in judge().scan(f"{MENTOR} {ANNA} x@gmail.com info@gmail.com")] == [
        ANNA, "x@gmail.com", "info@gmail.com",
    ]  # fmt: skip


# time


@pytest.mark.parametrize(
    "piece",
    [
        "jan.bos@ziggo.example ", "a@", "é@é.nl", "0612345678 ", "06", "0", "1 ", "12-", "6,4 ", "6 7 8 ", "+31", "((06)",
        "12-03-2011 ", "NL91 ABNA ", "IN1R2P345 ", "Dorpsstraat 12 ", "7411 KX ", "van der ", "BSN: ", "wachtwoord: ",
        "heeft adhd ", "geb. ", "1\t2\n", "a;1;2\n", "1,2,", "|1", "x:\n1\n", "\n", "\r", "\u00ad", "a", "aA1", "\u200b1", "://a:b@",
    ],
)  # fmt: skip
def test_four_times_the_text_takes_about_four_times_as_long(piece: str) -> None:
    def seconds(letters: int) -> float:
        text = piece * (letters // len(piece))
        runs = []
        for _ in range(2):
            start = time.process_time()
            SCHOOL.scan(text)
            runs.append(time.process_time() - start)
        return min(runs)

    small, large = seconds(10_000), seconds(40_000)
    assert large <= 10 * max(small, 0.02), f"{small:.3f} s, then {large:.3f} s"
