"""Everything of a home as one file, and a home made of it again (docs/adr/0033).

A backup is a zip: the journal, the revisions of the household, hub.toml as it last was good (for whoever sets up
another box; it is never taken up), and a manifest with the sizes and hashes of all. Accounts, sessions and tokens are
not in it: whoever finds the file logs in nowhere. The key code is: a backup is kept like a key.

A restore is checked whole before anything is touched, waits in a folder of its own, and is put into place at the next
start (`apply`), before anybody opens the old files; these are kept beside it until the one after.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from hub import __version__
from hub.config import HubConfig
from hub.domain.records import State
from hub.errors import BackupError, ConfigError, JournalError
from hub.household_store import HouseholdStore
from hub.keeping import is_there, keep
from hub.recall import recall
from hub.settings import LAST_GOOD, LAST_HOUSEHOLD, strangers

FORMAT = 1
MANIFEST = "manifest.json"
JOURNAL, HOUSEHOLDS = "journal.sqlite3", "household.sqlite3"
# What may be in a backup, and the most of each, in bytes: a home writes some 40 MB of journal in a year.
_MEMBERS = (
    (MANIFEST, 64 * 1024),
    (JOURNAL, 1024 * 1024 * 1024),
    (HOUSEHOLDS, 64 * 1024 * 1024),
    (LAST_GOOD, 1024 * 1024),
)
LARGEST = dict(_MEMBERS)
NEEDED = (MANIFEST, JOURNAL, HOUSEHOLDS)
# In the data folder: what waits to be put into place, the sign that it shall be, and what was there before.
WAITING, AGREED, BEFORE = "restore.waiting", "agreed", "restore.before"
# A backup in the making. It may lie among somebody's own files, on a stick; earlier releases called it .backup.
HALF = ".telecare-backup-"
# What a kill may leave beside it: what the pages made, or half of it, or were sent; a backup in the making.
_LEFT = ("pages.*.zip", ".pages.*.zip.new", ".backup-*", f"{HALF}*")
PAGES_AT_ONCE = 256
CHUNK = 256 * 1024
BUSY_S = 5.0

# What files may be: not there, torn, of another kind, packed in a way we do not know, locked with a password.
_WRONG = (
    OSError,
    sqlite3.Error,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    ConfigError,
    JournalError,
)
# Told how far it is, from 0.0 to 1.0.
Progress = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Found:
    """What a checked backup holds: of which hub and release, when it was made, and what is in it."""

    hub: str
    release: str
    made_at: datetime
    resident: str
    people: int
    facts: int


def write(config: HubConfig, out: Path, at: datetime, progress: Progress = lambda _done: None) -> None:
    """Make a backup at ``out``, which nobody else may read; the hub may run meanwhile.

    :raises BackupError: it cannot be read or written.
    """
    with _told("the backup cannot be made"), tempfile.TemporaryDirectory(dir=out.parent, prefix=HALF) as place:
        folder = Path(place)
        _copy(config.hub.journal, folder / JOURNAL, lambda done: progress(0.6 * done))
        _copy(config.hub.households, folder / HOUSEHOLDS, lambda done: progress(0.6 + 0.1 * done))
        good = config.hub.data_dir / LAST_GOOD
        if is_there(good):
            shutil.copyfile(good, folder / LAST_GOOD)
        names = [name for name in LARGEST if (folder / name).exists()]
        manifest = {
            "format": FORMAT,
            "hub": config.hub.id,
            "release": __version__,
            "at": at.astimezone(UTC).isoformat(),
            "files": {name: _hash(folder / name) for name in names},
        }
        (folder / MANIFEST).write_text(json.dumps(manifest))
        _pack(folder, (MANIFEST, *names), out)
        progress(1.0)


def _copy(database: Path, to: Path, progress: Progress) -> None:
    """Copy a database that somebody else may be writing to, whole and in one state (SQLite's own backup)."""
    os.close(os.open(to, os.O_CREAT | os.O_RDWR, 0o600))
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)
    with closing(source), closing(sqlite3.connect(to)) as target:

        def told(_status: int, left: int, total: int) -> None:
            progress(1.0 - left / total if total else 1.0)

        source.backup(target, pages=PAGES_AT_ONCE, progress=told)
        # As one file: what is beside it (WAL) is not copied along.
        target.execute("PRAGMA journal_mode = DELETE")


def _pack(folder: Path, names: tuple[str, ...], out: Path) -> None:
    fresh = folder / "packed"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in names:
                packed.write(folder / name, name)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(out)


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# --- a home made of it again --------------------------------------------------------------------------------


def stage(config: HubConfig, file: BinaryIO, at: datetime, progress: Progress = lambda _done: None) -> Found:
    """Check a backup whole, and let it wait in the data folder. Nothing in force is touched.

    :raises BackupError: it is no backup, is damaged, or this hub cannot run on it; the message says what.
    """
    waiting = config.hub.data_dir / WAITING
    discard(config)
    try:
        with _told("the backup cannot be read"):
            waiting.mkdir(mode=0o700)
            _unpack(file, waiting)
            progress(0.5)
            manifest = _checked_manifest(waiting)
            found = _checked(config, waiting, manifest, at)
            progress(1.0)
    except BaseException:
        shutil.rmtree(waiting, ignore_errors=True)
        raise
    return found


def discard(config: HubConfig) -> None:
    """Forget what waits."""
    shutil.rmtree(config.hub.data_dir / WAITING, ignore_errors=True)


def tidy(data_dir: Path) -> None:
    """Delete what a kill has left, for the key code is in it; not what is agreed to. What cannot be deleted stays."""
    if not is_there(data_dir / WAITING / AGREED):
        shutil.rmtree(data_dir / WAITING, ignore_errors=True)
    with suppress(OSError):
        for each in [each for pattern in _LEFT for each in data_dir.glob(pattern)]:
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                with suppress(OSError):
                    each.unlink(missing_ok=True)


def agree(config: HubConfig) -> None:
    """What waits is put into place at the next start.

    :raises BackupError: nothing waits, or the card takes nothing.
    """
    waiting = config.hub.data_dir / WAITING
    if not is_there(waiting / JOURNAL):
        raise BackupError("nothing waits to be restored: check a backup first")
    unkept = keep(waiting / AGREED, b"yes\n")
    if unkept:
        raise BackupError(str(unkept[0]))


def apply(data_dir: Path) -> bool:
    """Put into place what waits and is agreed to; whether anything was. Before anybody opens the files in the folder.

    A power cut at any moment leaves the rest to the next start: what is in place is no longer among what waits.
    """
    waiting, before = data_dir / WAITING, data_dir / BEFORE
    if not is_there(waiting / AGREED):
        return False
    before.mkdir(mode=0o700, exist_ok=True)
    for name in (JOURNAL, HOUSEHOLDS):
        if not is_there(waiting / name):
            continue
        for suffix in ("-wal", "-shm", ""):
            old = data_dir / (name + suffix)
            if is_there(old):
                old.replace(before / old.name)
        (waiting / name).replace(data_dir / name)
    # The copy of the household that was, which would be taken for a later one.
    (data_dir / LAST_HOUSEHOLD).unlink(missing_ok=True)
    shutil.rmtree(waiting)
    return True


def _unpack(file: BinaryIO, folder: Path) -> None:
    """Write the few files a backup has, by their own names, and no more of each than it may have."""
    seen: set[str] = set()
    with zipfile.ZipFile(file) as packed:
        for member in packed.infolist():
            name = member.filename
            if name not in LARGEST or name in seen:
                raise BackupError(f"this is no backup of a telecare hub: {name[:40]!r} is in it")
            seen.add(name)
            if member.file_size > LARGEST[name]:
                raise BackupError(f"{name} is larger than any hub's")
            # Read no further than the size it says, and its checksum is looked at.
            with packed.open(member) as content:
                out = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(out, "wb") as unpacked:
                    shutil.copyfileobj(content, unpacked, CHUNK)
    missing = [name for name in NEEDED if name not in seen]
    if missing:
        raise BackupError(f"this is no backup of a telecare hub: {', '.join(missing)} is missing")


def _checked_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        files = dict(manifest["files"])
        made_at, form = datetime.fromisoformat(manifest["at"]), int(manifest["format"])
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise BackupError("this is no backup of a telecare hub: its manifest cannot be read") from wrong
    if form != FORMAT or made_at.tzinfo is None:
        raise BackupError(f"it was written in form {form}; this release reads form {FORMAT}")
    for name in (JOURNAL, HOUSEHOLDS):
        if _hash(folder / name) != files.get(name):
            raise BackupError(f"it is damaged: {name} is not what was written")
    return {**manifest, "at": made_at}


def _checked(config: HubConfig, folder: Path, manifest: dict[str, Any], at: datetime) -> Found:
    """Read what would be taken up as a start would read it."""
    household = HouseholdStore(folder / HOUSEHOLDS).newest()
    if household is None:
        raise BackupError("no household can be read in it")
    unknown = strangers(config, household, folder / HOUSEHOLDS)
    if unknown:
        raise BackupError(f"it is of a home with other sensors: {unknown[0].text}")
    recalled = recall(folder / JOURNAL, at)
    try:
        if recalled.journal is None or recalled.evidence:
            raise BackupError(f"its journal is damaged, or of a later release: {recalled.evidence}")
        if any(incident.is_call for incident in recalled.state.open_incidents()):
            raise BackupError("an alert was open when it was made: people would be called for it again")
        facts = recalled.last_seq if recalled.state != State() else 0
    finally:
        if recalled.journal is not None:
            recalled.journal.close()
    return Found(
        hub=str(manifest.get("hub", ""))[:64],
        release=str(manifest.get("release", ""))[:32],
        made_at=manifest["at"],
        resident=household.resident.name,
        people=len(household.people),
        facts=facts,
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say in one sentence whatever went wrong with files, whoever noticed it."""
    try:
        yield
    except BackupError:
        raise
    except _WRONG as error:
        raise BackupError(f"{what}: {error}") from error
