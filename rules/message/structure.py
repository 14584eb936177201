"""The tree of parts: a walk along boundaries with offsets into the bytes.

Promises: total; time linear in the size for a given depth, which is limited. Both views: RFC 2046 by the letter, and
what a sloppy client makes of trailing garbage, parts after the end, a missing or second boundary, two Content-Types.
Limits met are defects: the rest is then a gap that is still read as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rules.message.fields import FIELDS_MAX, Block, read_block
from rules.message.params import Value, read_value
from rules.message.payload import IDENTITY, KNOWN
from rules.message.split import Split, guess_boundary, split, unexplained
from rules.message.values import Defect, Difference, Header, View

# No client nests deeper than about six; each level is one more search over the bytes inside.
MULTIPART_DEPTH_MAX = 20
PARTS_MAX = 10_000
# Of all parts together: they have three or four each.
FIELDS_IN_ALL_MAX = 5 * FIELDS_MAX
# A second reading makes the difference known and the message held; a third would only cost time.
READINGS_MAX = 2
_TOKEN = re.compile(rb"[A-Za-z0-9.+_-]+")


@dataclass(frozen=True, slots=True)
class Entity:
    """One node of the tree: headers, and where its body stands."""

    path: str
    headers: tuple[Header, ...]
    start: int
    end: int
    type: Value
    encoding: str
    view: View


@dataclass(slots=True)
class Tree:
    """What the walk found. `gaps` are named spans that belong to no part: preamble, epilogue, junk lines."""

    raw: bytes
    expand: bool
    leaves: list[Entity] = field(default_factory=list)
    containers: list[Entity] = field(default_factory=list)
    gaps: list[tuple[str, int, int]] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    fields: int = 0  # of all headers together

    @property
    def full(self) -> bool:
        """Whether there is more than anybody writes: what follows is not taken apart."""
        return len(self.leaves) + len(self.containers) >= PARTS_MAX or self.fields >= FIELDS_IN_ALL_MAX

    def defect(self, code: str, where: str) -> None:
        self.defects.append(Defect(code, where))

    def differ(self, where: str, detail: str) -> None:
        self.differences.append(Difference("parts", where, detail))

    def readings(self, view: View) -> int:
        """How many readings to follow: one below an alternative and in attached messages, or levels double the work."""
        return READINGS_MAX if self.expand and view is View.BOTH else 1


TEXT = Value("text/plain")
BYTES = Value("application/octet-stream")
_MESSAGE = Value("message/rfc822")


def walk(raw: bytes, block: Block, default: Value = TEXT, *, expand: bool = True) -> Tree:
    """The tree of the message whose header block this is; without `expand` only the strict reading of it."""
    tree = Tree(raw, expand)
    _enter(tree, "", block, len(raw), outer=frozenset(), view=View.BOTH, default=default)
    return tree


def _enter(
    tree: Tree, path: str, block: Block, end: int, *, outer: frozenset[bytes], view: View, default: Value
) -> None:
    """Reads what the headers say it is, in every way they can be read."""
    where = f"part {path}" if path else "message"
    tree.fields += len(block.headers)
    tree.defects += block.defects
    tree.differences += block.differences
    tree.gaps += [(f"{where} junk", *span) for span in block.junk]
    types, encodings = _declared(tree, block.headers, where)
    readings = tree.readings(view)
    types, encodings = types[:readings], encodings[:readings]
    for declared in types or [default]:
        seen = view
        if len(types) > 1:
            seen = View.STRICT if declared is types[0] else View.LENIENT
        if declared.kind.startswith("multipart/"):
            entity = Entity(path, block.headers, block.body_start, end, declared, encodings[0], seen)
            _multipart(tree, entity, outer, where)
            continue
        for encoding in encodings:
            if encoding is not encodings[0]:
                seen = View.LENIENT
            tree.leaves.append(Entity(path or "1", block.headers, block.body_start, end, declared, encoding, seen))


def _declared(tree: Tree, headers: tuple[Header, ...], where: str) -> tuple[list[Value], list[str]]:
    """Every declared type and transfer encoding; the strict one first."""
    types: list[Value] = []
    encodings: list[str] = []
    for header in headers:
        name = header.name
        if name == "content-type" and len(types) < READINGS_MAX:
            value = read_value(header.value)
            if "/" not in value.kind:
                tree.defect("content_type", where)
                value = Value("text/plain", value.readings)
            if value not in types:
                types.append(value)
        elif name == "content-transfer-encoding" and len(encodings) < READINGS_MAX:
            token = _TOKEN.search(header.value)
            encoding = token.group().decode("ascii").lower() if token else ""
            if encoding not in KNOWN:
                tree.defect("transfer_encoding", where)
            if encoding not in encodings:
                encodings.append(encoding)
    if len(types) > 1:
        tree.differ(where, "two content types")
    if len({"" if encoding in IDENTITY else encoding for encoding in encodings}) > 1:
        tree.differ(where, "two transfer encodings")
    return types, encodings or [""]


def _multipart(tree: Tree, entity: Entity, outer: frozenset[bytes], where: str) -> None:
    tree.containers.append(entity)
    if len(outer) >= MULTIPART_DEPTH_MAX:
        tree.defect("too_deep", where)
        tree.gaps.append((where, entity.start, entity.end))
        return
    declared = entity.type.readings.get("boundary", ())
    boundaries = [boundary.rstrip(b" \t") for boundary in declared if boundary.strip()]
    if len(boundaries) > 1:
        tree.differ(where, "two boundaries")
    if not outer.isdisjoint(boundaries):
        tree.differ(where, "the boundary of the multipart around it")
    readings = tree.readings(entity.view)
    splits = [split(tree.raw, boundary, entity.start, entity.end) for boundary in boundaries[:readings]]
    if splits and (loose := unexplained(tree.raw, splits[0].garbage, entity.start, entity.end)):
        tree.differ(where, "text behind a boundary")
        if readings > len(splits):
            splits.append(split(tree.raw, boundaries[0], entity.start, entity.end, loose))
    if any(found.parts for found in splits):
        _parts(tree, entity, outer | set(boundaries), splits, where)
    else:
        _no_parts(tree, entity, outer, where)


def _no_parts(tree: Tree, entity: Entity, outer: frozenset[bytes], where: str) -> None:
    """A multipart without parts: clients show its body as text, or find the boundary by themselves."""
    tree.defect("no_parts", where)
    boundary = guess_boundary(tree.raw, entity.start, entity.end)
    if boundary is not None and boundary not in outer:
        tree.differ(where, "a boundary that is not declared")
        found = split(tree.raw, boundary, entity.start, entity.end)
        _parts(tree, replace(entity, view=View.LENIENT), outer | {boundary}, [found], where)
        return
    if tree.raw[entity.start : entity.end].strip():
        tree.differ(where, "a multipart without parts")
    path = f"{entity.path}.1" if entity.path else "1"
    tree.leaves.append(replace(entity, path=path, headers=(), type=TEXT, view=View.LENIENT))


def _parts(tree: Tree, entity: Entity, outer: frozenset[bytes], splits: list[Split], where: str) -> None:
    first, others = splits[0], splits[1:] or splits[:1]
    strict = dict.fromkeys(span for span, late in first.parts if not late)
    lenient = dict.fromkeys(span for found in others for span, _ in found.parts)
    if len(splits) == 1 and len(lenient) > len(strict):
        tree.differ(where, "parts after the closing boundary")
    if not first.closed:
        tree.defect("unterminated", where)
    tree.gaps += [(f"{where} preamble", *first.preamble), (f"{where} epilogue", *first.epilogue)]
    default = _MESSAGE if entity.type.kind == "multipart/digest" else TEXT
    for number, span in enumerate({**strict, **lenient}, 1):
        if tree.full:
            tree.defect("too_many_parts", where)
            tree.gaps.append((where, span[0], entity.end))
            return
        view = entity.view if span in strict and span in lenient else View.STRICT if span in strict else View.LENIENT
        if entity.view is View.LENIENT:
            view = View.LENIENT
        path = f"{entity.path}.{number}" if entity.path else str(number)
        block = read_block(tree.raw, *span, f"part {path}", part=True)
        _enter(tree, path, block, span[1], outer=outer, view=view, default=default)
