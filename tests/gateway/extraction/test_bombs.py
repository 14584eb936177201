"""Files made to cost time or memory end as "too_big" or "damaged", soon and within bounds."""

import io
import time
import tracemalloc
import zipfile

import openpyxl
import pytest

from gateway.extraction.files import DEPTH_MAX, Budget, File
from gateway.extraction.walk import walk
from rules.case import Extract, Unread
from tests.support import compound, files

MEGABYTE = 1024 * 1024


def reasons(data: bytes, name: str = "") -> set[str]:
    return {piece.why for piece in walk(File("part 2", data, name), Budget()) if isinstance(piece, Unread)}


def xml(name: str, text: str) -> bytes:
    return files.archive(("[Content_Types].xml", b"<Types/>"), (name, text.encode()))


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return xml("word/document.xml", f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><x><t>&l11;</t></x>')


def outside() -> bytes:
    return xml("word/document.xml", '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x><t>&f;</t></x>')


def overlapping() -> bytes:
    """A directory that names the same packed file over and over."""
    one = files.bomb(20)
    start = one.rindex(b"PK\x01\x02")
    end = one.rindex(b"PK\x05\x06")
    entry = one[start:end]
    count = 500
    tail = bytearray(one[end:])
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = (len(entry) * count).to_bytes(4, "little")
    return one[:start] + entry * count + bytes(tail)


PART = files.bomb(30)
BOMBS = [
    ("zip of 120 MB", files.bomb(120), {"too_big"}),
    ("document of 120 MB", files.archive(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x>" + b" " * 120 * MEGABYTE)),
     {"too_big"}),
    ("zip in zip", files.archive(*((f"{n}.zip", PART) for n in range(5))), {"too_big"}),
    ("overlapping files", overlapping(), {"too_big"}),
    ("10,000 files", files.archive(*((f"{n}.txt", b"x") for n in range(10_000)), packing=zipfile.ZIP_STORED), {"too_big"}),
    ("entities", laughs(), {"damaged"}),
    ("a file of ours as an entity", outside(), {"damaged"}),
    ("100,000 elements deep", xml("word/document.xml", "<a>" * 100_000), {"damaged"}),
    ("deep archives", files.deep(60), {"too_deep"}),
    ("deep RTF", b"{\\rtf1 " + b"{" * 200_000, set()),
]  # fmt: skip


@pytest.mark.parametrize(("data", "why"), [case[1:] for case in BOMBS], ids=[case[0] for case in BOMBS])
def test_a_bomb_is_put_out(data: bytes, why: set[str]) -> None:
    started = time.monotonic()
    assert reasons(data) >= why
    assert time.monotonic() - started < 5


def test_memory_stays_under_what_may_be_unpacked() -> None:
    budget = Budget(unpacked_bytes=10 * MEGABYTE)
    tracemalloc.start()
    list(walk(File("part 2", PART), budget))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.2 * 10 * MEGABYTE


def test_a_stray_cell_far_out_costs_no_table() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Anna Zilver", "ver weg"
    out = io.BytesIO()
    book.save(out)
    pieces = list(walk(File("part 2", out.getvalue()), Budget()))
    text = "\n".join(piece.text for piece in pieces if isinstance(piece, Extract))
    assert "Anna Zilver" in text
    assert "ver weg" in text
    assert not [piece for piece in pieces if isinstance(piece, Unread)]


def test_letters_are_counted() -> None:
    pieces = list(
        walk(File("part 2", files.archive(*((f"{n}", b"x" * 1000) for n in range(20)))), Budget(letters=5_000))
    )
    assert sum(len(piece.text) for piece in pieces if isinstance(piece, Extract)) <= 5_000
    assert pieces[-1] == Unread("part 2: file 6", "too_big") or any(
        isinstance(piece, Unread) and piece.why == "too_big" for piece in pieces
    )


def test_depth_counts_every_kind_of_wrapping() -> None:
    data = b"op de bodem"
    for level in range(DEPTH_MAX + 3):
        data = files.archive(("x", data)) if level % 2 else compound.outlook({"0037": "x"}, [("x", data)])
    assert reasons(data) == {"too_deep"}
