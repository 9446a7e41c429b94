"""What is known of a modem at this moment, and what of it the hub is told.

`Situation` is a notebook that the scripts share: no decisions, no bytes. `Reports` turns what
happened into inputs, each thing once: a fault that stands is not told again, a link that is up does
not come up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from hub.domain.inputs import (
    CallCame,
    CallOver,
    CreditTold,
    DeliveryReported,
    DeliveryState,
    FaultCleared,
    FaultSeen,
    Input,
    KeyHeard,
    LinkChanged,
    Observed,
    SendReported,
    SendState,
    SmsReceived,
    TimeTold,
)
from hub.drivers.modem.profiles import Profile
from hub.drivers.modem.responses import Network, Registration

LINK, CALLS = "sms", "call"
# The domains whose registration carries texts (circuits, and LTE); +CGREG alone does not say.
_DOMAINS = ("+CREG", "+CEREG")

Value: TypeAlias = str | int | float | bool | None


@dataclass(slots=True)
class Situation:
    """What the modem is, has and said. ``now``: seconds of any clock that never steps."""

    profile: Profile
    now: float = 0.0
    is_open: bool = False
    is_ready: bool = False  # texts can be handed over
    why_not: str = "the modem's port is not open"
    speed: int = 115200
    identity: str = ""
    bytes_heard: int = 0
    is_echo_off: bool = False
    sim: str = ""  # what the modem last said of its SIM by itself
    has_sms_service: bool = False  # it said "SMS Ready" or the like since it started
    networks: dict[str, Network] = field(default_factory=dict)
    signal_dbm: int | None = None
    smsc: str = ""  # as AT+CSCA= takes it
    memory: str = "ME"  # where texts are kept
    memories: tuple[str, ...] = ("ME",)  # all that there are
    reads_from: str = ""  # the memory that +CMGR and +CMGD mean now
    keeps_reports: bool = False  # delivery reports are stored, and told by +CDSI
    announces: bool = True  # new texts are told by +CMTI; else they must be looked for
    may_list: bool = True
    startup_began: float = 0.0

    @property
    def is_registered(self) -> bool:
        """Whether a network takes texts from this SIM."""
        return any(self.networks[d].state.carries_sms for d in _DOMAINS if d in self.networks)

    @property
    def carries_calls(self) -> bool:
        """Whether this modem has a voice, and is registered for more than texts."""
        carried = any(self.networks[d].state.carries_calls for d in _DOMAINS if d in self.networks)
        return bool(self.profile.voice) and carried

    @property
    def is_denied(self) -> bool:
        """Whether the network refuses this SIM."""
        return any(network.state is Registration.DENIED for network in self.networks.values())

    def note(self, network: Network) -> None:
        """Keep where the modem is registered."""
        self.networks[network.domain] = network

    def note_smsc(self, smsc: str) -> None:
        """Keep the service centre's number, as AT+CSCA? gives it; an empty one is none."""
        if smsc and not smsc.startswith('""'):
            self.smsc = smsc

    def forget_connection(self, why: str) -> None:
        """The modem starts anew: whatever it was told is gone."""
        self.is_ready = self.is_echo_off = self.has_sms_service = False
        self.why_not = why
        self.sim = self.reads_from = ""
        self.networks.clear()


class Reports:
    """Tells the hub, in the order in which things happened. ``stamp`` gives the time of an input."""

    def __init__(self, stamp: Callable[[], datetime]) -> None:
        self._stamp = stamp
        self._inputs: list[Input] = []
        self._faults: dict[str, str] = {}
        self._proven: set[str] = set()  # what has been in order at least once
        self._links: dict[str, bool] = {}
        self._observed: dict[str, Value] = {}

    def take(self) -> list[Input]:
        """Return what is new since the last call."""
        inputs, self._inputs = self._inputs, []
        return inputs

    @property
    def faults(self) -> frozenset[str]:
        """The faults that stand."""
        return frozenset(self._faults)

    def fault(self, code: str, detail: str) -> None:
        """Tell that something is out of order, unless that is known."""
        if code not in self._faults:
            self._faults[code] = detail
            self._inputs.append(FaultSeen(self._stamp(), code, detail))

    def clear(self, *codes: str) -> None:
        """Tell that it is in order again, where it was not.

        Once also where nothing is known of it: an earlier run may have told of it, and it may stand still.
        """
        for code in codes:
            if self._faults.pop(code, None) is not None or code not in self._proven:
                self._proven.add(code)
                self._inputs.append(FaultCleared(self._stamp(), code))

    def link(self, *, up: bool, detail: str = "", name: str = LINK) -> None:
        """Tell that the road for texts, or for calls, opened or closed, when it did."""
        if up is not self._links.get(name):
            self._links[name] = up
            self._inputs.append(LinkChanged(self._stamp(), name, up, detail))

    def observe(self, what: str, value: Value) -> None:
        """Tell a reading that changed."""
        if what not in self._observed or self._observed[what] != value:
            self._observed[what] = value
            self._inputs.append(Observed(self._stamp(), what, value))

    def time(self, told: datetime) -> None:
        """Tell the network's time, each time: the clock compares them."""
        self._inputs.append(TimeTold(self._stamp(), told))

    def credit(self, text: str) -> None:
        """Tell what the operator says of the SIM's credit."""
        self._inputs.append(CreditTold(self._stamp(), text))

    def sent(
        self,
        message: int,
        state: SendState,
        *,
        reference: int | None = None,
        reason: str = "",
        permanent: bool = False,
    ) -> None:
        """Tell what became of handing over ``message``."""
        self._inputs.append(SendReported(self._stamp(), message, state, reference, reason, permanent))

    def key(self, message: int, key: str) -> None:
        """Tell that a key was pressed in the call ``message``."""
        self._inputs.append(KeyHeard(self._stamp(), message, key))

    def call_came(self, number: str) -> None:
        """Tell that somebody rings."""
        self._inputs.append(CallCame(self._stamp(), number))

    def call_over(self) -> None:
        """Tell that nobody is put through, or any more."""
        self._inputs.append(CallOver(self._stamp()))

    def delivered(self, message: int, state: DeliveryState, reason: str) -> None:
        """Tell what the network says became of ``message``."""
        self._inputs.append(DeliveryReported(self._stamp(), message, state, reason))

    def received(self, key: str, sender: str, text: str, sent_at: datetime | None) -> None:
        """Tell a text that arrived."""
        self._inputs.append(SmsReceived(self._stamp(), key, sender, text, sent_at))
