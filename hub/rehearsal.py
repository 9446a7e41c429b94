"""Rules tried on the recorded past, for `telecare-hub replay`: from what was typed to lines or JSON.

A page that previews a rule calls `rehearse` and `hub.messages.previews.Previews` itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hub.domain.facts import Words
from hub.domain.policy import EVERY_DAY, HomeBy, Policy, Silence, Window
from hub.domain.replay import Past, Replayed, Rule, recommended, replay, suggestions
from hub.domain.replay_home import other_hours, replay_home_by
from hub.domain.replay_learned import replay_learned
from hub.errors import ConfigError, FormError, Mistake
from hub.fact_json import instant_text
from hub.forms import identifier
from hub.messages import Catalogue
from hub.messages.previews import Previews
from hub.time_forms import clock_time, duration, span_of_day, write_days, write_duration, write_time

T = TypeVar("T")
# What a rule is called that nobody has named yet.
UNNAMED = ""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rule would have done, and what it would have with other ends (the strictest first)."""

    found: Replayed
    others: tuple[Replayed, ...]


def rehearse(rule: Rule | HomeBy, past: Past, policy: Policy) -> Rehearsed:
    """Try ``rule`` and its neighbours on ``past``."""
    if isinstance(rule, HomeBy):
        others = tuple(replay_home_by(other, past, policy) for other in other_hours(rule))
        return Rehearsed(replay_home_by(rule, past, policy), others)
    return Rehearsed(replay(rule, past, policy), suggestions(rule, past, policy))


def rehearse_learned(past: Past, policy: Policy) -> tuple[Rehearsed, ...]:
    """Try the learned silence on ``past``, where the family wants it."""
    return () if policy.learned is None else (Rehearsed(replay_learned(policy.learned, past, policy), ()),)


def written(
    *, window: str | None, silence: str | None, between: str | None, sign: str, home_by: str | None = None
) -> tuple[Rule | HomeBy, ...]:
    """Return the rules that were typed; none is no mistake.

    :raises ConfigError: one of them is none.
    """
    rules: list[Rule | HomeBy] = []
    if window is not None:
        opens, closes = _read("--window", span_of_day("07:00-10:00").read, window)
        accepted = _read("--sign", identifier("any").read, sign)
        rules.append(Window(UNNAMED, EVERY_DAY, opens, closes, (accepted,)))
    if silence is not None:
        longest = _read("--silence", duration("10min", "7d", "4h").read, silence)
        hours = _read("--between", span_of_day("08:00-22:00").read, between) if between is not None else None
        rules.append(Silence(UNNAMED, longest, hours))
    if home_by is not None:
        rules.append(HomeBy(UNNAMED, _read("--home-by", clock_time("21:00").read, home_by)))
    return tuple(rules)


def _read(option: str, form: Callable[[object], T], typed: str) -> T:
    try:
        return form(typed)
    except FormError as wrong:
        raise ConfigError([Mistake("telecare-hub replay", f"{option} {typed[:40]!r}: {wrong}")]) from wrong


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
        "alarms": [{"at": instant_text(alarm.at), "since": _text(alarm.since)} for alarm in found.alarms],
        "median_s": _seconds(noticing.median if noticing else None),
        "p90_s": _seconds(noticing.p90 if noticing else None),
        "longest_s": _seconds(noticing.longest if noticing else None),
    }


def _rule(rule: Rule | HomeBy) -> dict[str, Any]:
    if isinstance(rule, HomeBy):
        return {"home_by": rule.name, "at": write_time(rule.hour), "days": write_days(rule.days)}
    if isinstance(rule, Window):
        return {"window": rule.name, "from": write_time(rule.opens), "to": write_time(rule.closes), "sign": rule.sign}
    between = "-".join(map(write_time, rule.between)) if rule.between else None
    return {"silence": rule.name, "longest": write_duration(rule.longest), "between": between}


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
