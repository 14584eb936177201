"""C8, C22, C24: no teacher starts a social-media channel with pupils, nor with parents unless the team leader knew.

Promises: a link into a group is enough wherever it stands but in a quote; a link to a profile, or words alone, must be
an invitation. Official pages are allowed, and so is the school's own signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from rules.clauses.channels import Heard
from rules.clauses.found import Clause, hit
from rules.clauses.offices import parents, pupils, replies, teaches, team_leaders
from rules.clauses.scene import Scene
from rules.detectors import invite_link
from rules.text.lexicon.invites import SAYINGS
from rules.verdict import Action, Approver

_ENOUGH = 10
WORDS = "words"


def with_pupils(scene: Scene, clause: Clause) -> Heard:
    """C8: never with pupils."""
    return _started(scene, clause, "C8", "channel_with_pupils", pupils(scene))


def with_parents(scene: Scene, clause: Clause) -> Heard:
    """C22: not with parents, unless C24."""
    findings, why = _started(scene, clause, "C22", "channel_with_parents", parents(scene))
    return ((), "team_leader_informed") if findings and _informed(scene) else (findings, why)


def informed(scene: Scene, _: Clause) -> Heard:
    """C24: the rare exception, where the team leader's own earlier mail is answered; a release says it too."""
    if not _informed(scene):
        return (), "not_informed"
    if scene.exempt or not teaches(scene) or not parents(scene) or not scene.kept(_invitations):
        return (), "no_channel"
    return (hit("C24", "informed", Action.PASS, None, "team_leader_informed", part="header References"),), "informed"


def _informed(scene: Scene) -> bool:
    return not scene.facts.answered.isdisjoint(team_leaders(scene))


def _started(scene: Scene, clause: Clause, name: str, why: str, reached: tuple[str, ...]) -> Heard:
    if scene.exempt or not teaches(scene) or not reached:
        return (), "protected" if scene.exempt else "nobody_reached" if not reached else "no_teacher"
    for where in scene.kept(_invitations):
        action, approver = clause.action, clause.approver
        if where == WORDS and action is Action.BLOCK:
            # Words alone may be understood wrongly: a person looks before anything is refused.
            action, approver = Action.HOLD, Approver.TEAM_LEADER
        return (hit(name, why, action, approver, why, part="text" if where == WORDS else where),), why
    return (), "no_invitation"


def _invitations(scene: Scene) -> tuple[str, ...]:
    """Where the message invites to a group of its author; WORDS if nothing but its words does."""
    return tuple(_invited(scene))


def _invited(scene: Scene) -> Iterator[str]:
    said = SAYINGS.find(scene.written.own)
    others = {one.sentence for one in said if one.topic == "others"}
    invites = any(
        one.topic == "starts" and one.points >= _ENOUGH and not one.denied and one.sentence not in others
        for one in said
    )
    own = scene.written.own
    for link in invite_link.find(own.text):
        if not _official(scene, own.text[link.start : link.end]) and (link.group or invites):
            yield "text"
    for link in invite_link.find(scene.written.signature):
        if link.group and not _official(scene, scene.written.signature[link.start : link.end]):
            yield "text"
    answers = replies(scene) or scene.written.prefixed
    if not answers and any(link.group for link in invite_link.find(scene.written.quoted.text)):
        yield "text"  # nobody's mail is quoted in a mail that answers and forwards none
    for sighting in scene.sightings:
        place = sighting.place
        if place.kind in {"link", "file", "calendar", "attribute"} and not (answers and place.aside == "quoted"):
            for link in invite_link.find(place.text):
                hidden = place.aside == "signature" or place.kind != "link"
                group = link.group or (invites and not hidden)
                if group and not _official(scene, place.text[link.start : link.end]):
                    yield place.where
    if invites:
        yield WORDS


def _official(scene: Scene, link: str) -> bool:
    """Whether it leads to one of the school's own pages."""
    said = _bare(link)
    return any(page and said.startswith(page) for page in map(_bare, scene.roster.school.official_pages))


def _bare(link: str) -> str:
    parts = urlsplit(link.strip() if "//" in link else f"//{link.strip()}")
    return f"{parts.netloc.lower().removeprefix('www.').removeprefix('m.')}{parts.path.rstrip('/').lower()}"
