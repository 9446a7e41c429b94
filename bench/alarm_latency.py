"""How long a press takes to the modem: from the button's edge to the first byte of AT+CMGS on the wire.

    .venv/bin/python bench/alarm_latency.py [--runs 200] [--json]

Measured on the real process with its journal on disk (synced before the modem hears of it), a wired button on
gpiozero's mock pin, a pendant through a real Mosquitto, and a simulated modem on a pty in another process. Beside it,
in the same run: a bare pyserial program that writes the same bytes (the floor), the same presses with SQLite told not
to wait for the disk (what the sync costs), one fsync of a page, and gammu-smsd handed the message as a file, tuned and
as it comes.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from common import DEADLINE_S, HubProcess, machine, parse_arguments, percentiles, report
from paho.mqtt.enums import CallbackAPIVersion

from hub.control import ask
from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem

SENDING = b"AT+CMGS="
SMSD_TUNED_RUNS, SMSD_DEFAULT_RUNS = 5, 2
SMSD_DEADLINE_S = 90.0
FLOOR = """
import sys, time, serial
port = serial.Serial(sys.argv[1], 115200, timeout=0.05)
for _ in sys.stdin:
    at = time.monotonic_ns()
    port.write(b"AT+CMGS=23\\r")
    print(at, flush=True)
    time.sleep(0.01)
    port.write(b"\\x1b"); port.reset_input_buffer()
"""
SMSD = """
[gammu]
device = {port}
connection = at115200
[smsd]
service = files
inboxpath = {folder}/in/
outboxpath = {folder}/out/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/error/
logfile = {folder}/log
{tuning}
"""
SMSD_TUNING = """
CommTimeout = 1
CheckSecurity = 0
CheckBattery = 0
CheckSignal = 0
CheckNetwork = 0
LoopSleep = 1
StatusFrequency = 0
ReceiveFrequency = 0
"""

Press = Callable[[], int]


def main() -> None:
    options = parse_arguments(__doc__, runs=200)
    floor = _floor(options.runs)
    figures: dict[str, Any] = {"floor": floor, "disk_sync": _disk_sync(options.runs)}
    with HubProcess(("bench/pressing_hub.py",)) as hub:
        hub.wait_for_modem()
        time.sleep(1.0)
        synced, unsynced = _with_and_without_sync(hub, options.runs)
        figures["gpio"] = _with_ratio(synced, floor)
        figures["gpio_unsynced"] = _with_ratio(unsynced, floor)
        figures["sync_costs_ms"] = round(synced["median_ms"] - unsynced["median_ms"], 3)
        with _pendant(hub) as press:
            figures["mqtt"] = _with_ratio(_presses(hub, options.runs, press), floor)
    for name, tuning, runs in (
        ("gammu_smsd_median_ms", SMSD_TUNING, SMSD_TUNED_RUNS),
        ("gammu_smsd_default_median_ms", "", SMSD_DEFAULT_RUNS),
    ):
        with contextlib.suppress(FileNotFoundError):  # not installed: apt-get install gammu-smsd
            figures[name] = percentiles(_smsd(tuning, runs))["median_ms"]
    figures["machine"] = machine()
    report(figures, options, "aims: median below 5 ms, p99 below 25 ms, with the journal on")


def _with_ratio(figures: dict[str, float], floor: dict[str, float]) -> dict[str, float]:
    ratio = round(figures["median_ms"] / floor["median_ms"], 1)
    return figures | {"floor_median_ms": floor["median_ms"], "ratio": ratio}


def _presses(hub: HubProcess, runs: int, press: Press) -> dict[str, float]:
    return percentiles([delay_ms(hub, press) for _ in range(runs)])


def delay_ms(hub: HubProcess, press: Press) -> float:
    """Press, wait for the call, end it; return how long the call took."""
    watch = hub.modem.watch(SENDING)
    pressed_at = press()
    delay_ms = (watch.wait(DEADLINE_S) - pressed_at) / 1e6
    _end_incident(hub)
    return delay_ms


def _with_and_without_sync(hub: HubProcess, runs: int) -> tuple[dict[str, float], dict[str, float]]:
    """Press by turns, so that whatever else the machine does falls on both alike."""
    delays: dict[str, list[float]] = {"FULL": [], "OFF": []}
    for _ in range(runs):
        for how, measured in delays.items():
            tell(hub, how)
            measured.append(delay_ms(hub, lambda: int(tell(hub, ""))))
    tell(hub, "FULL")
    return percentiles(delays["FULL"]), percentiles(delays["OFF"])


def tell(hub: HubProcess, line: str) -> bytes:
    """Say a line to bench/pressing_hub.py, and return its answer."""
    assert hub.process.stdin is not None
    assert hub.process.stdout is not None
    if not line:
        time.sleep(0.15)  # a finger, not a bounce
    hub.process.stdin.write(line.encode() + b"\n")
    hub.process.stdin.flush()
    return hub.process.stdout.readline()


@contextlib.contextmanager
def _pendant(hub: HubProcess) -> Iterator[Press]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", hub.broker.port)
    client.loop_start()

    def press() -> int:
        time.sleep(0.25)  # a person: the hub takes faster repeats of one device for a fault of it
        at = time.monotonic_ns()
        client.publish("zigbee2mqtt/pendant", '{"action":"single"}', qos=1)
        return at

    yield press
    client.disconnect()
    client.loop_stop()


def _end_incident(hub: HubProcess) -> None:
    """Close it and wait until the modem is idle, so that each press finds a hub at rest."""
    data = hub.folder / "data"
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        status = ask(data, {"do": "status"})
        if not status["incidents"]:
            return
        if status["incidents"][0]["state"] == "alerting" and status["incidents"][0]["told"]:
            time.sleep(0.05)
            ask(data, {"do": "command", "action": "close", "by": "paul"})
            time.sleep(0.05)
    raise SystemExit("the incident could not be closed")


def _floor(runs: int) -> dict[str, float]:
    with PtyModem(SimulatedModem()) as modem:
        program = subprocess.Popen(
            [sys.executable, "-c", FLOOR, modem.port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert program.stdin is not None
        assert program.stdout is not None
        delays = []
        for _ in range(runs):
            watch = modem.watch(SENDING)
            program.stdin.write(b"\n")
            program.stdin.flush()
            wrote_at = int(program.stdout.readline())
            delays.append((watch.wait(DEADLINE_S) - wrote_at) / 1e6)
            time.sleep(0.02)
        program.stdin.close()
        program.wait()
        program.stdout.close()
    return percentiles(delays)


def _disk_sync(runs: int) -> dict[str, float]:
    """What the sync of one page to the disk of the journal costs."""
    delays = []
    with tempfile.NamedTemporaryFile(dir=Path(__file__).parent) as file:
        for _ in range(runs):
            file.write(b"x" * 4096)
            file.flush()
            began = time.monotonic_ns()
            os.fsync(file.fileno())
            delays.append((time.monotonic_ns() - began) / 1e6)
    return percentiles(delays)


def _smsd(tuning: str, runs: int) -> list[float]:
    delays = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for box in ("in", "out", "sent", "error"):
            (folder / box).mkdir()
        network = MobileNetwork(accept_after_s=0.0)
        with PtyModem(SimulatedModem(network=network), link_path=folder / "modem") as modem:
            (folder / "smsdrc").write_text(SMSD.format(port=folder / "modem", folder=folder, tuning=tuning))
            smsd = subprocess.Popen(
                ["gammu-smsd", "-c", str(folder / "smsdrc")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                time.sleep(10.0)
                for run in range(runs):
                    watch = modem.watch(SENDING)
                    at = time.monotonic_ns()
                    (folder / "out" / f"OUT+3362222222{run}.txt").write_text("ALERTE Mme Martin")
                    delays.append((watch.wait(SMSD_DEADLINE_S) - at) / 1e6)
                    time.sleep(1.0)
            finally:
                smsd.terminate()
                smsd.wait()
    return delays


if __name__ == "__main__":
    main()
