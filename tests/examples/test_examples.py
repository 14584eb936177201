"""A second school's labelled messages: another directory, other hands, the same protocol.

`messages/cases.jsonl` is what `postwacht test-policy` takes. The groups listed here are those whose clauses are built; the others
wait for theirs.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.decoded import everything
from tests.corpus.test_corpus import canonical

HERE = Path(__file__).parent
BUILT = frozenset(
    "parents_addressing parents_single address_syntax calendar long_lists auto_replies smime quoted_threads mime_attacks"
    " private_third_party private_to_parents attachments clean_lookalikes evasion".split()
)
CASES = {
    case["file"]: case
    for line in (HERE / "messages" / "cases.jsonl").read_text("utf-8").splitlines()
    if (case := json.loads(line))["group"] in BUILT
}
# What is only signed is read like any other.
SIGNED = {"083_opaque_signed_prive_naar_derde.eml": ("De moeder van Noa", "06-38804077", "Beukenhof 3-2, 6883 LM")}
SCHOOL = json.loads((HERE / "directory" / "school.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("examples")
    listing = folder / "cases.jsonl"
    cases = [{**case, "file": str(HERE / "messages" / name)} for name, case in CASES.items()]
    listing.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    command = [
        sys.executable,
        "-m",
        "gateway",
        "test-policy",
        str(listing),
        "--json",
        "--why",
        "--output",
        str(folder / "out"),
    ]
    command += ["--directory", str(HERE / "directory"), "--school", str(HERE / "directory" / "school.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(found) == len(CASES), done.stderr
    return {Path(answer["file"]).name: answer for answer in found}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_labelled_message_of_another_school_comes_out_as_its_label_says(
    name: str, answers: dict[str, dict[str, Any]]
) -> None:
    case, got = CASES[name], answers[name]
    assert got["ok"], case["why"]
    assert got["outcome"] in case["expect_any"], case["why"]
    if got["outcome"] == "fix":
        assert [canonical(address) for address in got["visible_recipients"]] == [case["mail_from"]]
    if got["outcome"] in {"pass", "coach", "fix"}:
        kept = {canonical(address) for address in got["envelope"]} - {case["mail_from"]}
        assert kept == {canonical(address) for address in case["rcpt_to"]} - {case["mail_from"]}


@pytest.mark.parametrize("name", SIGNED)
def test_what_is_only_signed_is_read_and_shown(name: str, answers: dict[str, dict[str, Any]]) -> None:
    read = " ".join(" ".join(at["text"].split()) for at in answers[name]["opened"])
    assert [words for words in SIGNED[name] if words not in read] == []
    assert "not_inspectable" not in {finding["rule"] for finding in answers[name]["findings"]}


@pytest.mark.parametrize("name", CASES)
def test_nobody_outside_reads_another_outsiders_address_in_what_a_fix_delivers(
    name: str, answers: dict[str, dict[str, Any]]
) -> None:
    got = answers[name]
    if not got["delivered_path"]:
        assert not got["envelope"]
        return
    text = everything(Path(got["delivered_path"]).read_bytes())
    forbidden = [word.lower() for word in CASES[name]["forbidden_strings"]]
    if got["outcome"] == "fix":
        inside = tuple(f"@{domain}" for domain in (*SCHOOL["domains"], *SCHOOL["pupil_domains"]))
        forbidden += [address for address in map(canonical, got["envelope"]) if not address.endswith(inside)]
    assert [word for word in forbidden if word in text] == []
