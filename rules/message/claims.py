"""What a message says of itself in its headers: sent by a program, forwarded by a rule, a recall, a label.

Promises: total. All of it are claims that anybody can write (protocol.md, Signs are claims): they may make a judgement
stricter or keep an answer back, never make it milder.
Sources: RFC 3834 (Auto-Submitted), RFC 5322 §3.6.6 (Resent), RFC 2156 (Autoforwarded), domain.md 5.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rules.text.html import html_text

if TYPE_CHECKING:
    from rules.message.model import Message, Part
    from rules.message.values import Header

_AUTO_SUBJECTS = ("automatisch antwoord:", "automatic reply:", "out of office:", "afwezig:")
# Exchange writes it under several names, some with the tenant's or the organisation's in the middle.
_FORWARDED = re.compile(r"x-ms-exchange-(?:[a-z0-9-]+-)?autoforwarded|autoforwarded|x-auto-?forward(?:ed)?")
_UNSET = frozenset({"", "false", "no", "0"})
# Gmail and Sieve name the mailbox that forwards; Thunderbird's X-Forwarded-Message-Id is of a person who forwards.
_FORWARDERS = ("x-forwarded-to", "x-forwarded-for", "x-sieve-redirected-from")
# Set on whatever a rule in a mailbox sends, answers too.
_RULES_LOOP = ("x-ms-exchange-inbox-rules-loop", "x-ms-exchange-forwardingloop")
_FORWARD_SUBJECTS = ("fw:", "fwd:", "doorst:", "doorgestuurd:")
_RECALL_CLASS = "ipm.outlook.recall"
_RECALL_SUBJECTS = ("recall:", "intrekken:")
# The sentence by which a recall shows itself where it can't work.
_RECALLS = re.compile(
    r"would like to recall the message\b|\bwil het bericht\b[^\r\n]{0,400}\bintrekken\b", re.IGNORECASE
)
_RECALL_LETTERS = 4_000
_SETTING = re.compile(r"(msip_label_[^\s;=]{1,80}?)_(name|enabled)[ \t]*=[ \t]*([^;]*)", re.IGNORECASE)


def claims(message: Message) -> Iterator[str]:
    """Every kind the headers claim: auto_submitted, auto_forwarded, list, recall."""
    # More than one such line is against the rules; none of them takes back what another says.
    auto = {one.text.partition(";")[0].partition("(")[0].strip().lower() for one in message.all("auto-submitted")}
    suppressed = message.all("x-auto-response-suppress") or message.all("x-autoreply")
    if auto - {"no", ""} or suppressed or message.subject.lower().startswith(_AUTO_SUBJECTS):
        yield "auto_submitted"
    if "auto-forwarded" in auto or _forwarded(message):
        yield "auto_forwarded"
    if message.all("list-id") or message.all("list-unsubscribe") or message.all("list-post"):
        yield "list"
    if _recalls(message):
        yield "recall"


def _forwarded(message: Message) -> bool:
    for name, lines in message.by_name.items():
        if _FORWARDED.fullmatch(name) and any(one.text.strip().lower() not in _UNSET for one in lines):
            return True
    if any("@" in one.text for name in _FORWARDERS for one in message.all(name)):
        return True
    if not any(message.all(name) for name in _RULES_LOOP):
        return False
    resent = any(name.startswith("resent-") for name in message.by_name)
    return resent or message.subject.strip().lower().startswith(_FORWARD_SUBJECTS)


def _recalls(message: Message) -> bool:
    if any(_names_recall_class(one) for one in message.headers):
        return True
    if any(_of_recall_class(part) for part in message.parts):
        return True
    if not message.subject.strip().lower().startswith(_RECALL_SUBJECTS):
        return False
    # Outlook sends a recall as TNEF; elsewhere its sentence is left.
    return any("tnef" in part.kinds or _RECALLS.search(_words(part)) for part in message.parts)


def _names_recall_class(header: Header) -> bool:
    """Whether a line that is no subject names a recall's class; most lines hold not even the letters for it."""
    value = header.value.lower()
    told = b"=?" in value or b"outlook" in value or not value.isascii()
    return told and header.name != "subject" and _RECALL_CLASS in header.text.lower()


def _of_recall_class(part: Part) -> bool:
    """Whether the message class inside a TNEF stream is that of a recall: in letters, or in UTF-16."""
    return "tnef" in part.kinds and _RECALL_CLASS.encode() in part.payload.translate(None, b"\0").lower()


def _words(part: Part) -> str:
    text = (part.text or "")[:_RECALL_LETTERS]
    return html_text(text).text if part.content_type == "text/html" else text


def labels(message: Message) -> tuple[str, ...]:
    """The names of the sensitivity labels in force, as written; Outlook's older Sensitivity line counts as one."""
    if not any(name.startswith(("sensitivity", "msip_label")) for name in message.by_name):
        return ()
    found: dict[str, str] = {}
    off: set[str] = set()
    for header in message.headers:
        if header.name == "sensitivity":
            found[header.name] = header.text.strip()
        if not header.name.startswith("msip_label"):
            continue
        # One line with all settings, or a line a setting.
        text = header.text if header.name == "msip_labels" else f"{header.name}={header.text}"
        for setting in _SETTING.finditer(text):
            label, what, value = setting[1].lower(), setting[2].lower(), setting[3].strip()
            if what == "name":
                found[label] = value
            elif value.lower() in _UNSET:
                off.add(label)
    return tuple(dict.fromkeys(name for label, name in found.items() if label not in off))
