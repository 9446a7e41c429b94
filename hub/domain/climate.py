"""Too cold, too hot at home: how long a thermometer may be beyond a limit before the neighbours are told.

Only readings say how warm it is: a home that has been beyond a limit for long enough is told of with the next reading
that still finds it so. After a start, or a gap in which a thermometer said nothing, the span begins anew. It is told
once; what has come back by a degree arms it again.

Readings are many, and none is kept: what is written is that the neighbours were told, and that it is over.
"""

from datetime import datetime, timedelta

from hub.domain import incident
from hub.domain.draft import Draft
from hub.domain.facts import TemperatureAlarmed, TemperatureRead, TemperatureSettled
from hub.domain.inputs import TemperatureMeasured
from hub.domain.policy import Climate, Extreme, Policy, SensorKind
from hub.domain.records import Thermometer

# What has come back by less than this is still beyond its limit: a heating goes up and down by as much.
HYSTERESIS_C = 1.0
# In °C: what a thermometer in or around a home can find. Broken ones say 85, -127, 655 or no number at all.
COLDEST_C, HOTTEST_C = -40.0, 80.0
# Wireless thermometers report at least once an hour; what was between two readings further apart nobody knows.
FURTHEST_APART = timedelta(hours=3)


def is_plausible(celsius: float) -> bool:
    """Whether it can be so warm at home; "not a number" is no temperature."""
    return COLDEST_C <= celsius <= HOTTEST_C


def on_reading(draft: Draft, seen: TemperatureMeasured) -> None:
    """A thermometer says how warm it is."""
    sensor = draft.policy.sensor(seen.sensor)
    if sensor is None or sensor.kind is not SensorKind.TEMPERATURE or not is_plausible(seen.celsius):
        return
    before = draft.state.thermometers.get(sensor.id, Thermometer())
    rule = _passed(draft.policy, sensor.id, seen.celsius, before)
    since = None if rule is None else _since(before, rule.extreme, draft.at)
    draft.note(TemperatureRead(draft.at, sensor.id, seen.celsius, None if rule is None else rule.extreme, since))
    if before.is_told and (rule is None or rule.extreme is not before.alarmed):
        draft.note(TemperatureSettled(draft.at, sensor.id))
    elif rule is not None and since is not None and not before.is_told and draft.at - since >= rule.lasting:
        draft.note(TemperatureAlarmed(draft.at, sensor.id, rule.extreme, seen.celsius, since))
        incident.raise_hazard(draft, sensor.id, sensor.room, rule.extreme)


def _passed(policy: Policy, sensor: str, celsius: float, before: Thermometer) -> Climate | None:
    """The rule whose limit this thermometer is beyond, or was and has not quite come back from."""
    for rule in policy.climate:
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
