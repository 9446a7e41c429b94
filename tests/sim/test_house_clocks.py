"""A clock that is set while the hub runs, and what a restart makes of it: mistakes that the simulation once found."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.domain.decide import decide
from hub.domain.facts import Fact, IncidentOpened, Kind
from hub.domain.inputs import ClockStepped, Input, SensorChanged
from hub.domain.policy import Policy
from hub.domain.records import State
from hub.sim.house import House
from hub.sim.story import parse

HOUSE = """A house
    [[window]]
    name = "matin"
    days = "daily"
    from = "07:00"
    to = "10:00"
    sign = "any"

    [[silence]]
    longest = "12h"
00:00  nothing
"""
EVENING = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
YEARS = timedelta(days=700)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    story = parse(HOUSE, "house", tmp_path)
    home = House(story.config, story.household, EVENING)
    home.start_hub()
    home.walk("cuisine")
    home.pass_time(minutes=1)
    yield home
    home.stop_hub()


def silences(house: House) -> list[Fact]:
    return [h.fact for h in house.of("fact") if isinstance(h.fact, IncidentOpened) and h.fact.kind is Kind.INACTIVITY]


def test_signs_of_life_move_with_the_clock_whatever_their_sources_are_called(house: House) -> None:
    house.pass_time(hours=10, minutes=30)
    house.press("salon")
    house.step_clock(timedelta(hours=4))
    house.press("salon", seconds=4)  # cancelled; and the step is on record
    house.pass_time(seconds=10)
    house.kill()
    house.pass_time(minutes=1)

    life = house.state.watch.life
    assert life["salon"] > datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
    assert silences(house) == []


def test_the_latest_time_on_record_is_not_the_present_after_a_clock_was_set_back(house: House) -> None:
    house.step_clock(YEARS)
    house.press("salon")
    house.pass_time(minutes=1)
    house.step_clock(-YEARS)
    house.pass_time(minutes=6)
    house.kill()
    house.pass_time(minutes=1)

    assert house.hub is not None
    assert abs(house.hub.clock.now() - house.now()) < timedelta(seconds=2)
    assert silences(house) == []


def test_what_was_seen_before_the_clock_was_set_back_is_decided_now_and_not_in_the_future(house: House) -> None:
    assert house.hub is not None
    house.step_clock(YEARS)
    seen = SensorChanged(house.hub.clock.now(), "cuisine", active=True)
    house.step_clock(-YEARS)

    house.hub.post(seen)
    house.press("salon")
    house.pass_time(seconds=15)

    assert house.texts_to("Paul") != [], "the hub's time stood still"


def test_a_step_that_could_not_be_decided_about_is_not_taken_for_time_that_passed(house: House) -> None:
    stumbles = [1]

    def rules(state: State, seen: Input, policy: Policy) -> tuple[Fact, ...]:
        if isinstance(seen, ClockStepped) and stumbles:
            stumbles.pop()
            raise ZeroDivisionError("a bug")
        return decide(state, seen, policy)

    house.site.rules = rules
    house.press("salon")
    house.pass_time(seconds=1)
    house.step_clock(timedelta(hours=3))
    house.pass_time(seconds=7)
    assert house.texts_to("Paul") == [], "three hours were taken for passed, and the warning for over"

    house.pass_time(seconds=30)
    assert silences(house) == []
    assert abs(house.state.at - house.now() - timedelta(hours=3)) < timedelta(minutes=1)
