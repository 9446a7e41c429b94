"""The revisions of the household, in a database of their own: each a whole household.toml, its time and author.

Nothing is ever changed in place. The newest revision that can still be read is the one in force,
so that neither a torn page nor an older program's words leave the home without its circle.
Functions take a connection for whoever has one; `HouseholdStore` opens one for each call, and so
may be asked from any thread.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hub.errors import ConfigError, JournalError, Mistake
from hub.household import Household, parse
from hub.keeping import is_there

# Revisions kept: a family that edits every day finds half a year.
MOST_REVISIONS = 200
# In seconds: how long to wait for the journal's own transaction, which takes an fsync of a slow card.
BUSY_S = 5.0

_TABLE = """CREATE TABLE IF NOT EXISTS household(
    revision INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, toml TEXT NOT NULL)"""
_NEWEST_FIRST = "SELECT revision, at, by, toml FROM household ORDER BY revision DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Revision:
    """One edit of the household: its number, when (aware, UTC) and by whom."""

    number: int
    at: datetime
    by: str
    text: str = field(repr=False)  # has the key code in it


def add_revision(connection: sqlite3.Connection, text: str, by: str, at: datetime) -> int:
    """Store ``text`` in the caller's transaction and return its number; ConfigError if it is no household."""
    parse(text)
    connection.execute(_TABLE)
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    added = connection.execute("INSERT INTO household(at, by, toml) VALUES (?, ?, ?)", (stamp, by, text))
    number = int(added.lastrowid or 0)
    connection.execute("DELETE FROM household WHERE revision <= ?", (number - MOST_REVISIONS,))
    return number


def read_revisions(connection: sqlite3.Connection) -> tuple[Revision, ...]:
    """Return what is stored, the newest first."""
    is_there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'household'"
    if connection.execute(is_there).fetchone() is None:
        return ()
    rows = connection.execute(_NEWEST_FIRST, (MOST_REVISIONS,))
    return tuple(Revision(int(number), _instant(at), str(by), str(text)) for number, at, by, text in rows)


def _instant(stamp: object) -> datetime:
    """Read a time stamp; one that a dying card has torn is the beginning of time, not the end of the hub."""
    try:
        return datetime.fromisoformat(str(stamp)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _make(path: Path) -> None:
    """Make the file, if it is not there; one that root makes for the hub belongs to whoever has the folder."""
    made = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if os.geteuid() == 0:
            folder = path.parent.stat()
            os.fchown(made, folder.st_uid, folder.st_gid)
    finally:
        os.close(made)


class HouseholdStore:
    """The revisions in one database file. A file or table that is not there yet holds none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def newest(self) -> Household | None:
        """Return the household of the newest revision that can be read."""
        return self.look()[0]

    def look(self) -> tuple[Household | None, tuple[Mistake, ...]]:
        """Return the newest household that can be read, and what is wrong with the revisions after it."""
        mistakes: list[Mistake] = []
        for revision in self.revisions():
            try:
                return parse(revision.text, f"household revision {revision.number}"), tuple(mistakes)
            except ConfigError as broken:
                mistakes += broken.mistakes
        return None, tuple(mistakes)

    def revisions(self) -> tuple[Revision, ...]:
        """Return what is stored, the newest first."""
        if not is_there(self._path):
            return ()
        # Not read-only, though nothing is written: after a power cut in the middle of an edit SQLite must first
        # take back the half of it, and refuses to read otherwise. Where we may not write it reads all the same.
        with self._connected("rw") as connection:
            return read_revisions(connection)

    def add(self, text: str, by: str, at: datetime) -> int:
        """Store a household and return the number of its revision, once it is on disk."""
        with self._connected("rwc") as connection, connection:
            return add_revision(connection, text, by, at)

    def set_aside(self) -> None:
        """Move a file that is no database any more out of the way, for somebody to look at later."""
        with suppress(OSError):
            self._path.replace(self._path.with_suffix(".broken"))

    @contextmanager
    def _connected(self, mode: str) -> Iterator[sqlite3.Connection]:
        place = f"{self._path.absolute().as_uri()}?mode={mode}"
        try:
            if mode == "rwc":
                # Made by us before SQLite does: key codes are in it, and nobody else may ever read them.
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _make(self._path)
            with closing(sqlite3.connect(place, uri=True, timeout=BUSY_S)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                # Torn bytes become a revision that cannot be read, not one that cannot be fetched.
                connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
                yield connection
        except (sqlite3.Error, OSError) as broken:
            # Busy, full and forbidden pass; what SQLite no longer knows for a database stays so.
            torn = isinstance(broken, sqlite3.DatabaseError) and not isinstance(broken, sqlite3.OperationalError)
            text = f"{self._path}: the household cannot be read or stored ({broken})"
            raise JournalError(text, permanent=torn) from broken
