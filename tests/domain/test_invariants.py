"""What must hold in stories that nobody thought of (BEHAVIOUR 8: never)."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import time, timedelta
from types import MappingProxyType
from typing import Any

from house import (
    ANNE,
    CIRCLE,
    HOME,
    MARIE,
    MORNING,
    PAUL,
    PHONES,
    QUIET,
    RESIDENT,
    SENSORS,
    START,
    STRANGER,
    WAVES,
    House,
    Network,
    accepting,
    folded,
    mute,
    refusing,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain import facts as f
from hub.domain import inputs as i
from hub.domain.conversation_state import TEXTS_REMEMBERED
from hub.domain.decide import READINGS_AT_MOST, decide
from hub.domain.incident_state import CLOSED_REMEMBERED
from hub.domain.outbox import WAITING_AT_MOST
from hub.domain.outbox_state import QUEUED
from hub.domain.policy import (
    EVERY_DAY,
    BackInBed,
    Climate,
    Delays,
    DoorAway,
    Extreme,
    HomeBy,
    Hours,
    LeftOpen,
    Policy,
    Silence,
    Wave,
)
from hub.domain.records import FIRST_INCIDENT, MessageStatus, Phase, State, Thermometer
from hub.domain.state import BLIND_SPANS_REMEMBERED, evolve, next_wake
from hub.domain.supervision import FAULTS_AT_MOST
from hub.domain.supervision_state import ASKS_REMEMBERED, AWAITED_AT_MOST
from hub.domain.trouble import OWN, code_of
from hub.domain.unsent_state import KEPT_AT_MOST

KINDS_OF_FACT = [
    kind
    for kind in vars(f).values()
    if isinstance(kind, type) and issubclass(kind, f.Fact) and kind not in (f.Fact, f.Batched, f.Passing)
]
# The last wave repeats at least this often, and whatever is tried again at least every minute.
LONGEST_WAIT = timedelta(minutes=16)
# As many messages as a person's channels, for each alarm that may be open at the same time.
KINDS = len(f.Kind)

OVER_THERE = "https://push.example.org/paul"
POLICIES: tuple[Policy, ...] = (
    HOME,
    replace(HOME, delays=Delays(panic_warning=timedelta(0))),
    replace(HOME, windows=(MORNING,), silences=(QUIET,), no_news=timedelta(days=2)),
    replace(HOME, silences=(Silence("jour", timedelta(hours=1), (time(7), time(22))),), no_news=timedelta(hours=3)),
    replace(
        HOME,
        silences=(QUIET,),
        doors=(
            LeftOpen("porte", "entree", timedelta(minutes=1)),
            LeftOpen("nuit", "entree", timedelta(minutes=20), (time(22), time(7))),
        ),
        climate=(Climate(Extreme.COLD, 8.0, timedelta(minutes=10)), Climate(Extreme.HEAT, 30.0, timedelta(0))),
        home_by=(HomeBy("midi", time(11, 30)),),
        sensors=tuple(replace(s, entrance=s.id == "entree") for s in HOME.sensors),
        beds=(BackInBed("lit", "lit", timedelta(minutes=5), (time(20), time(14)), time(11, 40)),),
    ),
    replace(HOME, people=(replace(CIRCLE[0], channels=("sms", OVER_THERE, "call")), *CIRCLE[1:])),
    replace(HOME, people=tuple(replace(p, hours=(Hours(EVERY_DAY, time(8), time(9)),)) for p in CIRCLE)),
    replace(HOME, people=CIRCLE[1:]),
    replace(HOME, waves=tuple(replace(wave, ring=True) for wave in WAVES)),
    replace(
        HOME,
        people=(replace(CIRCLE[0], channels=("call",)), replace(CIRCLE[1], channels=("call", "sms")), CIRCLE[2]),
        waves=(Wave((PAUL, MARIE), ring=True), Wave(("all",), timedelta(minutes=1), ring=True)),
    ),
    replace(HOME, people=CIRCLE[:1], waves=(Wave((PAUL,), timedelta(0)),)),
    replace(HOME, people=()),
    replace(HOME, waves=()),
    replace(
        HOME,
        sensors=tuple(replace(s, link="mqtt", silent_after=timedelta(hours=25), entrance=True) for s in SENSORS),
        windows=(MORNING,),
        silences=(QUIET,),
        drill_every=timedelta(days=1),
        digest_at=time(19),
        heartbeat_every=timedelta(days=2),
        door_away=DoorAway(timedelta(minutes=10), timedelta(hours=2)),
    ),
    replace(HOME, waves=(Wave(("nobody",)), *WAVES), sensors=(), buttons=()),
    replace(HOME, delays=Delays(timedelta(seconds=1), timedelta(0), timedelta(0), timedelta(0))),
)


def uncertain(_message: object) -> i.SendState | None:
    """A network that leaves everybody in doubt."""
    return i.SendState.UNCERTAIN


NETWORKS: tuple[Network, ...] = (accepting, refusing, mute, uncertain)
WORDS = (
    "1", "2", "3", "9", "1 10", "9 11", "2 12", "ok", "oui", "comment ?", "STOP", "START", "AIDE", "tout va bien",
    "fausse alerte", "j'arrive 10 min", "ETAT", "Réponse automatique : absent", "9 fausse alerte", "",
)  # fmt: skip
FAULTS = ("modem.absent", "mqtt.absent", "mqtt.bridge", "gpio.absent", "speech.absent", "made.up")
ROOMS = ("salon", "unknown")


class Witness(House):
    """A home in which every decision is held against what must never be."""

    def __init__(self, policy: Policy, network: Network) -> None:
        self.quiet: set[int] = set()
        self.went: set[tuple[int, str]] = set()
        self.handed: set[int] = set()
        self.requested: dict[int, f.MessageRequested] = {}
        self._looked_at = 0
        super().__init__(policy, network=network)

    def tell(self, seen: i.Input) -> tuple[f.Fact, ...]:
        policy = seen.policy if isinstance(seen, i.PolicyReplaced) else self.policy
        foreseen = decide(self.state, seen, policy)
        before = self.state
        said = super().tell(seen)
        assert said == foreseen, "two decisions about the same are the same"
        self._in_order(before, said)
        self._bounded()
        self._heard()
        return said

    def _check(self) -> None:
        # Before the channels report, for a report is a decision of its own.
        super()._check()
        for fact in self.facts[self._looked_at :]:
            self._look(fact)
        self._looked_at = len(self.facts)

    def _look(self, fact: f.Fact) -> None:
        match fact:
            case f.IncidentAnswered() | f.IncidentAttended():
                self.quiet.add(fact.incident)
                self.went.add((fact.incident, fact.person))
            case f.IncidentClosed() | f.WarningStarted():
                self.quiet.add(fact.incident)
            case f.IncidentReopened() | f.WaveStarted():
                self.quiet.discard(fact.incident)
            case f.MessageRequested():
                self.requested[fact.message] = fact
                self._may_be_written(fact)
            case f.MessageSending():
                self._may_be_sent(self.requested[fact.message])
            case f.IncidentOpened() if fact.kind is f.Kind.INACTIVITY:
                assert not self._is_unwatched(fact.source), "a silence that nobody could hear"

    def _is_unwatched(self, rule: str) -> bool:
        return any(blind.partition("/")[2] == rule for blind in self.state.watch.blinded)

    def _may_be_sent(self, message: f.MessageRequested) -> None:
        if message.purpose is f.Purpose.ALERT and message.incident is not None:
            assert message.incident not in self.quiet, "an alert after somebody answered, or after the end"
            self.handed.add(message.incident)

    def _may_be_written(self, message: f.MessageRequested) -> None:
        assert message.address not in ("", STRANGER), "an answer to a stranger"
        if message.purpose is f.Purpose.DRILL:
            assert not any(i.is_call for i in self.state.open_incidents()), "a drill in the middle of an alarm"
        if message.purpose is f.Purpose.TECHNICAL:
            assert message.person == MARIE, "technical noise to a neighbour"
        if message.words.key == "access":
            assert (message.incident, message.person) in self.went, "the key code for somebody who does not go"
            assert message.address == PHONES[message.person], "the key code to another address"

    def _in_order(self, before: State, said: tuple[f.Fact, ...]) -> None:
        at = before.at
        for fact in said:
            assert at is None or fact.at >= at, "time went back"
            at = fact.at + fact.by if isinstance(fact, f.ClockCorrected) else fact.at

    def _bounded(self) -> None:
        state = self.state
        alerts = [m for m in state.outbox.values() if m.purpose is f.Purpose.ALERT]
        assert len(state.outbox) - len(alerts) <= WAITING_AT_MOST
        assert len(alerts) <= len(CIRCLE) * 3 * KINDS
        assert sum(code_of(fault) not in OWN for fault in state.faults) <= FAULTS_AT_MOST
        assert len(state.faults) <= FAULTS_AT_MOST + len(OWN) * len(state.links)
        assert len(state.awaiting) <= AWAITED_AT_MOST
        assert len(state.unsent) <= KEPT_AT_MOST
        assert len(state.reach) <= len(CIRCLE)
        assert all(len(reach.asks) <= ASKS_REMEMBERED for reach in state.reach.values())
        assert len(state.readings) <= READINGS_AT_MOST
        assert len(state.seen_texts) <= TEXTS_REMEMBERED
        assert len(state.watch.blind) <= BLIND_SPANS_REMEMBERED
        assert len([x for x in state.incidents.values() if not x.is_open]) <= CLOSED_REMEMBERED + KINDS
        sending = [m.road for m in alerts if m.status is MessageStatus.SENDING]
        assert len(sending) == len(set(sending)), "two alerts in one channel's hands"
        on_the_line = [
            m for m in state.outbox.values() if m.status is MessageStatus.SENDING and m.road in ("sms", "call")
        ]
        if any(m.is_spoken for m in on_the_line):
            assert all(m.purpose is f.Purpose.ALERT for m in on_the_line), "a text that is no alert during a call"

    def _heard(self) -> None:
        """Whoever calls for help is heard by somebody, or an alert waits for its road; and no drill runs beside."""
        calls = [incident for incident in self.state.open_incidents() if incident.is_call]
        assert not calls or self.state.open_of(f.Kind.DRILL) is None, "a drill beside an alarm"
        waiting = {m.incident for m in self.state.outbox.values() if m.purpose is f.Purpose.ALERT}
        for incident in self.state.open_incidents():
            if incident.phase is not Phase.ALERTING or not incident.is_call:
                continue
            if {person.id for person in incident.plan.people} - self.state.stopped:
                assert incident.number in self.handed | waiting, "a call for help that nobody hears"


@dataclass(frozen=True)
class Step:
    """Something that happens; its text is what a failing story prints."""

    what: str
    act: Callable[[Witness], Any]

    def __repr__(self) -> str:
        return self.what


def step(what: str, act: Callable[..., Any], *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    def made(values: tuple[Any, ...]) -> Step:
        return Step(f"{what}{values}", lambda house: act(house, *values))

    return st.tuples(*arguments).map(made)


def seconds(*spans: float) -> st.SearchStrategy[timedelta]:
    return st.sampled_from([timedelta(seconds=span) for span in spans])


def reported(house: Witness, number: int, state: i.SendState, *, permanent: bool) -> None:
    house.report(number, state, permanent=permanent)


PEOPLE = st.sampled_from([PAUL, ANNE, MARIE, RESIDENT, STRANGER])
STEPS: st.SearchStrategy[Step] = st.one_of(
    step("press", House.press, st.sampled_from(ROOMS)),
    step("cancel", House.cancel, st.sampled_from(ROOMS)),
    step("hold", House.hold, st.sampled_from(ROOMS), st.sampled_from([0.01, 0.2, 2.9, 3.0, 5.0])),
    step(
        "edge",
        lambda house, button, down: house.tell(i.ButtonEdge(house.now, button, down)),
        st.sampled_from(ROOMS),
        st.booleans(),
    ),
    step(
        "sense",
        lambda house, sensor, active: house.sense(sensor, active=active),
        st.sampled_from([*(sensor.id for sensor in SENSORS), "unknown"]),
        st.booleans(),
    ),
    step("text", House.text, PEOPLE, st.sampled_from(WORDS)),
    step("text", House.text, PEOPLE, st.sampled_from(WORDS)),
    step(
        "report",
        lambda house, number, state, permanent: reported(house, number, state, permanent=permanent),
        st.integers(0, 20),
        st.sampled_from(i.SendState),
        st.booleans(),
    ),
    step(
        "delivery",
        lambda house, number, state: house.tell(i.DeliveryReported(house.now, number, state)),
        st.integers(-1, 20),
        st.sampled_from(i.DeliveryState),
    ),
    step(
        "clock",
        lambda house, by, trusted: house.step_clock(by, trusted=trusted),
        seconds(0, 0.5, 3600, -3600, 864000, -864000),
        st.booleans(),
    ),
    step(
        "power",
        lambda house, off, rebooted, trusted: house.cut_power(off, rebooted=rebooted, trusted=trusted),
        seconds(0, 2, 600, 90000),
        st.booleans(),
        st.booleans(),
    ),
    step(
        "link",
        lambda house, link, up: house.tell(i.LinkChanged(house.now, link, up)),
        st.sampled_from(["sms", "call", "call", "mqtt", "push"]),
        st.booleans(),
    ),
    step("network", lambda house, network: setattr(house, "network", network), st.sampled_from(NETWORKS)),
    step(
        "hear",
        lambda house, device, battery, online, tampered: house.hear(
            device, battery=battery, online=online, tampered=tampered
        ),
        st.sampled_from([*(sensor.id for sensor in SENSORS), "salon", "unknown"]),
        st.sampled_from([None, 3, 99]),
        st.sampled_from([None, None, True, False]),
        st.sampled_from([None, True, False]),
    ),
    step(
        "measure",
        lambda house, celsius: house.tell(i.TemperatureMeasured(house.now, "froid", celsius)),
        st.sampled_from([-3.0, 8.5, 20.0, 33.0, math.nan, 1e9]),
    ),
    step(
        "key",
        lambda house, number, key: house.tell(i.KeyHeard(house.now, number, key)),
        st.integers(0, 20),
        st.sampled_from("129#"),
    ),
    step("fail", House.fail, st.sampled_from(FAULTS)),
    step("repair", House.repair, st.sampled_from(FAULTS)),
    step(
        "observe",
        lambda house, value: house.tell(i.Observed(house.now, "signal_dbm", value)),
        st.sampled_from([-71, -90]),
    ),
    step(
        "policy",
        lambda house, policy: house.tell(i.PolicyReplaced(house.now, POLICIES[policy])),
        st.sampled_from(range(len(POLICIES))),
    ),
    step(
        "command",
        lambda house, action, via, by, incident, span: house.command(
            action, via, by=by, incident=incident, until=house.now + span
        ),
        st.sampled_from(i.Action),
        st.sampled_from(["cli", "mqtt"]),
        st.sampled_from([None, PAUL, ANNE, MARIE, "nobody"]),
        st.sampled_from([None, FIRST_INCIDENT, FIRST_INCIDENT + 1]),
        seconds(-1, 60, 7200, 864000),
    ),
    step("time", House.pass_time, seconds(0, 0.05, 1, 10, 60, 180, 601, 1200, 1800, 14400, 43200)),
    step("time", House.pass_time, seconds(0, 0.05, 1, 10, 60, 180, 601, 1200, 1800)),
    step("sleep", lambda house, span: setattr(house, "now", house.now + span), seconds(0.07, 30, 600, 50000)),
)
# A policy is named by its place in the list: a failing story is to be read.
STORIES = st.tuples(st.sampled_from(range(len(POLICIES))), st.sampled_from(NETWORKS), st.lists(STEPS, max_size=25))
Story = tuple[int, Network, list[Step]]


def played(story: Story) -> Witness:
    policy, network, steps = story
    house = Witness(POLICIES[policy], network)
    for each in steps:
        each.act(house)
    return house


def durable(state: State) -> State:
    """What a crash does not take: all but contacts, roads, readings, what devices told, which are active just now.

    That a road opened is not kept: what waited for it waits for its next try.
    """
    outbox = {
        number: replace(message, status=MessageStatus.WAITING, due=None) if message.status in QUEUED else message
        for number, message in state.outbox.items()
    }
    nothing: MappingProxyType[Any, Any] = MappingProxyType({})
    told = {
        who: Thermometer(alarmed=t.alarmed, is_told=t.is_told) for who, t in state.thermometers.items() if t.alarmed
    }
    watch = replace(state.watch, active=nothing, check_due=None, check_rule="")
    return replace(
        state,
        at=None,
        contacts=nothing,
        roads=nothing,
        readings=nothing,
        movements=nothing,
        heard=nothing,
        thermometers=MappingProxyType(told),
        round_due=None,
        watch=watch,
        outbox=MappingProxyType(outbox),
    )


@settings(derandomize=True, deadline=None, max_examples=250)
@given(STORIES)
def test_whatever_happens_the_hub_keeps_its_promises_and_its_memory(story: Story) -> None:
    house = played(story)

    assert durable(folded(house.on_record())) == durable(house.state)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(STORIES, st.booleans())
def test_whatever_happened_an_alarm_that_nobody_took_reaches_somebody_soon(story: Story, crash: bool) -> None:
    house = played(story)
    if crash:
        house.cut_power(timedelta(seconds=30))
    house.network = accepting
    house.tell(i.LinkChanged(house.now, "sms", up=True))
    for message in list(house.state.outbox.values()):
        if message.status is MessageStatus.SENDING:
            house.report(message.number, i.SendState.UNCERTAIN)
    began = house.now

    house.pass_time(LONGEST_WAIT)

    asked = {s.message.incident for s in house.sent if s.message.purpose is f.Purpose.ALERT and s.at >= began}
    for incident in house.state.open_incidents():
        is_calling = incident.phase is Phase.ALERTING and incident.is_call
        if is_calling and {person.id for person in incident.plan.people} - house.state.stopped:
            assert incident.number in asked


@settings(derandomize=True, deadline=None, max_examples=120)
@given(STORIES)
def test_a_press_is_never_lost(story: Story) -> None:
    house = played(story)
    # A button that is still held takes back whatever call there is.
    house.pass_time(seconds=6)

    house.press()
    call = house.state.open_of(f.Kind.PANIC)

    assert call is not None
    if call.phase is Phase.WARNING:
        house.pass_time(call.plan.delays.panic_warning)
        assert house.state.incidents[call.number].phase is Phase.ALERTING


INSTANTS = st.sampled_from(
    [START, START - timedelta(days=9000), START + timedelta(hours=1), START + timedelta(days=40)]
)
LINKS = st.sampled_from(
    ["device/cuisine", "person/paul", "sim", "window/matin", "device.silent/cuisine", "mqtt.absent"]
)
SPANS = st.sampled_from([timedelta(days=d) for d in (-365_000, -1, 0, 0.02, 1, 8, 365_000)])
ROWS = st.lists(
    st.tuples(st.sampled_from(["", "cuisine"]), st.sampled_from([(), (-5,) * 24, (90,) * 24, (10**9,) * 24]))
)
INCIDENTS = st.integers(FIRST_INCIDENT - 1, FIRST_INCIDENT + 3)
# What a field of a fact may hold, by its name; the rest is somebody's id.
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("at", "begins", "until", "closed", "asks_again_at", "opens", "closes", "before"), INSTANTS),
    **dict.fromkeys(
        ("due", "tell_at", "retry_at", "settle_at", "hold_at", "since", "blind_since"), st.none() | INSTANTS
    ),
    **dict.fromkeys(
        ("met", "hurried", "down", "undecided", "up", "ok", "active", "trusted", "rebooted", "clock_trusted"),
        st.booleans(),
    ),
    **dict.fromkeys(
        ("attempt", "wave", "round", "minutes", "reference", "value", "times", "a_month"), st.integers(0, 5)
    ),
    **dict.fromkeys(("link", "fault"), LINKS),
    "rules": st.lists(LINKS, max_size=2).map(tuple),
    "links": st.lists(LINKS, max_size=4, unique=True).map(tuple),
    "celsius": st.sampled_from([5.0, -40.0, 20.5, math.nan]),
    "extreme": st.sampled_from(Extreme),
    "beyond": st.none() | st.sampled_from(Extreme),
    "incident": INCIDENTS,
    **dict.fromkeys(("message", "news"), st.integers(1, 4)),
    "kind": st.sampled_from(f.Kind),
    "outcome": st.sampled_from(f.Outcome),
    "whereabouts": st.sampled_from(f.Whereabouts),
    "purpose": st.sampled_from(f.Purpose),
    "plan": st.sampled_from([policy.plan() for policy in POLICIES]),
    "words": st.builds(f.Words, st.just("alert.panic"), st.tuples(st.tuples(st.just("time"), INSTANTS))),
    "people": st.lists(PEOPLE, max_size=3).map(tuple),
    **dict.fromkeys(("ignored", "crossed", "asked", "agreed", "joined"), st.booleans()),
    "seen": st.lists(PEOPLE, max_size=3).map(tuple),
    **dict.fromkeys(("lasted", "watched", "usual", "allowed"), SPANS),
    **dict.fromkeys(("lines", "strict"), ROWS),
    "day": st.sampled_from(["2026-03-02", "2026-03-03", "1999-01-01", "", "9999-12-31"]),
    "began": st.sampled_from([time(0), time(13, 59), time(23, 59, 59)]),
}


def a_fact(kind: type[f.Fact]) -> st.SearchStrategy[f.Fact]:
    built = {field.name: FIELDS.get(field.name, PEOPLE) for field in fields(kind)}
    if kind is f.ClockCorrected:
        built["by"] = seconds(0, 3600, -864000)
    return st.builds(kind, **built)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.one_of([a_fact(kind) for kind in KINDS_OF_FACT]), max_size=40))
def test_any_journal_leads_to_a_state_that_hears_a_press(journal: list[f.Fact]) -> None:
    state = folded(journal)
    at = max(state.at or START, START)

    for seen in (i.Booted(at, rebooted=True, clock_trusted=True), i.ButtonPressed(at, "salon"), i.Tick(at)):
        for fact in decide(state, seen, HOME):
            state = evolve(state, fact)

    assert state.open_of(f.Kind.PANIC) is not None
    assert next_wake(state) is not None
