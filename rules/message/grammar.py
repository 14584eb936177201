"""The address list grammar of RFC 5322 §3.4 and §4.4, by the letter but without giving up.

Promises: total, linear, without recursion: comments nest to any depth. Every entry tells what was wrong with it; what
stands behind an unclosed quote, comment or angle is left out here, for the other view to find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_SPACE = re.compile(r"[\s\x00]*")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_LITERAL = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]")
_ATOM = re.compile(r"[^\s\x00\"(),:;<>\[\]]+")
_COMMENT_MARK = re.compile(r"[()]|\\.", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_JOINS = ("@", ".")

# What is wrong with an entry. The first three hide everything behind them.
QUOTE, COMMENT, ANGLE = "quote", "comment", "angle"
WORDS, SEMICOLON, NO_ADDRESS = "words", "semicolon", "no address"
UNCLOSED = frozenset({QUOTE, COMMENT, ANGLE})


@dataclass(frozen=True, slots=True)
class Entry:
    """One mailbox as written: `address` is the addr-spec without comments, "" if there is none."""

    display: str
    address: str
    comments: tuple[str, ...] = ()
    wrong: str = ""


def read_list(text: str) -> list[Entry]:
    """The mailboxes of an address list, members of groups included."""
    return _Reader(text).read()


class _Reader:
    __slots__ = ("angle", "comments", "entries", "grouped", "position", "text", "words", "wrong")

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.entries: list[Entry] = []
        self.grouped = False
        self._clear()

    def _clear(self) -> None:
        self.words: list[tuple[str, bool]] = []  # as written; whether white space stands before it
        self.comments: list[str] = []
        self.angle: str | None = None
        self.wrong = ""

    def read(self) -> list[Entry]:
        text, size = self.text, len(self.text)
        while True:
            spaced = self._skip_space()
            if self.position >= size:
                break
            mark = text[self.position]
            if mark in ",;":
                self._end_entry(mark)
            elif mark == "(":
                self._comment()
            elif mark == "<":
                self._angle()
            elif mark == ":":
                self._colon()
            else:
                self._word(spaced)
        self._end_entry("")
        return self.entries

    def _skip_space(self) -> bool:
        space = _SPACE.match(self.text, self.position)
        assert space is not None  # it matches nothing as well
        self.position = space.end()
        return space.end() > space.start()

    def _give_up(self, wrong: str) -> None:
        self.wrong = wrong
        self.position = len(self.text)

    def _comment(self) -> None:
        depth = 0
        for mark in _COMMENT_MARK.finditer(self.text, self.position):
            depth += {"(": 1, ")": -1}.get(mark.group(), 0)
            if depth == 0:
                self.comments.append(self.text[self.position + 1 : mark.start()])
                self.position = mark.end()
                return
        self._give_up(COMMENT)

    def _word(self, spaced: bool) -> None:
        mark = self.text[self.position]
        pattern = {'"': _QUOTED, "[": _LITERAL}.get(mark, _ATOM)
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.words.append((found.group(), spaced))
            self.position = found.end()
        elif mark == '"':
            self._give_up(QUOTE)
        else:
            # A stray bracket or closing mark: a word by itself.
            self.words.append((mark, spaced))
            self.wrong = self.wrong or WORDS
            self.position += 1

    def _angle(self) -> None:
        """Reads `<...>` with a reader's own tools: quotes and comments may stand inside."""
        display, self.words = self.words, []
        self.position += 1
        while True:
            spaced = self._skip_space()
            mark = self.text[self.position : self.position + 1]
            if not mark:
                self._give_up(self.wrong or ANGLE)
                return
            if mark == ">":
                break
            if mark == "(":
                self._comment()
            elif mark in ",:":
                # An obsolete route, `@a,@b:user@c`: what counts comes after it.
                self.words = []
                self.position += 1
            elif mark == ";":
                self.wrong = self.wrong or WORDS
                self._add(_display(display), "".join(word for word, _ in self.words))
                self.words = []
                self.position += 1
            elif mark == "<":
                self.wrong = self.wrong or WORDS
                self.position += 1
            else:
                self._word(spaced)
        self.position += 1
        if self.angle is not None:
            self.wrong = self.wrong or WORDS
            self._finish()
        self.angle = "".join(word for word, _ in self.words)
        self.words = display

    def _colon(self) -> None:
        """A group's name ends here; elsewhere a colon is a mistake."""
        self.position += 1
        if self.grouped or self.angle is not None or not self.words or any("@" in word for word, _ in self.words):
            self.wrong = self.wrong or WORDS
            return
        self.grouped = True
        self._name_of_group()

    def _name_of_group(self) -> None:
        comments, display = tuple(self.comments), _display(self.words)
        self._clear()
        if comments or "@" in display:
            self.entries.append(Entry(display, "", comments))

    def _end_entry(self, mark: str) -> None:
        self.position += len(mark)
        if mark == ";" and not self.grouped and self.position < len(self.text):
            self.wrong = self.wrong or SEMICOLON
        if mark == ";":
            self.grouped = False
        self._finish()

    def _finish(self) -> None:
        words, angle = self.words, self.angle
        if angle is not None:
            self._add(_display(words), angle)
        elif words:
            broken = any(
                spaced and not word.startswith(_JOINS) and not before.endswith(_JOINS)
                for (before, _), (word, spaced) in pairwise(words)
            )
            joined = "".join(word for word, _ in words)
            if broken or "@" not in joined:
                self.wrong = self.wrong or (WORDS if "@" in joined else NO_ADDRESS)
                self._add(_display(words), "")
            else:
                self._add("", joined)
        elif self.comments or self.wrong:
            self._add("", "")
        self._clear()

    def _add(self, display: str, address: str) -> None:
        self.entries.append(Entry(display, address, tuple(self.comments), self.wrong))


def _display(words: list[tuple[str, bool]]) -> str:
    """The phrase as people see it: quotes away, white space as one space."""
    out: list[str] = []
    for word, spaced in words:
        if spaced and out:
            out.append(" ")
        out.append(_ESCAPE.sub(r"\1", word[1:-1]) if len(word) > 1 and word[0] == '"' == word[-1] else word)
    return "".join(out)
