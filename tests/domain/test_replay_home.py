"""What an hour of return would have done on the recorded past: the same as the core that watched it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from house import HOME, SENSORS, House
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.facts import LifeSeen, NotHomeYet
from hub.domain.inputs import Action
from hub.domain.policy import HomeBy
from hub.domain.records import Span
from hub.domain.replay import Past, Sign
from hub.domain.replay_home import other_hours, replay_home_by

MIDNIGHT = datetime(2026, 2, 1, 23, 0, tzinfo=UTC)  # in Paris
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
RULE = HomeBy("retour", time(21))
WATCHED = replace(
    HOME, sensors=tuple(replace(sensor, entrance=sensor.id == "entree") for sensor in SENSORS), home_by=(RULE,)
)


def at(day: int, hour: float) -> datetime:
    return MIDNIGHT + day * DAY + hour * HOUR


def past(*signs: tuple[datetime, str], **more: object) -> Past:
    return Past(MIDNIGHT, MIDNIGHT + 4 * DAY, tuple(Sign(*sign) for sign in signs), **more)  # type: ignore[arg-type]


def alarms(found: Past, rule: HomeBy = RULE) -> list[tuple[datetime, datetime | None]]:
    return [(alarm.at, alarm.since) for alarm in replay_home_by(rule, found, WATCHED).alarms]


OUT_AND_BACK = ((at(0, 9), "cuisine"), (at(0, 16), "entree"), (at(0, 22), "entree"), (at(0, 22.01), "cuisine"))


def test_who_came_home_too_late_would_have_been_asked_about() -> None:
    assert alarms(past(*OUT_AND_BACK)) == [(at(0, 21), at(0, 16))]
    assert alarms(past(*OUT_AND_BACK), replace(RULE, hour=time(22))) == []
    assert replay_home_by(RULE, past(*OUT_AND_BACK), WATCHED).noticing is None


def test_who_did_not_come_home_at_all_is_asked_about_once() -> None:
    assert alarms(past(*OUT_AND_BACK[:2])) == [(at(0, 21), at(0, 16))]


def test_a_text_from_elsewhere_is_no_return() -> None:
    told = (*OUT_AND_BACK[:2], (at(0, 18), "phone"), *OUT_AND_BACK[2:])

    assert alarms(past(*told)) == [(at(0, 21), at(0, 16))]


def test_an_evening_that_was_announced_is_nobodys_alarm() -> None:
    said = (Span(at(0, 17), at(0, 22), away=True),)

    assert alarms(past(*OUT_AND_BACK, blind=said, said=said)) == []
    # What the hub took from the door is none.
    assert alarms(past(*OUT_AND_BACK, blind=said)) == [(at(0, 21), at(0, 16))]


def test_what_nobody_saw_is_neither_a_leaving_nor_a_return() -> None:
    late = (*OUT_AND_BACK[:2], (at(0, 23), "entree"), (at(0, 23.01), "cuisine"))
    off = (Span(at(0, 20), at(0, 22)),)

    assert alarms(past(*late, blind=off)) == [(at(0, 22.25), at(0, 16))]
    assert alarms(past(*late, deaf={"entree": off})) == [(at(0, 22.25), at(0, 16))]
    assert alarms(past(*OUT_AND_BACK, blind=off)) == []


def test_other_hours_stay_within_the_day_and_the_strictest_comes_first() -> None:
    assert [rule.hour for rule in other_hours(RULE)][:2] == [time(19), time(19, 30)]
    assert [rule.hour for rule in other_hours(replace(RULE, hour=time(23)))][-1] == time(23, 30)
    assert all(rule.days == RULE.days for rule in other_hours(RULE))


MOVES = st.lists(st.tuples(st.integers(1, 600), st.sampled_from(["entree", "cuisine"])), min_size=1, max_size=25)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(MOVES, st.sampled_from([time(21), time(8), time(0, 30)]))
def test_on_any_past_it_is_what_the_core_did(moves, hour: time) -> None:
    rule = replace(RULE, hour=hour)
    house = House(replace(WATCHED, home_by=(rule,)), at=MIDNIGHT)
    is_open = False
    house.sense("entree", active=is_open)
    for minutes, what in moves:
        house.pass_time(minutes=minutes)
        if house.state.open_incidents():
            house.command(Action.CLOSE)
        if what == "entree":
            is_open = not is_open
            house.sense("entree", active=is_open)
        else:
            house.move()
    signs = tuple(Sign(fact.at, fact.source) for fact in house.of(LifeSeen))
    found = replay_home_by(rule, Past(MIDNIGHT, house.now + MINUTE, signs), house.policy)

    assert [alarm.at for alarm in found.alarms] == [fact.at for fact in house.of(NotHomeYet)]
