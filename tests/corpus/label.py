"""Writes labelled texts down without counting letters: what is private stands between marks, ⟦phone:06 12345678⟧.

    python -m tests.corpus.label PREFIX < marked.txt > open/NAME.jsonl

A text is a paragraph; `\\n` and `\\t` in it are a line end and a tab; its first word is its language and its last line may be `# a note`.
`⟦?health:…⟧` is ambiguous: it counts neither way.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

MARK = re.compile(r"⟦(\??)([a-z_]+):([^⟦⟧]*)⟧")


def labelled(marked: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its marks, and its labels."""
    text, labels, at = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        doubtful, kind, value = mark.groups()
        label: dict[str, Any] = {"kind": kind, "start": len(text), "end": len(text) + len(value), "value": value}
        labels.append({**label, "ambiguous": True} if doubtful else label)
        text += value
        at = mark.end()
    return text + marked[at:], labels


def texts(source: str, prefix: str) -> Iterator[dict[str, Any]]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", source.strip()), 1):
        body, _, note = paragraph.partition("\n# ")
        lang, _, marked = body.partition(" ")
        text, labels = labelled(marked.replace("\\n", "\n").replace("\\t", "\t"))
        yield {
            "id": f"{prefix}{number:03}", "lang": lang, "clean": not labels, "tags": [], "text": text, "labels": labels,
            "note": note.strip(),
        }  # fmt: skip


if __name__ == "__main__":
    for one in texts(sys.stdin.read(), sys.argv[1]):
        print(json.dumps(one, ensure_ascii=False))
