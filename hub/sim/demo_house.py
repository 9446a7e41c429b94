"""The house of the demo: what a person at the keyboard can do in it, and what there is to see of it since it began.

    demo = DemoHouse.usual("en", folder)
    demo.press()
    demo.pass_time(15)
    demo.house.texts("Paul", "1")

A `House` with the rules of a usual day, or the house of a story that then plays in it. Knows nothing of screens.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from hub import backup, erasing
from hub.config import ButtonConfig, SensorConfig
from hub.dispatch import ignore
from hub.domain.facts import Words
from hub.domain.policy import HAZARDS, SensorKind
from hub.errors import HubError
from hub.household import Household, export
from hub.household_store import HouseholdStore
from hub.joining import BY_TEXT
from hub.messages import Catalogue
from hub.place_forms import MqttTopic
from hub.settings import household_in_force
from hub.sim import modem_calls, modem_faults
from hub.sim.demo_script import Script
from hub.sim.devices import FRESH_PERCENT, MILD_C
from hub.sim.house import BOOT_S, Happening, House
from hub.sim.modem import SimulatedModem
from hub.sim.modem_road import OpenPort
from hub.sim.modem_state import HOME, SEARCHING, Call
from hub.sim.pty_wire import PtyPort
from hub.sim.story import Story, load
from hub.sim.storyteller import RUNNING_SINCE, SWITCHED_ON, narrated

T = TypeVar("T")

DAYS = Path(__file__).parent / "demo_days"
# Somebody was seen a little before the demo begins: it is a home, not a laboratory.
SEEN_BEFORE = timedelta(minutes=2)
# Longer than `cancel_hold`, by which a press becomes a cancel.
HOLD_MARGIN = timedelta(milliseconds=300)
# After a power cut the Pi's clock is wrong until the network tells the time: soon after the hub has booted.
CLOCK_SET_S = BOOT_S + 30.0
# Nobody has heated, or a window stands open in winter.
COLD_C = 6.0
# After a deadline, so that what it brings about is to be seen.
BEYOND_S = 1.0
# What a screen can show, and a demo that runs for days may remember.
TEXTS_KEPT = 200
LINES_KEPT = 200


# What a telephone shows of a call from the hub.
CALLS = {
    "fr": {
        "rings": "sonne",
        "picked up": "décroche",
        "engaged": "occupé",
        "not answered": "personne n'a décroché",
        "hung up": "raccroche",
        "ended": "le boîtier raccroche",
        "lost": "coupé",
    },
    "en": {
        "rings": "rings",
        "picked up": "is picked up",
        "engaged": "is engaged",
        "not answered": "nobody picked up",
        "hung up": "hangs up",
        "ended": "the box hangs up",
        "lost": "is cut off",
    },
}


class NotHereError(HubError):
    """What was asked for cannot be done in this house now. ``thing`` says what is missing (`demo_words.Words`)."""

    def __init__(self, thing: str) -> None:
        super().__init__(f"not in this house, or not now: {thing}")
        self.thing = thing


@dataclass(frozen=True, slots=True)
class Letter:
    """One text on a phone, or a line on a call, at ``at`` (true time); ``is_own``: its owner wrote or did it."""

    at: datetime
    text: str
    is_own: bool


class DemoHouse:
    """A house that runs. ``threads`` are the phones by their owner's name, ``lines`` what the hub did, in words."""

    def __init__(
        self,
        story: Story,
        *,
        plays: bool,
        before: Callable[[House], None] = ignore,
        open_port: OpenPort = PtyPort,
    ) -> None:
        self.words = Catalogue.load()
        is_off = story.steps[0].actions[0].text == SWITCHED_ON if story.steps[0].actions else False
        begins = story.steps[0].at - (timedelta(0) if is_off else RUNNING_SINCE)
        self.house = House(story.config, story.household, begins, words=self.words, open_port=open_port)
        self.script = Script(self.house, story) if plays else None
        self.threads: dict[str, deque[Letter]] = defaultdict(lambda: deque(maxlen=TEXTS_KEPT))
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._lives_here = story.household.resident.name
        self.house.on_happening.append(self._happened)
        # The family's pages back up, restore and erase what is on the card: the household is there as in a real home.
        self.house.on_household.append(self._store)
        self.house.before_start.append(self._put_into_place)
        self._store(story.household)
        before(self.house)
        if not is_off:
            self.house.start_hub()

    @classmethod
    def usual(cls, language: str, folder: Path, before: Callable[[House], None] = ignore) -> "DemoHouse":
        """The house on a day like any other, in the afternoon; the hub keeps its data in ``folder``.

        ``before`` is called before the hub is first started.
        """
        demo = cls(load(str(DAYS / f"{language}.story"), folder), plays=False, before=before)
        demo.pass_time((RUNNING_SINCE - SEEN_BEFORE).total_seconds())
        demo.walk(0)
        demo.pass_time(SEEN_BEFORE.total_seconds())
        return demo

    @classmethod
    def of_story(cls, name: str, folder: Path) -> "DemoHouse":
        """The house of a story, which plays while time passes.

        :raises StoryError: there is none of that name, or it cannot be read.
        """
        return cls.telling(load(name, folder))

    @classmethod
    def telling(cls, story: Story) -> "DemoHouse":
        """The house of ``story``, which plays while time passes."""
        demo = cls(story, plays=True)
        # Up to the first step: nobody came to see a hub start.
        demo.go_on(before_s=BEYOND_S)
        return demo

    # --- time ---------------------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass.

        :raises StoryError: the story says what cannot be done here.
        """
        self._run_until(self.house.world.seconds + seconds)

    def go_on(self, *, before_s: float = -BEYOND_S) -> None:
        """Let time pass to just after the next thing that waits (or ``before_s`` before it).

        :raises NotHereError: nothing waits.
        """
        second = self._next_second()
        if second is None:
            raise NotHereError("waiting")
        self._run_until(max(self.house.world.seconds, second - before_s))

    def _run_until(self, second: float) -> None:
        (self.script or self.house).run_until(second)

    def _next_second(self) -> float | None:
        if self.script is not None and not self.script.is_over:
            return self.script.next_second()
        wait = self.wait_for(self.next_deadline())
        return None if wait is None else self.house.world.seconds + wait.total_seconds()

    def next_deadline(self) -> datetime | None:
        """When the hub next does something of itself that people would notice, by its own clock."""
        view = self.house.view
        if self.house.hub is None or view is None:
            return None
        return view.incident.due if view.incident is not None else view.next_alert_at

    def wait_for(self, due: datetime | None) -> timedelta | None:
        """How long it is until the hub's clock shows ``due``; None while it is off."""
        if self.house.hub is None or due is None:
            return None
        return max(timedelta(0), due - self.house.hub.clock.now())

    # --- at home ------------------------------------------------------------------------------------------

    def press(self) -> None:
        """Press the button on the wall, and let it go."""
        self.house.press(self._wall_button().id)

    def hold(self) -> None:
        """Keep the button on the wall down until that is a cancel."""
        button = self._wall_button()
        self.house.press(button.id, (button.cancel_hold + HOLD_MARGIN).total_seconds())

    def press_pendant(self) -> None:
        """Press the pendant around her neck."""
        pendants = (b for b in self.house.config.buttons if isinstance(b.source, MqttTopic))
        self.house.press(_found(pendants, "pendant").id)

    def walk(self, which: int) -> None:
        """Walk past the motion detector number ``which``."""
        self.house.walk(_found(iter(self._sensors(SensorKind.MOTION)[which:]), "motion").id)

    def touch(self, sensor: str) -> None:
        """Set off one sensor, by its id: walk past it, open or close the door, smoke, let the cold in."""
        found = _found((each for each in self.house.config.sensors if each.id == sensor), "motion")
        if found.kind is SensorKind.MOTION:
            self.house.walk(found.id)
        elif found.kind is SensorKind.TEMPERATURE:
            self.house.measure(found.id, MILD_C if self.is_active(found) else COLD_C)
        else:
            self._turn(found)

    def move_battery(self) -> None:
        """Take the battery out of the wireless sensor, or put one in; the bridge says that it is gone, or there."""
        name = _found((each.id for each in self.house.config.sensors if self._is_wireless(each.id)), "wireless")
        is_there = self.house.home.batteries[name] > 0
        self.house.home.batteries[name] = 0 if is_there else FRESH_PERCENT
        self.house.home.availability(name, there=not is_there)
        self.house.settle()

    def _is_wireless(self, name: str) -> bool:
        return name in self.house.home.batteries

    def move_door(self) -> None:
        """Open the door, or close it."""
        self._turn(_found(iter(self._sensors(SensorKind.DOOR)), "door"))

    def smoke(self) -> None:
        """Smoke rises, or clears away."""
        self._turn(_found(iter(self._sensors(*HAZARDS)), "smoke"))

    def _turn(self, sensor: SensorConfig) -> None:
        self.house.sense(sensor.id, active=not self.is_active(sensor))

    def is_active(self, sensor: SensorConfig) -> bool:
        """Whether it moves, stands open, smells smoke or is cold: on its wire, or as far as the hub has heard."""
        if sensor.id in self.house.home.degrees:
            return self.house.home.degrees[sensor.id] < MILD_C
        if self.house.home.is_wired(sensor.id):
            return self.house.contacts.is_closed[sensor.id]
        return self.house.state.watch.active.get(sensor.id, False)

    def _wall_button(self) -> ButtonConfig:
        return _found((b for b in self.house.config.buttons if not isinstance(b.source, MqttTopic)), "button")

    def _sensors(self, *kinds: SensorKind) -> list[SensorConfig]:
        return [sensor for sensor in self.house.config.sensors if sensor.kind in kinds]

    # --- the hub, its power and its modem -----------------------------------------------------------------

    def move_plug(self) -> None:
        """Pull the modem's plug, or put it back."""
        if not self.house.has_power:
            raise NotHereError("power")
        if self.house.is_modem_plugged:
            self.house.unplug_modem()
        else:
            self.house.plug_modem()

    @property
    def has_network(self) -> bool:
        """Whether there is a mobile network for the modem to find."""
        return self.house.modem.coverage == HOME

    def move_network(self) -> None:
        """The mobile network goes, or returns."""
        modem_faults.set_coverage(self.house.modem, SEARCHING if self.has_network else HOME)
        self.house.settle()

    def move_power(self) -> None:
        """The power goes; or it returns, and soon the network tells the hub what time it is."""
        house = self.house
        if house.has_power:
            house.cut_power()
            return
        house.restore_power()
        house.world.after(CLOCK_SET_S, house.tell_the_time)

    def _store(self, household: Household) -> None:
        HouseholdStore(self.house.config.hub.households).add(export(household), BY_TEXT, self.house.now())

    def _put_into_place(self) -> None:
        """Do at a start what the pages were asked for, as `hub.app` does, and take the household that is there."""
        config = self.house.config
        if erasing.apply(config.hub.data_dir, config.hub.household) or backup.apply(config.hub.data_dir):
            self.house.site.refuge.unlink(missing_ok=True)
            self.house.hold(household_in_force(config, self.house.now())[0])

    def kill_hub(self) -> None:
        """Kill the hub's process: it is started again by itself."""
        if self.house.hub is None:
            raise NotHereError("hub")
        self.house.kill()

    @property
    def resident(self) -> str:
        """Who lives here, whether or not the hub has been told yet."""
        household = self.house.household
        return household.resident.name if household.people else self._lives_here

    # --- the telephones -----------------------------------------------------------------------------------

    def call_of(self, who: str) -> Call | None:
        """The call from the hub that rings at ``who``, or is talked in."""
        call = self.house.modem.call
        is_theirs = call is not None and not call.is_incoming and call.number == self.house.number_of(who)
        return call if is_theirs else None

    def pick_up(self, who: str) -> None:
        """``who`` picks up."""
        self._at_telephone(who, modem_calls.pick_up)

    def put_down(self, who: str) -> None:
        """``who`` hangs up, or refuses the call."""
        self._at_telephone(who, modem_calls.put_down)

    def press_key(self, who: str, key: str) -> None:
        """``who`` presses a key of the telephone."""
        self._at_telephone(who, lambda modem: modem_calls.press_key(modem, key))

    def _at_telephone(self, who: str, do: Callable[[SimulatedModem], None]) -> None:
        if self.call_of(who) is None:
            raise NotHereError("call")
        do(self.house.modem)
        self.house.settle()

    # --- what there is to see -----------------------------------------------------------------------------

    def _happened(self, happening: Happening) -> None:
        told: dict[str, Callable[[Happening], None]] = {
            "sms": partial(self._write_down, is_own=False),
            "wrote": partial(self._write_down, is_own=True),
            "call": self._note_call,
            "heard": self._note_call,
            "pressed": self._note_call,
            "fact": self._tell,
        }
        if happening.kind in told:
            told[happening.kind](happening)

    def _write_down(self, happening: Happening, *, is_own: bool) -> None:
        self.threads[happening.who].append(Letter(happening.at, happening.text, is_own))

    def _note_call(self, happening: Happening) -> None:
        words = CALLS[self.house.config.hub.language].get(happening.text, happening.text)
        said = f"« {words} »" if happening.kind == "heard" else words
        is_own = happening.kind == "pressed" or happening.text in ("picked up", "hung up")
        self.threads[happening.who].append(Letter(happening.at, f"☎ {said}", is_own))

    def fault_in_words(self, code: str) -> str:
        """What is out of order, as the family would say it."""
        hub = self.house.config.hub
        return self.words.render(Words(f"word.fault.{code}"), hub.language, zone=self.house.zone, country=hub.country)

    def _tell(self, happening: Happening) -> None:
        for told in narrated((happening,), self.words, self.house.config.hub.language, self.house):
            self.lines.append(" ".join(told.split()))


def _found(things: Iterator[T], thing: str) -> T:
    found = next(things, None)
    if found is None:
        raise NotHereError(thing)
    return found
