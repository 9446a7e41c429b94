"""Commands by text: who may give which, and what each does (BEHAVIOUR 6).

`hub.domain.orders` reads them. A neighbour may ask how things stand, and write to all; what changes anything is for the
family and the resident, and what lowers protection waits for a one-time code.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hub.domain import circle, confirming, consent, credit, holidays, one_off, presence, watch, windows_by_text
from hub.domain import incident as life
from hub.domain.answering import say, say_once, tell_family
from hub.domain.availability import on_holiday
from hub.domain.draft import Draft
from hub.domain.facts import AbsencePlanned, LanguageChosen, OnCallSet, OrderTexted, Purpose, Whereabouts, Words
from hub.domain.inputs import SmsReceived
from hub.domain.orders import Command, Order, read_order
from hub.domain.policy import Person, Role
from hub.domain.records import ORDERS_REMEMBERED, Confirmation
from hub.domain.replies import Meaning, Reply
from hub.domain.reply_text import plain_words
from hub.domain.standing import tell_log, tell_status, tell_who
from hub.domain.view import gravest_incident

# Whoever texts more than this many commands within the hour, man or machine, is not answered any more.
ORDERS_WITHIN = timedelta(hours=1)


def is_order(draft: Draft, person: Person, reply: Reply) -> bool:
    """Whether this text is a command. "Absente 3 jours" from a neighbour who was asked is none: it may mean "no"."""
    if reply.meaning in _ASKED_BY_ALL:
        return True
    return reply.meaning is Meaning.COMMAND and (_may_change(person) or not _is_asked(draft, person))


def on_order(draft: Draft, person: Person, reply: Reply, seen: SmsReceived) -> None:
    """Carry out the command that this text is, or say why not."""
    given = draft.state.orders.get(person.id, ())
    if len(given) >= ORDERS_REMEMBERED and draft.at - given[-ORDERS_REMEMBERED] < ORDERS_WITHIN:
        return
    asked = _ASKED_BY_ALL.get(reply.meaning)
    if asked is not None:
        draft.note(OrderTexted(draft.at, person.id, reply.meaning))
        asked(draft, person, reply)
    else:
        _change(draft, person, seen)


def _change(draft: Draft, person: Person, seen: SmsReceived) -> None:
    order = read_order(seen.text, draft.local())
    if order is not None and order.command is Command.NEWS:
        _tell_all(draft, person, order)
        return
    if order is None:
        say_once(draft, person, "order.how" if _may_change(person) else "help.contact", None)
        return
    if not (_may_change(person) or _is_own(draft, person, order)):
        names = ", ".join(admin.name for admin in draft.policy.family())
        say_once(draft, person, "refuse", None, names=names)
        return
    draft.note(OrderTexted(draft.at, person.id, order.command))
    _ORDERED[order.command](draft, person, order, seen)


def _tell_all(draft: Draft, person: Person, order: Order) -> None:
    """Anybody of the circle may write to all; what became of it is answered."""
    draft.note(OrderTexted(draft.at, person.id, order.command))
    people = len(circle.readers(draft, person.id))
    why = circle.post(draft, person, order.text, "sms")
    if why is None:
        key = "news.board" if not people else "news.sent" if draft.is_day() else "news.waits"
        say(draft, person, key, None, people=people, until=draft.state.news[-1].tell_at)
        return
    wait = circle.free_again(draft, person)
    say_once(
        draft,
        person,
        f"news.{why}",
        gravest_incident(draft.state) if why is circle.NotSent.CALL else None,
        longest=circle.LONGEST,
        each=circle.EACH,
        people=circle.IN_ALL,
        until=draft.at + wait if wait else None,
    )


def _may_change(person: Person) -> bool:
    return person.role is Role.ADMIN or person.id == life.RESIDENT


def _is_own(draft: Draft, person: Person, order: Order) -> bool:
    """Whether this is what anybody of the circle may say of themselves. `_end_on_call` looks for itself."""
    if order.command is Command.CONFIRM:
        return person.id in draft.state.confirmations
    return order.command in (Command.HOLIDAY, Command.HOLIDAY_OVER, Command.OFF_CALL)


def _is_asked(draft: Draft, person: Person) -> bool:
    return any(i.is_call and person.id in i.told for i in draft.state.open_incidents())


# --- away and back ------------------------------------------------------------------------------------


def _go_away(draft: Draft, person: Person, order: Order, seen: SmsReceived) -> None:
    until = order.until.astimezone(UTC) if order.until else draft.at
    begins = order.begins.astimezone(UTC) if order.begins else None
    if not draft.state.clock_trusted or seen.chance is None:
        # Without the date nobody knows what 24/12 is; and a code that can be foreseen is none.
        say_once(draft, person, "order.not_now", None)
    elif not (begins or draft.at) < until <= draft.at + presence.LONGEST:
        say_once(draft, person, "away.too_long", None, days=presence.LONGEST.days)
    else:
        is_ahead = begins is not None and begins > draft.at
        wanted = Confirmation(begins=begins if is_ahead else None, until=until)
        since = wanted.begins or draft.at
        confirming.ask(draft, person, seen.chance, wanted, "confirm.absent", since=since, until=until)


def _confirm(draft: Draft, person: Person, order: Order, _seen: SmsReceived) -> None:
    confirmed = confirming.settle(draft, person, order.code)
    if confirmed is None or confirmed.until is None:
        return
    if confirmed.holiday:
        holidays.take(draft, person, confirmed)
    elif confirmed.window:
        windows_by_text.want(draft, person, confirmed)
    elif confirmed.on_call:
        _put_on_call(draft, person, confirmed.on_call, confirmed.until)
    elif consent.is_off(draft):
        say(draft, person, "watch.is_off", None)
    elif confirmed.one_off:
        _expect(draft, person, confirmed.until)
    else:
        _be_away(draft, person, confirmed.begins, confirmed.until)


def _be_away(draft: Draft, person: Person, begins: datetime | None, until: datetime) -> None:
    if begins is not None and begins > draft.at:
        draft.note(AbsencePlanned(draft.at, begins, until, person.id))
    elif not presence.leave(draft, Whereabouts.AWAY, until, person.id):
        # "SORTIE 5 min", confirmed when they were over.
        say(draft, person, "code.over", None)
        return
    say(draft, person, "done.absent", None, until=until)
    tell_family(draft, person, "absent.family", since=begins or draft.at, until=until)


def _come_back(draft: Draft, person: Person, _order: Order, _seen: SmsReceived) -> None:
    """Watch again; the watch that the resident switched off, only the resident switches on."""
    if consent.is_off(draft) and person.id != life.RESIDENT:
        say_once(draft, person, "watch.is_off", None)
        return
    if draft.state.presence.planned is not None:
        draft.note(AbsencePlanned(draft.at, None, None, person.id))
    say(draft, person, "done.back", None, time=draft.at)
    if consent.is_off(draft):
        consent.switch_on(draft, watch.PHONE)
        return
    if person.id == life.RESIDENT:
        watch.hear(draft, watch.PHONE)
    presence.come_back(draft, person.id)
    tell_family(draft, person, "back.family", time=draft.at)


# --- one day that is different --------------------------------------------------------------------------


def _expect_tomorrow(draft: Draft, person: Person, order: Order, seen: SmsReceived) -> None:
    """To be asked about later than usual, or less, lowers protection and waits for a code; earlier does not."""
    until = order.until.astimezone(UTC) if order.until else draft.at
    if consent.is_off(draft):
        say_once(draft, person, "watch.is_off", None)
    elif not draft.state.clock_trusted or seen.chance is None:
        say_once(draft, person, "order.not_now", None)
    elif one_off.asks_less(draft, until):
        wanted = Confirmation(until=until, one_off=True)
        confirming.ask(draft, person, seen.chance, wanted, f"confirm.{_day(draft, until)}", until=until)
    else:
        _expect(draft, person, until)


def _expect(draft: Draft, person: Person, until: datetime) -> None:
    if one_off.expect(draft, until, person.id):
        say_once(draft, person, "order.how", None)
        return
    day = _day(draft, until)
    say(draft, person, f"done.{day}", None, until=until)
    tell_family(draft, person, f"{day}.family", until=until)


def _day(draft: Draft, until: datetime) -> str:
    """After midnight the tomorrow that somebody wrote of is today: "tomorrow 10:00" would be read as the day after."""
    is_today = until.astimezone(draft.policy.zone).date() == draft.local().date()
    return "today" if is_today else "tomorrow"


# --- who is asked first ---------------------------------------------------------------------------------


def _choose_on_call(draft: Draft, person: Person, order: Order, seen: SmsReceived) -> None:
    """Until the others are asked a wave passes: that lowers protection, and waits for a code."""
    until = order.until.astimezone(UTC) if order.until else draft.at
    chosen = _named(draft, order.name)
    if chosen is None:
        names = ", ".join(p.name for p in draft.policy.plan(draft.state.stopped).people)
        say_once(draft, person, "on_call.whom", None, names=names)
    elif not draft.state.clock_trusted or seen.chance is None:
        say_once(draft, person, "order.not_now", None)
    elif until > draft.at + presence.LONGEST:
        say_once(draft, person, "order.how", None)
    elif (away := on_holiday(draft.state, chosen.id, draft.at)) is not None:
        say_once(draft, person, "on_call.holiday", None, name=chosen.name, until=away.until)
    else:
        wanted = Confirmation(until=until, on_call=chosen.id)
        confirming.ask(draft, person, seen.chance, wanted, "confirm.on_call", name=chosen.name, until=until)


def _put_on_call(draft: Draft, person: Person, who: str, until: datetime) -> None:
    chosen = draft.policy.plan(draft.state.stopped).person(who)
    if chosen is None or until <= draft.at:
        say(draft, person, "code.over", None)
        return
    draft.note(OnCallSet(draft.at, chosen.id, until, person.id))
    say(draft, person, "done.on_call", None, name=chosen.name, until=until)
    if chosen.id != person.id:
        resident = draft.policy.resident.name
        words = Words("on_call.you", (("person", chosen.name), ("resident", resident), ("until", until)))
        draft.write(chosen, Purpose.STATUS, words)


def _end_on_call(draft: Draft, person: Person) -> None:
    """Back to the usual order: the family says so of anybody, and whoever is on call of themselves."""
    span = draft.state.on_call
    who = span.person if span is not None and span.until > draft.at else None
    if not _may_change(person) and who != person.id:
        names = ", ".join(admin.name for admin in draft.policy.family())
        say_once(draft, person, "refuse", None, names=names)
        return
    chosen = draft.policy.plan(draft.state.stopped).person(who)
    say(draft, person, "done.on_call.over", None, name=chosen.name if chosen else None)
    if span is None or who is None:
        return
    draft.note(OnCallSet(draft.at, span.person, draft.at, person.id))
    if chosen is not None and chosen.id != person.id:
        words = Words("on_call.over", (("person", chosen.name), ("resident", draft.policy.resident.name)))
        draft.write(chosen, Purpose.STATUS, words)
    if not _may_change(person):
        tell_family(draft, person, "on_call.over.family")


def _named(draft: Draft, name: str) -> Person | None:
    """Whom the family means: by the whole name or its first word, and nobody where that is two people."""
    people = draft.policy.plan(draft.state.stopped).people
    exact = [p for p in people if plain_words(p.name) == name]
    found = exact or [p for p in people if plain_words(p.name).split()[:1] == name.split()]
    return found[0] if len(found) == 1 else None


_ORDERED: dict[Command, Callable[[Draft, Person, Order, SmsReceived], None]] = {
    Command.AWAY: _go_away,
    Command.BACK: _come_back,
    Command.CONFIRM: _confirm,
    Command.ON_CALL: _choose_on_call,
    Command.OFF_CALL: lambda draft, person, _order, _seen: _end_on_call(draft, person),
    Command.HOLIDAY: holidays.ask,
    Command.HOLIDAY_OVER: lambda draft, person, _order, _seen: holidays.end(draft, person),
    Command.TOMORROW: _expect_tomorrow,
    Command.WINDOW: windows_by_text.ask,
    Command.CREDIT: lambda draft, person, _order, _seen: credit.tell(draft, person),
    Command.LOG: lambda draft, person, _order, _seen: tell_log(draft, person),
}


# --- what anybody of the circle may ask ----------------------------------------------------------------


def _speak(draft: Draft, person: Person, reply: Reply) -> None:
    """From now on this person's texts are in the language they asked for."""
    if reply.language not in draft.policy.languages:
        say_once(draft, person, "lang.unknown", None, languages=", ".join(draft.policy.languages).upper())
        return
    draft.note(LanguageChosen(draft.at, person.id, reply.language, person.language))
    say(draft, person, "lang.done", None)


_ASKED_BY_ALL: dict[Meaning, Callable[[Draft, Person, Reply], None]] = {
    Meaning.STATUS: lambda draft, person, _reply: tell_status(draft, person),
    Meaning.WHO: lambda draft, person, _reply: tell_who(draft, person),
    Meaning.LANGUAGE: _speak,
}
