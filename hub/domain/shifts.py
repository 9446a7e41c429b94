"""Days on call, handed out one by one on the pages: taken over, handed on, given back, and so swapped.

The family hands a day to anybody of the circle, as with `GARDE`. A neighbour takes a day over for themselves, or gives
their own back: nobody is put on call by another neighbour, and two who swap each take the other's day.
"""

from datetime import date, datetime, timedelta

from hub.domain import on_call
from hub.domain.answering import family_of
from hub.domain.draft import Draft
from hub.domain.facts import Purpose, ShiftSet, Value, Words
from hub.domain.incident import RESIDENT
from hub.domain.policy import Person, Role

# So many days, today among them, can be handed out.
AHEAD = 14


def days(local: datetime) -> list[date]:
    """Return the days that can be handed out; ``local`` is the present in the home's time."""
    return [local.date() + timedelta(days=ahead) for ahead in range(AHEAD)]


def hand(draft: Draft, by: Person, day: str, to: str) -> str:
    """Put the person ``to`` on call on ``day`` ("2026-03-04"); "": nobody, the usual order holds. Return why not."""
    chosen = draft.policy.plan(draft.state.stopped).person(to)
    found = next((each for each in days(draft.local()) if each.isoformat() == day), None)
    if not draft.state.clock_trusted:
        return "the hub does not know the time now"
    if found is None:
        return f'"text" must be one of the coming {AHEAD} days, such as "2026-12-24"'
    if to and chosen is None:
        return "only somebody of the circle who is told of alerts can be on call"
    begins, ends = on_call.ends_of(found, draft.policy.zone)
    # Whoever has the day: of today, whoever has what is left of it.
    before = on_call.who(draft.state, max(begins, draft.at), draft.policy.zone) or ""
    if not _may(by, before, to):
        return "you may take a day over for yourself, or give your own back; the family may hand out any"
    kept_until = on_call.until(draft.state, max(begins, draft.at), draft.policy.zone) or ends
    if before == to and kept_until >= ends:
        return ""
    draft.note(ShiftSet(draft.at, day, to, by.id))
    _tell(draft, by, before, chosen, max(begins, draft.at), ends)
    return ""


def _may(by: Person, before: str, to: str) -> bool:
    if by.role is Role.ADMIN or by.id == RESIDENT:
        return True
    return by.can_be_alerted and (to == by.id or (not to and before == by.id))


def _tell(draft: Draft, by: Person, before: str, chosen: Person | None, begins: datetime, ends: datetime) -> None:
    """Tell whoever is on call now, whoever was, and the family, but for whoever did it."""
    values: dict[str, Value] = {
        "resident": draft.policy.resident.name,
        "name": chosen.name if chosen else None,
        "since": begins,
        "until": ends,
    }
    lost = next((person for person in draft.policy.people if person.id == before), None)
    told = {by.id}
    for person, key in ((chosen, "shift.you"), (lost, "shift.gone")):
        if person is not None and person.id not in told | draft.state.stopped:
            told.add(person.id)
            draft.write(person, Purpose.STATUS, Words(key, (("person", person.name), *values.items())))
    for admin in family_of(draft, by):
        if admin.id not in told:
            draft.write(admin, Purpose.STATUS, Words("shift.family", (("person", by.name), *values.items())))
