"""The demo as people run it: every sample becomes what its script says, and the installation stays usable."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tomllib
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette

from gateway.demo import run as demo
from gateway.demo.installation import MESSAGES, install
from gateway.demo.pages import Told
from gateway.store.states import State
from tests.gateway.cli.conftest import call
from tests.support.gateway import ROOT, wait_until

SCRIPT = tomllib.loads((MESSAGES / "script.toml").read_text())["message"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True)
class Ran:
    state: Path
    code: int
    output: str

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gateway", *words, "--config", str(self.state / "postwacht.toml")]
        return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    state = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "gateway", "demo", "--once", "--state", str(state), "--lang", "nl"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=110, check=False)
    assert done.stderr == ""
    return Ran(state, done.returncode, done.stdout)


def test_every_sample_becomes_what_the_script_says(ran: Ran) -> None:
    rows = [line.split() for line in ran.output.splitlines() if re.match(r"\d\d-", line)]
    assert {row[0]: row[1] for row in rows} == {row["file"]: row["expect"] for row in SCRIPT}
    assert ran.code == 0
    assert len(rows) >= 20


def test_the_summary_counts_each_outcome_once(ran: Ran) -> None:
    found = re.search(
        r"^(\d+) messages: (\d+) pass, (\d+) coach, (\d+) fix, (\d+) hold, (\d+) block$", ran.output, re.MULTILINE
    )
    assert found is not None
    total, *counts = map(int, found.groups())
    assert total == sum(counts) == len(SCRIPT)
    assert min(counts) >= 1


def test_the_folder_it_names_holds_a_copy_for_each_parent_and_a_notice_for_the_teacher(ran: Ran) -> None:
    mailboxes = ran.state / "mailboxes"
    assert str(mailboxes) in ran.output
    class_list = next(row for row in SCRIPT if row["file"].startswith("02-"))
    for parent in class_list["rcpt_to"]:
        copies = [path.read_bytes() for path in (mailboxes / parent.lower().replace("'", "_")).glob("*.eml")]
        copy = next(raw for raw in copies if b"Sinterklaasviering" in raw)
        header = copy.partition(b"\r\n\r\n")[0]
        assert class_list["mail_from"].encode() in header
        assert not any(other.encode() in header for other in class_list["rcpt_to"])
    assert any(b"Auto-Submitted" in path.read_bytes() for path in (mailboxes / class_list["mail_from"]).glob("*.eml"))


def test_what_is_held_can_be_listed_shown_and_released_afterwards(ran: Ran) -> None:
    held = [line.split() for line in ran.command("quarantine", "list").stdout.splitlines()]
    assert len(held) == sum(row["expect"] == "hold" for row in SCRIPT)
    assert {row[1] for row in held} == {"self", "team_leader"}
    reference, _, person = next(row for row in held if row[1] == "team_leader")[:3]
    shown = ran.command("quarantine", "show", reference, "--as", person)
    assert shown.returncode == 0
    assert reference in shown.stdout
    assert ran.command("quarantine", "release", reference, "--as", person).returncode == 0
    assert reference not in ran.command("quarantine", "list").stdout


def test_it_stays_up_with_mailboxes_and_pages_until_it_is_interrupted(ran: Ran) -> None:
    """On the same folder: what was sent is recognised, and nothing of the first run is lost."""
    before = len(list((ran.state / "mailboxes").glob("*/*.eml")))
    command = [sys.executable, "-u", "-m", "gateway", "demo", "--state", str(ran.state)]
    said = ran.state / "said"
    with said.open("wb") as output:
        child = subprocess.Popen(command, env=ENVIRONMENT, stdout=output, stderr=output)
    try:
        wait_until(lambda: "Interrupt to stop" in said.read_text() or child.poll() is not None, 60)
        found = dict(re.findall(r"^(Mailboxes|Pages): +(\S+)", said.read_text(), re.MULTILINE))
        with urllib.request.urlopen(found["Mailboxes"]) as page:
            assert "Nog niet verzonden" in page.read().decode()
        with urllib.request.urlopen(found["Pages"]) as page:
            assert "C19" in page.read().decode()
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 0, said.read_text()
    finally:
        child.kill()
        child.wait()
    assert len(list((ran.state / "mailboxes").glob("*/*.eml"))) >= before


async def test_a_gateway_that_does_not_start_is_told_with_the_place_of_its_log(tmp_path: Path) -> None:
    place = install(tmp_path, logins=["a@b.example"], smarthost_port=1)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(2)")
    with pytest.raises(demo.DemoFailed, match=r"did not start; see .*log"):
        await demo.greeted(place, child)


async def test_a_port_that_greets_with_later_is_asked_again(tmp_path: Path) -> None:
    greetings = iter([b"421 4.3.2 Later\r\n", b"220 here\r\n"])

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(next(greetings))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    place = replace(
        install(tmp_path, logins=["a@b.example"], smarthost_port=1), smtp_port=server.sockets[0].getsockname()[1]
    )
    await demo.greeted(place, SimpleNamespace(returncode=None))  # type: ignore[arg-type]
    assert next(greetings, None) is None
    server.close()


async def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    place = install(tmp_path, logins=["a@b.example"], smarthost_port=1)
    with pytest.raises(demo.DemoFailed, match=r"postwacht directory import failed:\n(?s:.*)does not exist"):
        await demo.command(place, "directory", "import", str(tmp_path / "nowhere"))


async def test_an_interruption_ends_what_runs() -> None:
    stop, task = asyncio.Event(), asyncio.create_task(asyncio.sleep(60))
    asyncio.get_running_loop().call_soon(stop.set)
    await demo.until(stop, task)
    assert task.cancelled()


async def test_what_ends_by_itself_ends_the_waiting() -> None:
    task = asyncio.create_task(asyncio.sleep(0))
    await demo.until(asyncio.Event(), task)
    assert task.done()


async def test_a_gateway_that_is_gone_already_is_not_ended_again() -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "")
    await child.wait()
    await demo.end(child)
    assert child.returncode == 0


async def test_a_failure_of_what_runs_comes_through() -> None:
    async def fail() -> None:
        raise demo.DemoFailed("x")

    with pytest.raises(demo.DemoFailed):
        await demo.until(asyncio.Event(), asyncio.create_task(fail()))


async def test_a_case_that_does_not_come_to_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting:
        async def case(self, _reference: str) -> object:
            return SimpleNamespace(state=State.RECEIVED, jobs=())

    monkeypatch.setattr(demo, "SETTLED_SECONDS", 0.05)
    with pytest.raises(demo.DemoFailed, match="case X does not come to rest"):
        await demo.settled(Waiting(), "X")  # type: ignore[arg-type]


async def test_a_gateway_that_ends_by_itself_is_told(tmp_path: Path) -> None:
    place = install(tmp_path, logins=["a@b.example"], smarthost_port=1)
    child = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "")
    said: list[str] = []
    with pytest.raises(demo.DemoFailed, match="ended by itself"):
        await demo.stay(place, Starlette(), said.append, asyncio.Event(), child)
    assert said[0].startswith("Mailboxes:")


@pytest.mark.parametrize("failure", [True, False], ids=["it-could-not-run", "an-outcome-is-not-known"])
def test_the_command_ends_with_the_published_codes(failure: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(*_: object, **__: object) -> int:
        if failure:
            raise demo.DemoFailed("het lukt niet")
        return 1

    monkeypatch.setattr("gateway.cli.demo.run", run)
    done = call("demo", "--once")
    assert (done.exit_code, done.stderr) == ((3, "het lukt niet\n") if failure else (1, ""))


def test_what_is_not_known_is_not_counted_as_an_outcome() -> None:
    told = [Told("a", "pass", ""), Told("b", "unknown", "")]
    assert demo.summary(told) == "2 messages: 1 pass, 0 coach, 0 fix, 0 hold, 0 block"
