"""A copy of everything into a folder that comes and goes (a USB stick), once a day, and how many of them are kept.

One name a day, so that a box that starts again all day long makes one copy, and not fourteen. `hub.backup` makes each
beside the older ones and puts it into place whole: a stick that is pulled out leaves those as they were. The reason why
there is no copy today is kept where the hub sees it (`hub.copies`) and tells the family.
"""

import errno
import os
import re
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hub import backup, copies
from hub.config import HubConfig
from hub.copies import Copies
from hub.errors import BackupError

# Two weeks: a mistake that is found on the second Sunday can still be taken back.
KEPT = 14
# A backup is packed beside the copies of the files that it is made of; packed they take a quarter, at most as much.
ROOM_PER_BYTE = 2
_DAY = r"-\d{4}-\d\d-\d\d\.zip"
# What a stick that was pulled out has left of a copy in the making: a key code is in it.
_HALVES = f"{backup.HALF}*"

_ADVICE = {
    errno.ENOENT: "no stick can be read there: format it as FAT32 or exFAT, and name it TELECARE",
    errno.ENOSPC: "the stick is full: delete something of yours from it, or take a larger one",
    errno.EROFS: "the stick is write-protected: move its switch, or format it anew",
    errno.EACCES: "the stick may not be written: format it as FAT32 or exFAT",
    errno.EIO: "the stick failed, or was pulled out: plug it in again, or take another",
}


def make(config: HubConfig, folder: Path, at: datetime, kept: int = KEPT) -> Path:
    """Make today's copy in ``folder``, delete the oldest until ``kept`` are left, and leave word of it.

    :raises BackupError: there is none; the sentence says what to do about the stick.
    """
    last = replace(copies.read(config.hub.data_dir) or Copies(at), tried_at=at)
    name = f"telecare-{config.hub.id}-{at.astimezone(UTC):%Y-%m-%d}.zip"
    # On a stick that hangs nothing more is written: then this is what the hub goes by.
    copies.write(config.hub.data_dir, last)
    try:
        _copy(config, folder, name, at, kept)
    except (OSError, BackupError) as error:
        why = _in_words(error)
        copies.write(config.hub.data_dir, replace(last, trouble=why))
        raise BackupError(why) from error
    copies.write(config.hub.data_dir, Copies(at, at, name))
    return folder / name


def _copy(config: HubConfig, folder: Path, name: str, at: datetime, kept: int) -> None:
    if not folder.is_dir():
        raise OSError(errno.ENOENT, "there is no such folder", str(folder))
    for half in folder.glob(_HALVES):
        shutil.rmtree(half, ignore_errors=True)
    # This hub's own: neither another home's nor any other file of the stick's owner.
    ours = re.compile(f"telecare-{re.escape(config.hub.id)}{_DAY}")
    others = sorted(
        (each for each in folder.iterdir() if ours.fullmatch(each.name) and each.name != name),
        # A day that has not come yet was named by a clock that was wrong, and would outlive all that are made now.
        key=lambda each: (each.name < name, each.name),
    )
    needed = ROOM_PER_BYTE * (_size(config.hub.journal) + _size(config.hub.households))
    # The newest of before stays whatever happens: a copy that is being made is none yet.
    while len(others) > 1 and shutil.disk_usage(folder).free < needed:
        others.pop(0).unlink()
    backup.write(config, folder / name, at)
    for old in others[: max(0, len(others) - (kept - 1))]:
        old.unlink()
    _to_the_stick(folder)


def _to_the_stick(folder: Path) -> None:
    """Have the names on the stick too, not only what the files hold."""
    open_folder = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(open_folder)
    finally:
        os.close(open_folder)


def _size(database: Path) -> int:
    """In bytes, with what SQLite has written ahead and not moved into the file yet."""
    size = 0
    for file in (database, database.with_name(f"{database.name}-wal")):
        with suppress(OSError):
            size += file.stat().st_size
    return size


def _in_words(error: OSError | BackupError) -> str:
    """What to do about it, where we know; SQLite has its own words for a full and a forbidden stick."""
    cause: BaseException | None = error
    while cause is not None:
        number = cause.errno if isinstance(cause, OSError) else None
        if number in _ADVICE:
            return _ADVICE[number]
        for said, number in (("disk is full", errno.ENOSPC), ("disk I/O", errno.EIO), ("readonly", errno.EROFS)):
            if said in str(cause):
                return _ADVICE[number]
        cause = cause.__cause__
    return str(error)
