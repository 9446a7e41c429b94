"""Who writes the journal: an alarm waits a moment for the card and no longer, and nothing is lost while it fails."""

import contextlib
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hub.domain import facts as f
from hub.domain.facts import Fact, HubWatched, LifeSeen
from hub.errors import JournalError
from hub.journal import Journal, Numbered, open_or_set_aside
from hub.ledger import UNWRITTEN_AT_MOST, Book, JournalWriter, Scribe
from hub.sim.memory_card import Condition, MemoryCard
from tests.domain.house import START
from tests.mosquitto import wait_until
from tests.shell import JOURNAL, read

PATIENCE_S = 0.2


def fault(number: int) -> Fact:
    return f.FaultRaised(START, f"x.{number}", "")


MOVE, WATCHED, READING = LifeSeen(START, "cuisine"), HubWatched(START), f.ReadingTaken(START, "signal_dbm", -70)


@dataclass
class Desk:
    """A journal on a card that may fail, and what is told of it."""

    path: Path
    card: MemoryCard = field(default_factory=MemoryCard)
    reports: list[str] = field(default_factory=list)
    opened: int = 0

    def open(self) -> Journal:
        self.opened += 1
        return open_or_set_aside(self.path, START, self.card.open)[0]

    def scribe(self, **more: int) -> Scribe:
        return Scribe(self.open(), self.open, self.reports.append, **more)

    def writer(self, **more: int) -> JournalWriter:
        return JournalWriter(self.open(), self.open, self.reports.append, patience_s=PATIENCE_S, **more)

    def seqs(self) -> list[int]:
        return sorted(n.seq for n in read(self.path))


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path / JOURNAL)


@pytest.fixture(params=["in the caller's thread", "in a thread of its own"])
def book(request, desk):
    """Both writers keep the same promises."""
    if request.param == "in the caller's thread":
        with contextlib.closing(desk.scribe()) as scribe:
            yield scribe
    else:
        with desk.writer() as writer:
            yield writer


# --- what both promise --------------------------------------------------------------------------------


def test_what_is_kept_is_on_disk_when_it_says_so(book, desk):
    assert book.keep((fault(1), fault(2)))

    assert [n.fact for n in read(desk.path)] == [fault(1), fault(2)]
    assert book.last_seq == 2
    assert book.is_up_to_date


def test_facts_are_numbered_on_from_the_last_one_on_record(desk):
    with contextlib.closing(desk.scribe(last_seq=41)) as scribe:
        scribe.keep((fault(1),))

    assert desk.seqs() == [42]


def test_what_is_never_written_has_no_number(book, desk):
    assert book.keep((READING, fault(1), READING))
    assert book.keep((READING,))

    assert desk.seqs() == [1]


def test_movements_wait_and_go_with_the_next_fact_that_does_not(book, desk):
    assert book.keep((MOVE, WATCHED))
    assert book.has_batch
    assert desk.seqs() == []

    book.keep((fault(1),))
    assert not book.has_batch
    assert desk.seqs() == [1, 2, 3]


def test_movements_that_waited_are_written_when_asked_for(book, desk):
    book.keep((MOVE,))

    assert book.flush()
    assert not book.has_batch
    assert desk.seqs() == [1]
    assert book.flush()


def test_nothing_to_write_touches_no_card(book, desk):
    desk.card.before_commit = lambda: pytest.fail("nothing was to be written")

    assert book.flush()
    assert book.keep(())


def test_a_full_card_is_told_once_and_what_it_did_not_take_is_written_when_there_is_room(book, desk):
    book.keep((fault(1),))
    desk.card.become(Condition.FULL)
    kept = [book.keep((f.FaultRaised(START, f"x.{n}", "long " * 800),)) for n in range(2, 8)]
    wait_until(lambda: desk.reports)

    assert not all(kept)
    assert not book.is_up_to_date
    assert not book.flush()
    desk.card.become(Condition.GOOD)
    book.flush()
    wait_until(lambda: book.is_up_to_date)
    assert desk.seqs() == [1, 2, 3, 4, 5, 6, 7]
    told, over = desk.reports
    assert "full" in told
    assert over == ""


def test_a_card_worn_out_into_read_only_is_told_once(book, desk):
    desk.card.become(Condition.READ_ONLY)
    for number in range(5):
        assert not book.keep((fault(number), MOVE))
    wait_until(lambda: len(desk.reports) == 1)

    assert "readonly" in desk.reports[0] or "cannot be written" in desk.reports[0]
    assert desk.seqs() == []


def test_an_errand_is_done_with_the_journal_after_all_that_was_kept(book, desk):
    book.keep((MOVE,))
    seen = []

    assert book.do(lambda journal: seen.append(journal.last_seq()))
    book.flush()
    assert book.do(lambda journal: seen.append(journal.last_seq()))
    assert seen == [0, 1]


def test_an_errand_that_the_card_refuses_is_told_and_loses_nothing(book, desk):
    desk.card.become(Condition.READ_ONLY)
    assert not book.do(lambda journal: journal.prune_activity(START))
    wait_until(lambda: desk.reports)
    desk.card.become(Condition.GOOD)

    book.keep((fault(1),))
    wait_until(lambda: desk.reports[1:] == [""])
    assert desk.seqs() == [1]


def test_what_waits_at_the_end_is_written(desk):
    with desk.writer() as writer:
        writer.keep((MOVE,))
    assert desk.seqs() == [1]

    scribe = desk.scribe(last_seq=1)
    scribe.keep((MOVE,))
    scribe.close()
    assert desk.seqs() == [2], "the newest of this source"


def test_a_process_that_is_killed_writes_nothing_more(desk):
    scribe = desk.scribe()
    scribe.keep((fault(1),))
    scribe.keep((MOVE,))
    scribe.abandon()

    assert desk.seqs() == [1]


def test_a_journal_that_could_not_be_opened_is_behind_until_it_is_and_then_that_is_told(tmp_path):
    """The hub armed without one: whoever started it has told of the fault, and must hear of its end."""
    (tmp_path / "in the way").touch()
    desk = Desk(tmp_path / "in the way" / JOURNAL)
    with contextlib.closing(Scribe(None, desk.open, desk.reports.append)) as scribe:
        assert not scribe.is_up_to_date
        assert not scribe.keep((fault(1),))
        assert not scribe.flush()
        (tmp_path / "in the way").unlink()
        assert scribe.flush()
        assert desk.reports[-1] == ""
        assert desk.seqs() == [1]


def test_what_waits_for_a_dead_card_is_bounded(desk):
    with contextlib.closing(desk.scribe()) as scribe:
        desk.card.become(Condition.READ_ONLY)
        scribe.keep(fault(n) for n in range(UNWRITTEN_AT_MOST + 10))
        desk.card.become(Condition.GOOD)
        scribe.flush()

    seqs = desk.seqs()
    assert len(seqs) == UNWRITTEN_AT_MOST
    assert seqs[-1] == UNWRITTEN_AT_MOST + 10


# --- the thread ---------------------------------------------------------------------------------------


@dataclass
class Stuck:
    """A card that says nothing for a while, as one does before it dies."""

    desk: Desk
    free: threading.Event = field(default_factory=threading.Event)
    writes: int = 0

    def hold(self) -> None:
        self.writes += 1
        assert self.free.wait(20.0)


@pytest.fixture
def stuck(desk):
    card = Stuck(desk)
    yield card
    card.free.set()


def test_a_card_that_hangs_holds_nobody_longer_than_the_patience_and_then_nobody_at_all(desk, stuck):
    with desk.writer() as writer:
        desk.card.before_commit = stuck.hold
        began = time.monotonic()
        assert not writer.keep((fault(1),))
        waited_s = time.monotonic() - began
        assert PATIENCE_S <= waited_s < PATIENCE_S + 1.0

        began = time.monotonic()
        for number in range(2, 100):
            assert not writer.keep((fault(number),))
        assert not writer.flush()
        assert time.monotonic() - began < PATIENCE_S, "it is known to hang: nobody waits again and again"
        assert not writer.is_up_to_date

        stuck.free.set()
        wait_until(lambda: writer.is_up_to_date)
        assert desk.seqs() == list(range(1, 100))


def test_asking_a_card_that_hangs_again_and_again_piles_nothing_up(desk, stuck):
    with desk.writer() as writer:
        desk.card.before_commit = stuck.hold
        writer.keep((fault(1),))
        for _ in range(100):
            assert not writer.flush()
        assert writer._tasks.qsize() == 0
        stuck.free.set()
        wait_until(lambda: writer.is_up_to_date)
        assert stuck.writes == 1


def test_after_a_card_came_back_facts_are_waited_for_again(desk, stuck):
    with desk.writer() as writer:
        desk.card.before_commit = stuck.hold
        writer.keep((fault(1),))
        stuck.free.set()
        wait_until(lambda: writer.is_up_to_date)

        assert writer.keep((fault(2),))


def test_a_long_errand_of_another_thread_leaves_nothing_behind_and_is_waited_for(desk):
    began, may_end = threading.Event(), threading.Event()

    def long_errand(_journal: Journal) -> None:
        began.set()
        assert may_end.wait(20.0)

    with desk.writer() as writer:
        housekeeping = threading.Thread(target=writer.do, args=(long_errand,))
        housekeeping.start()
        assert began.wait(20.0)
        assert writer.is_up_to_date, "every fact is on disk, whatever else is being done there"

        threading.Timer(PATIENCE_S / 10, may_end.set).start()
        assert writer.keep((fault(1),)), "confirmed only once it is on disk"
        housekeeping.join()
        assert desk.seqs() == [1]


def test_its_thread_is_seen_to_live_and_to_have_ended(desk):
    writer = desk.writer()
    assert not writer.is_alive()
    writer.start()
    assert writer.is_alive()
    writer.stop()
    assert not writer.is_alive()


def test_a_card_that_hangs_at_the_end_does_not_keep_the_hub_from_ending(desk, stuck):
    writer = desk.writer()
    writer.start()
    desk.card.before_commit = stuck.hold
    writer.keep((fault(1),))
    began = time.monotonic()
    writer.stop()

    assert time.monotonic() - began < 5.0
    stuck.free.set()
    writer._thread.join(10.0)


# --- real cards ---------------------------------------------------------------------------------------


def test_a_file_that_vanished_is_made_anew(desk):
    with contextlib.closing(desk.scribe()) as scribe:
        scribe.keep((fault(1),))
        desk.path.with_name(f"{JOURNAL}-wal").unlink()
        desk.path.unlink()
        desk.path.mkdir()  # and for a while nothing can be made there
        with contextlib.suppress(JournalError):
            scribe.do(lambda journal: journal.close())
        scribe.keep((fault(2),))
        desk.path.rmdir()
        scribe.flush()
        assert scribe.keep((fault(3),))

    assert desk.seqs()[-1] == 3


# The kernel itself refuses to let any file of this process grow, as a full card does.
FULL_CARD = """
import resource, signal, sys, time
from pathlib import Path
from hub.journal import Journal
from hub.ledger import JournalWriter
from tests.test_ledger import fault
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path, told = Path(sys.argv[1]), []
with JournalWriter(Journal(path), lambda: Journal(path), told.append, patience_s=0.5) as writer:
    assert writer.keep([fault(0)])
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, unlimited[1]))
    kept = [writer.keep([fault(n)]) for n in range(1, 200)]
    # However slow this loop is: a journal opened again in between frees some room, and takes some facts more.
    assert not all(kept) and not writer.is_up_to_date, kept
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    writer.flush()
    until = time.monotonic() + 10
    while not writer.is_up_to_date and time.monotonic() < until:
        time.sleep(0.01)
    assert writer.is_up_to_date
    assert all(told[::2]) and not any(told[1::2]) and len(told) % 2 == 0, told
print(kept.count(True))
"""


def test_on_a_disk_that_is_really_full_nothing_is_lost(desk):
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    ended = subprocess.run(
        [sys.executable, "-c", FULL_CARD, str(desk.path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )

    assert ended.returncode == 0, ended.stderr
    assert 0 < int(ended.stdout) < 199
    assert desk.seqs() == list(range(1, 201))


def test_a_journal_locked_by_somebody_else_is_told_and_written_once_it_is_free(desk, monkeypatch):
    monkeypatch.setattr("hub.journal.BUSY_S", 0.05)
    with contextlib.closing(Journal(desk.path)) as somebody, contextlib.closing(desk.scribe()) as scribe:
        somebody._db.execute("BEGIN EXCLUSIVE")
        assert not scribe.keep((fault(1),))
        assert "locked" in desk.reports[0]
        somebody._db.execute("ROLLBACK")
        assert scribe.keep((fault(2),))

    assert desk.seqs() == [1, 2]
    assert desk.reports[1:] == [""]


def test_a_journal_damaged_under_the_hub_is_set_aside_and_what_follows_is_kept_in_a_new_one(desk):
    with contextlib.closing(desk.scribe()) as scribe:
        scribe.keep(fault(n) for n in range(100))
        scribe.do(lambda journal: journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        whole = desk.path.read_bytes()
        desk.path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
        scribe.do(lambda journal: journal._db.execute("PRAGMA shrink_memory").fetchall())
        assert not scribe.do(lambda journal: list(journal.facts()))
        assert "malformed" in desk.reports[0] or "not a database" in desk.reports[0]
        scribe.flush()
        assert scribe.keep((fault(1),))

    assert read(desk.path)[-1] == Numbered(scribe.last_seq, fault(1))
    assert [*desk.path.parent.glob(f"{JOURNAL}.broken-*")]


def test_both_writers_are_what_the_loop_asks_for():
    assert issubclass(Scribe, Book)
    assert issubclass(JournalWriter, Book)
