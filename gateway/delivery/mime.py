"""Writing our own small mails as bytes: a fixed shape, filled in; quick enough to make one for every repaired message.

Promises: header text is encoded words when it is not plain ASCII, never folded into a new header; bodies are base64 of
UTF-8; no line is longer than RFC 5322 §2.1.1 allows.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

# RFC 2047 §2: an encoded word has at most 75 characters; 45 octets make 60 of base64 beside the frame.
WORD_OCTETS = 45
PLAIN = re.compile(r"[ -~]{0,60}\Z")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


def one_line(text: str) -> str:
    """Without control characters and line ends."""
    return CONTROL.sub(" ", text).strip()


def header_text(text: str) -> str:
    """Unstructured header text, encoded if it must be."""
    text = one_line(text)
    if PLAIN.match(text) and "=?" not in text:
        return text
    pieces: list[bytes] = []
    now = b""
    for letter in text:
        octets = letter.encode("utf-8", "replace")
        if len(now) + len(octets) > WORD_OCTETS:
            pieces.append(now)
            now = b""
        now += octets
    pieces.append(now)
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def phrase(text: str) -> str:
    """A display name: quoted if it is plain, else encoded words."""
    text = one_line(text)
    if PLAIN.match(text) and "=?" not in text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return header_text(text)


def text_part(kind: str, text: str) -> str:
    """One text part, headers and all."""
    coded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    lines = "\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))
    return f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"


def multipart(kind: str, boundary: str, parts: Iterable[str], parameters: str = "") -> str:
    """A multipart body with its Content-Type header in front."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\r\n\r\n'
    return head + "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
