"""A message that did not arrive, sent once more because the family wants it: which may be, and which not any more.

The hub repeats by itself what calls for help. Of the rest it gives up what failed for good, waited too long, or was
lost on the way (`hub.domain.unsent_state`); whether that is still worth a text, a person knows better. It goes to
whoever it was for, at the number they have now, within the limits of any other, and again only when it has ended again.
"""

from enum import Enum, auto

from hub.domain import notices, outbox
from hub.domain.draft import Draft, address_of
from hub.domain.facts import Kind, MessageRepeated, Purpose
from hub.domain.incident import RESIDENT, as_person
from hub.domain.outbox_state import limited_until
from hub.domain.policy import Person, Role
from hub.domain.records import Incident, Message
from hub.domain.replacing import replace
from hub.domain.unsent_state import KEPT_FOR

# What answers one moment is of no use in the next; the rest says itself of when it is.
OF_THE_MOMENT = frozenset({Purpose.REPLY, Purpose.QUESTION, Purpose.ASK_RESIDENT})
# True only until the incident goes on: "Paul is going" is not, once he is there.
OF_THE_PHASE = frozenset({Purpose.STATUS, Purpose.REPLY})
# What belongs to no incident says how something was at its own time, or nobody can tell whether it is so still: "the
# watch is on", "you are on call".
SAYS_WHEN = frozenset({Purpose.NEWS, Purpose.DESK, Purpose.REPLY})
DATED = frozenset({notices.REBOOT, notices.MONTH, notices.HEARTBEAT})
FOR_THE_FAMILY = frozenset({Purpose.TECHNICAL, Purpose.DESK})


class NotAgain(Enum):
    """Why a message is not sent once more."""

    UNKNOWN = auto()  # it went out, was an alert or a code, or is too old to be remembered
    WAITS = auto()  # the hub tries by itself
    GONE = auto()  # nobody is there any more who wants it
    OVER = auto()  # it is not true any more
    OFTEN = auto()  # this number has had enough texts for now


def why_not(draft: Draft, number: int) -> NotAgain | None:
    """Return why message ``number`` cannot be sent once more now; None: it can."""
    found = _found(draft, number)
    return found if isinstance(found, NotAgain) else None


def send(draft: Draft, by: Person, number: int) -> NotAgain | None:
    """Send message ``number`` once more, in the name of ``by`` of the family; return why not."""
    found = _found(draft, number)
    if isinstance(found, NotAgain):
        return found
    message, person = found
    draft.note(MessageRepeated(draft.at, number, draft.state.next_message, by.id, by.name))
    draft.write(person, message.purpose, message.words, message.incident, _channel(message, person))
    return None


def _found(draft: Draft, number: int) -> tuple[Message, Person] | NotAgain:
    """The message and whom it is for; or why it cannot be sent."""
    message = draft.state.unsent.get(number)
    if message is None:
        return NotAgain.WAITS if number in draft.state.outbox else NotAgain.UNKNOWN
    person = _reader(draft, message)
    address = "" if person is None else address_of(_channel(message, person), person.phone)
    if person is None or not address:
        return NotAgain.GONE
    if _is_over(draft, message):
        return NotAgain.OVER
    limited = limited_until(draft.state, replace(message, address=address))
    return NotAgain.OFTEN if limited is not None and limited > draft.at else (message, person)


def _reader(draft: Draft, message: Message) -> Person | None:
    """Whom it is for, as they are now; None where they left, took their agreement back, or texted STOP."""
    if message.person in draft.state.stopped:
        return None
    if message.person == RESIDENT:
        return as_person(draft.policy.resident)
    person = next((p for p in draft.policy.people if p.id == message.person), None)
    if person is None or not person.can_be_alerted:
        return None
    may_know = message.purpose not in FOR_THE_FAMILY or person.role is Role.ADMIN
    wants_it = message.purpose is not Purpose.NEWS or person.news
    return person if may_know and wants_it else None


def _channel(message: Message, person: Person) -> str:
    """The same as before, where they still have it."""
    if message.channel in ("sms", *person.channels):
        return message.channel
    return next((channel for channel in person.channels if channel != "call"), "sms")


def _is_over(draft: Draft, message: Message) -> bool:
    age = draft.at - message.requested_at
    if age > (outbox.STALE_AFTER if message.purpose in OF_THE_MOMENT else KEPT_FOR):
        return True
    if message.incident is None and not _says_when(message):
        return True
    incident = draft.state.incidents.get(message.incident or 0)
    if incident is not None and message.purpose in OF_THE_PHASE and _went_on(draft, incident, message):
        return True
    return bool(outbox.why_not(draft, replace(message, requested_at=draft.at)))


def _says_when(message: Message) -> bool:
    return message.purpose in SAYS_WHEN or message.words.key in DATED


def _went_on(draft: Draft, incident: Incident, message: Message) -> bool:
    """Whether what ``message`` says of its incident was overtaken: by itself, or by another call for help."""
    if incident.kind is Kind.TECHNICAL and not incident.is_open and incident.source in draft.state.faults:
        return True
    # "All is well" must not come between a new alert and whoever would go.
    calls = (each for each in draft.state.incidents.values() if each.is_call and each is not incident)
    if any(each.is_open or each.opened_at > message.requested_at for each in calls):
        return True
    return (incident.phase_since or incident.opened_at) > message.requested_at
