"""How facts change what did not arrive: messages that ended without it, whose words the family may have sent again.

What calls for help the hub repeats by itself, and what opens a door or confirms something is not kept a second time.
`hub.domain.again` says which of the others may still go.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from hub.domain import facts as f
from hub.domain.records import Message, MessageStatus, State
from hub.domain.replacing import replace

# A code that opens something for a while: of no use to anybody after that, and nobody's business in a list.
CODE_WORDS = "desk.code"
# What opens a door, or confirms something, is shown to nobody but whom it was sent to.
_CONFIRMED = ("absent", "on_call", "tomorrow", "today", "window", "window.new", "holiday")
SECRET_WORDS = frozenset({"access", CODE_WORDS, *(f"confirm.{what}" for what in _CONFIRMED)})
# Has its own limits (`hub.domain.invitations`), and is asked for where those are.
INVITATION = "invite"
# Why the hub gave up on a message that was still true; any other reason is that it is not.
TOO_OLD, TOO_MANY = "too old to be news", "too many messages wait"
NOBODY_KNOWS = "nobody knows whether it went out"
GIVEN_UP = frozenset({TOO_OLD, TOO_MANY, NOBODY_KNOWS})
# Nothing older is news to anybody, however much the family wants it told.
KEPT_FOR = timedelta(days=1)
# What a family reads through; a network that was gone for an evening leaves some a person.
KEPT_AT_MOST = 32

Change = Callable[[State, Any], State]


def change_unsent(state: State, fact: f.Fact) -> State:
    """Return ``state`` with what ``fact`` leaves unsent; to be asked while the message it settles is still known."""
    change = _CHANGES.get(type(fact))
    return state if change is None else change(state, fact)


def kept_of(message: Message) -> Message | None:
    """What is kept of a message that has left the outbox; None of one that the family may not have sent again."""
    if message.purpose is f.Purpose.ALERT or message.words.key in {*SECRET_WORDS, INVITATION}:
        return None
    # It waits for nothing any more, whatever it did.
    return replace(message, status=MessageStatus.PENDING, due=None)


def subject_of(message: Message) -> tuple[object, ...]:
    """What a newer message must have in common with this one to make it superfluous; an alert never is."""
    return (message.number,) if message.purpose is f.Purpose.ALERT else _subject(message)


def _subject(said: Message | f.MessageRequested) -> tuple[object, ...]:
    if said.incident is None:
        # News goes to one person by text and by mail as well.
        way = said.channel if said.purpose is f.Purpose.NEWS else ""
        return (said.purpose, said.person, said.words, way)
    # The newest news of an incident replaces any older; the rest only what says the same.
    key = "" if said.purpose is f.Purpose.STATUS else said.words.key
    return (said.purpose, said.person, said.incident, key)


def _failed(state: State, fact: f.MessageFailed) -> State:
    return state if fact.retry_at is not None else _keep(state, state.outbox.get(fact.message), fact)


def _dropped(state: State, fact: f.MessageDropped) -> State:
    return _keep(state, state.outbox.get(fact.message), fact) if fact.reason in GIVEN_UP else state


def _undelivered(state: State, fact: f.MessageUndelivered) -> State:
    awaited = state.awaiting.get(fact.message)
    return _keep(state, awaited.message if awaited else None, fact)


def _keep(state: State, message: Message | None, fact: f.Fact) -> State:
    ended = None if message is None else kept_of(message)
    if ended is None:
        return state
    kept = {**state.unsent, ended.number: ended}
    fresh = {number: m for number, m in kept.items() if fact.at - m.requested_at <= KEPT_FOR}
    return _with(state, dict(sorted(fresh.items())[-KEPT_AT_MOST:]))


def _requested(state: State, fact: f.MessageRequested) -> State:
    """What says more, or the same anew, takes the place of what did not arrive; of answers the newest one does."""
    kept = {number: m for number, m in state.unsent.items() if not _is_replaced(m, fact)}
    return _with(state, kept) if len(kept) < len(state.unsent) else state


def _is_replaced(message: Message, by: f.MessageRequested) -> bool:
    if f.Purpose.REPLY is message.purpose is by.purpose and message.incident is None:
        return message.person == by.person
    return _subject(message) == _subject(by)


def _forgotten(state: State, fact: f.RecordsForgotten) -> State:
    unsent = {number: m for number, m in state.unsent.items() if m.requested_at >= fact.before}
    awaiting = {n: a if a.at >= fact.before else replace(a, message=None) for n, a in state.awaiting.items()}
    call = state.hung_up
    kept_call = call if call is not None and call.requested_at >= fact.before else None
    return replace(_with(state, unsent), awaiting=MappingProxyType(awaiting), hung_up=kept_call)


def _with(state: State, unsent: Mapping[int, Message]) -> State:
    return replace(state, unsent=MappingProxyType(dict(unsent)))


_CHANGES: dict[type[f.Fact], Change] = {
    f.MessageFailed: _failed,
    f.MessageDropped: _dropped,
    f.MessageUndelivered: _undelivered,
    f.MessageRequested: _requested,
    f.RecordsForgotten: _forgotten,
}
