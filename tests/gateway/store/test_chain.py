"""Chains: what is done to them shows."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.store.chain import START, ChainRow, broken_at, link

contents = st.lists(st.lists(st.binary(max_size=8), max_size=3), min_size=1, max_size=12)


def chain(fields: list[list[bytes]]) -> list[ChainRow]:
    end, rows = START, []
    for one in fields:
        following = link(end, *one)
        rows.append(ChainRow(following.number, end.hash, following.hash, tuple(one)))
        end = following
    return rows


@given(contents)
def test_an_untouched_chain_holds_and_can_be_followed_in_stretches(fields):
    rows = chain(fields)
    end, broken = broken_at(rows)
    assert (end.number, broken) == (len(rows), None)
    half = len(rows) // 2
    middle, _ = broken_at(rows[:half])
    assert broken_at(rows[half:], middle) == (end, None)


@given(contents, st.data())
def test_a_row_taken_out_is_found(fields, data):
    rows = chain([*fields, [b"last"]])
    at = data.draw(st.integers(0, len(rows) - 2))
    assert broken_at(rows[:at] + rows[at + 1 :])[1] == at + 1


@given(contents, st.data())
def test_a_changed_row_is_found(fields, data):
    rows = chain(fields)
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = replace(rows[at], fields=(*rows[at].fields, b"more"))
    assert broken_at(rows)[1] == at + 1


@given(contents, st.data())
def test_a_row_written_anew_with_its_own_hash_is_found_at_the_next(fields, data):
    """Who changes a row and its hash has to change every row after it."""
    rows = chain([*fields, [b"last"]])
    at = data.draw(st.integers(0, len(rows) - 2))
    before = START if at == 0 else replace(START, number=at, hash=rows[at - 1].hash)
    other = link(before, b"forged")
    rows[at] = ChainRow(other.number, before.hash, other.hash, (b"forged",))
    assert broken_at(rows)[1] == at + 2


def test_fields_do_not_run_into_one_another():
    assert link(START, b"ab", b"c").hash != link(START, b"a", b"bc").hash
    assert link(START, b"", b"a").hash != link(START, b"a", b"").hash
