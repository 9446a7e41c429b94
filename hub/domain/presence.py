"""Home, away, paused: whether silence means anything just now.

Away and paused only ever suspend questions about silence; the button always works. Both always end: at the
time that was said, and away also with the first movement at home.
"""

from datetime import datetime, timedelta

from hub.domain.draft import Draft
from hub.domain.facts import Whereabouts, WhereaboutsChanged
from hub.domain.incident import explain_silence

# Whoever says "I'm leaving" still walks to the door: movements this soon after do not end an absence.
LEAVING = timedelta(minutes=15)
# Nobody is away for longer without saying so again; a forgotten absence must not switch the watch off for good.
LONGEST = timedelta(days=60)


def leave(draft: Draft, whereabouts: Whereabouts, until: datetime | None, by: str) -> bool:
    """Suspend silence rules until ``until`` (aware), and the question that is being asked.

    False when that is not in the coming 60 days.
    """
    if until is None or not draft.at < until <= draft.at + LONGEST:
        return False
    draft.note(WhereaboutsChanged(draft.at, whereabouts, until, by))
    explain_silence(draft, by)
    return True


def come_back(draft: Draft, by: str) -> None:
    """Watch again from now on; nothing happens when the hub does already."""
    if draft.state.presence.whereabouts is not Whereabouts.HOME:
        draft.note(WhereaboutsChanged(draft.at, Whereabouts.HOME, None, by))


def movement(draft: Draft) -> None:
    """Somebody moves at home: an absence is over."""
    presence = draft.state.presence
    if presence.whereabouts is not Whereabouts.AWAY or presence.since is None:
        return
    if draft.at - presence.since > LEAVING:
        come_back(draft, "movement")


def run_due(draft: Draft) -> None:
    """End what was said to last until now."""
    until = draft.state.presence.until
    if until is not None and until <= draft.at:
        come_back(draft, "hub")
