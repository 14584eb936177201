"""What is around every page: headers, language, looks, and answers that say nothing about the inside."""

import io
import itertools
import json
import re
from importlib import resources

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway import logs, metrics
from gateway.web.app import build, metrics_app
from gateway.web.shell import Shell
from tests.support.desk import PaperDesk
from tests.support.site import REFERENCE, client, clock, finding, site

ADDRESSES = [
    "/m/{token}",
    "/m/wrong",
    "/clauses",
    "/clauses/C19",
    "/clauses/C99",
    "/healthz",
    "/readyz",
    "/static/style.css",
    "/",
    "/favicon.ico",
    "/m/",
    "/static/../app.py",
]


@pytest.fixture
def desk() -> PaperDesk:
    return PaperDesk(clock())


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_answer_leaves_without_its_headers(desk: PaperDesk, address: str, method: str) -> None:
    token = desk.hold(REFERENCE, finding())
    headers = client(desk).request(method, address.format(token=token)).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "no-store" in headers["cache-control"] or address == "/static/style.css"
    assert "set-cookie" not in headers
    assert "server" not in headers


def test_without_tls_nothing_is_said_about_tls(desk: PaperDesk) -> None:
    plain = TestClient(build(site(desk)), base_url="http://127.0.0.1:8025")
    assert "strict-transport-security" not in plain.get("/healthz").headers


@pytest.mark.parametrize(
    "address", ["/", "/index.html", "/m", "/m/a/b", "/admin", "/static/", "/static/../../errors.py"]
)
def test_what_is_no_page_is_not_found(desk: PaperDesk, address: str) -> None:
    answer = client(desk).get(address, headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text


@pytest.mark.parametrize("address", ["/m/token", "/clauses/C19", "/healthz", "/static/style.css"])
def test_a_method_nothing_is_made_for_is_refused(desk: PaperDesk, address: str) -> None:
    answer = client(desk).put(address)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "Dit kan hier niet" in answer.text


def test_a_fault_is_a_page_that_says_nothing_and_a_line_that_says_where(desk: PaperDesk) -> None:
    stream, before = io.StringIO(), logs._Log.current
    logs._Log.current = logs._make(stream, terminal=False, worker="")
    desk.error = RuntimeError("SELECT secret FROM message")
    token = desk.hold(REFERENCE, finding())
    try:
        answer = client(desk).get(f"/m/{token}")
    finally:
        logs._Log.current = before
    assert answer.status_code == 500
    assert "Even niet beschikbaar" in answer.text
    for inside in ("SELECT", "Traceback", "RuntimeError", "starlette", ".py"):
        assert inside not in answer.text
    (line,) = (json.loads(text) for text in stream.getvalue().splitlines())
    assert (line["event"], line["component"], line["error"]) == ("fault", "web", "RuntimeError")


async def failing(_request: Request) -> Response:
    raise ValueError


async def half(_request: Request) -> Response:
    async def parts():
        yield b"half a page"
        raise ValueError

    return StreamingResponse(parts())


async def gone(_request: Request) -> Response:
    raise ClientDisconnect


def shelled() -> TestClient:
    async def failed(_request: Request) -> Response:
        return Response("later", status_code=500)

    routes = [Route("/failing", failing), Route("/half", half), Route("/gone", gone)]
    return TestClient(Shell(Starlette(routes=routes), failed), raise_server_exceptions=False)


def test_a_fault_in_the_middle_of_a_page_breaks_it_off() -> None:
    with pytest.raises(ValueError):
        TestClient(shelled().app).get("/half")


def test_a_reader_who_goes_away_is_no_fault_of_ours() -> None:
    stream, before = io.StringIO(), logs._Log.current
    logs._Log.current = logs._make(stream, terminal=False, worker="")
    try:
        shelled().get("/gone")
    finally:
        logs._Log.current = before
    assert stream.getvalue() == ""


def test_pages_are_counted_by_name_and_never_by_path(desk: PaperDesk) -> None:
    token = desk.hold(REFERENCE, finding())
    client(desk).get(f"/m/{token}")
    client(desk).get("/nothing/here")
    text = metrics.render().decode()
    assert re.search(r'postwacht_web_requests_total\{page="sender",status="200"\} \d', text)
    assert re.search(r'postwacht_web_requests_total\{page="none",status="404"\} \d', text)
    assert "nothing" not in text


@pytest.mark.parametrize("address", ["/m/{token}", "/m/wrong", "/clauses", "/clauses/C19", "/nothing"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_page_loads_nothing_but_our_own_style_and_runs_nothing(desk: PaperDesk, address: str, lang: str) -> None:
    token = desk.hold(REFERENCE, finding())
    text = client(desk).get(f"{address.format(token=token)}?lang={lang}").text
    assert re.findall(r"<link[^>]*>", text) == ['<link rel="stylesheet" href="/static/style.css">']
    assert not re.search(r"<script|<img|<iframe|<object|<style|\sstyle=|\son[a-z]+=|javascript:|//", text)
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text


@pytest.mark.parametrize("address", ["/m/{token}", "/m/wrong", "/clauses", "/clauses/C19", "/nothing"])
def test_a_page_has_what_a_screen_reader_and_a_keyboard_need(desk: PaperDesk, address: str) -> None:
    token = desk.hold(REFERENCE, finding())
    text = client(desk).get(address.format(token=token)).text
    assert re.search(r'<html lang="(nl|en)">', text)
    assert re.search(r"<title>[^<]+</title>", text)
    assert len(re.findall(r"<h1", text)) == 1
    assert '<a class="skip" href="#main">' in text
    assert '<main id="main"' in text
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for field in re.findall(r'<textarea id="([^"]+)"', text):
        assert f'<label for="{field}">' in text
    assert not re.search(r"tabindex=\"[1-9]", text)


def style() -> str:
    return resources.files("gateway.web").joinpath("static", "style.css").read_text()


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [(text, ground) for ground in ("ground", "panel") for text in ("text", "quiet", "link")]
    + [("on-act", "act"), ("on-alert", "alert")],
)
def test_every_pair_of_colours_reads_well(scheme: int, text: str, ground: str) -> None:
    """WCAG 2.2 AA, 1.4.3: 4.5 to 1."""
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style().split(":root {")[scheme + 1]))
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_borders_of_what_is_typed_in_and_clicked_on_can_be_seen(scheme: int) -> None:
    """WCAG 2.2 AA, 1.4.11: 3 to 1."""
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style().split(":root {")[scheme + 1]))
    for line in ("line", "act", "link"):
        for ground in ("ground", "panel"):
            assert contrast(colours[line], colours[ground]) >= 3


def test_the_style_asks_nothing_from_anywhere() -> None:
    assert not re.search(r"url\(|@import|@font-face|//", style())


def test_the_style_may_be_kept_for_an_hour(desk: PaperDesk) -> None:
    answer = client(desk).get("/static/style.css")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["content-type"].startswith("text/css")


def test_the_metrics_are_served_alone() -> None:
    browser = TestClient(metrics_app())
    answer = browser.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE postwacht_messages_answered_total counter" in answer.text
    assert browser.get("/healthz").status_code == 404


def test_a_fault_while_counting_is_an_empty_500(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> bytes:
        raise OSError("/run/postwacht")

    monkeypatch.setattr(metrics, "render", broken)
    answer = TestClient(metrics_app(), raise_server_exceptions=False).get("/metrics")
    assert (answer.status_code, answer.content) == (500, b"")
