"""The hub put together: what it starts in which order, what it survives at a start, and how it ends."""

import contextlib
import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest

from hub import app as app_module
from hub.app import App
from hub.control import SOCKET_NAME, ask
from hub.domain.facts import LifeSeen, SmsKept
from hub.domain.inputs import ButtonPressed, FaultCleared, FaultSeen
from hub.domain.policy import Retention
from hub.drivers import REGISTRY, Fitted, Wiring
from hub.errors import ConfigError, ControlError, DriverError
from hub.journal import Journal, Numbered
from hub.last_resort import LAST_RESORT
from tests.domain.house import START
from tests.mosquitto import wait_until
from tests.system.world import World


class Part:
    """A driver of which nothing is asked but to be started and stopped, and that tells of it."""

    def __init__(self, name: str, told: list[str]) -> None:
        self.name, self.told = name, told

    def start(self) -> None:
        self.told.append(f"start {self.name}")

    def stop(self) -> None:
        self.told.append(f"stop {self.name}")

    def is_alive(self) -> bool:
        return True


class House:
    """Runs an `App` on this thread, as `telecare-hub run` does, and asks it what a test wants to know meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = App(world.config)

    def run(self, meanwhile: Callable[[App], object] = lambda _app: None, end: int = signal.SIGTERM) -> int:
        failures: list[BaseException] = []

        def ask_then_end() -> None:
            try:
                wait_until(self._is_running, 20)
                meanwhile(self.app)
            except BaseException as error:  # noqa: BLE001 -- raised again below, on the test's own thread
                failures.append(error)
            os.kill(os.getpid(), end)

        asker = threading.Thread(target=ask_then_end)
        asker.start()
        try:
            status = self.app.run()
        finally:
            asker.join(30.0)
        for failure in failures:
            raise failure
        return status

    def _is_running(self) -> bool:
        # The last thing that `run` does before it decides is to take this signal.
        return signal.getsignal(signal.SIGHUP) == self.app._on_reload


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Whatever the hub does about signals ends with the test."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def world(tmp_path, monkeypatch) -> World:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    return World(tmp_path)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def drivers(monkeypatch) -> Callable[..., None]:
    """Let the hub have these drivers in place of its own."""

    def use(**made: Callable[[Wiring], Fitted | None]) -> None:
        registry: Mapping[str, Callable[[Wiring], Fitted | None]] = MappingProxyType(made)
        monkeypatch.setattr(app_module, "REGISTRY", registry)

    return use


@pytest.fixture
def house(world, drivers, told) -> House:
    """A hub with two parts and no device."""
    drivers(
        modem=lambda _wiring: Fitted(sources=(Part("modem", told),)),
        gpio=lambda _wiring: Fitted(sources=(Part("gpio", told), Part("light", told))),
        mqtt=lambda _wiring: None,
    )
    return House(world)


def faults(app: App) -> Mapping[str, object]:
    return app.loop.state.faults


def has_fault(app: App, code: str, words: str) -> None:
    wait_until(lambda: code in faults(app))
    assert words in faults(app)[code].detail


def test_what_a_kill_has_left_of_a_backup_is_gone_after_a_start(house, world):
    world.data.mkdir(mode=0o700, exist_ok=True)
    (world.data / "pages.backup.zip").write_bytes(b"the key code is in it")
    house.run(lambda _app: wait_until(lambda: not (world.data / "pages.backup.zip").exists()))
    assert not (world.data / "pages.backup.zip").exists()


# --- start and stop -----------------------------------------------------------------------------------


def test_parts_start_in_their_order_and_stop_in_the_opposite_one(house, told):
    assert house.run(lambda _app: told.append("runs")) == 0

    assert told == ["start modem", "start gpio", "start light", "runs", "stop light", "stop gpio", "stop modem"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_that_ask_for_an_end_end_it_cleanly_and_at_once(house, number):
    began = time.monotonic()
    assert house.run(end=number) == 0

    assert time.monotonic() - began < 4.0
    assert not (house.world.data / SOCKET_NAME).exists()
    with contextlib.closing(Journal(house.world.data / "journal.sqlite3")) as journal:
        seq, state = journal.last_snapshot(app_module.__version__)
        assert state == house.app.loop.state
        assert seq == journal.last_seq()


def test_it_says_once_that_it_is_armed_and_with_what(house, caplog):
    caplog.set_level(logging.INFO)
    house.run()

    (line,) = (line for line in caplog.messages if "armed" in line)
    assert re.fullmatch(r"telecare-hub \S+ armed: modem, gpio, gpio", line)


def test_systemd_hears_that_it_is_ready_that_it_lives_and_that_it_ends(house, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "n"))
        systemd.settimeout(5.0)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        house.run(lambda app: wait_until(lambda: app.watchdog._fed_at is not None))

        assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_when_it_is_ready_the_journal_was_tried_and_commands_are_answered(house):
    def look(app: App) -> None:
        assert ask(house.world.data, {"do": "status"})["running"]
        with contextlib.closing(Journal(house.world.data / "journal.sqlite3", read_only=True)) as journal:
            assert "HubStarted" in [type(n.fact).__name__ for n in journal.facts()]
        assert all(thread.is_alive() for _, thread in app._threads())
        assert [name for name, _ in app._threads()][-3:] == ["housekeeping", "journal", "control"]

    house.run(look)


def test_a_restart_remembers_and_knows_that_the_machine_was_not_off(house, world):
    house.run(lambda _app: ask(world.data, {"do": "command", "action": "trigger"}))
    again = House(world)

    def look(app: App) -> None:
        assert len(app.loop.state.open_incidents()) == 1
        assert app._booted.rebooted is False
        assert app._booted.watched_until is not None

    again.run(look)


# --- what it survives at a start ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [DriverError("no such profile"), ImportError("no lgpio"), PermissionError(13, "Denied"), ValueError("bad")]
)
def test_a_driver_that_cannot_be_made_leaves_the_others_armed(world, drivers, told, error):
    def broken(_wiring: Wiring) -> Fitted:
        raise error

    drivers(gpio=broken, modem=lambda _wiring: Fitted(sources=(Part("modem", told),)))
    House(world).run(lambda app: has_fault(app, "gpio.broken", str(error)))

    assert told == ["start modem", "stop modem"]


def test_what_an_earlier_run_told_of_is_over_once_all_is_in_order(world, drivers, told):
    def broken(_wiring: Wiring) -> Fitted:
        raise DriverError("no such profile")

    def leave_faults(app: App) -> None:
        for code in ("speech.absent", "control.broken", "journal.broken", "journal.set_aside", "settings.rejected"):
            app.inbox.post(FaultSeen(app.clock.now(), code, "as it was"))
        wait_until(lambda: {"modem.broken", "speech.absent", "settings.rejected"} <= faults(app).keys())

    drivers(modem=broken, speech=lambda _wiring: None)
    House(world).run(leave_faults)
    seen: list[frozenset[str]] = []

    def modem(wiring: Wiring) -> Fitted:
        seen.append(wiring.faults)
        return Fitted(sources=(Part("modem", told),))

    drivers(modem=modem, speech=lambda _wiring: None)
    House(world).run(lambda app: wait_until(lambda: not faults(app)))
    assert "modem.broken" in seen[0]


def test_a_folder_in_which_no_socket_can_be_made_is_a_fault_and_no_end(house, world):
    world.data.mkdir(mode=0o700)
    (world.data / SOCKET_NAME).mkdir()

    def look(app: App) -> None:
        has_fault(app, "control.broken", "no command can reach this hub")
        assert app.watchdog.audit(app.loop.state) == ()

    assert house.run(look) == 0


def test_a_damaged_journal_is_told_and_a_new_one_begun(house, world):
    world.data.mkdir(mode=0o700)
    (world.data / "journal.sqlite3").write_bytes(b"rubbish" * 1000)

    assert house.run(lambda app: has_fault(app, "journal.set_aside", "it is kept as")) == 0
    House(world).run(lambda app: wait_until(lambda: not faults(app)))


def test_a_journal_that_cannot_be_made_is_told_and_made_later(house, world, monkeypatch):
    world.data.mkdir(mode=0o700)
    place = world.data / "journal.sqlite3"
    place.mkdir()

    def look(app: App) -> None:
        has_fault(app, "journal.broken", "journal.sqlite3")
        place.rmdir()
        assert ask(world.data, {"do": "command", "action": "trigger"})["ok"]
        wait_until(lambda: "journal.broken" not in faults(app))

    house.run(look)
    House(world).run(lambda app: wait_until(app.loop.state.open_incidents))


def test_a_journal_that_goes_bad_while_it_runs_is_told_and_forgets_no_alarm(house, world):
    def damage(journal: Journal) -> None:
        """All in one errand: what was written since would be read back from the write-ahead log."""
        journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        journal._db.execute("PRAGMA shrink_memory").fetchall()
        whole = journal.path.read_bytes()
        journal.path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
        list(journal.facts())

    def spoil(app: App) -> None:
        assert ask(world.data, {"do": "command", "action": "trigger"})["ok"]
        assert not app.writer.do(damage)
        assert ask(world.data, {"do": "command", "action": "answer", "by": "paul"})["ok"]
        has_fault(app, "journal.set_aside", "it is kept as")

    house.run(spoil)

    def look(app: App) -> None:
        (incident,) = app.loop.state.open_incidents()
        assert incident.answered_by == "paul"

    House(world).run(look)


def test_a_first_start_with_mistakes_ends_and_one_with_something_known_good_runs(house, world):
    world.edit('country = "FR"', 'country = "France"')
    with pytest.raises(ConfigError, match="France"):
        App(world.config).run()
    assert not (world.data / SOCKET_NAME).exists()

    world.edit('country = "France"', 'country = "FR"')
    house.run()
    world.edit('country = "FR"', 'country = "France"')
    House(world).run(lambda app: has_fault(app, "settings.rejected", "France"))


def test_a_second_hub_is_refused_before_it_touches_the_journal(house, world):
    def look(_app: App) -> None:
        with pytest.raises(ControlError, match="another hub runs"):
            App(world.config).arm()
        assert ask(world.data, {"do": "status"})["running"]

    house.run(look)


# --- while it runs ------------------------------------------------------------------------------------


def test_sighup_takes_up_the_family_s_part_at_once_and_says_what_waits_for_a_restart(house, world, caplog):
    def edit(app: App) -> None:
        world.edit('timezone = "Europe/Paris"', 'timezone = "Europe/Brussels"')
        os.kill(os.getpid(), signal.SIGHUP)
        wait_until(lambda: str(app.loop.policy.zone) == "Europe/Brussels")
        wait_until(lambda: "at the next start" in caplog.text)
        world.edit('country = "FR"', 'country = "France"')
        os.kill(os.getpid(), signal.SIGHUP)
        has_fault(app, "settings.rejected", "France")
        assert str(app.loop.policy.zone) == "Europe/Brussels"
        world.edit('country = "France"', 'country = "FR"')
        os.kill(os.getpid(), signal.SIGHUP)
        wait_until(lambda: "settings.rejected" not in faults(app))

    house.run(edit)


def test_a_household_that_asks_for_what_is_not_wired_is_told_until_one_that_does_not_is_imported(house, world):
    good = (world.folder / "household.toml").read_text()
    world.edit('sign = "any"', 'sign = ["cuisine"]', household=True)

    def mend(app: App) -> None:
        world.edit('id = "cuisine"', 'id = "cave"')
        os.kill(os.getpid(), signal.SIGHUP)
        has_fault(app, "settings.rejected", "household.sqlite3")
        answer = ask(world.data, {"do": "household", "toml": good})
        assert answer["ok"], answer
        wait_until(lambda: "settings.rejected" not in faults(app))
        assert app.settings.mistakes == ()

    house.run(mend)


def test_a_reload_of_which_nothing_is_good_keeps_what_holds(house, world):
    def spoil(app: App) -> None:
        world.edit('country = "FR"', 'country = "France"')
        for kept in ("hub.toml.good", "household.toml.good"):
            (world.data / kept).unlink()
        os.kill(os.getpid(), signal.SIGHUP)
        has_fault(app, "settings.rejected", "France")
        assert app.loop.policy.country == "FR"

    house.run(spoil)


def test_what_the_family_does_not_want_kept_is_forgotten_soon_after_the_start(house, world):
    world.edit("[resident]", '[retention]\nmovements = "20d"\nincident_months = 6\n\n[resident]', household=True)
    long_ago = START - Retention(incident_months=6).incidents
    with contextlib.closing(Journal(world.data / "journal.sqlite3")) as journal:
        journal.append([Numbered(1, LifeSeen(START - timedelta(days=20), "cuisine"))])
        journal.append([Numbered(2, SmsKept(long_ago, "k", "+33622222222", "paul", "galette", "unknown"))])

    def look(app: App) -> None:
        counts: list[int] = []
        query = """SELECT (SELECT count(*) FROM activity WHERE source = 'cuisine')
            + (SELECT count(*) FROM fact WHERE kind = 'SmsKept')"""

        def is_gone() -> bool:
            app.writer.do(lambda journal: counts.append(journal._db.execute(query).fetchone()[0]))
            return counts[-1:] == [0]

        wait_until(is_gone)

    house.run(look)


def test_movements_of_more_than_thirty_days_ago_are_forgotten_soon_after_the_start(house, world):
    with contextlib.closing(Journal(world.data / "journal.sqlite3")) as journal:
        journal.append([Numbered(1, LifeSeen(START - Retention().movements, "cuisine"))])

    def look(app: App) -> None:
        counts: list[int] = []
        query = "SELECT count(*) FROM activity WHERE source = 'cuisine'"

        def is_gone() -> bool:
            app.writer.do(lambda journal: counts.append(journal._db.execute(query).fetchone()[0]))
            return counts[-1:] == [0]

        wait_until(is_gone)

    house.run(look)


def test_a_mirror_is_told_by_the_chores_that_the_hub_lives(world, drivers):
    class Mirror:
        beats = 0

        def show(self, *_: object) -> None:
            """Not looked at here."""

        def beat(self) -> None:
            self.beats += 1

    mirror = Mirror()
    drivers(mqtt=lambda _wiring: Fitted(mirror=mirror))
    house = House(world)
    with pytest.MonkeyPatch.context() as faster:
        faster.setattr(app_module, "HEARTBEAT_EVERY", timedelta(milliseconds=20))
        house.run(lambda _app: wait_until(lambda: mirror.beats > 1))


def test_the_outside_watcher_is_asked_for_only_where_there_is_one(house, world):
    world.edit('ping_url = ""', 'ping_url = "http://127.0.0.1:9/secret"')

    def look(app: App) -> None:
        jobs = {job.id for job in dict(app._sources)["housekeeping"]._scheduler.get_jobs()}
        assert "ping" in jobs
        # When it last heard us stands on the pages.
        app._ping(lambda _complaints: False)
        assert app._watcher_heard_at is None
        app._ping(lambda _complaints: True)
        assert app._watcher_heard_at is not None

    house.run(look)


def test_a_bug_ends_in_a_restart_and_tells_whoever_started_it(house, world, monkeypatch):
    monkeypatch.setattr(app_module, "LAST_WORDS_S", 0.05)

    def stumble(app: App) -> None:
        app.loop._rules = lambda _state, _seen, _policy: 1 / 0
        app.inbox.post(FaultCleared(app.clock.now(), "x.y"))
        wait_until(app.loop._stopping.is_set)

    assert house.run(stumble) == app_module.STATUS_BUG


def test_a_bug_about_a_press_is_remembered_for_the_process_that_comes_after(house, world, monkeypatch):
    monkeypatch.setattr(app_module, "LAST_WORDS_S", 0.05)

    def stumble(app: App) -> None:
        app.loop._rules = lambda _state, _seen, _policy: 1 / 0
        app.inbox.post(ButtonPressed(app.clock.now(), "salon"))
        wait_until(app.loop._stopping.is_set)

    house.run(stumble)
    assert (world.data / LAST_RESORT).exists()


def test_the_hub_uses_the_table_of_drivers():
    assert app_module.REGISTRY is REGISTRY
