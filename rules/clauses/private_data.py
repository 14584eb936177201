"""C20, C21, C35, and C3 for what is no address: private data by whose it is and who receives it.

The matrix is protocol.md's, Private data; its steps come from the policy.
Promises: every value is asked of every receiver: its owner and the owner's family may know it, whoever is let by
consent, law or agreement may have it, for the rest the matrix says what happens. Every entry of the registers that lets
something pass is a finding of its own (`register`), so that it stands on the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rules.clauses.allowed import grants
from rules.clauses.families import grouped, may_see
from rules.clauses.found import hit
from rules.clauses.scene import FAMILY, Scene
from rules.clauses.sighted import Found, Named, Tie, Value
from rules.clauses.whose import REACH, subject_of, values
from rules.people import ValueIndex, spellings
from rules.text.hits import LOW
from rules.verdict import Action, Approver, Finding

Steps = tuple[tuple[int, Action, Approver | None], ...]
Matrix = Mapping[str, Mapping[str, Steps]]
CLAUSES = ("C3", "C20", "C21", "C35")
# protocol.md: from three persons on it is a list, and a list is never doubtful.
LIST_MIN = 3
# More of one list would tell the approver nothing new; `persons` counts them all.
FINDINGS_MAX = 200
# protocol.md, third party: of so many persons' contact data the privacy officer hears, whoever decides.
INFORMED_MIN = 2
# Numbers of mobile telephones: the Netherlands, Belgium.
MOBILE = ("316", "324")


@dataclass(frozen=True, slots=True)
class Weighed:
    """What each of CLAUSES has found, and what it looked at."""

    findings: Mapping[str, tuple[Finding, ...]]
    nothing: str = "nothing_found"

    def of(self, clause: str) -> tuple[tuple[Finding, ...], str]:
        """The findings of one clause and why, as clauses report."""
        found = self.findings.get(clause, ())
        allowed = sorted(dict(one.params)["entry"] for one in found if one.rule == "register")
        if len(found) > len(allowed):
            return found, "found"
        return found, "allowed " + " ".join(dict.fromkeys(allowed)) if allowed else self.nothing


def weigh(  # noqa: PLR0917 - the message, what was found in it, and the matrix
    scene: Scene,
    index: ValueIndex,
    matrix: Matrix,
    found: Iterable[Found],
    named: Iterable[Named] = (),
    addresses: Sequence[Finding] = (),
) -> Weighed:
    """Weigh everything found. `addresses`: what C3 found of e-mail addresses, whose owners count as persons too."""
    if scene.exempt:
        return Weighed({}, "protected")
    weighing = _Weighing(scene, matrix, values(scene, index, found, named))
    findings: dict[str, list[Finding]] = {clause: [] for clause in CLAUSES}
    for one in weighing.all(addresses):
        findings[str(one.clause)].append(one)
    return Weighed({clause: tuple(each) for clause, each in findings.items()})


@dataclass(frozen=True, slots=True)
class _Leak:
    value: Value
    refused: str  # why a consent that is there does not count


class _Weighing:
    def __init__(self, scene: Scene, matrix: Matrix, seen: tuple[Value, ...]) -> None:
        self.scene, self.matrix, self.seen = scene, matrix, seen
        self.outside = scene.outside_receivers
        self.one_family = len(grouped(scene.roster, self.outside)) == 1
        self.used: dict[tuple[str, str], Value] = {}
        self.mine: list[Value] = []
        unknown = {value.subject for value in seen if not value.owners and value.column != "sensitive"}
        self.unknown_list = len(unknown) >= LIST_MIN

    def all(self, addresses: Sequence[Finding]) -> Iterator[Finding]:
        """Everything there is to say, family by third party by colleagues."""
        told: set[int] = set()
        for family, name, clause in ((True, "other_family", "C20"), (False, "third_party", "C35")):
            group = [one for one in self.outside if (self.scene.audience(one) in FAMILY) is family]
            leaks = self._leaks(group)
            told |= {id(leak.value) for leak in leaks}
            yield from self._group(leaks, name, clause, [one for one in addresses if one.rule == name])
        if self.mine and len(self.outside) > 1:
            clause = "C20" if any(self.scene.audience(one) in FAMILY for one in self.outside) else "C35"
            yield _said(clause, "own_private", Action.COACH, None, "own_value", self.mine[0])
        if self.outside:
            told |= {id(value) for value in self.mine}
            yield from self._subjects([value for value in self.seen if id(value) not in told])
        yield from self._colleagues()
        for (entry, _), value in sorted(self.used.items(), key=lambda used: used[0]):
            yield _said("C21", "register", Action.PASS, None, "used_entry", value, entry=entry)

    # outside

    def _leaks(self, group: list[str]) -> list[_Leak]:
        leaks = []
        for value in self.seen:
            # One by one: of a list of a thousand to a thousand the first stranger settles nearly every value.
            strangers = self._strangers(value, group)
            first = next(strangers, None)
            if first is None:
                continue
            if self._is_mine(value):
                self.mine.append(value)
                continue
            granted = grants(self.scene, value.kind, value.owners, chain((first,), strangers))
            if not granted.used:
                leaks.append(_Leak(value, granted.refused))
            for entry in granted.used:
                self.used.setdefault((entry, value.kind), value)
        return leaks

    def _strangers(self, value: Value, group: list[str]) -> Iterator[str]:
        return (receiver for receiver in group if not self._may_know(value, receiver))

    def _may_know(self, value: Value, receiver: str) -> bool:
        if value.owners:
            return any(may_see(owner, receiver, self.scene.roster, value.column) for owner in value.owners)
        if not self.one_family:
            return False
        if value.tie is Tie.RECEIVER:
            return True
        # A mail to one family that names nobody else is about its child; where somebody can be reached is not.
        family = self.scene.audience(receiver) in FAMILY
        return family and value.kind not in REACH and (value.column == "sensitive" or not self.unknown_list)

    def _is_mine(self, value: Value) -> bool:
        """The sender's own, credentials excepted."""
        if value.kind == "credentials":
            return False
        if value.tie is Tie.SENDER:
            return True
        who = self.scene.identity
        person = self.scene.roster.person(who.person_id) if who is not None and who.person_id is not None else None
        return person is not None and any(owner.id in {person.id, person.parent_id} for owner in value.owners)

    def _group(self, leaks: list[_Leak], name: str, clause: str, addresses: Sequence[Finding]) -> Iterator[Finding]:
        subjects = {leak.value.subject for leak in leaks}
        for one in addresses:
            owners = self.scene.roster.owners(one.clear)
            subjects.add(subject_of(owners) if owners else f"@{one.clear}")
        persons = len(subjects)
        refused: set[tuple[str, str]] = set()
        for leak in islice(leaks, FINDINGS_MAX):
            value = leak.value
            reached = [step for step in self.matrix[name][value.column] if step[0] <= persons]
            if not reached:
                continue
            _, action, approver = reached[-1]
            for _ in range(self._doubts(value, name) if persons < LIST_MIN else 0):
                action, approver = _softer(action, approver)
            if action is Action.PASS:
                continue
            informed = (
                name == "third_party"
                and approver is Approver.TEAM_LEADER
                and (persons >= INFORMED_MIN or value.column == "sensitive")
            )
            more = {"informed": Approver.PRIVACY_OFFICER.label} if informed else {}
            why = f"family_{value.kind}" if name == "other_family" else f"third_{value.kind}"
            yield _said(clause, name, action, approver, why, value, persons=persons, **more)
            if leak.refused and (leak.refused, value.subject) not in refused:
                refused.add((leak.refused, value.subject))
                yield _said("C21", "no_consent", action, approver, f"consent_{leak.refused}", value)

    def _doubts(self, value: Value, name: str) -> int:
        """How many steps softer. What nobody owns and is to one family is a shop's as often as a parent's."""
        doubts = int(value.confidence == LOW)
        if name == "other_family" and not value.owners and value.kind in REACH and self.one_family:
            doubts += 1 if value.kind != "phone" or _is_mobile(value.clear) else 2
        return doubts

    def _subjects(self, known: list[Value]) -> Iterator[Finding]:
        """What everybody outside may know, and should rather be handed over otherwise."""
        entries = {kind for _, kind in self.used}
        persons = len({value.subject for value in known})
        for value in islice(known, FINDINGS_MAX):
            reached = [step for step in self.matrix["subject"].get(value.kind, ()) if step[0] <= persons]
            if reached and value.kind not in entries:
                _, action, approver = reached[-1]
                if value.confidence == LOW:
                    action, approver = _softer(action, approver)
                if action is not Action.PASS:
                    yield _said("C20", "own_data", action, approver, f"own_{value.kind}", value)

    # inside

    def _colleagues(self) -> Iterator[Finding]:
        sender = self.scene.identity.address if self.scene.identity is not None else ""
        inside = [one for one in self.scene.receivers if self.scene.audience(one).inside and one != sender]
        if not inside:
            return
        listed = any(address in self.scene.roster.lists for address in self.scene.rcpt)
        for column, steps in self.matrix["colleagues"].items():
            seen = [value for value in self.seen if value.column == column and not self._is_mine(value)]
            persons = len({value.subject for value in seen})
            counted = max(persons, LIST_MIN) if listed and persons else persons
            reached = [step for step in steps if step[0] <= counted]
            if not reached:
                continue
            _, action, approver = reached[-1]
            for value in islice(seen, FINDINGS_MAX):
                does, who = (action, approver)
                if value.confidence == LOW and persons < LIST_MIN:
                    does, who = _softer(action, approver)
                if does is not Action.PASS:
                    yield _said("C3", "colleagues", does, who, f"colleagues_{value.kind}", value, persons=persons)


def _said(  # noqa: PLR0917 - a finding's own fields
    clause: str, rule: str, action: Action, approver: Approver | None, why: str, value: Value, **more: object
) -> Finding:
    return hit(
        clause, rule, action, approver, why, part=value.where, clear=value.clear, kind=value.kind,
        confidence=value.confidence, **more,
    )  # fmt: skip


def _is_mobile(clear: str) -> bool:
    """Whether a number is one that a person carries; the others are mostly of shops and offices."""
    return any(spelt.startswith(MOBILE) for spelt in spellings("phone", clear))


def _softer(action: Action, approver: Approver | None) -> tuple[Action, Approver | None]:
    """One step down, for what is doubtful (protocol.md, Low confidence)."""
    if action is Action.BLOCK:
        return Action.HOLD, Approver.PRIVACY_OFFICER
    return (Action.COACH, None) if action is Action.HOLD else (Action.PASS, approver)
