"""The inside of a modem's case: settings, SIM, stores, radio, power; its timers and its mouth.

Sans IO: time is passed in as a float of seconds, and bytes are taken out. Knows how a modem starts, registers
and takes texts from the network; the commands are in `modem_commands`, `modem_messages` and `modem_calls`,
and the line they come on in `modem`.
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf
from types import MappingProxyType
from typing import Final

from hub.sim.dialects import Dialect
from hub.sim.mobile_network import Arrival, MobileNetwork
from hub.sim.modem_memory import MessageMemory, SimCard, SimState
from hub.sim.modem_state import (
    CFUN_FULL,
    CFUN_MINIMUM,
    HOME,
    OBEYS_AFTER_S,
    OFF,
    REGISTERED,
    Call,
    Intake,
    Prompt,
    Settings,
)
from hub.sim.modem_wire import Agenda, Cable, Kind, Utterance

# From a SIM that is ready to "registered": a good network takes a second or two.
REGISTERS_AFTER_S = 1.5

# V.250 6.3: the final results as ATV0 puts them.
DIGITS: Final = MappingProxyType({"OK": "0", "ERROR": "4", "NO CARRIER": "3", "BUSY": "7"})

# How many actions other threads may ask for before the modem's next turn.
SOON_LIMIT = 10_000


class Fault:
    """Something wrong with a modem or its cable. Each hook lets all pass unless overridden."""

    def hear(self, modem: "Device", data: bytes) -> bytes:  # noqa: ARG002 -- for faults that ask the modem
        """Return what of the host's ``data`` comes through."""
        return data

    def obey(self, modem: "Device", line: str) -> bool:  # noqa: ARG002 -- as above
        """Whether the modem takes this command line at all."""
        return True

    def submit(self, modem: "Device", hand_over: Callable[[], None]) -> None:  # noqa: ARG002 -- as above
        """A text's body is complete: hand it over to the network, or do not."""
        hand_over()

    def say(self, modem: "Device", utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- as above
        """Return what is said instead of ``utterance``."""
        return [utterance]

    def carry(self, data: bytes) -> list[tuple[float, bytes]]:
        """Return the pieces in which ``data`` crosses the cable, each with the seconds since the last."""
        return [(0.0, data)]


class Device:
    """A modem without its command line. `hub.sim.modem.SimulatedModem` is the whole of it."""

    def __init__(self, dialect: Dialect, card: SimCard, network: MobileNetwork, wall_at_zero: datetime) -> None:
        self.dialect = dialect
        self.card = card
        self.network = network
        self.memories = {
            name: MessageMemory(name, capacity, dialect.first_slot) for name, capacity in dialect.memories.items()
        }
        self.settings = self._fresh_settings()
        self.smsc = network.smsc
        self.faults: list[Fault] = []
        self.prompt: Prompt | None = None
        self.call: Call | None = None
        self.files: dict[str, bytes] = {}  # in its flash: they outlive a restart
        self.intake: Intake | None = None
        self.playing: str | None = None  # the file that is played into the call
        self.registration = OFF
        self.coverage = HOME  # what the registration becomes once the modem may look for a network
        self.signal = 17  # AT+CSQ: 0 to 31, 99 unknown
        self.sms_ready = False
        self.is_on = True
        self.key_is_dead = False  # hung so deep that PWRKEY does nothing, until the supply is cut
        self.clock_is_set = network.tells_time
        self.blocked_until = -inf  # a command that holds the port: what comes meanwhile waits
        self.now = 0.0
        self.on_wake: Callable[[], None] = lambda: None  # who drives the modem wants to hear of `soon`
        self._wall_at_zero = wall_at_zero.astimezone(UTC)
        self._silent_until = -inf
        self._agenda = Agenda()
        self._cable = Cable()
        self._soon: deque[Callable[[], None]] = deque(maxlen=SOON_LIMIT)
        network.attach(self)
        if card.state is SimState.READY:
            self.sms_ready, self.registration = True, self.coverage

    def _fresh_settings(self) -> Settings:
        first = next(iter(self.dialect.memories))
        return Settings(stores=[first, first, first])

    # Time

    def wall(self) -> datetime:
        """The present by the wall clock, UTC."""
        return self._wall_at_zero + timedelta(seconds=self.now)

    def begin(self, now: float, wall: datetime) -> None:
        """Time starts at ``now``, which is ``wall`` by the wall clock; what was planned moves along."""
        self._agenda.shift(now - self.now)
        self._silent_until += now - self.now
        self.blocked_until += now - self.now
        self.now = now
        self._wall_at_zero = wall.astimezone(UTC) - timedelta(seconds=now)

    def after(self, delay_s: float, action: Callable[[], None], *, lasting: bool = False) -> None:
        """Do ``action`` later, unless the modem restarts before; ``lasting``: even then."""
        self._agenda.add(self.now + delay_s, action, lasting=lasting)

    def soon(self, action: Callable[[], None]) -> None:
        """Do ``action`` at the modem's next turn. Safe from any thread."""
        self._soon.append(action)
        self.on_wake()

    def next_timer(self) -> float | None:
        """When `handle_timer` wants to be called next."""
        if self._soon:
            return self.now
        dues = [due for due in (self._agenda.due(), self._cable.due()) if due is not None]
        return min(dues, default=None)

    def handle_timer(self, now: float) -> None:
        """Time has passed; each thing that was due happens at its own moment, not at ``now``."""
        while True:
            while (due := self._agenda.due()) is not None and due <= now:
                self.now = max(self.now, due)
                self._agenda.pop()()
            self.now = now
            if not self._soon:
                return
            self._soon.popleft()()

    # The mouth

    def say(
        self,
        kind: Kind,
        text: str,
        about: str = "",
        delay_s: float = 0.0,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Say ``text`` as it stands (latin-1), after ``delay_s``; the faults have their way with it."""
        said = [Utterance(kind, text.encode("latin-1", "replace"), about, delay_s, then)]
        for fault in self.faults:
            said = [what for utterance in said for what in fault.say(self, utterance)]
        for utterance in said:
            if utterance.delay_s > 0:
                self.after(utterance.delay_s, lambda late=utterance: self._put(late))  # type: ignore[misc]
            else:
                self._put(utterance)

    def answer(self, lines: list[str], about: str, delay_s: float = 0.0) -> None:
        """Say the lines that come before the final result."""
        if lines:
            start = "\r\n" if self.settings.verbose else ""
            self.say(Kind.ANSWER, start + "\r\n".join(lines) + "\r\n", about, delay_s)

    def result(self, final: str, about: str, delay_s: float = 0.0) -> None:
        """Say how the command ended, as `ATV` and `ATQ` want it."""
        if not self.settings.quiet:
            text = f"\r\n{final}\r\n" if self.settings.verbose else f"{DIGITS.get(final, final)}\r"
            self.say(Kind.RESULT, text, about, delay_s)

    def unsolicited(self, line: str, delay_s: float = 0.0, kind: Kind = Kind.UNSOLICITED) -> None:
        """Say a line nobody asked for."""
        if line:
            self.say(kind, f"\r\n{line}\r\n", delay_s=delay_s)

    def _put(self, utterance: Utterance) -> None:
        if self.is_silent:
            return
        pieces = [(0.0, utterance.data)]
        for fault in self.faults:
            pieces = [
                (gap_s + (waited if number == 0 else 0.0), piece)
                for waited, data in pieces
                for number, (gap_s, piece) in enumerate(fault.carry(data))
            ]
        self._cable.put(pieces, self.now)
        if utterance.then is not None:
            utterance.then()

    def take_bytes(self) -> bytes:
        """Return what has reached the host since the last time."""
        return self._cable.take(self.now)

    # The call

    def end_call(self, how: str) -> None:
        """No call any more."""
        call, self.call = self.call, None
        self.playing = None
        if call is not None and call.ring is not None:
            call.ring.ended = how
            self.network.tell_of_call(call.ring, how)

    # Power

    @property
    def is_silent(self) -> bool:
        """Whether the modem neither hears nor speaks: off, starting or hung."""
        return self.now < self._silent_until

    def hang(self, seconds: float = inf) -> None:
        """Hear and say nothing for so long, or until a `restart`; then go on as if nothing had been."""
        self._silent_until = self.now + seconds
        if seconds < inf:
            self.after(seconds, self.collect)

    def restart(self, silent_s: float | None = None) -> None:
        """Lose power and come back: silence, boot lines, every setting and everything in hand forgotten."""
        silent_s = self.dialect.silent_boot_s if silent_s is None else silent_s
        self._agenda.forget()
        self._cable.clear()
        self.forget_settings()
        self.card.power_cycle()
        self.sms_ready, self.registration = False, OFF
        self.end_call("lost")
        self.clock_is_set = False
        self._silent_until, self.blocked_until = self.now + silent_s, -inf
        self.is_on, self.key_is_dead = True, False
        self.after(silent_s, self._boot)

    def press_key(self) -> None:
        """PWRKEY is pressed, as long as the maker asks: what is on goes off, hung or not, and what is off comes on."""
        if self.key_is_dead:
            return
        if self.is_on:
            self.unsolicited(self.dialect.farewell)
            self.switch_off()
        else:
            self.restart()

    def switch_off(self) -> None:
        """Off, by its key or for want of a supply: what it had in hand is gone."""
        self._agenda.forget()
        self.end_call("lost")
        self.is_on, self._silent_until = False, inf

    def forget_settings(self) -> None:
        """Go back to echo, mode and announcements as delivered, without a word."""
        self.settings = self._fresh_settings()
        self.prompt = self.intake = None

    def _boot(self) -> None:
        delay_s = 0.0
        for gap_s, line in self.dialect.boot:
            delay_s += gap_s
            self.unsolicited(line, delay_s, Kind.BOOT)
        self.after(delay_s, self.wake_sim)

    def wake_sim(self) -> None:
        """The SIM is there, and asks for its PIN or is ready."""
        if self.card.state is SimState.READY:
            self.unsolicited(self.dialect.sim_back, kind=Kind.BOOT)
            self._get_ready()
        elif self.card.state is not SimState.ABSENT:
            self.unsolicited(f"+CPIN: {self.card.state}", kind=Kind.BOOT)

    def _get_ready(self) -> None:
        delay_s = ready_s = 0.0
        for gap_s, line in self.dialect.ready:
            delay_s += gap_s
            self.unsolicited(line, delay_s, Kind.BOOT)
            ready_s = ready_s or (delay_s if "SMS" in line else 0.0)
        self.after(ready_s or delay_s, self._become_ready)

    def _become_ready(self) -> None:
        self.sms_ready = True
        self.after(REGISTERS_AFTER_S, self.look_for_network)

    # The SIM and the radio

    def remove_sim(self) -> None:
        """The card is pulled, or loses contact."""
        self.card.inserted = False
        self.card.power_cycle()
        self.sms_ready = False
        self.unsolicited(self.dialect.sim_gone)
        self._register(OFF)

    def insert_sim(self) -> None:
        """The card is back."""
        self.card.inserted = True
        self.wake_sim()

    def set_coverage(self, registration: int) -> None:
        """What `AT+CREG?` shall say from now on: 1 home, 2 searching, 3 denied, 5 roaming, 6 texts only."""
        self.coverage = registration
        self.look_for_network()

    def look_for_network(self) -> None:
        """Register as the place allows, if the modem may."""
        may = self.settings.functionality == CFUN_FULL and self.card.state is SimState.READY
        self._register(self.coverage if may else OFF)

    def _register(self, registration: int) -> None:
        if registration == self.registration:
            return
        self.registration = registration
        if self.call is not None and not self.is_registered:
            self.end_call("lost")
            self.unsolicited("NO CARRIER")
        self.hear_time()
        for command, mode in self.settings.registration_modes.items():
            if mode:
                self.unsolicited(f"{command}: {registration}{self.cell(mode)}")
        self.collect()

    def hear_time(self) -> None:
        """The network tells its time to whoever is registered, if it tells it at all."""
        self.clock_is_set = self.clock_is_set or (self.is_registered and self.network.tells_time)

    def cell(self, mode: int) -> str:
        """The place, as `AT+CREG=2` adds it; empty without a network or with a lesser mode."""
        return ',"17E0","00359D48",7' if mode >= 2 and self.is_registered else ""

    @property
    def is_registered(self) -> bool:
        """Whether texts can go and come."""
        return self.registration in REGISTERED

    def set_functionality(self, level: int) -> None:
        """`AT+CFUN=`: 0 puts the SIM to sleep too, 4 only the radio."""
        before, self.settings.functionality = self.settings.functionality, level
        if level != CFUN_FULL:
            self._register(OFF)
            if level == CFUN_MINIMUM:
                self.card.power_cycle()
        elif before == CFUN_MINIMUM:
            self.after(OBEYS_AFTER_S, self.wake_sim)
        else:
            self.after(REGISTERS_AFTER_S, self.look_for_network)

    # Texts that come

    def collect(self) -> None:
        """Take from the network what waits there, as far as there is room."""
        if self.is_silent or not (self.sms_ready and self.is_registered):
            return
        for arrival in self.network.arrivals(self.wall()):
            if self._take(arrival):
                self.network.arrived(arrival)

    def _take(self, arrival: Arrival) -> bool:
        """Whether there was room for ``arrival``."""
        mode, texts, _, reports, _ = self.settings.announce
        how = reports if arrival.is_report else texts
        # 1 means "straight to the host" for a report and "stored and announced" for a text; 2 the reverse.
        if how and (how == 1) == arrival.is_report:
            self._push(arrival)
            return True
        if arrival.is_report and not how:
            return True
        return self._store(arrival, announced=bool(how and mode))

    def _push(self, arrival: Arrival) -> None:
        length, digits = arrival.text.length, arrival.text.pdu
        header = f"+CDS: {length}" if arrival.is_report else f"+CMT: ,{length}"
        self.unsolicited(f"{header}\r\n{digits}")

    def _store(self, arrival: Arrival, *, announced: bool) -> bool:
        name = self.settings.stores[2]
        if arrival.is_report:
            name = self.dialect.report_memory or name
        index = self.memories[name].put(arrival.text)
        if index is not None and announced:
            self.unsolicited(f'{"+CDSI" if arrival.is_report else "+CMTI"}: "{name}",{index}')
        return index is not None
