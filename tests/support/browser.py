"""A real browser (Debian's Chromium, headless), driven over its debugging pipe: no driver, no port, no network.

It loads pages as a person's browser does, at any width, types on a keyboard, and tells what it fetched and complained
about. Requests to anything but loopback are refused by the browser itself (`--host-resolver-rules`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--accept-lang=nl-NL,nl",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)
PHONE = (390, 844)
DESKTOP = (1280, 900)
ANSWER_SECONDS = 30
# The browser reads commands at 3 and writes answers at 4. Copies first, so that neither end sits on the other's place.
PUT_AT_3_AND_4 = """
import os, sys
read, write = (os.dup(os.dup(os.dup(int(number)))) for number in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " ")}


class Browser:
    """One page of one browser."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._loaded = asyncio.Event()
        self._session = ""
        self.fetched: list[str] = []
        self.complaints: list[str] = []

    async def call(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        call = {"id": number, "method": method, "params": params}
        if self._session:
            call["sessionId"] = self._session
        self._writer.write(json.dumps(call).encode() + b"\0")
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answer

    async def read(self) -> None:
        """Take answers and events until the browser ends."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                event = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if "id" in event:
                    answer = self._answers.pop(event["id"])
                    if "error" in event:
                        answer.set_exception(AssertionError(event["error"]["message"]))
                    else:
                        answer.set_result(event["result"])
                else:
                    self._note(event["method"], event.get("params", {}))

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Network.requestWillBeSent":
            self.fetched.append(params["request"]["url"])
        elif method == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])

    async def open_tab(self) -> None:
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.call(f"{domain}.enable")

    async def size(self, width: int, height: int) -> None:
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    async def dark(self, *, on: bool) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def without_javascript(self) -> None:
        await self.call("Emulation.setScriptExecutionDisabled", value=True)

    async def go(self, url: str) -> None:
        self._loaded.clear()
        await self.call("Page.navigate", url=url)
        await self.loaded()

    async def loaded(self) -> None:
        async with asyncio.timeout(ANSWER_SECONDS):
            await self._loaded.wait()

    async def ask(self, expression: str) -> Any:
        """What a line of script gives: for looking only, the pages themselves have none."""
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def press(self, key: str) -> None:
        code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                windowsVirtualKeyCode=code,
                text=text if kind == "keyDown" else "",
            )

    async def press_and_load(self, key: str) -> None:
        self._loaded.clear()
        await self.press(key)
        await self.loaded()

    async def write(self, text: str) -> None:
        await self.call("Input.insertText", text=text)

    async def picture(self, path: Path) -> None:
        """The whole page, not only what fits the window."""
        taken = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        await asyncio.to_thread(path.write_bytes, base64.b64decode(taken["data"]))


@contextlib.asynccontextmanager
async def browsing(profile: Path) -> AsyncIterator[Browser]:
    """A fresh browser with a fresh profile, gone afterwards."""
    program = shutil.which("chromium")
    assert program, "chromium is not installed: run `make packages` as root"
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PUT_AT_3_AND_4,
        str(to_read),
        str(from_write),
        program,
        *FLAGS,
        f"--user-data-dir={profile}",
        pass_fds=(to_read, from_write),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(from_write)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    protocol = asyncio.StreamReaderProtocol(reader)
    reading, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(from_read, "rb"))
    writing, flow = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(to_write, "wb"))
    browser = Browser(reader, asyncio.StreamWriter(writing, flow, reader, loop))
    task = asyncio.create_task(browser.read())
    try:
        await browser.open_tab()
        yield browser
    finally:
        child.terminate()
        await child.wait()
        await task
        writing.close()
        reading.close()
