"""Power cuts in the middle of alarms, and what must be true after each: no press is lost, and the journal is whole."""

import random
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.emulated.block_log import BlockLog
from tests.emulated.home import JOURNAL, PRESS, Home

# From the contact to the last text an alarm takes about a second here; cuts are drawn over somewhat more.
CUT_WITHIN_S = 2.5
E2FSCK_MENDED = 1


@dataclass
class Count:
    """What came of the cuts."""

    stages: Counter[str] = field(default_factory=Counter)
    armed_s: list[float] = field(default_factory=list)

    def tell(self, home: Home) -> None:
        home.say(
            f"{len(self.armed_s)} power cuts, 0 presses lost; from the kernel's start to armed"
            f" {median(self.armed_s):.1f} s median, {max(self.armed_s):.1f} s at most"
        )
        for stage, times in sorted(self.stages.items()):
            home.quote(f"cut when {stage}: {times}")


def cut_once(home: Home, count: Count) -> None:
    """One alarm, with a power cut somewhere in it, and the same disk again."""
    since, on_record = len(home.network.sent), home.presses_on_record()
    delay_s = home.chance.uniform(0.0, CUT_WITHIN_S)
    home.machine.begin(PRESS)
    time.sleep(delay_s)
    home.cut_power()
    taken = len(home.alerts(since))

    home.switch_on()
    count.armed_s.append(home.wait_until_armed())
    home.check_journal()
    if home.presses_on_record() == on_record:
        # It is on disk before the first text goes: what nobody was told of may be pressed again.
        assert not taken, "a text went for a press that is on no record"
        stage = "nothing was on the disk yet, and it was pressed again"
        home.press()
    else:
        stage = f"it was on the disk, and {taken} of 2 texts were taken"
    home.wait(lambda: home.has_called(since), "both neighbours are alerted")
    count.stages[stage] += 1
    home.say(
        f"power cut {delay_s:.2f} s after the press ({stage}): armed again, both are alerted, the journal is whole"
    )
    home.end_alarms()


def presses_after(log: BlockLog, entries: int, chance: random.Random, folder: Path) -> int:
    """Return how many presses are on a disk that was cut off after so many ``entries``; fail when it is not whole."""
    disk = folder / "cut.img"
    log.cut(entries, chance, disk)
    # What a start does: the file system takes up its own journal.
    checked = subprocess.run(["e2fsck", "-fy", disk], check=False, capture_output=True, text=True)
    assert checked.returncode <= E2FSCK_MENDED, checked.stdout
    for name in ("journal.sqlite3", "journal.sqlite3-wal"):
        (folder / name).unlink(missing_ok=True)
        dump = f"dump {JOURNAL.removesuffix('journal.sqlite3')}{name} {folder / name}"
        subprocess.run(["debugfs", "-R", dump, disk], check=True, capture_output=True)
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as journal:
        assert journal.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(journal.execute("SELECT count(*) FROM fact WHERE kind = 'IncidentOpened'").fetchone()[0])
