"""The rest of that life: a clock of 1970, many power cuts, and a cut at any write to the disk."""

import os
import subprocess
import time
from functools import partial

import pytest

from tests.emulated import block_log
from tests.emulated.block_log import BlockLog
from tests.emulated.cuts import Count, cut_once, presses_after
from tests.emulated.home import Home

pytestmark = pytest.mark.timeout(3 * 3600)

CUTS = int(os.environ.get("TELECARE_CUTS", "20"))
REPLAYS = int(os.environ.get("TELECARE_REPLAYS", "100"))
PRESSES_IN_THE_LOG = 3


def pressed_it_calls(home: Home) -> None:
    """Press, and wait until both neighbours are alerted."""
    since = len(home.network.sent)
    home.press()
    home.wait(lambda: home.has_called(since), "both are alerted")
    home.end_alarms()


def test_with_a_clock_of_1970_a_press_calls(home):
    home.machine.sh("sync")
    home.cut_power()
    home.switch_on(clock="1970-01-01T00:00:00")
    armed_s = home.wait_until_armed()
    today = home.machine.sh("date +%Y-%m-%d").strip()
    home.wait(home.can_send, "the modem is registered")
    pressed_it_calls(home)

    last = home.sql("SELECT at FROM fact WHERE kind = 'IncidentOpened' ORDER BY seq DESC LIMIT 1")
    assert last[:7] == time.strftime("%Y-%m", time.gmtime()), "what is on record is nearer than systemd's guess"
    home.say(
        f"switched on with a clock of 1970 (systemd makes {today} of it): armed after {armed_s:.1f} s, pressed,"
        f" both are alerted; the hub calls it {last[:10]}"
    )
    home.check_journal()


def test_through_many_power_cuts_no_press_is_lost(home):
    home.machine.sh("sync")
    home.cut_power()
    home.switch_on()
    home.wait_until_armed()
    home.wait(home.can_send, "the modem is registered")
    count = Count()
    for _ in range(CUTS):
        cut_once(home, count)
    count.tell(home)


def test_cut_off_at_any_write_the_disk_has_each_press_whose_text_went(home, tmp_path):
    home.machine.sh("sync")
    home.cut_power()
    base, written, log = (tmp_path / name for name in ("base.img", "written.img", "log"))
    subprocess.run(["qemu-img", "convert", "-O", "raw", home.disk, base], check=True)
    subprocess.run(["cp", "--sparse=always", base, written], check=True)
    home.switch_on(drive=block_log.drive(written, log))
    home.wait_until_armed()
    home.wait(home.can_send, "the modem is registered")
    had = home.presses_on_record()
    began, seen = log.stat().st_size, []
    for _ in range(PRESSES_IN_THE_LOG):
        wire = home.pty.watch(b"AT+CMGS")
        since = len(home.network.sent)
        home.press()
        wire.wait(60)
        # By the time that a text is handed over its press must be on the disk, whatever else is not.
        seen.append(log.stat().st_size)
        home.wait(partial(home.has_called, since), "both are alerted")
        home.end_alarms()
    home.machine.order("quit")
    home.cut_power()

    whole = BlockLog(base, log)
    acknowledged = [whole.upto(size) for size in seen]
    first = whole.upto(began)
    chance, lost = home.chance, 0
    began_at = time.monotonic()
    for _ in range(REPLAYS):
        entries = chance.randint(first, len(whole.writes))
        presses = presses_after(whole, entries, chance, tmp_path) - had
        lost += max(0, sum(entries >= needed for needed in acknowledged) - presses)
    assert lost == 0
    home.say(
        f"{REPLAYS} power cuts at any of {len(whole.writes) - first} writes during {PRESSES_IN_THE_LOG} alarms, half of"
        f" what was not flushed lost: 0 presses lost, file system and journal whole each time"
        f" ({time.monotonic() - began_at:.0f} s)"
    )
    home.switch_on()
    home.wait_until_armed()
