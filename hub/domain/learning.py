"""Learning while watching: what a sign of life ends, the lines of a new day, and the silence they allow.

Only where the family wants it (`Policy.learned`). Until enough was seen, and whenever the hour of the last sign is in
doubt, the family's own silences hold instead.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from hub.domain import habits, learned
from hub.domain.draft import Draft
from hub.domain.facts import Kind, LinesDrawn, Outcome, SilenceEnded, SilenceJudged, Whereabouts
from hub.domain.policy import LEARNED, Learned, Silence
from hub.domain.records import Incident, Phase, Span

# The entrance door moved so shortly before the last sign that somebody perhaps went out; nobody is asked until then.
OUT_WITHIN = timedelta(minutes=2)
PERHAPS_OUT = timedelta(hours=24)


def silences(draft: Draft) -> tuple[Silence, ...]:
    """The silences that hold now: the learned one, or the family's own."""
    allowed = _allowed(draft)
    return draft.policy.silences if allowed is None else (Silence(LEARNED, allowed),)


def end_silence(draft: Draft) -> None:
    """A sign of life comes: learn from the silence that it ends. To be called before the sign is noted."""
    last = draft.state.watch.last
    if draft.policy.learned is None or last is None or draft.at - last[1] < habits.SHORTEST:
        return
    source, since = last
    lasted = draft.at - since
    ignored = _teaches_nothing(draft, since)
    crossed, asked = (
        not ignored and line is not None and lasted >= line
        for line in (_line(draft, source, since, strict=strict) for strict in (True, False))
    )
    _note(draft, source, since, lasted, ignored=ignored, crossed=crossed, asked=asked)


def false_alarm(draft: Draft, incident: Incident) -> None:
    """All was well, somebody found: the silence was one of this home, and at least as long as until the question."""
    since, last = incident.since, draft.state.watch.last
    if draft.policy.learned is None or since is None:
        return
    # Whoever came to look has moved since then: the last sign may be theirs.
    place = incident.place or (last[0] if last is not None and last[1] == since else "")
    lasted = incident.opened_at - since
    if place and lasted >= habits.SHORTEST:
        is_learned = incident.source == LEARNED
        _note(draft, place, since, lasted, ignored=False, crossed=is_learned, asked=is_learned)


def look(draft: Draft) -> None:
    """Draw the lines of a new day, at its first round; of what was seen before it."""
    wanted, known = draft.policy.learned, draft.state.habits
    if wanted is None or not draft.state.clock_trusted:
        return
    drawn = known.reviewed_at
    if drawn is None:
        draft.note(LinesDrawn(draft.at, timedelta(0)))
    elif _day(draft, drawn) != _day(draft, draft.at):
        _draw(draft, wanted, max(timedelta(0), draft.at - drawn - _blind(draft, drawn)))


class Outlook(NamedTuple):
    """What is made of the last sign of life, which ``source`` saw at ``since`` (UTC).

    ``usual``: within what time nine in ten silences that begin so are over; ``allowed``: how long this one may last.
    """

    source: str
    since: datetime
    usual: timedelta
    allowed: timedelta


def outlook(draft: Draft) -> Outlook | None:
    """Return what the learned silence makes of this moment; None while it does not hold."""
    last, allowed = draft.state.watch.last, _allowed(draft)
    if last is None or allowed is None:
        return None
    source, since = last
    usual = learned.usual(draft.state.habits, draft.state.habits.place(source), _local(draft, since).hour)
    return Outlook(source, since, usual, allowed)


def judge(draft: Draft, incident: Incident) -> None:
    """Say why the learned silence asks, for the family and for the record."""
    found = outlook(draft) if incident.source == LEARNED else None
    if found is not None:
        lasted = draft.at - found.since
        draft.note(SilenceJudged(draft.at, incident.number, found.source, found.usual, found.allowed, lasted))


def _draw(draft: Draft, wanted: Learned, watched: timedelta) -> None:
    known = draft.state.habits
    a_month = wanted.false_alarms_per_month
    older = habits.grow_older(known, watched, a_month)
    if not older.is_enough:
        draft.note(LinesDrawn(draft.at, watched))
        return
    lines, strict = learned.draw(older, float(a_month))
    draft.note(LinesDrawn(draft.at, watched, tuple(lines.items()), tuple(strict.items()), a_month))


def _allowed(draft: Draft) -> timedelta | None:
    """How long silence may last now; None while nothing is learned, or nobody knows at what hour it began."""
    last, stepped = draft.state.watch.last, draft.state.watch.stepped_at
    if draft.policy.learned is None or not draft.state.clock_trusted or last is None:
        return None
    source, since = last
    if stepped is not None and since < stepped:
        return None
    line = _line(draft, source, since, strict=False)
    return PERHAPS_OUT if line is not None and _is_perhaps_out(draft, since) else line


def _line(draft: Draft, source: str, since: datetime, *, strict: bool) -> timedelta | None:
    known = draft.state.habits
    lines = known.strict if strict else known.lines
    minutes = learned.line_at(lines, known.place(source), _local(draft, since).hour)
    return None if minutes is None else timedelta(minutes=minutes)


def _teaches_nothing(draft: Draft, since: datetime) -> bool:
    """Whether somebody was perhaps out, was helped or visited, the hub did not watch, or the clock was set."""
    was_looked_into = any(_is_looked_into(incident, since) for incident in draft.state.incidents.values())
    stepped = draft.state.watch.stepped_at
    was_set = not draft.state.clock_trusted or (stepped is not None and since < stepped)
    return was_looked_into or was_set or _is_perhaps_out(draft, since) or _blind(draft, since) > timedelta(0)


def _is_looked_into(incident: Incident, since: datetime) -> bool:
    """Whether people were asked for help over this silence, or said what it had been: they ended it, or `false_alarm`.

    What the resident takes back in the warning is a silence that ended by itself.
    """
    if incident.kind is not Kind.INACTIVITY:
        return False
    if incident.is_open:
        return incident.phase is not Phase.WARNING
    return incident.since == since and (incident.wave > 0 or incident.outcome is Outcome.FALSE_ALARM)


def _is_perhaps_out(draft: Draft, since: datetime) -> bool:
    doors = (sensor.id for sensor in draft.policy.sensors if sensor.entrance)
    moved = (draft.state.watch.life.get(door) for door in doors)
    return any(at is not None and since - at <= OUT_WITHIN for at in moved)


def _blind(draft: Draft, since: datetime) -> timedelta:
    """How much of the time since then was not watched, by the hub or by any sensor, or is not to be learned of."""
    watch, presence = draft.state.watch, draft.state.presence
    spans = [*watch.blind, *watch.visits, *(span for spans in watch.unseen.values() for span in spans)]
    spans += [Span(began, draft.at) for began in watch.blinded.values()]
    if presence.whereabouts is not Whereabouts.HOME and presence.since is not None:
        spans.append(Span(presence.since, draft.at, away=True))
    missed, seen = timedelta(0), since
    for span in sorted(spans, key=lambda span: span.start):
        begin, end = max(span.start, seen), min(span.end, draft.at)
        missed += max(timedelta(0), end - begin)
        seen = max(seen, end)
    return missed


def _note(
    draft: Draft, source: str, since: datetime, lasted: timedelta, *, ignored: bool, crossed: bool, asked: bool
) -> None:
    began = _local(draft, since).time().replace(tzinfo=None)
    before = draft.state.habits.last_end
    seen = tuple(sorted(who for who, at in draft.state.watch.life.items() if before is None or before <= at <= since))
    draft.note(SilenceEnded(draft.at, source, began, lasted, seen, ignored, crossed, asked))


def _day(draft: Draft, moment: datetime) -> str:
    return f"{_local(draft, moment).date()}"


def _local(draft: Draft, moment: datetime) -> datetime:
    return moment.astimezone(draft.policy.zone)
