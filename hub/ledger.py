"""Who writes the journal: numbers facts, lets ordinary ones wait, and never keeps an alarm waiting for the card.

What cannot be written is remembered and written with the next facts that can. `Scribe` writes in the caller's thread (a
simulated house, whose time stands still meanwhile); `JournalWriter` has a thread of its own, and answers after
`PATIENCE_S` at the latest whatever the card does. What it has not by then is kept in a `hub.refuge` besides, which a
process that is killed leaves behind.
"""

import queue
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

from hub.domain.facts import Batched, Fact, Passing
from hub.errors import JournalError
from hub.journal import Journal, Numbered
from hub.refuge import Refuge

# A healthy card syncs in 1 to 50 ms, a tired one in seconds. An alarm waits no longer than this for the disk.
PATIENCE_S = 1.0
# Facts that wait in memory for a broken card; a home makes a few hundred a day.
UNWRITTEN_AT_MOST = 20_000

Reopen = Callable[[], Journal]
Report = Callable[[str], None]
Errand = Callable[[Journal], object]


class Pen:
    """Writes, and remembers what it could not. Used by one thread.

    ``reopen`` makes the file anew after an error; ``report`` hears of a failure once ("" when it is over). Without a
    ``journal`` it fails from the start, and whoever could open none has told so. ``unwritten``: what an earlier process
    could not write.
    """

    def __init__(
        self, journal: Journal | None, reopen: Reopen, report: Report, unwritten: Iterable[Numbered] = ()
    ) -> None:
        self._journal = journal
        self._reopen = reopen
        self._report = report
        self._unwritten: deque[Numbered] = deque(unwritten, maxlen=UNWRITTEN_AT_MOST)
        self.is_failing = journal is None

    @property
    def owes(self) -> bool:
        """Whether facts wait that are not on disk."""
        return self.is_failing or bool(self._unwritten)

    def write(self, facts: Iterable[Numbered], errand: Errand | None = None) -> bool:
        """Write ``facts`` and all that waited, then do ``errand``; whether everything is on disk now. Never raises."""
        facts = tuple(facts)
        try:
            self._write(facts)
            if errand is not None and self._journal is not None:
                errand(self._journal)
        except JournalError as error:
            self._fail(str(error))
            return False
        if self.is_failing:
            self.is_failing = False
            self._report("")
        return True

    def close(self) -> None:
        """Close the file."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _write(self, facts: tuple[Numbered, ...]) -> None:
        try:
            if self._journal is None:
                self._journal = self._reopen()
            self._journal.append((*self._unwritten, *facts))
        except JournalError:
            self._unwritten.extend(facts)
            raise
        self._unwritten.clear()

    def _fail(self, evidence: str) -> None:
        self.close()
        if not self.is_failing:
            self.is_failing = True
            self._report(evidence)


class Book(ABC):
    """What both writers have in common: the numbers, and the batch of facts that may wait.

    ``last_seq``: the number of the last fact that was kept. ``refuge``: where facts wait that the card has not taken.
    """

    def __init__(self, last_seq: int, refuge: Refuge | None = None) -> None:
        self.last_seq = last_seq
        self._refuge = refuge or Refuge()
        self._batch: list[Numbered] = []

    def keep(self, facts: Iterable[Fact]) -> bool:
        """Keep facts; True when every fact that must be synced is on disk now.

        Facts that are never written are left out, and those that may wait wait for the next batch.
        """
        urgent: list[Numbered] = []
        for fact in facts:
            if isinstance(fact, Passing):
                continue
            self.last_seq += 1
            (self._batch if isinstance(fact, Batched) else urgent).append(Numbered(self.last_seq, fact))
        if not urgent:
            return self.is_up_to_date
        is_kept = self._hand_over((*self._take_batch(), *urgent))
        if is_kept:
            self._refuge.empty()
        else:
            # Here and not where it is written: that thread may hang on the card.
            self._refuge.add(urgent)
        return is_kept

    def flush(self) -> bool:
        """Write the facts that were allowed to wait, and those that could not be written; True when all is on disk."""
        batch = self._take_batch()
        has_nothing_to_do = not batch and (self.is_up_to_date or self._is_behind)
        is_kept = self.is_up_to_date if has_nothing_to_do else self._hand_over(batch)
        if is_kept:
            self._refuge.empty()
        return is_kept

    def do(self, errand: Errand) -> bool:
        """Have ``errand`` done with the journal; True when it was."""
        return self._hand_over((), errand)

    @property
    def has_batch(self) -> bool:
        """Whether facts wait for the next batch."""
        return bool(self._batch)

    @property
    @abstractmethod
    def is_up_to_date(self) -> bool:
        """Whether every fact that must be synced is on disk."""

    @property
    def _is_behind(self) -> bool:
        """Whether what was handed over is still being written."""
        return False

    def _take_batch(self) -> tuple[Numbered, ...]:
        batch, self._batch = tuple(self._batch), []
        return batch

    @abstractmethod
    def _hand_over(self, facts: tuple[Numbered, ...], errand: Errand | None = None) -> bool: ...


class Scribe(Book):
    """Writes at once, in the caller's thread."""

    def __init__(
        self,
        journal: Journal | None,
        reopen: Reopen,
        report: Report,
        *,
        last_seq: int = 0,
        refuge: Refuge | None = None,
        unwritten: Iterable[Numbered] = (),
    ) -> None:
        super().__init__(last_seq, refuge)
        self._pen = Pen(journal, reopen, report, unwritten)

    def close(self) -> None:
        """Write what waits, and close the file."""
        self.flush()
        self._pen.close()

    def abandon(self) -> None:
        """Close the file and write nothing more, as a process that is killed does."""
        self._pen.close()

    def _hand_over(self, facts: tuple[Numbered, ...], errand: Errand | None = None) -> bool:
        return self._pen.write(facts, errand)

    @property
    def is_up_to_date(self) -> bool:
        """Whether every fact that must be synced is on disk."""
        return not self._pen.owes


@dataclass(slots=True)
class _Task:
    facts: tuple[Numbered, ...]
    errand: Errand | None
    done: threading.Event = field(default_factory=threading.Event)
    is_written: bool = False


class JournalWriter(Book):
    """Writes in a thread of its own: answers after ``patience_s`` at the latest, and writes as soon as it can."""

    def __init__(
        self,
        journal: Journal | None,
        reopen: Reopen,
        report: Report,
        *,
        last_seq: int = 0,
        refuge: Refuge | None = None,
        unwritten: Iterable[Numbered] = (),
        patience_s: float = PATIENCE_S,
    ) -> None:
        super().__init__(last_seq, refuge)
        self._pen = Pen(journal, reopen, report, unwritten)
        self._patience_s = patience_s
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._last_task: _Task | None = None
        self._took_s = 0.0
        self._writing_since: float | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, and end."""
        self.flush()
        self._tasks.put(None)
        self._thread.join(timeout=2.0)

    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def busy_s(self) -> float:
        """How long the writing in hand has taken so far, or else the last one took. Any thread may ask."""
        since = self._writing_since
        return self._took_s if since is None else max(self._took_s, time.monotonic() - since)

    @property
    def is_up_to_date(self) -> bool:
        """Whether every fact that must be synced is on disk."""
        return not self._pen.owes and (self._last_task is None or self._last_task.is_written)

    @property
    def _is_behind(self) -> bool:
        return self._last_task is not None and not self._last_task.done.is_set()

    def _hand_over(self, facts: tuple[Numbered, ...], errand: Errand | None = None) -> bool:
        # While the card fails or hangs, nobody waits for it again and again: it must come back first.
        patience = 0.0 if self._pen.is_failing or self._is_behind else self._patience_s
        task = _Task(facts, errand)
        if errand is None:
            # An errand is another thread's, and no fact waits for it: what it takes long over is not "behind", or
            # a press would be confirmed before it is on disk, and a text on record be left in its slot.
            self._last_task = task
        self._tasks.put(task)
        task.done.wait(patience)
        return task.is_written

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            self._writing_since = began = time.monotonic()
            task.is_written = self._pen.write(task.facts, task.errand)
            if task.errand is None:
                # An errand deletes as much as there is: how long it took says nothing of the card.
                self._took_s = time.monotonic() - began
            self._writing_since = None
            task.done.set()
        self._pen.close()
