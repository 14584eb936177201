"""Delivery status notifications: telling the sender which recipients the mail server refused, and why.

Promises: RFC 3464 in a multipart/report (RFC 6522), null return path, Auto-Submitted; only the failed recipients of the
sender's own message are named; RET, ENVID, NOTIFY and ORCPT are honoured (RFC 3461).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from gateway.delivery.mime import header_text, multipart, one_line, phrase, text_part
from gateway.delivery.notices import Letterhead
from gateway.store.disposition import Result

ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
TEXTS: Mapping[str, tuple[str, str]] = {
    "nl": ("Niet bezorgd: {subject}", "Uw bericht kon bij deze ontvangers niet worden bezorgd:"),
    "en": ("Not delivered: {subject}", "Your message could not be delivered to these recipients:"),
}


def wants_report(options: Mapping[str, str], rcpt: str) -> bool:
    """Whether the client asked to hear of a failure; unsaid means yes (RFC 3461 §4.1)."""
    notify = options.get(f"notify:{rcpt}", "FAILURE").upper().split(",")
    return "FAILURE" in notify


def report(
    head: Letterhead,
    failed: Sequence[Result],
    options: Mapping[str, str],
    header: bytes,
    *,
    to: str,
    reference: str,
    number: int,
    at: datetime,
    subject: str,
) -> bytes:
    """The whole report as bytes. `header` is the header block of the message, which always goes back."""
    title, opening = TEXTS[head.language]
    rows = [f"- {result.rcpt}: {one_line(result.text)} ({result.code})" for result in failed]
    text = f"{opening}\r\n\r\n" + "\r\n".join(rows) + f"\r\n\r\n({reference})\r\n"
    status = [f"Reporting-MTA: dns; {head.hostname}", f"Arrival-Date: {format_datetime(at)}"]
    if envid := options.get("envid"):
        status.insert(0, f"Original-Envelope-Id: {one_line(envid)}")
    groups = ["\r\n".join(status)]
    for result in failed:
        kind = "utf-8" if not result.rcpt.isascii() else "rfc822"  # RFC 6533 §3
        found = ENHANCED.search(result.text)
        code = found[1] if found and found[1][0] in "45" else f"{result.code // 100}.0.0"
        lines = [f"Final-Recipient: {kind}; {result.rcpt}", "Action: failed", f"Status: {code}"]
        if original := options.get(f"orcpt:{result.rcpt}"):
            lines.insert(0, f"Original-Recipient: {one_line(original)}")
        lines.append(f"Diagnostic-Code: smtp; {result.code} {one_line(result.text)[:400]}")
        groups.append("\r\n".join(lines))
    wide = any(not result.rcpt.isascii() for result in failed)
    delivery = (
        f"Content-Type: message/{'global-' if wide else ''}delivery-status\r\n\r\n" + "\r\n\r\n".join(groups) + "\r\n"
    )
    returned = "Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + header.decode(
        "utf-8", "replace"
    )
    boundary = f"=_postwacht_dsn_{reference}_{number}"
    headers = [
        f"From: {phrase(f'Postwacht {head.school}')} <{head.address}>",
        f"To: <{to}>",
        f"Subject: {header_text(title.format(subject=one_line(subject)[:80]))}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{reference}.{number}.dsn@{head.hostname}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
    ]
    body = multipart(
        "report", boundary, (text_part("plain", text), delivery, returned), "; report-type=delivery-status"
    )
    return ("\r\n".join(headers) + "\r\n" + body).encode("utf-8")
