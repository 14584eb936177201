"""A policy text: read whole, or refused with every mistake and its line."""

from __future__ import annotations

import hashlib
from importlib import resources

import pytest

from rules.policy import PolicyError, load
from rules.text.context import Context
from rules.verdict import Action, Approver

TEXT = (resources.files("rules") / "protocol.toml").read_text()


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as caught:
        load(text, "beleid.toml")
    assert str(caught.value) == "\n".join(caught.value.mistakes)
    return caught.value.mistakes


def changed(old: str, new: str, *, after: str = "") -> str:
    start = TEXT.index(after)
    assert old in TEXT[start:]
    return TEXT[:start] + TEXT[start:].replace(old, new, 1)


def line_of(text: str, part: str, *, after: str = "") -> int:
    return text[: text.index(part, text.index(after))].count("\n") + 1


def test_the_shipped_policy_has_all_clauses_and_enforces_what_can_be_checked() -> None:
    policy = load(TEXT)
    assert list(policy.clauses) == [f"C{number}" for number in range(1, 38)]
    assert all(clause.mode == "enforce" for clause in policy.clauses.values() if clause.built)
    assert {name for name in ("C3", "C18", "C19", "C34") if policy.clauses[name].built} == {"C3", "C18", "C19", "C34"}
    assert policy.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert policy.clauses["C19"].action is Action.FIX
    assert policy.clauses["C18"].approver is Approver.TEAM_LEADER
    assert policy.matrix["third_party"]["credentials"] == ((1, Action.BLOCK, None),)
    assert policy.matrix["other_family"]["contact"] == (
        (1, Action.HOLD, Approver.SELF),
        (2, Action.HOLD, Approver.TEAM_LEADER),
    )
    assert "gmail" in policy.private_mail


def test_a_clause_has_a_title_in_both_languages() -> None:
    clause = load(TEXT).clauses["C19"]
    assert clause.title("nl") == "Eigen adres in Aan, alle andere in BCC"
    assert clause.title("en") == "Own address in To, all others in BCC"


def test_an_observed_policy_observes_everything_but_the_archive_duty() -> None:
    observed = load(changed('mode = "enforce"', 'mode = "off"', after="[clauses.C18]")).observed()
    assert observed.clauses["C34"].mode == "enforce"
    assert observed.clauses["C18"].mode == "off"
    assert observed.clauses["C19"].mode == "observe"
    assert observed.observing
    assert not load(TEXT).observing


def test_words_are_compared_without_capitals() -> None:
    assert "mentor" in load(changed("may_send_encrypted = []", 'may_send_encrypted = ["Mentor"]')).may_send_encrypted


def test_a_policy_from_before_there_were_labels_means_the_usual_words() -> None:
    usual = load(TEXT).confidential_labels
    line = next(line for line in TEXT.splitlines() if line.startswith("confidential_labels"))
    assert load(changed(line, "")).confidential_labels == usual == {"vertrouwelijk", "confidential", "geheim", "secret"}
    assert load(changed(line, 'confidential_labels = ["Rood"]')).confidential_labels == {"rood"}
    assert (
        "general.confidential_labels: must be a list of words" in mistakes(changed(line, "confidential_labels = 1"))[0]
    )


@pytest.mark.parametrize(
    ("text", "start"),
    [("[general\n", "beleid.toml:1: is no TOML: "), ("[general]\na = \n", "beleid.toml:2: is no TOML: ")],
)
def test_what_is_no_toml_says_where(text: str, start: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(start)
    assert "(at" not in mistake


def test_a_text_that_ends_too_soon_names_its_last_line() -> None:
    (mistake,) = mistakes('[general]\nprivate_mail = ["a"')
    assert mistake.startswith("beleid.toml:2: is no TOML: ")


def test_an_empty_text_lacks_everything() -> None:
    found = mistakes("")
    assert "beleid.toml:1: general: is missing" in found
    assert "beleid.toml:1: matrix: is missing" in found
    assert "beleid.toml:1: clauses: is missing" in found


@pytest.mark.parametrize(
    ("old", "new", "after", "said"),
    [
        ("[general]", "typo = 1\n[general]", "", "typo: is unknown"),
        ("may_send_encrypted", "may_send_encrypte", "", 'general.may_send_encrypte: is unknown: did you mean "may_send_encrypted"?'),
        ("may_send_encrypted = []", "may_send_encrypted = [1]", "", 'general.may_send_encrypted: must be a list of words: ["...", "..."]'),
        ("[clauses.C4]", "[clauses.C44]", "", "clauses.C44: is unknown: did you mean"),
        ("[clauses.C4]", "[clauses.C44]", "", "clauses.C4: is missing"),
        ('action = "fix"', 'action = "repair"', "[clauses.C19]", 'clauses.C19.action: "repair" is not one of pass, coach, fix, hold, block'),
        ('action = "fix"', 'action = "fixx"', "[clauses.C19]", 'clauses.C19.action: "fixx" is not one of pass, coach, fix, hold, block: did you mean "fix"?'),
        ('action = "fix"\n', "", "[clauses.C19]", "clauses.C19.action: is missing"),
        ('approver = "self"', 'approver = "me"', "[clauses.C19]", 'clauses.C19.approver: "me" is not one of'),
        ('approver = "self"\n', "", "[clauses.C3]", 'clauses.C3.approver: is missing: action = "hold" says who decides'),
        ('mode = "enforce"', 'mode = "observe"', "[clauses.C34]", "clauses.C34.mode: must stay enforce: without a record nothing external is delivered"),
        ("families_min = 2", "families_min = 0", "", "clauses.C18.families_min: must be at least 1"),
        ("families_min = 2", 'families_min = "2"', "", "clauses.C18.families_min: must be a whole number"),
        ("families_min = 2", "families_min = true", "", "clauses.C18.families_min: must be a whole number"),
        ("families_min = 2\n", "", "", "clauses.C18.families_min: is missing"),
        ("strict = false", "strict = 1", "", "clauses.C19.strict: must be true or false"),
        ("strict = false", "strickt = false", "", 'clauses.C19.strickt: is unknown: did you mean "strict"?'),
        ('repair = "bcc"', 'repair = "bccc"', "", 'clauses.C19.repair: "bccc" is not one of bcc, copies: did you mean "bcc"?'),
        ('title_nl = "Eigen', 'title_nl = 3 # "Eigen', "", "clauses.C19.title_nl: must be text in quotes"),
        ("[matrix.third_party]", "[matrix.third]", "", "matrix.third: is unknown"),
        ("[matrix.third_party]", "[matrix.third]", "", "matrix.third_party: is missing"),
        ('contact = { "1" = "self"', 'contact = { "0" = "self"', "", 'matrix.other_family.contact: "0" is no number of persons'),
        ('contact = { "1" = "self"', 'contact = { "x" = "self"', "", 'matrix.other_family.contact: "x" is no number of persons'),
        ('contact = { "1" = "self"', 'contact = { "1" = "boss"', "", 'matrix.other_family.contact: "boss" is neither pass, coach, block nor an approver'),
        ('credentials = { "1" = "block" }', "credentials = 1", "", "matrix.third_party.credentials: must be a table"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_key_and_its_line(old: str, new: str, after: str, said: str) -> None:
    text = changed(old, new, after=after)
    found = [mistake for mistake in mistakes(text) if said in mistake]
    assert len(found) == 1, mistakes(text)
    number = int(found[0].split(":")[1])
    assert 1 <= number <= text.count("\n") + 1
    if "missing" not in said:
        word = new.split("=", maxsplit=1)[0].strip("[] \n{}").split("\n")[0].rpartition(".")[2]
        assert word in text.splitlines()[number - 1]


def test_all_mistakes_are_told_at_once() -> None:
    text = changed("strict = false", "strict = 1").replace("families_min = 2", "families_min = 0")
    assert len(mistakes(text)) == 2


def test_matrix_steps_are_sorted_and_know_all_answers() -> None:
    text = changed('contact = { "1" = "self", "2" = "team_leader" }', 'contact = { "9" = "coach", "1" = "pass" }')
    assert load(text).matrix["other_family"]["contact"] == ((1, Action.PASS, None), (9, Action.COACH, None))


# the school's own patterns


def own(table: str) -> str:
    return f"{TEXT}\n[patterns.{table}\n"


def test_a_school_adds_patterns_and_words_of_its_own() -> None:
    policy = load(
        own("project_code]\npattern = 'PRJ-\\d{4}'\n[patterns.nickname]\nwords = ['de reus']\nconfidence = 'low'")
    )
    assert [(one.kind, one.confidence) for one in policy.patterns] == [("project_code", "high"), ("nickname", "low")]
    assert [hit.value for hit in policy.patterns[0].find(Context("een prj-1234"))] == ["prj-1234"]
    exact = load(own("project_code]\npattern = 'PRJ'\nmatch_case = true")).patterns[0]
    assert not exact.find(Context("prj"))
    assert not load(TEXT).patterns
    assert policy.observed().patterns == policy.patterns


@pytest.mark.parametrize(
    ("table", "key", "sentence"),
    [
        ("project_code]\npattern = '(a)\\1'", "pattern =", "project_code.pattern: can't be used"),
        ("project_code]\npattern = 'a*'", "pattern =", "project_code.pattern: matches where there is nothing"),
        ("project_code]\npattern = 5", "pattern =", "project_code.pattern: must be text in quotes"),
        ("project_code]\nwords = []", "words", "project_code.words: has no words"),
        ("project_code]\nwords = 'a'", "words", "project_code.words: must be a list of words"),
        ("project_code]\nwords = ['a']\npattern = 'a'", "[patterns", "project_code: has one of pattern and words"),
        ("project_code]\nconfidence = 'low'", "[patterns", "project_code: has one of pattern and words"),
        ("project_code]\nwords = ['a']\nconfidence = 'hihg'", "confidence", 'did you mean "high"'),
        ("project_code]\nwords = ['a']\nmatch_case = 'ja'", "match_case", "must be true or false"),
        ("project_code]\nwords = ['a']\nwrods = ['b']", "wrods", 'is unknown: did you mean "words"'),
        ("Project]\nwords = ['a']", "[patterns", "patterns.Project: must be a name of small letters"),
        ("phone]\nwords = ['a']", "[patterns", "patterns.phone: is one of our kinds"),
    ],
)  # fmt: skip
def test_a_pattern_that_can_t_be_looked_for_is_a_mistake_with_its_line(table: str, key: str, sentence: str) -> None:
    text = own(table)
    (said,) = mistakes(text)
    assert said.startswith(f"beleid.toml:{line_of(text, key, after='[patterns')}: patterns")
    assert sentence in said


def test_patterns_that_are_no_tables_are_mistakes() -> None:
    assert "patterns: must be a table" in mistakes(f"patterns = 1\n{TEXT}")[0]
    assert "patterns.x1: must be a table" in mistakes(f"{TEXT}\n[patterns]\nx1 = 2")[0]
