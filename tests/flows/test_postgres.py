"""Two services, as on two machines, on one PostgreSQL: they share the work, and the death of either costs nothing."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.archive.record import records
from gateway.archive.verify import verify_archive, verify_audit
from tests.support.databases import ask, change
from tests.support.gateway import ROOT, Gateway, wait_until
from tests.support.postgres import Database, Server
from tests.support.sink import Behaviour, Sink
from tests.support.talk import AYLIN, SANNE, Answer, hand_over

LEADER = "k.dijkshoorn@zilverberg.example"
SETTLED = "SELECT count(*) FROM outbox WHERE status = 'open'"


@dataclass
class Nodes:
    """Two services on one database, the school's mail server, and the database's."""

    first: Gateway
    second: Gateway
    sink: Sink
    server: Server
    databases: tuple[Database, Database]

    @property
    def state(self) -> Database:
        return self.databases[0]

    def settled(self) -> bool:
        return ask(self.state, SETTLED) == [(0,)]


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """Its own server: these tests stop it."""
    server, sink = Server.start(), Sink.start()
    pair = server.pair()
    state = Path(tempfile.mkdtemp(prefix="postwacht-shared-", dir="/var/tmp"))
    first = Gateway.prepare(sink.port, databases=pair, state=state, node="west")
    second = Gateway.prepare(sink.port, databases=pair, state=state, node="oost", workers=2, import_school=False)
    try:
        for one in (first, second):
            one.serve()
        yield Nodes(first, second, sink, server, pair)
    finally:
        for one in (first, second):
            one.stop()
        sink.stop()
        server.end()
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(autouse=True)
def well(nodes: Nodes) -> Iterator[None]:
    """Each test begins with both services at work and nothing waiting."""
    nodes.sink.behave = Behaviour()
    for one in (nodes.first, nodes.second):
        if one.process is None:
            one.serve()
    wait_until(nodes.settled, 20)
    yield
    nodes.sink.behave = Behaviour()


def both(nodes: Nodes, **parts: object) -> list[Answer]:
    return [hand_over(one, **parts) for one in (nodes.first, nodes.second)]  # type: ignore[arg-type]


def test_the_configuration_is_in_order_and_says_so(nodes: Nodes) -> None:
    said = nodes.first.run("check-config").stdout
    assert "policy: in force" in said
    assert "the configuration is in order" in said


def test_each_takes_mail_and_either_knows_all_of_it(nodes: Nodes) -> None:
    answers = [answer for _ in range(4) for answer in both(nodes, to=(AYLIN, SANNE))]
    assert {answer.code for answer in answers} == {250}
    wait_until(nodes.settled)
    for answer in answers:
        for one in (nodes.first, nodes.second):
            assert one.case(answer.reference).state.value == "delivered"
        assert nodes.sink.taken[answer.mark, AYLIN] == nodes.sink.taken[answer.mark, SANNE] == 1


def test_what_one_heard_and_did_not_answer_the_other_recognises(nodes: Nodes) -> None:
    """RFC 1047 across machines: the client's next try lands on the other node."""
    first, again = (hand_over(one, mark="herhaald") for one in (nodes.first, nodes.second))
    assert first == again
    wait_until(nodes.settled)
    assert nodes.sink.taken["herhaald", AYLIN] == 1


def test_a_hold_taken_by_one_is_released_at_the_other(nodes: Nodes) -> None:
    body = "Mail jan.bakker@gmail.example of truusbakker@hetnet.example voor vragen."
    answer = hand_over(nodes.first, to=(AYLIN, SANNE), body=body)
    assert "Held for review" in answer.text
    nodes.second.run("quarantine", "release", answer.reference, "--as", LEADER, "--reason", "mag van hen")
    wait_until(lambda: nodes.sink.taken[answer.mark, AYLIN] == 1)
    assert nodes.first.case(answer.reference).holds[0].decision == "release"


def test_a_policy_is_in_force_in_every_worker_of_both_within_a_second(nodes: Nodes) -> None:
    def loaded() -> int:
        return sum(one.log().count('"event": "rules_loaded"') for one in (nodes.first, nodes.second))

    before = loaded()
    try:
        nodes.first.run("policy", "mode", "C19", "off")
        imported = time.monotonic()
        wait_until(lambda: loaded() == before + 4, every=0.01)  # one process, and two workers with their office
        assert time.monotonic() - imported < 1.5, "a second, and half a one for this machine"
        for answer in both(nodes, to=(AYLIN, SANNE)):
            assert not [row for row in nodes.first.case(answer.reference).findings if row.clause == "C19"]
    finally:
        nodes.first.run("policy", "mode", "C19", "enforce")
        wait_until(lambda: loaded() == before + 8)


def test_the_leases_carry_the_machine_s_name(nodes: Nodes) -> None:
    nodes.sink.behave = Behaviour(reply_after=1.0)
    both(nodes)
    owners = {owner for (owner,) in ask(nodes.state, "SELECT lease_owner FROM outbox WHERE status = 'open'")}
    assert {owner.partition("/")[0] for owner in owners} == {"west", "oost"}
    assert "west/main" in owners


def test_the_mail_of_a_machine_that_died_is_sent_by_the_other(nodes: Nodes) -> None:
    # Nothing gets out, over kept connections neither: what was accepted stays on the first's hands.
    nodes.sink.behave = Behaviour(greet_after=60, reply_after=60)
    answers = [hand_over(nodes.first) for _ in range(3)]
    nodes.first.kill()
    left = ask(nodes.state, "SELECT count(*) FROM outbox WHERE status = 'open' AND lease_owner = 'west/main'")[0][0]
    nodes.sink.behave = Behaviour()
    # Two minutes pass: its leases end. Nothing else is changed.
    change(
        nodes.state,
        "UPDATE outbox SET lease_until = lease_until - 120000000, due_at = due_at - 120000000"
        " WHERE status = 'open' AND lease_owner = 'west/main'",
    )
    wait_until(nodes.settled, 30)
    assert all(nodes.sink.taken[answer.mark, AYLIN] >= 1 for answer in answers)
    assert left == len(answers)
    assert all(nodes.second.case(answer.reference).state.value == "delivered" for answer in answers)


def test_a_second_service_of_the_same_name_waits_and_takes_nothing(nodes: Nodes) -> None:
    """It would give back the leases of the first, whose mail would go out twice."""
    nodes.sink.behave = Behaviour(reply_after=1.0)
    answer = hand_over(nodes.first)
    twin = Gateway.prepare(
        nodes.sink.port, databases=nodes.databases, state=nodes.first.state, node="west", import_school=False
    )
    try:
        twin.process = subprocess.Popen(
            [*twin.command, "serve"], env=twin.environment, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True
        )
        asks = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_try_advisory_lock(7202%' AND datname = ?"
        wait_until(lambda: ask(nodes.state, asks, nodes.state.name)[0][0] >= 2)
        leases = ask(nodes.state, "SELECT lease_owner FROM outbox WHERE status = 'open'")
        assert leases == [("west/main",)] * len(leases)
        assert leases or nodes.sink.taken[answer.mark, AYLIN] == 1
        assert not twin.answers()
        twin.kill()
    finally:
        shutil.rmtree(twin.home)
    wait_until(nodes.settled)
    assert nodes.sink.taken[answer.mark, AYLIN] == 1


@pytest.mark.parametrize("how", ["stop", "crash"])
def test_a_server_that_goes_is_later_and_one_that_comes_back_is_found(nodes: Nodes, how: str) -> None:
    before = both(nodes)
    getattr(nodes.server, how)()
    assert [answer.text for answer in both(nodes)] == ["4.3.0 Temporary problem, please try again"] * 2
    assert all(one.process is not None and one.process.poll() is None for one in (nodes.first, nodes.second))
    assert nodes.first.get(nodes.first.web_port, "/healthz")[0] == 200
    nodes.server.again()
    marks = {}
    wait_until(
        lambda: all(
            (marks.setdefault(n, hand_over(one))).code == 250 or marks.pop(n) is None
            for n, one in enumerate((nodes.first, nodes.second))
        ),
        20,
    )
    wait_until(nodes.settled, 20)
    for answer in (*before, *marks.values()):
        assert nodes.first.case(answer.reference).state.value == "delivered"
        assert nodes.sink.taken[answer.mark, AYLIN] == 1


def test_the_chains_hold_and_every_message_has_one_record(nodes: Nodes) -> None:
    answers = [answer for _ in range(4) for answer in both(nodes)]
    wait_until(nodes.settled)

    async def look() -> None:
        async with nodes.first.store() as store:
            for chain in (await verify_archive(store), await verify_audit(store)):
                assert chain.broken_at is None
            found = await records(store)
            assert [record.number for record in found] == list(range(1, len(found) + 1))
            assert len(found) >= 8
            for answer in answers:
                assert len(await records(store, answer.reference)) == 1

    asyncio.run(look())
