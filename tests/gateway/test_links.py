"""The token of a notice's link."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.links import Act, Link, digest, sign, verify

KEY = bytes(range(32))
UNTIL = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)
TOKEN = sign(KEY, "7H2K9MQ4TX1C", Act.CONFIRM | Act.WITHDRAW, UNTIL)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_a_token_says_what_was_signed() -> None:
    assert verify(KEY, TOKEN) == Link("7H2K9MQ4TX1C", Act.CONFIRM | Act.WITHDRAW, UNTIL)


def test_a_token_fits_in_a_url_without_escaping() -> None:
    assert set(TOKEN) <= set(LETTERS)
    assert len(TOKEN) < 80


@given(
    st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=32),
    st.sampled_from([Act.CONFIRM, Act.WITHDRAW, Act.CONFIRM | Act.WITHDRAW]),
    st.datetimes(datetime(1971, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC)),
)
def test_every_token_comes_back_as_it_was_signed(reference: str, acts: Act, until: datetime) -> None:
    assert verify(KEY, sign(KEY, reference, acts, until)) == Link(reference, acts, until.replace(microsecond=0))


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_no_letter_of_a_token_can_be_exchanged(place: int) -> None:
    """Also the unused bits of the last letter: one token has one spelling, so its digest is single too."""
    for letter in LETTERS:
        if letter != TOKEN[place]:
            assert verify(KEY, TOKEN[:place] + letter + TOKEN[place + 1 :]) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "A",
        "AAAA",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN + "=",
        f" {TOKEN}",
        TOKEN[:20] + "\n" + TOKEN[20:],
        "é" * 20,
        "\ud800",
        "A" * 5000,
    ],
)
def test_what_is_no_token_is_nothing(token: str) -> None:
    assert verify(KEY, token) is None


@given(st.text(max_size=140))
def test_no_text_makes_verifying_fail(text: str) -> None:
    assert verify(KEY, text) is None


def test_a_token_of_another_key_is_nothing() -> None:
    assert verify(bytes(32), TOKEN) is None


def test_a_token_of_another_version_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("gateway.links.VERSION", 2)
        token = sign(KEY, "7H2K9MQ4TX1C", Act.WITHDRAW, UNTIL)
        assert verify(KEY, token) is not None
    assert verify(KEY, token) is None


def test_a_link_expires_at_its_second() -> None:
    link = Link("7H2K9MQ4TX1C", Act.WITHDRAW, UNTIL)
    assert not link.expired(UNTIL - timedelta(seconds=1))
    assert link.expired(UNTIL)


def test_acts_are_written_and_read_as_words() -> None:
    assert Act.of(("confirm", "withdraw")) == Act.CONFIRM | Act.WITHDRAW
    assert (Act.CONFIRM | Act.WITHDRAW).names == ("confirm", "withdraw")
    assert Act.WITHDRAW.names == ("withdraw",)
    with pytest.raises(KeyError):
        Act.of(("release",))


@pytest.mark.parametrize("reference", ["", "é", "A" * 33])
def test_a_strange_reference_is_not_signed(reference: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        sign(KEY, reference, Act.WITHDRAW, UNTIL)


def test_the_kept_digest_does_not_hold_the_token() -> None:
    assert digest(TOKEN) == digest(TOKEN) != digest(TOKEN + "A")
    assert len(digest(TOKEN)) == 32
    assert digest(TOKEN) not in base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
