"""Mails to the sender: what was changed or held and why, and the end of every held message. Dutch and English.

Promises: masked values only, at most five lines of substance, the clause with its page, for a hold the link to confirm
or withdraw. Auto-Submitted, null return path, threaded under the message it speaks of. No recipient of that message is
named.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from gateway.delivery.mime import header_text, multipart, one_line, phrase, text_part

FINDINGS_MAX: Final = 3
SUBJECT_CHARACTERS_MAX: Final = 80
# kind -> (subject, first line, last line); {subject}, {approver} and {reason} are filled in.
TEXTS: Final[Mapping[str, Mapping[str, tuple[str, str, str]]]] = {
    "nl": {
        "fix": ("Aangepast verzonden: {subject}", "Uw bericht is verzonden, met een aanpassing in de adressering.", ""),
        "coach": (
            "Tip bij: {subject}",
            "Uw bericht is verzonden zoals u het schreef. Een tip voor de volgende keer:",
            "",
        ),
        "hold_self": (
            "Nog niet verzonden: {subject}",
            "Uw bericht wacht op u: het is nog niet verzonden.",
            "Doet u niets, dan wordt het na een schooldag niet verzonden en krijgt u daarvan bericht.",
        ),
        "hold": (
            "Nog niet verzonden: {subject}",
            "Uw bericht is nog niet verzonden: {approver} kijkt er eerst naar.",
            "Beslist niemand binnen een schooldag, dan wordt het niet verzonden en krijgt u daarvan bericht.",
        ),
        "release": ("Alsnog verzonden: {subject}", "Uw bericht is vrijgegeven en verzonden.", ""),
        "confirm": ("Verzonden: {subject}", "Uw bericht is na uw bevestiging verzonden.", ""),
        "return": (
            "Niet verzonden: {subject}",
            "Uw bericht is niet verzonden; het is aan u teruggegeven.",
            "Pas het aan en verstuur het opnieuw.",
        ),
        "withdraw": ("Ingetrokken: {subject}", "U hebt uw bericht ingetrokken. Het is niet verzonden.", ""),
        "expire": (
            "Niet verzonden: {subject}",
            "Niemand heeft binnen een schooldag over uw bericht beslist. Het is niet verzonden.",
            "Verstuur het zo nodig opnieuw, of spreek de beoordelaar aan.",
        ),
        "block": ("Niet verzonden: {subject}", "Uw bericht is tegengehouden en wordt niet verzonden.", ""),
        "unblock": ("Alsnog in behandeling: {subject}", "Uw tegengehouden bericht wordt alsnog beoordeeld.", ""),
    },
    "en": {
        "fix": ("Sent with a change: {subject}", "Your message was sent, with a change in its addresses.", ""),
        "coach": ("A tip about: {subject}", "Your message was sent as you wrote it. A tip for next time:", ""),
        "hold_self": (
            "Not sent yet: {subject}",
            "Your message waits for you: it has not been sent yet.",
            "If you do nothing it will not be sent, and after a school day you will hear so.",
        ),
        "hold": (
            "Not sent yet: {subject}",
            "Your message has not been sent yet: {approver} looks at it first.",
            "If nobody decides within a school day it will not be sent, and you will hear so.",
        ),
        "release": ("Sent after all: {subject}", "Your message was released and sent.", ""),
        "confirm": ("Sent: {subject}", "Your message was sent after you confirmed it.", ""),
        "return": (
            "Not sent: {subject}",
            "Your message was not sent; it was returned to you.",
            "Change it and send it again.",
        ),
        "withdraw": ("Withdrawn: {subject}", "You withdrew your message. It was not sent.", ""),
        "expire": (
            "Not sent: {subject}",
            "Nobody decided about your message within a school day. It was not sent.",
            "Send it again if need be, or speak to the approver.",
        ),
        "block": ("Not sent: {subject}", "Your message was stopped and will not be sent.", ""),
        "unblock": ("Looked at after all: {subject}", "Your stopped message will be looked at after all.", ""),
    },
}
LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "found": "Gevonden", "rule": "De regel", "reason": "Toelichting", "reference": "Referentie",
        "choose": "Bevestigen of intrekken", "withdraw": "Toch intrekken", "none": "(geen onderwerp)",
        "self": "u", "team_leader": "uw teamleider", "manager": "uw leidinggevende", "editors": "de redactie",
        "privacy_officer": "de functionaris gegevensbescherming", "admin": "de beheerder",
    },
    "en": {
        "found": "Found", "rule": "The rule", "reason": "Explanation", "reference": "Reference",
        "choose": "Confirm or withdraw", "withdraw": "Withdraw after all", "none": "(no subject)",
        "self": "you", "team_leader": "your team leader", "manager": "your manager", "editors": "the editors",
        "privacy_officer": "the data protection officer", "admin": "the administrator",
    },
}  # fmt: skip
BODY = "font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;max-width:36em"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all our mails share. `address` is a functional address of the school, `url` where the pages are."""

    school: str
    address: str
    url: str
    language: str
    hostname: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a notice: a label or "", the text, a link or ""."""

    label: str
    text: str
    link: str = ""


def render(head: Letterhead, params: Mapping[str, str], *, to: str, reference: str, number: int, at: datetime) -> bytes:
    """The whole mail as bytes, CRLF. `params` come from gateway.pipeline.mails."""
    labels = LABELS[head.language]
    kind = params["kind"]
    if kind == "hold" and params.get("approver") == "self":
        kind = "hold_self"
    subject, first, last = TEXTS[head.language][kind]
    original = one_line(params.get("subject", ""))[:SUBJECT_CHARACTERS_MAX] or labels["none"]
    words = {"subject": original, "approver": labels.get(params.get("approver", ""), labels["admin"])}
    lines = [_Line("", f"“{original}”"), *_substance(head, params, labels)]
    if last:
        lines.append(_Line("", last.format(**words)))
    lines.append(_Line(labels["reference"], reference))
    opening = first.format(**words)
    boundary = f"=_postwacht_{reference}_{number}"
    body = multipart(
        "alternative", boundary, (text_part("plain", _plain(opening, lines)), text_part("html", _html(opening, lines)))
    )
    thread = one_line(params.get("message_id", ""))
    headers = [
        f"From: {phrase(f'Postwacht {head.school}')} <{head.address}>",
        f"To: <{to}>",
        f"Subject: {header_text(subject.format(**words))}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{reference}.{number}.{kind}@{head.hostname}>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ]
    if thread.startswith("<") and thread.endswith(">") and thread.isascii() and " " not in thread:
        headers += [f"In-Reply-To: {thread}", f"References: {thread}"]
    return ("\r\n".join(headers) + "\r\n" + body).encode("utf-8")


def _substance(head: Letterhead, params: Mapping[str, str], labels: Mapping[str, str]) -> list[_Line]:
    lines: list[_Line] = []
    clauses: dict[str, str] = {}
    repairs: dict[str, None] = {}
    for clause, title, what, repair, evidence in json.loads(params.get("findings", "[]"))[:FINDINGS_MAX]:
        lines.append(_Line("", f"{what} {labels['found']}: {evidence}" if evidence else what))
        repairs[repair] = None
        if clause:
            clauses[clause] = title
    lines += [_Line("", repair) for repair in list(repairs)[:1]]
    if params.get("reason"):
        lines.append(_Line(labels["reason"], one_line(params["reason"])))
    if params.get("token"):
        choose = labels["choose"] if params.get("approver") == "self" else labels["withdraw"]
        lines.append(_Line(choose, "", f"{head.url}/m/{params['token']}"))
    for clause, title in list(clauses.items())[:1]:
        lines.append(_Line(labels["rule"], f"{clause}, {title}", f"{head.url}/clauses/{clause}"))
    return lines


def _plain(opening: str, lines: list[_Line]) -> str:
    texts = [opening]
    for line in lines:
        label = f"{line.label}: " if line.label else ""
        texts.append(f"{label}{' '.join(filter(None, (line.text, line.link)))}")
    return "\r\n\r\n".join(texts) + "\r\n"


def _html(opening: str, lines: list[_Line]) -> str:
    paragraphs = [f"<p><strong>{html.escape(opening)}</strong></p>"]
    for line in lines:
        label, text = html.escape(line.label), html.escape(line.text)
        if line.link and not line.text:
            inner = f'<a href="{html.escape(line.link)}"><strong>{label}</strong></a>'
        elif line.link:
            inner = f'{label}: <a href="{html.escape(line.link)}">{text}</a>'
        else:
            inner = f"{label}: {text}" if label else text
        paragraphs.append(f"<p>{inner}</p>")
    return f'<!doctype html><html><body style="{BODY}">{"".join(paragraphs)}</body></html>'
