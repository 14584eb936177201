"""Finds secrets: passwords, pin and access codes, recovery codes, keys and tokens, where a word says that they are one.

Promises: total and linear: every word opens one bounded window, a column is read once. The value is the secret as
written, the span is the secret alone. HIGH: the word and a value that is given as one; LOW: a word that means other
things as well, or a value that might be a word. "Wachtwoord vergeten?", masks and templates are no values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.lexicon import book
from rules.text.lexicon import credentials as lexicon
from rules.text.secret_shapes import Shape, shape

_IN_COLUMNS = frozenset({lexicon.PASSWORD, lexicon.CODE, lexicon.MANY})


def find(context: Context) -> tuple[Hit, ...]:
    """Every secret in the text, in order."""
    found: dict[int, Hit] = {}
    text = context.text
    phrases = book.found(context, lexicon.PHRASES)
    table_end = 0
    for index, (start, end, sort) in enumerate(phrases):
        after = phrases[index + 1] if index + 1 < len(phrases) else (len(text), 0, sort)
        # A longer phrase with the same start says more.
        if after[0] == start and after[1] >= end:
            continue
        hits: list[Hit] | None = None
        if start >= table_end and sort in _IN_COLUMNS:
            table_end, hits = _column(context, start, end)
        for hit in hits or _read(context, start, end, sort):
            if (known := found.get(hit.start)) is None or (known.confidence == LOW and hit.confidence == HIGH):
                found[hit.start] = hit
    if "://" in text and "@" in text:
        for match in lexicon.USERINFO.finditer(text):
            if shape(match[1]) is not Shape.NONE:
                found[match.start(1)] = Hit(*match.span(1), match[1], HIGH)
    return _apart(sorted(found.values(), key=lambda hit: (hit.start, hit.end)))


def _apart(hits: list[Hit]) -> tuple[Hit, ...]:
    """Of hits over each other the first."""
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return tuple(kept)


def _read(context: Context, start: int, end: int, sort: str) -> Iterator[Hit]:
    text, flat = context.text, context.flat
    if sort == lexicon.KEY:
        yield from _keys(text, start, end)
        return
    if sort == lexicon.LOGIN:
        yield from _pair(text, end)
        return
    if sort == lexicon.LOOSE and (
        lexicon.ORDINARY.search(flat, max(0, start - 14), start)
        or lexicon.OF_ORDINARY.match(flat, end)
        or not lexicon.BEFORE_CODE.search(flat, max(0, start - 60), min(len(flat), end + 40))
    ):
        return
    if lexicon.NEGATED.search(flat, max(0, start - 40), start):
        return
    if sort == lexicon.PASSWORD:
        yield from _beside(text, start, end)
    yield from _after(text, start, end, sort)


def _beside(text: str, start: int, end: int) -> Iterator[Hit]:
    """A value before the word, or behind a question, that nothing but a secret looks like."""
    for found in (
        lexicon.AHEAD.search(text, max(0, start - lexicon.AHEAD_LETTERS), start),
        lexicon.ASKED.match(text, end),
    ):
        if found is not None:
            at, value = _trimmed(found.start("value"), found["value"])
            if shape(value) is Shape.CERTAIN and any(letter.isdigit() for letter in value):
                yield Hit(at, at + len(value), value, HIGH)


def _keys(text: str, start: int, end: int) -> Iterator[Hit]:
    if text.startswith("-----", end - 5):
        body = lexicon.BODY.match(text, end, end + lexicon.KEY_LETTERS)
        if body is not None:
            value = body[1].rstrip()
            yield Hit(body.start(1), body.start(1) + len(value), value, HIGH)
    elif (key := lexicon.KEYS.match(text, start)) is not None:
        yield Hit(key.start(), key.end(), key[0], HIGH)


def _pair(text: str, end: int) -> Iterator[Hit]:
    """`login: jan / Zomer26!`: the second of a pair, if nothing but a secret looks like it."""
    pair = lexicon.PAIR.match(text, end, min(len(text), end + lexicon.WINDOW))
    if pair is not None:
        at, value = _trimmed(pair.start("value"), pair["value"])
        if shape(value) is Shape.CERTAIN and any(letter.isdigit() for letter in value):
            yield Hit(at, at + len(value), value, HIGH)


def _after(text: str, start: int, end: int, sort: str) -> Iterator[Hit]:
    """The value that follows the word, by a sign, a verb, or at once."""
    limit = min(len(text), end + lexicon.WINDOW)
    plain = lexicon.PLAIN.match(text, end, limit)
    if plain is not None and text[end : end + 1] != "?":
        yielded = False
        for hit in _values(text, plain.end(), limit, sort, signed=False):
            yielded = True
            yield hit
        if yielded:
            return
    separator = lexicon.SEPARATOR.match(text, end, limit)
    if separator is None or (separator["sign"] is None and separator["verb"] is None):
        yield from _led_to(text, end, sort)
        return
    filler = separator["filler"] or ""
    if ". " in filler:
        return
    signed = separator["sign"] is not None
    in_link = separator["sign"] == "=" and not filler and text[max(0, start - 1) : start] in {"?", "&"}
    yielded = False
    for hit in _values(text, separator.end(), limit, sort, signed=signed, verb=not signed, far=bool(filler.strip())):
        yielded = True
        yield Hit(hit.start, hit.end, hit.value, LOW) if in_link and len(hit.value) < lexicon.LINK_TOKEN else hit
    if not yielded:
        yield from _led_to(text, end, sort)


def _led_to(text: str, end: int, sort: str) -> Iterator[Hit]:
    """A value that nothing but a secret looks like, further on in the sentence: `veranderd in Lente!2026`."""
    if (
        sort == lexicon.PASSWORD
        and (led := lexicon.LEAD.match(text, end, min(len(text), end + lexicon.WINDOW))) is not None
    ):
        start, value = _trimmed(led.start("value"), led["value"])
        if shape(value) is Shape.CERTAIN and any(letter.isdigit() for letter in value):
            yield Hit(start, start + len(value), value, HIGH)
    elif sort == lexicon.CODE and (changed := lexicon.CHANGED.match(text, end)) is not None:
        yield Hit(*changed.span("value"), changed["value"], HIGH)
    elif sort in {lexicon.CODE, lexicon.MANY} and text.startswith("s:", end - 1):
        line_end = text.find("\n", end, end + lexicon.WINDOW)
        for code in lexicon.CODES.finditer(
            text, end, line_end if line_end != -1 else min(len(text), end + lexicon.WINDOW)
        ):
            yield Hit(code.start(), code.end(), code[0], HIGH)


def _trimmed(at: int, token: str) -> tuple[int, str]:
    """The token without the marks around it that are the sentence's."""
    while token and token[0] in "\"'`(*“„":
        token, at = token[1:], at + 1
    while token and (
        token[-1] in ".,;:\"'`”"
        or (token[-1] == ")" and "(" not in token)
        or (token[-1] == "*" and token[:-1].isalnum())
    ):
        token = token[:-1]
    if token.endswith("?") and token[:-1].isalnum():
        token = token[:-1]
    return at, token


def _values(
    text: str, at: int, limit: int, sort: str, *, signed: bool, verb: bool = False, far: bool = False
) -> Iterator[Hit]:
    first = _value(text, at, limit, sort, signed=signed, verb=verb, far=far)
    if first is None:
        return
    yield first
    if sort != lexicon.MANY and not (
        sort == lexicon.CODE and first.confidence == HIGH and "codes" in text[max(0, at - 60) : at].lower()
    ):
        return
    end = first.end
    for _ in range(lexicon.SIMILAR):
        more = lexicon.MORE.match(text, end, end + 12)
        token = lexicon.TOKEN.match(text, more.end() if more else end) if more else None
        if token is None:
            return
        start, value = _trimmed(token.start(), token[0])
        if shape(value) is Shape.NONE or abs(len(value) - len(first.value)) > 2 or not any(c.isdigit() for c in value):
            return
        yield Hit(start, start + len(value), value, HIGH)
        end = start + len(value)


def _value(text: str, at: int, limit: int, sort: str, *, signed: bool, verb: bool, far: bool) -> Hit | None:
    quoted = lexicon.QUOTED.match(text, at, limit)
    if quoted is not None and shape(quoted[1]) is not Shape.NONE and (signed or verb or sort != lexicon.LOOSE):
        return Hit(quoted.start(1), quoted.end(1), quoted[1], HIGH)
    if sort in {lexicon.CODE, lexicon.LOOSE}:
        groups = lexicon.GROUPS.match(text, at, limit)
        if groups is not None and shape(groups[0].replace(" ", "").replace("-", "")) is not Shape.NONE:
            return Hit(groups.start(), groups.end(), groups[0], HIGH)
    if (
        signed
        and sort == lexicon.PASSWORD
        and (phrase := lexicon.PASSPHRASE.match(text, at, limit)) is not None
        and all(shape(word) is Shape.LIKELY for word in phrase[0].replace("-", " ").split())
    ):
        return Hit(phrase.start(), phrase.end(), phrase[0], HIGH)
    token = lexicon.TOKEN.match(text, at)
    if token is None:
        return None
    start, value = _trimmed(token.start(), token[0])
    looks = shape(value)
    if looks is Shape.NONE:
        return None
    confidence = _confidence(text, start, value, looks, sort, signed=signed, verb=verb, far=far)
    return None if confidence is None else Hit(start, start + len(value), value, confidence)


def _confidence(
    text: str, start: int, value: str, looks: Shape, sort: str, *, signed: bool, verb: bool, far: bool
) -> str | None:
    end = start + len(value)
    digits = sum(letter.isdigit() for letter in value)
    if sort in {lexicon.CODE, lexicon.MANY, lexicon.LOOSE}:
        # A code has digits, or is in capitals: a word of small letters is a word, two years are a school year.
        if (not digits and value.isalpha() and not (signed and value.isupper())) or lexicon.YEARS.fullmatch(value):
            return None
        if digits >= 3 and (digits <= 12 or sort == lexicon.MANY or looks is Shape.CERTAIN):
            return HIGH
        if (digits or value.isupper()) and looks is not Shape.NONE and len(value) >= 4:
            return HIGH if signed or verb or digits else None
        return HIGH if signed and looks is Shape.CERTAIN else None
    if looks is Shape.CERTAIN:
        return HIGH
    if digits == len(value):
        return HIGH if signed or verb or (digits >= 4 and not re.match(r"20\d\d\Z", value)) else None
    if signed:
        rest = text[end : end + 1]
        ends = not rest or rest in "\r\n.,;)|\t\"'" or text[end : end + 2] in {" (", " -", " /", "  "}
        return HIGH if ends or not value.islower() else LOW
    if verb:
        said = value.islower() and lexicon.SAID.fullmatch(value) is not None
        ends = text[end : end + 1] in {"", "\n", "\r", ".", ",", ")"}
        return None if said else HIGH if not far and ends and not value.isupper() else LOW
    if lexicon.GUARDED.search(text, max(0, start - 60), start):
        return HIGH
    return LOW if not value.islower() and len(value) > 3 and not value.isupper() else None


def _column(context: Context, start: int, end: int) -> tuple[int, list[Hit]]:
    """Where a table under a heading that is the word ends, and the secrets in its column."""
    text = context.text
    first, last = context.line(start)
    line = text[first:last] if last - first <= lexicon.ROW_LETTERS else ""
    cut = next((cut for cut in lexicon.CUTS if cut in line), None)
    if cut is None:
        return 0, []
    index, cells = line.count(cut, 0, start - first), line.count(cut)
    cell = line.split(cut)[index].strip(" '\"*")
    if len(cell) > (end - start) + lexicon.CELL_SPARE or ":" in cell:
        return 0, []
    hits = []
    for _ in range(lexicon.ROWS_MAX):
        at = text.find("\n", last) + 1
        if not at:
            break
        row_start, row_end = context.line(at)
        row = text[row_start:row_end].split(cut) if row_end - row_start <= lexicon.ROW_LETTERS else []
        if len(row) != cells + 1:
            break
        last = row_end
        value = row[index].lstrip()
        position = row_start + sum(len(piece) + 1 for piece in row[:index]) + len(row[index]) - len(value)
        position, value = _trimmed(position, value.rstrip())
        if " " not in value and shape(value) is not Shape.NONE:
            hits.append(Hit(position, position + len(value), value, HIGH))
    return last, hits
