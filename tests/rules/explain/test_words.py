"""A verdict in words: every reason has its sentences, in both languages, and none shows a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rules.clauses
from rules.explain import acting, block_sentence, sender_words, words
from rules.explain.texts import SENTENCES
from rules.explain.titles import TITLES
from rules.verdict import Action, Approver, Finding
from tests.support.hiding import HEADER_HIDERS, HELLO, HIDERS, compose
from tests.support.small_school import ANNA, CEES, MENTOR, TEACHER, judge, judged, mail, shipped

CLAUSES = sorted(Path(rules.clauses.__file__).parent.glob("*.py"))
# Where the reason stands among the arguments.
POSITION = {"hit": 4, "_said": 4, "_held": 0, "_visible": 1}
PRIVATE = {
    "phone", "home_address", "birth_date", "student_number", "grades", "health", "iban", "bsn", "education_number",
    "id_document", "credentials",
}  # fmt: skip
ENDINGS = {
    "residue_": {
        "quoted",
        "text",
        "link",
        "attribute",
        "comment",
        "calendar",
        "vcard",
        "filename",
        "header",
        "raw",
        "file",
    },
    "address_": {
        "quoted",
        "text",
        "link",
        "attribute",
        "comment",
        "calendar",
        "vcard",
        "filename",
        "header",
        "raw",
        "file",
    },
    "unread_": {"tnef", "encrypted", "damaged", "too_big", "too_deep", "ambiguous", "encoding", "unknown"},
    "readers_differ_": {"recipients", "parts", "headers"},
    "colleagues_": PRIVATE,
    "own_": {"bsn", "credentials"},
    "consent_": {"refused", "withdrawn", "ended"},
}
STARTS = {"_placed": ("order", "course")}
# Reasons that are handed on in a variable: kinds that can't be rewritten, and those worked out before the finding.
HANDED_ON = {"header_protected", "tnef", "smime_encrypted", "pgp_encrypted", "rpmsg"}
HANDED_ON |= {
    "mistyped_domain", "mistyped_known", "pupils_by_mail", "notice", "notice_by_others", "school_news", "news_to_a_crowd", "newsletter", "many_parents",
    "newsletter_by_others", "newsletter_to_arrange", "channel_with_pupils", "channel_with_parents", "file_to_colleagues",
    "file_too_big", "copies", "complaint_copies", "complaint_outsiders", "complaint_families", "complaint_hidden",
}  # fmt: skip
HANDED_ON |= {f"{receiver}_{kind}" for receiver in ("family", "third") for kind in PRIVATE}
# Said by the listener, before any clause looks.
OUTSIDE = {"wire"}
# Said in place of another reason while a message waits.
WAITING = {"visible_if_released"}


def reasons() -> Iterator[str]:
    for path in CLAUSES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in POSITION:
                said = node.args[POSITION[node.func.id]]
                if isinstance(said, ast.Constant):
                    yield str(said.value)
                elif isinstance(said, ast.JoinedStr) and not isinstance(said.values[0], ast.Constant):
                    ending = said.values[1]
                    assert isinstance(ending, ast.Constant)
                    yield from (start + str(ending.value) for start in STARTS[str(ending.value)])
                elif isinstance(said, ast.JoinedStr):
                    assert isinstance(said.values[0], ast.Constant)
                    prefix = str(said.values[0].value)
                    yield from (prefix + ending for ending in ENDINGS[prefix])
                else:
                    assert isinstance(said, ast.Name)


GIVEN = {*reasons(), *HANDED_ON, *OUTSIDE, *WAITING, "fault"}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_reason_has_a_sentence_and_no_sentence_lacks_a_reason(lang: str) -> None:
    assert {"visible_outsiders", "residue_calendar", "unread_encoding", "not_yours", "no_link"} <= GIVEN
    assert set(SENTENCES[lang]) == GIVEN
    assert all(what and repair for what, repair in SENTENCES[lang].values())


def test_both_languages_have_the_same_titles_for_what_has_no_clause_and_for_built_clauses() -> None:
    assert set(TITLES["nl"]) == set(TITLES["en"])
    without = {"sender", "unreadable", "parser_difference", "not_inspectable", "wire", "fault"}
    without |= {"auto_forward", "recall", "label", "loop"}
    spoken = {name for name, clause in shipped().clauses.items() if clause.built}
    spoken -= {"C1", "C2", "C17", "C34"}  # they find nothing
    assert spoken | without == set(TITLES["nl"])
    assert all(TITLES["nl"][name] == shipped().clauses[name].title_nl for name in spoken)
    assert all(TITLES["en"][name] == shipped().clauses[name].title_en for name in spoken)


@pytest.mark.parametrize("place", sorted(HIDERS))
def test_every_finding_in_any_place_can_be_said(place: str) -> None:
    verdict = judged(compose(MENTOR, (ANNA, CEES), HIDERS[place](ANNA)), ANNA, CEES)
    assert verdict.findings
    for finding in verdict.findings:
        for lang in ("nl", "en"):
            for audience in ("sender", "approver", "admin", "audit"):
                said = words(finding, lang, audience)
                assert said
                assert "{" not in said
                assert ANNA not in said


@pytest.mark.parametrize("place", sorted(HEADER_HIDERS))
def test_every_finding_in_any_header_can_be_said(place: str) -> None:
    verdict = judged(compose(MENTOR, (ANNA, CEES), HELLO, extra=HEADER_HIDERS[place](ANNA)), ANNA, CEES)
    assert all(sender_words(finding, "nl").what for finding in verdict.findings)


def test_the_sender_reads_what_was_seen_and_how_to_repair_it() -> None:
    (finding,) = judged(mail(f"{ANNA}, {CEES}"), ANNA, CEES).findings
    said = sender_words(finding, "nl")
    assert said.title == said.clause_title == "Eigen adres in Aan, alle andere in BCC"
    assert said.what.startswith("2 adressen van ouders")
    assert "BCC" in said.repair
    assert words(finding, "nl", "sender") == said.what


def test_an_approver_reads_the_masked_evidence_and_an_administrator_the_place_and_strength() -> None:
    (finding,) = judged(mail(ANNA, f"Zie {CEES}"), ANNA).findings
    line = words(finding, "en", "approver")
    assert line == f"C3: In the text of your message stands somebody else's address (1 in all). [{finding.evidence}]"
    assert words(finding, "en", "audit") == f"{line} (part 1 text; other_family; hold)"


def test_what_was_only_observed_says_what_it_would_be() -> None:
    (finding,) = judged(mail(f"{ANNA}, {CEES}"), ANNA, CEES, by=judge(shipped().observed())).findings
    assert words(finding, "en", "admin").endswith("(header To; visible_outsiders; observed, would be fix)")


def test_the_findings_that_acted_come_strictest_first_and_one_of_each() -> None:
    raw = mail(f"{ANNA}, {CEES}", f"Zie {ANNA} en {CEES}", lines=f"Comments: {ANNA}\n")
    found = acting(judged(raw, ANNA, CEES))
    assert [(finding.clause, finding.why) for finding in found].count(("C19", "residue_text")) == 1
    assert [finding.action for finding in found] == sorted((f.action for f in found), reverse=True)
    assert all(finding.action > Action.PASS for finding in found)
    assert acting(judged(mail(f"{ANNA}, {CEES}"), ANNA, CEES, by=judge(shipped().observed()))) == ()


def test_of_a_held_message_nobody_is_told_that_it_was_sent() -> None:
    """C18 holds what C19 would repair: the sender reads both, and nothing has left."""
    verdict = judged(mail(f"{ANNA}, {CEES}", sender=TEACHER), ANNA, CEES, sender=TEACHER)
    assert verdict.action is Action.HOLD
    assert {finding.clause for finding in acting(verdict)} == {"C18", "C19"}
    for lang, sent in (("nl", "is verzonden"), ("en", "was sent")):
        told = [sender_words(finding, lang) for finding in acting(verdict)]
        assert not any(sent in said.what + said.repair for said in told)


def test_a_refusal_is_one_plain_ascii_sentence() -> None:
    verdict = judged(mail(ANNA, sender=TEACHER), ANNA)
    assert block_sentence(verdict) == ("", "Your account may not send under this sender.")
    assert block_sentence(verdict, "nl")[1].isascii()
    assert block_sentence(judged(mail(ANNA), ANNA)) == ("", "")


def test_a_clause_is_named_where_one_speaks() -> None:
    finding = Finding("C19", "cannot_repair", Action.HOLD, Approver.SELF, why="calendar", params=(("families", "3"),))
    assert words(finding, "nl", "approver").startswith("C19: Een agenda-uitnodiging")
    assert "3 gezinnen" in sender_words(finding, "nl").what


def test_a_finding_of_another_version_says_at_least_its_clause() -> None:
    """Stored findings outlive the words of the version that wrote them."""
    old = Finding("C3", "residue", Action.HOLD, why="said_long_ago")
    said = sender_words(old, "en")
    assert said.what == said.title and said.repair == ""
    assert sender_words(Finding(None, "unheard_of", Action.HOLD, why="said_long_ago"), "nl").title == "unheard_of"
