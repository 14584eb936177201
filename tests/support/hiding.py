"""Ways to hide an address in a message: one function a place, each giving wire bytes around it.

Every message goes from a teacher to several outsiders in To, so a header fix applies; the hidden address is that of one
of them. What is delivered must not show it to the others: in none of its decodings.
"""

from __future__ import annotations

import base64
import quopri
import urllib.parse
from collections.abc import Callable, Sequence

CRLF = "\r\n"
Hider = Callable[[str], bytes]
HIDERS: dict[str, Hider] = {}


def hider(function: Hider) -> Hider:
    """Register a place under the function's name."""
    HIDERS[function.__name__] = function
    return function


def compose(sender: str, recipients: Sequence[str], inner: bytes, *, extra: bytes = b"") -> bytes:
    """A whole message: `inner` begins with its Content-* headers."""
    head = (
        f"From: {sender}{CRLF}To: {', '.join(recipients)}{CRLF}Subject: Uitje van de klas{CRLF}"
        f"Date: Mon, 16 Nov 2026 09:00:00 +0100{CRLF}Message-ID: <uitje.1@klas.test>{CRLF}MIME-Version: 1.0{CRLF}"
    )
    return head.encode() + extra + inner


def text_part(body: str, kind: str = "plain", charset: str = "utf-8", encoding: str = "8bit") -> bytes:
    data = body.encode(charset, "replace")
    if encoding == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset={charset}{CRLF}Content-Transfer-Encoding: {encoding}{CRLF}{CRLF}"
    return head.encode() + data


def mixed(*parts: bytes, preamble: str = "", epilogue: str = "") -> bytes:
    head = f'Content-Type: multipart/mixed; boundary="grens_1"{CRLF}{CRLF}{preamble}{CRLF}'.encode()
    return head + b"".join(b"--grens_1\r\n" + part + b"\r\n" for part in parts) + b"--grens_1--\r\n" + epilogue.encode()


HELLO = text_part("Beste ouders, tot vrijdag. Groet, de mentor")


@hider
def plain_text(address: str) -> bytes:
    return text_part(f"Vragen? Mail {address} even.")


@hider
def quoted_block_dutch(address: str) -> bytes:
    return text_part(
        f"Zie onder.{CRLF}{CRLF}-----Oorspronkelijk bericht-----{CRLF}Van: school{CRLF}"
        f"Aan: Ouder [mailto:{address}]; iemand{CRLF}CC: niemand{CRLF}Onderwerp: uitje{CRLF}",
    )


@hider
def quoted_block_behind_marks(address: str) -> bytes:
    return text_part(f"Zie onder.{CRLF}> > Van: {address}{CRLF}> > Verzonden: maandag{CRLF}> > hallo{CRLF}")


@hider
def base64_text(address: str) -> bytes:
    return text_part(f"Mail {address} even.", encoding="base64")


@hider
def soft_break_in_the_middle(address: str) -> bytes:
    half = len(address) // 2
    body = f"Mail {address[:half]}=\r\n{address[half:]} even."
    return b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + body.encode()


@hider
def quoted_printable_letters(address: str) -> bytes:
    coded = "".join(f"={ord(letter):02X}" if ord(letter) < 128 else letter for letter in address)
    return b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + coded.encode()


@hider
def utf16_text(address: str) -> bytes:
    return text_part(f"Mail {address} even.", charset="utf-16", encoding="base64")


@hider
def html_text(address: str) -> bytes:
    return text_part(f"<p>Mail <b>{address}</b> even</p>", "html")


@hider
def html_split_by_tags(address: str) -> bytes:
    return text_part(f"<p>Mail <b>{address[:4]}</b><i>{address[4:]}</i> even</p>", "html")


@hider
def html_entities(address: str) -> bytes:
    return text_part("<p>" + "".join(f"&#{ord(letter)};" for letter in address) + "</p>", "html")


@hider
def mailto_link(address: str) -> bytes:
    return text_part(f'<p>Mail <a href="mailto:{address}?subject=uitje">deze ouder</a></p>', "html")


@hider
def mailto_link_percent_encoded(address: str) -> bytes:
    coded = "".join(f"%{byte:02X}" for byte in address.encode())
    return text_part(f'<p>Mail <a href="mailto:{coded}">deze ouder</a></p>', "html")


@hider
def html_attribute(address: str) -> bytes:
    return text_part(f'<p><img src="cid:x" alt="{address}"> hallo</p>', "html")


@hider
def html_comment(address: str) -> bytes:
    return text_part(f"<p>hallo<!-- {address} --></p>", "html")


@hider
def html_hidden_element(address: str) -> bytes:
    return text_part(f'<p>hallo</p><div style="display:none">{address}</div>', "html")


@hider
def zero_width_characters(address: str) -> bytes:
    return text_part("Mail " + "\u200b".join(address) + " even.")


@hider
def calendar_file(address: str) -> bytes:
    lines = f"BEGIN:VCALENDAR{CRLF}BEGIN:VEVENT{CRLF}ATTENDEE;CN=Ouder:mailto:{address}{CRLF}END:VEVENT{CRLF}END:VCALENDAR{CRLF}"
    part = f'Content-Type: application/ics; name="uitje.ics"{CRLF}Content-Disposition: attachment{CRLF}{CRLF}{lines}'
    return mixed(HELLO, part.encode())


@hider
def calendar_line_folded(address: str) -> bytes:
    half = len(address) // 2
    lines = f"BEGIN:VCALENDAR{CRLF}BEGIN:VEVENT{CRLF}ATTENDEE:mailto:{address[:half]}{CRLF} {address[half:]}{CRLF}END:VEVENT{CRLF}END:VCALENDAR{CRLF}"
    return mixed(HELLO, f"Content-Type: text/calendar; method=PUBLISH{CRLF}{CRLF}{lines}".encode())


@hider
def visiting_card(address: str) -> bytes:
    card = f"BEGIN:VCARD{CRLF}VERSION:3.0{CRLF}FN:Ouder{CRLF}EMAIL;TYPE=HOME:{address}{CRLF}END:VCARD{CRLF}"
    return mixed(HELLO, f"Content-Type: text/vcard{CRLF}{CRLF}{card}".encode())


@hider
def attached_message(address: str) -> bytes:
    inner = f"From: {address}{CRLF}To: school{CRLF}Subject: vraag{CRLF}{CRLF}hallo{CRLF}"
    return mixed(HELLO, f"Content-Type: message/rfc822{CRLF}{CRLF}{inner}".encode())


@hider
def attached_message_twice_nested_in_base64(address: str) -> bytes:
    inner = b"From: x@y.test\r\nTo: z@y.test\r\nSubject: buiten\r\nMIME-Version: 1.0\r\n" + mixed(
        HELLO,
        b"Content-Type: message/rfc822\r\n\r\n" + f"To: {address}{CRLF}Subject: binnen{CRLF}{CRLF}hallo{CRLF}".encode(),
    )
    coded = base64.encodebytes(inner).replace(b"\n", b"\r\n")
    head = b'Content-Type: application/octet-stream; name="bericht.eml"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return mixed(HELLO, head + coded)


@hider
def file_name(address: str) -> bytes:
    head = f'Content-Type: application/pdf; name="{address}.pdf"{CRLF}Content-Disposition: attachment; filename="{address}.pdf"'
    return mixed(HELLO, f"{head}{CRLF}{CRLF}%PDF-1.4".encode())


@hider
def file_name_rfc2231(address: str) -> bytes:
    coded = urllib.parse.quote(address, safe="")
    head = f"Content-Type: application/pdf{CRLF}Content-Disposition: attachment; filename*=utf-8''{coded}.pdf"
    return mixed(HELLO, f"{head}{CRLF}{CRLF}%PDF-1.4".encode())


@hider
def part_description(address: str) -> bytes:
    return mixed(
        HELLO, f"Content-Type: application/pdf{CRLF}Content-Description: voor {address}{CRLF}{CRLF}%PDF-1.4".encode()
    )


@hider
def preamble(address: str) -> bytes:
    return mixed(HELLO, preamble=f"voor {address}")


@hider
def epilogue(address: str) -> bytes:
    return mixed(HELLO, epilogue=f"voor {address}{CRLF}")


@hider
def comma_separated_file(address: str) -> bytes:
    return mixed(
        HELLO, f'Content-Type: text/csv; name="klas.csv"{CRLF}{CRLF}naam;mail{CRLF}ouder;{address}{CRLF}'.encode()
    )


@hider
def second_alternative(address: str) -> bytes:
    return mixed(HELLO, text_part("<p>hallo</p>", "html"), text_part(f"alleen hier: {address}", encoding="base64"))


HEADER_HIDERS: dict[str, Callable[[str], bytes]] = {
    "cc": lambda address: f"Cc: {address}\r\n".encode(),
    "second_to": lambda address: f"To: {address}\r\n".encode(),
    "bcc_left_in": lambda address: f"Bcc: {address}\r\n".encode(),
    "reply_to": lambda address: f"Reply-To: {address}\r\n".encode(),
    "resent_to": lambda address: f"Resent-To: {address}\r\n".encode(),
    "group": lambda address: f"Cc: Ouders: {address}, school@klas.test;\r\n".encode(),
    "comment": lambda address: f"Cc: school@klas.test ({address})\r\n".encode(),
    "display_name": lambda address: f'Cc: "{address}" <school@klas.test>\r\n'.encode(),
    "encoded_word": lambda address: (
        f"Cc: =?utf-8?B?{base64.b64encode(address.encode()).decode()}?= <s@klas.test>\r\n".encode()
    ),
    "receipt": lambda address: f"Disposition-Notification-To: {address}\r\n".encode(),
    "extension": lambda address: f"X-Klas-Lijst: {address}\r\n".encode(),
    "delivered_to": lambda address: f"Delivered-To: {address}\r\n".encode(),
    "comments_line": lambda address: f"Comments: voor {address}\r\n".encode(),
    "keywords_encoded": lambda address: f"Keywords: =?utf-8?Q?{address.replace('@', '=40')}?=\r\n".encode(),
}
