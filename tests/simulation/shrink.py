"""A life that went wrong, cut down to what is needed for that: fewer events, and nothing else changed."""

from collections.abc import Callable

from tests.simulation.plan import Event, Plan

# Each try plays a life; more than this and somebody waits too long.
TRIES_AT_MOST = 200


def shrink(plan: Plan, goes_wrong: Callable[[Plan], bool]) -> Plan:
    """Return ``plan`` with as few events as still make it go wrong (one at a time makes no difference any more)."""
    tries = TRIES_AT_MOST
    size = max(1, len(plan.events) // 2)
    while size:
        at = 0
        while at < len(plan.events) and tries:
            less = plan.without(frozenset(plan.events[at : at + size]))
            tries -= 1
            if goes_wrong(less):
                plan = less
            else:
                at += size
        size //= 2
    return plan


def written(plan: Plan) -> str:
    """The plan as lines that a person reads, and that `Event` takes back."""
    lines = [f"seed {plan.seed}, {plan.days:g} days from {plan.begins:%Y-%m-%d %H:%M} UTC:"]
    return "\n".join([*lines, *(_line(event) for event in plan.events)])


def _line(event: Event) -> str:
    day, rest = divmod(event.at_s, 86_400)
    return f"    Event({event.at_s!r}, {event.what!r}, {event.value!r}),  # day {day:.0f}, {rest / 3600:05.2f} h"
