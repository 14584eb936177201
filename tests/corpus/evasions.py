"""Ways to carry another family's number past a reader: each makes a message part of one sentence with one value.

`WRITTEN` change how the value is written, `PLACED` where the sentence stands. All go to a parent of another family.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import quopri
import tarfile
import zipfile
from collections.abc import Callable

from tests.support.hiding import CRLF, mixed, text_part
from tests.support.papers import pdf

Writer = Callable[[str], str]
Placer = Callable[[str], bytes]
WRITTEN: dict[str, Writer] = {}
PLACED: dict[str, Placer] = {}
HELLO = text_part("Goedemorgen, zie hieronder.")
INNOCENT = "Goedemorgen, tot morgen."


def shifted(zero: int) -> Writer:
    """Digits of another script or style, from its zero on."""
    return lambda text: "".join(chr(zero + int(c)) if c.isdigit() else c for c in text)


def between(sign: str) -> Writer:
    """A sign between all letters."""
    return sign.join


WRITTEN |= {
    "as it is": str,
    "full width": shifted(0xFF10),
    "arabic-indic digits": shifted(0x660),
    "extended arabic digits": shifted(0x6F0),
    "devanagari digits": shifted(0x966),
    "bengali digits": shifted(0x9E6),
    "mathematical bold": shifted(0x1D7CE),
    "mathematical double-struck": shifted(0x1D7D8),
    "mathematical sans": shifted(0x1D7E2),
    "mathematical monospace": shifted(0x1D7F6),
    "superscripts": lambda text: text.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")),
    "subscripts": lambda text: text.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")),
    "circled digits": lambda text: text.translate(str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")),
    "keycaps": lambda text: "".join(f"{c}\ufe0f\u20e3" if c.isdigit() else c for c in text),
    "zero width spaces": between("\u200b"),
    "word joiners": between("\u2060"),
    "soft hyphens": between("\xad"),
    "zero width joiners": between("\u200d"),
    "bidi marks": between("\u200e"),
    "bidi embedding": lambda text: f"\u202d{text}\u202c",
    "variation selectors": between("\ufe0f"),
    "byte order marks": between("\ufeff"),
    "combining accents": between("\u0301"),
    "no-break spaces": lambda text: text.replace("-", "\xa0"),
    "thin spaces": between("\u2009"),
    "ideographic spaces": lambda text: text.replace("-", "\u3000"),
    "en dashes": lambda text: text.replace("-", "\u2013"),
    "minus signs": lambda text: text.replace("-", "\u2212"),
    "non-breaking hyphens": lambda text: text.replace("-", "\u2011"),
    "spaces between": between(" "),
    "hyphens between": lambda text: "-".join(c for c in text if c.isdigit()),
    "full stops between": lambda text: ".".join(c for c in text if c.isdigit()),
    "underscores between": lambda text: "_".join(c for c in text if c.isdigit()),
    "slashes between": lambda text: "/".join(c for c in text if c.isdigit()),
    "o for zero": lambda text: text.replace("0", "o"),
    "words for digits": lambda text: " ".join(
        "nul een twee drie vier vijf zes zeven acht negen".split()[int(c)] for c in text if c.isdigit()
    ),
    "tags": lambda text: "".join(chr(0xE0000 + ord(c)) if c == "-" else c for c in text),
}  # fmt: skip


def placed(function: Placer) -> Placer:
    """Register a place under the function's name."""
    PLACED[function.__name__] = function
    return function


def page(body: str) -> bytes:
    return text_part(f"<html><body>{body}</body></html>", "html")


def letters(text: str) -> str:
    """Every letter as a character reference."""
    return "".join(f"&#{ord(c)};" for c in text)


PAGES: dict[str, Callable[[str], str]] = {
    "html_plain": lambda t: f"<p>{t}</p>",
    "html_split_by_tags": lambda t: "".join(f"<b>{html.escape(c)}</b>" for c in t),
    "html_comments_between": "<!-- x -->".join,
    "html_decimal_references": letters,
    "html_hexadecimal_references": lambda t: "".join(f"&#x{ord(c):x};" for c in t),
    "html_display_none": lambda t: f'<p style="display:none">{t}</p>',
    "html_white_on_white": lambda t: f'<p style="color:#fff;background:#fff">{t}</p>',
    "html_no_size": lambda t: f'<p style="font-size:0">{t}</p>',
    "html_alt_text": lambda t: f'<img src="cid:x" alt="{t}">',
    "html_title": lambda t: f'<p title="{t}">Dag</p>',
    "html_aria_label": lambda t: f'<p aria-label="{t}">Dag</p>',
    "html_data_attribute": lambda t: f'<p data-x="{t}">Dag</p>',
    "html_field_value": lambda t: f'<input value="{t}">',
    "html_placeholder": lambda t: f'<input placeholder="{t}">',
    "html_meta": lambda t: f'<meta name="description" content="{t}"><p>Dag</p>',
    "html_comment": lambda t: f"<p>Dag</p><!-- {t} -->",
    "html_svg_text": lambda t: f"<svg><text>{t}</text></svg>",
    "html_template": lambda t: f"<template>{t}</template>",
    "html_noscript": lambda t: f"<noscript>{t}</noscript>",
    "html_textarea": lambda t: f"<textarea>{t}</textarea>",
    "html_hidden_until_opened": lambda t: f"<details><summary>Meer</summary>{t}</details>",
    "html_conditional_comment": lambda t: f"<!--[if mso]><p>{t}</p><![endif]--><p>Dag</p>",
    "html_in_a_table_of_cells": lambda t: f"<table><tr>{''.join(f'<td>{c}</td>' for c in t.split())}</tr></table>",
    "html_line_breaks_between_words": lambda t: t.replace(" ", "<br>"),
    "html_no_end_tags": lambda t: f"<div><p><b>{t}",
    "html_title_element": lambda t: f"<title>{t}</title><p>Dag</p>",
    "html_option": lambda t: f"<select><option>{t}</option></select>",
}  # fmt: skip
PLACED |= {name: (lambda text, make=make: page(make(text))) for name, make in PAGES.items()}


@placed
def plain_text(text: str) -> bytes:
    return text_part(text)


@placed
def coded_in_base64(text: str) -> bytes:
    return text_part(text, encoding="base64")


@placed
def soft_breaks_in_the_value(text: str) -> bytes:
    head = f"Content-Type: text/plain; charset=utf-8{CRLF}Content-Transfer-Encoding: quoted-printable{CRLF}{CRLF}"
    coded = quopri.encodestring(text.encode()).decode().strip()
    return head.encode() + f"={CRLF}".join(coded[at : at + 5] for at in range(0, len(coded), 5)).encode()


@placed
def utf_16(text: str) -> bytes:
    return text_part(text, charset="utf-16", encoding="base64")


@placed
def utf_7(text: str) -> bytes:
    return text_part(text, charset="utf-7")


@placed
def a_charset_that_is_not_so(text: str) -> bytes:
    return text_part(text).replace(b"charset=utf-8", b"charset=us-ascii")


@placed
def flowed_lines(text: str) -> bytes:
    lines = text.replace(" ", " \r\n")
    return text_part(lines).replace(b"charset=utf-8", b"charset=utf-8; format=flowed")


@placed
def under_a_signature(text: str) -> bytes:
    return text_part(f"Tot morgen.{CRLF}-- {CRLF}{text}")


@placed
def quoted(text: str) -> bytes:
    return text_part(f"Zie hieronder.{CRLF}{CRLF}> {text}")


@placed
def under_a_header_block(text: str) -> bytes:
    return text_part(f"FYI{CRLF}{CRLF}Van: Noa{CRLF}Aan: school{CRLF}Onderwerp: vraag{CRLF}{CRLF}{text}")


@placed
def far_below(text: str) -> bytes:
    return text_part(f"Dag{CRLF * 3000}{text}")


@placed
def the_other_alternative(text: str) -> bytes:
    return mixed(text_part(INNOCENT), page(text)).replace(b"multipart/mixed", b"multipart/alternative")


@placed
def before_the_first_part(text: str) -> bytes:
    return mixed(HELLO, preamble=text)


@placed
def behind_the_last_part(text: str) -> bytes:
    return mixed(HELLO, epilogue=f"{text}{CRLF}")


@placed
def no_end_of_the_parts(text: str) -> bytes:
    return mixed(HELLO, text_part(text)).replace(b"--grens_1--\r\n", b"")


@placed
def an_attached_message(text: str) -> bytes:
    inner = f"From: a@b.test{CRLF}Subject: x{CRLF}{CRLF}{text}{CRLF}"
    return mixed(HELLO, f"Content-Type: message/rfc822{CRLF}{CRLF}{inner}".encode())


def attached(name: str, kind: str, data: bytes) -> bytes:
    head = (
        f'Content-Type: {kind}; name="{name}"{CRLF}Content-Disposition: attachment; filename="{name}"{CRLF}'
        f"Content-Transfer-Encoding: base64{CRLF}{CRLF}"
    )
    return mixed(HELLO, head.encode() + base64.encodebytes(data).replace(b"\n", b"\r\n"))


def zipped(**files: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return made.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def word(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for name, body in {"document": "<w:p><w:r><w:t>Dag</w:t></w:r></w:p>", **parts}.items():
            archive.writestr(f"word/{name}.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
    return made.getvalue()


def run(text: str, look: str = "") -> str:
    return f"<w:p><w:r>{look}<w:t>{html.escape(text)}</w:t></w:r></w:p>"


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES: dict[str, Callable[[str], tuple[str, str, bytes]]] = {
    "a_text_file": lambda t: ("brief.txt", "text/plain", t.encode()),
    "a_text_file_called_a_picture": lambda t: ("foto.jpg", "image/jpeg", t.encode()),
    "a_text_file_of_no_kind": lambda t: ("bestand", "application/octet-stream", t.encode()),
    "a_table": lambda t: ("lijst.csv", "text/csv", f"opmerking;klas\r\n{t};3B\r\n".encode("utf-8-sig")),
    "a_page": lambda t: ("lijst.html", "text/html", f"<p hidden>{t}</p>".encode()),
    "a_calendar": lambda t: (
        "uitje.ics", "text/calendar",
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDESCRIPTION:{t}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode(),
    ),
    "a_card": lambda t: ("k.vcf", "text/vcard", f"BEGIN:VCARD\r\nFN:Noa\r\nNOTE:{t}\r\nEND:VCARD\r\n".encode()),
    "a_document": lambda t: ("b.docx", DOCX, word(document=run(t))),
    "a_document_split_in_runs": lambda t: ("b.docx", DOCX, word(
        document="<w:p>" + "".join(f"<w:r><w:t xml:space='preserve'>{html.escape(c)}</w:t></w:r>" for c in t) + "</w:p>"
    )),
    "a_document_s_header": lambda t: ("b.docx", DOCX, word(header1=run(t))),
    "a_document_s_footer": lambda t: ("b.docx", DOCX, word(footer1=run(t))),
    "a_document_s_comment": lambda t: ("b.docx", DOCX, word(comments=run(t))),
    "a_document_s_footnote": lambda t: ("b.docx", DOCX, word(footnotes=run(t))),
    "hidden_text_of_a_document": lambda t: ("b.docx", DOCX, word(document=run(t, "<w:rPr><w:vanish/></w:rPr>"))),
    "a_deleted_change": lambda t: ("b.docx", DOCX, word(
        document=f"<w:p><w:del><w:r><w:delText>{html.escape(t)}</w:delText></w:r></w:del></w:p>"
    )),
    "a_document_called_otherwise": lambda t: ("b.dat", "application/octet-stream", word(document=run(t))),
    "a_rich_text": lambda t: ("b.rtf", "application/rtf", f"{{\\rtf1\\ansi {t}}}".encode("cp1252", "replace")),
    "hidden_rich_text": lambda t: ("b.rtf", "application/rtf", f"{{\\rtf1\\ansi {{\\v {t}}}}}".encode("cp1252", "replace")),
    "a_pdf": lambda t: ("b.pdf", "application/pdf", pdf(t.replace("(", "").replace(")", ""))),
    "a_pdf_called_a_text": lambda t: ("b.txt", "text/plain", pdf(t)),
    "an_archive": lambda t: ("b.zip", "application/zip", zipped(lijst__txt=t)),
    "an_archive_in_an_archive": lambda t: ("b.zip", "application/zip", zipped(a__zip=zipped(b__txt=t))),
    "an_archive_called_a_picture": lambda t: ("foto.png", "image/png", zipped(lijst__txt=t)),
    "a_document_in_an_archive": lambda t: ("b.zip", "application/zip", zipped(b__docx=word(document=run(t)))),
    "a_gzip": lambda t: ("b.txt.gz", "application/gzip", gzip.compress(t.encode())),
    "a_tar": lambda t: ("b.tar", "application/x-tar", _tar(t)),
    "a_message_in_an_archive": lambda t: ("b.zip", "application/zip", zipped(m__eml=f"Subject: x\r\n\r\n{t}\r\n")),
    "an_archive_with_a_password": lambda t: ("b.zip", "application/zip", _locked(zipped(lijst__txt=t))),
    "seven_zip": lambda t: ("b.7z", "application/x-7z-compressed", b"7z\xbc\xaf\x27\x1c" + t.encode()),
    "rar": lambda t: ("b.rar", "application/vnd.rar", b"Rar!\x1a\x07\x01\x00" + t.encode()),
}  # fmt: skip
PLACED |= {f"in_{name}": (lambda text, make=make: attached(*make(text))) for name, make in FILES.items()}


def _tar(text: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        entry = tarfile.TarInfo("lijst.txt")
        entry.size = len(text.encode())
        archive.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


def _locked(archive: bytes) -> bytes:
    """The archive with the mark that says a password is needed, in both places it stands."""
    made = bytearray(archive)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[archive.index(sign) + at] |= 1
    return bytes(made)


@placed
def the_name_of_a_file(text: str) -> bytes:
    return attached(text, "text/plain", b"dag")


@placed
def the_subject(text: str) -> bytes:
    return b"Subject: " + text.encode() + b"\r\n" + text_part(INNOCENT)


@placed
def the_subject_in_pieces(text: str) -> bytes:
    pieces = [text[at : at + 6] for at in range(0, len(text), 6)]
    coded = "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)
    return f"Subject: {coded}\r\n".encode() + text_part(INNOCENT)


@placed
def comments_and_keywords(text: str) -> bytes:
    return b"Comments: " + text.encode() + b"\r\n" + text_part(INNOCENT)


@placed
def uuencoded_below(text: str) -> bytes:
    import binascii

    data = text.encode()
    lines = [binascii.b2a_uu(data[at : at + 45]).decode().rstrip("\n") for at in range(0, len(data), 45)]
    return text_part(CRLF.join(["Zie hieronder.", "", "begin 644 lijst.txt", *lines, "`", "end", ""]))


@placed
def base64_in_the_text(text: str) -> bytes:
    return text_part(f"Zie hieronder.{CRLF}{CRLF}{base64.encodebytes(text.encode()).decode()}")


@placed
def backwards(text: str) -> bytes:
    return text_part(f"Achterstevoren: {text[::-1]}")


@placed
def in_hexadecimal(text: str) -> bytes:
    return text_part(f"Zie: {text.encode().hex()}")
