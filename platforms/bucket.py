# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What callers who share a storefront's bucket of points may ask of it now.

A storefront tells its level only with an answer, when other calls are on their way already. So
what is known is a lower bound: the level told last, with what was restored since, less all that
may not be counted in it yet. Callers that keep to it are not refused, however many they are.

Not here: where the bucket is kept and who locks it, and any clock: times are seconds of one clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

# Longer than a call can take. A caller that was killed leaves a call which never ends.
CALL_SECONDS = 120.0
# The longest that nobody may call because the storefront said so. A proxy's faulty header must
# not stop a shop for a day.
MAX_BLOCK_SECONDS = 3600.0


@dataclass(slots=True)
class Call:
    """A call on its way: the points it may need, the points others had spent before, its end."""

    cost: float
    spent_before: float
    until: float


@dataclass(slots=True)
class Bucket:
    """Points. ``level`` was known at ``known_at``; ``spent`` counts all that calls have cost.

    ``maximum`` is 0 until the storefront has told of its bucket: then nothing limits but a block.
    ``costs`` holds what each operation was counted last, ``calls`` what is on its way."""

    maximum: float = 0.0
    restore_rate: float = 0.0
    level: float = 0.0
    known_at: float = 0.0
    blocked_until: float = 0.0
    spent: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> "Bucket":
        """Return the bucket kept as ``dump`` gave it, be it by another version of this class."""
        known = {name: state[name] for name in _NAMES if name in state}
        calls = {name: Call(**call) for name, call in state.get("calls", {}).items()}
        return cls(**{**known, "calls": calls})

    def dump(self) -> dict[str, Any]:
        """Return a copy of all of it as JSON knows it."""
        state = {name: getattr(self, name) for name in _NAMES}
        calls = {
            name: {"cost": call.cost, "spent_before": call.spent_before, "until": call.until}
            for name, call in self.calls.items()
        }
        return {**state, "costs": dict(self.costs), "calls": calls}

    def wait(self, operation: str, share: float, now: float) -> float:
        """Return the seconds until ``operation`` may be called, 0 for now.

        ``share`` of the bucket is left to others. What costs more than the rest of it waits for a
        full bucket."""
        blocked = max(self.blocked_until - now, 0.0)
        if not self.maximum:
            return blocked
        wanted = min(self.cost(operation) + share * self.maximum, self.maximum)
        missing = wanted - self.free(now)
        if missing <= 0:
            return blocked
        return max(missing / self.restore_rate, blocked)

    def free(self, now: float) -> float:
        """Return the points nobody has spoken for."""
        on_the_way = sum(call.cost for call in self.calls.values() if call.until > now)
        return self._restored(now) - on_the_way

    def cost(self, operation: str) -> float:
        """Return what ``operation`` was counted last; the dearest known for one never called."""
        return self.costs.get(operation, max(self.costs.values(), default=0.0))

    def start(self, call_id: str, operation: str, now: float) -> None:
        """Speak for the points of a call that begins now."""
        self.calls = {name: call for name, call in self.calls.items() if call.until > now}
        self.calls[call_id] = Call(self.cost(operation), self.spent, now + CALL_SECONDS)

    def finish(
        self,
        call_id: str,
        operation: str,
        now: float,
        *,
        cost: float,
        maximum: float,
        available: float,
        restore_rate: float,
    ) -> None:
        """Take over what the answer to a call told. ``available`` is after the call was paid."""
        call = self.calls.pop(call_id, None)
        # Others that ended meanwhile may have been paid after this answer left.
        others = self.spent - call.spent_before if call else 0.0
        self.spent += max(cost, call.cost if call else 0.0)
        self.costs[operation] = cost
        self.maximum, self.restore_rate = maximum, restore_rate
        self.level, self.known_at = max(available - others, 0.0), now

    def abandon(self, call_id: str, now: float) -> None:
        """End a call whose answer told nothing: it may have been paid."""
        call = self.calls.pop(call_id, None)
        if call:
            self.spent += call.cost
            self.level, self.known_at = max(self._restored(now) - call.cost, 0.0), now

    def block(self, call_id: str, seconds: float, now: float) -> None:
        """Let nobody call for ``seconds``; a shorter block doesn't end a longer one.

        The call that was refused, if it is still on its way, has cost nothing."""
        self.calls.pop(call_id, None)
        until = now + min(seconds, MAX_BLOCK_SECONDS)
        self.blocked_until = max(self.blocked_until, until)

    def _restored(self, now: float) -> float:
        passed = max(now - self.known_at, 0.0)
        return min(self.level + passed * self.restore_rate, self.maximum)


_NAMES = tuple(field.name for field in fields(Bucket))
