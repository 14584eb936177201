"""Finds marks and results of a person: in a sentence, a row of a table, a list of subjects.

Promises: total and linear: sentences and rows are looked at once. HIGH: a mark beside a subject, a word for marks or a
verb of getting one, and a person in the same sentence, row or heading; LOW: nobody in sight. Averages of a class,
scores of games, prices, versions, paragraphs and ranges are no marks. The span is the phrase, in a table the numbers of
the row; the value is the span's text in lower case.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from rules.text.context import Context
from rules.text.hits import HIGH, LOW, Hit
from rules.text.lexicon import book
from rules.text.lexicon import grades as lexicon
from rules.text.marks import numbers, said
from rules.text.persons import Person, called, name_at, named, person_near, said_before, sentence

_Anchor = tuple[int, int, str]
# Start, end, and whether it has a decimal.
_Mark = tuple[int, int, bool]


def find(context: Context) -> tuple[Hit, ...]:
    """Every phrase with a mark or a result of somebody, in order."""
    text, folded = context.text, context.folded
    found = book.found(context, lexicon.PHRASES)
    anchors = [hit for hit in found if hit[2] != lexicon.SPELLED]
    marks = list(numbers(text, folded, _worth(context, [start for start, _, _ in found])))
    coded = _coded(context, marks)
    if not found and not marks and not any(hint in folded for hint in lexicon.HINTS):
        return ()
    letters = sorted(said(text, folded, [start for start, _, sort in found if sort == lexicon.SPELLED]))
    places = [(start, end) for start, end, sort in anchors if sort == lexicon.VERDICT]
    hits = list(_rows(context, marks)) if marks else []
    rows = [(hit.start, hit.end) for hit in hits]
    marks = [mark for mark in marks if not _within(rows, mark[0]) and _may_be(context, mark[0])]
    advices = (
        [(*hit.span(), lexicon.VERDICT) for hit in lexicon.ADVICE.finditer(context.flat)] if "advies" in folded else []
    )
    anchors += advices
    places += [(start, end) for start, end, _ in (*marks, *advices)]
    places += letters
    anchors = sorted((*anchors, *coded))
    done = 0
    for start, end in sorted(places):
        if start < done:
            continue
        left, right = sentence(context, start, end)
        left = max(left, done)
        done = max(right, end)
        inside = anchors[bisect_left(anchors, (left,)) : bisect_left(anchors, (right,))]
        within = marks[bisect_left(marks, (left,)) : bisect_left(marks, (right,))]
        spoken = letters[bisect_left(letters, (left,)) : bisect_left(letters, (right,))]
        hits += _sentence(context, (left, right), inside, within, spoken)
    return _merged(hits)


def _worth(context: Context, words: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of digits that may be a mark: with a decimal, behind "een", or with a word for marks near. Few are."""
    text, folded = context.text, context.folded
    for start, end in context.digits:
        if end - start > 2 or text[end : end + 1].isalpha():
            continue
        near = bisect_left(words, start - lexicon.LETTERS_NEAR)
        if (
            (near < len(words) and words[near] < end + lexicon.LETTERS_NEAR)
            or text[end : end + 1] in ",."
            or text[start - 1 : start] in "|;\t,:"
            or folded.endswith(("een ", "'n ", " a ", "  "), max(0, start - 4), start)
        ):
            yield start, end


def _coded(context: Context, marks: list[_Mark]) -> list[_Anchor]:
    """Short names of subjects right before numbers: `NE 6,1`; in small letters if several follow each other."""
    found: list[_Anchor] = []
    small: list[_Anchor] = []
    for start, _, _ in marks:
        code = lexicon.CODE.search(context.text, max(0, start - 12), start)
        if code is None or code[1].lower() not in lexicon.CODES:
            continue
        each = (*code.span(1), lexicon.SHORT)
        if code[1].isupper():
            found.append(each)
        elif small and each[0] - small[-1][1] <= lexicon.PAIR_GAP:
            found += [each] if found and found[-1] == small[-1] else [small[-1], each]
            small.append(each)
        else:
            small.append(each)
    return found


def _may_be(context: Context, at: int) -> bool:
    """Whether a number there may be a mark by the heading of its column: no prices, no goals."""
    heading = context.heading(at)
    return not lexicon.NO_HEADING.search(heading) or lexicon.HEADING.search(heading) is not None


def _within(rows: list[tuple[int, int]], at: int) -> bool:
    index = bisect_left(rows, (at + 1,))
    return index > 0 and rows[index - 1][1] > at


def _merged(hits: list[Hit]) -> tuple[Hit, ...]:
    hits.sort(key=lambda hit: (hit.start, hit.end))
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return tuple(kept)


def _hit(context: Context, start: int, end: int, confidence: str) -> Hit:
    return Hit(start, end, context.folded[start:end], confidence)


# --- rows


def _rows(context: Context, marks: list[_Mark]) -> Iterator[Hit]:
    """Rows of a name and numbers under a heading, or below a line, that speaks of marks."""
    text, folded = context.text, context.folded
    index = 0
    announced = False
    blank = 0
    rows = _row_lines(context, marks)
    # What announces rows stands above them: nearly all texts have none, and their lines need not be read.
    begin, behind = (max(0, rows[0] - lexicon.LINES_ABOVE), rows[-1] + 1) if rows else (0, 0)
    for number in range(begin, behind):
        first = context.lines[number]
        last = context.lines[number + 1] if number + 1 < len(context.lines) else len(text)
        line = folded[first:last]
        of_line = []
        while index < len(marks) and marks[index][0] < last:
            start, end, _ = marks[index]
            if start < first:  # above what is read
                index += 1
                continue
            if text[first:start].strip() or text[end : end + 1] not in {".", ")"}:
                of_line.append(marks[index])
            index += 1
        if not line.strip():
            blank += 1
            announced = announced and blank < 2
            continue
        blank = 0
        if not of_line:
            if lexicon.NO_HEADING.search(line) and not lexicon.HEADING.search(line):
                announced = False
            elif lexicon.HEADING.search(line) or (len(line) < 80 and _has_subject(line)) or _codes(line):
                announced = not lexicon.CROWD.search(line)
            elif len(line) > 80:
                announced = False
            continue
        if (
            lexicon.HEADING.search(line)
            and not any(decimal for _, _, decimal in of_line)
            and not _is_row(context, first, of_line)
        ):
            announced = not lexicon.CROWD.search(line)
            continue
        if not announced:
            continue
        if _is_row(context, first, of_line) and (ours := [mark for mark in of_line if _may_be(context, mark[0])]):
            yield _hit(context, ours[0][0], ours[-1][1], HIGH)


def _row_lines(context: Context, marks: list[_Mark]) -> list[int]:
    """The numbers of the lines that may be rows: a name, and marks behind it."""
    found: list[int] = []
    lines = context.lines
    for mark in marks:
        number = bisect_right(lines, mark[0]) - 1
        if (not found or found[-1] != number) and _is_row(context, lines[number], [mark]):
            found.append(number)
    return found


def _is_row(context: Context, first: int, marks: list[_Mark]) -> bool:
    lead = lexicon.NAME_LEAD.match(context.text, first, marks[0][0])
    return lead is not None and name_at(context, lead.start("name"), lead.end("name"))


def _codes(line: str) -> bool:
    return (
        len(line) < 200
        and len(lexicon.CODES.intersection(re.split(r"[\t|; ]+", line.strip()))) >= 2
        and not line.strip().endswith((".", "!", "?"))
    )


def _has_subject(line: str) -> bool:
    return any(sort == lexicon.SUBJECT for _, _, sort in lexicon.PHRASES.find(line))


# --- sentences


def _sentence(
    context: Context, sides: tuple[int, int], anchors: list[_Anchor], marks: list[_Mark], letters: list[tuple[int, int]]
) -> Iterator[Hit]:
    left, right = sides
    text, flat = context.text, context.flat
    spans: list[tuple[int, int]] = []
    for start, end, decimal in marks:
        if (span := _marked(context, left, start, end, anchors, decimal=decimal)) is not None:
            spans.append(span)
    for start, end in letters:
        if any(hit[2] in {lexicon.SUBJECT, lexicon.WORD} for hit in anchors) or (
            len(text[start:end]) > 2 and any(letter.isalpha() for letter in text[start:end])
        ):
            behind = lexicon.BEHIND.match(flat, end, min(right, end + 40))
            spans.append((start, behind.end() if behind else end))
    verdicts = [
        (start, end) for start, end, sort in anchors if sort == lexicon.VERDICT and _is_verdict(flat, sides, start, end)
    ]
    if any(text[slice(*hit[:2])].lower() in lexicon.REPORTS for hit in anchors):
        verdicts += [
            (hit[0], judged.end())
            for hit in anchors
            if hit[2] == lexicon.SUBJECT and (judged := lexicon.JUDGED.match(flat, hit[1], right)) is not None
        ]
    if not spans and not verdicts:
        return
    confidence = _confidence(context, left, right, spans, verdicts)
    if confidence is None:
        return
    runs: list[list[int]] = []
    for start, end in sorted(spans + verdicts):
        if runs and start - runs[-1][1] <= lexicon.SPAN_GAP and "\n" not in text[runs[-1][1] : start]:
            runs[-1][1] = max(runs[-1][1], end)
        else:
            runs.append([start, end])
    for start, end in runs:
        yield _hit(context, start, end, confidence)


def _marked(
    context: Context, left: int, start: int, end: int, anchors: list[_Anchor], *, decimal: bool
) -> tuple[int, int] | None:
    """The phrase around a number that is a mark: from its subject or word, or to the subject behind it."""
    flat = context.flat
    before = [
        hit
        for hit in anchors
        if hit[1] <= start
        and hit[0] >= start - lexicon.SPAN_GAP
        and hit[2] in {lexicon.SUBJECT, lexicon.WORD, lexicon.SHORT}
    ]
    for first, last, sort in reversed(before):
        between = flat[last:start]
        if lexicon.DIRECT.match(between):
            return first, end
        if (
            sort != lexicon.SHORT
            and (decimal or (sort == lexicon.WORD and between.endswith(": ")))
            and lexicon.FILL.match(between)
            and not any(letter.isdigit() for letter in between)
        ):
            return first, end
    behind = lexicon.BEHIND.match(flat, end, end + 40)
    after = [hit for hit in anchors if end <= hit[0] <= end + 30 and hit[2] in {lexicon.SUBJECT, lexicon.WORD}]
    if behind is not None and after and after[0][0] < behind.end() + 2:
        return start, after[0][1]
    if decimal and anchors and _after_name(context, start):
        return start, end
    if decimal and (little := lexicon.LITTLE.search(flat, max(left, start - 40), start)) is not None:
        return little.start(), end
    if lexicon.GETS.search(flat, max(0, start - 40), start):
        if decimal and (before or after):
            return start, end
        got = lexicon.GOT.search(flat, max(left, start - 60), start)
        one = after or before or lexicon.ONE.search(flat, max(0, start - 24), start)
        # Who got it stands before it: "de app scoort een 7,9, aldus Jan".
        if got is not None and one and (named(context, left, start) or _somebody_got(context, start, end)):
            return start, end
    if (
        decimal
        and lexicon.STANDS.search(flat, max(left, start - 70), start)
        and called(context, left, end + lexicon.LETTERS_AFTER)
    ):
        return start, end
    if decimal and ((before and not any(letter.isdigit() for letter in flat[before[-1][1] : start])) or after):
        return start, end
    if before and re.match(r"[\s,;/&+en-]{1,5}\Z", flat[start - 2 : start]) and decimal:
        return start, end
    told = any(hit[2] in {lexicon.SUBJECT, lexicon.WORD} for hit in anchors) or lexicon.GOT_MARK.search(
        flat, left, start
    )
    if (
        decimal
        and told
        and called(context, left, end + lexicon.LETTERS_AFTER)
        and not lexicon.MONEY.search(flat, left, end + 20)
    ):
        return start, end
    return None


def _after_name(context: Context, start: int) -> bool:
    """`Anna 8,1, Bram 6,3`: right behind a name."""
    name = lexicon.NAME_BEFORE.search(context.text, max(0, start - 24), start)
    return name is not None and name_at(context, *name.span(1))


def _somebody_got(context: Context, start: int, end: int) -> bool:
    return person_near(context, start, start) >= Person.SAID and not lexicon.BY.search(context.flat, end, end + 60)


def _is_verdict(flat: str, sides: tuple[int, int], start: int, end: int) -> bool:
    word = flat[start:end]
    if word in lexicon.ADVICES:  # which, if any, is said behind it
        return False
    if lexicon.INSUFFICIENT.fullmatch(word):
        return lexicon.LACKING.match(flat, end, end + 16) is None
    if word in lexicon.OF_MORE and lexicon.FOR_OTHER.search(flat, *sides):
        return False
    return word not in lexicon.OF_STUDY or lexicon.STUDY.search(flat, *sides) is not None


def _confidence(
    context: Context, left: int, right: int, spans: list[tuple[int, int]], verdicts: list[tuple[int, int]]
) -> str | None:
    flat = context.flat
    first = min(spans + verdicts)
    person = Person.NAMED if named(context, left, right) else person_near(context, *first)
    crowd = lexicon.CROWD.search(flat, left, right) is not None
    if person is Person.NAMED:
        return LOW if crowd else HIGH
    if crowd:
        return None
    plural = lexicon.PLURAL.search(flat, left, right) is not None
    if person is Person.SAID:
        return LOW if plural or lexicon.IF.search(flat, left, first[0]) else HIGH
    if plural or lexicon.IF.search(flat, left, right):
        return None
    return HIGH if said_before(context, left) or named(context, right, right + lexicon.LETTERS_ON) else LOW
