"""The hub's id, where hub.toml gives none: the same at every start, and telling nothing of the machine."""

import hashlib
import re
import secrets
from pathlib import Path

from hub.errors import Mistake
from hub.keeping import keep

# Where the id is kept on a machine that has none of its own.
KEPT_ID = "hub.id"
MACHINE_ID = Path("/etc/machine-id")
# Enough to tell the hubs of one broker apart; the whole would give the machine's own id away
# (machine-id(5): it is confidential, hash it with a word of your own).
ID_DIGITS = 6


def known_id(data_dir: Path, machine_id: Path = MACHINE_ID) -> str:
    """Return the id made of the machine's own, or the one kept in ``data_dir``; empty before the first start."""
    return _id_of(machine_id) or _kept_id(data_dir)


def drawn_id(data_dir: Path) -> tuple[str, tuple[Mistake, ...]]:
    """Draw a random id and keep it in ``data_dir``."""
    drawn = secrets.token_hex(ID_DIGITS // 2)
    return drawn, keep(data_dir / KEPT_ID, drawn.encode())


def _id_of(machine_id: Path) -> str:
    """Derive an id from the machine's own; empty while it has none (an image's first boot)."""
    try:
        machine = machine_id.read_bytes()[:64].strip()
    except OSError:
        return ""
    if not re.fullmatch(rb"[0-9a-f]{32}", machine):
        return ""
    return hashlib.sha256(b"telecare-hub " + machine).hexdigest()[:ID_DIGITS]


def _kept_id(data_dir: Path) -> str:
    try:
        kept = (data_dir / KEPT_ID).read_bytes()[:64].strip()
    except OSError:
        return ""
    return kept.decode() if re.fullmatch(rb"[0-9a-f]{6}", kept) else ""
