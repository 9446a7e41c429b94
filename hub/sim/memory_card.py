"""The card that the journal lies on, and what goes wrong with cards: full, worn out into read-only, slow to say so.

The files are real, and so are the refusals: SQLite itself is told how many pages there are, or that nothing may be
written.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from hub.journal import Journal

# So many pages are more than any card of ours has: SQLite's own limit.
PAGES_WITHOUT_LIMIT = 1_073_741_823


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

    def suffer(self, condition: Condition) -> None:
        """Let SQLite find the card in this condition from now on."""
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        self._db.execute(f"PRAGMA max_page_count={pages if condition is Condition.FULL else PAGES_WITHOUT_LIMIT}")
        self._db.execute(f"PRAGMA query_only={int(condition is Condition.READ_ONLY)}")


class MemoryCard:
    """Opens journals, as ``opened`` of `hub.recall.recall`, and can fail under whoever has one open."""

    def __init__(self) -> None:
        self.condition = Condition.GOOD
        self._journal: CardJournal | None = None

    def open(self, path: Path) -> Journal:
        """Open or make the journal at ``path``. Raises `JournalError`."""
        self._journal = CardJournal(path)
        self._journal.suffer(self.condition)
        return self._journal

    def become(self, condition: Condition) -> None:
        """Change, under whoever has a journal open."""
        self.condition = condition
        if self._journal is not None and self._journal.is_open:
            self._journal.suffer(condition)
