"""What a message says of itself: forwarded by a rule, a recall, a label (domain.md 5.3).

Promises: these claims only make a judgement stricter; no sign lowers what any clause found. They are no matter of
safety, so a policy that only observes observes them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.clauses.found import hit
from rules.clauses.scene import Scene
from rules.message import address_variants
from rules.message.claims import labels
from rules.verdict import Action, Approver, Finding

# protocol.md, domain.md 5.3: an external list; as with C19, two make a list.
EXTERNAL_MIN = 2
# "Niet vertrouwelijk" and "non-confidential" are labels too, and say the opposite.
_APART = r"(?<![^\W_])"
_DENIED = rf"(?:{_APART}(niet|non|not|geen)[\s_-]{{0,3}})?{_APART}"


def signs(scene: Scene, confidential: frozenset[str]) -> Iterator[Finding]:
    """Everything these signs lead to; `confidential` are the words by which a label asks for care."""
    if not scene.external:
        return
    if "auto_forwarded" in scene.message.kinds:
        yield hit(None, "auto_forward", Action.BLOCK, None, "auto_forward", part="message")
    if scene.exempt:
        return
    if "recall" in scene.message.kinds:
        yield hit(None, "recall", Action.BLOCK, None, "recall", part="message")
    if len(_external(scene)) >= EXTERNAL_MIN and any(_asks_care(name, confidential) for name in labels(scene.message)):
        yield hit(
            None, "label", Action.HOLD, Approver.SELF, "label", part="header Msip_Labels", count=len(_external(scene))
        )


def _external(scene: Scene) -> frozenset[str]:
    """The receivers that make a message external, a +tag apart counting once."""
    pupils = scene.roster.is_pupil_school
    return frozenset(address_variants(one)[-1] for one in scene.outside_receivers if not pupils(one))


def _asks_care(name: str, words: frozenset[str]) -> bool:
    """Whether a label's name holds one of the words, not denied."""
    if not words:
        return False
    said = re.finditer(_DENIED + rf"(?:{'|'.join(map(re.escape, sorted(words)))})e?(?![^\W_])", name.casefold())
    return any(found[1] is None for found in said)
