"""A check that can be taken away unnoticed is no check: each is taken away in turn, and a scenario must fail.

Every mutant names the scenarios that its check alone decides.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from rules.clauses import addressing, guards, residue, scene, spread
from rules.detectors import email_address
from rules.message import Message, Place, addresses, disguises, edits, embedded, kinds, model, places, tnef, values
from rules.message.tnef import Tnef
from rules.text.hits import Hit
from rules.text.html import HtmlText
from rules.text.rtf import RtfText, rtf_text
from tests.support.hiding import HIDERS, compose
from tests.support.scenarios import OUTSIDERS, SCENARIOS, SENDER, fails

reading = importlib.import_module("rules.message.places")  # the package has a function of that name
Mutate = Callable[[pytest.MonkeyPatch], None]


def replaced(target: object, name: str, value: Any) -> Mutate:
    return lambda patch: patch.setattr(target, name, value)


def no_words(patch: pytest.MonkeyPatch) -> None:
    """Three readers undo encoded words: headers, words inside words, and texts."""
    for module in (values, reading, disguises):
        patch.setattr(module, "decode_words", raw_words)


def nothing(*_: object, **__: object) -> tuple[()]:
    return ()


def seen_only(keeps: Callable[[Place], bool]) -> Mutate:
    """The clauses see only some of the places."""

    def filtered(message: Message) -> Iterator[Place]:
        return (place for place in places(message) if keeps(place))

    return replaced(scene, "places", filtered)


def without(kind: str) -> Mutate:
    return seen_only(lambda place: place.kind != kind)


def in_part(place: Place) -> bool:
    return place.header is not None and " header " in place.where


def top_only(message: Message, within: str, path: str, real: Any = reading._message) -> Iterable[Place]:
    """Attached messages are not opened."""
    return () if within else real(message, within, path)


def no_rows(reader: tnef.Reader) -> tuple[()]:
    """A table of recipients is passed over."""
    reader.position = len(reader.data)
    return ()


class AsWritten:
    """A text that is not normalised."""

    def __init__(self, text: str) -> None:
        self.text = text

    def source(self, start: int, end: int) -> tuple[int, int]:
        return start, end


def western(data: bytes, _: str | None) -> tuple[str, bool]:
    return data.decode("latin-1"), False


def raw_words(value: bytes) -> str:
    return value.decode("latin-1").replace("\r\n", "").strip()


def hits_only(text: str, hits: Iterable[Hit], outsiders: frozenset[str]) -> str:
    return next((hit.value for hit in hits if hit.value in outsiders), "")


def letters_only(text: str, _: object, outsiders: frozenset[str]) -> str:
    return next((address for address in outsiders if address in text.lower()), "")


PACKED = sorted(place for place in HIDERS if place.startswith("packed_") and "many" not in place and "uu" not in place)


MUTANTS: dict[str, tuple[Mutate, list[str]]] = {
    # each kind of place
    "no headers": (without("header"), ["household attached_message_with_coded_name 0", "right-header comments_coded 0"]),
    "no text": (without("text"), ["household base64_text 0", "stranger base64_text 0"]),
    "no quoted text": (without("quoted"), ["household quoted_block_in_base64 0", "stranger quoted_block_in_base64 0"]),
    "no links": (without("link"), ["household mailto_link_percent_encoded 0", "stranger mailto_link 0"]),
    "no attributes": (without("attribute"), ["household html_attribute_in_base64 0", "stranger html_attribute 0"]),
    "no comments": (without("comment"), ["household html_comment_in_base64 0", "stranger html_comment 0"]),
    "no calendars": (without("calendar"), ["household calendar_in_base64 0", "stranger calendar_file 0"]),
    "no cards": (without("vcard"), ["household visiting_card_in_base64 0", "stranger visiting_card 0"]),
    "no raw text": (without("raw"), ["household spreadsheet_as_octets_in_base64 0", "stranger base64_inside_the_text 0"]),
    "no parts' headers": (seen_only(lambda place: not in_part(place)), ["household part_description_coded 0"]),
    "no containers' headers": (
        seen_only(lambda place: not in_part(place) or not place.where.startswith("part 1 header")),
        ["household container_header_coded 0"],
    ),
    "no preamble": (seen_only(lambda place: "preamble" not in place.where), ["household preamble_coded 0"]),
    "no epilogue": (seen_only(lambda place: "epilogue" not in place.where), ["household epilogue_coded 0"]),
    # each way of reading
    "attached messages stay shut": (
        replaced(reading, "_message", top_only),
        ["household attached_message_with_coded_text 0", "stranger attached_headers 0"],
    ),
    "signed content stays shut": (replaced(model, "is_cms", lambda _: False), ["household signed_as_a_whole 0"]),
    "what is nested too deep passes": (replaced(guards, "unread", nothing), ["household attached_messages_nested_too_deep 0"]),
    "packed messages stay shut": (
        replaced(model, "read_tnef", lambda _: Tnef((), (), (), ())),
        [f"right {place} 0" for place in PACKED],
    ),
    "a packed message is known by its type alone": (
        replaced(model, "SIGNATURE", b"no such signature"), ["right packed_under_another_name 0"]
    ),
    "packed messages in a text stay shut": (
        replaced(embedded, "read_tnef", lambda _: Tnef((), (), (), ())), ["right packed_and_uuencoded_in_the_text 0"]
    ),
    "what is damaged in a packed message passes": (
        replaced(guards, "unread", nothing), ["right packed_in_the_last_of_many_texts 0"]
    ),
    "no compressed text": (
        replaced(tnef, "decompress", lambda _: (b"", True)), ["right packed_text 0", "right packed_html_in_rtf 0"]
    ),
    "no RTF": (
        replaced(tnef, "rtf_text", lambda data: RtfText(data.decode("latin-1"))),
        ["right packed_text_broken_by_formatting 0", "right packed_text_broken_by_formatting 2"],
    ),
    "no HTML out of RTF": (
        replaced(tnef, "rtf_text", lambda data: RtfText(rtf_text(data).text)), ["right packed_html_in_rtf 0"]
    ),
    "no rows of a table": (replaced(tnef.Reader, "rows", no_rows), ["right packed_recipients 0"]),
    "no texts of properties": (
        replaced(tnef._Unpacker, "_texts", nothing), ["right packed_named_property 0", "right packed_entry_of_a_recipient 0"]
    ),
    "no encoded words": (no_words, ["right-header comments_coded 0"]),
    "no transfer encodings": (replaced(model, "decode_payload", lambda data, _: data), ["household text_in_ebcdic 0"]),
    "no charsets": (replaced(model, "decode_bytes", western), ["household text_in_ebcdic 0"]),
    "no other readings": (
        replaced(reading, "readings", nothing),
        ["household entities_in_plain_text 0", "stranger flowed_text 3"],
    ),
    "no files in a text": (replaced(reading, "embedded", nothing), ["household base64_inside_the_text 0"]),
    "no unfolding": (
        replaced(reading, "unfolded", lambda text: (text,)),
        ["stranger calendar_line_folded 3"],
    ),
    "no tree of the markup": (replaced(reading, "html_text", HtmlText), ["recipient html_split_by_tags 3"]),
    "no strings in binary files": (replaced(reading, "strings", lambda _: ""), ["household letters_between_zeros 0"]),
    "no normalising": (replaced(email_address, "normalise", AsWritten), ["household zero_width_characters 0"]),
    # each way of comparing
    "only the detector's hits": (replaced(residue, "_named", hits_only), ["recipient words_run_together 3"]),
    "nothing is pressed together": (replaced(residue, "_squeezed", lambda _: ""), ["recipient html_broken_by_lines 3"]),
    "only the letters": (replaced(residue, "_named", letters_only), ["household zero_width_characters 0"]),
    "C19 leaves what is left": (replaced(addressing, "left_behind", nothing), ["household base64_text 0"]),
    "C3 finds nothing": (replaced(spread, "addresses", lambda *_, **__: ((), "")), ["stranger plain_text 0"]),
    "everything is own data": (replaced(spread, "own_data", lambda *_: True), ["stranger plain_text 0"]),
    "everybody agreed": (replaced(addressing, "shared", lambda _, them: frozenset(them)), ["household base64_text 0"]),
    # each line the repair takes away
    "nobody counts": (replaced(scene, "_outsiders", lambda _: ()), ["plain", "header cc 0"]),
    "all is right already": (replaced(addressing, "_already_right", lambda *_: True), ["plain", "right-header cc 0"]),
    "nothing is right already": (replaced(addressing, "_already_right", lambda *_: False), ["right"]),
    "cc and bcc stay": (
        replaced(edits, "_GONE", frozenset[str]()),
        ["header cc 0", "header two_cc 0", "header bcc_left_in 0", "header group 0", "header encoded_word 0"],
    ),
    "bcc stays in right mail": (replaced(edits, "_HIDDEN", frozenset[str]()), ["right-header bcc_left_in 0"]),
    "reply-to stays": (replaced(edits, "_reply_to", lambda *_: []), ["header reply_to 0", "header reply_to_among_others 0"]),
    "no line may be dropped": (
        replaced(addressing, "droppable", lambda _: False),
        ["header receipt 0", "header extension 0", "header extension_coded 0", "header delivered_to 0"],
    ),
    "resent lines make nothing wrong": (replaced(addressing, "RESENT", ()), ["right-header resent_to 0"]),
    "names hide nobody": (
        replaced(addresses, "decode_words", lambda value: value.decode("latin-1")), ["to to_encoded_word 0"]
    ),
    "raw headers are not scanned": (replaced(addresses, "_scan", lambda _: {}), ["to to_display_name 0", "to to_comment 0"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_check_that_is_taken_away_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutate, scenarios = MUTANTS[name]
    assert not [one for one in scenarios if fails(one)]
    mutate(monkeypatch)
    assert [one for one in scenarios if not fails(one)] == []


def test_the_search_in_the_bytes_is_a_net_under_every_other_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads no structure, so that a place the parser misses is still held; alone it decides nothing else."""
    plain = ["household plain_text 0", "household epilogue 0", "household file_name 0", "right-header field_name 0"]
    seen_only(lambda _: False)(monkeypatch)
    assert not [one for one in plain if fails(one)]
    monkeypatch.setattr(addressing, "in_bytes", lambda *_: "")
    assert all(fails(one) for one in plain)


@pytest.mark.parametrize("line", sorted(residue.DROPPABLE))
def test_each_line_that_may_be_dropped_is_dropped_by_its_own_name(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from rules.verdict import Action
    from tests.support.hiding import HELLO
    from tests.support.school import judged

    raw = compose(SENDER, OUTSIDERS, HELLO, extra=f"{line}: {OUTSIDERS[0]}\r\n".encode())
    assert judged(raw, SENDER, list(OUTSIDERS)).action is Action.FIX
    monkeypatch.setattr(residue, "DROPPABLE", residue.DROPPABLE - {line})
    assert judged(raw, SENDER, list(OUTSIDERS)).action is Action.HOLD


@pytest.mark.parametrize("line", scene.RESENT)
def test_each_resent_line_is_looked_at(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from rules.verdict import Action
    from tests.support.hiding import HELLO
    from tests.support.school import judged

    raw = compose(SENDER, [SENDER], HELLO, extra=f"{line}: {OUTSIDERS[0]}\r\n".encode())
    assert judged(raw, SENDER, list(OUTSIDERS)).action is Action.FIX
    monkeypatch.setattr(addressing, "RESENT", tuple(name for name in scene.RESENT if name != line))
    assert judged(raw, SENDER, list(OUTSIDERS)).action is not Action.FIX


def test_no_kind_of_place_is_without_its_mutant() -> None:
    """A file name has none: it stands in its part's header too, and is a place of its own to be called by its name."""
    found = {
        place.kind
        for hide in HIDERS.values()
        for place in places(model.parse(compose(SENDER, OUTSIDERS, hide(OUTSIDERS[0]))))
    }
    words = {"header", "text", "quoted", "link", "attribute", "comment", "calendar", "vcard", "raw"}
    assert found == words | {"filename"}
    assert {one for _, scenarios in MUTANTS.values() for one in scenarios} <= set(SCENARIOS)


def test_the_kinds_that_can_t_be_rewritten_are_all_known() -> None:
    assert set(addressing.UNREWRITABLE) - {"header_protected"} <= kinds.HIDING
