"""How much moved at home in the last days: read from the journal as it grows, a quarter of an hour at a time.

Movements wait some minutes before they are on disk (`hub.journal`), so that the picture is a little behind; the last
sign of life, which the state knows, is not.
"""

import contextlib
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TypeAlias

from hub.domain.facts import LifeSeen
from hub.errors import JournalError
from hub.journal import Journal

QUARTER_S = 900
KEPT = timedelta(days=9)
# What the list of the newest movements shows.
NEWEST_KEPT = 40
# Who gets up before this hour goes back to bed.
MORNING_BEGINS = 4

Quarter: TypeAlias = int  # of an hour, since 1970, UTC


@dataclass(frozen=True, slots=True)
class Seen:
    """Signs of life by quarter of an hour; the quarters in which the hub watched; the newest signs, the newest last.

    ``firsts``: the first movement of each morning. ``version``: another one says something else.
    """

    lives: dict[Quarter, int]
    watched: frozenset[Quarter]
    newest: tuple[tuple[datetime, str], ...]
    firsts: dict[date, datetime]
    version: int = 0


@dataclass(slots=True)
class Days:
    """Follows the journal. ``zone``: the home's, for mornings."""

    path: Path
    zone: tzinfo
    _seq: int = 0
    _lives: dict[Quarter, int] = field(default_factory=dict)
    _watched: set[Quarter] = field(default_factory=set)
    _newest: deque[tuple[datetime, str]] = field(default_factory=lambda: deque(maxlen=NEWEST_KEPT))
    _firsts: dict[date, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, now: datetime) -> Seen:
        """Read what is new. A journal that cannot be read now shows what was known of it."""
        with self._lock:
            with contextlib.suppress(JournalError), contextlib.closing(Journal(self.path, read_only=True)) as journal:
                self._follow(journal, now - KEPT)
            self._forget(now - KEPT)
            return Seen(dict(self._lives), frozenset(self._watched), tuple(self._newest), dict(self._firsts), self._seq)

    def _follow(self, journal: Journal, since: datetime) -> None:
        if journal.last_seq() < self._seq:
            # Set aside and begun anew: numbers that come again are other facts.
            self._seq = 0
        for numbered in journal.lives(since, self._seq):
            self._seq = numbered.seq
            at = numbered.fact.at
            quarter = quarter_of(at)
            self._watched.add(quarter)
            if isinstance(numbered.fact, LifeSeen):
                self._lives[quarter] = self._lives.get(quarter, 0) + 1
                self._newest.append((at, numbered.fact.source))
                self._note_morning(at)

    def _note_morning(self, at: datetime) -> None:
        local = at.astimezone(self.zone)
        if local.hour >= MORNING_BEGINS:
            self._firsts.setdefault(local.date(), local)

    def _forget(self, before: datetime) -> None:
        oldest = quarter_of(before)
        self._lives = {quarter: count for quarter, count in self._lives.items() if quarter >= oldest}
        self._watched = {quarter for quarter in self._watched if quarter >= oldest}
        self._firsts = {day: at for day, at in self._firsts.items() if at >= before}


def quarter_of(at: datetime) -> Quarter:
    """Return the quarter of an hour that ``at`` lies in."""
    return int(at.timestamp()) // QUARTER_S


def usual_first(seen: Seen, today: date) -> timedelta | None:
    """Return when the day usually begins, from midnight: the median of the days before; None of fewer than three."""
    spans = sorted(timedelta(hours=at.hour, minutes=at.minute) for day, at in seen.firsts.items() if day != today)
    return spans[len(spans) // 2] if len(spans) >= 3 else None
