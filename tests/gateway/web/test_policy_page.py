"""The policy's page: a switch is made on what was shown, off takes two, and everything is in the audit."""

from __future__ import annotations

import asyncio
import re

import httpx2
import pytest

from rules.policy import with_mode
from tests.support.backoffice import BackRoom, Visitor
from tests.support.counter import AYLIN, EVA, JAN, JOOST, SANNE

REASON = "Zo besloten in het overleg."


def base(page: httpx2.Response) -> str:
    found = re.search(r'name="base" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return found[1]


async def switch(who: Visitor, clause: str, act: str, **fields: str) -> httpx2.Response:
    page = await who.get("/policy")
    return await who.post("/policy", **{"clause": clause, "act": act, "reason": REASON, "base": base(page), **fields})


def mode(room: BackRoom, clause: str) -> str:
    return room.desk.rulings.current.policy.clauses[clause].mode


async def acts(room: BackRoom) -> list[tuple[str, str]]:
    return [(row.act, row.actor) for row in await room.desk.store.audit_rows()]


async def test_a_clause_is_only_counted_from_the_next_message_on(room: BackRoom) -> None:
    joost = await room.of_role("admin")
    before = room.desk.rulings.current.policy.text
    assert (await switch(joost, "C19", "observe")).status_code == 303
    assert mode(room, "C19") == "observe"
    assert room.desk.rulings.current.policy.text == with_mode(before, "C19", "observe")  # not a byte more
    outcome = await room.desk.hand_in(AYLIN, SANNE, JAN)
    assert (await room.desk.case_of(outcome)).state.value == "received"
    page = (await joost.get("/policy?lang=en")).text
    assert "Only counted" in page and "spoke of 0 messages" in page
    assert (await switch(joost, "C19", "enforce")).status_code == 303
    assert mode(room, "C19") == "enforce"
    assert [act for act, who in await acts(room) if who == JOOST].count("clause_switched") == 2


async def test_to_switch_off_takes_two(room: BackRoom) -> None:
    joost, eva = await room.of_role("admin"), await room.of_role("privacy_officer")
    assert (await switch(joost, "C22", "off")).status_code == 303
    assert mode(room, "C22") == "enforce"
    own = await joost.post("/policy", clause="C22", act="agree")
    assert own.status_code == 422 and "Iemand anders" in own.text
    assert mode(room, "C22") == "enforce"
    page = (await eva.get("/policy")).text
    assert JOOST in page and REASON in page and 'value="agree"' in page
    assert (await eva.post("/policy", clause="C22", act="agree")).status_code == 303
    assert mode(room, "C22") == "off"
    assert 'value="agree"' not in (await eva.get("/policy")).text
    assert ("switch_off_asked", JOOST) in await acts(room) and ("clause_switched", EVA) in await acts(room)
    assert (await eva.post("/policy", clause="C22", act="agree")).status_code == 422  # nothing to agree to


async def test_a_request_can_be_withdrawn_and_is_then_nobody_s(room: BackRoom) -> None:
    joost, eva = await room.of_role("admin"), await room.of_role("privacy_officer")
    await switch(joost, "C22", "off")
    assert (await joost.post("/policy", clause="C22", act="withdraw")).status_code == 303
    assert (await joost.post("/policy", clause="C22", act="withdraw")).status_code == 303
    assert (await eva.post("/policy", clause="C22", act="agree")).status_code == 422
    assert mode(room, "C22") == "enforce"
    assert [act for act, _ in await acts(room)].count("switch_off_withdrawn") == 1


async def test_a_switch_is_of_the_policy_that_was_shown(room: BackRoom) -> None:
    joost = await room.of_role("admin")
    old = base(await joost.get("/policy"))
    await room.desk.store.put_policy(with_mode(room.desk.rulings.current.policy.text, "C14", "off"), "somebody")
    await room.desk.rulings.load()
    late = await joost.post("/policy", clause="C19", act="observe", reason=REASON, base=old)
    assert late.status_code == 422 and "intussen veranderd" in late.text
    assert mode(room, "C19") == "enforce"


async def test_of_two_switches_at_once_none_is_lost(room: BackRoom) -> None:
    joost, eva = await room.of_role("admin"), await room.of_role("privacy_officer")
    first, second = await asyncio.gather(switch(joost, "C14", "observe"), switch(eva, "C15", "observe"))
    done = [clause for clause in ("C14", "C15") if mode(room, clause) == "observe"]
    assert len(done) == [first.status_code, second.status_code].count(303)


async def test_a_policy_that_came_between_is_not_overwritten(room: BackRoom) -> None:
    """The page's process has not noticed yet: the store has."""
    joost = await room.of_role("admin")
    await room.desk.store.put_policy(with_mode(room.desk.rulings.current.policy.text, "C14", "off"), "somebody")
    late = await switch(joost, "C19", "observe")
    assert late.status_code == 422
    active = await room.desk.store.active_policy()
    assert active is not None and active.author == "somebody"
    await switch(joost, "C22", "off")
    eva = await room.of_role("privacy_officer")
    assert (await eva.post("/policy", clause="C22", act="agree")).status_code == 422


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"clause": "C99"}, 400),
        ({"clause": ""}, 400),
        ({"act": "delete"}, 400),
        ({"act": ""}, 400),
        ({"reason": "kort"}, 422),
        ({"reason": "x" * 501}, 422),
        ({"base": "0" * 64}, 422),
    ],
)
async def test_what_is_no_switch_changes_nothing(room: BackRoom, fields: dict[str, str], status: int) -> None:
    joost = await room.of_role("admin")
    before = room.desk.rulings.current.policy_hash
    given = {"act": "observe", **fields}
    act = given.pop("act")
    answer = await switch(joost, given.pop("clause", "C19"), act, **given)
    assert answer.status_code == status
    assert room.desk.rulings.current.policy_hash == before


async def test_the_same_mode_again_changes_nothing(room: BackRoom) -> None:
    joost = await room.of_role("admin")
    before = room.desk.rulings.current.policy_hash
    assert (await switch(joost, "C19", "enforce")).status_code == 303
    assert room.desk.rulings.current.policy_hash == before
