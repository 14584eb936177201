"""Header bytes to text: unfolding, RFC 2047 encoded words, 8-bit letters.

Promises: total and linear. Reads what sloppy clients read: words inside quotes, without white space between them, with
spaces in them, with a language tag (RFC 2231 §5), and letters split over two words. What is no word stays as it is.
"""

from __future__ import annotations

import binascii
import re

from rules.text.charsets import decode_bytes, guess

_FOLD = re.compile(rb"\r\n(?=[ \t])|\r\n|[\r\n]")
_SPACE = b" \t"
# No charset has a longer name, language tag included.
_CHARSET_MAX = 100


def unfold(raw: bytes) -> bytes:
    """Line ends away, white space kept (RFC 5322 §2.2.3)."""
    if raw.endswith(b"\r\n") and raw.find(b"\n") == len(raw) - 1 and raw.find(b"\r") == len(raw) - 2:
        return raw[:-2]  # one whole line, as most fields are
    return _FOLD.sub(b"", raw) if b"\n" in raw or b"\r" in raw else raw


def decode_words(raw: bytes) -> str:
    """The text a reader sees."""
    raw = unfold(raw)
    if b"=?" not in raw:
        return (raw.decode("ascii") if raw.isascii() else guess(raw)).strip(" \t")
    out: list[str] = []
    pending: list[bytes] = []  # of adjacent words in one charset: a letter may be split over two words
    pending_charset = ""
    position = after_word = 0
    while (word := _next_word(raw, position)) is not None:
        start, end, charset, data = word
        between = raw[after_word:start]
        if pending_charset and (between.strip(_SPACE) or charset != pending_charset):
            out.append(decode_bytes(b"".join(pending), pending_charset)[0])
            pending = []
        if between.strip(_SPACE) or not pending_charset:
            out.append(_plain(between))
        pending.append(data)
        pending_charset = charset
        position = after_word = end
    if pending_charset:
        out.append(decode_bytes(b"".join(pending), pending_charset)[0])
    out.append(_plain(raw[after_word:]))
    return "".join(out).strip(" \t")


def _plain(raw: bytes) -> str:
    return raw.decode("ascii") if raw.isascii() else guess(raw)


def _next_word(raw: bytes, position: int) -> tuple[int, int, str, bytes] | None:
    """The next encoded word at or after `position`: where, its charset, its bytes."""
    while (start := raw.find(b"=?", position)) != -1:
        charset_end = raw.find(b"?", start + 2, start + 2 + _CHARSET_MAX)
        coding_end = charset_end + 2
        coding = raw[charset_end + 1 : coding_end].upper()
        charset = raw[start + 2 : charset_end] if charset_end != -1 else b""
        if raw[coding_end : coding_end + 1] == b"?" and coding in {b"B", b"Q"} and charset.isascii() and charset:
            end = raw.find(b"?=", coding_end + 1)
            if end == -1:
                return None
            text = raw[coding_end + 1 : end]
            data = _base64(text) if coding == b"B" else binascii.a2b_qp(text, header=True)
            return start, end + 2, charset.decode("ascii").partition("*")[0].lower(), data
        position = start + 2
    return None


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def _base64(text: bytes) -> bytes:
    """Base64 without its padding, with foreign letters: what is there is read."""
    letters = _NOT_BASE64.sub(b"", text)
    # One letter over holds six bits of nothing.
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
