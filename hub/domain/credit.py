"""The SIM's credit, as the operator says it: read, told on demand (`CREDIT`), and warned of before it is used up.

An operator answers in its own words: "Votre credit est de 12,50 EUR, valable jusqu'au 31/12/2026." Taken from it are
the first sum of money and the next date; what has neither is kept as unknown, and nothing is guessed.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from hub.domain.answering import say
from hub.domain.draft import Draft
from hub.domain.facts import CreditRead, FamilyTold, Purpose, Value, Words
from hub.domain.inputs import CreditTold
from hub.domain.policy import Person

# In hundredths of whatever the currency is: about what two alarms with a circle of eight cost.
LOW_C = 300
LOW_AGAIN_AFTER = timedelta(days=7)
# Days before the end at which the family is told, the last one first.
EXPIRES_TOLD = (1, 7, 14)
# Nobody's credit is good for longer; what is further away is some other date.
LONGEST = timedelta(days=3 * 366)
LOW, EXPIRES = "credit.low", "credit.expires"

_CURRENCIES = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "chf": "CHF"}
_UNIT = r"(€|eur(?:os?)?|£|gbp|chf)"
_SUM = r"(-?\d{1,5})(?:[.,](\d{2}))?(?!\d)"
_MONEY = re.compile(rf"(?<![\d.,/]){_SUM}\s?{_UNIT}(?!\w)|{_UNIT}\s?{_SUM}", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)")


class Credit(NamedTuple):
    """``amount_c``: hundredths of ``currency``; None where no sum was said. ``expires``: until when it is good."""

    amount_c: int | None
    currency: str
    expires: date | None


def read_credit(text: str, today: date) -> Credit:
    """Return what an operator's answer says; dates are day before month."""
    money = _MONEY.search(text)
    amount, currency = None, ""
    if money is not None:
        whole, cents, unit = (money[1], money[2], money[3]) if money[3] else (money[5], money[6], money[4])
        amount = int(whole) * 100 + int(cents or 0) * (-1 if whole.startswith("-") else 1)
        currency = _CURRENCIES[unit.lower()]
    days = (_day(found[1], found[2], found[3], today) for found in _DATE.finditer(text))
    return Credit(amount, currency, next(filter(None, days), None))


def _day(day: str, month: str, year: str, today: date) -> date | None:
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return found if today <= found <= today + LONGEST else None


def on_told(draft: Draft, seen: CreditTold) -> None:
    """The operator answered."""
    found = read_credit(seen.text, draft.local().date())
    expires = found.expires.isoformat() if found.expires else ""
    draft.note(CreditRead(draft.at, found.amount_c, found.currency, expires))


def tell(draft: Draft, person: Person) -> None:
    """Answer `CREDIT`."""
    known = draft.state.credit
    if known is None or (known.amount_c is None and not known.expires):
        say(draft, person, "credit.unknown", None)
        return
    say(draft, person, "credit", None, amount=_amount(draft), expires=_expires(draft), since=known.at)


def look(draft: Draft) -> None:
    """Tell the family that it is low, or ends soon."""
    known = draft.state.credit
    if known is None:
        return
    told = draft.state.notices.get(LOW)
    is_low = known.amount_c is not None and known.amount_c < LOW_C
    if is_low and (told is None or draft.at - told.at >= LOW_AGAIN_AFTER):
        _tell_family(draft, LOW, "", amount=_amount(draft))
    if known.expires:
        _tell_of_the_end(draft, date.fromisoformat(known.expires))


def _tell_of_the_end(draft: Draft, expires: date) -> None:
    left = (expires - draft.local().date()).days
    due = next((days for days in EXPIRES_TOLD if 0 <= left <= days), None)
    told = draft.state.notices.get(EXPIRES)
    detail = f"{expires.isoformat()} {due}"
    if due is not None and (told is None or told.detail != detail):
        _tell_family(draft, EXPIRES, detail, expires=_expires(draft), amount=_amount(draft))


def _amount(draft: Draft) -> str | None:
    known = draft.state.credit
    return None if known is None or known.amount_c is None else f"{known.amount_c / 100:.2f} {known.currency}"


def _expires(draft: Draft) -> str | None:
    known = draft.state.credit
    return f"{date.fromisoformat(known.expires):%d/%m/%Y}" if known is not None and known.expires else None


def _tell_family(draft: Draft, notice: str, detail: str, **values: Value) -> None:
    draft.note(FamilyTold(draft.at, notice, detail))
    words = Words(notice, (("resident", draft.policy.resident.name), *values.items()))
    for person in draft.policy.family():
        if person.id not in draft.state.stopped:
            draft.write(person, Purpose.TECHNICAL, words)
