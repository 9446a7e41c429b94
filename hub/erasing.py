"""All that a home has told its hub, deleted: asked for while it runs, done at the next start before a file is opened.

What is left: the hub's id, hub.toml as it last was good (the installer's, with nobody's name in it), and the sign that
the next family may begin on the pages (`telecare-hub pages setup`). A card keeps traces of what was deleted until it
is written over; whoever must be sure destroys the card (docs/SAFETY.md).
"""

import logging
import os
import shutil
from pathlib import Path

from hub.control import SOCKET_NAME
from hub.errors import BackupError
from hub.identity import KEPT_ID
from hub.keeping import is_there, keep
from hub.settings import ERASED, LAST_GOOD, SET_UP

log = logging.getLogger(__name__)

ASKED = "erase.asked"
# The PIN's last tries are of the SIM, and of nobody: without them a wrong PIN would be tried until the card is locked.
LEFT = frozenset({KEPT_ID, LAST_GOOD, SOCKET_NAME, SET_UP, ERASED, ASKED, "modem-pin.json"})


def ask(data_dir: Path) -> None:
    """Have everything deleted at the next start.

    :raises BackupError: the card takes nothing.
    """
    unkept = keep(data_dir / ASKED, b"yes\n")
    if unkept:
        raise BackupError(str(unkept[0]))


def apply(data_dir: Path, household: Path) -> bool:
    """Delete what was asked to be deleted; whether anything was. ``household``: the family's file beside hub.toml.

    The sign goes last, so that a power cut leaves the rest to the next start.
    """
    if not is_there(data_dir / ASKED):
        return False
    # First: whatever of the family's file stays (it may be root's), it is not read again.
    keep(data_dir / ERASED, b"what was written before this file is not read again\n")
    os.utime(data_dir / ERASED)
    keep(data_dir / SET_UP, b"erased\n")
    for each in data_dir.iterdir():
        if each.name in LEFT:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink(missing_ok=True)
    try:
        household.unlink(missing_ok=True)
    except OSError as refused:
        log.warning("erase: %s stays (%s): delete it by hand", household, refused.strerror)
    (data_dir / ASKED).unlink()
    return True
