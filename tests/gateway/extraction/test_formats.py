"""What is particular to a format: files in documents, other spellings of a property, parts that are damaged."""

import csv
import io
import struct
import zipfile

import openpyxl
import pypdf
import pytest

from gateway.extraction import pdf, sheets
from gateway.extraction.files import Budget, File
from gateway.extraction.walk import walk
from rules.case import Extract, Unread
from tests.gateway.extraction.test_walk import read, said, unread
from tests.support import compound, files


def package(*parts: tuple[str, str | bytes]) -> bytes:
    return files.archive(
        ("[Content_Types].xml", b"<Types/>"),
        *((name, text.encode() if isinstance(text, str) else text) for name, text in parts),
    )


def native(name: bytes, data: bytes) -> bytes:
    body = (
        b"\2\0"
        + name
        + b"\0C:\\"
        + name
        + b"\0\0\0\3\0"
        + struct.pack("<I", 4)
        + b"tmp\0"
        + struct.pack("<I", len(data))
        + data
    )
    return struct.pack("<I", len(body)) + body


def test_files_inside_documents_are_read() -> None:
    one = package(("word/document.xml", "<d><p><t>buiten</t></p></d>"), ("word/embeddings/a.xlsx", files.sheet()),
                  ("word/embeddings/o.bin", compound.compound({"\1Ole10Native": native(b"l.csv", files.TABLE)})),
                  ("word/embeddings/p.bin", compound.compound({"Package": files.word()})),
                  ("word/afchunk.html", files.PAGE))  # fmt: skip
    told = said(read(one))
    assert told["text"] == "buiten"
    assert "06-11110000" in told["part 3: sheet 1"]
    assert "06-11112222" in told["part 4: object 1"]
    assert "in de tekst" in told["part 5: object 1: text"]
    assert "verborgen" in told["part 6"]


def test_files_attached_to_a_pdf_are_read() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf()))
    writer.add_attachment("l.csv", files.TABLE)
    out = io.BytesIO()
    writer.write(out)
    assert "Anna Zilver\t06-11112222" in said(read(out.getvalue()))["file 1"]


def test_objects_in_rtf_are_read() -> None:
    coded = compound.compound({"Package": files.word()}).hex().encode()
    head = struct.pack("<III", 0x0501, 2, 8) + b"Package\0" + struct.pack("<III", 0, 0, len(coded) // 2)
    told = said(read(rb"{\rtf1 buiten {\object\objemb{\*\objdata " + head.hex().encode() + coded + b"}}}"))
    assert told[""] == "buiten "
    assert "in de tekst" in told["object 1: object 1: text"]


@pytest.mark.parametrize(
    "streams",
    [
        {"__substg1.0_0037001E": b"onderwerp"},
        {"__substg1.0_10130102": b"<p>onderwerp</p>" + b" " * 4096},
        {"__substg1.0_10090102": struct.pack("<IIII", 4096, 4080, 0x414C454D, 0) + rb"{\rtf1 onderwerp}".ljust(4080)},
        {"__substg1.0_801F101F-00000000": "onderwerp".encode("utf-16-le")},
        {"__recip_version1.0_#00000000/__substg1.0_39FE001F": "onderwerp".encode("utf-16-le")},
    ],
)
def test_every_kind_of_text_of_an_outlook_message_is_read(streams: dict[str, bytes]) -> None:
    one = compound.compound(
        {"__properties_version1.0": b"\0" * 32, "__nameid_version1.0/__substg1.0_0001001F": b"x\0", **streams}
    )
    assert "onderwerp" in said(read(one))[""]


def test_an_attachment_of_outlook_that_is_no_message_is_said() -> None:
    inner = "__attach_version1.0_#00000000/__substg1.0_3701000D"
    one = compound.compound({"__properties_version1.0": b"\0" * 32, f"{inner}/Other": b"x"})
    assert unread(read(one)) == [("part 2: file 1", "unknown")]


def test_messages_of_outlook_in_each_other_end() -> None:
    path, streams = "", {}
    for _ in range(11):
        streams[f"{path}__properties_version1.0"] = b"\0" * 32
        path += "__attach_version1.0_#00000000/__substg1.0_3701000D/"
    assert unread(read(compound.compound(streams)))[-1][1] in {"too_deep", "unknown"}


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (package(("word/document.xml", "<d><p>")), ("part 2: text", "damaged")),
        (package(("word/_rels/document.xml.rels", "<r>")), ("part 2: part 2", "damaged")),
        (files.locked(package(("word/document.xml", "<d/>"))), ("part 2: text", "encrypted")),
        (package(("word/media/a.png", files.PNG)), ("part 2", "image_only")),
        (package(("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", "<x>")), ("part 2", "damaged")),
        (files.archive(("mimetype", b"application/vnd.oasis.opendocument.text"), ("META-INF/manifest.xml", b"<encryption-data/>"), ("content.xml", b"<x/>")),
         ("part 2", "encrypted")),
        (files.archive(("mimetype", b"application/vnd.oasis.opendocument.text"), ("Pictures/a.png", files.PNG), ("content.xml", b"<x/>")),
         ("part 2", "image_only")),
        (compound.compound({"PowerPoint Document": compound.record(0x0FA0, b"")}), ("part 2", "image_only")),
        (compound.compound({"PowerPoint Document": struct.pack("<HHI", 0, 1, 9_999)}), ("part 2", "damaged")),
        (compound.compound({"WordDocument": b"\0" * 3}), ("part 2", "damaged")),
        (compound.compound({"WordDocument": b"\0" * 999, "0Table": b"\3"}), ("part 2", "damaged")),
        (compound.compound({"\1Ole10Native": b"\xff" * 5000}), ("part 2", "damaged")),
        (bytes(257) + b"ustar" + b"x" * 400, ("part 2", "damaged")),
        (b"From: a@b.example\r\nSubject: x\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nx", ("part 2", "encrypted")),
    ],
)  # fmt: skip
def test_parts_that_can_t_be_read_are_said(data: bytes, finding: tuple[str, str]) -> None:
    assert finding in unread(read(data))


def test_folders_of_an_archive_are_no_files() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as one:
        one.mkdir("map") if hasattr(one, "mkdir") else one.writestr("map/", b"")
        one.writestr("map/a.txt", b"een")
    pieces = read(out.getvalue())
    assert said(pieces)["file 2"] == "een"
    assert not unread(pieces)


def test_a_packing_we_do_not_know_is_said() -> None:
    one = bytearray(files.archive(("a.txt", b"een")))
    one[8:10] = b"\x63\0"
    place = one.index(b"PK\1\2")
    one[place + 10 : place + 12] = b"\x63\0"
    assert unread(read(bytes(one))) == [("part 2: file 1", "unknown")]


def test_a_message_in_a_message_in_a_file_is_read() -> None:
    outer = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nContent-Type: message/rfc822\r\n\r\n" + files.MAIL
    told = said(read(outer, "x.eml"))
    assert "in de tekst" in told.values()


def test_a_table_that_is_none_is_a_text() -> None:
    assert said(read(b"een zin\nnog een; zin, hier", "x.csv"))[""] == "een zin\nnog een; zin, hier"
    assert said(read(b"een", "x.csv"))[""] == "een"


def test_text_made_from_a_page_keeps_its_links() -> None:
    told = said(read(rb"{\rtf1\ansi\fromhtml1 {\*\htmltag <a href=\"mailto:a@link.example\">}hoi{\*\htmltag </a>}}"))
    assert "mailto:a@link.example" in "\n".join(told.values())


def test_pivot_tables_give_their_copy_of_the_source() -> None:
    one = package(("xl/pivotCache/pivotCacheDefinition1.xml", '<c><s v="Anna Zilver"/><n v="123456782"/></c>'))
    assert "Anna Zilver\n123456782" in "\n".join(said(read(one)).values())


def test_a_sheet_too_large_to_lay_out_is_said_or_read_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "CELLS_MAX", 3)
    assert "06-11110000" in "\n".join(said(read(files.sheet())).values())
    assert ("part 2: sheet 1", "too_big") in unread(read(files.old_sheet()))


def test_a_book_of_more_pages_than_we_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PAGES_MAX", 1)
    pieces = read(files.pdf(pages=3))
    assert ("part 2: page 2", "too_big") in unread(pieces)


def test_a_library_that_panics_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def panics(*_: object) -> None:
        raise Panic

    monkeypatch.setattr("gateway.extraction.walk.readers", lambda _: [panics])
    assert list(walk(File("part 2", b"x"), Budget())) == [Unread("part 2", "damaged")]


def test_whoever_can_t_say_what_a_file_is_says_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: File) -> None:
        raise ValueError

    monkeypatch.setattr("gateway.extraction.walk.readers", breaks)
    assert list(walk(File("part 2", b"x"), Budget())) == [Unread("part 2", "damaged")]


def test_our_own_end_is_no_fault_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gateway.extraction.walk.readers", lambda _: [ends])
    with pytest.raises(KeyboardInterrupt):
        list(walk(File("part 2", b"x"), Budget()))


def test_cells_are_written_as_people_write_them() -> None:
    from datetime import date, datetime, time, timedelta

    cells = [
        True,
        False,
        6.0,
        6.4,
        1e20,
        date(2010, 3, 4),
        datetime(2010, 3, 4),
        datetime(2010, 3, 4, 10, 5),
        time(8, 30),
        timedelta(hours=1),
        "a\tb\nc",
    ]
    assert list(map(sheets.shown, cells)) == [
        "WAAR", "ONWAAR", "6", "6.4", "1e+20", "04-03-2010", "04-03-2010", "04-03-2010 10:05", "08:30:00", "1:00:00", "a b c",
    ]  # fmt: skip


def test_extracts_are_texts() -> None:
    assert all(isinstance(piece, Extract) for piece in read(files.RTF))


def test_strings_a_workbook_shares_are_told_by_its_cells_and_charts_hold_none() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.create_chartsheet("Grafiek")
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out, "a") as one:
        one.writestr("xl/sharedStrings.xml", "<sst><si><t>dubbel</t></si></sst>")
    told = said(read(out.getvalue()))
    assert told["names of sheets"] == "Sheet\nGrafiek"
    assert "dubbel" not in "\n".join(told.values())


def pieces_table(*ends: int) -> bytes:
    plc = struct.pack(f"<{len(ends)}I", *ends) + bytes(8 * (len(ends) - 1))
    return b"\x02" + struct.pack("<I", len(plc)) + plc


@pytest.mark.parametrize("table", [pieces_table(0), pieces_table(9, 3), pieces_table(0, 1 << 30), b"\1"])
def test_a_word_document_whose_pieces_make_no_text_is_damaged(table: bytes) -> None:
    main = bytearray(0x800)
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    assert unread(read(compound.compound({"WordDocument": bytes(main), "0Table": table}))) == [("part 2", "damaged")]


def test_notes_of_old_workbooks_are_read() -> None:
    records = struct.pack("<HH", 0x1B6, 0) + struct.pack("<HH", 0x3C, 6) + b"\0notitie"[:6]
    pieces = read(compound.compound({"Workbook": records.ljust(4096, b"\0")}))
    assert said(pieces)["comments and headers"] == "notit"


def test_a_message_nobody_can_read_is_said() -> None:
    assert ("part 2", "damaged") in unread(read(b"From\r\n\r\nx", kind="message/rfc822"))


def test_a_stream_that_is_not_where_it_should_be_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(files.old_sheet())
    place = data.index("Workbook".encode("utf-16-le"))
    data[place + 116 : place + 120] = struct.pack("<I", 0x00FFFFFF)
    assert ("part 2", "damaged") in unread(read(bytes(data)))


def test_a_table_the_reader_gives_up_on_is_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise csv.Error("line contains NUL")

    monkeypatch.setattr("gateway.extraction.plain.csv.reader", give_up)
    assert "Bo;7" in said(read(b"naam;cijfer\r\nBo;7\r\nAya;8\r\n", "lijst.csv"))[""]
