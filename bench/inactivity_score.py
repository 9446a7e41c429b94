"""The protocol of `bench/inactivity.py`: false alarms of the real silences, and how soon a fall would be noticed.

No emergency is known in the logs: a real silence that outlasts its deadline is a false alarm, one a silence. A fall is
put at every five minutes at home: no event after it; its delay is the deadline of the last event before it, less the
time since then. Where an alarm stood already, only the back-stop of 24 h counts.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inactivity_homes import DAY_S, HOUR_S, Home

BACK_STOP = DAY_S
MONTH_DAYS = 30.0
NIGHT_FROM, NIGHT_UNTIL = 22.0, 7.0

# By event: how long silence may last from there on, in seconds.
Deadlines = Sequence[float]


@dataclass(frozen=True, slots=True)
class Score:
    """What one detector did in one home. ``delays`` (U) and ``up`` (A) are in seconds, sorted."""

    alarms: int
    days: float
    delays: tuple[float, ...]
    up: tuple[float, ...]
    night_alarms: int = 0
    day_delays: tuple[float, ...] = ()
    night_delays: tuple[float, ...] = ()

    @property
    def a_month(self) -> float:
        """False alarms per 30 days."""
        return self.alarms / self.days * MONTH_DAYS

    def within(self, hours: float) -> float:
        """The share of falls that are noticed within ``hours``."""
        return sum(delay <= hours * HOUR_S for delay in self.delays) / len(self.delays)


def score(home: Home, deadlines: Deadlines) -> Score:
    """Judge ``deadlines`` on ``home``."""
    alarms = [
        n
        for n, gap in enumerate(home.gap)
        if gap > deadlines[n] and n not in home.holes and home.at[n] + deadlines[n] >= home.test_from
    ]
    delays = [(moment, _delay(home, deadlines, moment, n)) for moment, n in home.falls]
    up = [_delay(home, deadlines, *fall) for fall in home.falls if home.is_up(fall)]
    return Score(
        len(alarms),
        home.days,
        tuple(sorted(delay for _, delay in delays)),
        tuple(sorted(up)),
        sum(is_night(home.at[n] + deadlines[n]) for n in alarms),
        tuple(sorted(delay for moment, delay in delays if not is_night(moment))),
        tuple(sorted(delay for moment, delay in delays if is_night(moment))),
    )


def is_night(moment: float) -> bool:
    """Whether the family sleeps at ``moment`` (seconds from some midnight)."""
    return not NIGHT_UNTIL <= moment % DAY_S / HOUR_S < NIGHT_FROM


def _delay(home: Home, deadlines: Deadlines, moment: float, n: int) -> float:
    left = home.at[n] + deadlines[n] - moment
    return left if left >= 0 else BACK_STOP


def share_at(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``ordered`` lies, between the two nearest."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def interval(alarms: int, days: float) -> tuple[float, float]:
    """The 95 % interval of false alarms per 30 days, of a Poisson count (after Byar)."""

    def bound(count: float, z: float) -> float:
        return count * (1 - 1 / (9 * count) + z / (3 * math.sqrt(count))) ** 3 if count > 0 else 0.0

    return bound(alarms, -1.96) / days * MONTH_DAYS, bound(alarms + 1, 1.96) / days * MONTH_DAYS


def row(scores: Iterable[Score]) -> dict[str, float | int | list[float]]:
    """One line of the table: of one home, or of several pooled (false alarms of all days, means of the delays)."""
    found = list(scores)
    alarms, days = sum(s.alarms for s in found), sum(s.days for s in found)

    def mean(values: Iterable[float]) -> float:
        listed = list(values)
        return round(sum(listed) / len(listed), 1)

    return {
        "days": round(days, 1),
        "false_alarms": alarms,
        "per_30_days": round(alarms / days * MONTH_DAYS, 2),
        "interval": [round(bound, 2) for bound in interval(alarms, days)],
        "median_s": mean(share_at(s.delays, 0.5) for s in found),
        "p90_s": mean(share_at(s.delays, 0.9) for s in found),
        "max_s": max(s.delays[-1] for s in found),
        "up_median_s": mean(share_at(s.up, 0.5) for s in found if s.up),
        "within_1h": mean(100 * s.within(1) for s in found),
        "within_4h": mean(100 * s.within(4) for s in found),
        "within_12h": mean(100 * s.within(12) for s in found),
    }
