"""Replay: what a rule would have done on the recorded past, before anybody relies on it.

Asks the same functions that watch the home (`hub.domain.checkin`, `hub.domain.inactivity`), one day after the other,
and knows no more at any moment than they would have known. Reads nothing: `hub.record` finds the past.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from hub.domain import checkin, inactivity
from hub.domain.policy import BackInBed, Climate, HomeBy, LeftOpen, Policy, Silence, Window
from hub.domain.records import EMPTY, Span
from hub.domain.sources import sources_of


@dataclass(frozen=True, slots=True)
class UpBy:
    """The other half of a rule about a bed: at ``hour`` nobody is still in the bed of ``sensor``."""

    name: str
    sensor: str
    hour: time


Rule = Window | Silence
# Rules about how a door or a bed stands.
Thing = LeftOpen | BackInBed | UpBy

# How soon a rule would notice is asked for every hour of the past: a finer grid changes no minute that matters.
EVERY = timedelta(hours=1)


class Sign(NamedTuple):
    """A sign of life, and the sensor or button that gave it."""

    at: datetime
    source: str


class Level(NamedTuple):
    """A door stands open or shut from ``at`` on, a bed is occupied or empty; None: nobody knows."""

    at: datetime
    is_active: bool | None


class Reading(NamedTuple):
    """A thermometer said ``celsius``; None: the hub began anew, and what it had read before counts no more."""

    at: datetime
    celsius: float | None


@dataclass(frozen=True, slots=True)
class Past:
    """What is on record of a home between two instants (UTC): signs of life, oldest first, and what was not watched.

    ``blind``: spans in which nothing was watched (off, away, paused), by their start. ``deaf``: spans in which a
    device was out of order, by its id. ``said``: absences and pauses that somebody noted. ``levels``: how each door
    and bed stood, ``readings``: how warm each thermometer found it, oldest first, by its id; of one that is not among
    them nothing is on record.
    """

    since: datetime
    until: datetime
    signs: Sequence[Sign]
    blind: tuple[Span, ...] = ()
    deaf: Mapping[str, tuple[Span, ...]] = field(default_factory=lambda: EMPTY)
    said: tuple[Span, ...] = ()
    levels: Mapping[str, tuple[Level, ...]] = field(default_factory=lambda: EMPTY)
    readings: Mapping[str, tuple[Reading, ...]] = field(default_factory=lambda: EMPTY)

    @property
    def days(self) -> int:
        """How many days it is long, rounded."""
        return round((self.until - self.since) / timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Alarm:
    """A question that the rule would have asked.

    ``since``: the last sign before it, None when there is none; of a door or a bed: since when it stood so; of a
    temperature: since when it was beyond its limit.
    """

    at: datetime
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Noticing:
    """How soon a rule notices that somebody lies still, over each hour of the past: usual, 9 in 10, worst."""

    median: timedelta
    p90: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Replayed:
    """What ``rule`` would have done in ``days`` days. ``noticing`` is None where it would have noticed nothing."""

    rule: Rule | HomeBy | Thing | Climate
    days: int
    alarms: tuple[Alarm, ...]
    noticing: Noticing | None


def replay(rule: Rule, past: Past, policy: Policy) -> Replayed:
    """Return what ``rule`` would have done on ``past``. ``policy``: the home's zone, sensors and buttons."""
    course = _Course(rule, past, policy)
    return Replayed(rule, past.days, tuple(course.alarms()), _noticing(course))


def suggestions(rule: Rule, past: Past, policy: Policy) -> tuple[Replayed, ...]:
    """Return ``rule`` with other ends, the strictest first, as `replay` does."""
    return tuple(replay(each, past, policy) for each in _variants(rule))


def recommended(tried: Sequence[Replayed]) -> Replayed | None:
    """The strictest of ``tried`` (strictest first) that would have asked nobody for nothing; None: each would have."""
    return next((each for each in tried if not each.alarms), None)


def _variants(rule: Rule) -> Iterator[Rule]:
    """The rule with its end at each half hour from two hours before to two hours after."""
    for step in range(-4, 5):
        later = step * timedelta(minutes=30)
        if isinstance(rule, Silence):
            if rule.longest + later >= timedelta(minutes=30):
                yield replace(rule, longest=rule.longest + later)
            continue
        closes = datetime.combine(date.min, rule.closes) + timedelta(days=1) + later
        if closes.date() == date.min + timedelta(days=1) and rule.opens < closes.time():
            yield replace(rule, closes=closes.time())


@dataclass(slots=True)
class _Course:
    """One rule going through the past."""

    rule: Rule
    past: Past
    policy: Policy
    accepted: list[datetime] = field(init=False)
    blind: tuple[Span, ...] = field(init=False)

    def __post_init__(self) -> None:
        wanted = set(self.rule.sign) if isinstance(self.rule, Window) else {"any"}
        if "button" in wanted:
            wanted |= {button.id for button in self.policy.buttons}
        is_any = "any" in wanted
        self.accepted = [sign.at for sign in self.past.signs if is_any or sign.source in wanted]
        spans = (*self.past.blind, *_all_deaf(self.rule, self.past, self.policy))
        self.blind = tuple(sorted(spans, key=lambda span: span.start))

    def alarms(self) -> Iterator[Alarm]:
        """Yield each alarm once a silence, oldest first."""
        found = self._of_window(self.rule) if isinstance(self.rule, Window) else self._of_silence(self.rule)
        asked_at: datetime | None = None
        for at in found:
            since = self._any_sign_before(at)
            if asked_at is None or (since is not None and since >= asked_at):
                asked_at = at
                yield Alarm(at, since)

    def due_without(self, moment: datetime) -> datetime | None:
        """When the rule would ask if there were no sign from ``moment`` on; None: never, or it has asked already."""
        last = self._last(self.accepted, moment)
        near = self._near(last or self.past.since)
        if isinstance(self.rule, Silence):
            since = last or self.past.since
            due = inactivity.next_due(self.rule, moment, self.policy.zone, last_life=since, blind=near)
        else:
            found = checkin.next_due(
                self.rule,
                moment,
                self.policy.zone,
                last_sign=last,
                passed=moment,
                began=self.past.since,
                blind=near,
            )
            due = found[0] if found else None
        return due if due is not None and due >= moment else None

    def _of_window(self, window: Window) -> Iterator[datetime]:
        zone = self.policy.zone
        day = self.past.since.astimezone(zone).date()
        while day <= self.past.until.astimezone(zone).date():
            found = checkin.due_on(window, day, zone, self.blind)
            day += timedelta(days=1)
            if found is None or found[0] < self.past.since or found[2] > self.past.until:
                continue
            opens, _, due = found
            first = bisect_left(self.accepted, opens)
            if first == len(self.accepted) or self.accepted[first] > due:
                yield due

    def _of_silence(self, rule: Silence) -> Iterator[datetime]:
        last = self.past.since
        for at in (*self.accepted, self.past.until):
            if at - last >= rule.longest:
                due = inactivity.next_due(rule, last, self.policy.zone, last_life=last, blind=self._near(last))
                if due is not None and due <= at:
                    yield due
            last = at

    def _any_sign_before(self, moment: datetime) -> datetime | None:
        before = bisect_right(self.past.signs, moment, key=lambda sign: sign.at)
        return self.past.signs[before - 1].at if before else None

    def _near(self, since: datetime) -> tuple[Span, ...]:
        """The blind spans that end after ``since``: the others change nothing."""
        return tuple(span for span in self.blind if span.end > since) if self.blind else ()

    @staticmethod
    def _last(signs: Sequence[datetime], moment: datetime) -> datetime | None:
        before = bisect_right(signs, moment)
        return signs[before - 1] if before else None


def _all_deaf(rule: Rule, past: Past, policy: Policy) -> tuple[Span, ...]:
    """The spans in which every source of the rule was out of order at once."""
    sign = rule.sign if isinstance(rule, Window) else ("any",)
    return common_spans(past, [device.id for device in sources_of(policy, sign)])


def common_spans(past: Past, devices: Sequence[str]) -> tuple[Span, ...]:
    """The spans in which every one of these devices was out of order at once."""
    common = past.deaf.get(devices[0], ()) if devices else ()
    for device in devices[1:]:
        common = tuple(_both(common, past.deaf.get(device, ())))
    return common


def _both(these: Sequence[Span], those: Sequence[Span]) -> Iterator[Span]:
    for one in these:
        for other in those:
            start, end = max(one.start, other.start), min(one.end, other.end)
            if start < end:
                yield Span(start, end)


def _noticing(course: _Course) -> Noticing | None:
    """Somebody falls still at every hour that was watched: how long until the rule asks?"""
    waits = []
    moment = course.past.since
    while moment < course.past.until:
        if not any(span.start <= moment < span.end for span in course.blind):
            due = course.due_without(moment)
            if due is not None:
                waits.append(due - moment)
        moment += EVERY
    return noticing(waits)


def noticing(waits: Sequence[timedelta]) -> Noticing | None:
    """Sum up how long each fall would have waited; None for none."""
    ordered = sorted(waits)
    if not ordered:
        return None
    return Noticing(ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10], ordered[-1])
