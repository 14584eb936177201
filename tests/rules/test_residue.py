"""After a fix no outsider's address reaches another recipient: anywhere in the bytes, decoded or not.

Addresses are hidden in every place an address can hide; the bytes that would be delivered are read by an independent
reader. Taking any one of the looks away must make this fail, otherwise the test proves nothing.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.message import parse
from rules.verdict import Action
from tests.support.hiding import HEADER_HIDERS, HELLO, HIDERS, compose
from tests.support.oracle import contains
from tests.support.school import delivered, judged

SENDER = "d.thooft@zilverberg.example"
OUTSIDERS = ("sanne.vanrijsbergen@ziggo.example", "renskevanderheide@home.example", "buurman@gmail.example")


def check(raw: bytes, recipients: list[str]) -> None:
    """Whatever is delivered at once shows no outsider to another, and has the body as it was."""
    verdict = judged(raw, SENDER, recipients)
    if verdict.action > Action.FIX:
        return
    body = raw[parse(raw).body_start :]
    for rcpt_to, out in delivered(raw, verdict):
        assert out.endswith(body)
        for outsider in OUTSIDERS:
            if any(rcpt.lower() != outsider for rcpt in rcpt_to):
                assert not contains(out, outsider), f"{outsider} reaches {rcpt_to}"


@pytest.mark.parametrize("victim", OUTSIDERS)
@pytest.mark.parametrize("place", sorted(HIDERS))
def test_an_address_hidden_in_the_body_is_held(place: str, victim: str) -> None:
    raw = compose(SENDER, OUTSIDERS, HIDERS[place](victim))
    assert judged(raw, SENDER, list(OUTSIDERS)).action is Action.HOLD


@pytest.mark.parametrize("victim", OUTSIDERS)
@pytest.mark.parametrize("place", sorted(HEADER_HIDERS))
def test_an_address_hidden_in_the_header_is_repaired_or_held(place: str, victim: str) -> None:
    raw = compose(SENDER, OUTSIDERS, HELLO, extra=HEADER_HIDERS[place](victim))
    assert judged(raw, SENDER, list(OUTSIDERS)).action in {Action.FIX, Action.HOLD}
    check(raw, list(OUTSIDERS))


def test_a_plain_message_to_three_outsiders_is_repaired() -> None:
    raw = compose(SENDER, OUTSIDERS, HELLO)
    assert judged(raw, SENDER, list(OUTSIDERS)).action is Action.FIX
    check(raw, list(OUTSIDERS))


places = st.lists(st.tuples(st.sampled_from(sorted(HEADER_HIDERS)), st.sampled_from(OUTSIDERS)), max_size=3)


@settings(max_examples=300, deadline=None)
@given(
    headers=places,
    body=st.one_of(st.none(), st.tuples(st.sampled_from(sorted(HIDERS)), st.sampled_from(OUTSIDERS))),
    recipients=st.lists(st.sampled_from((*OUTSIDERS, SENDER)), min_size=1, unique=True),
    shown=st.lists(st.sampled_from(OUTSIDERS), unique=True),
)
def test_no_outsider_reaches_another_wherever_the_addresses_hide(
    headers: list[tuple[str, str]], body: tuple[str, str] | None, recipients: list[str], shown: list[str]
) -> None:
    inner = HELLO if body is None else HIDERS[body[0]](body[1])
    extra = b"".join(HEADER_HIDERS[place](victim) for place, victim in headers)
    raw = compose(SENDER, shown or [SENDER], inner, extra=extra)
    verdict = judged(raw, SENDER, recipients)
    if (
        not verdict.fixed
    ):  # a message to one family may show that family its own: the promise is about what a fix leaves
        return
    check(raw, recipients)
    for _, out in delivered(raw, verdict):
        again = judged(out, SENDER, recipients)
        assert not again.fixed
        assert all(copy == out for _, copy in delivered(out, again))
