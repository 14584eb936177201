"""A case's archive record: every copy with its envelope, and every dialogue that is to be had.

Promises: it is written in the transaction that lets those dialogues go (architecture.md, invariant 2), and it names all
copies the case has by then. It is sealed with the key of the first copy; erasing a case erases all of its keys.
Fails: Damaged, Erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from gateway.store.disposition import EnvelopeRow
from gateway.store.keys import Keys
from gateway.store.records import Decree, Stored, plain
from gateway.store.rows import Rows
from gateway.store.schema import case, envelope, message
from gateway.store.seals import open_value

Sent = tuple[int, str, tuple[str, ...], bytes]  # number of the message, MAIL FROM, recipients, packed edits


def read_envelopes(connection: Connection, keys: Keys, case_id: int) -> list[EnvelopeRow]:
    """Unseal the envelopes of a case, in the order they came."""
    return [one for _, one in read_copies(connection, keys, case_id)]


def read_copies(connection: Connection, keys: Keys, case_id: int) -> list[tuple[Any, EnvelopeRow]]:
    """Read the copies of a case in the order they came: message (id, name, size, digest) and envelope."""
    m = message.c
    query = (
        select(envelope.c.n, envelope.c.listener, envelope.c.sealed, m.id, m.name, m.size, m.digest)
        .join(message, m.id == envelope.c.message_id)
        .where(envelope.c.case_id == case_id)
        .order_by(envelope.c.n)
    )
    found = connection.execute(query).all()
    keys.sealers(row.name for row in found)  # all at once, then from memory
    copies = []
    for row in found:
        place = f"envelope.sealed:{case_id}.{row.n}"
        mail_from, rcpt_to, options = open_value(keys.sealer(row.name), row.sealed, place)
        copies.append((row, EnvelopeRow(row.listener, mail_from, tuple(rcpt_to), options)))
    return copies


def file_record(  # noqa: PLR0917 - what a record is made of
    connection: Connection, rows: Rows, keys: Keys, case_id: int, decree: Decree, sendings: Sequence[Sent]
) -> None:
    """Write the record of dialogues that may now be had. What `rows` has gathered of this case must be flushed."""
    of = connection.execute(select(case.c.reference, case.c.message_id, case.c.keeps_bytes).where(case.c.id == case_id))
    about = of.one()
    copies = read_copies(connection, keys, case_id)
    numbers = {row.id: number for number, (row, _) in enumerate(copies)}
    record = plain(
        reference=about.reference,
        copies=[Stored(row.name, row.size, row.digest.hex()) for row, _ in copies],
        bytes_kept=about.keeps_bytes,
        envelopes=[one for _, one in copies],
        decree=decree,
        sendings=[(numbers[message_id], mail_from, rcpts, edits) for message_id, mail_from, rcpts, edits in sendings],
    )
    sealer = keys.sealer(copies[0][0].name)
    rows.add_archive(sealer, record, case_id=case_id, message_id=about.message_id)
