"""The udev rules: which interface of which modem becomes /dev/telecare-modem, who may open it, and who is kept off."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hub.drivers.modem.profiles import all_profiles
from tests.system.udev_rules import Device, apply, parts_of

RULES = Path(__file__).parents[2] / "udev/60-telecare-hub.rules"

# Profile: maker, product, the interface that speaks AT, another one of the same device.
MODEMS = [
    ("sim7600", "1e0e", "9001", "02", "01"),
    ("sim7070", "1e0e", "9205", "02", "00"),
    ("sim7070", "1e0e", "9206", "02", "03"),
    ("a7670", "1e0e", "9011", "04", "02"),
    ("quectel", "2c7c", "0125", "02", "01"),
    ("quectel", "2c7c", "0121", "02", "03"),
    ("quectel", "2c7c", "0191", "02", "00"),
    ("bg96", "2c7c", "0296", "02", "01"),
    ("huawei", "12d1", "1001", "00", "01"),
    ("huawei", "12d1", "1506", "00", "02"),
]
# These hang on serial adapters or on a UART, and have no name of their own there.
BEHIND_ADAPTERS = {"sim800", "wavecom", "generic"}
# The same USB device as another profile's: the firmware tells them apart, not the plug.
SAME_PLUG = {"a7670-no-sms": "a7670", "sim7670": "a7670"}


def tty(vendor, product, interface):
    device = Device("tty", "ttyUSB2", interface=interface)
    # From the port up: the serial port, the interface, the device with its maker, the USB hub.
    device.parents = [{}, {}, {"idVendor": vendor, "idProduct": product}, {"idVendor": "1d6b", "idProduct": "0002"}]
    return apply(RULES, device)


def usb(vendor):
    attributes = {"idVendor": vendor, "power/control": "auto", "authorized": "1"}
    return apply(RULES, Device("usb", "1-1.2", attributes, [], {"DEVTYPE": "usb_device"}))


def test_every_profile_has_its_plug_or_a_reason_for_none():
    with_plug = {profile for profile, *_ in MODEMS}
    assert with_plug | BEHIND_ADAPTERS | SAME_PLUG.keys() == all_profiles().keys()
    assert set(SAME_PLUG.values()) <= with_plug


@pytest.mark.parametrize(("profile", "vendor", "product", "speaks", "silent"), MODEMS)
def test_the_interface_that_speaks_at_gets_the_name_and_no_other(profile, vendor, product, speaks, silent):
    modem = tty(vendor, product, speaks)
    assert modem.symlinks == ["telecare-modem"], profile
    assert (modem.group, modem.mode, modem.tags) == ("dialout", "0660", ["systemd"])
    assert modem.properties["ID_MM_DEVICE_IGNORE"] == modem.properties["ID_MM_PORT_IGNORE"] == "1"

    assert tty(vendor, product, silent).symlinks == []


@pytest.mark.parametrize(
    ("vendor", "product"),
    [("0403", "6001"), ("10c4", "ea60"), ("1a86", "7523"), ("067b", "2303"), ("1e0e", "0000"), ("2c7c", "9001")],
)
def test_a_serial_adapter_which_may_be_a_zigbee_stick_gets_no_name(vendor, product):
    for interface in ("00", "02", "04"):
        assert tty(vendor, product, interface).symlinks == []


@pytest.mark.parametrize("vendor", ["1e0e", "2c7c", "12d1"])
def test_a_modem_never_sleeps_belongs_to_no_modem_manager_and_its_switch_to_the_hub(vendor):
    modem = usb(vendor)

    assert modem.attributes["power/control"] == "on"
    assert modem.properties["ID_MM_DEVICE_IGNORE"] == "1"
    assert modem.runs == ["/bin/chgrp telecare-hub /sys%p/authorized", "/bin/chmod g+w /sys%p/authorized"]


def test_another_usb_device_is_left_as_it_is():
    other = usb("046d")
    assert other.attributes["power/control"] == "auto"
    assert (other.runs, other.properties) == ([], {"DEVTYPE": "usb_device"})


def test_pins_belong_to_the_group_gpio():
    chip = apply(RULES, Device("gpio", "gpiochip0"))
    assert (chip.group, chip.mode) == ("gpio", "0660")


@pytest.mark.parametrize(
    ("properties", "is_ours"),
    [
        ({"ID_FS_LABEL": "TELECARE", "ID_BUS": "usb", "ID_FS_USAGE": "filesystem"}, True),
        ({"ID_FS_LABEL": "PHOTOS", "ID_BUS": "usb", "ID_FS_USAGE": "filesystem"}, False),
        ({"ID_FS_LABEL": "TELECARE", "ID_FS_USAGE": "filesystem"}, False),
        ({"ID_FS_LABEL": "TELECARE", "ID_BUS": "usb", "ID_FS_USAGE": "raid"}, False),
    ],
)
def test_a_stick_by_its_name_gets_a_copy_and_a_partition_of_the_card_does_not(properties, is_ours):
    stick = apply(RULES, Device("block", "sda1", properties=dict(properties)))

    assert stick.symlinks == (["telecare-stick"] if is_ours else [])
    assert ("SYSTEMD_WANTS" in stick.properties) is is_ours
    assert (stick.properties.get("UDISKS_AUTO") == "0") is is_ours, "a desktop mounts what is not ours, and only that"


def test_what_is_unplugged_gets_nothing():
    gone = Device("tty", "ttyUSB2", parents=[{"idVendor": "1e0e", "idProduct": "9001"}], interface="02")
    gone.action = "remove"
    assert apply(RULES, gone).symlinks == []


def test_a_line_that_is_no_rule_is_refused():
    with pytest.raises(ValueError, match="no rule"):
        parts_of('SUBSYSTEM=="tty" ATTRS{idVendor}=="1e0e"')


def test_udev_itself_finds_nothing_to_say():
    if shutil.which("udevadm") is None or b"verify" not in _udevadm("--help"):
        pytest.skip("this udevadm cannot judge rules (systemd 254 can)")
    told = subprocess.run(["udevadm", "verify", "--no-summary", RULES], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


def test_udev_itself_reads_every_line():
    """`udevadm test` reads all rules of the machine before it looks at any device; ours for a moment among them."""
    place, terminal = Path("/run/udev/rules.d") / RULES.name, Path("/sys/class/tty/tty0")
    if shutil.which("udevadm") is None or os.geteuid() or not terminal.exists() or Path("/run/udev").exists():
        # Where udev runs, a rule that is put there is one that counts.
        pytest.skip("no udevadm, not root, or a machine whose own udev must be left alone")
    place.parent.mkdir(parents=True)
    try:
        shutil.copy(RULES, place)
        told = subprocess.run(["udevadm", "test", terminal], capture_output=True, text=True, check=False, timeout=30)
    finally:
        shutil.rmtree("/run/udev")
    said = [line for line in (told.stdout + told.stderr).splitlines() if RULES.name in line]
    assert said, told.stderr
    # install.sh makes the group where the system has none.
    expected = ("Reading rules file", "Unknown group 'gpio'")
    assert [line for line in said if not any(words in line for words in expected)] == []


def _udevadm(*words):
    return subprocess.run(["udevadm", *words], capture_output=True, check=False).stdout
