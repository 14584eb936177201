"""What a detector reports of a text."""

from __future__ import annotations

from dataclasses import dataclass

HIGH, LOW = "high", "low"
# Every kind of private data there is a rule for, whether or not something looks for it yet.
KINDS = frozenset(
    "bsn birth_date credentials education_number email_address grades health home_address iban id_document phone "
    "student_number".split()
)


@dataclass(frozen=True, slots=True)
class Hit:
    """text[start:end] (code points) is `value`, in the one spelling its kind is looked up by."""

    start: int
    end: int
    value: str
    confidence: str
