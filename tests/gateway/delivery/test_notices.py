"""Notices, every kind in both languages, read back as a mail program would."""

from __future__ import annotations

import email
import email.policy
import html
import json
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.mime import header_text, one_line, phrase, shortened
from gateway.delivery.notices import ASKING, LABELS, SUBSTANCE_LINES_MAX, TEXTS, Letterhead, render
from tests.support.stores import NOON

SENDER = "m.devries@school.example"
ANNA = "anna.bakker@ouders.example"
MASKED = "a•••@o•••.example"
HEAD = Letterhead(
    "Basisschool De Zilverberg", "ict@school.example", "https://post.school.example", "nl", "gate.school.example"
)
FINDING = (
    "C19",
    "Eigen adres in Aan, anderen in BCC",
    "Ouders konden elkaars adres zien.",
    "Zet ouders voortaan in BCC.",
    MASKED,
)
KINDS = [(language, kind) for language, texts in TEXTS.items() for kind in texts]


def params(kind: str, findings: int = 1, **changes: str) -> dict[str, str]:
    rows = [(FINDING[0], FINDING[1], f"{FINDING[2]} ({n})", *FINDING[3:]) for n in range(findings)]
    found = {
        "kind": "hold" if kind == "hold_self" else kind, "subject": "Schoolreis", "message_id": "<1@klas.test>",
        "findings": json.dumps(rows),
    }  # fmt: skip
    if kind.endswith("_undo"):
        found |= {"kind": kind.removesuffix("_undo"), "undo": "13:05:30", "token": "AQdoken_-x"}
    if kind.startswith("hold"):
        found |= {"token": "AQdoken_-x", "approver": "self" if kind == "hold_self" else "team_leader"}
    return {**found, **changes}


def rendered(language: str = "nl", **given: str) -> EmailMessage:
    written = render(replace(HEAD, language=language), given, to=SENDER, reference="7H2K9MQ4TX1C", number=3, at=NOON)
    assert written.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", written)
    assert max(map(len, written.split(b"\r\n"))) < 998
    message = email.message_from_bytes(written, _class=EmailMessage, policy=email.policy.default)
    assert not any(part.defects for part in message.walk())
    return message


def plain(message: EmailMessage) -> list[str]:
    """The paragraphs of the text."""
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().strip().split("\r\n\r\n")


def marked_up(message: EmailMessage) -> list[str]:
    """The paragraphs of the HTML, each link written after its words as the text does."""
    part = message.get_body(("html",))
    assert part is not None
    found = []
    for paragraph in re.findall(r"<p>(.*?)</p>", part.get_content(), re.DOTALL):
        inner = re.sub(r'<a href="(.*?)"><strong>(.*?)</strong></a>', r"\2: \1", paragraph)
        inner = re.sub(r'<a href="(.*?)">(.*?)</a>', r"\2 \1", inner)
        inner = re.sub(r"</?strong>", "", inner)
        assert "<" not in inner
        found.append(html.unescape(inner))
    return found


@pytest.mark.parametrize(("language", "kind"), KINDS)
def test_every_notice_says_in_text_and_html_the_same(language: str, kind: str) -> None:
    message = rendered(language, **params(kind, reason="Zie het protocol."))
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert plain(message) == marked_up(message)
    subject, first, last = TEXTS[language][kind]
    words = {
        "subject": "Schoolreis", "approver": LABELS[language]["team_leader"], "sender": "", "to": SENDER,
        "reference": "7H2K9MQ4TX1C", "undo": "13:05:30",
    }  # fmt: skip
    assert message["Subject"] == subject.format(**words)
    assert plain(message)[0] == first.format(**words)
    assert not last or plain(message)[-2] == last.format(**words)
    assert plain(message)[-1].endswith("7H2K9MQ4TX1C")


@pytest.mark.parametrize(("language", "kind"), KINDS)
def test_every_notice_is_a_machines_and_belongs_to_the_message(language: str, kind: str) -> None:
    message = rendered(language, **params(kind))
    assert message["To"] == SENDER
    assert message["From"].addresses[0].addr_spec == "ict@school.example"
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert message["In-Reply-To"] == message["References"] == "<1@klas.test>"
    assert message["Message-ID"] == f"<7H2K9MQ4TX1C.3.{kind}@gate.school.example>"
    assert message["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"


@pytest.mark.parametrize(("language", "kind"), KINDS)
@pytest.mark.parametrize("findings", [0, 1, 2, 3, 9])
def test_no_notice_has_more_lines_than_a_person_reads(language: str, kind: str, findings: int) -> None:
    said = plain(rendered(language, **params(kind, findings, reason="Zie het protocol.")))
    frame = 3 + bool(TEXTS[language][kind][2])  # opening, subject, what to expect, reference
    assert len(said) - frame <= SUBSTANCE_LINES_MAX
    if findings:
        assert any("/clauses/C19" in line for line in said)
        assert any(MASKED in line for line in said)
        # Whoever decides about somebody else's message has nothing to repair.
        assert any("Zet ouders voortaan in BCC." in line for line in said) is (kind not in ASKING)
    shown = sum(f"({n})" in line for n in range(findings) for line in said)
    more = LABELS[language]["more"].format(count=findings - shown)
    assert any(more in line for line in said) is (shown < findings)


def test_what_the_teacher_reads_when_parents_were_visible() -> None:
    assert plain(rendered(**params("fix"))) == [
        "Uw bericht is verzonden. De adressering is aangepast.",
        "Onderwerp: Schoolreis",
        f"Ouders konden elkaars adres zien. (0) Gevonden: {MASKED}",
        "Zet ouders voortaan in BCC.",
        "De regel: C19, Eigen adres in Aan, anderen in BCC https://post.school.example/clauses/C19",
        "U hoeft niets te doen.",
        "Referentie: 7H2K9MQ4TX1C",
    ]


def test_what_the_teacher_reads_when_it_is_the_teachers_to_decide() -> None:
    said = plain(rendered(**params("hold_self")))
    assert said[0] == "Uw bericht is nog niet verzonden: het wacht op u."
    assert "Bevestigen of intrekken: https://post.school.example/m/AQdoken_-x" in said
    assert said[-2] == "Kiest u niet binnen een schooldag, dan wordt het niet verzonden. U krijgt daarvan bericht."


def test_what_the_teacher_reads_when_somebody_else_looks() -> None:
    said = plain(rendered(**params("hold")))
    assert said[0] == "Uw bericht is nog niet verzonden: uw teamleider kijkt er eerst naar."
    assert "Zelf intrekken: https://post.school.example/m/AQdoken_-x" in said
    assert not any("Bevestigen" in line for line in said)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize(
    "approver", ["team_leader", "manager", "editors", "privacy_officer", "admin", "nobody we know"]
)
def test_whoever_looks_is_named_by_office(language: str, approver: str) -> None:
    said = plain(rendered(language, **params("hold", approver=approver)))
    assert LABELS[language].get(approver, LABELS[language]["admin"]) in said[0]


def test_both_languages_have_every_kind_and_word_and_none_is_left_in_the_other() -> None:
    dutch, english = TEXTS["nl"], TEXTS["en"]
    assert dutch.keys() == english.keys()
    assert LABELS["nl"].keys() == LABELS["en"].keys()
    for kind, texts in dutch.items():
        for one, other in zip(texts, english[kind], strict=True):
            assert re.findall(r"{(\w+)}", one) == re.findall(r"{(\w+)}", other)
            assert one != other or not one


def test_a_message_without_a_subject_is_named_so() -> None:
    assert rendered(**params("coach", subject=" \t"))["Subject"] == "Tip bij: (geen onderwerp)"


def test_a_finding_without_clause_evidence_or_repair_is_a_line_alone() -> None:
    rows = json.dumps([("", "Onleesbaar", "De opbouw van dit bericht is niet te lezen.", "", "")])
    said = plain(rendered(**{**params("hold"), "findings": rows}))
    assert "De opbouw van dit bericht is niet te lezen." in said
    assert not any("/clauses/" in line for line in said)


HOSTILE = [
    "x\r\nBcc: iemand@elders.test\r\n\r\n<h1>",
    "x\nTo: iemand@elders.test",
    "x\u2028Cc: iemand@elders.test\u0085y\x00\x1b",
    "\u202egnirts\u202c \u2066x\u2069 \ufeff\u200b",
    "</p><script>alert(1)</script><p>",
    "\"><a href='https://elders.test'>klik</a>",
    "{subject} {approver} {0} %s",
    "=?utf-8?B?U2VjcmV0?=",
    "é" * 500,
    "😀" * 200,
    "\udcff\ud800",
]


@pytest.mark.parametrize("kind", ["fix", "hold", "return"])
@pytest.mark.parametrize("subject", HOSTILE)
def test_no_subject_adds_a_header_or_markup(subject: str, kind: str) -> None:
    message = rendered(**params(kind, subject=subject, reason=subject))
    assert message.get_all("To") == [SENDER]
    assert message["Bcc"] is message["Cc"] is None
    assert set(message.keys()) == set(rendered(**params(kind)).keys())
    assert plain(message) == marked_up(message)
    body = message.get_body(("html",))
    assert body is not None
    markup = body.get_content()
    assert not re.search(r"<script|<h1", markup)
    assert all(link.startswith("https://post.school.example/") for link in re.findall(r'href="(.*?)"', markup))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u2028\u0085]", str(message["Subject"]) + markup)


@pytest.mark.parametrize(
    "message_id",
    [
        "",
        "1@klas.test",
        "<1@klas.test>\r\nBcc: x@y.test",
        "<a b@klas.test>",
        "<é@klas.test>",
        f"<{'x' * 2000}@y.test>",
        "<a><b>",
    ],
)
def test_a_message_id_that_is_none_threads_nothing(message_id: str) -> None:
    message = rendered(**params("fix", message_id=message_id))
    assert message["In-Reply-To"] is message["References"] is message["Bcc"] is None


def test_a_long_explanation_is_cut_where_one_sees_it() -> None:
    said = plain(rendered(**params("return", reason="Lees dit. " * 400)))
    (line,) = [line for line in said if line.startswith("Toelichting: ")]
    assert len(line) < 520
    assert line.endswith("…")


@given(st.text(max_size=300))
def test_any_text_is_a_header_that_reads_back(text: str) -> None:
    written = f"Subject: {header_text(text)}\r\n\r\n"
    lines = written.split("\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert all(line.startswith(" ") for line in lines[1:-2])
    message = email.message_from_string(written, _class=EmailMessage, policy=email.policy.default)
    assert message["Subject"] == one_line(text)


@given(st.text(max_size=100))
def test_any_text_is_a_display_name_that_reads_back(text: str) -> None:
    message = email.message_from_string(
        f"From: {phrase(text)} <a@b.test>\r\n\r\n", _class=EmailMessage, policy=email.policy.default
    )
    (box,) = message["From"].addresses
    assert box.addr_spec == "a@b.test"
    # The standard library puts a space between two encoded words in a name, where RFC 2047 §6.2 has none.
    assert "".join(box.display_name.split()) == "".join(one_line(text).split())


@given(st.text(max_size=50), st.integers(1, 40))
def test_what_is_shortened_fits(text: str, characters: int) -> None:
    assert len(shortened(text, characters)) <= characters


@pytest.mark.parametrize("language", TEXTS)
def test_text_to_paste_files_and_the_right_system_stand_in_both_bodies(language: str) -> None:
    text = "Beste ouders,\n\nHet kamp is <b>leuk</b> & van 7 tot 9 april."
    given = params("coach", paste=text, files="brief.pdf\nlijst.docx", url="https://elo.school.example/nieuw")
    message = rendered(language, **given)
    written, marked = message.get_body(("plain",)), message.get_body(("html",))
    assert written is not None
    assert marked is not None
    for label in ("paste", "files", "system"):
        assert LABELS[language][label] in written.get_content()
        assert LABELS[language][label] in marked.get_content()
    assert "Het kamp is <b>leuk</b> & van 7 tot 9 april." in written.get_content()
    assert "Het kamp is &lt;b&gt;leuk&lt;/b&gt; &amp; van" in marked.get_content()
    assert "brief.pdf, lijst.docx" in written.get_content()
    assert 'href="https://elo.school.example/nieuw"' in marked.get_content()


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "elo.school.example"])
def test_a_page_that_is_none_is_no_link(url: str) -> None:
    marked = rendered(**params("coach", paste="Hallo", url=url)).get_body(("html",))
    assert marked is not None
    assert marked.get_content().count("href=") == 1
    assert LABELS["nl"]["files"] not in marked.get_content()
