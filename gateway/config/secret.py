"""Secrets: from the environment, a file or a systemd credential, in this order; never from the configuration itself.

Promises: a secret never appears in a sentence. A credential is a file named `section.key` (`store.key`) in the folder
that systemd names in CREDENTIALS_DIRECTORY; of a list of tables `listener.0.secret`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.config.environment import SettingPath, variable
from gateway.config.schema import LISTS, SECRETS
from gateway.crypto import KEY_BYTES, MasterKey


@dataclass(slots=True)
class Secrets:
    """Replaces every `<key>_file` in `data` by the secret itself. `broken`: those that are there but can't be used."""

    data: dict[str, Any] = field(repr=False)
    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    report: Callable[[SettingPath, str], None]
    broken: set[SettingPath] = field(default_factory=set)

    def resolve(self) -> None:
        """Find all of them."""
        for section, key in sorted(SECRETS):
            table = self.data.get(section, {})
            if isinstance(table, dict) and section not in LISTS:
                self._one((section,), key, table)
            elif isinstance(table, list):
                for index, row in enumerate(table):
                    if isinstance(row, dict):
                        self._one((section, index), key, row)

    def _one(self, at: SettingPath, key: str, table: dict[str, Any]) -> None:
        named = (*at, f"{key}_file")
        inline, file = table.pop(key, None), table.pop(f"{key}_file", None)
        try:
            text, source = self._read(at, key, inline, file)
            if text is not None:
                table[key] = master_key(text, source) if key == "key" else text
                if len(at) == 1:
                    self.data.setdefault(str(at[0]), table)
        except Unusable as exc:
            self.broken.add(named)
            self.report(exc.where, exc.sentence)

    def _read(self, at: SettingPath, key: str, inline: object, file: object) -> tuple[str | None, SettingPath]:
        if inline is not None:
            raise Unusable((*at, key), f"does not belong in this file; use {key}_file")
        if (text := self.environ.get(variable((*at, key)))) is not None:
            return text, (*at, key)
        named = (*at, f"{key}_file")
        if file is None:
            name = ".".join(map(str, (*at, key)))
            credential = Path(self.environ.get("CREDENTIALS_DIRECTORY", "")) / name
            if not credential.is_absolute() or not credential.is_file():
                return None, named
            file = str(credential)
        if not isinstance(file, str):
            raise Unusable(named, "must be text in quotes")
        path = self.folder / file
        try:
            return path.read_text("utf-8").rstrip("\r\n"), named
        except FileNotFoundError:
            raise Unusable(named, f"there is no file {path}") from None
        except (OSError, UnicodeDecodeError):
            raise Unusable(named, f"the file {path} can't be read") from None


class Unusable(Exception):
    """A secret is there but can't be used."""

    def __init__(self, where: SettingPath, sentence: str) -> None:
        self.where = where
        self.sentence = sentence
        super().__init__(sentence)


def master_key(text: str, source: SettingPath) -> MasterKey:
    """Read 32 bytes written as base64."""
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise Unusable(source, "does not hold base64; make a key with: head -c 32 /dev/urandom | base64") from None
    if len(secret) != KEY_BYTES:
        raise Unusable(source, f"must hold {KEY_BYTES} bytes as base64, this one holds {len(secret)}")
    return MasterKey(secret)
