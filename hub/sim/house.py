"""A home with a hub in it: buttons and sensors, phones that answer, a modem, a card, the power; in its own time.

    house = House(config, household, folder, begins)
    house.press("salon")
    house.pass_time(seconds=15)
    house.texts("Paul", "1")

The same world for the demo, for the stories and for the tests. Everything real but the physics: the core, the loop, the
journal on disk, the words, the modem's driver byte by byte. Nothing happens but in `pass_time` and `settle`; between
two things that are due no time is spent, so that a quiet month takes no longer than what happened in it.
"""

import json
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hub.config import HubConfig
from hub.domain.facts import CommandSettled, Fact, Outcome, WindowWanted
from hub.domain.inputs import Action, Commanded, Observed, PolicyReplaced, WindowRefused
from hub.domain.invitations import agreed
from hub.domain.policy import SensorKind
from hub.domain.records import State, WindowWish
from hub.domain.view import View
from hub.drivers.modem.routine import Pace
from hub.drivers.mqtt_commands import VIA
from hub.drivers.mqtt_topics import Publish
from hub.errors import ConfigError
from hub.household import Household
from hub.joining import joined, with_window
from hub.messages import Catalogue
from hub.ports import Pattern
from hub.settings import to_policy
from hub.sim import modem_calls
from hub.sim.broker import Broker, Told
from hub.sim.devices import Contacts, Home
from hub.sim.house_hub import HouseHub, Site
from hub.sim.indicator import SimIndicator, SimSpeaker
from hub.sim.mailboxes import Mailboxes
from hub.sim.memory_card import Condition, MemoryCard, PowerCut
from hub.sim.mobile_network import MobileNetwork, Reach, Ring, SentText
from hub.sim.modem import SimulatedModem
from hub.sim.modem_memory import SimCard
from hub.sim.modem_road import OpenPort, SimulatedPort
from hub.sim.world_clock import WorldClock

# How long a finger stays on a button, and a motion detector sees whoever walks by.
PRESS_S = 0.2
MOTION_S = 20.0
# From the power's return to a hub that runs: a Pi boots in about half a minute.
BOOT_S = 30.0
# A process that was killed is started again by systemd (RestartSec=2), and takes a second to arm.
RESTART_S = 3.0
# `hub.app.LAST_WORDS_S`: after a bug in deciding.
LAST_WORDS_S = 20.0
# How often wireless devices tell of themselves, though nothing happens: Zigbee ones do two to thirty times a day.
DEVICES_REPORT_EVERY_S = 12 * 3600.0
# A household is on the card within this, and taken up.
JOINS_AFTER_S = 0.1
# Things that may happen at one moment before something is going in circles.
STEPS_AT_ONE_MOMENT = 10_000
HAPPENINGS_KEPT = 100_000


class CirclesError(RuntimeError):
    """Things go on happening at one moment, and time stands still: a mistake of the hub, or of this world."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that somebody in or around the house could see, hear or read, at ``at`` (true time, UTC).

    ``kind``: "sms", "mail" (to ``who``), "wrote" (``who`` texts the hub), "light", "voice", "fact", "command"; of a
    call to ``who`` "call" ("rings", "picked up", and how it ended), "heard" (what is said in it), "pressed" (a key).
    ``who``: a name, number or address, "" for nobody. ``fact``: only for facts.
    """

    at: datetime
    kind: str
    who: str
    text: str
    fact: Fact | None = None


class House:
    """The world around one hub. ``begins`` is aware; ``pin`` is what the SIM asks for, ``pace`` how often the modem is
    looked at while all is well; ``open_port`` is the line between it and its driver.
    """

    def __init__(
        self,
        config: HubConfig,
        household: Household,
        begins: datetime,
        *,
        pin: str = "",
        pace: Pace | None = None,
        words: Catalogue | None = None,
        open_port: OpenPort = SimulatedPort,
    ) -> None:
        self.world = WorldClock(begins)
        self.config = config
        self.household = household
        # Of whoever was ever on the list: they have their phones all the same.
        self._numbers: dict[str, str] = {}  # by name and id
        self.names: dict[str, str] = {}  # by number
        self.zone = ZoneInfo(config.hub.timezone)
        # `mobile_network_tells_the_time`; telephones ring until somebody is said to pick up.
        self.network = MobileNetwork(tells_time=False, usual=Reach(answers_after_s=None))
        self.modem = SimulatedModem(network=self.network, card=SimCard(pin=pin), wall_at_zero=begins)
        self.happenings: deque[Happening] = deque(maxlen=HAPPENINGS_KEPT)
        self.on_happening: list[Callable[[Happening], None]] = []
        self.on_end: list[Callable[[], None]] = []  # called when a process dies without a warning, or the power goes
        self.before_start: list[Callable[[], None]] = []  # called before the hub opens a file
        self.on_household: list[Callable[[Household], None]] = []  # called with each that the hub itself has changed
        self.is_modem_plugged = True
        self.has_power = True
        self.card = MemoryCard()
        weakref.finalize(self, self.card.close)  # a house that is left with its hub running leaves no file open
        self.contacts = Contacts(config)
        self.broker = Broker(on_taken=self._taken)
        self.home = Home(config, self.contacts, self.publish)
        self.light = _Light(self.world, partial(self._happens, "light", ""))
        self.voice = _Voice(self.world, partial(self._happens, "voice", ""))
        self.mailboxes = Mailboxes(on_mail=[partial(self._happens, "mail")])
        self.hub: HouseHub | None = None
        self.view: View | None = None
        self.site = Site(
            world=self.world,
            config=config,
            policy=to_policy(config, household),
            modem=self.modem,
            card=self.card,
            contacts=self.contacts,
            broker=self.broker,
            indicator=self.light,
            speaker=self.voice,
            mailboxes=self.mailboxes,
            words=words or Catalogue.load(),
            pace=pace,
            is_modem_plugged=lambda: self.is_modem_plugged and self.has_power,
            on_facts=self.facts,
            on_settled=self._settled,
            open_port=open_port,
        )
        self.network.on_sent.append(self._sent)
        self.network.on_call.append(self._called)
        self._know(household)
        self.light.start()
        self.voice.start()
        self.world.after(DEVICES_REPORT_EVERY_S, self._devices_report)

    def _devices_report(self) -> None:
        self.home.report()
        self.world.after(DEVICES_REPORT_EVERY_S, self._devices_report)

    def read(self, what: str, value: str | float | bool | None) -> None:
        """A driver of the hub that is not simulated here reads this."""
        if self.hub is not None:
            self.hub.post(Observed(self.hub.clock.now(), what, value))
        self.settle()

    # --- time ---------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """True time, aware UTC."""
        return self.world.now()

    def local(self) -> datetime:
        """True time on the clock in the hall."""
        return self.now().astimezone(self.zone)

    def pass_time(self, span: timedelta | None = None, **units: float) -> None:
        """Let so much time pass, and everything happen that is due in it, each at its own moment."""
        self.run_until(self.world.seconds + (span or timedelta(**units)).total_seconds())

    def run_until(self, second: float) -> None:
        """Let time pass up to the world's ``second``."""
        self.settle()
        while (due := self._next_time()) is not None and due <= second:
            is_stuck = due <= self.world.seconds
            self.world.seconds = max(due, self.world.seconds)
            if self.settle() == 0 and not is_stuck and self.hub is not None:
                # Nothing was due after all: then it is the core's own rounds, the wall clock and the batch.
                self._alive(self.hub.look_at_the_clock)
        self.world.seconds = max(second, self.world.seconds)
        self.settle()

    def settle(self) -> int:
        """Let everything happen that can happen at this moment; return how many steps it took."""
        for steps in range(STEPS_AT_ONE_MOMENT):
            if not self._step():
                return steps
        raise CirclesError(f"the house goes in circles at {self.now():%Y-%m-%d %H:%M:%S.%f}")

    def _step(self) -> bool:
        moved = self.world.run_due()
        if self.hub is None:
            self.modem.handle_timer(self.world.seconds)
            self.modem.take_bytes()
            return moved
        return self._alive(partial(self._turn, self.hub)) or moved

    def _turn(self, hub: HouseHub) -> bool:
        moved = hub.turn()
        if hub.wants_restart:
            # As in a real home: the texts of the last resort get their time to leave before it starts afresh.
            hub.wants_restart = ""
            self.world.after(LAST_WORDS_S, partial(self._start_afresh, hub))
        return moved

    def _alive(self, act: Callable[[], bool | None]) -> bool:
        """Let the process act; a power cut in the midst of it ends it there. Returns what it returned."""
        try:
            return bool(act())
        except PowerCut as cut:
            if cut.back_after_s is None:
                self.kill()
            else:
                self.cut_power(cut.back_after_s)
            return True

    def _start_afresh(self, stumbled: HouseHub) -> None:
        if self.hub is stumbled:
            self.kill()

    def _next_time(self) -> float | None:
        times = [self.world.due(), self.hub.next_time() if self.hub is not None else self.modem.next_timer()]
        return min((time for time in times if time is not None), default=None)

    # --- the hub and its power ------------------------------------------------------------------------------

    def start_hub(self) -> None:
        """Switch the hub on."""
        for do in self.before_start:
            do()
        self.hub = HouseHub(self.site)
        self._alive(self.hub.start)
        self.settle()

    def stop_hub(self) -> None:
        """End the process cleanly."""
        if self.hub is not None:
            self.hub.stop()
        self.hub = None

    def restart_hub(self) -> None:
        """End the process cleanly, and have it started again, as systemd does."""
        self.stop_hub()
        self.world.after(RESTART_S, self._start_again)

    def kill(self, back_after_s: float = RESTART_S) -> None:
        """Kill -9: the process is gone at once, and started again; the machine and the modem run on."""
        self._let_go()
        if self.has_power:
            self.world.after(back_after_s, self._start_again)

    def cut_power(self, back_after_s: float | None = None, *, forgets_time: bool = True) -> None:
        """The power goes, for hub and modem; it returns when told, or by `restore_power`."""
        self.has_power = False
        self._let_go()
        self.site.refuge.unlink(missing_ok=True)
        self.modem.hang()
        if back_after_s is not None:
            self.world.after(back_after_s, lambda: self.restore_power(forgets_time=forgets_time))

    def restore_power(self, *, forgets_time: bool = True) -> None:
        """The power is back: the modem starts, and the hub as soon as its machine has booted."""
        if self.has_power:
            return
        self.has_power = True
        self.world.reboot(forgets=forgets_time)
        self.modem.restart()
        self.world.after(BOOT_S, self._start_again)

    def _let_go(self) -> None:
        for look in self.on_end:
            look()
        if self.hub is not None:
            self.hub.die()
            self.card.crash(self.config.hub.journal, self.hub.scribe.abandon)
        self.hub = None

    def _start_again(self) -> None:
        if self.has_power and self.hub is None:
            self.start_hub()

    def unplug_modem(self) -> None:
        """Somebody pulls the modem's plug, which is its power as well."""
        self.is_modem_plugged = False
        self.modem.hang()
        self.settle()

    def plug_modem(self) -> None:
        """The modem is put back, and boots."""
        self.is_modem_plugged = True
        self.modem.restart()
        self.settle()

    # --- at home ----------------------------------------------------------------------------------------------

    def press(self, button: str, seconds: float = PRESS_S) -> None:
        """Press a button, by its id or room, for so long. A pendant tells only that it was pressed."""
        found = self.home.button(button)
        if not self.home.is_wired(found.id):
            self.home.act(found.id, found.panic[0])
        else:
            self.contacts.move(found.id, active=True)
            self.world.after(seconds, lambda: self.contacts.move(found.id, active=False))
        self.settle()

    def act(self, button: str, action: str) -> None:
        """A pendant tells one of its other actions."""
        self.home.act(self.home.button(button).id, action)
        self.settle()

    def sense(self, sensor: str, *, active: bool) -> None:
        """A sensor, by its id or room, becomes active or comes to rest."""
        self.home.sense(self.home.sensor(sensor).id, active=active)
        self.settle()

    def measure(self, sensor: str, celsius: float) -> None:
        """The thermometer of that id or room finds it so warm, in °C."""
        self.home.measure(self.home.sensor(sensor).id, celsius)
        self.settle()

    def walk(self, place: str) -> None:
        """Somebody walks past the detector of ``place``, which comes to rest by itself."""
        found = self.home.sensor(place)
        self.sense(found.id, active=True)
        if found.kind is SensorKind.MOTION:
            self.world.after(MOTION_S, lambda: self.home.sense(found.id, active=False))

    def publish(self, topic: str, payload: bytes, retained: bool = False) -> None:
        """A device or a program says something by MQTT."""
        told = Told(topic, payload, retained)
        if self.hub is not None:
            self.hub.radio.hear(told)
        else:
            self.broker.keep(told)

    # --- people -------------------------------------------------------------------------------------------------

    def number_of(self, who: str) -> str:
        """The number of somebody by name or id; "resident", or a number as it stands."""
        return self._numbers.get(who, who)

    def name_of(self, number: str) -> str:
        """How people call whoever has this number; the number itself for a stranger."""
        return self.names.get(number, number)

    def _know(self, household: Household) -> None:
        """Remember who has which number; of two who had the same, the later one has it."""
        resident = household.resident
        people = [(person.phone, person.name, person.id) for person in household.people]
        for number, *names in (*people, (resident.phone, resident.name, "resident")):
            if number:
                self._numbers.update(dict.fromkeys(names, number))
                self.names[number] = names[0]

    def texts(self, who: str, words: str) -> None:
        """Somebody texts the hub."""
        number = self.number_of(who)
        self._happens("wrote", self.name_of(number), words)
        self.network.deliver(number, words)
        self.settle()

    def rings(self, who: str) -> None:
        """Somebody telephones the hub."""
        number = self.number_of(who)
        self._happens("call", self.name_of(number), "rings the hub")
        modem_calls.ring(self.modem, number)
        self.settle()

    def set_reach(self, who: str, reach: Reach) -> None:
        """How the network treats somebody's number from now on."""
        self.network.reach[self.number_of(who)] = reach

    def reach_of(self, who: str) -> Reach:
        """How it treats it now."""
        return self.network.reach_of(self.number_of(who))

    def command(
        self,
        action: Action,
        *,
        by: str | None = None,
        incident: int | None = None,
        outcome: Outcome | None = None,
        until: datetime | None = None,
        via: str = "cli",
        person: str | None = None,
    ) -> None:
        """Somebody uses the command line (or whatever ``via`` says)."""
        if self.hub is not None:
            at = self.hub.clock.now()
            self.hub.post(Commanded(at, action, via, by, incident, outcome, until, "story", person))
        self.settle()

    def edit(self, household: Household) -> None:
        """The family changes its settings."""
        self._take_up(household)
        self.settle()

    def hold(self, household: Household) -> None:
        """The hub's next life begins with this household."""
        self.household, self.site.policy = household, to_policy(self.config, household)
        self._know(household)

    def _take_up(self, household: Household) -> None:
        self.hold(household)
        for look in self.on_household:
            look(household)
        if self.hub is not None:
            self.hub.post(PolicyReplaced(self.hub.clock.now(), self.site.policy))

    def invited(self, who: str, by: str) -> None:
        """The family enters a number, of somebody who is asked by text whether they want to be told."""
        self.command(Action.INVITE, by=by, person=who)

    def _join(self, who: Mapping[str, str]) -> None:
        """What `hub.joining` does in a real home, which has a household on a card."""
        household = joined(self.household, who)
        if household != self.household:
            self._take_up(household)

    def _set_window(self, name: str, wish: WindowWish) -> None:
        """The same for a window that was wished by text."""
        try:
            self._take_up(with_window(self.household, name, wish))
        except ConfigError:
            if self.hub is not None:
                self.hub.post(WindowRefused(self.hub.clock.now(), name, wish.opens, wish.closes))

    def leaves_the_circle(self, who: str) -> None:
        """The family takes somebody off the list, and out of the waves."""
        gone = next(person for person in self.household.people if who in (person.name, person.id))
        waves = (replace(wave, people=tuple(p for p in wave.people if p != gone.id)) for wave in self.household.waves)
        people = tuple(person for person in self.household.people if person is not gone)
        self.edit(replace(self.household, people=people, waves=tuple(wave for wave in waves if wave.people)))

    # --- the machine ------------------------------------------------------------------------------------------

    def step_clock(self, by: timedelta) -> None:
        """Somebody sets the machine's wall clock; the loop finds out on its next round."""
        self.world.step_wall(by)
        self._look()

    def tell_the_time(self) -> None:
        """The network sets the machine's clock right."""
        self.world.set_right()
        self._look()

    def mobile_network_tells_the_time(self) -> None:
        """The home's mobile network tells the time to modems, from now on."""
        self.network.tells_time = True
        self.modem.hear_time()

    def fill_card(self) -> None:
        """The card has not a page left."""
        self.card.become(Condition.FULL)

    def free_card(self) -> None:
        """Somebody made room."""
        self.card.become(Condition.GOOD)

    def _look(self) -> None:
        if self.hub is not None:
            self._alive(self.hub.look_at_the_clock)
        self.settle()

    # --- what there was to see ----------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """What the hub knows; nothing while it does not run."""
        return self.hub.loop.state if self.hub is not None else State()

    def of(self, *kinds: str) -> list[Happening]:
        """What happened of these kinds, oldest first."""
        return [happening for happening in self.happenings if happening.kind in kinds]

    def texts_to(self, who: str) -> list[str]:
        """What somebody's phone got, oldest first."""
        name = self.name_of(self.number_of(who))
        return [happening.text for happening in self.of("sms") if happening.who == name]

    def _happens(self, kind: str, who: str, text: str, fact: Fact | None = None) -> None:
        happening = Happening(self.now(), kind, who, text, fact)
        self.happenings.append(happening)
        for look in self.on_happening:
            look(happening)

    def facts(self, facts: Iterable[Fact], state: State, view: View) -> None:
        """The hub has decided; its `Site.on_facts` while nobody else wants to hear of it first."""
        self.view = view
        if who := agreed(state):
            self.world.after(JOINS_AFTER_S, partial(self._join, who))
        for fact in facts:
            if isinstance(fact, WindowWanted):
                wish = WindowWish(fact.person, fact.opens, fact.closes, fact.is_new)
                self.world.after(JOINS_AFTER_S, partial(self._set_window, fact.name, wish))
            self._happens("fact", "", type(fact).__name__, fact)

    def _settled(self, fact: CommandSettled) -> None:
        if fact.via != VIA:
            self._happens("command", "", fact.text, fact)

    def _taken(self, publish: Publish) -> None:
        if publish.topic.endswith("/cmd/result"):
            self._happens("command", "", str(json.loads(publish.payload)["text"]))

    def _sent(self, sent: SentText) -> None:
        self._happens("sms", self.name_of(sent.number), sent.text)

    def _called(self, ring: Ring, what: str, words: str) -> None:
        kind = {"hears": "heard", "presses": "pressed"}.get(what, "call")
        self._happens(kind, self.name_of(ring.number), words or what)


class _Light(SimIndicator):
    """The light in the hall, with somebody who looks at it."""

    def __init__(self, clock: WorldClock, look: Callable[[str], None]) -> None:
        super().__init__(clock)
        self._look = look

    def show(self, pattern: Pattern) -> None:
        """Show it; only a change is seen."""
        before = self.pattern
        super().show(pattern)
        if self.pattern is not before:
            self._look(str(pattern))


class _Voice(SimSpeaker):
    """The voice in the living room, with somebody who listens."""

    def __init__(self, clock: WorldClock, listen: Callable[[str], None]) -> None:
        super().__init__(clock)
        self._listen = listen

    def say(self, text: str, language: str, *, softly: bool = False) -> None:
        """Say it, and have it heard."""
        before = len(self.said)
        super().say(text, language, softly=softly)
        if len(self.said) > before:
            self._listen(self.said[-1].text)
