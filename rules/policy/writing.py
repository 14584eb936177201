"""Changing a policy's text: one word of it, and nothing else."""

from __future__ import annotations

import re

MODES = ("enforce", "observe", "off")


def with_mode(text: str, clause: str, mode: str) -> str:
    """Change one clause's mode; every other byte of the text stays, comments too."""
    head, heading, tail = re.split(rf"(^\s*\[\s*clauses\.{clause}\s*\][^\n]*\n)", text, maxsplit=1, flags=re.MULTILINE)
    end = next(re.finditer(r"^\s*\[", tail, re.MULTILINE), None)
    table, rest = (tail[: end.start()], tail[end.start() :]) if end else (tail, "")
    table, count = re.subn(r'(?m)^(\s*mode\s*=\s*)(["\'])[a-z]*\2', rf'\g<1>"{mode}"', table, count=1)
    return head + heading + ("" if count else f'mode = "{mode}"\n') + table + rest
