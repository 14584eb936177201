"""Signed links: one act each, kept as a digest only.

Promises: a link is used once; looking at it (a GET) uses nothing. Whoever reads the database can't make a link.
Fails: LinkRefused (unknown, expired, used, act).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from gateway.clock import instant, micros
from gateway.errors import LinkRefused
from gateway.store.schema import case, link
from gateway.store.views import LinkView

_FIND = select(link, case.c.reference).join(case, case.c.id == link.c.case_id)


def peek(connection: Connection, token_digest: bytes) -> LinkView:
    """Show what a link may do."""
    row = connection.execute(_FIND.where(link.c.token_digest == token_digest)).one_or_none()
    if row is None:
        raise LinkRefused("unknown")
    return LinkView(row.reference, tuple(row.acts.split()), instant(row.expires_at), row.used_at is not None)


def use(connection: Connection, token_digest: bytes, act: str, now: datetime, *, reference: str | None = None) -> str:
    """Use a link up for one act, of the case `reference` if given; returns its case. Call inside a transaction."""
    seen = peek(connection, token_digest)
    if reference not in {None, seen.reference}:
        raise LinkRefused("unknown")
    if seen.used:
        raise LinkRefused("used")
    if now >= seen.expires_at:
        raise LinkRefused("expired")
    if act not in seen.acts:
        raise LinkRefused("act")
    connection.execute(
        update(link).where(link.c.token_digest == token_digest).values(used_at=micros(now), used_act=act)
    )
    return seen.reference
