"""The reviewers' pages in a real browser, with real messages through the real relay into a real mailbox.

`POSTWACHT_PICTURES=DIR` keeps the screenshots, to be looked at.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.web.quarantine import CASE_POLICY, FRAME_STYLE, frame_policy
from gateway.web.server import WebServer
from gateway.web.showing import show
from rules.message import parse
from tests.support.gateway import Gateway
from tests.support.hostile_pages import messages
from tests.support.postfix import Postfix
from tests.support.talk import AYLIN, hand_over
from tests.support.walk import DESK, PHONE, Walk, chromium

PASSWORD = "correct paard batterij"
LEADER, OFFICER, AUDITOR, OPERATOR, ADMIN = (
    f"{name}@zilverberg.example" for name in ("k.dijkshoorn", "e.lindenhout", "t.hazeleger", "r.akkerman", "j.pel")
)
ROLES = {
    LEADER: "approver",
    OFFICER: "privacy_officer",
    AUDITOR: "auditor",
    OPERATOR: "operator",
    ADMIN: "admin",
}
BODY = "Beste Aylin,\r\n\r\nBel gerust jan.bakker@gmail.example of truusbakker@hetnet.example.\r\n\r\nDaan"
REASON = "Besproken met de ouders."


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    server = Postfix.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateway(postfix: Postfix) -> Iterator[Gateway]:
    service = Gateway.prepare(postfix.port)
    for address, role in ROLES.items():
        service.run("user", "add", address, "--role", role, said=f"{PASSWORD}\n")
    service.serve()
    yield service
    service.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


def base(gateway: Gateway) -> str:
    return f"http://127.0.0.1:{gateway.web_port}"


async def held(gateway: Gateway, subject: str = "Rijden") -> str:
    answer = await asyncio.to_thread(hand_over, gateway, to=(AYLIN,), body=BODY, subject=subject)
    assert "Held for review" in answer.text
    return answer.reference


async def test_a_team_leader_lets_a_message_go_from_a_phone(
    gateway: Gateway, postfix: Postfix, browser: Browser
) -> None:
    reference = await held(gateway, "Rijden naar Texel")
    walk = await Walk.begin(browser, base(gateway), "leader-phone", PHONE)
    await walk.sign_in(LEADER, PASSWORD, f"/cases/{reference}")
    await walk.look("case")
    said = await walk.text()
    assert "Rijden naar Texel" in said and AYLIN in said and "jan.bakker" not in said
    frame = walk.page.frame_locator("iframe.message")
    assert "Bel gerust" in await frame.locator("body").inner_text()
    assert await frame.locator("mark").count() == 2
    await walk.page.click("button[value=release]")
    await walk.page.wait_for_load_state()
    assert "Wacht op" not in await walk.text()
    (mail, *_) = await asyncio.to_thread(postfix.wait_for, AYLIN)
    assert mail["Subject"] == "Rijden naar Texel"
    await walk.go("/")
    await walk.look("overview")
    await walk.go("/quarantine?show=decided")
    await walk.look("decided")
    assert "Rijden naar Texel" in await walk.text()
    assert walk.complaints == [] and walk.foreign == []
    await walk.page.click("header form button")
    assert "/sign-in" in walk.page.url


async def test_with_the_keyboard_alone_in_english(gateway: Gateway, browser: Browser) -> None:
    reference = await held(gateway, "Toetsen alleen")
    walk = await Walk.begin(browser, base(gateway), "officer-desk", DESK, lang="en")
    await walk.sign_in(OFFICER, PASSWORD, "/quarantine?whose=all&lang=en")
    await walk.look("quarantine")
    page = walk.page

    async def tab_to(what: str) -> None:
        for _ in range(80):
            await page.keyboard.press("Tab")
            if re.search(what, str(await page.evaluate("document.activeElement.outerHTML.slice(0, 300)"))):
                return
        pytest.fail(f"the keyboard does not reach {what}")

    async def enter() -> None:
        async with page.expect_navigation():
            await page.keyboard.press("Enter")

    await tab_to(reference)
    await enter()
    await walk.look("outline")
    assert "Toetsen alleen" not in await walk.text()
    await tab_to('id="reason-read"')
    await page.keyboard.type(REASON)
    await tab_to('value="read"')
    await enter()
    await walk.look("read")
    assert "Toetsen alleen" in await walk.text()
    await tab_to('id="reason-return"')
    await page.keyboard.type("Please send each family a message of its own.")
    await tab_to('value="return"')
    await enter()
    assert "Returned to the sender" in await walk.text()
    await walk.look("returned")
    for path in ("people", "registers", "policy", "clauses"):
        await walk.go(f"/{path}?lang=en")
        await walk.look(path)
    await walk.go("/people?lang=en")
    await page.fill("#address", AYLIN)
    await page.click("main form button")
    await walk.look("person")
    assert "parent" in await walk.text()
    await walk.go("/registers?lang=en")
    await page.click("summary")
    await page.fill("#consents-subject", "nobody")
    await page.fill("#consents-recipient", "ouders:3B")
    await page.fill("#consents-kinds", "phone")
    await page.click("button[value=add]")
    await walk.look("register-problem")
    assert "nobody is nobody in the directory" in await walk.text()
    await walk.go("/audit?lang=en")
    await walk.look("audit")
    assert "case_return" in await walk.text()


async def test_a_mistake_and_what_was_found(gateway: Gateway, browser: Browser) -> None:
    reference = await held(gateway, "Een reden")
    walk = await Walk.begin(browser, base(gateway), "leader-desk", DESK)
    await walk.page.goto(base(gateway) + "/sign-in")
    await walk.page.fill("#address", LEADER)
    await walk.page.fill("#password", "verkeerd wachtwoord")
    await walk.page.click("main button")
    await walk.look("sign-in-wrong")
    assert "Dat klopt niet" in await walk.text()
    code = await Walk.begin(browser, base(gateway), "leader-code", PHONE)
    await code.page.goto(base(gateway) + "/sign-in")
    await code.page.fill("#address", LEADER)
    await code.page.fill("#password", PASSWORD)
    await code.page.click("main button")
    await code.page.fill("#code", "000000")
    await code.page.click("main button")
    await code.look("code-wrong")
    admin = await Walk.begin(browser, base(gateway), "admin-phone", PHONE)
    await admin.sign_in(ADMIN, PASSWORD, f"/cases/{reference}")
    await admin.look("outline")
    assert "Een reden" not in await admin.text()
    assert await admin.go("/audit") == 403
    await admin.look("not-yours")
    await admin.go("/cases/0000000000AA")
    await admin.look("not-found")
    await admin.go("/policy")
    await admin.look("policy")
    await admin.page.locator("#C22 summary").click()
    await admin.page.fill("#reason-C22", REASON)
    await admin.page.locator("#C22 button[value=off]").click()
    await admin.look("policy-asked")
    assert "vraagt deze uit te zetten" in await admin.text()


async def test_an_auditor_reads_for_a_reason(gateway: Gateway, browser: Browser) -> None:
    reference = await held(gateway, "Voor de controle")
    walk = await Walk.begin(browser, base(gateway), "auditor-desk", DESK)
    await walk.sign_in(AUDITOR, PASSWORD, f"/cases/{reference}")
    await walk.page.fill("#reason-read", "kort")
    await walk.page.evaluate("document.querySelector('main form').noValidate = true")
    await walk.page.click("button[value=read]")
    await walk.look("reason-missing")
    await walk.page.fill("#reason-read", REASON)
    await walk.page.click("button[value=read]")
    await walk.look("read")
    assert "Voor de controle" in await walk.text()
    await walk.page.click("summary")
    await walk.page.fill("#reason-reveal", REASON)
    await walk.page.click("button[value=reveal]")
    await walk.look("revealed")
    assert "jan.bakker@gmail.example" in await walk.text()


async def test_an_operator_sees_that_the_mail_server_is_down(browser: Browser) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and not listening
        service = Gateway.prepare(nobody.getsockname()[1])
        service.run("user", "add", OPERATOR, "--role", "operator", said=f"{PASSWORD}\n")
        service.serve()
        try:
            await asyncio.to_thread(hand_over, service, to=(AYLIN,), body="Tot morgen.")
            walk = await Walk.begin(browser, base(service), "operator-phone", PHONE)
            await walk.sign_in(OPERATOR, PASSWORD, "/status")
            await walk.look("status")
            assert "De mailserver antwoordt niet" in await walk.text()
        finally:
            await asyncio.to_thread(service.stop)


@pytest.mark.parametrize("sanitise", [True, False], ids=["sanitised", "the frame alone"])
async def test_hostile_mail_runs_nothing_and_loads_nothing(browser: Browser, sanitise: bool) -> None:
    """Two hundred bodies, each in the frame a case's page has; what they call would be counted."""
    called: list[str] = []
    server_at: list[str] = []

    async def beacon(request: Request) -> Response:
        called.append(str(request.url))
        return Response("x")

    async def frame(request: Request) -> Response:
        raw = raws[request.path_params["number"]]
        body = show(parse(raw), [], sanitise=sanitise).html
        html = f"<!doctype html><html><head><style>{FRAME_STYLE}</style></head><body>{body}</body></html>"
        return HTMLResponse(html.encode("utf-8", "replace"), headers={"content-security-policy": frame_policy()})

    async def case(request: Request) -> Response:
        numbers = range(request.path_params["number"], request.path_params["number"] + 25)
        frames = "".join(f'<iframe sandbox="" src="/frame/{number}"></iframe>' for number in numbers)
        return HTMLResponse(f"<title>x</title>{frames}", headers={"content-security-policy": CASE_POLICY})

    async def unguarded(request: Request) -> Response:
        return HTMLResponse(raws[0].partition(b"\r\n\r\n")[2])

    routes = [
        Route("/unguarded", unguarded),
        Route("/beacon", beacon),
        Route("/frame/{number:int}", frame),
        Route("/case/{number:int}", case),
    ]
    server = WebServer(Starlette(routes=routes), socket.create_server(("127.0.0.1", 0)))
    server_at.append(f"http://127.0.0.1:{server.sock.getsockname()[1]}")
    running = asyncio.create_task(server.run())
    raws = [*messages(f"{server_at[0]}/beacon")]
    assert len(raws) >= 200
    context = await browser.new_context()
    page = await context.new_page()
    moved: list[str] = []
    page.on("dialog", lambda dialog: moved.append(dialog.message))
    page.on("popup", lambda popup: moved.append(popup.url))
    try:
        for number in range(0, len(raws) - len(raws) % 25, 25):
            await page.goto(f"{server_at[0]}/case/{number}")
            await page.wait_for_timeout(150)
            assert page.url == f"{server_at[0]}/case/{number}"
        assert called == []
        assert moved == []
        await page.goto(f"{server_at[0]}/unguarded")  # that a call would be counted
        await page.wait_for_timeout(300)
        assert called
    finally:
        await context.close()
        await server.drain()
        await running
