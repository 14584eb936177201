"""AUTH's exchange: whatever a client answers is a login with its password, or nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp.sasl import MECHANISMS, decoded


@dataclass
class Client:
    """A client that gives these answers: what an exchange uses of a dialogue."""

    answers: list[bytes]
    asked: list[str] = field(default_factory=list)

    async def say(self, answer: tuple[str, ...]) -> None:
        self.asked += answer

    async def line(self) -> bytes:
        return self.answers.pop(0)


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode() or "="


words = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)


@given(words)
def test_what_was_coded_is_decoded(text: str) -> None:
    assert decoded(coded(text)) == text


@given(st.text(max_size=30))
def test_any_text_is_decoded_or_is_nothing(text: str) -> None:
    found = decoded(text)
    assert found is None or found == base64.b64decode(text.encode()).decode()


@given(st.sampled_from(sorted(MECHANISMS)), words, words, st.booleans())
async def test_login_and_password_arrive_whichever_way_they_are_said(
    mechanism: str, login: str, password: str, at_once: bool
) -> None:
    said = [coded(f"\0{login}\0{password}")] if mechanism == "PLAIN" else [coded(login), coded(password)]
    client = Client([one.encode() for one in said[at_once:]])
    assert await MECHANISMS[mechanism](client, said[0] if at_once else "") == (login, password)  # type: ignore[arg-type]
    assert not client.answers
    assert len(client.asked) == len(said) - at_once


@given(
    st.sampled_from(sorted(MECHANISMS)), st.text(max_size=12), st.lists(st.binary(max_size=12), min_size=2, max_size=2)
)
async def test_an_exchange_is_total(mechanism: str, initial: str, answers: list[bytes]) -> None:
    found = await MECHANISMS[mechanism](Client(answers), initial)  # type: ignore[arg-type]
    assert found is None or all("\0" not in one for one in found[:1])


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
async def test_a_client_may_take_it_back(mechanism: str) -> None:
    assert await MECHANISMS[mechanism](Client([b"*", b"*"]), "") is None  # type: ignore[arg-type]


@pytest.mark.parametrize("fields", ["", "\0x", "a\0b\0c\0d"])
async def test_plain_has_three_fields(fields: str) -> None:
    assert await MECHANISMS["PLAIN"](Client([]), coded(fields)) is None  # type: ignore[arg-type]
