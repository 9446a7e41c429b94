"""What a month's silences came to (`hub.domain.evidence`), as lines for a terminal or as JSON: `telecare-hub month`.

A page that shows it calls `hub.history.month` and `as_json` or `as_lines` itself.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from hub.domain.evidence import Evidence, Month, month_after
from hub.domain.facts import Value, Words
from hub.domain.policy import LEARNED, Policy
from hub.errors import ConfigError, Mistake
from hub.fact_json import instant_text
from hub.messages import Catalogue
from hub.messages.previews import in_words


def first_of(typed: str | None) -> date | None:
    """Return the first day of the month "2026-03"; None for none.

    :raises ConfigError: that is no month.
    """
    if typed is None:
        return None
    try:
        return datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007  a month of the home's own calendar
    except ValueError as wrong:
        raise ConfigError([Mistake("telecare-hub month", f"{typed[:40]!r} is no month; write 2026-03")]) from wrong


def as_lines(found: Month, policy: Policy, language: str) -> list[str]:
    """Return ``found`` in a family's words: what it comes to, then each question."""
    teller = _Teller(found, policy, language)
    return [*teller.summary(), *(f"  {teller.silence(each)}" for each in found.silences)]


class _Teller:
    """Tells a month in one language."""

    def __init__(self, found: Month, policy: Policy, language: str) -> None:
        self._found, self._policy, self._language = found, policy, language
        self._catalogue = Catalogue.load()
        # Every time with its date: it is never today's.
        self._later = datetime.combine(month_after(month_after(found.first)), time.min, tzinfo=found.zone)

    def summary(self) -> list[str]:
        found = self._found
        lines = [self._said("month.title", month=f"{found.first:%m/%Y}", asked=len(found.silences))]
        if not found.silences:
            return lines
        came_to: dict[str, Value] = {"settled": found.settled_at_home, "alerts": found.alerted, "real": found.real}
        lines.append(self._said("month.came_to", false_alarms=found.false_alarms, **came_to))
        lines.append(self._said("month.quiet", quiet=found.quiet))
        if found.noticed is not None:
            lines.append(
                self._said("month.noticed", median=_span(found.noticed), longest=_span(found.noticed_at_worst))
            )
        return lines

    def silence(self, silence: Evidence) -> str:
        outcome = f"word.outcome.{silence.outcome}" if silence.outcome else "month.open"
        return self._said(
            "month.silence",
            number=silence.incident,
            at=silence.at,
            rule=self._rule(silence.rule),
            lasted=_span(silence.lasted),
            usual=_span(silence.usual),
            allowed=_span(silence.allowed),
            outcome=self._said(outcome),
            why=silence.why if silence.is_false_alarm else "",
            by=silence.by,
        )

    def _rule(self, rule: str) -> str:
        learned = self._policy.learned
        if rule == LEARNED and learned is not None:
            return self._said("replay.learned", asked=learned.false_alarms_per_month)
        return rule

    def _said(self, key: str, **values: Value) -> str:
        words = Words(key, tuple(values.items()))
        return self._catalogue.render(words, self._language, zone=self._policy.zone, now=self._later)


def _span(length: timedelta | None) -> str:
    return "" if length is None else in_words(length)


def as_json(found: Month) -> dict[str, Any]:
    """Return ``found`` as JSON values; times are ISO 8601 in UTC, spans are seconds."""
    return {
        "month": f"{found.first:%Y-%m}",
        "asked": len(found.silences),
        "settled_at_home": found.settled_at_home,
        "alerted": found.alerted,
        "false_alarms": found.false_alarms,
        "real": found.real,
        "quiet_hours": found.quiet,
        "noticed_median_s": _seconds(found.noticed),
        "noticed_longest_s": _seconds(found.noticed_at_worst),
        "silences": [
            {
                "incident": each.incident,
                "at": instant_text(each.at),
                "rule": each.rule,
                "lasted_s": _seconds(each.lasted),
                "usual_s": _seconds(each.usual),
                "allowed_s": _seconds(each.allowed),
                "alerted": each.alerted,
                "false_alarm": each.is_false_alarm,
                "quiet_hours": each.is_quiet(found.zone),
                "outcome": each.outcome,
                "by": each.by,
                "why": each.why,
            }
            for each in found.silences
        ],
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
