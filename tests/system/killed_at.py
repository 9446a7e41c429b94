"""`telecare-hub`, killed (-9) at one transaction of its journal. The hub is only watched, nothing of it is changed.

    python -m tests.system.killed_at before|after N run --config FILE

N is counted from the transaction that holds the press, which is 0. "before": nothing of it is on disk; "after": all
of it is, and nothing has followed from it yet.
"""

import os
import signal
import sys
import threading
from types import FrameType

from hub.cli import main
from hub.domain.facts import IncidentOpened
from hub.journal import Journal

WRITES = Journal.append.__code__
EVENTS = {"before": "call", "after": "return"}


class Executioner:
    """Looks at every call and return of a thread, as a profiler does; waits for the journal's."""

    def __init__(self, when: str, number: int) -> None:
        self._event = EVENTS[when]
        self._number = number
        self._transaction = -1

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        if frame.f_code is not WRITES or event not in EVENTS.values():
            return
        if event == "call" and (self._transaction >= 0 or self._holds_the_press(frame)):
            self._transaction += 1
        if event == self._event and self._transaction == self._number:
            os.kill(os.getpid(), signal.SIGKILL)

    @staticmethod
    def _holds_the_press(frame: FrameType) -> bool:
        return any(isinstance(numbered.fact, IncidentOpened) for numbered in frame.f_locals["facts"])


if __name__ == "__main__":
    when, number, *words = sys.argv[1:]
    threading.setprofile(Executioner(when, int(number)))
    sys.exit(main(words))
