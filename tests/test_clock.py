"""The hub's clock: it never steps, says by how much the machine's does, and knows whom to believe."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from hub import clock as clock_module
from hub.clock import (
    CLOCKS_AGREE_S,
    HEARD_ALIKE,
    HEARD_APART,
    RELEASED,
    STEP_AT_LEAST,
    HubClock,
    boot_id,
    boot_seconds,
    machine_clock_is_trusted,
    wall_seconds,
)
from hub.sim.world_clock import FORGOTTEN, WorldClock
from tests.domain.house import START

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> WorldClock:
    return WorldClock(START)


def clock_in(world: WorldClock, not_before: datetime | None = None) -> HubClock:
    return HubClock(not_before, boot=world.boot, wall=world.wall, is_set=world.is_set)


def test_it_counts_on_with_the_time_since_the_machine_started(world):
    clock = clock_in(world)
    world.seconds += 90.0

    assert clock.now() == START + timedelta(seconds=90)
    assert clock.check_step() == timedelta(0)


@pytest.mark.parametrize("by", [timedelta(hours=3), timedelta(hours=-3), STEP_AT_LEAST, -STEP_AT_LEAST])
def test_a_wall_clock_that_is_set_moves_nothing_until_it_is_asked_to(world, by):
    clock = clock_in(world)
    world.step_wall(by)

    assert clock.now() == START
    assert clock.check_step() == by
    clock.step(by)
    assert clock.now() == START + by
    assert clock.check_step() == timedelta(0)


def test_a_drift_below_two_seconds_is_no_step(world):
    clock = clock_in(world)
    world.step_wall(timedelta(seconds=1.9))

    assert clock.check_step() == timedelta(0)


def test_time_does_not_go_back_across_a_restart(world):
    clock = clock_in(world, not_before=START + MINUTE)

    assert clock.now() == START + MINUTE


def test_what_is_on_record_from_before_does_not_hold_a_clock_back(world):
    assert clock_in(world, not_before=START - MINUTE).now() == START


def test_a_clock_that_nobody_vouches_for_is_followed_ahead_but_not_back(world):
    world.reboot(forgets=True)
    clock = clock_in(world, not_before=START)

    assert not clock.is_trusted()
    assert clock.check_step() == timedelta(0), "its guess is a year old, and what is on record is better"
    world.set_right()
    world.seconds += 600.0
    assert clock.is_trusted()
    clock = clock_in(world)
    world.is_vouched_for = False
    world.step_wall(MINUTE)
    assert clock.check_step() == MINUTE


def test_a_clock_older_than_this_program_is_not_trusted_whoever_vouches_for_it():
    world = WorldClock(RELEASED - MINUTE)

    assert not clock_in(world).is_trusted()
    world.seconds += 61.0
    assert clock_in(world).is_trusted()


def test_a_machine_that_woke_before_1970_has_a_time_all_the_same():
    clock = HubClock(boot=lambda: 0.0, wall=lambda: -5.0, is_set=lambda: True)

    assert clock.now() == datetime(1970, 1, 1, tzinfo=UTC)
    assert not clock.is_trusted()


def test_what_a_pi_believes_after_a_power_cut_is_before_this_release():
    assert FORGOTTEN < RELEASED


def test_the_machine_s_own_clocks_run():
    assert wall_seconds() == pytest.approx(time.time(), abs=5.0)
    assert boot_seconds() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=5.0)
    assert HubClock().now() == pytest.approx(datetime.now(UTC), abs=timedelta(seconds=5))


def test_the_kernel_names_this_run_of_the_machine():
    assert boot_id() == boot_id()
    assert len(boot_id()) == 36


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Another machine: these places are what tells one from another."""
    for name in ("DEVICE_TREE", "REAL_TIME_CLOCKS", "SYNCHRONISED", "BOOT_ID"):
        monkeypatch.setattr(clock_module, name, tmp_path / name)
    return tmp_path


def test_a_machine_without_the_kernel_s_file_has_no_name_for_its_run(machine):
    assert boot_id() == ""


def test_a_computer_is_believed_and_a_pi_only_once_somebody_told_it_the_time(machine):
    assert machine_clock_is_trusted()

    (machine / "DEVICE_TREE").mkdir()
    (machine / "REAL_TIME_CLOCKS").mkdir()
    assert not machine_clock_is_trusted()
    (machine / "SYNCHRONISED").touch()
    assert machine_clock_is_trusted()


def test_a_pi_with_a_battery_behind_its_clock_is_believed(machine):
    (machine / "DEVICE_TREE").mkdir()
    (machine / "REAL_TIME_CLOCKS").mkdir()
    clock = machine / "REAL_TIME_CLOCKS" / "rtc0"
    clock.mkdir()
    (clock / "since_epoch").write_text(f"{wall_seconds() - 20:.0f}\n")

    assert machine_clock_is_trusted()


@pytest.mark.parametrize(
    ("told", "is_believed"), [("35\n", False), ("1893456000\n", True), ("", True)], ids=["1970", "2030", "nothing"]
)
def test_a_computer_whose_battery_is_empty_is_not_believed(machine, told, is_believed):
    clock = machine / "REAL_TIME_CLOCKS" / "rtc0"
    clock.mkdir(parents=True)
    (clock / "since_epoch").write_text(told)
    assert machine_clock_is_trusted() is is_believed

    (machine / "SYNCHRONISED").touch()
    assert machine_clock_is_trusted()


@pytest.mark.parametrize(
    "told",
    ["35\n", f"{wall_seconds() - 2 * CLOCKS_AGREE_S:.0f}\n", f"{wall_seconds() + 2 * CLOCKS_AGREE_S:.0f}\n", "", "no"],
    ids=["began in 1970", "behind", "ahead", "nothing", "rubbish"],
)
def test_a_clock_on_the_board_that_lost_its_time_or_is_not_gone_by_is_not(machine, told):
    (machine / "DEVICE_TREE").mkdir()
    clock = machine / "REAL_TIME_CLOCKS" / "rtc0"
    clock.mkdir(parents=True)
    (clock / "since_epoch").write_text(told)
    assert not machine_clock_is_trusted()

    (machine / "SYNCHRONISED").touch()
    assert machine_clock_is_trusted()


class Home:
    """A Pi that woke up after a power cut, a day late by its own guess, and a mobile network that tells the time."""

    def __init__(self, world: WorldClock) -> None:
        self.world = world
        world.reboot(forgets=True)
        self.clock = clock_in(world, not_before=START - timedelta(days=1))

    def hears(self, wrong_by: timedelta = timedelta(0), *, after: timedelta = timedelta(0)) -> HubClock:
        """Hear the network's time, ``after`` so long; return the clock."""
        self.world.seconds += after.total_seconds()
        self.clock.hear(self.clock.now(), self.world.now() + wrong_by)
        return self.clock


@pytest.fixture
def home(world) -> Home:
    return Home(world)


def test_a_network_that_tells_the_same_time_twice_is_believed(home):
    assert not home.hears().is_trusted()
    assert home.clock.check_step() == timedelta(0), "once is a hint"

    clock = home.hears(timedelta(seconds=-1), after=MINUTE)

    assert clock.is_trusted()
    assert clock.check_step() == timedelta(days=1, seconds=-1)
    clock.step(clock.check_step())
    assert clock.now() == home.world.now() - timedelta(seconds=1)
    home.world.seconds += 3600.0
    assert clock.check_step() == timedelta(0), "its time goes on, though nobody tells it again"


def test_a_network_that_says_it_twice_in_one_breath_has_said_it_once(home):
    home.hears()

    assert not home.hears(after=HEARD_APART - timedelta(seconds=1)).is_trusted()
    assert home.hears(after=timedelta(seconds=1)).is_trusted(), "counted from the first"


def test_a_network_that_contradicts_itself_is_not_believed(home):
    hour = timedelta(hours=1)
    for wrong_by in (hour, timedelta(0), HEARD_ALIKE + timedelta(seconds=1), hour, timedelta(0)):
        assert not home.hears(wrong_by, after=MINUTE).is_trusted()
    assert home.hears(after=MINUTE).is_trusted()


def test_what_is_believed_already_is_not_shaken_by_one_wrong_word(home):
    home.hears()
    clock = home.hears(after=MINUTE)
    clock.step(clock.check_step())

    assert home.hears(timedelta(hours=1), after=MINUTE).check_step() == timedelta(0)
    assert home.hears(after=MINUTE).check_step() == timedelta(0)


def test_a_network_that_goes_on_saying_another_time_is_followed_back_too(home):
    late = timedelta(hours=1)
    home.hears(late)
    clock = home.hears(late, after=MINUTE)
    clock.step(clock.check_step())
    home.hears(after=MINUTE)

    assert home.hears(after=MINUTE).check_step() == -late


def test_a_time_from_before_this_release_is_no_time(home):
    for told in (datetime(1980, 1, 6, tzinfo=UTC), RELEASED - MINUTE):
        home.clock.hear(home.clock.now(), told)
        home.world.seconds += 60.0
        home.clock.hear(home.clock.now(), told + MINUTE)

    assert not home.clock.is_trusted()


def test_a_network_is_not_asked_where_somebody_vouches_for_the_machine_s_own_clock(world):
    clock = clock_in(world)
    for _ in range(3):
        clock.hear(clock.now(), world.now() + timedelta(hours=1))
        world.seconds += 60.0

    assert clock.is_trusted()
    assert clock.check_step() == timedelta(0)


def test_ntp_takes_over_as_soon_as_it_is_there(home):
    ten = timedelta(seconds=10)
    home.hears(ten)
    clock = home.hears(ten, after=MINUTE)
    clock.step(clock.check_step())

    home.world.set_right()

    assert clock.check_step() == -ten
    clock.step(-ten)
    assert clock.now() == home.world.now()


def test_a_computer_whose_battery_is_empty_goes_by_the_network_although_it_is_a_computer():
    world = WorldClock(START)
    world.step_wall(datetime(2010, 1, 1, tzinfo=UTC) - START)
    clock = clock_in(world)
    for _ in range(2):
        clock.hear(clock.now(), world.now())
        world.seconds += 60.0

    assert world.is_set()
    assert clock.is_trusted()
    assert clock.now() + clock.check_step() == world.now()


def test_a_hint_that_was_on_its_way_while_the_clock_was_set_counts_for_nothing(home):
    seen_at, told = home.clock.now(), home.world.now()
    home.clock.step(timedelta(hours=3))
    home.clock.hear(seen_at, told)

    assert not home.hears(after=MINUTE).is_trusted()
    assert home.hears(after=MINUTE).is_trusted()
