"""On call: somebody whom the family has asked first for some days, whatever the hours they gave (BEHAVIOUR 6).

Nobody is left out by it: whoever is on call has a wave of their own, and the others follow as ever.
"""

from dataclasses import replace
from datetime import datetime

from hub.domain.policy import Plan, Policy, Wave
from hub.domain.records import State


def who(state: State, now: datetime) -> str | None:
    """The id of who is on call at ``now``."""
    return state.on_call.person if state.on_call is not None and now < state.on_call.until else None


def plan_now(
    state: State, policy: Policy, now: datetime, without: frozenset[str] = frozenset(), *, at_once: bool = False
) -> Plan:
    """The plan of an incident that opens ``now``; ``without``: ids of whoever is left out.

    ``at_once``: nobody waits for another (smoke); whoever is on call is asked with the first wave.
    """
    plan = policy.plan(without)
    first = plan.person(who(state, now))
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
