"""Not watching: what has no source that works is neither silence nor life, and is told (BEHAVIOUR 5)."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from house import HOME, MARIE, MORNING, QUIET, House

from hub.domain.facts import Kind, RulesBlinded
from hub.domain.policy import EVERY_DAY, Button, Sensor, SensorKind, Window
from hub.domain.supervision import GRACE
from hub.domain.trouble import BLIND
from hub.domain.view import Condition, view

KITCHEN = Sensor("cuisine", SensorKind.MOTION, "cuisine", "mqtt", timedelta(hours=25))
HALL = Sensor("couloir", SensorKind.MOTION, "couloir", "gpio")
BUTTON = Button("salon", "salon", link="gpio")
ONE_EYE = replace(HOME, sensors=(KITCHEN,), buttons=(BUTTON,), silences=(QUIET,))
TWO_EYES = replace(ONE_EYE, sensors=(KITCHEN, HALL))


def condition(house: House) -> Condition:
    return view(house.state, house.policy).condition


def asks(house: House) -> bool:
    return house.state.open_of(Kind.INACTIVITY) is not None


@pytest.mark.parametrize("trouble", ["mqtt.absent", "mqtt.bridge", "device.offline"])
def test_without_a_source_that_works_nobody_is_asked_and_the_family_is_told(trouble: str) -> None:
    house = House(ONE_EYE)
    house.move()
    if trouble == "device.offline":
        house.hear("cuisine", online=False)
    else:
        house.fail(trouble)

    assert condition(house) is Condition.UNKNOWN
    assert view(house.state, house.policy).since == house.now
    house.pass_time(hours=9)

    assert not asks(house)
    sent = next(sent for sent in house.sent_to(MARIE) if sent.key == f"tech.raised.{BLIND}")
    assert sent.values["detail"] == "silence"


def test_the_button_works_all_the_same() -> None:
    house = House(ONE_EYE)
    house.fail("mqtt.absent")

    house.press()

    assert condition(house) is Condition.WARNING


def test_one_source_that_works_is_enough() -> None:
    house = House(TWO_EYES)
    house.fail("mqtt.absent")

    house.pass_time(hours=4)

    assert asks(house)
    assert not house.of(RulesBlinded)


@pytest.mark.parametrize("blind", [GRACE, timedelta(hours=2)])
def test_with_the_source_back_it_watches_afresh_from_then(blind: timedelta) -> None:
    house = House(ONE_EYE)
    house.move()
    house.pass_time(hours=3)
    house.fail("mqtt.absent")
    house.pass_time(blind)

    house.repair("mqtt.absent")
    assert condition(house) is Condition.OK
    assert [fact.over for fact in house.of(RulesBlinded)] == [False, True]
    assert BLIND not in house.state.faults

    house.pass_time(hours=3, minutes=59)
    assert not asks(house)
    house.pass_time(minutes=1)
    assert asks(house)


def test_a_broker_that_stumbles_every_hour_does_not_switch_the_watch_off() -> None:
    house = House(ONE_EYE)
    house.move()
    for _ in range(4):
        house.pass_time(minutes=59)
        house.fail("mqtt.absent")
        house.pass_time(minutes=1)
        house.repair("mqtt.absent")

    assert not asks(house)
    house.pass_time(minutes=4)
    assert asks(house)
    assert not any(sent.key == f"tech.raised.{BLIND}" for sent in house.sent)


def test_a_window_that_nobody_saw_is_not_asked_for_and_the_next_one_is() -> None:
    house = House(replace(ONE_EYE, silences=(), windows=(MORNING,)))
    house.pass_time(hours=20, minutes=30)  # half past seven
    house.fail("mqtt.absent")
    house.pass_time(hours=4)
    house.repair("mqtt.absent")

    house.pass_time(hours=12)
    assert not asks(house)

    house.pass_time(hours=10, minutes=30)
    assert asks(house)


def test_a_window_with_sources_of_its_own_is_blind_without_them() -> None:
    in_kitchen = Window("midi", EVERY_DAY, time(11), time(14), ("cuisine",))
    pressed = Window("soir", EVERY_DAY, time(18), time(20), ("button",))
    house = House(replace(TWO_EYES, windows=(in_kitchen, pressed)))

    house.fail("mqtt.absent")
    assert list(house.state.watch.blinded) == ["window/midi"]

    house.fail("gpio.absent")
    assert list(house.state.watch.blinded) == ["window/midi", "window/soir", "silence/silence"]

    house.repair("mqtt.absent")
    assert list(house.state.watch.blinded) == ["window/soir"]


def test_a_home_with_buttons_only_lives_by_them() -> None:
    house = House(replace(ONE_EYE, sensors=()))

    house.fail("gpio.denied")

    assert list(house.state.watch.blinded) == ["silence/silence"]


def test_a_home_without_any_source_is_asked_as_ever() -> None:
    house = House(replace(ONE_EYE, sensors=(), buttons=()))
    house.fail("gpio.absent")

    house.pass_time(hours=4)

    assert asks(house)


def test_a_rule_that_is_taken_away_is_not_blind_any_more() -> None:
    house = House(ONE_EYE)
    house.fail("mqtt.absent")

    house.replace_policy(silences=())

    assert condition(house) is Condition.FAULT
    assert BLIND not in house.state.faults


def test_it_watches_again_though_the_fault_itself_was_called_over_before() -> None:
    house = House(ONE_EYE)
    house.fail("mqtt.absent")
    house.repair(BLIND)
    assert house.state.watch.blinded

    house.repair("mqtt.absent")

    assert not house.state.faults
    assert not house.state.watch.blinded


def test_long_past_blindness_is_forgotten() -> None:
    house = House(ONE_EYE)
    for _ in range(3):
        house.fail("mqtt.absent")
        house.pass_time(GRACE)
        house.repair("mqtt.absent")
        house.oversleep(days=20)  # awake, it would ask and alert all the while
        house.move()

    assert len(house.state.watch.unseen["silence/silence"]) == 1
