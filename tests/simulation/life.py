"""The people of a simulated life: a resident who calls for help, or falls; neighbours who answer, or do not.

They know nothing of hubs. The resident moves often enough to keep every rule of the household, in true time: a silence
alarm while she is well is the hub's own mistake. Neighbours read their phones, and do what people do.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import floor, inf
from random import Random
from re import search

from hub.domain.policy import Role
from hub.sim.house import Happening, House

# Between two movements of somebody who is up, and when she is up (local hours).
MOVES_EVERY_S = (1200.0, 5400.0)
UP_FROM, UP_UNTIL = 7.2, 21.8

# The first words of every text that asks for help, in both languages.
ALERTS = ("ALERTE", "ALERT", "PERSONNE n'a", "NOBODY has", "FUITE", "Toujours personne")

Deed = Callable[["Life", float], None]
DEEDS: dict[str, Deed] = {}


def deed(do: Deed) -> Deed:
    """Add it to the table under its own name."""
    DEEDS[do.__name__] = do
    return do


@dataclass(slots=True)
class Life:
    """A house and the people around it. ``seed`` decides how they are today."""

    house: House
    seed: int
    is_down: bool = False
    fell_at: float | None = None
    answers: int = 0
    keys: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    last_asked: dict[str, int] = field(default_factory=dict)
    rung: dict[str, int] = field(default_factory=dict)
    on_press: Callable[[bool], None] = field(default=lambda _by_radio: None)

    # The resident

    def begin(self) -> None:
        """Live."""
        self._move(Random(f"{self.seed} moves"))
        for person in self.house.household.people:
            self._is_near_the_telephone(person.name)

    def _move(self, random: Random) -> None:
        local = self.house.local()
        hour = local.hour + local.minute / 60
        if not self.is_down and UP_FROM <= hour <= UP_UNTIL:
            rooms = ["cuisine", "chambre"]
            random.shuffle(rooms)
            self.house.walk(rooms[0])
            if rooms[0] in self.house.home.mute:
                self.house.walk(rooms[1])
        wait = random.uniform(*MOVES_EVERY_S)
        if not UP_FROM <= hour <= UP_UNTIL:
            wait = min(wait, 3600.0)
        self.house.world.after(wait, lambda: self._move(random))

    def get_up(self) -> None:
        """She is helped up, or was never down."""
        self.is_down = False

    # The neighbours

    def read(self, happening: Happening) -> None:
        """A phone got a text; its owner may do something about it."""
        if happening.kind != "sms" or not happening.text.startswith(ALERTS):
            return
        who = happening.who
        self.asked[who] = self.asked.get(who, 0) + 1
        random = Random(f"{self.seed} {who} {self.asked[who]}")
        named = search(r"No (\d+)", happening.text)
        if named is not None:
            self.last_asked[who] = int(named[1])
        if named is not None and random.random() < self._willing(who):
            self._react(random, who, int(named[1]))

    def _is_near_the_telephone(self, who: str) -> None:
        """How this person will take the next call: with a key, or none; or a machine takes it, or nobody."""
        self.rung[who] = self.rung.get(who, 0) + 1
        random = Random(f"{self.seed} {who} rung {self.rung[who]}")
        way = random.random()
        is_busy, answers_after_s, presses = False, random.uniform(3.0, 40.0), ""
        if way < 0.2:
            is_busy = True
        elif way < 0.5:
            answers_after_s = inf
        elif way < 0.75:
            presses = random.choice(("1", "1", "1", "2", "2", "9", "5", "12", "#1"))
        before = self.house.reach_of(who)
        reach = replace(
            before,
            is_busy=is_busy,
            answers_after_s=None if answers_after_s == inf else answers_after_s,
            presses=presses,
            after_seconds=random.uniform(0.5, 50.0) if presses else None,
            hangs_up_after_s=random.uniform(1.0, 70.0) if random.random() < 0.3 else None,
        )
        self.house.set_reach(who, reach)

    def hears_it_ring(self, happening: Happening) -> None:
        """A telephone rings; how it is taken was drawn before, and is drawn anew for the next time."""
        if happening.text != "rings":
            self._is_near_the_telephone(happening.who)

    def pressed(self, happening: Happening) -> None:
        """Somebody pressed a key of their telephone."""
        self.keys += 1
        who = happening.who
        if happening.text == "1" and who in self.last_asked:
            self.answers += 1
            self._then(Random(f"{self.seed} {who} walks {self.rung[who]}"), who, self.last_asked[who])

    def _willing(self, who: str) -> float:
        is_family = any(person.name == who and person.role is Role.ADMIN for person in self.house.household.people)
        return 0.7 if is_family else 0.4

    def _react(self, random: Random, who: str, number: int) -> None:
        after = self.house.world.after
        delay = random.uniform(5.0, 900.0)
        way = random.random()
        if way < 0.5:
            after(delay, lambda: self._goes(random, who, number, "1"))
        elif way < 0.6:
            after(delay, lambda: self._goes(random, who, number, f"1 {number}"))
        elif way < 0.7:
            after(delay, lambda: self.house.texts(who, random.choice(("ok", "merci", "vu", "c'est qui ?", "👍"))))
        elif way < 0.85:
            after(delay, lambda: self.house.texts(who, random.choice(("2", "je ne peux pas", "desole non"))))
        elif way < 0.92:
            after(delay, lambda: self._goes(random, who, number, "j'arrive"))
            after(delay + random.uniform(0.0, 30.0), lambda: self.house.texts(who, "1"))
        else:
            after(delay, lambda: self._by_broker(who, number))
            after(delay, lambda: self._then(random, who, number))

    def _goes(self, random: Random, who: str, number: int, words: str) -> None:
        self.answers += 1
        self.house.texts(who, words)
        self._then(random, who, number)

    def _by_broker(self, who: str, number: int) -> None:
        person = next((p.id for p in self.house.household.people if p.name == who), "")
        order = json.dumps({"cmd": "ANSWER", "by": person, "incident": number})
        self.house.publish(f"telecare/{self.house.config.hub.id}/cmd", order.encode())

    def _then(self, random: Random, who: str, number: int) -> None:
        """Most arrive, and most say so; a few never do."""
        if random.random() < 0.2:
            return
        walk = random.uniform(120.0, 1500.0)
        self.house.world.after(walk, self.get_up)
        if random.random() < 0.8:
            self.house.world.after(walk, lambda: self.house.texts(who, f"3 {number}"))
        self.house.world.after(walk + random.uniform(60.0, 3600.0), lambda: self.house.texts(who, f"9 {number}"))


# --- what the resident does ------------------------------------------------------------------------------


@deed
def presses(life: Life, _value: float) -> None:
    life.on_press(False)
    life.house.press("salon")


@deed
def presses_the_pendant(life: Life, _value: float) -> None:
    life.on_press(True)
    life.house.press("pendant")


@deed
def presses_again_and_again(life: Life, value: float) -> None:
    for time in range(2 + floor(4 * value)):
        life.house.world.after(time * (0.5 + 100 * value), lambda: presses(life, value))


@deed
def presses_a_worn_button(life: Life, _value: float) -> None:
    """Its contact bounces while the finger presses."""
    life.on_press(False)
    for edge in range(7):
        life.house.world.after(
            edge * 0.004,
            lambda down=edge % 2 == 0: life.house.contacts.move("salon", active=down),  # type: ignore[misc]
        )
    life.house.world.after(0.3, lambda: life.house.contacts.move("salon", active=False))


@deed
def presses_by_mistake(life: Life, value: float) -> None:
    """And holds the button until it is cancelled, within the warning or after it."""
    life.house.press("salon")
    life.house.world.after(2.0 + 30 * value, lambda: life.house.press("salon", seconds=4.0))


@deed
def texts_for_help(life: Life, _value: float) -> None:
    life.house.texts("resident", "SOS")


@deed
def smoke_rises(life: Life, value: float) -> None:
    life.house.sense("fumee", active=True)
    life.house.world.after(60.0 + 600 * value, lambda: life.house.sense("fumee", active=False))


@deed
def falls_and_lies_still(life: Life, _value: float) -> None:
    """Nobody hears it: only the silence can tell."""
    life.is_down = True
    life.fell_at = life.house.world.seconds


def names() -> tuple[str, ...]:
    """All deeds; a press is the most frequent."""
    return (*DEEDS, "presses", "presses", "presses_the_pendant")
