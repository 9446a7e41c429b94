"""Which rules have nobody to tell them anything: what is not watched is neither silence nor life.

A rule lives by its sources, the sensors and buttons whose signs it accepts. While every one of them is silent, stuck or
cut off, the rule is blind: it asks nobody, it is shown as "not watching" and told as a fault, and when a source is back
it watches afresh from then.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from hub.domain import one_off, supervision
from hub.domain.draft import Draft
from hub.domain.facts import DoorLeftOpen, NotBackInBed, NotHomeYet, RulesBlinded, StillInBed
from hub.domain.policy import LEARNED, OF_LIFE, BackInBed, Button, HomeBy, LeftOpen, Policy, Sensor, Silence, Window
from hub.domain.records import Span, State, Watch
from hub.domain.supervision import GRACE
from hub.domain.trouble import BLIND, DEAF, LINK_FAULTS, named

Rule = Window | Silence | LeftOpen | BackInBed | HomeBy

# The first word of a rule's name in the state.
_SORTS: dict[type, str] = {Window: "window", Silence: "silence", LeftOpen: "door", BackInBed: "bed", HomeBy: "home_by"}


class Due(NamedTuple):
    """A thing (a door, a bed) will be as it is for too long at ``at``: ``rule`` then asks, and ``fact`` tells it.

    ``sensor``: where it stands; "" for somebody who is out.
    """

    at: datetime
    rule: str
    fact: DoorLeftOpen | NotBackInBed | StillInBed | NotHomeYet
    sensor: str = ""


def look(draft: Draft) -> None:
    """Note which rules have become blind, or watch again."""
    policy, state = draft.policy, draft.state
    if not state.faults and not state.watch.blinded:
        return
    rules: tuple[Rule, ...] = (
        *one_off.windows(draft),
        *policy.silences,
        *policy.doors,
        *policy.beds,
        *policy.home_by,
    )
    if policy.learned is not None:
        rules = (*rules, Silence(LEARNED, timedelta(0)))
    blind = tuple(name_of(rule) for rule in rules if _is_blind(state, policy, rule))
    if blind == tuple(state.watch.blinded):
        return
    draft.note(RulesBlinded(draft.at, blind, over=not blind))
    if blind:
        names = ", ".join(dict.fromkeys(name.partition("/")[2] for name in blind))
        supervision.raise_fault(draft, BLIND, names, tell_at=draft.at + GRACE)
    else:
        supervision.end_fault(draft, BLIND)


def name_of(rule: Rule) -> str:
    """The name of a rule in the state: a window and a silence may be called the same."""
    return f"{_SORTS[type(rule)]}/{rule.name}"


def unseen(watch: Watch, rule: Rule) -> tuple[Span, ...]:
    """The spans in which this rule had no source that works."""
    return watch.unseen.get(name_of(rule), ())


def afresh_since(watch: Watch, rule: Rule, began: datetime) -> datetime:
    """Since when this rule watches without having been blind for long.

    What was only a moment (a broker that restarts) is left out of a silence, and does not begin it anew: or one that
    stumbles every hour would switch the rule off, and nobody would be told.
    """
    long = (span.end for span in unseen(watch, rule) if span.end - span.start >= GRACE)
    return max((began, *long))


def is_deaf(state: State, device: Button | Sensor) -> bool:
    """Whether nothing may be concluded from what this device says, or does not."""
    if any(named(code, device.id) in state.faults for code in DEAF):
        return True
    return any(code in state.faults for code in LINK_FAULTS.get(device.link, ()))


def _is_blind(state: State, policy: Policy, rule: Rule) -> bool:
    found = [sources_of(policy, _signs_of(rule))]
    if isinstance(rule, HomeBy):
        # Who leaves is told by the entrance, who is back by anything.
        found.append(tuple(sensor for sensor in policy.sensors if sensor.entrance))
    return any(devices and all(is_deaf(state, device) for device in devices) for devices in found)


def _signs_of(rule: Rule) -> tuple[str, ...]:
    """What a rule accepts as a sign: of some sources, or of any."""
    if isinstance(rule, Silence | HomeBy):
        return ("any",)
    return rule.sign if isinstance(rule, Window) else (rule.sensor,)


def sources_of(policy: Policy, sign: tuple[str, ...]) -> tuple[Button | Sensor, ...]:
    """The devices whose signs a rule with ``sign`` accepts, so long as they work."""
    if "any" in sign:
        # A button is pressed now and then: what watches is what sees people move, where there is anything of it.
        return tuple(sensor for sensor in policy.sensors if sensor.kind in OF_LIFE) or policy.buttons
    named_in_it = tuple(device for device in policy.devices if device.id in sign)
    return named_in_it + (policy.buttons if "button" in sign else ())
