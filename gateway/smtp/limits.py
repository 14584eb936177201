"""How much one client may do in a while: so many at once, and then as fast as they come back.

Promises: one number is kept for each client that did something lately, so nobody fills our memory by coming from many
addresses; a refused try costs nothing. Each process counts for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.clock import Clock

# Past this many clients those who have their whole allowance back are forgotten.
TIDY_ABOVE = 10_000


@dataclass(slots=True)
class Allowance:
    """`seconds` are how long a used-up allowance takes to come back whole."""

    clock: Clock
    seconds: float
    # When the client will have everything back: one number says how much of it is used.
    _whole_at: dict[str, float] = field(default_factory=dict)
    _tidy_above: int = TIDY_ABOVE

    def take(self, client: str, limit: int) -> bool:
        """Whether this client may do one thing more; `limit` things in `seconds`, 0 for no limit."""
        if not limit:
            return True
        now = self.clock.monotonic()
        whole_at = max(self._whole_at.get(client, now), now) + self.seconds / limit
        if whole_at - now > self.seconds * (1 + 1e-9):  # thirds of a minute do not add up to one
            return False
        self._whole_at[client] = whole_at
        if len(self._whole_at) > self._tidy_above:
            self._whole_at = {name: at for name, at in self._whole_at.items() if at > now}
            self._tidy_above = max(TIDY_ABOVE, 2 * len(self._whole_at))
        return True
