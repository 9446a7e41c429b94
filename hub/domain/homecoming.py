"""Home by an hour: who is still out at the hour that the family set is asked, and then the neighbours are.

Somebody is out who is away, or whose entrance door was the last thing at home to move. An absence that somebody
announced beyond the hour suspends the rule for as long as was said: a moment after the said end it is due, on that same
evening; an absence that ends long after the hour is the next day's. What the hub itself took from the door ("away") is
no announcement. Who was home at the hour, and went out after it, is not asked about.

It is asked once for each time somebody goes out; a return, which is a sign of life at home, arms it again. What the
hub did not see is neither a leaving nor a return: after that, whoever is home gets a moment to show it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from hub.domain import presence, sources
from hub.domain.checkin import days_around, instant
from hub.domain.draft import Draft
from hub.domain.facts import NotHomeYet, Whereabouts
from hub.domain.policy import HomeBy
from hub.domain.records import Span, State
from hub.domain.sources import Due
from hub.domain.spans import after_watching
from hub.domain.supervision import GRACE

# Whoever has just come in is seen somewhere at home within this; only then was the door a leaving.
SETTLING = timedelta(minutes=15)
# So long after the hour nobody is asked about that day any more.
LATEST = timedelta(hours=4)


class Out(NamedTuple):
    """Nobody was seen at home since ``left`` (UTC). ``said``: until when somebody announced that; None: nobody did."""

    left: datetime
    said: datetime | None = None


def next_due(
    rule: HomeBy, now: datetime, zone: tzinfo, out: Out, *, floor: datetime, blind: Sequence[Span]
) -> datetime | None:
    """Return when somebody who is ``out`` is so too late, in UTC; None: not in the coming week.

    ``floor``: since when it is known that nobody came back unseen. Time in ``blind`` does not count.
    """
    clear = after_watching(max(out.left, out.said or out.left, floor), SETTLING, blind)
    for day in days_around(max(now, out.left), zone):
        hour = instant(day, rule.hour, zone)
        was_home = out.said is None and hour < out.left
        if day.weekday() not in rule.days or was_home:
            continue
        due = max(hour, clear)
        if max(due, now) <= hour + LATEST:
            return due
    return None


def dues(draft: Draft) -> list[Due]:
    """Return each rule by when somebody is out too late, where somebody is out and was not asked about."""
    state, policy = draft.state, draft.policy
    out = _out(draft) if policy.home_by else None
    if out is None or state.watch.began is None or not state.clock_trusted:
        return []
    found = []
    for rule in policy.home_by:
        asked = state.watch.asked.get(rule.name)
        if sources.name_of(rule) in state.watch.blinded or (asked is not None and asked >= out.left):
            continue
        floor, blind = _known_since(state, rule, state.watch.began), _unseen(state, rule)
        due = next_due(rule, draft.at, policy.zone, out, floor=floor, blind=blind)
        if due is not None:
            found.append(Due(due, rule.name, NotHomeYet(draft.at, rule.name, out.left)))
    return found


def _out(draft: Draft) -> Out | None:
    """Whether somebody is out; None where somebody is at home, or the hub is told to look away."""
    now, last = draft.state.presence, _last_at_home(draft)
    if now.whereabouts is Whereabouts.AWAY and now.since is not None:
        return Out(now.since, None if now.by == presence.DOOR else now.until)
    if not now.is_watched:
        return None
    if now.since is not None and (last is None or last[1] < now.since):
        if now.ran_out:
            return Out(now.since, now.since)
        if now.whereabouts is Whereabouts.HOME and now.by != presence.HUB:
            # Somebody says that they are back.
            return None
    door = draft.policy.sensor(last[0]) if last is not None else None
    return Out(last[1]) if last is not None and door is not None and door.entrance else None


def _last_at_home(draft: Draft) -> tuple[str, datetime] | None:
    """The newest sign of life by a device: a text comes from wherever somebody is."""
    signs = [(who, at) for who, at in draft.state.watch.life.items() if draft.policy.device(who) is not None]
    return max(signs, key=lambda sign: sign[1], default=None)


def _unseen(state: State, rule: HomeBy) -> tuple[Span, ...]:
    """The spans in which a return would not have been seen; an absence is watched for one."""
    return (*(span for span in state.watch.blind if not span.away), *sources.unseen(state.watch, rule))


def _known_since(state: State, rule: HomeBy, began: datetime) -> datetime:
    """Since when nothing of account was missed, and the hour is known. A moment without watch hides nobody."""
    long = (span.end for span in state.watch.blind if not span.away and span.end - span.start >= GRACE)
    return max(sources.afresh_since(state.watch, rule, began), state.watch.stepped_at or began, *long)
