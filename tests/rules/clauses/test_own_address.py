"""C19: several outsiders get the own address in To and nobody else; one family's, colleagues' and right mail stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.case import Case
from rules.message import Envelope, parse
from rules.verdict import Action, Approver
from tests.support.small_school import (
    ANNA,
    BERT,
    CARE,
    CEES,
    CONFIDANT,
    DIRK,
    EVA,
    INFO,
    LEADER,
    MENTOR,
    NOW,
    OFFICE,
    PRIVATE,
    PUPIL,
    PUPIL_PRIVATE,
    SCHOOL,
    STRANGER,
    SUPPLIER,
    TEACHER,
    consent,
    facts,
    judge,
    judged,
    mail,
    out,
    policy,
    roster,
    rules_of,
)  # fmt: skip

CALENDAR = "text/calendar; method=REQUEST; charset=utf-8"
FIX = ("C19", "visible_outsiders", "visible_outsiders")


def invitation(*guests: str, method: str = "REQUEST") -> str:
    lines = "\n".join(f"ATTENDEE:mailto:{guest}" for guest in guests)
    return f"BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR"


@pytest.mark.parametrize(
    "pair",
    [(ANNA, CEES), (ANNA, BERT), (ANNA, PUPIL_PRIVATE), (ANNA, PRIVATE), (ANNA, STRANGER), (ANNA, "x@bedrijf.example"),
     (STRANGER, "nogiemand@ziggo.example")],
)  # fmt: skip
def test_two_outsiders_of_any_kind_are_repaired(pair: tuple[str, str]) -> None:
    raw = mail(", ".join(pair))
    verdict = judged(raw, *pair)
    assert verdict.action is Action.FIX
    assert rules_of(verdict) == [FIX]
    assert verdict.visible_recipients == (MENTOR,)
    assert verdict.envelope == pair
    assert verdict.archived
    shown = out(raw, verdict)
    assert f"To: {MENTOR}\r\n" in shown
    assert not any(address in shown for address in pair)


@pytest.mark.parametrize(
    "others",
    [(), (TEACHER, LEADER), (INFO,), (SUPPLIER,), (SUPPLIER, CARE, TEACHER), (PUPIL,), ("anna+school@ziggo.example",)],
)
def test_one_outsider_among_others_passes_as_it_is(others: tuple[str, ...]) -> None:
    raw = mail(", ".join((ANNA, *others)), lines=f"Cc: {TEACHER}\n")
    verdict = judged(raw, ANNA, *others, TEACHER)
    assert verdict.action is Action.PASS
    assert not verdict.findings
    assert not verdict.fixed
    assert verdict.deliveries[0].edits == ()


@pytest.mark.parametrize(
    ("to", "lines", "rcpt"),
    [
        (MENTOR, "", (ANNA, CEES, TEACHER)),
        (f'"De mentor" <{MENTOR.upper()}>', "", (ANNA, CEES)),
        (MENTOR, f"Reply-To: {OFFICE}, {SUPPLIER}\n", (ANNA, CEES)),
        (MENTOR, f"Resent-To: {LEADER}\n", (ANNA, CEES)),
        (MENTOR, "X-Mailer: Outlook\nX-Original-To: niemand@bedrijf.example\n", (ANNA, CEES)),
    ],
)
def test_mail_that_is_right_already_passes_without_a_word(to: str, lines: str, rcpt: tuple[str, ...]) -> None:
    raw = mail(to, lines=lines)
    verdict = judged(raw, *rcpt)
    assert verdict.action is Action.PASS
    assert not verdict.findings
    assert verdict.deliveries[0].edits == ()
    assert verdict.envelope == rcpt


@pytest.mark.parametrize(
    ("to", "lines"),
    [
        (None, ""),
        ("", ""),
        ("undisclosed-recipients:;", ""),
        ("Ouders 3B:;", ""),
        (TEACHER, ""),
        (f"{MENTOR}, {TEACHER}", ""),
        (MENTOR, f"Cc: {TEACHER}\n"),
        (MENTOR, f"To: {MENTOR}\n"),
        (MENTOR, f"Cc: {ANNA}\n"),
        (MENTOR, f"Reply-To: {ANNA}\n"),
        (MENTOR, f"Resent-To: {ANNA}\n"),
        (MENTOR, f"X-Lijst: {ANNA}\n"),
        (MENTOR, f"Disposition-Notification-To: {CEES}\n"),
        (f'"{ANNA}" <{MENTOR}>', ""),
        (f"{MENTOR} ({ANNA})", ""),
        (f"Ouders: {ANNA}, {CEES};", ""),
        (f"{ANNA}; {CEES}", ""),
        (f"{ANNA} {CEES}", ""),
    ],
)
def test_whatever_else_the_header_says_is_repaired(to: str | None, lines: str) -> None:
    raw = mail(to, lines=lines)
    verdict = judged(raw, ANNA, CEES)
    assert rules_of(verdict) == [FIX]
    shown = out(raw, verdict)
    assert shown.count("To: ") == 1
    assert f"To: {MENTOR}" in shown
    assert ANNA not in shown
    assert CEES not in shown
    assert "Cc:" not in shown


def test_a_bcc_line_never_leaves_even_when_nothing_else_is_changed() -> None:
    raw = mail(MENTOR, lines=f"Bcc: {ANNA}, {CEES}\n")
    verdict = judged(raw, ANNA, CEES)
    assert verdict.action is Action.PASS
    assert "Bcc" not in out(raw, verdict)
    alone = mail(ANNA, lines=f"Bcc: {TEACHER}\nResent-Bcc: {LEADER}\n")
    assert "cc" not in out(alone, judged(alone, ANNA, TEACHER)).lower()


def test_whoever_stands_only_in_a_header_counts_too() -> None:
    assert judged(mail(ANNA, lines=f"Cc: {CEES}\n"), ANNA).action is Action.FIX
    assert judged(mail(ANNA, lines=f"Reply-To: {CEES}\n"), ANNA).action is Action.FIX
    assert judged(mail(ANNA, lines=f"Resent-From: {CEES}\n"), ANNA).action is Action.FIX


def test_the_copies_of_one_message_are_counted_together() -> None:
    parts = Case(parse(mail(ANNA)), (Envelope(MENTOR, (ANNA,)), Envelope(MENTOR, (CEES,))))
    verdict = judge().judge(parts, facts(roster().identify(MENTOR)))
    assert verdict.action is Action.FIX
    assert verdict.envelope == (ANNA, CEES)


def test_a_list_counts_by_its_members() -> None:
    verdict = judged(mail("ouderraad@school.example"), "ouderraad@school.example")
    assert verdict.action is Action.FIX
    assert verdict.external
    assert verdict.envelope == ("ouderraad@school.example",)


def test_reply_to_keeps_the_school_and_organisations_and_loses_outsiders() -> None:
    raw = mail(f"{ANNA}, {CEES}", lines=f'Reply-To: "Kantoor" <{OFFICE}>, {ANNA}, {SUPPLIER}, {PUPIL}\n')
    assert f"Reply-To: Kantoor <{OFFICE}>, {SUPPLIER}\r\n" in out(raw, judged(raw, ANNA, CEES))
    gone = mail(f"{ANNA}, {CEES}", lines=f"Reply-To: {ANNA}\n")
    assert "Reply-To" not in out(gone, judged(gone, ANNA, CEES))


def test_resent_lines_go_together_and_only_if_one_names_an_outsider() -> None:
    lines = f"Resent-From: {TEACHER}\nResent-Date: Mon, 16 Nov 2026 09:00:00 +0100\nResent-To: "
    raw = mail(f"{ANNA}, {CEES}", lines=f"{lines}{ANNA}\n")
    assert "Resent" not in out(raw, judged(raw, ANNA, CEES))
    kept = mail(f"{ANNA}, {CEES}", lines=f"{lines}{LEADER}, {SUPPLIER}\n")
    assert out(kept, judged(kept, ANNA, CEES)).count("Resent") == 3


def test_the_sender_gets_a_copy_only_if_addressed_or_if_the_policy_says_so() -> None:
    raw = mail(f"{ANNA}, {CEES}")
    assert judged(raw, ANNA, CEES).envelope == (ANNA, CEES)
    copies = judge(policy({"C19": {"copy_to_sender": True}}))
    assert judged(raw, ANNA, CEES, by=copies).envelope == (ANNA, CEES, MENTOR)
    assert judged(raw, ANNA, MENTOR.upper(), CEES, by=copies).envelope == (ANNA, MENTOR.upper(), CEES)


def test_the_copy_goes_to_the_written_form_of_a_domain_with_letters() -> None:
    """Every mail server knows that one: the sender's copy must not need more of it than the message did."""
    school = replace(SCHOOL, domains=("bücher.example",), functional_addresses=("info@bücher.example",))
    copies = judge(policy({"C19": {"copy_to_sender": True}}), roster(school=school))
    raw = mail(f"{ANNA}, {CEES}", sender="info@xn--bcher-kva.example")
    verdict = judged(raw, ANNA, CEES, sender="info@xn--bcher-kva.example", by=copies)
    assert verdict.envelope == (ANNA, CEES, "info@xn--bcher-kva.example")
    assert "To: info@xn--bcher-kva.example\r\n" in out(raw, verdict)


def test_the_repair_can_be_one_copy_a_recipient() -> None:
    raw = mail(f"{ANNA}, {CEES}")
    verdict = judged(raw, ANNA, CEES, by=judge(policy({"C19": {"repair": "copies"}})))
    assert [delivery.rcpt_to for delivery in verdict.deliveries] == [(ANNA,), (CEES,)]
    assert verdict.envelope == (ANNA, CEES)
    assert ANNA not in out(raw, verdict)


def test_the_literal_reading_counts_suppliers_but_no_pupil_at_school() -> None:
    strict = judge(policy({"C19": {"strict": True}, "C5": {"mode": "off"}}))
    raw = mail(f"{SUPPLIER}, {CARE}", f"Groet, ook van {SUPPLIER}", lines=f"Reply-To: {SUPPLIER}\nX-Klant: {CARE}\n")
    assert judged(raw, SUPPLIER, CARE).action is Action.PASS
    verdict = judged(raw, SUPPLIER, CARE, by=strict)
    assert rules_of(verdict) == [FIX]
    shown = out(raw, verdict)
    assert SUPPLIER not in shown
    assert CARE not in shown
    assert judged(mail(MENTOR, lines=f"Reply-To: {CARE}\n"), SUPPLIER, CARE, by=strict).action is Action.FIX
    assert judged(mail(f"{SUPPLIER}, {PUPIL}"), SUPPLIER, PUPIL, by=strict).action is Action.PASS


@pytest.mark.parametrize("action", [Action.PASS, Action.COACH])
def test_a_policy_that_only_advises_changes_no_line(action: Action) -> None:
    raw = mail(f"{ANNA}, {CEES}", f"Ook aan {ANNA}", lines=f"Bcc: {TEACHER}\n")
    verdict = judged(mail(f"{ANNA}, {CEES}"), ANNA, CEES, by=judge(policy({"C19": {"action": action}})))
    assert verdict.action is action
    assert [finding.why for finding in verdict.findings] == ["visible_kept"]
    assert not verdict.fixed
    quiet = judged(raw, ANNA, CEES, by=judge(policy({"C19": {"action": action}, "C3": {"mode": "off"}})))
    assert f"To: {ANNA}, {CEES}" in out(raw, quiet)
    assert "Bcc" not in out(raw, quiet)
    assert not judged(mail(MENTOR), ANNA, CEES, by=judge(policy({"C19": {"action": action}}))).findings


def test_a_policy_that_holds_names_who_decides_and_the_release_is_repaired() -> None:
    raw = mail(f"{ANNA}, {CEES}")
    by = judge(policy({"C19": {"action": Action.HOLD, "approver": Approver.TEAM_LEADER}}))
    verdict = judged(raw, ANNA, CEES, by=by)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.TEAM_LEADER)
    assert verdict.fixed
    assert not verdict.archived
    assert ANNA not in out(raw, verdict)


# whose own address


def test_with_several_authors_it_is_the_sender_line_and_else_the_account() -> None:
    both = f"{MENTOR}, {TEACHER}"
    raw = mail(f"{ANNA}, {CEES}", sender=both, lines=f"Sender: {OFFICE}\n")
    assert judged(raw, ANNA, CEES, sender=LEADER).action is Action.BLOCK  # the leader is none of the authors
    assert judged(raw, ANNA, CEES, sender=MENTOR).visible_recipients == (MENTOR,)  # may not use the office's
    sent = mail(f"{ANNA}, {CEES}", sender=f"{OFFICE}, {TEACHER}", lines=f"Sender: {OFFICE}\n")
    assert judged(sent, ANNA, CEES, sender=LEADER).visible_recipients == (OFFICE,)
    assert judged(mail(f"{ANNA}, {CEES}", sender=both), ANNA, CEES, sender=TEACHER).visible_recipients == (TEACHER,)


def test_the_own_address_keeps_the_name_it_was_written_with() -> None:
    raw = mail(f"{ANNA}, {CEES}", sender=f'"Mentor, M." <{MENTOR}>')
    assert f'To: "Mentor, M." <{MENTOR}>' in out(raw, judged(raw, ANNA, CEES))


def test_an_address_inside_the_own_name_makes_no_second_author() -> None:
    raw = mail(f"{ANNA}, {CEES}", sender=f'"{OFFICE}" <{MENTOR}>')
    verdict = judged(raw, ANNA, CEES)
    assert verdict.visible_recipients == (MENTOR,)
    assert f"To: {MENTOR}\r\n" in out(raw, verdict)


def test_without_from_the_account_is_the_own_address() -> None:
    raw = mail(f"{ANNA}, {CEES}", sender=None)
    assert judged(raw, ANNA, CEES).visible_recipients == (MENTOR,)


def test_without_anybody_it_is_held_as_it_came() -> None:
    raw = mail(f"{ANNA}, {CEES}", sender=None)
    verdict = judged(raw, ANNA, CEES, sender="")
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.ADMIN)
    assert ("C19", "cannot_repair", "no_own_address") in rules_of(verdict)
    assert not verdict.fixed


# what a header can't cure


def test_an_invitation_to_several_families_is_held_untouched() -> None:
    raw = mail(f"{ANNA}, {CEES}", invitation(ANNA, CEES), kind=CALENDAR)
    verdict = judged(raw, ANNA, CEES)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.SELF)
    assert rules_of(verdict) == [("C19", "cannot_repair", "calendar")]
    assert verdict.deliveries[0].edits == ()


@pytest.mark.parametrize("guests", [(ANNA, BERT), (ANNA, PUPIL_PRIVATE)])
def test_an_invitation_to_one_family_goes_as_it_is(guests: tuple[str, str]) -> None:
    raw = mail(", ".join(guests), invitation(*guests), kind=CALENDAR)
    assert judged(raw, *guests).action is Action.PASS


def test_an_answer_to_an_invitation_is_ordinary_mail() -> None:
    raw = mail(f"{ANNA}, {CEES}", invitation(MENTOR, method="REPLY"), kind="text/calendar; method=REPLY")
    assert judged(raw, ANNA, CEES).action is Action.FIX


def test_an_address_that_stays_in_the_text_is_held_by_its_sender() -> None:
    raw = mail(f"{ANNA}, {CEES}", f"Vragen aan {ANNA}")
    verdict = judged(raw, ANNA, CEES)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.SELF)
    assert ("C19", "cannot_repair", "residue_text") in rules_of(verdict)
    assert verdict.fixed
    assert f"To: {MENTOR}" in out(raw, verdict)


def test_the_matrix_may_ask_for_more_than_the_sender() -> None:
    """protocol.md: a hold in place of a fix is hold:self, unless the matrix asks for more."""
    raw = mail(f"{ANNA}, {CEES}", f"Aan: {ANNA}; {CEES}")
    assert judged(raw, ANNA, CEES).approver is Approver.TEAM_LEADER


def test_right_mail_with_an_address_in_its_text_is_held_too() -> None:
    verdict = judged(mail(MENTOR, f"Vragen aan {ANNA}"), ANNA, CEES)
    assert verdict.action is Action.HOLD
    assert not verdict.fixed


def test_each_place_is_told_once() -> None:
    verdict = judged(mail(f"{ANNA}, {CEES}", f"{ANNA} en nog eens {ANNA}", lines=f"Comments: {ANNA}\n"), ANNA, CEES)
    parts = [finding.part for finding in verdict.findings if finding.clause == "C19"]
    assert sorted(parts) == ["header Comments", "part 1 text"]


def test_an_address_its_owner_agreed_to_share_may_stay_in_the_text() -> None:
    people = roster(consents=(consent("P1", "ouders:3B"),))
    raw = mail(f"{ANNA}, {CEES}", f"Klassenouder is {ANNA}")
    assert judged(raw, ANNA, CEES, by=judge(people=people)).action is Action.FIX
    assert judged(raw, ANNA, CEES, EVA, by=judge(people=people)).action is Action.HOLD  # not of that class
    assert judged(mail(MENTOR, f"Klassenouder is {ANNA}"), ANNA, CEES, by=judge(people=people)).action is Action.PASS


@pytest.mark.parametrize(
    ("kind", "why", "touched"),
    [
        ("application/ms-tnef; name=winmail.dat", "tnef", False),
        ("text/plain; hp=cipher", "header_protected", False),
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "smime_encrypted", True),
        ("application/x-microsoft-rpmsg-message; name=message.rpmsg", "rpmsg", True),
    ],
)
def test_a_form_that_keeps_the_addresses_elsewhere_is_held(kind: str, why: str, touched: bool) -> None:
    verdict = judged(mail(f"{ANNA}, {CEES}", "x", kind=kind), ANNA, CEES)
    assert verdict.action is Action.HOLD
    assert ("C19", "cannot_repair", why) in rules_of(verdict)
    assert verdict.fixed is touched


# protected people


def test_mail_of_a_protected_office_is_repaired_unread() -> None:
    raw = mail(f"{ANNA}, {BERT}", f"Vragen aan {ANNA} of {CEES}", sender=CONFIDANT)
    verdict = judged(raw, ANNA, BERT, sender=CONFIDANT)
    assert rules_of(verdict) == [FIX]
    assert ANNA not in out(raw, verdict)
    right = mail(CONFIDANT, sender=CONFIDANT)
    assert not judged(right, ANNA, BERT, sender=CONFIDANT).findings


def test_mail_of_a_protected_office_to_two_families_asks_its_sender() -> None:
    raw = mail(f"{ANNA}, {CEES}", f"Vragen aan {ANNA}", sender=CONFIDANT)
    verdict = judged(raw, ANNA, CEES, sender=CONFIDANT)
    assert (verdict.action, verdict.approver) == (Action.HOLD, Approver.SELF)
    assert rules_of(verdict) == [("C19", "cannot_repair", "protected")]
    assert verdict.fixed
    right = judged(mail(CONFIDANT, sender=CONFIDANT), ANNA, CEES, sender=CONFIDANT)
    assert rules_of(right) == [("C19", "cannot_repair", "protected")]
    assert not right.fixed


def test_mail_only_to_protected_offices_is_not_read() -> None:
    raw = mail(f"{CONFIDANT}, advocaat@kantoor.example", f"Het gaat om {ANNA} en {CEES}")
    assert not judged(raw, CONFIDANT, "advocaat@kantoor.example").findings
    assert judged(raw, CONFIDANT, SUPPLIER).action is Action.HOLD


def test_judging_what_was_delivered_finds_nothing_more() -> None:
    raw = mail(f"{ANNA}; {CEES}", lines=f"Cc: {DIRK}\nReply-To: {ANNA}, {OFFICE}\nX-Lijst: {CEES}\n")
    verdict = judged(raw, ANNA, CEES, DIRK)
    again = out(raw, verdict).encode() + b"\r\n\r\nTot vrijdag.\r\n"
    second = judged(again, ANNA, CEES, DIRK)
    assert second.action is Action.PASS
    assert second.deliveries[0].edits == ()


def test_the_day_of_the_judgement_is_the_one_that_is_told() -> None:
    assert facts(None).now == NOW


@pytest.mark.parametrize(
    ("sent_to", "quoted"), [("x+s@vreemd.example", "x@vreemd.example"), ("x@vreemd.example", "x+s@vreemd.example")]
)
def test_a_recipient_is_recognised_in_the_text_with_and_without_the_tag(sent_to: str, quoted: str) -> None:
    verdict = judged(mail(MENTOR, f"{quoted} schreef:"), sent_to, CEES)
    assert rules_of(verdict) == [("C19", "cannot_repair", "residue_text")]
