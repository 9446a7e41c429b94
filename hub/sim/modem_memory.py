"""What a modem remembers: the SIM card with its counters, and the slots that texts lie in.

Knows 3GPP TS 31.101's three tries and ten tries, and that a full store takes nothing. Knows no AT.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

# 3GPP TS 31.101: so many wrong PINs lock the card, and so many wrong PUKs end it.
PIN_TRIES = 3
PUK_TRIES = 10


class SimState(StrEnum):
    """What `AT+CPIN?` says, and the two things it cannot say."""

    READY = "READY"
    PIN = "SIM PIN"
    PUK = "SIM PUK"
    ENDED = "ended"  # ten wrong PUKs: the card is scrap
    ABSENT = "absent"


@dataclass(slots=True)
class SimCard:
    """A SIM card. An empty ``pin`` asks for none."""

    pin: str = ""
    puk: str = "12345678"
    iccid: str = "8933010000000000018"
    imsi: str = "208010000000001"
    number: str = "+33600000000"
    inserted: bool = True
    unlocked: bool = False
    pin_tries: int = PIN_TRIES
    puk_tries: int = PUK_TRIES

    @property
    def state(self) -> SimState:
        """What the card wants of us."""
        if not self.inserted:
            return SimState.ABSENT
        if self.puk_tries == 0:
            return SimState.ENDED
        if self.pin_tries == 0:
            return SimState.PUK
        return SimState.PIN if self.pin and not self.unlocked else SimState.READY

    def power_cycle(self) -> None:
        """The card forgets that it was unlocked, and nothing else."""
        self.unlocked = False

    def enter_pin(self, pin: str) -> bool:
        """Try ``pin``; a wrong one costs a try."""
        if pin == self.pin:
            self.unlocked, self.pin_tries = True, PIN_TRIES
            return True
        self.pin_tries -= 1
        return False

    def enter_puk(self, puk: str, pin: str) -> bool:
        """Try ``puk``, with ``pin`` as the new PIN; a wrong one costs a try for ever."""
        if puk == self.puk:
            self.pin, self.unlocked = pin, True
            self.pin_tries, self.puk_tries = PIN_TRIES, PUK_TRIES
            return True
        self.puk_tries -= 1
        return False


class Status(IntEnum):
    """The state of a stored text, as `AT+CMGL=` numbers it."""

    UNREAD = 0
    READ = 1
    UNSENT = 2
    SENT = 3


@dataclass(slots=True)
class StoredText:
    """A text in a slot: its PDU, and how many octets of it `+CMGR` counts (all but the SMSC)."""

    pdu: str
    length: int
    status: Status = Status.UNREAD


@dataclass(slots=True)
class MessageMemory:
    """One store ("ME", "SM", "SR") of so many slots, numbered from ``first``."""

    name: str
    capacity: int
    first: int = 0
    slots: dict[int, StoredText] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether nothing more goes in."""
        return len(self.slots) >= self.capacity

    def put(self, text: StoredText) -> int | None:
        """Lay ``text`` into the lowest free slot; None when there is none."""
        if self.is_full:
            return None
        index = next(slot for slot in range(self.first, self.first + self.capacity) if slot not in self.slots)
        self.slots[index] = text
        return index

    def has_slot(self, index: int) -> bool:
        """Whether the store has a slot of this number, empty or not."""
        return self.first <= index < self.first + self.capacity
