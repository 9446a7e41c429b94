"""What people text back, and what that does.

A known person is always told what their text did; an unknown number never is. Nothing is guessed: an unclear
text gets the choices, once, while the waves go on. And nothing loops: an answering machine that answers our
answers hears from us five times, and then no more until something real happens.
"""

from collections.abc import Callable
from datetime import timedelta

from hub.domain import drills, invitations, texting, watch
from hub.domain import incident as life
from hub.domain.answering import say, say_once, tell_family, write
from hub.domain.draft import Draft
from hub.domain.facts import (
    Kind,
    Outcome,
    PersonReturned,
    PersonStopped,
    Purpose,
    SmsKept,
)
from hub.domain.inputs import SmsReceived
from hub.domain.policy import Person, Role
from hub.domain.proof import is_texted
from hub.domain.records import TEST_WORKS, Incident, Message, MessageStatus, Phase
from hub.domain.replies import Meaning, Reply, read_reply

# A reply may still be meant for an incident that ended this short a while ago.
LATE_REPLY = timedelta(hours=1)
# The answer that asks which one is meant must fit a text; nobody means the last but two.
OVER_AT_MOST = 2
# So long after the last one, a `TEST` is answered whatever else was: whoever tries their phone every month, and gets
# nothing, would think that it is broken.
TEST_AGAIN = timedelta(hours=24)
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
        _from_resident(draft, reply, seen)
    elif person is not None:
        _from_person(draft, person, reply, seen)


def may_close(incident: Incident, person: Person) -> bool:
    """Whether "all is well" ends it when this person says so: they went, they are there, or they are family."""
    return person.role is Role.ADMIN or person.id in (incident.answered_by, *incident.on_site)


def _person(draft: Draft, sender: str) -> Person | None:
    """Who has this number: somebody of the household, or of a plan that is still running."""
    running = (p for incident in draft.state.open_incidents() for p in incident.plan.people)
    return next((p for p in (*draft.policy.people, *running) if p.phone == sender and sender), None)


# --- the resident -----------------------------------------------------------------------------------


def _from_resident(draft: Draft, reply: Reply, seen: SmsReceived) -> None:
    resident = life.as_person(draft.policy.resident)
    if reply.asks_help:
        # Whatever else the text says: a call for help in it is a call for help.
        watch.hear(draft, watch.PHONE)
        life.call_for_help(draft, "sms")
        _thank_resident(draft)
    elif reply.meaning is Meaning.CLOSE or reply.outcome == Outcome.FALSE_ALARM:
        _resident_is_well(draft, [i for i in _calls(draft) if reply.incident in (None, i.number)])
    elif reply.bare_ok:
        _resident_is_well(draft, [i for i in _calls(draft) if i.phase is Phase.WARNING])
    elif texting.is_order(draft, resident, reply):
        texting.on_order(draft, resident, reply, seen)


def _calls(draft: Draft) -> list[Incident]:
    """What is open, faults and drills left out: they end by themselves."""
    return [i for i in draft.state.open_incidents() if i.is_call]


def _resident_is_well(draft: Draft, ended: list[Incident]) -> None:
    for incident in ended:
        life.close(draft, incident.number, Outcome.CANCELLED, life.RESIDENT)
    watch.hear(draft, watch.PHONE)
    if ended:
        say(draft, life.as_person(draft.policy.resident), "resident.cancelled", ended[0])


def _thank_resident(draft: Draft) -> None:
    incident = draft.state.open_of(Kind.PANIC)
    if incident is not None and incident.asked:
        first = incident.name_of(incident.asked[0])
        say(draft, life.as_person(draft.policy.resident), "ack.sos", incident, person=first)


# --- neighbours and family --------------------------------------------------------------------------


def _from_person(draft: Draft, person: Person, reply: Reply, seen: SmsReceived) -> None:
    to_invitation = invitations.answer(draft, person, reply)
    if to_invitation is not None:
        say_once(draft, person, to_invitation, None)
        return
    if texting.is_order(draft, person, reply):
        texting.on_order(draft, person, reply, seen)
        return
    standing = _ABOUT_THE_CIRCLE.get(reply.meaning)
    if standing is not None:
        standing(draft, person, reply)
        return
    if reply.meaning is Meaning.AUTOMATIC:
        return
    incident = _which_incident(draft, person, reply)
    if incident is None:
        return
    if incident.kind is Kind.DRILL:
        _drilled(draft, person, incident)
    elif not incident.is_open:
        _after_the_end(draft, person, incident, reply)
    else:
        _ABOUT_AN_INCIDENT.get(reply.meaning, _unclear)(draft, person, incident, reply)


def _drilled(draft: Draft, person: Person, drill: Incident) -> None:
    """Whatever they wrote, their phone works: it is thanked for, also when it comes late."""
    if drill.is_open and person.id not in drill.confirmed:
        drills.answered(draft, drill.number, person)
    say_once(draft, person, "test.ack", drill)


def _which_incident(draft: Draft, person: Person, reply: Reply) -> Incident | None:
    """The incident this reply is about; None when that was asked back, or nothing fits (and was said)."""
    incidents = [i for i in draft.state.incidents.values() if i.kind is not Kind.TECHNICAL]
    # A phone may have what the network has not vouched for: people answer while the modem still waits for its word.
    on_their_way = {m.incident for m in draft.state.outbox.values() if m.person == person.id and _is_alert_in_flight(m)}
    theirs = [i for i in incidents if person.id in (*i.told, *i.going, i.closed_by) or i.number in on_their_way]
    # The family, and somebody of the circle who was not asked yet (it is not their hour), may go all the same.
    others = [i for i in _calls(draft) if person.role is Role.ADMIN or i.plan.person(person.id)]
    named = next((i for i in (*theirs, *others) if i.number == reply.incident), None)
    meant = _may_be_meant(draft, theirs, others, reply)
    if named is not None or (len(meant) == 1 and reply.incident is None):
        return named or meant[0]
    if meant:
        _ask_which(draft, person, meant, reply)
    elif not theirs:
        say(draft, person, "not.alerted" if _calls(draft) else "nothing.open", None)
    return theirs[-1] if theirs and not meant else None


def _is_alert_in_flight(message: Message) -> bool:
    return message.purpose is Purpose.ALERT and message.status is MessageStatus.SENDING


def _may_be_meant(draft: Draft, theirs: list[Incident], others: list[Incident], reply: Reply) -> list[Incident]:
    """What a reply that names no incident may be about; none: what is over, or nothing at all."""
    running = [i for i in theirs if i.is_open]
    if running:
        return running
    just_over = [i for i in theirs if i.closed_at is not None and draft.at - i.closed_at <= LATE_REPLY]
    if reply.meaning is Meaning.ACKNOWLEDGE and just_over:
        # Thanks for what is over are no word about what this person was not asked.
        return []
    return just_over[-OVER_AT_MOST:] + others if others else []


def _ask_which(draft: Draft, person: Person, meant: list[Incident], reply: Reply) -> None:
    if len(meant) == 1:
        # It names another one, which never was or is long over.
        say_once(draft, person, "choices", meant[0])
        return
    numbers = ", ".join(f"{_DIGITS.get(reply.meaning, 1)} {i.number}" for i in meant)
    say_once(draft, person, "which", None, numbers=numbers)


def _going(draft: Draft, person: Person, incident: Incident, reply: Reply) -> None:
    known = life.known_answer(incident, person, reply.minutes)
    if known:
        say(draft, person, known, incident)
    else:
        life.answer(draft, incident.number, person, reply.minutes, "sms")


def _not_going(draft: Draft, person: Person, incident: Incident, reply: Reply) -> None:
    if person.id in incident.on_site:
        _unclear(draft, person, incident, reply)
        return
    life.withdraw(draft, incident.number, person)
    now = draft.incident(incident.number)
    if now.taken_at is None:
        say(draft, person, "decline.you", now)
    else:
        key = "attend.others" if now.on_site else "ack.others"
        say(draft, person, key, now, person=now.name_of(now.attended_by or now.answered_by), time=now.taken_at)


def _there(draft: Draft, person: Person, incident: Incident, _reply: Reply) -> None:
    if person.id in incident.on_site:
        say(draft, person, "attend.you", incident)
    else:
        life.attend(draft, incident.number, person)


def _all_is_well(draft: Draft, person: Person, incident: Incident, reply: Reply) -> None:
    if not may_close(incident, person):
        say_once(draft, person, "three.first", incident)
        return
    outcome = Outcome(reply.outcome or Outcome.HELPED)
    life.close(draft, incident.number, outcome, person.id, person.name)
    if reply.outcome is None:
        say(draft, person, "closed.outcome", incident)


def _not_an_answer(draft: Draft, person: Person, incident: Incident, _reply: Reply) -> None:
    """A polite "ok", "merci", a thumb: but nobody is on the way."""
    if incident.phase is Phase.ALERTING:
        say(draft, person, "hint", incident)


def _unclear(draft: Draft, person: Person, incident: Incident, _reply: Reply) -> None:
    say_once(draft, person, "choices", incident)


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
        say(draft, person, "outcome.thanks", incident)
    elif reply.meaning is not Meaning.ACKNOWLEDGE:
        say_once(draft, person, "closed.late", incident)


def _stop(draft: Draft, person: Person, _reply: Reply) -> None:
    """Out at once. Whoever was on the way is no more: the alert goes on."""
    if person.id in draft.state.stopped:
        say_once(draft, person, "stop.you", None)
        return
    draft.note(PersonStopped(draft.at, person.id))
    for incident in _calls(draft):
        if person.id in (*incident.asked, incident.answered_by):
            life.withdraw(draft, incident.number, person)
    say(draft, person, "stop.you", None)
    tell_family(draft, person, "stop.family")


def _resume(draft: Draft, person: Person, _reply: Reply) -> None:
    if person.id not in draft.state.stopped:
        say_once(draft, person, "resume.you", None)
        return
    draft.note(PersonReturned(draft.at, person.id))
    say(draft, person, "resume.you", None)
    tell_family(draft, person, "resume.family")


def _help(draft: Draft, person: Person, _reply: Reply) -> None:
    say(draft, person, "help.family" if person.role is Role.ADMIN else "help.contact", None)


def _test(draft: Draft, person: Person, _reply: Reply) -> None:
    """This person's phone works one way; whether this answer arrives they see for themselves."""
    drill = draft.state.open_of(Kind.DRILL)
    if not is_texted(person) or person.id in draft.state.stopped:
        # Nobody may believe that they will be called, who will not be.
        say_once(draft, person, "test.stopped" if person.id in draft.state.stopped else "test.no_alerts", None)
    elif _calls(draft):
        _no_test_now(draft, person)
    elif drill is not None and person.id in drill.asked:
        _drilled(draft, person, drill)
    else:
        before = draft.state.conversations.get(person.id)
        tested_at = before.tested_at if before else None
        is_due = tested_at is None or draft.at - tested_at >= TEST_AGAIN
        faults = len(draft.state.faults) if person.role is Role.ADMIN else 0
        answer = write if is_due else say
        answer(draft, person, TEST_WORKS, None, time=draft.at, faults=faults or None)


def _drill(draft: Draft, person: Person, _reply: Reply) -> None:
    """The family has every phone tried."""
    if person.role is not Role.ADMIN:
        names = ", ".join(admin.name for admin in draft.policy.family())
        say_once(draft, person, "refuse", None, names=names)
        return
    why = drills.start(draft, drills.ONE_BY_TEXT)
    if why is drills.NotNow.CALL:
        _no_test_now(draft, person)
        return
    drill = draft.state.open_of(Kind.DRILL)
    people = len(drill.plan.people) if drill else None
    say_once(draft, person, f"drill.{why or 'began'}", drill, people=people, since=draft.state.drilled_at)


def _no_test_now(draft: Draft, person: Person) -> None:
    """Somebody may need help: that first, and no text that could be taken for one about it."""
    calls = _calls(draft)
    theirs = [incident for incident in calls if person.id in incident.told]
    say_once(draft, person, "test.alert", (theirs or calls)[-1])


_ABOUT_THE_CIRCLE: dict[Meaning, Handle] = {
    Meaning.STOP: _stop,
    Meaning.RESUME: _resume,
    Meaning.HELP: _help,
    Meaning.TEST: _test,
    Meaning.DRILL: _drill,
}
