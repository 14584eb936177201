"""Address fields as wire bytes.

Promises: lines of at most 78 octets where the address allows it, never a line break, NUL or other control character
from the input; what the standard library's parser reads back is what was put in.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterable

import idna

from rules.text.runs import normalise

# RFC 5322 §2.1.1.
LINE_MAX = 78
# RFC 2047 §2: 75 letters, of which `=?utf-8?B?` and `?=` take twelve; base64 gives 3 octets for 4 letters.
_WORD_OCTETS = (75 - 12) // 4 * 3
# The first word shares its line with the field name.
_FIRST_WORD_OCTETS = 36
# Longer names are written as encoded words, which fold anywhere.
_PLAIN_MAX = 60
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")


def format_to(display: str, address: str, name: bytes = b"To") -> bytes:
    """One field with one mailbox, line end included."""
    return format_mailboxes(name, [(display, address)])


def format_mailboxes(name: bytes, boxes: Iterable[tuple[str, str]]) -> bytes:
    """One field with these mailboxes (display, address)."""
    lines = [name + b":"]
    tokens: list[bytes] = []
    for display, address in boxes:
        if tokens:
            tokens[-1] += b","
        tokens += _tokens(_printable(display), address)
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > LINE_MAX and len(lines[-1]) > len(name) + 1:
            lines.append(b"")
        lines[-1] += b" " + token
    return b"\r\n".join(lines) + b"\r\n"


def _tokens(display: str, address: str) -> list[bytes]:
    """What may be parted by a fold."""
    spec = wire_address(address).encode("utf-8", "replace")
    if not display:
        return [spec]
    if display.isascii() and "=?" not in display and len(display) <= _PLAIN_MAX:
        if _PHRASE.match(display):
            return [*display.encode("ascii").split(b" "), b"<" + spec + b">"]
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"'.encode("ascii"), b"<" + spec + b">"]
    return [*_encoded_words(display), b"<" + spec + b">"]


def _encoded_words(display: str) -> list[bytes]:
    words: list[bytes] = []
    octets = b""
    room = _FIRST_WORD_OCTETS
    for letter in display:
        coded = letter.encode("utf-8", "replace")
        if len(octets) + len(coded) > room:
            words.append(_encoded_word(octets))
            octets, room = b"", _WORD_OCTETS
        octets += coded
    return [*words, _encoded_word(octets)]


def _encoded_word(octets: bytes) -> bytes:
    return b"=?utf-8?B?" + base64.b64encode(octets) + b"?="


def _printable(display: str) -> str:
    """One line of letters: control, bidi and other invisible characters are no part of a name."""
    visible = "".join(letter if letter.isprintable() else " " for letter in display)
    return " ".join(visible.split())


def wire_address(address: str) -> str:
    """The address in ASCII where its local part allows it: not every server knows letters (RFC 6531, RFC 6532)."""
    local, _, domain = "".join(letter for letter in address if letter.isprintable()).rpartition("@")
    if local.isascii() and not domain.isascii():
        # What is no name of the DNS stays as it is: the receiving server will say so.
        with contextlib.suppress(idna.IDNAError, UnicodeError):
            domain = idna.encode(domain).decode("ascii")
    return f"{local}@{domain}"


def safe_display(display: str) -> str:
    """A display name that carries no address of anybody."""
    return "" if "@" in normalise(display).text else display
