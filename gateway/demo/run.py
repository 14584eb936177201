"""The run of the demo: install, serve, send every sample message by SMTP, tell what became of each.

Promises: real processes and real sockets: the gateway runs as `postwacht serve`, messages are submitted with AUTH, and
what is printed is read back from the replies, the store and the mail server, not from the script. Ends what it started,
also when it is interrupted.
Fails: DemoFailed.
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

from gateway import config as configuration
from gateway.clock import SystemClock
from gateway.demo.installation import MESSAGES, SCHOOL, Installation, install
from gateway.demo.mailbox import Mailbox, listen
from gateway.demo.pages import Told, pages
from gateway.store.disposition import JobStatus
from gateway.store.engine import addresses
from gateway.store.store import Store
from gateway.store.views import CaseView
from gateway.web.server import WebServer
from rules.verdict import Action

READY_SECONDS = 30.0
SETTLED_SECONDS = 60.0
REFERENCE: Final = re.compile(r"reference ([0-9A-Z]+)")
DONE = frozenset({"delivered", "failed", "held", "blocked", "returned", "withdrawn", "expired"})
OUTCOMES: Final = tuple(action.name.lower() for action in Action)
# Who reviews in the demo: a team leader, the administrator, the privacy officer.
REVIEWERS: Final = {
    "k.dijkshoorn@zilverberg.example": ("approver",),
    "j.pel@zilverberg.example": ("admin", "approver", "operator"),
    "e.lindenhout@zilverberg.example": ("privacy_officer", "auditor"),
}
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
    """Run it all; returns the number of messages whose outcome is not known (0 when all went well)."""
    folder = (state or Path(tempfile.mkdtemp(prefix="postwacht-demo-"))).resolve()
    samples, told, stop = script(language), list[Told](), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        place, mailbox, gateway = await start(stack, folder, samples)
        say(f"{'message':<38} {'outcome':<8} what happened")
        sending = asyncio.create_task(send_all(place, samples, say, told), name="samples")
        await until(stop, sending)
        say("")
        say(summary(told))
        files = sum(map(len, mailbox.boxes().values()))
        say(f"Delivered messages: {place.mailboxes} ({files} files, a folder per recipient)")
        if not once and not stop.is_set():
            await stay(place, pages(mailbox, told), say, stop, gateway)
    return len(samples) - sum(row.outcome in OUTCOMES for row in told)


async def start(
    stack: contextlib.AsyncExitStack, folder: Path, samples: Sequence[Sample]
) -> tuple[Installation, Mailbox, asyncio.subprocess.Process]:
    """Install and start everything; `stack` ends it."""
    (folder / "mailboxes").mkdir(parents=True, exist_ok=True)
    mailbox = Mailbox(folder / "mailboxes")
    server, port = await listen(mailbox)
    stack.callback(server.close)
    place = install(folder, logins=(sample.login for sample in samples), smarthost_port=port)
    await command(place, "directory", "import", str(SCHOOL), "--force")
    await accounts(place)
    log = stack.enter_context((folder / "log").open("ab"))
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", "--config", str(place.config), "serve", stderr=log, start_new_session=True
    )
    stack.push_async_callback(end, gateway)
    await greeted(place, gateway)
    return place, mailbox, gateway


async def until(stop: asyncio.Event, *tasks: asyncio.Task[object]) -> None:
    """Wait for the first of the tasks, or the interruption; what still runs is ended, a failure comes through."""
    running = {asyncio.create_task(stop.wait(), name="stop"), *tasks}
    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error


def summary(told: Sequence[Told]) -> str:
    """The published line: how many of each outcome."""
    counts = Counter(row.outcome for row in told)
    return f"{len(told)} messages: " + ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES)


def script(language: str) -> list[Sample]:
    """The sample messages, in order."""
    data = tomllib.loads((MESSAGES / "script.toml").read_text("utf-8"))
    return [
        Sample(row["file"], row["login"], row["mail_from"], tuple(row["rcpt_to"]), row[language])
        for row in data["message"]
    ]


async def command(place: Installation, *arguments: str, said: str = "") -> str:
    """Run one command of ours on the demo's installation; `said` is its standard input. Returns what it printed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", "--config", str(place.config), *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await child.communicate(said.encode())
    if child.returncode:
        raise DemoFailed(f"postwacht {' '.join(arguments[:2])} failed:\n{output.decode(errors='replace')}")
    return output.decode(errors="replace")


async def accounts(place: Installation) -> None:
    """Let the demo's reviewers sign in, with the password of this run."""
    there = await command(place, "user", "list")
    for address, roles in REVIEWERS.items():
        if address in there:
            await command(place, "user", "reset", address, said=f"{place.password}\n")
        else:
            given = (word for role in roles for word in ("--role", role))
            await command(place, "user", "add", address, *given, said=f"{place.password}\n")


async def greeted(place: Installation, gateway: asyncio.subprocess.Process) -> None:
    """Wait until the gateway answers on its port."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(READY_SECONDS):
            while gateway.returncode is None:
                with contextlib.suppress(OSError):
                    reader, writer = await asyncio.open_connection("127.0.0.1", place.smtp_port)
                    line = await reader.readline()
                    writer.close()
                    if line.startswith(b"220"):
                        return
                await asyncio.sleep(0.05)
    raise DemoFailed(f"the gateway did not start; see {place.folder / 'log'}")


async def send_all(place: Installation, samples: Sequence[Sample], say: Say, told: list[Told]) -> None:
    """Submit every message; tell its outcome when its case is settled."""
    settings = configuration.load(place.config, os.environ)
    store = Store.open(*addresses(settings.store), settings.store.key, SystemClock(), settings.state_folder, "demo")
    try:
        for sample in samples:
            reply = await asyncio.to_thread(submit, place, sample)
            found = REFERENCE.search(reply)
            if found is not None:
                case = await settled(store, found[1])
                outcome, happened = Action(case.action).name.lower(), happening(case)
            else:
                outcome, happened = "block" if reply.startswith("5") else "unknown", f"the client hears {reply}"
            told.append(Told(sample.title, outcome, happened))
            say(f"{sample.file:<38} {outcome:<8} {sample.title} | {happened}")
    finally:
        await asyncio.to_thread(store.close)


def submit(place: Installation, sample: Sample) -> str:
    """Hand one message over as a mail client does; returns the last reply."""
    raw = (MESSAGES / sample.file).read_bytes()
    with smtplib.SMTP("127.0.0.1", place.smtp_port, timeout=30) as client:
        client.ehlo("demo.test")
        client.login(sample.login, place.password)
        wide = ["SMTPUTF8"] if not "".join((sample.mail_from, *sample.rcpt_to)).isascii() else []
        client.mail(sample.mail_from, ["BODY=8BITMIME", *wide])
        for recipient in sample.rcpt_to:
            client.rcpt(recipient)
        code, text = client.data(raw)
    return f"{code} {text.decode(errors='replace')}"


async def settled(store: Store, reference: str) -> CaseView:
    """The case, once nothing more happens to it by itself: its own dialogues and the notices to the sender."""
    try:
        async with asyncio.timeout(SETTLED_SECONDS):
            while True:
                case = await store.case(reference)
                if case.state.value in DONE and all(job.status is not JobStatus.OPEN for job in case.jobs):
                    return case
                await asyncio.sleep(0.02)
    except TimeoutError as exc:
        raise DemoFailed(f"case {reference} does not come to rest") from exc


def happening(case: CaseView) -> str:
    """The clauses that spoke, who decides or how many got it."""
    clauses = ", ".join(sorted({row.clause or row.rule for row in case.findings if row.action}))
    delivered = sum(
        recipient.status.value == "delivered"
        for job in case.jobs
        if job.kind.value == "message"
        for recipient in job.recipients
    )
    end = f"held for {case.approver}" if case.state.value == "held" else f"{delivered} delivered"
    return " | ".join(filter(None, (clauses, end)))


async def stay(
    place: Installation, site: Starlette, say: Say, stop: asyncio.Event, gateway: asyncio.subprocess.Process
) -> None:
    """Serve the mailboxes' pages until interrupted, or until the gateway ends."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    sock.listen()  # who follows the address before the pages run waits, and is not refused
    say(f"Mailboxes:  http://127.0.0.1:{sock.getsockname()[1]}/  (notices, and the links in them, too)")
    say(f"Pages:      http://127.0.0.1:{place.web_port}/clauses/C19?lang=en")
    say(f"Sign in:    http://127.0.0.1:{place.web_port}/ as {', '.join(REVIEWERS)}, password {place.password}")
    say(f"Submission: 127.0.0.1:{place.smtp_port} as d.thooft@zilverberg.example, password {place.password}")
    say(f"Commands:   postwacht --config {place.config} quarantine list")
    say("Interrupt to stop.")
    web = WebServer(site, sock)
    serving = asyncio.create_task(web.run(), name="mailboxes")
    await until(stop, asyncio.create_task(gateway.wait(), name="gateway"))
    await web.drain()
    await serving
    if not stop.is_set():
        raise DemoFailed(f"the gateway ended by itself; see {place.folder / 'log'}")


async def end(gateway: asyncio.subprocess.Process) -> None:
    """SIGTERM, and wait for the drain."""
    if gateway.returncode is None:
        gateway.terminate()
    await gateway.wait()
