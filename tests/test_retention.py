"""How long what people did is kept: what ended long ago goes, whole and for good; nothing is sent again for it."""

from datetime import timedelta

import pytest

from hub.domain.facts import (
    IncidentClosed,
    IncidentOpened,
    Kind,
    LifeSeen,
    MessageAccepted,
    MessageDropped,
    MessageRequested,
    MessageSending,
    NewsPosted,
    NoteWritten,
    Outcome,
    PersonStopped,
    Purpose,
    SmsKept,
    Words,
)
from hub.domain.policy import Delays, Plan, Resident, Wave
from hub.domain.records import State
from hub.errors import JournalError
from hub.journal import Journal, Numbered
from hub.recall import fold
from tests.domain.house import START
from tests.shell import JOURNAL

DAY = timedelta(days=1)
OLD = START - 1000 * DAY


def _alarm(journal, number, seq, opened_at, *, closed=True):
    """One incident with its text, from ``seq`` on: six facts, five where it is still open."""
    resident, delays = Resident("Mme Martin"), Delays()
    plan = Plan((), (Wave(("paul",)),), resident, delays)
    words = Words("alert", (("resident", "Mme Martin"),))
    facts = [
        SmsKept(opened_at, f"k{seq}", "+33600000001", "paul", "vieux secret", "answer"),
        IncidentOpened(opened_at, number, Kind.PANIC, "salon", "salon", plan),
        MessageRequested(
            opened_at, seq, number, "paul", "sms", "+33600000001", "fr", Purpose.ALERT, words, "vieux secret"
        ),
        MessageSending(opened_at, seq, 1),
        MessageAccepted(opened_at, seq, 7),
    ]
    if closed:
        facts.append(IncidentClosed(opened_at, number, Outcome.HELPED, "paul", "Paul"))
        facts.append(NoteWritten(opened_at, number, "paul", "Paul", "vieux secret"))
    journal.append(Numbered(seq + n, fact) for n, fact in enumerate(facts))


def test_what_ended_long_ago_goes_with_its_texts_and_nothing_else(tmp_path):
    file = tmp_path / JOURNAL
    journal = Journal(file)
    _alarm(journal, 10, 1, OLD)
    _alarm(journal, 11, 11, OLD, closed=False)
    _alarm(journal, 12, 21, START)
    stopped = PersonStopped(OLD, "anne")
    journal.append(
        [
            Numbered(31, stopped),
            Numbered(32, NewsPosted(OLD, 1, "paul", "Paul", "vieux secret", "sms", OLD)),
            Numbered(
                33, MessageRequested(OLD, 33, None, "paul", "sms", "", "fr", Purpose.NEWS, Words("news"), "secret")
            ),
            Numbered(34, MessageDropped(OLD, 33, "too old to be news")),
            Numbered(35, MessageRequested(START, 35, None, "paul", "sms", "", "fr", Purpose.REPLY, Words("x"), "y")),
        ]
    )
    before = fold(State(), journal.facts())

    assert journal.prune_incidents(START - DAY) > 0

    kept = [each.fact for each in journal.facts()]
    assert {getattr(fact, "incident", None) for fact in kept} == {None, 11, 12}
    assert stopped in kept
    assert not [fact for fact in kept if isinstance(fact, NewsPosted)]
    assert [fact.at for fact in kept if isinstance(fact, SmsKept)] == [START]
    # What the open one wanted sent was sent: it is not sent again.
    after = fold(State(), journal.facts())
    assert after.outbox == before.outbox
    assert (after.next_incident, after.next_message) == (before.next_incident, before.next_message)
    assert list(after.incidents) == [11, 12]
    assert journal.prune_incidents(START - DAY) == 0
    journal.close()


def test_what_is_deleted_is_overwritten_in_the_file(tmp_path):
    file = tmp_path / JOURNAL
    journal = Journal(file)
    _alarm(journal, 10, 1, OLD)
    _alarm(journal, 11, 21, START + DAY)
    journal.append(
        [Numbered(40, MessageRequested(START, 40, None, "p", "sms", "", "fr", Purpose.REPLY, Words("x"), "y"))]
    )
    journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert file.read_bytes().count(b"vieux secret") == 6

    journal.prune_incidents(START)

    assert sum(path.read_bytes().count(b"vieux secret") for path in tmp_path.iterdir()) == 3
    journal.close()


def test_movements_are_overwritten_too(tmp_path):
    file = tmp_path / JOURNAL
    journal = Journal(file)
    journal.append(Numbered(1 + n, LifeSeen(OLD + n * DAY, "vieux secret")) for n in range(20))
    journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"vieux secret" in file.read_bytes()

    assert journal.prune_activity(START) == 20

    assert not [path for path in tmp_path.iterdir() if b"vieux secret" in path.read_bytes()]
    journal.close()


def test_a_state_that_another_replaced_is_overwritten_too(tmp_path):
    journal = Journal(tmp_path / JOURNAL)
    journal.prune_activity(START)
    secrets = tuple(f"vieux secret {number}" for number in range(300))
    journal.snapshot(1, "1.0", State(seen_texts=secrets))
    journal.snapshot(2, "1.0", State())
    journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert not [path for path in tmp_path.iterdir() if b"vieux secret" in path.read_bytes()]
    journal.close()


def test_whoever_reads_meanwhile_is_not_waited_for(tmp_path):
    journal = Journal(tmp_path / JOURNAL)
    journal.append(Numbered(1 + n, LifeSeen(OLD + n * DAY, "cuisine")) for n in range(20))
    reader = Journal(tmp_path / JOURNAL, read_only=True)
    looking = reader.lives(OLD)
    next(looking)
    waited: list[str] = []
    journal._db.set_trace_callback(waited.append)

    assert journal.prune_activity(START) == 20

    assert waited.index("PRAGMA busy_timeout=0") < waited.index("PRAGMA wal_checkpoint(TRUNCATE)")
    assert journal._db.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    looking.close()
    reader.close()
    journal.close()


def test_the_newest_incident_and_message_stay_for_their_numbers(tmp_path):
    journal = Journal(tmp_path / JOURNAL)
    _alarm(journal, 10, 1, OLD)
    journal.append(
        [Numbered(40, MessageRequested(OLD, 40, None, "p", "sms", "", "fr", Purpose.REPLY, Words("x"), "y"))]
    )

    journal.prune_incidents(START)

    state = fold(State(), journal.facts())
    assert (state.next_incident, state.next_message) == (11, 41)
    journal.close()


def test_the_newest_message_stays_though_its_incident_goes(tmp_path):
    journal = Journal(tmp_path / JOURNAL)
    _alarm(journal, 10, 1, OLD)
    plan = Plan((), (Wave(("paul",)),), Resident("Mme Martin"), Delays())
    journal.append([Numbered(21, IncidentOpened(START, 11, Kind.PANIC, "salon", "salon", plan))])
    before = fold(State(), journal.facts())

    journal.prune_incidents(START)

    after = fold(State(), journal.facts())
    assert (after.next_message, after.outbox) == (before.next_message, before.outbox)
    assert list(after.incidents) == [11]
    journal.close()


def test_an_incident_of_which_nobody_was_told_goes_too(tmp_path):
    journal = Journal(tmp_path / JOURNAL)
    plan = Plan((), (Wave(("paul",)),), Resident("Mme Martin"), Delays())
    opened = [Numbered(each, IncidentOpened(OLD, each, Kind.PANIC, "salon", "salon", plan)) for each in (10, 11)]
    journal.append([*opened, Numbered(12, IncidentClosed(OLD, 10, Outcome.HELPED, "paul", "Paul"))])

    assert journal.prune_incidents(START) == 2
    journal.close()


def test_a_spoilt_row_keeps_no_other_from_going(tmp_path):
    journal = Journal(tmp_path / JOURNAL)
    _alarm(journal, 10, 1, OLD)
    _alarm(journal, 11, 21, START)
    journal._db.execute("UPDATE fact SET body = '{spoilt' WHERE kind IN ('MessageSending', 'MessageRequested')")

    journal.prune_incidents(START)

    assert 10 not in {getattr(each.fact, "incident", None) for each in journal.facts()}
    journal.close()


def test_a_card_that_takes_nothing_is_told(tmp_path):
    journal = Journal(tmp_path / JOURNAL)
    journal.close()
    with pytest.raises(JournalError, match="cannot be written"):
        journal.prune_incidents(START)
