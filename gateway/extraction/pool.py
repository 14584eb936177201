"""The gateway's side of reading attachments: asks, waits so long and no longer, and takes the answer as data.

Promises: `extract` gives texts and what could not be read, within `seconds`; a reader that dies leaves "damaged" for
the file it was at and the others are read by the next one; what is not done in time is "too_big". The nursery is
started before it is needed and again when it dies.
Fails: ExtractionUnavailable while there is no nursery: our own trouble, the client tries again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import gateway
from gateway import logs
from gateway.errors import PostwachtError
from gateway.extraction.frames import Frames, Garbled
from gateway.extraction.nursery import ORDER, READY
from gateway.extraction.parts import Parcel, attached, pack
from rules.case import Extract, Unread
from rules.message import Message

# architecture.md section 2: of the ten seconds a client waits for its answer.
SECONDS = 5.0
# Readers at once, of one process: each may use a core and sandbox.MEMORY_BYTES_MAX.
AT_ONCE = 2
# A message whose files kill more readers than this is not worth another one.
DEATHS_MAX = 3
START_SECONDS = 20.0
_RESTART_SECONDS = 0.5
_NOTICED_SECONDS = 0.01
_END_SECONDS = 2.0
# A reader's own timer goes off after ours: late is late, and not damaged.
_GRACE_SECONDS = 0.5
_CHUNK_BYTES = 256 * 1024
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "COVERAGE_PROCESS_CONFIG")


class ExtractionUnavailable(PostwachtError):
    """There is no process to read attachments in. Nothing was read."""


@dataclass(frozen=True, slots=True)
class Extracts:
    """What a message's attachments say, and what of them could not be read."""

    texts: tuple[Extract, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(slots=True)
class Extractor:
    """One a process; `run` must be running."""

    seconds: float = SECONDS
    at_once: int = AT_ONCE
    _turns: asyncio.Semaphore = field(init=False)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _control: socket.socket | None = None

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.at_once)

    async def run(self) -> None:
        """Keep the nursery alive, until cancelled."""
        while True:
            code = await self._live()
            logs.extraction_died(exit_code=code)
            await asyncio.sleep(_RESTART_SECONDS)

    async def _live(self) -> int:
        """One nursery from its start to its end; its exit code."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            ours.setblocking(False)
            with theirs:
                nursery = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "gateway.extraction.nursery",
                    str(theirs.fileno()),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,  # a library's complaint may quote what it reads
                    pass_fds=(theirs.fileno(),),
                    env=_environment(),
                )
            try:
                if await asyncio.get_running_loop().sock_recv(ours, len(READY)) == READY:
                    self._control = ours
                    self._ready.set()
                return await nursery.wait()
            finally:
                self._ready.clear()
                self._control = None
                ours.close()  # that ends it; what does not end is ended
                # No timeout(): in a task that is being cancelled Python 3.11.2 takes it for the cancellation.
                ending = asyncio.ensure_future(nursery.wait())
                if not (await asyncio.wait({ending}, timeout=_END_SECONDS))[0]:
                    nursery.kill()
                await ending

    async def started(self) -> None:
        """Until there is a nursery, so long as one may take to start.

        Fails: ExtractionUnavailable if there is none by then.
        """
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._ready.wait()
        except TimeoutError as late:
            raise ExtractionUnavailable("the nursery does not start") from late

    async def extract(self, message: Message) -> Extracts:
        """Read all attachments of a message."""
        files = list(attached(message))
        if not files:
            return Extracts()
        parcel = await asyncio.to_thread(pack, files)
        try:
            return await self._read(parcel)
        finally:
            parcel.close()

    async def _read(self, parcel: Parcel) -> Extracts:
        found: list[Extract | Unread] = []
        at = deaths = 0
        count = len(parcel.files)
        loop = asyncio.get_running_loop()
        end = loop.time() + self.seconds
        try:
            async with asyncio.timeout_at(end), self._turns:
                while at < count and deaths < DEATHS_MAX:
                    asked = await self._nursery()
                    at += await self._ask(asked, parcel, at, end - loop.time(), found)
                    if at < count:
                        if not _lives(asked):
                            raise ExtractionUnavailable("the nursery died while it was reading")
                        found.append(Unread(parcel.files[at][0], "damaged"))
                        at, deaths = at + 1, deaths + 1
        except TimeoutError as late:
            if not self._ready.is_set():
                raise ExtractionUnavailable("there is no nursery") from late
        why = "too_big" if deaths < DEATHS_MAX else "damaged"
        found += (Unread(file[0], why) for file in parcel.files[at:])
        return Extracts(
            tuple(piece for piece in found if isinstance(piece, Extract)),
            tuple(dict.fromkeys(piece for piece in found if isinstance(piece, Unread))),
        )

    async def _nursery(self) -> socket.socket:
        """The end of the socket to a nursery that lives; one that just died is not noticed yet."""
        while True:
            await self._ready.wait()
            if self._control is not None and _lives(self._control):
                return self._control
            await asyncio.sleep(_NOTICED_SECONDS)

    async def _ask(
        self, control: socket.socket, parcel: Parcel, first: int, seconds: float, found: list[Extract | Unread]
    ) -> int:
        """Have files read from `first` on; how many were read to their end."""
        done = 0
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours:
            ours.setblocking(False)
            with theirs:
                _order(control, parcel, first, seconds, theirs)
            frames = Frames()
            with contextlib.suppress(Garbled, OSError):
                while data := await loop.sock_recv(ours, _CHUNK_BYTES):
                    for piece in frames.feed(data):
                        if piece is None:
                            done += 1
                        else:
                            found.append(piece)
        return min(done, len(parcel.files) - first)


def _order(control: socket.socket, parcel: Parcel, first: int, seconds: float, reply: socket.socket) -> None:
    """Hand the nursery the files, the socket to answer on and the list of what to read."""
    request = os.memfd_create("request", os.MFD_CLOEXEC)
    try:
        size = os.write(request, parcel.request(first))
        order = ORDER.pack(max(seconds, 0) + _GRACE_SECONDS, size)
        socket.send_fds(control, [order], [parcel.descriptor, reply.fileno(), request])
    except OSError as exc:
        raise ExtractionUnavailable("the nursery does not answer") from exc
    finally:
        os.close(request)


def _lives(control: socket.socket) -> bool:
    """Whether the other end is held: a nursery lets go of it before the kernel ends its readers."""
    try:
        return bool(control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _environment() -> dict[str, str]:
    """Nothing of ours: what is configured by the environment may be secret."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(gateway.__file__).parent.parent), "PYTHONDONTWRITEBYTECODE": "1"}
