"""C3: other people's addresses in the content, by the matrix: who gets them, and of how many persons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.case import Facts
from rules.clauses.spread import FINDINGS_MAX
from rules.verdict import Action, Approver
from tests.support.small_school import (
    ANNA,
    BANNED,
    BERT,
    CARE,
    CEES,
    CONFIDANT,
    DIRK,
    EVA,
    FRED,
    INFO,
    LEADER,
    MENTOR,
    NOW,
    OFFICE,
    PRIVATE,
    PUPIL,
    PUPIL_PRIVATE,
    SECRET,
    STRANGER,
    SUPPLIER,
    TEACHER,
    case,
    consent,
    ground,
    judge,
    judged,
    mail,
    policy,
    roster,
    rules_of,
)  # fmt: skip

QUIET = policy({"C5": {"mode": "off"}})


def said(body: str, *recipients: str, **registers: object) -> tuple[str, str]:
    """Action and approver of a mail with everybody in To."""
    verdict = judged(mail(", ".join(recipients), body), *recipients, by=judge(QUIET, roster(**registers)))
    return verdict.action.name, "" if verdict.approver is None else verdict.approver.label


PASS = ("PASS", "")


@pytest.mark.parametrize(
    ("body", "recipient"),
    [
        (ANNA, ANNA),
        ("anna+school@ziggo.example", ANNA),
        (BERT, ANNA),
        (PUPIL, ANNA),
        (PUPIL_PRIVATE, BERT),
        (ANNA, PUPIL),
        (ANNA, PUPIL_PRIVATE),
        (f"{TEACHER}, {INFO}, {OFFICE}", ANNA),
        (f"{SUPPLIER}, info@rijksoverheid.example", ANNA),
        (f"{ANNA}, {CEES}", TEACHER),
        (f"{ANNA}, {CEES}", INFO),
        (PRIVATE, ANNA),
    ],
)
def test_own_data_public_addresses_and_colleagues_are_no_leak(body: str, recipient: str) -> None:
    assert said(f"Zie {body} daarvoor.", recipient) == PASS


@pytest.mark.parametrize(
    ("body", "recipient"),
    [
        (CEES, ANNA),
        (DIRK, CEES),  # the same child, another household
        (PUPIL, CEES),
        (ANNA, BANNED),
        (SECRET, EVA),
        ("105@leerling.school.example", EVA),
        (STRANGER, ANNA),
        (CEES, PUPIL),
    ],
)
def test_one_person_of_another_family_is_asked_of_the_sender(body: str, recipient: str) -> None:
    assert said(f"Zie {body} daarvoor.", recipient) == ("HOLD", "self")


def test_two_persons_are_asked_of_the_team_leader() -> None:
    assert said(f"Zie {CEES} en {EVA}.", ANNA) == ("HOLD", "team_leader")


@pytest.mark.parametrize("recipient", [SUPPLIER, CARE, "iemand@bedrijf.example", STRANGER])
def test_one_person_to_a_third_party_is_asked_of_the_team_leader(recipient: str) -> None:
    assert said(f"Zie {ANNA} daarvoor.", recipient) == ("HOLD", "team_leader")


def test_ten_persons_to_a_third_party_are_asked_of_the_privacy_officer() -> None:
    nine = [f"ouder{number}@gmail.example" for number in range(9)]
    assert said(" ".join(nine), SUPPLIER) == ("HOLD", "team_leader")
    assert said(" ".join((*nine, ANNA)), SUPPLIER) == ("HOLD", "privacy_officer")


def test_the_strictest_of_several_receivers_counts() -> None:
    verdict = judged(mail(f"{ANNA}, {SUPPLIER}", f"Zie {CEES}."), ANNA, SUPPLIER)
    assert {(finding.rule, finding.approver) for finding in verdict.findings} == {
        ("other_family", Approver.SELF),
        ("third_party", Approver.TEAM_LEADER),
    }
    assert verdict.approver is Approver.TEAM_LEADER


def test_whoever_stands_in_to_may_stand_in_the_text() -> None:
    """A parent and his organisation see each other in To; the text tells nothing more."""
    assert said(f"Beste {ANNA}", ANNA, SUPPLIER) == PASS
    assert said(f"Beste {CEES}", ANNA, SUPPLIER) == ("HOLD", "team_leader")


def test_an_address_in_a_header_is_found_by_name_only_where_names_of_messages_stand() -> None:
    known = mail(ANNA, lines=f"References: <{CEES}> <20261116.1@gmail.example>\n")
    assert judged(known, ANNA).action is Action.HOLD
    ids = mail(ANNA, lines="In-Reply-To: <20261116.1@gmail.example>\nReferences: <x.2@outlook.example>\n")
    assert judged(ids, ANNA).action is Action.PASS
    assert judged(mail(ANNA, lines=f"X-Lijst: {CEES}\n"), ANNA).action is Action.HOLD


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("Original-Message-ID: <CAKx9@mail.gmail.example>", ""),
        ("References: <1@outlook.example>, <CAKx9@mail.gmail.example>", ""),
        ("BEGIN:VEVENT\nUID:7kukuq@gmail.example\nEND:VEVENT", ""),
        ("Zie cid:part1.Ab3.Cd4@gmail.example daarvoor", ""),
        ("mid:CAKx9@mail.gmail.example", ""),
        ("", "X-Original-Message-ID: <CAKx9@mail.gmail.example>\nX-Universally-Unique-Identifier: A1@icloud.example\n"),
    ],
)
def test_the_name_of_a_message_part_or_appointment_is_nobody_s_address(body: str, lines: str) -> None:
    assert judged(mail(ANNA, body, lines=lines), ANNA).action is Action.PASS
    known = (
        body.replace("CAKx9@mail.gmail", "bert@gmail").replace("7kukuq@", "bert@").replace("part1.Ab3.Cd4@", "bert@")
    )
    verdict = judged(mail(CEES, known, lines=lines.replace("CAKx9@mail.gmail", "bert@gmail")), CEES)
    assert verdict.action is Action.HOLD


def test_an_address_behind_other_words_is_one() -> None:
    assert judged(mail(ANNA, f"Zie de uid van hem: {STRANGER}"), ANNA).action is Action.HOLD
    assert judged(mail(ANNA, f"Lucid: {STRANGER}"), ANNA).action is Action.HOLD
    assert judged(mail(ANNA, f"uid: 7\n{STRANGER}"), ANNA).action is Action.HOLD


def test_an_address_in_sender_is_looked_at_like_any_other() -> None:
    assert judged(mail(ANNA, lines=f"Sender: {CEES}\n"), ANNA).action is Action.HOLD


def test_a_line_the_repair_takes_away_is_not_reported_again() -> None:
    verdict = judged(mail(f"{ANNA}, {CEES}", lines=f"X-Lijst: {EVA}, {ANNA}\n"), ANNA, CEES)
    assert verdict.action is Action.FIX


def test_a_doubtful_address_of_one_person_is_advice_and_in_a_list_it_is_not() -> None:
    spoken = "buurman at gmail punt example"
    assert said(f"Mail {spoken}.", ANNA) == ("COACH", "")
    assert said(f"Mail {spoken}, {CEES} of {EVA}.", ANNA) == ("HOLD", "team_leader")


def test_a_doubtful_address_stays_what_it_is_where_the_matrix_only_advises() -> None:
    steps = {"contact": ((1, Action.COACH, None),)}
    by = judge()
    matrix = {**by.policy.matrix, "other_family": steps}
    from dataclasses import replace

    advising = judge(replace(by.policy, matrix=matrix))
    verdict = judged(mail(ANNA, "Mail buurman at gmail punt example"), ANNA, by=advising)
    assert verdict.action is Action.COACH


def test_a_sure_address_after_a_doubtful_one_is_one_person() -> None:
    verdict = judged(mail(ANNA, "Mail cees at kpnmail punt example, dus cees@kpnmail.example"), ANNA)
    assert [(finding.clause, finding.confidence) for finding in verdict.findings] == [("C3", "high")]
    assert verdict.action is Action.HOLD


def test_the_own_private_address_is_advice_when_several_get_it() -> None:
    assert said(f"Mail {PRIVATE}", ANNA) == PASS
    assert said(f"Mail {PRIVATE}", ANNA, SUPPLIER) == ("COACH", "")
    assert said(f"Mail {PRIVATE}", ANNA, TEACHER) == PASS


def test_without_an_identity_nobody_s_address_is_his_own() -> None:
    verdict = judge().judge(case(mail(ANNA, PRIVATE), ANNA), Facts(now=NOW, identity=None))
    assert ("C3", "other_family", "address_text") in rules_of(verdict)


def test_a_colleague_s_private_address_is_private() -> None:
    verdict = judged(mail(ANNA, PRIVATE, sender=TEACHER), ANNA, sender=TEACHER)
    assert verdict.action is Action.HOLD


def test_consent_and_law_let_it_pass_and_are_named() -> None:
    for registers in (
        {"consents": (consent("P1", "ouders:3B"),)},
        {"consents": (consent("P1", "ouders:4A"), consent("P1", "ouders:3B"))},
    ):
        assert said(f"Klassenouder: {ANNA}", CEES, **registers) == PASS
        assert said(f"Klassenouder: {ANNA}", EVA, SUPPLIER, **registers) == ("HOLD", "team_leader")
    people = roster(consents=(consent("101", "C2"),))
    verdict = judged(mail(CARE, PUPIL), CARE, by=judge(people=people))
    assert verdict.action is Action.PASS
    assert ("C3", "allowed K1") in [(looked.clause, looked.why) for looked in verdict.looked]
    for party in ("C2", "zorg"):
        assert said(f"Ouder: {ANNA}", CARE, grounds=(ground(party),)) == PASS
        assert said(f"Ouder: {ANNA}", SUPPLIER, grounds=(ground(party),)) == ("HOLD", "team_leader")


@pytest.mark.parametrize(
    "registers",
    [
        {"consents": (consent("P1", "ouders:3B", status="geweigerd"),)},
        {"consents": (consent("P1", "ouders:3B", status="ingetrokken"),)},
        {"consents": (consent("P1", "ouders:3B", valid_until=NOW.date() - timedelta(days=1)),)},
        {"consents": (consent("P1", "ouders:3B", valid_from=NOW.date() + timedelta(days=1)),)},
        {"consents": (consent("P3", "ouders:3B"),)},
        {"consents": (consent("P1", "ouders:4A"),)},
        {"grounds": (ground("C2"),)},
        {"grounds": (ground("leverancier"),)},
    ],
)
def test_consent_refused_past_or_for_others_is_none(registers: dict[str, object]) -> None:
    assert said(f"Klassenouder: {ANNA}", CEES, **registers) == ("HOLD", "self")


def test_protected_mail_and_internal_mail_are_not_read() -> None:
    inside = judged(mail(TEACHER, f"{ANNA} {CEES}"), TEACHER)
    unread = judged(mail(SUPPLIER, ANNA, sender=CONFIDANT), SUPPLIER, sender=CONFIDANT)
    looked = [next(look.why for look in verdict.looked if look.clause == "C3") for verdict in (inside, unread)]
    assert looked == ["nobody_outside", "protected"]


def test_the_evidence_is_masked_and_says_where() -> None:
    finding = judged(mail(ANNA, f"Mail {CEES}"), ANNA).findings[0]
    assert finding.part == "part 1 text"
    assert finding.kind == "email_address"
    assert finding.clear == CEES
    assert CEES not in finding.evidence
    assert CEES not in repr(finding)


def test_a_matrix_that_lets_one_person_pass_says_nothing() -> None:
    from dataclasses import replace

    by = judge()
    lenient = {**by.policy.matrix, "other_family": {"contact": ((2, Action.HOLD, Approver.TEAM_LEADER),)}}
    verdict = judged(mail(ANNA, CEES), ANNA, by=judge(replace(by.policy, matrix=lenient)))
    assert verdict.action is Action.PASS


def test_a_clause_that_is_off_or_observed_holds_nothing() -> None:
    off = judged(mail(ANNA, CEES), ANNA, by=judge(policy({"C3": {"mode": "off"}})))
    assert not off.findings
    observed = judged(mail(ANNA, CEES), ANNA, by=judge(policy({"C3": {"mode": "observe"}})))
    assert observed.action is Action.PASS
    assert [(finding.action, finding.would_be) for finding in observed.findings] == [(Action.PASS, Action.HOLD)]


def test_members_of_a_list_are_receivers() -> None:
    verdict = judged(mail("ouderraad@school.example", FRED), "ouderraad@school.example", LEADER, MENTOR)
    assert ("C3", "other_family", "address_text") in rules_of(verdict)


@pytest.mark.parametrize("line", [f"Reply-To: {ANNA}", f"Resent-From: {ANNA}", f"Resent-Reply-To: Moeder <{ANNA}>"])
def test_a_line_that_asks_for_answers_elsewhere_shows_that_address_to_whoever_gets_it(line: str) -> None:
    found = judged(mail(SUPPLIER, lines=f"{line}\n"), SUPPLIER)
    assert (found.action, found.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert [(one.clause, one.why) for one in found.findings] == [("C3", "address_header")]
    assert judged(mail(ANNA, lines=f"{line}\n"), ANNA).action is Action.PASS
    assert judged(mail(TEACHER, lines=f"{line}\n"), TEACHER).action is Action.PASS


def test_a_line_for_answers_that_the_repair_takes_out_is_no_second_finding() -> None:
    found = judged(mail(f"{ANNA}, {CEES}", lines=f"Reply-To: {EVA}\n"), ANNA, CEES)
    assert [one.clause for one in found.findings] == ["C19"]
    assert found.action is Action.FIX


def test_of_an_endless_list_some_are_shown_and_all_are_counted() -> None:
    found = judged(mail(CEES, "\n".join(f"ouder{n}@gmail.example" for n in range(FINDINGS_MAX + 50))), CEES)
    assert len(found.findings) == FINDINGS_MAX
    assert {dict(one.params)["persons"] for one in found.findings} == {str(FINDINGS_MAX + 50)}
