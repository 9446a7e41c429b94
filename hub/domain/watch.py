"""Watching over the resident: signs of life in, questions about silence out.

While the resident is away nothing is watched but the return, and times of day mean nothing while the clock cannot be
trusted. What the hub did not see (it was off, or told to look away) is neither silence nor life.
"""

from datetime import datetime, timedelta

from hub.domain import (
    beds,
    checkin,
    doors,
    homecoming,
    inactivity,
    incident,
    learning,
    one_off,
    presence,
    sources,
    supervision,
)
from hub.domain.draft import Draft
from hub.domain.facts import CheckPlanned, Kind, LevelSeen, LifeSeen, SensorMoved, Whereabouts, WindowPassed
from hub.domain.inputs import SensorChanged
from hub.domain.policy import HAZARDS, TELLS_BOTH_WAYS, Sensor, SensorKind, Silence, Window
from hub.domain.records import Phase, Watch
from hub.domain.spans import after_watching
from hub.domain.trouble import FLAPPING, NO_NEWS, named

# What a text of the resident's is as a sign of life.
PHONE = "phone"
# Movements of one sensor closer than this are one sign of life: a detector that chatters must fill neither the
# memory nor the card.
LIFE_RESOLUTION = timedelta(seconds=10)
# For the same reason no more of a door's openings are kept in one minute; the last that is kept is a closing.
LEVELS_A_MINUTE = 6


def on_sensor(draft: Draft, seen: SensorChanged) -> None:
    """A detector changed: a sign of life, or a hazard."""
    sensor = draft.policy.sensor(seen.sensor)
    if sensor is None:
        return
    was_active = draft.state.watch.active.get(seen.sensor)
    if was_active != seen.active:
        draft.note(SensorMoved(draft.at, seen.sensor, seen.active))
        if sensor.kind in TELLS_BOTH_WAYS:
            _keep_level(draft, sensor, is_active=seen.active)
    if sensor.kind in HAZARDS or sensor.kind is SensorKind.FALL:
        if seen.active and not was_active:
            _raise_alarm(draft, sensor)
    elif _tells_of_life(sensor.kind, was_active, seen.active) and named(FLAPPING, sensor.id) not in draft.state.faults:
        see_life(draft, sensor.id)


def _keep_level(draft: Draft, sensor: Sensor, *, is_active: bool) -> None:
    """Keep how a door or a bed stands: a replay must know, and signs of life do not say."""
    changes = draft.state.movements[sensor.id].changes
    if changes <= LEVELS_A_MINUTE + (not is_active):
        draft.note(LevelSeen(draft.at, sensor.id, is_active))


def see_life(draft: Draft, source: str) -> None:
    """Somebody is alive and moving: the newer sign wins over any silence."""
    last = draft.state.watch.life.get(source)
    if last is None or draft.state.watch.alarmed or _is_another_sign(last, draft.at):
        _note_life(draft, source)
    presence.movement(draft)
    incident.explain_silence(draft)


def hear(draft: Draft, source: str) -> None:
    """The resident says so in words: a sign of life from wherever they are, so that an absence goes on."""
    _note_life(draft, source)
    incident.explain_silence(draft)


def _note_life(draft: Draft, source: str) -> None:
    learning.end_silence(draft)
    draft.note(LifeSeen(draft.at, source))
    supervision.end_fault(draft, NO_NEWS)


def _is_another_sign(last: datetime, at: datetime) -> bool:
    # Windows open on whole minutes: a sign in a new minute may be the first that counts.
    return at - last >= LIFE_RESOLUTION or at.minute != last.minute


def _raise_alarm(draft: Draft, sensor: Sensor) -> None:
    if sensor.kind is SensorKind.FALL:
        incident.notice_fall(draft, sensor.id, sensor.room)
    else:
        incident.raise_hazard(draft, sensor.id, sensor.room, sensor.kind)


def _tells_of_life(kind: SensorKind, was_active: bool | None, active: bool) -> bool:
    if kind is SensorKind.MOTION:
        return active
    # A level told at a start, or again, is where the door stands, and nobody who moves it.
    return kind in TELLS_BOTH_WAYS and was_active is not None and was_active != active


def plan_check(draft: Draft) -> None:
    """Note when silence would next matter, so that the hub wakes then and the family can see it."""
    due, rule = _next_check(draft)
    watch = draft.state.watch
    if (due, rule) != (watch.check_due, watch.check_rule):
        draft.note(CheckPlanned(draft.at, due, rule))


def run_due(draft: Draft) -> None:
    """Ask about every silence that has become too long."""
    _tell_of_no_news(draft)
    for out in homecoming.dues(draft):
        _ask_about(draft, out)
    began = _watching_since(draft)
    if began is None:
        return
    while missed := [(window, closed) for window, (due, closed) in _windows_due(draft, began) if due <= draft.at]:
        for window, closed in missed:
            draft.note(WindowPassed(draft.at, window.name, closed, met=False))
            _notice(draft, window.name, _room(draft))
    for thing in _things_due(draft, began):
        _ask_about(draft, thing)
    for rule, due in _silences_due(draft, began):
        if due <= draft.at:
            _notice(draft, rule.name, _room(draft))


def _ask_about(draft: Draft, thing: sources.Due) -> None:
    if thing.at <= draft.at:
        draft.note(thing.fact)
        _notice(draft, thing.rule, _room_of(draft, thing.sensor))


def _notice(draft: Draft, rule: str, room: str) -> None:
    """One alarm per silence: whatever else finds it too long adds nothing."""
    if not draft.state.watch.alarmed:
        incident.notice_silence(draft, rule, room, draft.state.watch.last_life)
        asked = draft.state.open_of(Kind.INACTIVITY)
        if asked is not None and asked.opened_at == draft.at:
            learning.judge(draft, asked)


def _tell_of_no_news(draft: Draft) -> None:
    due = _no_news_due(draft)
    if due is not None and due <= draft.at:
        days = (draft.policy.no_news or timedelta()).days
        supervision.raise_fault(draft, NO_NEWS, str(days), tell_at=draft.at)


def ask_afresh(draft: Draft) -> None:
    """After a start, ask the resident again where a silence alarm ran out meanwhile: she may be well by now."""
    silent = draft.state.open_of(Kind.INACTIVITY)
    if silent is None or silent.phase not in (Phase.WARNING, Phase.ALERTING):
        return
    if silent.due is not None and silent.due <= draft.at:
        incident.ask_resident(draft, silent.number)


def _watching_since(draft: Draft) -> datetime | None:
    """Since when the hub knows this home; None while nobody is to be watched."""
    return draft.state.watch.began if draft.state.presence.is_watched else None


def _next_check(draft: Draft) -> tuple[datetime | None, str]:
    checks = [(out.at, out.rule) for out in homecoming.dues(draft)]
    began = _watching_since(draft)
    if began is not None:
        checks += [(due, window.name) for window, (due, _) in _windows_due(draft, began)]
        checks += [(thing.at, thing.rule) for thing in _things_due(draft, began)]
        if not draft.state.watch.alarmed:
            checks += [(due, rule.name) for rule, due in _silences_due(draft, began)]
    no_news = _no_news_due(draft)
    if no_news is not None:
        checks.append((no_news, NO_NEWS))
    return min(checks, default=(None, ""))


def _no_news_due(draft: Draft) -> datetime | None:
    """When the family hears that nothing at all was, whoever is away; None where it has, or wants no such rule."""
    watch = draft.state.watch
    is_off = draft.state.presence.whereabouts is Whereabouts.OFF
    if is_off or draft.policy.no_news is None or watch.began is None or NO_NEWS in draft.state.faults:
        return None
    not_seen = [span for span in watch.blind if not span.away]
    return after_watching(_since(watch, watch.began), draft.policy.no_news, not_seen)


def _since(watch: Watch, began: datetime) -> datetime:
    return max(watch.last_life or began, began)


def windows_due(draft: Draft) -> list[tuple[Window, tuple[datetime, datetime]]]:
    """Each window that waits for its sign: when it is missed, and when it closes. None while nobody is watched."""
    began = _watching_since(draft)
    return [] if began is None else _windows_due(draft, began)


def _windows_due(draft: Draft, began: datetime) -> list[tuple[Window, tuple[datetime, datetime]]]:
    watch = draft.state.watch
    if not draft.state.clock_trusted:
        return []
    # Set back, to whatever hour: of a window that was open then nobody knows what was seen in it.
    began = max(began, watch.set_back_at or began)
    dues = [
        (
            window,
            checkin.next_due(
                window,
                draft.at,
                draft.policy.zone,
                last_sign=checkin.last_sign(draft.state.watch.life, window.sign, draft.policy),
                passed=watch.passed.get(window.name),
                began=sources.afresh_since(watch, window, began),
                blind=(*watch.blind, *watch.skipped, *sources.unseen(watch, window)),
            ),
        )
        for window in one_off.windows(draft)
        if sources.name_of(window) not in watch.blinded
    ]
    return [(window, due) for window, due in dues if due is not None]


def _things_due(draft: Draft, began: datetime) -> list[sources.Due]:
    return [*doors.dues(draft, began), *beds.dues(draft, began)]


def _silences_due(draft: Draft, began: datetime) -> list[tuple[Silence, datetime]]:
    watch = draft.state.watch
    dues = [
        (
            rule,
            inactivity.next_due(
                rule,
                draft.at,
                draft.policy.zone,
                last_life=_silent_since(watch, rule, began),
                blind=(*watch.blind, *sources.unseen(watch, rule)),
            ),
        )
        for rule in learning.silences(draft)
        if (rule.between is None or draft.state.clock_trusted) and sources.name_of(rule) not in watch.blinded
    ]
    return [(rule, due) for rule, due in dues if due is not None]


def _silent_since(watch: Watch, rule: Silence, began: datetime) -> datetime:
    since = _since(watch, sources.afresh_since(watch, rule, began))
    # Into which hours of the day a silence fell is known since the clock was last set; how long it is, always.
    return max(since, watch.stepped_at or since) if rule.between else since


def _room(draft: Draft) -> str:
    """Where the last sign of life was; "" when none was seen or its source stands in no room."""
    life = draft.state.watch.life
    if not life:
        return ""
    return _room_of(draft, max(life, key=lambda name: life[name]))


def _room_of(draft: Draft, source: str) -> str:
    sensor = draft.policy.sensor(source)
    return sensor.room if sensor else draft.policy.button(source).room
