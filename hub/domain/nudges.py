"""A soft nudge: some minutes before a window ends without its sign, the resident is reminded, and nobody else hears.

Only where the family wants it (`Policy.nudge_before`). Looked after by the rounds: one that is late costs a reminder,
and no alarm waits for it.
"""

from collections.abc import Iterator
from datetime import datetime

from hub.domain import watch
from hub.domain.draft import Draft
from hub.domain.evidence import is_quiet
from hub.domain.facts import WindowNudged
from hub.domain.policy import Window


def look(draft: Draft) -> None:
    """Remind, once a window, of each that is about to end; not at an hour at which it would wake somebody."""
    for window, closes, at in _coming(draft):
        if at <= draft.at and not is_quiet(draft.at, draft.policy.zone):
            draft.note(WindowNudged(draft.at, window.name, closes))
            draft.say("say.nudge.button" if window.sign == ("button",) else "say.nudge")


def next_look(draft: Draft, usual: datetime) -> datetime:
    """When to look next: at the next reminder, if that comes before ``usual``."""
    return min((usual, *(at for _, _, at in _coming(draft) if at > draft.at)))


def _coming(draft: Draft) -> Iterator[tuple[Window, datetime, datetime]]:
    """Yield each window that still waits for its sign and for its reminder, when it closes, and when to remind."""
    before = draft.policy.nudge_before
    # Whoever was asked about this silence needs no reminder, and whoever lies on the floor no other words.
    is_in_need = any(incident.is_call for incident in draft.state.open_incidents())
    if before is None or draft.state.watch.alarmed or is_in_need:
        return
    for window, (due, closes) in watch.windows_due(draft):
        if due > draft.at and draft.state.watch.nudged.get(window.name) != closes:
            yield window, closes, due - before
