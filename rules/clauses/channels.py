"""C5 to C7, C11, C13 to C16: the right channel for pupils, notices, newsletters and news of the whole school.

Promises: a clause looks at its own receivers only; each finding's action is the policy's, but where the protocol asks
for more of whoever lacks an office. Parents and pupils are counted by family and class, never by how they are spelt.
"""

from __future__ import annotations

from rules.clauses.announced import alarm, for_placing, interactive, letter, school_wide
from rules.clauses.found import Clause, hit
from rules.clauses.offices import (
    SENDERS,
    STAFF_OFFICE,
    TEAM_LEADER,
    WEB,
    classes,
    delegated,
    holds,
    of_own_class,
    parents,
    pupils,
    replies,
    teaches,
    team_leaders,
)
from rules.clauses.scene import Scene
from rules.people import Audience
from rules.verdict import Action, Approver, Finding

Heard = tuple[tuple[Finding, ...], str]
# Two families are the least that can be written to as a group.
FAMILIES_MIN = 2
# A class is addressed as a class from so many of its families on.
OF_CLASS_MIN = 2
# News meant for the school's pages went to a crowd, and not to who places it.
CROWD_MIN = 10


def pupils_by_elo(scene: Scene, clause: Clause, *, sensitive: bool) -> Heard:
    """C5: teachers reach pupils through the ELO; `sensitive`: others' data, or care of a person, is in the message."""
    if scene.exempt or not teaches(scene):
        return (), "protected" if scene.exempt else "no_teacher"
    reached = pupils(scene)
    if not reached:
        return (), "no_pupils"
    if clause.params["elo_out"]:
        return (), "elo_out"
    if sensitive:
        found = hit("C5", "pupil_data", Action.HOLD, Approver.SELF, "pupil_data", part="recipients", count=len(reached))
        return (found,), "pupil_data"
    if len(reached) == 1 and replies(scene):
        return (), "answer_to_pupil"
    why = "pupils_by_mail"
    return (hit("C5", "pupils", clause.action, clause.approver, why, part="recipients", count=len(reached)),), why


def notice(scene: Scene, clause: Clause) -> Heard:
    """C6: one-way notices to pupils go by Magister, also from the offices that may give them."""
    why = _notice(scene, int(clause.params["pupils_min"]))
    if why != "notice":
        return (), why
    if not holds(scene, SENDERS, "C6"):
        return (), "no_office"  # C7 speaks
    found = hit("C6", "notice", clause.action, clause.approver, why, part="recipients", count=len(pupils(scene)))
    return (found,), why


def arranged_notice(scene: Scene, clause: Clause, pupils_min: int) -> Heard:
    """C7: whoever else has a notice arranges it with the team leader."""
    why = _notice(scene, pupils_min)
    if why != "notice":
        return (), why
    if holds(scene, SENDERS, "C6") or holds(scene, SENDERS, "C7"):
        return (), "office"
    why = "notice_by_others"
    found = hit("C7", why, clause.action, clause.approver, why, part="recipients", count=len(pupils(scene)))
    return (found,), why


def school_news(scene: Scene, clause: Clause) -> Heard:
    """C11: news of the whole school goes by its websites; the policy's approver holds it for whoever has no office."""
    if scene.exempt:
        return (), "protected"
    reached = parents(scene)
    families = classes(scene, reached)
    addressed = {name for family in families for name in family}
    counted = [name for name in addressed if sum(name in family for family in families) >= OF_CLASS_MIN]
    outside = [one for one in scene.outside_receivers if scene.audience(one) is not Audience.PUPIL_SCHOOL]
    if len(counted) < int(clause.params["classes_min"]) and len(outside) < int(clause.params["external_min"]):
        return (), "few_classes"
    text = scene.written
    if not school_wide(text):
        return (), "no_news"
    if replies(scene) and len(reached) < CROWD_MIN:
        return (), "answer"
    if alarm(text) and holds(scene, SENDERS):
        return (), "alarm"
    if not letter(text) and interactive(text):
        return (), "asks"
    why = "school_news"
    if holds(scene, STAFF_OFFICE | TEAM_LEADER | WEB, "C11"):
        return (hit("C11", why, min(clause.action, Action.COACH), None, why, part="text"),), why
    return (hit("C11", why, clause.action, clause.approver, "school_news_by_others", part="text"),), why


def to_editors(scene: Scene, clause: Clause) -> Heard:
    """C13: what is to be placed goes to an editor, not to everybody."""
    if scene.exempt:
        return (), "protected"
    if not any(address in scene.roster.lists for address in scene.rcpt) and len(scene.receivers) < CROWD_MIN:
        return (), "no_crowd"
    if not for_placing(scene.written):
        return (), "no_news"
    if not WEB.isdisjoint(_offices_reached(scene)) or not scene.rcpt.keys().isdisjoint(scene.roster.editor_addresses()):
        return (), "to_an_editor"
    why = "news_to_a_crowd"
    return (hit("C13", why, clause.action, clause.approver, why, part="text"),), why


def newsletter(scene: Scene, clause: Clause) -> Heard:
    """C14: newsletters and one-way letters to parents go by Magister Mail."""
    why = _newsletter(scene, int(clause.params["parents_min"]))
    if why not in {"newsletter", "many_parents"}:
        return (), why
    return (hit("C14", why, clause.action, clause.approver, why, part="text", count=len(parents(scene))),), why


def placed_by_office(scene: Scene, clause: Clause, parents_min: int) -> Heard:
    """C15: only who holds the office, or was given it for some time, sends a newsletter."""
    why = _newsletter(scene, parents_min)
    if why not in {"newsletter", "many_parents"}:
        return (), why
    if _may_place(scene):
        return (), "office"
    why = "newsletter_by_others"
    return (hit("C15", why, clause.action, clause.approver, why, part="text"),), why


def arranged_newsletter(scene: Scene, clause: Clause, parents_min: int) -> Heard:
    """C16: whoever has a message for that medium takes it to the team leader first."""
    why = _newsletter(scene, parents_min)
    if why not in {"newsletter", "many_parents"}:
        return (), why
    if _may_place(scene):
        return (), "office"
    if not team_leaders(scene).isdisjoint(scene.receivers):
        return (), "team_leader_knows"  # C15 asks them
    why = "newsletter_to_arrange"
    return (hit("C16", why, clause.action, clause.approver, why, part="text"),), why


def _notice(scene: Scene, pupils_min: int) -> str:
    """Whether pupils are given notice: why not, or "notice"."""
    if scene.exempt or scene.identity is None:
        return "protected" if scene.exempt else "nobody_known"
    reached = pupils(scene)
    listed = any(
        entry is not None and entry.kind == "students"
        for entry in map(scene.roster.lists.get, (*scene.rcpt, *scene.shown))
    )
    if len(reached) < pupils_min and not (listed and reached):
        return "few_pupils"
    if alarm(scene.written) and holds(scene, TEAM_LEADER):
        return "alarm"
    return "asks" if interactive(scene.written) else "notice"


def _newsletter(scene: Scene, parents_min: int) -> str:
    """Whether parents are told something one way: why not, or "newsletter" or "many_parents"."""
    known = scene.kept(_known)
    if parents_min not in known:
        known[parents_min] = _told_one_way(scene, parents_min)
    return known[parents_min]


def _known(_: Scene) -> dict[int, str]:
    return {}


def _told_one_way(scene: Scene, parents_min: int) -> str:
    if scene.exempt:
        return "protected"
    reached = parents(scene)
    families = classes(scene, reached)
    if len(families) < FAMILIES_MIN:
        return "few_families"
    text = scene.written
    if replies(scene) and len(reached) < parents_min:
        return "answer"
    if letter(text):
        return "newsletter"
    if len(reached) < parents_min or sum(not _own(scene, address) for address in reached) < parents_min:
        return "few_parents"
    return "asks" if interactive(text) else "many_parents"


def _may_place(scene: Scene) -> bool:
    """Whether who sends has the office for newsletters, or was given it by one of the clauses about them."""
    return holds(scene, SENDERS, "C14") or delegated(scene, "C15") or delegated(scene, "C16")


def _own(scene: Scene, address: str) -> bool:
    return any(of_own_class(scene, family) for family in classes(scene, (address,)))


def _offices_reached(scene: Scene) -> frozenset[str]:
    """The offices of whoever is written to by name; who only stands on a list is one of a crowd."""
    people = (person for address in scene.rcpt for person in scene.roster.owners(address))
    return frozenset[str]().union(*(person.roles for person in people))
