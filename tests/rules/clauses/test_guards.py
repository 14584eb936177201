"""What no clause speaks of: who sends, whether it can be read at all, whether readers agree, what can't be inspected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.case import Facts, Identity, Unread
from rules.verdict import Action, Approver, Verdict
from tests.support.small_school import (
    ANNA,
    CEES,
    CONFIDANT,
    INFO,
    LEADER,
    MENTOR,
    NOW,
    OFFICE,
    PEOPLE,
    PUPIL,
    SUPPLIER,
    TEACHER,
    case,
    granted,
    judge,
    judged,
    mail,
    roster,
    rules_of,
    scene,
    shipped,
)  # fmt: skip

ENCRYPTED = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"
PICTURE = "image/png"
NOT_YOURS = (None, "sender", "not_yours")


def test_nobody_s_mail_outside_is_held_by_the_administrator() -> None:
    verdict = judged(mail(ANNA, sender="wie@gmail.example"), ANNA, sender="wie@gmail.example")
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.ADMIN)
    assert rules_of(verdict) == [(None, "sender", "nobody_known")]


def test_whoever_has_left_the_school_is_nobody() -> None:
    gone = tuple(replace(p, valid_until=NOW.date() - timedelta(days=1)) if p.id == "M1" else p for p in PEOPLE)
    verdict = judged(mail(ANNA), ANNA, by=judge(people=roster(people=gone)))
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.ADMIN)
    last = tuple(replace(p, valid_until=NOW.date()) if p.id == "M1" else p for p in PEOPLE)
    assert judged(mail(ANNA), ANNA, by=judge(people=roster(people=last))).action is Action.PASS


@pytest.mark.parametrize("to", [ANNA, TEACHER], ids=["outside", "inside"])
def test_what_has_been_here_before_is_held_by_the_administrator_wherever_it_goes(to: str) -> None:
    who = judge()
    facts = Facts(now=NOW, identity=who.roster.identify(MENTOR), loop=True)
    verdict = who.judge(case(mail(to), to), facts)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.ADMIN)
    assert rules_of(verdict) == [(None, "loop", "loop")]


def test_a_hundred_servers_are_a_long_way_and_one_more_is_a_circle() -> None:
    hop = "Received: from a.example by b.example; Mon, 16 Nov 2026 09:00:00 +0000\n"
    assert judged(mail(ANNA, lines=hop * 100), ANNA).action is Action.PASS
    verdict = judged(mail(ANNA, lines=hop * 101), ANNA)
    assert rules_of(verdict) == [(None, "loop", "loop")]


def test_nobody_s_mail_among_colleagues_passes() -> None:
    assert not judged(mail(TEACHER, sender="wie@gmail.example"), TEACHER, sender="wie@gmail.example").findings


@pytest.mark.parametrize(
    ("author", "account"),
    [
        (MENTOR, MENTOR),
        ("mnt@school.example", MENTOR),
        (f'"Mentor" <{MENTOR.upper()}>', MENTOR),
        (OFFICE, LEADER),
        (f"{MENTOR}, {TEACHER}", MENTOR),
        (f'"{ANNA}" <{MENTOR}>', MENTOR),
        (LEADER, OFFICE),
        (MENTOR, INFO),
    ],
)
def test_an_own_name_passes(author: str, account: str) -> None:
    assert NOT_YOURS not in rules_of(judged(mail(ANNA, sender=author), ANNA, sender=account))


@pytest.mark.parametrize(
    ("author", "account"),
    [
        (TEACHER, MENTOR),
        (OFFICE, MENTOR),
        ("weg@school.example", MENTOR),
        (ANNA, MENTOR),
        (f"{MENTOR}, {ANNA}", MENTOR),
        (ANNA, INFO),
        (f"{TEACHER}, {LEADER}", MENTOR),
    ],
)
def test_a_borrowed_name_is_refused(author: str, account: str) -> None:
    verdict = judged(mail(CEES, sender=author), CEES, sender=account)
    assert verdict.action is Action.BLOCK
    assert NOT_YOURS in rules_of(verdict)
    assert verdict.deliveries == ()
    assert verdict.envelope == ()


def test_a_borrowed_name_is_refused_among_colleagues_too() -> None:
    assert judged(mail(LEADER, sender=TEACHER), LEADER).action is Action.BLOCK


def test_a_grant_of_the_mailbox_makes_the_name_one_s_own() -> None:
    people = roster(delegations=(granted(f"mailbox:{OFFICE}"),))
    assert judged(mail(ANNA, sender=OFFICE), ANNA, sender=TEACHER, by=judge(people=people)).action is Action.PASS


@pytest.mark.parametrize(("to", "action"), [(ANNA, Action.HOLD), (PUPIL, Action.HOLD), (TEACHER, Action.PASS)])
def test_what_can_t_be_read_is_the_administrator_s_unless_it_stays_inside(to: str, action: Action) -> None:
    verdict = judged(b"", to)
    assert verdict.action is action
    assert (None, "unreadable", "unreadable") in rules_of(verdict)
    assert verdict.approver is (Approver.ADMIN if action is Action.HOLD else None)


@pytest.mark.parametrize(("to", "action"), [(ANNA, Action.HOLD), (TEACHER, Action.PASS)])
def test_readers_that_differ_are_a_finding(to: str, action: Action) -> None:
    verdict = judged(mail(to, lines=f"From: {LEADER}\n", sender=MENTOR), to)
    assert (None, "parser_difference", "readers_differ_headers") in rules_of(verdict)
    assert max(f.action for f in verdict.findings if f.rule == "parser_difference") is action


def test_no_more_than_five_differences_are_told() -> None:
    twice = "".join(f"X-{number}: 1\n" for number in range(3)) + 'Cc: "open <a@x.example>\n' * 9
    verdict = judged(mail(ANNA, lines=twice), ANNA)
    assert [finding.rule for finding in verdict.findings].count("parser_difference") == 5


def test_protected_mail_is_judged_by_its_header_and_not_by_its_parts() -> None:
    parts = "multipart/mixed; boundary=a; boundary=b"
    body = "--a\n\nhallo\n--a--\n--b\n\ndag\n--b--"
    unread = judged(mail(ANNA, body, kind=parts, sender=CONFIDANT), ANNA, sender=CONFIDANT)
    assert not unread.findings
    assert judged(mail(ANNA, body, kind=parts), ANNA).action is Action.HOLD
    header = judged(mail(ANNA, lines='Cc: "open <x@y.example>\n', sender=CONFIDANT), ANNA, sender=CONFIDANT)
    assert (None, "parser_difference", "readers_differ_recipients") in rules_of(header)


@pytest.mark.parametrize("to", [ANNA, SUPPLIER, PUPIL])
def test_encrypted_content_to_anyone_outside_is_held_by_the_team_leader(to: str) -> None:
    verdict = judged(mail(to, "x", kind=ENCRYPTED), to)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert rules_of(verdict) == [(None, "not_inspectable", "unread_encrypted")]


def test_encrypted_content_among_colleagues_passes() -> None:
    assert not judged(mail(TEACHER, "x", kind=ENCRYPTED), TEACHER).findings


def test_roles_that_may_encrypt_are_advised() -> None:
    trusting = replace(shipped(), may_send_encrypted=frozenset({"mentor"}))
    assert judged(mail(ANNA, "x", kind=ENCRYPTED), ANNA, by=judge(trusting)).action is Action.COACH
    held = judged(mail(ANNA, "x", kind=ENCRYPTED, sender=TEACHER), ANNA, sender=TEACHER, by=judge(trusting))
    assert held.action is Action.HOLD


def test_an_armoured_text_counts_as_encrypted() -> None:
    verdict = judged(mail(ANNA, "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----"), ANNA)
    assert rules_of(verdict) == [(None, "not_inspectable", "unread_encrypted")]


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("application/ms-tnef; name=winmail.dat", "x", "unread_tnef"),
        ("text/plain\nContent-Transfer-Encoding: x-geheim", "x", "unread_encoding"),
        ("message/rfc822", f"From: {TEACHER}\nFrom: {LEADER}\nTo: x@y.example\n\nhallo", "unread_ambiguous"),
    ],
)
def test_what_else_can_t_be_inspected_says_why(kind: str, body: str, why: str) -> None:
    verdict = judged(mail(ANNA, body, kind=kind), ANNA)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert why in [finding.why for finding in verdict.findings]


def test_a_role_that_may_encrypt_answers_for_nothing_else_that_can_t_be_read() -> None:
    trusting = replace(shipped(), may_send_encrypted=frozenset({"mentor"}))
    tnef = mail(ANNA, "x", kind="application/ms-tnef; name=winmail.dat")
    assert judged(tnef, ANNA, by=judge(trusting)).action is Action.HOLD


def test_messages_nested_too_deep_are_held() -> None:
    body = f"To: {ANNA}\n\nhallo"
    for _ in range(10):
        body = f"Content-Type: message/rfc822\n\n{body}"
    verdict = judged(mail(ANNA, body, kind="message/rfc822"), ANNA)
    assert verdict.action is Action.HOLD
    assert "unread_too_deep" in [finding.why for finding in verdict.findings]


def test_a_picture_alone_is_advice_when_several_outsiders_get_it() -> None:
    one = judged(mail(ANNA, "x", kind=PICTURE), ANNA)
    assert one.action is Action.PASS
    assert rules_of(one) == [(None, "not_inspectable", "image_only")]
    assert judged(mail(MENTOR, "x", kind=PICTURE), ANNA, CEES).action is Action.COACH
    assert not judged(mail(TEACHER, "x", kind=PICTURE), TEACHER).findings


ATTACHED = ("encrypted", "damaged", "too_deep", "too_big", "unknown")


def with_unread(*whys: str, to: tuple[str, ...] = (ANNA,)) -> Verdict:
    one = replace(case(mail(MENTOR, "x"), *to), unread=tuple(Unread(f"part {n}", why) for n, why in enumerate(whys, 2)))
    return judge().judge(one, Facts(NOW, roster().identify(MENTOR)))


@pytest.mark.parametrize("why", ATTACHED)
def test_an_attachment_nobody_can_look_into_is_held_by_the_team_leader(why: str) -> None:
    verdict = with_unread(why)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert [(one.rule, one.why, one.part) for one in verdict.findings] == [
        ("not_inspectable", f"unread_{why}", "part 2")
    ]
    assert not with_unread(why, to=(TEACHER,)).findings


def test_an_attachment_of_pictures_is_advice_when_several_outsiders_get_it() -> None:
    one = with_unread("image_only", "image_only")
    assert (one.action, rules_of(one)) == (Action.PASS, [(None, "not_inspectable", "image_only_file")])
    assert with_unread("image_only", to=(ANNA, CEES)).action is Action.COACH
    assert not with_unread("image_only", to=(TEACHER,)).findings


def test_guards_are_never_only_observed() -> None:
    verdict = judged(mail(ANNA, "x", kind=ENCRYPTED), ANNA, by=judge(shipped().observed()))
    assert verdict.action is Action.HOLD


def test_an_identity_without_a_person_may_use_only_the_school_s_names() -> None:
    stranger = Identity("printer@school.example", None, function=True, roles=frozenset())
    verdict = judge().judge(case(mail(CEES, sender=ANNA), CEES), Facts(now=NOW, identity=stranger))
    assert NOT_YOURS in rules_of(verdict)


@pytest.mark.parametrize(
    ("author", "sender", "account", "roles"),
    [
        (MENTOR, "", MENTOR, {"docent", "mentor"}),
        (OFFICE, "", LEADER, {"teamleider", "administratief aangewezen"}),
        (OFFICE, LEADER, OFFICE, {"teamleider", "administratief aangewezen"}),
        (OFFICE, TEACHER, OFFICE, {"administratief aangewezen"}),
        (OFFICE, ANNA, OFFICE, {"administratief aangewezen"}),
        (f"{MENTOR}, {TEACHER}", "", MENTOR, {"docent", "mentor"}),
        (LEADER, TEACHER, TEACHER, {"docent"}),
        ("wie@gmail.example", "", "wie@gmail.example", set()),
    ],
)
def test_the_roles_are_those_of_the_person_and_of_the_mailbox(
    author: str, sender: str, account: str, roles: set[str]
) -> None:
    """A name nobody gave a right to adds nothing, whoever claims it."""
    raw = mail(ANNA, sender=author, lines=f"Sender: {sender}\n" if sender else "")
    assert scene(raw, ANNA, sender=account).roles == roles


def test_what_either_may_do_is_done_rightly() -> None:
    trusting = replace(shipped(), may_send_encrypted=frozenset({"administratief aangewezen"}))
    by = judge(trusting)
    assert judged(mail(ANNA, "x", kind=ENCRYPTED, sender=OFFICE), ANNA, sender=LEADER, by=by).action is Action.COACH
    assert judged(mail(ANNA, "x", kind=ENCRYPTED, sender=LEADER), ANNA, sender=LEADER, by=by).action is Action.HOLD
