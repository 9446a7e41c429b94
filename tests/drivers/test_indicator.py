"""The light and the buzzer: rhythms as data, and pins that follow them."""

import threading
from collections.abc import Callable, Iterator

import pytest
from gpio_bench import DEADLINE_S, Bench, BenchPin
from gpiozero import DigitalOutputDevice
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.drivers.gpio_chip import GpioChip
from hub.drivers.indicator import LIGHT, OFF, SOUND, STEADY, TOUCH, GpioIndicator, Rhythm
from hub.ports import Pattern

LED, BUZZER, PAD = 22, 23, 25
NEVER_S, SOON_S = 600.0, 0.02
ASKS_THE_RESIDENT = {Pattern.HEARD, Pattern.ASKED}
RHYTHMS = st.lists(st.integers(1, 50), min_size=1, max_size=3).map(lambda beats: Rhythm((*beats, *beats)))


@pytest.fixture
def bench(tmp_path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def indicate(bench) -> Iterator[Callable[..., GpioIndicator]]:
    started = []

    def start(
        led: int | None = LED, buzzer: int | None = BUZZER, chip: GpioChip | None = None, retry_s: float = NEVER_S
    ) -> GpioIndicator:
        indicator = GpioIndicator(led, buzzer, chip or bench.chip, bench.inbox.post, bench.clock, retry_s=retry_s)
        bench.pin(LED), bench.pin(BUZZER)  # made here, lest driver and test each make one
        indicator.start()
        started.append(indicator)
        return indicator

    yield start
    for indicator in started:
        indicator.stop()


def is_lit(pin: BenchPin) -> bool:
    return pin.function == "output" and bool(pin._state)


def is_dark(pin: BenchPin) -> bool:
    return not is_lit(pin)


def has_changed(times: int) -> Callable[[BenchPin], bool]:
    return lambda pin: len(pin.states) > times


# -- rhythms ----------------------------------------------------------------------------------


@settings(deadline=None)
@given(RHYTHMS, st.integers(0, 1000))
def test_a_rhythm_keeps_its_state_until_the_moment_it_names_and_then_changes(rhythm, elapsed_ms):
    is_on, in_ms = rhythm.at(elapsed_ms)

    assert all(rhythm.at(elapsed_ms + ms)[0] is is_on for ms in range(in_ms))
    assert rhythm.at(elapsed_ms + in_ms)[0] is not is_on


def test_a_rhythm_begins_with_on_and_repeats():
    rhythm = Rhythm((100, 50, 10, 200))

    states = [rhythm.at(ms) for ms in (0, 100, 150, 160, 360)]

    assert states == [(True, 100), (False, 50), (True, 10), (False, 200), (True, 100)]


def test_steady_and_off_never_change():
    assert STEADY.at(12345) == (True, None)
    assert OFF.at(12345) == (False, None)


@pytest.mark.parametrize("pattern", list(Pattern))
def test_each_pattern_has_a_light_that_is_seen(pattern):
    assert any(LIGHT[pattern].at(ms)[0] for ms in range(0, 2000, 10))


def test_no_two_patterns_look_the_same():
    assert len(set(LIGHT.values())) == len(Pattern)


@pytest.mark.parametrize("pattern", list(Pattern))
def test_the_buzzer_sounds_only_when_the_resident_is_asked_for_something(pattern):
    assert (SOUND[pattern] is not OFF) is (pattern in ASKS_THE_RESIDENT)


@pytest.mark.parametrize("pattern", list(Pattern))
def test_whatever_sounds_is_felt_as_well_and_so_is_that_help_is_called_and_comes(pattern):
    felt = any(TOUCH[pattern].at(ms)[0] for ms in range(0, 2000, 10))

    assert felt is (pattern in {*ASKS_THE_RESIDENT, Pattern.CALLING, Pattern.COMING})


def test_a_rhythm_that_is_counted_ends_for_good():
    rhythm = Rhythm((100, 50), times=2)

    states = [rhythm.at(ms) for ms in (0, 100, 150, 299, 300, 100_000)]

    assert states == [(True, 100), (False, 50), (True, 100), (False, 1), (False, None), (False, None)]
    assert not TOUCH[Pattern.COMING].at(60_000)[0]


@pytest.mark.parametrize("pattern", list(Pattern))
def test_no_light_flashes_more_than_three_times_in_any_second(pattern):
    lit = [LIGHT[pattern].at(ms)[0] for ms in range(6000)]
    rises = [ms for ms in range(1, 6000) if lit[ms] and not lit[ms - 1]]

    assert all(sum(start <= rise < start + 1000 for rise in rises) <= 3 for start in rises)


# -- pins -------------------------------------------------------------------------------------


def test_ready_is_a_steady_light_without_a_sound(bench, indicate):
    indicate().show(Pattern.READY)

    bench.pin(LED).wait_until(is_lit)

    assert bench.pin(BUZZER).states[-1].state is False
    assert bench.inbox.posted == []


def test_a_press_that_is_heard_blinks_fast_and_beeps(bench, indicate):
    indicate().show(Pattern.HEARD)

    bench.pin(LED).wait_until(has_changed(4))
    bench.pin(BUZZER).wait_until(has_changed(2))

    states = [state.state for state in bench.pin(LED).states][-4:]
    assert states in ([True, False] * 2, [False, True] * 2)


def test_the_pad_is_felt_by_itself_without_a_light_or_a_buzzer(bench):
    pad = GpioIndicator(None, None, bench.chip, bench.inbox.post, bench.clock, vibration=PAD)
    bench.pin(PAD)  # made here, lest driver and test each make one
    pad.start()
    pad.show(Pattern.CALLING)
    bench.pin(PAD).wait_until(has_changed(3))
    pad.show(Pattern.READY)
    bench.pin(PAD).wait_until(is_dark)
    pad.stop()

    assert bench.inbox.posted == []


def test_the_last_pattern_holds(bench, indicate):
    indicator = indicate()

    for pattern in (Pattern.HEARD, Pattern.CALLING, Pattern.COMING, Pattern.FAULT, Pattern.READY):
        indicator.show(pattern)

    bench.pin(LED).wait_until(is_lit)
    bench.pin(BUZZER).wait_until(is_dark)


def test_what_is_shown_before_the_start_is_shown_after_it(bench):
    indicator = GpioIndicator(LED, None, bench.chip, bench.inbox.post, bench.clock)
    indicator.show(Pattern.READY)
    lamp = bench.pin(LED)

    indicator.start()

    lamp.wait_until(is_lit)
    indicator.stop()


def test_it_is_dark_and_the_pins_are_free_after_the_stop(bench, indicate):
    indicator = indicate()
    indicator.show(Pattern.READY)
    bench.pin(LED).wait_until(is_lit)

    indicator.stop()
    indicator.show(Pattern.HEARD)

    assert is_dark(bench.pin(LED))
    assert not indicator.is_alive()
    DigitalOutputDevice(LED, pin_factory=bench.chip.open()).close()


def test_it_can_be_started_again(bench, indicate):
    indicator = indicate()
    indicator.show(Pattern.READY)
    bench.pin(LED).wait_until(is_lit)
    indicator.stop()

    indicator.start()

    bench.pin(LED).wait_until(is_lit)
    assert indicator.is_alive()


def test_a_taken_pin_is_a_fault_and_the_other_still_works(bench, indicate):
    blocker = DigitalOutputDevice(BUZZER, pin_factory=bench.chip.open())

    indicate(retry_s=SOON_S).show(Pattern.READY)
    bench.inbox.wait_for_fault("indicator.busy")
    bench.pin(LED).wait_until(is_lit)

    blocker.close()
    bench.inbox.wait_for_fault("-indicator.busy")
    assert "pin 23 (buzzer)" in bench.inbox.posted[0].detail


def test_a_chip_that_breaks_in_mid_blink_is_a_fault_and_the_light_returns_with_it(bench, indicate):
    indicate(buzzer=None, retry_s=0.3).show(Pattern.HEARD)
    bench.pin(LED).wait_until(has_changed(2))

    bench.pin(LED).trouble = OSError("unknown handle")
    bench.inbox.wait_for_fault("indicator.absent")
    bench.pin(LED).trouble = None
    bench.inbox.wait_for_fault("-indicator.absent")

    bench.pin(LED).wait_until(is_lit)


def test_an_absent_chip_is_one_fault_and_showing_goes_on_without_complaint(bench, indicate, tmp_path):
    indicator = indicate(chip=GpioChip("gpiod", tmp_path))

    for pattern in Pattern:
        indicator.show(pattern)
    bench.inbox.wait_for_fault("indicator.library")

    assert indicator.is_alive()


def test_without_pins_there_is_nothing_to_do_and_nothing_to_complain_of(bench, indicate):
    indicator = indicate(led=None, buzzer=None)

    indicator.show(Pattern.FAULT)
    indicator.stop()

    assert bench.inbox.posted == []


def test_showing_does_not_wait_for_a_pin_that_hangs(bench, indicate):
    hung, released = threading.Event(), threading.Event()

    class HangingPin(BenchPin):
        def _set_state(self, value):
            hung.set()
            assert released.wait(DEADLINE_S)
            super()._set_state(value)

    bench.use(HangingPin)
    indicator = indicate(buzzer=None)
    indicator.show(Pattern.READY)
    assert hung.wait(DEADLINE_S)

    shows = threading.Thread(target=lambda: [indicator.show(pattern) for pattern in Pattern])
    shows.start()
    shows.join(DEADLINE_S)

    assert not shows.is_alive()
    released.set()


def test_a_mistake_of_ours_is_told_and_does_not_end_the_thread(bench, indicate, caplog):
    class KaputPin(BenchPin):
        def _set_state(self, value):
            raise KeyError(f"no library raises this {value}")

    bench.use(KaputPin)

    indicator = indicate(buzzer=None)
    indicator.show(Pattern.READY)
    bench.inbox.wait_for_fault("indicator.failed")

    assert indicator.is_alive()
    assert "KeyError" in caplog.text
