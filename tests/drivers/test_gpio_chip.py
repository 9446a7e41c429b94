"""The chip: one named library, and what each says when it refuses."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import gpiozero
import pytest
from gpio_bench import Bench
from gpiozero import Device

from hub.drivers.gpio_chip import GpioChip, GpioError, Symptom, by_code, diagnose
from hub.errors import DriverError

LgpioError = type("error", (Exception,), {})  # lgpio's own type: a bare Exception of this name

# What the libraries were seen to say: lgpio 0.2.2, rpi-lgpio 0.6, RPi.GPIO 0.7.1, gpiozero 2.0.1.
SAYINGS = [
    (ModuleNotFoundError("No module named 'lgpio'"), Symptom.LIBRARY),
    (RuntimeError("Failed to add edge detection"), Symptom.LIBRARY),
    (LgpioError("'can not open gpiochip'"), Symptom.ABSENT),
    (LgpioError("'not a gpiochip'"), Symptom.ABSENT),
    (LgpioError("'unknown handle'"), Symptom.ABSENT),
    (gpiozero.PinUnknownPi("unable to locate Pi revision in /proc/cpuinfo"), Symptom.ABSENT),
    (RuntimeError("This module can only be run on a Raspberry Pi!"), Symptom.ABSENT),
    (LgpioError("'GPIO busy'"), Symptom.BUSY),
    (gpiozero.GPIOPinInUse("pin GPIO17 is already in use by <gpiozero.LED>"), Symptom.BUSY),
    (RuntimeError("No access to /dev/mem.  Try running as root!"), Symptom.DENIED),
    (PermissionError(13, "Permission denied"), Symptom.DENIED),
    (LgpioError("'no permission to perform action'"), Symptom.DENIED),
    (gpiozero.PinInvalidPin("99 is not a valid pin name"), Symptom.PIN),
    (gpiozero.PinFixedPull("GPIO2 has a physical pull-up resistor"), Symptom.PIN),
    (LgpioError("'bad GPIO number'"), Symptom.PIN),
    (LgpioError("'I2C read failed'"), Symptom.FAILED),
]


@pytest.mark.parametrize(("saying", "symptom"), SAYINGS, ids=str)
def test_what_a_library_says_becomes_one_symptom_with_evidence_and_remedy(saying, symptom, tmp_path):
    error = diagnose(saying, "pin 17", dev=tmp_path)

    assert error.symptom is symptom
    assert str(error).startswith("pin 17: ")
    assert str(saying) in str(error)
    assert "What to do: " in str(error)


def test_a_chip_that_is_there_and_locked_is_denied_and_not_absent(tmp_path):
    (tmp_path / "gpiochip0").symlink_to("nowhere")  # not to be opened, even by root

    assert diagnose(LgpioError("'can not open gpiochip'"), "chip", dev=tmp_path).symptom is Symptom.DENIED


def test_an_open_chip_of_another_kind_does_not_hide_the_absence(tmp_path):
    (tmp_path / "gpiochip0").touch()

    assert diagnose(LgpioError("'can not open gpiochip'"), "chip", dev=tmp_path).symptom is Symptom.ABSENT


def test_troubles_of_one_kind_share_a_code():
    troubles = [GpioError(Symptom.BUSY, "pin 17"), GpioError(Symptom.BUSY, "pin 4"), GpioError(Symptom.PIN, "pin 99")]

    faults = by_code("gpio", troubles)

    assert sorted(faults) == ["gpio.busy", "gpio.pin"]
    assert "pin 17" in faults["gpio.busy"]
    assert "pin 4" in faults["gpio.busy"]


def test_an_absent_library_is_named_and_no_other_takes_its_place(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "lgpio", None)
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
    monkeypatch.setattr(Device, "pin_factory", None)

    with pytest.raises(GpioError, match=r"GPIO by lgpio.*sudo apt install python3-lgpio") as refused:
        GpioChip("lgpio", tmp_path).open()

    assert refused.value.symptom is Symptom.LIBRARY
    assert Device.pin_factory is None


def test_an_unknown_factory_is_refused_with_the_names_there_are(tmp_path):
    with pytest.raises(DriverError, match=r"no factory 'gpiod'.*lgpio, rpigpio, pigpio, mock"):
        GpioChip("gpiod", tmp_path).open()


def test_a_pigpiod_that_does_not_answer_is_absent_and_nothing_is_printed(tmp_path, monkeypatch, capfd):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refuses every connection
        monkeypatch.setenv("PIGPIO_ADDR", "127.0.0.1")
        monkeypatch.setenv("PIGPIO_PORT", str(taken.getsockname()[1]))

        with pytest.raises(GpioError) as refused:
            GpioChip("pigpio", tmp_path).open()

    assert refused.value.symptom is Symptom.ABSENT
    assert capfd.readouterr().out == ""


# What lgpio 0.2.2 does when it is imported, as far as it concerns the hub.
LGPIO = """
import os
os.chdir(os.environ["LG_WD"])
os.mkfifo(".lgd-nfy0")
class error(Exception): pass
BOTH_EDGES, RISING_EDGE, FALLING_EDGE = 3, 1, 2
SET_PULL_NONE, SET_PULL_UP, SET_PULL_DOWN = 128, 32, 64
def gpiochip_open(chip): raise error("can not open gpiochip")
"""


def test_lgpio_keeps_its_pipe_in_the_runtime_folder_and_the_process_stays_where_it_was(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "lgpio.py").write_text(LGPIO)
    code = (
        "from pathlib import Path\n"
        "from hub.drivers.gpio_chip import GpioChip, GpioError\n"
        "before = Path.cwd()\n"
        "try: GpioChip('lgpio', Path('run/hub')).open()\n"
        "except GpioError as absent: print(absent.symptom)\n"
        "assert Path.cwd() == before, Path.cwd()\n"
    )
    here = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path / 'lib'}:{here}"}

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=60
    )

    assert done.stdout.decode().strip() == "absent"
    assert (tmp_path / "run/hub/.lgd-nfy0").is_fifo()


def test_the_error_of_a_library_below_the_named_one_is_known_too(tmp_path, monkeypatch):
    lgpio = ModuleType("lgpio")  # as rpi-lgpio brings it in
    lgpio.error = LgpioError
    monkeypatch.setitem(sys.modules, "lgpio", lgpio)
    chip = GpioChip("mock", tmp_path)
    chip.open()

    with pytest.raises(GpioError) as refused, chip.naming("pin 17"):
        raise LgpioError("'GPIO busy'")

    assert refused.value.symptom is Symptom.BUSY


def test_a_closed_chip_opens_afresh(tmp_path):
    bench = Bench(tmp_path)
    first = bench.chip.open()

    bench.chip.close()
    bench.chip.close()

    assert bench.chip.open() is not first


def test_a_chip_that_refuses_to_let_go_is_forgotten_all_the_same(tmp_path):
    bench = Bench(tmp_path)
    factory = bench.chip.open()
    lamp = bench.chip.output(22, "light")
    bench.pin(22).trouble = OSError("unknown handle")

    with pytest.raises(GpioError, match="light"), bench.chip.naming("light"):
        lamp.on()
    bench.chip.close()

    assert factory.pins == {}
    bench.chip.let_go(lamp)
