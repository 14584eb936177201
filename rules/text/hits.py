"""What a detector reports of a text."""

from __future__ import annotations

from dataclasses import dataclass

HIGH, LOW = "high", "low"


@dataclass(frozen=True, slots=True)
class Hit:
    """text[start:end] (code points) is `value`, in the one spelling its kind is looked up by."""

    start: int
    end: int
    value: str
    confidence: str
