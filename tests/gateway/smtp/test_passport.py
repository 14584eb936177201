"""What a message must carry where the peer is shared: the tenant, the secret header, and no doubt about either."""

from __future__ import annotations

import io
import time
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import logs
from gateway.config import Listener
from gateway.smtp.passport import Passport
from rules.message import FIELDS_MAX, read_headers
from tests.support.hostile import messages
from tests.support.lobby import Lobby, lobby

TENANT, OTHER = "01234567-89ab-cdef-0123-456789abcdef", "fedcba98-7654-3210-fedc-ba9876543210"
SECRET, NEXT = "Lijster-op-de-nok-20", "Spreeuw-in-de-goot-21"
LINE = f"X-MS-Exchange-CrossTenant-Id: {TENANT}\r\n"
GATE = f"X-School-Gate: {SECRET}\r\n"
REST = "From: a@school.example\r\nTo: b@ouders.example\r\nSubject: Dag\r\n\r\nX-School-Gate: is a header.\r\n"
UNVERIFIED = "550 5.7.1 This message does not prove that it comes from here"
BY_TENANT = {"tenant_id": TENANT}
BY_SECRET = {"secret_header": "X-School-Gate", "secret": f"{SECRET}\n{NEXT}\n"}


def passport(**settings: str) -> Passport:
    networks = (ip_network("127.0.0.0/8"),)
    found = Passport.of(Listener(kind="relay", address="127.0.0.1", port=1, tls="none", networks=networks, **settings))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_header_too_long_to_be_read_proves_nothing_and_takes_no_time() -> None:
    """It is looked at before anybody proved anything, and everybody waits meanwhile: ten times as long is no slower."""

    def seconds(raw: bytes) -> float:
        started = time.process_time()
        assert passport(**BY_SECRET).checked(raw) is None
        return time.process_time() - started

    for shape in ("{gate}{lines}{rest}", "{lines}{gate}{rest}", "{gate}{lines}{gate}{rest}"):
        short, long = (
            min(seconds(shape.format(gate=GATE, lines="A:\r\n" * many, rest=REST).encode()) for _ in range(3))
            for many in (FIELDS_MAX * 2, FIELDS_MAX * 20)
        )
        # Linear in the bytes at most, and a machine that is busy is busy for both.
        assert long < 30 * max(short, 0.002)
    short = "A:\r\n" * (FIELDS_MAX - 10)
    assert passport(**BY_SECRET).checked((short + GATE + REST).encode()) == (short + REST).encode()


@pytest.mark.parametrize(
    ("lines", "ours"),
    [
        (LINE, True),
        (LINE.replace("MS-Exchange-CrossTenant-Id", "ms-exchange-crosstenant-ID").upper(), True),
        (LINE.replace(": ", ":\r\n\t"), True),
        (LINE * 2, True),
        ("", False),
        (LINE.replace(TENANT, OTHER), False),
        (LINE.replace(TENANT, OTHER) + LINE, False),  # one that was brought along
        (LINE + LINE.replace(TENANT, OTHER), False),
        (LINE.replace(TENANT, ""), False),
        (LINE.replace(TENANT, f"{TENANT} {TENANT}"), False),
        (LINE.replace(TENANT, f"({TENANT})"), False),
        (LINE.replace(TENANT, f"=?us-ascii?q?{TENANT}?="), False),
        (f"X-Other: x\r\n {LINE}", False),  # a fold is no header
        (f"X-MS-Exchange-CrossTenant-Id : {OTHER}\r\n" + LINE, False),
    ],
)
def test_every_tenant_a_message_names_is_the_schools(lines: str, ours: bool) -> None:
    raw = (lines + REST).encode()
    assert passport(**BY_TENANT).checked(raw) == (raw if ours else None)
    raw = (REST.replace("\r\n\r\n", f"\r\n{lines}\r\n", 1)).encode()
    if not lines.startswith("X-Other"):
        assert passport(**BY_TENANT).checked(raw) == (raw if ours else None)


def test_a_header_behind_the_header_is_none() -> None:
    assert passport(**BY_TENANT).checked((REST + LINE).encode()) is None
    assert passport(**BY_SECRET).checked((REST + GATE).encode()) is None


@pytest.mark.parametrize(
    ("lines", "ours"),
    [
        (GATE, True),
        (GATE.replace(SECRET, NEXT), True),  # while it is being changed
        (GATE + GATE.replace(SECRET, NEXT), True),
        (GATE.upper(), False),  # the value is told apart by case, the name is not
        (GATE.replace("X-School-Gate", "x-school-GATE"), True),
        (GATE.replace(": ", ":\r\n "), True),
        ("", False),
        (GATE.replace(SECRET, ""), False),
        (GATE.replace(SECRET, SECRET[:-1]), False),
        (GATE.replace(SECRET, f"{SECRET}x"), False),
        (GATE.replace(SECRET, f"{SECRET} {NEXT}"), False),
        (GATE + GATE.replace(SECRET, "geraden-geraden-geraden"), False),  # nobody guesses beside the right one
        (GATE.replace(SECRET, "\xe9" * 20), False),
    ],
)
def test_the_secret_header_is_right_and_goes_no_further(lines: str, ours: bool) -> None:
    for raw in (lines + REST, REST.replace("To: ", f"{lines}To: ", 1)):
        assert passport(**BY_SECRET).checked(raw.encode()) == (REST.encode() if ours else None)


def test_with_both_set_both_are_asked_for() -> None:
    both = passport(**BY_TENANT, **BY_SECRET)
    assert both.checked((LINE + GATE + REST).encode()) == (LINE + REST).encode()
    assert both.checked((LINE + REST).encode()) is None
    assert both.checked((GATE + REST).encode()) is None
    assert SECRET not in repr(both)


def test_a_listener_that_asks_for_nothing_has_none() -> None:
    networks = (ip_network("127.0.0.0/8"),)
    assert Passport.of(Listener(kind="relay", address="127.0.0.1", port=1, tls="none", networks=networks)) is None


@given(messages, st.booleans())
def test_of_any_bytes_nothing_is_taken_but_the_header(raw: bytes, marked: bool) -> None:
    line = GATE.encode() if marked else b""
    passed = passport(**BY_SECRET).checked(line + raw)
    if passed is not None:
        assert marked
        assert passed == raw
        assert all(header.name != "x-school-gate" for header in read_headers(passed))
    elif marked:  # another header of that name stands in it
        assert any(header.name == "x-school-gate" for header in read_headers(line + raw)[1:])


async def handed(here: Lobby, lines: str, rest: str = REST) -> str:
    client = await here.client()
    await client.begin()
    await client.say((lines + rest).encode() + b".\r\n")
    return await client.reply()


async def test_a_message_of_another_tenant_is_refused_and_nothing_of_it_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logs._Log, "current", logs._make(stream, terminal=False, worker=""))
    async with lobby(kind="relay", auth=None, **BY_TENANT, **BY_SECRET) as here:
        assert await handed(here, LINE.replace(TENANT, OTHER) + GATE) == UNVERIFIED
        assert await handed(here, LINE) == UNVERIFIED
        assert (
            await handed(here, LINE + GATE, REST.replace("is a", "is\na"))
            == "550 5.6.0 Bare CR, LF or NUL in the message. Reference 7H2K9MQ4TX1C"
        )
        assert await handed(here, LINE.replace(TENANT, OTHER) + GATE, REST.replace("is a", "is\na")) == UNVERIFIED
        assert (await handed(here, LINE + GATE)).startswith("250 2.0.0 Accepted")
        assert [one.raw for one in here.reception.received] == [(LINE + REST).encode()]
        assert [SECRET.encode() in one.raw for one in here.reception.kept] == [False]
    said = stream.getvalue()
    assert said.count('"reason": "not_the_school"') == 3
    assert SECRET not in said
    assert TENANT not in said
    assert OTHER not in said
