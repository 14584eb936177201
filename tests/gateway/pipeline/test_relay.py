"""Who sends on a relay: whoever From names, else Sender; or the service account of the network, in its own names only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.pipeline.facts import gather
from gateway.pipeline.received import Account, Answer, Outcome, Peer, Received
from rules.message import Envelope, parse
from tests.support.counter import AYLIN, DAAN, JASPER, KAREL, OFFICE, SANNE, Counter, notices
from tests.support.stores import NOON

SCAN, NOREPLY, STRANGER = "scanner@zilverberg.example", "noreply@zilverberg.example", "iemand@elders.example"
SCANNER = Account("scanners", SCAN, frozenset({SCAN, NOREPLY}), 300)


def handed(*lines: str, to: str = AYLIN, account: Account | None = None, mail_from: str = "x@y.example") -> Received:
    """A message with these header lines, as a relay listener hands it over."""
    raw = "".join(f"{line}\r\n" for line in (*lines, f"To: {to}", "Subject: Scan", "", "Bijlage.")).encode()
    peer = Peer("192.0.2.7", "printer", tls=False, account=account)
    return Received("relay", peer, Envelope(mail_from, (to,)), raw, NOON)


@pytest.mark.parametrize(
    ("lines", "who"),
    [
        ((f"From: {DAAN}",), DAAN),
        ((f"From: Daan <{DAAN.upper()}>",), DAAN),
        ((f"From: {DAAN.replace('@', '+uitje@')}",), DAAN),
        ((f"From: {OFFICE}", f"Sender: {DAAN}"), OFFICE),
        ((f"From: {STRANGER}", f"Sender: {DAAN}"), DAAN),
        ((f"Sender: {DAAN}",), DAAN),
        ((f"From: {KAREL}", f"Sender: {DAAN}"), KAREL),
        ((f"From: {STRANGER}, {KAREL}",), KAREL),
        ((f"From: {STRANGER}",), ""),
        ((f'From: "{DAAN}" <{STRANGER}>',), ""),
        ((f"From: {STRANGER} ({DAAN})",), ""),
        ((f"From: {STRANGER}", f'Sender: "{DAAN}" <{STRANGER}>'), ""),
        ((f"Reply-To: {DAAN}",), ""),
        ((f"Resent-From: {DAAN}",), ""),
        ((f"From: {AYLIN}",), ""),
        ((), ""),
    ],
)
async def test_from_names_who_sends_or_else_sender_and_nothing_else(
    desk: Counter, lines: tuple[str, ...], who: str
) -> None:
    received = handed(*lines)
    identity = gather(desk.rulings.current, received, parse(received.raw)).identity
    assert (identity.address if identity else "") == who


async def test_nobody_s_mail_outside_is_held_and_nobody_is_written_to(desk: Counter) -> None:
    outcome = await desk.pipeline.accept(handed(f"From: {STRANGER}"))
    assert outcome.answer is Answer.HELD
    case = await desk.case_of(outcome)
    assert (case.approver, case.identity, notices(case)) == ("admin", "", [])
    inside = await desk.pipeline.accept(handed(f"From: {STRANGER}", to=JASPER))
    assert inside.answer is Answer.ACCEPTED
    assert not notices(await desk.case_of(inside))


async def scanned(desk: Counter, *lines: str, **more: str) -> Outcome:
    return await desk.pipeline.accept(handed(*lines, account=SCANNER, **{"mail_from": SCAN, **more}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "mail_from", "may"),
    [
        ((f"From: {SCAN}",), SCAN, True),
        ((f"From: Kopieerapparaat <{SCAN.upper()}>",), NOREPLY, True),
        ((f"From: {NOREPLY}", f"Sender: {SCAN}"), SCAN, True),
        ((f"From: {SCAN}",), "", True),
        ((), SCAN, True),
        ((f"From: {DAAN}",), SCAN, False),
        ((f"From: {SCAN}",), DAAN, False),
        ((f"From: {SCAN}, {DAAN}",), SCAN, False),
        ((f"From: {SCAN}", f"Sender: {DAAN}"), SCAN, False),
        ((f"From: {STRANGER}",), SCAN, False),
        ((f"From: {SCAN}", f"From: {DAAN}"), SCAN, False),
        ((f'From: "{DAAN}"',), SCAN, False),
        ((f"From: {SCAN.replace('@', '+x@')}",), SCAN, False),
    ],
)
async def test_a_printer_writes_under_the_names_of_its_account_and_no_other(
    desk: Counter, lines: tuple[str, ...], mail_from: str, may: bool
) -> None:
    outcome = await scanned(desk, *lines, mail_from=mail_from)
    assert (outcome.answer is not Answer.NOT_YOURS) == may
    if may:
        assert (await desk.case_of(outcome)).identity == SCAN


async def test_a_printers_mail_is_judged_like_any(desk: Counter) -> None:
    outcome = await desk.pipeline.accept(
        replace(
            handed(f"From: {SCAN}", f"Cc: {SANNE}", account=SCANNER, mail_from=SCAN),
            envelope=Envelope(SCAN, (AYLIN, SANNE)),
        )
    )
    case = await desk.case_of(outcome)
    assert [row.clause for row in case.findings] == ["C19"]
    assert [one.rcpt for notice in notices(case) for one in notice.recipients] == [SCAN]


@pytest.mark.parametrize(
    ("address", "roles"),
    [(OFFICE, {"administratief aangewezen"}), (DAAN, set()), (SCAN, set()), ("nieuw@zilverberg.example", set())],
)
async def test_an_account_is_a_function_and_has_the_office_of_its_address(
    desk: Counter, address: str, roles: set[str]
) -> None:
    """Not a person's roles: whoever stands at the printer is not the teacher whose address it was given."""
    received = handed(f"From: {address}", account=replace(SCANNER, address=address))
    identity = gather(desk.rulings.current, received, parse(received.raw)).identity
    assert identity is not None
    assert (identity.address, identity.person_id, identity.function, set(identity.roles)) == (
        address,
        None,
        True,
        roles,
    )
