"""Settings from the environment: POSTWACHT__SECTION__KEY, list tables by number: POSTWACHT__LISTENER__0__PORT.

Promises: a variable wins over the file; its text becomes what the setting's type asks for (a number, true or false, a
list: comma separated or a TOML list). `Origins` remembers which setting came from which variable, so a mistake names
the variable and not a file. A variable that fits no setting is a mistake, not silence.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Collection, Mapping, MutableMapping
from typing import Any

from gateway.config.schema import LISTS, Kind, kind_of

PREFIX = "POSTWACHT__"

SettingPath = tuple[str | int, ...]
Origins = MutableMapping[SettingPath, str]


def overlay(
    data: dict[str, Any], environ: Mapping[str, str], secrets: Collection[tuple[str, str]]
) -> tuple[Origins, list[str]]:
    """Put the variables into `data`. Returns where they went, and the variables that fit nowhere."""
    origins: Origins = {}
    lost = []
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        path = path_of(name)
        if (path[0], path[-1]) in secrets and len(path) == (3 if path[0] in LISTS else 2):
            origins[path] = name  # its value is read with the other secrets
            continue
        kind = kind_of(path)
        if kind is not None and put(data, path, convert(environ[name], kind)):
            origins[path] = name
        else:
            lost.append(name)
    return origins, lost


def variable(path: SettingPath) -> str:
    """Give the name of the variable for a setting."""
    return PREFIX + "__".join(str(step).upper() for step in path)


def path_of(name: str) -> SettingPath:
    """Give the setting a variable speaks of."""
    section, *rest = name.removeprefix(PREFIX).lower().split("__")
    if section in LISTS and rest and rest[0].isdecimal():
        return (section, int(rest[0]), *rest[1:])
    return (section, *rest)


def put(data: dict[str, Any], path: SettingPath, value: object) -> bool:
    """Set one value, making the tables on the way. False if the file has something else there."""
    here: Any = data
    for step, following in itertools.pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            if not isinstance(here, list) or step > len(here):
                return False
            if step == len(here):
                here.append(empty)
            here = here[step]
        else:
            here = here.setdefault(step, empty)
    if not isinstance(here, dict):
        return False
    here[path[-1]] = value
    return True


def convert(text: str, kind: Kind) -> object:
    """Read the variable's text; what can't be read stays text, and the setting's own check says what it wants."""
    if kind is Kind.LIST and not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    if kind is not Kind.TEXT:
        try:
            return tomllib.loads(f"value = {text.strip()}")["value"]
        except tomllib.TOMLDecodeError:
            return text
    return text
