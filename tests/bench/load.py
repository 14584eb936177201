"""The generator and the sink: Debian's smtp-source and smtp-sink, and how long N messages take between them.

The clock starts with the generator and stops when the sink has counted every message it must see.
CPU time is that of the relay's whole process tree, read from /proc before and after.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.papers import pdf
from tests.support.postfix import free_port

TICKS = os.sysconf("SC_CLK_TCK")
COUNT_SECONDS = 0.01
COUNTER = re.compile(rb"mesg=(\d+)")


@dataclass
class Sink:
    """smtp-sink on loopback, counting messages."""

    port: int
    process: subprocess.Popen[bytes]
    counted: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    @classmethod
    def start(cls) -> Sink:
        port = free_port()
        command = ["smtp-sink", "-u", "postfix", "-c", f"127.0.0.1:{port}", "1000"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
        self = cls(port, process)
        threading.Thread(target=self._read, daemon=True).start()
        wait_for_port(port)
        return self

    def _read(self) -> None:
        assert self.process.stdout is not None
        tail = b""
        while chunk := self.process.stdout.read(65536):
            found = COUNTER.findall(tail + chunk)
            tail = (tail + chunk)[-64:]
            if found:
                with self.changed:
                    self.counted = int(found[-1])
                    self.changed.notify_all()
            # smtp-sink writes at every event: read too eagerly, counting would take a part of the cores it measures.
            time.sleep(COUNT_SECONDS)

    def wait_until(self, count: int, seconds: float) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.counted >= count, seconds)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(5)


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Until somebody greets on this port."""
    import socket

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as peer:
                if peer.recv(64).startswith(b"220"):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"nobody greets on port {port}")


@dataclass(frozen=True)
class Stream:
    """One smtp-source: a message file, its recipients, and how many times."""

    message: Path
    count: int
    sender: str
    recipient: str
    recipients: int = 3
    sessions: int = 10

    def command(self, port: int) -> list[str]:
        return [
            "smtp-source", "-s", str(self.sessions), "-m", str(self.count), "-F", str(self.message),
            "-f", self.sender, "-t", self.recipient, "-r", str(self.recipients), f"127.0.0.1:{port}",
        ]  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one round gave."""

    messages: int
    seconds: float
    cpu_seconds: float
    arrived: int

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu_seconds / self.messages


def cpu_of_tree(root: int) -> float:
    """User and system seconds of a process, its children now alive, and those they have waited for."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            spent[int(entry.name)] = sum(int(value) for value in fields[11:15]) / TICKS
    total, todo = 0.0, [root]
    while todo:
        pid = todo.pop()
        total += spent.get(pid, 0.0)
        todo += parents.get(pid, [])
    return total


def run_streams(port: int, sink: Sink, relay_pid: int, streams: list[Stream], extra: int = 0) -> Run:
    """Send all streams at once; `extra` are messages the relay itself adds (notices), counted before the clock stops."""
    total = sum(stream.count for stream in streams)
    before, cpu, start = sink.counted, cpu_of_tree(relay_pid), time.monotonic()
    sources = [subprocess.Popen(stream.command(port), stdout=subprocess.DEVNULL) for stream in streams]
    for source in sources:
        source.wait(300)
    sink.wait_until(before + total + extra, 120)
    seconds = time.monotonic() - start
    return Run(total, seconds, cpu_of_tree(relay_pid) - cpu, sink.counted - before)


def message_file(body_bytes: int, *, to: list[str], sender: str, attachment: bool = False) -> Path:
    """A message without Message-ID (smtp-source repeats its bytes), as wire text with bare LF, the form smtp-source reads."""
    line = "Wij kijken terug op een fijne week met de klas en delen graag wat er volgende week gepland staat voor iedereen.\n"
    head = f"From: {sender}\nTo: {', '.join(to)}\nSubject: Weekbericht van de klas\nDate: Mon, 16 Nov 2026 09:00:00 +0100\n"
    if attachment:
        # A page of text and the bytes of a picture nobody can compress: what a school sends.
        data = base64.encodebytes(pdf("Weekbericht van de klas", int(body_bytes / 1.36))).decode()
        head += 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="grens"\n'
        body = f"--grens\nContent-Type: text/plain; charset=utf-8\n\n{line * 5}\n--grens\n"
        body += 'Content-Type: application/pdf; name="brief.pdf"\nContent-Transfer-Encoding: base64\n'
        body += f'Content-Disposition: attachment; filename="brief.pdf"\n\n{data}\n--grens--\n'
    else:
        head += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        body = line * (body_bytes // len(line))
    path = Path(tempfile.mkdtemp(prefix="postwacht-bench-")) / "message"
    path.write_text(head + "\n" + body)
    return path
