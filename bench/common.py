"""What the benchmarks share: a real hub process on a simulated modem, and how figures are printed."""

import argparse
import contextlib
import json
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

from hub.control import ask
from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem

HUB_TOML = """
[hub]
id = "bench"
data_dir = "{folder}/data"
household = "household.toml"
timezone = "Europe/Paris"
country = "FR"
language = "fr"
[modem]
port = "{folder}/modem"
[gpio]
factory = "mock"
[[button]]
id = "salon"
room = "salon"
source = "gpio:17"
[[button]]
id = "pendant"
room = "salon"
source = "mqtt:zigbee2mqtt/pendant"
panic = ["single"]
[[sensor]]
id = "cuisine"
kind = "motion"
room = "cuisine"
source = "gpio:27"
[indicator]
led = 22
buzzer = 23
speech = "off"
[mqtt]
url = "mqtt://127.0.0.1:{mqtt_port}"
[web]
listen = "{web}"
"""
HOUSEHOLD = """
[resident]
name = "Mme Martin"
phone = "+33611111111"
[[person]]
id = "paul"
name = "Paul"
phone = "+33622222222"
role = "admin"
consent = true
[[wave]]
people = ["all"]
wait = "1h"
[delays]
panic_warning = "0s"
"""
# Longer than any start seen; a benchmark that hangs says so.
DEADLINE_S = 30.0


def parse_arguments(doc: str | None, **numbers: int) -> argparse.Namespace:
    """`--json`, and one option for each of ``numbers`` with its default."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def machine() -> str:
    """This machine, in a line."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"
    )


def report(figures: dict[str, Any], options: argparse.Namespace, aims: str) -> None:
    """Print the figures for people, and as JSON when asked."""
    for name, value in figures.items():
        print(f"{name:<28} {value}")
    print(f"# {aims}")
    if options.json:
        print(json.dumps(figures))


def percentiles(values_ms: list[float]) -> dict[str, float]:
    """Median, 99th percentile and spread, in ms."""
    ordered = sorted(values_ms)

    def at(share: float) -> float:
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 3)

    return {"median_ms": at(0.5), "p99_ms": at(0.99), "p10_ms": at(0.1), "p90_ms": at(0.9), "runs": len(ordered)}


def free_port() -> int:
    """A TCP port nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mosquitto:
    """A real broker on loopback."""

    def __enter__(self) -> Self:
        self.port = free_port()
        self._process = subprocess.Popen(
            ["mosquitto", "-p", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.02)
        raise SystemExit("mosquitto did not start; apt-get install mosquitto")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


class HubProcess:
    """A hub on a pty modem and a Mosquitto: `python -m hub run`, or ``program`` with the same arguments.

    ``web``: where it serves its pages ("127.0.0.1:8080"); "off" for none.
    """

    def __init__(self, program: tuple[str, ...] = ("-m", "hub", "run"), web: str = "off") -> None:
        self._program, self._web = program, web

    def __enter__(self) -> Self:
        self._stack = contextlib.ExitStack()
        self.folder = folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(dir=Path(__file__).parent)))
        self.broker = self._stack.enter_context(Mosquitto())
        self.network = MobileNetwork(accept_after_s=0.0)
        self.modem = PtyModem(SimulatedModem(network=self.network), link_path=folder / "modem").start()
        self._stack.callback(self.modem.stop)
        (folder / "hub.toml").write_text(HUB_TOML.format(folder=folder, mqtt_port=self.broker.port, web=self._web))
        (folder / "household.toml").write_text(HOUSEHOLD)
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, *self._program, "--config", str(folder / "hub.toml")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=False,
        )
        self._stack.callback(self._end)
        self._read_until(b"armed")
        self.armed_s = time.monotonic() - began
        # A pipe that nobody empties holds 64 kB, and then the hub's log waits for ever.
        threading.Thread(target=self._drain, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def wait_for_modem(self) -> None:
        """Return once the hub can send texts, by its own account."""
        until = time.monotonic() + DEADLINE_S
        while not ask(self.folder / "data", {"do": "status"})["roads"].get("sms"):
            if time.monotonic() > until:
                raise SystemExit("the modem is not ready")
            time.sleep(0.05)

    def memory_mb(self) -> float:
        """Resident memory (VmRSS)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    def processor_s(self) -> float:
        """Processor time so far of all threads that live, in seconds, as exact as the kernel knows it."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9

    def _read_until(self, word: bytes) -> None:
        assert self.process.stderr is not None
        end, seen = time.monotonic() + DEADLINE_S, b""
        while word not in seen and time.monotonic() < end:
            if select.select([self.process.stderr], [], [], 0.1)[0]:
                seen += os.read(self.process.stderr.fileno(), 65536)
        if word not in seen:
            raise SystemExit(f"the hub did not arm: {seen.decode(errors='replace')}")

    def _drain(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while self.process.stderr is not None and os.read(self.process.stderr.fileno(), 65536):
                pass

    def _end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                assert stream is not None
                stream.close()
