"""The people of the school and of its surroundings, and the look-ups the clauses need."""

from rules.people.index import ValueIndex, spellings
from rules.people.roster import Roster
from rules.people.values import (
    Audience,
    Consent,
    Contact,
    Delegation,
    Ground,
    Home,
    Kind,
    MailList,
    Person,
    School,
    SharedMailbox,
)

__all__ = [
    "Audience",
    "Consent",
    "Contact",
    "Delegation",
    "Ground",
    "Home",
    "Kind",
    "MailList",
    "Person",
    "Roster",
    "School",
    "SharedMailbox",
    "ValueIndex",
    "spellings",
]
