"""The one spelling of an address by which people are looked up.

Promises: total, idempotent. Lower case, NFC, internationalised domains as letters (U-labels), no needless quotes.
"""

from __future__ import annotations

import re
import unicodedata

import idna

from rules.text.tokens import at_tokens

_SIMPLE = re.compile(r"[a-z0-9!#$%&*+/=?^_`{|}~-]+(?:[.'][a-z0-9!#$%&*+/=?^_`{|}~-]+)*@[a-z0-9]+(?:[.-]+[a-z0-9]+)*\Z")
# Dots at either end are against the grammar, and there are people who have such an address.
_ATOMS = re.compile(r"\.*[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+(?:\.+[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+)*\.*\Z")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LITERAL = re.compile(r"\[[^\[\]@\\]+\]\Z")
_NO_DOMAIN = re.compile(r"[\x00-\x20\x7f@<>()\[\]\",;:\\]|\A\.")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
LABEL_MAX = 63
# RFC 5321 §4.5.3.1.3 allows a path of 256 octets; no server takes what is longer than this.
ADDRESS_MAX = 1000


def canonical_address(text: str) -> str:
    """The address in the text, canonical; "" if there is none."""
    folded = text.strip().lower()
    if len(folded) > ADDRESS_MAX:
        return ""
    if _SIMPLE.match(folded) and "xn--" not in folded:
        return folded
    opening = text.rfind("<")
    inside = text[opening + 1 :].partition(">")[0] if opening != -1 else text
    local, at, domain = inside.strip().strip("'").rpartition("@")
    if at and (joined := join_address(local, domain)):
        return joined
    for start, end in at_tokens(text):
        local, _, domain = text[start:end].rpartition("@")
        if joined := join_address(local, domain):
            return joined
    return ""


def recipient_key(rcpt: str) -> str:
    """What two spellings of one recipient share; what is no address at all stands for itself."""
    return canonical_address(rcpt) or rcpt.lower()


def join_address(local: str, domain: str) -> str:
    """Canonical local@domain; "" if these can't be the two halves of an address."""
    local, domain = canonical_local(local), canonical_domain(domain)
    return f"{local}@{domain}" if local and domain else ""


def canonical_local(local: str) -> str:
    """Quotes stay only where the local part can't be written without them."""
    local = "".join(letter for letter in local.strip() if letter.isprintable())
    if len(local) >= 2 and local[0] == local[-1] == '"':
        local = _ESCAPE.sub(r"\1", local[1:-1])
    elif not _ATOMS.match(local):
        return ""
    local = _lower(local).lstrip("'")
    if _ATOMS.match(local):
        return local
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if local else ""


def canonical_domain(domain: str) -> str:
    """Letters, not punycode; a literal stays as it is."""
    # Compatibility forms first: some of them hold a space or a capital.
    domain = _lower("".join(unicodedata.normalize("NFKC", domain.translate(_DOTS)).split())).rstrip("'.")
    if domain.startswith("["):
        return domain if _LITERAL.match(domain) else ""
    if not domain or _NO_DOMAIN.search(domain):
        return ""
    if "xn--" in domain:
        domain = ".".join(_letters(label) for label in domain.split("."))
    return domain


def _letters(label: str) -> str:
    if not label.startswith("xn--") or len(label) > LABEL_MAX:
        return label
    try:
        return _lower(idna.decode(label))
    except (idna.IDNAError, UnicodeError):
        return label


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


def address_variants(canonical: str) -> tuple[str, ...]:
    """The address, then what it is without its +tag: mail to both reaches the same person."""
    local, _, domain = canonical.rpartition("@")
    bare, plus, _ = local.partition("+")
    return (canonical, f"{bare}@{domain}") if plus and bare else (canonical,)
