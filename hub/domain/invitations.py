"""Joining by consent: the family asks by text whether somebody wants to be told, and only their own `OUI` joins.

Nobody is alerted who did not agree (BEHAVIOUR 4). The household is not the core's: a "yes" is a fact here,
`hub.joining` writes it down there, and once the household has it the invitation is settled. No answer is no.
"""

from datetime import timedelta

from hub.domain.draft import Draft
from hub.domain.facts import InvitationAnswered, InvitationSettled, PersonInvited, Purpose, Words
from hub.domain.policy import Person
from hub.domain.proof import is_texted
from hub.domain.records import Invitation, State
from hub.domain.replacing import replace
from hub.domain.replies import Meaning, Reply

# A "yes" counts for so long; later nobody knows what it is about.
LASTS = timedelta(days=14)
# Whoever does not answer is asked once a day at most, and so often in all: a text is no way to press somebody.
AGAIN_AFTER = timedelta(hours=24)
TIMES_AT_MOST = 3
# Of the whole household, in `AGAIN_AFTER`: whoever got hold of a login must not text a town.
A_DAY_AT_MOST = 20

_TEXT_NEEDED = "this person gets no texts: give them a number, the channel sms and a role that is told of alerts"


def invite(draft: Draft, person: Person, by: Person) -> str:
    """Ask ``person`` by text, in the name of ``by``; return why not, or "" where it was asked."""
    before = draft.state.invitations.get(person.id)
    refusal = _why_not(draft, person, before)
    if not refusal:
        times = 1 if before is None else before.times + 1
        draft.note(PersonInvited(draft.at, person.id, person.phone, by.id, draft.at + LASTS, times))
        values = (("by", by.name), ("resident", draft.policy.resident.name))
        draft.write(person, Purpose.DESK, Words("invite", values), channel="sms")
    return refusal


def _why_not(draft: Draft, person: Person, before: Invitation | None) -> str:
    if person.consent:
        return "this person has agreed already"
    if not is_texted(replace(person, consent=True)):
        return _TEXT_NEEDED
    if person.id in draft.state.stopped:
        return "this person texted STOP: only they can come back, with START"
    if before is not None and (refusal := _too_often(draft, before)):
        return refusal
    asked = [at for at in draft.state.invited if draft.at - at < AGAIN_AFTER]
    return "too many were invited today: go on tomorrow" if len(asked) >= A_DAY_AT_MOST else ""


def _too_often(draft: Draft, before: Invitation) -> str:
    if before.agreed is not None:
        return "this person has answered already"
    if before.times >= TIMES_AT_MOST:
        return f"this person was asked {before.times} times and did not answer: speak with them"
    return "this person was asked today: wait for their answer" if draft.at - before.asked_at < AGAIN_AFTER else ""


def answer(draft: Draft, person: Person, reply: Reply) -> str | None:
    """Take ``reply`` as the answer to an invitation; return what to say, or None where it is about something else."""
    asked = draft.state.invitations.get(person.id)
    is_in_an_alert = any(i.plan.person(person.id) for i in draft.state.open_incidents() if i.is_call)
    if asked is None or asked.phone != person.phone or is_in_an_alert:
        return None
    if reply.meaning is Meaning.STOP and asked.agreed is None:
        # Said besides what STOP does: they will not be asked again.
        draft.note(InvitationAnswered(draft.at, person.id, agreed=False))
        return None
    if reply.meaning not in _ANSWERS or person.id in draft.state.stopped:
        return None
    if draft.at >= asked.until:
        return "invite.over"
    return _ANSWERS[reply.meaning](draft, person, asked)


def _yes(draft: Draft, person: Person, asked: Invitation) -> str:
    # Also after a "no": people think it over.
    if asked.agreed is not True:
        draft.note(InvitationAnswered(draft.at, person.id, agreed=True))
        _tell_family(draft, person, "invite.yes.family")
    return "invite.yes"


def _no(draft: Draft, person: Person, asked: Invitation) -> str:
    if asked.agreed is None:
        draft.note(InvitationAnswered(draft.at, person.id, agreed=False))
        _tell_family(draft, person, "invite.no.family")
    return "invite.yes" if asked.agreed else "invite.no"


def _more(_draft: Draft, _person: Person, asked: Invitation) -> str | None:
    return "invite.more" if asked.agreed is None else None


def _unclear(_draft: Draft, _person: Person, asked: Invitation) -> str | None:
    """An "ok" or a "1" is no agreement to what may wake somebody at night: ask for the word itself."""
    return "invite.choices" if asked.agreed is None else None


_ANSWERS = {
    Meaning.YES: _yes,
    Meaning.DECLINE: _no,
    Meaning.HELP: _more,
    Meaning.ACKNOWLEDGE: _unclear,
    Meaning.ANSWER: _unclear,
    Meaning.AMBIGUOUS: _unclear,
    Meaning.UNKNOWN: _unclear,
}


def _tell_family(draft: Draft, person: Person, key: str) -> None:
    words = Words(key, (("person", person.name), ("resident", draft.policy.resident.name)))
    for admin in draft.policy.family():
        if admin.id not in draft.state.stopped:
            draft.write(admin, Purpose.STATUS, words)


def revise(draft: Draft) -> None:
    """Settle what the household has taken up, or what is about nobody any more."""
    people = {person.id: person for person in draft.policy.people}
    for who, asked in tuple(draft.state.invitations.items()):
        person = people.get(who)
        is_gone = person is None or person.phone != asked.phone
        if is_gone or (person is not None and person.consent):
            draft.note(InvitationSettled(draft.at, who, joined=not is_gone))


def agreed(state: State) -> dict[str, str]:
    """Who said yes and is not in the household's plan yet: the number that each was asked by, by id."""
    return {who: asked.phone for who, asked in state.invitations.items() if asked.agreed}
