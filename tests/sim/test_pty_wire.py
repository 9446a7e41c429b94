"""The modem's line of the demo is a terminal of the kernel, and nobody can tell by what is said on it."""

import os
from pathlib import Path

import pytest

from hub.sim.demo_house import DemoHouse
from hub.sim.house import Happening
from hub.sim.modem_road import OpenPort, SimulatedPort
from hub.sim.pty_wire import PtyPort, exactly
from hub.sim.web_demo import tales


class Echo:
    """A far side that says back what it hears, at once."""

    def __init__(self) -> None:
        self.heard, self.says = b"", b""

    def receive(self, data: bytes, _now: float) -> None:
        self.heard += data
        self.says += data

    def take_bytes(self) -> bytes:
        said, self.says = self.says, b""
        return said


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def port(echo):
    port = PtyPort(echo, lambda: 0.0, lambda: True)
    yield port
    port.close()


def test_every_byte_crosses_as_it_is_more_than_a_terminal_holds(port, echo):
    sent = bytes(range(256)) * 40
    port.write(sent, 115_200)

    assert echo.heard == sent
    assert port.has_bytes
    assert port.read() == sent
    assert not port.has_bytes
    with pytest.raises(BlockingIOError):
        port.read()


def test_it_is_a_terminal_that_the_drivers_own_port_has_opened(port):
    assert os.isatty(port.fileno())
    assert os.ttyname(port.fileno()) == port.name
    assert Path(port.name).is_char_device()
    port.close()
    assert not Path(port.name).exists()


def test_a_plug_that_is_pulled_takes_the_terminal_with_it(echo):
    is_in = True
    port = PtyPort(echo, lambda: 0.0, lambda: is_in)
    is_in = False

    assert port.has_bytes  # that it is out is heard
    for use in (port.check, port.read, lambda: port.write(b"AT\r", 115_200)):
        with pytest.raises(OSError, match="unplugged"):
            use()
    assert not Path(port.name).exists()
    port.close()


def test_bytes_that_do_not_arrive_are_told():
    readable, writable = os.pipe()
    os.write(writable, b"AT")
    with pytest.raises(OSError, match="3 bytes were lost"):
        exactly(5, readable, lambda: os.read(readable, 9), within_ms=20)
    os.close(readable)
    os.close(writable)


@pytest.mark.parametrize("tale", ["fall", "power_cut_in_alarm", "network_lost"])
def test_a_story_is_the_same_on_a_terminal_and_on_buffers(tale, tmp_path):
    def happened(open_port: OpenPort) -> list[Happening]:
        place = tmp_path / open_port.__name__
        place.mkdir()
        demo = DemoHouse(tales.read(tale, "en", place), plays=True, open_port=open_port)
        while not demo.script.is_over:
            demo.go_on()
        demo.house.stop_hub()
        assert demo.script.failed == []
        return list(demo.house.happenings)

    assert happened(PtyPort) == happened(SimulatedPort)


def terminals() -> int:
    """How many terminals this process holds the other end of."""
    held = list(Path("/proc/self/fd").iterdir())
    return sum(str(each.readlink()) == "/dev/ptmx" for each in held if each.is_symlink())


def test_the_demos_modem_is_on_a_terminal_which_goes_with_its_hub(tmp_path):
    before = terminals()
    demo = DemoHouse.usual("en", tmp_path)
    assert terminals() == before + 1
    for _ in range(3):
        demo.kill_hub()
        demo.pass_time(30)
        demo.move_plug()
        demo.pass_time(30)
        demo.move_plug()
        demo.pass_time(60)
    assert terminals() == before + 1
    demo.house.stop_hub()
    assert terminals() == before
