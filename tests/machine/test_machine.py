"""A life of an installation, as it happens: installed, pressed, killed, frozen, cut off, upgraded, taken away.

Real systemd, real sandbox, a real broker; the modem is a pty bound into the machine. The tests follow one another.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem
from tests.machine.container import Container
from tests.mosquitto import wait_until
from tests.two_neighbours import PAUL, household

pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]
PENDANT = """
[[button]]
id = "pendant"
source = "mqtt:zigbee2mqtt/pendant"
panic = ["single"]
"""
# Debian's number of the group dialout.
DIALOUT = 20
ARMED_AGAIN_WITHIN_S = 40.0
JOURNAL = "/var/lib/telecare-hub/journal.sqlite3"
CHECKED = f"""python3 -c 'import sqlite3
assert sqlite3.connect("{JOURNAL}").execute("PRAGMA integrity_check").fetchall() == [("ok",)]'"""
# Where nothing of ours may be left: not what these tests brought, nor the log.
LEFT = "find /etc /opt /usr/local /var/lib /run -xdev -iname '*telecare*'"


class Home:
    """A machine with the hub's checkout in it, and a modem."""

    def __init__(self, folder: Path) -> None:
        self.network = MobileNetwork(accept_after_s=0.02)
        self.modem = PtyModem(SimulatedModem(network=self.network))
        self.modem.start()
        # What our udev rule does to a modem: there is no udev in a container.
        os.chown(self.modem.port, 0, DIALOUT)
        Path(self.modem.port).chmod(0o660)
        self.machine = Container(folder, binds={self.modem.port: "/dev/telecare-modem"})
        self.bring("src", ROOT)
        wheels = self.machine.root / "wheels"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "wheel",
                "-q",
                "-w",
                wheels,
                self.machine.root / "src",
                "setuptools>=77",
                "wheel",
            ],
            check=True,
        )
        shutil.rmtree(self.machine.root / "src/build", ignore_errors=True)

    def bring(self, name: str, source: Path) -> Path:
        """Copy a checkout into the machine."""
        target = self.machine.root / name
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=source,
            check=True,
            capture_output=True,
        )
        for each in filter(None, listed.stdout.decode().split("\0")):
            (target / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / each, target / each, follow_symlinks=False)
        return target

    def press(self) -> int:
        """Press the pendant's button; return how many texts Paul had before."""
        before = len(self.texts())
        self.machine.sh(
            "mosquitto_pub -h 127.0.0.1 -u telecare-hub -P $(cat /etc/telecare-hub/mqtt-password)"
            """ -t zigbee2mqtt/pendant -m '{"action":"single"}'"""
        )
        return before

    def close(self) -> None:
        """End what is open."""
        for incident in self.status()["incidents"]:
            self.machine.sh(f"telecare-hub close {incident['id']} --outcome false_alarm")

    def texts(self) -> list[str]:
        return [sent.text for sent in self.network.sent if sent.number == PAUL]

    def is_armed(self) -> bool:
        return self.machine.answers("systemctl is-active --quiet telecare-hub")

    def pid(self) -> int:
        return int(self.machine.sh("systemctl show -p MainPID --value telecare-hub"))

    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.machine.sh("telecare-hub status --json"))
        return told


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = Home(tmp_path_factory.mktemp("machine"))
    with found.machine:
        yield found
    found.modem.stop()


def test_it_is_installed_and_armed(home):
    began = time.monotonic()
    told = home.machine.sh("cd /src && ./install.sh --offline /wheels", timeout_s=300)

    assert "== it is armed" in told
    assert re.search(r"^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}  to set the home up", told, re.MULTILINE)
    assert home.is_armed()
    print(f"installed and armed after {time.monotonic() - began:.1f} s")


def test_a_second_time_nothing_is_done(home):
    assert home.machine.sh("cd /src && ./install.sh --offline /wheels").startswith("== nothing to do")
    assert home.machine.sh("cd /src && ./install.sh --check") == "== everything is as an installation would leave it\n"


def test_it_runs_as_a_user_that_may_do_little(home):
    groups = home.machine.sh("id -nG telecare-hub").split()
    security = home.machine.sh("systemd-analyze security --no-pager telecare-hub | tail -1")
    exposure = float(re.search(r"([0-9.]+) \w+", security)[1])
    files = home.machine.sh("stat -c '%a %U %n' /var/lib/telecare-hub /etc/telecare-hub/* /etc/mosquitto/*.passwords")

    assert sorted(groups) == ["dialout", "gpio", "telecare-hub"]
    assert exposure <= 2.0
    assert home.machine.sh("systemd-analyze verify telecare-hub.service 2>&1") == ""
    assert files.splitlines() == [
        "700 telecare-hub /var/lib/telecare-hub",
        "640 telecare-hub /etc/telecare-hub/hub.toml",
        "600 telecare-hub /etc/telecare-hub/mqtt-password",
        "600 mosquitto /etc/mosquitto/telecare-hub.passwords",
    ]


def test_a_press_becomes_a_text_to_a_neighbour(home):
    etc = home.machine.root / "etc/telecare-hub"
    (etc / "household.toml").write_text(household("20s"))
    with (etc / "hub.toml").open("a") as settings:
        settings.write(PENDANT)
    home.machine.sh("chown telecare-hub: /etc/telecare-hub/household.toml; chmod 600 /etc/telecare-hub/household.toml")
    home.machine.sh("telecare-hub check && systemctl restart telecare-hub")
    wait_until(lambda: home.status()["roads"].get("sms") and home.status()["roads"].get("mqtt"), 60)

    before = home.press()

    wait_until(lambda: len(home.texts()) > before, 20)
    assert "Mme Martin" in home.texts()[-1]
    home.close()


def test_killed_it_comes_back_with_what_it_had(home):
    home.press()
    wait_until(lambda: home.status()["incidents"], 20)
    killed = home.pid()

    home.machine.sh(f"kill -9 {killed}")

    wait_until(lambda: home.is_armed() and home.pid() not in (0, killed), ARMED_AGAIN_WITHIN_S)
    assert home.status()["incidents"]
    home.close()


def test_frozen_it_is_restarted_by_systemd(home):
    home.machine.sh(
        "mkdir -p /etc/systemd/system/telecare-hub.service.d && printf '[Service]\\nWatchdogSec=15\\n'"
        " > /etc/systemd/system/telecare-hub.service.d/quick.conf && systemctl daemon-reload"
        " && systemctl restart telecare-hub"
    )
    frozen = home.pid()

    home.machine.sh(f"kill -STOP {frozen}")

    wait_until(lambda: home.is_armed() and home.pid() not in (0, frozen), 60 + ARMED_AGAIN_WITHIN_S)
    assert "watchdog" in home.machine.sh("journalctl -u telecare-hub --no-pager | tail -20").lower()


def test_through_a_power_cut_a_call_that_nobody_answered_goes_on(home):
    before = home.press()
    wait_until(lambda: len(home.texts()) > before, 20)

    home.machine.cut_power()
    had = len(home.texts())
    home.machine.boot()

    wait_until(home.is_armed, ARMED_AGAIN_WITHIN_S)
    assert home.status()["incidents"]
    wait_until(lambda: len(home.texts()) > had, 60)
    home.machine.sh(CHECKED)
    home.close()


def test_a_newer_release_takes_over_and_the_last_one_is_kept(home):
    newer = home.bring("newer", ROOT)
    version = newer / "hub/__init__.py"
    version.write_text(version.read_text().replace('__version__ = "', '__version__ = "9.'))

    told = home.machine.sh("cd /newer && ./install.sh --upgrade --offline /wheels", timeout_s=300)

    assert re.search(r"== release 9\.\S+ is armed; \S+ is kept for the way back", told)
    assert home.machine.sh("telecare-hub --version").startswith("telecare-hub 9.")
    assert home.status()["version"].startswith("9.")


def test_a_release_that_does_not_arm_is_taken_back(home):
    broken = home.bring("broken", ROOT)
    version = broken / "hub/__init__.py"
    version.write_text(version.read_text().replace('__version__ = "', '__version__ = "10.'))
    (broken / "hub/app.py").write_text("raise SystemExit(3)\n")
    script = broken / "firmware_config/install/hub.sh"
    script.write_text(script.read_text().replace("ARMS_WITHIN_S=120", "ARMS_WITHIN_S=10"))

    told = home.machine.fails("cd /broken && ./install.sh --upgrade --offline /wheels 2>&1", timeout_s=300)

    assert re.search(r"release 10\.\S+ did not arm within 10 s: back to 9\.", told)
    assert home.is_armed()
    assert home.status()["version"].startswith("9.")


def test_taken_away_it_leaves_the_records_and_with_purge_nothing(home):
    home.machine.sh("cd /src && ./install.sh --uninstall")
    assert home.machine.sh("ls /var/lib/telecare-hub/journal.sqlite3")
    home.machine.fails("systemctl status telecare-hub")

    home.machine.sh("cd /src && ./install.sh --uninstall --purge")
    left = home.machine.sh(LEFT)
    assert left == "/etc/systemd/system/telecare-hub.service.d\n", "what the installer wrote"
    home.machine.fails("id telecare-hub")
