"""Kinds that shut their content, and what a message claims of itself."""

from __future__ import annotations

import base64

import pytest

from rules.message import parse, unread
from rules.message.claims import labels

HEAD = b"From: a@school.example\r\nTo: b@ziggo.example\r\n"
GUID = "MSIP_Label_2096f6a2-0d19-4e11-9c3a-1a2b3c4d5e6f"


def file(name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    coded = base64.encodebytes(content)
    return HEAD + f"Content-Type: {kind}; name={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + coded


def kinds(*lines: str, body: str = "hallo") -> frozenset[str]:
    return parse(HEAD + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body.encode()).kinds


# Session keys by public key and by passphrase, both header formats; encrypted data old and new; compressed, signed, literal.
@pytest.mark.parametrize("first", [0x84, 0xC1, 0x8C, 0xC3, 0xA4, 0xC9, 0xD2, 0xD4, 0xA0, 0xC8, 0x90, 0xC4, 0xCB])
@pytest.mark.parametrize("name", ["lijst.csv.gpg", "Brief.PGP", "a.pgp."])
def test_a_file_of_pgp_packets_is_encrypted(first: int, name: str) -> None:
    assert parse(file(name, bytes((first, 3, 2, 1)))).kinds == {"pgp_encrypted"}
    assert parse(file("brief.bin", bytes((first, 3, 2, 1)))).kinds == frozenset()


@pytest.mark.parametrize("first", [0x99, 0xC6, 0x88, 0xC2, 0x95, 0xC0, 0x41, 0x0A])
def test_keys_and_signatures_hide_nothing(first: int) -> None:
    assert parse(file("sleutel.gpg", bytes((first, 3, 2, 1)))).kinds == frozenset()
    assert parse(file("sleutel.gpg", b"")).kinds == frozenset()


@pytest.mark.parametrize(
    ("kind", "content", "shuts"),
    [
        ("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEM", True),
        ("text/plain", f"{'Beste, ' * 900}\n-----BEGIN PGP MESSAGE-----\n\nhQEM", True),
        ("text/html", "<pre>-----BEGIN <b>PGP</b> MESSAGE-----</pre>", True),
        ("text/html", f"{'<p>hoi</p>' * 900}<pre>-----BEGIN PGP MESSAGE-----</pre>", True),
        ("text/html", f"{'<p>hoi</p>' * 900}<!-- -----BEGIN PGP MESSAGE----- -->", False),
        ("application/pdf", "-----BEGIN PGP MESSAGE, PART 1/2-----\n\nhQEM", True),
        ("application/pgp; x-action=encrypt", "-----BEGIN PGP MESSAGE-----\n\nhQEM", True),
        ("application/pgp; x-action=sign", "-----BEGIN PGP SIGNED MESSAGE-----\n\nhoi", False),
        ("application/pgp-keys", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nhQEM", False),
        ("application/pgp-encrypted", "Version: 1", True),
    ],
)
def test_armour_is_known_by_its_first_line(kind: str, content: str, shuts: bool) -> None:
    raw = HEAD + f"Content-Type: {kind}\r\n\r\n{content}".encode()
    assert ("pgp_encrypted" in parse(raw).kinds) is shuts
    assert (("encrypted") in {why for _, why in unread(parse(raw))}) is shuts


def test_rights_managed_mail_is_known_by_its_name_and_its_first_bytes() -> None:
    magic = bytes.fromhex("76e80460c411e386") + b"\1\2\3"
    assert parse(file("foto.png", magic, "image/png")).kinds == {"rpmsg", "image_only"}
    assert parse(file("message_v2.rpmsg.", b"x")).kinds == {"rpmsg"}
    assert parse(file("rpmsg.txt", b"x")).kinds == frozenset()


@pytest.mark.parametrize(
    ("lines", "auto"),
    [
        (("Auto-Submitted: no (met de hand)",), False),
        (("Auto-Submitted: ",), False),
        (("Auto-Submitted: no", "Auto-Submitted: auto-generated"), True),
        (("Auto-Submitted: AUTO-Replied; owner-email=a@b.example",), True),
        (("X-Autoreply: yes",), True),
    ],
)
def test_any_line_that_says_so_makes_it_automatic(lines: tuple[str, ...], auto: bool) -> None:
    assert ("auto_submitted" in kinds(*lines)) is auto


LOOP = "X-MS-Exchange-Inbox-Rules-Loop: a@school.example"


@pytest.mark.parametrize(
    "lines",
    [
        ("X-MS-Exchange-Organization-AutoForwarded: true",),
        ("X-MS-Exchange-AutoForwarded: TRUE",),
        ("X-MS-Exchange-Het-Dorp-AutoForwarded: 1",),
        ("Autoforwarded: yes",),
        ("X-AutoForwarded: true",),
        ("X-Auto-Forward: ja",),
        ("Auto-Submitted: auto-forwarded",),
        ("Auto-Submitted: auto-replied", "Auto-Submitted: Auto-Forwarded (regel)"),
        ("X-Forwarded-To: b@ziggo.example",),
        ("X-Forwarded-For: a@school.example b@ziggo.example",),
        ("X-Sieve-Redirected-From: a@school.example",),
        (LOOP, "Subject: FW: rooster"),
        (LOOP, "Subject:  Doorst: rooster"),
        (LOOP, "Resent-From: a@school.example"),
        ("X-MS-Exchange-ForwardingLoop: a@school.example", "Subject: fwd: x"),
    ],
)
def test_what_a_rule_forwards_says_so(lines: tuple[str, ...]) -> None:
    assert "auto_forwarded" in kinds(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("X-MS-Exchange-Organization-AutoForwarded: false",),
        ("Autoforwarded: ",),
        ("X-Forwarded-Message-Id: <x@ziggo.example>",),
        ("X-Forwarded-For: 192.0.2.7",),
        ("Subject: FW: rooster",),
        ("Resent-From: a@school.example", "Resent-To: b@ziggo.example"),
        ("Resent-From: a@school.example", "Auto-Submitted: auto-generated"),
        (LOOP, "Subject: Re: rooster", "Auto-Submitted: auto-generated"),
    ],
)
def test_what_a_person_forwards_does_not(lines: tuple[str, ...]) -> None:
    assert "auto_forwarded" not in kinds(*lines)


SENTENCE_NL = 'Jan Bos wil het bericht "Rooster" intrekken.'
SENTENCE_EN = 'Bos, Jan would like to recall the message, "Rooster".'


@pytest.mark.parametrize(
    ("lines", "body", "recall"),
    [
        (("Content-Class: IPM.Outlook.Recall",), "", True),
        (("X-Message-Class: ipm.outlook.recall",), "", True),
        (("Subject: IPM.Outlook.Recall",), "", False),
        (("Subject: Intrekken: Rooster",), SENTENCE_NL, True),
        (("Subject: RECALL: Rooster",), SENTENCE_EN, True),
        (("Subject: Recall: Rooster", "Content-Type: text/html"), f"<p>{SENTENCE_EN.replace('recall', '<b>recall</b>')}</p>", True),
        (("Subject: Recall: bouwdozen",), "Vallen die eronder?", False),
        (("Subject: Re: Intrekken",), SENTENCE_NL, False),
        (("Subject: Rooster",), SENTENCE_EN, False),
        (("Subject: Intrekken: Rooster", "Content-Type: application/ms-tnef"), "\x78", True),
        (("Subject: Rooster", "Content-Type: application/ms-tnef"), "..IPM.Outlook.Recall\0..", True),
        (("Subject: Rooster", "Content-Type: application/ms-tnef"), "\0".join("IPM.Outlook.Recall"), True),
        (("Subject: Rooster", "Content-Type: application/ms-tnef"), "IPM.Note\0", False),
        (("Subject: Rooster", "Content-Type: application/pdf"), "IPM.Outlook.Recall", False),
        (("Subject: Recall: x", "Content-Type: application/pdf"), "x", False),
    ],
)  # fmt: skip
def test_a_recall_is_known_by_its_class_or_by_its_words(lines: tuple[str, ...], body: str, recall: bool) -> None:
    assert ("recall" in kinds(*lines, body=body)) is recall


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ((f"msip_labels: {GUID}_Enabled=true; {GUID}_SetDate=2026-11-26T09:00:00Z; {GUID}_Name=Zeer vertrouwelijk; {GUID}_ContentBits=0;",), ("Zeer vertrouwelijk",)),
        ((f"msip_labels: {GUID}_Name=Vertrouwelijk;\r\n {GUID}_Enabled=False",), ()),
        ((f"msip_labels: {GUID}_Enabled=;{GUID}_Name=Vertrouwelijk",), ()),
        ((f"MSIP_Labels: {GUID}_name=A; {GUID}7_Name=B; {GUID}_name=A",), ("A", "B")),
        ((f"{GUID}_Name: Geheim", f"{GUID}_Enabled: true"), ("Geheim",)),
        ((f"{GUID}_Name: Geheim", f"{GUID}_Enabled: false"), ()),
        (("Sensitivity: Company-Confidential",), ("Company-Confidential",)),
        (("msip_labels: onzin",), ()),
        (("X-Label: Vertrouwelijk",), ()),
    ],
)  # fmt: skip
def test_labels_in_force_are_read(lines: tuple[str, ...], names: tuple[str, ...]) -> None:
    raw = HEAD + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\nhallo"
    assert labels(parse(raw)) == names


def test_what_is_labelled_packed_and_looks_signed_has_kinds_and_maybe_no_part() -> None:
    message = parse(b"Content-Type: application/ms-tnef\rMAIGCSqGSIb3DQEHAqAAAACCCDEIMQx")
    assert "tnef" in message.kinds
