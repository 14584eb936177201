"""Roles and rights: what somebody who signed in may ask for at all. Which case is theirs, the decider says.

Promises: one table; a page names the right it needs, never a role. An administrator is no reader: the role opens lists
and settings, and no message but one that waits for an administrator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What an account was given."""

    APPROVER = "approver"
    ADMIN = "admin"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy_officer"
    OPERATOR = "operator"


class Right(StrEnum):
    """What a page may need."""

    OVERVIEW = "overview"
    QUARANTINE = "quarantine"  # the list of what waits, the own part of it or all
    ALL_HOLDS = "all_holds"  # the list shows what waits for others too, without a subject
    CASE = "case"  # a case that is theirs to decide
    ANY_CASE = "any_case"  # any case, for a reason that is kept
    DECIDE = "decide"
    AUDIT = "audit"
    STATUS = "status"
    PEOPLE = "people"
    REGISTERS = "registers"
    ACCOUNTS = "accounts"
    POLICY = "policy"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.APPROVER: frozenset({Right.OVERVIEW, Right.QUARANTINE, Right.CASE, Right.DECIDE}),
    Role.ADMIN: frozenset(
        {
            Right.OVERVIEW,
            Right.QUARANTINE,
            Right.ALL_HOLDS,
            Right.CASE,
            Right.DECIDE,
            Right.STATUS,
            Right.PEOPLE,
            Right.ACCOUNTS,
            Right.POLICY,
        }
    ),
    Role.AUDITOR: frozenset({Right.OVERVIEW, Right.ANY_CASE, Right.AUDIT, Right.STATUS}),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Right.OVERVIEW,
            Right.QUARANTINE,
            Right.ALL_HOLDS,
            Right.CASE,
            Right.ANY_CASE,
            Right.DECIDE,
            Right.AUDIT,
            Right.PEOPLE,
            Right.REGISTERS,
            Right.POLICY,
        }
    ),
    Role.OPERATOR: frozenset({Right.OVERVIEW, Right.STATUS}),
}


def rights(roles: Iterable[str]) -> frozenset[Right]:
    """Everything these roles may do; a role of another version gives nothing."""
    known = {role.value: role for role in Role}
    return frozenset[Right]().union(*(RIGHTS[known[role]] for role in roles if role in known))
