"""The pages in a real browser, without JavaScript: on a phone, on a desk, with a keyboard alone.

`POSTWACHT_PICTURES=DIR` keeps the screenshots, to be looked at.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.web.app import build
from gateway.web.decisions import Standing
from gateway.web.server import WebServer
from tests.support.browser import DESKTOP, PHONE, Browser, browsing
from tests.support.desk import PaperDesk
from tests.support.site import REFERENCE, clock, finding, site

REASON = "Alle ouders hebben hier toestemming voor gegeven."
# A phone 320 px wide is what WCAG 2.2, 1.4.10 asks for.
WIDTHS = [(320, 640), PHONE, DESKTOP]


@pytest.fixture
def desk() -> PaperDesk:
    return PaperDesk(clock())


@pytest.fixture
async def address(desk: PaperDesk) -> AsyncIterator[str]:
    server = WebServer(build(site(desk)), socket.create_server(("127.0.0.1", 0)))
    task = asyncio.create_task(server.run())
    yield f"http://127.0.0.1:{server.sock.getsockname()[1]}"
    await server.drain()
    await task


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with browsing(tmp_path / "profile") as found:
        yield found


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    directory = Path(os.environ.get("POSTWACHT_PICTURES", tmp_path))
    directory.mkdir(parents=True, exist_ok=True)
    return directory


async def focused(browser: Browser) -> str:
    return str(await browser.ask("document.activeElement.name + ':' + document.activeElement.textContent.trim()"))


async def tab_to(browser: Browser, what: str) -> None:
    for _ in range(20):
        await browser.press("Tab")
        if (await focused(browser)).startswith(what):
            return
    pytest.fail(f"the keyboard does not reach {what}")


async def text(browser: Browser) -> str:
    return str(await browser.ask("document.querySelector('main').innerText"))


async def test_a_sender_confirms_with_the_keyboard_alone(desk: PaperDesk, address: str, browser: Browser) -> None:
    token = desk.hold(REFERENCE, finding())
    await browser.without_javascript()
    await browser.go(f"{address}/m/{token}")
    await tab_to(browser, "reason")
    await browser.write(REASON)
    await browser.press("Tab")
    assert await focused(browser) == "act:Versturen met deze reden"
    await browser.press_and_load("Enter")
    assert "Uw bericht is vrijgegeven" in await text(browser)
    assert desk.acted == [(REFERENCE, "confirm", REASON)]
    assert browser.complaints == []


async def test_a_sender_withdraws_in_english(desk: PaperDesk, address: str, browser: Browser) -> None:
    token = desk.hold(REFERENCE, finding(), approver="team_leader")
    await browser.without_javascript()
    await browser.go(f"{address}/m/{token}?lang=en")
    await tab_to(browser, "act:Withdraw")
    await browser.press_and_load(" ")
    assert "Your message was withdrawn" in await text(browser)
    assert desk.acted == [(REFERENCE, "withdraw", "")]


async def test_the_browser_itself_asks_for_the_reason(desk: PaperDesk, address: str, browser: Browser) -> None:
    """`required` and `minlength` are checked before anything is sent; the server checks again."""
    token = desk.hold(REFERENCE, finding())
    await browser.go(f"{address}/m/{token}")
    assert await browser.ask("document.forms[1].checkValidity()") is False
    await browser.ask(f"document.forms[1].reason.value = {REASON!r}")
    assert await browser.ask("document.forms[1].checkValidity()") is True
    assert await browser.ask("document.forms[0].checkValidity()") is True  # withdrawing asks for nothing


async def test_the_page_fetches_itself_and_its_style_and_nothing_else(
    desk: PaperDesk, address: str, browser: Browser
) -> None:
    token = desk.hold(REFERENCE, finding())
    await browser.go(f"{address}/m/{token}")
    assert [url for url in browser.fetched if "favicon" not in url] == [
        f"{address}/m/{token}",
        f"{address}/static/style.css",
    ]
    assert await browser.ask("document.scripts.length") == 0
    assert await browser.ask("getComputedStyle(document.querySelector('button')).minHeight") == "44px"
    # The skip link is the first thing a keyboard meets.
    await browser.press("Tab")
    assert await browser.ask("document.activeElement.className") == "skip"


@pytest.mark.parametrize("size", WIDTHS, ids=["narrow", "phone", "desk"])
async def test_no_page_is_wider_than_the_window_and_everything_can_be_touched(
    desk: PaperDesk, address: str, browser: Browser, pictures: Path, size: tuple[int, int]
) -> None:
    held = desk.hold(
        REFERENCE,
        finding(),
        finding("C19", evidence="l***@z***.example, k***@h***.example", part="header Cc"),
        recipients=24,
    )
    short = desk.hold("7H2K9MQ4TX1D", finding(), approver="team_leader")
    decided = desk.hold("7H2K9MQ4TX1E", finding())
    desk.decide(decided, Standing.SENT)
    await browser.size(*size)
    pages = {
        "held": f"/m/{held}",
        "withdraw": f"/m/{short}",
        "sent": f"/m/{decided}",
        "gone": "/m/x",
        "clause": "/clauses/C19",
        "clauses": "/clauses",
    }
    for name, path in pages.items():
        for dark in (False, True):
            await browser.dark(on=dark)
            await browser.go(address + path)
            assert await browser.ask("document.documentElement.scrollWidth") <= size[0], name
            await browser.picture(pictures / f"{name}-{size[0]}{'-dark' if dark else ''}.png")
        # WCAG 2.2, 2.5.8: at least 24 px; ours are 44.
        small = await browser.ask(
            "[...document.querySelectorAll('button, nav a, .clauses a')]"
            ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
        )
        assert small == [], name


async def test_a_mistake_is_told_where_the_reader_is(
    desk: PaperDesk, address: str, browser: Browser, pictures: Path
) -> None:
    """The server's own check, as a browser without form checks meets it."""
    token = desk.hold(REFERENCE, finding())
    await browser.size(*PHONE)
    await browser.go(f"{address}/m/{token}")
    await browser.ask("document.forms[1].noValidate = true")
    await tab_to(browser, "reason")
    await browser.write("nee")
    await browser.press("Tab")
    await browser.press_and_load("Enter")
    assert await browser.ask("document.querySelector('[role=alert]').id") == "problem"
    assert await browser.ask("document.activeElement.id") == "reason"
    assert await browser.ask("document.activeElement.value") == "nee"
    assert await browser.ask("document.activeElement.getAttribute('aria-describedby')") == "hint problem"
    assert desk.acted == []
    await browser.picture(pictures / "problem-390.png")
