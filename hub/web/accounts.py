"""Who may see the pages: accounts, sessions, codes and tokens, in a database of their own that nobody else may read.

Secrets are stored as hashes only: whoever steals the card gets no session and no token. Each call opens the file for
itself, so that any thread may ask. An account belongs to somebody of the household ("marie") or to the "resident";
what that person may do is looked up in the household each time, and ends with it.
"""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.web.resets import Resets

# Beside the journal.
DATABASE = "pages.sqlite3"
TOKEN_BYTES = 32
# A phone in daily use stays logged in; one that was sold does not.
SESSION_UNUSED = timedelta(days=30)
SESSION_LASTS = timedelta(days=180)
# When a session was last used is noted this often, to spare the card.
SEEN_EVERY = timedelta(minutes=15)
# Devices of one person; the oldest goes.
MOST_SESSIONS = 20
MOST_TOKENS = 20
# SCREENS: the door that a one-time code opens closes after an hour; an invitation waits for a day.
CODE_LASTS = timedelta(hours=1)
INVITATION_LASTS = timedelta(days=1)
MOST_CODES = 20
# Whom the code is for that opens the set-up of a blank hub: no id of a person can be so. What it opens closes with it.
SETUP = "*"
# Crockford's base 32, without signs that are read as others: 12 of them are 60 bits.
CODE_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 12
LONGEST_AGENT = 200
BUSY_S = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS account(person TEXT PRIMARY KEY, password TEXT NOT NULL, language TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session(
    hash TEXT PRIMARY KEY, person TEXT NOT NULL, made_at TEXT NOT NULL, seen_at TEXT NOT NULL, agent TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS code(hash TEXT PRIMARY KEY, person TEXT NOT NULL, until TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reset(
    person TEXT PRIMARY KEY, code TEXT NOT NULL, until TEXT NOT NULL, wrong INTEGER NOT NULL, wrong_at TEXT);
CREATE TABLE IF NOT EXISTS token(
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, person TEXT NOT NULL,
    scopes TEXT NOT NULL, made_at TEXT NOT NULL, used_at TEXT);
"""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in. ``language``: what this person chose, or "" for the browser's."""

    person: str
    password: str
    language: str


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is logged in. ``hash`` names it and opens nothing."""

    hash: str
    person: str
    made_at: datetime
    seen_at: datetime
    agent: str


@dataclass(frozen=True, slots=True)
class Token:
    """What a program asks with, on behalf of ``person``."""

    id: int
    name: str
    person: str
    scopes: frozenset[str]
    made_at: datetime
    used_at: datetime | None


class Accounts:
    """The database at ``path``. ``now``: the hub's clock."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path, self._now = path, now

    def prepare(self) -> None:
        """Make the file if it is not there; one that is no database any more is put aside: all are invited anew."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._make()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._path.replace(self._path.with_suffix(".broken"))
            self._make()

    def _make(self) -> None:
        # Made by us before SQLite does, so that nobody else may ever read it.
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        self._give_to_the_folders_owner()
        with self._open() as db:
            db.executescript(_SCHEMA)

    def _give_to_the_folders_owner(self) -> None:
        """What root makes for the hub (an invitation before its first start) belongs to whoever has the folder."""
        if os.geteuid() == 0:
            folder = self._path.parent.stat()
            os.chown(self._path, folder.st_uid, folder.st_gid)

    # --- accounts -----------------------------------------------------------------------------------

    def account(self, person: str) -> Account | None:
        """Return this person's account."""
        with self._open() as db:
            row = db.execute("SELECT person, password, language FROM account WHERE person = ?", (person,)).fetchone()
        return Account(*row) if row else None

    def people(self) -> frozenset[str]:
        """Who has an account."""
        with self._open() as db:
            return frozenset(row[0] for row in db.execute("SELECT person FROM account"))

    def set_password(self, person: str, password: str) -> None:
        """Give this person an account, or another password; ``password`` is as `passwords.kept` made it."""
        with self._open() as db:
            db.execute(
                "INSERT INTO account VALUES (?, ?, '') ON CONFLICT(person) DO UPDATE SET password = excluded.password",
                (person, password),
            )
            # Whoever knew the old one is out.
            db.execute("DELETE FROM session WHERE person = ?", (person,))
            db.execute("DELETE FROM code WHERE person = ?", (person,))
            db.execute("DELETE FROM reset WHERE person = ?", (person,))

    def set_language(self, person: str, language: str) -> None:
        """Remember which language this person reads."""
        with self._open() as db:
            db.execute("UPDATE account SET language = ? WHERE person = ?", (language, person))

    def remove(self, person: str) -> None:
        """Take an account away, with all that opens it."""
        with self._open() as db:
            for table in ("account", "session", "code", "token", "reset"):
                db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 -- our own names

    # --- sessions -----------------------------------------------------------------------------------

    def begin(self, person: str, agent: str) -> str:
        """Log in; return the secret that the browser keeps."""
        secret, now = secrets.token_urlsafe(TOKEN_BYTES), _text(self._now())
        with self._open() as db:
            db.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?, ?)",
                (hashed(secret), person, now, now, agent[:LONGEST_AGENT]),
            )
            db.execute(
                "DELETE FROM session WHERE person = ? AND hash NOT IN"
                " (SELECT hash FROM session WHERE person = ? ORDER BY seen_at DESC, rowid DESC LIMIT ?)",
                (person, person, MOST_SESSIONS),
            )
        return secret

    def session(self, secret: str) -> Session | None:
        """Return the session of this secret, unless it has ended."""
        now = self._now()
        with self._open() as db:
            row = db.execute("SELECT * FROM session WHERE hash = ?", (hashed(secret),)).fetchone()
            if row is None:
                return None
            found = Session(row[0], row[1], _instant(row[2]), _instant(row[3]), row[4])
            lasts = CODE_LASTS if found.person == SETUP else SESSION_LASTS
            if now - found.seen_at >= SESSION_UNUSED or now - found.made_at >= lasts:
                db.execute("DELETE FROM session WHERE hash = ?", (found.hash,))
                return None
            if now - found.seen_at >= SEEN_EVERY:
                db.execute("UPDATE session SET seen_at = ? WHERE hash = ?", (_text(now), found.hash))
        return found

    def sessions(self, person: str) -> list[Session]:
        """Where this person is logged in, the newest use first."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM session WHERE person = ? ORDER BY seen_at DESC", (person,)).fetchall()
        return [Session(row[0], row[1], _instant(row[2]), _instant(row[3]), row[4]) for row in rows]

    def end(self, person: str, session: str) -> None:
        """Log one browser out, by the hash that names it."""
        with self._open() as db:
            db.execute("DELETE FROM session WHERE person = ? AND hash = ?", (person, session))

    # --- codes: how an account begins ---------------------------------------------------------------

    def invite(self, person: str, lasts: timedelta = INVITATION_LASTS) -> str:
        """Return a code with which this person may, once, choose a password. An older one opens nothing any more."""
        code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
        now = self._now()
        with self._open() as db:
            db.execute("DELETE FROM code WHERE person = ? OR until <= ?", (person, _text(now)))
            waiting = db.execute("SELECT count(*) FROM code").fetchone()[0]
            if waiting >= MOST_CODES:
                db.execute("DELETE FROM code WHERE hash = (SELECT hash FROM code ORDER BY until LIMIT 1)")
            db.execute("INSERT INTO code VALUES (?, ?, ?)", (hashed(code), person, _text(now + lasts)))
        return code

    def invited(self, code: str) -> str | None:
        """Return whose code this is; None where it is none, or was used, or is too old."""
        plain = code.lower().translate(str.maketrans("oil", "011", " -"))
        with self._open() as db:
            row = db.execute(
                "SELECT person FROM code WHERE hash = ? AND until > ?", (hashed(plain), _text(self._now()))
            ).fetchone()
        return row[0] if row else None

    def spend(self, person: str) -> None:
        """No code of this person opens anything any more."""
        with self._open() as db:
            db.execute("DELETE FROM code WHERE person = ?", (person,))

    # --- tokens: for programs -----------------------------------------------------------------------

    def issue(self, person: str, name: str, scopes: frozenset[str]) -> str | None:
        """Return a new token's secret, to be shown once; None where there are too many already."""
        secret = f"tch_{secrets.token_urlsafe(TOKEN_BYTES)}"
        with self._open() as db:
            if db.execute("SELECT count(*) FROM token").fetchone()[0] >= MOST_TOKENS:
                return None
            db.execute(
                "INSERT INTO token(hash, name, person, scopes, made_at) VALUES (?, ?, ?, ?, ?)",
                (hashed(secret), name, person, " ".join(sorted(scopes)), _text(self._now())),
            )
        return secret

    def token(self, secret: str) -> Token | None:
        """Return the token of this secret, and note that it was used."""
        now = self._now()
        with self._open() as db:
            row = db.execute(f"{_TOKENS} WHERE hash = ?", (hashed(secret),)).fetchone()
            if row is None:
                return None
            found = _token(row)
            if found.used_at is None or now - found.used_at >= SEEN_EVERY:
                db.execute("UPDATE token SET used_at = ? WHERE id = ?", (_text(now), found.id))
        return found

    def tokens(self) -> list[Token]:
        """Every token, the newest first."""
        with self._open() as db:
            return [_token(row) for row in db.execute(f"{_TOKENS} ORDER BY id DESC")]

    def revoke(self, token: int) -> None:
        """A token opens nothing any more."""
        with self._open() as db:
            db.execute("DELETE FROM token WHERE id = ?", (token,))

    @property
    def resets(self) -> Resets:
        """The codes by text."""
        return Resets(self._open, self._now)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=BUSY_S)) as db, db:
            yield db


_TOKENS = "SELECT id, name, person, scopes, made_at, used_at FROM token"


def _token(row: tuple[int, str, str, str, str, str | None]) -> Token:
    used_at = None if row[5] is None else _instant(row[5])
    return Token(row[0], row[1], row[2], frozenset(row[3].split()), _instant(row[4]), used_at)


def hashed(secret: str) -> str:
    """What is stored of a secret of ours: they are random, so that one quick hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
