"""A real hub that is made what a backup says, and one whose family has everything deleted."""

from hub import erasing
from hub.household_store import HouseholdStore
from tests.system.world import PAUL, World, number_of


def test_a_restore_is_put_into_place_at_the_next_start_and_the_button_works_then(tmp_path):
    with World(tmp_path) as world:
        world.start().ready()
        file = str(tmp_path / "home.zip")
        assert world.command("backup", file).returncode == 0
        # Something happens after it, and is forgotten by the restore.
        world.press()
        world.gets(PAUL, "ALERTE")
        assert world.command("close", str(number_of(world))).returncode == 0
        said = world.command("restore", file)
        assert "at its next start" in said.stdout, said.stderr
        assert world.stop() == 0

        world.start().ready()
        assert "were replaced" in world.log
        assert not (world.data / "restore.waiting").exists()
        world.press()
        world.gets(PAUL, "No 10", times=2)
        assert world.command("close", "10").returncode == 0
        assert world.stop() == 0


def test_after_everything_was_deleted_a_hub_with_nobody_starts_and_says_so(tmp_path):
    with World(tmp_path) as world:
        world.start().ready()
        erasing.ask(world.data)
        assert world.stop() == 0
        world.start()
        world.has_fault("settings.rejected", "set it up on the pages")
        assert not HouseholdStore(world.data / "household.sqlite3").revisions()
        assert not (tmp_path / "household.toml").exists()
        assert world.stop() == 0
