"""The faults of one driver: told once, taken back once, and those of an earlier run not left standing for ever."""

from datetime import UTC, datetime

import pytest

from hub.domain.inputs import FaultCleared, FaultSeen, Input
from hub.drivers.faults import StandingFaults

AT = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)


class StandingClock:
    def now(self) -> datetime:
        return AT


@pytest.fixture
def posted() -> list[Input]:
    return []


def test_a_fault_is_told_once_while_it_stands_and_taken_back_once(posted):
    faults = StandingFaults(posted.append, StandingClock())
    for present in ({}, {"gpio.busy": "pin 17"}, {"gpio.busy": "pin 17, still"}, {}, {}):
        faults.tell(present)

    assert posted == [FaultSeen(AT, "gpio.busy", "pin 17"), FaultCleared(AT, "gpio.busy")]


def test_what_an_earlier_run_told_of_is_taken_back_at_the_first_look_that_finds_it_in_order(posted):
    faults = StandingFaults(posted.append, StandingClock(), {"gpio.busy", "gpio.absent"})
    faults.tell({"gpio.busy": "pin 17"})
    assert posted == [FaultCleared(AT, "gpio.absent"), FaultSeen(AT, "gpio.busy", "pin 17")]

    faults.tell({"gpio.busy": "pin 17"})
    faults.tell({})
    assert posted[2:] == [FaultCleared(AT, "gpio.busy")]
