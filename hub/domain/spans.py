"""Time that was watched: spans with the blind parts left out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.domain.records import Span


def after_watching(start: datetime, watched: timedelta, blind: Sequence[Span]) -> datetime:
    """Return when ``watched`` will have been watched since ``start``, if nothing is missed from now on.

    What the hub did not see is neither silence nor life: time in ``blind`` (in any order, overlapping or
    not) does not count.
    """
    end = start + watched
    for span in sorted(blind, key=lambda span: span.start):
        if span.start >= end:
            break
        begin = max(span.start, start)
        if span.end > begin:
            end += span.end - begin
            start = span.end
    return end
