"""The documentation names every setting, its default, and nothing that is none; the example is accepted."""

import dataclasses
import re
import shutil
from pathlib import Path

from gateway.config import load
from gateway.config.schema import REQUIRED, SECTIONS, settings
from tests.gateway.config.test_load import MINIMAL

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def documented() -> dict[str, str]:
    return {key: default for key, _, default in ROW.findall((DOCS / "configuration.md").read_text())}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert set(documented()) == set(settings())


def test_no_setting_is_documented_twice() -> None:
    keys = [key for key, _, _ in ROW.findall((DOCS / "configuration.md").read_text())]
    assert len(keys) == len(set(keys))


def test_what_is_required_is_said_to_be() -> None:
    said = documented()
    for section in REQUIRED:
        for field in dataclasses.fields(SECTIONS[section]):
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                key = f"{section}.{field.name}"
                assert said.get(key, said.get(f"{key}_file")) == "required", key


def test_the_defaults_that_are_named_are_the_defaults() -> None:
    said = documented()
    for section, table in SECTIONS.items():
        for field in dataclasses.fields(table):
            if isinstance(field.default, str | bool | int) and field.default != "":
                value = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
                assert value in said[f"{section}.{field.name}"], (section, field.name)


def test_every_section_has_a_heading() -> None:
    text = (DOCS / "configuration.md").read_text()
    for section in SECTIONS:
        assert re.search(rf"^## \[\[?{section}\]\]?$", text, re.MULTILINE)


def test_the_examples_of_the_exchange_page_are_accepted(folder: Path) -> None:
    """Each beside what a configuration needs besides."""
    page = (DOCS / "exchange.md").read_text()
    blocks = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (folder / "tls-and-key.pem").write_text((folder / "tls.crt").read_text() + (folder / "tls.key").read_text())
    shutil.copy(folder / "relay.secret", folder / "loop.token")
    school, rest = MINIMAL.partition("[[listener]]")[0], MINIMAL[MINIMAL.index("[store]") :]
    (folder / "postwacht.toml").write_text(school + "\n".join(blocks) + rest)
    config = load(Path("postwacht.toml"), {})
    assert [listener.kind for listener in config.listeners] == ["relay", "relay"]
    assert [service.name for service in config.services] == ["scanners", "magister"]
    assert config.smarthost.loop_token


def test_the_example_is_accepted(folder: Path) -> None:
    """Its paths are those of a real installation: the environment puts this folder's in their place."""
    shutil.copy(DOCS / "postwacht.example.toml", folder / "postwacht.toml")
    config = load(
        Path("postwacht.toml"),
        {
            "POSTWACHT__LISTENER__0__CERTIFICATE_FILE": "tls.crt",
            "POSTWACHT__LISTENER__0__KEY_FILE": "tls.key",
            "POSTWACHT__SMARTHOST__PASSWORD_FILE": "smarthost.password",
            "POSTWACHT__STORE__URL": "sqlite:///postwacht.db",
            "POSTWACHT__STORE__KEYS_URL": "sqlite:///keys.db",
            "POSTWACHT__STORE__KEY_FILE": "master.key",
        },
    )
    assert config.school.name == "Het Voorbeeld"
    assert config.smarthost.password == "correct horse"
