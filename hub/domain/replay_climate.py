"""Replay of frost and heat: when the neighbours would have been told of it on the recorded past.

Asks what watches the home (`hub.domain.climate`), reading by reading. Of the readings so many are on record that the
answer is right to half a degree and to an hour. These rules notice nobody who lies still: ``noticing`` is None.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from operator import attrgetter

from hub.domain.climate import judge
from hub.domain.policy import FROST_C, HEAT_C, Climate, Extreme, Policy, SensorKind
from hub.domain.records import Thermometer
from hub.domain.replay import Alarm, Past, Reading, Replayed

# In °C: how far from its own limit a rule is tried with others, a whole degree apart.
NEAR_C = 3


def replay_climate(rule: Climate, past: Past, policy: Policy) -> Replayed:
    """Return what ``rule`` would have done, in as many days as it is on record how warm it was where it looks."""
    meant = [s.id for s in policy.sensors if s.kind is SensorKind.TEMPERATURE and _is_meant(rule, s.id)]
    known = [reading.at for each in meant for reading in past.readings.get(each, ()) if reading.celsius is not None]
    days = round((past.until - max(past.since, min(known))) / timedelta(days=1)) if known else 0
    alarms = [alarm for each in meant for alarm in _alarms(rule, each, past.readings.get(each, ()))]
    return Replayed(rule, days, tuple(sorted((a for a in alarms if a.at >= past.since), key=attrgetter("at"))), None)


def other_limits(rule: Climate) -> Iterator[Climate]:
    """Yield the rule with other limits that a family may set, near to its own; the strictest first."""
    towards, (lowest, highest) = (-1, FROST_C) if rule.extreme is Extreme.COLD else (1, HEAT_C)
    for step in range(-NEAR_C, NEAR_C + 1):
        limit = rule.limit_c + towards * step
        if lowest <= limit <= highest:
            yield replace(rule, limit_c=limit)


def _is_meant(rule: Climate, sensor: str) -> bool:
    return not rule.sensors or sensor in rule.sensors


def _alarms(rule: Climate, sensor: str, readings: Sequence[Reading]) -> Iterator[Alarm]:
    thermometer = Thermometer()
    for reading in readings:
        if reading.celsius is None:
            # The hub that starts knows what it has told, and nothing of what was read before.
            thermometer = Thermometer(alarmed=thermometer.alarmed, is_told=thermometer.is_told)
            continue
        thermometer, due, _ = judge((rule,), sensor, reading.celsius, reading.at, thermometer)
        if due is not None:
            yield Alarm(reading.at, thermometer.since)
