"""Plays a plan: the house, its people, its bad luck and the watcher together, until all is mended again."""

import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hub.domain.decide import decide
from hub.domain.facts import Fact, SmsKept
from hub.domain.records import State
from hub.domain.view import View
from hub.drivers.modem.routine import Pace
from hub.journal import Journal
from hub.loop import Rules
from hub.messages import Catalogue
from hub.sim.house import CirclesError, Happening, House
from hub.sim.story import parse
from tests.simulation import life as lives
from tests.simulation import mishaps
from tests.simulation.life import DEEDS, Life
from tests.simulation.mishaps import MISHAPS, Trouble, rules_with_a_bug
from tests.simulation.plan import DAY_S, EPILOGUE_S, Plan, draw
from tests.simulation.watcher import Watcher

# The household of the stories, with rules of silence that the resident keeps while she is well.
HOUSE = """A simulated life
    [[window]]
    name = "matin"
    days = "daily"
    from = "07:00"
    to = "10:00"
    sign = "any"

    [[silence]]
    longest = "4h"
    between = "08:00-22:00"

    [[silence]]
    longest = "13h"

    [modem]
    port = "/dev/telecare-modem"
    pwrkey = "gpio:4"
    usb_power = "/sys/bus/usb/devices/1-1.2/authorized"
{sensors}{waves}
00:00  nothing
"""
# In one home of so many the telephones ring as well: a call is followed second by second, which costs.
RINGING_ONE_IN = 5
RINGING = """
    [[wave]]
    people = ["paul", "anne"]
    wait = "3min"
    ring = true

    [[wave]]
    people = ["all"]
    wait = "5min"
    ring = true
"""
# One home in so many has no wired detector: where their bridge or the broker is gone, nothing watches.
WIRELESS_ONE_IN = 3
WIRELESS = "".join(
    f"""
    [[sensor]]
    id = "{name}"
    kind = "{kind}"
    source = "mqtt:zigbee2mqtt/{name}"
"""
    for name, kind in (("cuisine", "motion"), ("chambre", "motion"), ("entree", "door"), ("fumee", "smoke"))
)
# While all is well the modem is looked at now and then only: a quiet day must cost next to nothing.
QUIET_PACE = Pace(5 * 3600.0, 3 * 3600.0)
# While somebody waits for help, the service is looked at this often.
LOOK_EVERY_S = 5.0
# After trouble with the modem a hub is given this long to have it in service again.
RECOVERY_S = 150.0
# A fall that no button told must be noticed: the longest rule, the question to her, and the hub's own blind times;
# where sensors were gone, counted from when they are back.
NOTICED_WITHIN_S = 18 * 3600.0


@dataclass(slots=True)
class Outcome:
    """What came of a life."""

    plan: Plan
    complaints: list[str]
    faults: Counter[str]
    presses: int = 0
    unheard: int = 0
    calls: int = 0
    lost: int = 0
    gone_with_the_card: int = 0
    repeats: int = 0
    crashes: int = 0
    delays_s: list[float] = field(default_factory=list)
    worst_service_s: float = 0.0
    rings: int = 0
    keys: int = 0


def plan_of(seed: int, days: float) -> Plan:
    """The plan of that seed."""
    return draw(seed, days, mishaps.names(), lives.names())


_WORDS = Catalogue.load()


def play(plan: Plan, rules: Rules = decide, sabotage: Callable[[House], None] = lambda _house: None) -> Outcome:
    """Play ``plan`` with these rules, in a house that ``sabotage`` may have changed, and say what came of it."""
    root = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="telecare-life-", dir=root) as folder:
        player = _Player(plan, Path(folder), rules, sabotage)
        try:
            return player.play()
        except CirclesError as circles:
            player.watcher.complain(str(circles))
            return player.outcome()


class _Player:
    def __init__(self, plan: Plan, folder: Path, rules: Rules, sabotage: Callable[[House], None]) -> None:
        is_wireless = plan.seed % WIRELESS_ONE_IN == 0
        waves = RINGING if plan.seed % RINGING_ONE_IN == 0 else ""
        story = parse(HOUSE.format(sensors=WIRELESS if is_wireless else "", waves=waves), "life", folder)
        self.plan = plan
        self.house = House(story.config, story.household, plan.begins, pace=QUIET_PACE, words=_WORDS)
        sabotage(self.house)
        self.trouble = Trouble(self.house, story.household)
        self.life = Life(self.house, plan.seed)
        self.watcher = Watcher(self.house)
        self.watcher.is_journal_damaged = lambda: self.trouble.journal_was_damaged
        self.faults: Counter[str] = Counter()
        self.letters: dict[tuple[datetime, str, str], None] = {}
        self.trouble_until = 0.0
        self.well = True
        site = self.house.site
        site.on_facts = self._hear
        site.on_recalled = self.watcher.after_the_start
        site.on_step = self.trouble.step
        site.rules = rules_with_a_bug(self.trouble, rules)
        self.house.on_happening.append(self._happens)
        self.house.on_end.append(self.watcher.before_the_end)
        self.life.on_press = self._press

    def play(self) -> Outcome:
        house, plan = self.house, self.plan
        house.start_hub()
        house.pass_time(seconds=120)
        self.life.begin()
        for event in plan.events:
            self._run_until(event.at_s)
            self._do(event.what, event.value)
        self._run_until(max(plan.days * DAY_S, house.world.seconds))
        self.trouble.heal()
        if self.life.is_down and self.life.fell_at is not None:
            self._run_until(max(house.world.seconds, self.life.fell_at) + NOTICED_WITHIN_S)
        self._run_until(house.world.seconds + EPILOGUE_S)
        if house.hub is None:
            self.watcher.complain("the hub did not come back")
        if self.life.is_down:
            self.watcher.complain("a fall that nobody was told of, or nobody came for")
        house.stop_hub()
        letters = ((number, text) for _, number, text in self.letters)
        self.watcher.look_back(resident_is_well=self.life.fell_at is None, letters=letters, kept=self._kept())
        return self.outcome()

    def _kept(self) -> Counter[tuple[str, str]]:
        """How often each text stands in the journal, on the card."""
        with closing(Journal(self.house.config.hub.journal, read_only=True)) as journal:
            texts = (numbered.fact for numbered in journal.facts())
            return Counter((fact.sender, fact.text) for fact in texts if isinstance(fact, SmsKept))

    def outcome(self) -> Outcome:
        """What came of it so far."""
        watcher = self.watcher
        return Outcome(
            self.plan,
            watcher.complaints,
            self.faults,
            watcher.presses,
            watcher.unheard,
            len(watcher.calls),
            watcher.lost,
            watcher.gone_with_the_card,
            watcher.repeats,
            watcher.crashes,
            watcher.delays_s,
            watcher.worst_service_s,
            watcher.rings,
            self.life.keys,
        )

    def _do(self, what: str, value: float) -> None:
        if what in DEEDS:
            DEEDS[what](self.life, value)
        else:
            self.faults[what] += 1
            MISHAPS[what](self.trouble, value)
            self.trouble_until = self.house.world.seconds + RECOVERY_S
        self.house.settle()

    def _run_until(self, second: float) -> None:
        """Let time pass, in small steps while somebody waits for help."""
        while self.house.world.seconds < second:
            began = self.house.world.seconds
            is_urgent = self.watcher.is_anybody_waiting()
            self.house.run_until(min(second, began + (LOOK_EVERY_S if is_urgent else DAY_S)))
            self.watcher.pass_time(self.house.world.seconds - began, is_in_service=self._is_in_service())

    def _is_in_service(self) -> bool:
        """Whether nothing stands between a call and the network, and nothing did a moment ago."""
        house = self.house
        is_there = house.hub is not None and house.has_power and house.is_modem_plugged and house.modem.card.inserted
        is_left_alone = house.world.seconds > self.trouble_until and not self.trouble.until and not house.modem.faults
        # One that hangs for good is back when the hub has switched it off and on.
        is_awake = house.modem.is_on and not house.modem.is_silent
        if not (is_there and is_left_alone and is_awake and house.modem.is_registered):
            self.trouble_until = max(self.trouble_until, house.world.seconds + RECOVERY_S)
            return False
        return True

    def _press(self, by_radio: bool) -> None:
        """A finger presses. It is heard if the hub runs, goes on for a moment, and the pendant's broker is there."""
        self.watcher.presses += 1
        hub, second = self.house.hub, self.house.world.seconds
        opened = self.watcher.heard
        broker = self.house.broker
        has_broker = broker.is_there and not broker.is_mute and hub is not None and hub.radio.is_up
        is_told = has_broker and "pendant" not in self.house.home.mute

        def look() -> None:
            if self.watcher.heard > opened:
                return
            is_cut_short = hub is None or self.house.hub is not hub or self.trouble.bug_until > second
            if is_cut_short or (by_radio and not is_told):
                self.watcher.unheard += 1
            else:
                self.watcher.complain("a press was not heard")

        self.house.world.after(1.0, look)

    def _hear(self, facts: tuple[Fact, ...], state: State, view: View) -> None:
        self.house.facts(facts, state, view)
        self.watcher.hear(facts, state, view)

    def _happens(self, happening: Happening) -> None:
        if happening.kind == "sms":
            self.watcher.read(happening, self.house.number_of(happening.who))
            self.life.read(happening)
        elif happening.kind == "call":
            self.watcher.ring(happening)
            self.life.hears_it_ring(happening)
        elif happening.kind == "pressed":
            self.life.pressed(happening)
        elif happening.kind == "wrote":
            # Two equal texts of one second are one and the same to any hub: nothing on the air tells them apart.
            second = happening.at.replace(microsecond=0)
            self.letters[second, self.house.number_of(happening.who), happening.text] = None
