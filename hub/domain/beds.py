"""A bed at night: how long somebody who left it may stay away before the hub asks, and who is still in it too late.

Whoever has not gone to bed yet is not missed there: only a bed that moved in these hours counts. Somebody who is up for
long is asked again after as long. What the hub did not see for itself does not count: after a start a bed is as its
sensor first says, and from then.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta, tzinfo

from hub.domain import sources
from hub.domain.checkin import bounds, days_around, instant
from hub.domain.draft import Draft
from hub.domain.facts import NotBackInBed, StillInBed
from hub.domain.inactivity import LATE
from hub.domain.policy import BackInBed
from hub.domain.records import Span
from hub.domain.sources import Due
from hub.domain.spans import after_watching

# Whoever lay down again so shortly before the hour has been up.
DOZE = timedelta(minutes=30)


def back_due(
    rule: BackInBed, now: datetime, zone: tzinfo, *, moved: datetime, left: datetime, blind: Sequence[Span]
) -> datetime | None:
    """Return when a bed that is empty since ``left`` is so for too long; None: not in these hours.

    ``moved``: when somebody was last seen to get in or out of it. All in UTC. Time in ``blind`` does not count. Getting
    up so late that the hours end before is getting up.
    """
    for day in days_around(moved, zone):
        begins, ends = bounds(*rule.between, day, zone)
        if begins <= moved and left < ends:
            due = after_watching(left, rule.within, blind)
            return due if due <= ends and now <= ends + LATE else None
    return None


def up_due(up_by: time, zone: tzinfo, *, lying: datetime, blind: Sequence[Span]) -> datetime | None:
    """Return when somebody who lies in bed since ``lying`` does so too late; None: not in the coming week.

    An hour that was not watched (``blind``) is that day's; the next day asks anew.
    """
    for day in days_around(lying, zone):
        due = instant(day, up_by, zone)
        if due - lying >= DOZE and not any(span.start <= due < span.end for span in blind):
            return due
    return None


def dues(draft: Draft, began: datetime) -> list[Due]:
    """Return for each bed when it is empty for too long, or somebody in it too late. ``began``: as for doors."""
    if not draft.state.clock_trusted:
        return []
    return [due for rule in draft.policy.beds for due in _dues(draft, rule, began)]


def _dues(draft: Draft, rule: BackInBed, began: datetime) -> Iterator[Due]:
    watch, moves = draft.state.watch, draft.state.movements.get(rule.sensor)
    if moves is None or moves.moved_at is None or sources.name_of(rule) in watch.blinded:
        return
    # Into which hours it fell is known since the clock was last set.
    floors = (sources.afresh_since(watch, rule, began), watch.stepped_at, watch.asked.get(rule.name))
    since = max(moves.moved_at, *(floor for floor in floors if floor is not None))
    blind, zone = (*watch.blind, *sources.unseen(watch, rule)), draft.policy.zone
    moved = watch.life.get(rule.sensor)
    if moves.active_since is not None:
        due = up_due(rule.up_by, zone, lying=since, blind=blind) if rule.up_by else None
        if due is not None:
            yield Due(due, rule.late, StillInBed(draft.at, rule.name, rule.sensor, moves.active_since), rule.sensor)
    elif moved is not None:
        due = back_due(rule, draft.at, zone, moved=moved, left=since, blind=blind)
        if due is not None:
            yield Due(due, rule.name, NotBackInBed(draft.at, rule.name, rule.sensor, since), rule.sensor)
