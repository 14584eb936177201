"""The corpus: each NN-name.eml is judged by the shipped policy against the demo school, and must come out as its .expect says.

A case is three files and needs no code: the wire bytes, the label, and a .why of one or two sentences. Labels were written from the
protocol before any detector existed. On a disagreement the answer is left beside the case as .got.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.decoded import everything

HERE = Path(__file__).parent
DEMO = HERE.parent.parent / "gateway" / "demo"
SCHOOL = json.loads((DEMO / "school" / "school.json").read_text("utf-8"))
NAMES = sorted(path.stem for path in HERE.glob("*.eml"))
SCRIPT = tomllib.loads((DEMO / "messages" / "script.toml").read_text("utf-8"))["message"]
GOES_OUT = {"pass", "coach", "fix"}


def label(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.expect").read_text("utf-8"))


def run(cases: list[dict[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """What `postwacht test-policy --json` says, by file name."""
    listing = folder / "cases.jsonl"
    listing.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    command = [sys.executable, "-m", "gateway", "test-policy", str(listing), "--json", "--output", str(folder / "out")]
    command += ["--directory", str(DEMO / "school"), "--school", str(DEMO / "school" / "school.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode in {0, 1}, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {Path(answer["file"]).stem: answer for answer in answers}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    cases = [{"file": str(HERE / f"{name}.eml"), **label(name)} for name in NAMES]
    return run(cases, tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def demo_answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    cases = [{**case, "file": str(DEMO / "messages" / case["file"])} for case in SCRIPT]
    return run(cases, tmp_path_factory.mktemp("demo"))


def canonical(address: str) -> str:
    local, _, domain = address.rpartition("@")
    domain = domain.encode().decode("idna") if "xn--" in domain else domain
    return f"{local.lower()}@{domain.lower()}"


def disagreements(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """What the label asks and the answer does not give; the house's own comparison, not the command's."""
    said = []
    if got["outcome"] not in wanted.get("expect_any", [wanted["expect"]]):
        said.append(f"outcome {got['outcome']}")
    said += [
        f"{key}: {sorted(have)}"
        for key in ("visible_recipients", "envelope")
        if f"expect_{key}" in wanted
        and (have := set(map(canonical, got[key]))) != set(map(canonical, wanted[f"expect_{key}"]))
    ]
    missing = set(wanted.get("expect_clauses", ())) - {finding["clause"] for finding in got["findings"]}
    return said + [f"no finding of {clause}" for clause in sorted(missing)]


@pytest.mark.parametrize("name", NAMES)
def test_a_message_comes_out_as_its_label_says(name: str, answers: dict[str, dict[str, Any]]) -> None:
    got = answers[name]
    wrong = disagreements(label(name), got)
    if wrong or not got["ok"]:
        (HERE / f"{name}.got").write_text(json.dumps(got, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert not wrong, f"{wrong}: {(HERE / f'{name}.why').read_text('utf-8')}"
    assert got["ok"], "test-policy and the house's own comparison differ"


@pytest.mark.parametrize("name", [name for name in NAMES if label(name)["forbidden_strings"]])
def test_what_must_not_reach_a_receiver_is_nowhere_in_the_delivered_bytes(
    name: str, answers: dict[str, dict[str, Any]]
) -> None:
    got = answers[name]
    if got["outcome"] not in GOES_OUT:
        assert not got.get("delivered_path")
        return
    text = everything(Path(got["delivered_path"]).read_bytes())
    assert [word for word in label(name)["forbidden_strings"] if word.lower() in text] == []


def test_a_delivered_body_is_the_body_that_came(answers: dict[str, dict[str, Any]]) -> None:
    for name in NAMES:
        if answers[name]["outcome"] in GOES_OUT:
            came = (HERE / f"{name}.eml").read_bytes()
            came = came if b"\r\n" in came else came.replace(b"\n", b"\r\n")
            went = Path(answers[name]["delivered_path"]).read_bytes()
            assert body(went) == body(came), name


def body(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[2]


def test_a_passed_message_keeps_every_header_line_but_bcc(answers: dict[str, dict[str, Any]]) -> None:
    for name in NAMES:
        if answers[name]["outcome"] in {"pass", "coach"}:
            came = (HERE / f"{name}.eml").read_bytes()
            came = came if b"\r\n" in came else came.replace(b"\n", b"\r\n")
            kept = re.sub(
                rb"(?im)^(resent-)?bcc[ \t]*:.*\r\n([ \t].*\r\n)*", b"", came.partition(b"\r\n\r\n")[0] + b"\r\n"
            )
            assert Path(answers[name]["delivered_path"]).read_bytes().startswith(kept), name


def outside(address: str) -> bool:
    inside = {*SCHOOL["domains"], *SCHOOL["pupil_domains"]}
    return address.rpartition("@")[2].lower() not in inside or address.startswith("ouderraad@")


def test_external_mail_that_goes_out_is_archived_and_nothing_else_is(answers: dict[str, dict[str, Any]]) -> None:
    for name in NAMES:
        external = any(map(outside, label(name)["rcpt_to"]))
        assert answers[name]["archived"] == (external and answers[name]["outcome"] in GOES_OUT), name


def test_hold_and_block_deliver_nothing(answers: dict[str, dict[str, Any]]) -> None:
    for name in NAMES:
        if answers[name]["outcome"] not in GOES_OUT:
            assert not answers[name]["visible_recipients"], name
            assert not answers[name]["envelope"], name


def test_no_answer_shows_an_outsiders_address_in_its_evidence(answers: dict[str, dict[str, Any]]) -> None:
    for name in NAMES:
        shown = " ".join(str(finding["evidence"]) for finding in answers[name]["findings"]).lower()
        leaked = [address for address in label(name)["rcpt_to"] if outside(address) and address.lower() in shown]
        assert leaked == [], name


def test_the_corpus_is_large_and_half_of_it_innocent() -> None:
    innocent = [name for name in NAMES if label(name)["expect"] == "pass"]
    assert len(NAMES) >= 120
    assert len(innocent) * 2 >= len(NAMES)


def test_every_case_has_its_three_files() -> None:
    for suffix in (".expect", ".why"):
        assert sorted(path.stem for path in HERE.glob(f"*{suffix}")) == NAMES


@pytest.mark.parametrize("case", SCRIPT, ids=[case["file"] for case in SCRIPT])
def test_the_demo_script_tells_the_outcome(case: dict[str, Any], demo_answers: dict[str, dict[str, Any]]) -> None:
    assert demo_answers[Path(case["file"]).stem]["outcome"] == case["expect"]
