"""Cells of spreadsheets: XLSX, XLSB, XLS and ODS through one library.

Promises: each sheet is a table, hidden ones and hidden columns too; dates are written as people here write them, whole
numbers without a point. A sheet that claims an immense area is not laid out: the caller reads its XML instead.
"""

from __future__ import annotations

import io
import re
from collections.abc import Generator
from datetime import date, datetime, time, timedelta

import python_calamine

from gateway.extraction.files import Budget, File, Piece
from rules.case import Extract

# The library lays a sheet out whole, 32 bytes a cell. A school of 3,000 pupils with 100 columns takes 300,000.
CELLS_MAX = 3_000_000
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_LETTER = ord("A") - 1


def read_cells(file: File, budget: Budget, sheets: list[bytes]) -> Generator[Piece, None, bool]:
    """Every sheet as a table; returns whether all cells were read. `sheets` are their XML, where there is any."""
    if any(_area(sheet) > CELLS_MAX for sheet in sheets):
        return False
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        metadata = book.sheets_metadata
    except python_calamine.PasswordError:
        yield file.unread("encrypted")
        return False
    except BaseException as error:  # noqa: BLE001 - its panics are no Exceptions
        raise_own(error)
        yield file.unread("damaged")
        return False
    whole = True
    names = []
    for number, about in enumerate(metadata, 1):
        names.append(about.name)
        hidden = "" if about.visible is python_calamine.SheetVisibleEnum.Visible else "hidden "
        where = f"{file.where}: {hidden}sheet {number}"
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_index(number - 1)
            if sheet.height * sheet.width > CELLS_MAX:
                yield file.unread("too_big", f"{hidden}sheet {number}")
                continue
            rows = sheet.to_python(skip_empty_area=True)
            first = sheet.start[1] if sheet.start else 0
        except BaseException as error:  # noqa: BLE001
            raise_own(error)
            yield file.unread("damaged", f"{hidden}sheet {number}")
            whole = False
            continue
        lines = ["\t".join(map(shown, row)).rstrip("\t") for row in rows]
        text = "\n".join(line for line in lines if line)
        budget.unpack(len(text))
        if text:
            yield Extract(where, text, table=True, first_column=first)
    yield file.text("\n".join(names), "names of sheets")
    return whole


def raise_own(error: BaseException) -> None:
    """Let through what is no fault of the file."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error


def shown(value: object) -> str:
    """A cell as people would write it."""
    if isinstance(value, bool):
        return "WAAR" if value else "ONWAAR"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%d-%m-%Y" if value.time() == time() else "%d-%m-%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value).replace("\t", " ").replace("\r\n", " ").replace("\n", " ").replace("\r", " ")


def _area(sheet: bytes) -> int:
    """How many cells a sheet spans, by the references of its cells."""
    columns = rows = 0
    for letters, digits in set(_REFERENCE.findall(sheet)):
        column = 0
        for letter in letters:
            column = column * 26 + letter - _LETTER
        columns, rows = max(columns, column), max(rows, int(digits))
    return columns * rows
