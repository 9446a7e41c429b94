"""What people text back, and what that does.

A known person is always told what their text did; an unknown number never is. Nothing is guessed: an unclear
text gets the choices, once, while the waves go on. And nothing loops: an answering machine that answers our
answers hears from us five times, and then no more until something real happens.
"""

from collections.abc import Callable
from datetime import datetime

from hub.domain import incident as life
from hub.domain.draft import Draft
from hub.domain.facts import (
    Kind,
    Outcome,
    PersonReturned,
    PersonStopped,
    Purpose,
    SmsKept,
    Words,
)
from hub.domain.inputs import SmsReceived
from hub.domain.policy import Person, Role
from hub.domain.records import Incident, Phase
from hub.domain.replies import Meaning, Reply, read_reply

# Automatic replies to one person until something real happens (BEHAVIOUR 4).
REPLIES_AT_MOST = 5
# As much of a text as is worth keeping: ten joined segments.
TEXT_KEPT = 1530

# What a person texts instead of a sentence.
_DIGITS = {Meaning.ANSWER: 1, Meaning.DECLINE: 2, Meaning.ATTEND: 3, Meaning.CLOSE: 9}

Handle = Callable[[Draft, Person, Reply], None]


def on_text(draft: Draft, seen: SmsReceived) -> None:
    """Handle a text once, however often the modem shows it to us."""
    if seen.key in draft.state.seen_texts:
        return
    person = _person(draft, seen.sender)
    reply = read_reply(seen.text, person.name if person else "")
    is_resident = seen.sender != "" and seen.sender == draft.policy.resident.phone
    who = life.RESIDENT if is_resident else person.id if person else None
    draft.note(SmsKept(draft.at, seen.key, seen.sender, who, seen.text[:TEXT_KEPT], reply.meaning))
    if is_resident:
        _from_resident(draft, reply)
    elif person is not None:
        _from_person(draft, person, reply)


def may_close(incident: Incident, person: Person) -> bool:
    """Whether "all is well" ends it when this person says so: they went, they are there, or they are family."""
    return person.role is Role.ADMIN or person.id in (incident.answered_by, incident.attended_by)


def _person(draft: Draft, sender: str) -> Person | None:
    """Who has this number: somebody of the household, or of a plan that is still running."""
    running = (p for incident in draft.state.open_incidents() for p in incident.plan.people)
    return next((p for p in (*draft.policy.people, *running) if p.phone == sender and sender), None)


# --- the resident -----------------------------------------------------------------------------------


def _from_resident(draft: Draft, reply: Reply) -> None:
    if reply.asks_help:
        # Whatever else the text says: a call for help in it is a call for help.
        life.call_for_help(draft, "sms")
        _thank_resident(draft)
    elif reply.meaning is Meaning.CLOSE or reply.bare_ok:
        for incident in draft.state.open_incidents():
            is_theirs = incident.kind is not Kind.TECHNICAL
            if incident.phase is Phase.WARNING or (is_theirs and reply.meaning is Meaning.CLOSE):
                life.close(draft, incident.number, Outcome.CANCELLED, life.RESIDENT)


def _thank_resident(draft: Draft) -> None:
    resident, incident = draft.policy.resident, draft.state.open_of(Kind.PANIC)
    if incident is None or not incident.asked:
        return
    phone = Person(life.RESIDENT, resident.name, resident.phone, language=resident.language)
    words = Words("ack.sos", (("resident", resident.name), ("person", incident.name_of(incident.asked[0]))))
    _reply(draft, phone, words, incident.number)


# --- neighbours and family --------------------------------------------------------------------------


def _from_person(draft: Draft, person: Person, reply: Reply) -> None:
    standing = _ABOUT_THE_CIRCLE.get(reply.meaning)
    if standing is not None:
        standing(draft, person, reply)
        return
    if reply.meaning is Meaning.AUTOMATIC:
        return
    incident = _which_incident(draft, person, reply)
    if incident is None:
        return
    if not incident.is_open:
        _after_the_end(draft, person, incident, reply)
    else:
        _ABOUT_AN_INCIDENT.get(reply.meaning, _unclear)(draft, person, incident, reply)


def _which_incident(draft: Draft, person: Person, reply: Reply) -> Incident | None:
    """The incident this reply is about; None when that was asked back, or nothing fits (and was said)."""
    incidents = [i for i in draft.state.incidents.values() if i.kind is not Kind.TECHNICAL]
    # Somebody of the circle who was not asked yet (it is not their hour) may go all the same.
    mine = [i for i in incidents if person.id in i.told or (i.is_open and i.plan.person(person.id))]
    if reply.incident is not None:
        named = [i for i in mine if i.number == reply.incident]
        if named:
            return named[0]
    running = [i for i in mine if i.is_open]
    if len(running) == 1 and reply.incident is None:
        return running[0]
    if running:
        numbers = ", ".join(f"{_DIGITS.get(reply.meaning, 1)} {i.number}" for i in running)
        _say_once(draft, person, "which", None, numbers=numbers)
        return None
    if mine:
        return mine[-1]
    _say(draft, person, "nothing.open", None)
    return None


def _going(draft: Draft, person: Person, incident: Incident, reply: Reply) -> None:
    again = incident.answered_by == person.id and not incident.doubted
    if incident.phase is Phase.ATTENDED and incident.attended_by == person.id:
        _say(draft, person, "attend.you", incident)
    elif incident.phase is Phase.ANSWERED and again and reply.minutes is None:
        _say(draft, person, "ack.you", incident)
    else:
        life.answer(draft, incident.number, person, reply.minutes, "sms")


def _not_going(draft: Draft, person: Person, incident: Incident, _reply: Reply) -> None:
    life.withdraw(draft, incident.number, person)
    _say(draft, person, "decline.you", incident)


def _there(draft: Draft, person: Person, incident: Incident, _reply: Reply) -> None:
    if incident.attended_by == person.id:
        _say(draft, person, "attend.you", incident)
    else:
        life.attend(draft, incident.number, person)


def _all_is_well(draft: Draft, person: Person, incident: Incident, reply: Reply) -> None:
    if not may_close(incident, person):
        _say_once(draft, person, "three.first", incident)
        return
    outcome = Outcome(reply.outcome or Outcome.HELPED)
    life.close(draft, incident.number, outcome, person.id, person.name)
    if reply.outcome is None:
        _say(draft, person, "closed.outcome", incident)


def _not_an_answer(draft: Draft, person: Person, incident: Incident, _reply: Reply) -> None:
    """A polite "ok", "merci", a thumb: but nobody is on the way."""
    if incident.phase is Phase.ALERTING:
        _say(draft, person, "hint", incident)


def _unclear(draft: Draft, person: Person, incident: Incident, _reply: Reply) -> None:
    _say_once(draft, person, "choices", incident)


_ABOUT_AN_INCIDENT: dict[Meaning, Callable[[Draft, Person, Incident, Reply], None]] = {
    Meaning.ANSWER: _going,
    Meaning.DECLINE: _not_going,
    Meaning.ATTEND: _there,
    Meaning.CLOSE: _all_is_well,
    Meaning.ACKNOWLEDGE: _not_an_answer,
}


def _after_the_end(draft: Draft, person: Person, incident: Incident, reply: Reply) -> None:
    """A late reply to a closed incident is answered politely; the one who ended it may say what it was."""
    if reply.outcome is not None and person.id == incident.closed_by:
        life.tell_outcome(draft, incident.number, Outcome(reply.outcome), person.id)
        _say(draft, person, "outcome.thanks", incident)
    elif reply.meaning is not Meaning.ACKNOWLEDGE:
        _say_once(draft, person, "closed.late", incident)


def _stop(draft: Draft, person: Person, _reply: Reply) -> None:
    """Out at once. Whoever was on the way is no more: the alert goes on."""
    if person.id in draft.state.stopped:
        return
    for incident in draft.state.open_incidents():
        if person.id in (*incident.asked, incident.answered_by):
            life.withdraw(draft, incident.number, person)
    draft.note(PersonStopped(draft.at, person.id))
    _say(draft, person, "stop.you", None)
    _tell_family(draft, person, "stop.family")


def _resume(draft: Draft, person: Person, _reply: Reply) -> None:
    if person.id in draft.state.stopped:
        draft.note(PersonReturned(draft.at, person.id))
        _say(draft, person, "resume.you", None)
        _tell_family(draft, person, "resume.family")


def _help(draft: Draft, person: Person, _reply: Reply) -> None:
    _say(draft, person, "help.contact", None)


def _later(draft: Draft, person: Person, _reply: Reply) -> None:
    _say_once(draft, person, "later", None)


_ABOUT_THE_CIRCLE: dict[Meaning, Handle] = {
    Meaning.STOP: _stop,
    Meaning.RESUME: _resume,
    Meaning.HELP: _help,
    Meaning.STATUS: _later,
    Meaning.WHO: _later,
    Meaning.TEST: _later,
    Meaning.LANGUAGE: _later,
    Meaning.COMMAND: _later,
}


# --- what we say ------------------------------------------------------------------------------------


def _tell_family(draft: Draft, person: Person, key: str) -> None:
    words = Words(key, (("person", person.name), ("resident", draft.policy.resident.name)))
    for admin in draft.policy.family():
        if admin.id != person.id and admin.id not in draft.state.stopped:
            draft.write(admin, Purpose.STATUS, words)


def _say(draft: Draft, person: Person, key: str, incident: Incident | None, **more: str | int) -> None:
    """Answer this person's text, within the limit that keeps two machines from talking for ever."""
    before = draft.state.conversations.get(person.id)
    if before is not None and before.automatic >= REPLIES_AT_MOST:
        return
    _reply(draft, person, _words(draft, person, key, incident, more), incident.number if incident else None)


def _say_once(draft: Draft, person: Person, key: str, incident: Incident | None, **more: str | int) -> None:
    """Answer, unless the last answer said the same about the same incident."""
    before = draft.state.conversations.get(person.id)
    number = incident.number if incident else None
    if before is None or (before.last_key, before.last_incident) != (key, number):
        _say(draft, person, key, incident, **more)


def _reply(draft: Draft, person: Person, words: Words, incident: int | None) -> None:
    draft.write(person, Purpose.REPLY, words, incident, channel="sms")


def _words(draft: Draft, person: Person, key: str, incident: Incident | None, more: dict[str, str | int]) -> Words:
    admins = [admin.name for admin in draft.policy.family() if admin.id != person.id]
    values: dict[str, str | int | None] = {
        "person": person.name,
        "resident": draft.policy.resident.name,
        "family": admins[0] if admins else draft.policy.resident.name,
    }
    times: tuple[tuple[str, datetime], ...] = ()
    if incident is not None:
        now = draft.incident(incident.number)
        values |= {
            "other": now.closed_by_name or now.name_of(now.attended_by or now.answered_by),
            "number": now.number,
            "minutes": now.minutes,
        }
        times = (("time", draft.at), ("since", now.closed_at or now.answered_at or now.opened_at))
    return Words(key, (*(values | more).items(), *times))
