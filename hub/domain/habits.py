"""What the hub has learned of one person's days: how long they stay still, by the hour and by where it began.

Tables of weights and no events: how many silences of about which length began where in which hour, and how much time
was spent there moving. Older days weigh less, days that nobody watched not at all. How a longest silence follows from
them is `hub.domain.learned`'s; a few tens of kilobytes for any home.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, Any] = MappingProxyType({})
HOURS = 24
HOUR_S = 3600.0
# Shorter ones are somebody at home who moves: they count as time, and not one by one.
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=1)
# Lengths are told apart by the tenth: 30 steps from the shortest to the longest, each 18 % longer than the last.
LENGTHS = 30
_STEP = math.log(LONGEST / SHORTEST) / LENGTHS
# A month and a half: a season changes a person's days, a week of visitors must not.
HALF_LIFE_DAYS = 45.0
# A week, of which the first day was seen in part.
ENOUGH_DAYS = 6.0
# Sensors with a table of their own: the first ones in which a silence began. The others share one.
PLACES_AT_MOST = 12
ELSEWHERE = ""
LONGEST_BETWEEN = timedelta(days=400)
MONTH_DAYS = 30.0
# The stricter line, which never alarms, is drawn for so many crossings: half a month of them tells something.
STRICT_A_MONTH = 16.0
# A family accepts a few; a journal may say anything.
MOST_A_MONTH = 1000.0
# Digits that are kept of a weight: a hundredth of a minute, or of one silence.
DIGITS = 4

Table = Mapping[str, tuple[float, ...]]
Lines = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Habits:
    """All that is learned. A place is the sensor that saw the last sign before a silence.

    ``silences``: by place, the weight of the silences of each hour and length, hour by hour (24 x 30). ``busy``: by
    place, the hours spent in each hour of the day (24) in shorter silences. ``days``: watched days, older ones weighing
    less; ``seen_days``: all of them. ``last_end``: of the last silence. ``lines``: by place, the longest silence
    in minutes for each hour; ``strict``: a stricter
    one that never alarms, and shows how right the reckoning is: ``crossed`` so often, where ``expected`` was reckoned.
    ``asked``: how often a silence of this home crossed the line itself, where the family accepted ``accepted``.
    """

    silences: Table = field(default_factory=lambda: EMPTY)
    busy: Table = field(default_factory=lambda: EMPTY)
    days: float = 0.0
    seen_days: float = 0.0
    last_end: datetime | None = None
    lines: Lines = field(default_factory=lambda: EMPTY)
    strict: Lines = field(default_factory=lambda: EMPTY)
    crossed: float = 0.0
    expected: float = 0.0
    asked: float = 0.0
    accepted: float = 0.0
    reviewed_at: datetime | None = None

    @property
    def is_enough(self) -> bool:
        """Whether enough was seen to say how long is too long."""
        return self.seen_days >= ENOUGH_DAYS

    def place(self, source: str) -> str:
        """The place that ``source`` stands for here."""
        return source if source in self.silences or len(self.silences) < PLACES_AT_MOST else ELSEWHERE


@dataclass(frozen=True, slots=True)
class Still:
    """A silence of at least `SHORTEST` that ended by itself: where and at what time of day it began, and its length.

    ``seen``: who saw a sign since the silence before. ``ignored``: perhaps nobody was at home, or somebody was
    helped: nothing is learned of it but that it was.
    ``crossed``: it lasted longer than the stricter line of its hour; ``asked``: longer than the line itself.
    """

    ended: datetime
    source: str
    began: time
    lasted: timedelta
    seen: tuple[str, ...] = ()
    ignored: bool = False
    crossed: bool = False
    asked: bool = False


def learn(habits: Habits, still: Still) -> Habits:
    """Return ``habits`` with one silence more, and with the time of moving before it."""
    place = habits.place(still.source)
    busy = dict(habits.busy)
    stretch = min(still.ended - still.lasted - habits.last_end, LONGEST) if habits.last_end else timedelta(0)
    # Nobody counts the short silences one by one: whoever saw a sign in the stretch has an equal part of it.
    places = {habits.place(source) for source in still.seen}
    for where in places:
        hours = stretch.total_seconds() / HOUR_S / len(places)
        shares = ((hour, share * hours) for hour, share in _hours_before(still.began, stretch))
        busy[where] = _added(busy.get(where), HOURS, shares)
    silences = habits.silences
    if not still.ignored:
        at = still.began.hour * LENGTHS + length_of(still.lasted)
        silences = {**silences, place: _added(silences.get(place), HOURS * LENGTHS, [(at, 1.0)])}
    return replace(
        habits,
        silences=MappingProxyType(dict(silences)),
        busy=MappingProxyType(busy),
        last_end=still.ended,
        crossed=habits.crossed + still.crossed,
        asked=habits.asked + still.asked,
    )


def length_of(lasted: timedelta) -> int:
    """The step of length to which a silence belongs."""
    return max(0, min(int(math.log(max(lasted, SHORTEST) / SHORTEST) / _STEP), LENGTHS - 1))


def length_at(step: int) -> timedelta:
    """The middle of a step of length."""
    return SHORTEST * math.exp((step + 0.5) * _STEP)


def grow_older(habits: Habits, watched: timedelta, a_month: float) -> Habits:
    """Return ``habits`` when ``watched`` more has been watched; ``a_month``: false alarms the lines were drawn for.

    What was not watched (a holiday, a hub that was off) makes nobody forget anything.
    """
    # A journal may say anything; no hub ran for longer than this without drawing a line.
    day = max(timedelta(0), min(watched, LONGEST_BETWEEN)) / timedelta(days=1)
    kept = 0.5 ** (day / HALF_LIFE_DAYS)
    under_lines = day / MONTH_DAYS if habits.lines else 0.0
    return replace(
        habits,
        silences=_scaled(habits.silences, kept),
        busy=_scaled(habits.busy, kept),
        days=habits.days * kept + day,
        seen_days=habits.seen_days + day,
        crossed=habits.crossed * kept,
        expected=habits.expected * kept + STRICT_A_MONTH * under_lines,
        asked=habits.asked * kept,
        accepted=habits.accepted * kept + min(max(0.0, a_month), MOST_A_MONTH) * under_lines,
    )


def sound(rows: Iterable[tuple[str, tuple[int, ...]]]) -> Lines:
    """The lines among ``rows``: a minute to a day for each hour. A journal may hold anything."""
    most = LONGEST // timedelta(minutes=1)
    return MappingProxyType(
        {place: row for place, row in rows if len(row) == HOURS and all(0 < m <= most for m in row)}
    )


def _hours_before(moment: time, stretch: timedelta) -> Iterator[tuple[int, float]]:
    """Yield which share of the ``stretch`` that ends at ``moment`` lies in which hour of the day; none of no time."""
    total = left = stretch.total_seconds()
    hour, in_hour = moment.hour, moment.minute * 60.0 + moment.second
    while left > 0:
        part = min(left, in_hour)
        if part:
            yield hour, part / total
        left -= part
        hour, in_hour = (hour - 1) % HOURS, HOUR_S


def _added(row: tuple[float, ...] | None, length: int, more: Iterable[tuple[int, float]]) -> tuple[float, ...]:
    grown = list(row or (0.0,) * length)
    for at, weight in more:
        grown[at] += weight
    return tuple(grown)


def _scaled(table: Table, kept: float) -> Table:
    return MappingProxyType({place: tuple(round(w * kept, DIGITS) for w in row) for place, row in table.items()})
