"""What the journal knows, folded into a state again.

The hub never refuses to start because of the past: a journal that is damaged is set aside and reported, and a
fact that cannot be read is skipped, for an empty memory still hears a button. One that only cannot be written (a
full or read-only card) is read all the same: somebody may be waiting for help.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from pathlib import Path

from hub import __version__
from hub.domain.records import State
from hub.domain.state import evolve
from hub.errors import JournalError
from hub.journal import Journal, Numbered, open_or_set_aside, set_aside
from hub.refuge import Refuge

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recalled:
    """A journal (None: none can be written now), the state it tells, and what went wrong ("": nothing).

    ``watched_until``: the last moment the hub is known to have watched. ``unwritten``: facts of the state that the
    journal has not, from the `hub.refuge`.
    """

    journal: Journal | None
    state: State
    last_seq: int = 0
    watched_until: datetime | None = None
    evidence: str = ""
    unwritten: tuple[Numbered, ...] = ()

    @property
    def fault(self) -> str:
        """Under which code ``evidence`` is told."""
        return "journal.broken" if self.journal is None else "journal.set_aside"


def recall(
    path: Path, now: datetime, opened: Callable[[Path], Journal] = Journal, refuge: Refuge | None = None
) -> Recalled:
    """Open the journal at ``path`` by ``opened`` and fold it; never raises for anything the file may hold.

    What it has not taken before the last process died is in the ``refuge``.
    """
    recalled = _recalled(path, now, opened)
    # The journal is written in order: it has all facts up to a number, and none of those after. One that cannot be read
    # has a number of its own, and tells nothing.
    written = 0 if recalled.state == State() else recalled.last_seq
    unwritten = tuple(numbered for numbered in (refuge.read() if refuge else ()) if numbered.seq > written)
    if not unwritten:
        return recalled
    state = fold(recalled.state, unwritten)
    log.warning("journal: %d facts that the card had not taken were kept in memory", len(unwritten))
    last_seq = max(recalled.last_seq, unwritten[-1].seq)
    return replace(recalled, state=state, last_seq=last_seq, watched_until=state.at, unwritten=unwritten)


def _recalled(path: Path, now: datetime, opened: Callable[[Path], Journal]) -> Recalled:
    try:
        journal, evidence = open_or_set_aside(path, now, opened)
    except JournalError as error:
        return _looked_up(path, now, str(error))
    try:
        return _folded(journal, evidence)
    except JournalError as error:
        journal.close()
        return _begun_anew(path, now, error, opened)


def reopened(
    path: Path, now: datetime, remembered: tuple[int, State], opened: Callable[[Path], Journal] = Journal
) -> tuple[Journal, str]:
    """Open the journal again in a hub that runs, as `open_or_set_aside`.

    One that was begun anew (the other is damaged, or gone) is given what is ``remembered``, a state and the number of
    its last fact: without it an alarm that is open now would be forgotten at the next start.

    :raises JournalError: it cannot be opened, or not be written.
    """
    journal, evidence = open_or_set_aside(path, now, opened)
    try:
        if journal.last_seq() == 0:
            seq, state = remembered
            journal.snapshot(seq, __version__, state)
    except JournalError:
        journal.close()
        raise
    return journal, evidence


def _looked_up(path: Path, now: datetime, evidence: str) -> Recalled:
    """Fold a journal that cannot be written."""
    with contextlib.suppress(JournalError), contextlib.closing(Journal(path, read_only=True)) as journal:
        return replace(_folded(journal, evidence), journal=None)
    # Numbers beyond any that the file may hold: should it come back, nothing in it is overwritten.
    return Recalled(None, State(), last_seq=int(now.timestamp()), evidence=evidence)


def _begun_anew(path: Path, now: datetime, error: JournalError, opened: Callable[[Path], Journal]) -> Recalled:
    """Set a damaged journal aside; one that only could not be read this time stays where it is."""
    if error.permanent:
        kept = set_aside(path, now)
        with contextlib.suppress(JournalError):
            return Recalled(opened(path), State(), evidence=f"{error}; it is kept as {kept}")
    return Recalled(None, State(), last_seq=int(now.timestamp()), evidence=str(error))


def _folded(journal: Journal, evidence: str) -> Recalled:
    seq, state = _snapshot(journal)
    state = fold(state, tell(journal, after=seq))
    # Not the latest time on record: the clock may have been set back since that was written.
    return Recalled(journal, state, journal.last_seq(), state.at, evidence)


def _snapshot(journal: Journal) -> tuple[int, State]:
    """Where to begin: the last snapshot of this release, or the first fact."""
    with contextlib.suppress(JournalError):
        seq, state = journal.last_snapshot(__version__) or (0, State())
        return seq, checked(state)
    return 0, State()


def checked(state: State) -> State:
    """Return ``state``, a snapshot that was read.

    :raises JournalError: it contradicts itself, and deciding on it would fail; all the facts tell more.
    """
    incidents = all(number == incident.number for number, incident in state.incidents.items())
    messages = all(number == message.number for number, message in state.outbox.items())
    if not incidents or not messages:
        raise JournalError("a snapshot in which a number stands for another")
    return state


def fold(state: State, facts: Iterable[Numbered]) -> State:
    """Return the state after ``facts``; one that leads to none is left out, as one that cannot be read."""
    for numbered in facts:
        try:
            state = evolve(state, numbered.fact)
        except Exception:
            # What a card has spoilt may still look like a fact; the hub must start whatever it says.
            log.exception("journal: fact %d cannot follow from those before; it is left out", numbered.seq)
    return state


def tell(journal: Journal, after: int = 0) -> Iterator[Numbered]:
    """Yield the facts after number ``after``, and the last of each kind of activity, in the order they happened."""
    yield from merge(journal.facts(after), journal.last_lives(after), key=lambda numbered: numbered.seq)
