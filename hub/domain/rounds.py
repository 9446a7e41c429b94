"""The rounds: what changes slowly is looked after twice an hour, alarms never wait for it.

A round is a deadline in the state like any other. Nothing that a call for help needs is decided here.
"""

from datetime import timedelta

from hub.domain import devices, drills, forgetting, learning, notices, nudges, people, presence, proof
from hub.domain.draft import Draft
from hub.domain.facts import RoundMade

# Often enough for what is told by the hour, and seldom enough not to be felt.
EVERY = timedelta(minutes=30)
_LOOKS = (
    nudges.look,
    devices.look,
    proof.look,
    people.look,
    presence.look,
    drills.look,
    notices.look,
    learning.look,
    forgetting.look,
)


def run_due(draft: Draft) -> None:
    """Make a round if its time has come."""
    due = draft.state.round_due
    if due is None or due > draft.at:
        return
    for look in _LOOKS:
        look(draft)
    draft.note(RoundMade(draft.at, nudges.next_look(draft, notices.next_look(draft, draft.at + EVERY))))
