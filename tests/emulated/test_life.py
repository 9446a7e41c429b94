"""A life of an installation in an emulated machine, as it happens: the short form. The tests follow one another."""

import re
import time

import pytest

from tests.emulated.cuts import Count, cut_once
from tests.emulated.home import SETTINGS
from tests.two_neighbours import household

pytestmark = pytest.mark.timeout(1200)

# Systemd waits so long for a sign of life. The unit's own minute is in the long form.
QUICK_WATCHDOG = "[Service]\nWatchdogSec=15\n"
RANDOM_CUTS = 2


def test_the_kernel_finds_a_chip_and_a_modem(home):
    home.switch_on()

    home.wait(lambda: home.machine.answers("test -e /dev/gpiochip0 -a -e /dev/ttyUSB3"), "chip and modem are there")
    found = home.machine.sh(
        "basename $(readlink -f /sys/class/tty/ttyUSB2/device/driver); ls /dev/telecare-modem 2>&1 || true"
    )
    assert "option1" in found
    assert "No such file" in found, "nobody has named it yet"
    home.say("a GPIO chip, and a SIM7600 with four ports by the kernel's driver option; nothing of ours is on the disk")


def test_it_is_installed_and_armed(home):
    began = time.monotonic()
    told = home.machine.sh("cd /stick/src && ./install.sh --offline /stick/wheels", timeout_s=1000)
    took_s = time.monotonic() - began

    assert "== it is armed" in told
    assert re.search(r"^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}  to set the home up", told, re.MULTILINE)
    assert home.is_armed()
    home.say(f"./install.sh --offline: installed and armed after {took_s:.1f} s")
    home.quote(told)


def test_udev_names_the_modem_and_the_unit_may_do_little(home):
    named = home.machine.sh(
        "stat -L -c '%a %G' /dev/telecare-modem /dev/gpiochip0; readlink -f /dev/telecare-modem"
    ).split()
    security = home.machine.sh("systemd-analyze security --no-pager telecare-hub | tail -1")
    exposure = float(re.search(r"([0-9.]+) \w+", security)[1])

    assert named == ["660", "dialout", "660", "gpio", "/dev/ttyUSB2"]
    assert home.machine.sh("cat /sys/class/tty/ttyUSB2/device/../../power/control").strip() == "on"
    assert exposure <= 2.0
    assert home.machine.sh("systemd-analyze verify telecare-hub.service 2>&1") == ""
    home.say(
        f"/dev/telecare-modem is ttyUSB2 (interface 02), for the group dialout; the chip for gpio; exposure {exposure}"
    )


def test_a_press_becomes_texts_to_the_neighbours(home):
    home.machine.write("/etc/telecare-hub/household.toml", household("3min"), "600")
    home.machine.sh(f"cat >>/etc/telecare-hub/hub.toml <<'EOF'\n{SETTINGS}EOF")
    home.machine.write("/etc/systemd/system/telecare-hub.service.d/quick.conf", QUICK_WATCHDOG)
    home.machine.sh("systemctl daemon-reload")
    home.machine.sh("chown telecare-hub: /etc/telecare-hub/household.toml && systemctl restart telecare-hub")
    home.wait(home.can_send, "the modem is registered")
    home.say("a household and a button on GPIO 17 are written; the hub runs with them, and can send")

    since = len(home.network.sent)
    wire = home.pty.watch(b"AT+CMGS")
    pressed = home.press()

    asked_ms = (wire.wait(30) / 1e9 - pressed) * 1000
    home.wait(lambda: home.has_called(since), "both are alerted")
    sent_ms = (home.alerts(since)[-1].at - pressed) * 1000
    assert "Mme Martin" in home.alerts(since)[0].text
    home.say(
        f"pressed: AT+CMGS on the wire after {asked_ms:.0f} ms, both neighbours' texts taken after {sent_ms:.0f} ms"
    )
    home.end_alarms()


def test_pulled_the_modem_is_missed_and_put_back_it_sends_again(home):
    home.modem.unplug()
    gone_s = home.wait(lambda: not home.machine.answers("test -e /dev/telecare-modem"), "udev takes the name away")
    told_s = home.wait(lambda: "modem.absent" in home.faults(), "the hub says that its modem is gone")
    home.say(
        f"the modem is pulled: its name is gone after {gone_s:.1f} s, the hub says modem.absent {told_s:.1f} s later"
    )

    home.modem.plug()
    named_s = home.wait(lambda: home.machine.answers("test -e /dev/telecare-modem"), "udev names it again")
    back_s = home.wait(lambda: home.can_send() and "modem.absent" not in home.faults(), "the hub can send again")
    since = len(home.network.sent)
    home.press()
    home.wait(lambda: home.has_called(since), "both are alerted")
    home.say(f"it is put back: named after {named_s:.1f} s, registered {back_s:.1f} s later; pressed, both are alerted")
    home.end_alarms()


def test_frozen_it_is_restarted_by_systemd(home):
    frozen = home.pid()
    home.machine.sh(f"kill -STOP {frozen}")

    took_s = home.wait(lambda: home.is_armed() and home.pid() not in (0, frozen), "systemd has started another")

    assert "watchdog" in home.machine.sh("journalctl -u telecare-hub --no-pager | tail -20").lower()
    since = len(home.network.sent)
    home.press()
    home.wait(lambda: home.has_called(since), "both are alerted")
    home.say(
        f"frozen (SIGSTOP): systemd's watchdog has another one armed after {took_s:.1f} s; pressed, both are alerted"
    )
    home.end_alarms()


def test_through_power_cuts_no_press_is_lost(home):
    count = Count()
    for _ in range(RANDOM_CUTS):
        cut_once(home, count)
    count.tell(home)
