"""Journals that earlier releases wrote (tests/journals): read to what they meant, backed up, and gone on with."""

import contextlib
import json
import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub import backup, offline
from hub.errors import BackupError, JournalError
from hub.household import parse as parse_household
from hub.household_store import HouseholdStore
from hub.journal import SCHEMA_VERSION, Journal, open_or_set_aside
from hub.messages import Catalogue
from hub.recall import recall
from hub.settings import in_force
from tests.journals.make import told
from tests.system.world import World

JOURNALS = Path(__file__).parent / "journals"
NAMES = sorted(path.stem for path in JOURNALS.glob("*.sqlite3"))
LATER = datetime(2026, 3, 2, 17, 6, tzinfo=UTC)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def journal(name, tmp_path):
    """A card with that journal on it."""
    return Path(shutil.copy(JOURNALS / f"{name}.sqlite3", tmp_path / "journal.sqlite3"))


@pytest.fixture
def home(name, tmp_path):
    """A home of then, whose hub is of today."""
    world = World(tmp_path)
    shutil.copy(JOURNALS / f"{name}.household.toml", tmp_path / "household.toml")
    world.data.mkdir()
    shutil.copy(JOURNALS / f"{name}.sqlite3", world.data / "journal.sqlite3")
    return world


def meant(name):
    return json.loads((JOURNALS / f"{name}.json").read_text())


@pytest.fixture(params=["with its snapshot", "fact by fact"])
def way(request, journal):
    """A snapshot is read by a release of the same number; another one reads the facts."""
    if request.param == "fact by fact":
        with contextlib.closing(sqlite3.connect(journal, isolation_level=None)) as db:
            db.execute("DELETE FROM snapshot")
    return request.param


@pytest.mark.usefixtures("way")
def test_it_is_read_to_the_state_that_it_meant(name, journal):
    recalled = recall(journal, LATER)
    recalled.journal.close()

    assert recalled.evidence == ""
    assert {"facts": recalled.last_seq, **told(recalled.state)} == meant(name)


def test_it_has_somebody_on_the_way_or_the_test_says_nothing(name):
    (open_incident,) = meant(name)["open"]
    assert (open_incident["phase"], open_incident["answered_by"]) == ("answered", "anne")


def test_each_of_its_facts_is_known_and_has_its_sentence(journal):
    words = Catalogue.load()
    with contextlib.closing(sqlite3.connect(journal)) as db:
        written = db.execute("SELECT count(*) FROM fact").fetchone()[0]
    with contextlib.closing(Journal(journal, read_only=True)) as opened:
        facts = [each.fact for each in opened.facts()]

    assert len(facts) == written
    assert all(words.sentence(fact, "en", UTC, {}) for fact in facts)


def test_the_household_of_then_is_one_of_today(name):
    file = JOURNALS / f"{name}.household.toml"
    assert {person.id for person in parse_household(file.read_text(), file).people} == {"paul", "anne", "tom", "marie"}


def test_the_hub_of_today_goes_on_with_it_where_it_ended(home):
    with home:
        home.start().ready()
        (going,) = home.status()["incidents"]
        assert (going["id"], going["answered_by"]) == (12, "anne")
        assert home.command("close", "12").returncode == 0
        # The next one has a number that none had.
        home.press()
        home.gets("+33622222222", "No 13")
        assert home.command("close", "13").returncode == 0
        assert home.stop() == 0


def test_a_backup_of_it_is_made_and_comes_back_once_nobody_is_on_the_way(home, tmp_path):
    config = in_force(home.config, LATER).config
    file = tmp_path / "home.zip"
    backup.write(config, file, LATER)
    with file.open("rb") as packed, pytest.raises(BackupError, match="an alert was open"):
        backup.stage(config, packed, LATER)

    with contextlib.closing(sqlite3.connect(config.hub.journal, isolation_level=None)) as db:
        # As it was before the evening's call.
        db.execute("DELETE FROM snapshot")
        db.execute("DELETE FROM fact WHERE seq >= (SELECT min(seq) FROM fact WHERE incident = 12)")
    backup.write(config, file, LATER)
    said = offline.restore(home.config, file)

    assert said.startswith("restored (Mme Martin, 4 people")
    assert HouseholdStore(config.hub.households).newest().resident.name == "Mme Martin"
    recalled = recall(config.hub.journal, LATER)
    recalled.journal.close()
    assert recalled.state.next_incident == 12


# --- of a later release ---------------------------------------------------------------------------------


def age(journal):
    """Make it one of a release to come."""
    with contextlib.closing(sqlite3.connect(journal)) as db:
        # As it is on a card: else opening it would change that.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


TO_DO = "written by a later release .*: install that release again"


def test_one_of_a_later_release_is_set_aside_with_what_to_do_and_kept_as_it_is(journal):
    age(journal)
    with pytest.raises(JournalError, match=TO_DO):
        Journal(journal, read_only=True)
    before = journal.read_bytes()

    opened, evidence = open_or_set_aside(journal, LATER)
    opened.close()
    assert re.search(f"{TO_DO}; it is kept as ", evidence)
    (kept,) = journal.parent.glob("*.broken-*[0-9]")
    assert kept.read_bytes() == before


def test_a_backup_of_a_later_release_is_refused_with_what_to_do(home, tmp_path):
    config = in_force(home.config, LATER).config
    age(config.hub.journal)
    file = tmp_path / "home.zip"
    backup.write(config, file, LATER)

    with file.open("rb") as packed, pytest.raises(BackupError, match=TO_DO):
        backup.stage(config, packed, LATER + timedelta(days=1))
    assert not (config.hub.data_dir / backup.WAITING).exists()
