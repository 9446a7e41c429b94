"""What goes wrong in a home, through the real process: modems that restart or vanish, refusals, a SIM that comes loose.

Each prints how long it took; the bounds are generous, for machines that are busy with other things.
"""

import time

import pytest

from hub.domain.facts import PersonUnreached
from hub.sim import modem_faults
from hub.sim.mobile_network import Reach
from hub.sim.modem_faults import CmsErrors, LostOk, RestartMidSend
from tests.mosquitto import Listener, flood, wait_until
from tests.system.world import MARIE, PAUL, PENDANT, PRESS, World

pytestmark = pytest.mark.system

# From the modem's return to the alert on its way again (gammu-smsd: 101 and 124 s, smstools: 65 and 73 s).
AFTER_A_RETURN_S = 10.0


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as home:
        yield home


@pytest.fixture
def timed(capsys):
    """Print what took how long, and fail what took too long."""

    def tell(what: str, began: float, at_most_s: float) -> None:
        took_s = time.monotonic() - began
        with capsys.disabled():
            print(f"\n  {what}: {took_s:.1f} s (at most {at_most_s:.0f})")
        assert took_s < at_most_s

    return tell


def test_a_modem_that_restarts_in_mid_send_sends_again_soon_after_it_is_back(world, timed):
    world.start().ready()
    fault = world.modem.suffer(RestartMidSend(3.0, times=1))
    world.press()
    wait_until(lambda: fault.times == 0, 10)
    restarted_at = time.monotonic()
    world.gets(PAUL, "ALERTE", within_s=60)

    timed("a modem silent for 3 s in mid-send, from its return to the alert", restarted_at + 3.0, AFTER_A_RETURN_S)
    world.gets(MARIE, "ALERTE", within_s=60)
    assert 1 <= sum("ALERTE" in text for text in world.texts_to(PAUL)) <= 2


def test_a_port_that_goes_for_four_seconds_brings_the_alert_soon_after_it_is_back(world, timed):
    world.start().ready()
    world.pty.unplug()
    world.press()
    time.sleep(4.0)
    world.pty.replug()
    returned_at = time.monotonic()
    world.gets(PAUL, "ALERTE", within_s=60)

    timed("a port gone for 4 s, from its return to the alert", returned_at, AFTER_A_RETURN_S)
    world.gets(MARIE, "ALERTE", within_s=60)


def test_a_port_that_goes_in_mid_send_brings_the_alert_soon_after_it_is_back(world, timed):
    world.start().ready()
    silent = world.modem.suffer(modem_faults.SilenceAfterCtrlZ(times=1, was_sent=False))
    world.press()
    wait_until(lambda: silent.times == 0, 10)
    world.pty.unplug()
    time.sleep(4.0)
    world.pty.replug()
    returned_at = time.monotonic()
    world.gets(PAUL, "ALERTE", within_s=60)

    timed("a port gone for 4 s in mid-send, from its return to the alert", returned_at, AFTER_A_RETURN_S)
    world.gets(MARIE, "ALERTE", within_s=60)


def test_five_refusals_in_a_row_lose_nothing(world, timed):
    # Six people in the first wave, of whom five are refused and tried again after 5 s (then 15, 30 and 60 s:
    # tests/domain/test_outbox.py waits that out on a clock of its own). Most of the time here is the driver's: after
    # each second refusal without a reason it has the modem try another radio access, which takes 6 s.
    neighbours = world.more_neighbours(4)
    world.start().ready()
    world.modem.suffer(CmsErrors(500, times=5))
    pressed_at = time.monotonic()
    world.press()
    for number in (PAUL, MARIE, *neighbours):
        world.gets(number, "ALERTE", within_s=30)

    timed("five +CMS ERROR: 500 in a row, from the press to the last of six alerts", pressed_at, 40.0)
    for number in (PAUL, MARIE, *neighbours):
        assert len(world.texts_to(number)) == 1


def test_a_lost_ok_holds_nobody_up(world, timed):
    world.start().ready()
    world.modem.suffer(LostOk("+CMGS", times=1))
    pressed_at = time.monotonic()
    world.press()
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE", within_s=60)

    timed("a lost OK, from the press to everybody's alert", pressed_at, 10.0)
    assert world.is_quiet()
    assert [len(world.texts_to(number)) for number in (PAUL, MARIE)] == [1, 1]


def test_a_number_that_cannot_be_reached_brings_in_the_next_people_at_once(world):
    world.network.reach[PAUL] = Reach(refused_with=1)
    world.network.reach[MARIE] = Reach(refused_with=1)
    world.start().ready()
    world.press()
    wait_until(lambda: world.status()["incidents"] and world.status()["incidents"][0]["wave"] == 2, 30)
    assert any(isinstance(fact, PersonUnreached) for fact in world.journal())


def test_a_sim_that_is_pulled_and_put_back_sends_what_waited(world):
    world.start().ready()
    modem_faults.remove_sim(world.modem)
    world.press()
    time.sleep(2.0)
    modem_faults.insert_sim(world.modem)
    world.gets(PAUL, "ALERTE", within_s=90)


# The broker: a call for help leaves by the modem whatever becomes of it


def alerts(world: World) -> None:
    world.press()
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE")


def is_over(world: World) -> None:
    world.network.deliver(PAUL, "1")
    world.gets(MARIE, "Paul y va")
    world.network.deliver(PAUL, "9")
    world.gets(MARIE, "Fin d'alerte")


def test_a_frozen_broker_holds_no_alert_back_and_hears_of_it_when_it_thaws(connected, broker):
    broker.freeze()
    alerts(connected)
    connected.network.deliver(PAUL, "1")
    connected.gets(MARIE, "Paul y va")

    broker.thaw()
    with Listener(broker.port, ("telecare/+/incident/#",)) as listener:
        wait_until(lambda: any(b"paul" in payload for _, payload, _ in listener.heard), 30)


def test_a_broker_that_is_killed_holds_no_alert_back_and_a_pendant_is_heard_again_when_it_is_back(connected, broker):
    broker.kill()
    alerts(connected)
    is_over(connected)

    broker.start()
    wait_until(lambda: connected.status()["roads"].get("mqtt"), 30)
    with Listener(broker.port) as listener:
        listener.say(PENDANT, PRESS)
        connected.gets(PAUL, "ALERTE", times=2)


def test_a_flooded_broker_holds_no_alert_back(connected, broker):
    flood(broker.port, "zigbee2mqtt/front_door", messages=20_000, per_s=10_000)
    alerts(connected)
    is_over(connected)
    with Listener(broker.port) as listener:
        listener.say(PENDANT, PRESS)
        connected.gets(PAUL, "ALERTE", times=2)
