"""The learned silence on the page of times: how far it is, what it makes of this moment, what the family wants."""

from datetime import datetime

from hub.domain import learning
from hub.domain.draft import Draft
from hub.domain.habits import ENOUGH_DAYS
from hub.domain.policy import Learned, Policy
from hub.domain.records import State
from hub.web.edits import RefusedError
from hub.web.language import gettext as _
from hub.web.language import ngettext, span

LEAST_ACCEPTED, MOST_ACCEPTED = 1, 12


def in_words(state: State, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return how things stand, in sentences: what holds, why, and what is usual at this hour."""
    if policy.learned is None:
        return (_("The box learns nothing: only the times above hold."),)
    known = state.habits
    if not known.lines:
        days = _("The box is still learning: %(days)d of %(of)d days have been watched.")
        until = (
            _("Until then the longest silences above hold.")
            if policy.silences
            else _("Until then no silence is asked about: add a longest silence above.")
        )
        return (days % {"days": int(known.seen_days), "of": int(ENOUGH_DAYS)}, until)
    days = ngettext("Learned from %d day.", "Learned from %d days.", int(known.seen_days)) % int(known.seen_days)
    return (days, *_now(state, policy, now))


def _now(state: State, policy: Policy, now: datetime) -> tuple[str, ...]:
    found = learning.outlook(Draft(state, policy, now))
    if found is None:
        return (_("Just now the longest silences above hold: at what hour the last sign came is not known."),)
    sensor = policy.sensor(found.source)
    place = (sensor.room or sensor.id) if sensor else found.source
    if found.allowed == learning.PERHAPS_OUT:
        return (_("The front door was the last to move: perhaps nobody is in, and no question comes for 24 hours."),)
    words = _("After a sign here (%(place)s) at this hour a movement usually comes within %(usual)s; %(lasted)s now.")
    asked = _("The question comes after %s.") % span(found.allowed)
    return (words % {"place": place, "usual": span(found.usual), "lasted": span(now - found.since)}, asked)


def read(written: str) -> Learned | None:
    """Return what the family wants, nothing for no learning; or raise RefusedError in the reader's words."""
    if not written:
        return None
    if not (written.isdecimal() and LEAST_ACCEPTED <= int(written[:3]) <= MOST_ACCEPTED):
        raise RefusedError(_("Write a number from 1 to 12, or nothing."))
    return Learned(int(written[:3]))
