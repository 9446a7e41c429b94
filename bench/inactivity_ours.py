"""The learned silence of the hub (`hub.domain.habits`, `hub.domain.learned`) on a home of `bench/inactivity.py`.

Streaming: at each midnight the lines are drawn of what was seen before; nothing else is known. The same functions run
in the hub.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from inactivity_homes import DAY_S, Home

from hub.domain import learned
from hub.domain.habits import HOURS, SHORTEST, Habits, Lines, Still, grow_older, learn

PERHAPS_OUT = DAY_S
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Learner:
    """Follows one home, event by event."""

    def __init__(self, home: Home, a_month: float) -> None:
        self.home, self.a_month = home, a_month
        self.habits = Habits()
        self._today, self._reviewed = 0, home.at[0]
        self._seen: set[str] = set()

    def deadlines(self) -> Iterator[float]:
        """Yield, for each event, how long silence may last after it."""
        for n, moment in enumerate(self.home.at):
            if n and n - 1 not in self.home.holes:
                self._see(n - 1)
            if moment // DAY_S > self._today:
                self._new_day(n, moment // DAY_S * DAY_S)
            yield self._line(n)

    def _see(self, n: int) -> None:
        home = self.home
        gap = timedelta(seconds=home.gap[n])
        if gap < SHORTEST:
            self._seen.add(home.source[n])
            return
        began = _time_of_day(home.at[n])
        ended = EPOCH + timedelta(seconds=home.at[n + 1])
        crossed, asked = (
            not home.out[n] and home.gap[n] >= self._minutes(lines, n) * 60
            for lines in (self.habits.strict, self.habits.lines)
        )
        seen = tuple(sorted(self._seen))
        self.habits = learn(self.habits, Still(ended, home.source[n], began, gap, seen, home.out[n], crossed, asked))
        self._seen.clear()

    def _new_day(self, n: int, midnight: float) -> None:
        hole = self.home.gap[n - 1] if n - 1 in self.home.holes else 0.0
        watched = timedelta(seconds=max(0.0, midnight - self._reviewed - hole))
        self.habits = grow_older(self.habits, watched, self.a_month)
        self._today, self._reviewed = int(midnight // DAY_S), midnight
        if self.habits.is_enough:
            lines, strict = learned.draw(self.habits, self.a_month)
            self.habits = replace(self.habits, lines=lines, strict=strict)

    def _line(self, n: int) -> float:
        if self.home.out[n] or not self.habits.lines:
            return PERHAPS_OUT
        return self._minutes(self.habits.lines, n) * 60.0

    def _minutes(self, lines: Lines, n: int) -> int:
        hour = int(self.home.hour(n)) % HOURS
        return learned.line_at(lines, self.habits.place(self.home.source[n]), hour) or 24 * 60


def _time_of_day(moment: float) -> time:
    seconds = int(moment % DAY_S)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
