"""The modem's PWRKEY on a pin and its supply in a file: moved, brought back to rest, and told where they cannot be."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.config import ModemConfig
from hub.domain.inputs import FaultCleared, FaultSeen
from hub.drivers.modem.levers import FileLever, Lever, PinLever
from hub.drivers.modem.power import SWITCH, ModemPower, Pull, wired_power
from hub.drivers.modem.remedies import Remedy
from hub.errors import DriverError
from hub.place_forms import Active, GpioPin
from hub.place_forms import Pull as Resistor
from tests.drivers.gpio_bench import Bench, BenchPin
from tests.mosquitto import wait_until

KEY = 4
HOLD_S = 0.05


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.chip.close()


@pytest.fixture
def run() -> Iterator[Callable[[ModemPower], ModemPower]]:
    started: list[ModemPower] = []

    def start(power: ModemPower) -> ModemPower:
        power.start()
        started.append(power)
        return power

    yield start
    for power in started:
        power.stop()


def power_of(bench: Bench, remedy: Remedy, lever: Lever, seconds: float = HOLD_S, **more: object) -> ModemPower:
    return ModemPower({remedy: Pull(lever, seconds)}, bench.inbox.post, bench.clock, **more)  # type: ignore[arg-type]


def key(bench: Bench, *, active_high: bool = True) -> PinLever:
    return PinLever(bench.chip, KEY, "the modem's PWRKEY", active_high=active_high)


def usb(tmp_path: Path, name: str = "authorized", word: str = "1") -> Path:
    file = tmp_path / name
    file.write_text(f"{word}\n")
    return file


class TestThePin:
    def test_it_is_at_rest_until_asked_pressed_for_its_time_and_at_rest_again(self, bench: Bench, run) -> None:
        pin = bench.pin(KEY)
        power = run(power_of(bench, Remedy.PWRKEY, key(bench)))
        pin.wait_until(lambda pin: pin.function == "output")
        assert not pin.state

        power.begin(Remedy.PWRKEY)
        pin.wait_until(lambda pin: [s.state for s in pin.states[-3:]] == [False, True, False])

        assert pin.states[-1].timestamp >= HOLD_S
        assert bench.inbox.faults() == []

    def test_one_that_presses_when_low_rests_high(self, bench: Bench, run) -> None:
        pin = bench.pin(KEY)
        power = run(power_of(bench, Remedy.PWRKEY, key(bench, active_high=False)))
        pin.wait_until(lambda pin: pin.function == "output" and pin.state)

        power.begin(Remedy.PWRKEY)
        pin.wait_until(lambda pin: [s.state for s in pin.states[-3:]] == [True, False, True])

    def test_a_pin_that_somebody_else_has_is_told_beforehand_and_taken_when_it_is_free(self, bench: Bench, run) -> None:
        other = bench.chip.output(KEY, "somebody else")
        power = run(power_of(bench, Remedy.PWRKEY, key(bench), look_every_s=0.02))
        bench.inbox.wait_for_fault(SWITCH)
        (told,) = bench.inbox.of(FaultSeen)
        assert "pin 4 (the modem's PWRKEY)" in told.detail

        other.close()
        bench.inbox.wait_for_fault(f"-{SWITCH}")
        power.begin(Remedy.PWRKEY)
        bench.pin(KEY).wait_until(lambda pin: pin.state)

    def test_a_chip_that_was_closed_by_the_driver_of_the_buttons_is_opened_again(self, bench: Bench, run) -> None:
        power = run(power_of(bench, Remedy.PWRKEY, key(bench)))
        bench.pin(KEY).wait_until(lambda pin: pin.function == "output")
        bench.chip.close()
        bench.use(BenchPin)
        pin = bench.pin(KEY)

        power.begin(Remedy.PWRKEY)
        pin.wait_until(lambda pin: pin.state)
        assert bench.inbox.faults() == []

    def test_a_hub_that_ends_lets_go_of_the_key(self, bench: Bench, run) -> None:
        pin = bench.pin(KEY)
        power = run(power_of(bench, Remedy.PWRKEY, key(bench), seconds=60.0))
        power.begin(Remedy.PWRKEY)
        pin.wait_until(lambda pin: pin.state)
        before = time.monotonic()
        power.stop()

        assert time.monotonic() - before < 2.0
        assert not pin.state
        assert pin.function == "input"
        assert not power.is_alive()


class TestTheFile:
    @pytest.fixture
    def locked(self, tmp_path: Path) -> Iterator[Path]:
        """A file at rest that not even root may write."""
        file = usb(tmp_path)
        if os.geteuid() != 0:
            file.chmod(0o444)
            yield file
            return
        if subprocess.run(["mount", "--bind", file, file], check=False).returncode:
            pytest.skip("this machine lets nobody mount")
        subprocess.run(["mount", "-o", "remount,bind,ro", file], check=True)
        yield file
        subprocess.run(["umount", file], check=True)

    @pytest.mark.parametrize(("name", "at_rest", "pulled"), [("authorized", "1", "0"), ("disable", "0", "1")])
    def test_the_supply_is_cut_for_its_time(self, bench: Bench, run, tmp_path, name, at_rest, pulled) -> None:
        file = usb(tmp_path, name, at_rest)
        power = run(power_of(bench, Remedy.SUPPLY, FileLever(file), seconds=0.2))

        power.begin(Remedy.SUPPLY)
        wait_until(lambda: file.read_text().strip() == pulled)
        wait_until(lambda: file.read_text().strip() == at_rest)
        assert bench.inbox.faults() == []

    def test_what_a_hub_left_off_that_was_killed_is_switched_on(self, bench: Bench, run, tmp_path) -> None:
        file = usb(tmp_path, word="0")
        run(power_of(bench, Remedy.SUPPLY, FileLever(file)))

        wait_until(lambda: file.read_text().strip() == "1")

    def test_a_hub_that_ends_in_the_midst_of_a_cut_ends_the_cut(self, bench: Bench, run, tmp_path) -> None:
        file = usb(tmp_path)
        power = run(power_of(bench, Remedy.SUPPLY, FileLever(file), seconds=60.0))
        power.begin(Remedy.SUPPLY)
        wait_until(lambda: file.read_text().strip() == "0")
        power.stop()

        assert file.read_text().strip() == "1"

    def test_a_device_that_is_gone_is_a_fault_until_it_is_back_and_no_file_is_made(
        self, bench: Bench, run, tmp_path
    ) -> None:
        file = tmp_path / "authorized"
        power = run(power_of(bench, Remedy.SUPPLY, FileLever(file), look_every_s=0.02))
        bench.inbox.wait_for_fault(SWITCH)
        power.begin(Remedy.SUPPLY)
        time.sleep(0.1)
        assert not file.exists()
        assert len(bench.inbox.of(FaultSeen)) == 1

        usb(tmp_path)
        bench.inbox.wait_for_fault(f"-{SWITCH}")

    def test_one_that_may_not_be_written_is_told_beforehand(self, bench: Bench, run, locked: Path) -> None:
        run(power_of(bench, Remedy.SUPPLY, FileLever(locked)))

        bench.inbox.wait_for_fault(SWITCH)
        (told,) = bench.inbox.of(FaultSeen)
        assert "a udev rule" in told.detail

    def test_one_that_says_what_no_file_of_the_kernel_says_is_told(self, bench: Bench, run, tmp_path) -> None:
        (tmp_path / "authorized").write_bytes(b"\xff")
        run(power_of(bench, Remedy.SUPPLY, FileLever(tmp_path / "authorized")))

        bench.inbox.wait_for_fault(SWITCH)


class StuckLever:
    """A driver of the kernel that hangs, until it is freed."""

    def __init__(self) -> None:
        self.freed = threading.Event()
        self.pulls = 0

    def rest(self) -> None:
        """Nothing."""

    def pull(self) -> None:
        self.pulls += 1
        self.freed.wait()

    def let_go(self) -> None:
        """Nothing."""


class TestTrouble:
    def test_a_write_that_hangs_is_told_costs_one_thread_and_holds_up_no_stop(self, bench: Bench, run) -> None:
        lever = StuckLever()
        power = run(power_of(bench, Remedy.SUPPLY, lever, hangs_after_s=0.05, look_every_s=0.02))
        power.begin(Remedy.SUPPLY)
        bench.inbox.wait_for_fault(SWITCH)
        for _ in range(3):
            power.begin(Remedy.SUPPLY)
        time.sleep(0.2)
        assert lever.pulls == 1
        assert [t.name for t in threading.enumerate()].count("modem power hand") == 1

        lever.freed.set()
        bench.inbox.wait_for_fault(f"-{SWITCH}")
        assert power.is_alive()

    def test_a_bug_is_a_fault_and_the_next_press_works(self, bench: Bench, run) -> None:
        class Buggy(StuckLever):
            def pull(self) -> None:
                self.pulls += 1
                if self.pulls == 1:
                    raise RuntimeError("a bug")

        lever = Buggy()
        power = run(power_of(bench, Remedy.PWRKEY, lever))
        power.begin(Remedy.PWRKEY)
        bench.inbox.wait_for_fault(SWITCH)
        power.begin(Remedy.PWRKEY)
        bench.inbox.wait_for_fault(f"-{SWITCH}")

        assert lever.pulls == 2

    def test_nothing_is_told_after_stop(self, bench: Bench, tmp_path) -> None:
        power = power_of(bench, Remedy.SUPPLY, FileLever(tmp_path / "authorized"))
        power.stop()
        power.start()
        power.stop()

        assert bench.inbox.posted == []

    def test_two_levers_that_cannot_be_moved_are_one_fault(self, bench: Bench, run, tmp_path) -> None:
        other = bench.chip.output(KEY, "somebody else")
        pulls = {Remedy.PWRKEY: Pull(key(bench), 0.1), Remedy.SUPPLY: Pull(FileLever(tmp_path / "disable"), 0.1)}
        power = run(ModemPower(pulls, bench.inbox.post, bench.clock))
        bench.inbox.wait_for_fault(SWITCH)

        (told,) = bench.inbox.of(FaultSeen)
        assert "pin 4" in told.detail
        assert "disable" in told.detail
        assert power.wired == (Remedy.PWRKEY, Remedy.SUPPLY)
        other.close()


class TestWhatIsWired:
    def test_a_key_and_a_pin_that_cuts(self, bench: Bench) -> None:
        config = ModemConfig(
            port="/dev/telecare-modem",
            profile="auto",
            sim_pin="",
            pwrkey=GpioPin(KEY, Resistor.NONE, Active.HIGH),
            usb_power=GpioPin(5, Resistor.NONE, Active.LOW),
        )
        power = wired_power(config, bench.chip, bench.inbox.post, bench.clock, frozenset())

        assert power is not None
        assert power.wired == (Remedy.PWRKEY, Remedy.SUPPLY)

    def test_what_is_wired_no_longer_is_out_of_order_no_longer(self, bench: Bench) -> None:
        config = ModemConfig(port="/dev/telecare-modem", profile="auto", sim_pin="")
        stood = frozenset({SWITCH, "modem.sick"})

        assert wired_power(config, bench.chip, bench.inbox.post, bench.clock, stood) is None
        assert [seen.fault for seen in bench.inbox.of(FaultCleared)] == [SWITCH]

    def test_what_an_earlier_run_told_of_is_taken_back_where_it_is_over(self, bench: Bench, run) -> None:
        run(power_of(bench, Remedy.PWRKEY, key(bench), before={SWITCH}))

        bench.inbox.wait_for_fault(f"-{SWITCH}")


def test_a_refusal_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(DriverError, match="authorized: No such file"):
        FileLever(tmp_path / "authorized").pull()
