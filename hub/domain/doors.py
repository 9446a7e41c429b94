"""A door that was left open: how long it may stand so before the hub asks, and that it asks once.

The door's next movement arms the rule again. What the hub did not see for itself does not count: after a start a door
is open from when its sensor first says so.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from hub.domain import inactivity, sources
from hub.domain.draft import Draft
from hub.domain.facts import DoorLeftOpen
from hub.domain.policy import LeftOpen, Silence
from hub.domain.records import Span
from hub.domain.sources import Due


def next_due(
    rule: LeftOpen, now: datetime, zone: tzinfo, *, opened: datetime, blind: Sequence[Span]
) -> datetime | None:
    """Return when a door that stands open since ``opened`` (UTC) does so for too long; None: not in the coming week.

    Each day's hours begin anew, as those of a silence do. ``blind``: time that was not watched, and does not count.
    """
    stillness = Silence(rule.name, rule.longest, rule.between)
    return inactivity.next_due(stillness, now, zone, last_life=opened, blind=blind)


def dues(draft: Draft, began: datetime) -> list[Due]:
    """Return each door that stands open and was not asked about, by when it does so for too long.

    ``began``: since when the hub watches this home.
    """
    found = []
    for rule in draft.policy.doors:
        opened = _open_since(draft, rule, began)
        if opened is None:
            continue
        blind = (*draft.state.watch.blind, *sources.unseen(draft.state.watch, rule))
        due = next_due(rule, draft.at, draft.policy.zone, opened=opened, blind=blind)
        if due is not None:
            found.append(Due(due, rule.name, DoorLeftOpen(draft.at, rule.name, rule.sensor, opened), rule.sensor))
    return found


def _open_since(draft: Draft, rule: LeftOpen, began: datetime) -> datetime | None:
    """Since when this door is known to be open; None where it is not, where nobody sees it, or after the question."""
    watch, moves = draft.state.watch, draft.state.movements.get(rule.sensor)
    if moves is None or moves.active_since is None or sources.name_of(rule) in watch.blinded:
        return None
    asked = watch.asked.get(rule.name)
    if asked is not None and watch.life.get(rule.sensor, asked) <= asked:
        return None
    since = max(moves.active_since, sources.afresh_since(watch, rule, began))
    if rule.between is None:
        return since
    # Into which hours the opening fell is known since the clock was last set.
    return max(since, watch.stepped_at or since) if draft.state.clock_trusted else None
