"""Small files that the hub keeps for itself: written so that a power cut leaves the old or the new, never a half."""

import os
import stat
from pathlib import Path

from hub.errors import Mistake


def is_there(file: Path) -> bool:
    """Whether there is such a file and we may see it (`Path.is_file` raises where a folder is forbidden)."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except (OSError, ValueError):
        return False


def keep(file: Path, content: bytes) -> tuple[Mistake, ...]:
    """Write a small file that survives a power cut at any moment; a card that takes nothing is told, no more."""
    try:
        if not is_there(file) or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_atomically(file, content)
    except OSError as refused:
        return (Mistake(str(file), f"no copy could be kept ({refused.strerror}): look at the disk and its owner"),)
    return ()


def _write_atomically(file: Path, content: bytes) -> None:
    """Write beside ``file``, flush to the card, then rename: the old or the new, never a half.

    Only the owner may read it: a copy of hub.toml has the SIM's PIN in it.
    """
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        # The new name is on the card only once the folder is.
        os.fsync(folder)
    finally:
        os.close(folder)
