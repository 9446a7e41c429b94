"""Replay of an hour of return: when somebody would have been asked on the recorded past.

Asks what watches the home (`hub.domain.homecoming`). On record is that the door moved, and who moved next. An absence
or a pause that was noted for the hour is taken to answer for that evening, whenever it ended: which of them it was the
past does not say.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from hub.domain.homecoming import SETTLING, Out, next_due
from hub.domain.policy import OF_LIFE, HomeBy, Policy
from hub.domain.records import Span
from hub.domain.replay import Alarm, Past, Replayed, common_spans
from hub.domain.supervision import GRACE


def replay_home_by(rule: HomeBy, past: Past, policy: Policy) -> Replayed:
    """Return what ``rule`` would have done on ``past``. It notices nobody who lies still: ``noticing`` is None."""
    return Replayed(rule, past.days, tuple(_alarms(rule, past, policy)), None)


def other_hours(rule: HomeBy) -> Iterator[HomeBy]:
    """Yield the rule at each half hour from two hours before to two after, within its day; the strictest first."""
    for hour in hours_around(rule.hour):
        yield HomeBy(rule.name, hour, rule.days)


def hours_around(hour: time) -> Iterator[time]:
    """Yield each half hour from two hours before ``hour`` to two after, within its day."""
    for step in range(-4, 5):
        moment = datetime.combine(date.min, hour) + timedelta(days=1) + step * timedelta(minutes=30)
        if moment.date() == date.min + timedelta(days=1):
            yield moment.time()


def _alarms(rule: HomeBy, past: Past, policy: Policy) -> Iterator[Alarm]:
    doors = {sensor.id for sensor in policy.sensors if sensor.entrance}
    devices = {device.id for device in policy.devices}
    signs = [sign for sign in past.signs if sign.source in devices]
    blind = _unseen(past, policy)
    for place, sign in enumerate(signs):
        back = signs[place + 1].at if place + 1 < len(signs) else past.until
        # Most doors are followed by a movement within the minute.
        if sign.source in doors and back - sign.at > SETTLING:
            due = _due(rule, sign.at, back, policy, blind)
            if due is not None and not any(span.start <= due < span.end for span in past.said):
                yield Alarm(due, sign.at)


def _due(rule: HomeBy, left: datetime, back: datetime, policy: Policy, blind: tuple[Span, ...]) -> datetime | None:
    """When the rule would have asked about who left then and was seen at home again at ``back``; None: not at all."""
    near = tuple(span for span in blind if span.end > left)
    floor = left
    while True:
        due = next_due(rule, left, policy.zone, Out(left), floor=floor, blind=near)
        if due is None or due >= back:
            return None
        # What was hidden until then, and came to an end: from there on it is known anew.
        ends = [span.end for span in near if span.start <= due and span.end > floor and span.end - span.start >= GRACE]
        if not ends:
            return due
        floor = max(ends)


def _unseen(past: Past, policy: Policy) -> tuple[Span, ...]:
    """The spans in which a leaving or a return would not have been seen."""
    doors = tuple(sensor.id for sensor in policy.sensors if sensor.entrance)
    eyes = tuple(sensor.id for sensor in policy.sensors if sensor.kind in OF_LIFE)
    spans = (span for span in past.blind if not span.away)
    return (*spans, *common_spans(past, doors), *common_spans(past, eyes))
