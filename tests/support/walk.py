"""Walking through the pages as people do, with Playwright and Debian's Chromium; nothing but loopback is reached."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """One browser; each person has a context of their own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Walk:
    """One person at one device. `look` checks a page with axe, at its width, and keeps its picture."""

    context: BrowserContext
    page: Page
    base: str
    pictures: Path | None
    name: str
    secret: str = ""
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @classmethod
    async def begin(cls, browser: Browser, base: str, name: str, size: Any, *, lang: str = "nl") -> Walk:
        context = await browser.new_context(viewport=size, locale="nl-NL" if lang == "nl" else "en-GB")
        page = await context.new_page()
        folder = os.environ.get("POSTWACHT_PICTURES")
        self = cls(context, page, base, Path(folder) if folder else None, name)
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on(
            "request", lambda asked: None if asked.url.startswith((base, "data:")) else self.foreign.append(asked.url)
        )
        return self

    async def go(self, path: str) -> int:
        answer = await self.page.goto(self.base + path)
        assert answer is not None
        return answer.status

    async def look(self, what: str) -> None:
        """Nothing of axe's rules is broken, nothing is wider than the window, everything to touch is large enough."""
        found = await Axe().run(self.page, options={"iframes": False})
        broken = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found.response["violations"]]
        assert broken == [], f"{what}: {broken}"
        width = await self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= await self.page.evaluate("window.innerWidth"), f"{what} is {width} px wide"
        small = await self.page.evaluate(
            "[...document.querySelectorAll('button, nav a, .cards a, select, summary, input:not([type=hidden])')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
        )
        assert small == [], what
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=self.pictures / f"{self.name}-{what}.png", full_page=True)

    async def sign_in(self, address: str, password: str, path: str = "/") -> None:
        """From the first page to where they wanted to go, setting up a second factor on the way."""
        await self.go(path)
        await self.look("sign-in")
        await self.page.fill("#address", address)
        await self.page.fill("#password", password)
        await self.page.click("main button")
        if await self.page.locator("input[name=secret]").count():
            await self.look("enrol")
            self.secret = await self.page.locator("input[name=secret]").input_value()
            await self.page.fill("#code", pyotp.TOTP(self.secret).now())
            await self.page.click("main button")
            await self.look("spare-codes")
            await self.page.click("main a.button")

    async def text(self) -> str:
        return await self.page.inner_text("main")
