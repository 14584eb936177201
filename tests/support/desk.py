"""The sender's desk on paper: `gateway.web.decisions.Decisions` in memory, for tests of the pages.

That it does what the real one does is held by tests/gateway/web/test_desk.py, which asks both the same questions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway import links
from gateway.clock import Clock
from gateway.links import Act
from gateway.pipeline.mending import Mends, NothingMended
from gateway.web.decisions import Done, SenderCase, Standing
from rules.verdict import Finding

KEY = bytes(range(32))


@dataclass
class PaperDesk:
    """Cases by token. `acted` lists what was really done; `error` is raised instead of answering."""

    clock: Clock
    cases: dict[str, SenderCase] = field(default_factory=dict)
    acted: list[tuple[str, str, str]] = field(default_factory=list)
    error: Exception | None = None

    def hold(
        self,
        reference: str,
        *findings: Finding,
        approver: str = "self",
        recipients: int = 3,
        received_at: datetime | None = None,
        hours: int = 24,
    ) -> str:
        """Hold a message; returns the token of its sender's link."""
        until = self.clock.now() + timedelta(hours=hours)
        acts = ("confirm", "withdraw") if approver == "self" else ("withdraw",)
        token = links.sign(KEY, reference, Act.of(acts), until)
        self.cases[token] = SenderCase(
            reference=reference,
            standing=Standing.HELD,
            approver=approver,
            acts=acts,
            recipients=recipients,
            received_at=received_at or self.clock.now(),
            expires_at=until,
            findings=findings,
        )
        return token

    def decide(self, token: str, standing: Standing) -> None:
        """Somebody else decides."""
        case = self.cases[token]
        self.cases[token] = SenderCase(case.reference, standing, case.approver)

    async def look(self, token: str) -> SenderCase | None:
        self._fail()
        return self.cases[token] if self._works(token) else None

    async def confirm(self, token: str, reason: str) -> Done | None:
        return self._act(token, "confirm", reason, Standing.SENT)

    async def mend(self, token: str, reason: str, wanted: Mends) -> Done | None:
        if not (wanted.hide or wanted.split or wanted.quotes or wanted.drop):
            raise NothingMended("nothing was asked for")
        return self._act(token, "confirm", reason, Standing.SENT)

    async def withdraw(self, token: str, reason: str) -> Done | None:
        return self._act(token, "withdraw", reason, Standing.WITHDRAWN)

    def _act(self, token: str, act: str, reason: str, standing: Standing) -> Done | None:
        self._fail()
        if not self._works(token):
            return None
        case = self.cases[token]
        if case.standing is not Standing.HELD:
            return Done(case.standing, repeated=True)
        if act not in case.acts:
            return None
        self.acted.append((case.reference, act, reason))
        self.decide(token, standing)
        return Done(standing)

    def _works(self, token: str) -> bool:
        link = links.verify(KEY, token)
        return link is not None and not link.expired(self.clock.now()) and token in self.cases

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
