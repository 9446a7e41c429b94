"""What will happen in a simulated life: drawn from a seed, then only data, so that it can be replayed and cut down.

A plan is a list of events at seconds since the beginning. Everything random is in it, or follows from its seed and
whose turn it is, never from the order in which things are asked for: taking an event away leaves the rest as it is.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

DAY_S = 86_400.0
# Far more than any home has, and few enough for quiet days between.
CALLS_A_DAY, MISHAPS_A_DAY = 0.15, 0.6
# After the last event all that is wrong is mended, and the hub gets this long to put things in order.
EPILOGUE_S = 6 * 3600.0


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """``what`` (a name of `mishaps.MISHAPS` or of `life.DEEDS`) happens at ``at_s``, with ``value`` from 0 to 1."""

    at_s: float
    what: str
    value: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One life. ``begins`` is aware, UTC."""

    seed: int
    begins: datetime
    days: float
    events: tuple[Event, ...]

    def without(self, gone: frozenset[Event]) -> "Plan":
        """The same life, less some events."""
        return replace(self, events=tuple(event for event in self.events if event not in gone))


def draw(seed: int, days: float, mishaps: tuple[str, ...], deeds: tuple[str, ...]) -> Plan:
    """Draw a life of ``days``: some calls for help, and bad luck that likes to come together with them."""
    random = Random(f"plan {seed}")
    begins = _begins(random)
    span = days * DAY_S
    calls = sorted(random.uniform(1800.0, span) for _ in range(_times(random, CALLS_A_DAY * days)))
    events = [Event(at, random.choice(deeds), random.random()) for at in calls]
    for _ in range(_times(random, MISHAPS_A_DAY * days)):
        what = random.choice(mishaps)
        events.append(Event(_when(random, calls, span), what, random.random()))
        if random.random() < 0.15:
            # Two things at once: the second one soon after the first.
            at = events[-1].at_s + random.choice((0.0, random.uniform(0.0, 5.0), random.uniform(0.0, 120.0)))
            events.append(Event(at, random.choice(mishaps), random.random()))
    return Plan(seed, begins, days, tuple(sorted(events)))


def _begins(random: Random) -> datetime:
    """Some hour of 2026; one time in five just before the clocks change."""
    if random.random() < 0.2:
        change = random.choice((datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)))
        return change - timedelta(hours=random.randint(1, 40))
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randint(0, 360 * 24 * 60))


def _when(random: Random, calls: list[float], span: float) -> float:
    if not calls or random.random() < 0.2:
        return random.uniform(0.0, span)
    # Near a call, where it hurts: just before, in its first seconds, or while people are being asked.
    near = random.choice((-120.0, -5.0, 0.0, 10.0, 10.2, 10.5, 12.0, 30.0, 200.0, 400.0, 900.0))
    return max(0.0, random.choice(calls) + near + random.uniform(0.0, 5.0) * random.random())


def _times(random: Random, mean: float) -> int:
    return int(mean) + (random.random() < mean % 1)
