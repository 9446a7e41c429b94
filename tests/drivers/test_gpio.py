"""The wired contacts of the home, on gpiozero's mock chip."""

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from gpio_bench import DEADLINE_S, Bench, BenchPin
from gpiozero import DigitalInputDevice
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.inputs import ButtonEdge, SensorChanged
from hub.drivers.gpio import GpioInputs, Line, LineKind, Pull
from hub.drivers.gpio_chip import GpioChip

WALL = Line("salon", LineKind.BUTTON, 17, Pull.UP, active_high=False)
KITCHEN = Line("cuisine", LineKind.SENSOR, 27, Pull.DOWN, active_high=True)
# Long enough that nothing is tried a second time within a test; short enough to see it tried.
NEVER_S, SOON_S = 600.0, 0.02


@pytest.fixture
def bench(tmp_path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def watch(bench) -> Iterator[Callable[..., GpioInputs]]:
    started = []

    def start(*lines: Line, chip: GpioChip | None = None, retry_s: float = NEVER_S) -> GpioInputs:
        inputs = GpioInputs(lines, chip or bench.chip, bench.inbox.post, bench.clock, retry_s=retry_s)
        inputs.start()
        assert inputs.wait_until_tried(DEADLINE_S)
        started.append(inputs)
        return inputs

    yield start
    for inputs in started:
        inputs.stop()


def edges(bench: Bench) -> list[bool]:
    return [seen.down for seen in bench.inbox.of(ButtonEdge)]


def levels(bench: Bench) -> list[bool]:
    return [seen.active for seen in bench.inbox.of(SensorChanged)]


def test_a_press_and_its_release_are_told_as_they_happen(bench, watch):
    watch(WALL)

    bench.pin(17).connect(high=False)
    bench.pin(17).disconnect()

    assert edges(bench) == [False, True, False]
    assert {seen.button for seen in bench.inbox.of(ButtonEdge)} == {"salon"}
    times = [seen.at for seen in bench.inbox.posted]
    assert times == sorted(times)


def test_bounces_are_told_too_for_the_domain_debounces(bench, watch):
    watch(WALL)

    for _ in range(5):
        bench.pin(17).connect(high=False)
        bench.pin(17).disconnect()

    assert edges(bench) == [False, *([True, False] * 5)]


def test_a_contact_that_is_closed_at_the_start_is_told(bench, watch):
    bench.pin(17).connect(high=False)

    watch(WALL)

    assert edges(bench) == [True]


def test_motion_raises_its_line_and_rest_lowers_it(bench, watch):
    watch(KITCHEN)

    bench.pin(27).connect(high=True)
    bench.pin(27).disconnect()

    assert levels(bench) == [False, True, False]


@pytest.mark.parametrize("pull", list(Pull))
@pytest.mark.parametrize("active_high", [True, False])
def test_any_wiring_is_active_at_its_active_level(bench, watch, pull, active_high):
    bench.pin(22).connect(high=not active_high)
    watch(Line("porte", LineKind.SENSOR, 22, pull, active_high))

    bench.pin(22).connect(high=active_high)
    bench.pin(22).connect(high=not active_high)

    assert levels(bench) == [False, True, False]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.booleans(), max_size=20))
def test_whatever_a_contact_does_the_last_word_is_its_level(tmp_path_factory, moves):
    bench = Bench(tmp_path_factory.getbasetemp())
    inputs = GpioInputs([KITCHEN], bench.chip, bench.inbox.post, bench.clock)
    inputs.start()
    assert inputs.wait_until_tried(DEADLINE_S)

    for high in moves:
        bench.pin(27).connect(high=high)
    inputs.stop()

    told = levels(bench)
    assert told[-1] is (moves[-1] if moves else False)
    assert all(before is not after for before, after in pairwise(told))


def test_a_pin_that_is_taken_is_a_fault_and_silences_no_other(bench, watch):
    blocker = DigitalInputDevice(17, pull_up=True, pin_factory=bench.chip.open())

    watch(WALL, KITCHEN)
    bench.pin(27).connect(high=True)

    assert bench.inbox.faults() == ["gpio.busy"]
    assert 'pin 17 (button "salon")' in bench.inbox.posted[-2].detail
    assert levels(bench) == [False, True]
    blocker.close()


def test_a_pin_that_becomes_free_is_taken_and_its_fault_taken_back(bench, watch):
    blocker = DigitalInputDevice(17, pull_up=True, pin_factory=bench.chip.open())
    watch(WALL, retry_s=SOON_S)

    blocker.close()
    bench.inbox.wait_for_fault("-gpio.busy")

    assert bench.inbox.faults() == ["gpio.busy", "-gpio.busy"]
    assert edges(bench) == [False]


def test_a_failed_attempt_does_not_itself_keep_the_pin_busy(bench, watch):
    class OnceBusyPin(BenchPin):
        attempts = 0

        def __init__(self, factory, info):
            type(self).attempts += 1
            if self.attempts == 1:
                raise OSError("GPIO busy")
            super().__init__(factory, info)

    bench.use(OnceBusyPin)
    gc.disable()  # the second attempt must not depend on when rubbish is collected
    try:
        watch(WALL, retry_s=SOON_S)
        bench.inbox.wait_for_fault("-gpio.busy")
    finally:
        gc.enable()

    assert OnceBusyPin.attempts == 2


def test_a_pin_that_does_not_exist_is_a_fault_that_says_what_to_write(bench, watch):
    watch(Line("salon", LineKind.BUTTON, 99, Pull.UP, active_high=False))

    assert bench.inbox.faults() == ["gpio.pin"]
    assert "BCM" in bench.inbox.posted[0].detail


def test_a_chip_that_vanishes_is_a_fault_and_its_return_is_told_with_all_levels(bench, watch):
    watch(WALL, KITCHEN, retry_s=SOON_S)
    bench.inbox.wait_for(lambda _: edges(bench) and levels(bench))

    bench.pin(27).trouble = OSError("unknown handle")
    bench.inbox.wait_for_fault("gpio.absent")
    bench.inbox.wait_for_fault("-gpio.absent")

    assert edges(bench) == [False, False]
    assert levels(bench) == [False, False]


def deafen(bench: Bench) -> None:
    """Lose all edges from now on, as a library does whose callback thread died."""
    bench.pin(17).when_changed = None


def test_a_press_whose_edge_is_lost_is_told_all_the_same_with_a_fault(bench, watch):
    watch(WALL, retry_s=SOON_S)

    deafen(bench)
    bench.pin(17).connect(high=False)
    bench.inbox.wait_for_fault("gpio.deaf")
    bench.inbox.wait_for(lambda _: edges(bench) == [False, True])

    assert "-gpio.deaf" not in bench.inbox.faults()


def test_edges_that_arrive_again_take_the_fault_back(bench, watch):
    inputs = watch(WALL, retry_s=SOON_S)
    deafen(bench)
    bench.pin(17).connect(high=False)
    bench.inbox.wait_for(lambda _: edges(bench) == [False, True])

    bench.pin(17).disconnect()

    bench.inbox.wait_for_fault("-gpio.deaf")
    assert inputs.is_alive()


def test_a_driver_that_stays_deaf_counts_as_dead(bench, watch):
    inputs = watch(WALL, retry_s=SOON_S)

    for round_, high in enumerate([False, True], start=1):
        deafen(bench)
        bench.pin(17).connect(high=high)
        bench.inbox.wait_for(lambda _, told=round_ + 1: len(edges(bench)) == told)

    assert not inputs.is_alive()


def test_nothing_is_posted_after_the_stop_and_the_pins_are_free(bench, watch):
    inputs = watch(WALL, KITCHEN)

    inputs.stop()
    posted = len(bench.inbox.posted)
    bench.pin(17).connect(high=False)

    assert len(bench.inbox.posted) == posted
    assert not inputs.is_alive()
    DigitalInputDevice(17, pin_factory=bench.chip.open()).close()


def test_it_can_be_started_again(bench, watch):
    inputs = watch(WALL)
    inputs.stop()

    inputs.start()
    assert inputs.wait_until_tried(DEADLINE_S)
    bench.pin(17).connect(high=False)

    assert edges(bench) == [False, False, True]
    assert inputs.is_alive()


def test_start_and_stop_are_swift_even_while_the_library_hangs(bench):
    hung, released = threading.Event(), threading.Event()

    class HangingPin(BenchPin):
        def __init__(self, factory, info):
            hung.set()
            assert released.wait(DEADLINE_S)
            super().__init__(factory, info)

    bench.use(HangingPin)
    inputs = GpioInputs([WALL], bench.chip, bench.inbox.post, bench.clock)
    inputs.start()
    assert hung.wait(DEADLINE_S)

    began = time.monotonic()
    inputs.stop()

    assert time.monotonic() - began < 2.0
    released.set()
    inputs._thread.join(DEADLINE_S)
    assert not inputs._thread.is_alive()
    assert bench.inbox.posted == []


def test_a_mistake_of_ours_is_told_and_does_not_end_the_thread(bench, watch, caplog):
    class KaputPin(BenchPin):
        def _set_bounce(self, value):
            raise KeyError(f"no library raises this {value}")

    bench.use(KaputPin)

    inputs = watch(WALL)

    assert bench.inbox.faults() == ["gpio.failed"]
    assert inputs.is_alive()
    assert "KeyError" in caplog.text


def test_the_drivers_load_without_gpiozero_which_is_slow():
    code = (
        "import sys, hub.drivers.gpio, hub.drivers.indicator, hub.drivers.speech; sys.exit('gpiozero' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
