"""The serial port: what the system says of it, in the system's words, as an OSError and nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.drivers.modem.port import Port
from hub.sim.pty_modem import make_raw


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    master, slave = os.openpty()
    make_raw(slave)
    yield master, slave
    os.close(master)
    os.close(slave)


@pytest.fixture
def port(line: tuple[int, int]) -> Iterator[Port]:
    opened = Port(os.ttyname(line[1]), 115200)
    yield opened
    opened.close()


def test_bytes_cross_it_both_ways_unchanged(line: tuple[int, int], port: Port) -> None:
    everything = bytes(range(256))
    port.write(everything, 115200)
    assert os.read(line[0], 4096) == everything

    os.write(line[0], everything)
    assert port.read() == everything


def test_it_changes_its_speed_before_it_speaks(line: tuple[int, int], port: Port) -> None:
    port.write(b"AT\r", 9600)
    assert os.read(line[0], 4096) == b"AT\r"
    assert port._serial.baudrate == 9600


def test_a_port_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        Port(str(tmp_path / "modem"), 115200)

    assert refused.value.strerror == "No such file or directory"
    assert str(refused.value).count(str(tmp_path)) == 1


def test_what_is_no_serial_line_is_refused_as_an_os_error() -> None:
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        Port("/dev/null", 115200)


def test_a_port_that_is_held_is_refused(line: tuple[int, int], port: Port) -> None:
    with pytest.raises(BlockingIOError):
        Port(os.ttyname(line[1]), 115200)


def test_an_unplugged_port_is_an_error_and_can_be_closed() -> None:
    master, slave = os.openpty()
    opened = Port(os.ttyname(slave), 115200)
    os.close(slave)
    os.close(master)

    with pytest.raises(OSError, match=r"unplugged|Input/output"):
        opened.read()
    with pytest.raises(OSError, match=r"write failed|Input/output"):
        opened.write(b"AT\r", 9600)
    opened.close()


def test_a_name_that_leads_to_another_device_is_noticed_and_one_that_is_gone_is_not(
    line: tuple[int, int], tmp_path: Path
) -> None:
    name = tmp_path / "modem"
    name.symlink_to(os.ttyname(line[1]))
    opened = Port(str(name), 115200)
    opened.check()
    name.unlink()
    opened.check()
    name.symlink_to("/dev/null")
    with pytest.raises(OSError, match="another device"):
        opened.check()
    opened.close()
