"""Ways to hide an address in a message: one function a place, each giving wire bytes around it.

Every message goes from a teacher to several outsiders in To, so a header fix applies; the hidden address is that of one
of them. What is delivered must not show it to the others: in none of its decodings.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import urllib.parse
from collections.abc import Callable, Sequence

from tests.support import tnef
from tests.support.asn import mime, open_ended, signed

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


def coded(part: bytes) -> bytes:
    """The part in base64: nothing of it stands in the raw bytes, so that only reading it shows what it says."""
    head, _, body = part.partition(b"\r\n\r\n")
    data = base64.encodebytes(body).replace(b"\n", b"\r\n")
    return head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + data


def file(kind: str, content: str, name: str = "") -> bytes:
    """An attachment, not encoded."""
    named = f'; name="{name}"{CRLF}Content-Disposition: attachment; filename="{name}"' if name else ""
    return f"Content-Type: {kind}{named}{CRLF}{CRLF}{content}".encode()


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
def html_broken_by_lines(address: str) -> bytes:
    """In a narrow column, as a table in a letter shows it."""
    return text_part(f"<table><tr><td>{address[:5]}<br>{address[5:]}</td></tr></table>", "html")


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


@hider
def quoted_block_in_base64(address: str) -> bytes:
    return text_part(
        f"Zie onder.{CRLF}{CRLF}Van: school{CRLF}Verzonden: maandag{CRLF}Aan: {address}; iemand{CRLF}Onderwerp: uitje{CRLF}",
        encoding="base64",
    )


@hider
def attribution_line(address: str) -> bytes:
    return text_part(f"Zie onder.{CRLF}{CRLF}Op ma 16 nov. 2026 om 09:00 schreef Ouder <{address}>:{CRLF}> hallo{CRLF}")


@hider
def mailto_link_in_base64(address: str) -> bytes:
    return text_part(
        f'<p>Mail <a href="mailto:school@klas.test?subject=uitje&amp;cc={address}">ons</a></p>',
        "html",
        encoding="base64",
    )


@hider
def html_attribute_in_base64(address: str) -> bytes:
    return text_part(f'<p><img src="cid:x" alt="{address}"> hallo</p>', "html", encoding="base64")


@hider
def html_style_in_base64(address: str) -> bytes:
    return text_part(f'<style>a:after {{content: "{address}"}}</style><p>hallo</p>', "html", encoding="base64")


@hider
def html_comment_in_base64(address: str) -> bytes:
    return text_part(f"<p>hallo<!-- {address} --></p>", "html", encoding="base64")


@hider
def html_processing_instruction_in_base64(address: str) -> bytes:
    return text_part(f"<p>hallo</p><?klas {address} ?>", "html", encoding="base64")


@hider
def calendar_in_base64(address: str) -> bytes:
    lines = f"BEGIN:VCALENDAR{CRLF}BEGIN:VEVENT{CRLF}ATTENDEE:mailto:{address}{CRLF}END:VEVENT{CRLF}END:VCALENDAR{CRLF}"
    return mixed(HELLO, coded(file("text/calendar; method=PUBLISH", lines)))


@hider
def visiting_card_in_base64(address: str) -> bytes:
    card = f"BEGIN:VCARD{CRLF}VERSION:3.0{CRLF}FN:Ouder{CRLF}EMAIL:{address}{CRLF}END:VCARD{CRLF}"
    return mixed(HELLO, coded(file("text/vcard", card, "ouder.vcf")))


@hider
def visiting_card_quoted_printable(address: str) -> bytes:
    half = len(address) // 2
    email = f"EMAIL;ENCODING=QUOTED-PRINTABLE:{address[:half]}={CRLF}{address[half:]}"
    return mixed(HELLO, file("text/x-vcard", f"BEGIN:VCARD{CRLF}VERSION:2.1{CRLF}{email}{CRLF}END:VCARD{CRLF}"))


@hider
def attached_message_with_coded_text(address: str) -> bytes:
    inner = b"From: x@y.test\r\nTo: z@y.test\r\nSubject: vraag\r\n" + text_part(f"Mail {address}", encoding="base64")
    return mixed(HELLO, b"Content-Type: message/rfc822\r\n\r\n" + inner)


@hider
def attached_message_with_coded_name(address: str) -> bytes:
    word = base64.b64encode(address.encode()).decode()
    inner = f"From: =?utf-8?B?{word}?= <x@y.test>{CRLF}To: z@y.test{CRLF}Subject: vraag{CRLF}{CRLF}hallo{CRLF}"
    return mixed(HELLO, b"Content-Type: message/rfc822\r\n\r\n" + inner.encode())


@hider
def attached_messages_nested_too_deep(address: str) -> bytes:
    inner = b"Subject: binnen\r\n" + text_part(f"Mail {address}", encoding="base64")
    inner = b"Subject: tussen\r\n" + coded(b"Content-Type: application/octet-stream; name=bericht.eml\r\n\r\n" + inner)
    for _ in range(10):
        inner = b"Subject: buiten\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    return mixed(HELLO, b"Content-Type: message/rfc822\r\n\r\n" + inner)


@hider
def attached_headers(address: str) -> bytes:
    word = base64.b64encode(address.encode()).decode()
    return mixed(
        HELLO, file("text/rfc822-headers", f"From: x@y.test{CRLF}To: =?utf-8?B?{word}?= <z@y.test>{CRLF}{CRLF}")
    )


@hider
def part_description_coded(address: str) -> bytes:
    word = base64.b64encode(f"voor {address}".encode()).decode()
    head = f"Content-Type: application/pdf{CRLF}Content-Description: =?utf-8?B?{word}?={CRLF}{CRLF}%PDF-1.4"
    return mixed(HELLO, head.encode())


@hider
def container_header_coded(address: str) -> bytes:
    word = base64.b64encode(f"voor {address}".encode()).decode()
    inner = (
        mixed(HELLO)
        .replace(b"grens_1", b"grens_2")
        .replace(b"\r\n", f"{CRLF}Content-Description: =?utf-8?B?{word}?={CRLF}".encode(), 1)
    )
    return mixed(inner)


@hider
def file_name_in_encoded_word(address: str) -> bytes:
    word = base64.b64encode(f"{address}.pdf".encode()).decode()
    head = f'Content-Type: application/pdf{CRLF}Content-Disposition: attachment; filename="=?utf-8?B?{word}?="'
    return mixed(HELLO, f"{head}{CRLF}{CRLF}%PDF-1.4".encode())


@hider
def file_name_rfc2231_in_pieces(address: str) -> bytes:
    half = len(address) // 2
    head = (
        f'Content-Type: application/pdf{CRLF}Content-Disposition: attachment; filename*0="{address[:half]}";'
        f'{CRLF} filename*1="{address[half:]}.pdf"'
    )
    return mixed(HELLO, f"{head}{CRLF}{CRLF}%PDF-1.4".encode())


@hider
def preamble_coded(address: str) -> bytes:
    return mixed(HELLO, preamble="voor " + address.replace("@", "=40").replace(".", "=2E"))


@hider
def epilogue_coded(address: str) -> bytes:
    return mixed(HELLO, epilogue="voor " + address.replace("@", "=40").replace(".", "=2E") + CRLF)


@hider
def spreadsheet_as_octets_in_base64(address: str) -> bytes:
    return mixed(HELLO, coded(file("application/octet-stream", f"naam;mail{CRLF}ouder;{address}{CRLF}", "klas.csv")))


@hider
def letters_between_zeros(address: str) -> bytes:
    wide = "".join(f"{letter}\0" for letter in f"\1\2 {address} \3")
    return mixed(HELLO, coded(file("application/x-klas", f"\1\2\3{wide}\1\2", "klas.dat")))


@hider
def text_in_ebcdic(address: str) -> bytes:
    return text_part(f"Mail {address} even.", charset="cp037", encoding="base64")


@hider
def flowed_text(address: str) -> bytes:
    half = len(address) // 2
    body = f"Mail {address[:half]} {CRLF}{address[half:]} even.".encode()
    return b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + body


@hider
def entities_in_plain_text(address: str) -> bytes:
    return text_part("Mail " + address.replace("@", "&#64;") + " even.")


@hider
def base64_inside_the_text(address: str) -> bytes:
    line = base64.b64encode(f"Mail gerust {address} even, of bel de school".encode()).decode()
    return text_part(f"Zie onder.{CRLF}{line}{CRLF}")


@hider
def around_a_uuencoded_file(address: str) -> bytes:
    return mixed(
        HELLO,
        file(
            f"text/plain{CRLF}Content-Transfer-Encoding: x-uuencode",
            f"{address}{CRLF}begin 644 x{CRLF}#0V%T{CRLF}`{CRLF}end{CRLF}",
        ),
    )


@hider
def signed_as_a_whole(address: str) -> bytes:
    return mime(
        signed(text_part(f"Mail {address} gerust", encoding="base64"), open_ended),
        "application/octet-stream; name=brief.bin",
    )


@hider
def words_run_together(address: str) -> bytes:
    return text_part(f"Mail {address}Groeten van de mentor", encoding="base64")


# Packed by Outlook or Exchange. Nothing of these stands in the raw bytes.


def packed(data: bytes, kind: str = "application/ms-tnef", name: str = "winmail.dat") -> bytes:
    head = f'Content-Type: {kind}; name="{name}"{CRLF}Content-Disposition: attachment; filename="{name}"{CRLF}'
    return (
        head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")
    )


@hider
def packed_text(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.outlook(f"Vragen? Mail {address} even.")))


@hider
def packed_text_uncompressed_in_codes(address: str) -> bytes:
    coded = "".join(f"\\'{byte:02x}" for byte in address.encode("cp1252", "replace"))
    rtf = f"{{\\rtf1\\ansi\\ansicpg1252 Mail {coded} even.}}".encode()
    return mixed(HELLO, packed(tnef.outlook("Hallo", tnef.prop(0x1009, tnef.BINARY, tnef.uncompressed(rtf)))))


@hider
def packed_text_broken_by_formatting(address: str) -> bytes:
    local, _, domain = address.partition("@")
    rtf = f"{{\\rtf1\\ansi\\ansicpg1252 Mail {{\\b\\cf1 {local}}}@{{\\ul {domain}}}\\cf0  even.}}"
    body = tnef.compressed(rtf.encode("cp1252", "replace"))
    return mixed(HELLO, packed(tnef.outlook("Hallo", tnef.prop(0x1009, tnef.BINARY, body))))


@hider
def packed_html_in_rtf(address: str) -> bytes:
    rtf = tnef.rtf_of_html("<p>", "Mail ", f'<a href="mailto:{address}">', "ons", "</a>", "</p>")
    return mixed(HELLO, packed(tnef.outlook("Hallo", tnef.prop(0x1009, tnef.BINARY, tnef.compressed(rtf)))))


@hider
def packed_link_in_rtf(address: str) -> bytes:
    field = f'{{\\field{{\\*\\fldinst{{HYPERLINK "mailto:{address}"}}}}{{\\fldrslt ons}}}}'
    rtf = f"{{\\rtf1\\ansi\\ansicpg1252 Mail {field}.}}".encode("cp1252", "replace")
    return mixed(HELLO, packed(tnef.outlook("Hallo", tnef.prop(0x1009, tnef.BINARY, tnef.compressed(rtf)))))


@hider
def packed_html(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.exchange(html=f"<p>Mail <b>{address}</b> even</p>")))


@hider
def packed_text_of_the_oldest_form(address: str) -> bytes:
    text = f"Mail {address} even.".encode("cp037", "replace")
    return mixed(HELLO, packed(tnef.stream(tnef.attribute(tnef.BODY, text), codepage=37)))


@hider
def packed_recipients(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.exchange(("De school", "info@zilverberg.example"), ("Ouder", address))))


@hider
def packed_entry_of_a_recipient(address: str) -> bytes:
    """Who replies go to stands as an entry only, in letters of two octets."""
    entry = tnef.one_off("Ouder van", address)
    return mixed(HELLO, packed(tnef.outlook("Hallo", tnef.prop(0x004F, tnef.BINARY, b"\1\0\0\0" + entry))))


@hider
def packed_sender(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.stream(tnef.attribute(tnef.FROM, tnef.triple("Ouder", address)))))


@hider
def packed_subject(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.stream(tnef.attribute(tnef.SUBJECT, f"Vraag van {address}".encode() + b"\0"))))


@hider
def packed_named_property(address: str) -> bytes:
    values = tnef.wide(tnef.named("Deelnemers"), "school", f"mail {address}", "klas")
    return mixed(HELLO, packed(tnef.outlook("Hallo", values)))


@hider
def packed_file(address: str) -> bytes:
    return mixed(
        HELLO, packed(tnef.outlook(files=tnef.file("klas.csv", f"naam;mail{CRLF}ouder;{address}{CRLF}".encode())))
    )


@hider
def packed_file_name(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.outlook(files=tnef.file(f"{address}.pdf", b"%PDF-1.4", title="OUDER~1.PDF"))))


@hider
def packed_calendar_folded(address: str) -> bytes:
    half = len(address) // 2
    lines = f"BEGIN:VCALENDAR{CRLF}BEGIN:VEVENT{CRLF}ATTENDEE:mailto:{address[:half]}{CRLF} {address[half:]}{CRLF}END:VEVENT{CRLF}END:VCALENDAR{CRLF}"
    return mixed(HELLO, packed(tnef.outlook(files=tnef.file("uitje.ics", lines.encode()))))


@hider
def packed_visiting_card(address: str) -> bytes:
    half = len(address) // 2
    email = f"EMAIL;ENCODING=QUOTED-PRINTABLE:{address[:half]}={CRLF}{address[half:]}"
    card = f"BEGIN:VCARD{CRLF}VERSION:2.1{CRLF}{email}{CRLF}END:VCARD{CRLF}"
    return mixed(HELLO, packed(tnef.outlook(files=tnef.file("ouder.vcf", card.encode()))))


@hider
def packed_mail(address: str) -> bytes:
    """A mail as a file: its text is coded once more."""
    inner = b"From: x@y.test\r\nTo: z@y.test\r\nSubject: vraag\r\n" + text_part(f"Mail {address}", encoding="base64")
    return mixed(HELLO, packed(tnef.outlook(files=tnef.file("vraag.eml", inner))))


@hider
def packed_message_in_a_packed_message(address: str) -> bytes:
    inner = tnef.embedded("binnen", tnef.outlook(f"Vragen? Mail {address} even."))
    return mixed(HELLO, packed(tnef.outlook(files=tnef.embedded("tussen", tnef.outlook("Zie bijlage", files=inner)))))


@hider
def packed_as_a_whole(address: str) -> bytes:
    return packed(tnef.exchange(text=f"Vragen? Mail {address} even."))


@hider
def packed_under_another_type(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.outlook(f"Mail {address} even."), "application/octet-stream"))


@hider
def packed_under_another_name(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.outlook(f"Mail {address} even."), "application/octet-stream", "bijlage.bin"))


@hider
def packed_and_uuencoded_in_the_text(address: str) -> bytes:
    data = tnef.outlook(f"Mail {address} even.", files=tnef.embedded("binnen", tnef.exchange(html="<p>dag</p>")))
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]).replace(b"\n", b"\r\n") for at in range(0, len(data), 45))
    return HELLO + b"\r\nbegin 600 winmail.dat\r\n" + lines + b"`\r\nend\r\n"


@hider
def packed_in_an_attached_message(address: str) -> bytes:
    inner = b"From: x@y.test\r\nTo: z@y.test\r\nSubject: vraag\r\n" + packed(tnef.outlook(f"Mail {address} even."))
    return mixed(HELLO, b"Content-Type: message/rfc822\r\n\r\n" + inner)


@hider
def packed_and_cut_off(address: str) -> bytes:
    return mixed(HELLO, packed(tnef.exchange(text=f"Vragen? Mail {address} even.")[:-8]))


@hider
def packed_in_the_last_of_many_texts(address: str) -> bytes:
    """Nobody writes four bodies; the fourth is not read, and the message says so."""
    texts = ["Hallo", "daar", "ouders", f"Mail {address} even."]
    many = [tnef.prop(0x1009, tnef.BINARY, tnef.compressed(tnef.rtf(text))) for text in texts]
    return mixed(HELLO, packed(tnef.stream(tnef.attribute(tnef.PROPERTIES, tnef.properties(*many)))))


# Whose addresses C3 does not find, only C19 those of other recipients: they are looked for in the raw bytes.
RAW_ONLY = frozenset({"words_run_together", "html_broken_by_lines"})


def line(name: str) -> Callable[[str], bytes]:
    """A header line of that name that holds the address."""
    return lambda address: f"{name}: {address}\r\n".encode()


def word(address: str) -> str:
    return f"=?utf-8?B?{base64.b64encode(address.encode()).decode()}?="


# To of somebody who addressed himself, as he should, and shows another all the same.
OWN_TO: dict[str, Callable[[str, str], str]] = {
    "to_display_name": lambda own, address: f'"{address}" <{own}>',
    "to_encoded_word": lambda own, address: f"{word(address)} <{own}>",
    "to_comment": lambda own, address: f"{own} ({address})",
    "to_group": lambda own, address: f"Ouders: {own}, {address};",
    "to_semicolon": lambda own, address: f"{own}; {address}",
    "to_brackets": lambda own, address: f"<{own}> <{address}>",
}

# Where nobody writes a text.
RAW_HEADERS: dict[str, Hider] = {"field_name": lambda address: f"X-{address}: ja\r\n".encode()}

# What the repair takes away or replaces, and what it can only hold.
HEADER_HIDERS: dict[str, Hider] = {
    "cc": line("Cc"),
    "two_cc": lambda address: f"Cc: school@klas.test\r\nCc: {address}\r\n".encode(),
    "second_to": line("To"),
    "bcc_left_in": line("Bcc"),
    "reply_to": line("Reply-To"),
    "reply_to_among_others": line("Reply-To: info@zilverberg.example, x@klas.test"),
    "resent_to": line("Resent-To"),
    "resent_cc": line("Resent-Cc"),
    "resent_bcc": line("Resent-Bcc"),
    "resent_from": line("Resent-From"),
    "resent_sender": line("Resent-Sender"),
    "group": lambda address: f"Cc: Ouders: {address}, school@klas.test;\r\n".encode(),
    "semicolons": lambda address: f"Cc: school@klas.test; {address}; x@klas.test\r\n".encode(),
    "comment": lambda address: f"Cc: school@klas.test ({address})\r\n".encode(),
    "display_name": lambda address: f'Cc: "{address}" <school@klas.test>\r\n'.encode(),
    "encoded_word": lambda address: f"Cc: {word(address)} <s@klas.test>\r\n".encode(),
    "folded": lambda address: f"Cc: school@klas.test,\r\n\t{address}\r\n".encode(),
    "receipt": line("Disposition-Notification-To"),
    "extension": line("X-Klas-Lijst"),
    "extension_coded": lambda address: f"X-Klas-Lijst: {word(address)}\r\n".encode(),
    "delivered_to": line("Delivered-To"),
}
HELD_HEADERS: dict[str, Hider] = {
    "comments_line": line("Comments: voor"),
    "comments_coded": lambda address: f"Comments: {word(address)}\r\n".encode(),
    "keywords_encoded": lambda address: f"Keywords: =?utf-8?Q?{address.replace('@', '=40')}?=\r\n".encode(),
    "second_subject": line("Subject: vraag van"),
    "sender": line("Sender"),
    "list_id": line("List-Unsubscribe: <mailto:x@klas.test?subject=weg>, mailto"),
    "received": lambda address: (
        f"Received: from klas.test by mx.klas.test for <{address}>; Mon, 16 Nov 2026 09:00:00 +0100\r\n".encode()
    ),
    "content_description": lambda address: f"Content-Description: {address}\r\n".encode(),
}
