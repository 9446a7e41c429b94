"""The journal: every fact, in order, in one SQLite file, synced to the card before anything follows from it.

Two tables hold the log: `fact`, and `activity` for the many ordinary signs of life, which wait in
memory for some minutes so that a quiet day writes little to the card. One counter numbers both, so that they
can be read back in the order in which they happened. A snapshot of the state spares reading years of log at a start.

`Journal` is the file; it raises `JournalError` when the card is full, read-only or dying. Who writes to it, and what
happens then, is in `hub.ledger`.
"""

import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from hub import fact_json
from hub.domain.facts import Fact, HubWatched, LevelSeen, LifeSeen, LinesDrawn, SilenceEnded, TemperatureSeen
from hub.domain.records import State
from hub.errors import JournalError

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, incident INTEGER, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS activity (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, release TEXT NOT NULL, state TEXT NOT NULL);
"""
SCHEMA_VERSION = 1
# In `activity`, the source that stands for the hub's own "I was watching". In the same table, so that a batch
# costs the card one page.
WATCHED = ""

# Signs of life wait in memory for this long (BEHAVIOUR 5 needs no more after a crash: time the hub was blind counts
# neither as silence nor as life).
BATCH_EVERY = timedelta(minutes=5)
# A file of SQLite that is locked by a backup is free again within this.
BUSY_S = 5.0
# Of a new file. Each commit writes whole pages, and five minutes of movements are some hundred bytes: with SQLite's
# 4096 a day of 2,000 movements wrote 1.86 MB, with 2048 1.46; below that the check at every start takes longer.
PAGE_SIZE = 2048
# In kB. The hub appends, and reads once from the beginning to the end: old pages are never wanted again. SQLite keeps
# 2 MB of them, and so a hub grew for weeks until it had them (bench/soak).
PAGES_KEPT_KB = 256
# What SQLite says of pages that nobody will ever read again. All else passes: on a full card, in a forbidden folder,
# behind a lock the file itself is good, and a journal set aside then would take an open alarm with it.
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_DAMAGED_READS = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS})
_PRIMARY_CODE = 0xFF
# Facts that tell of a day at home as closely as the movements do, and are forgotten with them.
_FORGOTTEN = ", ".join(f"'{kind.__name__}'" for kind in (SilenceEnded, LinesDrawn, LevelSeen, TemperatureSeen))

# One bit makes a text a blob, which is read as the text that it was; so it is here.
_OF_A_MESSAGE = "CASE WHEN json_valid(CAST(body AS TEXT)) THEN json_extract(CAST(body AS TEXT), '$.message') END"
_REQUESTS = "CAST(kind AS TEXT) = 'MessageRequested'"
# Incidents with all that is about them, from the end on; texts that were received, and news; messages of no incident;
# and then what became of messages that are gone, for a request without its end would be sent again.
_FORGET = (
    f"""DELETE FROM fact WHERE incident < (SELECT max(incident) FROM fact)
        AND incident IN (SELECT incident FROM fact WHERE kind = 'IncidentClosed' AND at < :old)
        AND seq IS NOT (SELECT max(seq) FROM fact WHERE {_REQUESTS})""",  # noqa: S608 -- our own words
    """DELETE FROM fact WHERE at < :old
        AND kind IN ('SmsKept', 'NewsPosted', 'NewsPostponed', 'NewsTold', 'NewsTakenBack')""",
    f"""DELETE FROM fact WHERE at < :old AND {_REQUESTS} AND incident IS NULL
        AND seq < (SELECT max(seq) FROM fact WHERE {_REQUESTS})""",  # noqa: S608 -- our own words
    f"""DELETE FROM fact WHERE at < :old AND kind LIKE 'Message%' AND kind <> 'MessageRequested'
        AND {_OF_A_MESSAGE} NOT IN (SELECT {_OF_A_MESSAGE} FROM fact
            WHERE {_REQUESTS} AND json_valid(CAST(body AS TEXT)))""",  # noqa: S608 -- our own words
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A fact and its place in the log."""

    seq: int
    fact: Fact


@dataclass(slots=True)
class Journal:
    """The file. Used by one thread at a time. ``read_only``: changes nothing, for whoever only looks.

    A `JournalError` of it is ``permanent`` when the file is damaged: only another one helps.
    """

    path: Path
    read_only: bool = False
    _db: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        try:
            if self.read_only:
                self._db = _legible(self._connect_to_look())
                return
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Made by us before SQLite does, so that nobody else may ever read it: key codes are in it.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = _legible(self._connect())
        except (OSError, sqlite3.Error) as error:
            raise JournalError(f"{self.path}: {error}", permanent=_is_damage(error)) from error

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            db.execute(f"PRAGMA page_size={PAGE_SIZE}")
            db.execute(f"PRAGMA cache_size=-{PAGES_KEPT_KB}")
            db.execute("PRAGMA journal_mode=WAL")
            # FULL syncs at every commit: with NORMAL a power cut loses whole tables (docs/adr/0003).
            db.execute("PRAGMA synchronous=FULL")
            # What is deleted or replaced, a snapshot with the key code in it too, leaves nothing in the file.
            db.execute("PRAGMA secure_delete=ON")
            _refuse_damage(db)
            if db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
                # Written once only: opening a good file on a full card must not fail for want of a page.
                db.executescript(SCHEMA)
                db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except BaseException:
            db.close()
            raise
        return db

    def _connect_to_look(self) -> sqlite3.Connection:
        """Open for reading; on a full or read-only card too, where what WAL needs beside the file cannot be made."""
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        db = sqlite3.connect(uri, uri=True, timeout=BUSY_S, check_same_thread=False)
        try:
            _refuse_later(db)
            db.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:
            db.close()
            if has_bytes(self.path.with_name(f"{self.path.name}-wal")):
                raise
            # Nothing waits to be moved into the file, and nobody writes to it: it is whole as it stands.
            db = sqlite3.connect(f"{uri}&immutable=1", uri=True, check_same_thread=False)
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def append(self, facts: Iterable[Numbered]) -> None:
        """Write facts in one transaction, synced when this returns.

        :raises JournalError: nothing of it was written.
        """
        rows, lives = [], []
        for numbered in facts:
            fact = numbered.fact
            at = fact_json.instant_text(fact.at)
            if isinstance(fact, LifeSeen | HubWatched):
                lives.append((numbered.seq, at, getattr(fact, "source", WATCHED)))
            else:
                incident = getattr(fact, "incident", None)
                rows.append((numbered.seq, at, type(fact).__name__, incident, fact_json.dump(fact)))
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO fact VALUES (?,?,?,?,?)", rows)
            db.executemany("INSERT OR REPLACE INTO activity VALUES (?,?,?)", lives)

    def snapshot(self, seq: int, release: str, state: State) -> None:
        """Remember the state after fact ``seq``, for the next start of the same release."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO snapshot VALUES (1,?,?,?)", (seq, release, fact_json.dump(state)))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            raise JournalError(f"{self.path} cannot be written: {error}") from error

    def facts(
        self, after: int = 0, incident: int | None = None, kinds: Iterable[type[Fact]] = ()
    ) -> Iterator[Numbered]:
        """Yield the facts after number ``after``, oldest first; of one incident, or of some kinds only, if asked.

        A fact that is no such fact is left out: what the others tell is worth more than the one.

        :raises JournalError: the file cannot be read.
        """
        # CAST: one bit makes a text a blob.
        query = """SELECT seq, CAST(kind AS TEXT), CAST(body AS TEXT) FROM fact
            WHERE seq > ? AND (? IS NULL OR incident = ?) ORDER BY seq"""
        wanted = {kind.__name__ for kind in kinds}
        with self._reading():
            for seq, kind, body in self._db.execute(query, (after, incident, incident)):
                fact = _fact(kind, body) if not wanted or kind in wanted else None
                if fact is not None:
                    yield Numbered(seq, fact)

    def last_lives(self, after: int = 0) -> list[Numbered]:
        """The newest sign of life of each source after ``after``, and when the hub last noted that it watched."""
        query = """SELECT max(seq), CAST(at AS TEXT), CAST(source AS TEXT) FROM activity
            WHERE seq > ? GROUP BY source ORDER BY 1"""
        with self._reading():
            rows = self._db.execute(query, (after,)).fetchall()
        moments = ((seq, _moment(at), source) for seq, at, source in rows)
        return [Numbered(seq, _life(moment, source)) for seq, moment, source in moments if moment is not None]

    def newest(self, kinds: Iterable[str], most: int) -> list[Numbered]:
        """Return the newest ``most`` facts of these kinds ("SmsKept"), the newest first.

        :raises JournalError: the file cannot be read.
        """
        wanted = tuple(kinds)
        query = f"""SELECT seq, CAST(kind AS TEXT), CAST(body AS TEXT) FROM fact
            WHERE kind IN ({",".join("?" * len(wanted))}) ORDER BY seq DESC LIMIT ?"""  # noqa: S608 -- question marks only
        with self._reading():
            rows = self._db.execute(query, (*wanted, most)).fetchall()
        found = ((seq, _fact(kind, body)) for seq, kind, body in rows)
        return [Numbered(seq, fact) for seq, fact in found if fact is not None]

    def lives(self, since: datetime, after: int = 0) -> Iterator[Numbered]:
        """Yield each sign of life, and each note that the hub watched, from ``since`` on and after number ``after``.

        :raises JournalError: the file cannot be read.
        """
        return (Numbered(seq, _life(at, source)) for seq, at, source in self.activity(since, after))

    def activity(self, since: datetime, after: int = 0) -> Iterator[tuple[int, datetime, str]]:
        """Yield what `lives` does as its number, its moment and its source (`WATCHED`: the hub); there are many.

        :raises JournalError: the file cannot be read.
        """
        query = """SELECT seq, CAST(at AS TEXT), CAST(source AS TEXT) FROM activity
            WHERE seq > ? AND at >= ? ORDER BY seq"""
        with self._reading():
            for seq, at, source in self._db.execute(query, (after, fact_json.instant_text(since))):
                moment = _moment(at)
                if moment is not None:
                    yield seq, moment, str(source)

    def last_snapshot(self, release: str) -> tuple[int, State] | None:
        """The last state remembered by this release, and the fact it stands after.

        Another release may understand facts differently: it reads the log itself.
        """
        with self._reading():
            row = self._db.execute("SELECT seq, state FROM snapshot WHERE release = ?", (release,)).fetchone()
        return (row[0], fact_json.load(State, row[1])) if row else None

    def last_seq(self) -> int:
        """The number of the newest fact, on record or in the state remembered; 0 in an empty journal."""
        query = """SELECT max(seq) FROM (SELECT 0 AS seq UNION SELECT max(seq) FROM fact
            UNION SELECT max(seq) FROM activity UNION SELECT seq FROM snapshot)"""
        with self._reading():
            newest: int = self._db.execute(query).fetchone()[0]
            return newest

    def prune_activity(self, before: datetime) -> int:
        """Forget ordinary signs of life from before ``before``, and what was learned of them; return how many.

        What is deleted is overwritten in the file.
        """
        old = (fact_json.instant_text(before),)
        with self._erasing() as db:
            db.execute(f"DELETE FROM fact WHERE kind IN ({_FORGOTTEN}) AND at < ?", old)  # noqa: S608 -- our own names
            return db.execute("DELETE FROM activity WHERE at < ?", old).rowcount

    def prune_incidents(self, before: datetime) -> int:
        """Forget incidents that ended before ``before``, and texts and news from before; return how many facts.

        What is deleted is overwritten in the file. The newest incident and the newest message stay, so that no number
        is given twice, and so does whatever an open incident still wants sent.
        """
        old = {"old": fact_json.instant_text(before)}
        with self._erasing() as db:
            return sum(db.execute(statement, old).rowcount for statement in _FORGET)

    @contextlib.contextmanager
    def _erasing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that leaves nothing of what it deletes in the file."""
        try:
            with self._transaction() as db:
                yield db
            # What was written ahead still has the pages as they were. Whoever reads now is not waited for: a press
            # may be next, and the next checkpoint does as well.
            self._db.execute("PRAGMA busy_timeout=0")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise JournalError(f"{self.path} cannot be written: {error}") from error
        finally:
            with contextlib.suppress(sqlite3.Error):  # what is wrong with the file was said
                self._db.execute(f"PRAGMA busy_timeout={round(1000 * BUSY_S)}")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise JournalError(f"{self.path} cannot be read: {error}", permanent=_is_damage(error)) from error


def _moment(at: object) -> datetime | None:
    try:
        return fact_json.instant(at)
    except JournalError as torn:
        log.warning("journal: a sign of life: %s; it is left out", torn)
        return None


def _life(at: datetime, source: str) -> Fact:
    return HubWatched(at) if source == WATCHED else LifeSeen(at, source)


def has_bytes(path: Path) -> bool:
    """Whether there is such a file with something in it."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _legible(db: sqlite3.Connection) -> sqlite3.Connection:
    """Let a byte that is no character spoil its own row, and not the reading of all the others."""
    db.text_factory = partial(str, encoding="utf-8", errors="replace")
    return db


def _fact(kind: str, body: str) -> Fact | None:
    try:
        return fact_json.load_fact(kind, body)
    except JournalError as torn:
        log.warning("journal: %s; it is left out", torn)
        return None


def _is_damage(error: Exception) -> bool:
    """Whether the file itself is to blame, and no later try can help."""
    if not isinstance(error, sqlite3.Error):
        return isinstance(error, ValueError | TypeError)
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code in _DAMAGED_READS or code & _PRIMARY_CODE in _DAMAGE


def _refuse_later(db: sqlite3.Connection) -> None:
    """Raise when a release wrote it that may mean by it what this one does not know."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise sqlite3.DatabaseError(
            f"written by a later release (schema {version}, not {SCHEMA_VERSION}): install that release again"
        )


def _refuse_damage(db: sqlite3.Connection) -> None:
    """Raise when the file is no database of ours, or its pages contradict each other."""
    _refuse_later(db)
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def open_or_set_aside(path: Path, now: datetime, opened: Callable[[Path], Journal] = Journal) -> tuple[Journal, str]:
    """Open the journal; one that is damaged is set aside and a new one begun, for the hub must arm.

    Returns the journal and what went wrong ("" when nothing did). ``opened`` opens or makes one (a simulated card has
    its own).

    :raises JournalError: it cannot be opened now, and is left where it is (no card, full, read-only, locked).
    """
    try:
        return opened(path), ""
    except JournalError as error:
        if not error.permanent:
            raise
        evidence = str(error)
    # Out of the way first: what is opened at this place afterwards is a new one.
    kept = set_aside(path, now)
    return opened(path), f"{evidence}; it is kept as {kept}"


def set_aside(path: Path, now: datetime) -> Path:
    """Move the journal out of the way, with what SQLite keeps beside it, for somebody to look at later."""
    kept = path.with_name(f"{path.name}.broken-{now:%Y%m%dT%H%M%S%f}")
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError, PermissionError, OSError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept
