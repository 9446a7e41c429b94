"""One-time codes: whatever lowers protection by text is confirmed with one, sent to the number on the list.

A sender can be forged; the code goes to the true phone, which the forger never reads (BEHAVIOUR 6). Five wrong codes
lock that number for an hour, and the family hears of it.
"""

from datetime import timedelta

from hub.domain.answering import say, say_once, tell_family
from hub.domain.draft import Draft
from hub.domain.facts import ConfirmationAsked, ConfirmationGiven, ConfirmationRefused, Value
from hub.domain.policy import Person
from hub.domain.records import Confirmation

# How long a code is good for.
CODE_LASTS = timedelta(minutes=10)
# Four digits, none of which gets lost at the front.
_FIRST_CODE, _CODES = 1000, 9000


def ask(draft: Draft, person: Person, chance: int, wanted: Confirmation, key: str, **values: Value) -> None:
    """Ask ``person`` by the words ``key`` to confirm what is ``wanted`` with a code.

    ``chance``: a number that nobody could foresee. ``values``: of the words; the code is added to them.
    """
    waiting = _of(draft, person)
    if _is_locked(draft, waiting):
        say_once(draft, person, "code.locked", None, until=waiting.locked_until)
        return
    code = f"{_FIRST_CODE + chance % _CODES}"
    asked = ConfirmationAsked(
        draft.at,
        person.id,
        code,
        wanted.begins,
        wanted.until or draft.at,
        wanted.on_call,
        wanted.one_off,
        wanted.window,
        wanted.opens,
        wanted.closes,
        wanted.is_new,
        wanted.holiday,
    )
    draft.note(asked)
    say(draft, person, key, None, **values, code=code)


def settle(draft: Draft, person: Person, code: str) -> Confirmation | None:
    """Return what ``code`` confirms; None where it confirms nothing, which was answered."""
    waiting = _of(draft, person)
    if _is_locked(draft, waiting):
        say_once(draft, person, "code.locked", None, until=waiting.locked_until)
        return None
    if waiting.asked_at is None or draft.at - waiting.asked_at > CODE_LASTS:
        say_once(draft, person, "code.over", None)
        return None
    if code == waiting.code:
        draft.note(ConfirmationGiven(draft.at, person.id))
        return waiting
    draft.note(ConfirmationRefused(draft.at, person.id))
    locked = _of(draft, person).locked_until
    if locked is None:
        say(draft, person, "code.wrong", None)
    else:
        say_once(draft, person, "code.locked", None, until=locked)
        tell_family(draft, person, "code.family", until=locked)
    return None


def _of(draft: Draft, person: Person) -> Confirmation:
    return draft.state.confirmations.get(person.id, Confirmation())


def _is_locked(draft: Draft, waiting: Confirmation) -> bool:
    return waiting.locked_until is not None and draft.at < waiting.locked_until
