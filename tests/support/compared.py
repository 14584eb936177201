"""Dialogues that two servers are held to: read from tables, spoken as raw bytes, and what each made of them.

How a table is written stands in tests/dialogues/compared/README.md. A result is one line: the first digit of each
reply, `x` where the connection ended before an answer that was waited for, and behind `|` who got how many messages.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import re
import socket
import ssl
import struct
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.gateway import PASSWORD

TABLES = Path(__file__).resolve().parents[1] / "dialogues" / "compared"
FROM = "j.wissink@zilverberg.example"
OTHER = "d.thooft@zilverberg.example"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


PLAIN, WRONG = b64(f"\0{FROM}\0{PASSWORD}"), b64(f"\0{FROM}\0Narcis-1")
# A client gives up on an answer after this long. A dialogue that gets all its answers never waits for it.
ANSWER_SECONDS = 8.0
# Two packets, and not one: loopback hands them over one by one where the sender pauses.
PACKET_SECONDS = 0.003
OPEN = ("C: EHLO klas.test", "C: MAIL FROM:<$from>", "C: RCPT TO:<$to>", "C: DATA")
HEAD = ("P: From: $from", "P: To: $to", "P: Subject: $id", "P: Date: Mon, 16 Nov 2026 09:00:00 +0100", "P: ")
SMUGGLED = (
    "P: MAIL FROM:<$other>", "P: RCPT TO:<$evil>", "P: DATA", "P: From: $other", "P: To: $evil", "P: Subject: $id vals",
    "P: ", "P: vals", "P: .",
)  # fmt: skip
MACROS = {"OPEN": OPEN, "HEAD": HEAD, "SMUGGLED": SMUGGLED}
LETTERS = {"$to": "a", "$also": "b", "$evil": "e"}


@dataclass(frozen=True)
class Compared:
    """One dialogue: its steps, and the results it must have."""

    id: str
    title: str
    listener: str
    steps: tuple[str, ...]
    ours: str
    postfix: str
    because: str = ""

    def __str__(self) -> str:
        return f"{self.id} ({self.title})"


@dataclass
class Result:
    """What a server said and delivered."""

    classes: list[str] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        runs = [(kind, len(list(run))) for kind, run in itertools.groupby(self.classes)]
        said = " ".join(f"{kind}*{length}" if length > 3 else " ".join([kind] * length) for kind, length in runs)
        return f"{said} | {' '.join(self.delivered)}".rstrip(" |")


def read_all() -> list[Compared]:
    """Every dialogue of every table; a `FOR` makes one of each of its values."""
    found = []
    for path in sorted(TABLES.glob("*.txt")):
        blocks = re.split(r"^== ", path.read_text("utf-8"), flags=re.MULTILINE)
        assert blocks[0].startswith("# "), f"{path.name} begins by saying what it holds"
        for number, block in enumerate(blocks[1:], 1):
            found += read_block(f"{path.stem}{number:02}", block)
    assert len({one.id for one in found}) == len(found)
    return found


def read_block(name: str, block: str) -> list[Compared]:
    title, *lines = block.strip("\n").split("\n")
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    names, values = [], []
    fixed = {"LISTENER": "network", "OURS": "", "POSTFIX": "", "BOTH": "", "BECAUSE": ""}
    steps: list[str] = []
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "FOR":
            variable, _, choices = rest.partition(" = ")
            names.append(variable)
            values.append([choice.strip() for choice in choices.split(" | ")])
        elif word in fixed:
            fixed[word] = rest
        else:
            steps += MACROS.get(line.strip(), (line,))
    made = []
    for number, chosen in enumerate(itertools.product(*values)):
        one = name + (f"-{number + 1:02}" if names else "")
        words = {f"${variable}": value for variable, value in zip(names, chosen, strict=True)}
        words |= {"$plain": PLAIN, "$wrong": WRONG, "$login": b64(FROM), "$password": b64(PASSWORD)}
        words |= {"$from": FROM, "$other": OTHER, "$id": one}
        words |= {word: f"{letter}.{one}@dialoog.example" for word, letter in LETTERS.items()}
        ready = tuple(substituted(step, words) for step in steps)
        about = substituted(title, words)
        ours, postfix = fixed["OURS"] or fixed["BOTH"], fixed["POSTFIX"] or fixed["BOTH"]
        made.append(Compared(one, about, fixed["LISTENER"], ready, ours, postfix, fixed["BECAUSE"]))
    return made


def substituted(text: str, words: dict[str, str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, words[word])
    return text


def unescaped(text: str) -> bytes:
    r"""Bytes as written: \r \n \0 \t \xff are escapes, `{n*x}` is x n times, other letters are UTF-8."""
    text = re.sub(r"\{(\d+)\*([^}]*)\}", lambda found: found[2] * int(found[1]), text)
    octets = text.encode()
    special = {b"r": b"\r", b"n": b"\n", b"0": b"\0", b"t": b"\t", b"\\": b"\\"}
    return re.sub(
        rb"\\(?:x([0-9a-f]{2})|(.))",
        lambda found: bytes([int(found[1], 16)]) if found[1] else special[found[2]],
        octets,
    )


class Ears(asyncio.StreamReader):
    """What was heard before a connection broke was heard: a server that hangs up on us mid-word has said why."""

    def set_exception(self, exc: Exception) -> None:
        self.feed_eof()


class Talk:
    """A client that says what it is told, byte for byte, and takes down what it hears."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, trust: ssl.SSLContext) -> None:
        self.reader, self.writer, self.trust = reader, writer, trust
        self.result = Result()
        self.packet = b""
        self.each_byte = False

    async def play(self, steps: tuple[str, ...]) -> Result:
        if steps[0] != "EARLY":
            await self.answer()
        for step in steps:
            word, _, rest = step.partition(" ")
            match word:
                case "EARLY":
                    pass
                case "C:" | "P:":
                    self.packet += unescaped(rest) + b"\r\n"
                case "R:" | "A:":
                    self.packet += unescaped(rest)
                case "SPLIT":
                    for piece in rest.split(" / "):
                        self.packet += unescaped(piece)
                        await self.send()
                    await self.answer()
                case "TIMES":
                    await self.times(rest)
                case "WAIT" | "TLS" | "EOF" | "RESET" | "EACH":
                    pass
                case _:
                    raise AssertionError(f"no such step: {step}")
            if word != "P:":
                await self.send()
            if word in {"C:", "A:", "WAIT"}:
                await self.answer()
            self.each_byte = word == "EACH" or (self.each_byte and word == "P:")
            if word == "TLS":
                await self.tls()
            elif word == "EOF":
                with contextlib.suppress(OSError):
                    self.writer.write_eof()
            elif word == "RESET":
                await self.reset()
                return self.result
        self.packet += b"" if "EOF" in steps else b"QUIT\r\n"
        await self.send()
        await self.rest()
        return self.result

    async def times(self, rest: str) -> None:
        count, _, line = rest.partition(" ")
        for number in range(int(count)):
            self.packet += unescaped(line.replace("$n", str(number))) + b"\r\n"
            await self.send()
            if not await self.answer():
                break

    async def send(self) -> None:
        packet, self.packet = self.packet, b""
        pieces = [packet[at : at + 1] for at in range(len(packet))] if self.each_byte else [packet]
        for piece in pieces:
            if piece and not self.writer.is_closing():
                self.writer.write(piece)
                if not piece.endswith(b"\r\n"):
                    await asyncio.sleep(PACKET_SECONDS)

    async def answer(self) -> bool:
        """One whole reply; `x` and False where none comes."""
        line = b""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while line[3:4] in {b"", b"-"}:
                    line = await self.reader.readline()
                    if not line.endswith(b"\n"):
                        break
                    self.result.heard.append(line)
                    if line[3:4] not in {b"-", b" "}:
                        break
        except (TimeoutError, OSError, ValueError):
            line = b""
        self.result.classes.append(line[:1].decode() if line.endswith(b"\n") else "x")
        return line.endswith(b"\n")

    async def rest(self) -> None:
        """What is still said until the other side closes. That it does not close is an `x`, that it does is nothing."""
        while not self.reader.at_eof():
            if not await self.answer():
                if self.reader.at_eof() or self.reader.exception() is not None:
                    self.result.classes.pop()
                break
        self.writer.close()

    async def tls(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.writer.start_tls(self.trust, server_hostname="localhost")
        except (OSError, TimeoutError):
            self.result.classes.append("x")

    async def reset(self) -> None:
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def speak(port: int, one: Compared, trust: ssl.SSLContext) -> Result:
    """Have one dialogue with the server behind this port."""
    loop = asyncio.get_running_loop()
    reader = Ears(limit=2**20, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    plain, _ = await loop.create_connection(lambda: protocol, "127.0.0.1", port)
    writer = asyncio.StreamWriter(plain, protocol, reader, loop)  # after STARTTLS it has another transport
    plain.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        return await Talk(reader, writer, trust).play(one.steps)
    finally:
        plain.abort()


def body(raw: bytes) -> bytes:
    return raw.partition(b"\n\n")[2]


def count(one: Compared, delivered: dict[str, list[bytes]]) -> list[str]:
    """The letters of who got something, with a number where it was more than one message."""
    found = []
    for letter in LETTERS.values():
        got = len(delivered.get(f"{letter}.{one.id}@dialoog.example".lower(), ()))
        found += [letter if got == 1 else f"{letter}{got}"] if got else []
    return found


def bodies(one: Compared, delivered: dict[str, list[bytes]]) -> list[list[bytes]]:
    people = [f"{letter}.{one.id}@dialoog.example".lower() for letter in LETTERS.values()]
    return [sorted(body(raw) for raw in delivered.get(person, ())) for person in people]
