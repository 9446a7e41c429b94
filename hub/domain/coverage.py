"""The coming week: are there always two people who may be called?

Hours are what people said of themselves. Nobody is on duty; but where one person alone stands for a whole evening, the
family should know before that evening (BEHAVIOUR 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from hub.domain.policy import Person, Policy
from hub.domain.records import EMPTY, Holiday

AHEAD = timedelta(days=7)
STEP = timedelta(hours=1)
# Fewer than this many is thin: one may be in the shower.
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """From ``begins`` to ``ends`` (UTC), full hours in which only so many ``people`` may be called."""

    begins: datetime
    ends: datetime
    people: int


def gaps(
    policy: Policy, now: datetime, stopped: frozenset[str], holidays: Mapping[str, Holiday] = EMPTY
) -> tuple[Gap, ...]:
    """Return the thin hours of the coming week, next to each other as one, the soonest first."""
    people = [person for person in policy.people if person.can_be_alerted and person.id not in stopped]
    away = {who: each for who, each in holidays.items() if each.begins < now + AHEAD and each.until > now}
    always = sum(not person.hours and person.id not in away for person in people)
    if always >= ENOUGH:
        # The usual circle, and the week need not be walked through.
        return ()
    begins = _next_hour(now, policy.zone)
    some = [person for person in people if person.hours or person.id in away]
    found: list[Gap] = []
    for step in range(AHEAD // STEP):
        at = begins + step * STEP
        local = at.astimezone(policy.zone)
        count = always + sum(_is_there(person, away, at, local) for person in some)
        if count >= ENOUGH:
            continue
        if found and (found[-1].ends, found[-1].people) == (at, count):
            found.append(Gap(found.pop().begins, at + STEP, count))
        else:
            found.append(Gap(at, at + STEP, count))
    return tuple(found)


def _is_there(person: Person, away: Mapping[str, Holiday], at: datetime, local: datetime) -> bool:
    holiday = away.get(person.id)
    return person.is_available(local) and not (holiday is not None and holiday.begins <= at < holiday.until)


def _next_hour(now: datetime, zone: tzinfo) -> datetime:
    # In UTC: an hour of the night the clocks change is an hour all the same.
    local = now.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now + STEP - past


def thin_hours(found: tuple[Gap, ...], zone: tzinfo) -> frozenset[str]:
    """Return these gaps as hours of the week ("1-22": Mondays at ten in the evening), by which they are known again.

    An hour in which nobody at all may be called is another one.
    """
    hours = (
        (f"{(gap.begins + step * STEP).astimezone(zone):%w-%H}", "" if gap.people else "!")
        for gap in found
        for step in range((gap.ends - gap.begins) // STEP)
    )
    return frozenset(f"{hour}{nobody}" for hour, nobody in hours)
