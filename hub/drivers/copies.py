"""The daily copies on a USB stick: was the last one made, and how long ago?

Another process makes them (`hub.daily_copy`), and a stick that hangs holds up that one alone. Here only what it left in
the data folder is read, on the thread that looks after the card. A home without a stick has no faults of this kind:
nobody asked for copies.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from hub import copies
from hub.ports import Clock

FAILED = "backup.failed"
OLD = "backup.old"

# A stick that is taken along every other Sunday, and another put in its place, is no trouble.
OLD_AFTER = timedelta(days=15)


class CopyWatch:
    """Looks at what became of the copies of ``data_dir``."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._data_dir, self._clock = data_dir, clock

    def look(self) -> Mapping[str, str]:
        """Return the faults that stand."""
        found = copies.read(self._data_dir)
        if found is None:
            return {}
        now = self._clock.now()
        trouble = found.trouble or ("the last one never ended: the stick hangs" if found.is_hanging(now) else "")
        failed = {FAILED: trouble} if trouble else {}
        if found.made_at is None or now - found.made_at < OLD_AFTER:
            return failed
        return {**failed, OLD: f"the last is of {found.made_at:%Y-%m-%d}"}
