"""The family's windows by text: "PLAGE MATIN 7h30 10h" (BEHAVIOUR 6).

Always with a code: a later end lowers protection, and an earlier one, by a forged sender, would wake people for
nothing. The household is not the core's: what was confirmed is a wish here, `hub.joining` writes it down there, and
once the household has it, or cannot have it, the wish is settled. Whoever wished it is told then, and not before.
"""

from datetime import time

from hub.domain import confirming, incident
from hub.domain.answering import say, say_once, tell_family
from hub.domain.draft import Draft
from hub.domain.facts import Value, WindowSettled, WindowWanted
from hub.domain.inputs import SmsReceived, WindowRefused
from hub.domain.orders import Order
from hub.domain.policy import Person, Window
from hub.domain.records import Confirmation, WindowWish
from hub.domain.reply_text import plain_words
from hub.domain.reply_words import respelled


def ask(draft: Draft, person: Person, order: Order, seen: SmsReceived) -> None:
    """Ask for the code; of a window that is not there yet the words say that it is a new one."""
    if order.hours is None or seen.chance is None:
        say_once(draft, person, "order.not_now", None)
        return
    opens, closes = order.hours
    there = _named(draft, order.name)
    name = order.name if there is None else there.name
    key = "confirm.window" if there is not None else "confirm.window.new"
    wanted = Confirmation(window=name, opens=opens, closes=closes)
    confirming.ask(draft, person, seen.chance, wanted, key, **_values(name, opens, closes))


def want(draft: Draft, person: Person, name: str, opens: time, closes: time) -> None:
    """The code was right: from now on the household is to have it so."""
    draft.note(WindowWanted(draft.at, person.id, name, opens, closes))
    revise(draft)


def revise(draft: Draft) -> None:
    """Settle what the household has taken up."""
    there = {(window.name, window.opens, window.closes) for window in draft.policy.windows}
    for name, wish in tuple(draft.state.windows_wanted.items()):
        if (name, wish.opens, wish.closes) in there:
            _settle(draft, name, wish, is_set=True)


def on_refused(draft: Draft, seen: WindowRefused) -> None:
    """The household cannot have it, or the card takes nothing."""
    wish = draft.state.windows_wanted.get(seen.name)
    if wish is not None:
        _settle(draft, seen.name, wish, is_set=False)


def _settle(draft: Draft, name: str, wish: WindowWish, *, is_set: bool) -> None:
    draft.note(WindowSettled(draft.at, name, wish.person, is_set))
    person = _person(draft, wish.person)
    if person is not None:
        values = _values(name, wish.opens, wish.closes)
        say(draft, person, "done.window" if is_set else "window.refused", None, **values)
        if is_set:
            tell_family(draft, person, "window.family", **values)


def _person(draft: Draft, who: str) -> Person | None:
    if who == incident.RESIDENT:
        return incident.as_person(draft.policy.resident)
    return next((person for person in draft.policy.people if person.id == who), None)


def _named(draft: Draft, name: str) -> Window | None:
    """The window that the family means: "Matin" and "MATIN" are one."""
    return next((window for window in draft.policy.windows if respelled(plain_words(window.name)) == name), None)


def _values(name: str, opens: time, closes: time) -> dict[str, Value]:
    return {"window": name, "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
