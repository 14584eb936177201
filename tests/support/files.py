"""Attachments as real libraries write them, each with texts in the places people forget."""

import io
import zipfile
from datetime import date

import docx
import openpyxl
import pptx
import xlwt
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.comments import Comment
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0"
    b"\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def _saved(one) -> bytes:
    out = io.BytesIO()
    one.save(out)
    return out.getvalue()


def word() -> bytes:
    one = docx.Document()
    one.add_paragraph("in de tekst")
    table = one.add_table(2, 2)
    for cell, text in zip(table._cells, ("Naam", "Telefoon", "Anna Zilver", "06-11112222"), strict=True):
        cell.text = text
    one.sections[0].header.paragraphs[0].text = "in de kop"
    one.sections[0].footer.paragraphs[0].text = "in de voet"
    one.core_properties.subject = "in de eigenschappen"
    one.part.relate_to("mailto:a@link.example", "http://schemas.example/hyperlink", is_external=True)
    one.add_comment(one.paragraphs[0].runs, text="in een opmerking", author="de schrijver")
    return _saved(one)


def sheet(rows: int = 1) -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    first["B3"], first["C3"], first["D3"] = "Naam", "Telefoon", "Geboren"
    for number in range(rows):
        first.cell(4 + number, 2, f"Anna Zilver {number}")
        first.cell(4 + number, 3, f"06-1111{number:04}")
        first.cell(4 + number, 4, date(2010, 3, 4))
    first["C4"].comment = Comment("in een opmerking", "de schrijver")
    first.oddHeader.center.text = "in de kop"
    first.column_dimensions["D"].hidden = True
    hidden = book.create_sheet("Verborgen")
    hidden.sheet_state = "hidden"
    hidden["A1"], hidden["A2"], hidden["A3"] = 123456782, 6.4, True
    return _saved(book)


def slides() -> bytes:
    one = pptx.Presentation()
    slide = one.slides.add_slide(one.slide_layouts[0])
    slide.shapes.title.text = "op de dia"
    slide.notes_slide.notes_text_frame.text = "in de notities"
    return _saved(one)


def old_sheet() -> bytes:
    book = xlwt.Workbook()
    first = book.add_sheet("Eerste")
    for row, cells in enumerate((("Naam", "Telefoon"), ("Anna Zilver", "06-11112222"))):
        for column, cell in enumerate(cells):
            first.write(row, column, cell)
    first.header_str = b"in de kop"
    hidden = book.add_sheet("Verborgen")
    hidden.visibility = 1
    hidden.write(0, 0, "op een verborgen blad")
    return _saved(book)


def open_text() -> bytes:
    one = OpenDocumentText()
    one.text.addElement(P(text="in de tekst"))
    return _saved(one)


def open_sheet() -> bytes:
    one = OpenDocumentSpreadsheet()
    table = Table(name="Eerste")
    for cells in (("Naam", "Telefoon"), ("Anna Zilver", "06-11112222")):
        row = TableRow()
        for text in cells:
            cell = TableCell(valuetype="string")
            if text == "Anna Zilver":
                note = Annotation()
                note.addElement(P(text="in een opmerking"))
                cell.addElement(note)
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    one.spreadsheet.addElement(table)
    return _saved(one)


def pdf(*, password: str = "", owner: str = "", pages: int = 1, picture: bool = False) -> bytes:
    out = io.BytesIO()
    keys = StandardEncryption(password, ownerPassword=owner or None) if password or owner else None
    canvas = Canvas(out, encrypt=keys, pageCompression=1)
    canvas.setTitle("in de eigenschappen")
    for number in range(pages):
        canvas.drawString(100, 700, f"op bladzijde {number + 1}: Anna Zilver 06-11112222")
        if not keys:
            canvas.acroForm.textfield(name=f"veld{number}", value="in een veld", x=100, y=500)
            canvas.linkURL("mailto:a@link.example", (0, 0, 50, 50))
            canvas.textAnnotation("in een opmerking", (60, 60, 90, 90))
            canvas.bookmarkPage(f"b{number}")
            canvas.addOutlineEntry("in de inhoudsopgave", f"b{number}", 0)
        canvas.showPage()
    if picture:
        canvas.rect(10, 10, 100, 100, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


RTF = rb"{\rtf1\ansi\ansicpg1252 in de tekst {\v verborgen} caf\'e9 06-11112222}"
MAIL = (
    b"From: a@outside.example\r\nTo: b@outside.example\r\nSubject: =?utf-8?q?onderwerp_caf=C3=A9?=\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nin de tekst\r\n--x\r\n"
    b"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=l.csv\r\n\r\nNaam;Telefoon\r\nAnna;06-11112222\r\n"
    b"--x--\r\n"
)
CARD = b"BEGIN:VCARD\r\nFN:Anna Zilver\r\nTEL:06-1111\r\n 2222\r\nEND:VCARD\r\n"
TABLE = 'Naam;Telefoon\r\nAnna Zilver;"06-11112222"\r\nBas Café;06-2\r\n'.encode("cp1252")
PAGE = b"<html><body><p>in de tekst<span style='display:none'>verborgen</span><a href='mailto:a@link.example'>x</a>"


def archive(*files: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as one:
        for name, data in files:
            one.writestr(name, data)
    return out.getvalue()


def bomb(megabytes: int, name: str = "groot.txt") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as one, one.open(name, "w") as stream:
        for _ in range(megabytes):
            stream.write(b"0" * 1024 * 1024)
    return out.getvalue()


def deep(levels: int) -> bytes:
    data = b"op de bodem"
    name = "bodem.txt"
    for _ in range(levels):
        data, name = archive((name, data)), "in.zip"
    return data


def locked(data: bytes) -> bytes:
    """The archive with the bit that says its files need a password, in every header."""
    out = bytearray(data)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = out.find(magic)
        while place >= 0:
            out[place + at] |= 1
            place = out.find(magic, place + 4)
    return bytes(out)
