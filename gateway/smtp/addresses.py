"""The argument of MAIL and RCPT: path and parameters, the common forms fast, the odd ones by aiosmtpd's own parser.

Promises: an address is given back as the client spelt it, without its angle brackets and source route.
Source: RFC 5321 §4.1.2, RFC 6531, parameters RFC 1870, 6152, 6531, 3461.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# RFC 5321 §4.5.3.1.3: a path is at most 256 octets, brackets included.
PATH_OCTETS_MAX = 256
SIMPLE = re.compile(r"<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+|)>(?: (.*))?\Z")
# Beside those: quoted local parts, UTF-8, address literals; a source route (RFC 5321 §4.1.1.3) is dropped.
WIDE = re.compile(
    r'<(?:@[^:<> ]+:)?("(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])+"|[^<>@"\s\x00-\x1f]+)'
    r"@(\[[^\]<> \x00-\x1f]+\]|[^<>@\s\x00-\x1f]+)>(?: (.*))?\Z"
)
# Bytes that are no UTF-8 come as surrogates: no value has them, nor a control character.
PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^=\s\x00-\x1f\x7f\ud800-\udfff]+))?\Z")
# What is passed on must be what the mail server takes, or a slip of the client's becomes a bounce.
FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form, re.IGNORECASE)
    for name, form in {
        "SIZE": r"[0-9]{1,20}",
        "BODY": r"7BIT|8BITMIME",
        "SMTPUTF8": r"",
        "RET": r"FULL|HDRS",
        "ENVID": r"[!-~]{1,100}",
        "AUTH": r"[!-~]{1,500}",
        "NOTIFY": r"NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*",
        "ORCPT": r"[A-Za-z0-9-]+;\S{1,500}",
    }.items()
}
MAIL_PARAMETERS = frozenset({"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "AUTH"})
RCPT_PARAMETERS = frozenset({"NOTIFY", "ORCPT"})


class BadAddress(ValueError):
    """The path can't be read."""


class BadParameter(ValueError):
    """A parameter is unknown or badly written."""


class BadValue(ValueError):
    """A parameter has a value that means nothing."""


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
    octets = len(address) if address.isascii() else len(address.encode("utf-8", "surrogateescape"))
    if octets > PATH_OCTETS_MAX - 2:
        raise BadAddress
    if not address.isascii() and any("\ud800" <= letter <= "\udfff" for letter in address):
        raise BadAddress  # bytes that are no UTF-8: RFC 6531 §3.1 has no place for them
    return address, read_parameters(rest or "", known)


def read_parameters(text: str, known: frozenset[str]) -> dict[str, str]:
    """Read the parameters, names in capitals."""
    found: dict[str, str] = {}
    for word in text.split():
        match = PARAMETER.match(word)
        if match is None or match[1].upper() not in known:
            raise BadParameter
        name, value = match[1].upper(), match[2] or ""
        if not FORMS[name].fullmatch(value):
            raise BadValue
        found[name] = value
    return found
