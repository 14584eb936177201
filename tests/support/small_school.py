"""A school of a dozen people, built by hand: for tests of judgement that want to see everybody at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

from rules.case import Case, Facts, Identity
from rules.clauses.scene import Scene
from rules.judge import Judge
from rules.judge import compile as compile_judge
from rules.message import Envelope, apply_edits, parse
from rules.people import (
    Consent,
    Contact,
    Delegation,
    Ground,
    Kind,
    MailList,
    Person,
    Roster,
    School,
    SharedMailbox,
)
from rules.policy import Policy, load
from rules.verdict import Verdict

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
MENTOR = "m.entor@school.example"  # mentor of 3B, teaches 3B and 4A, has a private address
TEACHER = "t.eacher@school.example"  # teaches 4A
LEADER = "l.eader@school.example"  # it is unknown what is taught
CONFIDANT = "v.ertrouwen@school.example"  # protected
OFFICE = "administratie@school.example"  # shared, the leader is a member
INFO = "info@school.example"
ANNA = "anna@ziggo.example"  # 3B, household H1
BERT = "bert@gmail.example"  # 3B, the same household
CEES = "cees@kpnmail.example"  # 3B, another child's father, H2
DIRK = "dirk@home.example"  # 3B, the same child's stepfather apart, H3
EVA = "eva@planet.example"  # 4A, H4
FRED = "fred@hetnet.example"  # 4A, H5
BANNED = "gijs@online.example"  # Anna's child's father, may have no contact
SECRET = "hanna@live.example"  # 4A, H6, her address is secret
PUPIL = "101@leerling.school.example"  # Anna's child
PUPIL_PRIVATE = "kind@outlook.example"
PRIVATE = "mentor.prive@icloud.example"
SUPPLIER = "verkoop@boeken.example"
CARE = "zorg@instelling.example"
STRANGER = "onbekend@gmail.example"


def parent(number: int, address: str, household: str, *pupils: str, **flags: bool) -> Person:
    return Person(
        id=f"P{number}", kind=Kind.PARENT, emails=(address,), household_id=household, student_ids=pupils, **flags
    )


def pupil(number: str, class_name: str, *, private: str = "") -> Person:
    own = (private,) if private else ()
    school = f"{number}@leerling.school.example"
    return Person(id=number, kind=Kind.PUPIL, class_name=class_name, emails=(school,), private_emails=own)


PEOPLE = (
    Person(
        id="M1", kind=Kind.STAFF, emails=(MENTOR, "mnt@school.example"), private_emails=(PRIVATE,), code="mnt",
        roles=frozenset({"docent", "mentor"}), mentor_of=("3B",), teaches=("3B", "4A"),
    ),
    Person(id="M2", kind=Kind.STAFF, emails=(TEACHER,), roles=frozenset({"docent"}), teaches=("4A",)),
    Person(id="M3", kind=Kind.STAFF, emails=(LEADER,), roles=frozenset({"teamleider"})),
    Person(id="M4", kind=Kind.STAFF, emails=(CONFIDANT, "vtr@school.example"), roles=frozenset({"beschermd"})),
    parent(1, ANNA, "H1", "101"),
    parent(2, BERT, "H1", "101"),
    parent(3, CEES, "H2", "102"),
    parent(4, DIRK, "H3", "102"),
    parent(5, EVA, "H4", "103"),
    parent(6, FRED, "H5", "104"),
    parent(7, BANNED, "", "101", contact_ban=True),
    parent(8, SECRET, "H6", "105", address_secret=True),
    pupil("101", "3B", private=PUPIL_PRIVATE),
    pupil("102", "3B"),
    pupil("103", "4A"),
    pupil("104", "4A"),
    pupil("105", "4A"),
)  # fmt: skip
SCHOOL = School(
    name="Het Dorp",
    domains=("school.example",),
    pupil_domains=("leerling.school.example",),
    functional_addresses=(INFO,),
    protected=("advocaat@kantoor.example",),
    editors=("mnt",),
)


def roster(**more: Any) -> Roster:
    """Everybody, with other registers where asked for."""
    registers: dict[str, Any] = {
        "people": PEOPLE,
        "mailboxes": (SharedMailbox(address=OFFICE, member_ids=("M3",), mandate="designated"),),
        "lists": (MailList(address="ouderraad@school.example", kind="parents", members=("P1", "P3")),),
        "contacts": (
            Contact(id="C1", kind="leverancier", email=SUPPLIER, domain="boeken.example"),
            Contact(id="C2", kind="zorg", email=CARE),
        ),
        **more,
    }
    return Roster.build(registers.pop("school", SCHOOL), **registers)


@cache
def shipped() -> Policy:
    return load((resources.files("rules") / "protocol.toml").read_text())


def policy(clauses: Mapping[str, Mapping[str, Any]]) -> Policy:
    """The shipped policy with some clauses changed; what is no field of a clause is a parameter."""
    changed = dict(shipped().clauses)
    for name, values in clauses.items():
        old = changed[name]
        fields = {key: value for key, value in values.items() if key in {"action", "approver", "mode"}}
        params = {key: value for key, value in values.items() if key not in fields}
        changed[name] = replace(old, **fields, params={**old.params, **params})
    return replace(shipped(), clauses=changed)


# What only tests about the way a message takes want to hear.
WAYS = (
    "C5", "C6", "C7", "C8", "C11", "C13", "C14", "C15", "C16", "C22", "C24", "C27", "C28", "C29", "C31", "C32", "C36",
    "C37",
)  # fmt: skip


@cache
def quiet() -> Judge:
    """A judge of addresses and private data: the clauses about channels, colleagues and agreements are off."""
    return judge(policy({name: {"mode": "off"} for name in WAYS}))


def judge(by: Policy | None = None, people: Roster | None = None) -> Judge:
    return compile_judge(by or shipped(), people or roster(), str.encode)


def mail(
    to: str | None = None, body: str = "Tot vrijdag.", *, sender: str | None = MENTOR, lines: str = "", kind: str = ""
) -> bytes:
    """A message; `lines` are further header lines, `kind` another content type."""
    head = f"From: {sender}\n" if sender else ""
    head += f"To: {to}\n" if to is not None else ""
    head += f"{lines}Subject: Uitje\nMessage-ID: <1@school.example>\nMIME-Version: 1.0\n"
    head += f"Content-Type: {kind or 'text/plain; charset=utf-8'}\n"
    return f"{head}\n{body}\n".replace("\n", "\r\n").encode()


def case(raw: bytes, *recipients: str, sender: str = MENTOR) -> Case:
    return Case(parse(raw), (Envelope(sender, recipients),))


def facts(identity: Identity | None) -> Facts:
    return Facts(now=NOW, identity=identity)


def judged(raw: bytes, *recipients: str, sender: str = MENTOR, by: Judge | None = None) -> Verdict:
    """What is said about a message of this sender, proven by the listener; by `quiet` where no judge is given."""
    who = by or quiet()
    return who.judge(case(raw, *recipients, sender=sender), facts(who.roster.identify(sender)))


def scene(raw: bytes, *recipients: str, sender: str = MENTOR, people: Roster | None = None) -> Scene:
    who = people or roster()
    return Scene(case(raw, *recipients, sender=sender), facts(who.identify(sender)), who, shipped().private_mail)


def out(raw: bytes, verdict: Verdict) -> str:
    """The header block as it goes out."""
    return apply_edits(raw, verdict.deliveries[0].edits).partition(b"\r\n\r\n")[0].decode()


def rules_of(verdict: Verdict) -> list[tuple[str | None, str, str]]:
    return [(finding.clause, finding.rule, finding.why) for finding in verdict.findings]


def consent(subject: str, recipient: str, **more: Any) -> Consent:
    return Consent(id="K1", subject_id=subject, recipient=recipient, data_kinds=("email_address",), **more)


def ground(party: str, **more: Any) -> Ground:
    return Ground(id="G1", party=party, data_kinds=("email_address",), **more)


def granted(scope: str, to: str = "M2", first: date | None = None, last: date | None = None) -> Delegation:
    return Delegation(id="D1", to_id=to, scope=scope, valid_from=first, valid_until=last)
