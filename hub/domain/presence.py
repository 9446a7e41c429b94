"""Home, away, paused, a visitor: whether silence means anything just now, and whether a day teaches anything.

Away and paused only ever suspend questions about silence; the button always works. All three always end: at the
time that was said, and away also with the first movement at home.

A visitor suspends no rule. What moves is a sign of life whoever it is, so that with somebody there a rule asks less
often by itself; where nothing moves at all, or a door stands open, something is as wrong as ever, and perhaps for two.
What a visitor's movements must not do is teach the hub how this person lives (`hub.domain.learning`). Whoever wants not
to be asked at all pauses.
"""

from datetime import datetime, timedelta

from hub.domain import sources
from hub.domain.draft import Draft
from hub.domain.facts import AbsencePlanned, Kind, Whereabouts, WhereaboutsChanged
from hub.domain.incident import explain_silence
from hub.domain.policy import OF_LIFE

# Whoever says "I'm leaving" still walks to the door: movements this soon after do not end an absence.
LEAVING = timedelta(minutes=15)
# Nobody is away for longer without saying so again; a forgotten absence must not switch the watch off for good.
LONGEST = timedelta(days=60)
# Who says that nobody is at home, where no person did.
DOOR = "door"
HUB = "hub"


def leave(draft: Draft, whereabouts: Whereabouts, until: datetime | None, by: str, *, explains: bool = True) -> bool:
    """Suspend silence rules until ``until`` (aware), and what is asked if this ``explains`` it; or note a visitor.

    False when that is not in the coming 60 days, or the resident has switched the watch off: the end of an absence
    would switch it on.
    """
    is_off = draft.state.presence.whereabouts is Whereabouts.OFF
    if is_off or until is None or not draft.at < until <= draft.at + LONGEST:
        return False
    draft.note(WhereaboutsChanged(draft.at, whereabouts, until, by))
    if explains and whereabouts is not Whereabouts.VISITOR:
        explain_silence(draft, by)
    return True


def come_back(draft: Draft, by: str) -> None:
    """Watch again from now on; nothing happens when the hub does already, or the resident does not want it."""
    if draft.state.presence.whereabouts not in (Whereabouts.HOME, Whereabouts.OFF):
        draft.note(WhereaboutsChanged(draft.at, Whereabouts.HOME, None, by))


def movement(draft: Draft) -> None:
    """Somebody moves at home: an absence is over."""
    presence = draft.state.presence
    if presence.whereabouts is not Whereabouts.AWAY or presence.since is None:
        return
    # Where nobody said it, nobody is still on the way out.
    if presence.by == DOOR or draft.at - presence.since > LEAVING:
        come_back(draft, "movement")


def look(draft: Draft) -> None:
    """The entrance door was the last to move, and nobody stirs: away, if the family wants it so (BEHAVIOUR 5).

    Somebody who fell asleep behind a neighbour that left is missed for as long as that lasts; so it is never the
    default, and never lasts for long.
    """
    rule, life = draft.policy.door_away, draft.state.watch.life
    if rule is None or not life or draft.state.presence.whereabouts is not Whereabouts.HOME:
        return
    source = max(life, key=lambda name: life[name])
    door = draft.policy.sensor(source)
    if door is None or not door.entrance or draft.at - life[source] < rule.after or _cannot_see(draft):
        return
    if draft.state.open_of(Kind.PANIC) is None and not draft.state.watch.active.get(source, False):
        leave(draft, Whereabouts.AWAY, life[source] + rule.lasts, DOOR)


def _cannot_see(draft: Draft) -> bool:
    """Whether some of what would see somebody move is out of order: then stillness says nothing."""
    return any(sources.is_deaf(draft.state, s) for s in draft.policy.sensors if s.kind in OF_LIFE)


def run_due(draft: Draft) -> None:
    """End what was said to last until now, and begin the absence that was announced for now."""
    until, planned = draft.state.presence.until, draft.state.presence.planned
    if until is not None and until <= draft.at:
        come_back(draft, HUB)
    # By a clock that nobody vouches for, only what raises protection may happen.
    if planned is None or planned.begins > draft.at or not draft.state.clock_trusted:
        return
    # Of a silence that somebody is asked about now, whoever announced it knew nothing: the question goes on.
    if not leave(draft, Whereabouts.AWAY, planned.until, planned.by, explains=False):
        # It is over before it began (the hub was off), or the resident wants no watch to suspend.
        draft.note(AbsencePlanned(draft.at, None, None, planned.by))
