"""Mails to the sender: what was changed or held and why, and the end of every held message. Dutch and English.

Promises: masked values only, at most five lines of substance, the clause with its page, for a hold the link to confirm
or withdraw. Auto-Submitted, null return path, threaded under the message it speaks of. No recipient of that message is
named.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from gateway.delivery.mime import header_text, multipart, one_line, phrase, shortened, text_part

# Findings, the repair, an explanation, the link and the rule: no more of them together than a person reads.
SUBSTANCE_LINES_MAX: Final = 5
SUBJECT_CHARACTERS_MAX: Final = 80
REASON_CHARACTERS_MAX: Final = 500
# RFC 5322 §2.1.1: a header line has at most 998 characters; no mail program makes a Message-ID this long.
THREAD_CHARACTERS_MAX: Final = 900
# kind -> (subject, first line, last line); {subject}, {approver} and {reason} are filled in.
TEXTS: Final[Mapping[str, Mapping[str, tuple[str, str, str]]]] = {
    "nl": {
        "fix": (
            "Aangepast verzonden: {subject}",
            "Uw bericht is verzonden. De adressering is aangepast.",
            "U hoeft niets te doen.",
        ),
        "coach": (
            "Tip bij: {subject}",
            "Uw bericht is verzonden zoals u het schreef. Een tip voor de volgende keer:",
            "",
        ),
        "fix_undo": (
            "Wordt aangepast verzonden: {subject}",
            "Uw bericht gaat om {undo} uit. De adressering is aangepast.",
            "U hoeft niets te doen. Tot {undo} kunt u het terugnemen.",
        ),
        "coach_undo": (
            "Tip bij: {subject}",
            "Uw bericht gaat om {undo} uit zoals u het schreef. Een tip:",
            "Tot {undo} kunt u het terugnemen en anders versturen.",
        ),
        "release_undo": (
            "Wordt verzonden: {subject}",
            "Uw bericht is goedgekeurd en gaat om {undo} uit.",
            "Tot {undo} kunt u het terugnemen.",
        ),
        "hold_self": (
            "Nog niet verzonden: {subject}",
            "Uw bericht is nog niet verzonden: het wacht op u.",
            "Kiest u niet binnen een schooldag, dan wordt het niet verzonden. U krijgt daarvan bericht.",
        ),
        "hold": (
            "Nog niet verzonden: {subject}",
            "Uw bericht is nog niet verzonden: {approver} kijkt er eerst naar.",
            (
                "U hoeft nu niets te doen. Beslist niemand binnen een schooldag, dan wordt het niet verzonden. "
                "U krijgt daarvan bericht."
            ),
        ),
        "ask": (
            "Wilt u beslissen? {subject}",
            "Een bericht van {sender} wacht op uw beslissing.",
            "Bekijk het en beslis op de pagina; daarvoor meldt u zich aan. Antwoorden op deze mail werkt niet.",
        ),
        "remind": (
            "Herinnering, wilt u beslissen? {subject}",
            "Een bericht van {sender} wacht nog op een beslissing. U of uw vervanger kan die nemen.",
            "Beslist niemand op tijd, dan gaat het bericht ongestuurd terug naar de afzender.",
        ),
        "remind_self": (
            "Herinnering, nog niet verzonden: {subject}",
            "Uw bericht wacht nog op u.",
            "Kiest u niet op tijd, dan wordt het niet verzonden. U krijgt daarvan bericht.",
        ),
        "inform": (
            "Ter informatie: {subject}",
            "Een bericht van {sender} met persoonsgegevens van meer mensen wacht op een beslissing van een ander.",
            "U hoeft niets te doen; u kunt wel meekijken.",
        ),
        "mended": (
            "Aangepast verzonden: {subject}",
            "Uw bericht is aangepast en verzonden door wie erover besliste.",
            "U hoeft niets te doen.",
        ),
        "release": ("Alsnog verzonden: {subject}", "Uw bericht is goedgekeurd en verzonden.", ""),
        "confirm": ("Verzonden: {subject}", "Uw bericht is na uw bevestiging verzonden.", ""),
        "return": (
            "Niet verzonden: {subject}",
            "Uw bericht is niet verzonden: u krijgt het terug.",
            "Pas het aan en verstuur het opnieuw.",
        ),
        "withdraw": ("Ingetrokken: {subject}", "U hebt uw bericht ingetrokken. Het is niet verzonden.", ""),
        "expire": (
            "Niet verzonden: {subject}",
            "Niemand heeft binnen een schooldag over uw bericht beslist. Het is niet verzonden.",
            "Is het nog nodig? Verstuur het dan opnieuw, en overleg eerst als een ander het moest beoordelen.",
        ),
        "block": (
            "Niet verzonden: {subject}",
            "Uw bericht mag zo niet de school uit en is niet verzonden.",
            "Hebt u een vraag, noem dan de referentie bij de functionaris gegevensbescherming.",
        ),
        "unblock": (
            "Alsnog in behandeling: {subject}",
            "Uw tegengehouden bericht wordt alsnog beoordeeld.",
            "U hoeft niets te doen; u hoort wat er wordt besloten.",
        ),
    },
    "en": {
        "fix": (
            "Sent with a change: {subject}",
            "Your message was sent. Its addresses were changed.",
            "You need do nothing.",
        ),
        "coach": ("A tip about: {subject}", "Your message was sent as you wrote it. A tip for next time:", ""),
        "fix_undo": (
            "Will be sent with a change: {subject}",
            "Your message goes out at {undo}. Its addresses were changed.",
            "You need do nothing. Until {undo} you can take it back.",
        ),
        "coach_undo": (
            "A tip about: {subject}",
            "Your message goes out at {undo} as you wrote it. A tip:",
            "Until {undo} you can take it back and send it another way.",
        ),
        "release_undo": (
            "Will be sent: {subject}",
            "Your message was approved and goes out at {undo}.",
            "Until {undo} you can take it back.",
        ),
        "hold_self": (
            "Not sent yet: {subject}",
            "Your message has not been sent yet: it waits for you.",
            "If you do not choose within a school day it will not be sent. You will hear so.",
        ),
        "hold": (
            "Not sent yet: {subject}",
            "Your message has not been sent yet: {approver} looks at it first.",
            "You need do nothing now. If nobody decides within a school day it will not be sent; you will hear so.",
        ),
        "ask": (
            "Will you decide? {subject}",
            "A message from {sender} waits for your decision.",
            "Look at it and decide on its page; you sign in there. Answering this mail does nothing.",
        ),
        "remind": (
            "Reminder, will you decide? {subject}",
            "A message from {sender} still waits for a decision. You or your deputy can take it.",
            "If nobody decides in time, the message goes back to its sender unsent.",
        ),
        "remind_self": (
            "Reminder, not sent yet: {subject}",
            "Your message still waits for you.",
            "If you do not choose in time it will not be sent. You will hear so.",
        ),
        "inform": (
            "For your information: {subject}",
            "A message from {sender} with personal data of several people waits for somebody else's decision.",
            "You need do nothing; you may look at it.",
        ),
        "mended": (
            "Sent with a change: {subject}",
            "Your message was changed by whoever decided about it, and sent.",
            "You need do nothing.",
        ),
        "release": ("Sent after all: {subject}", "Your message was approved and sent.", ""),
        "confirm": ("Sent: {subject}", "Your message was sent after you confirmed it.", ""),
        "return": (
            "Not sent: {subject}",
            "Your message was not sent: it is returned to you.",
            "Change it and send it again.",
        ),
        "withdraw": ("Withdrawn: {subject}", "You withdrew your message. It was not sent.", ""),
        "expire": (
            "Not sent: {subject}",
            "Nobody decided about your message within a school day. It was not sent.",
            "Is it still needed? Send it again, and talk first if somebody else had to look at it.",
        ),
        "block": (
            "Not sent: {subject}",
            "Your message may not leave the school like this and was not sent.",
            "If you have a question, give the reference to the data protection officer.",
        ),
        "unblock": (
            "Looked at after all: {subject}",
            "Your stopped message will be looked at after all.",
            "You need do nothing; you will hear what is decided.",
        ),
    },
}
LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "found": "Gevonden", "rule": "De regel", "reason": "Toelichting", "reference": "Referentie",
        "choose": "Bevestigen of intrekken", "decide": "Bekijken en beslissen",
        "system": "Naar het juiste systeem", "paste": "Uw tekst, om te plakken", "files": "Bestanden",
        "withdraw": "Zelf intrekken",
        "none": "(geen onderwerp)", "subject": "Onderwerp", "more": "en nog {count} van zulke punten",
        "late": "Een deel van de ontvangers had het al gekregen toen de rest van uw bericht hier aankwam.",
        "self": "u", "team_leader": "uw teamleider", "manager": "uw leidinggevende", "editors": "de redactie",
        "privacy_officer": "de functionaris gegevensbescherming", "admin": "de beheerder",
    },
    "en": {
        "found": "Found", "rule": "The rule", "reason": "Explanation", "reference": "Reference",
        "choose": "Confirm or withdraw", "decide": "Look and decide",
        "system": "To the right system", "paste": "Your text, to paste", "files": "Files",
        "withdraw": "Withdraw it yourself", "none": "(no subject)",
        "subject": "Subject", "more": "and {count} more such points",
        "late": "Some recipients already had it when the rest of your message arrived here.",
        "self": "you", "team_leader": "your team leader", "manager": "your manager", "editors": "the editors",
        "privacy_officer": "the data protection officer", "admin": "the administrator",
    },
}  # fmt: skip
# Mails to people who are to decide, or to know.
ASKING: Final = frozenset({"ask", "remind", "inform"})
THREAD = re.compile(r"<[!-;=?-~]+>\Z")  # one Message-ID, and nothing that could end a header line
RULE = "-" * 40
PRE = "white-space:pre-wrap;font:inherit;border-left:3px solid #999;padding-left:1em"
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


@dataclass(frozen=True, slots=True)
class _Paste:
    """The sender's own text, ready for the right system, and the files that went with it."""

    text: str = field(repr=False)
    files: tuple[str, ...] = field(repr=False)
    labels: Mapping[str, str]

    def plain(self) -> str:
        if not self.text:
            return ""
        files = f"\r\n\r\n{self.labels['files']}: {', '.join(self.files)}" if self.files else ""
        body = "\r\n".join(self.text.splitlines())
        return f"\r\n{RULE}\r\n{self.labels['paste']}:{files}\r\n\r\n{body}\r\n{RULE}\r\n"

    def html(self) -> str:
        if not self.text:
            return ""
        files = f"<p>{self.labels['files']}: {html.escape(', '.join(self.files))}</p>" if self.files else ""
        return f'<hr><p>{self.labels["paste"]}:</p>{files}<pre style="{PRE}">{html.escape(self.text)}</pre>'


def render(head: Letterhead, params: Mapping[str, str], *, to: str, reference: str, number: int, at: datetime) -> bytes:
    """The whole mail as bytes, CRLF. `params` come from gateway.pipeline.mails."""
    labels = LABELS[head.language]
    kind = params["kind"]
    if kind == "hold" and params.get("approver") == "self":
        kind = "hold_self"
    if params.get("undo"):
        kind = f"{kind}_undo"
    subject, first, last = TEXTS[head.language][kind]
    original = shortened(params.get("subject", ""), SUBJECT_CHARACTERS_MAX) or labels["none"]
    words = {
        "subject": original,
        "approver": labels.get(params.get("approver", ""), labels["admin"]),
        "sender": params.get("sender", ""),
        "reference": reference,
        "to": to,
        "undo": params.get("undo", ""),
    }
    lines = [_Line(labels["subject"], original), *_substance(head, params, labels, reference)]
    if last:
        lines.append(_Line("", last.format(**words)))
    lines.append(_Line(labels["reference"], reference))
    opening = first.format(**words)
    paste = _Paste(params.get("paste", ""), tuple(filter(None, params.get("files", "").split("\n"))), labels)
    boundary = f"=_postwacht_{reference}_{number}"
    texts = (
        text_part("plain", _plain(opening, lines, paste)),
        text_part("html", _html(head.language, opening, lines, paste)),
    )
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
    thread = one_line(params.get("message_id", ""))
    if THREAD.match(thread) and len(thread) <= THREAD_CHARACTERS_MAX:
        headers += [f"In-Reply-To: {thread}", f"References: {thread}"]
    body = multipart("alternative", boundary, (text.encode() for text in texts))
    return "".join(f"{line}\r\n" for line in headers).encode() + body


def _substance(head: Letterhead, params: Mapping[str, str], labels: Mapping[str, str], reference: str) -> list[_Line]:
    """What was found (the strictest first) and how to repair it, then what to do and the rule behind it."""
    findings = json.loads(params.get("findings", "[]"))
    after: list[_Line] = []
    if params["kind"] not in ASKING and (repair := next((one[3] for one in findings if one[3]), "")):
        after.append(_Line("", repair))
    if params.get("late"):
        after.append(_Line("", labels["late"]))
    if params.get("reason"):
        after.append(_Line(labels["reason"], shortened(params["reason"], REASON_CHARACTERS_MAX)))
    if params.get("token"):
        choose = labels["choose"] if params.get("approver") == "self" else labels["withdraw"]
        after.append(_Line(choose, "", f"{head.url}/m/{params['token']}"))
    if params["kind"] in ASKING:
        after.append(_Line(labels["decide"], "", f"{head.url}/cases/{reference}"))
    if params.get("url", "").startswith(("https://", "http://")):
        after.append(_Line(labels["system"], "", params["url"]))
    for clause, title in [one[:2] for one in findings if one[0]][:1]:
        after.append(_Line(labels["rule"], f"{clause}, {title}", f"{head.url}/clauses/{clause}"))
    room = SUBSTANCE_LINES_MAX - len(after)
    texts = [f"{what} {labels['found']}: {evidence}" if evidence else what for *_, what, _, evidence in findings[:room]]
    if len(findings) > room:
        texts[-1] += f" ({labels['more'].format(count=len(findings) - room)})"
    return [*(_Line("", text) for text in texts), *after]


def _plain(opening: str, lines: list[_Line], paste: _Paste) -> str:
    texts = [opening]
    for line in lines:
        label = f"{line.label}: " if line.label else ""
        texts.append(f"{label}{' '.join(filter(None, (line.text, line.link)))}")
    return "\r\n\r\n".join(texts) + "\r\n" + paste.plain()


def _html(language: str, opening: str, lines: list[_Line], paste: _Paste) -> str:
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
    inside = "".join(paragraphs) + paste.html()
    return f'<!doctype html><html lang="{language}"><body style="{BODY}">{inside}</body></html>'
