"""Signing in and out: a password, then a second factor, then a session that can be ended from here.

Promises: a session is a random token whose digest is stored; it changes when the second factor is given. Wrong guesses
shut an account's door for a quarter of an hour, and one address is heard so often only. Nobody learns whether an
account exists. A session ends after hours of silence, and at the latest at the end of the day's work.
Fails: StoreError.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from gateway.accounts import factors
from gateway.accounts.factors import Passwords
from gateway.clock import Clock
from gateway.store.accounts import Account, ByAddress, Change, Enter, Failed, Leave, OfSession, Prove, Seen, Session
from gateway.store.store import Store
from rules.message import canonical_address

TOKEN_BYTES: Final = 32
FAILURES_MAX: Final = 8
SHUT: Final = timedelta(minutes=15)
# One address: a school's staff may all come from one.
PEER_MAX: Final = 60
PEER_SECONDS: Final = 300.0
PEERS_MAX: Final = 10_000
IDLE: Final = timedelta(hours=4)
LONGEST: Final = timedelta(hours=12)
HALFWAY: Final = timedelta(minutes=10)  # a second factor must follow its password
SEEN_EVERY: Final = timedelta(minutes=5)


class Refused(Enum):
    """Why nobody came in."""

    WRONG = "wrong"
    SHUT = "shut"


@dataclass(slots=True)
class Reception:
    """Lets people in. `second_factor`: who has none must set one up before anything else."""

    store: Store
    clock: Clock
    key: bytes = field(repr=False)
    second_factor: bool = True
    passwords: Passwords = field(default_factory=Passwords)
    _peers: dict[str, list[float]] = field(default_factory=dict)

    async def sign_in(self, login: str, password: str, peer: str) -> str | Refused:
        """Check a password; gives the session's token. It opens nothing until the second factor is given."""
        if self._crowded(peer):
            return Refused.SHUT
        now = self.clock.now()
        found = await self.store.ask(ByAddress(canonical_address(login.strip())))
        shut = found is not None and found.locked_until is not None and found.locked_until > now
        known = found if found is not None and found.active and not shut else None
        right = await self.passwords.check(known.password if known else "", password[: factors.PASSWORD_MAX])
        if known is None or not right:
            self._count(peer)
            if known is not None:
                await self._failed(known, now)
            return Refused.WRONG  # also while the door is shut: whether it is, is nobody's to learn
        token = secrets.token_urlsafe(TOKEN_BYTES)
        proven = not known.second_factor and not self.second_factor
        until = now + (IDLE if proven else HALFWAY)
        await self.store.act(Enter(digest(token), known, proven, now, until))
        return token

    async def visitor(self, token: str) -> Session | None:
        """Whose session this is, if it still is one."""
        if not token:
            return None
        now = self.clock.now()
        session = await self.store.ask(OfSession(digest(token), now))
        if session is None or not session.proven:
            return session
        if now - session.seen_at >= SEEN_EVERY:
            until = min(now + IDLE, session.created_at + LONGEST)
            await self.store.act(Seen(session.digest, now, until))
        return session

    async def prove(self, session: Session, code: str) -> str | None:
        """Take the second factor; gives the session's new token. None if it is wrong, or was used."""
        account, now = session.account, self.clock.now()
        if account.locked_until is not None and account.locked_until > now:
            return None
        step = factors.step_of(account.second_factor, code, now)
        spare = "" if step else factors.spare_digest(self.key, code)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        if (step or spare in account.spare_codes) and await self._taken(session, token, step, spare, now):
            return token
        await self._failed(account, now)
        return None

    async def _taken(self, session: Session, token: str, step: int, spare: str, now: datetime) -> bool:
        if not await self.store.act(Prove(session, digest(token), step, spare, now)):
            return False
        await self.store.act(Seen(digest(token), now, min(now + IDLE, session.created_at + LONGEST)))
        return True

    async def enrol(self, session: Session, secret: str, code: str) -> tuple[str, tuple[str, ...]] | None:
        """Set up a second factor; the code proves that the authenticator has it. Gives token and spare codes."""
        now = self.clock.now()
        step = factors.step_of(secret, code, now)
        if not step or (session.account.second_factor and not session.proven):
            return None
        codes = factors.new_spare_codes()
        kept = tuple(factors.spare_digest(self.key, one) for one in codes)

        def edit(account: Account) -> Account:
            return replace(account, second_factor=secret, spare_codes=kept, used_step=0)

        by = session.account.address
        await self.store.act(
            Change(session.account.number, edit, "second_factor_set", by, now, ends=True, kept=session.digest)
        )
        token = secrets.token_urlsafe(TOKEN_BYTES)
        return (token, codes) if await self._taken(session, token, step, "", now) else None

    async def leave(self, session: Session) -> None:
        """End the session."""
        await self.store.act(Leave(session, self.clock.now()))

    def form_token(self, token: str) -> str:
        """What every form of a session carries: nobody else's page can know it."""
        return hmac.digest(self.key, b"form\0" + token.encode("utf-8", "surrogatepass"), "sha256").hex()

    async def _failed(self, account: Account, now: datetime) -> bool:
        return await self.store.act(Failed(account.number, FAILURES_MAX, now + SHUT, now))

    def _crowded(self, peer: str) -> bool:
        since = self.clock.monotonic() - PEER_SECONDS
        recent = [at for at in self._peers.get(peer, ()) if at > since]
        if recent:
            self._peers[peer] = recent
        else:
            self._peers.pop(peer, None)
        return len(recent) >= PEER_MAX

    def _count(self, peer: str) -> None:
        if len(self._peers) >= PEERS_MAX:
            self._peers.clear()
        self._peers.setdefault(peer, []).append(self.clock.monotonic())


def digest(token: str) -> bytes:
    """What the store keeps of a session's token."""
    return hashlib.sha256(b"postwacht session\0" + token.encode("utf-8", "surrogatepass")).digest()
