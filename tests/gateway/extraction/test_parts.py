"""Which parts are looked into, and how they travel."""

import os
from pathlib import Path

import pytest

from gateway.extraction.parts import attached, pack, unpack
from rules.message import parse
from tests.support import files

MULTIPART = b"From: a@s.example\r\nTo: b@s.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"


def message(*parts: bytes) -> bytes:
    return MULTIPART + b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"


CERTIFICATES = (
    b"Content-Type: application/pkcs7-mime; smime-type=certs-only; name=smime.p7c\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIACAQExADALBgkqhkiG9w0BBwExAAAAAAAAAA=="
)
PARTS = [
    (b"Content-Type: text/plain\r\n\r\nhoi", False),
    (b"Content-Type: text/html\r\n\r\n<p>hoi", False),
    (b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nhoi", True),
    (b"Content-Type: text/csv\r\n\r\na;b", True),
    (b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR", True),
    (b"Content-Type: application/pdf\r\n\r\n%PDF-", True),
    (b"Content-Type: application/pdf\r\nContent-Disposition: inline\r\n\r\n%PDF-", True),
    (b"Content-Type: image/png\r\nContent-ID: <logo>\r\n\r\nx", False),
    (b"Content-Type: image/png; name=scan.png\r\nContent-Disposition: attachment\r\n\r\nx", True),
    (b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx", False),
    (b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", False),
    (CERTIFICATES, False),
    (b"Content-Type: message/delivery-status\r\n\r\nAction: failed", False),
]


@pytest.mark.parametrize(("part", "wanted"), PARTS)
def test_files_are_looked_into(part: bytes, wanted: bool) -> None:
    found = list(attached(parse(message(b"Content-Type: text/plain\r\n\r\nhoi", part))))
    assert [file.where for file in found] == (["part 2"] if wanted else [])


def test_files_of_attached_messages_are_among_them() -> None:
    inner = message(b"Content-Type: text/plain\r\n\r\nhoi", PARTS[5][0])
    found = list(
        attached(
            parse(
                message(b"Content-Type: message/rfc822\r\n\r\n" + inner.replace(b"=x", b"=y").replace(b"--x", b"--y"))
            )
        )
    )
    assert [file.where for file in found] == ["part 1: part 2"]


def test_a_message_that_is_a_file_is_looked_into() -> None:
    found = list(attached(parse(b"From: a@s.example\r\nContent-Type: application/pdf\r\n\r\n%PDF-")))
    assert [file.kind for file in found] == ["application/pdf"]


def test_a_parcel_is_sealed_and_opens_from_any_file_on() -> None:
    found = list(attached(parse(message(PARTS[2][0], PARTS[3][0], PARTS[5][0]))))
    parcel = pack(found)
    try:
        assert list(unpack(parcel.descriptor, parcel.request(1))) == found[1:]
        with pytest.raises(PermissionError):
            os.write(parcel.descriptor, b"x")
        with pytest.raises(PermissionError):
            os.ftruncate(parcel.descriptor, 1)
    finally:
        parcel.close()
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(parcel.descriptor)


def test_a_large_file_travels_whole() -> None:
    inner = files.archive(("a", os.urandom(3_000_000)), packing=0)
    raw = MULTIPART + b"--x\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: binary\r\n\r\n" + inner
    (file,) = attached(parse(raw))
    parcel = pack([file])
    assert [one.data for one in unpack(parcel.descriptor, parcel.request(0))] == [file.data]
    parcel.close()


def test_memory_that_can_t_be_filled_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))

    def full(*_: object) -> int:
        raise OSError("no memory")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="no memory"):
        pack(list(attached(parse(message(PARTS[2][0])))))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
