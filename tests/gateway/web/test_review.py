"""The quarantine's pages: who sees what of a case, what is audited, and that a decision is made once."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import pytest

from gateway.pipeline.mending import Mends, NothingMended, mended, offer
from gateway.pipeline.release import NotTheApprover
from gateway.store.disposition import Decision, JobKind, unpack_edits
from gateway.store.states import State
from gateway.web.review import READING
from rules.case import Facts
from rules.message import apply_edits, parse
from rules.people import Roster
from tests.support.backoffice import AUDITOR, BackRoom
from tests.support.counter import AYLIN, BLOCKING, DAAN, EVA, JAN, JASPER, JOOST, KAREL, LEADER, SANNE, SELF

NADIA = "n.ouazzani@zilverberg.example"  # Karel's deputy
REASON = "Besproken met de ouders."


async def held(room: BackRoom, body: str = LEADER, **parts: object) -> str:
    outcome = await room.desk.hand_in(AYLIN, body=body, message_id="", **parts)
    assert (await room.desk.case_of(outcome)).state is State.HELD
    return outcome.reference


async def state(room: BackRoom, reference: str) -> str:
    return (await room.desk.store.case(reference)).state.value


async def acts(room: BackRoom, reference: str) -> list[tuple[str, str, str]]:
    rows = await room.desk.store.audit_rows(reference=reference)
    return [(row.act, row.actor, row.detail.get("reason", "")) for row in rows]


async def test_the_approver_sees_the_case_and_lets_it_go(room: BackRoom) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")
    page = await karel.get(f"/cases/{reference}")
    assert page.status_code == 200
    assert "Uitje" in page.text and DAAN in page.text and AYLIN in page.text and "ouder" in page.text
    assert JAN not in page.text  # masked
    assert 'value="release"' in page.text and 'value="return"' in page.text
    assert 'sandbox=""' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    frame = await karel.get(f"/cases/{reference}/message")
    assert "<mark>" in frame.text and JAN not in frame.text and "Bel" in frame.text
    assert frame.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    done = await karel.post(f"/cases/{reference}", act="release", reason="")
    assert done.status_code == 303
    assert await state(room, reference) == "released"
    after = await karel.get(done.headers["location"])
    assert "Vrijgegeven" in after.text and 'value="release"' not in after.text
    assert ("case_release", KAREL, "") in await acts(room, reference)
    assert {"case_read", "message_read"} <= {act for act, who, _ in await acts(room, reference) if who == KAREL}


async def test_a_return_needs_a_reason_which_the_sender_gets(room: BackRoom) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")
    short = await karel.post(f"/cases/{reference}", act="return", reason="nee")
    assert short.status_code == 422 and 'role="alert"' in short.text and ">nee</textarea>" in short.text
    long = await karel.post(f"/cases/{reference}", act="return", reason="x" * 501)
    assert long.status_code == 422
    assert await state(room, reference) == "held"
    await karel.post(f"/cases/{reference}", act="return", reason="Graag  zonder\nde adressen. <b>")
    assert await state(room, reference) == "returned"
    case = await room.desk.store.case(reference)
    assert case.holds[0].reason == "Graag zonder de adressen. <b>"
    assert any("Graag zonder de adressen" in str(dict(job.params)) for job in case.jobs)
    assert "&lt;b&gt;" in (await karel.get(f"/cases/{reference}")).text


@pytest.mark.parametrize("who", [JASPER, DAAN, NADIA])
async def test_a_case_of_others_is_not_there_but_for_the_deputy(room: BackRoom, who: str) -> None:
    reference = await held(room)
    visitor = await room.signed_in(who, "approver")
    mine = who == NADIA
    assert (await visitor.get(f"/cases/{reference}")).status_code == (200 if mine else 404)
    assert (await visitor.get(f"/cases/{reference}/message")).status_code == (200 if mine else 404)
    assert (await visitor.post(f"/cases/{reference}", act="release")).status_code == (303 if mine else 404)
    unknown = await visitor.get("/cases/0000000000AA")
    assert unknown.status_code == 404
    if not mine:
        assert re.sub(reference, "", (await visitor.get(f"/cases/{reference}")).text) == unknown.text


async def test_nobody_sees_or_decides_an_own_message_as_approver(room: BackRoom) -> None:
    """The team leader's own mail goes to somebody else."""
    reference = await held(room, sender=KAREL, login=KAREL)
    karel = await room.of_role("approver")
    assert (await karel.get(f"/cases/{reference}")).status_code == 404
    assert reference not in (await karel.get("/quarantine")).text


async def test_an_administrator_sees_that_it_is_there_and_no_word_of_it(room: BackRoom) -> None:
    reference = await held(room)
    joost = await room.of_role("admin")
    page = await joost.get(f"/cases/{reference}")
    assert page.status_code == 200
    assert "Uitje" not in page.text and DAAN not in page.text and AYLIN not in page.text
    assert "j***" not in page.text and "iframe" not in page.text and 'value="release"' not in page.text
    assert (await joost.get(f"/cases/{reference}/message")).status_code == 404
    for act in ("release", "return", "reveal", "read"):
        assert (await joost.post(f"/cases/{reference}", act=act, reason=REASON)).status_code == 403
    assert await state(room, reference) == "held"
    everything = await joost.get("/quarantine?whose=all")
    assert reference in everything.text and "Uitje" not in everything.text and DAAN not in everything.text
    assert reference not in (await joost.get("/quarantine")).text


async def test_an_auditor_reads_for_a_reason_and_for_a_while(room: BackRoom) -> None:
    reference = await held(room)
    auditor = await room.of_role("auditor")
    outline = await auditor.get(f"/cases/{reference}")
    assert "Bericht openen" in outline.text and "Uitje" not in outline.text
    assert (await auditor.get(f"/cases/{reference}/message")).status_code == 404
    assert (await auditor.post(f"/cases/{reference}", act="read", reason="kort")).status_code == 422
    opened = await auditor.post(f"/cases/{reference}", act="read", reason=REASON)
    where = opened.headers["location"]
    page = await auditor.get(where)
    assert "Uitje" in page.text and 'value="release"' not in page.text
    assert ("case_opened", AUDITOR, REASON) in await acts(room, reference)
    passing = re.search(r"reading=([^&]+)", where)
    assert passing is not None
    assert (await auditor.get(f"/cases/{reference}/message?reading={passing[1]}")).status_code == 200
    assert (await auditor.post(f"/cases/{reference}?reading={passing[1]}", act="release")).status_code == 403
    # The pass is of this case, this session and this half hour.
    other = await held(room, body=SELF)
    assert "Uitje" not in (await auditor.get(f"/cases/{other}?reading={passing[1]}")).text
    eva = await room.of_role("privacy_officer")
    assert "Uitje" not in (await eva.get(f"/cases/{reference}?reading={passing[1]}")).text
    for forged in ("x", "ffffffff.00", passing[1][:-1], f"f{passing[1]}", "\x00", "é.x"):
        assert "Uitje" not in (await auditor.get(f"/cases/{reference}", params={"reading": forged})).text
    room.desk.house.clock.advance(minutes=READING.total_seconds() / 60)
    assert "Uitje" not in (await auditor.get(where)).text


async def test_the_privacy_officer_gives_a_reason_too_and_may_then_decide(room: BackRoom) -> None:
    reference = await held(room)
    eva = await room.of_role("privacy_officer")
    assert "Uitje" not in (await eva.get("/quarantine?whose=all")).text
    page = await eva.get((await eva.post(f"/cases/{reference}", act="read", reason=REASON)).headers["location"])
    assert 'value="release"' in page.text
    where = re.search(r'action="(\?reading=[^"]+)"', page.text)
    assert where is not None
    done = await eva.post(f"/cases/{reference}{where[1].replace('&amp;', '&')}", act="release", reason="")
    assert done.status_code == 303 and await state(room, reference) == "released"


async def test_what_was_found_is_shown_once_for_a_reason(room: BackRoom) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")
    assert (await karel.post(f"/cases/{reference}", act="reveal", reason="")).status_code == 422
    page = await karel.post(f"/cases/{reference}", act="reveal", reason=REASON)
    assert page.status_code == 200 and JAN in page.text
    assert ("reveal", KAREL, REASON) in await acts(room, reference)
    assert JAN not in (await karel.get(f"/cases/{reference}")).text


async def test_of_two_approvers_at_once_one_decides(room: BackRoom) -> None:
    karel, nadia = await room.of_role("approver"), await room.signed_in(NADIA, "approver")
    for _ in range(5):
        reference = await held(room)
        answers = await asyncio.gather(
            karel.post(f"/cases/{reference}", act="release", reason=""),
            nadia.post(f"/cases/{reference}", act="return", reason=REASON),
        )
        assert {answer.status_code for answer in answers} <= {303, 403}
        decided = [act for act, _, _ in await acts(room, reference) if act in {"case_release", "case_return"}]
        assert len(decided) == 1
        assert await state(room, reference) in {"released", "returned"}


async def test_a_double_click_ends_on_the_same_page(room: BackRoom) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")
    assert (await karel.post(f"/cases/{reference}", act="release")).status_code == 303
    assert (await karel.post(f"/cases/{reference}", act="release")).status_code in {303, 403}
    assert [act for act, _, _ in await acts(room, reference)].count("case_release") == 1


@pytest.mark.parametrize("act", ["", "confirm", "withdraw", "fix", "expire", "block", "unblock", "delete", "RELEASE"])
async def test_what_is_no_decision_of_an_approver_is_refused(room: BackRoom, act: str) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")
    assert (await karel.post(f"/cases/{reference}", act=act, reason=REASON)).status_code == 403
    assert await state(room, reference) == "held"


async def test_the_privacy_officer_takes_a_block_up_again(room: BackRoom) -> None:
    await room.desk.store.put_policy(BLOCKING, "test")
    await room.desk.rulings.load()
    outcome = await room.desk.hand_in(AYLIN, body=SELF)
    assert (await room.desk.case_of(outcome)).state is State.BLOCKED
    eva = await room.of_role("privacy_officer")
    page = await eva.post(f"/cases/{outcome.reference}", act="read", reason=REASON)
    where = page.headers["location"]
    assert 'value="unblock"' in (await eva.get(where)).text
    assert (await eva.post(where, act="unblock", reason="")).status_code == 422
    assert (await eva.post(where, act="unblock", reason=REASON)).status_code == 303
    assert await state(room, outcome.reference) == "held"
    assert outcome.reference in (await eva.get("/quarantine")).text


async def test_an_erased_case_is_not_there(room: BackRoom) -> None:
    reference = await held(room)
    until = room.desk.house.clock.now()
    await room.desk.decider.by_person(reference, Decision.RETURN, KAREL, REASON, until=until)
    karel = await room.of_role("approver")
    assert (await karel.get(f"/cases/{reference}")).status_code == 200
    await room.desk.store.erase(reference, EVA, "verzoek")
    page = await karel.get(f"/cases/{reference}")
    assert "Uitje" not in page.text and AYLIN not in page.text


async def test_the_list_is_of_the_own_desk_filtered_and_in_order(room: BackRoom) -> None:
    first = await held(room, body=LEADER)
    room.desk.house.clock.advance(minutes=10)
    second = await held(room, body=LEADER, subject="Tweede")
    selfs = await held(room, body=SELF, subject="Zelf")
    karel = await room.of_role("approver")
    page = (await karel.get("/quarantine")).text
    assert page.index(first) < page.index(second) and selfs not in page and "2 gevonden" in page
    newest = (await karel.get("/quarantine?sort=newest")).text
    assert newest.index(second) < newest.index(first)
    assert "1 gevonden" in (await karel.get(f"/quarantine?reference={first[:9].lower()}")).text
    assert "2 gevonden" in (await karel.get("/quarantine?clause=C3")).text
    assert "0 gevonden" in (await karel.get("/quarantine?clause=C19")).text
    assert "0 gevonden" in (await karel.get("/quarantine?approver=editors")).text
    assert "2 gevonden" in (await karel.get("/quarantine?approver=nobody&clause=C99&page=x")).text
    assert "2 gevonden" in (await karel.get("/quarantine?whose=all")).text  # not theirs to ask
    await karel.post(f"/cases/{first}", act="return", reason=REASON)
    assert first not in (await karel.get("/quarantine")).text
    decided = (await karel.get("/quarantine?show=decided")).text
    assert first in decided and "teruggestuurd naar de afzender" in decided
    similar = (await karel.get(f"/cases/{second}")).text
    assert "Eerdere beslissingen" in similar
    mine = await room.signed_in(NADIA, "approver")
    assert second in (await mine.get("/quarantine")).text  # who stands in for the desk's owner


async def test_a_long_list_has_pages(room: BackRoom) -> None:
    for number in range(52):
        await held(room, subject=f"Nummer {number:02}")
        room.desk.house.clock.advance(minutes=1)
    karel = await room.of_role("approver")
    first = (await karel.get("/quarantine?lang=en")).text
    assert "Page 1 of 2" in first and "Nummer 00" in first and "Nummer 51" not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = (await karel.get("/quarantine" + onward[1].replace("&amp;", "&"))).text
    assert "Nummer 51" in second and "Nummer 00" not in second and 'rel="prev"' in second
    assert "0 found" not in (await karel.get("/quarantine?page=99999999999999999999&lang=en")).text


async def test_the_overview_says_what_waits_and_counts_no_person(room: BackRoom) -> None:
    reference = await held(room)
    await room.desk.hand_in(AYLIN, body="Tot morgen.", message_id="")
    karel = await room.of_role("approver")
    page = (await karel.get("/?lang=en")).text
    assert "Waits for you: 1" in page and reference in page and "<svg" in page and "C3" in page
    operator = await room.of_role("operator")
    there = (await operator.get("/")).text
    assert "Wacht op u" not in there and reference not in there and DAAN not in there
    await karel.post(f"/cases/{reference}", act="release")
    room.desk.house.clock.advance(minutes=90)
    assert "0:00" in (await (await room.of_role("admin")).get("/")).text


async def test_the_audit_is_read_backwards_and_reading_it_is_in_it(room: BackRoom) -> None:
    reference = await held(room)
    auditor = await room.of_role("auditor")
    page = (await auditor.get("/audit")).text
    assert "audit_read" in page and page.index("audit_read") < page.index("directory_imported")
    assert "account_opened" in page
    for _ in range(110):
        await room.desk.store.audit(*[], reference=None)
    await asyncio.gather(*(auditor.get("/audit") for _ in range(101)))
    first = (await auditor.get("/audit?lang=nl")).text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    assert "directory_imported" in (await auditor.get("/audit" + older[1].replace("&amp;", "&"))).text
    assert "account_opened" not in (await auditor.get(f"/audit?reference={reference}")).text
    only = (await auditor.get("/audit?act=account_opened")).text
    assert "account_opened" in only and ">audit_read<" not in only
    assert (await auditor.get("/audit?before=-1&act=%00")).status_code == 200


async def test_the_status_says_what_is_wrong(room: BackRoom) -> None:
    operator = await room.of_role("operator")
    page = (await operator.get("/status")).text
    assert "mail.zilverberg.example:25" in page and "1.2.3" in page and 'role="alert"' not in page

    async def down() -> None:
        raise OSError("refused")

    room.site.readiness.probes["smarthost"].check = down
    room.site.readiness.probes["smarthost"]._asked_at = None
    await room.desk.hand_in(AYLIN, SANNE, body="Tot morgen.", message_id="")
    page = (await operator.get("/status?lang=en")).text
    assert "does not answer" in page and "the oldest for 0:00 hours" in page


def written(number: int = 2) -> bytes:
    """A message with two files, a thread under it, and several parents in To."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = DAAN, AYLIN, "Met bijlagen"
    message["Message-ID"] = f"<mend.{number}@zilverberg.example>"
    message.set_content(
        f"Dag Aylin,\n\nZie onder.\n\nDaan\n\n-----Oorspronkelijk bericht-----\nVan: Jan <{JAN}>\n"
        f"Aan: Daan <{DAAN}>; Truus <truusbakker@hetnet.example>\nOnderwerp: sport\n\nTot dan!\n"
    )
    for name in ("blijft.txt", "gaat.txt"):
        message.add_attachment(f"inhoud van {name}".encode(), maintype="text", subtype="plain", filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=300))


async def sent(room: BackRoom, reference: str) -> list[tuple[tuple[str, ...], bytes]]:
    """What goes out, with its edits."""
    raw = await room.desk.store.read_message(reference)
    jobs = [job for job in (await room.desk.store.case(reference)).jobs if job.kind is JobKind.MESSAGE]
    live = [job for job in jobs if job.status.value in {"open", "delivered"}]
    return [(tuple(one.rcpt for one in job.recipients), apply_edits(raw, unpack_edits(job.edits))) for job in live]


async def test_an_approver_changes_a_message_and_lets_it_go(room: BackRoom) -> None:
    outcome = await room.desk.hand_in(AYLIN, SANNE, raw=written())
    reference = outcome.reference
    assert (await room.desk.case_of(outcome)).approver == "team_leader"
    karel = await room.of_role("approver")
    page = (await karel.get(f"/cases/{reference}")).text
    drop = re.search(r'name="(drop-[^"]+)" value="1"> [^<]*gaat.txt', page)
    assert drop is not None and "blijft.txt" in page and 'name="quotes"' in page
    none = await karel.post(f"/cases/{reference}", act="mend", reason=REASON)
    assert none.status_code == 422 and "minstens één aanpassing" in none.text
    short = await karel.post(f"/cases/{reference}", act="mend", reason="kort", hide="1")
    assert short.status_code == 422 and await state(room, reference) == "held"
    done = await karel.post(
        f"/cases/{reference}",
        act="mend",
        reason=REASON,
        quotes="1",
        hide="1",
        split="1",
        **{drop[1]: "1", "drop-99": "1"},
    )
    assert done.status_code == 303 and await state(room, reference) == "fixed"
    copies = await sent(room, reference)
    assert sorted(rcpt for rcpt, _ in copies) == [(AYLIN,), (SANNE,)]
    for _, raw in copies:
        message = parse(raw)
        said = "".join(part.text or "" for part in message.parts)
        assert [box.address for box in message.mailboxes("to")] == [DAAN]
        assert "Zie onder" in said and "inhoud van blijft.txt" in said
        assert "inhoud van gaat.txt" not in said and JAN.encode() not in raw and not message.defects
    case = await room.desk.store.case(reference)
    assert [job.params["kind"] for job in case.jobs if job.kind is JobKind.NOTICE][-1] == "mended"
    assert ("case_fix", KAREL, REASON) in await acts(room, reference)
    assert case.archive_numbers  # the record has what was delivered


async def test_what_nobody_may_decide_nobody_may_change(room: BackRoom) -> None:
    outcome = await room.desk.hand_in(AYLIN, raw=written(3))
    for who, roles in ((JASPER, ("approver",)), (JOOST, ("admin",)), (AUDITOR, ("auditor",))):
        visitor = await room.signed_in(who, *roles)
        answer = await visitor.post(f"/cases/{outcome.reference}", act="mend", reason=REASON, hide="1")
        assert answer.status_code in {403, 404}
    with pytest.raises(NotTheApprover):
        await room.desk.decider.by_person(outcome.reference, Decision.FIX, KAREL, "", until=room.desk.house.clock.now())
    with pytest.raises(NotTheApprover):
        await room.desk.decider.mend(outcome.reference, JASPER, REASON, Mends(hide=True))
    assert await state(room, outcome.reference) == "held"


async def test_a_message_in_copies_or_sealed_is_not_offered_for_change(room: BackRoom) -> None:
    outcome = await room.desk.hand_in(AYLIN, raw=written(4))
    case = await room.desk.case_of(outcome)
    message = parse(await room.desk.store.read_message(outcome.reference))
    assert offer(case, message) is not None
    assert offer(replace(case, envelopes=case.envelopes * 2), message) is None
    facts = Facts(room.desk.house.clock.now(), None)
    with pytest.raises(NothingMended):
        mended(room.desk.rulings.current, replace(case, envelopes=()), message, facts, Mends(hide=True))


async def test_of_a_change_and_a_return_at_once_one_happens(room: BackRoom) -> None:
    outcome = await room.desk.hand_in(AYLIN, raw=written(5))
    karel, nadia = await room.of_role("approver"), await room.signed_in(NADIA, "approver")
    await asyncio.gather(
        karel.post(f"/cases/{outcome.reference}", act="mend", reason=REASON, quotes="1"),
        nadia.post(f"/cases/{outcome.reference}", act="return", reason=REASON),
    )
    done = [act for act, _, _ in await acts(room, outcome.reference) if act in {"case_fix", "case_return"}]
    assert len(done) == 1


CONFIDANT = "m.steenhuis@zilverberg.example"


async def test_a_protected_person_s_message_is_read_by_nobody(room: BackRoom) -> None:
    """protocol.md, Protected people: not by the privacy officer with a reason either."""
    outcome = await room.desk.hand_in(AYLIN, SANNE, JAN, sender=CONFIDANT, login=CONFIDANT)
    assert (await room.desk.case_of(outcome)).state is State.HELD
    for role in ("privacy_officer", "auditor", "admin"):
        visitor = await room.of_role(role)
        done = await visitor.post(f"/cases/{outcome.reference}", act="read", reason=REASON)
        where = done.headers.get("location", f"/cases/{outcome.reference}")
        page = await visitor.get(where)
        assert page.status_code == 200
        assert "Uitje" not in page.text and AYLIN not in page.text and "iframe" not in page.text
        frame = await visitor.get(
            f"/cases/{outcome.reference}/message{where.partition('?')[1]}{where.partition('?')[2]}"
        )
        assert frame.status_code == 404


async def test_who_has_left_the_school_decides_nothing(room: BackRoom) -> None:
    reference = await held(room)
    karel = await room.of_role("approver")
    ruling = room.desk.rulings.current
    gone = [
        replace(p, valid_until=date(2026, 11, 1)) if KAREL in p.emails else p for p in ruling.roster.people.values()
    ]
    parts = {name: getattr(ruling.roster, name) for name in ("contacts", "consents", "grounds", "delegations")}
    more = {name: getattr(ruling.roster, name).values() for name in ("mailboxes", "lists")}
    room.desk.rulings.current = replace(ruling, roster=Roster.build(ruling.roster.school, people=gone, **parts, **more))
    assert (await karel.get(f"/cases/{reference}")).status_code == 404
    with pytest.raises(NotTheApprover):
        await room.desk.decider.by_person(reference, Decision.RELEASE, KAREL, "", until=room.desk.house.clock.now())
