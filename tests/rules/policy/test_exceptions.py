"""A clause is enforced from a day on, and does not speak of some people until another."""

from __future__ import annotations

from datetime import timedelta
from importlib import resources

import pytest

from rules.case import Facts
from rules.policy import Policy, PolicyError, load
from rules.verdict import Action, Verdict
from tests.support.small_school import ANNA, CEES, LEADER, MENTOR, NOW, TEACHER, case, judge, mail

SHIPPED = (resources.files("rules") / "protocol.toml").read_text("utf-8")
TODAY = NOW.date()
TWO = f"{ANNA}, {CEES}"


def written(lines: str, clause: str = "C19") -> Policy:
    """The shipped policy with more lines at the end of a clause's table."""
    return load(
        SHIPPED.replace(f"[clauses.{clause}]\n", f"[clauses.{clause}]\n{lines}", 1)
        if "[[" not in lines
        else SHIPPED + lines
    )


def said(policy: Policy, sender: str = MENTOR, days: int = 0) -> Verdict:
    by = judge(policy)
    now = NOW + timedelta(days=days)
    return by.judge(case(mail(TWO, sender=sender), ANNA, CEES, sender=sender), Facts(now, by.roster.identify(sender)))


def excepted(*who: str, until: str, clause: str = "C19") -> Policy:
    names = ", ".join(f'"{name}"' for name in who)
    return written(f'[[clauses.{clause}.exceptions]]\nwho = [{names}]\nreason = "proef"\nuntil = {until}\n')


def test_a_clause_is_observed_until_its_day_and_enforced_from_it_on() -> None:
    policy = written(f"enforce_from = {TODAY + timedelta(days=2)}\n")
    early = said(policy, days=1)
    assert early.action is Action.PASS
    assert [(f.clause, f.would_be) for f in early.findings] == [("C19", Action.FIX)]
    assert not early.fixed
    assert said(policy, days=2).action is Action.FIX


@pytest.mark.parametrize("who", ["mentor", "MENTOR", MENTOR, MENTOR.upper(), "mnt@school.example"])
def test_a_role_or_an_address_is_excepted_until_its_last_day(who: str) -> None:
    policy = excepted(who, until=str(TODAY))
    verdict = said(policy)
    assert verdict.action is Action.PASS
    assert ("C19", False, "exception") in [(one.clause, one.hit, one.why) for one in verdict.looked]
    assert said(policy, days=1).action is Action.FIX


def test_others_are_not_excepted_and_one_clause_is_no_other() -> None:
    assert said(excepted("mentor", TEACHER, until="2030-01-01"), LEADER).action is Action.FIX
    assert said(excepted("mentor", until="2030-01-01", clause="C18")).action is Action.FIX


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ('[[clauses.C19.exceptions]]\nwho = ["mentor"]\nreason = "x"\n', "clauses.C19.exceptions.until: is missing"),
        ('[[clauses.C19.exceptions]]\nwho = ["mentor"]\nreason = ""\nuntil = 2027-01-01\n', "reason: must say why"),
        ('[[clauses.C19.exceptions]]\nwho = []\nreason = "x"\nuntil = 2027-01-01\n', "who: must name somebody"),
        ('[[clauses.C19.exceptions]]\nwho = "x"\nreason = "x"\nuntil = 2027-01-01\n', "who: must be a list of words"),
        ('[[clauses.C19.exceptions]]\nwho = ["x"]\nreason = "x"\nuntil = "morgen"\n', "until: must be a day"),
        ('[[clauses.C19.exceptions]]\nwo = ["x"]\nreason = "x"\nuntil = 2027-01-01\n', 'did you mean "who"?'),
        ('[[clauses.C34.exceptions]]\nwho = ["x"]\nreason = "x"\nuntil = 2027-01-01\n', "C34.exceptions: can't be"),
        ("enforce_from = 12\n", "enforce_from: must be a day"),
        ("exceptions = 12\n", "must be tables: [[clauses.C19.exceptions]]"),
    ],
)
def test_a_mistake_in_them_is_told_with_its_line(lines: str, mistake: str) -> None:
    with pytest.raises(PolicyError, match=r"protocol\.toml:\d+: ") as caught:
        written(lines)
    assert mistake in str(caught.value)


def test_the_archive_duty_begins_at_once() -> None:
    with pytest.raises(PolicyError, match="must stay enforce"):
        written("enforce_from = 2030-01-01\n", "C34")
