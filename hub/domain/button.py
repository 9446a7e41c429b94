"""From a contact's edges to what a person meant: a press, or a hold that cancels.

A press counts at its first edge, not after the contact has settled: a weak finger may touch it for a
few milliseconds only, and nothing is gained by waiting. What follows within the debounce time is taken for
the contact's bouncing; when that time is over the contact is looked at once more, so that neither a short touch is
taken for a hold nor a press that came with the bounces is lost.
"""

from hub.domain import watch
from hub.domain.draft import Draft
from hub.domain.facts import ContactMoved
from hub.domain.incident import cancel_by_resident, press
from hub.domain.inputs import ButtonCancelled, ButtonEdge, ButtonPressed


def on_edge(draft: Draft, seen: ButtonEdge) -> None:
    """A wired contact closed or opened."""
    contact = draft.state.contacts.get(seen.button)
    settle_at = contact.moved_at + draft.policy.button(seen.button).debounce if contact else draft.at
    if settle_at > draft.at:
        draft.note(ContactMoved(draft.at, seen.button, seen.down, settle_at, None))
    elif seen.down is not (contact is not None and contact.down):
        # A level told again, at a start or after a repair, is no new edge.
        _moved(draft, seen.button, down=seen.down)


def on_pressed(draft: Draft, seen: ButtonPressed) -> None:
    """A pendant says it was pressed."""
    _pressed(draft, seen.button)


def on_cancelled(draft: Draft, seen: ButtonCancelled) -> None:
    """A pendant says its cancelling gesture was made."""
    watch.see_life(draft, seen.button)
    cancel_by_resident(draft)


def run_due(draft: Draft) -> None:
    """Look at contacts that have stopped bouncing, and take as cancels the holds that lasted long enough."""
    for name, before in draft.state.contacts.items():
        if before.settle_at is not None and before.settle_at <= draft.at:
            _settled(draft, name)
        contact = draft.state.contacts[name]
        if contact.hold_at is not None and contact.hold_at <= draft.at:
            draft.note(ContactMoved(draft.at, name, contact.down, None, None))
            cancel_by_resident(draft)


def _settled(draft: Draft, button: str) -> None:
    contact = draft.state.contacts[button]
    if contact.raw is contact.down:
        draft.note(ContactMoved(draft.at, button, contact.down, None, contact.hold_at))
    else:
        _moved(draft, button, down=contact.raw)


def _moved(draft: Draft, button: str, *, down: bool) -> None:
    hold_at = draft.at + draft.policy.button(button).cancel_hold if down else None
    draft.note(ContactMoved(draft.at, button, down, None, hold_at))
    if down:
        _pressed(draft, button)


def _pressed(draft: Draft, button: str) -> None:
    # The life sign first: it ends a silence warning, so that the call for help stands alone.
    watch.see_life(draft, button)
    press(draft, button, draft.policy.button(button).room)
