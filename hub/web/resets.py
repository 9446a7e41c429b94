"""A forgotten password: an admin on file gets a code by text, and with it chooses another.

Whoever asks learns nothing: the answer is the same in words and in time whether or not there is such a person, for the
work is done on a thread of its own. A code is eight digits, is kept as scrypt has it, works once, for ten minutes. Five
wrong ones, however many codes they are for, lock this way for an hour, and the family is told.
"""

import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from enum import StrEnum, auto

from hub.domain.outbox import CODE_LASTS
from hub.web import passwords

DIGITS = 8
WRONG_AT_MOST = 5
LOCKED_FOR = timedelta(hours=1)
# Eight digits live ten minutes and five tries: the least work will do.
P = 1
# What a try for a code that was never asked for is compared with: the same work.
NOBODYS = passwords.nobodys(P)
# Whose row such a try writes; no person has this id.
NOBODY = "*"

Open = Callable[[], AbstractContextManager[sqlite3.Connection]]
_one_at_a_time = threading.Lock()


class Tried(StrEnum):
    """What became of a code."""

    RIGHT = auto()
    WRONG = auto()  # or none was asked for, or it is too old, or the way is locked
    LOCKED = auto()  # by this very try


class Resets:
    """The codes, in the database of the accounts."""

    def __init__(self, opened: Open, now: Callable[[], datetime]) -> None:
        self._open, self._now = opened, now

    def make(self, person: str) -> str | None:
        """Return a new code for ``person``; an older one opens nothing any more. None while this way is locked."""
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        kept, now = passwords.kept(code, P), self._now()
        with self._open() as db:
            wrong, wrong_at = self._wrong(db, person)
            if wrong >= WRONG_AT_MOST:
                return None
            until = _text(now + CODE_LASTS)
            db.execute("INSERT OR REPLACE INTO reset VALUES (?, ?, ?, ?, ?)", (person, kept, until, wrong, wrong_at))
        return code

    def use(self, person: str, code: str) -> Tried:
        """Try a code. A right one is used up by it."""
        # One at a time, or many at once would count as one.
        with _one_at_a_time:
            return self._use(person, code)

    def _use(self, person: str, code: str) -> Tried:
        now = self._now()
        with self._open() as db:
            row = db.execute("SELECT code, until FROM reset WHERE person = ?", (person,)).fetchone()
            wrong, _ = self._wrong(db, person)
        stored, until = row or (NOBODYS, "")
        is_right = passwords.matches(code, stored)
        with self._open() as db:
            if row is None or wrong >= WRONG_AT_MOST:
                # Nothing is counted, but a card takes its time for each write, and time would tell.
                db.execute("INSERT OR REPLACE INTO reset VALUES (?, ?, '', 0, ?)", (NOBODY, NOBODYS, _text(now)))
                return Tried.WRONG
            if is_right and until > _text(now):
                db.execute("DELETE FROM reset WHERE person = ?", (person,))
                return Tried.RIGHT
            db.execute("UPDATE reset SET wrong = ?, wrong_at = ? WHERE person = ?", (wrong + 1, _text(now), person))
        return Tried.LOCKED if wrong + 1 >= WRONG_AT_MOST else Tried.WRONG

    def _wrong(self, db: sqlite3.Connection, person: str) -> tuple[int, str | None]:
        """How many wrong codes count, and when the last one was; an hour later none does."""
        row = db.execute("SELECT wrong, wrong_at FROM reset WHERE person = ?", (person,)).fetchone()
        wrong, wrong_at = row or (0, None)
        is_over = wrong_at is not None and self._now() - datetime.fromisoformat(wrong_at) >= LOCKED_FOR
        return (0, None) if is_over else (wrong, wrong_at)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
