"""The sender's desk: the real one over a real store, and the paper one the page tests use, asked the same questions."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway import links
from gateway.clock import FixedClock
from gateway.errors import AlreadyDecided, StoreUnavailable, UnknownReference
from gateway.links import Act
from gateway.pipeline.mending import Mends, NothingMended
from gateway.store.disposition import Decided, Decision, FindingRow, LinkDraft
from gateway.store.states import State
from gateway.store.store import Store
from gateway.web.decisions import Decisions, Done, SenderCase, Standing
from gateway.web.desk import STANDINGS, Desk, masked
from rules.verdict import Action, Approver
from tests.support.desk import KEY, PaperDesk
from tests.support.site import finding
from tests.support.stores import NOON, PARENTS, House, held, together

REFERENCE = "7H2K9MQ4TX1C"
REASON = "Alle ouders weten ervan."
UNTIL = NOON + timedelta(hours=24)


@dataclass
class AtTheStore:
    """What `gateway.pipeline.release.Decider` does with a link, without the mails about it."""

    store: Store
    clock: FixedClock

    async def by_link(self, digest: bytes, decision: Decision, reason: str) -> Decided:
        seen = await self.store.peek_link(digest)
        case = await self.store.case(seen.reference)
        return await self.store.decide(
            case.reference, decision, by=case.identity, reason=reason, now=self.clock.now(), link=digest
        )

    async def mend_by_link(self, digest: bytes, reason: str, wanted: Mends) -> Decided:
        if wanted == Mends():
            raise NothingMended("nothing was asked for")
        return await self.by_link(digest, Decision.FIX, reason)


def row(clause: str = "C3", action: Action = Action.HOLD, would_be: int | None = None) -> FindingRow:
    approver = "self" if action is Action.HOLD else None
    return FindingRow(
        clause, clause.lower(), int(action), approver, would_be, "email_address", "high", "part 1", "a***@o***.example",
        clear=PARENTS[0], why="residue_quoted", params=(("count", "2"),),
    )  # fmt: skip


class Real:
    """A desk over a store on disk."""

    def __init__(self, house: House, store: Store) -> None:
        self.clock = house.clock
        self.store = store
        self.desk: Decisions = Desk(AtTheStore(store, house.clock), store, KEY, house.clock)

    async def hold(self, approver: str = "self", *, until: datetime = UNTIL) -> str:
        acts = ("confirm", "withdraw") if approver == "self" else ("withdraw",)
        token = links.sign(KEY, REFERENCE, Act.of(acts), until)
        await self.store.commit(
            held(
                approver,
                number=77,
                reference=REFERENCE,
                findings=(row(),),
                links=(LinkDraft(links.digest(token), acts, until),),
            )
        )
        return token

    async def acts(self) -> list[str]:
        return [line.act.removeprefix("case_") for line in await self.store.audit_rows(REFERENCE)]

    async def decide(self, decision: Decision) -> None:
        await self.store.decide(REFERENCE, decision, by="t.leider@school.example", reason="", now=self.clock.now())


class Paper:
    """The one in memory."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.paper = PaperDesk(self.clock)
        self.desk: Decisions = self.paper
        self.token = ""

    async def hold(self, approver: str = "self", *, until: datetime = UNTIL) -> str:
        hours = (until - NOON) // timedelta(hours=1)
        self.token = self.paper.hold(REFERENCE, finding(), approver=approver, recipients=2, hours=hours)
        return self.token

    async def acts(self) -> list[str]:
        return [act for _reference, act, _reason in self.paper.acted]

    async def decide(self, decision: Decision) -> None:
        standing = {Decision.RELEASE: Standing.SENT, Decision.RETURN: Standing.RETURNED}[decision]
        self.paper.decide(self.token, standing)


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "state")
    house.folder.mkdir()
    house.migrate()
    return house


@pytest.fixture
def store(house: House) -> Iterator[Store]:
    with house.opened() as store:
        yield store


@pytest.fixture
def real(house: House, store: Store) -> Real:
    return Real(house, store)


@pytest.fixture(params=["real", "paper"])
def office(request: pytest.FixtureRequest) -> Real | Paper:
    return request.getfixturevalue("real") if request.param == "real" else Paper()


async def test_a_held_message_is_shown_with_its_findings_and_acts(office: Real | Paper) -> None:
    token = await office.hold()
    case = await office.desk.look(token)
    assert case is not None
    assert (case.reference, case.standing, case.approver) == (REFERENCE, Standing.HELD, "self")
    assert case.acts == ("confirm", "withdraw")
    assert case.recipients == 2
    assert case.received_at == NOON
    assert case.expires_at == UNTIL
    (found,) = case.findings
    assert (found.clause, found.action, found.approver) == ("C3", Action.HOLD, Approver.SELF)
    assert found.evidence == "a***@o***.example"
    assert found.clear == ""


async def test_looking_uses_nothing_up(office: Real | Paper) -> None:
    token = await office.hold()
    assert await office.desk.look(token) == await office.desk.look(token)
    assert await office.acts() == []


async def test_confirming_sends_and_leaves_no_evidence_on_the_page(office: Real | Paper) -> None:
    token = await office.hold()
    assert await office.desk.confirm(token, REASON) == Done(Standing.SENT)
    assert await office.acts() == ["confirm"]
    assert await office.desk.look(token) == SenderCase(REFERENCE, Standing.SENT, "self")


async def test_withdrawing_ends_it(office: Real | Paper) -> None:
    token = await office.hold("team_leader")
    assert await office.desk.withdraw(token, "") == Done(Standing.WITHDRAWN)
    assert await office.desk.look(token) == SenderCase(REFERENCE, Standing.WITHDRAWN, "team_leader")


async def test_the_sender_does_not_confirm_what_is_anothers_to_decide(office: Real | Paper) -> None:
    token = await office.hold("team_leader")
    case = await office.desk.look(token)
    assert case is not None
    assert case.acts == ("withdraw",)
    assert await office.desk.confirm(token, REASON) is None
    assert await office.acts() == []


async def test_of_two_acts_at_once_one_is_done(office: Real | Paper) -> None:
    token = await office.hold()
    done = await asyncio.gather(
        office.desk.confirm(token, REASON), office.desk.withdraw(token, ""), office.desk.confirm(token, REASON)
    )
    acted = [one for one in done if one is not None and not one.repeated]
    (act,) = await office.acts()
    assert len(acted) == 1
    assert {one.standing for one in done if one is not None} == {acted[0].standing}
    assert acted[0].standing is (Standing.SENT if act == "confirm" else Standing.WITHDRAWN)


@pytest.mark.parametrize(
    ("decision", "standing"), [(Decision.RELEASE, Standing.SENT), (Decision.RETURN, Standing.RETURNED)]
)
async def test_who_comes_after_somebody_else_hears_what_was_decided(
    office: Real | Paper, decision: Decision, standing: Standing
) -> None:
    token = await office.hold()
    await office.decide(decision)
    before = await office.acts()
    assert await office.desk.confirm(token, REASON) == Done(standing, repeated=True)
    assert await office.desk.look(token) == SenderCase(REFERENCE, standing, "self")
    assert await office.acts() == before


async def test_an_expired_link_neither_shows_nor_acts(office: Real | Paper) -> None:
    token = await office.hold()
    office.clock.advance(hours=24)
    assert await office.desk.look(token) is None
    assert await office.desk.confirm(token, REASON) is None
    assert await office.desk.withdraw(token, "") is None
    assert await office.acts() == []


@pytest.mark.parametrize("key", [KEY, bytes(32)], ids=["ours but unknown", "another key"])
async def test_a_token_that_is_not_of_this_house_tells_nothing(office: Real | Paper, key: bytes) -> None:
    await office.hold()
    token = links.sign(key, "0000000000AA", Act.CONFIRM | Act.WITHDRAW, UNTIL)
    assert await office.desk.look(token) is None
    assert await office.desk.confirm(token, REASON) is None
    assert await office.desk.withdraw(token, "") is None


async def test_a_guess_does_not_reach_the_database(real: Real) -> None:
    class Closed:
        """Neither a store nor a decider answers."""

        async def peek_link(self, token_digest: bytes) -> None:
            raise AssertionError("asked")

        case = by_link = peek_link

    desk = Desk(Closed(), Closed(), KEY, real.clock)  # type: ignore[arg-type]
    assert await desk.look("guess") is None
    assert await desk.confirm("guess", REASON) is None


async def test_an_erased_case_is_gone(real: Real) -> None:
    token = await real.hold()
    await real.desk.withdraw(token, "")
    await real.store.erase(REFERENCE, "admin", "asked for")
    case = await real.desk.look(token)
    assert case is None or (case.findings, case.recipients) == ((), 0)
    done = await real.desk.confirm(token, REASON)
    assert done is None or done.repeated


async def test_a_used_link_of_a_case_that_waits_again_only_tells_that_it_waits(real: Real) -> None:
    """A split copy of a released message can be held in its turn; that hold has a link of its own."""
    token = await real.hold()
    await real.desk.confirm(token, REASON)
    await together(real.store, held(number=77, rcpt_to=("third@ouders.example",)))
    assert (await real.store.case(REFERENCE)).state is State.HELD
    assert await real.desk.look(token) == SenderCase(REFERENCE, Standing.HELD, "self")
    assert await real.desk.confirm(token, REASON) == Done(Standing.HELD, repeated=True)
    assert (await real.store.case(REFERENCE)).state is State.HELD


async def test_a_fault_of_the_store_is_no_answer(real: Real) -> None:
    token = await real.hold()

    class Broken(AtTheStore):
        async def by_link(self, digest: bytes, decision: Decision, reason: str) -> Decided:
            raise StoreUnavailable("locked")

    with pytest.raises(StoreUnavailable):
        await Desk(Broken(real.store, real.clock), real.store, KEY, real.clock).confirm(token, REASON)


@pytest.mark.parametrize("error", [UnknownReference("gone"), AlreadyDecided(REFERENCE, "expired")])
async def test_what_happened_between_looking_and_deciding_is_told(real: Real, error: Exception) -> None:
    token = await real.hold()

    class Late(AtTheStore):
        async def by_link(self, digest: bytes, decision: Decision, reason: str) -> Decided:
            raise error

    done = await Desk(Late(real.store, real.clock), real.store, KEY, real.clock).withdraw(token, "")
    assert done == (Done(Standing.EXPIRED, repeated=True) if isinstance(error, AlreadyDecided) else None)


def test_every_state_has_a_standing() -> None:
    sent = {State.RECEIVED, State.WAITING, State.RELEASED, State.FIXED, State.DELIVERED, State.FAILED}
    assert set(State) == sent | set(STANDINGS)


async def test_only_what_a_message_is_held_for_is_shown(real: Real) -> None:
    """A repair that goes with the release, an advice, a clause in observe mode: none of them is why it waits."""
    rows = (
        row("C18", Action.COACH),
        row("C19", Action.FIX),
        row("C3"),
        row("C34", Action.PASS, would_be=3),
        row("C19"),
    )
    token = links.sign(KEY, REFERENCE, Act.WITHDRAW, UNTIL)
    await real.store.commit(
        held(reference=REFERENCE, findings=rows, links=(LinkDraft(links.digest(token), ("withdraw",), UNTIL),))
    )
    case = await real.desk.look(token)
    assert case is not None
    assert [found.clause for found in case.findings] == ["C3", "C19"]


def test_a_finding_without_an_approver_stays_one() -> None:
    assert masked(row("C19", Action.FIX)).approver is None
    assert masked(row()).clear == ""
