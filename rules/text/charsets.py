"""Bytes to text, whatever the label says.

Promises: total. Declared charset first, then byte order marks, then strict UTF-8, then Windows-1252: what clients do.
Only charsets named here are used: a label is hostile input, and Python's codec registry imports modules by name.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

# WHATWG's reading: what calls itself ASCII or Latin-1 on the net is Windows-1252.
_WESTERN: Final = "cp1252"
_KNOWN: Final[dict[str, str]] = {
    **dict.fromkeys(("utf8", "unicode11utf8", "utf8mb4", "xutf8", "cp65001"), "utf-8"),
    **dict.fromkeys(("usascii", "ascii", "ansix341968", "iso646us", "us", "646"), "ascii"),
    **dict.fromkeys(("iso88591", "latin1", "l1", "windows1252", "cp1252", "ansi", "xansi", "xcp1252"), _WESTERN),
    **dict.fromkeys(
        ("utf7", "unicode11utf7", "unicode20utf7", "xunicode20utf7", "csunicode11utf7", "csutf7", "cp65000"), "utf-7"
    ),
    **dict.fromkeys(("utf16", "unicode", "ucs2", "iso10646ucs2", "csutf16", "csunicode"), "utf-16"),
    **dict.fromkeys(("utf16le", "csutf16le", "cp1200"), "utf-16-le"),
    **dict.fromkeys(("utf16be", "csutf16be", "cp1201", "unicodefffe"), "utf-16-be"),
    **dict.fromkeys(("utf32", "ucs4", "iso10646ucs4", "csutf32", "csucs4"), "utf-32"),
    **dict.fromkeys(("utf32le", "csutf32le", "cp12000"), "utf-32-le"),
    **dict.fromkeys(("utf32be", "csutf32be", "cp12001"), "utf-32-be"),
    **{f"iso8859{number}": f"iso8859-{number}" for number in range(2, 17) if number != 12},
    **{f"iso8859{number}{kind}": f"iso8859-{number}" for number in (6, 8) for kind in ("e", "i")},
    **{f"latin{number}": codec for number, codec in ((2, "iso8859-2"), (5, "iso8859-9"), (9, "iso8859-15"))},
    **{
        f"{name}{number}": f"cp{number}"
        for name in ("windows", "cp", "xcp")
        for number in (*range(1250, 1252), *range(1253, 1259), 874)
    },
    **{f"{name}{number}": f"cp{number}" for name in ("cp", "ibm") for number in (437, 850, 852, 858, 866)},
    # Outlook reads EBCDIC under these names; nothing in such text looks like an address before it is decoded.
    **{
        f"{name}{number}": f"cp{number}"
        for name in ("cp", "ibm", "csibm", "xcp")
        for number in ("037", "273", "424", "500", "875", "1026", "1140")
    },
    **dict.fromkeys(("ebcdiccpus", "ebcdiccpca", "ebcdiccpnl", "ebcdiccpwt", "cp37", "ibm1047", "cp1047"), "cp037"),
    **dict.fromkeys(("ebcdiccpbe", "ebcdiccpch"), "cp500"),
    "ibm01140": "cp1140",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    **dict.fromkeys(("macintosh", "mac", "xmacroman", "macroman"), "mac-roman"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "xgbk", "euccn", "cp936", "windows936"), "gb18030"),
    **dict.fromkeys(("big5", "big5hkscs", "cp950"), "big5hkscs"),
    **dict.fromkeys(("euckr", "ksc56011987", "ksc5601", "cp949", "uhc"), "cp949"),
    "eucjp": "euc-jp",
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "windows31j", "cp932"), "cp932"),
    **dict.fromkeys(("iso2022jp", "csiso2022jp"), "iso2022-jp-2"),
    **dict.fromkeys(("iso2022kr", "csiso2022kr"), "iso2022-kr"),
    **dict.fromkeys(("hzgb2312", "hz", "cp52936"), "hz"),
    "tis620": "tis-620",
}
_NOT_NAME = re.compile(r"[^a-z0-9]")
# Every codec of Python's we use: whoever may not open files later loads them before.
CODECS: Final = frozenset({*_KNOWN.values(), "utf-8", "latin-1", "utf-16-le", "utf-16-be"})
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF16: Final = frozenset({"utf-16", "utf-16-le", "utf-16-be"})
# Text of a western language in UTF-16 is half zeros; the first bytes tell.
_SNIFF_BYTES: Final = 512


def codec_of(charset: str | None) -> str | None:
    """Our codec for a declared name; None if there is none or we don't know it."""
    return _KNOWN.get(_NOT_NAME.sub("", charset.partition("*")[0].lower())) if charset else None


# Numbers of Windows that are no number of ours: Unicode, ISO 8859, and what the net calls by other names.
_CODEPAGES: Final = {
    1200: "utf-16le", 1201: "utf-16be", 10000: "macintosh", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u",
    50220: "iso-2022-jp", 50221: "iso-2022-jp", 50222: "iso-2022-jp", 50225: "iso-2022-kr", 51932: "euc-jp",
    51936: "euc-cn", 51949: "euc-kr", 54936: "gb18030",
    **{28590 + number: f"iso-8859-{number}" for number in range(1, 17)},
}  # fmt: skip


def codepage(number: int) -> str:
    """The name of a code page of Windows, as `decode_bytes` takes it."""
    return _CODEPAGES.get(number) or f"cp{number:03}"


def decode_bytes(data: bytes, charset: str | None) -> tuple[str, bool]:
    """The text, and whether the declaration was wrong, unknown or missing where it was needed."""
    codec = codec_of(charset)
    if b"\0" not in data and data.isascii() and codec in {None, "ascii", "utf-8", _WESTERN}:
        return data.decode("ascii"), bool(charset) and codec is None
    for mark, marked in _MARKS:
        if data.startswith(mark) and codec not in _UTF16 - {marked}:
            return data[len(mark) :].decode(marked, "replace"), codec not in {None, marked}
    if codec in _UTF16:
        return _utf16(data, codec)
    if codec is not None and codec != "ascii":
        try:
            return _strict(data, codec), False
        except UnicodeError:
            return guess(data), True
    return guess(data), True


def guess(data: bytes) -> str:
    """Text of bytes nobody (truthfully) declared."""
    head = data[:_SNIFF_BYTES]
    if head.count(0) > len(head) // 4:
        odd, even = head[1::2].count(0), head[::2].count(0)
        if max(odd, even) > len(head) // 4 > 2 * min(odd, even):
            return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(data, _WESTERN)


def _strict(data: bytes, codec: str) -> str:
    if codec == "utf-7":
        return whole_letters(data.decode(codec))
    if codec != _WESTERN:
        return data.decode(codec)
    try:
        return data.decode(_WESTERN)
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; Latin-1 keeps every byte.
        return data.decode("latin-1")


def whole_letters(text: str) -> str:
    """Surrogates joined to letters; one that stands alone can be stored nowhere and becomes a replacement mark."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _utf16(data: bytes, codec: str) -> tuple[str, bool]:
    for mark, marked in _MARKS[2:]:
        if data.startswith(mark):
            return data[2:].decode(marked, "replace"), codec not in {"utf-16", marked}
    text = guess(data) if codec == "utf-16" else data.decode(codec, "replace")
    return text, "\ufffd" in text or codec == "utf-16"
