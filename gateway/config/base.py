"""What every table of settings is made with: strictness, the shape of its mistakes, and a look at certificates."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

from pydantic import ConfigDict, with_config

STRICT = with_config(ConfigDict(extra="forbid"))
# (key, sentence): what does not go together in one table.
Mistakes = Iterator[tuple[str, str]]

# As much as nobody guesses: 120 bits in base 64.
SECRET_CHARACTERS_LEAST = 20
SECRET_SENTENCE = f"must hold at least {SECRET_CHARACTERS_LEAST} letters and digits, no spaces"


def is_secret(text: str) -> bool:
    """Whether this can stand in a header line, and nobody guesses it."""
    return len(text) >= SECRET_CHARACTERS_LEAST and all("!" <= sign <= "~" for sign in text)


def pair_mistakes(tls: str, certificate: Path | None, key: Path | None) -> Mistakes:
    """Say what is wrong with a certificate and its key."""
    for name, file in (("certificate_file", certificate), ("key_file", key)):
        if file is None:
            yield name, f'is missing: tls = "{tls}" needs it'
    if certificate is not None and key is not None:
        try:
            # A key behind a passphrase can't be used by a service: the empty answer makes that an error, not a prompt.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
        except ssl.SSLError:
            yield "certificate_file", "is no PEM certificate that belongs to key_file"


def authority_mistakes(file: Path | None) -> Mistakes:
    """Say what is wrong with a file of authorities."""
    if file is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(file)
        except ssl.SSLError:
            yield "ca_file", "holds no PEM certificate"
