"""Texts with what a detector should find between « and »."""

from collections.abc import Iterable

from rules.text.hits import HIGH, Hit


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and where they were."""
    plain, spans = "", []
    for index, piece in enumerate(text.replace("»", "«").split("«")):
        if index % 2:
            spans.append((len(plain), len(plain) + len(piece)))
        plain += piece
    return plain, spans


def sure(hits: Iterable[Hit]) -> list[str]:
    """The values of the hits that are sure."""
    return [hit.value for hit in hits if hit.confidence == HIGH]
