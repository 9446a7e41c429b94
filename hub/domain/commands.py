"""What somebody asks for by the command line, MQTT or a page, and whether they may.

What raises protection anybody on the road may do. What lowers it (a pause, an absence, an end) needs somebody
who may: the installer at the hub itself, the family or the resident with a login, or whoever answered.
"""

from collections.abc import Callable

from hub.domain import again, circle, consent, drills, invitations, notes, one_off, presence, shifts, watch
from hub.domain import incident as life
from hub.domain.conversation import may_close
from hub.domain.draft import Draft
from hub.domain.drills import NotNow
from hub.domain.facts import CommandSettled, Kind, Outcome, Purpose, RecordsTaken, Whereabouts, Words
from hub.domain.inputs import Action, Commanded
from hub.domain.policy import Person, Role
from hub.domain.records import Incident
from hub.domain.unsent_state import CODE_WORDS

# The command line is used by whoever is logged in on the hub itself.
AT_THE_HUB = "cli"
# Whoever uses a page has logged in there: ``by`` is who they are, and not only who they say they are.
WITH_A_LOGIN = "web"
OPERATOR = "operator"
# Of a code by which the pages know somebody by their telephone.
CODE_DIGITS = 8
# What of the records can be taken out of the house.
TAKEN_OUT = ("backup", "export")

_WHY_NO_DRILL = {
    NotNow.CALL: "somebody may need help: no drill while an incident is open",
    NotNow.RUNNING: "a drill runs already",
    NotNow.RECENT: "the last drill was less than an hour ago",
    NotNow.NOBODY: "nobody is there to be tried: no [[person]] with consent gets texts",
}

# Why something is not told to the circle, in English.
WHY_NOT_SENT = {
    circle.NotSent.MEMBER: "only the circle may write to all: whoever agreed to be told of alerts",
    circle.NotSent.CALL: "somebody may need help: news is told when that is over",
    circle.NotSent.EMPTY: "there is nothing to tell",
    circle.NotSent.LONG: f"that is too long: {circle.LONGEST} characters at most",
    circle.NotSent.SECRET: "the key is told to nobody but whoever goes",
    circle.NotSent.TWICE: "that was told today already",
    circle.NotSent.OFTEN: f"{circle.EACH} a day from each, and {circle.IN_ALL} in all, are enough: go on tomorrow",
}
# Why a message is not sent once more, in English.
WHY_NOT_AGAIN = {
    again.NotAgain.UNKNOWN: "only what failed or expired within a day can be sent again, and neither alerts nor codes",
    again.NotAgain.WAITS: "this one still waits: the hub tries it again by itself",
    again.NotAgain.GONE: "nobody is there for it any more: they left, took their agreement back, or have no number",
    again.NotAgain.OVER: "it is not true any more",
    again.NotAgain.OFTEN: "this number has had enough texts for now: wait a quarter of an hour",
}
# Why something is not written beside an alert, in English.
WHY_NOT_NOTED = {
    notes.NotNoted.WHO: "only the family, the resident and whoever was asked or goes may write here",
    notes.NotNoted.OVER: f"there is no such alert, or it ended more than {notes.WITHIN.days} days ago",
    notes.NotNoted.EMPTY: "there is nothing to write down",
    notes.NotNoted.LONG: f"that is too long: {notes.LONGEST} characters at most, {notes.LONGEST_REASON} with the end",
    notes.NotNoted.OFTEN: f"{notes.IN_ALL} notes beside one alert are enough",
    notes.NotNoted.SECRET: "the way in is told to nobody but whoever goes",
}
# More than any number of something on the board, or of a message, has.
_DIGITS = 10


def on_command(draft: Draft, seen: Commanded) -> None:
    """Carry out a command or refuse it; whoever asked learns which, in words that tell what to do."""
    refusal = _COMMANDS[seen.action](draft, seen)
    text = refusal or "done"
    draft.note(CommandSettled(draft.at, seen.via, seen.request, not refusal, text))


def _person(draft: Draft, seen: Commanded) -> Person | None:
    return _named(draft, seen.by)


def _named(draft: Draft, who: str | None) -> Person | None:
    return next((p for p in draft.policy.people if p.id == who), None)


def _incident(draft: Draft, seen: Commanded) -> Incident | str:
    """The incident that is meant, or why that is not clear."""
    if seen.incident is not None:
        incident = draft.state.incidents.get(seen.incident)
        if incident is None or not incident.is_open:
            return f"incident {seen.incident} is not open; `telecare-hub status` lists those that are"
        if incident.kind is Kind.TECHNICAL:
            return f"incident {incident.number} is a fault: it ends when that is repaired"
        if incident.kind is Kind.DRILL:
            return f"incident {incident.number} is a drill: it ends by itself, or when somebody needs help"
        return incident
    running = [i for i in draft.state.open_incidents() if i.is_call]
    if len(running) != 1:
        return f"{len(running)} incidents are open: say which, by its number"
    return running[0]


def _about_an_incident(act: Callable[[Draft, Commanded, Incident, Person], str]) -> Callable[..., str]:
    """A command that a person of the household gives about one open incident."""

    def command(draft: Draft, seen: Commanded) -> str:
        person, incident = _person(draft, seen), _incident(draft, seen)
        if person is None:
            return f'"by" must be the id of a person of the household, not {seen.by!r}'
        if isinstance(incident, str):
            return incident
        return act(draft, seen, incident, person)

    return command


def _answer(draft: Draft, seen: Commanded, incident: Incident, person: Person) -> str:
    life.answer(draft, incident.number, person, None, seen.via)
    return ""


def _decline(draft: Draft, _seen: Commanded, incident: Incident, person: Person) -> str:
    life.withdraw(draft, incident.number, person)
    return ""


def _attend(draft: Draft, _seen: Commanded, incident: Incident, person: Person) -> str:
    life.attend(draft, incident.number, person)
    return ""


def _close(draft: Draft, seen: Commanded) -> str:
    incident = _incident(draft, seen)
    if isinstance(incident, str):
        return incident
    person = _person(draft, seen)
    at_the_hub = seen.via == AT_THE_HUB
    if not at_the_hub and (person is None or not may_close(incident, person)):
        return "only whoever answered, the family or the resident may end this: answer or attend first"
    outcome = seen.outcome or Outcome.HELPED
    if circle.clean(seen.text):
        return _close_in_words(draft, seen, incident, outcome)
    by = person.id if person else OPERATOR
    life.close(draft, incident.number, outcome, by, person.name if person else "")
    return ""


def _close_in_words(draft: Draft, seen: Commanded, incident: Incident, outcome: Outcome) -> str:
    """End it, and keep with the end what it was; who says what may not be kept may still end it without."""
    by = _of_the_circle(draft, seen)
    if by is None:
        return WHY_NOT_NOTED[notes.NotNoted.WHO]
    why = notes.why_not(draft, incident, by, seen.text, with_the_end=True)
    if why is not None:
        return WHY_NOT_NOTED[why]
    life.close(draft, incident.number, outcome, by.id, by.name)
    notes.put(draft, incident, by, seen.text, explains=outcome is Outcome.FALSE_ALARM)
    return ""


def _may_lower(draft: Draft, seen: Commanded) -> str:
    """Why whoever asks may not lower protection: a broker's password is no proof of who they are."""
    if seen.via == AT_THE_HUB:
        return ""
    if seen.via == WITH_A_LOGIN:
        person = _person(draft, seen)
        is_theirs = seen.by == life.RESIDENT or (person is not None and person.role is Role.ADMIN)
        return "" if is_theirs else "this lowers protection: only the family or the resident may"
    return "this lowers protection and needs a confirmation: text ABSENT 3j (AWAY 3d), or use the family's pages"


def _suspend(whereabouts: Whereabouts) -> Callable[[Draft, Commanded], str]:
    def command(draft: Draft, seen: Commanded) -> str:
        return _may_lower(draft, seen) or _note_until(draft, seen, whereabouts)

    return command


def _note_until(draft: Draft, seen: Commanded, whereabouts: Whereabouts) -> str:
    if consent.is_off(draft):
        return "the resident has switched the watch off: there is nothing to suspend"
    if presence.leave(draft, whereabouts, seen.until, seen.by or OPERATOR):
        return ""
    return '"until" must be a time within the coming 60 days, such as "2026-12-24T14:00:00Z"'


def _visit(draft: Draft, seen: Commanded) -> str:
    """Somebody else is there too. Every rule goes on, so that anybody on the road may say so.

    An absence that was announced is no visit: by it, who is out is not forgotten.
    """
    if draft.state.presence.whereabouts is Whereabouts.AWAY:
        return "nobody is at home until then: say first that somebody is back (`telecare-hub back`)"
    return _note_until(draft, seen, Whereabouts.VISITOR)


def _well(draft: Draft, seen: Commanded) -> str:
    """The resident says that all is well. Smoke is not taken back by a word: somebody looks."""
    if not _is_the_resident(seen):
        return "only the resident may say so, on the resident's own page or at the hub"
    for incident in draft.state.open_incidents():
        if incident.is_call and incident.kind is not Kind.HAZARD:
            life.close(draft, incident.number, Outcome.CANCELLED, life.RESIDENT)
    watch.hear(draft, seen.via)
    return ""


def _back(draft: Draft, seen: Commanded) -> str:
    if not consent.is_off(draft):
        presence.come_back(draft, seen.by or OPERATOR)
        return ""
    if not _is_the_resident(seen):
        return "the resident has switched the watch off, and alone may switch it on"
    consent.switch_on(draft, seen.via)
    return ""


def _expect(draft: Draft, seen: Commanded) -> str:
    """It may put a morning off: that lowers protection."""
    refusal = _may_lower(draft, seen)
    if refusal or seen.until is not None:
        return refusal or one_off.expect(draft, seen.until, seen.by or OPERATOR)
    one_off.drop(draft)
    return ""


def _is_the_resident(seen: Commanded) -> bool:
    return seen.via in (WITH_A_LOGIN, AT_THE_HUB) and seen.by == life.RESIDENT


def _off(draft: Draft, seen: Commanded) -> str:
    if not _is_the_resident(seen):
        return "only the resident may switch the watch off, on the resident's own page or at the hub"
    consent.switch_off(draft)
    return ""


def _consent(draft: Draft, seen: Commanded) -> str:
    by = _of_the_family(draft, seen)
    return consent.record(draft, by, seen.text) if by else "only somebody of the family may note this, on the pages"


def _taken(draft: Draft, seen: Commanded) -> str:
    """Who took what out of the house is for the record: neither can be undone."""
    by = _of_the_family(draft, seen)
    if by is None or seen.text not in TAKEN_OUT:
        return f"only somebody of the family may, and only {' or '.join(TAKEN_OUT)}"
    draft.note(RecordsTaken(draft.at, by.id, by.name, seen.text))
    return ""


def _code(draft: Draft, seen: Commanded) -> str:
    """Nobody has logged in yet: so it goes to a number of the family that is on file, and says nothing back."""
    person = _named(draft, seen.person)
    if seen.via != WITH_A_LOGIN or person is None or person.role is not Role.ADMIN or not person.phone:
        return "a code goes to somebody of the family who has a telephone, and for the pages only"
    if not (seen.text.isascii() and seen.text.isdecimal() and len(seen.text) == CODE_DIGITS):
        return f"a code has {CODE_DIGITS} digits"
    words = Words(CODE_WORDS, (("resident", draft.policy.resident.name), ("code", seen.text)))
    draft.write(person, Purpose.DESK, words, channel="sms")
    return ""


def _locked(draft: Draft, seen: Commanded) -> str:
    person = _named(draft, seen.person)
    if seen.via != WITH_A_LOGIN or person is None:
        return "only the pages know that"
    words = Words("desk.locked", (("person", person.name), ("resident", draft.policy.resident.name)))
    for admin in draft.policy.family():
        if admin.id not in draft.state.stopped:
            draft.write(admin, Purpose.DESK, words)
    return ""


def _of_the_family(draft: Draft, seen: Commanded) -> Person | None:
    """Whoever asks, where that is an admin and certainly so."""
    by = _person(draft, seen)
    is_sure = seen.via in (AT_THE_HUB, WITH_A_LOGIN)
    return by if is_sure and by is not None and by.role is Role.ADMIN else None


def _trigger(draft: Draft, seen: Commanded) -> str:
    life.call_for_help(draft, seen.via)
    return ""


def _test(draft: Draft, _seen: Commanded) -> str:
    why = drills.start(draft)
    return "" if why is None else _WHY_NO_DRILL[why]


def _invite(draft: Draft, seen: Commanded) -> str:
    """Somebody is asked whether they want to be told; in whose name the text says, so it must be known."""
    by, person = _of_the_family(draft, seen), _named(draft, seen.person)
    if by is None:
        return "only somebody of the family may invite, on the pages or at the hub"
    if person is None:
        return f'"person" must be the id of a person of the household, not {seen.person!r}'
    return invitations.invite(draft, person, by)


def _news(draft: Draft, seen: Commanded) -> str:
    by = _of_the_circle(draft, seen)
    why = circle.NotSent.MEMBER if by is None else circle.post(draft, by, seen.text, seen.via)
    return WHY_NOT_SENT[why] if why else ""


def _take_back(draft: Draft, seen: Commanded) -> str:
    by = _of_the_circle(draft, seen)
    return WHY_NOT_SENT[circle.NotSent.MEMBER] if by is None else circle.take_back(draft, by, _number(seen.text))


def _number(written: str) -> int:
    """A number that somebody wrote; 0 for anything else."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < _DIGITS else 0


def _send_again(draft: Draft, seen: Commanded) -> str:
    by = _of_the_family(draft, seen)
    if by is None:
        return "only somebody of the family may have a message sent again, on the pages or at the hub"
    why = again.send(draft, by, _number(seen.text))
    return WHY_NOT_AGAIN[why] if why else ""


def _note(draft: Draft, seen: Commanded) -> str:
    why = notes.write(draft, seen.incident, _of_the_circle(draft, seen), seen.text)
    return WHY_NOT_NOTED[why] if why else ""


def _shift(draft: Draft, seen: Commanded) -> str:
    by = _of_the_circle(draft, seen)
    if by is None:
        return "only the circle may, on the pages or at the hub"
    return shifts.hand(draft, by, seen.text, seen.person or "")


def _of_the_circle(draft: Draft, seen: Commanded) -> Person | None:
    """Whoever writes, where it is certain who that is."""
    if seen.via not in (AT_THE_HUB, WITH_A_LOGIN):
        return None
    return life.as_person(draft.policy.resident) if seen.by == life.RESIDENT else _person(draft, seen)


_COMMANDS: dict[Action, Callable[[Draft, Commanded], str]] = {
    Action.ANSWER: _about_an_incident(_answer),
    Action.DECLINE: _about_an_incident(_decline),
    Action.ATTEND: _about_an_incident(_attend),
    Action.CLOSE: _close,
    Action.AWAY: _suspend(Whereabouts.AWAY),
    Action.PAUSE: _suspend(Whereabouts.PAUSED),
    Action.VISITOR: _visit,
    Action.BACK: _back,
    Action.TRIGGER: _trigger,
    Action.TEST: _test,
    Action.WELL: _well,
    Action.INVITE: _invite,
    Action.OFF: _off,
    Action.EXPECT: _expect,
    Action.CONSENT: _consent,
    Action.TAKEN: _taken,
    Action.CODE: _code,
    Action.LOCKED: _locked,
    Action.NEWS: _news,
    Action.SHIFT: _shift,
    Action.TAKE_BACK: _take_back,
    Action.SEND_AGAIN: _send_again,
    Action.NOTE: _note,
}
