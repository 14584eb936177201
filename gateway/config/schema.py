"""What settings there are, read off the tables themselves.

Promises: nothing here names a setting; a field added to a table is known to the loader, the environment and the test
that compares the documentation.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from enum import Enum, auto
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from gateway.config import listeners, signing, tables, upstream

# Name in the file -> table. One of each, except lists: those are written [[name]].
SECTIONS: Mapping[str, type] = {
    "school": tables.SchoolTable,
    "listener": listeners.Listener,
    "service": listeners.Service,
    "smarthost": upstream.Smarthost,
    "auth": tables.Auth,
    "store": tables.Store,
    "metrics": tables.Metrics,
    "archive": tables.Archive,
    "policy": tables.PolicySettings,
    "directory": tables.Directory,
    "web": tables.Web,
    "dkim": signing.Dkim,
    "workers": tables.Workers,
}
LISTS = frozenset({"listener", "service"})
REQUIRED = ("school", "listener", "smarthost", "store")
# Settings that are tables of tables -> what these hold.
INNER: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("dkim", "keys"): tuple("from" if one.name == "first" else one.name for one in dataclasses.fields(signing.DkimKey))
}
# Values that never stand in the file itself: it has `<key>_file` instead.
SECRETS: frozenset[tuple[str, str]] = frozenset(
    {
        ("listener", "secret"),
        ("smarthost", "client_secret"),
        ("smarthost", "loop_token"),
        ("smarthost", "password"),
        ("store", "key"),
        ("store", "keys_password"),
        ("store", "password"),
    }
)


class Kind(Enum):
    """How the text of an environment variable is to be read."""

    TEXT = auto()
    LIST = auto()
    VALUE = auto()


def keys(section: str) -> tuple[str, ...]:
    """List the keys a table may have in the file."""
    names = (field.name for field in dataclasses.fields(SECTIONS[section]))
    return tuple(f"{name}_file" if (section, name) in SECRETS else name for name in names)


def settings() -> tuple[str, ...]:
    """List every setting as `section.key`."""
    return tuple(f"{section}.{key}" for section in SECTIONS for key in keys(section))


def kind_of(path: tuple[str | int, ...]) -> Kind | None:
    """Tell how to read a setting; None if there is no such setting."""
    section, *rest = path
    if section in LISTS:
        rest = rest[1:] if rest and isinstance(rest[0], int) else []
    if section not in SECTIONS or not rest or rest[0] not in keys(str(section)):
        return None
    hints = get_type_hints(SECTIONS[str(section)], include_extras=True)
    found = _kind(hints.get(str(rest[0]), str))
    return found if len(rest) == 1 else None


def _kind(hint: Any) -> Kind:
    if get_origin(hint) is Annotated:
        return _kind(get_args(hint)[0])
    if get_origin(hint) in {Union, UnionType}:  # the value, or none
        return _kind(get_args(hint)[0])
    if hint in {int, bool} or get_origin(hint) is Mapping:
        return Kind.VALUE
    return Kind.LIST if get_origin(hint) is tuple and Ellipsis in get_args(hint) else Kind.TEXT


def suggestion(wrong: str, known: tuple[str, ...]) -> str:
    """Say that a name is not known, and which one may have been meant."""
    close = difflib.get_close_matches(wrong.lower(), known, 1)
    return f'is not a setting; did you mean "{close[0]}"?' if close else "is not a setting"
