"""Calls: what the keys of a telephone that was rung mean, and when the hub hangs up.

A call is an alert that is said aloud: a message of the outbox on the road "call", made one at a time while the wave
waits. That it was picked up is no answer, for a machine may have: only a key is. What a key did is said, and with it
the call ends; so does any call that is not true any more.
"""

from collections.abc import Callable
from datetime import timedelta

from hub.domain import incident as life
from hub.domain.draft import Draft
from hub.domain.escalation import call_words
from hub.domain.facts import CallEnded, CallLeft, CallTaken, KeyPressed, Kind, Outcome, Words
from hub.domain.inputs import CallCame, CallOver, KeyHeard
from hub.domain.outbox_state import is_line_taken
from hub.domain.policy import Person, Policy, Resident, Role
from hub.domain.records import CALL, Incident, Message, MessageStatus

# Faults are written, and drills ask for texts.
CALLED_FOR = (Kind.PANIC, Kind.FALL, Kind.HAZARD, Kind.INACTIVITY)
GOING, CANNOT, WELL = "1", "2", "9"
# The telephone hangs up after ten minutes (`hub.ports.TALKS_FOR`); if it does not say so, it is not waited for.
TALKS_AT_MOST = timedelta(minutes=11)
# Nobody of a circle has a shorter one; of so many last digits two in one circle are never the same.
SHORTEST_NUMBER = 9
PRESSED = "a key was pressed"
# What is said at the end of a call.
ENDINGS = ("say.call.thanks", "say.call.too", "say.call.noted", "say.call.closed", "say.call.taken", "say.call.over")


def on_key(draft: Draft, seen: KeyHeard) -> None:
    """Somebody who was called pressed a key. One that means nothing to them changes nothing: they hear it all again."""
    message = _call(draft, seen.message)
    if message is None:
        return
    draft.note(KeyPressed(draft.at, message.number, seen.key))
    incident = draft.state.incidents.get(message.incident or 0)
    person = draft.person(incident, message.person) if incident is not None and incident.is_open else None
    if incident is not None and person is not None:
        said = _ON_KEY.get(seen.key, _nothing)(draft, incident, person)
        if said and message.number in draft.state.outbox:
            draft.note(CallEnded(draft.at, message.number, Words(said), PRESSED))


def on_ring(draft: Draft, seen: CallCame) -> None:
    """Somebody rings the hub: while somebody needs help the circle is put through, where the household allows it.

    It is said at home before, so that nobody listens in unheard.
    """
    calls = [incident for incident in draft.state.open_incidents() if incident.is_call and incident.told]
    if not (draft.policy.hands_free and calls and draft.state.talk is None) or is_line_taken(draft.state):
        return
    incident = calls[-1]
    people = (*incident.plan.people, *draft.policy.people)
    person = next((p for p in people if is_number_of(p, seen.number) and p.can_be_alerted), None)
    if person is not None and person.id not in draft.state.stopped:
        draft.say("say.hands_free", incident.number, person=person.name)
        draft.note(CallTaken(draft.at, incident.number, person.id, draft.at + TALKS_AT_MOST))


def is_number_of(person: Person, number: str) -> bool:
    """Whether a caller's number is this person's: networks tell it as +33612345678, 33612345678 or 0612345678."""
    if len(number) < SHORTEST_NUMBER or not person.phone:
        return False
    national = number.removeprefix("0") if number.startswith("0") and not number.startswith("00") else ""
    return person.phone in (number, f"+{number.removeprefix('00')}") or bool(
        national and person.phone.endswith(national)
    )


def on_over(draft: Draft, _seen: CallOver) -> None:
    """Whoever was put through has hung up."""
    if draft.state.talk is not None:
        draft.note(CallLeft(draft.at, draft.state.talk.person))


def run_due(draft: Draft) -> None:
    """Take a talk for over of which nobody told the end."""
    if draft.state.talk is not None and draft.state.talk.until <= draft.at:
        draft.note(CallLeft(draft.at, draft.state.talk.person))


def _call(draft: Draft, number: int) -> Message | None:
    """The call of that number, if it is under way, or the hub has just hung up: a key may cross that."""
    message = draft.state.outbox.get(number)
    if message is not None and message.is_spoken and message.status is MessageStatus.SENDING:
        return message
    ended = draft.state.hung_up
    return ended if ended is not None and ended.number == number else None


def hang_up(draft: Draft, why_not: Callable[[Draft, Message], str]) -> None:
    """End the calls that ``why_not`` has a reason against: somebody goes, or it is over."""
    for message in tuple(draft.state.outbox.values()):
        if message.is_spoken and message.status is MessageStatus.SENDING and (reason := why_not(draft, message)):
            draft.note(CallEnded(draft.at, message.number, Words(_why(draft, message)), reason))


def _why(draft: Draft, message: Message) -> str:
    incident = draft.state.incidents.get(message.incident or 0)
    return "say.call.taken" if incident is not None and incident.is_open else "say.call.over"


def _going(draft: Draft, incident: Incident, person: Person) -> str:
    is_first = incident.answered_by in (None, person.id) and not incident.on_site
    life.answer(draft, incident.number, person, None, "call")
    return "say.call.thanks" if is_first else "say.call.too"


def _cannot(draft: Draft, incident: Incident, person: Person) -> str:
    life.withdraw(draft, incident.number, person)
    return "say.call.noted"


def _all_is_well(draft: Draft, incident: Incident, person: Person) -> str:
    if person.role is not Role.ADMIN:
        return ""  # it was not offered to them: whoever is there says so by text
    life.close(draft, incident.number, Outcome.HELPED, person.id, person.name)
    return "say.call.closed"


def _nothing(_draft: Draft, _incident: Incident, _person: Person) -> str:
    return ""


_ON_KEY: dict[str, Callable[[Draft, Incident, Person], str]] = {
    GOING: _going,
    CANNOT: _cannot,
    WELL: _all_is_well,
}


def called(policy: Policy) -> tuple[Person, ...]:
    """Return whose telephone may ring: that of everybody in a wave that rings, and of who wants to be called."""
    plan = policy.plan()
    rings = {who for wave in plan.waves if wave.ring for who in wave.people}
    return tuple(person for person in plan.people if person.phone and (person.id in rings or CALL in person.channels))


def phrases_of(
    policy: Policy, language_of: Callable[[Person], str], in_words: Callable[[Words, str], str]
) -> tuple[tuple[str, str], ...]:
    """Return what calls may say in this home, (language, phrase) each; empty where nobody is ever called.

    ``in_words`` puts words into a language, a phrase to a line.
    """
    phrases = [
        (language_of(person), phrase)
        for person in called(policy)
        for words in (*_beginnings(policy.resident, person), *map(Words, ENDINGS))
        for phrase in in_words(words, language_of(person)).splitlines()
    ]
    return tuple(dict.fromkeys(phrases))


def _beginnings(resident: Resident, person: Person) -> tuple[Words, ...]:
    return tuple(call_words(kind, resident, person) for kind in CALLED_FOR)
