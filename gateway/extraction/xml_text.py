"""Text out of the XML of office documents (OOXML, OpenDocument), without a tree.

Promises: linear, one pass; a document that declares entities of its own is Broken before the first is used. All letters
are kept, whichever element they stand in: deleted text, hidden text, field codes, comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat

from gateway.extraction.files import Broken

# What ends a line to the reader: paragraphs, rows, strings of a table, comments, pages, properties.
_BREAKS = frozenset({"p", "h", "br", "cr", "line-break"})
_LINES = _BREAKS | frozenset(
    "tr table-row row si text-box txbxContent comment annotation author definedName title subject creator description "
    "keywords lastModifiedBy lpwstr lpstr oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter page "
    "list-item initial-creator user-defined keyword text instrText v is formula1 formula2".split()
)
_CELLS = frozenset({"tc", "table-cell", "covered-table-cell"})
_SIGNS: Mapping[str, str] = {"noBreakHyphen": "-", "tab": "\t", "s": " "}
# Definitions of tab stops are no tabs.
_STOPS = frozenset({"tabs", "tab-stops", "tabLst"})
# A pivot table keeps a copy of its source in attributes, also when the source is gone (ECMA-376 part 1, 18.10).
_COPIES = frozenset({"s", "n", "d", "e"})
# Attributes a reader sees or follows: alternative texts, links, authors, what a form or filter holds.
_ATTRIBUTES = frozenset(
    {"descr", "title", "author", "userId", "href", "tooltip", "prompt", "promptTitle", "error", "errorTitle", "alias",
     "help-text", "desc", "placeholder", "oddHeader", "string", "textMatch"}
)  # fmt: skip
_ELEMENTS_MAX_DEPTH = 1_000


class _Reader:
    """Collects while expat reads. Text of `unread` elements is left out."""

    def __init__(self, unread: frozenset[str], only: frozenset[str]) -> None:
        self.out: list[str] = []
        self.beside: list[str] = []
        self._unread, self._only = unread, only
        self._depth = self._shut = self._in = self._cells = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._depth += 1
        if self._depth > _ELEMENTS_MAX_DEPTH:
            raise Broken
        self._shut += local in self._unread or local in _STOPS
        self._cells += local in _CELLS
        self._in += local in self._only
        for key, value in attributes.items():
            if value and key.rpartition(":")[2] in _ATTRIBUTES and not value.startswith(("#", "../", "./")):
                self.beside.append(value)
        if local in _COPIES and "v" in attributes:
            self.beside.append(attributes["v"])

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._depth -= 1
        if local in _LINES:
            # A row stays one line, however its cells are broken.
            self.out.append(" " if self._cells and local in _BREAKS else "\n")
        elif local in _CELLS:
            self._cells -= 1
            self.out.append("\t")
        elif local in _SIGNS and not self._shut:
            self.out.append(_SIGNS[local])
        self._shut -= local in self._unread or local in _STOPS
        self._in -= local in self._only

    def _text(self, text: str) -> None:
        if not self._shut and (self._in or not self._only):
            self.out.append(text)

    def _entity(self, *_: object) -> None:
        raise Broken


def xml_text(data: bytes, *, unread: frozenset[str] = frozenset(), only: frozenset[str] = frozenset()) -> str:
    """All text of one XML file, readable attributes behind it; of `only` these elements, if any are named.

    Raises Broken for XML that is not well-formed, too deep (1,000 elements) or brings entities.
    """
    reader = _Reader(unread, only)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise Broken from exc
    lines = ("\t".join(cell.strip() for cell in line.split("\t")).rstrip() for line in "".join(reader.out).split("\n"))
    return "\n".join([line for line in lines if line] + list(dict.fromkeys(reader.beside)))


def external_targets(data: bytes) -> list[str]:
    """Where a relationships part (.rels) leads outside the document: mail and web links, other files."""
    found: list[str] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") == "External":
            found.append(attributes.get("Target", ""))

    reader = _Reader(frozenset(), frozenset())
    reader.parser.StartElementHandler = start
    reader.parser.EndElementHandler = None
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise Broken from exc
    return found
