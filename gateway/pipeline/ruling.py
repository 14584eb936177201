"""The rules in force: policy, directory and registers and the judge compiled from them, exchanged as one value.

Promises: a message is judged by one frozen ruling from beginning to end; a new policy or snapshot is in force within a
second in every process (`watch`), or not at all: one that does not load leaves the old one in force and says so, once.
Fails: NoRules at start, when the store holds no policy or no directory yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway import logs, metrics
from gateway.crypto import blind
from gateway.directory import load_roster
from gateway.errors import PostwachtError, StoreUnavailable
from gateway.store.store import Store
from gateway.store.views import Changes
from rules import judge
from rules.judge import Judge
from rules.people import Roster, School
from rules.policy import Policy, load

WATCH_SECONDS = 0.5


class NoRules(PostwachtError):
    """The store holds no policy or no directory: nothing can be judged yet."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One version of everything a verdict rests on."""

    judge: Judge
    policy: Policy
    policy_hash: str
    roster: Roster
    snapshot_id: int
    loop_key: bytes = field(default=b"", repr=False)  # of the guard in what we sent; of the installation, not the rules

    def here(self, at: datetime) -> datetime:
        """The same instant by the school's own clocks: grants and consents begin and end on its days."""
        return at.astimezone(ZoneInfo(self.roster.school.time_zone))


@dataclass(slots=True)
class Rulings:
    """Holds the ruling in force. `roster_key` keys the digests by which rules looks values up."""

    store: Store
    school: School
    roster_key: bytes
    observe_all: bool = False
    loop_key: bytes = b""
    current: Ruling = field(init=False)
    _seen: Changes | None = None
    _refused: Changes | None = None

    async def load(self) -> None:
        """Read what is active now and compile it."""
        seen = await self.store.changes()
        version, snapshot = await self.store.active_policy(), await self.store.active_snapshot()
        if version is None or snapshot is None or snapshot.blob is None:
            raise NoRules("import a policy and a directory first: postwacht policy import, postwacht directory import")
        policy = load(version.text, f"policy {version.sha256[:12]}")
        if self.observe_all:
            policy = policy.observed()
        roster = load_roster(snapshot.blob, self.school, await self.store.entries())
        key = self.roster_key
        digester: Callable[[str], bytes] = lambda text: blind(key, text)  # noqa: E731 - a value handed to rules
        self.current = Ruling(
            judge.compile(policy, roster, digester), policy, version.sha256, roster, snapshot.id, self.loop_key
        )
        self._seen = seen

    async def watch(self) -> None:
        """Exchange the ruling when the store has a newer one; runs until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await self.refresh()

    async def refresh(self) -> bool:
        """Load anew if anything changed; True if a new ruling is in force."""
        seen = None
        try:
            seen = await self.store.changes()
            if seen in {self._seen, self._refused}:
                return False
            await self.load()
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with it: mail goes on under the old one
            logs.rules_not_loaded(type(exc).__name__)
            metrics.rules("failed")
            # A store that does not answer may answer the next time; a text that is wrong stays so.
            self._refused = None if isinstance(exc, StoreUnavailable) else seen
            return False
        metrics.rules("loaded")
        logs.rules_loaded(self.current.policy_hash, self.current.snapshot_id)
        return True
