"""Every error the gateway raises on purpose, in one small tree.

Promises: a layer catches what it can act on by class, never by text. No error carries a body, an address or a matched
value: the text may be logged. The cause is kept (`raise ... from`).

    PostwachtError
      ConfigError               the configuration has mistakes: all of them, each with its key
      StoreError
        StoreUnavailable        locked, full or broken database: nothing was written, answer 451
        DiskLow                 under the disk floor: answer 452
        UnknownReference        no such case, job or message
        IllegalTransition       the case's state machine forbids this step
        AlreadyDecided          another decision came first
        CaseChanged             a copy came in after somebody looked: look again
        LinkRefused             a link that is unknown, expired, used, or not for this act
        Erased                  the message's key is gone: so is the message
        Damaged                 stored bytes were changed, cut or do not belong here
      SmarthostError
        SmarthostUnavailable    not reachable, too slow, or hung up: try again later
        SmarthostRefused        a reply of 4xx or 5xx to the dialogue as a whole
"""

from __future__ import annotations

from collections.abc import Iterable


class PostwachtError(Exception):
    """The root: catching this is catching everything we raise on purpose."""


class ConfigError(PostwachtError):
    """The configuration is wrong. `mistakes` holds (key, sentence), all of them at once."""

    def __init__(self, mistakes: Iterable[tuple[str, str]]) -> None:
        self.mistakes: tuple[tuple[str, str], ...] = tuple(mistakes)
        super().__init__("; ".join(f"{key}: {sentence}" for key, sentence in self.mistakes))


class StoreError(PostwachtError):
    """The state could not be read or changed as asked."""


class StoreUnavailable(StoreError):
    """The database is locked, full or broken. Nothing of this operation was written."""


class DiskLow(StoreError):
    """Less free space than the floor: accept nothing new, keep delivering what is here."""


class UnknownReference(StoreError):
    """There is no such case, job or message."""


class IllegalTransition(StoreError):
    """The state machine of the case does not allow this step."""

    def __init__(self, before: str, after: str) -> None:
        self.before = before
        self.after = after
        super().__init__(f"a case cannot go from {before} to {after}")


class AlreadyDecided(StoreError):
    """Somebody else decided first; `state` is what the case became."""

    def __init__(self, reference: str, state: str) -> None:
        self.reference = reference
        self.state = state
        super().__init__(f"case {reference} is already {state}")


class CaseChanged(StoreError):
    """The case is not what whoever decides has seen: a copy joined it since."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"case {reference} has changed since it was looked at")


class LinkRefused(StoreError):
    """The link can't be used. `reason` is one of unknown, expired, used, act."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"link refused: {reason}")


class Erased(StoreError):
    """The key of this message was erased, and with it the message."""


class Damaged(StoreError):
    """Stored bytes do not open with their key: changed, cut short, or put in another's place."""


class SmarthostError(PostwachtError):
    """The real mail server did not take what we sent."""


class SmarthostUnavailable(SmarthostError):
    """Not reachable, too slow, or the connection broke. Try again later."""


class SmarthostRefused(SmarthostError):
    """The server answered the dialogue itself (greeting, EHLO, AUTH) with a refusal."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(f"the mail server answered {code}")
