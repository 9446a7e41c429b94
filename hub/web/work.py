"""Long work: one thing at a time, on a thread of its own, that tells how far it is and leaves a file or a finding.

A page that waited for it would be cut off by the phone's patience, and would keep one of waitress's few threads.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hub.errors import HubError

log = logging.getLogger(__name__)

# What was made waits so long to be fetched.
WAITS = timedelta(hours=1)

Progress = Callable[[float], object]


@dataclass(slots=True)
class Work:
    """One piece of it. ``what``: "backup", "export", "check"; ``by``: who asked; ``done``: 0.0 to 1.0.

    ``file``: what it makes (None: nothing). ``found``: what it learned; ``wrong``: why it failed, for the log.
    ``is_bug``: and that was a mistake of ours. ``gone``: forgotten, and its file with it.
    """

    what: str
    by: str
    began: datetime
    file: Path | None = None
    done: float = 0.0
    found: Any = None
    wrong: str = ""
    is_bug: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def percent(self) -> int:
        """How far it is; 100 once it is over."""
        return 100 if self.over.is_set() else min(int(100 * self.done), 99)


class Bench:
    """Where it is done; ``now``: the hub's clock; ``waits``: how long what was made waits to be fetched."""

    def __init__(self, now: Callable[[], datetime], waits: timedelta = WAITS) -> None:
        self._now, self._waits = now, waits
        self._lock = threading.Lock()
        self._work: Work | None = None

    @property
    def work(self) -> Work | None:
        """What is being done, or was done last and still waits."""
        found = self._work
        if found is not None and found.over.is_set() and self._now() - found.began >= self._waits:
            self.clear()
            return None
        return found

    @property
    def is_free(self) -> bool:
        """Whether nothing is being done."""
        found = self._work
        return found is None or found.over.is_set()

    def begin(self, what: str, by: str, file: Path | None, do: Callable[[Progress], Any]) -> Work | None:
        """Begin ``do``, which is called with what to tell its progress; None while something else is being done."""
        with self._lock:
            if self._work is not None and not self._work.over.is_set():
                return None
            self._forget()
            work = self._work = Work(what, by, self._now(), file)
        threading.Thread(target=self._run, args=(work, do), name="pages work", daemon=True).start()
        return work

    def clear(self) -> None:
        """Forget what was done, and the file it left."""
        with self._lock:
            if self._work is not None and self._work.over.is_set():
                self._forget()

    def _forget(self) -> None:
        if self._work is not None:
            if self._work.file is not None:
                try:
                    self._work.file.unlink(missing_ok=True)
                except OSError as error:
                    log.warning("web: what was made cannot be deleted: %s", error)
            self._work.gone.set()
        self._work = None

    def _run(self, work: Work, do: Callable[[Progress], Any]) -> None:
        def told(done: float) -> None:
            work.done = done

        try:
            work.found = do(told)
        except HubError as error:
            work.wrong = str(error)
            log.warning("web: %s failed: %s", work.what, error)
        except Exception as error:
            # The top of this thread: whatever bug it is, the page must not wait for ever.
            work.wrong, work.is_bug = type(error).__name__, True
            log.exception("web: %s failed", work.what)
        finally:
            work.over.set()
        # A backup has the key code in it: it goes though nobody looks again.
        if not work.gone.wait(self._waits.total_seconds()):
            self._end(work)

    def _end(self, work: Work) -> None:
        with self._lock:
            if self._work is work:
                self._forget()
