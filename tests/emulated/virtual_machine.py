"""A PC by QEMU, emulated without any help of a processor: a kernel of its own, udev, USB, a hardware watchdog, a clock.

Commands go in by QEMU's guest agent, orders to the machine itself by QMP. A power cut is SIGKILL to QEMU. Knows
nothing of the hub.
"""

import base64
import json
import shlex
import socket
import subprocess
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

from tests.emulated.kernel import Kernel

# 14 to 30 s on two cores; another load may double it.
UP_WITHIN_S = 180.0
# A socket of QEMU's, once it runs.
SOCKET_WITHIN_S = 20.0
# A ping waits in QEMU until the agent runs. One that a reset lost is repeated; more often, and they fill the socket.
PING_S = 5.0
POLL_S = 0.1
# An emulated processor that gets a quarter of a real one has been seen to be silent for a minute.
ANSWER_WITHIN_S = 180.0
MEMORY_MB = 768
APPEND = "console=ttyS0 root=/dev/vda rw quiet panic=1 mitigations=off nokaslr"


class Line:
    """JSON, an object a line, over a socket of QEMU's."""

    def __init__(self, path: Path) -> None:
        until = time.monotonic() + SOCKET_WITHIN_S
        while True:
            self._socket = socket.socket(socket.AF_UNIX)
            try:
                self._socket.connect(str(path))
            except OSError:
                self._socket.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                break
        self._read = b""

    def say(self, **message: object) -> None:
        self._socket.settimeout(SOCKET_WITHIN_S)
        self._socket.sendall(json.dumps(message).encode() + b"\n")

    def hear(self, within_s: float) -> dict[str, Any]:
        """Return the next object; TimeoutError when none comes, EOFError when the far end is gone."""
        until = time.monotonic() + within_s
        while b"\n" not in self._read:
            self._socket.settimeout(max(0.001, until - time.monotonic()))
            data = self._socket.recv(65_536)
            if not data:
                raise EOFError("QEMU is gone")
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        # The agent marks the answer to a delimited sync with a byte that JSON never has.
        heard: dict[str, Any] = json.loads(line.rpartition(b"\xff")[2])
        return heard

    def close(self) -> None:
        self._socket.close()


class VirtualMachine:
    """One PC. ``disk`` is a qcow2 layer; ``folder`` holds its console and sockets; ``stick``: a second disk, raw.

    ``devices``: more of QEMU's options.
    """

    def __init__(self, folder: Path, kernel: Kernel, disk: Path, stick: Path, devices: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.console = folder / "console"
        self._kernel = kernel
        self._disk = disk
        self._stick = stick
        self._devices = devices
        self._numbers = count(1)
        self._qemu: subprocess.Popen[bytes] | None = None
        self._monitor: Line | None = None
        self._agent: Line | None = None
        self.started_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    # Power

    def start(self, *, clock: str = "utc", drive: tuple[str, ...] = (), snapshot: str = "") -> None:
        """Switch it on. ``clock``: where its battery-backed clock begins; ``snapshot``: go on from there instead.

        ``drive``: QEMU's options for the first disk, when it is to be another than the layer.
        """
        for name in ("qmp", "agent"):
            (self.folder / name).unlink(missing_ok=True)
        self.started_at = time.monotonic()
        self._qemu = subprocess.Popen(
            [*self._command(clock, drive or self._own_disk()), *(("-loadvm", snapshot) if snapshot else ())],
            stdin=subprocess.DEVNULL,
        )
        self._monitor = Line(self.folder / "qmp")
        self._monitor.hear(SOCKET_WITHIN_S)
        self.order("qmp_capabilities")
        self._agent = Line(self.folder / "agent")

    def _own_disk(self) -> tuple[str, ...]:
        return ("-drive", f"file={self._disk},if=none,id=disk,format=qcow2,cache=writeback")

    def _command(self, clock: str, drive: tuple[str, ...]) -> tuple[str, ...]:
        return (
            *("qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2"),
            *("-m", str(MEMORY_MB), "-nodefaults", "-no-user-config", "-display", "none", "-rtc", f"base={clock}"),
            *("-kernel", str(self._kernel.image), "-initrd", str(self._kernel.initrd), "-append", APPEND),
            *("-chardev", f"file,id=console,path={self.console},append=on", "-serial", "chardev:console"),
            *("-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"),
            *(
                "-device",
                "virtio-serial-pci",
                "-chardev",
                f"socket,id=agent,path={self.folder}/agent,server=on,wait=off",
            ),
            *("-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"),
            *(*drive, "-device", "virtio-blk-pci,drive=disk"),
            *("-drive", f"file={self._stick},if=none,id=stick,format=raw,snapshot=on"),
            *("-device", "virtio-blk-pci,drive=stick"),
            *("-device", "virtio-rng-pci", "-device", "qemu-xhci,id=usb"),
            *("-device", "i6300esb", "-watchdog-action", "reset"),
            *self._devices,
        )

    def wait_until_up(self) -> float:
        """Return the seconds from the switch to the first answer of the guest's agent."""
        assert self._agent is not None
        while time.monotonic() < self.started_at + UP_WITHIN_S:
            number = next(self._numbers)
            self._agent.say(execute="guest-sync-delimited", arguments={"id": number})
            with suppress(TimeoutError):
                while self._agent.hear(PING_S).get("return") != number:
                    pass
                return time.monotonic() - self.started_at
        raise TimeoutError(f"it did not come up: {self.console.read_text(errors='replace')[-2000:]}")

    def wait_until_reset(self, within_s: float) -> float:
        """Return the seconds until its watchdog has reset the machine, and it answers again."""
        assert self._monitor is not None
        began = time.monotonic()
        while self._monitor.hear(within_s).get("event") != "WATCHDOG":
            pass
        self.started_at = time.monotonic()
        self.wait_until_up()
        return time.monotonic() - began

    def cut_power(self) -> None:
        """Everything is gone at once."""
        if self._qemu is not None:
            self._qemu.kill()
            self._qemu.wait()
            self._qemu = None
        for line in (self._monitor, self._agent):
            if line is not None:
                line.close()
        self._monitor = self._agent = None

    # Orders to the machine

    def order(self, command: str, **arguments: object) -> Any:
        """Give QEMU an order by QMP, and return what it says; AssertionError when it refuses."""
        assert self._monitor is not None
        self._monitor.say(execute=command, arguments=arguments)
        while True:
            heard = self._monitor.hear(ANSWER_WITHIN_S)
            if "event" not in heard:
                assert "return" in heard, f"{command}: {heard}"
                return heard["return"]

    def snapshot(self, name: str) -> None:
        """Keep memory, devices and disk as they are, for ``start(snapshot=name)``."""
        said = self.order("human-monitor-command", **{"command-line": f"savevm {name}"})
        assert said == "", said

    def plug(self, driver: str, name: str, **properties: object) -> None:
        """Plug a device into the USB."""
        self.order("device_add", driver=driver, id=name, bus="usb.0", **properties)

    def unplug(self, name: str) -> None:
        """Pull it."""
        self.order("device_del", id=name)

    # Commands in the guest

    def begin(self, command: str) -> int:
        """Start ``command`` of a shell, and return its process."""
        asked: list[object] = ["-c", f"exec 2>&1; {command}"]
        started = self.ask("guest-exec", path="/bin/bash", arg=asked, **{"capture-output": True})
        return int(started["pid"])

    def run(self, command: str, timeout_s: float = 120.0) -> tuple[int, str]:
        """Return how ``command`` of a shell ended, and what it printed."""
        process = self.begin(command)
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            status = self.ask("guest-exec-status", pid=process)
            if status["exited"]:
                printed = base64.b64decode(status.get("out-data", "")).decode(errors="replace")
                return status.get("exitcode", 128 + status.get("signal", 0)), printed
            time.sleep(POLL_S)
        raise TimeoutError(f"$ {command}\nnot within {timeout_s} s")

    def sh(self, command: str, *, timeout_s: float = 120.0) -> str:
        """Return what ``command`` prints; raises AssertionError with that when it fails."""
        code, printed = self.run(command, timeout_s)
        assert code == 0, f"$ {command}\n{printed}"
        return printed

    def fails(self, command: str, *, timeout_s: float = 120.0) -> str:
        """Return what ``command``, which must fail, prints."""
        code, printed = self.run(command, timeout_s)
        assert code != 0, f"$ {command}\n{printed}"
        return printed

    def answers(self, command: str) -> bool:
        """Whether ``command`` succeeds."""
        return self.run(command)[0] == 0

    def write(self, path: str, text: str, mode: str = "644") -> None:
        """Write a file of the guest."""
        self.sh(f"printf %s {shlex.quote(text)} > {path} && chmod {mode} {path}")

    def ask(self, command: str, **arguments: object) -> Any:
        """Ask the guest's agent, and return what it says; AssertionError when it refuses."""
        assert self._agent is not None
        self._agent.say(execute=command, arguments=arguments)
        heard = self._agent.hear(ANSWER_WITHIN_S)
        assert "return" in heard, f"{command}: {heard}"
        return heard["return"]
