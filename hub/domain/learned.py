"""From habits to the longest silence: for each place and hour, when a silence says more of a fall than of a nap.

A silence that goes on may end by itself, or somebody lies there. At length x the first is as likely as silences were
that outlast x; the second as long as there was time to fall in, the hours spent here so far. Their quotient, the tails
per hour, falls with x, and the line is drawn where it falls below one value for all hours and places: the first hours
of lying count most, so that it is weighed with x. That value is chosen so that all lines together would be crossed as
often as the family accepts. Which ideas were tried, and why this one: docs/adr/0011-learned-silence.md.

Each silence seen may as well have been an hour longer or shorter (`SPREAD`): what was longest until now is not the
longest that is normal.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from itertools import accumulate
from types import MappingProxyType

from hub.domain.habits import (
    ELSEWHERE,
    HOUR_S,
    HOURS,
    LENGTHS,
    MONTH_DAYS,
    SHORTEST,
    STRICT_A_MONTH,
    Habits,
    Lines,
    length_at,
)

# The standard deviation around each silence that was seen.
SPREAD = timedelta(minutes=48)
# How much the hour before and the hour after tell of an hour: a bell curve of 0.6 h.
NEXT_HOUR = math.exp(-1 / (2 * 0.6**2))
# In hours: a place of which this much is known is believed as much as the home as a whole.
PLACE_IS_KNOWN = 4.0
# How many silences are over within what is told as usual.
USUAL = 0.9
# A silence or an hour that weighs less is none: its place has the line of the home.
NOTHING = 0.1
# In seconds: between these, lines are drawn on 48 steps.
SHORTEST_LINE, LONGEST_LINE, STEPS = 1200.0, 14 * HOUR_S, 48
# The spread makes the reckoning cautious. So many crossings a month are reckoned where one was seen, and where n were
# it grows with this power of n: a law of five homes, nearly the same whichever is left out (docs/bench/inactivity.md).
RECKONED, RECKONED_GROWS = 1.75, 1.25
# Each home strays from that law: what it shows of itself counts as much as the law when so many crossings of the
# stricter line were reckoned (a month of them), or so many false alarms were accepted.
BELIEVED, OWN_BELIEVED = 16.0, 1.0


def draw(habits: Habits, a_month: float) -> tuple[Lines, Lines]:
    """Return the longest silence in minutes by place and hour, and the stricter ones that never alarm.

    ``a_month``: false alarms a month that the family accepts. Places that have no line of their own share that of
    `ELSEWHERE`.
    """
    curves = dict(_curves(habits))
    strays = (habits.crossed + BELIEVED) / (habits.expected + BELIEVED)
    strays *= (habits.asked + OWN_BELIEVED) / (habits.accepted + OWN_BELIEVED)
    return _lines(curves, habits, _reckoned(a_month / strays)), _lines(curves, habits, _reckoned(STRICT_A_MONTH))


def _reckoned(a_month: float) -> float:
    """How many crossings a month are to be reckoned, for ``a_month`` to be seen."""
    return RECKONED * math.pow(a_month, RECKONED_GROWS)


def usual(habits: Habits, place: str, hour: int) -> timedelta:
    """Within what time nine in ten of the silences that begin here around ``hour`` are over.

    Of the home as a whole where nothing was seen here; what is shorter than ten minutes is none.
    """
    rows = habits.silences
    counts = _around(rows[place], hour, LENGTHS) if place in rows else []
    if not any(counts):
        counts = [sum(column) for column in zip(*(_around(row, hour, LENGTHS) for row in rows.values()), strict=True)]
    left = sum(counts) * USUAL
    for step, weight in enumerate(counts):
        left -= weight
        if left <= 0 < weight:
            return length_at(step)
    return SHORTEST


# --- the shapes that do not depend on any home --------------------------------------------------------


@cache
def steps() -> tuple[float, ...]:
    """The lengths, in seconds, between which a line may be drawn."""
    ratio = math.log(LONGEST_LINE / SHORTEST_LINE) / (STEPS - 1)
    return tuple(SHORTEST_LINE * math.exp(step * ratio) for step in range(STEPS))


@cache
def _shapes() -> tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]:
    """For each length, by step x: how likely such a silence outlasts x, and how many hours of it lie before x."""
    lengths = [length_at(step).total_seconds() for step in range(LENGTHS)]
    both = [[_outlasts(x, length) for x in steps()] for length in lengths]
    return tuple((tuple(tail for tail, _ in row), tuple(before for _, before in row)) for row in both)


def _outlasts(x: float, length: float) -> tuple[float, float]:
    """A silence that was seen to last ``length`` may as well have lasted a normal deviate more or less."""
    deviation = SPREAD.total_seconds()
    (below, density), (never, at_none) = _normal((x - length) / deviation), _normal(-length / deviation)
    # E[min(max(Y, 0), x)] of a normal Y.
    before = x * (1 - below) + length * (below - never) - deviation * (density - at_none)
    return 1 - below, before / HOUR_S


def _normal(z: float) -> tuple[float, float]:
    """The distribution and the density of a standard normal at ``z``."""
    return 0.5 * (1 + math.erf(z / math.sqrt(2))), math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


# --- one home -----------------------------------------------------------------------------------------

# By step: tails an hour weighed with the length, below zero so that they never fall, and tails a day.
Curve = tuple[Sequence[float], Sequence[float]]


def _curves(habits: Habits) -> Iterator[tuple[tuple[str, int], Curve]]:
    """Yield a curve for each place and hour in which anything was seen, and for each hour the home's as `ELSEWHERE`."""
    whole = _whole_day(habits)
    for hour in range(HOURS):
        counts = {place: _around(row, hour, LENGTHS) for place, row in habits.silences.items()}
        spent = {place: _around(row, hour, 1)[0] for place, row in habits.busy.items()}
        home = [sum(column) for column in zip(*counts.values(), strict=True)] or [0.0] * LENGTHS
        time_spent = sum(spent.values())
        if not any(home) and time_spent <= NOTHING:
            continue
        # An hour in which nobody was ever still is believed as a place is: beside what the whole day tells.
        borrowed = 0.0 if any(home) else PLACE_IS_KNOWN
        both = zip(_tails(home, time_spent), whole, strict=True)
        rates = [(tail + borrowed * rate) / (time + borrowed) for (tail, time), rate in both]
        for place in {*counts, *spent, ELSEWHERE}:
            seen, hours = counts.get(place, ()), spent.get(place, 0.0)
            if place == ELSEWHERE or sum(seen) > NOTHING or hours > NOTHING:
                yield (place, hour), _curve(seen, hours, rates, habits.days)


def _whole_day(habits: Habits) -> list[float]:
    """By step: tails an hour of all hours and places."""
    counts = [0.0] * LENGTHS
    for row in habits.silences.values():
        for at, weight in enumerate(row):
            counts[at % LENGTHS] += weight
    spent = sum(sum(row) for row in habits.busy.values())
    return [tail / time if time else 0.0 for tail, time in _tails(counts, spent)]


def _curve(counts: Sequence[float], spent: float, home: Sequence[float], days: float) -> Curve:
    """``home``: tails an hour of the home as a whole, which a place is like as long as little is known of it."""
    # What the hour borrowed from its neighbours is theirs.
    share = 1 / (days * (1 + 2 * NEXT_HOUR))
    tails = list(_tails(counts, spent))
    an_hour = [
        (tail + PLACE_IS_KNOWN * rate) / (time + PLACE_IS_KNOWN) for rate, (tail, time) in zip(home, tails, strict=True)
    ]
    weighed = accumulate((-rate * x for rate, x in zip(an_hour, steps(), strict=True)), max)
    return list(weighed), [rate * time * share for rate, (_, time) in zip(an_hour, tails, strict=True)]


def _tails(counts: Sequence[float], spent: float) -> Iterator[tuple[float, float]]:
    """By step x: the silences that outlast x, and the hours spent in silences up to x."""
    tails, hours = [0.0] * STEPS, [0.0] * STEPS
    for weight, (outlasts, before) in zip(counts, _shapes(), strict=False):
        # Most lengths were never seen in this hour and place.
        if weight:
            tails = [tail + weight * share for tail, share in zip(tails, outlasts, strict=True)]
            hours = [time + weight * share for time, share in zip(hours, before, strict=True)]
    return zip(tails, [time + spent for time in hours], strict=True)


def _around(row: Sequence[float], hour: int, width: int) -> list[float]:
    """What an hour of a table tells, with its neighbours."""
    middle, before, after = (
        row[at * width : (at + 1) * width] for at in (hour, (hour - 1) % HOURS, (hour + 1) % HOURS)
    )
    return [m + NEXT_HOUR * (b + a) for m, b, a in zip(middle, before, after, strict=True)]


def _lines(curves: dict[tuple[str, int], Curve], habits: Habits, a_month: float) -> Lines:
    """The lines that would be crossed ``a_month`` times, as reckoned."""
    # In tails an hour, weighed with seconds: what no line of any home comes near. Halved until a minute is told apart.
    low, high = 1e-2, 1e5
    for _ in range(18):
        value = math.sqrt(low * high)
        if _is_crossed_more_often(curves, value, a_month):
            high = value
        else:
            low = value
    places = {ELSEWHERE, *habits.silences, *habits.busy}
    return MappingProxyType(
        {place: tuple(_minutes(curves, place, hour, low) for hour in range(HOURS)) for place in sorted(places)}
    )


def _is_crossed_more_often(curves: dict[tuple[str, int], Curve], value: float, a_month: float) -> bool:
    a_day = 0.0
    for curve in curves.values():
        a_day += _tails_a_day(curve, value)
        # The others add to it.
        if a_day * MONTH_DAYS > a_month:
            return True
    return False


def _minutes(curves: dict[tuple[str, int], Curve], place: str, hour: int, value: float) -> int:
    curve = curves.get((place, hour)) or curves.get((ELSEWHERE, hour))
    # An hour of which nothing was ever seen: as long as any.
    return round((_length(curve, value) if curve else LONGEST_LINE) / 60)


def _length(curve: Curve, value: float) -> float:
    """The length at which a curve falls to ``value``."""
    lengths = steps()
    before, share = _between(curve[0], value)
    return lengths[before] * (lengths[before + 1] / lengths[before]) ** share if share else lengths[before]


def _tails_a_day(curve: Curve, value: float) -> float:
    """The tails a day that outlast the length at which a curve falls to ``value``."""
    crossings = curve[1]
    before, share = _between(curve[0], value)
    return crossings[before] + share * (crossings[before + 1] - crossings[before]) if share else crossings[before]


def _between(weighed: Sequence[float], value: float) -> tuple[int, float]:
    """The step before which, and how far to the next, a curve falls to ``value``."""
    above = bisect_left(weighed, -value)
    if above == 0:
        return 0, 0.0
    if above == len(weighed):
        return above - 1, 0.0
    over, under = -weighed[above - 1], -weighed[above]
    return above - 1, math.log(over / value) / math.log(over / under) if under > 0 else 1.0


def line_at(lines: Lines, place: str, hour: int) -> int | None:
    """The longest silence in minutes for ``place`` in ``hour``; None where no lines were drawn yet."""
    row = lines.get(place) or lines.get(ELSEWHERE)
    return row[hour] if row else None
