"""Delivery status notifications: telling the sender which recipients the mail server refused, and why.

Promises: RFC 3464 in a multipart/report (RFC 6522), null return path, Auto-Submitted; only the failed recipients of the
sender's own message are named; RET, ENVID, NOTIFY and ORCPT are honoured (RFC 3461).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from gateway.delivery.mime import header_text, multipart, one_line, phrase, shortened, text_part
from gateway.delivery.notices import Letterhead
from gateway.delivery.wire import header_end
from gateway.store.disposition import Job, JobDraft, JobKind, Result, Status

ENHANCED = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\w)", re.ASCII)
XTEXT = re.compile(rb"\+([0-9A-F]{2})")
UNITEXT = re.compile(r"\\x\{([0-9A-F]{2,6})\}")
# RET=FULL asks for the whole message back. Past this the header must do: the sender has the message.
RETURNED_BYTES_MAX = 1024 * 1024
TEXT_CHARACTERS_MAX = 400
# language -> title, opening, what to do; the reasons by the second and third digits of RFC 3463, "" for all others.
TEXTS: Mapping[str, tuple[str, str, str]] = {
    "nl": (
        "Niet bezorgd: {subject}",
        "Uw bericht is niet aangekomen bij:",
        "Controleer het adres, of verstuur het later opnieuw. Voor de andere ontvangers hoeft u niets te doen.",
    ),
    "en": (
        "Not delivered: {subject}",
        "Your message did not arrive at:",
        "Check the address, or send it again later. You need do nothing about the other recipients.",
    ),
}
REASONS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "1.1": "dit adres bestaat niet of neemt geen post aan",
        "1.2": "dit adres bestaat niet of neemt geen post aan",
        "2.1": "dit adres bestaat niet of neemt geen post aan",
        "2.2": "de mailbox is vol",
        "3.4": "het bericht is te groot",
        "4.7": "de mailserver heeft het vijf dagen lang niet aangenomen",
        "7.": "de mailserver weigert dit bericht",
        "": "de mailserver heeft het geweigerd",
    },
    "en": {
        "1.1": "this address does not exist or takes no mail",
        "1.2": "this address does not exist or takes no mail",
        "2.1": "this address does not exist or takes no mail",
        "2.2": "the mailbox is full",
        "3.4": "the message is too large",
        "4.7": "the mail server did not take it for five days",
        "7.": "the mail server refuses this message",
        "": "the mail server refused it",
    },
}


def draft(job: Job, failed: Sequence[Result], *, identity: str, subject: str) -> JobDraft | None:
    """The report about a job, if any: to the identity only, never about mail from nobody or mail that sent itself."""
    told = [result for result in failed if wants_report(job.options, result.rcpt)]
    if not told or job.kind is not JobKind.MESSAGE or not job.mail_from or not identity or job.options.get("auto"):
        return None
    kept = ("ret", "envid", *(f"orcpt:{result.rcpt}" for result in told))
    params = {name: job.options[name] for name in kept if job.options.get(name)}
    rows = json.dumps([(result.rcpt, result.code, result.text) for result in told])
    params |= {"failed": rows, "subject": subject, "arrived": job.created_at.isoformat()}
    return JobDraft(JobKind.DSN, "", (identity,), leased=True, params=params)


def wants_report(options: Mapping[str, str], rcpt: str) -> bool:
    """Whether the client asked to hear of a failure; unsaid means yes (RFC 3461 §4.1)."""
    notify = options.get(f"notify:{rcpt}", "FAILURE").upper().split(",")
    return "FAILURE" in notify


def report(head: Letterhead, job: Job, raw: bytes, *, at: datetime) -> bytes:
    """The whole report as bytes. `raw` is the message as submitted; its header block always goes back."""
    params, to = job.params, job.rcpt_to[0]
    failed = [Result(rcpt, Status.FAILED, code, text) for rcpt, code, text in json.loads(params["failed"])]
    title, opening, ending = TEXTS[head.language]
    rows = "\r\n".join(_row(head.language, result) for result in failed)
    text = f"{opening}\r\n\r\n{rows}\r\n\r\n{ending}\r\n\r\n({job.reference})\r\n"
    boundary = f"=_postwacht_dsn_{job.reference}_{job.id}"
    headers = [
        f"From: {phrase(f'Postwacht {head.school}')} <{head.address}>",
        f"To: <{to}>",
        f"Subject: {header_text(title.format(subject=shortened(params['subject'], 80)))}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{job.reference}.{job.id}.dsn@{head.hostname}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
    ]
    parts = (
        text_part("plain", text).encode(),
        _status(head, failed, params),
        _returned(raw, failed, whole=params.get("ret", "").upper() == "FULL"),
    )
    body = multipart("report", boundary, parts, "; report-type=delivery-status")
    return "".join(f"{line}\r\n" for line in headers).encode() + body


def _row(language: str, result: Result) -> str:
    code = _code(result)[2:]
    reason = next(words for start, words in REASONS[language].items() if code.startswith(start))
    return f"- {result.rcpt}: {reason} ({shortened(f'{result.code} {result.text}', TEXT_CHARACTERS_MAX)})"


def _status(head: Letterhead, failed: Sequence[Result], params: Mapping[str, str]) -> bytes:
    """The machine's part (RFC 3464 §2), with UTF-8 where an address needs it (RFC 6533 §3)."""
    originals = {result.rcpt: _xtext(params.get(f"orcpt:{result.rcpt}", "")) for result in failed}
    wide = any(not address.isascii() for pair in originals.items() for address in pair)
    envid = _xtext(params.get("envid", "")).encode("ascii", "replace").decode()
    lines = [f"Original-Envelope-Id: {envid}"] if envid else []
    arrived = format_datetime(datetime.fromisoformat(params["arrived"]))
    groups = [[*lines, f"Reporting-MTA: dns; {head.hostname}", f"Arrival-Date: {arrived}"]]
    for result in failed:
        original = originals[result.rcpt]
        kind = "rfc822" if result.rcpt.isascii() else "utf-8"
        said = shortened(result.text, TEXT_CHARACTERS_MAX).encode("ascii", "replace").decode()
        groups.append([
            *([f"Original-Recipient: {original}"] if original else []),
            f"Final-Recipient: {kind}; {result.rcpt}",
            "Action: failed",
            f"Status: {_code(result)}",
            f"Diagnostic-Code: smtp; {result.code} {said}",
        ])  # fmt: skip
    kind = "global-delivery-status" if wide else "delivery-status"
    text = "\r\n\r\n".join("\r\n".join(lines) for lines in groups)
    encoding = "Content-Transfer-Encoding: 8bit\r\n" if wide else ""
    return f"Content-Type: message/{kind}\r\n{encoding}\r\n{text}\r\n".encode()


def _returned(raw: bytes, failed: Sequence[Result], *, whole: bool) -> bytes:
    """What goes back of the message. One that failed for its eight bits would take its report along."""
    if whole and len(raw) <= RETURNED_BYTES_MAX and not any(_code(result) in {"5.6.3", "5.6.7"} for result in failed):
        encoding = b"" if raw.isascii() else b"Content-Transfer-Encoding: 8bit\r\n"
        return b"Content-Type: message/rfc822\r\n" + encoding + b"\r\n" + raw
    header = raw[: header_end(raw)]
    if header.isascii():
        return b"Content-Type: text/rfc822-headers\r\n\r\n" + header
    return text_part("rfc822-headers", header.decode("utf-8", "replace")).encode()


def _code(result: Result) -> str:
    """The enhanced code of a reply, of its own class."""
    found = ENHANCED.search(result.text)
    return found[1] if found and found[1][0] in "45" else f"{result.code // 100}.0.0"


def _xtext(value: str) -> str:
    """Decode xtext (RFC 3461 §4) and what RFC 6533 §3 adds to it; whatever it hides stays on one line."""
    octets = XTEXT.sub(lambda found: bytes.fromhex(found[1].decode()), value.encode("utf-8", "replace"))
    text = octets.decode("utf-8", "replace")
    if text.lower().startswith("utf-8;"):
        text = UNITEXT.sub(lambda found: _letter(int(found[1], 16)), text)
    return one_line(text)


def _letter(number: int) -> str:
    surrogate = 0xD800 <= number <= 0xDFFF
    return "�" if surrogate or number > 0x10FFFF else chr(number)
