"""What the world tells the hub, in the present tense.

An input says what was seen, by whom and when; never what follows from it. ``at`` is an aware
UTC datetime of the hub's one clock (`hub.clock`), which advances with the monotonic clock of the
machine: the span between two inputs is true even when the wall clock was stepped in between, for
a step is itself an input, `ClockStepped`.

Every source posts these to the inbox and does nothing else.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from hub.domain.facts import Outcome
from hub.domain.policy import Policy

# The reason of a call that failed for an alert's sake: nobody was tried in vain, and it is made again.
CUT_SHORT = "cut short by an alert"


class SendState(StrEnum):
    """What became of handing one message to a channel."""

    ACCEPTED = "accepted"  # the network took it: for a text, only after "+CMGS: reference"
    FAILED = "failed"  # it certainly did not go out
    UNCERTAIN = "uncertain"  # it may or may not have gone out (silence, a restart in mid-send)


class DeliveryState(StrEnum):
    """What a status report says of a text the network took."""

    DELIVERED = "delivered"
    PENDING = "pending"  # the network still tries (the phone is off)
    FAILED = "failed"


class Action(StrEnum):
    """What a person may ask for by the command line, MQTT or the web. A text's words come to the same."""

    ANSWER = "answer"
    DECLINE = "decline"
    ATTEND = "attend"
    CLOSE = "close"
    AWAY = "away"
    BACK = "back"
    PAUSE = "pause"
    VISITOR = "visitor"
    TRIGGER = "trigger"
    TEST = "test"
    WELL = "well"  # the resident: all is well
    EXPECT = "expect"  # a sign of life before ``until``, on that day only; without a time: the usual ones again
    OFF = "off"  # the resident: judge no silence until I say so
    TAKEN = "taken"  # the family takes the records with them (``text``: which)
    CONSENT = "consent"  # the family notes who agreed to the watch (``text``)
    CODE = "code"  # the pages send ``person``, of the family, the one-time code ``text``
    LOCKED = "locked"  # the pages were given too many wrong codes for ``person``
    INVITE = "invite"  # the family has ``person`` asked by text whether they want to be told
    NEWS = "news"  # one of the circle writes ``text`` to all
    SHIFT = "shift"  # ``person`` is on call on the day ``text`` ("2026-03-04"); without one the usual order holds
    TAKE_BACK = "take_back"  # and takes it off the board again (``text``: its number)
    SEND_AGAIN = "send_again"  # the family has a message that did not arrive sent once more (``text``: its number)
    NOTE = "note"  # one of the circle writes ``text`` beside an alert, for the record; with CLOSE: what it was


@dataclass(frozen=True, slots=True)
class Input:
    """Something seen at ``at`` (aware, UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Tick(Input):
    """Nothing new but the time. A timer is a hint; deadlines are decided from ``at``."""


@dataclass(frozen=True, slots=True)
class Booted(Input):
    """The process starts on a state rebuilt from its journal.

    ``rebooted``: the machine was off meanwhile, so the time since the last fact is a guess unless
    ``clock_trusted``. ``watched_until``: the last moment the hub is known to have watched. ``boot``: the
    kernel's name for this run of the machine.
    """

    rebooted: bool
    clock_trusted: bool
    watched_until: datetime | None = None
    boot: str = ""


@dataclass(frozen=True, slots=True)
class ClockStepped(Input):
    """The wall clock was set: times of day move by ``by``, spans do not. ``at`` is before the step."""

    by: timedelta
    trusted: bool


@dataclass(frozen=True, slots=True)
class TimeTold(Input):
    """A mobile network told the ``time`` (aware): a hint, which the loop passes to the clock before it decides.

    What comes of it, if anything, is a `ClockStepped`.
    """

    time: datetime


@dataclass(frozen=True, slots=True)
class PolicyReplaced(Input):
    """The family or the installer changed the settings; ``policy`` is what holds from now on.

    The loop takes up ``policy`` before it decides; incidents already open keep their plan.
    """

    policy: Policy


@dataclass(frozen=True, slots=True)
class WindowRefused(Input):
    """The household cannot have the window ``name`` from ``opens`` to ``closes``, as was wished by text.

    Or the card takes nothing.
    """

    name: str
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class CreditTold(Input):
    """The operator said in its own words (``text``, at most 200 characters) what credit the SIM has."""

    text: str


@dataclass(frozen=True, slots=True)
class ButtonEdge(Input):
    """A wired button's contact closed (``down``) or opened, bounces and all."""

    button: str
    down: bool


@dataclass(frozen=True, slots=True)
class ButtonPressed(Input):
    """A pendant or a remote button says it was pressed; it has no edges to tell."""

    button: str


@dataclass(frozen=True, slots=True)
class ButtonCancelled(Input):
    """A pendant's cancelling action ("double", or a long hold that the pendant itself recognises)."""

    button: str


@dataclass(frozen=True, slots=True)
class SensorChanged(Input):
    """A sensor became active (motion, open door, smoke, somebody in bed) or at rest."""

    sensor: str
    active: bool


@dataclass(frozen=True, slots=True)
class TemperatureMeasured(Input):
    """A thermometer says how warm it is, in °C: it tells of the home, and nothing of life in it."""

    sensor: str
    celsius: float


@dataclass(frozen=True, slots=True)
class DeviceHeard(Input):
    """A wireless device gave a sign of itself, which is none of life; or somebody says whether it is there.

    ``battery``: per cent. ``online``: what the bridge says of it; None when it was heard itself. ``link_quality``: how
    well it is received, 0 to 255.
    """

    device: str
    battery: int | None = None
    online: bool | None = None
    tampered: bool | None = None
    link_quality: int | None = None


@dataclass(frozen=True, slots=True)
class SmsReceived(Input):
    """A text arrived. ``key`` is the same however often the modem shows us this text.

    ``sender``: E.164 where the network gave a number, else the sender's name as it stands.
    ``sent_at``: the service centre's time stamp, a hint only (None if unreadable). ``chance``: a number drawn for
    this text that nobody could foresee, of which a one-time code may be made.
    """

    key: str
    sender: str
    text: str
    sent_at: datetime | None = None
    chance: int | None = None


@dataclass(frozen=True, slots=True)
class SendReported(Input):
    """What became of message number ``message``.

    ``reference``: the network's message reference, 0 to 255 (3GPP TS 23.040), for delivery reports.
    ``permanent``: trying this address again by this channel cannot help.
    """

    message: int
    state: SendState
    reference: int | None = None
    reason: str = ""
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReported(Input):
    """The network says what became of an accepted message."""

    message: int
    state: DeliveryState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeyHeard(Input):
    """Whoever picked up the call ``message`` pressed ``key``: 0 to 9, * # or A to D."""

    message: int
    key: str


@dataclass(frozen=True, slots=True)
class CallCame(Input):
    """Somebody rings the hub; ``number`` as the network tells it, "" where it does not."""

    number: str


@dataclass(frozen=True, slots=True)
class CallOver(Input):
    """The call that the hub took is over, whoever hung up."""


@dataclass(frozen=True, slots=True)
class LinkChanged(Input):
    """A road out ("sms", "call", "mqtt") opened or closed. Opening makes waiting messages go at once."""

    link: str
    up: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FaultSeen(Input):
    """Something is out of order: ``fault`` is a code such as "modem.absent" (docs/drivers.md lists them).

    Seen again while it stands, it changes nothing. ``detail`` is the evidence, for the installer.
    """

    fault: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FaultCleared(Input):
    """What `FaultSeen` told is in order again."""

    fault: str


@dataclass(frozen=True, slots=True)
class Observed(Input):
    """A reading for the status page (``signal_dbm``, ``operator``, ``gsm_registered``): never journaled."""

    what: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Commanded(Input):
    """Somebody used the command line, an MQTT command or a page.

    ``by``: a person's id, "resident", or None where the road does not say who. ``incident``: None for the
    only open one. ``request``: the asker's own id, echoed in the result. ``via``: "cli", "mqtt", "web".
    ``person``: whom it is about. ``text``: what else is said, which is perhaps for nobody's log.
    """

    action: Action
    via: str
    by: str | None = None
    incident: int | None = None
    outcome: Outcome | None = None
    until: datetime | None = None
    request: str | None = None
    person: str | None = None
    text: str = field(default="", repr=False)
