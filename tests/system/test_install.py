"""`install.sh` into a folder: every file of an installation, twice in a row, upgraded, and taken away again."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = "# pi\ndtparam=audio=on\n"
CMDLINE = "console=serial0,115200 console=tty1 root=PARTUUID=x rootfstype=ext4 fsck.repair=yes rootwait\n"
MODES = {
    "usr/local/bin/telecare-hub": 0o755,
    "usr/local/share/doc/telecare-hub/README.md": 0o644,
    "etc/systemd/system/telecare-hub.service": 0o644,
    "etc/systemd/system/telecare-hub-copy.service": 0o644,
    "etc/systemd/system/telecare-hub-copy.timer": 0o644,
    "etc/systemd/system/telecare-hub-clock.service": 0o644,
    "usr/local/lib/telecare-hub/copy": 0o755,
    "usr/local/lib/telecare-hub/clock": 0o755,
    "etc/systemd/system.conf.d/telecare-hub.conf": 0o644,
    "etc/systemd/journald.conf.d/telecare-hub.conf": 0o644,
    "etc/udev/rules.d/60-telecare-hub.rules": 0o644,
    "etc/avahi/services/telecare-hub.service": 0o644,
    "etc/telecare-hub/hub.toml": 0o640,
}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The hub and all that it needs as wheels, as an installer without a network brings them."""
    folder = tmp_path_factory.mktemp("wheels")
    source = _copy(tmp_path_factory.mktemp("source"))
    _run([sys.executable, "-m", "pip", "wheel", "-q", "-w", folder, source, "setuptools>=77", "wheel"])
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A checkout."""
    return _copy(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory, wheels, source):
    """A card with Raspberry Pi OS's boot partition, on which the hub was installed."""
    card = _card(tmp_path_factory.mktemp("card"))
    _install(source, card, "--offline", wheels)
    return card


def _copy(folder: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if name.startswith(("hub/", "firmware_config/", "udev/", "tests/stories/")) or "/" not in name:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target, follow_symlinks=False)
    return folder


def _card(folder: Path) -> Path:
    boot = folder / "boot/firmware"
    boot.mkdir(parents=True)
    (boot / "config.txt").write_text(CONFIG)
    (boot / "cmdline.txt").write_text(CMDLINE)
    return folder


# A release has to find its own, whatever whoever runs the tests has set.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _run(command, **more) -> subprocess.CompletedProcess[str]:
    found = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, timeout=240, check=False, env=ENVIRONMENT, **more
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found


def _install(source: Path, card: Path, *options: object) -> list[str]:
    return _run([source / "install.sh", "--root", card, *options]).stdout.splitlines()


def _files(card: Path) -> set[str]:
    return {
        str(path.relative_to(card))
        for path in card.rglob("*")
        if (path.is_symlink() or not path.is_dir()) and "/releases/" not in str(path.relative_to(card))
    }


def _release(card: Path) -> str:
    return (card / "opt/telecare-hub/current").readlink().name


def test_every_file_is_there_as_it_should_be_and_no_other(installed):
    boot = {"boot/firmware/config.txt", "boot/firmware/cmdline.txt"}
    assert _files(installed) == {*MODES, *boot, "opt/telecare-hub/current"}
    assert {name: (installed / name).stat().st_mode & 0o777 for name in MODES} == MODES
    assert (installed / "var/lib/telecare-hub").stat().st_mode & 0o777 == 0o700
    assert (installed / "etc/telecare-hub").stat().st_mode & 0o777 == 0o750


def test_the_release_runs_by_the_path_that_the_unit_has(installed):
    unit = (installed / "etc/systemd/system/telecare-hub.service").read_text()
    command = re.search(r"^ExecStart=(\S+) -P -m hub run --config /etc/telecare-hub/hub.toml$", unit, re.MULTILINE)
    assert command is not None
    python = installed / command[1].lstrip("/")

    told = _run([python, "-P", "-m", "hub", "--version"], cwd="/")
    where = _run([python, "-P", "-c", "import hub; print(hub.__file__)"], cwd=ROOT).stdout

    assert told.stdout.startswith("telecare-hub ")
    assert str(installed.resolve()) in where, "not the checkout one stands in"


def test_what_was_installed_has_its_stories_words_pages_and_profiles(installed, tmp_path):
    """In an environment that the tests' own packages are no part of."""
    bin_folder = installed / "opt/telecare-hub/current/bin"
    told = _run([bin_folder / "telecare-hub", "demo", "--headless", "--story", "wall_button"], cwd="/").stdout
    assert "ALERTE Mme Martin" in told

    shutil.copytree(ROOT / "firmware_config/examples", tmp_path / "home")
    settings = tmp_path / "home/hub.toml"
    assert "are in order" in _run([bin_folder / "telecare-hub", "check", "--config", settings], cwd="/").stdout
    asked = (
        "from hub.drivers.modem.profiles import all_profiles; from hub.web.application import make_app; "
        "from importlib.resources import files; web = files('hub.web'); "
        "print(len(all_profiles()), (web / 'templates/login.html').is_file(), "
        "(web / 'translations/fr/LC_MESSAGES/pages.mo').is_file(), any((web / 'static').iterdir()))"
    )
    found = _run([bin_folder / "python", "-P", "-c", asked], cwd="/").stdout.split()
    assert int(found[0]) == len(list((ROOT / "hub/drivers/modem/profiles").glob("*.toml")))
    assert found[1:] == ["True", "True", "True"]


def test_the_serial_port_belongs_to_the_modem_and_what_was_there_stays(installed):
    config = (installed / "boot/firmware/config.txt").read_text()
    cmdline = (installed / "boot/firmware/cmdline.txt").read_text()

    assert config.startswith(CONFIG)
    assert config.count("# telecare-hub begins") == config.count("# telecare-hub ends") == 1
    assert {"enable_uart=1", "dtoverlay=disable-bt", "dtparam=watchdog=on"} <= set(config.splitlines())
    assert cmdline == CMDLINE.replace("console=serial0,115200 ", "")


def test_a_second_time_nothing_is_done_and_a_check_says_that_all_is_well(installed, source, wheels):
    before = {name: (installed / name).stat().st_mtime_ns for name in MODES}

    assert _install(source, installed, "--offline", wheels) == [
        f"== nothing to do: release {_release(installed)} is installed"
    ]
    assert _install(source, installed, "--check") == ["== everything is as an installation would leave it"]
    assert {name: (installed / name).stat().st_mtime_ns for name in MODES} == before


def test_a_check_says_what_is_not_as_it_should_be_and_leaves_it_so(installed, source):
    unit = installed / "etc/systemd/system/telecare-hub.service"
    right = unit.read_bytes()
    unit.write_text("[Service]\n")
    try:
        told = subprocess.run(
            [source / "install.sh", "--root", installed, "--check"], capture_output=True, text=True, check=False
        )
        assert told.returncode == 1
        assert "== would: writing /etc/systemd/system/telecare-hub.service" in told.stdout
        assert unit.read_text() == "[Service]\n"
    finally:
        unit.write_bytes(right)
        unit.chmod(0o644)


def test_what_the_installer_wrote_is_left_alone(installed, source):
    settings = installed / "etc/telecare-hub/hub.toml"
    theirs = settings.read_text() + "# mine\n"
    settings.write_text(theirs)

    _install(source, installed, "--upgrade")
    assert settings.read_text() == theirs


def test_an_upgrade_keeps_the_last_release_and_no_older(installed, wheels, tmp_path):
    releases = installed / "opt/telecare-hub/releases"
    first = _release(installed)
    newer = _copy(tmp_path / "newer")
    version = newer / "hub/__init__.py"
    version.write_text(version.read_text().replace('__version__ = "', '__version__ = "9.'))

    told = _install(newer, installed, "--upgrade", "--offline", wheels)

    assert _release(installed).startswith("9.")
    assert {path.name for path in releases.iterdir()} == {first, _release(installed)}
    assert f"== release {_release(installed)} is the one that runs from now on" in told
    python = installed / "opt/telecare-hub/current/bin/python"
    assert _run([python, "-P", "-m", "hub", "--version"], cwd="/").stdout.startswith("telecare-hub 9.")


def test_what_the_boot_partition_brings_is_taken_over_and_removed_for_the_pin_is_in_it(tmp_path, source):
    card = _card(tmp_path / "card")
    brought = card / "boot/firmware/telecare.toml"
    brought.write_text('[hub]\nlanguage = "en"\n[modem]\nsim_pin = "1234"\n')
    _prepared(source, card)

    _install(source, card)

    settings = card / "etc/telecare-hub/hub.toml"
    assert 'sim_pin = "1234"' in settings.read_text()
    assert settings.stat().st_mode & 0o777 == 0o640
    assert not brought.exists()


def _prepared(source: Path, card: Path) -> None:
    """Have the release complete, so that only the files are looked at."""
    told = subprocess.run(
        [source / "install.sh", "--root", card, "--check"], capture_output=True, text=True, check=False
    ).stdout
    (name,) = re.findall(r"installing release (\S+) into", told)
    (card / "opt/telecare-hub/releases" / name).mkdir(parents=True)
    (card / "opt/telecare-hub/releases" / name / "complete").touch()


def test_the_way_back_leads_to_a_release_that_has_not_all_the_files_of_this_one(tmp_path, source):
    card, older = _card(tmp_path / "card"), tmp_path / "older"
    _prepared(source, card)
    _install(source, card)
    shutil.copytree(source, older, symlinks=True)
    for name in ("systemd/telecare-hub-clock.service", "install/telecare-hub-clock", "systemd/usb-power.conf"):
        (older / "firmware_config" / name).unlink()
    _prepared(older, card)
    _install(older, card)

    gone = {"etc/systemd/system/telecare-hub-clock.service", "usr/local/lib/telecare-hub/clock"}
    assert _files(card) & MODES.keys() == MODES.keys() - gone


def test_it_is_taken_away_and_with_purge_the_records_too(tmp_path, source):
    card = _card(tmp_path / "card")
    _prepared(source, card)
    _install(source, card)
    record = card / "var/lib/telecare-hub/journal.sqlite3"
    record.touch()

    _install(source, card, "--uninstall")
    assert _files(card) == {
        "boot/firmware/config.txt",
        "boot/firmware/cmdline.txt",
        "etc/telecare-hub/hub.toml",
        "var/lib/telecare-hub/journal.sqlite3",
    }
    assert (card / "boot/firmware/config.txt").read_text() == CONFIG

    _install(source, card, "--uninstall", "--purge")
    assert _files(card) == {"boot/firmware/config.txt", "boot/firmware/cmdline.txt"}


@pytest.mark.parametrize("options", [["--nonsense"], ["--root"], ["--root", "/nowhere"], ["--offline"]])
def test_what_it_does_not_know_it_refuses_before_it_does_anything(options, source, tmp_path):
    # Into a folder in any case: a mistake here must not install the hub on whatever runs the tests.
    command = [source / "install.sh", "--root", _card(tmp_path / "card"), *options]
    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr


def test_an_upgrade_of_nothing_says_what_to_do(tmp_path, source):
    told = subprocess.run(
        [source / "install.sh", "--root", _card(tmp_path / "card"), "--upgrade"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "sudo ./install.sh" in told.stderr


def test_the_sandbox_opens_for_a_file_that_switches_the_modem_only_where_it_is_wanted(tmp_path, source):
    card = _card(tmp_path / "card")
    _prepared(source, card)
    _install(source, card)
    place = card / "etc/systemd/system/telecare-hub.service.d/usb-power.conf"
    settings = card / "etc/telecare-hub/hub.toml"
    bare = settings.read_text()
    assert not place.exists()

    for written in ('usb_power = "gpio:5"', 'usb_power = "/sys/../etc/passwd"', '# usb_power = "/sys/x/authorized"'):
        settings.write_text(bare.replace("[modem]\n", f"[modem]\n{written}\n"))
        _install(source, card)
        assert not place.exists(), written
    file = "/sys/bus/usb/devices/1-1:1.0/1-1-port2/disable"
    settings.write_text(bare.replace("[modem]\n", f'[modem]\nusb_power = "{file}"  # the left port\n'))
    _install(source, card)
    assert f"ExecStartPre=-+/bin/chgrp telecare-hub {file}\n" in place.read_text()
    assert "ProtectKernelTunables=no\n" in place.read_text()
    assert _install(source, card)[-1].startswith("== nothing to do")

    settings.write_text(bare)
    _install(source, card)
    assert not place.exists()


OURS = re.compile(r"#?(dtoverlay=[a-z0-9-]+(,[a-z0-9_]+(=[a-z0-9-]+)?)*|dtparam=[a-z0-9_]+=[a-z0-9]+|enable_uart=1)")


def test_our_lines_of_config_txt_are_of_its_form_and_hold_for_every_model_but_those_of_a_section():
    lines = (ROOT / "firmware_config/boot/config.txt").read_text().splitlines()
    told = [line for line in lines if not line.startswith("# ") and line != "#"]

    # Whatever section stands above them in the card's own file.
    assert (told[0], [line for line in told if line.startswith("[")]) == ("[all]", ["[all]", "[pi5]", "[all]"])
    assert [line for line in told if not line.startswith("[") and not OURS.fullmatch(line)] == []
    assert lines[-1].startswith("#dtparam"), "what only some boxes have is not switched on"


def test_what_an_installer_adds_below_our_lines_stays(tmp_path, source):
    card = _card(tmp_path / "card")
    _prepared(source, card)
    _install(source, card)
    config = card / "boot/firmware/config.txt"
    config.write_text(config.read_text() + "dtoverlay=i2c-rtc,ds3231\n")
    for _ in range(2):
        _install(source, card)

    assert config.read_text().count("\ndtoverlay=i2c-rtc,ds3231\n") == 1
    assert config.read_text().count("# telecare-hub ends") == 1
    _install(source, card, "--uninstall")
    assert config.read_text() == CONFIG + "dtoverlay=i2c-rtc,ds3231\n"


def test_the_advice_for_fstab_is_one_that_mount_understands():
    # Its devices and mount points are another machine's: only how it is written can be judged here.
    advice = ROOT / "firmware_config/boot/fstab-advice"
    told = subprocess.run(["findmnt", "--verify", "--tab-file", advice], capture_output=True, text=True, check=False)
    assert "0 parse errors" in told.stdout + told.stderr
    lines = [line.split() for line in advice.read_text().splitlines() if line and not line.startswith("#")]
    assert [len(line) for line in lines] == [6] * len(lines)
    assert all("noatime" in line[3].split(",") for line in lines)


@pytest.mark.parametrize(("ahead_s", "is_set"), [(86400, True), (-86400, False)])
def test_the_clock_is_set_forward_to_the_last_record_and_never_back(tmp_path, ahead_s, is_set):
    """By the real script; only what it calls to set the clock of this machine is another program."""
    tools, records = tmp_path / "tools", tmp_path / "records"
    tools.mkdir()
    records.mkdir()
    (tools / "date").write_text('#!/bin/sh\n[ "$1" = -u ] && echo "set: $3" || exec /bin/date "$@"\n')
    (tools / "date").chmod(0o755)
    at = int(time.time()) + ahead_s
    for name, older in (("journal.sqlite3", 3600), ("journal.sqlite3-wal", 0)):
        (records / name).touch()
        os.utime(records / name, (at - older, at - older))

    script = [ROOT / "firmware_config/install/telecare-hub-clock", records]
    environment = ENVIRONMENT | {"PATH": f"{tools}:{os.environ['PATH']}"}
    told = subprocess.run([*map(str, script)], capture_output=True, text=True, check=True, env=environment).stdout
    assert told == (f"set: @{at}\n" if is_set else "")


def test_a_machine_without_records_keeps_its_clock(tmp_path):
    assert _run([ROOT / "firmware_config/install/telecare-hub-clock", tmp_path]).stdout == ""


def test_shellcheck_finds_nothing():
    if shutil.which("shellcheck") is None:
        pytest.fail("no shellcheck: apt-get install shellcheck")
    _run(
        [
            "shellcheck",
            *(
                ROOT / name
                for name in (
                    "install.sh",
                    "firmware_config/install/hub.sh",
                    "firmware_config/install/telecare-hub",
                    "firmware_config/install/telecare-hub-copy",
                    "firmware_config/install/telecare-hub-clock",
                )
            ),
        ]
    )
