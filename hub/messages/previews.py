"""What the replay found (`hub.domain.replay`), in a family's words: for the command line and for the pages."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hub.domain.facts import Value, Words
from hub.domain.policy import LEARNED, BackInBed, Climate, Extreme, HomeBy, LeftOpen, Policy, Silence, Window
from hub.domain.replay import Alarm, Past, Replayed, Rule, Thing, UpBy, recommended
from hub.messages.catalogue import Catalogue
from hub.messages.tongue import span
from hub.time_forms import write_time

# Two weeks: each weekday twice.
DAYS_TO_RELY_ON = 14
# More alarms than this are counted, and not told one by one.
ALARMS_TOLD = 10
AnyRule = Rule | HomeBy | Thing | Climate
# What an alarm tells of what stood so, and not of signs.
_ALARMS: dict[type, str] = {
    LeftOpen: "replay.alarm.door",
    BackInBed: "replay.alarm.bed",
    UpBy: "replay.alarm.up_by",
    Climate: "replay.alarm.climate",
}


class Previews:
    """Turns what a replay of ``past`` found into sentences of one language."""

    def __init__(self, past: Past, policy: Policy, language: str, catalogue: Catalogue | None = None) -> None:
        self._past, self._policy, self._language = past, policy, language
        self._catalogue = catalogue or Catalogue.load()

    def caution(self) -> list[str]:
        """What to know before anything else: [] when there is enough on record."""
        if not self._past.days:
            return [self._said("replay.empty")]
        return [self._said("replay.short", days=self._past.days)] if self._past.days < DAYS_TO_RELY_ON else []

    def lines(self, found: Replayed, tried: Sequence[Replayed] = ()) -> list[str]:
        """How often the rule would have asked, when, how soon it would notice, and what to write instead.

        ``tried``: what `hub.domain.replay.suggestions` returned for it, or nothing.
        """
        if isinstance(found.rule, Thing | Climate) and not found.days:
            lacks = "replay.no_reading" if isinstance(found.rule, Climate) else "replay.no_level"
            return [self._said(lacks, rule=self.rule(found.rule))]
        told = [self.summary(found), *(f"  {self._alarm(found.rule, alarm)}" for alarm in found.alarms[-ALARMS_TOLD:])]
        if isinstance(found.rule, Window | Silence):
            told.append(f"  {self._noticing(found)}")
        if tried:
            told += [f"    {self.summary(each)}" for each in tried if each.rule != found.rule]
            told.append(f"  {self._advice(tried)}")
        if found.days < DAYS_TO_RELY_ON <= self._past.days:
            told.append(f"  {self._said('replay.short', days=found.days)}")
        return told

    def summary(self, found: Replayed) -> str:
        """The rule and how often it would have asked, in one sentence."""
        times = len(found.alarms)
        key = {0: "replay.never", 1: "replay.once"}.get(times, "replay.often")
        return self._said(key, rule=self.rule(found.rule), times=times, days=found.days)

    def rule(self, rule: AnyRule) -> str:
        """The rule as a family knows it."""
        match rule:
            case Climate():
                key = "replay.frost" if rule.extreme is Extreme.COLD else "replay.heat"
                return self._said(key, limit=round(rule.limit_c), longest=in_words(rule.lasting))
            case LeftOpen() | BackInBed() | UpBy():
                return self._thing(rule)
            case HomeBy():
                return self._said("replay.home_by", name=rule.name, time=write_time(rule.hour))
            case Window():
                opens, closes = write_time(rule.opens), write_time(rule.closes)
                return self._said("replay.window", name=rule.name, opens=opens, closes=closes)
            case Silence() if rule.name == LEARNED and self._policy.learned is not None:
                return self._said("replay.learned", asked=self._policy.learned.false_alarms_per_month)
            case Silence():
                return self._length("replay.silence", rule.name, rule.longest, rule.between)

    def _thing(self, rule: Thing) -> str:
        match rule:
            case LeftOpen():
                return self._length("replay.door", rule.name, rule.longest, rule.between)
            case BackInBed():
                return self._length("replay.bed", rule.name, rule.within, rule.between)
            case UpBy():
                return self._said("replay.up_by", name=rule.name, time=write_time(rule.hour))

    def _length(self, key: str, name: str, longest: timedelta, between: tuple[time, time] | None) -> str:
        opens, closes = map(write_time, between) if between else ("", "")
        return self._said(key, name=name, longest=in_words(longest), opens=opens, closes=closes)

    def _alarm(self, rule: AnyRule, alarm: Alarm) -> str:
        key = _ALARMS.get(type(rule), "replay.alarm" if alarm.since else "replay.alarm.first")
        return self._said(key, at=alarm.at, since=alarm.since)

    def _noticing(self, found: Replayed) -> str:
        if found.noticing is None:
            return self._said("replay.unseen")
        noticing = found.noticing
        return self._said(
            "replay.noticing",
            median=in_words(noticing.median),
            p90=in_words(noticing.p90),
            longest=in_words(noticing.longest),
        )

    def _advice(self, tried: Sequence[Replayed]) -> str:
        best = recommended(tried)
        if best is None:
            is_of_warmth = any(isinstance(each.rule, Climate) for each in tried)
            return self._said("replay.no_limit" if is_of_warmth else "replay.no_advice")
        return self._said("replay.advice", rule=self.rule(best.rule), days=best.days)

    def _said(self, key: str, **values: Value) -> str:
        # Every time with its date: it is never today's.
        tomorrow: datetime = self._past.until + timedelta(days=2)
        words = Words(key, tuple(values.items()))
        return self._catalogue.render(words, self._language, zone=self._policy.zone, now=tomorrow)


def in_words(length: timedelta) -> str:
    """Return ``length`` to the minute: "2 h 10 min"."""
    return span(timedelta(minutes=round(length / timedelta(minutes=1))))
