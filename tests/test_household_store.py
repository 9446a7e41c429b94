"""The revisions of the household: nothing is changed in place, and a torn one costs no more than itself."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hub.errors import ConfigError, JournalError
from hub.household import parse
from hub.household_store import MOST_REVISIONS, HouseholdStore, add_revision, read_revisions

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PAUL = """
[resident]
name = "Mme Martin"
key_code = "4321"
[[person]]
id = "paul"
name = "Paul"
phone = "+33622222222"
consent = true
[[wave]]
people = ["all"]
"""
PAULINE = PAUL.replace('"Paul"', '"Pauline"')


@pytest.fixture
def store(tmp_path):
    return HouseholdStore(tmp_path / "journal of the hub?.sqlite3")


def spoil(store: HouseholdStore, toml: object) -> None:
    """Put into the newest revision what a dying card would."""
    with closing(sqlite3.connect(store._path)) as connection, connection:
        newest = "(SELECT max(revision) FROM household)"
        connection.execute(f"UPDATE household SET toml = ? WHERE revision = {newest}", (toml,))  # noqa: S608 -- no input


def test_a_database_that_is_not_there_has_no_household_and_is_not_made(store):
    assert store.newest() is None
    assert not store._path.exists()


def test_a_database_of_something_else_has_no_household(store):
    with closing(sqlite3.connect(store._path)) as connection, connection:
        connection.execute("CREATE TABLE fact(number INTEGER PRIMARY KEY)")

    assert store.look() == (None, ())


def test_the_newest_revision_is_in_force(store):
    assert store.add(PAUL, "household.toml", AT) == 1
    assert store.add(PAULINE, "marie", AT) == 2

    assert store.newest() == parse(PAULINE)


def test_each_revision_says_when_and_by_whom(store):
    store.add(PAUL, "household.toml", AT)
    store.add(PAULINE, "marie", (AT + timedelta(hours=1)).astimezone(timezone(timedelta(hours=2))))

    newest, first = store.revisions()
    assert (newest.number, newest.by, newest.at) == (2, "marie", AT + timedelta(hours=1))
    assert (first.number, first.by, first.at) == (1, "household.toml", AT)
    assert first.text == PAUL
    assert "4321" not in repr(first)


def test_what_is_no_household_is_not_stored(store):
    with pytest.raises(ConfigError):
        store.add("[resident]", "marie", AT)

    assert store.revisions() == ()


@pytest.mark.parametrize("torn", ["[resident", b"\xff\xfe\x00", 7, "x" * 2_000_000])
def test_behind_a_torn_revision_stands_the_one_before(store, torn):
    store.add(PAUL, "household.toml", AT)
    store.add(PAULINE, "marie", AT)
    spoil(store, torn)

    household, mistakes = store.look()

    assert household == parse(PAUL)
    assert {mistake.file for mistake in mistakes} == {"household revision 2"}


def test_where_every_revision_is_torn_there_is_none(store):
    store.add(PAUL, "household.toml", AT)
    spoil(store, "")

    assert store.newest() is None


def test_a_torn_time_stamp_does_not_cost_the_household(store):
    store.add(PAUL, "household.toml", AT)
    with closing(sqlite3.connect(store._path)) as connection, connection:
        connection.execute("UPDATE household SET at = 'yesterday'")

    assert store.newest() == parse(PAUL)
    assert store.revisions()[0].at < AT


def test_a_file_that_is_no_database_is_told(store):
    store._path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(JournalError, match="cannot be read or stored"):
        store.newest()
    with pytest.raises(JournalError):
        store.add(PAUL, "marie", AT)


def test_an_edit_that_a_power_cut_has_halved_is_taken_back(store):
    """SQLite's own journal is left beside the database, and the database has pages of the edit in it."""
    store.add(PAUL, "household.toml", AT)
    before = store._path.with_name("before.sqlite3")
    with closing(sqlite3.connect(store._path)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        for _ in range(30):
            add_revision(connection, PAULINE + "#" * 3000, "marie", AT)
        for name in (store._path.name, store._path.name + "-journal"):
            beside = store._path.with_name(name)
            beside.with_name(name.replace(store._path.name, before.name)).write_bytes(beside.read_bytes())
        connection.rollback()

    assert HouseholdStore(before).look() == (parse(PAUL), ())


def test_old_revisions_go_the_newest_stay():
    with closing(sqlite3.connect(":memory:")) as connection:
        for _ in range(MOST_REVISIONS + 5):
            add_revision(connection, PAUL, "marie", AT)

        kept = read_revisions(connection)

    assert len(kept) == MOST_REVISIONS
    assert kept[0].number == MOST_REVISIONS + 5


def test_a_revision_belongs_to_the_transaction_of_whoever_has_the_connection(store):
    store.add(PAUL, "household.toml", AT)
    with closing(sqlite3.connect(store._path)) as connection:
        add_revision(connection, PAULINE, "marie", AT)
        connection.rollback()

    assert store.newest() == parse(PAUL)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_what_root_stores_for_the_hub_belongs_to_the_hub(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, 1234, 1235)
    store = HouseholdStore(folder / "household.sqlite3")
    store.add(PAUL, "cli", AT)

    made = store._path.stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (1234, 1235, 0o600)
