"""Readings of the mains, movements counted by the minute, and which report a fault belongs to."""

from datetime import timedelta

import pytest
from house import MARIE, House

from hub.domain.proof import proven
from hub.domain.trouble import MAINS_LOST


class TestMains:
    def test_without_mains_the_family_is_told_after_five_minutes(self) -> None:
        house = House()
        house.observe("mains", False)
        assert MAINS_LOST in house.state.faults
        house.pass_time(minutes=4, seconds=59)
        assert not house.texts_to(MARIE)

        house.pass_time(seconds=1)
        assert house.last_to(MARIE).key == f"tech.raised.{MAINS_LOST}"

    def test_mains_that_come_back_are_no_fault_any_more(self) -> None:
        house = House()
        house.observe("mains", False)
        house.observe("mains", True)

        assert MAINS_LOST not in house.state.faults
        house.pass_time(hours=1)
        assert not house.texts_to(MARIE)

    @pytest.mark.parametrize(("what", "value"), [("mains", None), ("signal_dbm", False), ("battery_percent", 0)])
    def test_no_other_reading_says_so(self, what: str, value: float | None) -> None:
        house = House()
        house.observe(what, value)
        assert MAINS_LOST not in house.state.faults

        house.observe("mains", False)
        house.observe(what, value)
        assert MAINS_LOST in house.state.faults

    def test_while_there_is_mains_they_are_proven_at_this_moment(self) -> None:
        house = House()
        house.observe("mains", True)
        house.pass_time(hours=5)
        house.move()
        assert proven(house.state)["mains"] == house.now

        house.observe("mains", False)
        lost = house.now
        house.pass_time(hours=5)
        house.move()
        assert proven(house.state)["mains"] <= lost


class TestMovements:
    def test_they_are_counted_by_the_minute(self) -> None:
        house = House()
        began = house.now
        counted = []
        for _ in range(3):
            house.sense("entree", active=len(counted) % 2 == 0)
            counted.append(house.state.movements["entree"].changes)
            house.pass_time(seconds=20)
        house.sense("entree", active=False)

        assert counted == [1, 2, 3]
        assert house.state.movements["entree"].changes == 1
        assert house.state.movements["entree"].minute_from == began + timedelta(minutes=1)


class TestWhichReport:
    def test_a_fault_belongs_to_the_report_of_its_own_kind(self) -> None:
        house = House()
        house.fail("gpio.absent")
        house.pass_time(hours=1)
        told = house.state.faults["gpio.absent"].incident
        assert told is not None

        house.fail("modem.power")
        assert house.state.faults["modem.power"].incident is None
