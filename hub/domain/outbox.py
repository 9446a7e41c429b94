"""The outbox: which message goes next, whether it is still true, and what a report of its channel means.

The core hands a channel one message at a time (only an alert may overtake an ordinary text). So the order, the
limits and the question "is this still true?" are decided here, at the last moment, and a message is either certainly
not begun or may have gone out: after a crash that is all one needs to know.
"""

from datetime import datetime, timedelta

from hub.domain import calls, escalation
from hub.domain.draft import Draft
from hub.domain.facts import (
    MessageAccepted,
    MessageDelivered,
    MessageDropped,
    MessageFailed,
    MessageSending,
    MessageUncertain,
    MessageUndelivered,
    Purpose,
    RoadChanged,
)
from hub.domain.inputs import CUT_SHORT, DeliveryReported, DeliveryState, LinkChanged, SendReported, SendState
from hub.domain.outbox_state import QUEUED, is_closed, is_free, limited_until
from hub.domain.records import Incident, Message, MessageStatus, Phase, State
from hub.domain.unsent_state import CODE_WORDS, NOBODY_KNOWS, TOO_MANY, TOO_OLD, subject_of

# A passing failure is tried again after these, then always after the last of them (GSM.md).
RETRIES = (timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60))
# Where a road is known to be closed; its opening makes everything go at once.
CLOSED_ROAD_RETRY = timedelta(minutes=10)
# What is no alert is not worth more tries than this, nor news after this long.
TRIES_OF_NO_ALERT = 10
STALE_AFTER = timedelta(hours=1)
# The circle's news outlives an alert and an evening without network.
NEWS_STALE_AFTER = timedelta(days=1)
# These stay true as long as their incident says so, however long they wait.
LASTING = frozenset({Purpose.ALERT, Purpose.DUTY, Purpose.TECHNICAL, Purpose.DRILL, Purpose.DESK})
# The value of news by which it is found on the board.
NEWS_NUMBER = "news_number"
CODE_LASTS = timedelta(minutes=10)
# Alerts and what whoever goes needs are sent again when nobody knows whether they went out: better twice than
# never. Anything else is not.
REPEATED = frozenset({Purpose.ALERT, Purpose.DUTY})
# STOP ends these at once; whoever still texts or goes all the same is answered.
NOT_AFTER_STOP = frozenset({Purpose.ALERT, Purpose.STATUS, Purpose.TECHNICAL, Purpose.DRILL, Purpose.NEWS})
# Messages in the outbox, alerts left out: at 15 to 20 texts a minute, what a modem sends in a quarter of an hour.
WAITING_AT_MOST = 256
RANK = {
    Purpose.ALERT: 0,
    Purpose.ASK_RESIDENT: 1,
    Purpose.DUTY: 1,
    Purpose.QUESTION: 2,
    Purpose.STATUS: 3,
    Purpose.REPLY: 4,
    Purpose.TECHNICAL: 5,
    Purpose.DRILL: 6,
    Purpose.DESK: 4,
    Purpose.NEWS: 7,
}


def advance(draft: Draft) -> None:
    """Drop what is no longer true, hang up what is not, and hand each free road its next message."""
    calls.hang_up(draft, why_not)
    newest = {subject_of(message): message.number for message in draft.state.outbox.values()}
    for message in _queued(draft.state):
        is_newest = newest[subject_of(message)] == message.number
        reason = why_not(draft, message) if is_newest else "a newer message says more"
        if reason:
            draft.note(MessageDropped(draft.at, message.number, reason))
    for message in _too_many(draft.state):
        draft.note(MessageDropped(draft.at, message.number, TOO_MANY))
    for road in sorted({message.road for message in draft.state.outbox.values()}):
        chosen = _next_on(draft, road)
        if chosen is not None and is_free(draft.state, chosen):
            draft.note(MessageSending(draft.at, chosen.number, chosen.attempts + 1))


def run_due(draft: Draft) -> None:
    """Try again what waited long enough, and stop waiting for reports that did not come."""
    for message in tuple(draft.state.outbox.values()):
        if message.due is None or message.due > draft.at:
            continue
        if message.status is MessageStatus.SENDING:
            _uncertain(draft, message, "the channel did not report")
        elif message.status is MessageStatus.UNCERTAIN:
            draft.note(MessageDropped(draft.at, message.number, NOBODY_KNOWS))


def on_report(draft: Draft, seen: SendReported) -> None:
    """A channel says what became of a message; a report for a settled one changes nothing."""
    message = draft.state.outbox.get(seen.message)
    if message is None:
        return
    if seen.state is SendState.ACCEPTED:
        draft.note(MessageAccepted(draft.at, message.number, seen.reference))
    elif message.status is not MessageStatus.SENDING:
        return
    elif seen.state is SendState.UNCERTAIN:
        _uncertain(draft, message, seen.reason)
    else:
        _failed(draft, message, seen)


def on_delivery(draft: Draft, seen: DeliveryReported) -> None:
    """A status report of the network: kept for the family to see, nothing waits for it."""
    if not 0 < seen.message < draft.state.next_message:
        return
    if seen.state is DeliveryState.DELIVERED:
        draft.note(MessageDelivered(draft.at, seen.message))
    elif seen.state is DeliveryState.FAILED:
        draft.note(MessageUndelivered(draft.at, seen.message, seen.reason))


def on_link(draft: Draft, seen: LinkChanged) -> None:
    """A road opened or closed; what waited for it goes at once."""
    if draft.state.roads.get(seen.link) is not seen.up:
        draft.note(RoadChanged(draft.at, seen.link, seen.up))


def after_a_start(draft: Draft) -> None:
    """What was in a channel's hands when the hub died may have gone out."""
    for message in tuple(draft.state.outbox.values()):
        if message.status is MessageStatus.SENDING:
            _uncertain(draft, message, "the hub restarted")


def _failed(draft: Draft, message: Message, seen: SendReported) -> None:
    # A closed road says nothing about the message: it waits.
    is_hopeless = message.attempts >= TRIES_OF_NO_ALERT and not is_closed(draft.state, message.road)
    gives_up = is_hopeless and message.purpose is not Purpose.ALERT
    retry_at = None if seen.permanent or gives_up else _after_failure(draft, message)
    draft.note(MessageFailed(draft.at, message.number, seen.reason, retry_at))
    # A call that was cut short is made again; the person was not tried in vain.
    is_cut = message.is_spoken and seen.reason == CUT_SHORT
    if message.purpose is Purpose.ALERT and not is_cut:
        escalation.refused(draft, message, is_final=retry_at is None)


def _uncertain(draft: Draft, message: Message, reason: str) -> None:
    retry_at = None
    if message.purpose in REPEATED:
        # The first repeat at once; a modem that never says "sent" must not text somebody every second.
        retry_at = draft.at if message.attempts <= 1 else _retry_at(draft.at, message.attempts)
    draft.note(MessageUncertain(draft.at, message.number, reason, retry_at))


def _after_failure(draft: Draft, message: Message) -> datetime:
    """When to try again. On a closed road soon no more: it tells when it opens, and each try costs the card a page."""
    if is_closed(draft.state, message.road) and message.attempts >= len(RETRIES):
        return draft.at + CLOSED_ROAD_RETRY
    return _retry_at(draft.at, message.attempts)


def _retry_at(at: datetime, attempts: int) -> datetime:
    return at + RETRIES[min(max(attempts, 1), len(RETRIES)) - 1]


def _next_on(draft: Draft, road: str) -> Message | None:
    """The message that goes next on this road: alerts first, and among equals the oldest request."""
    waiting = [
        message
        for message in draft.state.outbox.values()
        if message.road == road and _is_ready(draft.state, message, draft.at)
    ]
    # A number that keeps refusing, or leaves its channel without a word, holds up nobody's first alert.
    return min(waiting, key=lambda m: (RANK[m.purpose], m.attempts > 0, m.number), default=None)


def _is_ready(state: State, message: Message, at: datetime) -> bool:
    if message.status is MessageStatus.WAITING:
        return message.due is not None and message.due <= at
    limited = limited_until(state, message)
    return message.status is MessageStatus.PENDING and (limited is None or limited <= at)


def why_not(draft: Draft, message: Message) -> str:
    """Why this message must not be sent (again); "" when it must."""
    if message.person in draft.state.stopped and message.purpose in NOT_AFTER_STOP:
        return "this person texted STOP"
    reason = _taken_back(draft.state, message) if message.purpose is Purpose.NEWS else ""
    if message.incident is not None:
        incident = draft.state.incidents.get(message.incident)
        reason = _TRUE_WHILE[message.purpose](message, incident) if incident else "the incident is long over"
    if message.words.key == CODE_WORDS and draft.at - message.requested_at >= CODE_LASTS:
        return TOO_OLD
    stale_after = NEWS_STALE_AFTER if message.purpose is Purpose.NEWS else STALE_AFTER
    if not reason and message.purpose not in LASTING and draft.at - message.requested_at > stale_after:
        return TOO_OLD
    return reason


def _taken_back(state: State, message: Message) -> str:
    number = dict(message.words.values).get(NEWS_NUMBER)
    return "it was taken back" if any(n.number == number and n.is_gone for n in state.news) else ""


def _queued(state: State) -> tuple[Message, ...]:
    return tuple(message for message in state.outbox.values() if message.status in QUEUED)


def _too_many(state: State) -> list[Message]:
    """What must go for the queue to stay short: the least important first, and never an alert."""
    spare = [message for message in _queued(state) if message.purpose is not Purpose.ALERT]
    surplus = max(len(state.outbox) - WAITING_AT_MOST, 0)
    return sorted(spare, key=lambda m: (-RANK[m.purpose], m.number))[:surplus]


def _alert(message: Message, incident: Incident) -> str:
    if message.person in incident.declined:
        return "this person cannot go"
    return "" if incident.phase is Phase.ALERTING else f"the incident is {incident.phase}"


def _duty(message: Message, incident: Incident) -> str:
    going = (incident.answered_by, *incident.on_site)
    return "" if incident.is_open and message.person in going else "this person does not go any more"


def _asked(_message: Message, incident: Incident) -> str:
    return "" if incident.phase is Phase.WARNING else f"the incident is {incident.phase}"


def _question(_message: Message, incident: Incident) -> str:
    return "" if incident.phase in (Phase.ANSWERED, Phase.ATTENDED) else f"the incident is {incident.phase}"


def _technical(_message: Message, incident: Incident) -> str:
    return "" if incident.is_open else "the fault is over"


def _drill(_message: Message, incident: Incident) -> str:
    return "" if incident.is_open else "the drill is over"


def _always(_message: Message, _incident: Incident) -> str:
    return ""


_TRUE_WHILE = {
    Purpose.ALERT: _alert,
    Purpose.DUTY: _duty,
    Purpose.ASK_RESIDENT: _asked,
    Purpose.QUESTION: _question,
    Purpose.STATUS: _always,
    Purpose.REPLY: _always,
    Purpose.TECHNICAL: _technical,
    Purpose.DRILL: _drill,
    Purpose.DESK: _always,
    Purpose.NEWS: _always,
}
