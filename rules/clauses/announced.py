"""Whether a message announces: newsletter, one-way letter, school-wide news; or asks for a reaction (domain.md 4.5).

Promises: pure; judged by the author's own words alone. What only speaks of a newsletter is none.
"""

from __future__ import annotations

from rules.clauses.written import Written, points, says
from rules.text.lexicon.announcing import SAYINGS

ENOUGH = 10
# So sure that a question in it makes no conversation of it.
SURE = 20


def letter(text: Written) -> bool:
    """Whether it is a newsletter or a one-way letter by its wording."""
    said = SAYINGS.find(text.own)
    about = {one.sentence for one in said if one.topic == "of_letter"}
    said = tuple(one for one in said if one.sentence not in about)
    worth = points(said, "letter", plainly=False)
    titled = any(one.topic == "letter" and one.points >= ENOUGH and one.end <= text.subject_end for one in said)
    return titled or worth >= SURE or (worth >= ENOUGH and not interactive(text))


def interactive(text: Written) -> bool:
    """Whether it asks its readers anything: contact, not announcement (C17)."""
    return text.asks() or _plainly(text, "asks")


def school_wide(text: Written) -> bool:
    """Whether it is news of the whole school."""
    said = SAYINGS.find(text.own)
    return points(said, "school_news", plainly=False) >= ENOUGH


def alarm(text: Written) -> bool:
    """Whether it cannot wait: no lessons, an accident, the building."""
    return _plainly(text, "alarm")


def for_placing(text: Written) -> bool:
    """Whether it is meant to be placed on the school's pages."""
    said = SAYINGS.find(text.own)
    return any(one.topic == "placing" and not one.denied for one in said)


def _plainly(text: Written, topic: str) -> bool:
    if topic == "asks":
        return any(one.topic == topic and not one.denied for one in SAYINGS.find(text.own))
    return says(text.own, SAYINGS, topic)
