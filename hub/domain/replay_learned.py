"""Replay of the learned silence: what it would have done on the recorded past, learning as it went along.

Knows at any sign only the days before it, as the hub does (`hub.domain.learning`); while too little was seen it asks
nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hub.domain import habits, learned
from hub.domain.habits import Habits, Still
from hub.domain.learning import OUT_WITHIN, PERHAPS_OUT
from hub.domain.policy import LEARNED, Learned, Policy, Silence
from hub.domain.records import Span
from hub.domain.replay import EVERY, Alarm, Past, Replayed, Sign, noticing
from hub.domain.spans import after_watching


def replay_learned(wanted: Learned, past: Past, policy: Policy) -> Replayed:
    """Return what the learned silence would have done on ``past``; its rule is without a length, which varies."""
    course = _Course(wanted, past, policy)
    ends = [*(sign.at for sign in past.signs[1:]), past.until]
    for sign, end in zip(past.signs, ends, strict=False):
        course.pass_by(sign, end)
    rule = Silence(LEARNED, timedelta(0))
    return Replayed(rule, past.days, tuple(course.alarms), noticing(course.waits))


@dataclass(slots=True)
class _Course:
    """The learned silence, going through the past sign by sign."""

    wanted: Learned
    past: Past
    policy: Policy
    known: Habits = field(default_factory=Habits)
    alarms: list[Alarm] = field(default_factory=list)
    waits: list[timedelta] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _door_at: datetime | None = None
    _moment: datetime = field(init=False)
    _drawn: datetime = field(init=False)
    _doors: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._moment = self._drawn = self.past.since
        self._doors = frozenset(sensor.id for sensor in self.policy.sensors if sensor.entrance)

    def pass_by(self, sign: Sign, end: datetime) -> None:
        """Take ``sign``, and the silence after it that ends at ``end``."""
        self._seen.add(sign.source)
        if sign.source in self._doors:
            self._door_at = sign.at
        is_long = end - sign.at >= habits.SHORTEST
        if not is_long and self._moment >= end:
            return
        if self._day(sign.at) != self._day(self._drawn):
            self._draw(sign.at)
        is_out = self._door_at is not None and sign.at - self._door_at <= OUT_WITHIN
        due = self._due(sign, is_out=is_out)
        if due is not None and due <= end:
            self.alarms.append(Alarm(due, sign.at))
        self._fall(sign.at, end, due)
        if is_long and end < self.past.until:
            self._learn(sign, end, is_out=is_out)

    def _due(self, sign: Sign, *, is_out: bool) -> datetime | None:
        minutes = learned.line_at(self.known.lines, self.known.place(sign.source), self._local(sign.at).hour)
        if minutes is None:
            return None
        allowed = PERHAPS_OUT if is_out else timedelta(minutes=minutes)
        return after_watching(sign.at, allowed, self._blind(sign.at))

    def _fall(self, begins: datetime, end: datetime, due: datetime | None) -> None:
        """Somebody falls still at each hour of this silence."""
        while self._moment < end:
            is_blind = any(span.start <= self._moment < span.end for span in self._blind(begins))
            if due is not None and begins <= self._moment <= due and not is_blind:
                self.waits.append(due - self._moment)
            self._moment += EVERY

    def _learn(self, sign: Sign, end: datetime, *, is_out: bool) -> None:
        lasted, began = end - sign.at, self._local(sign.at)
        is_ignored = is_out or _overlap(sign.at, end, self._blind(sign.at)) > timedelta(0)
        place = self.known.place(sign.source)
        rows = (learned.line_at(lines, place, began.hour) for lines in (self.known.strict, self.known.lines))
        crossed, asked = (not is_ignored and row is not None and lasted >= timedelta(minutes=row) for row in rows)
        still = Still(end, sign.source, began.time(), lasted, tuple(sorted(self._seen)), is_ignored, crossed, asked)
        self.known = habits.learn(self.known, still)
        self._seen.clear()

    def _draw(self, at: datetime) -> None:
        watched = at - self._drawn - _overlap(self._drawn, at, self._blind(self._drawn))
        self.known, self._drawn = habits.grow_older(self.known, watched, self.wanted.false_alarms_per_month), at
        if self.known.is_enough:
            lines, strict = learned.draw(self.known, float(self.wanted.false_alarms_per_month))
            self.known = replace(self.known, lines=lines, strict=strict)

    def _blind(self, since: datetime) -> tuple[Span, ...]:
        return tuple(span for span in self.past.blind if span.end > since) if self.past.blind else ()

    def _day(self, at: datetime) -> date:
        return self._local(at).date()

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.policy.zone)


def _overlap(start: datetime, end: datetime, spans: Iterable[Span]) -> timedelta:
    """How much of the time between lies in ``spans`` (by their start)."""
    missed, seen = timedelta(0), start
    for span in spans:
        begin, until = max(span.start, seen), min(span.end, end)
        missed += max(timedelta(0), until - begin)
        seen = max(seen, until)
    return missed
