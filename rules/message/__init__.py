"""Mail as values: parse any bytes, read them in two views, name every place an address can hide, edit headers as bytes.

Promises: parsing is total and never changes or copies the message; edits touch header lines only.
"""

from rules.message.canonical import address_variants, canonical_address, recipient_key
from rules.message.edits import apply_edits, bcc_edits, own_address_edits
from rules.message.fields import FIELDS_MAX, read_headers
from rules.message.format import format_to, wire_address
from rules.message.model import Message, Part, parse
from rules.message.places import places, unread
from rules.message.signatures import without_broken_signatures
from rules.message.values import (
    Defect,
    Difference,
    Envelope,
    Header,
    HeaderEdit,
    Mailbox,
    Place,
    View,
)

__all__ = [
    "FIELDS_MAX",
    "Defect",
    "Difference",
    "Envelope",
    "Header",
    "HeaderEdit",
    "Mailbox",
    "Message",
    "Part",
    "Place",
    "View",
    "address_variants",
    "apply_edits",
    "bcc_edits",
    "canonical_address",
    "format_to",
    "own_address_edits",
    "parse",
    "places",
    "read_headers",
    "recipient_key",
    "unread",
    "wire_address",
    "without_broken_signatures",
]
