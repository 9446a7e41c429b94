"""What a rule about a door or a bed would have done on the recorded past: the same as the core that watched it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import zip_longest

import pytest
from house import HOME, House
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.facts import FaultEnded, FaultRaised, Kind, LevelSeen, LifeSeen
from hub.domain.inputs import Action
from hub.domain.policy import BackInBed, LeftOpen
from hub.domain.records import Span
from hub.domain.replay import Level, Past, Sign, Thing, UpBy
from hub.domain.replay_things import other_things, parts_of, replay_thing
from hub.domain.trouble import STUCK, named

MIDNIGHT = datetime(2026, 2, 1, 23, 0, tzinfo=UTC)  # in Paris
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
DOOR = LeftOpen("porte", "entree", 20 * MINUTE)
BED = BackInBed("nuit", "lit", HOUR)
UP = UpBy("nuit", "lit", time(10))


def at(day: int, hour: float) -> datetime:
    return MIDNIGHT + day * DAY + hour * HOUR


def past(sensor: str, *changes: tuple[float, bool], **more: object) -> Past:
    """Four days in which a thing changed at these hours; each change is a sign of life."""
    moments = [(at(0, hour), active) for hour, active in changes]
    levels = {sensor: (Level(MIDNIGHT, not moments[0][1]), *(Level(*each) for each in moments))}
    signs = [Sign(moment, sensor) for moment, _ in moments]
    return Past(MIDNIGHT, MIDNIGHT + 4 * DAY, signs, **({"levels": levels} | more))  # type: ignore[arg-type]


def hours(rule: Thing, found: Past) -> list[float]:
    """When it would have asked, in hours from the first midnight."""
    return [(alarm.at - MIDNIGHT) / HOUR for alarm in replay_thing(rule, found, HOME).alarms]


class TestDoor:
    def test_one_that_stood_open_for_too_long_is_asked_about_once(self) -> None:
        found = replay_thing(DOOR, past("entree", (9, True), (12, False), (13, True), (13.2, False)), HOME)

        assert [(alarm.at, alarm.since) for alarm in found.alarms] == [(at(0, 9) + 20 * MINUTE, at(0, 9))]
        assert (found.days, found.noticing) == (4, None)

    def test_one_that_is_shut_at_the_very_moment_is_not(self) -> None:
        assert hours(replace(DOOR, longest=HOUR), past("entree", (9, True), (10, False))) == []

    def test_hours_begin_anew_each_day(self) -> None:
        night = replace(DOOR, longest=HOUR, between=(time(22), time(7)))

        assert hours(night, past("entree", (9, True), (24, False))) == [23]
        assert hours(night, past("entree", (9, True), (22.5, False))) == []

    def test_what_was_not_watched_does_not_count(self) -> None:
        off, away = Span(at(0, 9.5), at(0, 11)), Span(at(0, 9.5), at(0, 11), away=True)
        open_long = replace(DOOR, longest=HOUR)

        assert hours(open_long, past("entree", (9, True), (13, False), blind=(off,))) == [11.5]
        assert hours(open_long, past("entree", (9, True), (13, False), blind=(away,))) == [11.5]
        # A sensor that was out of order for long is watched afresh.
        assert hours(open_long, past("entree", (9, True), (13, False), deaf={"entree": (off,)})) == [12]
        assert hours(open_long, past("entree", (9, True), (13, False), deaf={"lit": (off,)})) == [10]

    def test_after_a_start_it_is_open_from_when_it_says_so_and_is_not_asked_about_again(self) -> None:
        levels = {"entree": (Level(at(0, 9), True), Level(at(0, 9.2), None), Level(at(0, 9.25), True))}

        assert hours(DOOR, past("entree", (9, True), levels=levels)) == [pytest.approx(9.25 + 1 / 3)]
        levels = {"entree": (Level(at(0, 9), True), Level(at(0, 12), None), Level(at(0, 12.1), True))}
        assert hours(DOOR, past("entree", (9, True), levels=levels)) == [pytest.approx(9 + 1 / 3)]
        elsewhere = (Sign(at(0, 9), "entree"), Sign(at(0, 11), "cuisine"))
        assert hours(DOOR, Past(MIDNIGHT, at(4, 0), elsewhere, levels=levels)) == [pytest.approx(9 + 1 / 3)]

    def test_how_it_stood_before_the_days_that_are_tried_is_known(self) -> None:
        found = replace(past("entree", (9, True), (40, False)), since=at(1, 0))

        assert hours(DOOR, found) == []
        assert hours(replace(DOOR, longest=20 * HOUR), found) == [29]


class TestBed:
    def test_who_does_not_come_back_is_asked_about_as_often_as_they_move_between(self) -> None:
        levels = past("lit", (22.5, True), (26, False), (31, True))

        # Asked at three; still up at four, without a movement since: nobody is asked twice about one silence.
        assert hours(BED, levels) == [27]
        moving = replace(levels, signs=sorted([*levels.signs, Sign(at(0, 27.5), "cuisine")]))
        assert hours(BED, moving) == [27, 28]

    def test_who_gets_up_so_late_or_is_back_in_time_is_not(self) -> None:
        assert hours(BED, past("lit", (22.5, True), (29.5, False), (32, True))) == []
        assert hours(BED, past("lit", (22.5, True), (26, False), (26.9, True))) == []

    def test_who_has_not_gone_to_bed_is_not_missed_there(self) -> None:
        levels = {"lit": (Level(at(0, 20), False),)}

        assert hours(BED, Past(MIDNIGHT, at(4, 0), (), levels=levels)) == []
        assert hours(BED, past("lit", (9, True), (10, False))) == []

    def test_its_two_halves_are_tried_by_themselves(self) -> None:
        both = replace(BED, up_by=time(10))

        assert parts_of(both) == (BED, UP)
        assert parts_of(BED) == (BED,)
        late = past("lit", (22.5, True), (35, False))
        assert (hours(BED, late), hours(UP, late)) == ([], [34])

    def test_who_lies_there_for_days_is_asked_about_each_morning_they_moved(self) -> None:
        days = past("lit", (22.5, True))

        assert hours(UP, days) == [34]
        assert hours(UP, replace(days, signs=[*days.signs, Sign(at(1, 12), "cuisine")])) == [34, 58]

    def test_an_hour_that_was_not_watched_is_that_days(self) -> None:
        off = Span(at(1, 9.5), at(1, 10.5))

        assert hours(UP, past("lit", (22.5, True), (59, False), blind=(off,))) == [58]


class TestWhatIsNotOnRecord:
    def test_days_before_it_was_kept_are_not_counted(self) -> None:
        late = {"entree": (Level(at(2, 0), None), Level(at(2, 1), False))}

        assert replay_thing(DOOR, past("entree", (9, True), levels=late), HOME).days == 2
        assert replay_thing(DOOR, past("lit", (9, True)), HOME).days == 0
        assert (
            replay_thing(DOOR, past("entree", (9, True), levels={"entree": (Level(at(0, 9), None),)}), HOME).days == 0
        )


class TestOthers:
    def test_the_strictest_comes_first(self) -> None:
        assert [o.longest / MINUTE for o in other_things(DOOR)] == [5, 10, 15, 20, 30, 45, 60]  # type: ignore[union-attr]
        long = replace(DOOR, longest=4 * HOUR)
        assert [o.longest / MINUTE for o in other_things(long)] == [60, 90, 120, 180, 240, 360, 480, 600]  # type: ignore[union-attr]
        assert [o.within / MINUTE for o in other_things(BED)] == [15, 20, 30, 45, 60, 90, 120, 180, 240]  # type: ignore[union-attr]
        assert [o.hour for o in other_things(UP)][0::4] == [time(8), time(10), time(12)]  # type: ignore[union-attr]

    def test_its_own_length_is_among_them_and_none_outlasts_its_hours(self) -> None:
        odd = replace(DOOR, longest=50 * MINUTE, between=(time(22), time(0)))

        assert [o.longest / MINUTE for o in other_things(odd)] == [15, 20, 30, 45, 50, 60, 90]  # type: ignore[union-attr]


CHANGES = st.lists(
    st.tuples(st.integers(1, 500), st.sampled_from(["entree", "lit", "cuisine"])), min_size=1, max_size=25
)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(
    CHANGES,
    st.sampled_from(
        [
            DOOR,
            replace(DOOR, longest=2 * HOUR, between=(time(22), time(7))),
            replace(BED, within=30 * MINUTE),
            BackInBed("nuit", "lit", 2 * HOUR, (time(20), time(9)), time(10)),
        ]
    ),
)
def test_on_any_past_it_is_what_the_core_did(changes, rule: LeftOpen | BackInBed) -> None:
    is_door = isinstance(rule, LeftOpen)
    house = House(replace(HOME, windows=(), silences=(), **{"doors" if is_door else "beds": (rule,)}), at=MIDNIGHT)
    active = {"entree": False, "lit": False}
    for sensor in active:
        house.sense(sensor, active=False)
    for minutes, what in changes:
        house.pass_time(minutes=minutes)
        if house.state.open_incidents():
            house.command(Action.CLOSE)
        if what in active:
            active[what] = not active[what]
            house.sense(what, active=active[what])
        else:
            house.move()
    signs = tuple(Sign(fact.at, fact.source) for fact in house.of(LifeSeen))
    levels = {
        sensor: tuple(Level(fact.at, fact.active) for fact in house.of(LevelSeen) if fact.sensor == sensor)
        for sensor in active
    }
    found = Past(MIDNIGHT, house.now + MINUTE, signs, deaf={"entree": tuple(stuck(house))}, levels=levels)
    parts = (rule,) if is_door else parts_of(rule)  # type: ignore[arg-type]
    alarms = sorted(alarm.at for part in parts for alarm in replay_thing(part, found, house.policy).alarms)

    assert alarms == [fact.at for fact in house.of_kind(Kind.INACTIVITY)]


def stuck(house: House) -> Iterator[Span]:
    """When the door was taken to be out of order, because it stood open for half a day."""
    raised, ended = (
        [fact.at for fact in house.of(kind) if fact.fault == named(STUCK, "entree")]
        for kind in (FaultRaised, FaultEnded)
    )
    for start, end in zip_longest(raised, ended, fillvalue=house.now + MINUTE):
        yield Span(start, end)
