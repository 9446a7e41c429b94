"""The shell on a bench: the real loop, journal, clock and words, in time that is let pass, with a road that remembers.

    with Bench(tmp_path) as hub:
        hub.tell(ButtonPressed(hub.now, "salon"))
        assert hub.road.texts_to(PAUL)

The road is no modem: it keeps what it is given and says nothing, unless it is told to.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from hub.clock import HubClock
from hub.dispatch import Outlets
from hub.domain.decide import decide
from hub.domain.facts import Fact
from hub.domain.inputs import Booted, FaultCleared, FaultSeen, Input, LinkChanged, SendReported, SendState
from hub.domain.policy import HAZARDS, Policy
from hub.domain.records import State
from hub.inbox import Inbox
from hub.journal import Journal, Numbered
from hub.last_resort import LastResort
from hub.ledger import Scribe
from hub.loop import Loop
from hub.messages import Catalogue
from hub.ports import Outgoing
from hub.recall import Recalled, recall, reopened
from hub.refuge import NAME, Refuge
from hub.sim.indicator import SimIndicator, SimSpeaker
from hub.sim.memory_card import MemoryCard
from hub.sim.world_clock import WorldClock
from tests.domain.house import HOME, START

JOURNAL = "journal.sqlite3"
# Nothing is counted down at once in these stories.
AT_ONCE = replace(HOME, delays=replace(HOME.delays, panic_warning=timedelta(0)))


@dataclass
class Road:
    """A road for texts that remembers what it was given; ``inbox``: where it says that it took it."""

    inbox: Inbox | None = None
    clock: HubClock | None = None
    taken: list[Outgoing] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> None:
        self.taken.append(outgoing)
        if self.inbox is not None and self.clock is not None:
            self.inbox.post(SendReported(self.clock.now(), outgoing.message, SendState.ACCEPTED))

    def forget(self, key: str) -> None:
        self.forgotten.append(key)

    def texts_to(self, number: str) -> list[str]:
        return [outgoing.text for outgoing in self.taken if outgoing.address == number]


class Bench:
    """One life of a hub on the journal in ``folder``; ``card`` is what the journal lies on."""

    def __init__(
        self,
        folder: Path,
        policy: Policy = AT_ONCE,
        *,
        world: WorldClock | None = None,
        card: MemoryCard | None = None,
        rules: Any = decide,
    ) -> None:
        self.path = folder / JOURNAL
        self.world = world or WorldClock(START)
        self.card = card or MemoryCard()
        refuge = Refuge(folder / NAME)
        self.recalled: Recalled = recall(self.path, self.world.now(), self.card.open, refuge)
        self.clock = self._clock(self.recalled.watched_until)
        self.inbox = Inbox(frozenset(s.id for s in policy.sensors if s.kind in HAZARDS))
        self.scribe = Scribe(
            self.recalled.journal,
            lambda: reopened(self.path, self.now, self.loop.remembered, self.card.open)[0],
            self._report,
            last_seq=self.recalled.last_seq,
            refuge=refuge,
            unwritten=self.recalled.unwritten,
        )
        self.road = Road(self.inbox, self.clock)
        self.light, self.voice = SimIndicator(self.clock), SimSpeaker(self.clock)
        self.light.start()
        words = Catalogue.load()
        self.outlets = Outlets(policy, words, self.clock, self.inbox.post, {"sms": self.road}, self.light, self.voice)
        self.outlets.forget = self.road.forget
        self.restarts: list[str] = []
        self.turns: list[State] = []
        self.loop = Loop(
            clock=self.clock,
            inbox=self.inbox,
            ledger=self.scribe,
            outlets=self.outlets,
            policy=policy,
            state=self.recalled.state,
            words=words,
            last_resort=LastResort(lambda: self.outlets.channels.get("sms"), self.restarts.append),
            each_turn=self.turns.append,
            rules=rules,
        )

    def __enter__(self) -> Self:
        until = self.recalled.watched_until
        self.tell(Booted(self.now, self.world.boot_id != self.state.boot, True, until, self.world.boot_id))
        self.tell(LinkChanged(self.now, "sms", up=True))
        return self

    def __exit__(self, *_: object) -> None:
        self.scribe.close()

    def _clock(self, not_before: datetime | None) -> HubClock:
        return HubClock(not_before, boot=self.world.boot, wall=self.world.wall, is_set=self.world.is_set)

    def _report(self, evidence: str) -> None:
        now = self.now
        self.inbox.post(FaultSeen(now, "journal.broken", evidence) if evidence else FaultCleared(now, "journal.broken"))

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def state(self) -> State:
        return self.loop.state

    def tell(self, seen: Input) -> None:
        """Leave an input and let the hub work until nothing is left to read."""
        self.inbox.post(seen)
        while len(self.inbox):
            self.loop.turn(0.0)

    def pass_time(self, *, step: timedelta = timedelta(seconds=5), **units: float) -> None:
        """Let time pass, with a turn of the loop every ``step``, as when nothing comes in."""
        end = self.world.seconds + timedelta(**units).total_seconds()
        while self.world.seconds < end:
            self.world.seconds = min(self.world.seconds + step.total_seconds(), end)
            self.loop.turn(0.0)
            while len(self.inbox):
                self.loop.turn(0.0)

    def on_disk(self) -> list[Fact]:
        """Every fact that a process started now would find; movements come last."""
        return [numbered.fact for numbered in read(self.path)]


def read(path: Path) -> list[Numbered]:
    """What is on disk, by a connection of its own."""
    with contextlib.closing(Journal(path, read_only=True)) as journal:
        return [*journal.facts(), *journal.last_lives()]


def numbered(facts: Iterable[Fact], first: int = 1) -> list[Numbered]:
    return [Numbered(seq, fact) for seq, fact in enumerate(facts, first)]
