"""The card that the journal lies on: is it full, may it be written, is it as fast as it was, how worn is it?

A worn card shows itself so before it dies. None of it holds up an alarm: the journal acts from memory.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hub.domain.inputs import Observed
from hub.drivers.rounds import Rounds
from hub.drivers.wear import SYS, wear_of
from hub.ports import Clock, Post

FILLING = "disk.filling"
SLOW = "disk.slow"
READ_ONLY = "disk.read_only"
WORN = "disk.worn"
# A reading, in GB to a tenth: what is left changes with every fact, and is worth a word when it shows.
FREE = "disk_free_gb"
# In tenths as per cent, at most; only of what tells it.
LIFE_USED = "disk_life_used_percent"

EVERY_S = 60.0
# Less free than this is filling; it has room again a little above, so that a log that is turned over says nothing.
SHARE_LEFT, BYTES_LEFT = 0.10, 100_000_000
ROOM_AGAIN = 1.2
# A healthy card syncs in 1 to 50 ms (hub.ledger); one that takes a second is worn, or hangs.
SLOW_S = 1.0


class Disk:
    """Looks at ``folder``. ``commit_s``: how long the last commit took, or the one in hand has taken so far.

    ``also``: finds more faults at each look, of what belongs to the card and needs no thread of its own.
    """

    def __init__(
        self,
        folder: Path,
        commit_s: Callable[[], float],
        post: Post,
        clock: Clock,
        *,
        also: Callable[[], Mapping[str, str]] = dict,
        sys: Path = SYS,
        before: Iterable[str] = (),
        every_s: float = EVERY_S,
    ) -> None:
        self._folder, self._commit_s, self._clock, self._also = folder, commit_s, clock, also
        self._sys = sys
        self._standing: Mapping[str, str] = {}
        self.source = Rounds("disk", self.look, post, clock, every_s=every_s, before=before)

    def look(self) -> Mapping[str, str]:
        """Return the faults that stand."""
        took = self._commit_s()
        slow = {SLOW: f"a commit took {took:.1f} s"} if took > SLOW_S else {}
        self._standing = {**self._room(), **slow, **self._wear(), **self._also()}
        return self._standing

    def _wear(self) -> Mapping[str, str]:
        found = wear_of(self._folder, self._sys)
        if found is None:
            return {}
        self.source.post(Observed(self._clock.now(), LIFE_USED, found.used_percent))
        return {WORN: f"{found.used_percent} % of its life is used"} if found.is_worn else {}

    def _room(self) -> Mapping[str, str]:
        try:
            card = os.statvfs(self._folder)
        except OSError as error:
            # A card that cannot even be asked is told of by the journal.
            return {code: str(error) for code in (FILLING, READ_ONLY) if code in self._standing}
        free, size = card.f_bavail * card.f_frsize, card.f_blocks * card.f_frsize
        self.source.post(Observed(self._clock.now(), FREE, round(free / 1e9, 1)))
        enough = max(SHARE_LEFT * size, BYTES_LEFT) * (ROOM_AGAIN if FILLING in self._standing else 1)
        full = {FILLING: f"{free // 1_000_000} MB free"} if free < enough else {}
        return full | ({READ_ONLY: "mounted read-only"} if card.f_flag & os.ST_RDONLY else {})
