"""Too cold, too hot at home: how long a thermometer may be beyond a limit before the neighbours are told.

Only readings say how warm it is: a home that has been beyond a limit for long enough is told of with the next reading
that still finds it so. After a start, or a gap in which a thermometer said nothing, the span begins anew. It is told
once; what has come back by a degree arms it again.

Readings are many. Written is that the neighbours were told, that it is over, and so many readings that a replay can say
what another limit would have done (`hub.domain.replay_climate`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from hub.domain import incident
from hub.domain.draft import Draft
from hub.domain.facts import TemperatureAlarmed, TemperatureRead, TemperatureSeen, TemperatureSettled
from hub.domain.inputs import TemperatureMeasured
from hub.domain.policy import Climate, Extreme, SensorKind
from hub.domain.records import Thermometer

# What has come back by less than this is still beyond its limit: a heating goes up and down by as much.
HYSTERESIS_C = 1.0
# In °C: what a thermometer in or around a home can find. Broken ones say 85, -127, 655 or no number at all.
COLDEST_C, HOTTEST_C = -40.0, 80.0
# Wireless thermometers report at least once an hour; what was between two readings further apart nobody knows.
FURTHEST_APART = timedelta(hours=3)
# A reading is written when it differs by this much from the last one written, or that is an hour old; at most one in
# five minutes, for a thermometer that shakes must not fill the card.
KEPT_DIFFERENCE_C = 0.5
KEPT_EVERY, KEPT_AT_MOST_EVERY = timedelta(hours=1), timedelta(minutes=5)


class Judged(NamedTuple):
    """What one reading means: what the thermometer is from then on, and what there is to tell.

    ``due``: the rule by which the neighbours are to be told now. ``is_over``: what they were told of has come back.
    """

    thermometer: Thermometer
    due: Climate | None
    is_over: bool


def is_plausible(celsius: float) -> bool:
    """Whether it can be so warm at home; "not a number" is no temperature."""
    return COLDEST_C <= celsius <= HOTTEST_C


def on_reading(draft: Draft, seen: TemperatureMeasured) -> None:
    """A thermometer says how warm it is."""
    sensor = draft.policy.sensor(seen.sensor)
    if sensor is None or sensor.kind is not SensorKind.TEMPERATURE or not is_plausible(seen.celsius):
        return
    before = draft.state.thermometers.get(sensor.id, Thermometer())
    now, due, is_over = judge(draft.policy.climate, sensor.id, seen.celsius, draft.at, before)
    draft.note(TemperatureRead(draft.at, sensor.id, seen.celsius, now.beyond, now.since))
    if due is not None or is_over or _is_worth_keeping(before, now, draft.at):
        draft.note(TemperatureSeen(draft.at, sensor.id, seen.celsius))
    if is_over:
        draft.note(TemperatureSettled(draft.at, sensor.id))
    elif due is not None and now.since is not None:
        draft.note(TemperatureAlarmed(draft.at, sensor.id, due.extreme, seen.celsius, now.since))
        incident.raise_hazard(draft, sensor.id, sensor.room, due.extreme)


def judge(rules: Sequence[Climate], sensor: str, celsius: float, at: datetime, before: Thermometer) -> Judged:
    """Return what it means that ``sensor`` says ``celsius`` (°C, plausible), by the first rule it is beyond."""
    rule = _passed(rules, sensor, celsius, before)
    since = None if rule is None else _since(before, rule.extreme, at)
    beyond = None if rule is None else rule.extreme
    now = replace(before, celsius=celsius, read_at=at, beyond=beyond, since=since)
    if before.is_told and beyond is not before.alarmed:
        return Judged(replace(now, is_told=False), None, is_over=True)
    if rule is not None and since is not None and not before.is_told and at - since >= rule.lasting:
        return Judged(replace(now, alarmed=rule.extreme, is_told=True), rule, is_over=False)
    return Judged(now, None, is_over=False)


def _is_worth_keeping(before: Thermometer, now: Thermometer, at: datetime) -> bool:
    if before.kept_at is None or before.kept_c is None or now.celsius is None:
        return True
    # What begins or ends to be beyond a limit of the family's is what its replay is about.
    differs = abs(now.celsius - before.kept_c) >= KEPT_DIFFERENCE_C or now.beyond is not before.beyond
    return at - before.kept_at >= (KEPT_AT_MOST_EVERY if differs else KEPT_EVERY)


def _passed(rules: Sequence[Climate], sensor: str, celsius: float, before: Thermometer) -> Climate | None:
    """The rule whose limit this thermometer is beyond, or was and has not quite come back from."""
    for rule in rules:
        was_beyond = before.beyond is rule.extreme or (before.is_told and before.alarmed is rule.extreme)
        margin = HYSTERESIS_C if was_beyond else 0.0
        is_meant = not rule.sensors or sensor in rule.sensors
        if is_meant and (rule.extreme is Extreme.COLD and celsius < rule.limit_c + margin):
            return rule
        if is_meant and (rule.extreme is Extreme.HEAT and celsius > rule.limit_c - margin):
            return rule
    return None


def _since(before: Thermometer, extreme: Extreme, now: datetime) -> datetime:
    if before.since is None or before.read_at is None or before.beyond is not extreme:
        return now
    return before.since if now - before.read_at <= FURTHEST_APART else now
