"""The journal: what was written is there after any crash, and what cannot be read costs no more than itself."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from hub.domain import facts as f
from hub.domain.facts import HubWatched, LevelSeen, LifeSeen, LinesDrawn, SilenceEnded, SilenceJudged, TemperatureSeen
from hub.domain.records import State
from hub.errors import JournalError
from hub.journal import PAGE_SIZE, SCHEMA_VERSION, Journal, Numbered, has_bytes, open_or_set_aside, set_aside
from tests.domain.house import PAUL, START, House
from tests.shell import JOURNAL, numbered, read

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "data" / JOURNAL


@pytest.fixture
def journal(path):
    with contextlib.closing(Journal(path)) as opened:
        yield opened


def lived() -> list[f.Fact]:
    """What a press, its alert and its answer leave."""
    house = House()
    house.press()
    house.pass_time(minutes=1)
    house.text(PAUL, "1")
    house.move()
    return house.on_record()


FACTS = numbered(lived())
OF_THE_LOG = [n for n in FACTS if not isinstance(n.fact, LifeSeen | HubWatched)]


# --- what is written ----------------------------------------------------------------------------------


def test_facts_are_read_back_in_their_order(journal):
    journal.append(FACTS)

    assert list(journal.facts()) == OF_THE_LOG
    assert list(journal.facts(after=OF_THE_LOG[3].seq)) == OF_THE_LOG[4:]
    assert journal.last_seq() == FACTS[-1].seq


def test_an_empty_journal_has_nothing(journal):
    assert list(journal.facts()) == []
    assert journal.last_lives() == []
    assert journal.last_seq() == 0
    assert journal.last_snapshot("0.1") is None


def test_one_incident_can_be_asked_for(journal):
    journal.append(FACTS)
    number = next(n.fact.incident for n in FACTS if isinstance(n.fact, f.IncidentOpened))

    found = list(journal.facts(incident=number))
    assert found == [n for n in OF_THE_LOG if getattr(n.fact, "incident", None) == number]
    assert len(found) > 2


def test_of_ordinary_life_the_newest_of_each_source_is_told_and_when_the_hub_watched(journal):
    lives = [
        LifeSeen(START, "cuisine"),
        LifeSeen(START + MINUTE, "entree"),
        HubWatched(START + 2 * MINUTE),
        LifeSeen(START + 3 * MINUTE, "cuisine"),
    ]
    journal.append(numbered(lives))

    assert journal.last_lives() == [Numbered(2, lives[1]), Numbered(3, lives[2]), Numbered(4, lives[3])]
    assert journal.last_lives(after=3) == [Numbered(4, lives[3])]
    assert journal.last_seq() == 4


def test_the_same_fact_written_twice_is_there_once(journal):
    journal.append(FACTS)
    journal.append(FACTS)

    assert list(journal.facts()) == OF_THE_LOG


def test_movements_from_before_a_moment_are_forgotten_and_nothing_else(journal):
    journal.append(numbered([LifeSeen(START + n * MINUTE, "cuisine") for n in range(10)]))
    journal.append([Numbered(11, f.FaultEnded(START, "x.y"))])

    assert journal.prune_activity(START + 5 * MINUTE) == 5
    assert journal.prune_activity(START + 5 * MINUTE) == 0
    assert [n.seq for n in journal.last_lives()] == [10]
    assert len(list(journal.facts())) == 1


def test_a_snapshot_is_for_the_release_that_made_it(journal):
    state = replace(State(), boot="this run")
    journal.snapshot(7, "0.1.0", replace(state, boot="before"))
    journal.snapshot(9, "0.1.0", state)

    assert journal.last_snapshot("0.1.0") == (9, state)
    assert journal.last_snapshot("0.2.0") is None


# --- on the card --------------------------------------------------------------------------------------


def test_it_is_synced_at_every_commit(journal):
    assert journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_file_with_pages_of_another_size_serves_as_well(path):
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size=8192")
        db.execute("CREATE TABLE before (x)")
    with contextlib.closing(Journal(path)) as journal:
        journal.append(FACTS)
        assert list(journal.facts()) == OF_THE_LOG
        assert journal._db.execute("PRAGMA page_size").fetchone() == (8192,)


def test_a_new_file_has_small_pages_to_spare_the_card(journal):
    journal.append(FACTS)

    assert journal._db.execute("PRAGMA page_size").fetchone() == (PAGE_SIZE,)


def test_nobody_else_may_read_it(journal, path):
    journal.append(FACTS)

    assert path.parent.stat().st_mode & 0o777 == 0o700
    names = {each.name for each in path.parent.iterdir()}
    assert names == {JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm"}
    for each in path.parent.iterdir():
        assert each.stat().st_mode & 0o777 == 0o600, each


def test_whoever_only_looks_changes_nothing_and_leaves_nothing_in_the_hub_s_way(journal, path):
    journal.append(FACTS)
    journal.close()
    if os.geteuid() == 0:
        for each in (path.parent, path):
            os.chown(each, 1234, 1234)  # the hub's user; root looks
    content = path.read_bytes()

    assert [n for n in read(path) if n in OF_THE_LOG] == OF_THE_LOG
    with contextlib.closing(Journal(path, read_only=True)) as looked_at, pytest.raises(JournalError):
        looked_at.append(FACTS)
    assert path.read_bytes() == content
    owner = path.stat().st_uid
    assert all((each.stat().st_uid, each.stat().st_mode & 0o777) == (owner, 0o600) for each in path.parent.iterdir())


# Dies at one point of a transaction: "statement N" before SQLite is given it, "after": all of it is committed.
CRASHES = """
import os, signal, sys
from pathlib import Path
from hub.journal import Journal
from tests.test_journal import FACTS
journal, seen, last = Journal(Path(sys.argv[1])), [], int(sys.argv[2])
journal.append(FACTS[:2])
def die_at(statement):
    if len(seen) == last:
        os.kill(os.getpid(), signal.SIGKILL)
    seen.append(statement)
journal._db.set_trace_callback(die_at)
journal.append(FACTS[2:])
journal._db.set_trace_callback(None)
print(len(seen), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def crash(path: Path, statement: int) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", CRASHES, str(path), str(statement)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return ended.stdout


def test_a_kill_at_any_statement_of_a_transaction_leaves_all_of_it_or_nothing(tmp_path):
    statements = int(crash(tmp_path / "whole", 10_000))
    assert statements >= 4  # BEGIN, one for each table, COMMIT
    with contextlib.closing(Journal(tmp_path / "whole")) as whole:
        assert list(whole.facts()) == OF_THE_LOG
    first = [n for n in OF_THE_LOG if n.seq <= 2]
    for number in {0, 1, statements // 2, statements - 1}:
        path = tmp_path / f"killed at {number}"
        crash(path, number)
        with contextlib.closing(Journal(path)) as journal:
            assert list(journal.facts()) == first, number
            journal.append(FACTS)
            assert list(journal.facts()) == OF_THE_LOG, number


def test_wherever_the_card_stopped_writing_what_is_read_is_a_beginning_of_what_was_written(tmp_path, journal, path):
    """The write-ahead log, cut at any byte, as by a power cut: no transaction in part, none out of its order."""
    ends = []
    for n in FACTS:
        journal.append([n])
        ends.append(Path(f"{path}-wal").stat().st_size)
    whole = Path(f"{path}-wal").read_bytes()
    told = []
    for size in range(0, len(whole) + 1, 1021):
        cut = tmp_path / "cut.sqlite3"
        for old in tmp_path.glob("cut.sqlite3*"):
            old.unlink()
        shutil.copy(path, cut)
        Path(f"{cut}-wal").write_bytes(whole[:size])
        with contextlib.closing(Journal(cut)) as found:
            count = max(found.last_seq(), 0)
        assert count == sum(end <= size for end in ends), size
        told.append(count)
    assert told[0] == 0
    assert told == sorted(told)


# --- what goes wrong ----------------------------------------------------------------------------------


def test_what_cannot_be_written_is_not_written_in_part(journal):
    journal.append(FACTS[:2])
    journal._db.execute("PRAGMA query_only=1")

    with pytest.raises(JournalError, match="cannot be written"):
        journal.append(FACTS[2:])
    with pytest.raises(JournalError, match="cannot be written"):
        journal.snapshot(2, "0.1", State())
    with pytest.raises(JournalError, match="cannot be written"):
        journal.prune_activity(START)
    journal._db.execute("PRAGMA query_only=0")
    assert list(journal.facts()) == [n for n in OF_THE_LOG if n.seq <= 2]


def test_a_locked_file_is_not_damaged(journal, path, monkeypatch):
    monkeypatch.setattr("hub.journal.BUSY_S", 0.05)
    journal._db.execute("BEGIN EXCLUSIVE")

    with contextlib.closing(Journal(path)) as other, pytest.raises(JournalError) as told:
        other.append(FACTS)
    assert "locked" in str(told.value)
    assert not told.value.permanent


@pytest.mark.parametrize("kind", ["folder", "missing folder that cannot be made"])
def test_a_place_where_no_file_can_be_is_not_damaged(tmp_path, kind):
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    else:
        path.touch()
        path /= "journal"

    with pytest.raises(JournalError) as told:
        Journal(path)
    assert not told.value.permanent
    with pytest.raises(JournalError):
        open_or_set_aside(path, START)
    assert (tmp_path / "x").exists()


@pytest.fixture
def full_disk(tmp_path) -> Iterator[Path]:
    """A disk of its own, whose last byte `fill` takes."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> None:
    with contextlib.suppress(OSError), (disk / "photos").open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass


def test_on_a_full_disk_a_journal_is_not_written_and_read_all_the_same(full_disk):
    path = full_disk / JOURNAL
    with contextlib.closing(Journal(path)) as journal:
        journal.append(FACTS)
    fill(full_disk)

    with pytest.raises(JournalError) as told:
        Journal(path)
    assert not told.value.permanent
    assert [n for n in read(path) if n in OF_THE_LOG] == OF_THE_LOG


def test_on_a_full_disk_half_of_what_was_written_is_not_told_for_the_whole(full_disk):
    """What waits in the write-ahead log cannot be read without its index, for which there is no room."""
    path = full_disk / JOURNAL
    crash(path, 10_000)
    Path(f"{path}-shm").unlink()
    fill(full_disk)

    with pytest.raises(JournalError) as told:
        read(path)
    assert not told.value.permanent


def spoil(path: Path, damage: str) -> None:
    whole = path.read_bytes()
    path.write_bytes(
        {
            "rubbish": b"no database at all " * 1000,
            "half": whole[: len(whole) // 2],
            "torn": whole[:4096] + bytes(reversed(whole[4096:])),
            "its head gone": b"\0" * 4096 + whole[4096:],
            "a page of zeros": whole[:4096] + b"\0" * 4096 + whole[8192:],
        }[damage]
    )


@pytest.fixture
def spoilt(path, request) -> Path:
    with contextlib.closing(Journal(path)) as journal:
        journal.append(FACTS)
    spoil(path, request.param)
    return path


DAMAGES = ["rubbish", "half", "torn", "its head gone", "a page of zeros"]


@pytest.mark.parametrize("spoilt", DAMAGES, indirect=True)
def test_a_damaged_file_is_set_aside_kept_as_it_is_and_a_new_one_begun(spoilt):
    content = spoilt.read_bytes()
    with pytest.raises(JournalError) as told:
        Journal(spoilt)
    assert told.value.permanent

    journal, evidence = open_or_set_aside(spoilt, START)
    with contextlib.closing(journal):
        journal.append(FACTS)
        assert list(journal.facts()) == OF_THE_LOG
    kept = spoilt.with_name(f"{JOURNAL}.broken-20260302T100000000000")
    assert f"it is kept as {kept}" in evidence
    assert kept.read_bytes() == content
    assert not has_bytes(Path(f"{kept}-wal")) or Path(f"{kept}-wal").exists()


def test_a_journal_of_a_later_release_is_set_aside_and_not_touched(path):
    with contextlib.closing(Journal(path)) as journal:
        journal.append(FACTS)
        journal._db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    content = path.read_bytes()

    journal, evidence = open_or_set_aside(path, START)
    journal.close()
    assert "written by a later release" in evidence
    (kept,) = path.parent.glob(f"{JOURNAL}.broken-*")
    assert kept.read_bytes() == content


def test_what_sqlite_keeps_beside_it_goes_with_it(path):
    journal = Journal(path)
    journal.append(FACTS)
    kept = set_aside(path, START)
    journal.close()

    with contextlib.closing(Journal(kept)) as moved:
        assert list(moved.facts()) == OF_THE_LOG
    assert not path.exists()


def test_two_damaged_ones_are_both_kept(path):
    for minute in range(2):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"rubbish %d" % minute * 100)
        open_or_set_aside(path, START + minute * MINUTE)[0].close()

    assert len([*path.parent.glob(f"{JOURNAL}.broken-*")]) == 2


def test_a_file_that_is_damaged_while_it_is_read_says_so(journal, path):
    journal.append([Numbered(n, f.FaultRaised(START, f"x.{n}", "y" * 200)) for n in range(1, 400)])
    journal.close()
    whole = bytearray(path.read_bytes())
    # Past the first pages, so that opening could have gone well a moment ago.
    opened = Journal(path, read_only=True)
    whole[8192:] = b"\xff" * (len(whole) - 8192)
    path.write_bytes(whole)
    with contextlib.closing(opened), pytest.raises(JournalError) as told:
        list(opened.facts())
    assert told.value.permanent


# --- one row ------------------------------------------------------------------------------------------


def change(path: Path, statement: str, *values: object) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


@pytest.fixture
def written(path) -> Path:
    with contextlib.closing(Journal(path)) as journal:
        journal.append([*FACTS, Numbered(100, LifeSeen(START, "entree")), Numbered(101, LifeSeen(START, "cuisine"))])
    return path


def test_a_fact_that_is_none_costs_no_more_than_itself(written, caplog):
    change(written, "UPDATE fact SET body = '{' WHERE seq = ?", OF_THE_LOG[2].seq)
    change(written, "UPDATE fact SET body = ? WHERE seq = ?", b"\xff\xfe", OF_THE_LOG[3].seq)

    found = [n for n in read(written) if n.seq < 100 and n in OF_THE_LOG]
    assert found == OF_THE_LOG[:2] + OF_THE_LOG[4:]
    assert "it is left out" in caplog.text


def test_a_kind_of_fact_of_another_release_is_left_out(written):
    change(written, "UPDATE fact SET kind = 'DoorUnlocked' WHERE seq = ?", OF_THE_LOG[2].seq)

    assert OF_THE_LOG[2] not in read(written)
    assert OF_THE_LOG[3] in read(written)


@pytest.mark.parametrize("at", ["yesterday", b"\xff\xfe", "2026-03-02T10:00:00", 7, 1e300])
def test_a_movement_whose_time_is_none_costs_no_more_than_itself(written, at, caplog):
    change(written, "UPDATE activity SET at = ? WHERE seq = 101", at)

    lives = [n for n in read(written) if n.seq >= 100]
    assert lives == [Numbered(100, LifeSeen(START, "entree"))]
    assert "it is left out" in caplog.text


def test_one_bit_that_makes_a_text_a_blob_costs_nothing(written):
    whole = read(written)
    change(written, "UPDATE activity SET source = CAST(source AS BLOB), at = CAST(at AS BLOB)")
    change(written, "UPDATE fact SET kind = CAST(kind AS BLOB), body = CAST(body AS BLOB)")

    assert read(written) == whole


def test_a_byte_that_is_no_character_costs_no_more_than_its_own_row(written):
    seq = OF_THE_LOG[2].seq
    change(written, "UPDATE fact SET body = CAST(CAST(substr(body, 1, 9) AS BLOB) || x'ff' AS TEXT) WHERE seq = ?", seq)
    change(written, "UPDATE activity SET source = CAST(x'6c6974ff' AS TEXT) WHERE seq = 101")

    found = read(written)
    assert OF_THE_LOG[2] not in found
    assert all(n in found for n in OF_THE_LOG if n.seq != seq)
    assert found[-1] == Numbered(101, LifeSeen(START, "lit\ufffd"))


def test_a_snapshot_that_is_none_is_told_so(written):
    with contextlib.closing(Journal(written)) as journal:
        journal.snapshot(3, "0.1", State())
    change(written, "UPDATE snapshot SET state = '{}}'")

    with contextlib.closing(Journal(written)) as journal, pytest.raises(JournalError):
        journal.last_snapshot("0.1")


MANY_DAYS = """
import sys
from datetime import time, timedelta
from pathlib import Path
from hub.domain.facts import LifeSeen
from hub.journal import Journal, Numbered
from tests.domain.house import START

def memory_kb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])

def days(count, first):
    for batch in range(first * 100, (first + count) * 100):
        at = START + timedelta(minutes=batch)
        journal.append(Numbered(batch * 100 + n, LifeSeen(at, "a detector in the hall")) for n in range(100))

journal = Journal(Path(sys.argv[1]))
journal._db.execute("PRAGMA synchronous=OFF")  # only for the test's haste
days(2, 0)
before = memory_kb()
days(8, 2)
print(memory_kb() - before)
"""


def test_a_journal_that_grows_takes_no_more_memory(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", MANY_DAYS, str(tmp_path / JOURNAL)], check=True, capture_output=True, text=True
    )

    assert (tmp_path / JOURNAL).stat().st_size > 4_000_000
    assert int(ended.stdout) < 512, "kB, where SQLite would keep 2 MB of the pages that nobody reads again"


def test_what_was_learned_of_the_movements_is_forgotten_with_them(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite3")
    ended = [SilenceEnded(START + n * DAY, "cuisine", time(14), timedelta(hours=1)) for n in range(3)]
    drawn = LinesDrawn(START, DAY, (("cuisine", (90,) * 24),))
    opened = LevelSeen(START, "entree", active=True)
    warm = TemperatureSeen(START, "salon", 19.5)
    kept = SilenceJudged(START, 12, "cuisine", DAY, DAY, DAY)
    journal.append(Numbered(n, fact) for n, fact in enumerate([*ended, drawn, opened, warm, kept], 1))

    journal.prune_activity(START + DAY)

    assert [numbered.fact for numbered in journal.facts()] == [*ended[1:], kept]
    journal.close()
