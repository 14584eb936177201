"""The judge: every clause heard as its mode says, faults that let nothing pass, one verdict."""

from __future__ import annotations

import hashlib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import judge as judging
from rules.clauses import addressing, spread
from rules.clauses.scene import Scene
from rules.explain import words
from rules.message import apply_edits, parse
from rules.policy import load
from rules.verdict import Action, Approver, Finding, strictest
from tests.support.small_school import (
    ANNA,
    CEES,
    MENTOR,
    PUPIL,
    SUPPLIER,
    TEACHER,
    WAYS,
    case,
    facts,
    judge,
    judged,
    mail,
    policy,
    roster,
    rules_of,
    shipped,
)  # fmt: skip

LIST = "ouderraad@school.example"


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("a value nobody may see")


def test_a_judge_is_compiled_from_policy_roster_and_digester() -> None:
    made = judging.compile(shipped(), roster(), lambda text: hashlib.sha256(text.encode()).digest())
    assert made.policy is shipped()
    assert made.judge(case(mail(TEACHER), TEACHER), facts(None)).action is Action.PASS


def test_the_shipped_policy_is_the_one_that_is_packed() -> None:
    assert load((resources.files("rules") / "protocol.toml").read_text()).sha256 == shipped().sha256


def test_the_same_case_and_facts_give_the_same_verdict() -> None:
    raw = mail(f"{ANNA}, {CEES}", f"Zie {ANNA}", lines=f"Reply-To: {CEES}\n")
    assert judged(raw, ANNA, CEES) == judged(raw, ANNA, CEES)


def test_the_order_of_recipients_changes_nothing_that_is_decided() -> None:
    raw = mail(f"{ANNA}, {CEES}, {SUPPLIER}", f"Zie {ANNA}")
    one, other = judged(raw, ANNA, CEES, SUPPLIER), judged(raw, SUPPLIER, CEES, ANNA)
    assert (one.action, one.approver, set(one.findings)) == (other.action, other.approver, set(other.findings))


def test_what_goes_out_carries_no_signature_that_the_repair_broke() -> None:
    theirs = "DKIM-Signature: v=1; c=relaxed/relaxed; d=school.example; h=from:subject{}; b=x\n"
    lines = theirs.format("") + theirs.format(":to")
    for raw, left in ((mail(f"{ANNA}, {CEES}", lines=lines), 1), (mail(ANNA, lines=lines), 2)):
        for delivery in judged(raw, *((ANNA, CEES) if left == 1 else (ANNA,))).deliveries:
            out = apply_edits(parse(raw).raw, delivery.edits)
            assert out.count(b"DKIM-Signature") == left
            assert (b"subject:to" in out) is (left == 2)


def test_every_clause_that_looked_says_so() -> None:
    verdict = judged(mail(f"{ANNA}, {CEES}"), ANNA, CEES, by=judge())
    assert {look.clause for look in verdict.looked} == {
        name for name, clause in shipped().clauses.items() if clause.built
    } - {"C1", "C2", "C17"}
    looked = {look.clause: (look.hit, look.why) for look in verdict.looked if look.clause not in WAYS}
    assert looked == {
        "C19": (True, "several_outsiders"),
        "C3": (False, "nothing_found"),
        "C20": (False, "nothing_found"),
        "C21": (False, "nothing_found"),
        "C35": (False, "nothing_found"),
        "C18": (False, "own_class"),
        "C34": (True, "external"),
    }
    inside = {look.clause: look.hit for look in judged(mail(TEACHER), TEACHER).looked}
    assert inside == dict.fromkeys(("C19", "C3", "C20", "C21", "C35", "C18", "C34"), False)


@pytest.mark.parametrize(
    ("recipients", "archived"),
    [((ANNA,), True), ((SUPPLIER, TEACHER), True), ((TEACHER,), False), ((PUPIL,), False), ((PUPIL, ANNA), True), ((LIST,), True)],
)  # fmt: skip
def test_external_mail_that_goes_is_archived_and_nothing_else_is(recipients: tuple[str, ...], archived: bool) -> None:
    verdict = judged(mail(", ".join(recipients)), *recipients)
    assert verdict.archived is archived
    assert verdict.external is archived


def test_held_mail_is_archived_only_when_it_is_released() -> None:
    verdict = judged(mail(ANNA, f"Zie {CEES}"), ANNA)
    assert verdict.action is Action.HOLD
    assert verdict.external
    assert not verdict.archived
    assert verdict.deliveries[0].rcpt_to == (ANNA,)


def test_an_observed_clause_counts_and_changes_nothing() -> None:
    raw = mail(f"{ANNA}, {CEES}", lines=f"Bcc: {TEACHER}\n")
    verdict = judged(raw, ANNA, CEES, by=judge(shipped().observed()))
    assert verdict.action is Action.PASS
    assert [(f.clause, f.action, f.approver, f.would_be) for f in verdict.findings] == [
        ("C19", Action.PASS, None, Action.FIX)
    ]
    assert not verdict.fixed
    assert verdict.visible_recipients == (ANNA, CEES)
    assert verdict.archived
    assert len(verdict.deliveries[0].edits) == 1  # the Bcc line goes all the same


def test_a_clause_that_is_off_does_not_look() -> None:
    off = policy({name: {"mode": "off"} for name in ("C3", "C18", "C19", "C20", "C21", "C35", *WAYS)})
    verdict = judged(mail(f"{ANNA}, {CEES}", ANNA), ANNA, CEES, by=judge(off))
    assert not verdict.findings
    assert [look.clause for look in verdict.looked] == ["C34"]


@pytest.mark.parametrize(
    ("module", "name", "part"),
    [
        (addressing, "own_address", "C19"),
        (addressing, "class_lists", "C18"),
        (spread, "addresses", "C3"),
        (judging, "guards", "guards"),
    ],
)
@pytest.mark.parametrize("to", [ANNA, SUPPLIER, PUPIL, LIST])
def test_a_clause_that_breaks_lets_nothing_out(
    module: object, name: str, part: str, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, broken)
    verdict = judged(mail(to), to)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.ADMIN)
    faults = [finding for finding in verdict.findings if finding.rule == "fault"]
    assert [(fault.part, fault.clause, fault.evidence) for fault in faults] == [(part, None, "")]
    assert "nobody may see" not in repr(verdict)


@pytest.mark.parametrize("name", ["own_address", "class_lists"])
def test_a_clause_that_breaks_is_flagged_among_colleagues(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, name, broken)
    verdict = judged(mail(TEACHER), TEACHER)
    assert verdict.action is Action.PASS
    assert [(finding.rule, finding.approver) for finding in verdict.findings] == [("fault", None)]


def test_a_fault_is_never_only_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, "own_address", broken)
    assert judged(mail(ANNA), ANNA, by=judge(shipped().observed())).action is Action.HOLD


def test_the_other_clauses_are_heard_when_one_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, "own_address", broken)
    verdict = judged(mail(ANNA, f"Zie {CEES}"), ANNA)
    assert ("C3", "other_family", "address_text") in rules_of(verdict)
    assert verdict.approver is Approver.ADMIN


def test_the_strictest_finding_wins_and_among_holds_the_latest_approver() -> None:
    def found(action: Action, approver: Approver | None = None) -> Finding:
        return Finding("C1", "r", action, approver)

    assert strictest(()) == (Action.PASS, None)
    assert strictest([found(Action.COACH), found(Action.FIX)]) == (Action.FIX, None)
    assert strictest([found(Action.HOLD, Approver.SELF), found(Action.FIX)]) == (Action.HOLD, Approver.SELF)
    holds = [found(Action.HOLD, one) for one in (Approver.EDITORS, Approver.SELF, Approver.MANAGER)]
    assert strictest(holds) == (Action.HOLD, Approver.EDITORS)
    assert strictest([*holds, found(Action.BLOCK)]) == (Action.BLOCK, None)
    assert strictest([found(Action.HOLD)]) == (Action.HOLD, Approver.ADMIN)


def test_recipients_are_delivered_to_as_the_client_spelt_them() -> None:
    verdict = judged(mail(ANNA), ANNA.upper(), TEACHER)
    assert verdict.envelope == (ANNA.upper(), TEACHER)
    assert Scene.rcpt is not None
    assert judged(mail(MENTOR), MENTOR).visible_recipients == (MENTOR,)


def test_what_would_go_out_of_a_blocked_message_is_repaired_too() -> None:
    raw = mail(f"{ANNA}, {CEES}", sender=TEACHER)
    who = judge()
    blocked, at = case(raw, ANNA, CEES), facts(who.roster.identify(MENTOR))
    assert who.judge(blocked, at).deliveries == ()
    (delivery,) = who.deliveries(blocked, at)
    assert delivery.rcpt_to == (ANNA, CEES)
    assert delivery.edits


SCRAPS = st.sampled_from(
    [b"From: m.entor@school.example\r\n", b"To: anna@ziggo.example", b"Cc: ", b"=?utf-8?B?YW5uYUB6aWdnby5leGFtcGxl?=", b"\r\n", b"\r\n\r\n",
     b"Content-Type: multipart/mixed; boundary=a\r\n", b"--a\r\n", b"--a--\r\n", b"Content-Type: message/rfc822\r\n", b"Reply-To: <", b"Resent-To:",
     b"Content-Type: text/html\r\n", b"<a href=mailto:cees@kpnmail.example>", b"BEGIN:VCALENDAR\nMETHOD:REQUEST\n", b"Content-Type: text/calendar\r\n",
     b"Content-Transfer-Encoding: base64\r\n", b"\xff\xfe", b"\0", b"begin 644 x\n", b"application/ms-tnef", b"cees@kpnmail.example, "]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(SCRAPS, st.binary(max_size=12)), max_size=25),
    st.sampled_from([(ANNA,), (ANNA, CEES), (TEACHER,), ("",), ()]),
)
def test_any_bytes_are_judged_and_can_be_spoken_of(pieces: list[bytes], recipients: tuple[str, ...]) -> None:
    raw = b"".join(pieces)
    for sender in (MENTOR, ""):
        verdict = judged(raw, *recipients, sender=sender)
        assert not [finding for finding in verdict.findings if finding.rule == "fault"]
        assert all(words(finding, lang, "admin") for finding in verdict.findings for lang in ("nl", "en"))
        for delivery in verdict.deliveries:
            assert apply_edits(raw, delivery.edits).endswith(raw[parse(raw).body_start :])
