"""What no clause speaks of: a known sender, readable headers, one meaning for all readers, content to inspect.

Promises: doubt about outside mail goes to a person; among colleagues it passes and is flagged (protocol.md, When the
gateway itself is in doubt). Guards are never only observed.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.clauses.found import hit
from rules.clauses.scene import OUTSIDERS_MIN, Scene
from rules.message import unread
from rules.verdict import Action, Approver, Finding

# RFC 5321 §6.3: so many servers mean that a message goes round.
HOPS_MAX = 100
# More would tell the approver nothing new.
DIFFERENCES_MAX = 5


def guards(scene: Scene, may_send_encrypted: frozenset[str]) -> Iterator[Finding]:
    """Everything the guards have to say."""
    outside = bool(scene.outside_receivers)
    doubt = Action.HOLD if outside else Action.PASS
    if scene.identity is None and outside:
        yield hit(None, "sender", Action.HOLD, Approver.ADMIN, "nobody_known", part="envelope")
    if _borrowed_name(scene):
        yield hit(None, "sender", Action.BLOCK, None, "not_yours", part="header From")
    if scene.facts.loop or len(scene.message.all("received")) > HOPS_MAX:
        # Inside mail too: whatever goes round goes round for ever.
        yield hit(None, "loop", Action.HOLD, Approver.ADMIN, "loop", part="header")
    if scene.message.unreadable:
        yield hit(None, "unreadable", doubt, Approver.ADMIN, "unreadable", part="message")
    differences = [one for one in scene.message.differences if not (scene.exempt and one.kind == "parts")]
    for difference in differences[:DIFFERENCES_MAX]:
        yield hit(
            None,
            "parser_difference",
            doubt,
            Approver.ADMIN,
            f"readers_differ_{difference.kind}",
            part=difference.where,
        )
    if outside and not scene.exempt:
        yield from _opaque(scene, may_send_encrypted)
        if "image_only" in scene.message.kinds:
            yield hit(None, "not_inspectable", _for_pictures(scene), None, "image_only", part="message")
        for one in scene.case.unread:
            if one.why == "image_only":
                yield hit(None, "not_inspectable", _for_pictures(scene), None, "image_only_file", part=one.where)
                break


def _for_pictures(scene: Scene) -> Action:
    """What nobody can read but a person is asked about once several receive it (protocol.md)."""
    return Action.COACH if len(scene.outsiders) >= OUTSIDERS_MIN else Action.PASS


def _borrowed_name(scene: Scene) -> bool:
    """Whether From names nobody the sender may write as, or an outsider beside them; the listener refuses it first.

    A function is no person: whoever it writes for is a matter of who may use it, which the listener knows.
    """
    if scene.identity is None or not scene.authors:
        return False
    others = [box.address for box in scene.authors if not scene.may_use(box.address)]
    if not all(scene.roster.is_inside(address) for address in others):
        return True
    return len(others) == len(scene.authors) and not scene.identity.function


def _opaque(scene: Scene, may_send_encrypted: frozenset[str]) -> Iterator[Finding]:
    trusted = bool(scene.roles & may_send_encrypted)
    seen = {why: where for where, why in unread(scene.message)}
    seen |= {one.why: one.where for one in scene.case.unread if one.why != "image_only"}
    for why, where in seen.items():
        # The role answers for what is encrypted, not for what nobody could take apart.
        action = Action.COACH if trusted and why == "encrypted" else Action.HOLD
        yield hit(None, "not_inspectable", action, Approver.TEAM_LEADER, f"unread_{why}", part=where)
