"""The keys of DKIM as settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from gateway.config import load
from gateway.config.signing import DkimKey, read_private
from tests.gateway.config.test_load import MINIMAL


def test_a_domain_may_have_several_keys_in_time(folder: Path) -> None:
    Path("postwacht.toml").write_text(
        MINIMAL
        + '[dkim]\nselector = "school"\n[dkim.keys]\n"Bücher.example" = "dkim.key"\n"school.example" = [\n  "dkim.key",\n'
        + '  {file = "dkim.key", selector = "oud", until = 2026-12-31},\n'
        + '  {file = "dkim.key", selector = "nieuw", from = "2027-01-01", subdomains = true},\n]\n'
    )
    keys = load(Path("postwacht.toml"), {}).dkim.keys
    file = folder / "dkim.key"
    assert keys == {
        "bücher.example": (DkimKey(file=file),),
        "school.example": (
            DkimKey(file=file),
            DkimKey(file=file, selector="oud", until=date(2026, 12, 31)),
            DkimKey(file=file, selector="nieuw", first=date(2027, 1, 1), subdomains=True),
        ),
    }


def test_a_key_counts_from_its_first_day_to_its_last(folder: Path) -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 31)
    key = DkimKey(file=folder / "dkim.key", first=first, until=last)
    days = (date(2026, 11, 30), first, last, date(2027, 1, 1))
    assert [key.signs_on(day) for day in days] == [False, True, True, False]
    assert DkimKey(file=key.file).signs_on(first)


def written(key: object, lock: object = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption())  # type: ignore[attr-defined,no-any-return]


def test_rsa_and_edwards_keys_are_read() -> None:
    for key in (rsa.generate_private_key(65537, 1024), ed25519.Ed25519PrivateKey.generate()):
        assert written(read_private(written(key))) == written(key)


EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
REFUSED = {
    "another curve": written(ec.generate_private_key(ec.SECP256R1())),
    "another kind": written(dsa.generate_private_key(2048)),
    "no key": b"no key at all",
    "nothing": b"",
    "a public key": EDWARDS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "a pass phrase": written(EDWARDS, BestAvailableEncryption(b"geheim")),
}


@pytest.mark.parametrize("bad", REFUSED)
def test_a_key_that_can_not_sign_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):
        read_private(REFUSED[bad])
