"""What became of each silence that was asked about, and what a month of them comes to, for the family to see.

A pure function of the facts. The core follows them for the notice of the month (`State.evidence`); the command line and
the pages follow the journal's (`hub.history.month`). Feeding the learned silence is `hub.domain.learning`'s.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from hub.domain.facts import (
    Fact,
    IncidentClosed,
    IncidentOpened,
    Kind,
    NoteWritten,
    OutcomeTold,
    SilenceJudged,
    WaveStarted,
)
from hub.domain.facts import Outcome as End
from hub.domain.replacing import replace

# The home is asleep: a question then wakes somebody.
QUIET_FROM, QUIET_UNTIL = time(22), time(7)
# Questions that stay in memory: a month of one every three hours.
REMEMBERED = 250


@dataclass(frozen=True, slots=True)
class Evidence:
    """One silence, about which the resident was asked at ``at``. ``lasted``: since the last sign of life, if any.

    ``usual`` and ``allowed``: why, where the silence was a learned one. ``alerted``: the circle was called.
    ``outcome`` and ``by`` (a name): how it ended, None while it has not. ``why``: of a false alarm, as somebody wrote
    it down; from the journal only, for the state keeps no words of people.
    """

    incident: int
    at: datetime
    rule: str
    lasted: timedelta | None = None
    usual: timedelta | None = None
    allowed: timedelta | None = None
    alerted: bool = False
    outcome: End | None = None
    by: str = ""
    why: str = ""

    @property
    def is_false_alarm(self) -> bool:
        """Whether people were called for nothing, or said that it was nothing."""
        return self.outcome is End.FALSE_ALARM or (self.alerted and self.outcome is End.CANCELLED)

    @property
    def is_real(self) -> bool:
        """Whether somebody needed help."""
        return self.outcome in (End.HELPED, End.EMERGENCY)

    def is_quiet(self, zone: tzinfo) -> bool:
        """Whether it was asked about while the home sleeps."""
        return is_quiet(self.at, zone)


def is_quiet(at: datetime, zone: tzinfo) -> bool:
    """Whether the home sleeps at ``at``, as homes do."""
    return not QUIET_UNTIL <= at.astimezone(zone).time() < QUIET_FROM


@dataclass(frozen=True, slots=True)
class Month:
    """The silences asked about in the month that begins on ``first``, in the home's time, oldest first."""

    first: date
    zone: tzinfo
    silences: tuple[Evidence, ...]

    @property
    def settled_at_home(self) -> int:
        """Questions that the resident answered, by moving or in words, before anybody was called."""
        return sum(not each.alerted and each.outcome is End.CANCELLED for each in self.silences)

    @property
    def alerted(self) -> int:
        """Times that the circle was called."""
        return sum(each.alerted for each in self.silences)

    @property
    def false_alarms(self) -> int:
        """Times that it was nothing."""
        return sum(each.is_false_alarm for each in self.silences)

    @property
    def real(self) -> int:
        """Times that somebody was helped."""
        return sum(each.is_real for each in self.silences)

    @property
    def quiet(self) -> int:
        """Questions in the quiet hours."""
        return sum(each.is_quiet(self.zone) for each in self.silences)

    @property
    def noticed(self) -> timedelta | None:
        """How long a silence lasted before the question: half were noticed sooner. None without any."""
        lasted = self._lasted()
        return lasted[len(lasted) // 2] if lasted else None

    @property
    def noticed_at_worst(self) -> timedelta | None:
        """How long the longest one lasted before the question."""
        return max(self._lasted(), default=None)

    def _lasted(self) -> list[timedelta]:
        return sorted(each.lasted for each in self.silences if each.lasted is not None)


def follow(known: tuple[Evidence, ...], fact: Fact) -> tuple[Evidence, ...]:
    """Return what is known of silences once ``fact`` is; the newest `REMEMBERED` of them."""
    if isinstance(fact, IncidentOpened):
        if fact.kind is not Kind.INACTIVITY:
            return known
        lasted = None if fact.since is None else fact.at - fact.since
        return (*known, Evidence(fact.incident, fact.at, fact.source, lasted))[-REMEMBERED:]
    if not isinstance(fact, SilenceJudged | WaveStarted | IncidentClosed | OutcomeTold):
        return known
    return tuple(_told(each, fact) if each.incident == fact.incident else each for each in known)


def _told(silence: Evidence, fact: SilenceJudged | WaveStarted | IncidentClosed | OutcomeTold) -> Evidence:
    if isinstance(fact, SilenceJudged):
        return replace(silence, usual=fact.usual, allowed=fact.allowed)
    if isinstance(fact, WaveStarted):
        return replace(silence, alerted=True)
    if isinstance(fact, IncidentClosed):
        return replace(silence, outcome=fact.outcome, by=fact.name)
    return replace(silence, outcome=fact.outcome)


def month(known: Sequence[Evidence], first: date, zone: tzinfo) -> Month:
    """Return the month that begins on ``first`` (a first of a month, in the home's time)."""
    mine = (e for e in known if e.at.astimezone(zone).date().replace(day=1) == first)
    return Month(first, zone, tuple(mine))


def month_of(facts: Iterable[Fact], first: date, zone: tzinfo) -> Month:
    """The same from the journal's facts, of which there may be any number."""
    until = month_after(first)
    found: dict[int, Evidence] = {}
    for fact in facts:
        if isinstance(fact, IncidentOpened) and not first <= fact.at.astimezone(zone).date() < until:
            continue
        number = getattr(fact, "incident", None)
        if number in found or isinstance(fact, IncidentOpened):
            before = (found[number],) if number in found else ()
            found |= {each.incident: each for each in follow(before, fact)}
        if isinstance(fact, NoteWritten) and fact.explains and fact.incident in found:
            found[fact.incident] = replace(found[fact.incident], why=fact.text)
    return month(tuple(found.values()), first, zone)


def month_before(day: date) -> date:
    """The first of the month before that of ``day``."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """The first of the month after that of ``first``."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
