"""The card that the journal lies on, and what goes wrong with cards: full, worn out into read-only, slow to say so.

The files are real, and so are the refusals: SQLite itself is told how many pages there are, or that nothing may be
written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from hub.journal import Journal, Numbered

# So many pages are more than any card of ours has: SQLite's own limit.
PAGES_WITHOUT_LIMIT = 1_073_741_823


class PowerCut(BaseException):
    """The power goes, or the process its life, just here. Not an Exception: nothing in the hub may catch it.

    ``back_after_s``: when the power is back; None: only the process was killed.
    """

    def __init__(self, back_after_s: float | None = None) -> None:
        super().__init__(back_after_s)
        self.back_after_s = back_after_s


class Condition(StrEnum):
    """How the card is."""

    GOOD = "good"
    FULL = "full"
    READ_ONLY = "read-only"


@dataclass(slots=True)
class CardJournal(Journal):
    """A journal on a card whose condition may change at any moment."""

    is_open: bool = field(default=True, init=False)

    def close(self) -> None:
        """Close the file."""
        self.is_open = False
        Journal.close(self)  # a dataclass with slots is another class than the one super() means

    card: "MemoryCard | None" = field(default=None, init=False)

    def append(self, facts: Iterable[Numbered]) -> None:
        """Write facts in one transaction; a power cut may come before it, or between it and what would follow."""
        if self.card is not None:
            self.card.before_commit()
        Journal.append(self, facts)
        if self.card is not None:
            self.card.after_commit()

    def suffer(self, condition: Condition) -> None:
        """Let SQLite find the card in this condition from now on."""
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        self._db.execute(f"PRAGMA max_page_count={pages if condition is Condition.FULL else PAGES_WITHOUT_LIMIT}")
        self._db.execute(f"PRAGMA query_only={int(condition is Condition.READ_ONLY)}")


class MemoryCard:
    """Opens journals, as ``opened`` of `hub.recall.recall`, and can fail under whoever has one open.

    ``before_commit`` and ``after_commit`` are called around every transaction of facts.
    """

    def __init__(self) -> None:
        self.condition = Condition.GOOD
        self._journal: CardJournal | None = None
        self.before_commit: Callable[[], None] = lambda: None
        self.after_commit: Callable[[], None] = lambda: None

    def open(self, path: Path) -> Journal:
        """Open or make the journal at ``path``. Raises `JournalError`."""
        self._journal = CardJournal(path)
        self._journal.card = self
        self._journal.suffer(self.condition)
        return self._journal

    def crash(self, path: Path, let_go: Callable[[], None]) -> None:
        """Have ``let_go`` close the journal at ``path``, and leave the files as a process leaves them that is killed.

        SQLite tidies up when a connection is closed, which nobody does for a process that dies.
        """
        files = [path, path.with_name(f"{path.name}-wal")]
        left = {file: file.read_bytes() for file in files if file.exists()}
        let_go()
        for file, content in left.items():
            file.write_bytes(content)

    def close(self) -> None:
        """Close what is still open."""
        if self._journal is not None and self._journal.is_open:
            self._journal.close()

    def become(self, condition: Condition) -> None:
        """Change, under whoever has a journal open."""
        self.condition = condition
        if self._journal is not None and self._journal.is_open:
            self._journal.suffer(condition)
