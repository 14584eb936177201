"""`postwacht scan`: what is private in texts, whatever a policy thinks of it.

Promises: one JSON object for each line read, in the same order, as soon as it is read; offsets are code points. A line
that is no text of ours ends the command with its number and nothing of what it says; those before it were answered.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from gateway.cli.bench import FOLDER_KEY, shipped_policy
from gateway.cli.setting import FILE, FOLDER, Place, Stop, pass_place, takes_config
from gateway.config.school import read_school
from gateway.crypto import blind
from gateway.directory import import_directory, load_roster, school_beside
from gateway.directory.roster import SCHOOL_FILES
from rules import scan
from rules.people import Roster, School, ValueIndex
from rules.policy import load
from rules.text.hits import HIGH


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a text, as without it: there is no other form.")
@click.option("--low", is_flag=True, help="Doubtful findings too.")
@click.option("--directory", type=FOLDER, metavar="DIR", help="The people of the school.")
@click.option("--school", type=FILE, metavar="FILE", help="The school, as JSON or TOML.")
@takes_config
@pass_place
def command(place: Place, /, *, as_json: bool, low: bool, directory: Path | None, school: Path | None) -> None:
    """Read JSON lines {"id", "text"}, write what is private in each."""
    del as_json
    # Digests of a folder are kept nowhere: any key does.
    digester = partial(blind, FOLDER_KEY)
    roster = find_roster(place, directory, school, digester)
    index = ValueIndex.build(roster.people.values(), roster.contacts, digester)
    scanner = scan.compile(roster, load(shipped_policy()).private_mail, index=index)
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        name, text = read(line, number)
        findings = [
            {"kind": one.kind, "start": one.start, "end": one.end, "confidence": one.confidence}
            for one in scanner.scan(text)
            if low or one.confidence == HIGH
        ]
        click.echo(json.dumps({"id": name, "findings": findings}))


def find_roster(place: Place, directory: Path | None, school: Path | None, digester: Callable[[str], bytes]) -> Roster:
    """Find who is at work here: the folder and the school named, the school beside the folder, the configuration's."""
    if school is not None:
        own = read_school(school)
    elif directory is not None and any((directory / name).is_file() for name in SCHOOL_FILES):
        own = school_beside(directory)
    else:
        own = place.config.school if place.config else School(name="")
    if directory is None:
        return Roster.build(own)
    done = import_directory([directory], digester=digester)
    if done.rejected:
        click.echo(f"{directory}: {len(done.rejected)} rows rejected (directory import --dry-run)", err=True)
    return load_roster(done.blob, own)


def read(line: bytes, number: int) -> tuple[object, str]:
    """Read one line: its id, whatever that is, and its text."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise Stop(f"line {number} is no JSON") from exc
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise Stop(f'line {number} is no object with "id" and "text"')
    return data.get("id"), data["text"]
