"""The hub as its users have it: the real process, a modem on a pty, a broker, phones; and what is told to whom."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

from hub.control import ask
from hub.domain.facts import Fact
from hub.journal import Journal
from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem
from tests.mosquitto import wait_until

# What no wire tells: a home without a broker has neither.
THERMOMETER = re.compile(r'\[\[sensor\]\]\nid = "salon_temp"\n(.+\n)*')
CLIMATE = re.compile(r"\[(frost|heat)\]\n(.+\n)*")
EXAMPLES = Path(__file__).parents[2] / "firmware_config" / "examples"
PAUL, MARIE, RESIDENT = "+33622222222", "+33633333333", "+33611111111"
PENDANT = "zigbee2mqtt/pendant"
PRESS = '{"action":"single"}'
QUIET_S = 0.2
FAULT_WITHIN_S = 15.0


NEIGHBOUR = """
[[person]]
id = "n{n}"
name = "Voisin {n}"
phone = "{phone}"
consent = true
"""


class World:
    """CONTRACT's two example files in ``folder``, with the places of this machine, and what they name."""

    def __init__(self, folder: Path, *, mqtt: str = "", warning: str = "0s", pin: str = "") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.run = folder / "run"  # what /run/telecare-hub is on a Pi, and outlives the process
        self.run.mkdir(exist_ok=True)
        self.config = folder / "hub.toml"
        self.network = MobileNetwork(accept_after_s=0.02)
        self.modem = SimulatedModem(network=self.network, pin=pin)
        self.pty = PtyModem(self.modem, link_path=folder / "modem")
        self.process: subprocess.Popen[bytes] | None = None
        self.log = ""
        self._write(mqtt, warning)

    def _write(self, mqtt: str, warning: str) -> None:
        text = (EXAMPLES / "hub.toml").read_text()
        for found, here in (
            ('"/var/lib/telecare-hub"', f'"{self.data}"'),
            ('"/dev/telecare-modem"', f'"{self.folder}/modem"'),
            ('factory = "lgpio"', 'factory = "mock"'),
            ('speech = "espeak-ng"', 'speech = "off"'),
            ('listen = "0.0.0.0:8080"', 'listen = "off"'),
            ('"mqtt://127.0.0.1:1883"', f'"{mqtt}"'),
        ):
            assert found in text, found
            text = text.replace(found, here)
        if not mqtt:
            text = text.replace(f'source = "mqtt:{PENDANT}"', 'source = "gpio:5"')
            text = text.replace('source = "mqtt:zigbee2mqtt/front_door"', 'source = "gpio:6"')
            text = "\n".join(line for line in text.splitlines() if not line.startswith("panic = "))
            text = THERMOMETER.sub("", text)
        self.config.write_text(text)
        family = (EXAMPLES / "household.toml").read_text()
        if not mqtt:
            family = CLIMATE.sub("", family)
        # Whatever the hour at which these tests run.
        family = family.replace('hours = ["daily 07:00-22:00"]\n', "")
        family = family.replace('panic_warning = "10s"', f'panic_warning = "{warning}"')
        (self.folder / "household.toml").write_text(family)

    def edit(self, found: str, here: str, *, household: bool = False) -> None:
        """Replace a passage of hub.toml, or of the household's file."""
        file = self.folder / "household.toml" if household else self.config
        text = file.read_text()
        assert found in text, found
        file.write_text(text.replace(found, here))

    def more_neighbours(self, count: int) -> list[str]:
        """Let so many more live nearby, in the first wave; return their numbers."""
        numbers = [f"+3364444444{n}" for n in range(count)]
        people = "".join(NEIGHBOUR.format(n=n, phone=phone) for n, phone in enumerate(numbers))
        ids = ["paul", "marie", *(f"n{n}" for n in range(count))]
        wave = '[[wave]]\npeople = ["paul", "marie"]'
        self.edit(wave, f"{people}\n[[wave]]\npeople = {json.dumps(ids)}", household=True)
        return numbers

    def __enter__(self) -> Self:
        self.pty.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.pty.stop()

    # The process

    def start(self, *program: str, **more: Any) -> Self:
        """Start the hub, or ``program`` in its place, and wait until it is armed."""
        self.kill()  # one that died by itself is still to be buried
        seen = len(self.log)
        self.process = process = subprocess.Popen(
            [sys.executable, "-m", *(program or ("hub",)), "run", "--config", str(self.config)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"RUNTIME_DIRECTORY": str(self.run)},
            **more,
        )
        threading.Thread(target=self._read, args=(process,), daemon=True).start()
        wait_until(lambda: "armed" in self.log[seen:] or process.poll() is not None, 20)
        assert process.poll() is None, self.log
        return self

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        with process.stderr as lines:
            for line in lines:
                self.log += line.decode(errors="replace")

    def kill(self) -> None:
        """kill -9."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()

    def stop(self) -> int:
        """SIGTERM; return the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(10)
        self.kill()
        return status

    def lose(self, *threads: str) -> None:
        """Let threads of a `tests.system.bereaved` die."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{name}\n" for name in threads).encode())
        self.process.stdin.flush()

    # What one asks it

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `telecare-hub` on this hub."""
        return subprocess.run(
            [sys.executable, "-m", "hub", *words, "--config", str(self.config)],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def status(self) -> dict[str, Any]:
        """The running hub's own account."""
        return ask(self.data, {"do": "status"})

    def is_registered(self) -> bool:
        """Whether the modem is ready to send."""
        with contextlib.suppress(Exception):
            return bool(self.status()["roads"].get("sms"))
        return False

    def ready(self) -> Self:
        """Wait until texts can leave."""
        wait_until(self.is_registered, 30)
        return self

    def press(self) -> None:
        """Call for help, as `telecare-hub` at the hub can; the pendant's road has its own test."""
        answer = ask(self.data, {"do": "command", "action": "trigger"})
        assert answer["ok"], answer

    def journal(self) -> list[Fact]:
        """Every fact on disk."""
        with contextlib.closing(Journal(self.data / "journal.sqlite3", read_only=True)) as journal:
            return [numbered.fact for numbered in journal.facts()]

    def is_quiet(self) -> bool:
        """Whether no text left the hub for a while, several times as long as it needs for one."""
        before = len(self.network.sent)
        time.sleep(QUIET_S)
        return len(self.network.sent) == before

    def faults(self) -> dict[str, str]:
        """What is out of order now, and in which words that is told."""
        return {fault["fault"]: fault["detail"] for fault in self.status()["faults"]}

    def has_fault(self, code: str, words: str) -> None:
        """Wait for a fault that says ``words``."""
        until = time.monotonic() + FAULT_WITHIN_S
        while words not in (found := self.faults()).get(code, ""):
            assert time.monotonic() < until, (words, found, self.log)
            time.sleep(0.02)

    # Phones

    def texts_to(self, number: str) -> list[str]:
        """What this phone got, oldest first."""
        return [sent.text for sent in self.network.sent if sent.number == number]

    def gets(self, number: str, words: str, times: int = 1, within_s: float = 30.0) -> str:
        """Wait until ``number`` got ``words`` that often; return the last such text."""

        def got() -> list[str]:
            return [text for text in self.texts_to(number) if words in text]

        wait_until(lambda: len(got()) >= times, within_s)
        return got()[-1]


def number_of(world: World) -> int:
    """The number of the open incident."""
    number: int = world.status()["incidents"][0]["id"]
    return number


def is_root() -> bool:
    """Whether mounts are allowed."""
    return os.geteuid() == 0


def memory_kb(world: World) -> int:
    """Resident memory of the hub."""
    assert world.process is not None
    lines = Path(f"/proc/{world.process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])
