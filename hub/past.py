"""The recorded past of a home, read from its journal for the replay (`hub.domain.replay`)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from hub.domain.facts import (
    ClockCorrected,
    Fact,
    FaultEnded,
    FaultRaised,
    HubStarted,
    LevelSeen,
    TemperatureSeen,
    Whereabouts,
    WhereaboutsChanged,
)
from hub.domain.policy import Policy
from hub.domain.presence import DOOR
from hub.domain.records import Span
from hub.domain.replay import Level, Past, Reading, Sign
from hub.domain.state import ANOTHER_HOUR
from hub.domain.trouble import DEAF, LINK_FAULTS, named
from hub.journal import WATCHED, Journal, Numbered

# What says that something was not watched, or how something stood.
TELLING = (HubStarted, WhereaboutsChanged, ClockCorrected, FaultRaised, FaultEnded, LevelSeen, TemperatureSeen)
# In days. Movements are kept for a month unless somebody decided otherwise; a replay of more than this has no more to
# tell, and would take long.
LONGEST_PAST = timedelta(days=366)
FIRST = datetime.fromisoformat("1970-01-02T00:00:00+00:00")


def read_past(journal: Journal, policy: Policy, longest: timedelta = LONGEST_PAST) -> Past:
    """Return what is on record, up to the last moment of it and at most ``longest`` before that.

    What a clock said that was corrected later by an hour or a day is left out, and counts as not watched.

    :raises JournalError: the file cannot be read.
    """
    facts = list(journal.facts(kinds=TELLING))
    lives = list(journal.activity(FIRST))
    if not facts and not lives:
        return Past(FIRST, FIRST, ())
    wrong = list(_wrong_times(facts))
    # Hardly any clock was ever wrong, and there are many signs of life.
    kept = [life for life in lives if not any(first < life[0] < last for first, last, _ in wrong)] if wrong else lives
    told = (_moment(n.fact) for n in facts if not any(first <= n.seq < last for first, last, _ in wrong))
    right = [*told, *(at for _, at, _ in kept)]
    until = max(right, default=lives[-1][1] if lives else facts[-1].fact.at)
    since = max(min(right, default=until), until - longest)
    signs = sorted(Sign(at, source) for _, at, source in kept if source != WATCHED and at >= since)
    blind = [*_blind(facts, until), *(span for *_, span in wrong)]
    return Past(
        since,
        until,
        tuple(signs),
        tuple(sorted((span for span in blind if span.end > since), key=lambda span: span.start)),
        {device.id: spans for device in policy.devices if (spans := _deaf(facts, device.id, device.link, until))},
        tuple(_said(facts, until)),
        *_standing(facts, wrong, since),
    )


def _moment(fact: Fact) -> datetime:
    return fact.at + fact.by if isinstance(fact, ClockCorrected) else fact.at


def _wrong_times(facts: Iterable[Numbered]) -> Iterator[tuple[int, int, Span]]:
    """Yield the numbers between which a clock was wrong, and the span that nobody can tell anything of."""
    start = Numbered(0, HubStarted(FIRST, rebooted=False, clock_trusted=True, blind_since=None))
    for each in facts:
        if isinstance(each.fact, HubStarted):
            start = each
        elif isinstance(each.fact, ClockCorrected) and abs(each.fact.by) >= ANOTHER_HOUR:
            before, after = each.fact.at, each.fact.at + each.fact.by
            was_trusted = isinstance(start.fact, HubStarted) and start.fact.clock_trusted
            # A clock that was trusted, and then stepped, was right until then.
            first = each if was_trusted else start
            yield first.seq, each.seq, Span(min(first.fact.at, after), max(before, after))
            start = Numbered(each.seq, HubStarted(after, rebooted=False, clock_trusted=True, blind_since=None))


def _blind(facts: Iterable[Numbered], until: datetime) -> Iterator[Span]:
    """Yield the spans in which the hub was off, or told to look away."""
    left: datetime | None = None
    for each in facts:
        match each.fact:
            case HubStarted(at=at, blind_since=datetime() as since):
                yield Span(since, at)
            case WhereaboutsChanged(at=at, whereabouts=whereabouts):
                if left is not None:
                    yield Span(left, at, away=True)
                left = None if whereabouts in (Whereabouts.HOME, Whereabouts.VISITOR) else at
    if left is not None:
        yield Span(left, until, away=True)


def _said(facts: Iterable[Numbered], until: datetime) -> Iterator[Span]:
    """Yield the absences and pauses that somebody noted; what the hub took from the door is none."""
    began: datetime | None = None
    for each in facts:
        if isinstance(each.fact, WhereaboutsChanged):
            if began is not None:
                yield Span(began, each.fact.at, away=True)
            is_said = each.fact.whereabouts not in (Whereabouts.HOME, Whereabouts.VISITOR) and each.fact.by != DOOR
            began = each.fact.at if is_said else None
    if began is not None:
        yield Span(began, until, away=True)


def _standing(
    facts: Sequence[Numbered], wrong: Sequence[tuple[int, int, Span]], since: datetime
) -> tuple[dict[str, tuple[Level, ...]], dict[str, tuple[Reading, ...]]]:
    """How each door and bed stood, and how warm it was.

    Whenever the hub was off, or its clock was wrong, nobody knows it from then on.
    """
    doubts = [span.start for *_, span in wrong]
    doubts += [n.fact.blind_since or n.fact.at for n in facts if isinstance(n.fact, HubStarted)]
    levels: dict[str, list[Level]] = {}
    readings: dict[str, list[Reading]] = {}
    for each in facts:
        if not isinstance(each.fact, LevelSeen | TemperatureSeen):
            continue
        if any(first < each.seq < last for first, last, _ in wrong):
            continue
        match each.fact:
            case LevelSeen(at=at, sensor=sensor, active=active):
                levels.setdefault(sensor, []).append(Level(at, active))
            case TemperatureSeen(at=at, sensor=sensor, celsius=celsius):
                readings.setdefault(sensor, []).append(Reading(at, celsius))
    return (
        {sensor: _from([*found, *(Level(at, None) for at in doubts)], since) for sensor, found in levels.items()},
        {sensor: _from([*found, *(Reading(at, None) for at in doubts)], since) for sensor, found in readings.items()},
    )


S = TypeVar("S", Level, Reading)


def _from(stood: list[S], since: datetime) -> tuple[S, ...]:
    """What stood from ``since`` on, oldest first, and what held then; what is known comes after a doubt."""
    stood.sort(key=lambda each: (each.at, each[1] is not None))
    first = sum(each.at <= since for each in stood)
    return tuple(stood[max(0, first - 1) :])


def _deaf(facts: Iterable[Numbered], device: str, link: str, until: datetime) -> tuple[Span, ...]:
    """The spans in which nothing could be concluded from what this device said, or did not."""
    codes = {named(code, device) for code in DEAF} | set(LINK_FAULTS.get(link, ()))
    standing: dict[str, datetime] = {}
    spans = []
    for each in facts:
        match each.fact:
            case FaultRaised(at=at, fault=fault) if fault in codes:
                standing.setdefault(fault, at)
            case FaultEnded(at=at, fault=fault) if fault in standing:
                spans.append(Span(standing.pop(fault), at))
    return tuple(spans + [Span(at, until) for at in standing.values()])
