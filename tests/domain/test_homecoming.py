"""Home by an hour: who is out by then is asked, once; what somebody announced is waited for."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import HOME, MARIE, PARIS, PAUL, RESIDENT, SENSORS, House, folded
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain import homecoming
from hub.domain.facts import Kind, NotHomeYet, RulesBlinded, Whereabouts
from hub.domain.homecoming import LATEST, SETTLING, Out
from hub.domain.inputs import Action
from hub.domain.policy import EVERY_DAY, DoorAway, HomeBy
from hub.domain.records import Phase, Span, State
from hub.domain.supervision import GRACE
from hub.fact_json import dump, load

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EVENING = HomeBy("retour", time(21))
DOORS = tuple(replace(sensor, entrance=sensor.id == "entree") for sensor in SENSORS)
WATCHED = replace(HOME, sensors=DOORS, home_by=(EVENING,))
BY_THE_DOOR = replace(WATCHED, door_away=DoorAway(30 * MINUTE, 10 * HOUR))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def until(house: House, moment: datetime) -> None:
    house.pass_time(moment - house.now)


def at_home(policy=WATCHED) -> House:
    house = House(policy, at=at(2, 9))
    house.sense("entree", active=False)
    house.move()
    return house


def leave(house: House) -> None:
    house.sense("entree")
    house.sense("entree", active=False)


def out_since_four(policy=WATCHED) -> House:
    house = at_home(policy)
    until(house, at(2, 16))
    leave(house)
    return house


def asked(house: House) -> list[datetime]:
    return [fact.at for fact in house.of(NotHomeYet)]


def asks(house: House) -> bool:
    return house.state.open_of(Kind.INACTIVITY) is not None


def due(out: Out, *, now: datetime | None = None, floor: datetime | None = None, blind=(), rule=EVENING):
    return homecoming.next_due(rule, now or out.left, PARIS, out, floor=floor or out.left, blind=blind)


class TestWhenItIsTooLate:
    @pytest.mark.parametrize(
        ("left", "when"),
        [
            (at(2, 16), at(2, 21)),
            (at(2, 20, 45), at(2, 21)),
            (at(2, 20, 55), at(2, 21, 10)),
            (at(2, 21), at(2, 21, 15)),
            (at(2, 21, 1), at(3, 21)),
        ],
    )
    def test_whoever_went_out_before_the_hour_and_had_a_moment_to_be_seen_inside(self, left, when) -> None:
        assert due(Out(left)) == when

    @pytest.mark.parametrize(
        ("said", "when"),
        [
            (at(2, 18), at(2, 21)),
            (at(2, 23), at(2, 23, 15)),
            (at(3, 0, 45), at(3, 1)),
            (at(3, 0, 46), at(3, 21)),
            (at(5, 18), at(5, 21)),
            (at(2, 16) + timedelta(days=59), None),
        ],
    )
    def test_an_announced_absence_is_waited_for(self, said, when) -> None:
        assert due(Out(at(2, 16), said)) == when

    def test_who_leaves_after_the_hour_with_a_word_is_expected_when_it_ends(self) -> None:
        assert due(Out(at(2, 21, 30), at(2, 23))) == at(2, 23, 15)

    def test_an_evening_that_is_over_is_not_asked_about(self) -> None:
        assert due(Out(at(2, 16)), now=at(3, 1)) == at(2, 21)
        assert due(Out(at(2, 16)), now=at(3, 1, 1)) == at(3, 21)

    def test_only_on_these_days(self) -> None:
        assert due(Out(at(2, 16)), rule=replace(EVENING, days=frozenset({2}))) == at(4, 21)

    def test_a_moment_that_was_not_watched_does_not_count(self) -> None:
        assert due(Out(at(2, 20, 55)), blind=(Span(at(2, 21), at(2, 21, 3)),)) == at(2, 21, 13)

    def test_after_long_without_watch_whoever_is_home_has_a_moment_to_show_it(self) -> None:
        assert due(Out(at(2, 16)), floor=at(2, 22)) == at(2, 22, 15)

    @pytest.mark.parametrize("day", [28, 29])  # clocks go forward in the night between them
    def test_on_the_night_the_clocks_change_the_hour_is_on_the_wall(self, day: int) -> None:
        late = replace(EVENING, hour=time(3, 30))

        assert due(Out(at(day, 1)), rule=late) == at(day, 3, 30)


ZONES = st.timezones()
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + minute * MINUTE)
SPANS = st.lists(st.tuples(st.integers(-3000, 3000), st.integers(0, 400)), max_size=6)


@settings(derandomize=True, deadline=None)
@given(ZONES, MOMENTS, st.times(), st.none() | st.integers(0, 5000), SPANS, st.integers(0, 4000))
def test_nobody_is_asked_before_the_hour_nor_before_what_was_said_nor_out_of_time_unwatched(
    zone, left, hour, said, spans, later
) -> None:
    blind = tuple(Span(left + s * MINUTE, left + (s + length) * MINUTE) for s, length in spans)
    end = None if said is None else left + said * MINUTE
    rule, now = HomeBy("retour", hour.replace(tzinfo=None, fold=0)), left + later * MINUTE

    found = homecoming.next_due(rule, now, zone, Out(left, end), floor=left, blind=blind)

    if found is None:
        return
    clear = end or left
    watched = found - clear - _covered(blind, clear, found)
    assert watched >= SETTLING
    hours = [homecoming.instant(day, rule.hour, zone) for day in homecoming.days_around(found, zone)]
    assert any(timedelta(0) <= found - moment <= LATEST and (end or moment >= left) for moment in hours)
    # More that nobody saw never makes it sooner.
    worse = homecoming.next_due(rule, now, zone, Out(left, end), floor=left + HOUR, blind=blind)
    assert worse is None or worse >= found


def _covered(blind: tuple[Span, ...], start: datetime, end: datetime) -> timedelta:
    total, reached = timedelta(0), start
    for span in sorted(blind, key=lambda span: span.start):
        begin, stop = max(span.start, reached), min(span.end, end)
        total += max(timedelta(0), stop - begin)
        reached = max(reached, stop)
    return total


class TestTheQuestion:
    def test_the_resident_is_asked_then_the_circle(self) -> None:
        house = out_since_four()
        until(house, at(2, 20, 59))
        assert not asks(house)

        until(house, at(2, 21))

        assert house.phase is Phase.WARNING
        assert house.said == ["say.asked.out"]
        assert [sent.key for sent in house.sent_to(RESIDENT)] == ["prealert.senior"]
        assert (house.incident.source, house.incident.room) == ("retour", "")
        assert house.of(NotHomeYet) == [NotHomeYet(house.now, "retour", at(2, 16))]
        house.pass_time(minutes=10)
        assert house.texts_to(PAUL) == ["alert.inactivity.out"]

    def test_when_it_would_be_asked_can_be_seen(self) -> None:
        house = out_since_four()

        assert (house.state.watch.check_due, house.state.watch.check_rule) == (at(2, 21), "retour")

    def test_who_is_seen_at_home_again_is_home(self) -> None:
        house = out_since_four()
        until(house, at(2, 20, 50))
        leave(house)
        house.move()

        until(house, at(3, 9))

        assert not house.has_incident

    def test_a_return_ends_the_question(self) -> None:
        house = out_since_four()
        until(house, at(2, 21, 5))

        leave(house)

        assert house.phase is Phase.CLOSED
        house.move()
        until(house, at(3, 9))
        assert len(asked(house)) == 1

    def test_so_does_the_residents_word_from_elsewhere_and_it_is_not_asked_twice(self) -> None:
        house = out_since_four()
        until(house, at(2, 21, 5))

        house.text(RESIDENT, "OK")
        until(house, at(4, 12))

        assert len(house.of_kind(Kind.INACTIVITY)) == 1
        assert asked(house) == [at(2, 21)]

    def test_a_word_in_the_afternoon_is_no_return(self) -> None:
        house = out_since_four()
        until(house, at(2, 18))
        house.text(RESIDENT, "OK")

        until(house, at(2, 21))

        assert asks(house)

    def test_the_next_time_somebody_goes_out_it_is_asked_again(self) -> None:
        house = out_since_four()
        until(house, at(2, 21, 5))
        leave(house)
        house.move()
        until(house, at(3, 18))
        leave(house)

        until(house, at(3, 21))

        assert asked(house) == [at(2, 21), at(3, 21)]

    def test_nobody_who_is_at_home_is_asked(self) -> None:
        house = at_home()

        until(house, at(5, 12))

        assert not house.has_incident

    def test_nor_is_a_house_that_never_showed_life(self) -> None:
        house = House(WATCHED, at=at(2, 9))

        until(house, at(5, 12))

        assert not house.has_incident

    def test_the_record_and_a_snapshot_have_it(self) -> None:
        house = out_since_four()
        until(house, at(2, 21))

        assert folded(house.on_record()).watch.asked == {"retour": house.now}
        assert load(State, dump(house.state)).watch.asked == {"retour": house.now}


class TestAbsences:
    def test_one_that_the_hub_took_from_the_door_is_no_announcement(self) -> None:
        house = out_since_four(BY_THE_DOOR)

        until(house, at(2, 21))

        assert house.state.presence.whereabouts is Whereabouts.AWAY
        assert asks(house)
        until(house, at(4, 12))
        assert len(house.of_kind(Kind.INACTIVITY)) == 1

    def test_one_that_is_announced_beyond_the_hour_is_waited_for(self) -> None:
        house = out_since_four()
        house.command(Action.AWAY, until=at(2, 23), by=MARIE)

        until(house, at(2, 23, 14))
        assert not asks(house)
        until(house, at(2, 23, 15))

        assert asks(house)

    def test_one_that_ended_before_the_hour_without_a_return_counts(self) -> None:
        house = at_home()
        house.command(Action.AWAY, until=at(2, 18), by=MARIE)

        until(house, at(2, 20, 59))
        assert not asks(house)
        until(house, at(2, 21))

        assert asks(house)

    def test_one_that_ended_with_a_return_does_not(self) -> None:
        house = at_home()
        house.command(Action.AWAY, until=at(2, 18), by=MARIE)
        until(house, at(2, 17))
        leave(house)
        house.move()

        until(house, at(3, 12))

        assert not house.has_incident

    def test_the_familys_word_that_somebody_is_back_is_a_return(self) -> None:
        house = at_home()
        house.command(Action.AWAY, until=at(2, 18), by=MARIE)
        until(house, at(2, 17))
        house.command(Action.BACK, by=MARIE)

        until(house, at(3, 12))

        assert not house.has_incident

    def test_a_new_announcement_ends_the_question(self) -> None:
        house = out_since_four()
        until(house, at(2, 21, 5))

        house.command(Action.AWAY, until=at(2, 23), by=MARIE)
        assert house.phase is Phase.CLOSED
        until(house, at(2, 23, 15))

        assert asked(house) == [at(2, 21), at(2, 23, 15)]

    def test_days_away_are_not_asked_about_each_evening(self) -> None:
        house = at_home()
        house.command(Action.AWAY, until=at(5, 14), by=MARIE)

        until(house, at(5, 20, 59))
        assert not house.has_incident
        until(house, at(5, 21))

        assert asks(house)

    def test_nothing_is_due_while_nobody_is_expected_for_weeks(self) -> None:
        house = at_home()

        house.command(Action.AWAY, until=at(30, 14), by=MARIE)

        assert house.state.watch.check_due is None

    def test_paused_nobody_is_asked_and_after_it_who_is_still_out_is(self) -> None:
        house = out_since_four()
        house.command(Action.PAUSE, until=at(2, 22), by=MARIE)

        until(house, at(2, 21, 59))
        assert not house.has_incident
        until(house, at(2, 22))

        assert asks(house)

    def test_a_visitor_hides_nobody_who_is_out(self) -> None:
        house = out_since_four()
        house.command(Action.VISITOR, until=at(2, 18), via="mqtt")

        until(house, at(2, 21))

        assert asks(house)

    def test_a_visit_does_not_end_an_absence_that_was_announced(self) -> None:
        house = at_home()
        house.command(Action.AWAY, until=at(2, 18), by=MARIE)

        refused = house.command(Action.VISITOR, until=at(2, 17), via="mqtt")

        assert (refused.ok, house.state.presence.whereabouts) == (False, Whereabouts.AWAY)


class TestWhatIsNotWatched:
    @pytest.mark.parametrize("sensors", [("entree",), ("cuisine", "entree", "lit")])
    def test_without_the_door_or_without_eyes_the_rule_is_blind(self, sensors: tuple[str, ...]) -> None:
        house = out_since_four()
        until(house, at(2, 17))
        for sensor in sensors:
            house.hear(sensor, online=False)

        until(house, at(3, 0, 30))

        assert not asks(house)
        assert "home_by/retour" in house.of(RulesBlinded)[-1].rules

    def test_one_eye_that_is_left_is_enough(self) -> None:
        house = out_since_four()
        house.hear("cuisine", online=False)

        until(house, at(2, 21))

        assert asks(house)

    def test_after_a_power_cut_whoever_is_home_has_a_moment_to_show_it(self) -> None:
        house = out_since_four()
        until(house, at(2, 20))

        house.cut_power(2 * HOUR)
        until(house, at(2, 22, 14))
        assert not asks(house)
        until(house, at(2, 22, 15))

        assert asks(house)

    def test_five_minutes_without_watch_are_long_enough_to_come_back_in(self) -> None:
        house = out_since_four()
        until(house, at(2, 20, 50))

        house.cut_power(GRACE)
        until(house, at(2, 21, 9))
        assert not asks(house)
        until(house, at(2, 21, 10))

        assert asks(house)

    def test_a_clock_that_nobody_vouches_for_says_nothing_of_the_hour(self) -> None:
        house = House(WATCHED, at=at(2, 15), trusted=False)
        house.sense("entree", active=False)
        leave(house)

        until(house, at(2, 23))

        assert not house.of_kind(Kind.INACTIVITY)

    def test_a_clock_that_is_set_ahead_over_the_hour_gives_a_moment(self) -> None:
        house = out_since_four()
        until(house, at(2, 20, 30))

        house.step_clock(HOUR)
        house.pass_time(minutes=14)
        assert not asks(house)
        house.pass_time(minutes=1)

        assert asks(house)

    def test_one_that_is_set_back_asks_nothing_twice(self) -> None:
        house = out_since_four()
        until(house, at(2, 21))
        house.text(RESIDENT, "OK")

        house.step_clock(-3 * HOUR)
        until(house, at(2, 23))

        assert len(asked(house)) == 1


def test_every_day_unless_the_family_says_otherwise() -> None:
    assert EVENING.days == EVERY_DAY
    assert WATCHED.thing_of("retour") == "out"
