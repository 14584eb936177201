"""The settings of DKIM: which keys sign for which domain, and from when to when.

Promises: as in tables.py; a key that is accepted here can sign. Fails: `read_private` with ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BeforeValidator, Field

from gateway.config.base import STRICT, Mistakes
from gateway.config.kinds import Day, Domain, Filled, ReadableFile, Switch, Words

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
Selector = Annotated[Words, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]
# RFC 8301 §3.2: receivers take no shorter ones, and 2048 is what signers should use.
RSA_BITS_LEAST = 1024


def read_private(pem: bytes) -> Private:
    """Read a PEM file. ValueError for what is no RSA or Ed25519 key without a pass phrase, and for a short one."""
    try:
        key = load_pem_private_key(pem, None)
    except (TypeError, UnsupportedAlgorithm) as exc:  # TypeError: it has a pass phrase
        raise ValueError("this key can't be read") from exc
    if isinstance(key, ed25519.Ed25519PrivateKey) or (
        isinstance(key, rsa.RSAPrivateKey) and key.key_size >= RSA_BITS_LEAST
    ):
        return key
    raise ValueError("this key is no RSA or Ed25519 key, or a short one")


def one_or_several(value: object) -> object:
    """Read one file, one table, or a list of either as a list of tables."""
    several = value if isinstance(value, list) else [value]
    return [{"file": one} if isinstance(one, str) else one for one in several]


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """One private key of a domain."""

    file: ReadableFile  # PEM: RSA or Ed25519, without a pass phrase
    selector: Selector | None = None  # None: that of [dkim]
    first: Annotated[Day | None, Field(alias="from")] = None  # the first day it signs (UTC)
    until: Day | None = None  # the last
    subdomains: Switch = False  # signs for what is under the domain too

    def signs_on(self, day: date) -> bool:
        """Whether the key counts on that day (UTC)."""
        return (self.first is None or self.first <= day) and (self.until is None or day <= self.until)

    def mistakes(self) -> Mistakes:
        """Say what is wrong with this key."""
        if self.first and self.until and self.until < self.first:
            yield "until", "comes before from"
        try:
            read_private(self.file.read_bytes())
        except ValueError:
            yield "file", f"the file {self.file} holds no RSA or Ed25519 key without a pass phrase, or a short one"


@STRICT
@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """Signing of what goes out, by the domain it says it is from."""

    selector: Selector = "postwacht"  # of keys that name none
    keys: Mapping[Domain, Annotated[tuple[DkimKey, ...], BeforeValidator(one_or_several), Filled]] = field(
        default_factory=dict
    )  # domain = its keys

    def mistakes(self) -> Mistakes:
        """Say what does not go together."""
        for domain, keys in self.keys.items():
            names = [key.selector or self.selector for key in keys]
            for index, key in enumerate(keys):
                for name, sentence in key.mistakes():
                    yield f"keys.{domain}[{index}].{name}", sentence
                if names[index] in names[:index]:
                    yield f"keys.{domain}[{index}].selector", f'"{names[index]}" belongs to another key of this domain'
