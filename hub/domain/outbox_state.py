"""How facts change the outbox: every request without a settling fact, and when the next one may go."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from hub.domain import facts as f
from hub.domain.records import CALL, TEXT, Message, MessageStatus, State, Talk
from hub.domain.replacing import replace

# A channel reports within this: the modem waits 125 s for the network, then 30 s for a late answer, and
# needs some seconds to look after itself. Beyond it the driver is presumed hung, and the next message goes.
REPORT_DEADLINE = timedelta(seconds=180)
# A late "+CMGS" still counts within this (GSM.md); then the message is settled as unknown.
LATE_REPORT = timedelta(minutes=10)
# At most this many in a span to one number (BEHAVIOUR 3), but for alerts and what the one who goes needs.
LIMITS = ((5, timedelta(minutes=15)), (11, timedelta(hours=1)))
STATUS_LIMITS = ((3, timedelta(minutes=20)), *LIMITS)
UNLIMITED = frozenset({f.Purpose.ALERT, f.Purpose.DUTY, f.Purpose.ASK_RESIDENT})
# News has its own limit (`hub.domain.circle`), and takes nothing from that of what matters more.
UNCOUNTED = UNLIMITED | {f.Purpose.NEWS}
# Roads whose driver tells when they open and close; of any other nothing is known before a message fails.
TELLS_WHEN_OPEN = frozenset({TEXT, CALL})
# What is not in a channel's hands.
QUEUED = frozenset({MessageStatus.PENDING, MessageStatus.WAITING})
# As many as the longest limit counts.
SENT_REMEMBERED = max(count for count, _ in LIMITS)


def change_outbox(state: State, fact: f.Fact) -> State:
    """Return ``state`` with the outbox as ``fact`` leaves it."""
    if isinstance(fact, f.MessageRequested):
        return _requested(state, fact)
    if isinstance(fact, f.CallTaken):
        return replace(state, talk=Talk(fact.person, fact.until))
    if isinstance(fact, f.CallLeft):
        return replace(state, talk=None)
    if isinstance(fact, f.RoadChanged):
        return _wake_waiting(state, fact) if fact.up else state
    message = state.outbox.get(getattr(fact, "message", 0))
    if message is None:
        return state
    if isinstance(fact, f.MessageAccepted | f.MessageUncertain) and message.status is MessageStatus.SENDING:
        # What a channel refused has disturbed nobody.
        state = _count(state, message, fact.at)
    if isinstance(fact, f.CallEnded):
        state = replace(state, hung_up=message)
    change = _CHANGES.get(type(fact))
    return state if change is None else _put(state, message.number, change(message, fact))


def limited_until(state: State, message: Message) -> datetime | None:
    """Return when the limits per number let this message go, or None when they do not hold it back."""
    if message.purpose in UNLIMITED:
        return None
    limits = STATUS_LIMITS if message.purpose is f.Purpose.STATUS else LIMITS
    sent = state.sent.get(message.address, ())
    full = [sent[-count] + span for count, span in limits if len(sent) >= count]
    return max(full, default=None)


def next_send(state: State) -> datetime | None:
    """Return when the outbox has something to do next: a retry, an overdue report, the end of a limit."""
    # What waits for a road in use waits for its report: to wake earlier would be to wake for nothing.
    dues = [
        limited_until(state, message) if message.status is MessageStatus.PENDING else message.due
        for message in state.outbox.values()
        if message.status not in QUEUED or is_free(state, message)
    ]
    return min((due for due in dues if due is not None), default=None)


def ready_since(state: State, now: datetime) -> datetime | None:
    """Return since when the oldest message that could go has not gone; None while none is held back for nothing."""
    ready = (
        message.requested_at
        for message in state.outbox.values()
        if message.status is MessageStatus.PENDING
        and not is_closed(state, message.road)
        and is_free(state, message)
        and (limited_until(state, message) or now) <= now
    )
    return min(ready, default=None)


def is_closed(state: State, road: str) -> bool:
    """Whether this road is known to lead nowhere just now."""
    return road in TELLS_WHEN_OPEN and not state.roads.get(road, False)


def is_free(state: State, message: Message) -> bool:
    """Whether its road is; an alert does not wait for an ordinary text, which may take the modem minutes.

    Nor does it wait for a call or a talk, which last longer still: it cuts them short. A call is made when no text
    waits. While somebody needs help no road is free for news.
    """
    if message.purpose is f.Purpose.NEWS and any(incident.is_call for incident in state.open_incidents()):
        return False
    under_way = [
        other
        for other in state.outbox.values()
        if other.status is MessageStatus.SENDING and _line_of(other) == _line_of(message)
    ]
    if state.talk is not None and _line_of(message) == TEXT and (message.is_spoken or not ends_talk(message)):
        return False
    if message.is_spoken:
        return not under_way and not any(_is_text_ready(state, other) for other in state.outbox.values())
    # An alert that failed before waits for the end of a call: else a number that keeps refusing would end them all.
    overtakes = message.purpose is f.Purpose.ALERT and all(
        message.attempts == 0 if other.is_spoken else other.purpose is not f.Purpose.ALERT for other in under_way
    )
    return not under_way or overtakes


def is_line_taken(state: State) -> bool:
    """Whether the modem is just calling somebody, or has a text in hand that no talk may hold up."""
    under_way = (m for m in state.outbox.values() if m.status is MessageStatus.SENDING and _line_of(m) == TEXT)
    return any(ends_talk(message) for message in under_way)


def ends_talk(message: Message) -> bool:
    """Whether somebody who was put through is cut off for this text: who goes must know where, and how to get in."""
    return message.purpose in (f.Purpose.ALERT, f.Purpose.DUTY)


def _line_of(message: Message) -> str:
    return TEXT if message.is_spoken else message.road


def _is_text_ready(state: State, message: Message) -> bool:
    """Whether it is a text that may go now, and is not one that a call for help makes wait."""
    if message.road != TEXT or message.purpose is f.Purpose.NEWS:
        return False
    if message.status is MessageStatus.WAITING:
        return message.due is not None and state.at is not None and message.due <= state.at
    if message.status is not MessageStatus.PENDING:
        return False
    limited = limited_until(state, message)
    return limited is None or (state.at is not None and limited <= state.at)


def _requested(state: State, fact: f.MessageRequested) -> State:
    message = Message(
        number=fact.message,
        incident=fact.incident,
        person=fact.person,
        channel=fact.channel,
        address=fact.address,
        language=fact.language,
        purpose=fact.purpose,
        words=fact.words,
        text=fact.text,
        requested_at=fact.at,
    )
    state = _put(state, fact.message, message)
    return replace(state, next_message=max(state.next_message, fact.message + 1))


def _put(state: State, number: int, message: Message | None) -> State:
    outbox = {**state.outbox}
    if message is None:
        outbox.pop(number, None)
    else:
        outbox[number] = message
    return replace(state, outbox=MappingProxyType(outbox))


def _wake_waiting(state: State, fact: f.RoadChanged) -> State:
    outbox = {
        number: replace(message, status=MessageStatus.PENDING, due=None)
        if message.status is MessageStatus.WAITING and message.road == fact.road
        else message
        for number, message in state.outbox.items()
    }
    return replace(state, outbox=MappingProxyType(outbox))


def _count(state: State, message: Message, at: datetime) -> State:
    if message.purpose in UNCOUNTED:
        return state
    # Numbers that were quiet for an hour need not be remembered: the mapping stays as small as the circle.
    sent = {a: times for a, times in state.sent.items() if times[-1] > at - LIMITS[-1][1]}
    sent[message.address] = (*sent.get(message.address, ()), at)[-SENT_REMEMBERED:]
    return replace(state, sent=MappingProxyType(sent))


def _sending(message: Message, fact: f.MessageSending) -> Message:
    return replace(message, status=MessageStatus.SENDING, attempts=fact.attempt, due=fact.at + REPORT_DEADLINE)


def _failed(message: Message, fact: f.MessageFailed) -> Message | None:
    if fact.retry_at is None:
        return None
    return replace(message, status=MessageStatus.WAITING, due=fact.retry_at, refused=True)


def _uncertain(message: Message, fact: f.MessageUncertain) -> Message:
    if fact.retry_at is None:
        return replace(message, status=MessageStatus.UNCERTAIN, due=fact.at + LATE_REPORT)
    return replace(message, status=MessageStatus.WAITING, due=fact.retry_at)


def _settled(_message: Message, _fact: f.Fact) -> None:
    return None


_CHANGES: dict[type[f.Fact], Callable[[Message, Any], Message | None]] = {
    f.MessageSending: _sending,
    f.MessageFailed: _failed,
    f.MessageUncertain: _uncertain,
    f.MessageAccepted: _settled,
    f.MessageDropped: _settled,
    f.CallEnded: _settled,
}
