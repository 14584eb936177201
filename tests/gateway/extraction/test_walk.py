"""Every format, as real libraries write it, gives all its texts with the place; what can't be read is said."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile

import pytest

from gateway.extraction.files import Budget, File
from gateway.extraction.walk import walk
from rules.case import Extract, Unread
from tests.support import compound, files


def read(data: bytes, name: str = "", kind: str = "", charset: str | None = None, budget: Budget | None = None):
    return list(walk(File("part 2", data, name, kind, charset), budget or Budget()))


def said(pieces) -> dict[str, str]:
    told: dict[str, str] = {}
    for piece in pieces:
        if isinstance(piece, Extract):
            place = piece.where.removeprefix("part 2").removeprefix(": ")
            told[place] = "\n".join(filter(None, (told.get(place), piece.text)))
    return told


def unread(pieces) -> list[tuple[str, str]]:
    return [(piece.where, piece.why) for piece in pieces if isinstance(piece, Unread)]


PLACES = [
    ("docx", files.word(), {
        "text": "in de tekst\nNaam\tTelefoon\nAnna Zilver\t06-11112222",
        "header or footer": "in de kop\nin de voet",
        "comments": "in een opmerking", "links": "mailto:a@link.example", "properties": "in de eigenschappen",
    }),
    ("xlsx", files.sheet(), {
        "sheet 1": "Naam\tTelefoon\tGeboren\nAnna Zilver 0\t06-11110000\t04-03-2010",
        "hidden sheet 2": "123456782\n6.4\nWAAR", "comments": "in een opmerking", "header of sheet file 1": "in de kop",
        "names of sheets": "Verborgen",
    }),
    ("pptx", files.slides(), {"slide 1": "op de dia", "notes of slide 1": "in de notities"}),
    ("xls", files.old_sheet(), {
        "sheet 1": "Naam\tTelefoon\nAnna Zilver\t06-11112222", "hidden sheet 2": "op een verborgen blad",
        "comments and headers": "in de kop",
    }),
    ("odt", files.open_text(), {"text": "in de tekst"}),
    ("ods", files.open_sheet(), {"sheet 1": "Anna Zilver", "text": "in een opmerking"}),
    ("pdf", files.pdf(pages=2), {
        "page 1": "op bladzijde 1: Anna Zilver 06-11112222", "page 2": "in een veld",
        "properties": "in de eigenschappen\nin de inhoudsopgave",
    }),
    ("rtf", files.RTF, {"": "verborgen café 06-11112222"}),
    ("eml", files.MAIL, {
        "header": "onderwerp café", "part 1": "in de tekst", "part 2": "Naam\tTelefoon\nAnna\t06-11112222",
    }),
    ("vcf", files.CARD, {"": "TEL:06-11112222"}),
    ("ics", files.CARD.replace(b"VCARD", b"VCALENDAR"), {"": "TEL:06-11112222"}),
    ("csv", files.TABLE, {"": "Naam\tTelefoon\nAnna Zilver\t06-11112222\nBas Café\t06-2"}),
    ("html", files.PAGE, {"": "verborgen", "links and hidden text": "mailto:a@link.example"}),
    ("txt", "café 06-11112222".encode("utf-16"), {"": "café 06-11112222"}),
    ("doc", compound.word("eerste\rAnna Zilver\x07", wide="tweede ‘stuk’\r06-11112222"), {
        "": "eerste\nAnna Zilver\ttweede ‘stuk’\n06-11112222",
    }),
    ("ppt", compound.compound({"PowerPoint Document": compound.record(
        0x03E8, compound.record(0x0FA0, "op de dia".encode("utf-16-le")) + compound.record(0x0FA8, b"smal"),
        container=True)}), {"": "op de dia\nsmal"}),
    ("msg", compound.outlook({"0037": "onderwerp", "1000": "in de tekst"}, [("l.csv", files.TABLE)], {"1000": "daarin"}), {
        "": "onderwerp\nin de tekst", "file 1: name": "l.csv", "file 1": "Anna Zilver\t06-11112222", "file 2": "daarin",
    }),
    ("zip", files.archive(("a.txt", b"een"), ("map/b.zip", files.archive(("c.docx", files.word())))), {
        "file 1": "een", "file 2: file 1: text": "in de tekst", "names of files": "a.txt\nmap/b.zip",
    }),
    ("gz", gzip.compress(files.word()), {"content: text": "in de tekst"}),
    ("bz2", bz2.compress(files.TABLE), {"content": "06-11112222"}),
    ("xz", lzma.compress(b"een tekst"), {"content": "een tekst"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "places"), PLACES, ids=[name for name, *_ in PLACES])
def test_every_place_of_a_file_is_read_and_named(name: str, data: bytes, places: dict[str, str]) -> None:
    # Neither name nor label: the bytes tell, but for tables.
    pieces = read(data, f"x.{name}" if name == "csv" else "")
    told = said(pieces)
    assert not unread(pieces)
    for place, text in places.items():
        for line in text.split("\n"):
            assert line in told[place], place


def test_tables_keep_their_columns() -> None:
    table = next(piece for piece in read(files.sheet(), "") if isinstance(piece, Extract))
    assert table.table
    assert table.place(table.text.index("06-1111")) == "part 2: sheet 1, column Telefoon"
    page = next(piece for piece in read(files.TABLE, "leden.csv"))
    assert page.place(page.text.index("06-1111")) == "part 2, column Telefoon"


def test_a_tape_archive_is_walked() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        about = tarfile.TarInfo("a.docx")
        about.size = len(files.word())
        tar.addfile(about, io.BytesIO(files.word()))
        link = tarfile.TarInfo("geheim@link.example")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        tar.addfile(link)
    told = said(read(gzip.compress(out.getvalue())))
    assert told["content: file 1: text"].startswith("in de tekst")
    assert "geheim@link.example" in told["content: names of files"]


UNREAD = [
    ("locked zip", files.locked(files.archive(("a.txt", b"geheim"))), ("part 2: file 1", "encrypted")),
    ("locked pdf", files.pdf(password="geheim"), ("part 2", "encrypted")),
    ("locked office", compound.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), ("part 2", "encrypted")),
    ("locked word", compound.word("x", flags=0x0100), ("part 2", "encrypted")),
    ("locked xls", compound.compound({"Workbook": struct.pack("<HHH", 0x2F, 2, 0)}), ("part 2", "encrypted")),
    ("locked ppt", compound.compound({"PowerPoint Document": b"x", "Current User": struct.pack("<4I", 0, 0, 0, 0xF3D1C4DF)}),
     ("part 2", "encrypted")),
    ("armour", b"-----BEGIN PGP MESSAGE-----\n\nabc\n", ("part 2", "encrypted")),
    ("rights", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + bytes(50), ("part 2", "encrypted")),
    ("scan", files.pdf(picture=True), ("part 2: page 2", "image_only")),
    ("photo", files.PNG, ("part 2", "image_only")),
    ("film", b"\0\0\0\x18ftypmp42" + bytes(30), ("part 2", "image_only")),
    ("7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(256)), ("part 2", "unknown")),
    ("rar", b"Rar!\x1a\x07\1\0" + bytes(range(256)), ("part 2", "unknown")),
    ("program", b"MZ\x90\0\3" + bytes(range(256)), ("part 2", "unknown")),
    ("database", compound.compound({"Something": b"\0\1"}), ("part 2", "unknown")),
    ("cut zip", files.archive(("a.txt", b"x" * 999))[:-30], ("part 2", "damaged")),
    ("cut docx", files.word()[: len(files.word()) // 2], ("part 2", "damaged")),
    ("cut pdf", b"%PDF-1.7\n" + b"x" * 200, ("part 2", "damaged")),
    ("cut compound", files.old_sheet()[:700], ("part 2", "damaged")),
    ("no gzip", b"\x1f\x8b\x08\0" + b"x" * 40, ("part 2", "damaged")),
    ("deep", files.deep(6), ("part 2: file 1: file 1: file 1: file 1: file 1", "too_deep")),
]  # fmt: skip


@pytest.mark.parametrize(("data", "finding"), [case[1:] for case in UNREAD], ids=[case[0] for case in UNREAD])
def test_what_can_t_be_read_is_said(data: bytes, finding: tuple[str, str]) -> None:
    assert finding in unread(read(data))


def test_the_owner_s_password_alone_locks_nothing() -> None:
    assert "06-11112222" in said(read(files.pdf(owner="alleen drukken verboden")))["page 1"]


def test_three_archives_in_each_other_are_read() -> None:
    assert said(read(files.deep(3)))["file 1: file 1: file 1"] == "op de bodem"


def test_an_archive_behind_a_picture_is_found() -> None:
    pieces = read(files.PNG + files.archive(("a.txt", b"verstopt")))
    assert said(pieces)["file 1"] == "verstopt"
    assert ("part 2", "image_only") in unread(pieces)


def test_a_wrong_name_and_label_hide_nothing() -> None:
    assert said(read(files.word(), "logo.png", "image/png"))["text"].startswith("in de tekst")
    assert said(read(files.pdf(), "x.txt", "text/plain"))["page 1"].startswith("op bladzijde 1")


def test_a_key_or_a_signature_is_no_secret() -> None:
    assert read(b"\x99\1\x0d\4" + bytes(200), "sleutel.gpg") == []
    assert unread(read(b"\x84\1\x0d\4" + bytes(200), "bericht.gpg")) == [("part 2", "encrypted")]


def test_an_empty_file_says_nothing() -> None:
    assert read(b"") == read(b"\r\n \0") == []


def test_letters_that_stand_alone_can_be_stored() -> None:
    for piece in read(rb"{\rtf1 \u55357? x}", "x.rtf"):
        assert piece.text.encode("utf-8")
