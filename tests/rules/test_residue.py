"""After a fix no outsider's address reaches another recipient: anywhere in the bytes, decoded or not.

Addresses are hidden in every place an address can hide; the bytes that would be delivered are read by an independent
reader. `test_mutation.py` takes each look away and sees that these scenarios then fail.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.message import parse
from rules.verdict import Action
from tests.support.hiding import HEADER_HIDERS, HELD_HEADERS, HELLO, HIDERS, OWN_TO, RAW_ONLY, compose
from tests.support.oracle import contains, shown
from tests.support.scenarios import COLLEAGUE, HOUSEHOLD, OUTSIDERS, SCENARIOS, SENDER, fails, leaks, scenario
from tests.support.school import delivered, judged

VISIBLE = (b"to:", b"cc:", b"bcc:", b"reply-to:", b"resent-")


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_address_hidden_anywhere_is_taken_away_or_held(name: str) -> None:
    assert not fails(name)


@pytest.mark.parametrize("place", sorted(HIDERS))
def test_the_independent_reader_finds_what_was_hidden(place: str) -> None:
    """Otherwise the property below proves nothing for that place."""
    assert all(contains(compose(SENDER, [SENDER], HIDERS[place](victim)), victim) for victim in OUTSIDERS)


def test_a_plain_message_to_several_outsiders_is_repaired() -> None:
    assert SCENARIOS["plain"] is Action.FIX
    assert SCENARIOS["right"] is Action.PASS
    assert scenario("plain")[1] == list(OUTSIDERS)


def names(address: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [address, f"<{address.upper()}>", f'"Ouder, van" <{address}>', f"=?utf-8?Q?Ouder=2C_d=C3=A9?= <{address}>"]
    )


@st.composite
def messages(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A message and its envelope: some outsiders, some colleagues, addresses in headers and in at most one place of the body."""
    recipients = draw(st.lists(st.sampled_from(OUTSIDERS), min_size=1, unique=True))
    recipients += draw(st.lists(st.sampled_from((SENDER, COLLEAGUE)), unique=True))
    visible = [draw(names(address)) for address in draw(st.lists(st.sampled_from(OUTSIDERS), unique=True))]
    to = draw(st.sampled_from(sorted(OWN_TO)))
    own = OWN_TO[to](SENDER, draw(st.sampled_from(OUTSIDERS)))
    lines = {**HEADER_HIDERS, **HELD_HEADERS}
    headers = draw(st.lists(st.tuples(st.sampled_from(sorted(lines)), st.sampled_from(OUTSIDERS)), max_size=3))
    place = draw(st.one_of(st.none(), st.sampled_from(sorted(HIDERS))))
    victim = draw(st.sampled_from(OUTSIDERS))
    assume(place not in RAW_ONLY or victim in recipients)
    inner = HELLO if place is None else HIDERS[place](victim)
    extra = b"".join(lines[name](address) for name, address in headers)
    return compose(
        SENDER, draw(st.sampled_from((visible or [SENDER], [own], [SENDER]))), inner, extra=extra
    ), recipients


@settings(max_examples=250, deadline=None)
@given(messages())
def test_no_outsider_reaches_another_wherever_the_addresses_hide(message: tuple[bytes, list[str]]) -> None:
    raw, recipients = message
    verdict = judged(raw, SENDER, recipients)
    body = raw[parse(raw).body_start :]
    for _, out in delivered(raw, verdict):
        assert out[parse(out).body_start :] == body
    if verdict.action > Action.FIX:
        return
    assert not leaks(raw, recipients, verdict)
    if verdict.fixed:
        for _, out in delivered(raw, verdict):
            for line in out[: -len(body)].replace(b"\r\n ", b" ").lower().split(b"\r\n"):
                assert not line.startswith(VISIBLE) or not shown(line + b"\r\n\r\n", OUTSIDERS)


@settings(max_examples=150, deadline=None)
@given(messages())
def test_repairing_what_was_repaired_changes_nothing(message: tuple[bytes, list[str]]) -> None:
    raw, recipients = message
    first = judged(raw, SENDER, recipients)
    for rcpt_to, out in delivered(raw, first):
        again = judged(out, SENDER, list(rcpt_to))
        assert not again.fixed
        assert [copy for _, copy in delivered(out, again)] == [out]
        if first.action <= Action.FIX:
            assert again.action is Action.PASS
            assert not again.findings
    assert HOUSEHOLD[0] in OUTSIDERS
