"""PDF: the text of its pages, comments, form fields, bookmarks, links, properties and attached files.

Promises: pages without a letter that show a picture are said ("image_only"); a document that needs a password is
"encrypted", one that only forbids printing is read.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from gateway.extraction.files import Broken, Budget, File, Piece

PAGES_MAX = 3_000
_ANNOTATIONS_MAX = 10_000
_OBJECTS_LOOKED_AT = 2_000
# ISO 32000-1 §12.5: what a comment or a field says.
_KEYS = (b"Contents", b"V", b"DV", b"T", b"TU", b"RC", b"Subj", b"NM")


def read_pdf(file: File, budget: Budget) -> Iterator[Piece]:
    """All that a PDF says."""
    try:
        document = pypdfium2.PdfDocument(file.data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            yield file.unread("encrypted")
            return
        raise Broken from error
    with contextlib.closing(document):
        if raw.FPDF_GetFormType(document) in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
            yield file.unread("unknown", "form")
        pictures = []
        for number in range(min(len(document), PAGES_MAX)):
            text, picture = _page(document, number)
            budget.unpack(len(text))
            if text.strip():
                yield file.text(text, f"page {number + 1}")
            elif picture:
                pictures.append(str(number + 1))
        if len(document) > PAGES_MAX:
            yield file.unread("too_big", f"page {PAGES_MAX + 1}")
        if pictures:
            yield file.unread("image_only", f"page {pictures[0]}")
        if about := _about(document):
            yield file.text(about, "properties")
        yield from _attached(file, document, budget)


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[str, bool]:
    """The text of a page with its comments and fields, and whether there is a picture or drawing on it."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError as exc:
        raise Broken from exc
    with contextlib.closing(page):
        with contextlib.closing(page.get_textpage()) as letters:
            text = letters.get_text_range()
        beside = list(_annotations(document, page))
        picture = False
        if not text.strip():
            for index, one in enumerate(page.get_objects(max_depth=4)):
                if one.type in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING}:
                    picture = True
                if picture or index > _OBJECTS_LOOKED_AT:
                    break
    return "\n".join((text.replace("\r\n", "\n").replace("\ufffe", "-"), *beside)), picture


def _annotations(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[str]:
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _ANNOTATIONS_MAX)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        for key in _KEYS:
            if text := _wide(raw.FPDFAnnot_GetStringValue, annotation, key):
                yield text
        link = raw.FPDFAnnot_GetLink(annotation)
        action = raw.FPDFLink_GetAction(link) if link else None
        if action:
            size = raw.FPDFAction_GetURIPath(document, action, None, 0)
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(document, action, buffer, size)
            if buffer.value:
                yield buffer.value.decode("utf-8", "replace")
        raw.FPDFPage_CloseAnnot(annotation)


def _wide(call: object, *args: object) -> str:
    """A string from a function that first tells its size in bytes, its end included."""
    size = call(*args, None, 0)  # type: ignore[operator]
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*args, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)  # type: ignore[operator]
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _about(document: pypdfium2.PdfDocument) -> str:
    said = [
        value
        for key, value in document.get_metadata_dict().items()
        if key in {"Title", "Author", "Subject", "Keywords"}
    ]
    for index, mark in enumerate(document.get_toc()):
        said.append(mark.get_title())
        if index > _ANNOTATIONS_MAX:
            break
    return "\n".join(filter(None, said))


def _attached(file: File, document: pypdfium2.PdfDocument, budget: Budget) -> Iterator[Piece]:
    for index in range(document.count_attachments()):
        budget.open()
        attachment = document.get_attachment(index)
        try:
            data = bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            yield file.unread("damaged", f"file {index + 1}")
            continue
        budget.unpack(len(data))
        yield file.inside(f"file {index + 1}", data, attachment.get_name())
