"""Header blocks: which fields there are, where the body begins, what was odd, and how edits change nothing else."""

import email
import email.header
import email.policy
import email.utils

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.message import Mailbox, View, apply_edits, bcc_edits, format_to, own_address_edits, parse
from rules.message.format import format_mailboxes, safe_display, wire_address


def names(raw: bytes) -> list[str]:
    return [header.name for header in parse(raw).headers]


def codes(raw: bytes) -> set[str]:
    return {defect.code for defect in parse(raw).defects}


def details(raw: bytes) -> set[str]:
    return {difference.detail for difference in parse(raw).differences}


def test_an_ordinary_block_has_no_defect() -> None:
    raw = b"From: a@b.nl\r\nTo : c@d.nl\r\nSubject: een\r\n twee\r\n\r\nhallo\r\n"
    message = parse(raw)
    assert [header.name for header in message.headers] == ["from", "to", "subject"]
    assert message.raw[message.body_start :] == b"hallo\r\n"
    assert message.subject == "een twee"
    assert message.headers[2].value == b"een twee"
    assert message.headers[1].raw(message) == b"To : c@d.nl\r\n"
    assert message.defects == message.differences == ()


@pytest.mark.parametrize(
    ("raw", "found", "defects", "differences"),
    [
        (b"", [], {"no_blank_line"}, set()),
        (b"hallo", [], {"no_fields"}, set()),
        (b"\r\nTo: a@b.nl\r\n\r\n", ["to"], set(), {"fields after a blank line"}),
        (b"\r\nhallo To: x\r\n", [], set(), set()),
        (b"From a@b Mon\r\nTo: a@b.nl\r\n\r\n", ["to"], {"from_line"}, set()),
        (b"To: a@b.nl\r\n", ["to"], {"no_blank_line"}, set()),
        (b"To: a@b.nl\r\nhallo zonder kop\r\nnog een\r\n", ["to"], {"no_blank_line"}, set()),
        (b"To: a@b.nl\r\nrommel\r\nnog rommel\r\nCc: c@d.nl\r\n\r\nx", ["to", "cc"], set(), {"fields after a line that is none"}),
        ("To: a@b.nl\r\nC\u200bc: c@d.nl\r\n\r\nx".encode(), ["to", "cc"], set(), {"a field with invisible letters in its name"}),
        (b"\0cc", [], {"no_fields"}, set()),  # the letters of a name, and no colon
        (b"To: a@b.nl\r\n\0cc\r\nSubject: x\r\n\r\nx", ["to", "subject"], {"nul"}, {"fields after a line that is none"}),
        (b"To: a@b.nl\r\n\xa0Cc: c@d.nl\r\n\r\nx", ["to", "cc"], set(), {"a field with invisible letters in its name"}),
        (b"To: a@b.nl\nCc: c@d.nl\n\nx", ["to", "cc"], {"bare_lf"}, set()),
        (b"To: a@b.nl\rCc: c@d.nl\r\rx", ["to", "cc"], {"bare_cr"}, set()),
        (b"To: a@b.nl\r\nX: y\nCc: c@d.nl\r\n\r\nx", ["to", "x", "cc"], {"bare_lf"}, {"a field after a bare line end"}),
        (b"To: a@b.nl\r\nX: y\rCc: c@d.nl\r\n\r\nx", ["to", "x", "cc"], {"bare_cr"}, {"a field after a bare line end"}),
        (b"To: a@b.nl\r\n\nx", ["to"], {"bare_lf"}, {"the header ends at a bare line end"}),
        (b"To: a@b.nl\r\nX: y\n z\r\n\r\nx", ["to", "x"], {"bare_lf"}, set()),
        (b"To: a@b.nl\r\nX: y\0z\n\r\nx", ["to", "x"], {"bare_lf", "nul"}, set()),
        (b"To: a@b.nl\r\n \r\n\tb\r\n\r\nx", ["to"], set(), set()),
    ],
)  # fmt: skip
def test_odd_blocks_are_read_with_what_is_odd_about_them(
    raw: bytes, found: list[str], defects: set[str], differences: set[str]
) -> None:
    assert (names(raw), codes(raw) - {"content_type"}, details(raw)) == (found, defects, differences)


def test_a_message_without_any_field_is_unreadable() -> None:
    assert parse(b"").unreadable
    assert not parse(b"To: a@b.nl\r\n\r\n").unreadable


def test_two_from_headers_that_differ_are_a_difference() -> None:
    assert details(b"From: a@b.nl\r\nFrom: c@d.nl\r\n\r\n") == {"two From headers that differ"}
    assert details(b"From: a@b.nl\r\nFrom: A@B.nl\r\n\r\n") == set()


def test_an_unclosed_quote_in_an_address_header_is_a_difference() -> None:
    (difference,) = parse(b'To: "Jan <a@b.nl>, c@d.nl\r\n\r\n').differences
    assert (difference.kind, difference.where) == ("recipients", "header to")


OWN = Mailbox("Juf Els", "els@school.example", "els@school.example", View.BOTH)


def fixed(raw: bytes, own: Mailbox = OWN) -> bytes:
    edits = own_address_edits(parse(raw), own, lambda box: box.endswith("@school.example"), lambda _: False)
    return apply_edits(raw, edits)


def test_the_repair_replaces_to_and_takes_the_others_away() -> None:
    raw = (
        b"From: els@school.example\r\nTo: a@x.nl,\r\n b@y.nl\r\nX-Mailer: q\r\nCc: c@z.nl\r\nTo: d@w.nl\r\nBcc: e@v.nl\r\n"
        b"Reply-To: els@school.example, a@x.nl\r\nResent-From: a@x.nl\r\nResent-Bcc: f@u.nl\r\n\r\nTo: a@x.nl\r\n"
    )
    assert fixed(raw) == (
        b"From: els@school.example\r\nTo: Juf Els <els@school.example>\r\nX-Mailer: q\r\n"
        b"Reply-To: els@school.example\r\n\r\nTo: a@x.nl\r\n"
    )
    assert fixed(fixed(raw)) == fixed(raw)


def test_a_reply_to_of_outsiders_alone_goes_and_one_of_insiders_stays_as_it_is() -> None:
    assert b"Reply-To" not in fixed(b"From: e@school.example\r\nTo: a@x.nl\r\nReply-To: a@x.nl\r\n\r\n")
    assert b"Reply-To:  e@school.example\r\n" in fixed(
        b"From: e@school.example\r\nTo: a@x.nl\r\nReply-To:  e@school.example\r\n\r\n"
    )


def test_resent_lines_of_insiders_stay_but_for_bcc() -> None:
    out = fixed(b"To: a@x.nl\r\nResent-To: e@school.example\r\nResent-Bcc: f@school.example\r\n\r\n")
    assert b"Resent-To" in out
    assert b"Resent-Bcc" not in out


def test_headers_the_caller_names_are_dropped() -> None:
    raw = b"From: e@school.example\r\nTo: a@x.nl\r\nX-Lijst: a@x.nl\r\n\r\n"
    edits = own_address_edits(parse(raw), OWN, lambda _: True, lambda header: header.name == "x-lijst")
    assert b"X-Lijst" not in apply_edits(raw, edits)


@pytest.mark.parametrize(
    ("raw", "out"),
    [
        (b"From: e@school.example\r\nX: y\r\n\r\nz", b"From: e@school.example\r\nTo: Juf Els <els@school.example>\r\nX: y\r\n\r\nz"),
        (b"X: y\r\n\r\nz", b"To: Juf Els <els@school.example>\r\nX: y\r\n\r\nz"),
        (b"From: e@school.example\nX: y\n\nz", b"From: e@school.example\nTo: Juf Els <els@school.example>\nX: y\n\nz"),
        (b"From: e@school.example", b"From: e@school.example\r\nTo: Juf Els <els@school.example>\r\n"),
        (b"", b"To: Juf Els <els@school.example>\r\n"),
        (b"To: a@x.nl\n\nz", b"To: Juf Els <els@school.example>\n\nz"),
    ],
)  # fmt: skip
def test_a_missing_to_is_put_behind_from_or_in_front(raw: bytes, out: bytes) -> None:
    assert fixed(raw) == out


def test_a_message_that_is_right_already_needs_no_edit() -> None:
    raw = b"From: els@school.example\r\nTo: Juf Els <els@school.example>\r\n\r\nhallo"
    assert own_address_edits(parse(raw), OWN, lambda _: True, lambda _: False) == ()


def test_bcc_lines_go_and_nothing_else() -> None:
    raw = b"To: a@x.nl\r\nBcc: b@y.nl,\r\n c@z.nl\r\nResent-Bcc:\r\nX: y\r\n\r\nBcc: in de tekst\r\n"
    assert apply_edits(raw, bcc_edits(parse(raw))) == b"To: a@x.nl\r\nX: y\r\n\r\nBcc: in de tekst\r\n"


displays = st.one_of(
    st.text('aZ0,;:"\\()<>[]@. ëß日本🙂\u200b\u202e\x1b=?_', max_size=90),
    st.sampled_from(["", "Vries, Jan de", 'Jan "J" Bos', "a\\b", "Zoë", "x\r\nBcc: y@z.nl", "=?utf-8?Q?a?=", "\0\x1b", "  ", "a" * 200, "ë" * 200]),
)  # fmt: skip
locals_ = st.one_of(
    st.from_regex(r"[a-z0-9.+_'-]{1,30}", fullmatch=True).filter(lambda text: ".." not in text and text.strip(".'") == text),
    st.sampled_from(['"jan bos"', '"a,b"', "zoë"]),
)  # fmt: skip
domains = st.sampled_from(["school.example", "a.b.c.test", "bücher.example", "xn--bcher-kva.example"])


@settings(max_examples=60, deadline=None)
@given(displays, locals_, domains)
def test_the_new_to_is_folded_and_read_back_as_the_own_address(display: str, local: str, domain: str) -> None:
    display = safe_display(display)
    line = format_to(display, f"{local}@{domain}")
    assert line.startswith(b"To: ")
    assert line.endswith(b"\r\n")
    lines = line[:-2].split(b"\r\n")
    assert all(one.startswith(b" ") for one in lines[1:])
    assert all(len(one) <= 78 or b" " not in one.strip() for one in lines[1:])
    assert max(map(len, lines)) <= 998
    assert not any(octet < 32 for one in lines for octet in one)
    (box,) = parse(line + b"\r\n").visible
    wanted = " ".join("".join(letter if letter.isprintable() else " " for letter in display).split())
    assert box.display == wanted.encode("utf-8", "replace").decode()
    assert box.address.rpartition("@")[2] in {domain, "bücher.example"}
    if local.isascii():
        message = email.message_from_bytes(line + b"\r\n", policy=email.policy.default)
        (theirs,) = message["to"].addresses
        assert theirs.username in {local, local.strip('"')}
        assert theirs.domain == wire_address(f"{local}@{domain}").rpartition("@")[2]


@settings(max_examples=60, deadline=None)
@given(st.text("aZ0,;:\"\\()<>[]. 'ëß日本🙂=?_", min_size=1, max_size=60))
def test_the_standard_library_reads_the_display_name_back(display: str) -> None:
    written = email.message_from_bytes(format_to(display, "els@school.example") + b"\r\n")["to"]
    name, address = email.utils.parseaddr(" ".join(written.split("\r\n ")))
    assert address == "els@school.example"
    assert str(email.header.make_header(email.header.decode_header(name))) == " ".join(display.split())


def test_a_list_of_mailboxes_is_folded_between_them() -> None:
    line = format_mailboxes(b"Reply-To", [(f"Naam {n}", f"naam{n}@school.example") for n in range(9)])
    assert line.count(b"\r\n") > 3
    assert {box.address for box in parse(line + b"\r\n").mailboxes("Reply-To")} == {
        f"naam{n}@school.example" for n in range(9)
    }


def test_a_display_name_that_is_an_address_is_no_name() -> None:
    assert safe_display("jan＠x.nl") == ""
    assert safe_display("Jan Bos") == "Jan Bos"


def test_a_domain_that_is_no_name_of_the_dns_stays() -> None:
    assert wire_address("jan@bücher.example") == "jan@xn--bcher-kva.example"
    assert wire_address("zoë@bücher.example") == "zoë@bücher.example"
    assert wire_address("jan@\u2603_.example") == "jan@\u2603_.example"


lines = st.sampled_from(
    [b"To: a@x.nl", b"Cc: b@y.nl", b"Bcc: c@z.nl", b"From: els@school.example", b"Reply-To: a@x.nl, e@school.example", b"Resent-To: a@x.nl",
     b"Subject: hoi\r\n daar", b"X-A:b", b'to:\r\n\t"d, e" <d@w.nl>', b"Received: by x; y", b"Message-ID: <a@b>", b"Sender: e@school.example"]
)  # fmt: skip
TOUCHED = (b"to", b"cc", b"bcc", b"reply-to", b"resent-")


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, max_size=8), st.binary(max_size=80), st.sampled_from([b"\r\n", b"\n"]))
def test_edits_leave_the_body_and_every_other_line_as_they_are(head: list[bytes], body: bytes, end: bytes) -> None:
    raw = b"".join(line.replace(b"\r\n", end) + end for line in [b"X-First: 1", *head]) + end + body
    out = fixed(raw)
    message, again = parse(raw), parse(out)
    assert out[again.body_start :] == raw[message.body_start :] == body
    untouched = [header.raw(message) for header in message.headers if not header.name.encode().startswith(TOUCHED)]
    assert [header.raw(again) for header in again.headers if not header.name.encode().startswith(TOUCHED)] == untouched
    assert [box.address for box in again.visible] == ["els@school.example"]
    assert fixed(out) == out
