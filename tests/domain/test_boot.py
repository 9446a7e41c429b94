"""Starts: what is overdue, what the hub did not see, and a clock that nobody set (BEHAVIOUR 2 and 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, HOME, PAUL, QUIET, START, House

from hub.domain.facts import HubStarted, IncidentReopened, Kind
from hub.domain.inputs import Booted, LinkChanged
from hub.domain.policy import Delays
from hub.domain.records import Phase, Span
from hub.domain.view import Condition, view

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))


def alerting() -> House:
    house = House(AT_ONCE)
    house.press()
    return house


@pytest.mark.parametrize("rebooted", [False, True])
def test_the_time_the_hub_was_off_is_neither_silence_nor_life(rebooted: bool) -> None:
    house = House()
    house.pass_time(minutes=5)

    house.cut_power(timedelta(hours=3), rebooted=rebooted)

    (span,) = house.state.watch.blind
    assert span == Span(START + timedelta(minutes=5), house.now)


def test_a_first_start_watches_from_now_on() -> None:
    house = House()

    assert house.of(HubStarted)[0].blind_since is None
    assert house.state.watch.began == START


def test_a_later_start_does_not_begin_the_watch_anew() -> None:
    house = House()

    house.cut_power(timedelta(hours=3))

    assert house.state.watch.began == START


def test_a_hazard_overdue_runs_at_once() -> None:
    house = House()
    house.sense("fumee")

    house.cut_power(timedelta(hours=1))

    assert house.incident.wave == 2
    assert house.alerts_to(ANNE) == 1


def test_an_answer_that_expired_meanwhile_is_doubted_and_not_thrown_away() -> None:
    house = alerting()
    house.text(PAUL, "1")

    house.cut_power(timedelta(hours=2))

    assert house.texts_to(PAUL)[-1] == "question.there"
    assert house.phase is Phase.ANSWERED
    house.pass_time(minutes=1)
    assert house.of(IncidentReopened)


def test_a_technical_fault_takes_up_where_it_was() -> None:
    house = House()
    house.fail("mqtt.absent")

    house.cut_power(timedelta(minutes=10))

    assert house.state.open_of(Kind.TECHNICAL) is not None


def test_roads_are_closed_until_their_drivers_say_otherwise() -> None:
    house = House(AT_ONCE)
    house.cut_power()

    assert not house.state.roads
    house.tell(LinkChanged(house.now, "sms", up=True))
    assert house.state.roads == {"sms": True}


class TestClockInDoubt:
    def test_a_silence_goes_on_asking(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.pass_time(hours=4)

        house.cut_power(timedelta(0), trusted=False)

        assert house.phase is Phase.WARNING

    def test_a_fall_that_was_being_asked_about_is_alerted_at_once(self) -> None:
        house = House()
        house.sense("chute")

        house.cut_power(timedelta(0), trusted=False)

        assert house.phase is Phase.ALERTING

    def test_whoever_was_on_the_way_is_asked_for_nobody_knows_how_long_ago_that_was(self) -> None:
        house = alerting()
        house.text(PAUL, "1")

        house.cut_power(timedelta(0), trusted=False)

        assert house.texts_to(PAUL)[-1] == "question.there"
        assert house.phase is Phase.ANSWERED

    def test_but_only_once_and_the_alert_is_not_thrown_open_before_its_time(self) -> None:
        house = alerting()
        house.text(PAUL, "1")
        house.cut_power(timedelta(0), trusted=False)

        house.cut_power(timedelta(0), trusted=False)

        assert house.texts_to(PAUL).count("question.there") == 1
        house.pass_time(minutes=29)
        assert not house.of(IncidentReopened)
        house.pass_time(minutes=2)
        assert house.of(IncidentReopened)

    def test_whoever_is_on_site_is_left_in_peace(self) -> None:
        house = alerting()
        house.text(PAUL, "3")

        house.cut_power(timedelta(0), trusted=False)

        assert house.texts_to(PAUL)[-1] == "access"

    def test_the_hours_it_was_off_are_blind_once_they_are_known(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.pass_time(hours=3)
        house.cut_power(timedelta(0), trusted=False)

        house.step_clock(timedelta(days=2))
        house.pass_time(minutes=59)
        assert house.state.open_of(Kind.INACTIVITY) is None
        house.pass_time(minutes=1, seconds=1)

        assert house.state.open_of(Kind.INACTIVITY) is not None

    def test_a_clock_that_starts_in_the_past_takes_nothing_back(self) -> None:
        house = alerting()
        house.pass_time(minutes=1)
        house.state = replace(house.state)

        house.tell(Booted(START - timedelta(days=9000), rebooted=True, clock_trusted=False))

        assert house.state.at is not None
        assert house.state.at > START + timedelta(minutes=1) - timedelta.resolution
        assert house.incident.wave == 2

    def test_it_shows_as_unknown(self) -> None:
        house = House()

        house.cut_power(trusted=False)

        assert view(house.state, house.policy).condition is Condition.UNKNOWN


def test_a_restart_of_the_process_knows_the_time_and_hurries_nothing() -> None:
    house = alerting()

    house.cut_power(timedelta(seconds=2), rebooted=False, trusted=False)

    assert house.incident.wave == 1
