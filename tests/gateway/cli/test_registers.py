"""`postwacht consent` and `postwacht ground`: what is added and taken back counts at once, and stays after an import."""

from __future__ import annotations

import asyncio
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.bench import shipped_policy
from gateway.cli.setting import account
from gateway.directory.book import person_of, state
from gateway.pipeline.ruling import Rulings
from gateway.store.views import AuditRow
from rules.people import Roster
from tests.gateway.cli.conftest import Command, call, objects
from tests.support.gateway import Gateway
from tests.support.school import SCHOOL, roster

PUPIL = next(person for person in roster().people.values() if person.kind.value == "pupil" and person.parent_ids)
PARENT = PUPIL.parent_ids[0]
CONTACT = roster().contacts[0]


def in_force(installation: Gateway) -> Roster:
    """The roster a worker would judge by."""

    async def look() -> Roster:
        async with installation.store() as store:
            await store.put_policy(shipped_policy(), "test")
            rulings = Rulings(store, roster().school, bytes(32))
            await rulings.load()
            return rulings.current.roster

    return asyncio.run(look())


def audit(installation: Gateway) -> list[AuditRow]:
    async def look() -> list[AuditRow]:
        async with installation.store() as store:
            return list(await store.audit_rows())

    return asyncio.run(look())


def listed(at: Command, register: str, number: str) -> dict[str, Any]:
    return next(row for row in objects(at(register, "list", "--json")) if row["id"] == number)


def test_a_consent_is_added_listed_used_and_taken_back(at: Command, installation: Gateway) -> None:
    done = at(
        "consent", "add", PUPIL.id, CONTACT.email or CONTACT.id, "phone,grades", "health", "--purpose", "uitje",
        "--given-by", PARENT, "--from", "2026-01-01", "--until", "2099-12-31", "--evidence", "map 3",
    )  # fmt: skip
    assert (done.exit_code, done.stdout) == (0, "T1 registered\n")
    row = listed(at, "consent", "T1")
    assert row == {
        "id": "T1", "subject_id": PUPIL.id, "recipient": CONTACT.id, "data_kinds": ["phone", "grades", "health"],
        "purpose": "uitje", "given_by": PARENT, "valid_from": "2026-01-01", "valid_until": "2099-12-31",
        "evidence": "map 3", "status": "gegeven", "state": "holds",
    }  # fmt: skip
    (consent,) = [one for one in in_force(installation).consents if one.id == "T1"]
    assert consent.valid(date(2026, 6, 1))
    assert (consent.subject_id, consent.given_by, consent.recipient) == (PUPIL.id, PARENT, CONTACT.id)
    assert at("consent", "withdraw", "t1", "--reason", "ouder belde").exit_code == 0
    assert listed(at, "consent", "T1")["state"] == "withdrawn"
    (consent,) = [one for one in in_force(installation).consents if one.id == "T1"]
    assert not consent.valid(date(2099, 1, 1))
    assert consent.valid(date(2026, 1, 2)), "what was sent before was sent with consent"
    again = at("consent", "withdraw", "T1")
    assert (again.exit_code, again.stderr) == (1, "T1 was withdrawn already\n")


def test_every_change_stands_in_the_audit_chain(at: Command, installation: Gateway) -> None:
    at("consent", "add", PUPIL.id, "ouders:3b", "phone")
    at("ground", "add", CONTACT.id, "bsn", "--law", "Leerplichtwet")
    at("consent", "withdraw", "T1", "--reason", "gebeld")
    at("ground", "withdraw", "W1")
    rows = [row for row in audit(installation) if row.act.startswith(("consent", "ground"))]
    assert [row.act for row in rows] == ["consent_added", "ground_added", "consent_withdrawn", "ground_withdrawn"]
    assert {row.actor for row in rows} == {account()}
    assert rows[0].detail["recipient"] == "ouders:3B"
    assert rows[2].detail["withdrawn_because"] == "gebeld"


def test_a_ground_is_of_a_contact_or_a_kind_of_contact(at: Command, installation: Gateway) -> None:
    kind = next(contact.kind for contact in roster().contacts if contact.kind)
    assert at("ground", "add", kind.upper(), "health", "--law", "Wet X").stdout == "W1 registered\n"
    assert at("ground", "add", CONTACT.id.lower(), "health").stdout == "W2 registered\n"
    assert [ground.party for ground in in_force(installation).grounds if ground.id in {"W1", "W2"}] == [
        kind,
        CONTACT.id,
    ]
    wrong = at("ground", "add", "niemand", "health")
    assert wrong.exit_code == 2
    assert kind in wrong.stderr
    assert at("ground", "withdraw", "W1").exit_code == 0
    ended = next(ground for ground in in_force(installation).grounds if ground.id == "W1")
    assert not ended.valid(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("consent", "add", "nobody", "ouders:3B", "phone"), "nobody is nobody in the directory"),
        (("consent", "add", "x@nergens.example", "ouders:3B", "phone"), "is nobody in the directory"),
        (("consent", "add", PUPIL.id, "winkel", "phone"), "winkel is not in contacts and not ouders:KLAS"),
        (("consent", "add", PUPIL.id, "ouders:3B", "schoenmaat"), "schoenmaat: kinds of data are email_address, "),
        (("consent", "add", PUPIL.id, "ouders:3B", "phone", "--from", "1 mei"), "Invalid value"),
        (("consent", "add", PUPIL.id, "ouders:3B"), "Missing argument"),
    ],
)
def test_whoever_or_whatever_is_not_known_is_refused(at: Command, words: tuple[str, ...], said: str) -> None:
    done = at(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_what_is_not_there_can_not_be_taken_back(at: Command) -> None:
    for register in ("consent", "ground"):
        done = at(register, "withdraw", "Z9")
        assert (done.exit_code, done.stderr.startswith("there is no Z9")) == (1, True)


def test_an_address_of_several_people_names_none(at: Command, installation: Gateway, tmp_path: Path) -> None:
    folder = directory(tmp_path, "id,email,student_ids\nQ1,samen@gezin.example,\nQ2,samen@gezin.example,\n")
    assert at("directory", "import", folder, "--force").exit_code == 0
    done = at("consent", "add", "samen@gezin.example", "ouders:3B", "phone")
    assert (done.exit_code, done.stderr) == (2, "samen@gezin.example is several people (Q1, Q2)\n")


def directory(folder: Path, parents: str = "", consents: str = "") -> Path:
    """The demo's directory with other files in it."""
    shutil.copytree(SCHOOL, folder / "export")
    for name, text in (("parents", parents), ("consents", consents)):
        if text:
            (folder / "export" / f"{name}.csv").write_text(text)
    return folder / "export"


def test_a_consent_of_the_directory_stays_withdrawn_whatever_the_next_import_says(
    at: Command, installation: Gateway, tmp_path: Path
) -> None:
    row = f"{PUPIL.id},ouders:3B,phone,2026-01-01"
    folder = directory(tmp_path, consents=f"subject_id,recipient,data_kinds,valid_from\n{row}\n")
    assert at("directory", "import", folder, "--force").exit_code == 0
    assert listed(at, "consent", "1")["state"] == "holds"
    assert at("consent", "withdraw", "1").exit_code == 0
    other = f"{PUPIL.id},ouders:3B,grades,2026-01-01"
    (folder / "consents.csv").write_text(f"subject_id,recipient,data_kinds,valid_from\n{other}\n{row}\n")
    assert at("directory", "import", folder, "--force").exit_code == 0
    assert (listed(at, "consent", "1")["state"], listed(at, "consent", "2")["state"]) == ("holds", "withdrawn")
    assert at("consent", "withdraw", "1").exit_code == 0
    states = {row["id"]: row["state"] for row in objects(at("consent", "list", "--json"))}
    assert states == {"1": "withdrawn", "2": "withdrawn"}
    assert not any(consent.valid(date(2099, 1, 1)) for consent in in_force(installation).consents)


def test_an_empty_register_says_so(at: Command, tmp_path: Path) -> None:
    folder = directory(tmp_path, consents="subject_id,recipient,data_kinds\n")
    assert at("directory", "import", folder, "--force").exit_code == 0
    assert at("consent", "list").stdout == "nothing is registered\n"
    assert at("consent", "list", "--json").stdout == ""


def test_lists_for_people_and_of_one_person(at: Command) -> None:
    brought = len(roster().grounds)
    assert len(at("ground", "list").stdout.splitlines()) == brought
    assert len(objects(at("ground", "list", "--json"))) == brought
    at("consent", "add", PUPIL.id, "ouders:3B", "phone")
    at("consent", "add", PARENT, "ouders:3B", "phone", "--refused")
    lines = at("consent", "list", "--subject", PUPIL.id).stdout.splitlines()
    assert f"T1  holds  {PUPIL.id}  ouders:3B  phone  .." in lines
    assert not any(line.startswith("T2") for line in lines)
    assert any(line.startswith("T2  refused") for line in at("consent", "list").stdout.splitlines())


def test_without_a_directory_there_is_nobody_to_consent() -> None:
    service = Gateway.prepare(1, import_school=False)
    try:
        config = service.home / "postwacht.toml"
        assert call("--config", config, "consent", "list").exit_code == 3
        assert call("--config", config, "policy", "import").exit_code == 0
        done = call("--config", config, "consent", "list")
        assert (done.exit_code, done.stderr) == (3, "no directory is in force: postwacht directory import\n")
    finally:
        service.stop()


TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "holds"),
        ({"valid_from": TODAY.isoformat(), "valid_until": TODAY.isoformat()}, "holds"),
        ({"valid_from": (TODAY + timedelta(1)).isoformat()}, "not yet"),
        ({"valid_until": (TODAY - timedelta(1)).isoformat()}, "ended"),
        ({"withdrawn_on": TODAY.isoformat()}, "withdrawn"),
        ({"withdrawn_on": (TODAY + timedelta(1)).isoformat()}, "holds"),
        ({"status": "ingetrokken"}, "withdrawn"),
        ({"status": "geweigerd"}, "refused"),
    ],
)
def test_what_an_entry_is_worth_today(row: dict[str, object], said: str) -> None:
    assert state(row, TODAY) == said


def test_a_person_may_be_named_by_an_address() -> None:
    address = next(address for address in PUPIL.emails if "@" in address)
    assert person_of(roster(), address) == PUPIL.id
