"""A thread that looks at something now and then, and tells what is out of order: power, the card.

What `look` finds is all it knows: the faults that stand now, by their codes. It keeps no history, and a mistake in
`look` costs one round.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from hub.domain.inputs import Input
from hub.drivers.faults import StandingFaults
from hub.ports import Clock, Post

log = logging.getLogger(__name__)

# `Source.stop` promises two seconds; a file of the kernel is read within milliseconds.
STOP_DEADLINE_S = 1.7


class Rounds:
    """A `hub.ports.Source` that calls ``look`` every ``every_s`` seconds on a thread called ``name``.

    ``before``: what an earlier run told of; it is taken back where the first look does not find it.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], Mapping[str, str]],
        post: Post,
        clock: Clock,
        *,
        every_s: float,
        before: Iterable[str] = (),
    ) -> None:
        self._name = name
        self._look = look
        self._post = post
        self._every_s = every_s
        self._faults = StandingFaults(self.post, clock, before)
        self._stopped = threading.Event()
        self._order = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End within two seconds. Nothing is posted after it returned."""
        with self._order:
            self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)

    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def post(self, seen: Input) -> None:
        """Post a reading, unless it was stopped."""
        with self._order:
            if not self._stopped.is_set():
                self._post(seen)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._faults.tell(self._look())
            except Exception:  # the top of a driver's thread: told, and tried again
                log.exception("%s: a mistake of ours; looking again in %.0f s", self._name, self._every_s)
            self._stopped.wait(self._every_s)
