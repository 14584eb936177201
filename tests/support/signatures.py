"""DKIM keys of an invented school, what it would publish of them, and two verifiers that did not make the signatures."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Mapping

import dkim
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
# Mail::DKIM with a resolver that knows what it is told: name and record, a line each, then the message.
PERL = r"""
package Told; sub new { bless {}, shift } sub send { my ($self, $name) = @_; $self->{name} = $name; return $self }
sub header { $_[0] } sub rcode { exists $::records{$_[0]{name}} ? "NOERROR" : "NXDOMAIN" } sub errorstring { "NOERROR" }
sub answer { exists $::records{$_[0]{name}} ? (Net::DNS::RR->new(owner => $_[0]{name}, type => "TXT", txtdata => $::records{$_[0]{name}})) : () }
package main; use Net::DNS; use Mail::DKIM::Verifier; use Mail::DKIM::DNS;
binmode STDIN; our %records; while (<STDIN>) { chomp; last if $_ eq ""; my ($name, $text) = split / /, $_, 2; $records{$name} = $text }
Mail::DKIM::DNS::resolver(Told->new); my $verifier = Mail::DKIM::Verifier->new; { local $/; $verifier->PRINT(<STDIN>) } $verifier->CLOSE;
printf "%s %s %s\n", $_->domain, $_->selector, $_->result for $verifier->signatures;
"""


def pem(key: Private | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def published(key: Private) -> bytes:
    """The TXT record of a key."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(raw)


def zone(keys: Mapping[str, Private]) -> Callable[..., bytes]:
    """What dkimpy asks its records of; `keys` by "selector domain"."""
    records = {name_of(place).encode() + b".": published(key) for place, key in keys.items()}
    return lambda name, timeout=5: records.get(name, b"")


def name_of(place: str) -> str:
    selector, domain = place.split()
    return f"{selector}._domainkey.{domain}"


def right(raw: bytes, keys: Mapping[str, Private], index: int = 0) -> bool:
    """Whether dkimpy finds the signature right."""
    try:
        return bool(dkim.DKIM(raw).verify(idx=index, dnsfunc=zone(keys)))
    except dkim.DKIMException:
        return False


def seen_by_perl(raw: bytes, keys: Mapping[str, Private]) -> list[str]:
    """What Mail::DKIM says of each signature: "domain selector pass". It knows RSA only."""
    records = b"".join(name_of(place).encode() + b" " + published(key) + b"\n" for place, key in keys.items())
    done = subprocess.run(
        ["perl", "-e", PERL], input=records + b"\n" + raw, capture_output=True, timeout=20, check=True
    )
    return done.stdout.decode().splitlines()
