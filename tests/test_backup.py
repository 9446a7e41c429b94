"""Everything as one file, checked whole before anything is touched; everything deleted; everything taken along."""

import csv
import io
import json
import os
import sqlite3
import stat
import zipfile
from dataclasses import replace

import pytest

from hub import backup, erasing, takeout
from hub.cli import main
from hub.control import SOCKET_NAME, ControlServer
from hub.domain.facts import IncidentOpened
from hub.errors import BackupError, ConfigError
from hub.household_store import HouseholdStore
from hub.journal import Journal
from hub.settings import SET_UP, in_force
from tests.domain.house import START
from tests.system.world import World
from tests.web.home import CODE, Home, alarm, text

PAUL = "+33622222222"


@pytest.fixture
def home(tmp_path):
    """A home in which an alert was answered, and ended."""
    with Home(tmp_path, days=1) as home:
        number = alarm(home)
        text(home, PAUL, "1")
        text(home, "+33633333333", f"9 {number}")
        home.wait(lambda: not home.bench.state.open_incidents())
        home.wait(lambda: not home.bench.state.outbox)
        yield home


def saved(home, name="home.zip"):
    file = home.folder / name
    backup.write(home.settings.config, file, home.now)
    return file


def incidents_of(journal):
    opened = Journal(journal, read_only=True)
    try:
        return [each.fact.incident for each in opened.facts() if isinstance(each.fact, IncidentOpened)]
    finally:
        opened.close()


def stage(home, file):
    with file.open("rb") as content:
        return backup.stage(home.settings.config, content, home.now)


def repacked(file, change):
    """The same backup with other files in it."""
    with zipfile.ZipFile(file) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    change(content)
    with zipfile.ZipFile(file, "w") as packed:
        for name, body in content.items():
            packed.writestr(name, body)
    return file


# --- a backup -----------------------------------------------------------------------------------------------


def test_a_backup_is_whole_private_and_opens_no_account(home):
    home.browser("marie")
    steps = []
    file = home.folder / "home.zip"
    backup.write(home.settings.config, file, home.now, steps.append)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    with zipfile.ZipFile(file) as packed:
        assert set(packed.namelist()) == {"manifest.json", "journal.sqlite3", "household.sqlite3", "hub.toml.good"}
        assert not any(b"scrypt$" in packed.read(name) for name in packed.namelist())
    assert [each.name for each in home.folder.glob(f"{backup.HALF}*")] == []


def test_a_folder_that_takes_nothing_is_told_in_words(home):
    with pytest.raises(BackupError, match="cannot be made"):
        backup.write(home.settings.config, home.folder / "nowhere" / "home.zip", home.now)


def test_a_backup_comes_back_with_all_that_was_and_the_old_is_kept_beside(home, tmp_path):
    file, made_at = saved(home), home.now
    before = incidents_of(home.settings.config.hub.journal)
    household = home.settings.household
    home.desk.take_up(replace(household, windows=()), "marie")
    alarm(home)
    found = stage(home, file)
    assert (found.resident, found.people, found.made_at) == ("Mme Martin", 4, made_at)
    assert found.facts > 10
    data = home.data
    # Not agreed to, nothing is touched, however often it starts.
    assert backup.apply(data) is False
    backup.agree(home.settings.config)
    home.bench.loop.stop()
    home._thread.join(10)
    home.bench.scribe.close()

    assert backup.apply(data) is True
    assert backup.apply(data) is False
    assert incidents_of(data / "journal.sqlite3") == before
    assert HouseholdStore(data / "household.sqlite3").newest() == household
    assert in_force(home.world.config, home.now).household == household
    assert len(incidents_of(data / "restore.before" / "journal.sqlite3")) == len(before) + 1


def test_a_power_cut_in_the_middle_leaves_the_rest_to_the_next_start(home):
    file = saved(home)
    stage(home, file)
    backup.agree(home.settings.config)
    waiting = home.data / backup.WAITING
    (waiting / "journal.sqlite3").replace(home.data / "journal.sqlite3")
    assert backup.apply(home.data) is True
    assert HouseholdStore(home.data / "household.sqlite3").newest() == home.settings.household
    assert not waiting.exists()


def test_what_a_kill_has_left_goes_and_what_is_agreed_to_stays(home):
    left = ["pages.backup.zip", "pages.export.zip", "pages.upload.zip", ".pages.export.zip.new"]
    for name in left:
        (home.data / name).write_bytes(b"x")
    halves = {".backup-x1", f"{backup.HALF}x2"}
    for half in halves:
        (home.data / half).mkdir()
        (home.data / half / "journal.sqlite3").write_bytes(b"x")
    stage(home, saved(home))
    before = {each.name for each in home.data.iterdir()}
    backup.tidy(home.data)
    assert before - {each.name for each in home.data.iterdir()} == {*left, *halves, backup.WAITING}

    stage(home, saved(home))
    backup.agree(home.settings.config)
    backup.tidy(home.data)
    assert backup.apply(home.data) is True


def forged(content, **files):
    content.update({name.replace("_", "."): body for name, body in files.items()})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c.update({"../../etc/cron.d/x": b"x"}), "no backup"),
        (lambda c: c.update({"/etc/passwd": b"x"}), "no backup"),
        (lambda c: c.pop("manifest.json"), "missing"),
        (lambda c: c.pop("journal.sqlite3"), "missing"),
        (lambda c: c.update({"manifest.json": b"[" * 5000}), "manifest"),
        (lambda c: c.update({"manifest.json": b'{"format": 1, "at": "x", "files": {}}'}), "manifest"),
        (lambda c: c.update({"journal.sqlite3": b"SQLite format 3\0" + b"x" * 4096}), "damaged"),
        (lambda c: c.update({"manifest.json": b"x" * 70_000}), "larger"),
    ],
)
def test_what_is_no_backup_is_refused_and_leaves_nothing_behind(home, change, words):
    file = repacked(saved(home), change)
    with pytest.raises(BackupError, match=words):
        stage(home, file)
    assert not (home.data / backup.WAITING).exists()
    with pytest.raises(BackupError, match="nothing waits"):
        backup.agree(home.settings.config)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04" + b"\0" * 100, os.urandom(2000), b"PK\x05\x06" + b"\0" * 18])
def test_noise_is_refused(home, body):
    file = home.folder / "noise.zip"
    file.write_bytes(body)
    with pytest.raises(BackupError):
        stage(home, file)


def rehashed(content):
    """Whoever forges a backup makes its hashes fit."""
    import hashlib

    manifest = json.loads(content["manifest.json"])
    manifest["files"] = {n: hashlib.sha256(b).hexdigest() for n, b in content.items() if n != "manifest.json"}
    content["manifest.json"] = json.dumps(manifest).encode()


def test_a_journal_that_is_none_is_refused_though_its_hash_fits(home):
    def change(content):
        content["journal.sqlite3"] = b"SQLite format 3\0" + os.urandom(8192)
        rehashed(content)

    with pytest.raises(BackupError, match="damaged"):
        stage(home, repacked(saved(home), change))


def test_a_household_of_other_sensors_is_refused(home, tmp_path):
    file = saved(home)
    config = replace(home.settings.config, sensors=())
    with file.open("rb") as content, pytest.raises(BackupError, match="other sensors"):
        backup.stage(config, content, home.now)


def test_a_backup_with_an_open_alert_calls_nobody_again(home):
    alarm(home)
    with pytest.raises(BackupError, match="an alert was open"):
        stage(home, saved(home))


def test_another_form_is_told(home):
    def change(content):
        content["manifest.json"] = content["manifest.json"].replace(b'"format": 1', b'"format": 2')

    with pytest.raises(BackupError, match="form 2"):
        stage(home, repacked(saved(home), change))


# --- the commands -------------------------------------------------------------------------------------------


def test_the_commands_save_and_restore_where_no_hub_runs(home, tmp_path, capsys):
    config = str(home.world.config)
    file = str(tmp_path / "mine.zip")
    assert main(["backup", file, "--config", config]) == 0
    home.desk.take_up(replace(home.settings.household, windows=()), "marie")
    home.bench.scribe.flush()
    assert main(["restore", file, "--config", config]) == 0
    assert "restored (Mme Martin, 4 people" in capsys.readouterr().out
    assert HouseholdStore(home.data / "household.sqlite3").newest().windows


def test_a_hub_that_runs_and_does_not_answer_keeps_its_files_until_its_next_start(home, tmp_path, capsys):
    config, file = str(home.world.config), str(tmp_path / "mine.zip")
    assert main(["backup", file, "--config", config]) == 0
    home.desk.take_up(replace(home.settings.household, windows=()), "marie")
    hub = ControlServer(home.data, lambda _request: {"ok": True})
    hub.claim()
    # As on a card that takes no socket: nobody can ask it.
    (home.data / SOCKET_NAME).unlink()
    try:
        assert main(["restore", file, "--config", config]) == 0
    finally:
        hub.stop()
    assert "at its next start" in capsys.readouterr().out
    assert not HouseholdStore(home.data / "household.sqlite3").newest().windows
    assert backup.apply(home.data) is True


def test_the_commands_tell_what_is_wrong(tmp_path, capsys):
    world = World(tmp_path)
    in_force(world.config, START)
    assert main(["restore", str(tmp_path / "none.zip"), "--config", str(world.config)]) == 2
    assert main(["backup", str(tmp_path / "x" / "y.zip"), "--config", str(world.config)]) == 2
    assert "telecare-hub: " in capsys.readouterr().err


# --- deleting all -------------------------------------------------------------------------------------------


def test_all_is_deleted_but_what_is_nobodys(tmp_path):
    world = World(tmp_path)
    in_force(world.config, START)
    data, household = world.data, tmp_path / "household.toml"
    sqlite3.connect(data / "pages.sqlite3").close()
    (data / "restore.before").mkdir()
    (data / "restore.before" / "journal.sqlite3").write_bytes(b"x")
    (data / "hub.id").write_text("7f3a9c")
    assert erasing.apply(data, household) is False
    erasing.ask(data)

    assert erasing.apply(data, household) is True
    assert erasing.apply(data, household) is False
    assert {each.name for each in data.iterdir()} == {"hub.id", "hub.toml.good", SET_UP, "erased"}
    assert not household.exists()
    assert not in_force(world.config, START).household.people


def test_a_familys_file_that_cannot_be_removed_is_not_read_again(tmp_path):
    world = World(tmp_path)
    in_force(world.config, START)
    household = tmp_path / "household.toml"
    content = household.read_text()
    erasing.ask(world.data)
    erasing.apply(world.data, household)
    household.write_text(content)
    os.utime(household, (1, 1))
    assert not in_force(world.config, START).household.people
    # Whoever writes it afresh means it.
    household.write_text(content)
    os.utime(household)
    os.utime(world.data / "erased", (1, 1))
    assert in_force(world.config, START).household.people
    (world.data / SET_UP).unlink()
    os.utime(world.data / "erased")
    (world.data / "household.sqlite3").unlink()
    (world.data / "household.toml.good").unlink(missing_ok=True)
    os.utime(household, (1, 1))
    with pytest.raises(ConfigError, match="everything deleted"):
        in_force(world.config, START)


# --- taking it along ----------------------------------------------------------------------------------------


def tables(home):
    file = home.folder / "export.zip"
    takeout.write(home.settings.config.hub.journal, home.settings.household, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}


def test_an_export_has_everything_but_what_opens_the_door(home):
    text(home, "+33799999999", "=HYPERLINK(1)")
    found = tables(home)
    wanted = {"household.toml", "people.csv", "incidents.csv", "messages.csv", "movements.csv", "facts.jsonl"}
    assert set(found) == wanted
    assert not [name for name, body in found.items() if CODE in body]
    facts = [json.loads(line) for line in found["facts.jsonl"].splitlines()]
    assert facts[0]["seq"] < facts[-1]["seq"]
    (incident,) = csv.DictReader(io.StringIO(found["incidents.csv"]))
    assert (incident["kind"], incident["answered_by"], incident["outcome"]) == ("panic", "Paul", "helped")
    messages = list(csv.DictReader(io.StringIO(found["messages.csv"])))
    assert "'=HYPERLINK(1)" in [message["text"] for message in messages]
    assert any(message["became"] == "sent" for message in messages)
    people = list(csv.DictReader(io.StringIO(found["people.csv"])))
    assert people[0]["phone"] == PAUL
    assert found["movements.csv"].count("cuisine") > 3


def test_an_export_that_cannot_be_written_leaves_nothing(home):
    with pytest.raises(BackupError):
        takeout.write(home.folder / "none.sqlite3", home.settings.household, home.folder / "export.zip")
    assert not list(home.folder.glob("*export.zip*"))
