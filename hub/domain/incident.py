"""The life of an incident: warning, alerting, answered, attended, closed.

    warning  --nobody cancels-->  alerting  --"I'm going"-->  answered  --"I'm there"-->  attended
       |                             |  ^                        |                           |
       |                             |  '--no arrival, "I can't"-'                           |
       '-------- cancelled ----------+---------------------------+------ "all is well" ------+--> closed

Every state but the last has a deadline, so that no open incident is without a next step: the warning
runs out, a wave is followed by the next, an answer expires, and whoever is on site is asked whether all is
well. A deadline belongs to its state: once the state is left, it does nothing.
"""

from datetime import datetime, timedelta

from hub.domain import escalation, learning, on_call
from hub.domain.draft import Draft
from hub.domain.facts import (
    AnswerDoubted,
    EndAsked,
    HelperJoined,
    IncidentAnswered,
    IncidentAttended,
    IncidentClosed,
    IncidentJoined,
    IncidentOpened,
    IncidentReopened,
    Kind,
    Outcome,
    OutcomeTold,
    Purpose,
    ResidentAsked,
    WarningStarted,
    Words,
)
from hub.domain.gentle import is_gentle
from hub.domain.policy import CLIMATES, Person, Resident, Role
from hub.domain.records import Incident, Phase

# A second press brings the next wave at once, but not oftener than this (BEHAVIOUR 1).
HURRY_AT_MOST_EVERY = timedelta(minutes=1)
# Whoever is on site is asked whether all is well after this long, then ever more seldom.
END_ASKED_AFTER = (timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))
RESIDENT = "resident"
URGENT = frozenset({Kind.PANIC, Kind.HAZARD, Kind.FALL})


# --- the beginning ----------------------------------------------------------------------------------


def press(draft: Draft, source: str, room: str) -> None:
    """Somebody calls for help with a button: the first press warns, the next one hurries."""
    incident = draft.state.open_of(Kind.PANIC)
    if incident is None:
        _open_call(draft, Kind.PANIC, source, room, draft.policy.delays.panic_warning)
    elif incident.phase is Phase.WARNING:
        draft.note(IncidentJoined(draft.at, incident.number, source))
        _begin_alerting(draft, incident.number)
    else:
        _press_again(draft, incident, source)


def call_for_help(draft: Draft, source: str) -> None:
    """Somebody calls for help in words (a text, a command): nobody says that by accident, so no warning."""
    incident = draft.state.open_of(Kind.PANIC)
    if incident is None:
        _open_call(draft, Kind.PANIC, source, "", timedelta(0))
    else:
        press(draft, source, "")


def notice_fall(draft: Draft, source: str, room: str) -> None:
    """A detector saw a fall: a call for help that was not pressed, and can be taken back like one."""
    incident = draft.state.open_of(Kind.FALL)
    if incident is not None:
        draft.note(IncidentJoined(draft.at, incident.number, source))
        return
    _open_call(draft, Kind.FALL, source, room, draft.policy.delays.panic_warning)


def raise_hazard(draft: Draft, source: str, room: str, what: str) -> None:
    """Smoke, gas, water, cold: the neighbours at once. ``what``: the kind of detector, or of temperature."""
    # A cold home may stay an incident for hours: smoke in it is another one.
    known = {i.about in CLIMATES: i for i in draft.state.open_incidents() if i.kind is Kind.HAZARD}
    incident = known.get(what in CLIMATES)
    if incident is not None:
        draft.note(IncidentJoined(draft.at, incident.number, source))
        return
    number = _open(draft, Kind.HAZARD, source, room, about=what)
    draft.say(f"say.hazard.{what}", number)
    _begin_alerting(draft, number)


def notice_silence(draft: Draft, rule: str, room: str, since: datetime | None) -> None:
    """No sign of life where one was due: the resident is asked first."""
    incident = draft.state.open_of(Kind.INACTIVITY)
    if incident is not None:
        draft.note(IncidentJoined(draft.at, incident.number, rule))
        return
    number = _open(draft, Kind.INACTIVITY, rule, room, since, about=draft.policy.thing_of(rule))
    ask_resident(draft, number)


def ask_resident(draft: Draft, number: int) -> None:
    """Ask at home, and by text where the resident has a phone, whether everything is all right."""
    incident = draft.incident(number)
    until = draft.at + incident.plan.delays.inactivity_warning
    draft.note(WarningStarted(draft.at, number, until))
    _ask_aloud(draft, draft.incident(number))
    resident = incident.plan.resident
    if resident.phone:
        first = next(iter(incident.plan.waves[0].people), None)
        words = Words("prealert.senior", (("until", until), ("person", incident.name_of(first))))
        draft.write(as_person(resident), Purpose.ASK_RESIDENT, words, number)


def _ask_aloud(draft: Draft, incident: Incident) -> None:
    key = f"say.asked.{incident.about}" if incident.about else "say.asked"
    softly = draft.state.clock_trusted and is_gentle(incident, draft.at, draft.policy.zone)
    draft.say(key, incident.number, softly=softly, resident=incident.plan.resident.name)


def as_person(resident: Resident) -> Person:
    """Return the resident as somebody to write to."""
    return Person(RESIDENT, resident.name, resident.phone, language=resident.language)


def _open(draft: Draft, kind: Kind, source: str, room: str, since: datetime | None = None, about: str = "") -> int:
    number = draft.state.next_incident
    # Whoever texted STOP is in the plan all the same: each wave asks who would be asked now, and some come back.
    plan = on_call.plan_now(draft.state, draft.policy, draft.at, at_once=kind is Kind.HAZARD)
    draft.note(IncidentOpened(draft.at, number, kind, source, room, plan, since, str(about)))
    return number


def _open_call(draft: Draft, kind: Kind, source: str, room: str, warning: timedelta) -> None:
    number = _open(draft, kind, source, room)
    if warning > timedelta(0):
        draft.note(WarningStarted(draft.at, number, draft.at + warning))
        draft.say("say.heard", number)
    else:
        _begin_alerting(draft, number)


def _begin_alerting(draft: Draft, number: int) -> None:
    escalation.start_wave(draft, number, 1)
    incident = draft.incident(number)
    names = ", ".join(incident.name_of(who) for who in incident.asked)
    can_be_told = escalation.may_reach_somebody(draft, incident)
    draft.say("say.calling" if can_be_told else "say.no_way_out", number, names=names)


def _press_again(draft: Draft, incident: Incident, source: str) -> None:
    rested = incident.hurried_at is None or draft.at - incident.hurried_at >= HURRY_AT_MOST_EVERY
    hurried = incident.phase is Phase.ALERTING and rested
    draft.note(IncidentJoined(draft.at, incident.number, source, hurried))
    if hurried:
        escalation.next_wave(draft, incident.number)
    if incident.phase is Phase.ALERTING:
        _say_nobody_yet(draft, incident.number)
    else:
        who = incident.attended_by or incident.answered_by
        draft.say("say.coming", incident.number, person=incident.name_of(who), minutes=None)


# --- deadlines --------------------------------------------------------------------------------------


def run_due(draft: Draft) -> None:
    """Do what is due for each open incident."""
    for number in tuple(draft.state.incidents):
        incident = draft.incident(number)
        if incident.is_open and incident.is_call:
            _run_due(draft, incident)


def _run_due(draft: Draft, incident: Incident) -> None:
    if incident.due is not None and incident.due <= draft.at:
        _ON_DEADLINE[incident.phase](draft, incident)
    elif incident.ask_due is not None and incident.ask_due <= draft.at:
        draft.note(ResidentAsked(draft.at, incident.number))
        _ask_aloud(draft, incident)


def _warning_ran_out(draft: Draft, incident: Incident) -> None:
    _begin_alerting(draft, incident.number)


def _wave_ran_out(draft: Draft, incident: Incident) -> None:
    escalation.next_wave(draft, incident.number)
    _say_nobody_yet(draft, incident.number)


def _say_nobody_yet(draft: Draft, number: int) -> None:
    """Nobody has answered; where no road is open the voice does not promise to go on calling."""
    can_be_told = escalation.may_reach_somebody(draft, draft.incident(number))
    draft.say("say.nobody" if can_be_told else "say.no_way_out", number)


def _answer_grew_old(draft: Draft, incident: Incident) -> None:
    """Ask again; and when that brought nothing, take the alert up where it was."""
    if not incident.doubted:
        draft.note(AnswerDoubted(draft.at, incident.number, _expires_if_asked(incident, draft.at)))
        _write_to(draft, incident, incident.answered_by, Purpose.QUESTION, "question.there")
        return
    reopen(draft, incident.number, "no arrival")


def answer_expires(incident: Incident) -> datetime | None:
    """When the others are asked again if whoever goes says nothing more."""
    if incident.doubted or incident.due is None:
        return incident.due
    return _expires_if_asked(incident, incident.due)


def _expires_if_asked(incident: Incident, asked_at: datetime) -> datetime:
    expected = (incident.answered_at or asked_at) + incident.plan.delays.arrival_expected
    # Whoever is asked gets a minute at least, however short the family set the second delay.
    return max(expected, asked_at + timedelta(minutes=1))


def _end_is_late(draft: Draft, incident: Incident) -> None:
    wait = END_ASKED_AFTER[min(incident.times_end_asked + 1, len(END_ASKED_AFTER) - 1)]
    draft.note(EndAsked(draft.at, incident.number, draft.at + wait))
    asked = {*incident.on_site}
    if incident.times_end_asked > 0:
        asked |= {p.id for p in incident.plan.people if p.role is Role.ADMIN}
    for who in sorted(asked):
        _write_to(draft, incident, who, Purpose.QUESTION, "question.end")


# "All is well" is not what it was when an ambulance came.
_CLOSED = {Outcome.EMERGENCY: "closed.emergency", Outcome.FALSE_ALARM: "closed.false_alarm"}
_ON_DEADLINE = {
    Phase.WARNING: _warning_ran_out,
    Phase.ALERTING: _wave_ran_out,
    Phase.ANSWERED: _answer_grew_old,
    Phase.ATTENDED: _end_is_late,
}


def hurry_after_a_power_cut(draft: Draft) -> None:
    """Take every call for help that nobody attends to be overdue: nobody knows how long the power was off."""
    for incident in draft.state.open_incidents():
        waits = incident.phase in (Phase.WARNING, Phase.ALERTING) or (
            incident.phase is Phase.ANSWERED and not incident.doubted
        )
        if incident.kind in URGENT and waits:
            _ON_DEADLINE[incident.phase](draft, incident)


# --- what people do ---------------------------------------------------------------------------------


def cancel_by_resident(draft: Draft) -> None:
    """The resident takes the call back: at home the button was held, or "OK" was texted."""
    for incident in draft.state.open_incidents():
        is_silence = incident.kind is Kind.INACTIVITY and incident.phase is Phase.WARNING
        if incident.kind in (Kind.PANIC, Kind.FALL) or is_silence:
            close(draft, incident.number, Outcome.CANCELLED, RESIDENT)


def explain_silence(draft: Draft, by: str = RESIDENT) -> None:
    """A movement, or the word that nobody is at home, ends a silence warning; it never ends a call for help."""
    incident = draft.state.open_of(Kind.INACTIVITY)
    if incident is not None and incident.phase is Phase.WARNING:
        close(draft, incident.number, Outcome.CANCELLED, by)


def answer(draft: Draft, number: int, person: Person, minutes: int | None, via: str) -> None:
    """This person goes: the others are told, and they alone learn the address and the key code."""
    incident = draft.incident(number)
    if known_answer(incident, person, minutes):
        return
    if incident.phase is Phase.ATTENDED or incident.answered_by not in (None, person.id):
        draft.note(HelperJoined(draft.at, number, person.id))
        _write_to(draft, incident, person.id, Purpose.REPLY, "late")
        return
    first = incident.answered_by is None
    asks_again_at = draft.at + incident.plan.delays.answer_expires
    draft.note(IncidentAnswered(draft.at, number, person.id, person.name, minutes, via, asks_again_at))
    _write_to(draft, incident, person.id, Purpose.DUTY, "ack.you", minutes=minutes)
    if first:
        _give_access(draft, incident, person)
    if first or minutes not in (None, incident.minutes):
        words = _words(draft, incident, "ack.others", person=person.name, minutes=minutes)
        escalation.tell_the_others(draft, incident, person.id, words)
        draft.say("say.coming", number, person=person.name, minutes=minutes)


def known_answer(incident: Incident, person: Person, minutes: int | None) -> str:
    """What to say to somebody who tells again what is known; "" when "I'm going" is news."""
    if person.id in incident.on_site:
        return "attend.you"
    if person.id in incident.helpers:
        return "late"
    is_known = incident.answered_by == person.id and not incident.doubted and minutes in (None, incident.minutes)
    return "ack.you" if is_known else ""


def attend(draft: Draft, number: int, person: Person) -> None:
    """This person is on site."""
    incident = draft.incident(number)
    if person.id in incident.on_site:
        return
    first = incident.phase is not Phase.ATTENDED
    asks_again_at = draft.at + END_ASKED_AFTER[0]
    draft.note(IncidentAttended(draft.at, number, person.id, person.name, asks_again_at))
    _write_to(draft, incident, person.id, Purpose.DUTY, "attend.you")
    if incident.answered_by != person.id:
        _give_access(draft, incident, person)
    if first:
        words = _words(draft, incident, "attend.others", person=person.name)
        escalation.tell_the_others(draft, incident, person.id, words)
        draft.say("say.there", number, person=person.name)


def withdraw(draft: Draft, number: int, person: Person) -> None:
    """This person cannot go; when it was they who went, the alert goes on where it was."""
    incident = draft.incident(number)
    if incident.phase is Phase.ANSWERED and incident.answered_by == person.id:
        draft.note(IncidentReopened(draft.at, number, "cannot go after all"))
        escalation.decline(draft, number, person.id)
        _alert_again(draft, incident)
    else:
        escalation.decline(draft, number, person.id)


def reopen(draft: Draft, number: int, why: str) -> None:
    """Nobody arrived: the alert goes on, from the wave that was running."""
    incident = draft.incident(number)
    lost = incident.answered_by
    draft.note(IncidentReopened(draft.at, number, why))
    _write_to(draft, incident, lost, Purpose.STATUS, "answer.lost.you")
    _alert_again(draft, incident)


def close(draft: Draft, number: int, outcome: Outcome, by: str, name: str | None = None) -> None:
    """End it, and tell everybody who was alerted. ``name``: what people call ``by``; "" if that is not known."""
    incident = draft.incident(number)
    who = incident.name_of(by) if name is None else name
    draft.note(IncidentClosed(draft.at, number, outcome, by, who))
    _learn_from(draft, incident, outcome)
    cancelled = by == RESIDENT and outcome is Outcome.CANCELLED
    words = _words(draft, incident, "cancel" if cancelled else _CLOSED.get(outcome, "closed"), person=who)
    escalation.tell_the_others(draft, incident, by, words)
    draft.say("say.cancelled" if cancelled else "say.closed", number, person=who)


def tell_outcome(draft: Draft, number: int, outcome: Outcome, by: str) -> None:
    """What it had been, said afterwards."""
    draft.note(OutcomeTold(draft.at, number, outcome, by))
    _learn_from(draft, draft.incident(number), outcome)


def _learn_from(draft: Draft, incident: Incident, outcome: Outcome) -> None:
    """A silence that worried people for nothing is one of this home."""
    if outcome is Outcome.FALSE_ALARM and incident.kind is Kind.INACTIVITY:
        learning.false_alarm(draft, incident)


def _alert_again(draft: Draft, before: Incident) -> None:
    """Take the running wave up again, unless the next one has just begun."""
    incident = draft.incident(before.number)
    if (incident.wave, incident.round) == (before.wave, before.round):
        escalation.start_wave(draft, incident.number, max(before.wave, 1), max(before.round, 1))
    draft.say("say.reopened", incident.number)


def _give_access(draft: Draft, incident: Incident, person: Person) -> None:
    resident = incident.plan.resident
    words = Words(
        "access",
        (
            ("resident", resident.name),
            ("address", resident.address),
            ("key_code", resident.key_code),
            ("notes", resident.notes),
            ("number", incident.number),
        ),
    )
    draft.write(person, Purpose.DUTY, words, incident.number)


def _write_to(
    draft: Draft, incident: Incident, who: str | None, purpose: Purpose, key: str, *, minutes: int | None = None
) -> None:
    person = draft.person(incident, who)
    if person is not None:
        words = _words(draft, draft.incident(incident.number), key, person=person.name, minutes=minutes)
        draft.write(person, purpose, words, incident.number)


def _words(draft: Draft, incident: Incident, key: str, *, person: str, minutes: int | None = None) -> Words:
    """The values that every message about an incident may use."""
    taken_by = incident.attended_by or incident.answered_by
    return Words(
        key,
        (
            ("person", person),
            ("resident", incident.plan.resident.name),
            ("other", incident.name_of(taken_by)),
            ("time", draft.at),
            ("since", incident.taken_at or incident.opened_at),
            ("minutes", minutes),
            ("number", incident.number),
        ),
    )
