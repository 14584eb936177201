"""A repaired message is no more suspect to a spam filter than it was: a real SpamAssassin scores it before and after.

A few letters of every kind here; in `make soak` every message of the corpus and the examples that is repaired, and the
figures, which stand in docs/spam-scores.md, are printed.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.cli.bench import Bench, Sources, as_sent, set_up
from gateway.cli.setting import Place
from gateway.delivery.attempt import Office
from gateway.delivery.dkim import Signer
from gateway.store.disposition import Job, JobKind, pack_edits
from rules.message import HeaderEdit, apply_edits, bcc_edits, parse
from rules.verdict import Action
from tests.gateway.delivery.conftest import HEAD
from tests.support.spam import Score, as_received, scores

ROOT = Path(__file__).parents[3]
SOAK = bool(os.environ.get("POSTWACHT_SOAK"))
DEMO, EXAMPLES, CORPUS = ROOT / "gateway" / "demo", ROOT / "tests" / "examples", ROOT / "tests" / "corpus"
MORE_AS_BCC, MORE_AS_COPIES = 2.0, 0.0
# In CI so many of each source; a message takes a tenth of a second.
SAMPLE = 6
COPIES = (ROOT / "rules" / "protocol.toml").read_text("utf-8").replace('repair = "bcc"', 'repair = "copies"')


@dataclass(frozen=True)
class Repaired:
    """One message that is repaired: as it came, and as one recipient gets it."""

    name: str
    before: bytes
    after: bytes


def cases() -> Iterator[tuple[Path, dict[str, object], Path]]:
    """Each message with its envelope and the school that sends it."""
    for line in (EXAMPLES / "messages" / "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        yield EXAMPLES / "messages" / case["file"], case, EXAMPLES / "directory"
    for path in sorted(CORPUS.glob("*.eml")):
        yield path, json.loads(path.with_suffix(".expect").read_text("utf-8")), DEMO / "school"


def repaired(policy: Path | None) -> Iterator[Repaired]:
    office = Office(HEAD.hostname, HEAD, Signer(), b"k" * 32)
    benches: dict[Path, Bench] = {}
    seen: Counter[Path] = Counter()
    for path, case, school in cases():
        if case["expect"] != "fix" or (not SOAK and seen[school] == SAMPLE):
            continue
        if school not in benches:
            benches[school] = set_up(Place(), Sources(policy=policy, directory=school), None)
        raw = as_sent(path.read_bytes())
        judged = benches[school].judged(raw, mail_from=str(case["mail_from"]), rcpt_to=tuple(case["rcpt_to"]))  # type: ignore[arg-type]
        if judged.verdict.action is not Action.FIX:  # nothing to compare: another test says whether that is right
            continue
        seen[school] += 1
        at = benches[school].now(judged.message)
        delivery = judged.verdict.deliveries[0]
        edits = pack_edits(delivery.edits)
        options = {"peer": "10.1.2.3", "helo": "klas.test", "auth": "1", "tls": "1"}
        job = Job(
            1,
            "7H2K9MQ4TX1C",
            JobKind.MESSAGE,
            str(case["mail_from"]),
            delivery.rcpt_to,
            edits,
            {},
            0,
            at,
            None,
            "m",
            options,
        )
        sent = b"".join(office.mail(job, raw, at).buffers).replace(b"\r\n..", b"\r\n.")
        through = "postwacht.school.example (postwacht.school.example [10.1.0.5])"
        before = apply_edits(raw, bcc_edits(judged.message))
        yield Repaired(path.name, as_received(before, at), as_received(sent, at, through=through))


def careless(raw: bytes) -> bytes:
    """What a repair might look like that takes the addresses away and puts nothing in their place."""
    message = parse(raw)
    return apply_edits(
        raw, (HeaderEdit(one.start, one.end, b"") for name in ("to", "date") for one in message.all(name))
    )


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, Score, Score]]]:
    """For each kind of repair: the message, and what it scores before and after. One SpamAssassin for all."""
    folder = tmp_path_factory.mktemp("spam")
    copies = folder / "copies.toml"
    copies.write_text(COPIES, "utf-8")
    assert 'repair = "copies"' in COPIES
    found = {"bcc": list(repaired(None)), "copies": list(repaired(copies))}
    found["careless"] = [replace(one, after=careless(one.before)) for one in found["bcc"][:3]]
    flat = [raw for several in found.values() for one in several for raw in (one.before, one.after)]
    answers = iter(scores(flat, folder))
    return {kind: [(one.name, next(answers), next(answers)) for one in several] for kind, several in found.items()}


@pytest.mark.parametrize(("kind", "allowed"), [("bcc", MORE_AS_BCC), ("copies", MORE_AS_COPIES)])
def test_a_repair_makes_no_message_more_suspect(
    kind: str, allowed: float, compared: dict[str, list[tuple[str, Score, Score]]], capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared[kind]
    assert len(found) >= 2 * SAMPLE - 2
    worse = {
        name: after.more_than(before) for name, before, after in found if after.score - before.score > allowed + 0.001
    }
    if SOAK:
        with capsys.disabled():
            print(f"\n{kind}:", *figures(found), sep="\n  ")
    assert not worse


def test_a_careless_repair_would_be_noticed(compared: dict[str, list[tuple[str, Score, Score]]]) -> None:
    """The filter is awake: without To and Date the same letters are more suspect."""
    for _, before, after in compared["careless"]:
        assert after.score > before.score + MORE_AS_COPIES + 0.5
        assert "MISSING_HEADERS" in after.more_than(before)


def figures(found: list[tuple[str, Score, Score]]) -> Iterator[str]:
    """The lines of the table in docs/spam-scores.md."""
    steps = sorted(after.score - before.score for _, before, after in found)
    yield f"{len(found)} messages, least {steps[0]:+.2f}, median {steps[len(steps) // 2]:+.2f}, most {steps[-1]:+.2f}"
    rules: Counter[str] = Counter()
    for _, before, after in found:
        rules.update({f"{name} {value:+.2f}": 1 for name, value in after.more_than(before).items()})
    yield from (f"{name}: {count}" for name, count in rules.most_common())
