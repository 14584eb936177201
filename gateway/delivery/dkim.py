"""DKIM signatures (RFC 6376, RFC 8463), after the repair: dkimpy writes them, we hash the body and do the key's work.

Promises: a message is signed for the domain it says it is from, so that the signature counts for DMARC (RFC 7489
§3.1.1), with one key of each kind: RSA for all receivers, Ed25519 for those who know it. What a reader is shown is
signed; who it is from and to, its subject and what else occurs once are signed once more than they occur, so that
nobody adds another. Which keys count is asked of the day: a new one takes over on its first day without a restart. A
message from a domain without a key is sent unsigned, and so is one whose header can't be signed: nothing that is
accepted stays here for want of a signature.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

import dkim
import idna
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from dkim.canonicalization import CanonicalizationPolicy

from gateway.delivery.relaxed import body_hash
from rules.message import View, parse

# Signed once more than they occur, also where they don't: whoever adds a recipient or an author breaks the signature.
ALWAYS = (b"from", b"to", b"cc", b"subject", b"reply-to")
# Likewise, but only where they occur: a mail server may add one that is missing (RFC 6409 §8).
WHERE_THEY_ARE = (b"date", b"message-id", b"sender", b"mime-version", b"content-type", b"content-transfer-encoding")
# Signed as often as they occur.
AS_OFTEN = (b"in-reply-to", b"references", b"list-id", b"list-unsubscribe", b"resent-from", b"resent-to", b"resent-cc")
SIGNED = (*ALWAYS, *WHERE_THEY_ARE, *AS_OFTEN)
# A message has some twenty fields. With this many of those we sign it is no letter, and its signature a burden.
FIELDS_MAX = 500
RELAXED = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as dkimpy takes it from a key."""

    signature: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """One private key. `first` and `last` are the days it signs on, both included; None: no bound."""

    private: Private = field(repr=False)
    selector: str
    first: date | None = None
    last: date | None = None
    subdomains: bool = False  # also signs for what is under its domain

    @property
    def algorithm(self) -> bytes:
        """The name in the a= tag."""
        return b"rsa-sha256" if isinstance(self.private, rsa.RSAPrivateKey) else b"ed25519-sha256"

    def signs_on(self, day: date) -> bool:
        """Whether the key counts on that day (UTC)."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def sign(self, digest: bytes) -> Signed:
        """Sign the SHA-256 of the header: RFC 6376 §3.3.1, RFC 8463 §3."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return Signed(self.private.sign(digest, padding.PKCS1v15(), Prehashed(SHA256())))
        return Signed(self.private.sign(digest))


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for the domains it has keys of; domains as people write them."""

    keys: Mapping[str, Sequence[Key]] = field(default_factory=dict)

    def sign(self, header: bytes, raw: bytes, body_start: int, at: datetime) -> bytes:
        """The signatures' header lines, or nothing. `header` is the block as sent, the body begins in `raw`."""
        wanted = [
            (domain, key)
            for author in authors(header)
            for domain in self.domains(author)[:1]
            for key in in_force(self.keys[domain], at.date())
        ]
        if not wanted:
            return b""
        writer = dkim.DKIM()
        # The name dkimpy has for "the key itself signs the digest"; what is said of the algorithm stands in the fields.
        writer.signature_algorithm, writer.hasher = b"ed25519-sha256", sha256
        try:
            writer.headers, _ = dkim.rfc822_parse(header)
        except (dkim.DKIMException, IndexError):  # IndexError: dkimpy's answer to a header that begins with a fold
            return b""
        names = signed_names(name.lower() for name, _ in writer.headers)
        if len(names) > FIELDS_MAX:
            return b""
        hashed = base64.b64encode(body_hash(raw, body_start))
        written = dict.fromkeys(wanted)  # two authors of one domain: once
        return b"".join(self._one(writer, domain, key, names, hashed=hashed, at=at) for domain, key in written)

    def domains(self, author: str) -> list[str]:
        """Those with a key for an author's domain, the nearest first: its own, or one above it that says so."""
        labels = author.split(".")
        above = [".".join(labels[start:]) for start in range(len(labels))]
        return [one for one in above if any(one == author or key.subdomains for key in self.keys.get(one, ()))]

    @staticmethod
    def _one(writer: dkim.DKIM, domain: str, key: Key, names: Sequence[bytes], *, hashed: bytes, at: datetime) -> bytes:
        signing = idna.encode(domain, uts46=True)
        fields = [
            (b"v", b"1"),
            (b"a", key.algorithm),
            (b"c", RELAXED.to_c_value()),
            (b"d", signing),
            (b"i", b"@" + signing),
            (b"q", b"dns/txt"),
            (b"s", key.selector.encode("ascii")),
            (b"t", b"%d" % int(at.timestamp())),
            (b"h", b" : ".join(names)),
            (b"bh", hashed),
            (b"b", b"0" * 60),  # as dkimpy has it: the real one begins on a line of its own, as this does
        ]
        written: bytes = writer.gen_header(fields, names, RELAXED, b"DKIM-Signature", key)
        return b"DKIM-Signature: " + written


def authors(header: bytes) -> tuple[str, ...]:
    """The domains in From, as people write them. None where there are two From lines: no such message is signed."""
    message = parse(header + b"\r\n")
    if len(message.all("from")) != 1:
        return ()
    boxes = (box for box in message.from_ if box.view is not View.LENIENT)
    return tuple(dict.fromkeys(box.address.rpartition("@")[2] for box in boxes))


def in_force(keys: Sequence[Key], day: date) -> tuple[Key, ...]:
    """Of each kind the key that began last: while two overlap, the newer one signs alone. RSA stands first."""
    found: dict[bytes, Key] = {}
    for key in sorted(keys, key=lambda key: key.first or date.min):
        if key.signs_on(day):
            found[key.algorithm] = key
    return tuple(found[algorithm] for algorithm in sorted(found, reverse=True))


def signed_names(names: Iterable[bytes]) -> list[bytes]:
    """What the h= tag lists, given the names of all fields in lower case."""
    shown = Counter(names)
    once_more = [*ALWAYS, *(name for name in WHERE_THEY_ARE if shown[name])]
    return [name for name in SIGNED for _ in range(shown[name])] + once_more
