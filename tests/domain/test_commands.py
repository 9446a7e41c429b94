"""What is asked for by the command line, MQTT and the pages, and who may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, HOME, MARIE, PAUL, RESIDENT, House

from hub.domain.facts import Kind, Outcome, Whereabouts
from hub.domain.inputs import Action
from hub.domain.policy import Delays
from hub.domain.records import Phase

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))


def alerting() -> House:
    house = House(AT_ONCE)
    house.press()
    return house


class TestAboutAnIncident:
    def test_the_only_open_one_needs_no_number(self) -> None:
        house = alerting()

        assert house.command(Action.ANSWER, "web", by=PAUL).ok
        assert house.incident.answered_by == PAUL

    def test_a_decline_starts_the_next_wave_like_a_text(self) -> None:
        house = alerting()

        assert house.command(Action.DECLINE, "mqtt", by=PAUL).ok
        assert house.incident.wave == 2

    def test_an_arrival(self) -> None:
        house = alerting()

        assert house.command(Action.ATTEND, "web", by=ANNE).ok
        assert house.phase is Phase.ATTENDED

    @pytest.mark.parametrize("by", [None, "", "nobody", RESIDENT])
    def test_it_needs_somebody_of_the_household(self, by: str | None) -> None:
        house = alerting()

        settled = house.command(Action.ANSWER, "mqtt", by=by)

        assert not settled.ok
        assert '"by" must be the id' in settled.text

    def test_with_none_open_it_says_so(self) -> None:
        house = House()

        assert house.command(Action.ANSWER, by=PAUL).text.startswith("0 incidents are open")
        assert house.command(Action.CLOSE).text.startswith("0 incidents are open")

    def test_with_several_open_it_asks_which(self) -> None:
        house = alerting()
        house.sense("fumee")

        assert house.command(Action.ANSWER, by=PAUL).text.startswith("2 incidents are open")
        assert house.command(Action.ANSWER, by=PAUL, incident=house.incident.number).ok
        assert house.incident.answered_by == PAUL

    @pytest.mark.parametrize("which", [1, 999])
    def test_one_that_never_was_is_not_open(self, which: int) -> None:
        assert "is not open" in alerting().command(Action.CLOSE, incident=which).text

    def test_nor_is_one_that_ended(self) -> None:
        house = alerting()
        house.command(Action.CLOSE)

        assert "is not open" in house.command(Action.CLOSE, incident=house.incident.number).text

    def test_an_answer_given_twice_is_done(self) -> None:
        house = alerting()
        house.command(Action.ANSWER, by=PAUL)

        assert house.command(Action.ANSWER, by=PAUL).ok
        assert house.texts_to(PAUL).count("ack.you") == 1


class TestClose:
    def test_whoever_is_logged_in_on_the_hub_may_end_it(self) -> None:
        house = alerting()

        assert house.command(Action.CLOSE, outcome=Outcome.FALSE_ALARM).ok

        assert house.incident.outcome is Outcome.FALSE_ALARM
        assert house.incident.closed_by == "operator"
        # Nobody knows who stood at the hub: no text says "said by operator".
        assert house.last_to(PAUL).values.get("person", "") == ""

    def test_helped_is_how_it_ended_unless_said_otherwise(self) -> None:
        house = alerting()

        house.command(Action.CLOSE, by=MARIE)

        assert house.incident.outcome is Outcome.HELPED
        assert house.incident.closed_by_name == "Marie"

    @pytest.mark.parametrize("via", ["mqtt", "web"])
    @pytest.mark.parametrize("by", [None, PAUL, "nobody"])
    def test_from_elsewhere_it_takes_the_family_or_whoever_goes(self, via: str, by: str | None) -> None:
        house = alerting()

        assert not house.command(Action.CLOSE, via, by=by).ok
        assert house.phase is Phase.ALERTING

    def test_the_family_may(self) -> None:
        assert alerting().command(Action.CLOSE, "mqtt", by=MARIE).ok

    def test_whoever_goes_may(self) -> None:
        house = alerting()
        house.text(PAUL, "1")

        assert house.command(Action.CLOSE, "mqtt", by=PAUL).ok


class TestPresence:
    @pytest.mark.parametrize("action", [Action.AWAY, Action.PAUSE])
    def test_what_lowers_protection_is_refused_where_nobody_knows_who_asks(self, action: Action) -> None:
        house = House()

        settled = house.command(action, "mqtt", by=MARIE, until=house.now + timedelta(hours=3))

        assert not settled.ok
        assert house.state.presence.whereabouts is Whereabouts.HOME

    @pytest.mark.parametrize("by", [MARIE, RESIDENT])
    def test_with_a_login_the_family_and_the_resident_may(self, by: str) -> None:
        house = House()

        assert house.command(Action.PAUSE, "web", by=by, until=house.now + timedelta(hours=3)).ok
        assert (house.state.presence.whereabouts, house.state.presence.by) == (Whereabouts.PAUSED, by)

    @pytest.mark.parametrize("by", [PAUL, "nobody", None])
    def test_with_a_login_nobody_else_may(self, by: str | None) -> None:
        house = House()

        settled = house.command(Action.AWAY, "web", by=by, until=house.now + timedelta(hours=3))

        assert settled.text == "this lowers protection: only the family or the resident may"
        assert house.state.presence.whereabouts is Whereabouts.HOME

    def test_what_raises_it_anybody_may(self) -> None:
        house = House()
        house.command(Action.AWAY, until=house.now + timedelta(hours=3))

        assert house.command(Action.BACK, "mqtt").ok
        assert house.state.presence.by == "operator"


class TestTrigger:
    def test_a_trigger_is_a_call_for_help_that_alerts_at_once(self) -> None:
        house = House()

        assert house.command(Action.TRIGGER, "mqtt").ok
        assert (house.incident.kind, house.incident.source, house.phase) == (Kind.PANIC, "mqtt", Phase.ALERTING)

    def test_a_second_one_hurries_like_a_press(self) -> None:
        house = House()
        house.command(Action.TRIGGER)

        house.command(Action.TRIGGER)

        assert house.incident.wave == 2


class TestWell:
    def test_the_resident_takes_back_a_call_on_the_own_page(self) -> None:
        house = alerting()

        assert house.command(Action.WELL, "web", by=RESIDENT).ok
        assert (house.incident.outcome, house.incident.closed_by) == (Outcome.CANCELLED, RESIDENT)

    @pytest.mark.parametrize("via", ["web", "cli"])
    def test_it_is_a_sign_of_life_also_when_nothing_is_open(self, via: str) -> None:
        house = House()

        assert house.command(Action.WELL, via, by=RESIDENT).ok
        assert house.state.watch.last_life == house.now

    def test_smoke_goes_on_whatever_is_said(self) -> None:
        house = House(AT_ONCE)
        house.sense("fumee")

        assert house.command(Action.WELL, "web", by=RESIDENT).ok
        assert house.phase is Phase.ALERTING

    @pytest.mark.parametrize(("via", "by"), [("web", MARIE), ("mqtt", RESIDENT), ("cli", MARIE), ("cli", None)])
    def test_nobody_else_says_it_for_the_resident(self, via: str, by: str) -> None:
        house = alerting()

        assert not house.command(Action.WELL, via, by=by).ok
        assert house.phase is Phase.ALERTING


def test_the_askers_own_id_comes_back() -> None:
    settled = House().command(Action.BACK, "mqtt", request="abc")

    assert (settled.via, settled.request, settled.text) == ("mqtt", "abc", "done")
