"""Slips of the receiver: mistyped domains, namesakes among colleagues, a greeting for somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clauses.recipient import Lookalikes, _one_slip, wrong_receivers
from rules.people import Kind, Person, Roster
from rules.verdict import Action
from tests.support.small_school import (
    ANNA,
    CARE,
    CONFIDANT,
    LEADER,
    MENTOR,
    PEOPLE,
    STRANGER,
    SUPPLIER,
    TEACHER,
    case,
    facts,
    judged,
    mail,
    roster,
    shipped,
)  # fmt: skip
from tests.support.small_school import scene as scene_of

NAMES = {"P1": ("Anna", "de Boer"), "P3": ("Cees", "Hofman"), "M2": ("Tessa", "Eacher"), "101": ("Noor", "Wiersma")}
NAMESAKE = Person(
    id="P20", kind=Kind.PARENT, emails=("t.eacher@ziggo.example",), name="Tessa Eacher", first_name="Tessa",
    last_name="Eacher", student_ids=("104",),
)  # fmt: skip


def school() -> Roster:
    named = [
        replace(p, name=" ".join(NAMES[p.id]), first_name=NAMES[p.id][0], last_name=NAMES[p.id][1])
        if p.id in NAMES
        else p
        for p in PEOPLE
    ]
    named = [replace(p, parent_ids=("P1", "P2")) if p.id == "101" else p for p in named]
    return roster(people=(*named, NAMESAKE))


PEOPLE_HERE = school()
LOOKALIKES = Lookalikes.build(PEOPLE_HERE, shipped().private_mail)


def found(raw: bytes, *to: str, sender: str = MENTOR) -> list[tuple[Action, str]]:
    return [
        (one.action, one.why)
        for one in wrong_receivers(scene_of(raw, *to, sender=sender, people=PEOPLE_HERE), LOOKALIKES)
    ]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("anna@zigo.example", (Action.HOLD, "mistyped_known")),
        ("anna@zgigo.example", (Action.HOLD, "mistyped_known")),
        ("iemand@gmial.com", (Action.COACH, "mistyped_domain")),
        ("iemand@hotmial.nl", (Action.COACH, "mistyped_domain")),
        ("iemand@outlok.com", (Action.COACH, "mistyped_domain")),
        ("verkoop@boekn.example", (Action.COACH, "mistyped_domain")),
        ("m.entor@schol.example", (Action.HOLD, "mistyped_known")),
        ("iemand@gmaill.com", (Action.COACH, "mistyped_domain")),
    ],
)
def test_a_domain_one_slip_away_from_a_known_one_is_told(address: str, said: tuple[Action, str]) -> None:
    assert found(mail(address), address) == [said]


@pytest.mark.parametrize(
    "address",
    [
        ANNA,
        STRANGER,
        SUPPLIER,
        CARE,
        "iemand@gmail.co.uk",
        "iemand@uu.nl",
        "info@rijksoverheid.nl",
        "x@live.nl",
        "x@me.com",
        TEACHER,
    ],
)
def test_known_domains_and_far_ones_are_no_slip(address: str) -> None:
    assert found(mail(address), address) == []


def test_a_parent_among_colleagues_who_is_called_as_one_of_them_is_held() -> None:
    others = (LEADER, MENTOR, "mnt@school.example")
    address = NAMESAKE.emails[0]
    raw = mail(", ".join((*others, address)))
    assert found(raw, *others, address) == [(Action.HOLD, "namesake")]
    assert found(mail(address), address) == []
    assert found(mail(", ".join((*others, ANNA))), *others, ANNA) == []
    assert found(mail(", ".join((*others, address)), sender=CONFIDANT), *others, address, sender=CONFIDANT) == []


@pytest.mark.parametrize(
    ("greeting", "told"),
    [
        ("Beste meneer Hofman,", True),
        ("Geachte mevrouw Hofman,", True),
        ("Beste mevrouw De Boer,", False),
        ("Geachte heer De Boer,", False),  # the husband
        ("Beste familie Wiersma,", False),  # the child's name
        ("Beste mevrouw Vermeulen,", False),  # nobody is called so
        ("Beste Anna,", False),
        ("Beste ouders,", False),
        ("Hofman heeft gebeld.", False),
    ],
)
def test_a_greeting_for_somebody_else_is_told(greeting: str, told: bool) -> None:
    raw = mail(ANNA, f"{greeting}\n\nTot vrijdag.")
    assert found(raw, ANNA) == ([(Action.COACH, "greets_another")] if told else [])


def test_who_is_named_in_the_header_may_be_greeted() -> None:
    raw = mail(f'"C. Hofman" <{ANNA}>', "Beste meneer Hofman,\n\nTot vrijdag.")
    assert found(raw, ANNA) == []


def test_it_stands_under_c3_with_its_evidence_masked() -> None:
    address = "anna@zigo.example"
    verdict = judged(mail(address), address)
    (one,) = [one for one in verdict.findings if one.rule == "wrong_receiver"]
    assert (one.clause, verdict.action.name, verdict.approver) == ("C3", "HOLD", one.approver)
    assert address not in one.evidence
    assert case(mail(address), address).recipients == (address,)
    assert facts(None).identity is None


@given(st.text("abcdefgh.", min_size=6, max_size=12), st.data())
def test_one_slip_is_one_slip(domain: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(domain) - 2))
    kind = data.draw(st.sampled_from(["less", "more", "other", "swapped"]))
    slipped = {
        "less": domain[:at] + domain[at + 1 :],
        "more": domain[:at] + "x" + domain[at:],
        "other": domain[:at] + "x" + domain[at + 1 :],
        "swapped": domain[:at] + domain[at + 1] + domain[at] + domain[at + 2 :],
    }[kind]
    assert _one_slip(slipped, domain) is (slipped != domain)
    assert _one_slip(domain, domain + "xx") is False
