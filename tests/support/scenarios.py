"""Scenarios of hiding: a teacher, some outsiders, one address in one place, and what must become of it.

`fails` is the one question: does a scenario come out otherwise than it must, or does what is delivered show an outsider
to another?
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.verdict import Action, Verdict
from tests.support.hiding import HEADER_HIDERS, HELD_HEADERS, HELLO, HIDERS, OWN_TO, RAW_HEADERS, RAW_ONLY, compose
from tests.support.oracle import shown
from tests.support.school import delivered, judged

SENDER = "d.thooft@zilverberg.example"
COLLEAGUE = "h.vanlierop@zilverberg.example"
# Parents of four families, one of them with a domain of his own, and somebody no file knows.
OUTSIDERS = (
    "sanne.vanrijsbergen@ziggo.example",
    "renskevanderheide@home.example",
    "buurman@gmail.example",
    "d.kuiper@bouwbedrijfkuiper.example",
)
# They may know each other's address, and C19 counts two of them all the same.
HOUSEHOLD = ("sanne.vanrijsbergen@ziggo.example", "mark.vrb@gmail.example")


def _all() -> Iterator[tuple[str, Action]]:
    yield "plain", Action.FIX
    yield "right", Action.PASS
    for place in HIDERS:
        for number in range(len(OUTSIDERS)):
            yield f"recipient {place} {number}", Action.HOLD
            yield f"right {place} {number}", Action.HOLD
            if place not in RAW_ONLY:
                yield f"stranger {place} {number}", Action.HOLD
        yield f"household {place} 0", Action.HOLD
    for line in HEADER_HIDERS:
        yield f"header {line} 0", Action.FIX
        right = line == "bcc_left_in"
        yield f"right-header {line} 0", Action.PASS if right else Action.FIX
    for line in (*HELD_HEADERS, *RAW_HEADERS):
        yield f"header {line} 0", Action.HOLD
        yield f"right-header {line} 0", Action.HOLD
    for to in OWN_TO:
        yield f"to {to} 0", Action.FIX


SCENARIOS: dict[str, Action] = dict(_all())


def scenario(name: str) -> tuple[bytes, list[str]]:
    """Its message and its recipients."""
    if name in {"plain", "right"}:
        return compose(SENDER, OUTSIDERS if name == "plain" else [SENDER], HELLO), list(OUTSIDERS)
    how, place, number = name.split()
    everybody = HOUSEHOLD if how == "household" else OUTSIDERS
    victim = everybody[int(number)]
    if how.endswith("header"):
        inner, extra = HELLO, {**HEADER_HIDERS, **HELD_HEADERS, **RAW_HEADERS}[place](victim)
    else:
        inner, extra = HELLO if how == "to" else HIDERS[place](victim), b""
    recipients = [one for one in everybody if how != "stranger" or one != victim]
    visible = recipients
    if how.startswith("right"):
        visible = [SENDER]
    elif how == "to":
        visible = [OWN_TO[place](SENDER, victim)]
    return compose(SENDER, visible, inner, extra=extra), recipients


def fails(name: str) -> bool:
    """Whether this scenario is not as it must be."""
    raw, recipients = scenario(name)
    verdict = judged(raw, SENDER, recipients)
    if verdict.action is not SCENARIOS[name]:
        return True
    return verdict.action <= Action.FIX and leaks(raw, recipients, verdict)


def leaks(raw: bytes, recipients: list[str], verdict: Verdict) -> bool:
    """Whether a delivered copy shows an outsider to another."""
    for rcpt_to, out in delivered(raw, verdict):
        outside = [one for one in rcpt_to if one not in {SENDER, COLLEAGUE}]
        if any(outside != [outsider] for outsider in shown(out, {*OUTSIDERS, *HOUSEHOLD})):
            return True
    return False
