"""A copy a day onto a stick: how many are kept, what a full or forbidden one ends in, and back from it again."""

import errno
import stat
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from hub import backup, copies, daily_copy
from hub.cli import main
from hub.config import parse
from hub.drivers.copies import OLD_AFTER, CopyWatch
from hub.errors import BackupError
from hub.household_store import HouseholdStore
from hub.settings import in_force
from tests.small_disk import small_disk
from tests.system.world import World
from tests.test_backup import home as home  # noqa: PLC0414 -- a fixture
from tests.test_backup import incidents_of

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


class Clock:
    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


@pytest.fixture
def config(home):
    return home.settings.config


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def small_stick(tmp_path):
    """A file system of its own; it has room for some copies, and no more."""
    with small_disk(tmp_path / "stick", "3m") as folder:
        yield folder


def fill(folder):
    """Photos, until there is no room left."""
    with (folder / "photos").open("wb", buffering=0) as photos, suppress(OSError):
        while photos.write(b"\0" * 4096):
            pass


def names(folder):
    return sorted(each.name for each in folder.iterdir())


def fails(config, folder, at=START):
    with pytest.raises(BackupError) as told:
        daily_copy.make(config, folder, at)
    return str(told.value)


def test_one_a_day_of_which_the_last_days_stay_and_nothing_else_is_touched(config, stick):
    (stick / "photos.zip").write_bytes(b"theirs")
    (stick / "telecare-notes.txt").write_bytes(b"theirs too")
    for day in range(5):
        daily_copy.make(config, stick, START + day * DAY, kept=3)
        daily_copy.make(config, stick, START + day * DAY + timedelta(hours=5), kept=3)

    ours = [f"telecare-{config.hub.id}-2026-03-0{day}.zip" for day in (4, 5, 6)]
    assert names(stick) == sorted(["photos.zip", "telecare-notes.txt", *ours])
    assert {stat.S_IMODE((stick / name).stat().st_mode) for name in ours} == {0o600}
    found = copies.read(config.hub.data_dir)
    assert (found.name, found.made_at, found.trouble) == (ours[-1], START + 4 * DAY + timedelta(hours=5), "")


def test_a_clock_that_fell_back_deletes_older_names_and_never_what_it_just_made(config, stick):
    daily_copy.make(config, stick, START, kept=1)
    made = daily_copy.make(config, stick, datetime(1970, 1, 1, tzinfo=UTC), kept=1)

    assert names(stick) == [made.name]


def test_a_home_comes_back_from_it(home, config, stick):
    before, household = incidents_of(config.hub.journal), home.settings.household
    made = daily_copy.make(config, stick, home.now)
    with made.open("rb") as content:
        found = backup.stage(config, content, home.now)
    assert found.resident == "Mme Martin"
    backup.agree(config)
    home.bench.loop.stop()
    home._thread.join(10)
    home.bench.scribe.close()
    assert backup.apply(home.data)
    assert incidents_of(config.hub.journal) == before
    assert HouseholdStore(config.hub.households).newest() == household
    assert in_force(home.world.config, home.now).household == household


def test_what_a_stick_that_was_pulled_out_has_left_is_deleted(config, stick):
    half, theirs = stick / ".telecare-backup-x7", stick / ".backup-of-my-photos"
    for folder in (half, theirs):
        folder.mkdir()
        (folder / "journal.sqlite3").write_bytes(b"4321")

    daily_copy.make(config, stick, START)
    assert not half.exists()
    assert names(theirs) == ["journal.sqlite3"]


def test_a_clock_that_once_ran_ahead_does_not_cost_the_copies_that_are_made_after(config, stick):
    for day in range(3):
        daily_copy.make(config, stick, START + (3650 + day) * DAY, kept=3)
    for day in range(3):
        daily_copy.make(config, stick, START + day * DAY, kept=3)

    assert names(stick) == [f"telecare-{config.hub.id}-2026-03-0{day}.zip" for day in (2, 3, 4)]


def test_a_stick_that_hangs_is_told_though_nobody_came_to_write_down_why(config, stick):

    class Hanging(type(stick)):
        """Where the process that waits for it is ended, as systemd does it after a quarter of an hour."""

        def is_dir(self):
            raise KeyboardInterrupt

    clock = Clock(START)
    watch = CopyWatch(config.hub.data_dir, clock)
    with pytest.raises(KeyboardInterrupt):
        daily_copy.make(config, Hanging(stick), START)

    assert watch.look() == {}
    clock.at = START + timedelta(minutes=20)
    assert list(watch.look()) == ["backup.failed"]
    assert "hangs" in watch.look()["backup.failed"]
    daily_copy.make(config, stick, clock.at)
    clock.at += timedelta(hours=1)
    assert watch.look() == {}


def test_old_copies_make_room_for_the_new_one_but_the_last_stays_until_it_is_there(config, small_stick):
    neighbours = small_stick / "telecare-other-2026-02-01.zip"
    old = [small_stick / f"telecare-{config.hub.id}-2026-02-{day:02}.zip" for day in range(1, 4)]
    for each in (neighbours, *old):
        each.write_bytes(b"\0" * 600_000)
    fill(small_stick)

    made = daily_copy.make(config, small_stick, START)
    assert made.exists()
    assert [each.exists() for each in (neighbours, *old)] == [True, False, True, True]


def test_a_full_stick_is_told_and_keeps_its_last_copy(config, small_stick):
    made = daily_copy.make(config, small_stick, START)
    kept = made.read_bytes()
    fill(small_stick)

    assert "is full: delete" in fails(config, small_stick, START + DAY)
    assert made.read_bytes() == kept
    assert names(small_stick) == sorted(["photos", made.name])
    found = copies.read(config.hub.data_dir)
    assert (found.made_at, found.tried_at) == (START, START + DAY)
    assert "is full" in found.trouble


def test_a_forbidden_stick_is_told_and_the_next_that_works_takes_it_back(config, small_stick):
    subprocess.run(["mount", "-o", "remount,ro", small_stick], check=True)
    assert "move its switch" in fails(config, small_stick)

    subprocess.run(["mount", "-o", "remount,rw", small_stick], check=True)
    daily_copy.make(config, small_stick, START)
    assert copies.read(config.hub.data_dir).trouble == ""


def test_no_stick_that_can_be_read_is_told(config, tmp_path):
    assert "FAT32" in fails(config, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EIO, "Input/output error"), "pulled out"),
        (BackupError("the backup cannot be made: disk I/O error"), "pulled out"),
        (BackupError("the backup cannot be made: database or disk is full"), "is full"),
        (BackupError("the backup cannot be made: something else"), "something else"),
    ],
)
def test_what_a_stick_does_is_told_with_what_to_do(error, words):
    assert words in daily_copy._in_words(error)


@pytest.mark.parametrize("torn", [b"", b"{", b"[]", b'{"tried_at": 1}', b"\xff" * 9000, b"[" * 4096])
def test_a_torn_record_is_none(tmp_path, torn):
    (tmp_path / copies.RECORD).write_bytes(torn)
    assert copies.read(tmp_path) is None


def test_the_hub_tells_of_a_copy_that_failed_and_of_one_that_is_old(tmp_path):
    clock = Clock(START)
    watch = CopyWatch(tmp_path, clock)
    assert watch.look() == {}, "nobody asked for copies"

    copies.write(tmp_path, copies.Copies(START, trouble="the stick is full"))
    assert watch.look() == {"backup.failed": "the stick is full"}
    copies.write(tmp_path, copies.Copies(START, START, "home.zip"))
    assert watch.look() == {}
    clock.at = START + OLD_AFTER
    assert watch.look() == {"backup.old": "the last is of 2026-03-02"}


def test_the_command_says_what_it_made_and_fails_where_there_is_no_stick(tmp_path, capsys):
    with World(tmp_path) as world:
        world.start()
        world.stop()
        stick = tmp_path / "stick"
        stick.mkdir()
        assert main(["backup", "--daily", str(stick), "--config", str(world.config)]) == 0
        (name,) = names(stick)
        assert name in capsys.readouterr().out
        assert main(["restore", str(stick / name), "--config", str(world.config)]) == 0
        assert main(["backup", "--daily", str(tmp_path / "none"), "--config", str(world.config)]) == 2
        assert "TELECARE" in capsys.readouterr().err
        data = parse(world.config.read_text(), world.config).hub.data_dir
        assert copies.read(data).name == name
