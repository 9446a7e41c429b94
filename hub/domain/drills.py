"""Drills: an announced text that tries every phone from end to end, and asks for one small answer.

A drill is an incident of its own kind and never mixes with an alarm: none begins while somebody may need help, and one
that runs ends when somebody does, before anybody could mistake the one for the other. Whoever has not answered within
the day is no culprit: the family is asked, kindly, to see whether the phone works.
"""

from datetime import datetime, timedelta
from enum import StrEnum, auto

from hub.domain.answering import tell_notice
from hub.domain.availability import may_be_asked
from hub.domain.draft import Draft
from hub.domain.facts import (
    DrillAnswered,
    IncidentClosed,
    IncidentOpened,
    Kind,
    Outcome,
    Purpose,
    WaveStarted,
    Words,
)
from hub.domain.policy import Person, Plan, Wave
from hub.domain.proof import is_texted
from hub.domain.records import Incident
from hub.domain.supervision import raise_fault
from hub.domain.trouble import UNANSWERED

# People look at their phone within the day.
ANSWERED_WITHIN = timedelta(hours=24)
# A scheduled one begins when nobody is woken, and there is daylight left to answer.
FROM_HOUR, UNTIL_HOUR = 10, 18
# Whoever may ask for one from outside must not be able to text a neighbourhood all day.
AGAIN_AFTER = timedelta(hours=1)
# By text, whose sender can be forged, one a day is what people want and what they can bear.
ONE_BY_TEXT = timedelta(hours=24)
# The report waits for the day; what is older is no news.
TOLD_WITHIN = timedelta(days=2)
REPORT = "drill.report"
# In characters: of a name, beside its time.
NAME_LIMIT = 12
# How the hub itself signs.
HUB = "hub"


class NotNow(StrEnum):
    """Why no drill begins."""

    CALL = auto()  # somebody may need help
    RUNNING = auto()
    RECENT = auto()
    NOBODY = auto()  # whom texts go to


def look(draft: Draft) -> None:
    """Begin a drill whose time has come, and ask those whose hours have begun since."""
    running = draft.state.open_of(Kind.DRILL)
    if running is not None:
        _ask_the_others(draft, running)
    elif _is_time(draft):
        start(draft)


def _is_time(draft: Draft) -> bool:
    every, last = draft.policy.drill_every, draft.state.drilled_at or draft.state.watch.began
    if every is None or last is None or draft.at - last < every:
        return False
    return draft.state.clock_trusted and FROM_HOUR <= draft.local().hour < UNTIL_HOUR


def start(draft: Draft, again_after: timedelta = AGAIN_AFTER) -> NotNow | None:
    """Begin a drill now; return why not, or None where it began. ``again_after``: so long after the last one."""
    people = tuple(p for p in draft.policy.people if is_texted(p) and p.id not in draft.state.stopped)
    if (why := _why_not(draft, people, again_after)) is not None:
        return why
    number = draft.state.next_incident
    # All of them are one wave: a plan has one at least, and who is asked when is said by the facts.
    plan = Plan(people, (Wave(tuple(p.id for p in people)),), draft.policy.resident, draft.policy.delays)
    draft.note(IncidentOpened(draft.at, number, Kind.DRILL, HUB, "", plan))
    _ask(draft, number, _available(draft, people), draft.at + ANSWERED_WITHIN)
    return None


def _why_not(draft: Draft, people: tuple[Person, ...], again_after: timedelta) -> NotNow | None:
    last = draft.state.drilled_at
    if any(incident.is_call for incident in draft.state.open_incidents()):
        return NotNow.CALL
    if draft.state.open_of(Kind.DRILL) is not None:
        return NotNow.RUNNING
    if last is not None and draft.at - last < again_after:
        return NotNow.RECENT
    return None if people else NotNow.NOBODY


def _available(draft: Draft, people: tuple[Person, ...]) -> tuple[Person, ...]:
    return tuple(p for p in people if not draft.state.clock_trusted or _is_there(draft, p))


def _is_there(draft: Draft, person: Person) -> bool:
    return may_be_asked(draft.state, person, draft.at, draft.local())


def _ask(draft: Draft, number: int, people: tuple[Person, ...], until: datetime) -> None:
    asked = tuple(dict.fromkeys((*draft.incident(number).asked, *(p.id for p in people))))
    draft.note(WaveStarted(draft.at, number, 1, 1, asked, until))
    words = Words("test", (("resident", draft.incident(number).plan.resident.name), ("number", number)))
    for person in people:
        draft.write(person, Purpose.DRILL, words, number, channel="sms")


def _ask_the_others(draft: Draft, drill: Incident) -> None:
    others = tuple(p for p in _not_yet_asked(draft, drill) if _is_there(draft, p))
    if others and drill.due is not None:
        _ask(draft, drill.number, others, drill.due)


def _not_yet_asked(draft: Draft, drill: Incident) -> list[Person]:
    return [p for p in drill.plan.people if p.id not in drill.asked and p.id not in draft.state.stopped]


def answered(draft: Draft, number: int, person: Person) -> None:
    """This person answered: their phone works, both ways. The last one to do so ends the drill."""
    draft.note(DrillAnswered(draft.at, number, person.id))
    drill = draft.incident(number)
    if not _missing(draft, drill, drill.asked) and not _not_yet_asked(draft, drill):
        draft.note(IncidentClosed(draft.at, number, Outcome.DRILL_PASSED, HUB, ""))


def _missing(draft: Draft, drill: Incident, people: tuple[str, ...]) -> list[str]:
    return [who for who in people if who not in drill.confirmed and who not in draft.state.stopped]


def run_due(draft: Draft) -> None:
    """Make way for a real alarm, and end a drill whose day is over."""
    drill = draft.state.open_of(Kind.DRILL)
    if drill is None or drill.due is None:
        return
    if any(incident.is_call for incident in draft.state.open_incidents()):
        draft.note(IncidentClosed(draft.at, drill.number, Outcome.CANCELLED, HUB, ""))
    elif drill.due <= draft.at:
        _end(draft, drill)


def _end(draft: Draft, drill: Incident) -> None:
    # Whose text never left is not to blame: that is the modem's fault, and told as such.
    silent = _missing(draft, drill, drill.told)
    is_proven = bool(drill.confirmed) and not _missing(draft, drill, drill.asked)
    outcome = Outcome.DRILL_PASSED if is_proven else Outcome.DRILL_FAILED
    draft.note(IncidentClosed(draft.at, drill.number, outcome, HUB, ""))
    for who in silent:
        raise_fault(draft, UNANSWERED, "", draft.at, who)


def tell(draft: Draft) -> None:
    """Tell the family once, by day, what the newest drill came to: who answered, and how fast."""
    over = [i for i in draft.state.incidents.values() if i.outcome in (Outcome.DRILL_PASSED, Outcome.DRILL_FAILED)]
    drill, told = over[-1] if over else None, draft.state.notices.get(REPORT)
    if drill is None or drill.closed_at is None or draft.at - drill.closed_at > TOLD_WITHIN:
        return
    if told is not None and told.detail == str(drill.number):
        return
    asked = [p for p in drill.plan.people if p.id in drill.asked and p.id not in draft.state.stopped]
    spans = {p.id: _answered_after(draft, drill, p) for p in asked if p.id in drill.confirmed}
    fastest = sorted(spans.items(), key=lambda each: each[1])
    names = {p.id: p.name[:NAME_LIMIT] for p in asked}
    silent = ", ".join(p.name for p in asked if p.id not in drill.confirmed)
    tell_notice(
        draft,
        REPORT,
        str(drill.number),
        number=drill.number,
        answered=len(spans),
        people=len(asked),
        times=", ".join(f"{names[who]} {_span(span)}" for who, span in fastest) or None,
        others=silent or None,
    )


def _answered_after(draft: Draft, drill: Incident, person: Person) -> timedelta:
    """How long after its text this person answered; of one whose phone is not measured, within the day."""
    reach = draft.state.reach.get(person.id)
    spans = (a.answered_after for a in (reach.asks if reach else ()) if a.incident == drill.number)
    return next((span for span in spans if span is not None), ANSWERED_WITHIN)


def _span(span: timedelta) -> str:
    """As people write it in either language: "5 min", "3 h"."""
    minutes = max(round(span / timedelta(minutes=1)), 1)
    return f"{minutes} min" if minutes < 60 else f"{round(minutes / 60)} h"
