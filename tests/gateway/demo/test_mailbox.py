"""The demo's mail server and its pages: everything sent is kept, everything kept can be read, nothing runs."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2 as httpx
import pytest

from gateway.demo.mailbox import Mailbox, listen
from gateway.demo.pages import Told, pages

NOTICE = (
    b"From: postmaster@school.example\r\nTo: <j@school.example>\r\nSubject: =?utf-8?B?TmlldCB2ZXJ6b25kZW4g4oCTIFg=?=\r\n"
    b"Auto-Submitted: auto-generated\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nTGluazogaHR0cDovLzEyNy4wLjAuMTo5OTk5L20vQWItX2MgZW4gaHR0cDovL3guZXhhbXBsZS8=\r\n"
)
HOSTILE = b"From: a@b.example\r\nSubject: <script>alert(1)</script>\r\nContent-Type: text/html\r\n\r\n<script>alert(2)</script>\r\n"
ATTACHED = (
    b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="=b"\r\n\r\n'
    b"--=b\r\nContent-Type: application/pdf; name=brief.pdf\r\nContent-Disposition: attachment; filename=brief.pdf\r\n\r\n%PDF\r\n--=b--\r\n"
)


def keep(mailbox: Mailbox, box: str, raw: bytes) -> None:
    mailbox.arrived += 1
    (mailbox.folder / box).mkdir(exist_ok=True)
    (mailbox.folder / box / f"{mailbox.arrived:04}.eml").write_bytes(raw)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    mailbox = Mailbox(tmp_path)
    for box, raw in (("a@b.example", HOSTILE), ("j@school.example", NOTICE), ("k@school.example", ATTACHED)):
        keep(mailbox, box, raw)
    site = pages(mailbox, [Told("Een <test>", "pass", "1 delivered")])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://127.0.0.1") as web:
        yield web


async def test_every_recipient_gets_a_copy_in_a_folder_of_its_own(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    server, port = await listen(mailbox)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("a@b.example", ["C@d.example", "../x@d.example"], b"Subject: x\r\n\r\n" + b"y" * 3000)

    await asyncio.to_thread(send)
    server.close()
    assert {box: len(found) for box, found in mailbox.boxes().items()} == {"c@d.example": 1, "_._x@d.example": 1}
    assert (tmp_path / "c@d.example" / "0001.eml").read_bytes().endswith(b"y" * 3000 + b"\r\n")


def test_a_folder_that_was_used_before_goes_on_counting(tmp_path: Path) -> None:
    keep(Mailbox(tmp_path), "c@d.example", b"x")
    assert Mailbox(tmp_path).arrived == 1


async def test_the_first_page_shows_outcomes_and_all_mailboxes_with_notices_first(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert "Een &lt;test&gt;" in page
    assert page.index("j@school.example") < page.index("a@b.example")
    assert "<a class='notice' href='/j@school.example/2'>Niet verzonden – X</a>" in page
    assert "(no subject)" in page
    assert "<script" not in page


async def test_a_notice_is_shown_decoded_with_only_loopback_links_to_follow(client: httpx.AsyncClient) -> None:
    page = (await client.get("/j@school.example/2")).text
    assert '<a href="http://127.0.0.1:9999/m/Ab-_c">' in page
    assert "http://x.example/" in page
    assert 'href="http://x.example' not in page


async def test_the_text_of_mail_is_never_markup(client: httpx.AsyncClient) -> None:
    answer = await client.get("/a@b.example/1")
    assert "<script" not in answer.text
    assert "&lt;script&gt;alert(2)" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_what_is_attached_is_named(client: httpx.AsyncClient) -> None:
    assert "Attached: brief.pdf" in (await client.get("/k@school.example/3")).text


@pytest.mark.parametrize("path", ["/a@b.example/7", "/..%2fa@b.example/1", "/nobody@b.example/1"])
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
