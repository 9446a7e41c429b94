"""A home with an emulated machine in it: a wired button, a SIM7600, two phones, and what one wants to know of them."""

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from hub.sim.mobile_network import MobileNetwork, SentText
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem
from tests.emulated import image
from tests.emulated.kernel import debian_kernel
from tests.emulated.transcript import Transcript
from tests.emulated.usb_modem import UsbModem
from tests.emulated.virtual_machine import VirtualMachine
from tests.mosquitto import wait_until
from tests.two_neighbours import MARIE, PAUL

BUTTON = 17
SETTINGS = f"""
[[button]]
id = "salon"
room = "salon"
source = "gpio:{BUTTON}"
"""
DATA = "/var/lib/telecare-hub"
JOURNAL = f"{DATA}/journal.sqlite3"
# What an emulated processor beside other work takes at most.
PATIENCE_S = 120.0
# The press itself, in the guest: its clock in nanoseconds, then the contact closes for 0.3 s.
PRESS = f"date +%s%N; cd /run/gpio/sim_gpio{BUTTON}; echo pull-down >pull; sleep 0.3; echo pull-up >pull"


class Home:
    """One home. ``machine`` starts blank, with the checkout and its wheels on a stick at /stick."""

    def __init__(self, folder: Path, transcript: Transcript) -> None:
        self.folder = folder
        self.say = transcript.say
        self.quote = transcript.quote
        self.network = MobileNetwork(accept_after_s=0.02)
        self.pty = PtyModem(SimulatedModem(network=self.network)).start()
        self.modem = UsbModem(self.pty.port)
        self.kernel = debian_kernel()
        self.disk = image.layer(folder / "disk.qcow2", image.base_disk(self.kernel))
        self.machine = VirtualMachine(folder, self.kernel, self.disk, self._stick(), self._usb())
        self.chance = random.Random(1)

    def _stick(self) -> Path:
        contents = self.folder / "stick"
        shutil.copytree(image.wheels(), contents / "wheels")
        image.checkout(contents / "src")
        return image.stick(contents, self.folder / "stick.img")

    def _usb(self) -> tuple[str, ...]:
        socket = f"socket,id=modem,path={self.folder}/usb,server=on,wait=off"
        return ("-chardev", socket, "-device", "usb-redir,bus=usb.0,chardev=modem")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()
        self.modem.close()
        self.pty.stop()

    # Power

    def switch_on(self, **how: Any) -> None:
        """Start the machine, with its modem plugged in, and wait until it answers."""
        (self.folder / "usb").unlink(missing_ok=True)
        self.machine.start(**how)
        self.modem.connect(self.folder / "usb")
        self.modem.plug()
        up_s = self.machine.wait_until_up()
        self.machine.sh("mkdir -p /stick && { mountpoint -q /stick || mount /dev/vdb /stick; }")
        self.say(f"the machine is switched on; {up_s:.1f} s later it answers")

    def cut_power(self) -> None:
        """Everything is off at once, the modem too."""
        self.machine.cut_power()
        self.modem.disconnect()

    def wait_until_armed(self) -> float:
        """Return the seconds from the kernel's first to the hub's word that it is armed."""
        self.wait(self.is_armed, "the hub is armed")
        shown = self.machine.sh("systemctl show -p ActiveEnterTimestampMonotonic --value telecare-hub")
        return int(shown) / 1e6

    # The button

    def press(self) -> float:
        """Press; return when, in `time.monotonic` of this side."""
        offset_s = self._guest_clock()
        return int(self.machine.sh(PRESS)) / 1e9 - offset_s

    def _guest_clock(self) -> float:
        """How far the guest's wall clock is ahead of our `time.monotonic`, by the quickest of a few answers."""
        tried = []
        for _ in range(5):
            before = time.monotonic()
            told_ns = self.machine.ask("guest-get-time")
            after = time.monotonic()
            tried.append((after - before, told_ns / 1e9 - (before + after) / 2))
        return min(tried)[1]

    # What one wants to know

    def wait(self, what: Callable[[], Any], words: str, within_s: float = PATIENCE_S) -> float:
        """Return how many seconds it took until ``what()`` was true; ``words`` say what is waited for."""
        began = time.monotonic()

        def is_so() -> Any:
            return what()

        is_so.__doc__ = words
        wait_until(is_so, within_s)
        return time.monotonic() - began

    def is_armed(self) -> bool:
        return self.machine.answers("systemctl is-active --quiet telecare-hub")

    def pid(self) -> int:
        return int(self.machine.sh("systemctl show -p MainPID --value telecare-hub"))

    def command(self, **request: Any) -> dict[str, Any]:
        """Ask the running hub by its socket, as `telecare-hub` does (whose start takes ten emulated seconds)."""
        answered: dict[str, Any] = json.loads(
            self.machine.sh(f"echo '{json.dumps(request)}' | nc -U -N {DATA}/hub.sock")
        )
        return answered

    def status(self) -> dict[str, Any]:
        return self.command(do="status")

    def faults(self) -> set[str]:
        return {fault["fault"] for fault in self.status()["faults"]}

    def can_send(self) -> bool:
        """Whether the hub says that texts can be sent."""
        return bool(self.is_armed() and self.status()["roads"].get("sms"))

    def alerts(self, since: int = 0) -> list[SentText]:
        """The alerts that left since there were ``since`` texts."""
        return [sent for sent in list(self.network.sent)[since:] if "ALERTE" in sent.text]

    def has_called(self, since: int) -> bool:
        """Whether both were alerted since then."""
        return {PAUL, MARIE} <= {sent.number for sent in self.alerts(since)}

    def sql(self, query: str) -> str:
        """Ask the journal on the guest's disk."""
        return self.machine.sh(f'sqlite3 -readonly {JOURNAL} "{query}"').strip()

    def presses_on_record(self) -> int:
        return int(self.sql("SELECT count(*) FROM fact WHERE kind = 'IncidentOpened'"))

    def check_journal(self) -> None:
        """Fail unless SQLite finds its file whole."""
        assert self.sql("PRAGMA integrity_check") == "ok"

    def end_alarms(self) -> None:
        """Close what is open, so that the next press is a new alarm. The texts about it are limited, and may wait."""
        for incident in self.status()["incidents"]:
            answered = self.command(do="command", action="close", incident=incident["id"], outcome="false_alarm")
            assert answered["ok"], answered
