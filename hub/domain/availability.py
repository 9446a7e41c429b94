"""Who may be asked now: it is their hour, and they are not on holiday.

The last wave asks whoever is in it all the same (`hub.domain.escalation`).
"""

from datetime import datetime

from hub.domain.policy import Person
from hub.domain.records import Holiday, State


def on_holiday(state: State, who: str, at: datetime) -> Holiday | None:
    """The holiday of this person that holds at ``at``; None also while nobody knows the date."""
    found = state.holidays.get(who) if state.clock_trusted else None
    return found if found is not None and found.begins <= at < found.until else None


def may_be_asked(state: State, person: Person, at: datetime, local: datetime) -> bool:
    """Whether this person may be asked at ``at``, which is ``local`` at home: it is their hour, and no holiday."""
    return person.is_available(local) and on_holiday(state, person.id, at) is None
