"""What no clause speaks of: a known sender, readable headers, one meaning for all readers, content to inspect.

Promises: doubt about outside mail goes to a person; among colleagues it passes and is flagged (protocol.md, When the
gateway itself is in doubt). Guards are never only observed.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.clauses.found import hit
from rules.clauses.scene import Scene
from rules.message import unread
from rules.verdict import Action, Approver, Finding

OPAQUE_KINDS = frozenset(("smime_encrypted", "pgp_encrypted", "rpmsg"))


def guards(scene: Scene, may_send_encrypted: frozenset[str]) -> Iterator[Finding]:
    """Everything the guards have to say."""
    outside = bool(scene.outside_receivers)
    doubt = Action.HOLD if outside else Action.PASS
    if scene.identity is None and outside:
        yield hit(None, "sender", Action.HOLD, Approver.ADMIN, "nobody_known", part="envelope")
    if scene.message.unreadable:
        yield hit(None, "unreadable", doubt, Approver.ADMIN, "unreadable", part="message")
    if scene.exempt:
        return
    for difference in scene.message.differences[:5]:
        why = f"readers_differ_{difference.kind}"
        yield hit(None, "parser_difference", doubt, Approver.ADMIN, why, part=difference.where)
    if outside:
        yield from _opaque(scene, may_send_encrypted)


def _opaque(scene: Scene, may_send_encrypted: frozenset[str]) -> Iterator[Finding]:
    trusted = scene.identity is not None and bool(scene.identity.roles & may_send_encrypted)
    action = Action.COACH if trusted else Action.HOLD
    seen = {why: where for where, why in unread(scene.message)}
    if "encrypted" not in seen and not scene.message.kinds.isdisjoint(OPAQUE_KINDS):
        seen["encrypted"] = "message"
    for why, where in seen.items():
        yield hit(None, "not_inspectable", action, Approver.TEAM_LEADER, f"unread_{why}", part=where)
