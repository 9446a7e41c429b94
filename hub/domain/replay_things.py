"""Replay of a door left open and of a bed at night: when somebody would have been asked on the recorded past.

Asks what watches the home (`hub.domain.doors`, `hub.domain.beds`). How a door or a bed stood is on record since the hub
keeps it (`Past.levels`); of the days before that a rule about it would have done nobody knows what. These rules notice
nobody who lies still: ``noticing`` is None.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from hub.domain import beds, doors
from hub.domain.policy import BackInBed, LeftOpen, Policy
from hub.domain.records import Span
from hub.domain.replay import Alarm, Past, Replayed, Sign, Thing, UpBy, common_spans
from hub.domain.replay_home import hours_around
from hub.domain.supervision import GRACE

# When a thing that stands so since the first instant does so for too long; the spans were not watched.
DueFrom = Callable[[datetime, Sequence[Span]], datetime | None]

# Lengths that families think in; tried are those from a quarter to four times of what a rule says.
_MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 600)
TRIED_FROM, TRIED_UNTIL = 0.25, 4.0


def replay_thing(rule: Thing, past: Past, policy: Policy) -> Replayed:
    """Return what ``rule`` would have done, in as many days as it is on record how its door or bed stood."""
    known = [level.at for level in past.levels.get(rule.sensor, ()) if level.is_active is not None]
    days = round((past.until - max(past.since, known[0])) / timedelta(days=1)) if known else 0
    alarms = (alarm for alarm in _alarms(rule, past, policy) if alarm.at >= past.since)
    return Replayed(rule, days, tuple(_once_a_silence(alarms, past)), None)


def parts_of(rule: BackInBed) -> tuple[Thing, ...]:
    """What a rule about a bed asks, each to be tried by itself: who is not back in it, and who is still in it."""
    back = BackInBed(rule.name, rule.sensor, rule.within, rule.between)
    return (back, UpBy(rule.name, rule.sensor, rule.up_by)) if rule.up_by else (back,)


def other_things(rule: Thing) -> Iterator[Thing]:
    """Yield the rule with other lengths, or hours, near to its own; the strictest first."""
    match rule:
        case LeftOpen(longest=longest):
            for length in _lengths_around(longest, rule.between):
                yield LeftOpen(rule.name, rule.sensor, length, rule.between)
        case BackInBed(within=within):
            for length in _lengths_around(within, rule.between):
                yield BackInBed(rule.name, rule.sensor, length, rule.between)
        case _:
            for other in hours_around(rule.hour):
                yield UpBy(rule.name, rule.sensor, other)


def _lengths_around(length: timedelta, between: tuple[time, time] | None) -> Iterator[timedelta]:
    tried = {timedelta(minutes=minutes) for minutes in _MINUTES}
    for each in sorted({length, *tried}):
        if TRIED_FROM * length <= each <= TRIED_UNTIL * length and (between is None or each < _length(between)):
            yield each


def _length(between: tuple[time, time]) -> timedelta:
    start, until = (timedelta(hours=moment.hour, minutes=moment.minute) for moment in between)
    return (until - start) % timedelta(days=1)


class _Stand(NamedTuple):
    """A thing stands so from ``start`` to ``end``; ``moved``: when somebody was last seen to move it, if ever."""

    start: datetime
    end: datetime
    moved: datetime | None


def _stands(past: Past, sensor: str, *, is_active: bool) -> Iterator[_Stand]:
    moves = [sign.at for sign in past.signs if sign.source == sensor]
    levels = past.levels.get(sensor, ())
    for place, level in enumerate(levels):
        if level.is_active is is_active:
            end = levels[place + 1].at if place + 1 < len(levels) else past.until
            before = bisect_right(moves, level.at)
            yield _Stand(level.at, end, moves[before - 1] if before else None)


def _alarms(rule: Thing, past: Past, policy: Policy) -> Iterator[Alarm]:
    stands = _stands(past, rule.sensor, is_active=not isinstance(rule, BackInBed))
    deaf = common_spans(past, (rule.sensor,))
    match rule:
        case LeftOpen():
            return _of_door(rule, stands, policy.zone, past.blind, deaf)
        case BackInBed():
            return _of_empty_bed(rule, stands, policy.zone, past.blind, deaf)
        case _:
            return _of_late_riser(rule, stands, policy.zone, past.blind, deaf)


def _of_door(
    rule: LeftOpen, stands: Iterable[_Stand], zone: tzinfo, blind: Sequence[Span], deaf: Sequence[Span]
) -> Iterator[Alarm]:
    def due_from(since: datetime, near: Sequence[Span]) -> datetime | None:
        return doors.next_due(rule, since, zone, opened=since, blind=near)

    asked: datetime | None = None
    for stand in stands:
        # The hub that starts while it stands open has asked already.
        is_another = asked is None or (stand.moved is not None and stand.moved > asked)
        due = next(_dues(due_from, stand, blind, deaf), None) if is_another else None
        if due is not None:
            asked = due
            yield Alarm(due, stand.start)


def _of_empty_bed(
    rule: BackInBed, stands: Iterable[_Stand], zone: tzinfo, blind: Sequence[Span], deaf: Sequence[Span]
) -> Iterator[Alarm]:
    for stand in stands:
        if stand.moved is not None:
            for due in _dues(_empty_too_long(rule, zone, stand.moved), stand, blind, deaf):
                yield Alarm(due, stand.start)


def _empty_too_long(rule: BackInBed, zone: tzinfo, moved: datetime) -> DueFrom:
    def due_from(since: datetime, near: Sequence[Span]) -> datetime | None:
        return beds.back_due(rule, since, zone, moved=moved, left=since, blind=near)

    return due_from


def _of_late_riser(
    rule: UpBy, stands: Iterable[_Stand], zone: tzinfo, blind: Sequence[Span], deaf: Sequence[Span]
) -> Iterator[Alarm]:
    def due_from(since: datetime, near: Sequence[Span]) -> datetime | None:
        return beds.up_due(rule.hour, zone, lying=since, blind=near)

    for stand in stands:
        for due in _dues(due_from, stand, blind, deaf):
            yield Alarm(due, stand.start)


def _dues(due_from: DueFrom, stand: _Stand, blind: Sequence[Span], deaf: Sequence[Span]) -> Iterator[datetime]:
    """Yield each moment at which the rule is due while the thing stands so; from then on it waits as long again."""
    near = tuple(span for span in (*blind, *deaf) if span.end > stand.start)
    since = stand.start
    while (due := due_from(since, near)) is not None and due < stand.end:
        # A sensor that was out of order for long is watched afresh from its end.
        ends = [s.end for s in deaf if s.start <= due and s.end > since and s.end - s.start >= GRACE]
        if not ends:
            yield due
        since = max(ends, default=due)


def _once_a_silence(alarms: Iterable[Alarm], past: Past) -> Iterator[Alarm]:
    """Whoever was asked and has not moved since is not asked again."""
    asked: datetime | None = None
    for alarm in alarms:
        if asked is None or bisect_right(past.signs, asked, key=_at) < bisect_right(past.signs, alarm.at, key=_at):
            asked = alarm.at
            yield alarm


def _at(sign: Sign) -> datetime:
    return sign.at
