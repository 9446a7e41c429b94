"""Mains, battery, heat and voltage, from real files in a folder that stands for the kernel's."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.config import PowerConfig, parse
from hub.domain.inputs import FaultCleared, FaultSeen, Input, Observed
from hub.drivers.gpio import Line, LineKind, Pull
from hub.drivers.power import COOL_C, ENOUGH_PERCENT, HOT_C, LOW_PERCENT, WEAK_TOLD_FOR_S, Power, undervoltage_file
from tests.mosquitto import wait_until

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
UPS = Path(__file__).parents[2] / "firmware_config/ups"
FILES = ("mains", "battery", "heat", "volts")


class Clock:
    def now(self) -> datetime:
        return NOW


class Machine:
    """The files of a kernel, and what the driver posts of them."""

    def __init__(self, folder: Path, **more: object) -> None:
        self.folder = folder
        self.seconds = 0.0
        self.posted: list[Input] = []
        config = PowerConfig(None, *(folder / name for name in FILES))
        self.power = Power(config, self.posted.append, Clock(), monotonic=lambda: self.seconds, **more)

    def says(self, **files: object) -> None:
        for name, value in files.items():
            (self.folder / name).write_text(f"{value}\n")

    def stands(self, **files: object) -> dict[str, str]:
        self.says(**files)
        return dict(self.power.look())

    def readings(self) -> dict[str, object]:
        return {seen.what: seen.value for seen in self.posted if isinstance(seen, Observed)}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_in_order_has_readings_and_no_fault(machine: Machine) -> None:
    assert machine.stands(mains=1, battery=98, heat=51_234, volts=0) == {}

    assert machine.readings() == {"mains": True, "battery_percent": 98, "cpu_temperature_c": 51}


def test_a_power_cut_is_a_reading_of_which_the_rules_make_a_fault(machine: Machine) -> None:
    machine.stands(mains=1)
    assert machine.stands(mains=0) == {}

    assert machine.readings()["mains"] is False


def test_a_low_battery_is_a_fault_until_it_is_well_charged(machine: Machine) -> None:
    assert machine.stands(battery=LOW_PERCENT + 1) == {}
    assert machine.stands(battery=LOW_PERCENT) == {"power.battery_low": "25 %"}
    assert machine.stands(battery=ENOUGH_PERCENT)
    assert machine.stands(battery=ENOUGH_PERCENT + 1) == {}


def test_a_hot_processor_is_a_fault_until_it_has_cooled(machine: Machine) -> None:
    assert machine.stands(heat=HOT_C * 1000 - 600) == {}
    assert machine.stands(heat=HOT_C * 1000) == {"power.hot": "80 C"}
    assert machine.stands(heat=COOL_C * 1000)
    assert machine.stands(heat=(COOL_C - 1) * 1000) == {}


def test_too_little_voltage_is_told_for_an_hour_after_it_was_last_seen(machine: Machine) -> None:
    assert machine.stands(volts="0x50005")
    machine.seconds += WEAK_TOLD_FOR_S - 1
    assert machine.stands(volts="50000") == {"power.undervoltage": "too little voltage"}
    machine.seconds += 1
    assert machine.stands(volts="50000") == {}


def test_a_dip_between_two_looks_is_seen_by_the_bit_that_stays(machine: Machine) -> None:
    assert machine.stands(volts=0) == {}

    assert machine.stands(volts="10000")


def test_a_file_that_goes_away_leaves_things_as_they_were(machine: Machine) -> None:
    machine.stands(battery=10, heat=90_000)
    (machine.folder / "battery").unlink()

    assert machine.stands(heat="rubbish").keys() == {"power.battery_low", "power.hot"}


@pytest.mark.parametrize("rubbish", ["", "yes", "\x00", "1 2", "é"])
def test_rubbish_in_a_file_is_nothing(machine: Machine, rubbish: str) -> None:
    assert machine.stands(mains=rubbish, battery=rubbish, heat=rubbish, volts=rubbish) == {}
    assert machine.readings() == {}


def test_what_is_not_there_is_not_read(tmp_path: Path) -> None:
    posted: list[Input] = []
    power = Power(PowerConfig(None, None, None, tmp_path / "none", None), posted.append, Clock())

    assert power.look() == {}
    assert not posted


class TestAFileThatTheInstallerWrote:
    @pytest.fixture
    def asked(self, tmp_path: Path) -> Machine:
        machine = Machine(tmp_path)
        machine.power._config = replace(machine.power._config, asked=frozenset({tmp_path / "mains"}))
        return machine

    def test_and_that_is_not_there_is_a_fault_until_it_is(self, asked: Machine) -> None:
        assert asked.stands() == {"power.unread": f"cannot be read: {asked.folder / 'mains'}"}
        assert asked.stands(mains=1) == {}

        (asked.folder / "mains").unlink()
        assert asked.stands().keys() == {"power.unread"}
        assert asked.readings()["mains"] is True, "nothing is concluded from it"

    @pytest.mark.parametrize("rubbish", ["", "yes", "é"])
    def test_and_that_says_nothing_is_one_too(self, asked: Machine, rubbish: str) -> None:
        assert asked.stands(mains=rubbish).keys() == {"power.unread"}

    def test_of_one_that_is_only_looked_for_it_is_none(self, asked: Machine) -> None:
        assert asked.stands(mains=0, heat="rubbish") == {}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, every_s=0.01, before=("power.hot", "power.battery_low"))
    machine.says(heat=85_000)
    yield machine
    machine.power.source.stop()


def test_its_thread_tells_each_fault_once_and_takes_back_what_is_over(running: Machine) -> None:
    running.power.source.start()
    assert running.power.source.is_alive()
    wait_until(lambda: FaultSeen(NOW, "power.hot", "85 C") in running.posted)
    assert FaultCleared(NOW, "power.battery_low") in running.posted

    running.says(heat=40_000)
    wait_until(lambda: FaultCleared(NOW, "power.hot") in running.posted)
    assert [type(seen) for seen in running.posted if not isinstance(seen, Observed)].count(FaultSeen) == 1


def test_after_its_stop_nothing_is_posted(running: Machine) -> None:
    running.power.source.start()
    wait_until(lambda: running.posted)

    running.power.source.stop()
    told = len(running.posted)

    assert not running.power.source.is_alive()
    assert not threading.Event().wait(0.05)
    assert len(running.posted) == told


def test_a_stop_before_the_start_is_no_trouble(machine: Machine) -> None:
    machine.power.source.stop()

    assert not machine.power.source.is_alive()


def test_a_pin_may_say_whether_there_is_mains() -> None:
    line = Line("mains", LineKind.MAINS, 24, Pull.DOWN, active_high=True)

    assert [line.seen(NOW, active=there) for there in (True, False)] == [
        Observed(NOW, "mains", True),
        Observed(NOW, "mains", False),
    ]


class TestAKernelWithoutTheUsualFile:
    """Debian's own kernel has no get_throttled; its hwmon has the same alarm under a number that changes."""

    @pytest.fixture
    def hwmon(self, tmp_path: Path) -> Path:
        for number, name in ((0, "cpu_thermal"), (3, "rpi_volt")):
            folder = tmp_path / f"hwmon{number}"
            folder.mkdir()
            (folder / "name").write_text(f"{name}\n")
        (tmp_path / "hwmon1").mkdir()
        (tmp_path / "hwmon3/in0_lcrit_alarm").write_text("1\n")
        return tmp_path

    def test_its_voltmeter_is_found_by_name_and_its_alarm_is_too_little_voltage(self, hwmon: Path) -> None:
        found = undervoltage_file(hwmon / "none", frozenset(), hwmon)
        power = Power(PowerConfig(None, None, None, None, found), lambda _seen: None, Clock())

        assert power.look() == {"power.undervoltage": "too little voltage"}

    def test_what_the_installer_wrote_or_is_there_or_is_off_is_left_as_it_is(self, hwmon: Path) -> None:
        usual = hwmon / "get_throttled"
        assert undervoltage_file(usual, frozenset({usual}), hwmon) == usual
        assert undervoltage_file(None, frozenset(), hwmon) is None
        usual.write_text("0\n")
        assert undervoltage_file(usual, frozenset(), hwmon) == usual
        assert undervoltage_file(hwmon / "none", frozenset(), hwmon / "none") == hwmon / "none"


@pytest.mark.parametrize("board", sorted(UPS.glob("*.toml")), ids=lambda path: path.stem)
def test_what_is_written_of_a_battery_board_fits_into_hub_toml_and_config_txt(board: Path) -> None:
    text = board.read_text("utf-8")
    power = parse(text, board).power

    assert power.mains_pin is not None
    lines = [line.removeprefix("#   ") for line in text.splitlines() if line.startswith("#   ")]
    assert bool(lines) is (power.battery_file is not None), "a gauge on I2C needs its overlay"
    assert all(re.fullmatch(r"dt(param|overlay)=[a-z0-9_,=-]+", line) for line in lines)
