"""`postwacht quarantine`: what waits, who may decide, and that both the person and the account are in the audit chain."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from gateway.cli.setting import account
from gateway.clock import SystemClock
from gateway.config import load
from gateway.pipeline.accept import Pipeline
from gateway.pipeline.dispose import Disposer
from gateway.pipeline.facts import gather
from gateway.pipeline.received import Peer, Received
from gateway.pipeline.ruling import Rulings
from gateway.store.disposition import unpack_edits
from gateway.store.store import Store
from gateway.store.views import AuditRow
from rules.message import Envelope, apply_edits, parse
from tests.gateway.cli.conftest import ADMIN, LEADER, MENTOR, MESSAGES, Command, objects
from tests.support.gateway import Gateway

AYLIN = "aylin.demirci@hotmail.example"
OFFICER = "e.lindenhout@zilverberg.example"


class Nowhere:
    """An outbox that sends nothing: the jobs stay in the store."""

    def offer(self, *_job: object) -> None:
        """Leave it."""


@dataclass
class Held:
    """References: waiting for a team leader, waiting for its sender, sent, blocked on the wire, blocked by a rule."""

    leader: str
    own: str
    sent: str
    wire: str
    refused: str


def received(file: str, *rcpt_to: str) -> Received:
    peer, data = Peer("127.0.0.1", "x", tls=True, login=MENTOR), (MESSAGES / file).read_bytes()
    return Received("submission", peer, Envelope(MENTOR, rcpt_to), data, SystemClock().now())


@pytest.fixture
def held(installation: Gateway, at: Command) -> Held:
    assert at("policy", "import").exit_code == 0

    async def accept() -> Held:
        config = load(installation.home / "postwacht.toml", {})
        async with installation.store() as store:
            rulings = Rulings(store, config.school, config.store.key.derive("roster"))
            await rulings.load()
            pipeline = Pipeline(store, Nowhere(), rulings, Disposer(b"d" * 32, b"l" * 32), SystemClock())  # type: ignore[arg-type]
            leader = await pipeline.accept(received("18-bijlage-eml.eml", AYLIN))
            own = await pipeline.accept(received("16-vcard.eml", AYLIN))
            sent = await pipeline.accept(received("01-een-ouder.eml", AYLIN))
            wire = await block(store, rulings, "35-smokkel.eml", "wire")
            refused = await block(store, rulings, "04-cc-aan-twee-ouders.eml", "recall")
            return Held(leader.reference, own.reference, sent.reference, wire, refused)

    return asyncio.run(accept())


async def block(store: Store, rulings: Rulings, file: str, rule: str) -> str:
    """A case that begins as blocked, for that rule."""
    one = received(file, AYLIN, "sanne.vanrijsbergen@ziggo.example")
    message = parse(one.raw)
    disposer = Disposer(b"d" * 32, b"l" * 32)
    draft = disposer.evidence(rulings.current, one, message, gather(rulings.current, one, message))
    (finding,) = draft.findings
    await store.commit(replace(draft, findings=(replace(finding, rule=rule),), external=True))
    return draft.reference


def audited(installation: Gateway, reference: str) -> list[AuditRow]:
    async def read() -> list[AuditRow]:
        async with installation.store() as store:
            return list(await store.audit_rows(reference))

    return asyncio.run(read())


def test_list_shows_what_waits_with_who_decides_and_until_when(at: Command, held: Held) -> None:
    rows = objects(at("quarantine", "list", "--json"))
    assert [(row["reference"], row["approver"], row["person"]) for row in rows] == [
        (held.leader, "team_leader", LEADER),
        (held.own, "self", MENTOR),
    ]
    assert all(list(row) == ["reference", "approver", "person", "sender", "held", "expires"] for row in rows)
    assert rows[0]["held"] < rows[0]["expires"]
    lines = at("quarantine", "list").stdout.splitlines()
    assert lines[0].startswith(f"{held.leader}  team_leader  {LEADER}  {MENTOR}  ")


def test_an_empty_desk_says_so_to_people_only(at: Command) -> None:
    assert at("quarantine", "list").stdout == "nothing is held\n"
    assert at("quarantine", "list", "--json").stdout == ""


def test_show_is_masked_and_audited(at: Command, installation: Gateway, held: Held) -> None:
    done = at("quarantine", "show", held.leader.lower(), "--as", LEADER)
    assert done.exit_code == 0
    assert f"{held.leader}  held  team_leader" in done.stdout
    assert "held for team_leader until " in done.stdout
    assert "C3: " in done.stdout
    assert AYLIN not in done.stdout
    assert "a***@h***.example" in done.stdout
    (line,) = [row for row in audited(installation, held.leader) if row.act == "show"]
    assert (line.actor, line.detail["account"]) == (LEADER, account())


def test_revealing_needs_a_reason_and_leaves_it_in_the_audit_chain(
    at: Command, installation: Gateway, held: Held
) -> None:
    done = at("quarantine", "show", held.leader, "--as", LEADER, "--reveal", "ouder belt")
    assert AYLIN in done.stdout
    (line,) = [row for row in audited(installation, held.leader) if row.act == "reveal"]
    assert (line.actor, line.detail["reason"]) == (LEADER, "ouder belt")


@pytest.mark.parametrize("by", [LEADER, ADMIN], ids=["the-approver", "an-administrator"])
def test_release_opens_the_jobs_archives_and_tells_the_sender(
    at: Command, installation: Gateway, held: Held, by: str
) -> None:
    assert installation.case(held.leader).archive_numbers == ()
    done = at("quarantine", "release", held.leader, "--as", by, "--reason", "Akkoord, moeder weet ervan")
    assert (done.exit_code, done.stdout) == (0, f"{held.leader} released: it is on its way\n")
    case = installation.case(held.leader)
    assert case.state.value == "released"
    assert case.archive_numbers
    assert {(job.kind.value, job.status) for job in case.jobs} >= {("message", "open"), ("notice", "open")}
    acts = {row.act: row for row in audited(installation, held.leader)}
    assert acts["case_release"].actor == by
    assert acts["command"].actor == account()
    assert held.leader not in at("quarantine", "list").stdout
    shown = at("quarantine", "show", held.leader, "--as", LEADER).stdout
    assert f"release by {by}: Akkoord, moeder weet ervan" in shown


def test_return_sends_nothing_and_archives_nothing(at: Command, installation: Gateway, held: Held) -> None:
    assert at("quarantine", "return", held.leader, "--as", LEADER).exit_code == 0
    case = installation.case(held.leader)
    assert (case.state.value, case.archive_numbers) == ("returned", ())
    assert {job.status for job in case.jobs if job.kind.value == "message"} == {"cancelled"}


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (MENTOR, "nobody decides about an own message"),
        ("j.wissink@zilverberg.example", "waits for somebody else"),
        ("iemand@elders.example", "only a member of staff"),
    ],
)
def test_who_may_not_decide_is_told_and_nothing_happens(
    at: Command, installation: Gateway, held: Held, by: str, said: str
) -> None:
    done = at("quarantine", "release", held.leader, "--as", by)
    assert done.exit_code == 1
    assert said in done.stderr
    assert installation.case(held.leader).state.value == "held"


def test_the_second_decision_comes_too_late(at: Command, held: Held) -> None:
    assert at("quarantine", "return", held.leader, "--as", LEADER).exit_code == 0
    late = at("quarantine", "release", held.leader, "--as", LEADER)
    assert late.exit_code == 1
    assert "already returned" in late.stderr


def test_what_is_already_on_its_way_can_not_be_released(at: Command, held: Held) -> None:
    assert at("quarantine", "release", held.sent, "--as", ADMIN).exit_code == 1


def test_a_block_becomes_a_hold_for_the_privacy_officer_who_lets_it_go_repaired(
    at: Command, installation: Gateway, held: Held
) -> None:
    """What goes out then is repaired like any other: the two parents in Cc don't see each other."""
    done = at("quarantine", "unblock", held.refused, "--as", OFFICER)
    assert (done.exit_code, done.stdout) == (0, f"{held.refused} held again, for the privacy officer\n")
    (row,) = [row for row in objects(at("quarantine", "list", "--json")) if row["reference"] == held.refused]
    assert (row["approver"], row["person"]) == ("privacy_officer", OFFICER)
    assert at("quarantine", "release", held.refused, "--as", OFFICER).exit_code == 0
    case = installation.case(held.refused)
    (job,) = [job for job in case.jobs if job.kind.value == "message" and job.status == "open"]
    assert len(job.recipients) == 2
    raw = (MESSAGES / "04-cc-aan-twee-ouders.eml").read_bytes()
    parent = b"truusbakker@hetnet.example"
    assert parent in raw
    assert parent not in apply_edits(raw, unpack_edits(job.edits))
    assert case.archive_numbers


def test_what_no_client_may_send_stays_blocked(at: Command, installation: Gateway, held: Held) -> None:
    done = at("quarantine", "unblock", held.wire, "--as", OFFICER)
    assert (done.exit_code, done.stderr) == (1, "nobody can let go what no client may send\n")
    assert installation.case(held.wire).state.value == "blocked"


@pytest.mark.parametrize("words", [["show", "--as", LEADER], ["release", "--as", LEADER], ["unblock", "--as", ADMIN]])
def test_a_reference_nobody_knows_is_said(at: Command, held: Held, words: list[str]) -> None:
    name, *options = words
    done = at("quarantine", name, "ZZZZZZZZZZZZ", *options)
    assert done.exit_code == 1
    assert "there is no case ZZZZZZZZZZZZ" in done.stderr


def test_who_decides_must_be_named(at: Command, held: Held) -> None:
    assert at("quarantine", "release", held.leader).exit_code == 2
    assert at("quarantine", "show", held.leader).exit_code == 2


def test_without_rules_nothing_can_be_decided(at: Command) -> None:
    """The directory is there, no policy yet: there is nobody to hold the decision against."""
    done = at("quarantine", "release", "ZZZZZZZZZZZZ", "--as", ADMIN)
    assert done.exit_code == 3
    assert "postwacht policy import" in done.stderr


def test_without_a_store_there_is_nothing_to_list(at: Command, installation: Gateway) -> None:
    (installation.state / "postwacht.db").unlink()
    assert at("quarantine", "list").exit_code == 3
