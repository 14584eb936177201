"""The judge: policy, roster and clauses put together once, asked for each message.

Promises: pure; the same case and facts give the same verdict. Every clause looks at its own subset; the strictest
finding wins; edits are data. A clause that breaks is a finding of its own (`fault`), never a pass for outside mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from rules import scan
from rules.case import Case, Facts
from rules.clauses import addressing, agreements, channels, colleagues, social, spread
from rules.clauses.found import hit
from rules.clauses.guards import guards
from rules.clauses.private_data import CLAUSES, Weighed, weigh
from rules.clauses.recipient import Lookalikes, together, wrong_receivers
from rules.clauses.scene import Scene
from rules.clauses.sighted import Called, Spotted, read
from rules.clauses.signs import signs
from rules.message import bcc_edits, canonical_address, wire_address, without_broken_signatures
from rules.people import Roster, ValueIndex
from rules.policy import ClausePolicy, Policy
from rules.text.hits import HIGH
from rules.verdict import Action, Approver, Delivery, Finding, Looked, Verdict, strictest

YOURS = re.compile(r"(?<!\w)(?:je|jouw|jou|jullie|your|you)(?!\w)", re.IGNORECASE)
YOURS_LETTERS = 30
Digester = Callable[[str], bytes]
Look = Callable[[ClausePolicy], tuple[tuple[Finding, ...], str]]


def compile(policy: Policy, roster: Roster, digester: Digester) -> Judge:  # noqa: A001 - the architecture's name for it
    """Make a judge of one policy and one snapshot. `digester` is the keyed hash values are looked up by."""
    index = ValueIndex.build(roster.people.values(), roster.contacts, digester)
    scanner = scan.compile(roster, policy.private_mail, policy.patterns, index)
    return Judge(policy, roster, index, scanner, Lookalikes.build(roster, policy.private_mail))


@dataclass(frozen=True, slots=True)
class Judge:
    """Immutable; serves any number of messages at once."""

    policy: Policy
    roster: Roster
    index: ValueIndex = field(repr=False)
    scanner: scan.Scanner = field(repr=False)
    lookalikes: Lookalikes = field(repr=False)

    def scan(self, text: str) -> tuple[scan.Found, ...]:
        """Everything private in a text: by our detectors, and by the policy's own patterns."""
        return self.scanner.scan(text)

    def judge(self, case: Case, facts: Facts) -> Verdict:
        """Judge one case."""
        scene = Scene(case, facts, self.roster, self.policy.private_mail)
        bench = _Bench(scene)
        bench.hear(None, lambda: (tuple(guards(scene, self.policy.may_send_encrypted)), "guards"))
        bench.hear(
            None,
            lambda: (tuple(signs(scene, self.policy.confidential_labels)), "signs"),
            observed=self.policy.observing,
        )
        spoken = self.policy.clauses
        repair = bench.repair(spoken["C19"])
        private = _Private(self, scene, repair)
        bench.hear(spoken["C3"], private.shared)
        for name in ("C20", "C21", "C35"):
            bench.hear(spoken[name], partial(private.of, name))
        for name, look in _looks(scene, private, spoken).items():
            bench.hear(spoken[name], partial(look, spoken[name]))
        bench.looked.append(Looked("C34", scene.external, "external" if scene.external else "internal"))
        return self._verdict(scene, bench, repair)

    def deliveries(self, case: Case, facts: Facts) -> tuple[Delivery, ...]:
        """Say what would go out of a blocked message if a person let it go: repaired where C19 repairs."""
        scene = Scene(case, facts, self.roster, self.policy.private_mail)
        return self._deliveries(scene, _Bench(scene).repair(self.policy.clauses["C19"]))

    def _verdict(self, scene: Scene, bench: _Bench, repair: addressing.Repair) -> Verdict:
        action, approver = strictest(bench.findings)
        deliveries = () if action is Action.BLOCK else self._deliveries(scene, repair)
        shown = [box.address for name in ("to", "cc") for box in scene.message.mailboxes(name) if box.address]
        return Verdict(
            action=action,
            approver=approver,
            findings=tuple(bench.findings),
            looked=tuple(bench.looked),
            deliveries=deliveries,
            external=scene.external,
            fixed=repair.fixed,
            visible_recipients=(scene.own.address,) if repair.fixed else tuple(dict.fromkeys(shown)),
            together=() if repair.fixed else together(scene),
        )

    def _deliveries(self, scene: Scene, repair: addressing.Repair) -> tuple[Delivery, ...]:
        params = self.policy.clauses["C19"].params
        rcpt_to = tuple(scene.case.recipients)
        edits = without_broken_signatures(scene.message, repair.edits)
        if repair.fixed and params["copy_to_sender"] and scene.own.address not in map(canonical_address, rcpt_to):
            rcpt_to = (*rcpt_to, wire_address(scene.own.address))
        if repair.fixed and params["repair"] == "copies":
            return tuple(Delivery((rcpt,), edits) for rcpt in rcpt_to)
        return (Delivery(rcpt_to, edits),)


def _looks(scene: Scene, private: _Private, spoken: Mapping[str, ClausePolicy]) -> Mapping[str, Look]:
    """The clauses that look at the message by themselves, once it is read."""
    pupils_min, parents_min = int(spoken["C6"].params["pupils_min"]), int(spoken["C14"].params["parents_min"])
    return {
        "C18": partial(addressing.class_lists, scene),
        "C5": lambda clause: channels.pupils_by_elo(scene, clause, sensitive=private.sensitive()),
        "C6": partial(channels.notice, scene),
        "C7": partial(channels.arranged_notice, scene, pupils_min=pupils_min),
        "C8": partial(social.with_pupils, scene),
        "C11": partial(channels.school_news, scene),
        "C13": partial(channels.to_editors, scene),
        "C14": partial(channels.newsletter, scene),
        "C15": partial(channels.placed_by_office, scene, parents_min=parents_min),
        "C16": partial(channels.arranged_newsletter, scene, parents_min=parents_min),
        "C22": partial(social.with_parents, scene),
        "C24": partial(social.informed, scene),
        "C27": partial(colleagues.shared_files, scene),
        "C28": partial(colleagues.many_copies, scene),
        "C29": partial(colleagues.reply_all, scene),
        "C31": lambda clause: colleagues.complaint_copies(scene, clause, private.named()),
        "C32": partial(colleagues.complaint_hidden, scene),
        "C36": partial(agreements.binding, scene),
        "C37": partial(agreements.ordering, scene),
    }


def _certain(found: Spotted) -> bool:
    """Whether it is said of somebody: in mail to a pupil "your" is a person too."""
    before = found.place.text[max(0, found.start - YOURS_LETTERS) : found.start]
    return found.confidence == HIGH or YOURS.search(before) is not None


class _Private:
    """Private data in one message: read and weighed once, for whichever clause asks first."""

    def __init__(self, judge: Judge, scene: Scene, repair: addressing.Repair) -> None:
        self._judge = judge
        self._scene = scene
        self._repair = repair
        self._addresses: tuple[Finding, ...] = ()
        self._found: Sequence[Spotted] = ()
        self._named: Sequence[Called] = ()
        self._weighed: Weighed | None = None

    def shared(self) -> tuple[tuple[Finding, ...], str]:
        """C3: addresses of others, and private data among colleagues."""
        policy, repair = self._judge.policy, self._repair
        self._addresses, why = spread.addresses(self._scene, policy.matrix, repair.edits, fixed=repair.fixed)
        more, more_why = self.of("C3")
        wrong = wrong_receivers(self._scene, self._judge.lookalikes)
        said = "wrong_receiver" if wrong else why if self._addresses or not more else more_why
        return (*self._addresses, *more, *wrong), said

    def of(self, clause: str) -> tuple[tuple[Finding, ...], str]:
        """What one clause finds."""
        if self._weighed is None:
            if not self._scene.exempt:
                self._found, self._named = read(self._scene, self._judge.scanner.read)
            matrix = self._judge.policy.matrix
            self._weighed = weigh(self._scene, self._judge.index, matrix, self._found, self._named, self._addresses)
        return self._weighed.of(clause)

    def sensitive(self) -> bool:
        """Whether the message holds others' private data, or what somebody's health is said to be."""
        others = any(one.action > Action.PASS for name in CLAUSES for one in self.of(name)[0]) or bool(self._addresses)
        return others or any(one.kind == "health" and _certain(one) for one in self._found)

    def named(self) -> frozenset[str]:
        """The ids of everybody the message names."""
        self.of("C3")
        return frozenset[str]().union(*(name.ids for name in self._named))


class _Bench:
    """One hearing: findings and looks as they come."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.findings: list[Finding] = []
        self.looked: list[Looked] = []

    def hear(
        self,
        clause: ClausePolicy | None,
        look: Callable[[], tuple[tuple[Finding, ...], str]],
        *,
        observed: bool = False,
    ) -> None:
        """Let one clause look, as its mode says; what has no clause is `observed` or not."""
        if clause is not None and (mode := self.mode(clause)) != "enforce":
            if mode == "off":
                return
            observed = True
        try:
            findings, why = look()
        except Exception:  # noqa: BLE001 - a clause that breaks must not let anything pass
            findings, why = (self._fault(clause),), "fault"
        self._take(findings, observed=observed)
        if clause is not None:
            # That a consent was used is told, and is nothing found.
            found = any(finding.rule != "register" for finding in findings)
            self.looked.append(Looked(clause.id, found, why))

    def repair(self, clause: ClausePolicy) -> addressing.Repair:
        """C19 looks first: it also says what goes out, and C3 reads what is left."""
        nothing = addressing.Repair((), bcc_edits(self.scene.message), fixed=False, why="off")
        mode = self.mode(clause)
        if mode == "off":
            return nothing
        try:
            repair = addressing.own_address(self.scene, clause)
        except Exception:  # noqa: BLE001 - as above
            repair = replace(nothing, findings=(self._fault(clause),), why="fault")
        self._take(repair.findings, observed=mode == "observe")
        self.looked.append(Looked(clause.id, bool(repair.findings), repair.why))
        return repair if mode == "enforce" else nothing

    def mode(self, clause: ClausePolicy) -> str:
        """How a clause is taken today, for who sends this; an exception makes it silent, and is told."""
        day = self.scene.facts.now.date()
        if clause.exceptions and clause.excepts(self._names(), day):
            self.looked.append(Looked(clause.id, False, "exception"))
            return "off"
        return clause.mode_on(day)

    def _names(self) -> frozenset[str]:
        """The roles and addresses of who sends, in small letters as the policy has them."""
        scene = self.scene
        account = () if scene.identity is None else (scene.identity.address,)
        emails = (address for writer in scene.writers for address in writer.emails)
        return frozenset(name.lower() for name in (*scene.roles, *account, *emails))

    def _take(self, findings: Iterable[Finding], *, observed: bool = False) -> None:
        for finding in findings:
            # A fault of ours is no clause's, and is never only observed.
            self.findings.append(
                replace(finding, action=Action.PASS, approver=None, would_be=finding.action)
                if observed and finding.rule != "fault"
                else finding
            )

    def _fault(self, clause: ClausePolicy | None) -> Finding:
        action = Action.HOLD if self.scene.outside_receivers else Action.PASS
        return hit(None, "fault", action, Approver.ADMIN, "fault", part=clause.id if clause else "guards")
