"""From a contact's edges to what a person meant: a press, or a hold that cancels.

A press counts at its first edge, not after the contact has settled: a weak finger may touch it for a
few milliseconds only, and nothing is gained by waiting. Only while the resident is being asked whether the call was
meant does a press count when the button is let go: until then it may become the hold that takes the call back, and
nobody is to be called out for that. What follows within the debounce time is taken for
the contact's bouncing; when that time is over the contact is looked at once more, so that neither a short touch is
taken for a hold nor a press that came with the bounces is lost.
"""

from hub.domain import watch
from hub.domain.draft import Draft
from hub.domain.facts import ContactMoved, Kind
from hub.domain.incident import cancel_by_resident, press
from hub.domain.inputs import ButtonCancelled, ButtonEdge, ButtonPressed
from hub.domain.records import Contact, Phase


def on_edge(draft: Draft, seen: ButtonEdge) -> None:
    """A wired contact closed or opened."""
    # What was due before this edge comes first, even if the hub looks at both together: a hold of three seconds is one.
    _look_at(draft, seen.button)
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
    for name in draft.state.contacts:
        _look_at(draft, name)


def _look_at(draft: Draft, button: str) -> None:
    contact = draft.state.contacts.get(button)
    if contact is not None and contact.settle_at is not None and contact.settle_at <= draft.at:
        _settled(draft, button, contact)
    contact = draft.state.contacts.get(button)
    if contact is not None and contact.hold_at is not None and contact.hold_at <= draft.at:
        draft.note(ContactMoved(draft.at, button, contact.down, None, None))
        watch.see_life(draft, button)
        cancel_by_resident(draft)


def _settled(draft: Draft, button: str, contact: Contact) -> None:
    if contact.raw is contact.down:
        draft.note(ContactMoved(draft.at, button, contact.down, None, contact.hold_at, contact.undecided))
    else:
        _moved(draft, button, down=contact.raw)


def _moved(draft: Draft, button: str, *, down: bool) -> None:
    before = draft.state.contacts.get(button)
    hold_at = draft.at + draft.policy.button(button).cancel_hold if down else None
    undecided = down and _is_being_asked(draft)
    draft.note(ContactMoved(draft.at, button, down, None, hold_at, undecided))
    was_undecided = before is not None and before.undecided
    if (down and not undecided) or was_undecided:
        _pressed(draft, button)


def _is_being_asked(draft: Draft) -> bool:
    call = draft.state.open_of(Kind.PANIC)
    return call is not None and call.phase is Phase.WARNING


def _pressed(draft: Draft, button: str) -> None:
    # The life sign first: it ends a silence warning, so that the call for help stands alone.
    watch.see_life(draft, button)
    press(draft, button, draft.policy.button(button).room)
