"""Notes beside an alert: what whoever was told of it writes down for the others, who read it there; no text goes.

A note belongs to its alert: it is told with it, and forgotten with it. What opens the door is refused, for everybody
who may see the alert reads the notes, and only whoever goes may know the way in.
"""

from datetime import datetime, timedelta
from enum import StrEnum, auto

from hub.domain import circle
from hub.domain.draft import Draft
from hub.domain.facts import NoteWritten
from hub.domain.incident import RESIDENT
from hub.domain.policy import Person, Role
from hub.domain.records import Incident

# In characters, once it is on one line: four lines of a phone, and no letter.
LONGEST = 300
# Of what is said with the end ("the cat"), which is a note too and stands in a line of the month's summary.
LONGEST_REASON = 100
# All people together, to one alert: a night with ten neighbours has no more to say, and a page must stay readable.
IN_ALL = 20
# So long after its end something may be added: the next days tell what it was.
WITHIN = timedelta(days=7)


class NotNoted(StrEnum):
    """Why something is not written down."""

    WHO = auto()  # only the family, the one at home, and whoever was asked or goes
    OVER = auto()  # there is no such alert, or it ended too long ago
    EMPTY = auto()
    LONG = auto()
    OFTEN = auto()
    SECRET = auto()  # the way in is told to nobody but whoever goes


def write(draft: Draft, number: int | None, by: Person | None, text: str) -> NotNoted | None:
    """Write ``text`` beside the alert ``number``; return why not. ``by``: None where nobody knows for certain."""
    incident = draft.state.incidents.get(number or 0)
    if by is None or incident is None:
        return NotNoted.WHO if by is None else NotNoted.OVER
    why = why_not(draft, incident, by, text)
    if why is None:
        put(draft, incident, by, text)
    return why


def put(draft: Draft, incident: Incident, by: Person, text: str, *, explains: bool = False) -> None:
    """Write it down; ``explains``: it says why the alert was a false one."""
    draft.note(NoteWritten(draft.at, incident.number, by.id, by.name, circle.clean(text), explains))


def why_not(draft: Draft, incident: Incident, by: Person, text: str, *, with_the_end: bool = False) -> NotNoted | None:
    """Return why ``text`` may not stand beside ``incident``; ``with_the_end``: it says what it was, while that ends."""
    written = circle.clean(text)
    holds = {
        NotNoted.WHO: not is_theirs(draft, incident, by),
        NotNoted.OVER: not is_fresh(incident, draft.at),
        NotNoted.EMPTY: not written,
        NotNoted.LONG: len(written) > (LONGEST_REASON if with_the_end else LONGEST),
        # An end is never refused for what others wrote before it.
        NotNoted.OFTEN: incident.notes >= IN_ALL and not with_the_end,
        # The key last of all: a refusal tells whoever guesses that it was right, and so each wrong guess must count.
        NotNoted.SECRET: _tells_the_way_in(draft, incident, written[:LONGEST]),
    }
    return next((why for why, is_so in holds.items() if is_so), None)


def is_theirs(draft: Draft, incident: Incident, by: Person) -> bool:
    """Whether this person may write here: the family, the one at home, and of the circle whoever was asked or goes."""
    if by.id == RESIDENT or by.role is Role.ADMIN:
        return True
    return circle.is_member(draft, by) and by.id in incident.concerned


def is_fresh(incident: Incident, at: datetime) -> bool:
    """Whether something may still be added at ``at``: to a call for help that is open, or ended lately."""
    return incident.is_call and (incident.closed_at is None or at - incident.closed_at <= WITHIN)


def _tells_the_way_in(draft: Draft, incident: Incident, written: str) -> bool:
    """Whether the key or the access notes stand in it, as they are now or were when the alert began."""
    residents = (draft.policy.resident, incident.plan.resident)
    return any(circle.holds_key(secret, written) for each in residents for secret in (each.key_code, each.notes))
