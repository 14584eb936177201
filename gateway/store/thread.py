"""Whose earlier mail a message answers, as far as this gateway took that mail in itself.

Promises: looked up by keyed digests; a mail counts once it was accepted (not held, refused or given back) from a proven
identity, no longer ago than `since`, and had the asker among its receivers, or was the asker's own. What still waits to
go out was answered by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from gateway.clock import micros
from gateway.errors import Damaged, Erased
from gateway.store.filing import read_envelopes
from gateway.store.keys import Keys
from gateway.store.schema import blind_index, case, contact, message
from gateway.store.seals import House, open_value
from gateway.store.states import EVIDENCE, State
from rules.message import canonical_address

# A thread refers to more mails than anybody needs to prove a thing.
CASES_MAX = 50
# How a mail that says no is marked, beside its Message-ID.
REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose mail: the Message-IDs referred to, the asker's addresses, and how far back."""

    message_ids: Sequence[str] = field(repr=False)
    mine: frozenset[str] = field(repr=False)
    since: datetime

    def __call__(self, connection: Connection, house: House, keys: Keys) -> frozenset[str]:
        """The canonical addresses of those whose mails these are."""
        return _answered(connection, house, keys, self)


@dataclass(frozen=True, slots=True)
class Met:
    """Asks whether somebody wrote to this company before. Until the history goes back to `since`, all have met."""

    company: tuple[str, str] = field(repr=False)
    since: datetime

    def __call__(self, connection: Connection, house: House, _keys: Keys) -> bool:
        oldest = connection.scalar(select(func.min(contact.c.first_at)))
        if oldest is None or oldest > micros(self.since):
            return True
        known = select(contact.c.pair).where(contact.c.pair == house.blind("contact", *self.company))
        return connection.scalar(known) is not None


@dataclass(frozen=True, slots=True)
class Told:
    """Asks which of these clauses advised somebody on a day already: (clause, identity, day)."""

    asked: Sequence[tuple[str, str, str]] = field(repr=False)

    def __call__(self, connection: Connection, house: House, _keys: Keys) -> frozenset[str]:
        digests = {house.blind("told", *one): one[0] for one in self.asked}
        kept = select(blind_index.c.value).where(blind_index.c.kind == "told", blind_index.c.value.in_(digests))
        return frozenset(digests[bytes(value)] for value in connection.scalars(kept))


def _answered(connection: Connection, house: House, keys: Keys, asked: Asked) -> frozenset[str]:
    refused = {house.blind("told", REFUSAL, one, ""): one for one in asked.message_ids}
    said_no = connection.scalars(
        select(blind_index.c.value).where(blind_index.c.kind == "told", blind_index.c.value.in_(refused))
    )
    no = {refused[bytes(value)] for value in said_no}
    digests = [house.blind("message_id", one) for one in asked.message_ids if one not in no]
    rows = connection.execute(
        select(case.c.id, case.c.sealed, message.c.name)
        .join(blind_index, blind_index.c.case_id == case.c.id)
        .join(message, message.c.id == case.c.message_id)
        .where(blind_index.c.kind == "message_id", blind_index.c.value.in_(digests))
        .where(case.c.created_at >= micros(asked.since), case.c.sealed.is_not(None))
        .where(case.c.state.not_in([state.value for state in (*EVIDENCE, State.HELD, State.PENDING, State.WAITING)]))
        .order_by(case.c.created_at.desc())
        .limit(CASES_MAX)
    ).all()
    found = set()
    for row in rows:
        try:
            identity = canonical_address(open_value(keys.sealer(row.name), row.sealed, f"case.sealed:{row.id}")[0])
            envelopes = read_envelopes(connection, keys, row.id)
        except (Damaged, Erased):
            continue  # what does not open proves nothing
        reached = {canonical_address(rcpt) for one in envelopes for rcpt in one.rcpt_to}
        if identity and (identity in asked.mine or not asked.mine.isdisjoint(reached)):
            found.add(identity)
    return frozenset(found)
