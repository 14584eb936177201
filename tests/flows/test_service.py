"""The service as it runs on a machine: a supervisor, two workers on one port, an office; what happens when one ends."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.gateway import Gateway, wait_until
from tests.support.sink import Behaviour, Sink
from tests.support.talk import AYLIN, MENTOR, SANNE, compose, hand_over


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    server = Sink.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateway(sink: Sink) -> Iterator[Gateway]:
    service = Gateway.start(sink.port, workers=2)
    wait_until(lambda: len(workers(service)) == 3)
    yield service
    service.stop()


def workers(gateway: Gateway) -> dict[str, int]:
    """The children of the supervisor by name."""
    assert gateway.process is not None
    pid = gateway.process.pid
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        if b"--worker" in words:
            found[words[words.index(b"--worker") + 1].decode()] = int(child)
    return found


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that does nothing for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def counted(gateway: Gateway, name: str) -> float:
    """The sum of one metric over all its labels."""
    _, text = gateway.get(gateway.metrics_port, "/metrics")
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE))


def test_the_pages_say_alive_and_ready(gateway: Gateway) -> None:
    assert gateway.get(gateway.web_port, "/healthz") == (200, '{"alive":true}')
    status, said = gateway.get(gateway.web_port, "/readyz")
    assert status == 200
    assert said == '{"ready":true,"checks":{"store":true,"smarthost":true,"disk":true}}'


def test_what_both_workers_count_is_one_sum(gateway: Gateway, sink: Sink) -> None:
    before = counted(gateway, "postwacht_messages_answered_total")
    answers = []
    for name in ("smtp1", "smtp2"):
        with stopped(workers(gateway)[name]):  # whoever is not there leaves the clients to the other
            answers += [hand_over(gateway) for _ in range(6)]
    assert {answer.code for answer in answers} == {250}
    wait_until(lambda: all(sink.taken[answer.mark, AYLIN] == 1 for answer in answers))
    assert counted(gateway, "postwacht_messages_answered_total") == before + 12
    names = {
        re.search(r'"worker": "(smtp\d)"', line)[1] for line in gateway.log().splitlines() if "message_judged" in line
    }  # type: ignore[index]
    assert names == {"smtp1", "smtp2"}, "both took some of the connections"


def test_a_policy_is_in_force_in_every_worker_within_a_second(gateway: Gateway) -> None:
    def outcomes() -> set[str]:
        return {gateway.case(hand_over(gateway, to=(AYLIN, SANNE)).reference).state.value for _ in range(6)}

    assert outcomes() <= {"fixed", "delivered"}
    try:
        gateway.run("policy", "mode", "C19", "off")
        imported = time.monotonic()
        loaded = re.compile(r'"worker": "(\w+)".*"event": "rules_loaded"')
        wait_until(lambda: set(loaded.findall(gateway.log())) == {"smtp1", "smtp2", "office"}, every=0.01)
        assert time.monotonic() - imported < 1.5, "a second, and half a one for this machine"
        answer = hand_over(gateway, to=(AYLIN, SANNE))
        assert not [row for row in gateway.case(answer.reference).findings if row.clause == "C19"]
    finally:
        gateway.run("policy", "mode", "C19", "enforce")
        wait_until(lambda: gateway.log().count('"event": "rules_loaded"') >= 6)


def test_a_worker_that_is_killed_is_replaced_and_mail_goes_on(gateway: Gateway, sink: Sink) -> None:
    before = workers(gateway)
    os.kill(before["smtp1"], signal.SIGKILL)
    wait_until(lambda: workers(gateway).get("smtp1", before["smtp1"]) != before["smtp1"])
    assert '"event": "worker_died"' in gateway.log()
    assert workers(gateway)["smtp2"] == before["smtp2"]
    os.kill(before["office"], signal.SIGKILL)
    wait_until(lambda: workers(gateway).get("office", before["office"]) != before["office"])
    wait_until(gateway.answers)
    answers = [hand_over(gateway) for _ in range(6)]
    wait_until(lambda: all(sink.taken[answer.mark, AYLIN] == 1 for answer in answers))


def test_clients_in_the_queue_of_a_worker_that_is_killed_are_greeted_by_the_other(gateway: Gateway) -> None:
    pids = workers(gateway)
    with ExitStack() as held:
        go_on = held.enter_context(ExitStack())
        for name in ("smtp1", "smtp2"):
            go_on.enter_context(stopped(pids[name]))
        clients = [
            held.enter_context(socket.create_connection(("127.0.0.1", gateway.plain_port), timeout=20))
            for _ in range(20)
        ]
        os.kill(pids["smtp1"], signal.SIGKILL)
        wait_until(lambda: workers(gateway).get("smtp1") != pids["smtp1"])
        go_on.close()
        assert all(client.recv(200).startswith(b"220 ") for client in clients)
    wait_until(lambda: len(workers(gateway)) == 3)


def in_data(gateway: Gateway) -> smtplib.SMTP:
    """A client that may now send a message."""
    client = smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30)
    client.ehlo("klas.test")
    client.mail(MENTOR)
    client.rcpt(AYLIN)
    assert client.docmd("DATA")[0] == 354
    return client


def test_sigterm_lets_a_message_in_flight_be_answered_and_delivered(sink: Sink) -> None:
    """Its commit waits for a lock when the end comes. A message that is only half sent hears "later" instead."""
    gateway = Gateway.start(sink.port, workers=2)
    whole, half = in_data(gateway), in_data(gateway)
    try:
        wait_until(lambda: len(workers(gateway)) == 3)
        half.send(compose("half")[:100])
        other = sqlite3.connect(gateway.state / "postwacht.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        whole.send(compose("in-flight") + b".\r\n")
        ended = threading.Thread(target=gateway.end)
        ended.start()
        wait_until(lambda: gateway.log().count('"event": "draining"') >= 2)
        other.execute("ROLLBACK")
        other.close()
        code, text = whole.getreply()
        assert (code, text[:6]) == (250, b"2.0.0 ")
        assert half.getreply() == (421, b"4.3.2 Service is shutting down")
        ended.join(45)
        assert not ended.is_alive()
        assert sink.taken["in-flight", AYLIN] == 1
        with pytest.raises(OSError):
            smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=5)
    finally:
        whole.close()
        half.close()
        gateway.stop()


@pytest.mark.parametrize("count", [1, 2])
def test_sigterm_ends_with_0(sink: Sink, count: int) -> None:
    gateway = Gateway.start(sink.port, workers=count)
    try:
        assert gateway.end() == 0
    finally:
        gateway.stop()


def test_no_worker_outlives_a_supervisor_that_is_killed(sink: Sink) -> None:
    gateway = Gateway.start(sink.port, workers=2)
    try:
        wait_until(lambda: len(workers(gateway)) == 3)
        pids = list(workers(gateway).values())
        assert gateway.process is not None
        gateway.process.kill()
        gateway.process.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 40)
        assert gateway.log().count("worker_stopped") == 3, "each drained"
    finally:
        gateway.process = None
        gateway.stop()


def test_what_was_waiting_at_the_end_is_delivered_after_the_next_start(sink: Sink) -> None:
    sink.behave = Behaviour(refuse={"*": "451 4.2.0 Later"})
    gateway = Gateway.start(sink.port)
    try:
        answers = [hand_over(gateway) for _ in range(3)]
        assert [answer.code for answer in answers] == [250, 250, 250]
        wait_until(lambda: gateway.log().count('"deferred": 1') >= 3, 60)
        gateway.kill()  # the leases stay behind
        sink.behave = Behaviour()
        gateway.serve()
        wait_until(lambda: all(sink.taken[answer.mark, AYLIN] == 1 for answer in answers), 60)
    finally:
        sink.behave = Behaviour()
        gateway.stop()


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    ("broken", "code", "said"),
    [
        ({"POSTWACHT__SMARTHOST__PORT": "none"}, 2, "POSTWACHT__SMARTHOST__PORT: must be a whole number"),
        ({"POSTWACHT__METRICS__ADDRESS": "192.0.2.1:9"}, 3, "a port can't be used"),
    ],
    ids=["misconfigured", "no-such-address"],
)
def test_what_keeps_it_from_starting_ends_it_with_the_published_code(
    sink: Sink, count: int, broken: dict[str, str], code: int, said: str
) -> None:
    gateway = Gateway.prepare(sink.port, workers=count, environment=broken)
    try:
        done = gateway.run("serve", check=False)
        assert done.returncode == code
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        if code == 2:
            assert '"event": "configuration_refused"' in done.stderr
    finally:
        gateway.stop()


@pytest.mark.parametrize("count", [1, 2])
def test_without_a_directory_it_does_not_start_and_says_what_to_do(sink: Sink, count: int) -> None:
    gateway = Gateway.prepare(sink.port, workers=count, import_school=False)
    try:
        done = gateway.run("serve", check=False)
        assert done.returncode == 3
        told = [line for line in done.stderr.splitlines() if '"event": "migrated"' not in line]
        assert told == ["no directory is in force: postwacht directory import"]
    finally:
        gateway.stop()
