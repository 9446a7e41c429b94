"""Bad input, through the real process: each is told in words that say what to do, and a press alerts all the same."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.domain.facts import IncidentOpened
from hub.sim.modem_wire import Kind
from tests.mosquitto import Listener, Mosquitto, password_file, wait_until
from tests.system.world import EXAMPLES, MARIE, PAUL, PENDANT, PRESS, RESIDENT, World, is_root, memory_kb

pytestmark = pytest.mark.system
ROOT = "telecare/7f3a9c"
UNKNOWN = "+33699999999"

# In hub.toml: what stands there, what is written in its place, and what must be told.
TEN_MISTAKES = [
    ('timezone = "Europe/Paris"', 'timezone = "Europe/Pari"', '"Europe/Paris"'),
    ('country = "FR"', 'country = "France"', "country"),
    ('language = "fr"', 'language = "de"', "language"),
    ('sim_pin = ""', 'sim_pin = "12a4"', "sim_pin"),
    ('factory = "mock"', 'factory = "lgpoi"', '"lgpio"'),
    ('id = "salon"', 'id = "salon"\nromo = "salon"', '"room"'),
    ('source = "gpio:17"', 'source = "gpio:99"', "gpio:99"),
    ('kind = "motion"', 'kind = "moton"', '"motion"'),
    ("led = 22", "led = 17.5", "led"),
    ("[watch]", "[wach]", '"watch"'),
]


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    with World(tmp_path) as home:
        yield home


@pytest.fixture
def mistaken(world) -> World:
    for found, here, _ in TEN_MISTAKES:
        world.edit(found, here)
    return world


def alerts(world: World) -> None:
    """A press still brings help, and an answer still gets through."""
    world.press()
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE Mme Martin")
    world.network.deliver(PAUL, "1")
    world.gets(PAUL, "12 rue des Lilas")


# Settings


def all_ten_are_in(told: str) -> None:
    for _, _, words in TEN_MISTAKES:
        assert words in told, words


def test_check_tells_all_ten_mistakes_at_once(mistaken):
    checked = mistaken.command("check")

    assert checked.returncode == 2
    assert "10 mistake(s)" in checked.stdout + checked.stderr
    all_ten_are_in(checked.stdout + checked.stderr)


def test_a_first_start_on_ten_mistakes_ends_and_tells_them_all(mistaken):
    ended = mistaken.command("run")

    assert ended.returncode == 2
    all_ten_are_in(ended.stderr)
    assert "armed" not in ended.stderr


def test_ten_mistakes_written_later_are_told_and_the_hub_runs_on_what_was_good(world):
    world.start()
    world.stop()
    for found, here, _ in TEN_MISTAKES:
        world.edit(found, here)
    world.start().ready()

    world.has_fault("settings.rejected", "Europe/Pari")
    all_ten_are_in(world.log)
    alerts(world)


def test_a_mistake_at_a_reload_is_told_and_taken_back_when_it_is_put_right(world):
    world.start().ready()
    world.edit('country = "FR"', 'country = "France"')
    world.process.send_signal(signal.SIGHUP)
    world.has_fault("settings.rejected", "country = 'France'")
    alerts(world)

    world.edit('country = "France"', 'country = "FR"')
    world.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "settings.rejected" not in world.faults())


# Brokers


@pytest.fixture
def guarded(tmp_path) -> Iterator[Mosquitto]:
    """A broker that knows who may do what."""
    (tmp_path / "access").write_text(f"user hub\ntopic readwrite #\ntopic deny {ROOT}/state\n")
    settings = ("allow_anonymous false", f"password_file {password_file(tmp_path, 'hub', 'secret')}")
    with Mosquitto(tmp_path, (*settings, f"acl_file {tmp_path}/access")) as broker:
        yield broker


@pytest.fixture
def guest(tmp_path, guarded) -> Iterator[World]:
    with World(tmp_path, mqtt=f"mqtt://127.0.0.1:{guarded.port}") as home:
        (tmp_path / "login").touch(mode=0o600)
        url = f'url = "mqtt://127.0.0.1:{guarded.port}"'
        home.edit(url, f'{url}\nusername = "hub"\npassword_file = "{tmp_path}/login"')
        yield home


def test_a_broker_that_refuses_the_password_is_told_once_and_holds_no_press(guest, tmp_path):
    (tmp_path / "login").write_text("wrong\n")
    guest.start().ready()

    guest.has_fault("mqtt.refused", "username and password")
    alerts(guest)
    assert guest.log.count("mqtt: no broker") == 1
    assert "wrong" not in guest.log


def test_a_topic_that_the_broker_denies_is_named_and_the_pendant_is_heard(guest, guarded, tmp_path):
    (tmp_path / "login").write_text("secret\n")
    guest.start().ready()

    guest.has_fault("mqtt.denied", f"{ROOT}/state")
    with Listener(guarded.port, (PENDANT,), username="hub", password="secret") as house:
        house.say(PENDANT, PRESS)
        guest.gets(PAUL, "ALERTE")


def test_a_payload_of_100_kb_is_dropped_and_told_and_the_next_press_heard(tmp_path):
    with Mosquitto(tmp_path) as broker, World(tmp_path, mqtt=f"mqtt://127.0.0.1:{broker.port}") as world:
        world.start().ready()
        wait_until(lambda: world.status()["roads"].get("mqtt"), 20)
        with Listener(broker.port) as house:
            house.say(PENDANT, '{"action":"' + "x" * 100_000 + '"}')
            wait_until(lambda: "mqtt: dropped messages" in world.log)
            house.say(PENDANT, PRESS)
            world.gets(PAUL, "ALERTE")
    (line,) = (line for line in world.log.splitlines() if "dropped messages" in line)
    assert f"{PENDANT}: longer than 16384 bytes (1 times)" in line
    assert len(line) < 200


# The disk


@pytest.fixture
def small_disk(world) -> Iterator[World]:
    """The data folder on a disk of 1 MB of its own."""
    if not is_root():
        pytest.skip("only root may mount a small disk")
    world.data.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(world.data)], check=True)
    try:
        yield world
    finally:
        world.kill()
        subprocess.run(["umount", "--lazy", str(world.data)], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    with (disk / "photos").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return Path(file.name)


def test_a_disk_that_fills_up_is_told_and_what_could_not_be_written_is_written_later(small_disk):
    world = small_disk
    world.start().ready()
    photos = fill(world.data)
    alerts(world)

    world.has_fault("journal.broken", "full")
    assert "acting from memory" in world.log
    photos.unlink()
    world.network.deliver(PAUL, "3")
    world.gets(MARIE, "Paul est sur place")
    wait_until(lambda: "journal.broken" not in world.faults())
    assert "nothing was lost" in world.log
    world.kill()
    world.start()
    (incident,) = world.status()["incidents"]
    assert (incident["state"], incident["attended_by"]) == ("attended", "paul")
    assert sum(isinstance(fact, IncidentOpened) for fact in world.journal()) >= 1


def test_a_disk_that_is_full_from_the_start_keeps_no_hub_from_arming(small_disk):
    world = small_disk
    fill(world.data)
    world.start().ready()

    world.has_fault("journal.broken", "full")
    alerts(world)


def test_a_folder_that_can_only_be_read_at_a_restart_forgets_no_alarm_and_hears_the_next(small_disk):
    world = small_disk
    world.start().ready()
    world.press()
    world.gets(MARIE, "ALERTE")
    world.kill()
    # As the kernel does by itself with a card that begins to fail.
    subprocess.run(["mount", "-o", "remount,ro", str(world.data)], check=True)

    world.start()
    world.network.deliver(PAUL, "1")
    world.gets(PAUL, "12 rue des Lilas")
    world.gets(MARIE, "Paul y va")
    world.network.deliver(PAUL, "9")
    world.gets(MARIE, "Fin d'alerte")
    world.network.deliver(RESIDENT, "SOS")
    world.gets(MARIE, "ALERTE", times=2)
    assert "fault disk.read_only stands" in world.log


def test_a_disk_that_is_full_at_a_restart_forgets_no_alarm(small_disk):
    world = small_disk
    world.start().ready()
    world.press()
    world.gets(MARIE, "ALERTE")
    world.kill()
    fill(world.data)
    world.start().ready()

    assert world.status()["incidents"][0]["state"] == "alerting"
    world.network.deliver(PAUL, "1")
    world.gets(PAUL, "12 rue des Lilas")


def test_a_press_that_a_full_disk_did_not_take_outlives_a_kill_before_its_first_alert(small_disk):
    world = small_disk
    world.start().ready()
    fill(world.data)
    world.modem.hang()
    world.press()
    wait_until(lambda: "incident 10 opened" in world.log)
    world.has_fault("journal.broken", "full")
    assert world.texts_to(PAUL) == []
    world.kill()
    world.modem.restart()
    world.start()

    world.gets(MARIE, "ALERTE Mme Martin")
    world.network.deliver(PAUL, "1")
    world.gets(MARIE, "Paul y va")
    world.kill()
    world.start()
    (incident,) = world.status()["incidents"]
    assert (incident["state"], incident["answered_by"]) == ("answered", "paul")


@pytest.mark.parametrize("damage", ["rubbish", "torn", "half"])
def test_a_corrupt_journal_is_set_aside_kept_and_told(world, damage):
    world.start().ready()
    world.press()
    world.gets(MARIE, "ALERTE")
    world.stop()
    file = world.data / "journal.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(
        {
            "rubbish": b"no database at all" * 1000,
            "torn": whole[:4096] + bytes(reversed(whole[4096:])),
            "half": whole[: len(whole) // 2],
        }[damage]
    )
    spoilt = file.read_bytes()
    world.start().ready()

    world.has_fault("journal.set_aside", "it is kept as")
    assert "journal.sqlite3.broken-" in world.log
    (kept,) = (each for each in world.data.glob("journal.sqlite3.broken-*") if each.suffix != ".shm")
    assert kept.read_bytes() == spoilt
    world.network.sent.clear()
    alerts(world)


# The modem


def test_ten_megabytes_of_noise_leave_a_hub_that_still_alerts(world):
    world.start().ready()
    before, noise = memory_kb(world), bytes(range(256)) * 96 + b"\r\n> OK\r\n+CMTI: \r\n" * 512
    chunk = noise.decode("latin-1")
    for number in range(10_000_000 // len(noise) + 1):
        enough = world.pty.delivered + len(noise)
        world.modem.soon(lambda: world.modem.say(Kind.UNSOLICITED, chunk))
        wait_until(lambda: world.pty.delivered >= enough)  # noqa: B023 -- used before the next round
        if number == 200:
            world.press()
    assert world.pty.delivered > 10_000_000

    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE", within_s=60)
    assert memory_kb(world) - before < 8_000
    assert len(world.log) < 10_000
    world.network.deliver(PAUL, "1")
    world.gets(PAUL, "12 rue des Lilas")


def test_an_absent_modem_is_told_with_what_to_look_at(tmp_path):
    world = World(tmp_path)
    try:
        world.start()
        world.has_fault("modem.absent", "Is the modem plugged in and powered, and is [modem] port right?")
        assert world.log.count("modem cannot be opened: No such file or directory; Is the modem plugged in") == 1
        world.press()
        world.pty.start()
        world.gets(PAUL, "ALERTE", within_s=60)
        wait_until(lambda: "modem.absent" not in world.faults(), 20)
    finally:
        world.__exit__()


def test_a_wrong_pin_is_never_tried_twice_and_the_right_one_sends_what_waited(tmp_path):
    with World(tmp_path, pin="1234") as world:
        world.edit('sim_pin = ""', 'sim_pin = "9999"')
        for _ in range(2):
            world.start()
            world.has_fault("sim.pin_wrong", "sim_pin")
            world.kill()
        assert world.modem.card.pin_tries == 2
        assert "9999" not in world.log
        world.start()
        world.press()
        world.kill()
        world.edit('sim_pin = "9999"', 'sim_pin = "1234"')
        world.start()
        world.gets(PAUL, "ALERTE", within_s=60)
        wait_until(lambda: "sim.pin_wrong" not in world.faults(), 20)


def test_an_unknown_number_gets_no_answer_and_is_kept_for_the_family(world):
    world.start().ready()
    world.network.deliver(UNKNOWN, "1")
    world.network.deliver(RESIDENT, "SOS")
    world.gets(PAUL, "ALERTE Mme Martin")
    world.gets(RESIDENT, "votre appel est bien arrivé")

    assert world.status()["incidents"][0]["state"] == "alerting"
    assert world.texts_to(UNKNOWN) == []
    assert UNKNOWN in world.command("log", "--json").stdout


def test_the_mistakes_are_made_in_the_files_that_are_shown_to_everybody():
    assert len(TEN_MISTAKES) == 10
    text = (EXAMPLES / "hub.toml").read_text()
    assert all(found in text for found, _, _ in TEN_MISTAKES if found != 'factory = "mock"')
