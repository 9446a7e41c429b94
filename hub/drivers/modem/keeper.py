"""Keeps one conversation with the modem going, and begins another where it broke off.

Takes orders from any thread, knows which texts the modem has and has not spoken of, and tells what a bug in the
conversation means for them. Knows no threads: `hub.drivers.modem.driver` has one, the simulated house its own time.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from hub.domain.inputs import FaultCleared, FaultSeen, Input, LinkChanged, SendReported, SendState, SmsReceived
from hub.drivers.modem.conversation import CHECK_EVERY_S, AnyPort, Conversation, Order
from hub.drivers.modem.machine import Machine
from hub.drivers.modem.port import Port
from hub.drivers.modem.remedies import Remedy
from hub.drivers.modem.rendering import Rendered
from hub.drivers.modem.routine import Pace
from hub.drivers.modem.simcard import PinFile, PinMemory
from hub.drivers.modem.situation import CALLS, LINK
from hub.drivers.modem.startup import SPEEDS
from hub.ports import Clock, Outgoing, Post

CRASHED = "modem.crashed"
# What a one-time code is made of, drawn anew for each text that comes in.
_draw_chance = partial(secrets.randbelow, 1_000_000)


class Power(Protocol):
    """Whoever can press the modem's PWRKEY or cut its supply: `hub.drivers.modem.power`, or its twin in `hub.sim`."""

    @property
    def wired(self) -> tuple[Remedy, ...]:
        """What of it is there."""
        ...

    def begin(self, remedy: Remedy) -> None:
        """Do ``remedy``, one of ``wired``. Never blocks, never raises; what goes wrong is posted as a fault."""
        ...


class NoPower:
    """A modem whose PWRKEY and supply nothing is wired to."""

    wired: tuple[Remedy, ...] = ()

    def begin(self, remedy: Remedy) -> None:
        """Nobody asks for what is not there."""


class Voice(Protocol):
    """Whoever speaks phrases into WAVs: `hub.drivers.modem.rendering`, or its twin in `hub.sim`."""

    def ask(self, language: str, phrase: str, done: Rendered) -> None:
        """Speak ``phrase`` and call ``done``, from any thread; with no bytes if that cannot be. Never blocks."""
        ...


class NoVoice:
    """Nobody speaks: calls have no words."""

    def ask(self, language: str, phrase: str, done: Rendered) -> None:
        """Say so."""
        done(language, phrase, b"")


class Keeper:
    """What others want may be asked by any thread, everything else by the one that plays the conversation."""

    def __init__(
        self,
        port_name: str,
        clock: Clock,
        post: Post,
        *,
        profile: str = "auto",
        sim_pin: str = "",
        credit_code: str = "",
        pin_memory: PinMemory | None = None,
        speeds: Sequence[int] = SPEEDS,
        pace: Pace | None = None,
        power: Power | None = None,
        voice: Voice | None = None,
        open_port: Callable[[str, int], AnyPort] = Port,
        monotonic: Callable[[], float] = time.monotonic,
        check_every_s: float = CHECK_EVERY_S,
        draw: Callable[[], int] = _draw_chance,
        woken: Callable[[], None] = lambda: None,
    ) -> None:
        self._port_name = port_name
        self._clock = clock
        self._post_to = post
        self._profile, self._sim_pin, self._pin_memory = profile, sim_pin, pin_memory or PinFile(None)
        self._credit_code = credit_code
        self._speeds = tuple(speeds)
        self._pace = pace
        self._power = power or NoPower()
        self._voice = voice or NoVoice()
        self._phrases: tuple[tuple[str, str], ...] = ()
        self._open_port = open_port
        self._monotonic = monotonic
        self._check_every_s = check_every_s
        self._draw = draw
        self._woken = woken  # an order came that nobody here gave
        self.orders: deque[Order] = deque()
        self._unreported: set[int] = set()  # texts and calls that the machine has and has not spoken of
        self._crash_stands = True  # for all we know: an earlier run may have told of one

    def send(self, outgoing: Outgoing) -> None:
        """Take a text; `SendReported` follows."""

        def hand_over(machine: Machine) -> None:
            self._unreported.add(outgoing.message)
            machine.send(outgoing, self._monotonic())

        self.orders.append(hand_over)

    def call(self, outgoing: Outgoing) -> None:
        """Call somebody; `SendReported` follows when the call is over."""

        def hand_over(machine: Machine) -> None:
            self._unreported.add(outgoing.message)
            machine.call(outgoing, self._monotonic())

        self.orders.append(hand_over)

    def end_call(self, message: int, text: str) -> None:
        """Say the lines of ``text`` in the call ``message``, and hang up."""
        self.orders.append(lambda machine: machine.end_call(message, text, self._monotonic()))

    def take(self) -> None:
        """Put whoever rings now through to the room."""
        self.orders.append(lambda machine: machine.take(self._monotonic()))

    def keep(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Have these phrases ready for calls, (language, phrase) each."""
        self._phrases = kept = tuple(phrases)
        self.orders.append(lambda machine: machine.keep(kept, self._monotonic()))

    def _wish(self, language: str, phrase: str) -> None:
        self._voice.ask(language, phrase, self._rendered)

    def _rendered(self, language: str, phrase: str, wav: bytes) -> None:
        self.orders.append(lambda machine: machine.rendered(language, phrase, wav, self._monotonic()))
        self._woken()

    def forget(self, key: str) -> None:
        """Empty the slots of the text ``key``."""
        self.orders.append(lambda machine: machine.forget(key, self._monotonic()))

    def begin(self) -> Conversation:
        """Return a new conversation, that knows nothing of the modem."""
        machine = Machine(
            self._clock.now,
            profile=self._profile,
            sim_pin=self._sim_pin,
            pin_memory=self._pin_memory,
            speeds=self._speeds,
            pace=self._pace,
            wired=self._power.wired,
            credit_code=self._credit_code,
        )
        machine.keep(self._phrases, self._monotonic())
        return Conversation(
            self._port_name,
            machine,
            self._post,
            self.orders,
            switch=self._power.begin,
            wish=self._wish,
            open_port=self._open_port,
            monotonic=self._monotonic,
            check_every_s=self._check_every_s,
        )

    def tell_of_crash(self, error: Exception) -> None:
        """A bug ended the conversation: whatever the modem had in hand may or may not have gone out."""
        self._crash_stands = True
        at = self._clock.now()
        self._post(FaultSeen(at, CRASHED, f"{type(error).__name__}: {error}"))
        for link in (LINK, CALLS):
            self._post(LinkChanged(at, link, False, "the modem's driver broke off"))
        for message in sorted(self._unreported):
            self._post(SendReported(at, message, SendState.UNCERTAIN, reason="the modem's driver broke off"))

    def _post(self, seen: Input) -> None:
        if isinstance(seen, SendReported):
            self._unreported.discard(seen.message)
        if isinstance(seen, SmsReceived):
            seen = replace(seen, chance=self._draw())
        self._post_to(seen)
        if self._crash_stands and isinstance(seen, LinkChanged) and seen.up:
            self._crash_stands = False
            self._post_to(FaultCleared(seen.at, CRASHED))
