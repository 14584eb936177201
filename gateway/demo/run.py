"""The run of the demo: install, serve, send every sample message by SMTP, tell what became of each.

Promises: real processes and real sockets: the gateway runs as `postwacht serve`, messages are submitted with AUTH, and
what is printed is read back from the store and the mail server, not from the script. Ends what it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import smtplib
import socket
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway import config as configuration
from gateway.clock import SystemClock
from gateway.demo.installation import MESSAGES, SCHOOL, Installation, install
from gateway.demo.mailbox import Mailbox, listen, pages
from gateway.store.store import Store
from gateway.store.views import CaseView
from gateway.web.server import WebServer
from rules.verdict import Action

READY_SECONDS = 30.0
SETTLED_SECONDS = 60.0
REFERENCE: Final = re.compile(r"reference ([0-9A-Z]+)")
DONE = frozenset({"delivered", "failed", "held", "blocked", "returned", "withdrawn", "expired"})
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """One message of the script."""

    file: str
    login: str
    mail_from: str
    rcpt_to: tuple[str, ...]
    title: str


class DemoFailed(Exception):
    """The demo could not be run; the text says why."""


async def run(say: Say, *, once: bool, state: Path | None, language: str = "nl") -> int:
    """Run it all; returns the number of messages whose outcome could not be read (0 when all went well)."""
    folder = (state or Path(tempfile.mkdtemp(prefix="postwacht-demo-"))).resolve()
    samples = script(language)
    mailbox = Mailbox(folder / "mailboxes")
    server, port = await listen(mailbox)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(server.close)
        place = install(folder, logins=(sample.login for sample in samples), smarthost_port=port)
        await command(place, "directory", "import", str(SCHOOL), "--force")
        gateway = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway", "--config", str(place.config), "serve", stderr=(folder / "log").open("ab")
        )
        stack.push_async_callback(end, gateway)
        await greeted(place.smtp_port, gateway)
        say(f"{'message':<38} {'outcome':<8} what happened")
        outcomes = await send_all(place, samples, say)
        say("")
        say(", ".join([f"{len(samples)} messages: {outcomes[Action.PASS]} pass", *counted(outcomes)]))
        say(f"Delivered messages: {place.mailboxes} ({sum(mailbox.counts().values())} files, a folder per recipient)")
        if not once:
            await stay(place, mailbox, gateway, say)
    return len(samples) - outcomes.total()


def counted(outcomes: Counter[Action]) -> list[str]:
    """`b coach`, `c fix`, ... of the summary line."""
    return [
        f"{outcomes[action]} {action.name.lower()}" for action in (Action.COACH, Action.FIX, Action.HOLD, Action.BLOCK)
    ]


def script(language: str) -> list[Sample]:
    """The sample messages, in order."""
    data = tomllib.loads((MESSAGES / "script.toml").read_text("utf-8"))
    return [
        Sample(row["file"], row["login"], row["mail_from"], tuple(row["rcpt_to"]), row[language])
        for row in data["message"]
    ]


async def command(place: Installation, *arguments: str) -> None:
    """Run one command of ours on the demo's installation."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", "--config", str(place.config), *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await child.communicate()
    if child.returncode:
        raise DemoFailed(f"postwacht {' '.join(arguments[:2])} failed:\n{output.decode(errors='replace')}")


async def greeted(port: int, gateway: asyncio.subprocess.Process) -> None:
    """Wait until the gateway answers on its port."""
    async with asyncio.timeout(READY_SECONDS):
        while gateway.returncode is None:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            line = await reader.readline()
            writer.close()
            if line.startswith(b"220"):
                return
    raise DemoFailed("the gateway did not start")


async def send_all(place: Installation, samples: list[Sample], say: Say) -> Counter[Action]:
    """Submit every message; print its outcome when its case is settled."""
    settings = configuration.load(place.config, os.environ)
    store = Store.open(
        settings.store.url, settings.store.keys_url, settings.store.key, SystemClock(), settings.store.folder, "demo"
    )
    outcomes: Counter[Action] = Counter()
    try:
        for sample in samples:
            reply = await asyncio.to_thread(submit, place, sample)
            found = REFERENCE.search(reply)
            if found is None:
                say(f"{sample.file:<38} {'?':<8} {reply}")
                continue
            case = await settled(store, found[1])
            outcomes[Action(case.action)] += 1
            say(f"{sample.file:<38} {Action(case.action).name.lower():<8} {told(sample, case)}")
    finally:
        await asyncio.to_thread(store.close)
    return outcomes


def submit(place: Installation, sample: Sample) -> str:
    """Hand one message over as a mail client does; returns the last reply."""
    raw = (MESSAGES / sample.file).read_bytes()
    with smtplib.SMTP("127.0.0.1", place.smtp_port, timeout=30) as client:
        client.ehlo("demo.test")
        client.login(sample.login, place.password)
        wide = ["SMTPUTF8"] if not "".join((sample.mail_from, *sample.rcpt_to)).isascii() else []
        code, text = client.mail(sample.mail_from, ["BODY=8BITMIME", *wide])
        for recipient in sample.rcpt_to:
            if code < 300:
                code, text = client.rcpt(recipient)
        if code < 300:
            code, text = client.data(raw)
    return f"{code} {text.decode(errors='replace')}"


async def settled(store: Store, reference: str) -> CaseView:
    """The case, once nothing more happens to it by itself: its own dialogues and the notices to the sender."""
    async with asyncio.timeout(SETTLED_SECONDS):
        while True:
            case = await store.case(reference)
            if case.state.value in DONE and all(job.status != "open" for job in case.jobs):
                return case
            await asyncio.sleep(0.02)


def told(sample: Sample, case: CaseView) -> str:
    """One line: what it was, the clauses that spoke, who decides, how many got it."""
    clauses = ", ".join(sorted({row.clause or row.rule for row in case.findings if row.action}))
    delivered = sum(
        recipient.status.value == "delivered"
        for job in case.jobs
        if job.kind.value == "message"
        for recipient in job.recipients
    )
    parts = [sample.title]
    if clauses:
        parts.append(clauses)
    if case.state.value == "held":
        parts.append(f"held for {case.approver}")
    else:
        parts.append(f"{delivered} delivered")
    return " | ".join(parts)


async def stay(place: Installation, mailbox: Mailbox, gateway: asyncio.subprocess.Process, say: Say) -> None:
    """Serve the mailboxes' page until interrupted."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    say(f"Mailboxes:  http://127.0.0.1:{sock.getsockname()[1]}/")
    say(f"Pages:      http://127.0.0.1:{place.web_port}/clauses/C19?lang=en")
    say(f"Submission: 127.0.0.1:{place.smtp_port} as d.thooft@zilverberg.example, password {place.password}")
    say(f"Commands:   postwacht --config {place.config} quarantine list")
    say("Interrupt to stop.")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    web = WebServer(pages(mailbox), sock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(web.run(), name="mailboxes")
        waiting = {tasks.create_task(stop.wait()), tasks.create_task(gateway.wait())}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await web.drain()
        await end(gateway)


async def end(gateway: asyncio.subprocess.Process) -> None:
    """SIGTERM, and wait for the drain."""
    if gateway.returncode is None:
        gateway.terminate()
    await gateway.wait()
