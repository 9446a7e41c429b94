"""A home without wires: the pure core, a clock that is moved by hand, and channels that do as they are told.

    house.tell(house.pressed())
    house.pass_time(minutes=3)
    assert house.alerts_to(PAUL) == 1

Time passes only in `pass_time`, which wakes the core exactly when it asked to be woken. Every decision is checked
on the way: an open incident has a next step, and the hub is never due to wake in the past.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from hub.domain import facts as f
from hub.domain import inputs as i
from hub.domain.decide import decide
from hub.domain.policy import (
    EVERY_DAY,
    Button,
    Person,
    Policy,
    Resident,
    Role,
    Sensor,
    SensorKind,
    Silence,
    Wave,
    Window,
)
from hub.domain.records import Incident, Message, Phase, State
from hub.domain.state import evolve, next_wake

FactKind = TypeVar("FactKind", bound=f.Fact)

PARIS = ZoneInfo("Europe/Paris")
# A Monday, eleven in the morning in Paris.
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

PAUL, ANNE, MARIE, RESIDENT = "paul", "anne", "marie", "resident"
PHONES = {PAUL: "+33600000001", ANNE: "+33600000002", MARIE: "+33600000003", RESIDENT: "+33600000009"}
STRANGER = "+33699999999"
# What the modem's driver draws for each text: its one-time code is 4821.
CHANCE, CODE = 3821, "4821"

MARTIN = Resident("Mme Martin", PHONES[RESIDENT], "fr", "12 rue des Lilas", "4821", "Ne pas relever")
CIRCLE = (
    Person(PAUL, "Paul", PHONES[PAUL], consent=True),
    Person(ANNE, "Anne", PHONES[ANNE], language="en", consent=True),
    Person(MARIE, "Marie", PHONES[MARIE], Role.ADMIN, consent=True),
)
WAVES = (
    Wave((PAUL,), timedelta(minutes=3)),
    Wave((PAUL, ANNE), timedelta(minutes=3)),
    Wave(("all",), timedelta(minutes=3)),
)
MORNING = Window("matin", EVERY_DAY, time(7), time(10))
QUIET = Silence("silence", timedelta(hours=4))
SENSORS = (
    Sensor("cuisine", SensorKind.MOTION, "cuisine"),
    Sensor("entree", SensorKind.DOOR, "entree"),
    Sensor("lit", SensorKind.BED, "chambre"),
    Sensor("fumee", SensorKind.SMOKE, "cuisine"),
    Sensor("co", SensorKind.CO, "cuisine"),
    Sensor("chute", SensorKind.FALL, "salle de bain"),
    Sensor("froid", SensorKind.TEMPERATURE, "salon"),
)
HOME = Policy(
    zone=PARIS,
    resident=MARTIN,
    people=CIRCLE,
    waves=WAVES,
    buttons=(Button("salon", "salon"),),
    sensors=SENSORS,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One handing over of a message to its channel."""

    at: datetime
    message: Message

    @property
    def key(self) -> str:
        return self.message.words.key

    @property
    def values(self) -> dict[str, f.Value]:
        return dict(self.message.words.values)


# What a channel says of a message in its hands; None: nothing.
Network = Callable[[Message], i.SendState | None]


def accepting(_message: Message) -> i.SendState | None:
    """A network that takes everything at once."""
    return i.SendState.ACCEPTED


def refusing(_message: Message) -> i.SendState | None:
    """A network that is not there."""
    return i.SendState.FAILED


def mute(_message: Message) -> i.SendState | None:
    """A channel that never says what became of anything."""
    return None


class House:
    """The core of one home, from its first start."""

    def __init__(
        self, policy: Policy = HOME, *, at: datetime = START, network: Network = accepting, trusted: bool = True
    ) -> None:
        self.policy, self.now, self.network = policy, at, network
        self.state = State()
        self.facts: list[f.Fact] = []
        self.sent: list[Sent] = []
        self._texts = 0
        self.tell(i.Booted(at, rebooted=False, clock_trusted=trusted))
        self.tell(i.LinkChanged(at, "sms", up=True))

    # --- what happens --------------------------------------------------------------------------------

    def tell(self, seen: i.Input) -> tuple[f.Fact, ...]:
        """Let the core decide about ``seen``, and the channels report."""
        if isinstance(seen, i.PolicyReplaced):
            self.policy = seen.policy
        facts = decide(self.state, seen, self.policy)
        for fact in facts:
            self.state = evolve(self.state, fact)
            if isinstance(fact, f.MessageSending):
                self.sent.append(Sent(fact.at, self.state.outbox[fact.message]))
        self.facts += facts
        self._check()
        for fact in facts:
            if isinstance(fact, f.MessageSending):
                self._report(fact.message)
        return facts

    def pass_time(self, span: timedelta | None = None, **units: float) -> None:
        """Let time pass, and wake the core whenever it asked for it."""
        end = self.now + (span if span is not None else timedelta(**units))
        while (due := next_wake(self.state)) is not None and due <= end:
            self.now = max(due, self.now)
            self.tell(i.Tick(self.now))
        self.now = end

    def oversleep(self, **units: float) -> None:
        """Let time pass without a single wake-up: a machine that was suspended, or hung."""
        self.now += timedelta(**units)

    def press(self, button: str = "salon") -> None:
        self.tell(i.ButtonPressed(self.now, button))

    def hold(self, button: str = "salon", seconds: float = 3) -> None:
        """Press a wired button and keep it down, then let go."""
        self.tell(i.ButtonEdge(self.now, button, down=True))
        self.pass_time(seconds=seconds)
        self.tell(i.ButtonEdge(self.now, button, down=False))

    def hear(self, device: str, **told: object) -> None:
        """A wireless device gives a sign of itself."""
        self.tell(i.DeviceHeard(self.now, device, **told))  # type: ignore[arg-type]

    def cancel(self, button: str = "salon") -> None:
        self.tell(i.ButtonCancelled(self.now, button))

    def sense(self, sensor: str, *, active: bool = True) -> None:
        self.tell(i.SensorChanged(self.now, sensor, active))

    def move(self) -> None:
        """Somebody walks through the kitchen, and the detector comes to rest again."""
        self.sense("cuisine")
        self.sense("cuisine", active=False)

    def text(self, who: str, words: str) -> None:
        """A text from somebody of the circle, or from a number."""
        self._texts += 1
        self.tell(i.SmsReceived(self.now, f"text {self._texts}", PHONES.get(who, who), words, chance=CHANCE))

    def delivered(self, sent: Sent, state: i.DeliveryState = i.DeliveryState.DELIVERED) -> None:
        """The network tells what became of a text."""
        self.tell(i.DeliveryReported(self.now, sent.message.number, state))

    def command(self, action: i.Action, via: str = "cli", **more: object) -> f.CommandSettled:
        """Give a command, and return what became of it."""
        facts = self.tell(i.Commanded(self.now, action, via, **more))  # type: ignore[arg-type]
        return next(fact for fact in facts if isinstance(fact, f.CommandSettled))

    def step_clock(self, by: timedelta, *, trusted: bool = True) -> None:
        """Set the wall clock; the hub's clock follows, as the loop does it."""
        stepped = i.ClockStepped(self.now, by, trusted)
        # What channels report of what follows comes after the step.
        self.now += by
        self.tell(stepped)

    def fail(self, fault: str, detail: str = "") -> None:
        self.tell(i.FaultSeen(self.now, fault, detail))

    def repair(self, fault: str) -> None:
        self.tell(i.FaultCleared(self.now, fault))

    def link(self, road: str, *, up: bool) -> None:
        self.tell(i.LinkChanged(self.now, road, up))

    def observe(self, what: str, value: str | float | bool | None) -> None:
        self.tell(i.Observed(self.now, what, value))

    def replace_policy(self, **changes: object) -> None:
        self.tell(i.PolicyReplaced(self.now, replace(self.policy, **changes)))  # type: ignore[arg-type]

    def cut_power(self, off: timedelta = timedelta(minutes=1), *, rebooted: bool = True, trusted: bool = True) -> None:
        """Forget all that is not on record, and start again ``off`` later. That it watched was noted just before."""
        watched_until = self.now
        self.facts.append(f.HubWatched(watched_until))
        self.state = folded(self.on_record())
        self.now += off
        self.tell(i.Booted(self.now, rebooted, trusted, watched_until))

    def report(self, number: int, state: i.SendState, *, permanent: bool = False) -> tuple[f.Fact, ...]:
        """A channel tells what became of a message."""
        return self.tell(i.SendReported(self.now, number, state, permanent=permanent))

    # --- what one sees -------------------------------------------------------------------------------

    def sent_to(self, who: str, *purposes: f.Purpose) -> list[Sent]:
        """What was handed to a channel for ``who``, oldest first; of these purposes, or of any."""
        return [s for s in self.sent if s.message.person == who and (not purposes or s.message.purpose in purposes)]

    def texts_to(self, who: str) -> list[str]:
        """The keys of what was sent to ``who``."""
        return [sent.key for sent in self.sent_to(who)]

    def alerts_to(self, who: str) -> int:
        return len(self.sent_to(who, f.Purpose.ALERT))

    def last_to(self, who: str) -> Sent:
        return self.sent_to(who)[-1]

    def forget_texts(self) -> None:
        """Look only at what is sent from now on."""
        self.sent.clear()

    def of(self, kind: type[FactKind]) -> list[FactKind]:
        """The facts of this kind so far."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def of_kind(self, kind: f.Kind) -> list[f.IncidentOpened]:
        """How the incidents of this kind began."""
        return [fact for fact in self.of(f.IncidentOpened) if fact.kind is kind]

    def on_record(self) -> list[f.Fact]:
        """What a journal would have kept."""
        return [fact for fact in self.facts if not isinstance(fact, f.Passing)]

    @property
    def said(self) -> list[str]:
        """The keys of what was said aloud at home."""
        return [fact.words.key for fact in self.of(f.Spoken)]

    @property
    def incident(self) -> Incident:
        """The newest incident."""
        return list(self.state.incidents.values())[-1]

    @property
    def phase(self) -> Phase:
        return self.incident.phase

    @property
    def has_incident(self) -> bool:
        return bool(self.state.incidents)

    # --- behind the scenes ---------------------------------------------------------------------------

    def _report(self, number: int) -> None:
        message = self.state.outbox.get(number)
        said = self.network(message) if message is not None else None
        if said is not None:
            self.report(number, said)

    def _check(self) -> None:
        assert self.state.at is not None
        due = next_wake(self.state)
        assert due is None or due > self.state.at, "the hub would wake for ever without getting anywhere"
        for incident in self.state.open_incidents():
            assert incident.due is not None, f"incident {incident.number} has no next step"
            assert incident.due > self.state.at, f"incident {incident.number} was due and did nothing"


def folded(facts: list[f.Fact]) -> State:
    """Return the state that these facts lead to."""
    state = State()
    for fact in facts:
        state = evolve(state, fact)
    return state
