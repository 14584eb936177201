"""The cases of `protocol/`: what a line of one says is made a real message, sent by a real person of the demo's school."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from gateway.directory import read_directory
from rules.case import Case, Extract, Facts
from rules.clauses.families import grouped
from rules.judge import Judge
from rules.judge import compile as compile_judge
from rules.message import Envelope, parse
from rules.people import Delegation, Kind, Roster
from rules.verdict import Verdict
from tests.support.small_school import shipped

FOLDER = Path(__file__).parent / "protocol"
DEMO = Path(__file__).parent.parent.parent / "gateway" / "demo" / "school"
PEOPLE: dict[str, str] = tomllib.loads((FOLDER / "people.toml").read_text("utf-8"))
NOW = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
PRIVATE = "leerling.thuis@gmail.example"
MEGABYTE = 1024 * 1024

Written = dict[str, Any]


def load() -> dict[str, list[Written]]:
    """All cases, by clause."""
    return {path.stem: tomllib.loads(path.read_text("utf-8"))["case"] for path in sorted(FOLDER.glob("C*.toml"))}


@cache
def school() -> Roster:
    """The demo's school, and one pupil of 3B whose private address is known."""
    found = read_directory(DEMO)
    pupil = next(p for p in found.people.values() if p.kind is Kind.PUPIL and p.class_name == "3B")
    people = {**found.people, pupil.id: replace(pupil, private_emails=(PRIVATE,))}
    return _with(found, people=people.values())


def _with(roster: Roster, **changed: Any) -> Roster:
    parts = {
        name: getattr(roster, name)
        for name in ("people", "mailboxes", "lists", "contacts", "consents", "grounds", "delegations")
    }
    parts |= {name: parts[name].values() for name in ("people", "mailboxes", "lists")}
    return Roster.build(roster.school, **{**parts, **changed})


@cache
def _judge(by: str, scopes: tuple[str, ...]) -> Judge:
    roster = school()
    who = roster.identify(by)
    assert who is not None
    given = tuple(
        Delegation(id=f"D{number}", to_id=who.person_id or "", scope=scope) for number, scope in enumerate(scopes)
    )
    return compile_judge(shipped(), _with(roster, delegations=given) if given else roster, str.encode)


def judged(written: Written) -> Verdict:
    """What the gateway says of a case."""
    by = PEOPLE[written["by"]]
    judge = _judge(by, tuple(written.get("delegated", ())))
    to, cc, bcc = (tuple(_everybody(written.get(name, ()), by)) for name in ("to", "cc", "bcc"))
    if written.get("own"):
        to, bcc = (by,), (*to, *bcc)
    raw = _compose(written, by, to, cc)
    answered = frozenset(_everybody(written.get("answered", ()), by))
    facts = Facts(now=NOW, identity=judge.roster.identify(by), answered=answered, opened=by in answered)
    files = tuple(Extract(f"file {name}", f"Inhoud van {name}.") for name in written.get("files", ()))
    return judge.judge(Case(parse(raw), (Envelope(by, (*to, *cc, *bcc)),), files), facts)


def _compose(written: Written, by: str, to: tuple[str, ...], cc: tuple[str, ...]) -> bytes:
    message = EmailMessage()
    message["From"] = by
    message["To"] = ", ".join(to)
    if cc:
        message["Cc"] = ", ".join(cc)
    message["Subject"] = written["subject"]
    message["Date"] = NOW
    message["Message-ID"] = "<geval.1@zilverberg.example>"
    if written.get("reply"):
        message["In-Reply-To"] = "<eerder.1@elders.example>"
    message.set_content(written["text"] + ("\n" + written["quoted"] if "quoted" in written else ""))
    if "html" in written:
        message.add_alternative(written["html"], subtype="html")
    for name in written.get("files", ()):
        if name.endswith(".ics"):
            message.add_attachment("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", filename=name)
        else:
            data = bytes(written.get("mb", 0) * MEGABYTE) or b"inhoud"
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=998))


def _everybody(names: tuple[str, ...], by: str) -> Iterator[str]:
    for name in names:
        yield from _crowd(name, by)


def _crowd(name: str, by: str) -> list[str]:
    roster = school()
    if name in PEOPLE:
        return [PEOPLE[name]]
    if "@" in name:
        return [name]
    what, *rest = name.split()
    count = int(rest[-1]) if rest and rest[-1].isdigit() and len(rest) + (what == "colleagues") > 1 else 1
    people = roster.people.values()
    if what in {"colleague", "colleagues"}:
        known = {*PEOPLE.values(), by}
        return [
            p.emails[0] for p in people if p.kind is Kind.STAFF and p.roles == {"docent"} and p.emails[0] not in known
        ][:count]
    pupils = [p for p in people if p.kind is Kind.PUPIL and p.class_name == rest[0]]
    if what == "private":
        return [PRIVATE]
    if what in {"pupil", "pupils"}:
        return [p.emails[0] for p in pupils][-count:]
    parents = [
        p.emails[0]
        for pupil in pupils
        for p in (roster.person(one) for one in pupil.parent_ids)
        if p is not None and p.emails and len(p.student_ids) == 1 and roster.person(pupil.id) is not None
    ]
    if what == "parents":
        return list(dict.fromkeys(parents))[:count]
    seen: set[str] = set()
    firsts: list[str] = []
    for address in parents:
        if len(grouped(roster, (*firsts, address))) > len(firsts) and address not in seen:
            firsts.append(address)
            seen.add(address)
    return firsts[:count]
