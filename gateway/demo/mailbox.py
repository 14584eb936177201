"""The demo's mail server: takes everything and keeps a folder per recipient.

Promises: listens on loopback only; a message is in its folder before the gateway hears 250; nothing is ever sent on.
It stands for the school's real mail server in the demo and nowhere else.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

# An address as a name of a folder: no separators, and none that begins with a dot.
UNSAFE = re.compile(r"^\.|[^\w@.+-]")


class Server(SMTP):
    """aiosmtpd with room for the long lines Outlook sends."""

    line_length_limit = 1024 * 1024


@dataclass  # without slots: aiosmtpd asks a handler for all its attributes, and Python 3.11.2 stumbles over theirs
class Mailbox:
    """A folder per recipient under `folder`; files are numbered in the order they arrived, over all folders."""

    folder: Path
    arrived: int = field(init=False)

    def __post_init__(self) -> None:
        self.arrived = max((int(path.stem) for path in self.folder.glob("*/*.eml")), default=0)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one copy for each recipient, as a mail server would."""
        self.arrived += 1
        for recipient in envelope.rcpt_tos:
            box = self.folder / UNSAFE.sub("_", recipient.lower())
            box.mkdir(parents=True, exist_ok=True)
            (box / f"{self.arrived:04}.eml").write_bytes(envelope.original_content or b"")
        return "250 2.0.0 Kept"

    def boxes(self) -> dict[str, list[Path]]:
        """The messages of each recipient, the oldest first."""
        return {box.name: sorted(box.glob("*.eml")) for box in sorted(self.folder.iterdir())}

    def find(self, box: str, number: int) -> Path | None:
        """One message, None if there is no such."""
        path = self.folder / UNSAFE.sub("_", box) / f"{number:04}.eml"
        return path if path.is_file() else None


async def listen(mailbox: Mailbox) -> tuple[asyncio.Server, int]:
    """The mail server's port; the caller closes the server."""

    def connection() -> Any:
        return Server(mailbox, hostname="mailserver.demo.test", enable_SMTPUTF8=True, data_size_limit=64 * 1024 * 1024)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    return server, int(server.sockets[0].getsockname()[1])
