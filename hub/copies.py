"""What became of the daily copies of this home: one small file in the data folder, written by whoever makes them.

Copies are made by a process of its own (`hub.daily_copy`), which may hang on a stick that dies; the hub, the doctor and
the next copy only read what it left here.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.errors import JournalError
from hub.fact_json import instant, instant_text
from hub.keeping import keep

RECORD = "copies.json"
# In bytes: two times, a name and a sentence are some three hundred.
LONGEST = 4096
# telecare-hub-copy.service ends one that takes more than 15 minutes.
HANGS_AFTER = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Copies:
    """The last try and the last copy. ``trouble``: why the try made none ("": it did); ``name``: of the last copy.

    A try that has not come to an end yet, or never did, is of later than the last copy and has no trouble.
    """

    tried_at: datetime
    made_at: datetime | None = None
    name: str = ""
    trouble: str = ""

    def is_hanging(self, now: datetime) -> bool:
        """Whether the last try should have come to an end long ago."""
        is_open = not self.trouble and (self.made_at is None or self.made_at < self.tried_at)
        return is_open and now - self.tried_at >= HANGS_AFTER


def read(data_dir: Path) -> Copies | None:
    """Return what became of the copies; None where none was ever tried, or nothing can be read of it."""
    try:
        with (data_dir / RECORD).open("rb") as file:
            told = json.loads(file.read(LONGEST))
        made_at = told["made_at"]
        return Copies(
            tried_at=instant(told["tried_at"]).astimezone(UTC),
            made_at=None if made_at is None else instant(made_at).astimezone(UTC),
            name=str(told["name"]),
            trouble=str(told["trouble"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError, JournalError):
        return None


def write(data_dir: Path, found: Copies) -> None:
    """Leave word of a try. A card that takes nothing is told of by the hub itself."""
    told = {
        "tried_at": instant_text(found.tried_at),
        "made_at": None if found.made_at is None else instant_text(found.made_at),
        "name": found.name,
        "trouble": found.trouble[:1000],
    }
    keep(data_dir / RECORD, json.dumps(told).encode())
