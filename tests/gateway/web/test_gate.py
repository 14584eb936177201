"""Who may open what: every route of the table, every role, every method; forms of others, links that act, cookies."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx2
import pytest
from starlette.routing import Route

from gateway.accounts.roles import RIGHTS, Right, Role
from gateway.web.gate import COOKIE, COOKIE_TLS, next_page
from gateway.web.routes import guarded
from gateway.web.site import Site
from tests.support.backoffice import HOST, PASSWORD, STAFF, BackRoom, Visitor
from tests.support.counter import AYLIN, DAAN, KAREL, LEADER, SELF
from tests.support.desk import PaperDesk
from tests.support.site import clock
from tests.support.site import site as paper_site

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# path -> method -> the roles that are let in. A route that is not here fails the test.
EVERYBODY = frozenset(STAFF)
MATRIX: dict[str, dict[str, frozenset[str]]] = {
    "/sign-out": {"POST": EVERYBODY},
    "/": {"GET": EVERYBODY},
    "/quarantine": {"GET": frozenset({"approver", "admin", "privacy_officer"})},
    # Which case is whose is another matter: these reach the page, and most of them hear that there is no such case.
    "/cases/{reference}": {"GET": EVERYBODY, "POST": EVERYBODY},
    "/cases/{reference}/message": {"GET": EVERYBODY},
    "/policy": {method: frozenset({"admin", "privacy_officer"}) for method in ("GET", "POST")},
    "/people": {method: frozenset({"admin", "privacy_officer"}) for method in ("GET", "POST")},
    "/registers": {method: frozenset({"privacy_officer"}) for method in ("GET", "POST")},
    "/audit": {"GET": frozenset({"auditor", "privacy_officer"})},
    "/status": {"GET": frozenset({"admin", "auditor", "operator"})},
}


async def test_every_route_is_in_the_matrix_and_answers_each_role_as_it_says(room: BackRoom) -> None:
    table = {one.path: one for one in guarded(room.site)}
    assert {path for path, one in table.items() if not one.open} == set(MATRIX)
    assert {path for path, one in table.items() if one.open} == {"/sign-in", "/second-factor"}
    for role in STAFF:
        for path, allowed in MATRIX.items():
            where = path.format(reference="0000000000AA")
            for method in METHODS:
                visitor = await room.of_role(role)
                room.desk.house.clock.advance(seconds=1)
                answer = await visitor.browser.request(
                    method, where, data={"form": visitor.form} if method == "POST" else None
                )
                seen = f"{role} {method} {path}: {answer.status_code}"
                roles = allowed.get("GET" if method == "HEAD" else method)
                if roles is None:
                    assert answer.status_code == 405, seen
                elif role not in roles:
                    assert answer.status_code == 403, seen
                else:
                    # No such case is a page that was reached.
                    assert answer.status_code in ({404} if "{" in path else {200, 303, 400}), seen


async def test_no_page_is_reached_but_by_the_table(room: BackRoom) -> None:
    """What the application answers is what is open to all, and the table."""
    routes = {route.path for route in room.app.router.routes if isinstance(route, Route)}
    free = {"/healthz", "/readyz", "/static/style.css", "/clauses", "/clauses/{clause}", "/m/{token}"}
    assert routes == free | {one.path for one in guarded(room.site)}


@pytest.mark.parametrize("path", sorted(MATRIX))
@pytest.mark.parametrize("proven", [None, False])
async def test_without_a_whole_session_there_is_only_the_way_in(room: BackRoom, path: str, proven: bool | None) -> None:
    where = path.format(reference="0000000000AA")
    browser = room.browser() if proven is None else (await room.signed_in(KAREL, "approver", proven=False)).browser
    for method in MATRIX[path]:
        answer = await browser.request(method, where, data={} if method == "POST" else None)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/second-factor" if proven is False else "/sign-in")


async def test_without_accounts_there_are_no_pages_for_reviewers() -> None:
    site: Site = paper_site(PaperDesk(clock()))
    assert guarded(site) == ()


async def held(room: BackRoom, body: str = LEADER) -> str:
    return (await room.desk.hand_in(AYLIN, body=body, sender=DAAN)).reference


def wrong_forms(visitor: Visitor, other: Visitor) -> list[tuple[dict[str, str], dict[str, str]]]:
    act = {"act": "release", "copies": "1"}
    return [
        (act, {}),
        ({**act, "form": ""}, {}),
        ({**act, "form": other.form}, {}),
        ({**act, "form": visitor.form[:-1]}, {}),
        ({**act, "form": visitor.form}, {"sec-fetch-site": "cross-site"}),
        ({**act, "form": visitor.form}, {"sec-fetch-site": "same-site"}),
        ({**act, "form": visitor.form}, {"origin": "https://elders.example"}),
        ({**act, "form": visitor.form}, {"origin": "null"}),
    ]


async def test_a_form_of_another_page_or_another_session_does_nothing(room: BackRoom) -> None:
    reference = await held(room)
    visitor, other = await room.of_role("approver"), await room.of_role("privacy_officer")
    for form, headers in wrong_forms(visitor, other):
        answer = await visitor.browser.post(f"/cases/{reference}", data=form, headers=headers)
        assert answer.status_code == 403, (form, headers)
    assert (await room.desk.store.case(reference)).state.value == "held"
    right = await visitor.browser.post(
        f"/cases/{reference}", data={"act": "release", "copies": "1", "form": visitor.form}, headers={"origin": HOST}
    )
    assert right.status_code == 303
    assert (await room.desk.store.case(reference)).state.value == "released"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_looking_never_acts(room: BackRoom, method: str) -> None:
    reference = await held(room)
    visitor = await room.of_role("approver")
    for query in ("act=release", f"act=release&form={visitor.form}", "act=return&reason=tien+tekens+lang"):
        assert (await visitor.browser.request(method, f"/cases/{reference}?{query}")).status_code == 200
    assert (await room.desk.store.case(reference)).state.value == "held"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"form=x", "text/plain"),
        (b"{}", "application/json"),
        (b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_small_form_is_a_bad_request(room: BackRoom, body: bytes, kind: str) -> None:
    visitor = await room.of_role("approver")
    answer = await visitor.browser.post("/cases/0000000000AA", content=body, headers={"content-type": kind})
    assert answer.status_code == 400


async def test_the_way_in_from_the_first_page_to_the_overview(room: BackRoom) -> None:
    """A new account: password, authenticator, spare codes, and back to where they wanted to go."""
    import pyotp

    await room.account(KAREL, "approver")
    reference = await held(room)
    browser = room.browser()
    asked = await browser.get(f"/cases/{reference}?lang=nl")
    assert asked.headers["location"] == f"/sign-in?next=/cases/{reference}%3Flang%3Dnl"
    page = await browser.get(asked.headers["location"])
    assert page.status_code == 200 and 'autocomplete="current-password"' in page.text
    wrong = await browser.post(asked.headers["location"], data={"address": KAREL, "password": "mis"})
    assert wrong.status_code == 403 and "Dat klopt niet" in wrong.text
    right = await browser.post(asked.headers["location"], data={"address": KAREL, "password": PASSWORD})
    assert right.status_code == 303
    assert cookie(right).startswith(f"{COOKIE_TLS}=") and "HttpOnly" in cookie(right)
    assert "Secure" in cookie(right) and "SameSite=lax" in cookie(right) and "Domain" not in cookie(right)
    enrol = await browser.get(right.headers["location"])
    secret = field(enrol, "secret")
    code = pyotp.TOTP(secret).at(int(room.desk.house.clock.now().timestamp()))
    form = {name: field(enrol, name) for name in ("form", "secret", "proof")}
    nothing = await browser.post(right.headers["location"], data={**form, "code": "000000"})
    assert nothing.status_code == 403 and field(nothing, "secret") == secret
    forged = await browser.post(right.headers["location"], data={**form, "secret": pyotp.random_base32(), "code": code})
    assert forged.status_code == 403
    foreign = await browser.post(right.headers["location"], data={**form, "form": "x", "code": code})
    assert foreign.status_code == 403
    done = await browser.post(right.headers["location"], data={**form, "code": code})
    assert done.status_code == 200 and len(re.findall(r"<li><code>[A-Z2-7-]+</code>", done.text)) == 10
    assert f'href="/cases/{reference}?lang=nl"' in done.text
    assert (await browser.get(f"/cases/{reference}")).status_code == 200
    assert (await browser.get(right.headers["location"])).headers["location"] == f"/cases/{reference}?lang=nl"
    out = await browser.post("/sign-out", data={"form": room.reception.form_token(browser.cookies[COOKIE_TLS])})
    assert out.headers["location"] == "/sign-in"
    assert (await browser.get("/")).status_code == 303

    room.desk.house.clock.advance(seconds=60)
    again = await browser.post("/sign-in", data={"address": KAREL, "password": PASSWORD})
    asks = await browser.get(again.headers["location"])
    assert 'autocomplete="one-time-code"' in asks.text
    wrong = await browser.post(again.headers["location"], data={"form": field(asks, "form"), "code": "1"})
    assert wrong.status_code == 403
    code = pyotp.TOTP(secret).at(int(room.desk.house.clock.now().timestamp()))
    inside = await browser.post(again.headers["location"], data={"form": field(asks, "form"), "code": code})
    assert inside.headers["location"] == "/"


async def test_another_site_can_sign_nobody_in(room: BackRoom) -> None:
    await room.account(KAREL, "approver")
    browser = room.browser()
    answer = await browser.post(
        "/sign-in", data={"address": KAREL, "password": PASSWORD}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    assert (await browser.post("/second-factor", data={"code": "1"})).headers["location"] == "/sign-in"


async def test_over_plain_http_the_cookie_says_nothing_of_tls(room: BackRoom) -> None:
    await room.account(KAREL, "approver")
    browser = httpx2.AsyncClient(transport=httpx2.ASGITransport(room.app), base_url="http://127.0.0.1:8025")
    answer = await browser.post("/sign-in", data={"address": KAREL, "password": PASSWORD})
    assert cookie(answer).startswith(f"{COOKIE}=") and "Secure" not in cookie(answer)


async def test_an_old_session_shows_nothing(room: BackRoom) -> None:
    visitor = await room.of_role("approver")
    assert (await visitor.get("/")).status_code == 200
    room.desk.house.clock.advance(minutes=timedelta(hours=5).total_seconds() / 60)
    assert (await visitor.get("/")).headers["location"] == "/sign-in?next=/"


@pytest.mark.parametrize(
    "asked",
    ["https://elders.example/", "//elders.example", "/\\elders.example", "javascript:alert(1)", "x", "", "/" + "a" * 300, "/a\r\nb", "/é", "http:///x", "\\\\x"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(asked: str) -> None:
    assert next_page(asked) == "/"
    assert next_page("/cases/R?lang=nl") == "/cases/R?lang=nl"


def test_each_role_is_something_of_its_own() -> None:
    assert {role.value for role in Role} == EVERYBODY
    assert all(Right.OVERVIEW in given for given in RIGHTS.values())
    assert SELF != LEADER


def cookie(answer: httpx2.Response) -> str:
    return answer.headers["set-cookie"]


def field(page: httpx2.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, name
    return found[1]
