"""What becomes of a hub whose threads die: the audit says so, systemd is not fed any more, and a press still alerts."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.control import short_name
from hub.errors import ControlError
from tests.mosquitto import Mosquitto, wait_until
from tests.system.world import MARIE, PAUL, RESIDENT, World

pytestmark = pytest.mark.system

# A loop that has nothing to do takes a turn every 5 s, and audits itself on each (every 10 s without `bereaved`).
AUDIT_WITHIN_S = 25.0
FED = b"WATCHDOG=1"
# Five times as long as a `bereaved` hub's usual turn.
WATCHDOG_S = 5.0


class Systemd:
    """The socket that services talk to."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with short_name(Path(self.name)) as name:
            self._socket.bind(name)
        self._socket.setblocking(False)
        self.heard: list[bytes] = []

    def listen(self) -> list[bytes]:
        """Return all that was said so far."""
        while True:
            try:
                self.heard.append(self._socket.recv(4096))
            except BlockingIOError:
                return self.heard

    def aborts_when_unfed(self, world: World) -> int:
        """Do what WatchdogSec= has systemd do: SIGABRT when nothing was heard for so long; return the exit status."""
        process = world.process
        assert process is not None
        fed_at = time.monotonic()
        while time.monotonic() - fed_at < WATCHDOG_S:
            before = len(self.heard)
            if FED in self.listen()[before:]:
                fed_at = time.monotonic()
            time.sleep(0.05)
        process.send_signal(signal.SIGABRT)
        return process.wait(10)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path) -> Iterator[Systemd]:
    listening = Systemd(tmp_path)
    yield listening
    listening.close()


@pytest.fixture
def world(tmp_path, systemd, monkeypatch) -> Iterator[World]:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.name)
    with Mosquitto(tmp_path) as broker, World(tmp_path, mqtt=f"mqtt://127.0.0.1:{broker.port}") as home:
        home.start("tests.system.bereaved").ready()
        wait_until(lambda: FED in systemd.listen())
        assert b"READY=1" in systemd.heard
        yield home


def test_the_audit_names_a_dead_modem_and_the_restart_that_follows_sends_what_waited(world, systemd):
    world.lose("modem")
    wait_until(lambda: "audit: the thread of modem died" in world.log, AUDIT_WITHIN_S)
    systemd.listen()
    systemd.heard.clear()
    world.press()
    time.sleep(6.0)
    assert FED not in systemd.listen()
    assert world.texts_to(PAUL) == []

    world.kill()  # as systemd does with a service that is not fed
    world.start()
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE")


def test_with_every_other_thread_dead_a_call_for_help_still_brings_it(world):
    world.lose("mqtt", "journal", "control", "indicator", "gpio", "APScheduler")
    # Control dies with its next caller; what it had to say then is lost.
    with pytest.raises(ControlError):
        wait_until(lambda: world.status() is None)
    world.network.deliver(RESIDENT, "SOS")
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE Mme Martin")
    world.network.deliver(PAUL, "1")
    world.gets(PAUL, "12 rue des Lilas")

    everyone = ("mqtt", "journal", "control", "gpio", "housekeeping")
    wait_until(lambda: all(f"the thread of {name} died" in world.log for name in everyone), AUDIT_WITHIN_S)


def test_a_frozen_core_is_ended_by_the_watchdog_and_the_next_start_hears_the_call_made_meanwhile(world, systemd):
    assert world.process is not None
    world.process.send_signal(signal.SIGUSR1)
    world.network.deliver(RESIDENT, "SOS")
    assert systemd.aborts_when_unfed(world) == -signal.SIGABRT
    assert world.texts_to(PAUL) == []

    world.start()
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE Mme Martin")


def test_a_frozen_core_in_the_midst_of_an_alarm_goes_on_with_it_after_the_restart(world, systemd):
    world.press()
    world.gets(MARIE, "ALERTE")
    assert world.process is not None
    world.process.send_signal(signal.SIGUSR1)
    world.network.deliver(PAUL, "1")
    assert systemd.aborts_when_unfed(world) == -signal.SIGABRT

    world.start()
    world.gets(PAUL, "12 rue des Lilas")
    world.gets(MARIE, "Paul y va")
    assert 1 <= sum("ALERTE" in text for text in world.texts_to(PAUL)) <= 2
