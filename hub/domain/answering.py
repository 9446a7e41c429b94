"""What the hub texts back, and how often: within the limit that keeps two machines from talking for ever."""

from hub.domain.draft import Draft
from hub.domain.facts import FamilyTold, Purpose, Value, Words
from hub.domain.policy import Person
from hub.domain.records import Incident

# Automatic replies to one person until something real happens (BEHAVIOUR 4).
REPLIES_AT_MOST = 5


def say(draft: Draft, person: Person, key: str, incident: Incident | None, /, **more: Value) -> None:
    """Answer this person's text, while they have not had too many answers."""
    before = draft.state.conversations.get(person.id)
    if before is None or before.automatic < REPLIES_AT_MOST:
        write(draft, person, key, incident, **more)


def say_once(draft: Draft, person: Person, key: str, incident: Incident | None, /, **more: Value) -> None:
    """Answer, unless the last answer said the same about the same incident."""
    before = draft.state.conversations.get(person.id)
    number = incident.number if incident else None
    if before is None or (before.last_key, before.last_incident) != (key, number):
        say(draft, person, key, incident, **more)


def write(draft: Draft, person: Person, key: str, incident: Incident | None, /, **more: Value) -> None:
    """Answer, however many answers there were."""
    number = incident.number if incident else None
    words = Words(key, tuple((_values(draft, person, number) | more).items()))
    draft.write(person, Purpose.REPLY, words, number, channel="sms")


def tell_family(draft: Draft, person: Person, key: str, /, **more: Value) -> None:
    """Tell the rest of the family what ``person`` did."""
    words = Words(key, (("person", person.name), ("resident", draft.policy.resident.name), *more.items()))
    for admin in family_of(draft, person):
        draft.write(admin, Purpose.STATUS, words)


def tell_notice(draft: Draft, notice: str, detail: str, **values: Value) -> None:
    """Tell the whole family ``notice`` by the words of that key; remembered although there may be nobody to tell.

    ``detail``: what is known of it, for whoever asks whether it is news.
    """
    draft.note(FamilyTold(draft.at, notice, detail))
    words = Words(notice, (("resident", draft.policy.resident.name), *values.items()))
    for person in draft.policy.family():
        if person.id not in draft.state.stopped:
            draft.write(person, Purpose.TECHNICAL, words)


def family_of(draft: Draft, person: Person) -> list[Person]:
    """The family that hears of what this person does."""
    return [p for p in draft.policy.family() if p.id != person.id and p.id not in draft.state.stopped]


def _values(draft: Draft, person: Person, number: int | None) -> dict[str, Value]:
    """The values that every answer may use."""
    values: dict[str, Value] = {
        "person": person.name,
        "resident": draft.policy.resident.name,
        "family": next((admin.name for admin in family_of(draft, person)), None),
    }
    if number is not None:
        now = draft.incident(number)
        values |= {
            "other": now.closed_by_name or now.name_of(now.attended_by or now.answered_by),
            "number": number,
            "minutes": now.minutes,
            "time": draft.at,
            "since": now.closed_at or now.taken_at or now.opened_at,
        }
    return values
