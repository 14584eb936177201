"""The sender's page, over the real pipeline: a message that waits for its sender is changed, and goes, once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import httpx2
import pytest

from gateway.errors import LinkRefused
from gateway.links import digest
from gateway.pipeline.mending import Mends
from gateway.store.disposition import JobKind, unpack_edits
from gateway.web.app import build
from gateway.web.desk import Desk
from rules.message import apply_edits, parse
from tests.support.backoffice import HOST, BackRoom
from tests.support.counter import AYLIN, DAAN, JAN, LINK_KEY, SANNE

REASON = "De bijlage hoort er niet bij."


def written(number: int = 1) -> bytes:
    """To one family, with another parent's address in a thread under it: its sender decides."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = DAAN, AYLIN, "Gastgezin"
    message["Message-ID"] = f"<zelf.{number}@zilverberg.example>"
    message.set_content(
        f"Dag Aylin,\n\nZie onder.\n\nDaan\n\n-----Oorspronkelijk bericht-----\nVan: Jan <{JAN}>\n"
        f"Aan: Daan <{DAAN}>\nOnderwerp: gastgezin\n\nPrima!\n"
    )
    message.add_attachment(b"inhoud van de lijst", maintype="text", subtype="plain", filename="lijst.txt")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=300))


def page(room: BackRoom) -> httpx2.AsyncClient:
    desk = Desk(room.desk.decider, room.desk.store, LINK_KEY, room.desk.house.clock)
    app = build(replace(room.site, decisions=desk))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HOST, headers={"accept-language": "nl"})


async def held(room: BackRoom, number: int = 1) -> tuple[str, str]:
    outcome = await room.desk.hand_in(AYLIN, raw=written(number))
    assert (await room.desk.case_of(outcome)).approver == "self"
    return outcome.reference, await room.desk.token_of(outcome)


async def test_the_thread_and_a_file_are_left_out_and_the_message_goes(room: BackRoom) -> None:
    reference, token = await held(room)
    browser = page(room)
    shown = await browser.get(f"/m/{token}")
    assert "Aanpassen en versturen" in shown.text and "lijst.txt" in shown.text
    drop = re.search(r'name="(drop-[^"]+)"', shown.text)
    assert drop is not None
    nothing = await browser.post(f"/m/{token}", data={"act": "mend", "reason": REASON})
    assert nothing.status_code == 422 and "minstens één aanpassing" in nothing.text and REASON in nothing.text
    short = await browser.post(f"/m/{token}", data={"act": "mend", "reason": "nee", "quotes": "1"})
    assert short.status_code == 422
    done = await browser.post(f"/m/{token}", data={"act": "mend", "reason": REASON, "quotes": "1", drop[1]: "1"})
    assert done.status_code == 303
    assert "vrijgegeven" in (await browser.get(f"/m/{token}")).text
    case = await room.desk.store.case(reference)
    assert case.state.value == "fixed"
    (job,) = [job for job in case.jobs if job.kind is JobKind.MESSAGE and job.status.value == "open"]
    after = apply_edits(await room.desk.store.read_message(reference), unpack_edits(job.edits))
    assert JAN.encode() not in after and b"lijst.txt" not in after and "Zie onder" in str(parse(after).parts[0].text)
    lines = [
        (row.act, row.actor, row.detail["reason"]) for row in await room.desk.store.audit_rows(reference=reference)
    ]
    assert ("case_fix", DAAN, REASON) in lines
    again = await browser.post(f"/m/{token}", data={"act": "mend", "reason": REASON, "quotes": "1"})
    assert again.status_code == 303
    assert [act for act, *_ in lines].count("case_fix") == 1


async def test_a_link_that_may_not_confirm_may_not_change(room: BackRoom) -> None:
    """The team leader decides: the sender's link can only withdraw."""
    outcome = await room.desk.hand_in(
        AYLIN, body=f"Bel <a href='mailto:{JAN}'>hem</a> of <a href='mailto:{SANNE}'>haar</a>."
    )
    assert (await room.desk.case_of(outcome)).approver == "team_leader"
    token = await room.desk.token_of(outcome)
    browser = page(room)
    assert "Aanpassen en versturen" not in (await browser.get(f"/m/{token}")).text
    refused = await browser.post(f"/m/{token}", data={"act": "mend", "reason": REASON, "hide": "1"})
    assert refused.status_code == 404
    with pytest.raises(LinkRefused):
        await room.desk.decider.mend_by_link(digest(token), REASON, Mends(hide=True))
    assert (await room.desk.store.case(outcome.reference)).state.value == "held"


async def test_what_is_over_or_gone_is_not_changed(room: BackRoom) -> None:
    reference, token = await held(room, 2)
    browser = page(room)
    room.desk.house.clock.advance(minutes=timedelta(days=8).total_seconds() / 60)
    late = await browser.post(f"/m/{token}", data={"act": "mend", "reason": REASON, "quotes": "1"})
    assert late.status_code == 404
    wrong = await browser.post("/m/niets", data={"act": "mend", "reason": REASON, "quotes": "1"})
    assert wrong.status_code == 404
    assert (await room.desk.store.case(reference)).state.value == "held"


async def test_looking_never_changes(room: BackRoom) -> None:
    reference, token = await held(room, 3)
    await page(room).get(f"/m/{token}?act=mend&quotes=1&reason=tien+tekens+lang")
    assert (await room.desk.store.case(reference)).state.value == "held"
