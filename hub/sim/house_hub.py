"""The hub of a simulated house: the real core, loop, journal, words and modem driver, on the world's clock.

What `hub.app` is for a real home, in one thread and in time that is let pass. Each life of the process is one object:
a power cut or a kill throws it away, and the next one takes up where the journal ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hub import __version__
from hub.clock import HubClock
from hub.config import HubConfig
from hub.dispatch import Outlets, ignore
from hub.domain.decide import decide
from hub.domain.facts import CommandSettled, Fact
from hub.domain.inputs import Booted, FaultCleared, FaultSeen, Input
from hub.domain.policy import HAZARDS, Policy
from hub.domain.records import State
from hub.domain.state import next_wake
from hub.domain.view import View
from hub.drivers.modem.routine import Pace
from hub.drivers.modem.simcard import PinFile
from hub.drivers.mqtt_mirror import MqttMirror
from hub.inbox import Inbox
from hub.journal import BATCH_EVERY
from hub.last_resort import LastResort
from hub.ledger import Scribe
from hub.loop import AFTER_A_BUG_S, PULSE_EVERY, TRY_AGAIN_EVERY, Loop, Rules
from hub.messages import Catalogue
from hub.ports import Indicator, Speaker
from hub.recall import recall, reopened
from hub.refuge import NAME, Refuge
from hub.sim.broker import Broker, BrokerEnd
from hub.sim.devices import Contacts, WiredInputs
from hub.sim.mailboxes import Mailboxes, SimulatedMail
from hub.sim.memory_card import MemoryCard
from hub.sim.modem import SimulatedModem
from hub.sim.modem_power import SimulatedPower
from hub.sim.modem_road import OpenPort, SimulatedPort, SimulatedRoad
from hub.sim.world_clock import WorldClock

# Instants are whole microseconds: a deadline is reached at the first one that is not before it.
RESOLUTION_S = 2e-6

OnFacts = Callable[[tuple[Fact, ...], State, View], None]


@dataclass(slots=True)
class Site:
    """What stands in the house whichever process runs on it: machine, card, modem, wires, light and voice.

    For whoever watches or troubles the process: ``on_facts`` hears every decision, ``on_recalled`` the state that a new
    process found in the journal, ``on_step`` is called between any two steps; ``rules`` decide.
    """

    world: WorldClock
    config: HubConfig
    policy: Policy
    modem: SimulatedModem
    card: MemoryCard
    contacts: Contacts
    broker: Broker
    indicator: Indicator
    speaker: Speaker
    mailboxes: Mailboxes
    words: Catalogue
    pace: Pace | None = None
    is_modem_plugged: Callable[[], bool] = field(default=lambda: True)
    on_facts: OnFacts = field(default=lambda _facts, _state, _view: None)
    on_recalled: Callable[[State], None] = field(default=ignore)
    on_step: Callable[[], None] = field(default=lambda: None)
    rules: Rules = decide
    on_settled: Callable[[CommandSettled], None] = field(default=ignore)
    open_port: OpenPort = SimulatedPort

    @property
    def journal(self) -> Path:
        """Where the card has the journal."""
        return self.config.hub.journal

    @property
    def refuge(self) -> Path:
        """Where facts wait that the card has not taken: memory, which a power cut empties."""
        return self.config.hub.data_dir / NAME


class HouseHub:
    """One life of the hub's process. `start` arms it; `turn` lets it work until it has nothing more to do now."""

    def __init__(self, site: Site) -> None:
        self._site = site
        world = site.world
        self.clock = self._new_clock(None)
        refuge = Refuge(site.refuge)
        recalled = recall(site.journal, self.clock.now(), site.card.open, refuge)
        self.clock = self._new_clock(recalled.watched_until)
        self.inbox = Inbox(frozenset(s.id for s in site.policy.sensors if s.kind in HAZARDS))
        self.wants_restart = ""
        self._finished_seq = -1
        self._wakes: tuple[State | None, datetime | None] = None, None
        self._rests_until = 0.0
        self.scribe = Scribe(
            recalled.journal,
            lambda: reopened(site.journal, self.clock.now(), self.loop.remembered, site.card.open)[0],
            self._report_journal,
            last_seq=recalled.last_seq,
            refuge=refuge,
            unwritten=recalled.unwritten,
        )
        self.outlets = Outlets(site.policy, site.words, self.clock, self.inbox.post, settled=site.on_settled)
        self.outlets.indicator, self.outlets.speaker = site.indicator, site.speaker
        self.outlets.mirrors.append(_Teller(site.on_facts))
        self.loop = Loop(
            clock=self.clock,
            inbox=self.inbox,
            ledger=self.scribe,
            outlets=self.outlets,
            policy=site.policy,
            state=recalled.state,
            words=site.words,
            last_resort=LastResort(lambda: self.outlets.channels.get("sms"), self._restart),
            rules=self._decide,
        )
        site.on_recalled(recalled.state)
        self.road = SimulatedRoad(
            site.modem,
            lambda: world.seconds,
            self.clock,
            self.inbox.post,
            sim_pin=site.config.modem.sim_pin,
            credit_code=site.config.modem.credit_code,
            pin_memory=PinFile(site.config.hub.data_dir),
            pace=site.pace,
            power=SimulatedPower(site.modem, site.config.modem, world.after, site.is_modem_plugged),
            is_there=site.is_modem_plugged,
            open_port=site.open_port,
        )
        self.outlets.channels |= {"sms": self.road, "call": self.road.telephone}
        self.outlets.forget = self.road.forget
        self.mail = SimulatedMail(site.mailboxes, self.inbox.post, self.clock)
        if site.config.mail is not None:
            self.outlets.channels["mail"] = self.mail
        self.wires = WiredInputs(site.contacts, self.inbox.post, self.clock)
        self.radio = BrokerEnd(site.config, site.broker, lambda: world.seconds, self.clock, self.inbox.post)
        self.outlets.mirrors.append(MqttMirror(self.radio))
        self._booted = Booted(
            self.clock.now(),
            rebooted=world.boot_id != recalled.state.boot,
            clock_trusted=self.clock.is_trusted(),
            watched_until=recalled.watched_until,
            boot=world.boot_id,
        )
        if recalled.evidence:
            self.inbox.post(FaultSeen(self.clock.now(), recalled.fault, recalled.evidence))

    def _new_clock(self, not_before: datetime | None) -> HubClock:
        world = self._site.world
        return HubClock(not_before, boot=world.boot, wall=world.wall, is_set=world.is_set)

    # Its life

    def start(self) -> None:
        """Arm: the same order as `hub.app.App.arm`."""
        self.road.start()
        self.wires.start()
        self.radio.start()
        self.mail.start()
        self.loop.handle(self._booted)
        self._finished_seq = self.scribe.last_seq

    def stop(self) -> None:
        """End cleanly, as SIGTERM has it: the batch is written and the state remembered."""
        self.die()
        self.scribe.flush()
        self.scribe.do(lambda journal: journal.snapshot(self.scribe.last_seq, __version__, self.loop.state))
        self.scribe.close()

    def die(self) -> None:
        """End at once: nobody hears the world any more."""
        self.road.stop()
        self.wires.stop()
        self.radio.stop()
        self.mail.stop()

    # Its turns

    def post(self, seen: Input) -> None:
        """Leave an input, as a driver does."""
        self.inbox.post(seen)

    def turn(self) -> bool:
        """Let modem, broker and core do what they have to do now, one round; whether there was anything."""
        moved = self.road.turn()
        self._site.on_step()
        moved = self.radio.turn() or moved
        self._site.on_step()
        if len(self.inbox) or self._is_due():
            self._turn()
            moved = True
        return moved

    def look_at_the_clock(self) -> None:
        """Take a turn without an input, as the loop does every few seconds: the wall clock, and the batch."""
        self._turn()

    @property
    def is_on_disk(self) -> bool:
        """Whether all that was decided is on disk."""
        return self.scribe.is_up_to_date

    @property
    def has_finished(self) -> bool:
        """Whether what was decided was also followed, to the end."""
        return self.scribe.last_seq == self._finished_seq

    def _turn(self) -> None:
        self.loop.turn(0.0)
        if self.loop.has_stumbled:
            self._rests_until = self._site.world.seconds + AFTER_A_BUG_S
        self._finished_seq = self.scribe.last_seq

    def next_time(self) -> float:
        """The world's second at which the core has something due, a batch to write or the road a turn to take."""
        # The loop's own rounds: a batch to write, or only that it watched.
        round_s = (BATCH_EVERY if self.scribe.has_batch else PULSE_EVERY).total_seconds()
        if not self.scribe.is_up_to_date:
            round_s = TRY_AGAIN_EVERY.total_seconds()
        times = [self._site.world.seconds + round_s]
        due = self._next_wake()
        if due is not None:
            due_at = self._site.world.seconds + (due - self.clock.now()).total_seconds() + RESOLUTION_S
            times.append(max(due_at, self._rests_until))
        times += [time for time in (self.road.next_time(), self.radio.next_time()) if time is not None]
        return min(times)

    def _decide(self, state: State, seen: Input, policy: Policy) -> tuple[Fact, ...]:
        # Asked for at each input: a bug may begin and end while the process runs.
        return self._site.rules(state, seen, policy)

    def _is_due(self) -> bool:
        due = self._next_wake()
        is_rested = self._site.world.seconds >= self._rests_until
        return due is not None and due <= self.clock.now() and is_rested

    def _next_wake(self) -> datetime | None:
        # Asked for at each step of the world, and most of them change nothing.
        known, due = self._wakes
        if known is not self.loop.state:
            due = next_wake(self.loop.state)
            self._wakes = self.loop.state, due
        return due

    def _report_journal(self, evidence: str) -> None:
        now = self.clock.now()
        self.post(FaultSeen(now, "journal.broken", evidence) if evidence else FaultCleared(now, "journal.broken"))

    def _restart(self, why: str) -> None:
        self.wants_restart = why


class _Teller:
    """A `hub.ports.Mirror` for whoever watches the house."""

    def __init__(self, on_facts: OnFacts) -> None:
        self._on_facts = on_facts

    def show(self, facts: tuple[Fact, ...], _last_seq: int, state: State, now: View) -> None:
        """Pass it on."""
        self._on_facts(facts, state, now)

    def beat(self) -> None:
        """Nobody listens for that here."""
