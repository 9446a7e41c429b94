"""Silence: how long nobody may move before the hub asks.

A rule holds at any hour, or only between two times of day; then each day's hours begin anew, so that a quiet
night is never held against the morning.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from hub.domain.checkin import bounds, days_around
from hub.domain.policy import Silence
from hub.domain.records import Span
from hub.domain.spans import after_watching

# A silence that became too long just as the hours ended is looked at a moment later: so late it still counts.
LATE = timedelta(minutes=5)


def next_due(
    rule: Silence, now: datetime, zone: tzinfo, *, last_life: datetime, blind: Sequence[Span]
) -> datetime | None:
    """Return when a silence that began at ``last_life`` becomes too long; None: not in the coming week.

    Time the hub did not watch (``blind``) counts neither as silence nor as life.
    """
    if rule.between is None:
        return after_watching(last_life, rule.longest, blind)
    for day in days_around(max(now, last_life), zone):
        begins, ends = bounds(*rule.between, day, zone)
        due = after_watching(max(begins, last_life), rule.longest, blind)
        # What came due in hours that are over was that day's question; the next day asks anew.
        if due <= ends and now <= ends + LATE:
            return due
    return None
