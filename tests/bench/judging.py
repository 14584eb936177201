"""How long judging a message of 10 KB takes with every clause enforced and 5,000 people: `judge_10k_ms`.

The median over kinds of mail: to one parent, to twenty, to a supplier, to a pupil, among colleagues. Parsing is apart.
`python -m tests.bench.judging` prints each kind.
"""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from importlib import resources

from rules.case import Case, Facts
from rules.judge import Judge
from rules.judge import compile as compile_judge
from rules.message import Envelope, parse
from rules.people import Contact, Kind, Person, Roster, School
from rules.policy import load
from tests.bench.scanning import PEOPLE, milliseconds, prose

TEACHER = "d.ocent@school.example"
STAFF = 200
NAMES = ("Bakker", "de Vries", "Jansen", "van den Berg", "Yılmaz", "El Idrissi", "Mulder", "Smit", "Bos", "Peters")
FIRST = ("Anna", "Bram", "Celine", "Daan", "Eva", "Finn", "Gijs", "Hanna", "Ilse", "Joris", "Karim", "Lotte")
KINDS: dict[str, tuple[str, ...]] = {
    "one parent": ("ouder1@ziggo.example",),
    "twenty parents": tuple(f"ouder{2 * n + 1}@ziggo.example" for n in range(20)),
    "supplier": ("verkoop@uitgever.example",),
    "pupil": ("2@leerling.school.example",),
    "colleagues": tuple(f"s{n}@school.example" for n in range(2, 8)),
}


def _called(number: int) -> dict[str, str]:
    first, last = FIRST[number % len(FIRST)], f"{NAMES[number % len(NAMES)]}{chr(97 + number % 26)}"
    return {"name": f"{first} {last}", "first_name": first, "last_name": last}


def roster() -> Roster:
    """A school of 5,000 people, 200 of them staff, in thirty classes."""
    people = [
        Person(
            id=f"S{n}", kind=Kind.STAFF, emails=(TEACHER if n == 1 else f"s{n}@school.example",), mentor_of=(f"{n}A",),
            roles=frozenset({"docent", "mentor"}), teaches=(f"{n}A", "2A"), team_leader_id="S9", **_called(n),
        )
        for n in range(1, STAFF)
    ]  # fmt: skip
    for n in range(STAFF, PEOPLE):
        number = n - STAFF
        if number % 2:
            emails = (f"ouder{number}@ziggo.example",)
            people.append(Person(id=f"P{n}", kind=Kind.PARENT, emails=emails, student_ids=(f"{n + 1}",), **_called(n)))
        else:
            emails = (f"{number}@leerling.school.example",)
            people.append(Person(id=f"{n}", kind=Kind.PUPIL, emails=emails, class_name=f"{n % 30}A", **_called(n)))
    school = School(name="", domains=("school.example",), pupil_domains=("leerling.school.example",))
    return Roster.build(school, people=people, contacts=[Contact(id="C1", domain="uitgever.example")])


def judge() -> Judge:
    """The shipped policy over that school."""
    policy = load((resources.files("rules") / "protocol.toml").read_text("utf-8"))
    return compile_judge(policy, roster(), str.encode)


def figures(by: Judge | None = None) -> dict[str, float]:
    """Milliseconds for each kind of mail."""
    by = by or judge()
    now = datetime(2026, 11, 17, 10, tzinfo=UTC)
    facts = Facts(now, by.roster.identify(TEACHER))
    found = {}
    for kind, to in KINDS.items():
        shown = ", ".join(to) if len(to) < len(KINDS["twenty parents"]) else TEACHER
        raw = f"From: {TEACHER}\r\nTo: {shown}\r\nSubject: Voortgang\r\n\r\n{prose(10_000)}\r\n".encode()
        # A message keeps what was read of it: each is parsed anew, and parsing is taken off again.
        whole = milliseconds(lambda raw=raw, to=to: by.judge(Case(parse(raw), (Envelope(TEACHER, to),)), facts), 60)
        found[kind] = whole - milliseconds(lambda raw=raw: parse(raw), 60)
    return found


def main() -> None:
    """Print them."""
    found = figures()
    for kind, value in found.items():
        print(f"{kind:<16} {value:7.3f} ms")
    print(f"{'judge_10k_ms':<16} {statistics.median(found.values()):7.3f} ms")


if __name__ == "__main__":
    main()
