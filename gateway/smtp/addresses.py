"""The argument of MAIL and RCPT: path and parameters, the common forms fast, the odd ones by a wider pattern.

Promises: an address is given back as the client spelt it, without its angle brackets and source route.
Source: RFC 5321 §4.1.2, RFC 6531, parameters RFC 1870, 6152, 6531, 3461.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address

# RFC 5321 §4.5.3.1.3: a path is at most 256 octets, brackets included.
PATH_OCTETS_MAX = 256
# RFC 1035 §2.3.4: a label has 1 to 63 octets, no hyphen at its ends; the underscore is what some machines are called.
LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
SIMPLE = re.compile(rf"<([A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]+@{LABEL}(?:\.{LABEL})*\.?|)>(?: (.*))?\Z")
# Beside those: quoted local parts, UTF-8, address literals; a source route (RFC 5321 §4.1.1.3) is dropped. What is
# written as a comment or escaped outside quotes is not taken: the next server reads another address in it than we do.
END = r"[^\s\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]"
WIDE_LABEL = rf"{END}(?:[^\s\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]{{0,61}}{END})?"
WIDE = re.compile(
    r'<(?:@[^:<> ]+:)?("(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])+"|[^<>@"(),:;\\\[\]\s\x00-\x1f\x7f]+)'
    rf"@(\[[0-9A-Za-z:.]+\]|{WIDE_LABEL}(?:\.{WIDE_LABEL})*\.?)>(?: (.*))?\Z"
)
# A local part that names another host (RFC 5321 §3.6.1, RFC 1123 §5.2.16): mail servers of old take it for the way.
ROUTED = re.compile(r"[%!@].*@")
# RFC 3461 §4: printable, and "+" only before two hex digits in capitals. RFC 6533 §3 adds letters of any script.
XTEXT = r"(?:[!-*,-<>-~]|\+(?-i:[0-9A-F]{2}))"
WIDE_XTEXT = r"(?:[!-*,-<>-~]|\+(?-i:[0-9A-F]{2})|[^\x00-\x7f\s])"
# Bytes that are no UTF-8 come as surrogates: no value has them, nor a control character.
PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^=\s\x00-\x1f\x7f\ud800-\udfff]+))?\Z")
# What is passed on must be what the mail server takes, or a slip of the client's becomes a bounce.
FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form, re.IGNORECASE | re.ASCII)
    for name, form in {
        "SIZE": r"[0-9]{1,20}",
        "BODY": r"7BIT|8BITMIME",
        "SMTPUTF8": r"",
        "RET": r"FULL|HDRS",
        "ENVID": rf"(?=.{{1,100}}\Z){XTEXT}+",
        "AUTH": r"[!-~]{1,500}",
        "NOTIFY": r"NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*",
        "ORCPT": rf"(?=.{{1,500}}\Z)(?:utf-8;{WIDE_XTEXT}+|[A-Za-z0-9-]+;{XTEXT}+)",
    }.items()
}
MAIL_PARAMETERS = frozenset({"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "AUTH"})
RCPT_PARAMETERS = frozenset({"NOTIFY", "ORCPT"})


class BadPath(ValueError):
    """The argument of MAIL or RCPT is not taken, for one of the reasons below."""


class BadAddress(BadPath):
    """The path can't be read."""


class BadParameter(BadPath):
    """A parameter is unknown or badly written."""


class BadValue(BadPath):
    """A parameter has a value that means nothing, or two."""


def read_path(arg: str, known: frozenset[str]) -> tuple[str, Mapping[str, str]]:
    """Read `<path> PARAM=value …`. Postfix and Exchange also take a bare address, so do we."""
    text = arg.strip()
    if text and not text.startswith("<"):
        head, _, rest = text.partition(" ")
        text = f"<{head}> {rest}".rstrip()
    if found := SIMPLE.match(text):
        address, rest = found[1], found[2]
    elif found := WIDE.match(text):
        address, rest = f"{found[1]}@{found[2]}", found[3]
    else:
        raise BadAddress
    if address.endswith("]") and not is_literal(address.rpartition("@")[2]):
        raise BadAddress
    octets = len(address) if address.isascii() else len(address.encode("utf-8", "surrogateescape"))
    if octets > PATH_OCTETS_MAX - 2:
        raise BadAddress
    if not address.isascii() and any("\ud800" <= letter <= "\udfff" for letter in address):
        raise BadAddress  # bytes that are no UTF-8: RFC 6531 §3.1 has no place for them
    return address, read_parameters(rest or "", known)


def is_literal(domain: str) -> bool:
    """Whether this is an address in brackets (RFC 5321 §4.1.3)."""
    inner = domain[1:-1]
    try:
        return bool(IPv6Address(inner[5:]) if inner[:5].lower() == "ipv6:" else IPv4Address(inner))
    except ValueError:
        return False


def read_parameters(text: str, known: frozenset[str]) -> dict[str, str]:
    """Read the parameters, names in capitals."""
    found: dict[str, str] = {}
    for word in text.split():
        match = PARAMETER.match(word)
        if match is None or match[1].upper() not in known:
            raise BadParameter
        name, value = match[1].upper(), match[2] or ""
        if name in found or not FORMS[name].fullmatch(value):
            raise BadValue
        found[name] = value
    return found
