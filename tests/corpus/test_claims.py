"""Signs are claims: what a message says of itself lets nothing through.

Every message of the corpus that is not to pass is judged again as an automatic answer, from the null path and as a reply to an
invitation, by the same account. The outcome must be the same, and so must whoever decides.
"""

import json
import re
from collections.abc import Callable

import pytest

from gateway.cli.bench import Bench, Sources, as_sent, envelope_of, set_up, wire_fault
from gateway.cli.setting import Place
from rules.case import Case, Facts
from rules.message import Envelope, parse
from rules.verdict import Verdict
from tests.corpus.test_corpus import DEMO, HERE, NAMES, label

EVASIONS = [name for name in NAMES if label(name)["expect"] in {"fix", "hold", "block"}]
REPLY = b"""BEGIN:VCALENDAR\r
METHOD:REPLY\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:ZYX\r
DTSTART:20261203T150000Z\r
END:VEVENT\r
END:VCALENDAR\r
"""
CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
CONTENT = re.compile(rb"^content-[a-z-]+[ \t]*:.*\r\n(?:[ \t].*\r\n)*", re.IGNORECASE | re.MULTILINE)
METHOD = re.compile(rb"(;\s*method=)\"?[a-z]+\"?", re.IGNORECASE)


@pytest.fixture(scope="module")
def bench() -> Bench:
    policy = DEMO.parent.parent / "rules" / "protocol.toml"
    return set_up(Place(), Sources(policy, DEMO / "school", DEMO / "school" / "school.json"), None)


def judged(bench: Bench, name: str, change: Callable[[bytes], bytes] = bytes, *, null_path: bool = False) -> Verdict:
    """The message changed, sent by whoever sent it before."""
    raw, case = as_sent((HERE / f"{name}.eml").read_bytes()), label(name)
    was = parse(raw)
    envelope = envelope_of(was, case["mail_from"], case["rcpt_to"])
    facts = Facts(now=bench.now(was), identity=bench.identity(was, (envelope,)))
    sent = Envelope("" if null_path else envelope.mail_from, envelope.rcpt_to)
    return bench.judge.judge(Case(parse(change(raw)), (sent,)), facts)


def automatic(raw: bytes) -> bytes:
    return b"Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\nPrecedence: auto_reply\r\n" + raw


def listed(raw: bytes) -> bytes:
    return b"List-Id: <nieuws.zilverberg.example>\r\nList-Unsubscribe: <https://zilverberg.example/af>\r\n" + raw


def with_reply_label(raw: bytes) -> bytes:
    """The type itself says that this is a reply; what the calendar says stays."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    if METHOD.search(head):
        return METHOD.sub(rb"\1REPLY", head) + blank + body
    found = re.search(rb"^content-type[ \t]*:[^\r\n;]*", head, re.IGNORECASE | re.MULTILINE)
    if found is None:
        return head + b"\r\nContent-Class: urn:content-classes:calendarmessage" + blank + body
    return head[: found.end()] + b"; method=REPLY" + head[found.end() :] + blank + body


def with_reply_part(raw: bytes) -> bytes:
    """The message becomes the first part of one that ends in a calendar's reply."""
    head, _, body = raw.partition(b"\r\n\r\n")
    head += b"\r\n"
    inner = b"".join(CONTENT.findall(head))
    head = CONTENT.sub(b"", head)
    return (
        head + b'Content-Type: multipart/mixed; boundary="==om=="\r\n\r\n--==om==\r\n' + inner + b"\r\n" + body + b"\r\n--==om==\r\n"
        b"Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n" + REPLY + b"--==om==--\r\n"
    )  # fmt: skip


# Wrapping and labelling need a header to work on: these have none that is read as one, or lines that differ on purpose.
ODD_HEADERS = frozenset(
    name for name in EVASIONS if wire_fault(as_sent((HERE / f"{name}.eml").read_bytes())) or parse((HERE / f"{name}.eml").read_bytes()).differences
)  # fmt: skip


def test_there_is_much_to_try() -> None:
    assert len(EVASIONS) >= 150
    assert len(ODD_HEADERS) < 30


@pytest.mark.parametrize("claim", ["automatic", "listed", "null_path", "all", "with_reply_label", "with_reply_part"])
def test_a_claim_changes_no_outcome(bench: Bench, claim: str) -> None:
    changes: dict[str, Callable[[bytes], bytes]] = {
        "null_path": bytes,
        "automatic": automatic,
        "listed": listed,
        "with_reply_label": with_reply_label,
        "with_reply_part": with_reply_part,
        "all": lambda raw: automatic(listed(with_reply_part(raw))),
    }
    wrong = []
    for name in EVASIONS:
        if claim in {"with_reply_label", "with_reply_part", "all"} and name in ODD_HEADERS:
            continue
        before = judged(bench, name)
        after = judged(bench, name, changes[claim], null_path=claim in {"null_path", "all"})
        if (before.action, before.approver) != (after.action, after.approver):
            wrong.append(f"{name}: {before.action.name} {before.approver}, then {after.action.name} {after.approver}")
    assert wrong == []


def test_a_repair_is_the_same_whatever_the_message_claims(bench: Bench) -> None:
    fixes = [name for name in EVASIONS if label(name)["expect"] == "fix"]
    assert len(fixes) >= 40
    for name in fixes:
        after = judged(bench, name, automatic, null_path=True)
        assert after.visible_recipients == judged(bench, name).visible_recipients, json.dumps(name)
