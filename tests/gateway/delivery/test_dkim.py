"""Signatures, checked by dkimpy and by Mail::DKIM over what a mail server received."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import dkim
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from dkim.canonicalization import Relaxed
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.delivery.attempt import Office
from gateway.delivery.dkim import ALWAYS, FIELDS_MAX, SIGNED, WHERE_THEY_ARE, Key, Signer, authors, in_force
from gateway.delivery.notices import Letterhead
from gateway.delivery.relaxed import PIECE_BYTES, body_hash
from gateway.delivery.smarthost import Smarthost
from gateway.store.disposition import Job, JobKind, pack_edits
from rules.message import HeaderEdit
from tests.support.scripted import Scripted
from tests.support.signatures import Private, published, right, seen_by_perl
from tests.support.stores import NOON

SENDER = "m.devries@school.example"
HEADER = (
    b"From: M. de Vries <m.devries@school.example>\r\nTo: anna.bakker@ouders.example\r\n"
    b"Subject: =?utf-8?q?Schoolreis_=E2=82=AC_5?=\r\nMessage-ID: <1@klas.test>\r\n\r\n"
)
BODIES = {
    "a line": b"Tot morgen.\r\n",
    "dots": b".\r\n..\r\n.a\r\n\r\n.\r\n",
    "long lines": b"x" * 30_000 + b"\r\n",
    "nothing": b"",
    "empty lines": b"\r\n \r\n\t\r\n",
    "empty lines at the end": b"a\r\n\r\n\r\n",
    "spaces": b"a  \t b \r\n \r\n",
    "eight bits": "één café \r\n".encode() + b"\xff\xfe\r\n",
    "no line end": b"Tot  morgen. ",
    "longer than a piece": b"De bus  vertrekt.\t\r\n\r\n" * 30_000,
}
RSA = rsa.generate_private_key(65537, 2048)
EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DOMAIN = "school.example"
KEYS: dict[str, Private] = {f"r1 {DOMAIN}": RSA, f"e1 {DOMAIN}": EDWARDS}
BOTH = Signer({DOMAIN: [Key(EDWARDS, "e1"), Key(RSA, "r1")]})
TODAY = NOON.date()


@pytest.fixture
def office(head: Letterhead) -> Office:
    return Office(head.hostname, head, BOTH, b"k" * 32)


def job(edits: tuple[HeaderEdit, ...] = (), **changes: object) -> Job:
    fields = {
        "id": 1, "reference": "R000001", "kind": JobKind.MESSAGE, "mail_from": SENDER,
        "rcpt_to": ("anna.bakker@ouders.example",), "edits": pack_edits(edits), "params": {}, "attempts": 0,
        "created_at": NOON, "not_before": None, "message_name": "m", "options": {"peer": "192.0.2.7", "helo": "klas.test"},
    }  # fmt: skip
    return Job(**{**fields, **changes})  # type: ignore[arg-type]


async def received(office: Office, raw: bytes, one: Job) -> bytes:
    """What a mail server gets of it."""
    async with Scripted().serving() as server:
        smarthost = Smarthost("127.0.0.1", server.port)
        await smarthost.send(office.mail(one, raw, NOON))
        smarthost.close()
    ((_, got),) = server.messages
    return got


def both_right(raw: bytes) -> bool:
    return right(raw, KEYS, 0) and right(raw, KEYS, 1)


def either_right(raw: bytes) -> bool:
    return right(raw, KEYS, 0) or right(raw, KEYS, 1)


def signed(signer: Signer, raw: bytes, at: datetime = NOON) -> bytes:
    """The signatures alone, of a message whose header ends where it should."""
    end = raw.index(b"\r\n\r\n") + 2
    return signer.sign(raw[:end], raw, end + 2, at)


# what is right


@pytest.mark.parametrize("body", BODIES)
async def test_both_signatures_are_right_after_the_repair(body: str, office: Office) -> None:
    raw = HEADER + BODIES[body]
    start = raw.index(b"To:")
    repair = (HeaderEdit(start, raw.index(b"Subject:"), b"To: m.devries@school.example\r\n"),)
    got = await received(office, raw, job(repair))
    assert b"Message-ID: <1@klas.test>\r\n\r\n" + BODIES[body] in got
    assert b"anna.bakker" not in got
    assert re.findall(rb"; a=([a-z0-9-]+);", got) == [b"rsa-sha256", b"ed25519-sha256"]
    assert both_right(got)
    # A verifier of another hand. It has no Ed25519.
    assert seen_by_perl(got, KEYS)[0] == f"{DOMAIN} r1 pass"


async def test_nothing_is_prepended_but_signatures_trace_and_loop_guard(office: Office) -> None:
    got = await received(office, HEADER + b"x\r\n", job())
    assert got.endswith(HEADER + b"x\r\n")
    front = got.removesuffix(HEADER + b"x\r\n")
    assert re.findall(rb"(?m)^([A-Za-z-]+):", front) == [
        b"DKIM-Signature", b"DKIM-Signature", b"Received", b"X-Postwacht-Loop",
    ]  # fmt: skip
    assert b"anna.bakker" not in front


@pytest.mark.parametrize("name", [b"From", b"To", b"Cc", b"Subject", b"Reply-To", b"Message-ID"])
async def test_whoever_adds_a_line_breaks_the_signatures(name: bytes, office: Office) -> None:
    """Also where the message had none of that name."""
    got = await received(office, HEADER + b"x\r\n", job())
    added = name + b": iemand.anders@ouders.example\r\n"
    for changed in (added + got, got.replace(b"Message-ID:", added + b"Message-ID:")):
        assert not either_right(changed)
        assert "pass" not in "".join(seen_by_perl(changed, KEYS))


@pytest.mark.parametrize("name", [b"Date", b"Message-ID", b"MIME-Version", b"Sender"])
async def test_what_a_mail_server_may_add_breaks_nothing_where_it_was_missing(name: bytes, office: Office) -> None:
    got = await received(office, HEADER.replace(b"Message-ID: <1@klas.test>\r\n", b"") + b"x\r\n", job())
    assert both_right(name + b": x\r\n" + got)


@pytest.mark.parametrize("change", [(b"Tot", b"tot"), (b"Schoolreis", b"schoolreis"), (b"<1@", b"<2@")])
async def test_whoever_changes_what_is_shown_breaks_the_signatures(change: tuple[bytes, bytes], office: Office) -> None:
    got = await received(office, HEADER + b"Tot morgen.\r\n", job())
    assert both_right(got)
    assert not either_right(got.replace(*change))


async def test_what_is_on_its_way_through_other_servers_may_be_traced_and_folded(office: Office) -> None:
    got = await received(office, HEADER + b"Tot morgen.\r\n", job())
    changed = b"Received: from a.test\r\n by b.test\r\n" + got.replace(b"Subject: =", b"subject:\r\n  =")
    assert both_right(changed.replace(b"morgen.\r\n", b"morgen. \r\n\r\n"))


async def test_a_signature_that_was_there_stays_below_ours(office: Office) -> None:
    theirs = Signer({"elders.example": [Key(EDWARDS, "x")]})
    first = signed(theirs, HEADER.replace(DOMAIN.encode(), b"elders.example") + b"x\r\n")
    raw = first + HEADER + b"x\r\n"
    got = await received(office, raw, job())
    assert got.endswith(raw)
    assert got.count(b"DKIM-Signature:") == 3
    assert both_right(got)


# for whom


async def test_our_own_mails_are_signed_with_the_key_of_our_address(office: Office) -> None:
    notice = job(kind=JobKind.NOTICE, mail_from="", rcpt_to=(SENDER,), params={"kind": "withdraw", "subject": "Vraag"})
    assert office.signs
    assert both_right(await received(office, b"", notice))


async def test_it_is_from_that_counts_and_not_the_return_path(office: Office) -> None:
    """The signature must be of the domain a reader sees (RFC 7489 §3.1.1)."""
    assert both_right(await received(office, HEADER + b"x\r\n", job(mail_from="bounces@elders.example")))
    elsewhere = HEADER.replace(b"m.devries@school", b"m.devries@elders")
    assert b"DKIM-Signature" not in await received(office, elsewhere + b"x\r\n", job())


def test_an_office_without_keys_signs_nothing(head: Letterhead) -> None:
    office = Office(head.hostname, head, Signer(), b"k" * 32)
    assert not office.signs
    assert b"DKIM" not in b"".join(office.mail(job(), HEADER + b"x\r\n", NOON).buffers)


@pytest.mark.parametrize(
    ("line", "domains"),
    [
        (b"From: a@School.Example", ["school.example"]),
        (b'From: "iemand@elders.example" <a@school.example>', ["school.example"]),
        (b"From: a@school.example, b@elders.example", ["school.example", "elders.example"]),
        (b"From: =?utf-8?q?a=40elders.example?= <a@school.example>", ["school.example"]),
        (b"From: a@xn--bcher-kva.example", ["b\u00fccher.example"]),
        ("From: a@b\u00fccher.example".encode(), ["b\u00fccher.example"]),
        (b"From: a@school.example\r\nFrom: a@school.example", []),
        (b"From: niemand", []),
        (b"To: a@school.example", []),
    ],
)
def test_the_authors_are_those_a_receiver_goes_by(line: bytes, domains: list[str]) -> None:
    assert list(authors(line + b"\r\n")) == domains


def test_several_domains_each_sign_for_themselves() -> None:
    keys: dict[str, Private] = {"a een.example": EDWARDS, "b twee.example": RSA}
    signer = Signer({"een.example": [Key(EDWARDS, "a")], "twee.example": [Key(RSA, "b")]})
    one = b"From: x@een.example\r\n\r\nx\r\n"
    two = b"From: x@een.example, y@twee.example, z@een.example\r\nSender: x@een.example\r\n\r\nx\r\n"
    assert right(signed(signer, one) + one, keys)
    assert signed(signer, two).count(b"DKIM-Signature") == 2
    assert right(signed(signer, two) + two, keys, 0)
    assert right(signed(signer, two) + two, keys, 1)


def test_a_subdomain_is_signed_for_where_its_parents_key_says_so() -> None:
    signer = Signer({
        DOMAIN: [Key(RSA, "r", subdomains=True), Key(EDWARDS, "e")],
        "eigen.school.example": [Key(EDWARDS, "own")],
    })  # fmt: skip
    for author, domain in {
        "school.example": ["school.example"],
        "leerling.school.example": ["school.example"],
        "a.b.school.example": ["school.example"],
        "eigen.school.example": ["eigen.school.example", "school.example"],
        "andereschool.example": [],
        "example": [],
    }.items():
        assert signer.domains(author) == domain
    raw = b"From: x@leerling.school.example\r\n\r\nx\r\n"
    line = signed(signer, raw)
    assert b" d=school.example;" in line
    assert right(line + raw, {"r school.example": RSA})
    alone = Signer({DOMAIN: [Key(RSA, "r")]})
    assert signed(alone, raw) == b""


def test_an_international_domain_signs_in_its_written_form() -> None:
    """As IDNA 2008 has it: the older form makes another domain of this one (RFC 8616 §4)."""
    signer = Signer({"stra\u00dfe.example": [Key(RSA, "s")]})
    for address in ("juf@stra\u00dfe.example".encode(), b"juf@xn--strae-oqa.example"):
        raw = b"From: " + address + b"\r\nSubject: \xc3\xa9\xc3\xa9n\r\n\r\n\xc3\xa9\r\n"
        line = signed(signer, raw)
        assert b" d=xn--strae-oqa.example;" in line
        assert right(line + raw, {"s xn--strae-oqa.example": RSA})


# from when to when


def key(selector: str, private: Private = EDWARDS, first: date | None = None, last: date | None = None) -> Key:
    return Key(private, selector, first, last)


def names(keys: Iterable[Key], day: date) -> list[str]:
    return [one.selector for one in in_force(tuple(keys), day)]


def test_a_new_key_takes_over_on_its_first_day() -> None:
    turn = date(2027, 1, 1)
    keys = [key("new", first=turn), key("old", last=turn), key("rsa", RSA)]
    assert names(keys, turn - timedelta(days=1)) == ["rsa", "old"]
    assert names(keys, turn) == ["rsa", "new"]
    assert names(keys, turn + timedelta(days=400)) == ["rsa", "new"]


def test_a_key_signs_on_its_last_day_and_not_after_it() -> None:
    ends = [key("one", first=TODAY, last=TODAY)]
    assert [names(ends, TODAY + timedelta(days=step)) for step in (-1, 0, 1)] == [[], ["one"], []]


async def test_rotation_needs_no_restart(head: Letterhead) -> None:
    keys = [key("old", RSA, last=TODAY), key("new", RSA, first=TODAY + timedelta(days=1))]
    office = Office(head.hostname, head, Signer({DOMAIN: keys}), b"k" * 32)
    for at, selector in ((NOON, b"s=old"), (NOON + timedelta(days=1), b"s=new")):
        assert selector in b"".join(office.mail(job(), HEADER + b"x\r\n", at).buffers)


def test_without_a_key_in_force_it_is_sent_unsigned() -> None:
    assert signed(Signer({DOMAIN: [key("old", last=TODAY - timedelta(days=1))]}), HEADER + b"x\r\n") == b""


# what can't be signed


@pytest.mark.parametrize(
    "raw",
    [
        b"From: m.devries@school.example\r\nthis is no header line\r\n\r\nx\r\n",
        "From: m.devries@school.example\r\nOnderw\u00e9rp: x\r\n\r\nx\r\n".encode(),
        b" begins with a fold\r\nFrom: m.devries@school.example\r\n\r\nx\r\n",
        b"From: m.devries@school.example\r\nFrom: a@school.example\r\n\r\nx\r\n",
        b"\r\nFrom: m.devries@school.example\r\n\r\nx\r\n",
        b"From: m.devries@school.example\r\n" + b"References: x\r\n" * FIELDS_MAX + b"\r\nx\r\n",
        b"",
    ],
    ids=["no header line", "not ASCII", "a fold", "two authors", "no header", "too many", "nothing"],
)
async def test_what_can_not_be_signed_is_sent_all_the_same(raw: bytes, office: Office) -> None:
    got = await received(office, raw, job())
    assert b"DKIM-Signature" not in got
    assert got.endswith(raw)


@pytest.mark.parametrize("raw", [HEADER[:-2], HEADER, HEADER[:-4]], ids=["no blank line", "no body", "cut"])
async def test_a_message_that_is_all_header_is_signed_as_it_is_sent(raw: bytes, office: Office) -> None:
    assert both_right(await received(office, raw, job()))


# the same as dkimpy's, in a fraction of its time


def theirs(key: Key, raw: bytes) -> bytes:
    """The signature dkimpy makes by itself."""
    form = (Encoding.PEM, PrivateFormat.TraditionalOpenSSL) if key.private is RSA else (Encoding.Raw, PrivateFormat.Raw)
    secret = key.private.private_bytes(*form, NoEncryption())
    if key.private is EDWARDS:
        secret = dkim.base64.b64encode(secret)
    shown = [name.lower() for name, _ in dkim.rfc822_parse(raw)[0]]
    wanted = [name for name in SIGNED for _ in range(shown.count(name))]
    wanted += [*ALWAYS, *(name for name in WHERE_THEY_ARE if name in shown)]
    with time_machine.travel(NOON, tick=False):
        line: bytes = dkim.sign(
            raw, key.selector.encode(), DOMAIN.encode(), secret, canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=key.algorithm, include_headers=wanted,
        )  # fmt: skip
    return line


WORDS = st.sampled_from(
    [b"", b" ", b"  ", b"\t", b" \t ", b"x", b"een  twee", b"\xc3\xa9", b"\xff", b".", b" y ", b":", b";"]
)
LINES = st.lists(st.lists(WORDS, max_size=4).map(b"".join), max_size=12)
FIELDS = st.lists(
    st.tuples(
        st.sampled_from([*SIGNED, b"X-Other", b"Received", b"TO"]), LINES.map(lambda lines: b"\r\n ".join(lines[:3]))
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(FIELDS, LINES, st.sampled_from([Key(RSA, "r1"), Key(EDWARDS, "e1")]))
def test_it_is_byte_for_byte_the_signature_of_dkimpy(
    fields: list[tuple[bytes, bytes]], lines: list[bytes], one: Key
) -> None:
    """Over all that has a CRLF at its end, as everything has on the wire; there dkimpy forgets a space before none."""
    header = b"From: a@school.example\r\n" + b"".join(
        name + b": " + value + b"\r\n" for name, value in fields if name != b"from"
    )
    raw = header + b"\r\n" + b"".join(line + b"\r\n" for line in lines)
    ours = Signer({DOMAIN: [one]}).sign(header, raw, len(header) + 2, NOON)
    assert ours == theirs(one, raw)


@settings(max_examples=200, deadline=None)
@given(LINES, st.integers(1, 12))
def test_a_body_read_in_pieces_is_hashed_as_dkimpy_hashes_it_whole(lines: list[bytes], piece: int) -> None:
    body = b"".join(line + b"\r\n" for line in lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gateway.delivery.relaxed.PIECE_BYTES", piece)
        assert body_hash(b"head" + body, 4) == dkim.hashlib.sha256(Relaxed.canonicalize_body(body)).digest()


@pytest.mark.parametrize("filling", [b" ", b"\t ", b"\r\n", b" \r\n", b"x ", b"\t\r\n\r\n"])
def test_no_filling_makes_the_hash_slow(filling: bytes) -> None:
    body = filling * (8 * PIECE_BYTES // len(filling)) + b"\r\n"
    started = time.process_time()
    body_hash(body, 0)
    assert time.process_time() - started < 0.5


def test_signing_twice_takes_less_than_dkimpy_once() -> None:
    """Measured ten times less (docs/decisions/0015); half is what no machine misses."""
    raw = HEADER + b"Beste ouders, de bus vertrekt om kwart over acht.\r\n" * 200

    def seconds(act: object) -> float:
        started = time.process_time()
        for _ in range(3):
            act()  # type: ignore[operator]
        return time.process_time() - started

    assert min(seconds(lambda: signed(BOTH, raw)) for _ in range(3)) * 2 < seconds(lambda: theirs(Key(RSA, "r1"), raw))


def test_a_key_is_not_shown() -> None:
    assert "private" not in repr(Key(RSA, "r1"))
    assert published(RSA) not in repr(replace(BOTH)).encode()
