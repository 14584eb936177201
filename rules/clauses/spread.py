"""C3: addresses of people who are not the receiver's business, anywhere in the content.

Promises: every address in every place is looked up: whose it is, and whether each outside receiver may see it. Matrix,
row contact data (protocol.md). What stands in the message's own To and Cc is C19's affair; once C19 takes it out of
sight, the content is all that shows it, and the matrix may ask for more than C19 does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rules.clauses.allowed import EMAIL, grants
from rules.clauses.families import own_data
from rules.clauses.found import hit
from rules.clauses.scene import FAMILY, Scene
from rules.message import HeaderEdit, Place
from rules.people import Audience
from rules.text.hits import LOW
from rules.verdict import Action, Approver, Finding

Steps = tuple[tuple[int, Action, Approver | None], ...]
# protocol.md: from three persons on it is a list, and a list is never doubtful.
LIST_MIN = 3
# More of one list would tell the approver nothing new; `persons` counts them all.
FINDINGS_MAX = 200
# The author, and whom the message is to. Reply-To and Resent lines may name somebody who is neither.
ADDRESSING = frozenset({"from", "to", "cc", "bcc", "resent-bcc"})
# Names of messages and machines: what stands there is an address only if the directory knows it as one.
IDENTIFIERS = frozenset(
    {
        "message-id", "in-reply-to", "references", "resent-message-id", "content-id", "dkim-signature",
        "arc-seal", "arc-message-signature", "authentication-results", "list-id", "thread-index",
    }
)  # fmt: skip
IDENTIFIER_ENDINGS = ("-id", "-identifier")
# The same in a text: a receipt's or a report's fields, an appointment's UID, links to pictures of the message.
IDENTIFIER_BEFORE = re.compile(
    r"(?:\b(?:message-id|in-reply-to|references|content-id|uid)[ \t]*:[^\r\n]*|\b[cm]id:[^\s\"'<>]*)\Z", re.IGNORECASE
)
IDENTIFIER_LETTERS = 500


@dataclass(frozen=True, slots=True)
class _Seen:
    """One person's address in one place."""

    address: str
    place: Place
    confidence: str


def addresses(
    scene: Scene, matrix: Mapping[str, Mapping[str, Steps]], edits: Sequence[HeaderEdit], *, fixed: bool
) -> tuple[tuple[Finding, ...], str]:
    """Everything C3 finds in what C19 leaves behind, and what it looked at."""
    receivers = scene.outside_receivers
    if not receivers or scene.exempt:
        return (), "nobody_outside" if not receivers else "protected"
    shown = frozenset(() if fixed else scene.shown)
    gone = frozenset(edit.start for edit in edits if edit.end > edit.start)
    seen = [one for one in _private(scene, gone) if one.address not in shown]
    findings: list[Finding] = []
    allowed: set[str] = set()
    for family, name in ((True, "other_family"), (False, "third_party")):
        group = [address for address in receivers if (scene.audience(address) in FAMILY) is family]
        findings += _group(scene, seen, group, matrix[name]["contact"], name, allowed)
    why = "found" if findings else "allowed " + " ".join(sorted(allowed)) if allowed else "nothing_found"
    findings += (
        hit("C3", "register", Action.PASS, None, "used_entry", kind=EMAIL, entry=one) for one in sorted(allowed)
    )
    return tuple(findings), why


def _group(  # noqa: PLR0917 - one row of the matrix
    scene: Scene, seen: list[_Seen], group: list[str], steps: Steps, name: str, allowed: set[str]
) -> Iterator[Finding]:
    mine: list[_Seen] = []
    leaks: dict[str, _Seen] = {}
    for one in seen:
        strangers = [receiver for receiver in group if not own_data(scene.roster, one.address, receiver)]
        if not strangers:
            continue
        if scene.identity is not None and scene.roster.same_person(one.address, scene.identity):
            mine.append(one)
        elif used := grants(scene, EMAIL, scene.roster.owners(one.address), strangers).used:
            allowed |= used
        else:
            leaks[one.address] = one
    if mine and len(scene.outside_receivers) > 1:
        one = mine[0]
        yield hit(
            "C3", "own_private", Action.COACH, None, "own_private", part=one.place.where, clear=one.address, kind=EMAIL
        )
    persons = len(leaks)
    reached = [step for step in steps if step[0] <= persons]
    if not reached:
        return
    _, action, approver = reached[-1]
    for one in islice(leaks.values(), FINDINGS_MAX):
        softened = action
        if one.confidence == LOW and persons < LIST_MIN:
            softened = Action.COACH if action is Action.HOLD else action
        yield hit(
            "C3", name, softened, approver, f"address_{one.place.kind}", part=one.place.where, clear=one.address,
            kind=EMAIL, confidence=one.confidence, persons=persons,
        )  # fmt: skip


def _private(scene: Scene, gone: frozenset[int]) -> Iterable[_Seen]:
    """Every address in the content that is a person's own, each where it first stands without doubt."""
    seen: dict[str, _Seen] = {}
    for sighting in scene.sightings:
        place = sighting.place
        line = place.header
        if line is not None and not place.part_path and (line.name in ADDRESSING or line.start in gone):
            continue
        for found in sighting.hits:
            known = seen.get(found.value)
            if known is not None and found.confidence in {known.confidence, LOW}:
                continue
            audience = scene.audience(found.value)
            if audience is Audience.UNKNOWN_PRIVATE and _names_a_thing(place, found.start):
                continue
            if audience.outsider or audience is Audience.PUPIL_SCHOOL:
                seen[found.value] = _Seen(found.value, place, found.confidence)
    return seen.values()


def _names_a_thing(place: Place, start: int) -> bool:
    """Whether what stands there is the name of a message, part or appointment: some end in a webmail's domain."""
    line = place.header
    if line is not None and (line.name in IDENTIFIERS or line.name.endswith(IDENTIFIER_ENDINGS)):
        return True
    return IDENTIFIER_BEFORE.search(place.text[max(0, start - IDENTIFIER_LETTERS) : start]) is not None
