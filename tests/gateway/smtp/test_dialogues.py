"""The raw dialogues of tests/dialogues, word for word, over real sockets. How to write one stands in README.md there."""

from __future__ import annotations

import asyncio
import shlex
from fnmatch import fnmatchcase
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from tests.support.lobby import PASSWORDS, Client, Lobby, lobby

FILES = sorted((Path(__file__).parents[2] / "dialogues").glob("*.smtp"))
LISTENERS: dict[str, dict[str, Any]] = {
    "network": {},
    "elsewhere": {"networks": (ip_network("10.0.0.0/8"),)},
    "password": PASSWORDS,
    "starttls": {**PASSWORDS, "tls": "starttls"},
    "implicit": {**PASSWORDS, "tls": "implicit"},
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_dialogue(file: Path) -> None:
    """Every reply is as written, in order, and there is not one more."""
    text = file.read_text("utf-8")
    steps = [line.partition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    assert text.startswith("# "), "a dialogue begins by saying what it shows"
    assert steps[0][0] == "LISTENER"
    kind, *words = shlex.split(steps.pop(0)[2])
    settings = {name: int(value) if value.isdigit() else value for name, _, value in (w.partition("=") for w in words)}
    async with lobby(**{**LISTENERS[kind], **settings}) as here:
        client = await here.client(implicit=kind == "implicit")
        await play(steps, client, here)


async def play(steps: list[tuple[str, str, str]], client: Client, here: Lobby) -> None:
    packet = b""
    for word, _, rest in steps:
        if word not in {"C:", "C+"} and packet:
            await client.say(packet)
            packet = b""
        match word:
            case "C:":
                packet += unescaped(rest) + b"\r\n"
            case "C+":
                packet += unescaped(rest)
            case "S:":
                await heard(client, rest)
            case "TLS":
                await client.starttls()
            case "NEXT":
                await asyncio.sleep(0.002)
            case "EOF":
                client.writer.write_eof()
            case "CLOSED":
                assert await client.rest() == b""
            case "MESSAGES":
                assert [len(here.reception.received), len(here.reception.kept)] == [int(n) for n in rest.split()]
            case "BYTES":
                assert here.reception.received[-1].raw == unescaped(rest)
            case _:
                raise AssertionError(f"no such step: {word}")
    if not client.reader.at_eof():
        await client.say(packet + b"NOOP the end\r\n")
        await heard(client, "250 2.0.0 Ok")


async def heard(client: Client, wanted: str) -> None:
    """The next line. A last line of a reply is waited for past those before it."""
    line = await client.line()
    while wanted[3:4] == " " and line[:4] == f"{wanted[:3]}-":
        line = await client.line()
    assert fnmatchcase(line, wanted), f"heard {line!r} instead of {wanted!r}"


def unescaped(text: str) -> bytes:
    r"""Bytes as written: \r \n \0 \xff are escapes, `{n*x}` is x n times, other letters are UTF-8."""
    while "{" in text:
        head, _, tail = text.partition("{")
        count, _, more = tail.partition("*")
        what, _, end = more.partition("}")
        text = head + what * int(count) + end
    return text.encode("utf-8").decode("unicode_escape").encode("latin-1")
