"""Forgetting: what the family no longer wants kept is not remembered either (`Policy.retention`).

The journal deletes what is on record (`hub.journal.Journal.prune_incidents`); here goes what the state still has of it.
"""

from datetime import datetime

from hub.domain.draft import Draft
from hub.domain.facts import RecordsForgotten
from hub.domain.records import State


def look(draft: Draft) -> None:
    """Forget what has been over for longer than is wanted; by a clock that is known to be right."""
    before = draft.at - draft.policy.retention.incidents
    if draft.state.clock_trusted and is_old(draft.state, before):
        draft.note(RecordsForgotten(draft.at, before))


def is_old(state: State, before: datetime) -> bool:
    """Whether something is remembered that was over before then."""
    ends = [*(incident.closed_at for incident in state.incidents.values()), *(news.at for news in state.news)]
    words = [*(m.requested_at for m in state.unsent.values()), *(a.at for a in state.awaiting.values() if a.message)]
    return any(at is not None and at < before for at in (*ends, *words))
