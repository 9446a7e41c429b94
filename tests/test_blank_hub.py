"""A blank hub: it starts only where somebody asked for it, and never in the place of a household that is broken."""

import stat

import pytest

from hub import offline
from hub.cli import main
from hub.errors import ConfigError
from hub.household import BLANK
from hub.settings import SET_UP, in_force
from hub.web.accounts import SETUP, Accounts
from tests.domain.house import START
from tests.system.world import World


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    (tmp_path / "household.toml").unlink()
    return world


def test_a_first_start_with_no_household_ends_unless_somebody_asked_for_it(world):
    with pytest.raises(ConfigError):
        in_force(world.config, START)
    assert not (world.data / "household.sqlite3").exists()


def test_after_pages_setup_it_runs_with_nobody_and_says_so(world, capsys):
    assert main(["pages", "setup", "--config", str(world.config)]) == 0
    said = capsys.readouterr().out
    found = in_force(world.config, START)

    assert found.household == BLANK
    assert "set it up on the pages" in found.mistakes[-1]
    code = said.split()[0]
    assert Accounts(world.data / "pages.sqlite3", lambda: START).invited(code) == SETUP
    assert stat.S_IMODE((world.data / SET_UP).stat().st_mode) == 0o600
    # Nothing of it is kept: what has nobody in it is no household to fall back upon.
    assert not (world.data / "household.toml.good").exists()


def test_a_household_that_is_only_broken_is_not_taken_for_none(world):
    offline.set_up(world.config)
    (world.folder / "household.toml").write_text("[resident]\nname = ")
    with pytest.raises(ConfigError):
        in_force(world.config, START)


def test_where_there_is_a_household_nothing_is_set_up(tmp_path, capsys):
    world = World(tmp_path)
    assert main(["pages", "setup", "--config", str(world.config)]) == 2
    assert "pages invite" in capsys.readouterr().err
    assert not (world.data / SET_UP).exists()
