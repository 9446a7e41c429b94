"""Rules tried on the recorded past, for `telecare-hub replay`: from what was typed to lines or JSON.

A page that previews a rule calls `rehearse` and `hub.messages.previews.Previews` itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from hub.domain.facts import Words
from hub.domain.policy import EVERY_DAY, BackInBed, Climate, Extreme, HomeBy, LeftOpen, Policy, Silence, Window
from hub.domain.replay import Past, Replayed, Rule, Thing, UpBy, recommended, replay, suggestions
from hub.domain.replay_climate import other_limits, replay_climate
from hub.domain.replay_home import other_hours, replay_home_by
from hub.domain.replay_learned import replay_learned
from hub.domain.replay_things import other_things, parts_of, replay_thing
from hub.errors import ConfigError, FormError, Mistake
from hub.fact_json import instant_text
from hub.forms import Form, identifier
from hub.household import FROST_BELOW, HEAT_ABOVE, LASTING
from hub.messages import Catalogue
from hub.messages.previews import Previews
from hub.time_forms import clock_time, duration, span_of_day, span_of_hours, write_days, write_duration, write_time

T = TypeVar("T")
AnyRule = Rule | Thing | HomeBy | Climate
# What a rule is called that nobody has named yet.
UNNAMED = ""
# Options that say more of a rule, and of which.
_OF = {
    "between": ("silence", "door", "bed"),
    "open_for": ("door",),
    "within": ("bed",),
    "up_by": ("bed",),
    "lasting": ("frost", "heat"),
}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rule would have done, and what it would have with other ends (the strictest first)."""

    found: Replayed
    others: tuple[Replayed, ...]


def rehearse(rule: AnyRule, past: Past, policy: Policy) -> Rehearsed:
    """Try ``rule`` and its neighbours on ``past``."""
    match rule:
        case HomeBy():
            others = tuple(replay_home_by(other, past, policy) for other in other_hours(rule))
            return Rehearsed(replay_home_by(rule, past, policy), others)
        case Climate():
            others = tuple(replay_climate(other, past, policy) for other in other_limits(rule))
            return Rehearsed(replay_climate(rule, past, policy), others)
        case Window() | Silence():
            return Rehearsed(replay(rule, past, policy), suggestions(rule, past, policy))
        case _:
            others = tuple(replay_thing(other, past, policy) for other in other_things(rule))
            return Rehearsed(replay_thing(rule, past, policy), others)


def rules_of(policy: Policy) -> tuple[AnyRule, ...]:
    """Every rule of the family's that can be tried, but the learned silence; of a bed each half by itself."""
    beds = (part for rule in policy.beds for part in parts_of(rule))
    return (*policy.windows, *policy.silences, *policy.doors, *beds, *policy.home_by, *policy.climate)


def rehearse_learned(past: Past, policy: Policy) -> tuple[Rehearsed, ...]:
    """Try the learned silence on ``past``, where the family wants it."""
    return () if policy.learned is None else (Rehearsed(replay_learned(policy.learned, past, policy), ()),)


def written(**typed: str | int | None) -> tuple[AnyRule, ...]:
    """Return the rules that were typed, by the names of their options; none is no mistake.

    Whether there is such a door or bed is for whoever knows the past: in a file it may be called anything.

    :raises ConfigError: one of them is none.
    """
    for option, owners in _OF.items():
        if typed.get(option) is not None and not any(typed.get(owner) for owner in owners):
            names = " or ".join(f"--{owner}" for owner in owners)
            told = f"--{option.replace('_', '-')} belongs to {names}: write that too"
            raise ConfigError([Mistake("telecare-hub replay", told)])
    read = _Typed(typed)
    return (*_of_signs(read), *_of_things(read), *_of_warmth(read))


def _of_signs(read: "_Typed") -> Iterator[AnyRule]:
    if read.has("window"):
        opens, closes = read("window", span_of_day("07:00-10:00"))
        yield Window(UNNAMED, EVERY_DAY, opens, closes, (read("sign", identifier("any"), "any"),))
    if read.has("silence"):
        hours = read("between", span_of_day("08:00-22:00")) if read.has("between") else None
        yield Silence(UNNAMED, read("silence", duration("10min", "7d", "4h")), hours)
    if read.has("home_by"):
        yield HomeBy(UNNAMED, read("home_by", clock_time("21:00")))


def _of_things(read: "_Typed") -> Iterator[AnyRule]:
    if (door := read.options.get("door")) is not None:
        hours = read("between", span_of_hours("22:00-07:00")) if read.has("between") else None
        yield LeftOpen(UNNAMED, str(door), read("open_for", duration("1min", "11h", "20min"), "20min"), hours)
    if (bed := read.options.get("bed")) is not None:
        night = read("between", span_of_hours("22:00-06:00"), "22:00-06:00")
        within = read("within", duration("5min", "8h", "1h"), "1h")
        up_by = read("up_by", clock_time("10:00")) if read.has("up_by") else None
        yield from parts_of(BackInBed(UNNAMED, str(bed), within, night, up_by))


def _of_warmth(read: "_Typed") -> Iterator[AnyRule]:
    for option, extreme, limit in (("frost", Extreme.COLD, FROST_BELOW), ("heat", Extreme.HEAT, HEAT_ABOVE)):
        if read.has(option):
            yield Climate(extreme, float(read(option, limit)), read("lasting", LASTING, "1h"))


@dataclass(frozen=True, slots=True)
class _Typed:
    """Reads options as they were typed; what was not typed is as ``usual``."""

    options: Mapping[str, str | int | None]

    def has(self, option: str) -> bool:
        return self.options.get(option) is not None

    def __call__(self, option: str, form: Form[T], usual: str = "") -> T:
        typed = self.options.get(option)
        typed = usual if typed is None else typed
        try:
            return form.read(typed)
        except FormError as wrong:
            told = f"--{option.replace('_', '-')} {str(typed)[:40]!r}: {wrong}"
            raise ConfigError([Mistake("telecare-hub replay", told)]) from wrong


def as_lines(past: Past, policy: Policy, tried: Sequence[Rehearsed], language: str) -> list[str]:
    """Return what was found as lines for a terminal."""
    previews = Previews(past, policy, language)
    lines = previews.caution()
    for each in tried:
        lines += previews.lines(each.found, each.others)
    if not tried:
        lines.append(Catalogue.load().render(Words("replay.no_rules"), language, zone=policy.zone))
    return lines


def as_json(past: Past, tried: Sequence[Rehearsed]) -> dict[str, Any]:
    """Return what was found as JSON values; times are ISO 8601 in UTC, spans are seconds."""
    return {
        "since": instant_text(past.since),
        "until": instant_text(past.until),
        "days": past.days,
        "rules": [
            _replayed(each.found)
            | {"others": [_replayed(other) for other in each.others]}
            | {"recommended": _rule(best.rule) if (best := recommended(each.others)) else None}
            for each in tried
        ],
    }


def _replayed(found: Replayed) -> dict[str, Any]:
    noticing = found.noticing
    return {
        "rule": _rule(found.rule),
        "days": found.days,
        "alarms": [{"at": instant_text(alarm.at), "since": _text(alarm.since)} for alarm in found.alarms],
        "median_s": _seconds(noticing.median if noticing else None),
        "p90_s": _seconds(noticing.p90 if noticing else None),
        "longest_s": _seconds(noticing.longest if noticing else None),
    }


def _rule(rule: AnyRule) -> dict[str, Any]:
    match rule:
        case HomeBy():
            return {"home_by": rule.name, "at": write_time(rule.hour), "days": write_days(rule.days)}
        case Window():
            times = {"from": write_time(rule.opens), "to": write_time(rule.closes)}
            return {"window": rule.name, **times, "sign": rule.sign}
        case Silence():
            return {"silence": rule.name, "longest": write_duration(rule.longest), "between": _hours(rule.between)}
        case LeftOpen():
            length = {"longest": write_duration(rule.longest), "between": _hours(rule.between)}
            return {"door": rule.name, "sensor": rule.sensor, **length}
        case BackInBed():
            length = {"within": write_duration(rule.within), "between": _hours(rule.between)}
            return {"bed": rule.name, "sensor": rule.sensor, **length}
        case Climate():
            lasting = {"limit_c": rule.limit_c, "lasting": write_duration(rule.lasting)}
            return {"climate": str(rule.extreme), "sensors": rule.sensors, **lasting}
        case UpBy():
            return {"bed": rule.name, "sensor": rule.sensor, "up_by": write_time(rule.hour)}


def _hours(between: tuple[time, time] | None) -> str | None:
    return "-".join(map(write_time, between)) if between else None


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
