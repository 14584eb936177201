"""A file less, the thread under it less: what is asked for goes, every other byte stays, and it still reads."""

from __future__ import annotations

import itertools
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.message import apply_edits, parse
from rules.message.mending import LEFT_OUT, files, mendable, without_files, without_quotes

QUOTED = "Dag Ria,\n\nZie onder.\n\nGroet, Daan\n\n-----Oorspronkelijk bericht-----\nVan: Jan <jan@gmail.example>\nAan: Daan\nOnderwerp: sport\n\nGeheim van Jan.\n"
QUOTED_HTML = "<p>Dag Ria,</p><p>Zie onder.</p><blockquote type='cite'><p>Geheim van <b>Jan</b>.</p></blockquote>"


def mail(*, html: bool = False, attach: int = 0, text: str = QUOTED) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Sport é"
    message.set_content(text)
    if html:
        message.add_alternative(QUOTED_HTML, subtype="html")
    for number in range(attach):
        message.add_attachment(
            f"inhoud {number}".encode(), maintype="application", subtype="pdf", filename=f"lijst {number}.pdf"
        )
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=200))


def texts(raw: bytes) -> str:
    return "\n".join(part.text or "" for part in parse(raw).parts)


def test_one_file_goes_and_the_rest_stays_byte_for_byte() -> None:
    raw = mail(html=True, attach=3)
    message = parse(raw)
    assert [part.filename for part in files(message)] == ["lijst 0.pdf", "lijst 1.pdf", "lijst 2.pdf"]
    (edit,) = without_files(message, [files(message)[1].path, "nergens"])
    after = parse(apply_edits(raw, (edit,)))
    assert [part.filename for part in files(after)] == ["lijst 0.pdf", "lijst 2.pdf"]
    assert [part.payload for part in files(after)] == [b"inhoud 0", b"inhoud 2"]
    assert LEFT_OUT in texts(after.raw) and not after.defects
    assert after.raw[: edit.start] == raw[: edit.start]
    assert after.raw.endswith(raw[edit.end :])


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("attach", [0, 1])
def test_the_thread_goes_and_the_own_words_stay(html: bool, attach: int) -> None:
    raw = mail(html=html, attach=attach)
    after = parse(apply_edits(raw, without_quotes(parse(raw))))
    assert not after.defects
    assert "Geheim" not in texts(after.raw) and "jan@gmail" not in after.raw.decode("latin-1")
    assert "Zie onder" in texts(after.raw) and "Dag Ria" in texts(after.raw)
    assert after.subject == "Sport é"
    assert len(files(after)) == attach


def test_what_quotes_nothing_is_left_alone() -> None:
    message = parse(mail(text="Dag Ria,\n\nTot morgen.\n", attach=1))
    assert without_quotes(message) == ()
    assert without_files(message, []) == ()


def test_a_message_that_is_one_file_or_sealed_is_not_offered() -> None:
    alone = parse(b"From: a@b.example\r\nContent-Type: application/pdf; name=x.pdf\r\n\r\nx")
    assert files(alone) == ()
    signed = parse(
        b'From: a@b.example\r\nContent-Type: multipart/signed; boundary=x; protocol="application/pkcs7-signature"\r\n\r\n--x\r\n\r\nhoi\r\n--x\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx\r\n--x--\r\n'
    )
    assert not mendable(signed)
    assert mendable(parse(mail()))


def test_bare_line_ends_stay_what_they_are() -> None:
    raw = mail(attach=1).replace(b"\r\n", b"\n")
    message = parse(raw)
    after = apply_edits(raw, (*without_files(message, [files(message)[0].path]), *without_quotes(message)))
    assert b"\r" not in after and "Geheim" not in texts(after)


@given(
    st.binary(max_size=600),
    st.sampled_from(["multipart/mixed; boundary=x", "text/plain", "text/html", "message/rfc822"]),
)
def test_any_bytes_can_be_asked(body: bytes, kind: str) -> None:
    raw = f"From: a@b.example\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    message = parse(raw)
    for edits in (without_files(message, [part.path for part in message.parts]), without_quotes(message)):
        spans = sorted((edit.start, edit.end) for edit in edits)
        assert all(0 <= start <= end <= len(raw) for start, end in spans)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
        parse(apply_edits(raw, edits))
