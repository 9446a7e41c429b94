"""What goes wrong in a home, through the real process: kills, modems that restart or vanish, a bad SIM."""

import random
import time

import pytest

from hub.sim import modem_faults
from hub.sim.mobile_network import Reach
from hub.sim.modem_faults import CmsErrors, LostOk, RestartMidSend
from hub.sim.modem_wire import Kind
from tests.mosquitto import wait_until
from tests.system.world import MARIE, PAUL, World, journal_facts, memory_kb, since

pytestmark = pytest.mark.system

# Seconds after the press at which the hub is killed: while it journals, while it sends, between two texts.
MOMENTS = [0.0, 0.002, 0.01, 0.03, 0.06, 0.1, 0.2, 0.4]


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as home:
        yield home


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_any_moment_of_an_alarm_loses_nothing_and_repeats_at_most_one_text(world, moment):
    world.start().ready()
    world.press()
    time.sleep(moment)
    world.kill()
    world.start().ready()

    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE")
    world.network.deliver(PAUL, "1")
    world.gets(MARIE, "Paul y va")
    world.gets(PAUL, "12 rue des Lilas")
    for number in (PAUL, MARIE):
        assert 1 <= len([text for text in world.texts_to(number) if "ALERTE" in text]) <= 2


def test_a_kill_while_somebody_is_on_the_way_forgets_nobody(world):
    world.start().ready()
    world.press()
    world.gets(MARIE, "ALERTE")
    world.network.deliver(MARIE, "1")
    world.gets(PAUL, "Marie y va")
    world.kill()
    world.start().ready()

    assert world.status()["incidents"][0]["answered_by"] == "marie"
    world.network.deliver(MARIE, "9")
    world.gets(PAUL, "Fin d'alerte")
    assert len([text for text in world.texts_to(PAUL) if "ALERTE" in text]) == 1


def test_a_modem_that_restarts_in_mid_send_sends_again_soon_after_it_is_back(world, capsys):
    world.start().ready()
    fault = world.modem.suffer(RestartMidSend(3.0, times=1))
    world.press()
    wait_until(lambda: fault.times == 0, 10)
    began = time.monotonic()
    world.gets(PAUL, "ALERTE", within_s=60)
    with capsys.disabled():
        print(f"\n  restart in mid-send, silent 3 s: the alert was out {since(began)} s after the restart began")
    world.gets(MARIE, "ALERTE", within_s=60)


def test_a_port_that_goes_for_four_seconds_brings_the_alert_soon_after_it_is_back(world, capsys):
    world.start().ready()
    world.pty.unplug()
    world.press()
    time.sleep(4.0)
    began = time.monotonic()
    world.pty.replug()
    world.gets(PAUL, "ALERTE", within_s=60)
    with capsys.disabled():
        print(f"\n  port gone 4 s: the alert was out {since(began)} s after its return")
    world.gets(MARIE, "ALERTE", within_s=60)


def test_five_refusals_in_a_row_lose_nothing(world, capsys):
    world.start().ready()
    world.modem.suffer(CmsErrors(500, times=5))
    began = time.monotonic()
    world.press()
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE", within_s=120)
    with capsys.disabled():
        print(f"\n  five +CMS ERROR: 500: everybody had the alert after {since(began)} s")


def test_a_lost_ok_holds_nobody_up(world, capsys):
    world.start().ready()
    world.modem.suffer(LostOk("+CMGS", times=1))
    began = time.monotonic()
    world.press()
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE", within_s=60)
    with capsys.disabled():
        print(f"\n  a lost OK: everybody had the alert after {since(began)} s")


def test_a_number_that_cannot_be_reached_brings_in_the_next_people_at_once(world):
    world.network.reach[PAUL] = Reach(refused_with=1)
    world.network.reach[MARIE] = Reach(refused_with=1)
    world.start().ready()
    world.press()
    wait_until(lambda: world.status()["incidents"] and world.status()["incidents"][0]["wave"] == 2, 30)
    assert any(fact["kind"] == "PersonUnreached" for fact in journal_facts(world))


def test_without_a_modem_the_hub_arms_says_so_and_alerts_when_it_comes(tmp_path):
    world = World(tmp_path)
    try:
        world.start()
        wait_until(lambda: any(f["fault"] == "modem.absent" for f in world.status()["faults"]), 20)
        world.press()
        world.pty.start()
        world.gets(PAUL, "ALERTE", within_s=60)
        wait_until(lambda: not any(f["fault"] == "modem.absent" for f in world.status()["faults"]), 20)
    finally:
        world.__exit__()


def test_a_wrong_pin_is_never_tried_twice_not_even_after_a_restart(tmp_path):
    with World(tmp_path, pin="1234") as world:
        text = world.config.read_text()
        world.config.write_text(text.replace('sim_pin = ""', 'sim_pin = "9999"'))
        for _ in range(2):
            world.start()
            wait_until(lambda: any(f["fault"] == "sim.pin_wrong" for f in world.status()["faults"]), 30)
            world.kill()
        assert world.modem.card.pin_tries == 2
        assert "9999" not in world.log


def test_ten_megabytes_of_noise_leave_a_hub_that_still_alerts(world):
    world.start().ready()
    noise = random.Random(1).randbytes(65_536).decode("latin-1")
    before = memory_kb(world)
    for _ in range(160):
        world.modem.soon(lambda: world.modem.say(Kind.UNSOLICITED, noise))
    world.press()
    world.gets(PAUL, "ALERTE", within_s=120)
    assert memory_kb(world) - before < 8_000


def test_a_sim_that_is_pulled_and_put_back_sends_what_waited(world):
    world.start().ready()
    modem_faults.remove_sim(world.modem)
    world.press()
    time.sleep(2.0)
    modem_faults.insert_sim(world.modem)
    world.gets(PAUL, "ALERTE", within_s=90)
