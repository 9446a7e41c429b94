"""What the page shows of the house, as records for the templates. Read with the house held (`Stage.held`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.domain.policy import Role, SensorKind
from hub.place_forms import MqttTopic
from hub.sim import demo_words
from hub.sim.demo_house import DemoHouse, Letter
from hub.sim.demo_telling import (
    DANGERS,
    TONE_OFF,
    TONES,
    condition,
    last_seen,
    phones,
    plugs,
    standing,
    when,
)
from hub.sim.modem_calls import ACTIVE
from hub.sim.web_demo.deadlines import Deadline, deadlines
from hub.sim.web_demo.words import LANGUAGES, PageWords

# The furniture of a room goes by its name (`templates/symbols.html`).
FURNITURE = {
    "salon": "lounge",
    "lounge": "lounge",
    "cuisine": "kitchen",
    "kitchen": "kitchen",
    "chambre": "bedroom",
    "bedroom": "bedroom",
    "entree": "hall",
    "entrée": "hall",
    "hall": "hall",
    "salle d'eau": "bathroom",
    "bathroom": "bathroom",
}
ICONS = {
    SensorKind.MOTION: "walk",
    SensorKind.DOOR: "door",
    SensorKind.BED: "bed",
    SensorKind.SMOKE: "smoke",
    SensorKind.CO: "smoke",
    SensorKind.FLOOD: "drop",
    SensorKind.GAS: "smoke",
    SensorKind.FALL: "fall",
    SensorKind.TEMPERATURE: "cold",
}
PLUGS = ("power", "kill", "plug", "network")
# Ids that stand for a room in the stories, as a plan writes them.
SPELT = {"entree": "entrée"}
LINES_SHOWN = 60
SAID_SHOWN = 3
_TIMED = re.compile(r"(\d\d:\d\d:\d\d) +(.*)")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a room that can be set off: a sensor, by its ``id``. ``kind``: of `SensorKind`."""

    id: str
    kind: str
    icon: str
    does: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the plan. ``says``: the one thing to be said of it; ``tone``: ok, watch, alert, or "".

    ``seen``: when she was last seen there ("" elsewhere); ``walk``: what a click on the room sets off, if anything.
    """

    name: str
    furniture: str
    says: str
    tone: str
    seen: str
    is_lit: bool
    has_button: bool
    is_pressed: bool
    walk: Thing | None
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Plug:
    """What the box needs, how that stands, and the deed that changes it."""

    deed: str
    name: str
    how: str
    is_well: bool
    does: str


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody's phone. ``how``: a key of `demo_words.Words.standing`, or "". ``unread``: texts not answered yet."""

    name: str
    about: str
    how: str
    how_in_words: str
    unread: int
    last: str


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the house, in the reader's ``words`` (of the screen) and ``page`` (of the page)."""

    demo: DemoHouse
    words: demo_words.Words
    page: PageWords

    @classmethod
    def at(cls, demo: DemoHouse, language: str) -> "Look":
        """Look at ``demo``."""
        return cls(demo, demo_words.LANGUAGES[language], LANGUAGES[language])

    # --- the home -----------------------------------------------------------------------------------------

    @property
    def resident(self) -> str:
        """Who lives there."""
        return self.demo.resident

    @property
    def rooms(self) -> list[Room]:
        """Every room that has something in it."""
        config = self.demo.house.config
        wired = [button.room for button in config.buttons if not isinstance(button.source, MqttTopic)]
        named = dict.fromkeys(room for room in (*wired, *(sensor.room for sensor in config.sensors)) if room)
        return [self._room(name) for name in named]

    def _room(self, name: str) -> Room:
        house = self.demo.house
        here, at = last_seen(self.demo)
        sensors = [sensor for sensor in house.config.sensors if sensor.room == name]
        buttons = [b.id for b in house.config.buttons if b.room == name and house.home.is_wired(b.id)]
        is_pressed = any(house.contacts.is_closed[button] for button in buttons)
        active = [sensor for sensor in sensors if self.demo.is_active(sensor)]
        gravest = next((s for s in active if s.kind in DANGERS), next(iter(active), None))
        things = tuple(
            self._thing(sensor.id, sensor.kind) for sensor in sensors if sensor.kind is not SensorKind.MOTION
        )
        walks = [self._thing(sensor.id, sensor.kind) for sensor in sensors if sensor.kind is SensorKind.MOTION]
        return Room(
            name=_spelt(name),
            furniture=FURNITURE.get(name, "other"),
            says=self.words.pressed if is_pressed else self.words.sensors[gravest.kind][1] if gravest else "",
            tone=_tone(gravest.kind if gravest else None, is_pressed=is_pressed),
            seen=self.words.seen.format(f"{at.astimezone(house.zone):%H:%M}")
            if at is not None and name == here
            else "",
            is_lit=any(sensor.kind is SensorKind.MOTION for sensor in active),
            has_button=bool(buttons),
            is_pressed=is_pressed,
            walk=next(iter(walks), None),
            things=things,
        )

    def _thing(self, sensor: str, kind: SensorKind) -> Thing:
        is_active = next(self.demo.is_active(each) for each in self.demo.house.config.sensors if each.id == sensor)
        return Thing(sensor, str(kind), ICONS[kind], self.page.touch[kind][is_active], is_active)

    @property
    def has_fallen(self) -> bool:
        """Whether a detector sees her lie on the floor."""
        falls = (sensor for sensor in self.demo.house.config.sensors if sensor.kind is SensorKind.FALL)
        return any(self.demo.is_active(sensor) for sensor in falls)

    @property
    def has_pendant(self) -> bool:
        """Whether she wears one."""
        return any(isinstance(button.source, MqttTopic) for button in self.demo.house.config.buttons)

    @property
    def light(self) -> str:
        """The pattern of the light, "" while it is dark."""
        pattern = self.demo.house.light.pattern if self.demo.house.hub is not None else None
        return str(pattern or "")

    @property
    def light_in_words(self) -> str:
        """The same as a person in the hall would say it."""
        pattern = self.demo.house.light.pattern if self.demo.house.hub is not None else None
        return self.words.patterns[pattern]

    @property
    def plugs(self) -> list[Plug]:
        """What the box needs, and one wireless sensor."""
        found = [
            Plug(deed, name, how, is_well, self.page.moves[deed][not is_well])
            for deed, (name, how, is_well) in zip(PLUGS, plugs(self.demo, self.words), strict=True)
        ]
        return [*found, *self._battery()]

    def _battery(self) -> Iterator[Plug]:
        home = self.demo.house.home
        sensor = next((each for each in self.demo.house.config.sensors if each.id in home.batteries), None)
        if sensor is not None:
            is_well = home.batteries[sensor.id] > 0
            how = self.words.runs if is_well else self.words.off
            name = f"{self.page.sensor} ({_spelt(sensor.room or sensor.id)})"
            yield Plug("battery", name, how, is_well, self.page.moves["battery"][not is_well])

    # --- how things stand -----------------------------------------------------------------------------------

    @property
    def clock(self) -> datetime:
        """The time on the clock in the hall."""
        return self.demo.house.local()

    @property
    def day(self) -> str:
        """Its day: "lun. 02/03"."""
        return f"{self.words.weekdays[self.clock.weekday()]} {self.clock:%d/%m}"

    @property
    def banner(self) -> tuple[str, str, str]:
        """How things stand: the words with their sign, since when, and the tone."""
        view = self.demo.house.view
        if self.demo.house.hub is None or view is None:
            return self.words.hub_off, self.words.hub_off_why, TONE_OFF
        since = self.words.since.format(when(self.demo, view.since)) if view.since else ""
        return condition(view, self.words), since, TONES[view.condition]

    @property
    def last_movement(self) -> str:
        """When she last moved, in words."""
        hub, last = self.demo.house.hub, self.demo.house.state.watch.last_life
        if hub is None or last is None:
            return self.words.never_moved
        return f"{self.words.ago.format(self.words.span(hub.clock.now() - last))} ({when(self.demo, last)})"

    @property
    def incident(self) -> str:
        """The open incident, by number, kind and room; "" without one."""
        view = self.demo.house.view
        if self.demo.house.hub is None or view is None or view.incident is None:
            return ""
        found = view.incident
        title = f"{self.words.incident.format(found.number)} · {self.words.kinds[found.kind]}"
        return f"{title} · {found.room}" if found.room else title

    @property
    def faults(self) -> list[str]:
        """What is out of order, as the family would say it."""
        return [self.demo.fault_in_words(code) for code in self.demo.house.state.faults]

    @property
    def deadlines(self) -> list[Deadline]:
        """Everything that waits for its time, the next first."""
        return deadlines(self.demo, self.words, self.page)

    @property
    def log(self) -> list[tuple[str, str]]:
        """What the box did, newest first: the time, and what."""
        lines = list(self.demo.lines)[-LINES_SHOWN:]
        return [(found[1], found[2]) if (found := _TIMED.fullmatch(line)) else ("", line) for line in reversed(lines)]

    # --- what is heard and read -------------------------------------------------------------------------------

    @property
    def said(self) -> list[tuple[int, str, str, str]]:
        """What the voice said last, newest first: its number, the time, the words, their language."""
        voice = self.demo.house.voice.said
        numbered = [(number, said) for number, said in enumerate(voice, 1)][-SAID_SHOWN:]
        zone = self.demo.house.zone
        return [(n, f"{said.at.astimezone(zone):%H:%M:%S}", said.text, said.language) for n, said in reversed(numbered)]

    @property
    def phones(self) -> list[Phone]:
        """Everybody's phone."""
        return [self._phone(name) for name in phones(self.demo)]

    def _phone(self, name: str) -> Phone:
        household = self.demo.house.household
        person = next((person for person in household.people if person.name == name), None)
        how = standing(self.demo, person.id) if person is not None else ""
        about = self.words.family if person is not None and person.role is Role.ADMIN else ""
        letters = self.thread(name)
        return Phone(
            name=name,
            about=self.words.resident if name == self.resident else about,
            how=how,
            how_in_words=self.words.standing[how] if how else "",
            unread=_unread(letters),
            last=letters[-1].text if letters else "",
        )

    def call(self, name: str) -> str:
        """Whether somebody's telephone rings ("rings") or they talk to the box ("talks"); "" for neither."""
        call = self.demo.call_of(name)
        return "" if call is None else "talks" if call.state == ACTIVE else "rings"

    def thread(self, name: str) -> list[Letter]:
        """What stands on one phone, oldest first."""
        return list(self.demo.threads.get(name, ()))

    def read_at(self, letter: Letter) -> str:
        """When it came or went."""
        return f"{letter.at.astimezone(self.demo.house.zone):%H:%M:%S}"


def _spelt(room: str) -> str:
    name = SPELT.get(room, room)
    return name[:1].upper() + name[1:]


def _tone(kind: SensorKind | None, *, is_pressed: bool) -> str:
    if is_pressed or kind in DANGERS:
        return "alert"
    if kind is None:
        return ""
    return "watch" if kind in (SensorKind.DOOR, SensorKind.TEMPERATURE) else "ok"


def _unread(letters: list[Letter]) -> int:
    """How many texts came since its owner last wrote."""
    count = 0
    for letter in reversed(letters):
        if letter.is_own:
            break
        count += 1
    return count
