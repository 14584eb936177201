"""Writing our own small mails as bytes: a fixed shape, filled in; quick enough to make one for every repaired message.

Promises: header text is encoded words when it is not plain ASCII, never folded into a new header; bodies are base64 of
UTF-8; no line is longer than RFC 5322 §2.1.1 allows.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

# RFC 2047 §2: a line with an encoded word has at most 76 characters; 39 octets make 52 of base64 beside frame and name.
WORD_OCTETS = 39
PLAIN = re.compile(r"[ -~]{0,60}\Z")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Marks that turn or hide the text around them (UAX 9): in a title of ours they would turn our own words.
TURNING = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")


def one_line(text: str) -> str:
    """Without control characters, line ends and marks of direction."""
    return TURNING.sub("", CONTROL.sub(" ", text)).strip()


def shortened(text: str, characters: int) -> str:
    """One line of at most so many characters; what is cut shows that it is."""
    line = one_line(text)
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


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


def base64_lines(content: bytes) -> str:
    """Base64 in lines of 76, without the last line's end."""
    coded = base64.b64encode(content).decode()
    return "\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))


def text_part(kind: str, text: str) -> str:
    """One text part, headers and all."""
    lines = base64_lines(text.encode("utf-8", "replace"))
    return f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"


def multipart(kind: str, boundary: str, parts: Iterable[bytes], parameters: str = "") -> bytes:
    """A multipart body with its Content-Type header in front."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\r\n\r\n'.encode()
    line = f"--{boundary}\r\n".encode()
    return head + b"".join(line + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
