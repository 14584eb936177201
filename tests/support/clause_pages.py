"""The pages about the clauses, made of the policy, the sentences and what is said in docs/clauses/about.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from rules.explain.texts import SENTENCES
from rules.policy import ClausePolicy
from rules.verdict import Action
from tests.support.small_school import shipped

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "clauses"
TABLE = ROOT / "docs" / "clauses.md"
CASES = ROOT / "tests" / "corpus" / "protocol"
ABOUT: dict[str, dict[str, str]] = tomllib.loads((FOLDER / "about.toml").read_text("utf-8"))
# Where a clause that has no cases of its own is tested.
TESTED = {
    "C1": "tests/gateway/directory", "C2": "tests/rules/policy", "C3": "tests/rules/clauses/test_spread.py",
    "C17": "tests/corpus/test_protocol.py", "C18": "tests/rules/clauses/test_class_lists.py",
    "C19": "tests/rules/clauses/test_own_address.py", "C20": "tests/rules/clauses/test_private_data.py",
    "C21": "tests/rules/clauses/test_private_data.py", "C34": "tests/rules/test_judge.py",
    "C35": "tests/rules/clauses/test_private_data.py",
}  # fmt: skip
REASONS = {
    "C5": ("pupils_by_mail", "pupil_data"), "C6": ("notice",), "C7": ("notice_by_others",),
    "C8": ("channel_with_pupils",), "C11": ("school_news", "school_news_by_others"), "C13": ("news_to_a_crowd",),
    "C14": ("newsletter", "many_parents"), "C15": ("newsletter_by_others",), "C16": ("newsletter_to_arrange",),
    "C18": ("not_mentor", "no_link"), "C19": ("visible_outsiders", "calendar"), "C22": ("channel_with_parents",),
    "C24": ("team_leader_informed",), "C27": ("file_to_colleagues", "file_too_big"), "C28": ("copies",),
    "C29": ("reply_all",), "C31": ("complaint_copies", "complaint_outsiders", "complaint_list"),
    "C32": ("complaint_hidden", "complaint_families"), "C36": ("binding", "binding_file"),
    "C37": ("order_placed", "course_placed"),
}  # fmt: skip


def default(clause: ClausePolicy) -> str:
    """What the shipped policy does."""
    who = f":{clause.approver.label}" if clause.action is Action.HOLD and clause.approver is not None else ""
    return f"{clause.action.name.lower()}{who}, {clause.mode}"


def where_tested(name: str) -> str:
    """Where it is tested."""
    if (CASES / f"{name}.toml").is_file():
        return f"tests/corpus/protocol/{name}.toml"
    return TESTED.get(name, "-")


def table() -> str:
    """The whole page with a row a clause."""
    rows = [
        f"| [{name}](clauses/{name}.md) {clause.title_en} | {ABOUT[name]['check']} | {default(clause)} |"
        f" {ABOUT[name]['exceptions']} | {ABOUT[name]['data']} | {where_tested(name)} |"
        for name, clause in shipped().clauses.items()
    ]
    head = (
        "# The clauses of the protocol\n\nA row a clause: what is checked, what the shipped policy does, when the clause"
        ' is silent, what it must know, and where it is tested. Where the check is "Nothing" a gateway can\'t see what'
        " the clause is about, and nothing pretends to. A school changes actions, approvers and modes in its policy:"
        " [policy.md](policy.md).\n\nThis page and those behind it are made by `python -m tests.support.clause_pages`.\n\n"
        "| clause | check | default | exceptions | data | tests |\n|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def page(name: str) -> str:
    """The page of one clause, with what its sender reads."""
    clause, about = shipped().clauses[name], ABOUT[name]
    lines = [
        f"# {name}: {clause.title_en}",
        f'*{clause.title_nl}*: "{clause.phrase}"',
        f"**Check.** {about['check']}",
        f"**Default.** {default(clause)}.",
        f"**Silent.** {about['exceptions']}.",
        f"**Needs.** {about['data']}.",
    ]
    if clause.params:
        lines.append(
            "**Parameters.** " + ", ".join(f"`{key} = {_toml(value)}`" for key, value in clause.params.items()) + "."
        )
    for why in REASONS.get(name, ()):
        lines += [f"> {' '.join(SENTENCES[lang][why])}" for lang in ("nl", "en")]
    if "where" in about:
        lines.append(f"Code: `{about['where']}`. Tests: `{where_tested(name)}`.")
    return "\n\n".join(lines) + "\n"


def _toml(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def main() -> None:
    """Write them all."""
    TABLE.write_text(table(), "utf-8")
    for name in shipped().clauses:
        (FOLDER / f"{name}.md").write_text(page(name), "utf-8")


if __name__ == "__main__":
    main()
