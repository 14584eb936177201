"""Signing in: passwords, second factors, sessions, and everything that must not get anybody in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from gateway.accounts import factors
from gateway.accounts.factors import Passwords
from gateway.accounts.reception import FAILURES_MAX, IDLE, LONGEST, PEER_MAX, PEERS_MAX, SHUT, Reception, Refused
from gateway.accounts.roles import RIGHTS, Right, Role, rights
from gateway.store.accounts import Account, AccountExists, ByAddress, Change, Session, everybody
from tests.support.backoffice import PASSWORD, BackRoom
from tests.support.counter import EVA, KAREL

PEER = "192.0.2.7"


@pytest.fixture(autouse=True)
async def account(room: BackRoom) -> None:
    await room.account(KAREL, "approver")


async def halfway(room: BackRoom, reception: Reception | None = None) -> Session:
    """Past the password."""
    reception = reception or room.reception
    token = await reception.sign_in(KAREL, PASSWORD, PEER)
    assert isinstance(token, str)
    session = await reception.visitor(token)
    assert session is not None
    return session


def code_of(room: BackRoom, secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(room.desk.house.clock.now().timestamp()) + later)


async def enrolled(room: BackRoom) -> tuple[str, tuple[str, ...], str]:
    """The secret, the spare codes and the token of somebody who set up a second factor."""
    secret = factors.new_secret()
    done = await room.reception.enrol(await halfway(room), secret, code_of(room, secret))
    assert done is not None
    room.desk.house.clock.advance(seconds=90)
    return secret, done[1], done[0]


async def acts(room: BackRoom) -> list[str]:
    return [row.act for row in await room.desk.store.audit_rows()]


async def test_a_password_alone_opens_nothing_until_the_second_factor_is_given(room: BackRoom) -> None:
    secret, _, token = await enrolled(room)
    first = await room.reception.visitor(token)
    assert first is not None and first.proven
    again = await halfway(room)
    assert not again.proven
    proven = await room.reception.prove(again, code_of(room, secret))
    assert proven is not None
    session = await room.reception.visitor(proven)
    assert session is not None and session.proven and session.account.address == KAREL
    assert await room.desk.store.ask(ByAddress(EVA)) is None
    assert {"account_opened", "second_factor_set", "signed_in"} <= set(await acts(room))


async def test_the_token_of_the_password_is_worth_nothing_after_the_second_factor(room: BackRoom) -> None:
    secret, _, _ = await enrolled(room)
    token = await room.reception.sign_in(KAREL, PASSWORD, PEER)
    assert isinstance(token, str)
    session = await room.reception.visitor(token)
    assert session is not None
    assert await room.reception.prove(session, code_of(room, secret)) is not None
    assert await room.reception.visitor(token) is None


@pytest.mark.parametrize(
    ("login", "password"),
    [
        (KAREL, "fout wachtwoord"),
        (EVA, PASSWORD),
        ("", ""),
        (KAREL, ""),
        ("niemand", PASSWORD),
        (KAREL, PASSWORD + "x"),
    ],
)
async def test_who_is_wrong_or_unknown_hears_the_same(room: BackRoom, login: str, password: str) -> None:
    assert await room.reception.sign_in(login, password, PEER) is Refused.WRONG


async def test_spelling_of_the_address_does_not_matter(room: BackRoom) -> None:
    assert isinstance(await room.reception.sign_in(f"  {KAREL.upper()} ", PASSWORD, PEER), str)


async def test_after_wrong_guesses_the_door_is_shut_for_a_while_for_the_right_password_too(room: BackRoom) -> None:
    for _ in range(FAILURES_MAX):
        assert await room.reception.sign_in(KAREL, "mis", PEER) is Refused.WRONG
    assert await room.reception.sign_in(KAREL, PASSWORD, "198.51.100.9") is Refused.WRONG
    assert "sign_in_shut" in await acts(room)
    room.desk.house.clock.advance(minutes=SHUT.total_seconds() / 60 + 1)
    assert isinstance(await room.reception.sign_in(KAREL, PASSWORD, PEER), str)


async def test_a_right_password_forgets_the_wrong_ones(room: BackRoom) -> None:
    for _ in range(3):
        for _ in range(FAILURES_MAX - 1):
            await room.reception.sign_in(KAREL, "mis", PEER)
        assert isinstance(await room.reception.sign_in(KAREL, PASSWORD, PEER), str)


async def test_codes_are_guessed_no_more_often_than_passwords(room: BackRoom) -> None:
    secret, _, _ = await enrolled(room)
    session = await halfway(room)
    for _ in range(FAILURES_MAX):
        assert await room.reception.prove(session, "000000") is None
    again = await room.desk.store.ask(ByAddress(KAREL))
    assert again is not None and again.locked_until is not None
    assert await room.reception.prove(replace(session, account=again), code_of(room, secret)) is None


async def test_one_address_is_heard_so_often_only(room: BackRoom) -> None:
    for _ in range(PEER_MAX):
        room.reception._count(PEER)
    assert await room.reception.sign_in(KAREL, PASSWORD, PEER) is Refused.SHUT
    assert isinstance(await room.reception.sign_in(KAREL, PASSWORD, "198.51.100.9"), str)
    room.desk.house.clock.advance(minutes=6)
    assert isinstance(await room.reception.sign_in(KAREL, PASSWORD, PEER), str)


async def test_the_memory_of_addresses_is_bounded(room: BackRoom) -> None:
    for number in range(PEERS_MAX + 5):
        room.reception._count(f"peer {number}")
    assert len(room.reception._peers) <= PEERS_MAX


async def test_a_code_counts_once_and_in_its_time_only(room: BackRoom) -> None:
    secret, _, _ = await enrolled(room)
    code = code_of(room, secret)
    assert await room.reception.prove(await halfway(room), code) is not None
    assert await room.reception.prove(await halfway(room), code) is None  # seen over somebody's shoulder
    assert await room.reception.prove(await halfway(room), code_of(room, secret, 300)) is None
    assert await room.reception.prove(await halfway(room), code_of(room, secret, 30)) is not None  # a fast clock
    room.desk.house.clock.advance(seconds=300)
    assert await room.reception.prove(await halfway(room), code_of(room, secret, -30)) is not None  # a slow one


@pytest.mark.parametrize("code", ["", " ", "abc", "12345", "1234567", "١٢٣٤٥٦", "\ud800", "0" * 4000])
async def test_what_is_no_code_proves_nothing(room: BackRoom, code: str) -> None:
    await enrolled(room)
    assert await room.reception.prove(await halfway(room), code.encode("utf-8", "replace").decode()) is None


async def test_a_spare_code_works_once_however_it_is_written(room: BackRoom) -> None:
    _, codes, _ = await enrolled(room)
    assert len(set(codes)) == factors.SPARE_CODES
    assert await room.reception.prove(await halfway(room), codes[0].lower().replace("-", " ")) is not None
    assert await room.reception.prove(await halfway(room), codes[0]) is None
    assert await room.reception.prove(await halfway(room), codes[1]) is not None
    assert "signed_in_by_spare_code" in await acts(room)


async def test_of_two_who_use_one_code_at_once_one_gets_in(room: BackRoom) -> None:
    secret, codes, _ = await enrolled(room)
    one, two = await halfway(room), await halfway(room)
    code = code_of(room, secret)
    found = [await room.reception._taken(each, token, factors.step_of(secret, code, room.desk.house.clock.now()), "", room.desk.house.clock.now()) for each, token in ((one, "t1"), (two, "t2"))]  # fmt: skip
    assert found == [True, False]
    spare = factors.spare_digest(b"a" * 32, codes[0])
    found = [await room.reception._taken(each, token, 0, spare, room.desk.house.clock.now()) for each, token in ((two, "t3"), (await halfway(room), "t4"))]  # fmt: skip
    assert found == [True, False]


async def test_a_second_factor_is_not_replaced_by_who_only_has_the_password(room: BackRoom) -> None:
    await enrolled(room)
    secret = factors.new_secret()
    assert await room.reception.enrol(await halfway(room), secret, code_of(room, secret)) is None
    assert await room.reception.enrol(await halfway(room), secret, "000000") is None


async def test_a_session_ends_after_silence_and_at_the_end_of_the_day(room: BackRoom) -> None:
    _, _, token = await enrolled(room)
    for _ in range(int(LONGEST / timedelta(hours=1)) - 1):
        room.desk.house.clock.advance(minutes=60)
        assert await room.reception.visitor(token) is not None
    room.desk.house.clock.advance(minutes=61)
    assert await room.reception.visitor(token) is None
    session = await halfway(room)
    room.desk.house.clock.advance(minutes=11)
    assert await room.reception.prove(session, "000000") is None
    assert await room.reception.visitor("") is None


async def test_silence_ends_a_session(room: BackRoom) -> None:
    _, _, token = await enrolled(room)
    room.desk.house.clock.advance(minutes=IDLE.total_seconds() / 60 + 1)
    assert await room.reception.visitor(token) is None


@pytest.mark.parametrize("act", ["leave", "disable"])
async def test_a_session_is_ended_from_here(room: BackRoom, act: str) -> None:
    _, _, token = await enrolled(room)
    session = await room.reception.visitor(token)
    assert session is not None
    if act == "leave":
        await room.reception.leave(session)
    else:
        now = room.desk.house.clock.now()
        await room.desk.store.act(
            Change(session.account.number, lambda one: replace(one, active=False), "account_disabled", "test", now)
        )
        assert await room.reception.sign_in(KAREL, PASSWORD, PEER) is Refused.WRONG
    assert await room.reception.visitor(token) is None


async def test_a_change_ends_every_session(room: BackRoom) -> None:
    _, _, token = await enrolled(room)
    (found,) = await room.desk.store.ask(everybody)
    now = room.desk.house.clock.now()
    edit = Change(found.number, lambda one: replace(one, roles=frozenset({"auditor"})), "account_roles", "test", now, ends=True)  # fmt: skip
    await room.desk.store.act(edit)
    assert await room.reception.visitor(token) is None
    again = await room.desk.store.ask(ByAddress(KAREL))
    assert again is not None and again.roles == {"auditor"}


async def test_nobody_has_two_accounts(room: BackRoom) -> None:
    with pytest.raises(AccountExists):
        await room.account(KAREL, "admin")


async def test_without_second_factors_the_password_is_enough(room: BackRoom) -> None:
    easy = Reception(room.desk.store, room.desk.house.clock, b"a" * 32, second_factor=False)
    assert (await halfway(room, easy)).proven
    secret, _, _ = await enrolled(room)
    assert not (await halfway(room, easy)).proven  # who has one is asked for it
    assert secret


async def test_nothing_of_it_can_be_read_in_the_database(room: BackRoom) -> None:
    secret, codes, token = await enrolled(room)
    await room.desk.store.checkpoint()
    kept = b"".join(path.read_bytes() for path in room.desk.house.files())
    for clear in (KAREL, PASSWORD, secret, codes[0], token):
        assert clear.encode() not in kept
    assert KAREL not in repr(await room.desk.store.ask(everybody))


async def test_an_unknown_role_gives_nothing() -> None:
    assert rights({"head_of_everything"}) == frozenset()
    assert rights({"operator", "x"}) == RIGHTS[Role.OPERATOR]
    assert Right.ANY_CASE not in rights({"admin", "approver", "operator"})  # an administrator is no reader


async def test_a_hash_nobody_wrote_is_no_password() -> None:
    assert not await Passwords().check("not a hash", "x")
    assert await Passwords().check(await Passwords().make("x" * 12), "x" * 12)
    assert Account(1, "a@b.example", frozenset()).password == ""
    assert "otpauth://totp/" in factors.address(factors.new_secret(), KAREL, "De: School")
