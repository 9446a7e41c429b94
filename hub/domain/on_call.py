"""On call: whoever is asked first for some days, whatever the hours they gave (BEHAVIOUR 6).

Said by text for a span (`GARDE Paul 2j`), or on the pages day by day; where both say something the later word counts.
Nobody is left out by it: whoever is on call has a wave of their own, and the others follow as ever.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hub.domain.availability import on_holiday
from hub.domain.policy import Plan, Policy, Wave
from hub.domain.records import State

# Nobody is on call for longer: sixty days by text, and two weeks more day by day.
LONGEST = timedelta(days=75)


def who(state: State, now: datetime, zone: tzinfo) -> str | None:
    """The id of who is on call at ``now``; a day is one of the home, which is in ``zone``."""
    person = _said(state, now, zone)
    return None if person is not None and on_holiday(state, person, now) else person


def _said(state: State, now: datetime, zone: tzinfo) -> str | None:
    span = state.on_call if state.on_call is not None and now < state.on_call.until else None
    # Without the time of day nobody knows whose day it is.
    shift = state.shifts.get(now.astimezone(zone).date().isoformat()) if state.clock_trusted else None
    if span is not None and (shift is None or span.at >= shift.at):
        return span.person
    return (shift.person or None) if shift is not None else None


def until(state: State, now: datetime, zone: tzinfo) -> datetime | None:
    """Until when whoever is on call ``now`` is so: until another is, or nobody. None: nobody is."""
    person = who(state, now, zone)
    if person is None:
        return None
    ends = state.on_call.until if state.on_call is not None else now
    moment, seen_at_most = now, now + LONGEST
    while moment < seen_at_most and who(state, moment, zone) == person:
        midnight = ends_of(moment.astimezone(zone).date(), zone)[1]
        moment = min(midnight, ends) if ends > moment else midnight
    return moment


def ends_of(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when ``day`` begins and ends in ``zone``, in UTC; on the days the clocks change it is 23 or 25 hours."""
    begins, ends = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def plan_now(
    state: State, policy: Policy, now: datetime, without: frozenset[str] = frozenset(), *, at_once: bool = False
) -> Plan:
    """The plan of an incident that opens ``now``; ``without``: ids of whoever is left out.

    ``at_once``: nobody waits for another (smoke); whoever is on call is asked with the first wave.
    """
    plan = policy.plan(without)
    first = plan.person(who(state, now, policy.zone))
    if first is None:
        return plan
    people = tuple(replace(p, hours=()) if p.id == first.id else p for p in plan.people)
    wave, *later = plan.waves
    if at_once:
        waves = (replace(wave, people=tuple(dict.fromkeys((first.id, *wave.people)))), *later)
    elif wave.people == (first.id,):
        waves = plan.waves
    else:
        waves = (Wave((first.id,), wave.wait), *plan.waves)
    return replace(plan, people=people, waves=waves)
