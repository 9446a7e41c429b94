"""One alert, told from its facts: a line of time, and what each person was told and answered.

Whoever is no family sees what happened and the notes beside it, not the texts that others wrote.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from hub.domain import facts as f
from hub.domain.records import Incident, State, road_of
from hub.domain.state import evolve
from hub.errors import JournalError
from hub.history import names_in, of_incident
from hub.journal import Journal, Numbered
from hub.messages import Catalogue
from hub.web.house import House

# The life of an incident, for everybody who may see it.
_FOR_ALL = (
    f.IncidentOpened,
    f.SilenceJudged,
    f.WarningStarted,
    f.IncidentJoined,
    f.WaveStarted,
    f.PersonUnreached,
    f.IncidentDeclined,
    f.IncidentAnswered,
    f.HelperJoined,
    f.AnswerDoubted,
    f.IncidentReopened,
    f.IncidentAttended,
    f.EndAsked,
    f.IncidentClosed,
    f.OutcomeTold,
    f.NoteWritten,
    f.DrillAnswered,
)
# What was said and written, for the family.
_FOR_FAMILY = (*_FOR_ALL, f.SmsKept, f.Spoken, f.MessageUndelivered, f.MessageFailed, f.MessageUncertain)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened, in words."""

    at: datetime
    words: str


@dataclass(slots=True)
class Reached:
    """One person in this alert. ``answers``: when this person said what, and by which road ("sms", "web"; "": unknown).

    ``roads``: by which the alert went to them, in their order; ``trouble``: why a text did not go.
    """

    person: str
    name: str
    roads: list[str] = field(default_factory=list)
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    is_lost: bool = False
    trouble: str = ""
    answers: list[tuple[datetime, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    """An incident with its lines and people; the newest line first."""

    incident: Incident
    lines: tuple[Line, ...]
    people: tuple[Reached, ...]


def story(home: House, number: int, language: str, *, is_family: bool) -> Story | None:
    """Tell incident ``number``; None where there is none on record."""
    state, policy = home.state, home.policy()
    found: list[Numbered] = []
    with contextlib.suppress(JournalError), contextlib.closing(Journal(home.journal, read_only=True)) as journal:
        found = of_incident(journal, number)
    incident = state.incidents.get(number) or _recalled(found, number)
    if incident is None:
        return None
    requests = {each.fact.message: each.fact for each in found if isinstance(each.fact, f.MessageRequested)}
    names = {person.id: person.name for person in incident.plan.people} | names_in(policy, requests)
    shown = _FOR_FAMILY if is_family else _FOR_ALL
    facts = [each.fact for each in found if isinstance(each.fact, shown)]
    lines = tuple(Line(fact.at, _sentence(home.words, fact, language, policy.zone, names)) for fact in reversed(facts))
    return Story(incident, lines, _people(incident, (each.fact for each in found), names))


def _recalled(found: Iterable[Numbered], number: int) -> Incident | None:
    """An incident that the state has forgotten, from its facts."""
    state = State()
    for each in found:
        state = evolve(state, each.fact)
    return state.incidents.get(number)


def _sentence(words: Catalogue, fact: f.Fact, language: str, zone: tzinfo, names: dict[str, str]) -> str:
    """The fact in words, without the time in front."""
    return words.sentence(fact, language, zone, names).partition(" ")[2]


def _people(incident: Incident, facts: Iterable[f.Fact], names: dict[str, str]) -> tuple[Reached, ...]:
    people: dict[str, Reached] = {}
    alerts: dict[int, Reached] = {}
    for fact in facts:
        if isinstance(fact, f.MessageRequested) and fact.purpose in (f.Purpose.ALERT, f.Purpose.DRILL):
            reached = people.setdefault(fact.person, Reached(fact.person, names.get(fact.person, fact.person)))
            reached.asked_at = reached.asked_at or fact.at
            reached.roads = list(dict.fromkeys((*reached.roads, road_of(fact.channel))))
            alerts[fact.message] = reached
        elif (message := getattr(fact, "message", None)) in alerts:
            _note_message(alerts[message], fact)
        elif (who := getattr(fact, "person", None)) and type(fact) in _ANSWERS:
            reached = people.setdefault(who, Reached(who, incident.name_of(who) or names.get(who, who)))
            reached.answers.append((fact.at, _ANSWERS[type(fact)], getattr(fact, "via", "")))
    return tuple(people.values())


def _note_message(reached: Reached, fact: f.Fact) -> None:
    if isinstance(fact, f.MessageAccepted):
        reached.sent_at, reached.trouble = reached.sent_at or fact.at, ""
    elif isinstance(fact, f.MessageDelivered):
        reached.delivered_at, reached.is_lost = reached.delivered_at or fact.at, False
    elif isinstance(fact, f.MessageFailed | f.MessageUndelivered | f.MessageUncertain):
        reached.trouble = fact.reason or "?"
        # The network took it, and says that it never came to the phone: that is not "sent".
        reached.is_lost = reached.is_lost or isinstance(fact, f.MessageUndelivered)


_ANSWERS: dict[type[f.Fact], str] = {
    f.IncidentAnswered: "going",
    f.HelperJoined: "too",
    f.IncidentDeclined: "cannot",
    f.IncidentAttended: "there",
    f.DrillAnswered: "drill",
}
