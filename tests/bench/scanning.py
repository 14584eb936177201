"""How long a scan takes: `scan_10k_ms`, `scan_1m_ms` and the two other forms of a megabyte, and what each detector costs.

Prose as schools write it, Dutch, with a value in every twentieth line; `scan_10k_dense_ms` is of a text where every
second line holds values, as a class list does. A roster of 5,000 people. Medians.
`python -m tests.bench.scanning` prints the figures alone.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from importlib import resources

from rules import scan
from rules.people import Contact, Kind, Person, Roster, School
from rules.policy import load
from rules.text import html_text
from rules.text.context import Context

PEOPLE = 5_000
LINES = (
    "Beste ouders en verzorgers, volgende week dinsdag om 19.30 uur is de informatieavond in de aula.",
    "Wilt u het strookje voor vrijdag 20 november ondertekend teruggeven aan de mentor van 3B?",
    "De toets over hoofdstuk 4 en 5 is verplaatst naar lokaal 1.17; neem je rekenmachine mee.",
    "Zoals afgesproken sturen we de planning van periode 2 nog deze maand, zie ook bladzijde 34 van de gids.",
    "Het kamp kost 145,00 per leerling, te betalen in drie termijnen voor 1 maart 2027.",
    "We vertrekken om 8.15 uur met de bus en zijn rond 17.00 uur terug op school. Vergeet geen brood en regenjas!",
    "Fijn dat u er gisteren was; we hebben het gesprek als prettig ervaren en houden u op de hoogte van het vervolg.",
    "Wie nog een boek van de bibliotheek in de tas heeft, levert het deze week in bij de balie naast de kantine.",
    "De vakgroep kijkt in het voorjaar opnieuw naar de lessentabel, samen met de leerlingenraad en de ouders.",
    "Thanks for the quick answer, I will pass it on to my colleague who runs the debating club after lunch.",
    "Dank je wel voor je bericht. Ik kom er morgen op terug, want ik ben vandaag de hele dag op excursie.",
)
ACCENTED = "Privé: één geïnteresseerde coördinator uit België las de enquête over reünies — “heel ruïneus”."
VALUES = (
    "Hij is te bereiken op 06-12345678 of 0570 61 23 45.",
    "Haar moeder: joke.vandervelde@ziggo.example",
    "Het adres is Burg. Jansenlaan 12-a, 7411 KX Deventer.",
    "IBAN NL91 ABNA 0417 1643 00 t.n.v. de familie",
    "BSN 111222333, geboren 12 maart 2011, leerlingnummer 204566",
    "Engels 6,4; Nederlands 5,8; wiskunde 7,1",
)
MARKUP = "<p class=\"MsoNormal\"><span style='font-size:11.0pt'>{}</span></p>\r\n"


def prose(size: int, *, every: int = 20, accents: bool = False) -> str:
    """So many letters of mail, values in every so manieth line."""
    choice = random.Random(4)
    lines: list[str] = []
    letters = 0
    while letters < size:
        value = len(lines) % every == every - 1
        line = choice.choice(VALUES) if value else choice.choice(LINES)
        if accents and len(lines) % 8 == 7:
            line = ACCENTED
        lines.append(line)
        letters += len(line) + 2
    return "\r\n".join(lines)[:size]


def markup(size: int) -> str:
    """The same as Outlook's HTML."""
    body = "".join(MARKUP.format(line) for line in prose(size).splitlines())
    return f"<html><body>{body[:size]}</body></html>"


def roster() -> Roster:
    """A school of 5,000 people."""
    people = [
        Person(id=f"P{n}", kind=Kind.PARENT, private_emails=(f"ouder{n}@ziggo.example",), student_ids=(f"{n}",))
        if n % 2
        else Person(id=f"L{n}", kind=Kind.PUPIL, emails=(f"{n}@leerling.school.example",))
        for n in range(PEOPLE)
    ]
    school = School(
        name="", domains=("school.example",), pupil_domains=("leerling.school.example",), phones=("0570-612399",),
        street="Kerkallee", house_number="100", postcode="6882 AZ", iban="NL44RABO0870486672",
    )  # fmt: skip
    return Roster.build(school, people=people, contacts=[Contact(id="C1", domain="uitgever.example")])


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of so many runs, in time of this process."""
    work()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


def figures() -> dict[str, float]:
    """The published ones."""
    policy = load((resources.files("rules") / "protocol.toml").read_text("utf-8"))
    look = scan.compile(roster(), policy.private_mail).scan
    dense = prose(10_000, every=2)
    small, large, accented, html = prose(10_000), prose(1_000_000), prose(1_000_000, accents=True), markup(1_000_000)
    return {
        "scan_10k_ms": round(milliseconds(lambda: look(small), 50), 3),
        "scan_10k_dense_ms": round(milliseconds(lambda: look(dense), 50), 3),
        "scan_1m_ms": round(milliseconds(lambda: look(large), 3), 1),
        "scan_1m_utf8_ms": round(milliseconds(lambda: look(accented), 3), 1),
        "scan_1m_html_ms": round(milliseconds(lambda: look(html_text(html).text), 3), 1),
    }


def shares(every: int) -> dict[str, float]:
    """What each detector takes of 10 KB, in milliseconds."""
    small = prose(10_000, every=every)
    return {kind: milliseconds(lambda find=find: find(Context(small)), 50) for kind, find in scan.DETECTORS.items()}


def main() -> None:
    """Print the figures, and each detector's share: of prose, and of a list."""
    for name, value in figures().items():
        print(f"{name:<20} {value:8.3f}")
    listed = shares(2)
    for kind, value in shares(20).items():
        print(f"{kind:<20} {value:8.3f} {listed[kind]:8.3f}")


if __name__ == "__main__":
    main()
