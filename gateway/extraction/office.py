"""Documents of Office (DOCX, XLSX, PPTX) and OpenDocument (ODT, ODS, ODP): every part, nothing chosen away.

Promises: body, tables, headers and footers, notes, comments, tracked changes, text boxes, links, alternative texts and
properties are read; cells of spreadsheets with their sheet and column. Files inside are given on. A part that can't be
read is said. A document of pictures alone is "image_only".
Source: ECMA-376 part 2 (packages), OpenDocument 1.3 part 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.extraction.archives import Member, members
from gateway.extraction.files import Broken, Budget, File, Piece
from gateway.extraction.sheets import read_cells
from gateway.extraction.xml_text import external_targets, xml_text

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".emz", ".wmz", ".ico", ".webp",
             ".wdp", ".jfif")  # fmt: skip
# Fonts, settings of printers and controls, program text, signatures, layouts computed from the document itself.
_NO_TEXT = tuple(
    ".odttf .fntdata .ttf .otf vbaproject.bin vbaprojectsignature.bin vbadata.xml .sigs layout-cache .rdb".split()
)
_NO_TEXT_FOLDERS = tuple(
    "xl/printersettings/ word/printersettings/ ppt/printersettings/ configurations2/ thumbnails/ docprops/thumbnail "
    "word/theme/ ppt/theme/ xl/theme/ word/fonttable xl/calcchain [content_types] meta-inf/manifest docprops/app "
    "xl/styles word/styles word/styleswitheffects word/websettings ppt/presprops ppt/tablestyles ppt/viewprops "
    "word/numbering settings.xml word/settings xl/activex/activex customxml/itemprops meta-inf/documentsignatures "
    "objectreplacements/".split()
)
_LABELS = (
    (re.compile(r"(?:word/document|content)\d*\.xml\Z"), "text"),
    (re.compile(r"word/(header|footer)\d*\.xml\Z"), "header or footer"),
    (re.compile(r"(?:word/(?:footnotes|endnotes))\.xml\Z"), "notes"),
    (re.compile(r"(?:word|xl|ppt)/(?:threaded)?comments"), "comments"),
    (re.compile(r"ppt/slides/slide(\d+)\.xml\Z"), "slide {}"),
    (re.compile(r"ppt/notesslides/notesslide(\d+)\.xml\Z"), "notes of slide {}"),
    (re.compile(r"xl/worksheets/sheet(\d+)\.xml\Z"), "header of sheet file {}"),
    (re.compile(r"(?:docprops/|meta\.xml)"), "properties"),
    (re.compile(r"styles\.xml\Z"), "header or footer"),
)
_SHEET = re.compile(r"xl/(?:worksheets|chartsheets)/[^/]*\.xml\Z")
# What of a sheet is no cell; cells come from `read_cells`.
_AROUND_CELLS = frozenset({"headerFooter", "dataValidations"})
# Where a comment's box stands; counts and dates of saving; numbers and dates of slides, which are computed.
_COMPUTED = frozenset({"ClientData", "revision", "created", "modified", "lastPrinted", "editing-cycles",
                       "editing-duration", "creation-date", "date"})  # fmt: skip
_SLIDE_FIELDS = frozenset({"fld"})
# Spreadsheets: what the cells have said already.
_SAID_BY_CELLS = ("xl/sharedstrings.xml",)
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def read_office(file: File, budget: Budget) -> Iterator[Piece]:
    """A package of Office."""
    found = list(members(file.data, budget))
    workbook = any(member.name.lower().startswith("xl/workbook") for member in found)
    cells = False
    if workbook:
        cells = yield from read_cells(file, budget, [m.data for m in found if _SHEET.match(m.name.lower())])
    pictures = said = False
    for member in found:
        name = member.name.lower().lstrip("/")
        pictures |= name.endswith(_PICTURES)
        if cells and name in _SAID_BY_CELLS:
            said = True
            continue
        for piece in _part(file, member, name, cells=cells):
            said |= not isinstance(piece, File) and "properties" not in piece.where
            yield piece
    if pictures and not said and not cells:
        yield file.unread("image_only")


def read_opendocument(file: File, budget: Budget) -> Iterator[Piece]:
    """A package of OpenDocument."""
    found = list(members(file.data, budget))
    by_name = {member.name: member.data for member in found}
    if b"encryption-data" in by_name.get("META-INF/manifest.xml", b""):
        yield file.unread("encrypted")
        return
    cells = False
    if by_name.get("mimetype", b"").startswith(_ODS_TYPE):
        cells = yield from read_cells(file, budget, [])
    pictures = said = False
    for member in found:
        name = member.name.lower()
        pictures |= name.endswith(_PICTURES) and not name.startswith("thumbnails/")
        if name == "mimetype":
            continue
        for piece in _part(file, member, name, cells=cells, opendocument=True):
            said |= not isinstance(piece, File) and "properties" not in piece.where
            yield piece
    if pictures and not said and not cells:
        yield file.unread("image_only")


def _part(file: File, member: Member, name: str, *, cells: bool, opendocument: bool = False) -> Iterator[Piece]:
    """What one part of a package says."""
    if name.endswith((*_PICTURES, *_NO_TEXT)) or (
        name.startswith(_NO_TEXT_FOLDERS) and not (opendocument and name == "styles.xml")
    ):
        return
    label = next((text.format(*found.groups()) for form, text in _LABELS if (found := form.match(name))), "part")
    label = label if label != "part" else f"part {member.number}"
    if member.why:
        yield file.unread(member.why, label)
        return
    try:
        if name.endswith(".rels"):
            if targets := external_targets(member.data):
                yield file.text("\n".join(targets), "links")
        elif name.endswith((".xml", ".vml", ".rdf")):
            if text := _text(member.data, name, cells=cells, opendocument=opendocument):
                yield file.text(text, label)
        elif member.data:
            yield file.inside(label, member.data, member.name)
    except Broken:
        yield file.unread("damaged", label)


def _text(data: bytes, name: str, *, cells: bool, opendocument: bool) -> str:
    if _SHEET.match(name):
        return xml_text(data, only=_AROUND_CELLS) if cells else xml_text(data)
    if opendocument and name == "styles.xml":
        return xml_text(data, only=frozenset({"master-styles"}))
    if opendocument and name == "content.xml" and cells:
        # Comments and shapes stand in the cells' own elements: the cells' paragraphs come twice rather than not at all.
        return xml_text(data, only=frozenset({"annotation", "shapes", "custom-shape", "text-box", "frame"}))
    if name.startswith("xl/workbook"):
        return xml_text(data, only=frozenset({"definedName"}))
    return xml_text(data, unread=_COMPUTED | _SLIDE_FIELDS if name.startswith("ppt/") else _COMPUTED)


def is_office(names: list[str]) -> bool:
    """Whether a package with these names is one of Office."""
    return any(name.lower().lstrip("/") == "[content_types].xml" for name in names)
