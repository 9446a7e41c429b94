"""What a start finds: the state as it was, whatever a card did to the file meanwhile; and it always finds something."""

import contextlib
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import __version__
from hub.domain import facts as f
from hub.domain.decide import decide
from hub.domain.inputs import Booted, ButtonPressed, SensorChanged, SmsReceived, Tick
from hub.domain.records import Phase, State
from hub.domain.state import evolve, next_wake
from hub.errors import JournalError
from hub.journal import SCHEMA_VERSION, Journal, Numbered
from hub.loop import PULSE_EVERY
from hub.recall import Recalled, recall, reopened
from hub.sim.memory_card import Condition, MemoryCard
from tests.domain.house import HOME, PAUL, PHONES, START
from tests.shell import AT_ONCE, JOURNAL, Bench

LATER = START + timedelta(days=1)


def live(hub: Bench) -> None:
    """A press, an alert, an answer, movements: a state with something in all its parts."""
    hub.tell(SensorChanged(hub.now, "cuisine", active=True))
    hub.tell(ButtonPressed(hub.now, "salon"))
    hub.pass_time(minutes=1)
    hub.tell(SmsReceived(hub.now, "text 1", PHONES[PAUL], "1 dans 10 min"))
    hub.pass_time(minutes=6)
    hub.tell(SensorChanged(hub.now, "cuisine", active=True))
    hub.pass_time(minutes=6)


@pytest.fixture
def hub(tmp_path):
    with Bench(tmp_path) as bench:
        live(bench)
        yield bench


def lasting(state: State) -> State:
    """What of it counts for the next process: what is true only while one runs ends with its start."""
    started = evolve(state, f.HubStarted(LATER, rebooted=False, clock_trusted=True, blind_since=None))
    return replace(started, watch=replace(started.watch, check_due=None, check_rule=""))


def recalled_at(path: Path) -> Recalled:
    found = recall(path, LATER)
    if found.journal is not None:
        found.journal.close()
    return found


# --- a good file --------------------------------------------------------------------------------------


def test_a_first_start_finds_an_empty_state(tmp_path):
    found = recalled_at(tmp_path / JOURNAL)

    assert found.state == State()
    assert (found.last_seq, found.watched_until, found.evidence) == (0, None, "")
    assert found.journal is not None


def test_the_state_is_what_it_was_before_the_process_died(hub):
    found = recalled_at(hub.path)

    assert lasting(found.state) == lasting(hub.state)
    assert found.state.incidents[10].phase is Phase.ANSWERED
    assert found.last_seq == hub.scribe.last_seq
    assert found.watched_until is not None
    assert hub.now - found.watched_until <= PULSE_EVERY


def test_a_state_from_a_snapshot_is_the_one_that_all_facts_lead_to(hub):
    from_facts = recalled_at(hub.path)
    seq, state = hub.loop.remembered
    hub.scribe.do(lambda journal: journal.snapshot(seq, __version__, state))
    hub.tell(SmsReceived(hub.now, "text 2", PHONES[PAUL], "3"))

    from_both = recalled_at(hub.path)
    forget_snapshot(hub.path)
    from_all = recalled_at(hub.path)
    assert lasting(from_both.state) == lasting(from_all.state) == lasting(hub.state)
    assert from_both.last_seq == from_all.last_seq > from_facts.last_seq
    assert from_both.state.incidents[10].phase is Phase.ATTENDED


def test_a_snapshot_is_where_the_reading_begins(hub):
    marked = replace(hub.state, boot="as the snapshot has it")
    hub.scribe.do(lambda journal: journal.snapshot(hub.scribe.last_seq, __version__, marked))
    assert recalled_at(hub.path).state.boot == "as the snapshot has it"

    hub.scribe.do(lambda journal: journal.snapshot(hub.scribe.last_seq, "0.0.0-another", marked))
    assert recalled_at(hub.path).state.boot == hub.world.boot_id, "another release reads the log itself"


def test_a_snapshot_that_is_spoilt_is_passed_over(hub):
    hub.scribe.do(lambda journal: journal.snapshot(hub.scribe.last_seq, __version__, hub.state))
    change(hub.path, "UPDATE snapshot SET state = substr(state, 1, 500)")

    assert lasting(recalled_at(hub.path).state) == lasting(hub.state)


@pytest.mark.parametrize("part", ["incidents", "outbox"])
def test_a_snapshot_that_contradicts_itself_is_passed_over(hub, part):
    hub.road.inbox = None  # nothing more is said of what goes out
    hub.tell(SensorChanged(hub.now, "fumee", active=True))
    (number, record), *_ = getattr(hub.state, part).items()
    spoilt = replace(hub.state, **{part: {number + 70: record}})
    hub.scribe.do(lambda journal: journal.snapshot(hub.scribe.last_seq, __version__, spoilt))

    assert lasting(recalled_at(hub.path).state) == lasting(hub.state)


def test_a_restart_takes_up_where_the_journal_ends(hub):
    hub.scribe.abandon()
    with Bench(hub.path.parent, world=hub.world) as again:
        assert again.state.incidents[10].answered_by == PAUL
        again.tell(SmsReceived(again.now, "text 1", PHONES[PAUL], "1 dans 10 min"))
        assert again.road.taken == [], "handled once, however often it is read"
        assert again.scribe.last_seq > hub.scribe.last_seq - 5


# --- a file that something happened to ----------------------------------------------------------------


def change(path: Path, statement: str, *values: object) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


def forget_snapshot(path: Path) -> None:
    change(path, "DELETE FROM snapshot")


def test_a_fact_that_cannot_be_read_is_left_out_and_the_rest_told(hub):
    whole = recalled_at(hub.path)
    change(hub.path, "UPDATE fact SET body = '{' WHERE kind = 'LifeSeen' OR kind = 'Spoken'")

    assert recalled_at(hub.path).state.incidents == whole.state.incidents


def test_a_fact_from_which_nothing_follows_is_left_out_and_the_rest_told(hub, caplog):
    whole = recalled_at(hub.path)
    # Each is a fact that could be; together they are more than time has.
    by = timedelta(days=-300_000)
    steps = [
        Numbered(hub.scribe.last_seq + number, f.ClockCorrected(LATER, by, trusted=True)) for number in range(1, 10)
    ]
    hub.scribe.do(lambda journal: journal.append(steps))

    assert recalled_at(hub.path).state.incidents.keys() == whole.state.incidents.keys()
    assert "it is left out" in caplog.text


@pytest.mark.parametrize("content", [b"rubbish " * 1000, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_file_is_set_aside_and_the_hub_begins_anew(hub, content):
    hub.scribe.abandon()
    hub.path.write_bytes(content)

    found = recalled_at(hub.path)
    assert found.state == State()
    assert found.fault == "journal.set_aside"
    assert "it is kept as" in found.evidence
    (kept,) = hub.path.parent.glob(f"{JOURNAL}.broken-*")
    assert kept.read_bytes() == content


def test_a_file_of_a_later_release_is_set_aside(hub):
    hub.scribe.abandon()
    change(hub.path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    found = recalled_at(hub.path)
    assert found.state == State()
    assert "later release" in found.evidence


class TornJournal(Journal):
    """A journal whose pages turn out to be unreadable only when they are read."""

    permanent = True

    def facts(self, after: int = 0, incident: int | None = None):
        raise JournalError(f"{self.path} cannot be read: page {after} {incident}", permanent=self.permanent)


class UnreadNow(TornJournal):
    permanent = False


def test_damage_that_shows_only_while_it_is_read_sets_it_aside_too(hub):
    hub.scribe.abandon()

    def opened(path: Path) -> Journal:
        return TornJournal(path) if path.exists() else Journal(path)

    found = recall(hub.path, LATER, opened)
    assert found.journal is not None
    found.journal.close()
    assert found.state == State()
    assert found.fault == "journal.set_aside"
    assert [*hub.path.parent.glob(f"{JOURNAL}.broken-*")]


def test_one_that_only_cannot_be_read_now_stays_where_it_is(hub):
    found = recall(hub.path, LATER, UnreadNow)

    assert found.journal is None
    assert found.fault == "journal.broken"
    assert not [*hub.path.parent.glob(f"{JOURNAL}.broken-*")]
    assert found.last_seq > hub.scribe.last_seq * 1000, "should it come back, nothing in it is overwritten"


def test_damage_on_a_card_that_takes_nothing_new_arms_without_a_journal(hub):
    hub.scribe.abandon()

    def opened(path: Path) -> Journal:
        if not path.exists():
            raise JournalError("the card is full")
        return TornJournal(path)

    found = recall(hub.path, LATER, opened)
    assert (found.journal, found.state) == (None, State())
    assert "cannot be read" in found.evidence


def test_a_full_card_is_read_all_the_same_for_somebody_may_be_waiting_for_help(hub):
    hub.scribe.abandon()

    def refused(_path: Path) -> Journal:
        raise JournalError("database or disk is full")

    found = recall(hub.path, LATER, refused)
    assert found.journal is None
    assert found.fault == "journal.broken"
    assert "full" in found.evidence
    assert lasting(found.state) == lasting(hub.state)
    assert found.last_seq == hub.scribe.last_seq


def test_where_there_is_no_card_at_all_the_hub_arms_without(tmp_path):
    (tmp_path / "card").touch()

    found = recall(tmp_path / "card" / JOURNAL, LATER)
    assert (found.journal, found.state, found.fault) == (None, State(), "journal.broken")
    assert found.evidence


# --- what a hub that runs does about a file that went bad ----------------------------------------------


def test_an_alarm_survives_a_card_that_was_spoilt_under_it_and_then_a_restart(hub):
    """The new journal is given what the hub remembers: its own file could never tell how the alarm began."""
    hub.scribe.do(lambda journal: journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    hub.scribe.do(lambda journal: journal._db.execute("PRAGMA shrink_memory").fetchall())
    whole = hub.path.read_bytes()
    hub.path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    hub.scribe.do(lambda journal: list(journal.facts()))
    hub.tell(SmsReceived(hub.now, "text 2", PHONES[PAUL], "3"))
    hub.pass_time(minutes=1)
    assert [*hub.path.parent.glob(f"{JOURNAL}.broken-*")]

    hub.scribe.abandon()
    with Bench(hub.path.parent, world=hub.world) as again:
        assert again.recalled.evidence == ""
        assert again.state.incidents[10].attended_by == PAUL
        assert again.scribe.last_seq > hub.scribe.last_seq
        again.scribe.abandon()
    with Bench(hub.path.parent, world=hub.world) as once_more:
        assert once_more.state.incidents[10].attended_by == PAUL


def test_a_file_that_was_deleted_under_the_hub_costs_no_alarm(hub):
    hub.scribe.abandon()
    hub.path.unlink()
    journal, evidence = reopened(hub.path, LATER, hub.loop.remembered)
    with contextlib.closing(journal):
        assert evidence == ""
        assert journal.last_snapshot(__version__) == hub.loop.remembered
        assert journal.last_seq() == hub.loop.remembered[0], "what follows has numbers after it"


def test_a_file_that_is_good_is_given_nothing(hub):
    hub.scribe.abandon()
    journal, _ = reopened(hub.path, LATER, (5, State()))
    with contextlib.closing(journal):
        assert journal.last_snapshot(__version__) is None
        assert journal.last_seq() == hub.scribe.last_seq


def test_a_new_file_that_cannot_be_written_is_none(tmp_path):
    card = MemoryCard()
    card.condition = Condition.READ_ONLY

    with pytest.raises(JournalError):
        reopened(tmp_path / JOURNAL, LATER, (5, State()), card.open)


# --- whatever the file may hold -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> list[Numbered]:
    folder = tmp_path_factory.mktemp("lived")
    with Bench(folder) as hub:
        live(hub)
        return [n for n in _all(hub.path) if not isinstance(n.fact, f.LifeSeen | f.HubWatched)]


def _all(path: Path) -> list[Numbered]:
    with contextlib.closing(Journal(path, read_only=True)) as journal:
        return [*journal.facts(), *journal.last_lives()]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_whatever_bytes_a_dying_card_changes_the_hub_arms_and_decides(lived, tmp_path, data):
    path = tmp_path / "changed.sqlite3"
    for old in tmp_path.iterdir():
        old.unlink()
    with contextlib.closing(Journal(path)) as journal:
        journal.append([*lived, Numbered(900, f.LifeSeen(START, "cuisine")), Numbered(901, f.HubWatched(START))])
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for seq in data.draw(st.lists(st.sampled_from([n.seq for n in lived]), min_size=1, max_size=4)):
            kind, body = db.execute("SELECT kind, CAST(body AS BLOB) FROM fact WHERE seq = ?", (seq,)).fetchone()
            changed = bytearray(body)
            for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=3)):
                changed[place] = data.draw(st.sampled_from(b'0123456789"-:,.{}[]TZaz \xff\x00'))
            db.execute("UPDATE fact SET body = CAST(? AS TEXT), kind = ? WHERE seq = ?", (bytes(changed), kind, seq))

    found = recalled_at(path)
    assert found.journal is not None
    now = max(LATER, found.state.at or LATER)
    state = found.state
    for seen in (Booted(now, rebooted=True, clock_trusted=True, watched_until=found.watched_until), Tick(now)):
        decide(state, seen, HOME)
    decide(state, ButtonPressed(now, "salon"), AT_ONCE)
    next_wake(state)
