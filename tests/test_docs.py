"""The documents keep to the product: links lead somewhere, code blocks run, nothing is promised that is not there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from gateway.cli import postwacht as main

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md", "rules/**/*.md", "tests/**/*.md")
    for path in ROOT.glob(pattern)
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
BLOCKS = [
    pytest.param(language, text, id=f"{path.relative_to(ROOT)}-{number}")
    for path in PAGES
    for number, (language, text) in enumerate(BLOCK.findall(path.read_text()))
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(path: Path) -> None:
    missing = [
        target
        for target in LINK.findall(path.read_text())
        if not target.startswith(("http:", "https:", "mailto:")) and not (path.parent / target).exists()
    ]
    assert not missing


def test_every_paper_a_comment_names_is_here_or_said_to_be_elsewhere() -> None:
    """`architecture.md, invariant 2` helps nobody who can't open it, or finds no second invariant in it."""
    page = (ROOT / "docs/architecture.md").read_text()
    here = {path.name for path in PAGES} | set(re.findall(r"`([a-z]+\.md)`", page.partition("not here")[2]))
    parts = {f"section {number}" for number in re.findall(r"^## (\d+)\.", page, re.MULTILINE)}
    parts |= {f"invariant {number}" for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    parts |= set(re.findall(r"^\*\*([^*]+)\.\*\*", page, re.MULTILINE))
    for path in (*ROOT.glob("rules/**/*.py"), *ROOT.glob("gateway/**/*.py")):
        text = re.sub(r"\n\s*(?:# )?", " ", path.read_text())
        assert {*re.findall(r"\b([a-z-]+\.md)\b", text)} <= here, path
        named = re.findall(r"architecture\.md(?:,? (section \d+|invariant \d+|[A-Z][a-z]+ [a-z]+))?", text)
        assert {*named} <= parts, path


@pytest.mark.parametrize(("language", "text"), BLOCKS)
def test_every_code_block_is_what_it_says(language: str, text: str) -> None:
    match language:
        case "toml":
            tomllib.loads(text)
        case "json":
            json.loads(text)
        case "python":
            exec(compile(text, "block", "exec"), {})
        case "sh":
            shell(text)
        case "text" | "csv" | "ini" | "promql" | "smtp":
            assert text.strip()
        case _:
            raise AssertionError(f"a block in {language}: say how it is checked")


def test_every_command_and_option_is_on_the_page_of_commands_and_no_other() -> None:
    page = (ROOT / "docs/commands.md").read_text()
    known: set[str] = set()
    options: set[str] = set()
    for name in main.list_commands(click.Context(main)):
        command = main.get_command(click.Context(main), name)
        assert command is not None
        leaves = command.commands if isinstance(command, click.Group) else {"": command}
        for leaf, one in leaves.items():
            known.add(f"postwacht {name} {leaf}".strip())
            found = [option for option in one.params if isinstance(option, click.Option) and not option.hidden]
            options |= {word for option in found for word in option.opts}
    assert set(re.findall(r"^\| `(postwacht [a-z -]+)`", page, re.MULTILINE)) == known
    assert set(re.findall(r"`(--[a-z-]+)", page)) - {"--help"} == options


def shell(text: str) -> None:
    """The shell accepts it, and each `postwacht` and `make` in it names what exists."""
    subprocess.run(["sh", "-n"], input=text, text=True, check=True)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["make"]:
            assert all(word in targets or "=" in word for word in words[1:]), line
        if words[:1] == ["postwacht"]:
            command(words[1:], line)


def command(words: list[str], line: str) -> None:
    """Follow the words through the command line's own tree; options must exist where they stand."""
    at: click.Command = main
    words = [word for word in words if word not in {"|", "<", ">"}]
    while words:
        word = words.pop(0)
        options = {name: option for option in at.params if isinstance(option, click.Option) for name in option.opts}
        if word.startswith("--"):
            option = options.get(word.split("=")[0])
            assert option is not None, f"{line}: no option {word}"
            if not option.is_flag and "=" not in word and words:
                words.pop(0)
        elif isinstance(at, click.Group):
            found = at.get_command(click.Context(at), word)
            assert found is not None, f"{line}: no command {word}"
            at = found
