"""Where facts wait that no card took: a file in memory, which a process leaves behind when it dies.

A card that is full, read-only or hanging keeps nothing, and the process that remembers a press instead may be killed,
by the watchdog for one. /run is memory (tmpfs): what lies there outlives the process and costs no card a write; only a
power cut takes it. It is one line of JSON for each fact, with the number it has in the journal, and it is emptied as
soon as the journal has them.

In the folder that systemd names (RuntimeDirectory= with RuntimeDirectoryPreserve=yes). Where nobody names one there is
no refuge: /tmp is everybody's.
"""

import contextlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hub import fact_json
from hub.errors import JournalError
from hub.journal import Numbered

log = logging.getLogger(__name__)

NAME = "unwritten.jsonl"
# Memory is what a small Pi has least of. An alarm is some dozens of facts of a few hundred bytes.
BYTES_AT_MOST = 2_000_000


def refuge_of(runtime_directory: str) -> "Refuge":
    """Return the refuge in the folders that systemd names in $RUNTIME_DIRECTORY (several by colons: the first)."""
    folder = runtime_directory.partition(":")[0]
    return Refuge(Path(folder) / NAME if folder else None)


@dataclass(slots=True)
class Refuge:
    """The file. Never raises: it is what is left when things fail. ``path`` None: there is none."""

    path: Path | None = None
    _size: int = field(default=0, init=False)
    _is_told: bool = field(default=False, init=False)

    def read(self) -> tuple[Numbered, ...]:
        """Return what an earlier process left, in order; a line that is no fact is left out."""
        if self.path is None:
            return ()
        try:
            with self.path.open("rb") as file:
                content = file.read(BYTES_AT_MOST)
        except FileNotFoundError:
            return ()
        except OSError as error:
            log.warning("what no card took cannot be read again: %s", error)
            return ()
        self._size = len(content)
        return tuple(_numbered(content.decode("utf-8", "replace")))

    def add(self, facts: Iterable[Numbered]) -> None:
        """Keep facts that are not in the journal."""
        lines = "".join(map(_line, facts)).encode()
        if self.path is None or not lines:
            return
        if self._size + len(lines) > BYTES_AT_MOST:
            self._tell_once("it is full")
            return
        try:
            # By the system's own calls: nothing waits in a buffer of ours when the process dies.
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            try:
                self._size += os.write(file, lines)
            finally:
                os.close(file)
        except OSError as error:
            self._tell_once(str(error))

    def empty(self) -> None:
        """Forget them: they are in the journal."""
        if self.path is None or not self._size:
            return
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            self._tell_once(str(error))
            return
        self._size, self._is_told = 0, False

    def _tell_once(self, why: str) -> None:
        if not self._is_told:
            self._is_told = True
            log.error("what no card takes is in no other place either, and gone if the hub is killed: %s", why)


def _line(numbered: Numbered) -> str:
    row = {"seq": numbered.seq, "kind": type(numbered.fact).__name__, "body": fact_json.dump(numbered.fact)}
    return json.dumps(row) + "\n"


def _numbered(content: str) -> Iterator[Numbered]:
    for line in content.splitlines():
        # The last line may have been cut short with the process.
        with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError, JournalError):
            row = json.loads(line)
            fact = fact_json.load_fact(row["kind"], row["body"])
            if fact is not None and isinstance(row["seq"], int):
                yield Numbered(row["seq"], fact)
