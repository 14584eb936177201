"""What a repaired header leaves behind: outsiders' addresses anywhere else in the bytes (invariant 4).

Promises: every place of the message is read in all its decodings, except header lines the repair removes or replaces;
beside the addresses found, each outsider's address is looked for letter by letter in every place and in the raw bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules.clauses.scene import Sighting
from rules.detectors import email_address
from rules.message import Header, HeaderEdit, Message, Place, address_variants, apply_edits
from rules.text.hits import Hit

# Lines that name recipients or answer addresses to machines; the repair may drop them.
DROPPABLE = frozenset(
    {
        "apparently-to", "delivered-to", "disposition-notification-to", "envelope-to", "errors-to",
        "generate-delivery-report", "mail-followup-to", "mail-reply-to", "original-recipient", "return-receipt-to",
        "thread-participants",
    }
)  # fmt: skip


def droppable(header: Header) -> bool:
    """Whether a repair may drop this line: it is for machines, or an extension."""
    return header.name in DROPPABLE or header.name.startswith("x-")


def names_one(text: str, outsiders: frozenset[str]) -> str:
    """The first outsider a text names; "" if none."""
    return _named(text, email_address.find(text), outsiders)


def _named(text: str, hits: Iterable[Hit], outsiders: frozenset[str]) -> str:
    lower = text.lower()
    squeezed = _squeezed(lower)
    for address in outsiders:
        if address in lower or address in squeezed:
            return address
    for hit in hits:
        for variant in address_variants(hit.value):
            if variant in outsiders:
                return variant
    return ""


def _squeezed(text: str) -> str:
    """An address may lie broken over lines, table cells and spaced letters; no `@`, no such address."""
    return "".join(text.split()) if "@" in text else ""


def left_behind(
    sightings: Iterable[Sighting], outsiders: frozenset[str], edits: Sequence[HeaderEdit]
) -> Iterator[tuple[Place, str]]:
    """Each place that still names an outsider once the edits are done, and whom."""
    edited = {edit.start for edit in edits if edit.end > edit.start}
    for sighting in sightings:
        place = sighting.place
        if place.header is not None and not place.part_path and place.header.start in edited:
            continue
        if found := _named(place.text, sighting.hits, outsiders):
            yield place, found


def in_bytes(message: Message, outsiders: frozenset[str], edits: Sequence[HeaderEdit]) -> str:
    """The first outsider whose address stands in the bytes that would go out, as they are; "" if none."""
    out = apply_edits(message.raw, edits).lower()
    return next((address for address in outsiders if address.encode() in out), "")
