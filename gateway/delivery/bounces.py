"""Delivery status notifications: telling the sender whom the mail server refused, or keeps waiting, and why.

Promises: RFC 3464 in a multipart/report (RFC 6522), null return path, Auto-Submitted; only the recipients it speaks of
are named, to the sender of the message alone; RET, ENVID, NOTIFY and ORCPT are honoured (RFC 3461). Addresses and
headers in UTF-8 go back as RFC 6533 has them, encoded where the mail server takes no eight bits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from gateway.delivery.mime import base64_lines, header_text, multipart, one_line, phrase, shortened, text_part
from gateway.delivery.notices import Letterhead
from gateway.delivery.wire import header_end
from gateway.store.disposition import Job, JobDraft, JobKind, Result, Status
from rules.message import wire_address

ENHANCED = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\w)", re.ASCII)
XTEXT = re.compile(rb"\+([0-9A-F]{2})")
UNITEXT = re.compile(r"\\x\{([0-9A-F]{2,6})\}")
# RET=FULL asks for the whole message back. Past this the header must do: the sender has the message.
RETURNED_BYTES_MAX = 1024 * 1024
TEXT_CHARACTERS_MAX = 400
NO_ANSWER = "4.4.2"  # RFC 3463 §3.5: the connection was made, and then nothing came
FAILED, DELAYED = "failed", "delayed"  # RFC 3464 §2.3.3
# What a server that takes no eight bits says of a message; a report with eight bits would fare no better.
NO_EIGHT_BITS = frozenset({"5.6.3", "5.6.7"})
FULL, WAITS = "2.2", "waits"
# Title, opening and what to do; the reasons by the second and third digits of RFC 3463, "" for all others.
TEXTS: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("nl", FAILED): (
        "Niet bezorgd: {subject}",
        "Uw bericht is niet aangekomen bij:",
        "Controleer het adres, of verstuur het later opnieuw. Voor de andere ontvangers hoeft u niets te doen.",
    ),
    ("nl", DELAYED): (
        "Nog niet bezorgd: {subject}",
        "Uw bericht is nog onderweg naar:",
        "U hoeft niets te doen: het wordt vijf dagen lang opnieuw geprobeerd. Lukt het niet, dan hoort u dat.",
    ),
    ("en", FAILED): (
        "Not delivered: {subject}",
        "Your message did not arrive at:",
        "Check the address, or send it again later. You need do nothing about the other recipients.",
    ),
    ("en", DELAYED): (
        "Not delivered yet: {subject}",
        "Your message is still on its way to:",
        "You need do nothing: it is tried again for up to five days. If it does not arrive you will hear so.",
    ),
}
REASONS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "1.1": "dit adres bestaat niet of neemt geen post aan",
        "1.2": "dit adres bestaat niet of neemt geen post aan",
        "2.1": "dit adres bestaat niet of neemt geen post aan",
        FULL: "de mailbox is vol",
        "3.4": "het bericht is te groot",
        "4.7": "de mailserver heeft het vijf dagen lang niet aangenomen",
        "6.3": "de mailserver kan deze tekens niet aan",
        "6.7": "de mailserver kan dit adres niet aan",
        "7.": "de mailserver weigert dit bericht",
        WAITS: "de mailserver neemt het nog niet aan",
        "": "de mailserver heeft het geweigerd",
    },
    "en": {
        "1.1": "this address does not exist or takes no mail",
        "1.2": "this address does not exist or takes no mail",
        "2.1": "this address does not exist or takes no mail",
        FULL: "the mailbox is full",
        "3.4": "the message is too large",
        "4.7": "the mail server did not take it for five days",
        "6.3": "the mail server can't carry these characters",
        "6.7": "the mail server can't carry this address",
        "7.": "the mail server refuses this message",
        WAITS: "the mail server does not take it yet",
        "": "the mail server refused it",
    },
}


def draft(
    job: Job, results: Sequence[Result], *, identity: str, subject: str, until: datetime | None = None
) -> JobDraft | None:
    """The report about a job, if any: to the identity only, never about mail from nobody or mail that sent itself.

    With `until`, when we give up, it is one of delay and the results are of those who wait; else of those refused.
    """
    action = FAILED if until is None else DELAYED
    told = [result for result in results if wants_report(job.options, result.rcpt, action)]
    if not told or job.kind is not JobKind.MESSAGE or not job.mail_from or not identity or job.options.get("auto"):
        return None
    kept = ("ret", "envid", "smtputf8", *(f"orcpt:{result.rcpt}" for result in told))
    params = {name: job.options[name] for name in kept if job.options.get(name)}
    rows = json.dumps([(result.rcpt, result.code, result.text) for result in told])
    params |= {"action": action, "failed": rows, "subject": subject, "arrived": job.created_at.isoformat()}
    if until is not None:
        params["until"] = until.isoformat()
    return JobDraft(JobKind.DSN, "", (wire_address(identity),), leased=True, params=params)


def wants_report(options: Mapping[str, str], rcpt: str, action: str = FAILED) -> bool:
    """Whether the client asked to hear of it; unsaid means yes (RFC 3461 §4.1)."""
    wanted = "FAILURE" if action == FAILED else "DELAY"
    return wanted in options.get(f"notify:{rcpt}", wanted).upper().split(",")


def is_delay(job: Job) -> bool:
    """Whether a report is one of delay."""
    return job.params.get("action") == DELAYED


def told(job: Job) -> int:
    """How many recipients a report speaks of."""
    return len(json.loads(job.params["failed"]))


def report(head: Letterhead, job: Job, raw: bytes, *, at: datetime) -> bytes:
    """The whole report as bytes. `raw` is the message as submitted; its header block always goes back."""
    params, to = job.params, job.rcpt_to[0]
    action = params.get("action", FAILED)
    status = Status.WAITING if action == DELAYED else Status.FAILED
    failed = [Result(rcpt, status, code, text) for rcpt, code, text in json.loads(params["failed"])]
    narrow = any(_code(result) in NO_EIGHT_BITS for result in failed)
    title, opening, ending = TEXTS[head.language, action]
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
        _status(head, failed, params, narrow=narrow),
        _returned(raw, params, whole=action == FAILED and not narrow, narrow=narrow),
    )
    body = multipart("report", boundary, parts, "; report-type=delivery-status")
    return "".join(f"{line}\r\n" for line in headers).encode() + body


def _row(language: str, result: Result) -> str:
    if not result.code:  # the server never said anything
        return f"- {result.rcpt}"
    code = _code(result)[2:]
    if result.status is Status.WAITING and code != FULL:
        code = WAITS
    reason = next(words for start, words in REASONS[language].items() if code.startswith(start))
    return f"- {result.rcpt}: {reason} ({shortened(f'{result.code} {result.text}', TEXT_CHARACTERS_MAX)})"


def _status(head: Letterhead, results: Sequence[Result], params: Mapping[str, str], *, narrow: bool) -> bytes:
    """The machine's part (RFC 3464 §2), with UTF-8 where an address needs it (RFC 6533 §3)."""
    originals = {result.rcpt: _xtext(params.get(f"orcpt:{result.rcpt}", "")) for result in results}
    wide = any(not address.isascii() for pair in originals.items() for address in pair)
    envid = _xtext(params.get("envid", "")).encode("ascii", "replace").decode()
    lines = [f"Original-Envelope-Id: {envid}"] if envid else []
    groups = [[*lines, f"Reporting-MTA: dns; {head.hostname}", f"Arrival-Date: {_date(params['arrived'])}"]]
    action = params.get("action", FAILED)
    for result in results:
        original = originals[result.rcpt]
        kind = "rfc822" if result.rcpt.isascii() else "utf-8"
        said = shortened(result.text, TEXT_CHARACTERS_MAX).encode("ascii", "replace").decode()
        groups.append([
            *([f"Original-Recipient: {original}"] if original else []),
            f"Final-Recipient: {kind}; {result.rcpt}",
            f"Action: {action}",
            f"Status: {_code(result)}",
            *([f"Diagnostic-Code: smtp; {result.code} {said}"] if result.code else []),
            *([f"Will-Retry-Until: {_date(params['until'])}"] if action == DELAYED else []),
        ])  # fmt: skip
    kind = "global-delivery-status" if wide else "delivery-status"
    text = "\r\n\r\n".join("\r\n".join(lines) for lines in groups) + "\r\n"
    return _part(f"message/{kind}", text.encode(), narrow=narrow)


def _returned(raw: bytes, params: Mapping[str, str], *, whole: bool, narrow: bool) -> bytes:
    """What goes back of the message. One that failed for its eight bits would take its report along."""
    header = raw[: header_end(raw)]
    wide = bool(params.get("smtputf8")) and not header.isascii() and _is_utf8(header)
    if whole and params.get("ret", "").upper() == "FULL" and len(raw) <= RETURNED_BYTES_MAX:
        return _part("message/global" if wide else "message/rfc822", raw, narrow=False)
    if header.isascii():
        return _part("text/rfc822-headers", header, narrow=False)
    if wide:
        return _part("message/global-headers", header, narrow=narrow)
    return text_part("rfc822-headers", header.decode("utf-8", "replace")).encode()


def _part(kind: str, content: bytes, *, narrow: bool) -> bytes:
    """One part with its header: as it is where it can be, else in base64 (RFC 6533 §6.1 to §6.3)."""
    line = f"Content-Type: {kind}\r\n"
    if content.isascii():
        return f"{line}\r\n".encode() + content
    if not narrow:
        return f"{line}Content-Transfer-Encoding: 8bit\r\n\r\n".encode() + content
    return f"{line}Content-Transfer-Encoding: base64\r\n\r\n{base64_lines(content)}\r\n".encode()


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def _date(written: str) -> str:
    return format_datetime(datetime.fromisoformat(written))


def _code(result: Result) -> str:
    """The enhanced code of a reply, of its own class; of an answer that never came, that there was none."""
    if not result.code:
        return NO_ANSWER
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
