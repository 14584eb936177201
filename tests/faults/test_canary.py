"""Strings nobody else uses go in with a message; while it is held and after it left, nothing on the machine shows them.

Not in a file of the state, not in the logs, not in the metrics; and a dump of the database shows nobody of the school.
"""

from __future__ import annotations

import base64
import csv
import smtplib
import sqlite3
import ssl
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.gateway import PASSWORD, Gateway, wait_until
from tests.support.papers import pdf
from tests.support.postgres import server
from tests.support.school import SCHOOL
from tests.support.sink import Sink
from tests.support.talk import AYLIN, MENTOR, SANNE

LARGE = 400_000  # over the 256 KB that fit a row: it becomes a file


class Canaries:
    """One string for each place of a message; `sung` tells every way they could be written down."""

    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:8]
        self.body, self.subject, self.file, self.name, self.address = (
            f"kanarie-{place}-{mark}" for place in ("tekst", "onderwerp", "bijlage", "naam", "adres")
        )
        self.recipient = f"{self.address}@vogels.test"

    def message(self, mark: str, to: tuple[str, ...], *, held: bool, size: int) -> bytes:
        leak = "jan.bakker@gmail.example" if held else ""
        blob = base64.encodebytes(pdf(self.file, size)).decode().replace("\n", "\r\n")
        return (
            f'From: "{self.name}" <{MENTOR}>\r\nTo: {", ".join(to)}\r\nSubject: {self.subject}\r\nX-Mark: {mark}\r\n'
            f"Message-ID: <{mark}.{self.address}@klas.test>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0100\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=b"\r\n\r\n'
            f"--=b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{self.body} {leak}\r\n"
            f"--=b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
            f'Content-Disposition: attachment; filename="{self.file}.pdf"\r\n\r\n{blob}--=b--\r\n'
        ).encode()

    def sung(self) -> dict[str, bytes]:
        return {
            f"{word} {how}": form
            for word in (self.body, self.subject, self.file, self.name, self.address)
            for how, form in written(word)
        }


def written(word: str) -> Iterator[tuple[str, bytes]]:
    """A word as bytes, as UTF-16, in capitals, in hex, and as base64 wherever in its group of three it starts."""
    raw = word.encode()
    yield from (
        ("plain", raw),
        ("utf-16", word.encode("utf-16-le")),
        ("capitals", raw.upper()),
        ("hex", raw.hex().encode()),
    )
    for shift in range(3):
        # Whole groups only: what the neighbours of the word do to its first and last letters is left off.
        coded = base64.b64encode(b"\0" * shift + raw)
        yield f"base64 at {shift}", coded[4 if shift else 0 : len(coded) - 4]


def heard(places: dict[str, bytes], canaries: Canaries) -> list[str]:
    return [
        f"{what} in {where}" for where, text in places.items() for what, form in canaries.sung().items() if form in text
    ]


def state(gateway: Gateway) -> dict[str, bytes]:
    """Every file of the state, whatever it is called, and its name too."""
    files = [path for path in gateway.state.rglob("*") if path.is_file()]
    assert any(path.parent.name != "state" for path in files), "the large message is a file of its own"
    found = {str(path): str(path).encode() + path.read_bytes() for path in files}
    if gateway.databases:
        found |= server().files(*gateway.databases)
    return found


def outside(gateway: Gateway) -> dict[str, bytes]:
    """What is written for others to read: the log, the metrics, the answer of /readyz."""
    return {
        "log": gateway.log().encode(),
        "metrics": gateway.get(gateway.metrics_port, "/metrics")[1].encode(),
        "readyz": gateway.get(gateway.web_port, "/readyz")[1].encode(),
    }


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    server = Sink.start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def gateway(request: pytest.FixtureRequest, sink: Sink) -> Iterator[Gateway]:
    if request.param == "sqlite":
        service = Gateway.start(sink.port, workers=2, logins=(MENTOR,))
        yield service
        service.stop()
        return
    pair = server().pair()
    service = Gateway.start(sink.port, logins=(MENTOR,), databases=pair)
    yield service
    service.stop()
    server().give_back(pair)


@pytest.mark.parametrize("size", [2_000, LARGE], ids=["in-a-row", "in-a-file"])
def test_no_canary_sings_while_it_is_held_and_after_it_left(gateway: Gateway, sink: Sink, size: int) -> None:
    canaries = Canaries()
    marks, answers = [uuid.uuid4().hex[:10] for _ in range(2)], []
    with smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30) as client:
        for mark, held in zip(marks, (False, True), strict=True):
            to = (canaries.recipient, AYLIN, SANNE)
            client.sendmail(MENTOR, to, raw := canaries.message(mark, to, held=held, size=LARGE if held else size))
            answers.append(raw)
    wait_until(lambda: sink.taken[marks[0], AYLIN] == 1)
    delivered = sink.messages[marks[0]][0]
    assert all(word.encode() in delivered for word in (canaries.body, canaries.subject, canaries.name)), "it did sing"
    gateway.run("quarantine", "list")
    assert heard(state(gateway) | outside(gateway), canaries) == []
    assert sink.taken[marks[1], AYLIN] == 0


def test_a_message_that_is_still_coming_in_is_nowhere_in_the_clear(gateway: Gateway) -> None:
    canaries = Canaries()
    client = smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30)
    client.ehlo("x.test")
    client.mail(MENTOR)
    client.rcpt(AYLIN)
    client.docmd("DATA")
    client.send(canaries.message("half", (AYLIN,), held=False, size=1_000_000)[:900_000])
    assert heard(state(gateway) | outside(gateway), canaries) == []
    client.close()


def test_a_password_is_nowhere(gateway: Gateway) -> None:
    """Neither the right one nor one that was wrong, in the clear or as AUTH sends it."""
    wrong, trust = "Kanarie-Geheim-1", ssl.create_default_context(cafile=str(gateway.home / "cert.pem"))
    with smtplib.SMTP_SSL("127.0.0.1", gateway.tls_port, context=trust, timeout=30) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(MENTOR, wrong)
        client.login(MENTOR, PASSWORD)
    forms = [form for password in (wrong, PASSWORD) for _, form in written(password)]
    assert not [
        where for where, text in (state(gateway) | outside(gateway)).items() if any(form in text for form in forms)
    ]


def people() -> set[str]:
    """Every address and every full name of the school's directory."""
    found: set[str] = set()
    for path in SCHOOL.glob("*.csv"):
        for row in csv.DictReader(path.read_text("utf-8").splitlines()):
            found |= {value for key, value in row.items() if value and key in {"email", "private_email", "name"}}
    return {one for one in found if "@" in one or " " in one}


def dumps(gateway: Gateway) -> Iterator[str]:
    """The state and the keys, each as a backup holds them."""
    if gateway.databases:
        yield from (server().dump(one).decode("utf-8", "replace") for one in gateway.databases)
        return
    for name in ("postwacht.db", "keys.db"):
        with closing(sqlite3.connect(f"file:{gateway.state / name}?mode=ro", uri=True)) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            yield "\n".join(database.iterdump())


def test_a_dump_of_the_databases_shows_no_person_and_no_subject(gateway: Gateway, sink: Sink) -> None:
    canaries, mark = Canaries(), uuid.uuid4().hex[:10]
    with smtplib.SMTP("127.0.0.1", gateway.plain_port, timeout=30) as client:
        client.sendmail(MENTOR, (AYLIN, SANNE), canaries.message(mark, (AYLIN, SANNE), held=False, size=10))
    wait_until(lambda: sink.taken[mark, AYLIN] == 1)
    assert len(people()) > 300
    for dump in dumps(gateway):
        assert len(dump) > 1000
        shown = [one for one in people() if one.lower() in dump.lower() or one.encode().hex() in dump.lower()]
        assert shown == []
        assert canaries.subject not in dump


def test_the_files_are_their_owners_alone(gateway: Gateway) -> None:
    for path in gateway.state.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_search_itself_finds_a_canary_however_it_is_written(tmp_path: Path) -> None:
    """The test of the test: each way of writing a word down is recognised."""
    canaries = Canaries()
    word = canaries.body
    for text in (
        b"x" + word.encode(), word.encode("utf-16"), word.upper().encode(), base64.b64encode(b"a" + word.encode() + b"zz"),
        base64.b64encode(b"ab" + word.encode()), base64.b64encode(b"abc" + word.encode() + b"z"), word.encode().hex().encode(),
    ):  # fmt: skip
        assert heard({"it": text}, canaries), text
