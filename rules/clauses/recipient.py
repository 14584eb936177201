"""Wrong receivers, under C3: a mistyped domain, a parent who is called as a colleague is, a greeting for somebody else.

Promises: looks only at receivers outside, and only where somebody else is known who is likely meant; a doubt is advice,
and only what can hardly be meant is held for its sender. Nobody's address or name is in a sentence: evidence is masked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rules.clauses.found import hit
from rules.clauses.offices import replies
from rules.clauses.scene import OUTSIDERS_MIN, Scene
from rules.people import Audience, Kind, Person, Roster
from rules.people.roster import label_of
from rules.verdict import Action, Approver, Finding

# Where private mail lives most: a domain one slip away from one of these is hardly meant.
ENDINGS = ("com", "nl", "be", "net", "example")
_KNOWN_LETTERS_MIN = 6
PRIVATE = frozenset({Audience.PARENT, Audience.PUPIL_PRIVATE, Audience.UNKNOWN_PRIVATE})
# With so many others, all of them colleagues, one outsider of a colleague's name stands out.
COLLEAGUES_MIN = 2
_GREETING_LETTERS = 120
_GREETING = re.compile(
    r"\s*(?:beste|geachte|dag|hallo|hoi|lieve|goedemorgen|goedemiddag|goedenavond|hi|dear|hello)\s+"
    r"((?:(?:heer|mevrouw|meneer|mevr\.?|dhr\.?|mw\.?|de heer|familie|fam\.?|mr\.?|mrs\.?|ms\.?)\s+)+)"
    r"((?:[^\W\d_][\w'’.-]*\s?){1,4})",
    re.IGNORECASE,
)
_SMALL = frozenset("van de der den ter ten te het 't el en en/of of".split())


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """The domains people mean, each by what it becomes when a letter is left out; and colleagues by name."""

    _near: Mapping[str, frozenset[str]] = field(repr=False)
    _known: frozenset[str] = field(repr=False)
    _staff: frozenset[str] = field(repr=False)
    _surnames: frozenset[str] = field(repr=False)

    @classmethod
    def build(cls, roster: Roster, private_mail: Iterable[str]) -> Lookalikes:
        """Index once. `private_mail` are the labels of webmail."""
        known = {
            address.rpartition("@")[2] for p in roster.people.values() for address in (*p.emails, *p.private_emails)
        }
        known |= {contact.domain or contact.email.rpartition("@")[2] for contact in roster.contacts}
        known |= {*roster.school.domains, *roster.school.pupil_domains}
        known |= {f"{label}.{ending}" for label in private_mail for ending in ENDINGS}
        near: dict[str, set[str]] = {}
        for domain in known - {""}:
            for shorter in (domain, *_shorter(domain)):
                near.setdefault(shorter, set()).add(domain)
        people = [p for p in roster.people.values() if p.kind is Kind.STAFF]
        return cls(
            {shorter: frozenset(domains) for shorter, domains in near.items()},
            frozenset(known),
            frozenset(_plain(p.name) for p in people if p.name),
            frozenset(_plain(p.last_name) for p in roster.people.values() if p.last_name),
        )

    def meant(self, domain: str) -> frozenset[str]:
        """The domains one slip away: a letter more, less, other, or two in the other order. None for a known one."""
        if domain in self._known or len(domain) < _KNOWN_LETTERS_MIN:
            return frozenset()
        found: set[str] = set()
        for shorter in (domain, *_shorter(domain)):
            found |= self._near.get(shorter, frozenset())
        return frozenset(one for one in found if _one_slip(domain, one))

    def is_colleague(self, name: str) -> bool:
        """Whether somebody on the staff is called so."""
        return _plain(name) in self._staff

    def is_surname(self, name: str) -> bool:
        """Whether somebody in the directory is called so."""
        return _plain(name) in self._surnames


def wrong_receivers(scene: Scene, lookalikes: Lookalikes) -> tuple[Finding, ...]:
    """Everything that looks like a slip of the receiver."""
    if scene.exempt or not scene.outside_receivers:
        return ()
    return (
        *_domains(scene, lookalikes),
        *_namesakes(scene, lookalikes),
        *_greeted(scene, lookalikes),
        *_strangers(scene),
    )


def together(scene: Scene) -> tuple[str, ...]:
    """A family and others outside school who see each other's address; whoever answers did not bring them together."""
    if scene.exempt or len(scene.outside_receivers) < OUTSIDERS_MIN or replies(scene):
        return ()
    shown = set(scene.shown)
    seen = [one for one in scene.outside_receivers if one in shown]
    private = any(scene.audience(one) in PRIVATE for one in seen)
    if not private or not any(scene.audience(one) is Audience.ORGANISATION for one in seen):
        return ()
    return tuple(sorted(seen))


def _strangers(scene: Scene) -> Iterator[Finding]:
    """People who get to see each other for the first time."""
    if scene.facts.first_together and (seen := together(scene)):
        count = len(seen)
        yield hit("C3", "wrong_receiver", Action.COACH, None, "first_together", part="header To", count=count)


def _domains(scene: Scene, lookalikes: Lookalikes) -> Iterator[Finding]:
    for address in scene.outside_receivers:
        local, _, domain = address.rpartition("@")
        if scene.roster.owners(address) or scene.roster.contact(address, scene.private_mail) is not None:
            continue
        meant = lookalikes.meant(domain)
        if not meant or label_of(domain) in scene.private_mail:
            continue
        known = any(scene.roster.owners(f"{local}@{one}") for one in meant)
        action = Action.HOLD if known else Action.COACH
        why = "mistyped_known" if known else "mistyped_domain"
        yield hit("C3", "wrong_receiver", action, Approver.SELF, why, part="recipients", clear=address)


def _namesakes(scene: Scene, lookalikes: Lookalikes) -> Iterator[Finding]:
    """One outsider among colleagues who is called as a colleague is."""
    if len(scene.outside_receivers) != 1 or len(scene.receivers) <= COLLEAGUES_MIN:
        return
    (address,) = scene.outside_receivers
    owners = [p for p in scene.roster.owners(address) if p.kind is not Kind.STAFF]
    if any(lookalikes.is_colleague(person.name) for person in owners):
        yield hit("C3", "wrong_receiver", Action.HOLD, Approver.SELF, "namesake", part="recipients", clear=address)


def _greeted(scene: Scene, lookalikes: Lookalikes) -> Iterator[Finding]:
    """Somebody of another name is greeted than whoever gets it."""
    people = [person for address in scene.receivers for person in scene.roster.owners(address)]
    if len(scene.outsiders) != 1 or scene.audience(scene.outsiders[0]) is not Audience.PARENT or not people:
        return
    own = scene.written.own
    body = own.text[scene.written.subject_end :].lstrip()[:_GREETING_LETTERS]
    greeted = _GREETING.match(body)
    if greeted is None:
        return
    names = _words(greeted[2].partition(",")[0].splitlines()[0])
    told = _words(" ".join((*(_everything(scene.roster, people)), *(box.display for box in scene.message.visible))))
    if names and names.isdisjoint(told) and any(lookalikes.is_surname(name) for name in names):
        yield hit("C3", "wrong_receiver", Action.COACH, None, "greets_another", part="text", clear=greeted[2].strip())


def _everything(roster: Roster, people: Iterable[Person]) -> Iterator[str]:
    """The names of these people and of everybody in their families."""
    for person in people:
        yield from (person.name, person.last_name, person.first_name, *person.emails)
        for pupil in filter(None, map(roster.person, (person.id, *person.student_ids))):
            yield from (pupil.name, pupil.last_name)
            for parent in filter(None, map(roster.person, pupil.parent_ids)):
                yield from (parent.name, parent.last_name)


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[^a-z]+", _plain(text)) if len(word) > 1 and word not in _SMALL}


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def _shorter(domain: str) -> Iterator[str]:
    return (domain[:at] + domain[at + 1 :] for at in range(len(domain)))


def _one_slip(one: str, other: str) -> bool:
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[at:], other[at:]
    if len(left) == len(right):
        swapped = left[:1] == right[1:2] and left[1:2] == right[:1] and left[2:] == right[2:]
        return left[1:] == right[1:] or swapped
    return left[1:] == right if len(left) > len(right) else left == right[1:]
