"""The school from a file of its own (`--school`): the keys of [school] as JSON or TOML.

Promises: the same checks and sentences as the configuration; all mistakes at once.
"""

from __future__ import annotations

import json
from pathlib import Path

from gateway.config.load import Loading, read_toml
from gateway.config.tables import SchoolTable
from gateway.errors import ConfigError
from rules.people import School


def read_school(path: Path) -> School:
    """Read a school file; a TOML file may also have the keys under [school]."""
    data = read_toml(path) if path.suffix.lower() == ".toml" else _read_json(path)
    if isinstance(data, dict) and list(data) == ["school"]:
        data = data["school"]
    loading = Loading(path, {}, {})
    school = loading.table((), "school", data)
    if school is None or loading.mistakes:
        raise ConfigError(loading.mistakes)
    assert isinstance(school, SchoolTable)
    return school.value()


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except json.JSONDecodeError as exc:
        raise ConfigError([(str(path), f"is no JSON: {exc}")]) from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError([(str(path), "can't be read")]) from exc
