"""The sender's page: looking never acts, acting happens once, and a link that does not work tells nothing."""

import asyncio
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from gateway import links, logs, metrics
from gateway.errors import StoreUnavailable
from gateway.links import Act
from gateway.web.app import build
from gateway.web.decisions import Standing
from gateway.web.forms import FORM_BYTES_MAX
from gateway.web.sender import EVIDENCE_MAX, REASON_CHARACTERS_MAX
from tests.support.desk import KEY, PaperDesk
from tests.support.site import EVIDENCE, NOW, REFERENCE, client, clock, finding, site

REASON = "Alle ouders hebben hier toestemming voor gegeven."
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def desk() -> PaperDesk:
    return PaperDesk(clock())


@pytest.fixture
def token(desk: PaperDesk) -> str:
    return desk.hold(REFERENCE, finding())


def refusals() -> list[str]:
    """Tokens that do not work, each for a reason of its own, with what makes them so."""
    desk = PaperDesk(clock())
    good = desk.hold(REFERENCE, finding())
    return [
        "wrong",
        good[:-1],
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        links.sign(bytes(32), REFERENCE, Act.WITHDRAW, NOW + timedelta(hours=1)),  # of another school
        links.sign(KEY, REFERENCE, Act.WITHDRAW, NOW),  # expired this second
        links.sign(KEY, "0000000000AA", Act.WITHDRAW, NOW + timedelta(hours=1)),  # signed, but of no case here
    ]


def test_a_held_message_shows_why_what_was_found_and_until_when(desk: PaperDesk, token: str) -> None:
    page = client(desk).get(f"/m/{token}")
    assert page.status_code == 200
    assert "Uw bericht wacht" in page.text
    assert "U beslist zelf" in page.text
    assert EVIDENCE in page.text
    assert 'href="/clauses/C3?lang=nl"' in page.text
    assert REFERENCE in page.text
    assert "<dd>3</dd>" in page.text
    assert "dinsdag 24 november 2026, 14:05" in page.text  # 13:05 UTC, as people in the school say it
    assert "woensdag 25 november 2026, 14:05" in page.text
    assert "Versturen met deze reden" in page.text
    assert "Bericht intrekken" in page.text


@pytest.mark.parametrize("approver", ["team_leader", "manager", "editors", "privacy_officer", "admin"])
def test_a_hold_of_somebody_else_can_only_be_withdrawn(desk: PaperDesk, approver: str) -> None:
    token = desk.hold(REFERENCE, finding(), approver=approver)
    page = client(desk).get(f"/m/{token}")
    assert "Bericht intrekken" in page.text
    assert 'value="confirm"' not in page.text
    answer = client(desk).post(f"/m/{token}", data={"act": "confirm", "reason": REASON})
    assert answer.status_code == 404
    assert desk.acted == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_never_acts_however_often_and_however_it_asks(desk: PaperDesk, token: str, method: str) -> None:
    """Link scanners, previews, a reload, a query that looks like a form."""
    for query in ("", "?act=confirm&reason=" + "x" * 20, "?act=withdraw"):
        for _ in range(3):
            assert client(desk).request(method, f"/m/{token}{query}").status_code == 200
    assert desk.acted == []
    assert client(desk).post(f"/m/{token}", data={"act": "withdraw"}).status_code == 303


def test_a_link_scanner_that_asks_with_head_gets_no_body(desk: PaperDesk, token: str) -> None:
    assert client(desk).head(f"/m/{token}").content == b""


def test_withdrawing_shows_what_has_become_of_the_message(desk: PaperDesk, token: str) -> None:
    browser = client(desk)
    answer = browser.post(f"/m/{token}", data={"act": "withdraw"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "?lang=nl"
    assert desk.acted == [(REFERENCE, "withdraw", "")]
    page = browser.get(f"/m/{token}?lang=nl")
    assert "Uw bericht is ingetrokken" in page.text
    assert REFERENCE in page.text


def test_confirming_needs_a_reason_and_passes_it_on(desk: PaperDesk, token: str) -> None:
    browser = client(desk)
    assert browser.post(f"/m/{token}", data={"act": "confirm", "reason": REASON}).status_code == 303
    assert desk.acted == [(REFERENCE, "confirm", REASON)]
    assert "Uw bericht is vrijgegeven" in browser.get(f"/m/{token}").text


@pytest.mark.parametrize("reason", ["", " ", "kort", "\n\n\t   \n", "\u200b" * 20, " a " * 2])
def test_without_a_reason_nothing_is_sent_and_the_page_says_so(desk: PaperDesk, token: str, reason: str) -> None:
    answer = client(desk).post(f"/m/{token}", data={"act": "confirm", "reason": reason})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Er is nog niets verstuurd" in answer.text
    assert desk.acted == []


def test_a_reason_that_is_too_long_comes_back_to_be_shortened(desk: PaperDesk, token: str) -> None:
    answer = client(desk).post(f"/m/{token}", data={"act": "confirm", "reason": "x" * (REASON_CHARACTERS_MAX + 1)})
    assert answer.status_code == 422
    assert f"{REASON_CHARACTERS_MAX} tekens" in answer.text
    assert "x" * (REASON_CHARACTERS_MAX + 1) in answer.text
    assert desk.acted == []


def test_a_reason_becomes_one_line_without_control_characters(desk: PaperDesk, token: str) -> None:
    client(desk).post(f"/m/{token}", data={"act": "confirm", "reason": "Afgesproken\r\nBcc: x\x00 met\u2028ouders"})
    assert desk.acted == [(REFERENCE, "confirm", "Afgesproken Bcc: x met ouders")]


def test_what_the_sender_wrote_is_shown_as_text_and_never_as_a_page(desk: PaperDesk, token: str) -> None:
    answer = client(desk).post(f"/m/{token}", data={"act": "confirm", "reason": "<b>&</"})
    assert "&lt;b&gt;&amp;&lt;/" in answer.text
    assert "<b>" not in answer.text


def test_findings_that_read_the_same_are_one_reason_with_all_that_was_found(desk: PaperDesk) -> None:
    found = [finding(evidence=f"a***@o{number}***.example") for number in range(EVIDENCE_MAX + 3)]
    token = desk.hold(
        REFERENCE, *found, finding("C19"), finding("C3", evidence=""), finding(None, why="fault", evidence="")
    )
    page = client(desk).get(f"/m/{token}").text
    assert page.count("<article>") == 3
    assert page.count("<code>a***@o") == EVIDENCE_MAX + 1
    assert "en nog 3 andere" in page
    assert page.count("Meer over regel") == 2


def test_masked_evidence_is_shown_as_text_and_never_as_a_page(desk: PaperDesk) -> None:
    token = desk.hold(REFERENCE, finding(evidence='<img src=x onerror="1">'))
    assert "<img" not in client(desk).get(f"/m/{token}").text


@pytest.mark.parametrize("act", ["confirm", "withdraw"])
async def test_a_double_click_acts_once_and_both_see_the_same_page(desk: PaperDesk, token: str, act: str) -> None:
    transport = httpx2.ASGITransport(app=build(site(desk)))
    async with httpx2.AsyncClient(transport=transport, base_url="https://postwacht.school.example") as browser:
        form = {"act": act, "reason": REASON}
        first, second = await asyncio.gather(*(browser.post(f"/m/{token}", data=form) for _ in range(2)))
        assert (first.status_code, second.status_code) == (303, 303)
        assert first.headers["location"] == second.headers["location"]
        assert len(desk.acted) == 1
        pages = [(await browser.get(f"/m/{token}")).text for _ in range(2)]
    assert pages[0] == pages[1]


def test_after_one_act_the_link_does_not_do_the_other(desk: PaperDesk, token: str) -> None:
    browser = client(desk)
    browser.post(f"/m/{token}", data={"act": "withdraw"})
    assert browser.post(f"/m/{token}", data={"act": "confirm", "reason": REASON}).status_code == 303
    assert desk.acted == [(REFERENCE, "withdraw", "")]
    assert "Uw bericht is ingetrokken" in browser.get(f"/m/{token}").text


@pytest.mark.parametrize("standing", list(Standing))
def test_a_link_without_acts_tells_where_the_message_stands_and_nothing_of_what_was_found(
    desk: PaperDesk, token: str, standing: Standing
) -> None:
    desk.decide(token, standing)
    page = client(desk).get(f"/m/{token}")
    assert page.status_code == 200
    assert EVIDENCE not in page.text
    assert "C3" not in page.text
    assert "<form" not in page.text
    assert ("U kunt deze pagina sluiten" in page.text) == (standing is not Standing.HELD)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_links_that_do_not_work_give_one_and_the_same_page(desk: PaperDesk, method: str) -> None:
    """Nobody learns from the answer whether a guess came near, a case exists, or a link once worked."""
    desk.hold(REFERENCE, finding())
    answers = {
        (answer.status_code, answer.content, tuple(sorted(answer.headers.items())))
        for bad in refusals()
        for answer in [
            client(desk).request(method, f"/m/{bad}", data={"act": "withdraw"} if method == "POST" else None)
        ]
    }
    ((status, body, _headers),) = answers
    assert status == 404
    assert EVIDENCE.encode() not in body
    assert REFERENCE.encode() not in body
    assert desk.acted == []


def test_a_wrong_link_without_a_reason_gives_that_page_too(desk: PaperDesk) -> None:
    assert client(desk).post("/m/wrong", data={"act": "confirm"}).status_code == 404


def test_an_expired_link_neither_shows_nor_acts(desk: PaperDesk, token: str) -> None:
    desk.clock.advance(hours=24)  # type: ignore[attr-defined]
    assert client(desk).get(f"/m/{token}").status_code == 404
    assert client(desk).post(f"/m/{token}", data={"act": "withdraw"}).status_code == 404
    assert desk.acted == []


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, b""),
        (FORM, b"act=release"),
        (FORM, b"act=confirm%00"),
        (FORM, "act=withdraw&x=é".encode()),
        (FORM, b"act=withdraw&" + b"&".join(b"a%d=1" % number for number in range(60))),
        (FORM, b"act=withdraw&reason=" + b"x" * FORM_BYTES_MAX),
        ({"content-type": "application/json"}, b'{"act": "withdraw"}'),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--"),
        ({}, b"act=withdraw"),
    ],
)
def test_a_form_that_is_none_of_ours_does_nothing(
    desk: PaperDesk, token: str, headers: dict[str, str], body: bytes
) -> None:
    answer = client(desk).post(f"/m/{token}", content=body, headers=headers)
    assert answer.status_code == 400
    assert "Er is niets gebeurd" in answer.text
    assert desk.acted == []


def test_a_form_that_never_ends_is_not_read_to_its_end(desk: PaperDesk, token: str) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"x" * 1024

    assert client(desk).post(f"/m/{token}", content=endless(), headers=FORM).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fault_of_the_store_says_later_and_nothing_of_the_inside(desk: PaperDesk, token: str, method: str) -> None:
    desk.error = StoreUnavailable("/var/lib/postwacht/postwacht.db is locked")
    answer = client(desk).request(method, f"/m/{token}", data={"act": "withdraw"} if method == "POST" else None)
    assert answer.status_code == 503
    assert "Er is niets gebeurd" in answer.text
    assert "locked" not in answer.text


def test_the_page_is_in_the_language_asked_for(desk: PaperDesk, token: str) -> None:
    browser = client(desk)
    english = browser.get(f"/m/{token}?lang=en")
    assert '<html lang="en">' in english.text
    assert english.headers["content-language"] == "en"
    assert "Withdraw the message" in english.text
    assert 'action="?lang=en"' in english.text
    assert "Withdraw the message" in browser.get(f"/m/{token}", headers={"accept-language": "en-GB,en;q=0.9"}).text
    assert "Bericht intrekken" in browser.get(f"/m/{token}", headers={"accept-language": "fr"}).text
    assert browser.post(f"/m/{token}?lang=en", data={"act": "withdraw"}).headers["location"] == "?lang=en"


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("standing", [None, *Standing])
def test_every_page_reads_in_both_languages(desk: PaperDesk, token: str, lang: str, standing: Standing | None) -> None:
    if standing is not None:
        desk.decide(token, standing)
    page = client(desk).get(f"/m/{token}?lang={lang}")
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert len(re.findall("<h1>", page.text)) == 1


def test_the_token_is_in_no_log_no_metric_and_no_page(desk: PaperDesk, token: str) -> None:
    stream = io.StringIO()
    before = logs._Log.current
    logs._Log.current = logs._make(stream, terminal=False, worker="")
    browser = client(desk)
    try:
        pages = [browser.get(f"/m/{token}"), browser.post(f"/m/{token}", data={"act": "confirm"})]
        pages += [browser.get(f"/m/{token[:-1]}"), browser.delete(f"/m/{token}"), browser.post(f"/m/{token}")]
        desk.error = RuntimeError(token)
        pages.append(browser.get(f"/m/{token}"))
    finally:
        logs._Log.current = before
    assert '"event": "fault"' in stream.getvalue()
    assert '"event": "link_refused"' in stream.getvalue()
    seen = stream.getvalue() + metrics.render().decode() + "".join(page.text for page in pages)
    assert token not in seen
    assert token[:-1] not in seen
    assert REFERENCE not in stream.getvalue()
