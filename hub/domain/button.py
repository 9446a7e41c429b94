"""From a contact's edges to what a person meant: a press, or a hold that cancels.

A press counts at its first edge, not after the contact has settled: a weak finger may touch it for a
few milliseconds only, and nothing is gained by waiting. What follows within the debounce time is taken for
the contact's bouncing; only its last position is remembered, so that a short touch is never taken for a hold.
"""

from hub.domain import watch
from hub.domain.draft import Draft
from hub.domain.facts import ContactMoved
from hub.domain.incident import cancel_by_resident, press
from hub.domain.inputs import ButtonCancelled, ButtonEdge, ButtonPressed


def on_edge(draft: Draft, seen: ButtonEdge) -> None:
    """A wired contact closed or opened."""
    button = draft.policy.button(seen.button)
    contact = draft.state.contacts.get(seen.button)
    if contact is not None and draft.at - contact.moved_at < button.debounce:
        draft.note(ContactMoved(draft.at, seen.button, seen.down, counts=False, hold_at=contact.hold_at))
        return
    hold_at = draft.at + button.cancel_hold if seen.down else None
    draft.note(ContactMoved(draft.at, seen.button, seen.down, counts=True, hold_at=hold_at))
    if seen.down:
        _pressed(draft, seen.button)


def on_pressed(draft: Draft, seen: ButtonPressed) -> None:
    """A pendant says it was pressed."""
    _pressed(draft, seen.button)


def on_cancelled(draft: Draft, seen: ButtonCancelled) -> None:
    """A pendant says its cancelling gesture was made."""
    watch.see_life(draft, seen.button)
    cancel_by_resident(draft)


def run_due(draft: Draft) -> None:
    """Take as cancels the holds that have lasted long enough."""
    for name, contact in draft.state.contacts.items():
        if contact.hold_at is None or contact.hold_at > draft.at:
            continue
        draft.note(ContactMoved(draft.at, name, contact.down, counts=False, hold_at=None))
        if contact.down:
            cancel_by_resident(draft)


def _pressed(draft: Draft, button: str) -> None:
    # The life sign first: it ends a silence warning, so that the call for help stands alone.
    watch.see_life(draft, button)
    press(draft, button, draft.policy.button(button).room)
