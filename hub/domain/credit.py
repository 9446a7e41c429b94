"""The SIM's credit, as the operator says it: read, told on demand (`CREDIT`), and warned of before it is used up.

An operator answers in its own words: "Votre credit est de 12,50 EUR, valable jusqu'au 31/12/2026." Taken from it are
the sum that is called the credit, or the only one there is, and the next date. Nothing is guessed: an answer that has
neither changes nothing.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from hub.domain import records
from hub.domain.answering import say, tell_notice
from hub.domain.draft import Draft
from hub.domain.facts import CreditRead
from hub.domain.inputs import CreditTold
from hub.domain.policy import Person

# In hundredths of whatever the currency is: about what two alarms with a circle of eight cost.
LOW_C = 300
LOW_AGAIN_AFTER = timedelta(days=7)
# Days before the end at which the family is told, the last one first.
EXPIRES_TOLD = (1, 7, 14)
# It is asked for once a day; of what is older nobody is warned any more.
KNOWN_FOR = timedelta(days=3)
# Nobody's credit is good for longer; what is further away is some other date.
LONGEST = timedelta(days=3 * 366)
LOW, EXPIRES = "credit.low", "credit.expires"

# A modem drops the first half of GSM's euro sign, and leaves an "e".
_CURRENCIES = {
    "€": "EUR",
    "e": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "chf": "CHF",
}
_UNIT = r"(€|eur(?:os?)?|e|£|gbp|chf)"
# Thousands that stand apart are more than any credit: then it is not known.
_SUM = r"(?<![\d.,/])(?<!\d )(-?\d{1,5})(?:[.,](\d{2}))?(?![.,]?\d| \d{3}(?!\d))"
_MONEY = re.compile(rf"{_SUM}\s?{_UNIT}(?!\w)|(?<!\w){_UNIT}\s?{_SUM}", re.IGNORECASE | re.ASCII)
_CALLED = re.compile(
    r"(?:cr.?dit|solde|reste|restants?|balance|left|remaining|have)\b.{0,40}$", re.IGNORECASE | re.ASCII
)
_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)", re.ASCII)


class Credit(NamedTuple):
    """``amount_c``: hundredths of ``currency``; None where no sum was said. ``expires``: until when it is good."""

    amount_c: int | None
    currency: str
    expires: date | None


def read_credit(text: str, today: date) -> Credit:
    """Return what an operator's answer says; dates are day before month."""
    sums = list(_MONEY.finditer(text))
    called = [each for each in sums if _CALLED.search(text[: each.start()])]
    found = called[0] if called else sums[0] if len(sums) == 1 else None
    amount, currency = (None, "") if found is None else _money(found)
    days = (_day(each[1], each[2], each[3], today) for each in _DATE.finditer(text))
    return Credit(amount, currency, next(filter(None, days), None))


def _money(found: re.Match[str]) -> tuple[int, str]:
    whole, cents, unit = (found[1], found[2], found[3]) if found[3] else (found[5], found[6], found[4])
    amount = int(whole) * 100 + int(cents or 0) * (-1 if whole.startswith("-") else 1)
    return amount, _CURRENCIES[unit.lower()]


def _day(day: str, month: str, year: str, today: date) -> date | None:
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return found if today <= found <= today + LONGEST else None


def on_told(draft: Draft, seen: CreditTold) -> None:
    """The operator answered."""
    found = read_credit(seen.text, draft.local().date())
    if found.amount_c is not None or found.expires is not None:
        expires = found.expires.isoformat() if found.expires else ""
        draft.note(CreditRead(draft.at, found.amount_c, found.currency, expires))


def tell(draft: Draft, person: Person) -> None:
    """Answer `CREDIT`."""
    known = draft.state.credit
    if known is None:
        say(draft, person, "credit.unknown", None)
        return
    say(draft, person, "credit", None, amount=_amount(draft), expires=_expires(draft), since=known.at)


def look(draft: Draft) -> None:
    """Tell the family that it is low, or ends soon."""
    known = draft.state.credit
    if known is None or draft.at - known.at > KNOWN_FOR:
        return
    told = draft.state.notices.get(LOW)
    is_low = known.amount_c is not None and known.amount_c < LOW_C
    if is_low and (told is None or draft.at - told.at >= LOW_AGAIN_AFTER):
        tell_notice(draft, LOW, "", amount=_amount(draft))
    end = good_until(known)
    if end is not None:
        _tell_of_the_end(draft, end)


def _tell_of_the_end(draft: Draft, expires: date) -> None:
    left = (expires - draft.local().date()).days
    due = next((days for days in EXPIRES_TOLD if 0 <= left <= days), None)
    told = draft.state.notices.get(EXPIRES)
    detail = f"{expires.isoformat()} {due}"
    if due is not None and (told is None or told.detail != detail):
        tell_notice(draft, EXPIRES, detail, expires=_expires(draft), amount=_amount(draft))


def _amount(draft: Draft) -> str | None:
    known = draft.state.credit
    return None if known is None or known.amount_c is None else f"{known.amount_c / 100:.2f} {known.currency}"


def good_until(known: records.Credit | None) -> date | None:
    """Until when it is good, None where that is not known; a record may hold anything."""
    try:
        return None if known is None else date.fromisoformat(known.expires)
    except ValueError:
        return None


def _expires(draft: Draft) -> str | None:
    end = good_until(draft.state.credit)
    return None if end is None else f"{end:%d/%m/%Y}"
