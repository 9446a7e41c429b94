"""Everything that can go wrong, by name; each takes the house and a number from 0 to 1 that says how badly.

A mishap that lasts ends by itself, or in `heal`, which mends the whole house at the end of a life.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from math import floor

from hub.domain.facts import Fact
from hub.domain.inputs import Input
from hub.domain.policy import Policy
from hub.domain.records import State
from hub.household import Household
from hub.loop import Rules
from hub.sim import modem_faults as faults
from hub.sim.cable_faults import Noise
from hub.sim.house import House
from hub.sim.memory_card import Condition, PowerCut
from hub.sim.modem_device import Fault
from hub.sim.modem_state import HOME, SEARCHING
from hub.sim.modem_wire import Kind

Do = Callable[["Trouble", float], None]

# What the network refuses texts with: passing ones, those of the SIM, and those of the modem itself.
CMS_CODES = (38, 41, 42, 500, 47, 331, 332, 98, 111, 50, 69, 304, 330, 513)
BRIDGE = "zigbee2mqtt/bridge/state"
# SQLite's page.
PAGE = 4096
# How long a lasting mishap lasts: mostly minutes, seldom an hour; of the sensors, longer than a rule waits for a sign.
SHORTEST_S, LONGEST_S, SENSORS_LONGEST_S = 20.0, 3600.0, 12 * 3600.0
# The two detectors that see the resident.
DETECTORS = ("cuisine", "chambre")


@dataclass(slots=True)
class Trouble:
    """A house in trouble: what stands now, and how often each thing was done to it."""

    house: House
    household: Household
    standing: list[Fault] = field(default_factory=list)
    cuts_at_step: int | None = None
    bug_until: float = 0.0
    journal_was_damaged: bool = False
    until: dict[str, float] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """The world's second."""
        return self.house.world.seconds

    def lasts(self, name: str, value: float, end: Callable[[], None], longest_s: float = LONGEST_S) -> None:
        """End it after a span that ``value`` chooses, unless it was begun again meanwhile."""
        span = SHORTEST_S * (longest_s / SHORTEST_S) ** value
        self.until[name] = until = self.now + span
        self.house.world.after(span, lambda: end() if self.until.get(name) == until else None)

    def suffer(self, fault: Fault) -> None:
        """Let the modem have it, until the end of the life or of its count."""
        self.standing.append(self.house.modem.suffer(fault))

    def spare(self, fault: Fault) -> None:
        """Take it away again, unless it was."""
        if fault in self.house.modem.faults:
            self.house.modem.recover(fault)

    @property
    def wireless_sensors(self) -> list[str]:
        """The sensors that the bridge tells of."""
        home = self.house.home
        return [sensor.id for sensor in self.house.config.sensors if not home.is_wired(sensor.id)]

    def lose(self, names: Iterable[str]) -> None:
        """They say nothing; whatever was dead lives again, or a silence were one that no hub could tell from hers."""
        self.house.home.mute = set(names)

    def bring_back(self) -> None:
        """All that was dead or out of reach says something again, and the bridge says so."""
        self.house.home.mute.clear()
        for sensor in self.wireless_sensors:
            self.house.home.availability(sensor, there=True)
        self.house.publish(BRIDGE, b'{"state":"online"}', retained=True)

    def step(self) -> None:
        """Called between any two steps of the hub."""
        if self.cuts_at_step is not None:
            self.cuts_at_step -= 1
            if self.cuts_at_step <= 0:
                self.cuts_at_step = None
                raise PowerCut

    def heal(self) -> None:
        """Mend everything."""
        house = self.house
        self.until.clear()
        self.cuts_at_step, self.bug_until = None, 0.0
        for fault in self.standing:
            self.spare(fault)
        self.standing.clear()
        house.card.become(Condition.GOOD)
        house.card.before_commit = house.card.after_commit = lambda: None
        house.broker.is_there, house.broker.is_mute = True, False
        house.network.accept_after_s = 0.2
        house.network.reach.clear()
        self.bring_back()
        house.edit(self.household)
        house.restore_power()
        if not house.is_modem_plugged:
            house.plug_modem()
        faults.insert_sim(house.modem)
        faults.set_coverage(house.modem, HOME)
        house.tell_the_time()


MISHAPS: dict[str, Do] = {}


def mishap(do: Do) -> Do:
    """Add it to the table under its own name."""
    MISHAPS[do.__name__] = do
    return do


# --- the modem and its line -----------------------------------------------------------------------------


@mishap
def modem_restarts_in_mid_send(trouble: Trouble, value: float) -> None:
    trouble.suffer(faults.RestartMidSend(silent_s=3.0 + 20 * value, was_sent=value > 0.5, times=1))


@mishap
def modem_restarts(trouble: Trouble, value: float) -> None:
    faults.restart(trouble.house.modem, 3.0 + 20 * value)


@mishap
def modem_hangs(trouble: Trouble, value: float) -> None:
    faults.hang(trouble.house.modem, 5.0 * 60**value)


@mishap
def modem_hangs_until_switched(trouble: Trouble, value: float) -> None:
    faults.hang_until_switched(trouble.house.modem, key_is_dead=value > 0.5)


@mishap
def modem_forgets_its_settings(trouble: Trouble, _value: float) -> None:
    faults.forget_settings(trouble.house.modem)


@mishap
def echo_comes_back(trouble: Trouble, _value: float) -> None:
    faults.echo_again(trouble.house.modem)


@mishap
def garbage_on_the_line(trouble: Trouble, value: float) -> None:
    modem = trouble.house.modem
    modem.soon(lambda: modem.say(Kind.UNSOLICITED, "\xff\x00\x8b~{" * (1 + floor(200 * value))))


@mishap
def noisy_cable(trouble: Trouble, value: float) -> None:
    noise = Noise(0.002 + 0.02 * value, seed=floor(value * 1e6))
    trouble.suffer(noise)
    trouble.house.world.after(60.0, lambda: trouble.spare(noise))


@mishap
def ok_is_lost(trouble: Trouble, value: float) -> None:
    trouble.suffer(faults.LostOk(command="+CMGS", times=1 + floor(3 * value)))


@mishap
def ok_is_late(trouble: Trouble, value: float) -> None:
    trouble.suffer(faults.LateReference(delay_s=1.0 + 70 * value, times=1 + floor(2 * value)))


@mishap
def reference_is_lost(trouble: Trouble, value: float) -> None:
    trouble.suffer(faults.LostReference(times=1 + floor(2 * value)))


@mishap
def silence_after_a_text(trouble: Trouble, value: float) -> None:
    trouble.suffer(faults.SilenceAfterCtrlZ(was_sent=value > 0.4, deaf_s=40 * value, times=1))


@mishap
def prompt_does_not_come(trouble: Trouble, value: float) -> None:
    kind = (faults.NoPrompt, faults.LostPrompt, faults.LatePrompt)[floor(value * 2.999)]
    trouble.suffer(kind(times=1 + floor(2 * value)))


@mishap
def texts_are_refused(trouble: Trouble, value: float) -> None:
    trouble.suffer(
        faults.CmsErrors(code=CMS_CODES[floor(value * (len(CMS_CODES) - 0.001))], times=1 + floor(6 * value))
    )


@mishap
def network_is_slow(trouble: Trouble, value: float) -> None:
    network = trouble.house.network
    network.accept_after_s = 1.0 + 40 * value
    trouble.lasts("slow network", value, lambda: setattr(network, "accept_after_s", 0.2))


@mishap
def store_is_full(trouble: Trouble, _value: float) -> None:
    faults.fill_store(trouble.house.modem)


@mishap
def sim_is_gone(trouble: Trouble, value: float) -> None:
    modem = trouble.house.modem
    faults.remove_sim(modem)
    trouble.lasts("sim", value, lambda: faults.insert_sim(modem))


@mishap
def network_is_lost(trouble: Trouble, value: float) -> None:
    modem = trouble.house.modem
    faults.set_coverage(modem, SEARCHING)
    trouble.lasts("network", value, lambda: faults.set_coverage(modem, HOME))


@mishap
def modem_is_unplugged(trouble: Trouble, value: float) -> None:
    house = trouble.house
    house.unplug_modem()
    trouble.lasts("plug", value, house.plug_modem)


@mishap
def driver_breaks_off(trouble: Trouble, _value: float) -> None:
    if trouble.house.hub is not None:
        trouble.house.hub.road.break_off(RuntimeError("a bug in the modem's driver"))


# --- the broker -----------------------------------------------------------------------------------------


@mishap
def broker_is_gone(trouble: Trouble, value: float) -> None:
    broker = trouble.house.broker
    broker.is_there = False
    trouble.lasts("broker", value, lambda: setattr(broker, "is_there", True))


@mishap
def broker_is_mute(trouble: Trouble, value: float) -> None:
    broker = trouble.house.broker
    broker.is_mute = True
    trouble.lasts("mute broker", value, lambda: setattr(broker, "is_mute", False))


@mishap
def broker_repeats(trouble: Trouble, _value: float) -> None:
    trouble.house.broker.repeats_next = True


@mishap
def retained_press(trouble: Trouble, _value: float) -> None:
    trouble.house.publish("zigbee2mqtt/pendant", b'{"action":"single"}', retained=True)


# --- the sensors ----------------------------------------------------------------------------------------


@mishap
def sensor_dies(trouble: Trouble, value: float) -> None:
    """One detector says nothing more, and nobody says that it is dead; the other one still sees her."""
    if not trouble.house.home.mute:
        trouble.house.home.mute.add(DETECTORS[value < 0.5])
        trouble.lasts("sensors", value * 2 % 1, trouble.bring_back, SENSORS_LONGEST_S)


@mishap
def sensors_are_out_of_reach(trouble: Trouble, value: float) -> None:
    """The bridge says of each wireless sensor that it is gone."""
    trouble.lose(trouble.wireless_sensors)
    for sensor in trouble.wireless_sensors:
        trouble.house.home.availability(sensor, there=False)
    trouble.lasts("sensors", value, trouble.bring_back, SENSORS_LONGEST_S)


@mishap
def bridge_stops(trouble: Trouble, value: float) -> None:
    """Nothing of the wireless devices arrives, the pendant's press neither; the broker says that the bridge is gone."""
    trouble.lose(trouble.house.home.batteries)
    trouble.house.publish(BRIDGE, b'{"state":"offline"}', retained=True)
    trouble.lasts("sensors", value, trouble.bring_back, SENSORS_LONGEST_S)


# --- the card -------------------------------------------------------------------------------------------


@mishap
def card_is_full(trouble: Trouble, value: float) -> None:
    card = trouble.house.card
    card.become(Condition.FULL)
    trouble.lasts("card", value, lambda: card.become(Condition.GOOD))


@mishap
def card_is_read_only(trouble: Trouble, value: float) -> None:
    card = trouble.house.card
    card.become(Condition.READ_ONLY)
    trouble.lasts("card", value, lambda: card.become(Condition.GOOD))


@mishap
def card_is_slow(trouble: Trouble, value: float) -> None:
    """Each commit takes its time; the writer's patience ends after a second, and the alarm goes on."""
    house = trouble.house

    def wait() -> None:
        house.world.seconds += value

    house.card.before_commit = wait
    trouble.lasts("slow card", value, lambda: setattr(house.card, "before_commit", lambda: None))


@mishap
def torn_write(trouble: Trouble, value: float) -> None:
    """The process dies while a page is half written: the log ends in rubbish that was never committed."""
    house = trouble.house
    house.kill()
    wal = house.config.hub.journal.with_name(house.config.hub.journal.name + "-wal")
    if wal.exists():
        with wal.open("ab") as file:
            file.write(bytes([floor(255 * value)]) * (1 + floor(5000 * value)))


@mishap
def corrupt_page(trouble: Trouble, value: float) -> None:
    """The card gives back rubbish for one page of the journal: the hub sets it aside, and arms."""
    house = trouble.house
    house.kill()
    path = house.config.hub.journal
    content = bytearray(path.read_bytes()) if path.exists() else bytearray()
    if len(content) > 2 * PAGE:
        page = 1 + floor(value * (len(content) // PAGE - 1.001))
        content[page * PAGE : (page + 1) * PAGE] = bytes([floor(255 * value)]) * PAGE
        path.write_bytes(content)
        trouble.journal_was_damaged = True


# --- power and process ------------------------------------------------------------------------------------


@mishap
def power_cut(trouble: Trouble, value: float) -> None:
    off_s = 5.0 * 500**value
    trouble.house.cut_power(off_s, forgets_time=value < 0.7)
    # A Pi without a battery is told the time by somebody before long; until then its windows wait.
    trouble.house.world.after(off_s + 60.0 + 600 * value, trouble.house.tell_the_time)


@mishap
def killed(trouble: Trouble, _value: float) -> None:
    trouble.house.kill()


@mishap
def killed_before_a_commit(trouble: Trouble, value: float) -> None:
    trouble.house.card.before_commit = _cut_at(trouble, floor(value * 8), "before_commit")


@mishap
def killed_after_a_commit(trouble: Trouble, value: float) -> None:
    trouble.house.card.after_commit = _cut_at(trouble, floor(value * 8), "after_commit")


@mishap
def power_cut_at_a_commit(trouble: Trouble, value: float) -> None:
    when = "before_commit" if value < 0.5 else "after_commit"
    setattr(trouble.house.card, when, _cut_at(trouble, floor(value * 8) % 5, when, back_after_s=20.0))


@mishap
def killed_between_two_steps(trouble: Trouble, value: float) -> None:
    trouble.cuts_at_step = 1 + floor(value * 60)


def _cut_at(trouble: Trouble, count: int, when: str, back_after_s: float | None = None) -> Callable[[], None]:
    left = [count]

    def cut() -> None:
        left[0] -= 1
        if left[0] < 0:
            setattr(trouble.house.card, when, lambda: None)
            raise PowerCut(back_after_s)

    return cut


@mishap
def bug_in_the_rules(trouble: Trouble, value: float) -> None:
    trouble.bug_until = trouble.now + 0.5 + 5 * value


# --- time -------------------------------------------------------------------------------------------------


@mishap
def clock_steps_by_seconds(trouble: Trouble, value: float) -> None:
    trouble.house.step_clock(timedelta(seconds=120 * value - 60))


@mishap
def clock_steps_by_hours(trouble: Trouble, value: float) -> None:
    _lasting_step(trouble, timedelta(hours=20 * value - 10), value)


@mishap
def clock_steps_by_years(trouble: Trouble, value: float) -> None:
    _lasting_step(trouble, timedelta(days=365 * (8 * value - 4)), value)


@mishap
def network_tells_the_time(trouble: Trouble, _value: float) -> None:
    trouble.house.tell_the_time()


@mishap
def mobile_network_tells_the_time(trouble: Trouble, value: float) -> None:
    """From now on, or no longer; what the modem knows it knows until it restarts."""
    trouble.house.mobile_network_tells_the_time()
    trouble.house.network.tells_time = value < 0.8


def _lasting_step(trouble: Trouble, by: timedelta, value: float) -> None:
    """A clock that is far off is set right by somebody before long: else every window would be at another hour."""
    trouble.house.step_clock(by)
    trouble.lasts("clock", value * 0.5, trouble.house.tell_the_time)


# --- the family --------------------------------------------------------------------------------------------


@mishap
def family_edits_the_circle(trouble: Trouble, value: float) -> None:
    """Somebody is taken off the list, perhaps in the midst of an alarm; later the list is as it was."""
    house, whole = trouble.house, trouble.household
    leaving = ("Paul", "Anne", "Tom")[floor(value * 2.999)]
    house.edit(whole)
    house.leaves_the_circle(leaving)
    trouble.lasts("family", value, lambda: house.edit(whole))


def rules_with_a_bug(trouble: Trouble, rules: Rules) -> Rules:
    """Our rules, with a bug in them while `Trouble.bug_until` lies ahead."""

    def decide(state: State, seen: Input, policy: Policy) -> tuple[Fact, ...]:
        if trouble.now < trouble.bug_until:
            raise ZeroDivisionError("a bug in the rules")
        return rules(state, seen, policy)

    return decide


def names() -> tuple[str, ...]:
    """All mishaps, in the order of this file."""
    return tuple(MISHAPS)
