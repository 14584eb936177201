"""What earlier mail says, where a clause makes a difference of it (protocol.md, C24, C28, C29, C37).

Promises: asked of the store only for messages such a clause spoke about, so that most mail pays nothing. What a text
says about consent is no proof; only mail this gateway took in itself is.
Fails: StoreUnavailable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from gateway.store.store import Store
from gateway.store.thread import REFUSAL, Asked, Met, Told
from rules.case import Facts
from rules.clauses.agreements import refuses
from rules.message import Message
from rules.people import Roster
from rules.verdict import Action, Verdict

# Clauses that an earlier mail may lift.
LIFTED = frozenset({"C22", "C29", "C37"})
# protocol.md: its advice comes once a day.
DAILY = frozenset({"C28"})
# Whose earlier mail may be a consent at all.
LEADERS = frozenset({"teamleider", "staflid"})
# protocol.md, Earlier consent of a manager.
CONSENT_DAYS = 30
# The last of a long thread; RFC 5322 §3.6.4 lets References grow.
REFERENCES_MAX = 20
_ID = re.compile(r"<[^<>\s]{1,900}>")


def refers(message: Message) -> tuple[str, ...]:
    """The Message-IDs it refers to, the nearest first."""
    text = " ".join(header.text for name in ("references", "in-reply-to") for header in message.all(name))
    return tuple(dict.fromkeys(reversed(_ID.findall(text))))[:REFERENCES_MAX]


def root(message: Message) -> str:
    """The Message-ID the thread began with, as the message says (RFC 5322 §3.6.4); "" if it answers nothing."""
    ids = [
        one
        for name in ("references", "in-reply-to")
        for header in message.all(name)
        for one in _ID.findall(header.text)
    ]
    return ids[0] if ids else ""


def asks(verdict: Verdict, message: Message) -> bool:
    """Whether it matters whose mail is answered, who was written to before, or what the sender was told today."""
    if verdict.together:
        return True
    spoken = {finding.clause for finding in verdict.findings if finding.action > Action.PASS}
    return bool(spoken & DAILY) or (bool(spoken & LIFTED) and bool(refers(message)))


async def with_history(
    store: Store, roster: Roster, message: Message, facts: Facts, together: tuple[str, ...] = ()
) -> Facts:
    """The facts, with whose mail this answers, who met for the first time and what its sender was told today."""
    if facts.identity is None:
        return facts
    person = roster.person(facts.identity.person_id) if facts.identity.person_id else None
    mine = frozenset((facts.identity.address, *(person.emails if person is not None else ())))
    since = facts.now - timedelta(days=CONSENT_DAYS)
    answered, opened = frozenset[str](), False
    if referred := refers(message):
        answered = await store.ask(Asked(referred, mine, since))
        first = await store.ask(Asked((root(message),), mine, since))
        opened = not mine.isdisjoint(first)
    met = not together or await store.ask(Met(company(facts.identity.address, together), since))
    told = await store.ask(Told(marks(DAILY, facts)))
    return replace(facts, answered=answered, opened=opened, first_together=not met, told=told)


def company(identity: str, together: tuple[str, ...]) -> tuple[str, str]:
    """By what it is known that somebody wrote to these people together."""
    return identity, " ".join(together)


def refusal(message: Message, facts: Facts) -> tuple[tuple[str, str, str], ...]:
    """By what it is known that a leader's mail says no, whatever refers to it later."""
    leads = facts.identity is not None and not facts.identity.roles.isdisjoint(LEADERS)
    return ((REFUSAL, message.message_id, ""),) if leads and message.message_id and refuses(message) else ()


def marks(clauses: Iterable[str | None], facts: Facts) -> tuple[tuple[str, str, str], ...]:
    """By what it is known that these clauses advised this sender on this day."""
    if facts.identity is None:
        return ()
    day = facts.now.date().isoformat()
    return tuple((clause, facts.identity.address, day) for clause in sorted(DAILY.intersection(filter(None, clauses))))
