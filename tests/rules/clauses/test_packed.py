"""Mail packed by Outlook or Exchange (winmail.dat): its content counts like any other, and its header is not repaired."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from rules.message import apply_edits
from rules.verdict import Action, Approver
from tests.support import tnef
from tests.support.small_school import (
    ANNA,
    BERT,
    CEES,
    MENTOR,
    SUPPLIER,
    TEACHER,
    judge,
    judged,
    mail,
    rules_of,
    shipped,
)  # fmt: skip

HARMLESS = tnef.outlook("Tot vrijdag.", files=tnef.file("paklijst.txt", b"slaapzak"))
NAMES_CEES = tnef.exchange(("Cees", CEES), text="Tot vrijdag.")
KINDS = (
    "application/ms-tnef; name=winmail.dat",
    "application/octet-stream; name=winmail.dat",
    "application/octet-stream; name=x.bin",
)


def packed(to: str, data: bytes, kind: str = KINDS[0], *, sender: str = MENTOR) -> bytes:
    body = base64.encodebytes(data).decode()
    return mail(to, body, kind=f"{kind}\nContent-Transfer-Encoding: base64", sender=sender)


@pytest.mark.parametrize("kind", KINDS)
def test_to_one_parent_it_passes_where_it_names_nobody_else(kind: str) -> None:
    verdict = judged(packed(ANNA, HARMLESS, kind), ANNA)
    assert (verdict.action, verdict.findings) == (Action.PASS, ())
    own = judged(packed(ANNA, tnef.exchange(("Anna", ANNA), ("De mentor", MENTOR))), ANNA)
    assert (own.action, own.findings) == (Action.PASS, ())


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_says_of_another_family_is_held(kind: str) -> None:
    verdict = judged(packed(ANNA, NAMES_CEES, kind), ANNA)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.SELF)
    assert rules_of(verdict) == [("C3", "other_family", "address_raw")]
    assert judged(packed(SUPPLIER, NAMES_CEES, kind), SUPPLIER).approver is Approver.TEAM_LEADER
    assert not judged(packed(TEACHER, NAMES_CEES, kind), TEACHER).findings


@pytest.mark.parametrize("pair", [(ANNA, CEES), (ANNA, BERT)])
def test_several_outsiders_in_sight_are_held_and_the_header_stays_as_it_is(pair: tuple[str, str]) -> None:
    raw = packed(", ".join(pair), HARMLESS)
    verdict = judged(raw, *pair)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.SELF)
    assert rules_of(verdict) == [("C19", "cannot_repair", "tnef")]
    assert not verdict.fixed
    assert [apply_edits(raw, delivery.edits) for delivery in verdict.deliveries] == [raw]


def test_rightly_addressed_it_passes_unless_it_names_the_others() -> None:
    right = judged(packed(MENTOR, HARMLESS), ANNA, CEES)
    assert (right.action, right.findings) == (Action.PASS, ())
    told = judged(packed(MENTOR, NAMES_CEES), ANNA, CEES)
    assert told.action is Action.HOLD
    assert ("C19", "cannot_repair", "residue_raw") in rules_of(told)


def test_in_an_attached_message_it_counts_too() -> None:
    def attached(data: bytes) -> str:
        return f"From: x@y.example\nSubject: x\nContent-Type: {KINDS[0]}\nContent-Transfer-Encoding: base64\n\n" + (
            base64.encodebytes(data).decode()
        )

    assert not judged(mail(ANNA, attached(HARMLESS), kind="message/rfc822"), ANNA).findings
    assert judged(mail(ANNA, attached(NAMES_CEES), kind="message/rfc822"), ANNA).action is Action.HOLD
    several = judged(mail(f"{ANNA}, {CEES}", attached(HARMLESS), kind="message/rfc822"), ANNA, CEES)
    assert rules_of(several) == [("C19", "cannot_repair", "tnef")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (HARMLESS[:-9], "unread_tnef"),
        (b"x", "unread_tnef"),
        (tnef.stream(tnef.file("smime.p7m", b"0\x82", tnef.narrow(0x370E, "application/pkcs7-mime"))), "unread_encrypted"),
        (tnef.stream(tnef.file("message.rpmsg", b"\x76\xe8\x04\x60")), "unread_encrypted"),
    ],
)  # fmt: skip
def test_what_can_t_be_inspected_in_it_is_held_by_the_team_leader(data: bytes, why: str) -> None:
    verdict = judged(packed(ANNA, data), ANNA)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert rules_of(verdict) == [(None, "not_inspectable", why)]


def test_nobody_s_role_answers_for_what_is_damaged() -> None:
    trusting = replace(shipped(), may_send_encrypted=frozenset({"mentor"}))
    assert judged(packed(ANNA, HARMLESS[:-9]), ANNA, by=judge(trusting)).action is Action.HOLD
    both = packed(ANNA, HARMLESS[:-9], 'application/ms-tnef; name="smime.p7m"')
    assert judged(both, ANNA, by=judge(trusting)).action is Action.HOLD
