"""Holidays of somebody of the circle, said by themselves by text: `CONGES 3j`, `CONGES 24/12 2/1`, `CONGES FIN`.

Whoever is on holiday is not asked, like somebody outside of their hours; the last wave ignores it as it ignores those
(BEHAVIOUR 2). They have a code to send, for a forged sender must not send a circle on holiday; to end it needs none.
"""

from datetime import UTC, datetime

from hub.domain import confirming, presence
from hub.domain.answering import say, say_once, tell_family
from hub.domain.draft import Draft
from hub.domain.facts import HolidaySet, Value
from hub.domain.inputs import SmsReceived
from hub.domain.orders import Order
from hub.domain.policy import Person
from hub.domain.records import Confirmation


def ask(draft: Draft, person: Person, order: Order, seen: SmsReceived) -> None:
    """Ask for the code."""
    begins = max(order.begins.astimezone(UTC), draft.at) if order.begins else draft.at
    until = order.until.astimezone(UTC) if order.until else draft.at
    if all(p.id != person.id for p in draft.policy.plan(draft.state.stopped).people):
        say_once(draft, person, "test.no_alerts", None)
    elif not draft.state.clock_trusted or seen.chance is None:
        say_once(draft, person, "order.not_now", None)
    elif not begins < until <= draft.at + presence.LONGEST:
        say_once(draft, person, "holiday.how", None, days=presence.LONGEST.days)
    else:
        wanted = Confirmation(begins=begins, until=until, holiday=True)
        confirming.ask(draft, person, seen.chance, wanted, "confirm.holiday", **_when(draft, begins, until))


def take(draft: Draft, person: Person, confirmed: Confirmation) -> None:
    """The code was right."""
    begins, until = confirmed.begins or draft.at, confirmed.until
    if until is None or until <= draft.at:
        say(draft, person, "code.over", None)
        return
    draft.note(HolidaySet(draft.at, person.id, begins, until))
    say(draft, person, "done.holiday", None, **_when(draft, begins, until))
    tell_family(draft, person, "holiday.family", **_when(draft, begins, until))


def _when(draft: Draft, begins: datetime, until: datetime) -> dict[str, Value]:
    return {"since": begins if begins > draft.at else None, "until": until}


def end(draft: Draft, person: Person) -> None:
    """Back, or not gone at all."""
    noted = draft.state.holidays.get(person.id)
    is_news = noted is not None and noted.until > draft.at
    say_once(draft, person, "done.holiday.over", None)
    if is_news:
        draft.note(HolidaySet(draft.at, person.id, draft.at, draft.at))
        tell_family(draft, person, "holiday.over.family")
