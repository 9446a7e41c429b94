"""The faults of one driver: each told once when it comes, taken back once when it goes.

A driver says again and again what is out of order now; only the differences are posted. It
knows no device and keeps no history: the journal does that, and so a fault that an earlier run told of stands there
until this one has looked and takes it back.
"""

from collections.abc import Iterable, Mapping

from hub.domain.inputs import FaultCleared, FaultSeen
from hub.ports import Clock, Post


class StandingFaults:
    """What one driver has told to be out of order and not yet taken back. Used by one thread.

    ``before``: what stands in the journal by an earlier run of this driver.
    """

    def __init__(self, post: Post, clock: Clock, before: Iterable[str] = ()) -> None:
        self._post = post
        self._clock = clock
        self._before = frozenset(before)
        self._standing: frozenset[str] = frozenset()

    def tell(self, present: Mapping[str, str]) -> None:
        """Post what changed; ``present`` maps each code that stands now to its detail."""
        for fault in sorted((self._standing | self._before) - present.keys()):
            self._post(FaultCleared(self._clock.now(), fault))
        for fault in sorted(present.keys() - self._standing):
            self._post(FaultSeen(self._clock.now(), fault, present[fault]))
        self._standing, self._before = frozenset(present), frozenset()
