"""What the hub remembers: the state and its parts, frozen. `hub.domain.state` says how facts change it.

Everything that waits is a deadline in here, as an instant of the hub's clock. ``WALL`` marks the few
instants that a person said as a time of day: they stay where they are when the clock is corrected, while all
others move with it, since they measure spans.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from hub.domain.evidence import Evidence
from hub.domain.facts import WATCHED, Kind, Outcome, Purpose, Whereabouts, Words
from hub.domain.habits import Habits
from hub.domain.policy import Extreme, Plan

WALL: Mapping[str, Any] = {"wall": True}
EMPTY: Mapping[Any, Any] = MappingProxyType({})
# In "1 2" nobody can tell the incident from the choice; from here on a number is one or the other.
FIRST_INCIDENT = 10


class Phase(StrEnum):
    """Where an incident stands (BEHAVIOUR 1)."""

    WARNING = "warning"
    ALERTING = "alerting"
    ANSWERED = "answered"
    ATTENDED = "attended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Incident:
    """One call for help, or one fault, from its opening to its end.

    ``due``: when the present phase runs out; None only once closed. ``ask_due``: when the resident is asked
    again. ``wave`` and ``round`` count from 1 (0: none yet). ``asked``: people of the running wave.
    ``told``: everybody whose alert went out, or may have, in that order. ``lost``: who went and did
    not arrive, until the next wave. ``helpers``: who goes as well. ``attended_by``: the first of ``on_site``.
    ``confirmed``: who answered a drill. ``about``: see `IncidentOpened`. ``place``: the sensor that saw the last sign
    before a learned silence. ``notes``: how many people wrote beside it.
    """

    number: int
    kind: Kind
    source: str
    room: str
    plan: Plan
    opened_at: datetime
    phase: Phase = Phase.WARNING
    phase_since: datetime | None = None
    since: datetime | None = None
    due: datetime | None = None
    ask_due: datetime | None = None
    wave: int = 0
    round: int = 0
    asked: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    declined: frozenset[str] = frozenset()
    unreached: frozenset[str] = frozenset()
    answered_by: str | None = None
    answered_at: datetime | None = None
    minutes: int | None = None
    doubted: bool = False
    lost: str | None = None
    attended_by: str | None = None
    on_site: tuple[str, ...] = ()
    times_end_asked: int = 0
    helpers: tuple[str, ...] = ()
    hurried_at: datetime | None = None
    outcome: Outcome | None = None
    closed_by: str = ""
    closed_by_name: str = ""
    closed_at: datetime | None = None
    place: str = ""
    confirmed: frozenset[str] = frozenset()
    about: str = ""
    notes: int = 0

    @property
    def is_call(self) -> bool:
        """Whether somebody may need help: neither a fault nor a drill."""
        return self.kind not in (Kind.TECHNICAL, Kind.DRILL)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.phase is not Phase.CLOSED

    @property
    def is_last_wave(self) -> bool:
        """Whether the running wave is the one that repeats for ever."""
        return self.wave >= len(self.plan.waves)

    @property
    def going(self) -> tuple[str, ...]:
        """Who goes or is there, whether or not an alert went to them."""
        first = () if self.answered_by is None else (self.answered_by,)
        return tuple(dict.fromkeys((*first, *self.on_site, *self.helpers)))

    @property
    def concerned(self) -> tuple[str, ...]:
        """Whoever was asked, or goes."""
        return (*self.told, *self.asked, *self.going)

    @property
    def taken_at(self) -> datetime | None:
        """Since when somebody goes or is there; None while nobody does."""
        return self.answered_at or (self.phase_since if self.on_site else None)

    def name_of(self, person: str | None) -> str:
        """How people call this person of the plan; the id itself for somebody outside of it."""
        if person == "resident":
            return self.plan.resident.name
        found = self.plan.person(person)
        return found.name if found else (person or "")


class MessageStatus(StrEnum):
    """Where an unsettled message stands. Settled ones (accepted, failed for good, dropped) leave the state."""

    PENDING = "pending"  # to be handed to its channel
    SENDING = "sending"  # in its channel's hands
    WAITING = "waiting"  # failed for now; tried again at ``due``
    UNCERTAIN = "uncertain"  # may have gone out, and is not worth a repeat: a late acceptance still counts


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, from the request until it is settled.

    ``due``: SENDING, when the channel must have reported; WAITING, when to try again; UNCERTAIN, when to
    stop hoping for a late report. ``refused``: it failed once, and the person's next channel was tried.
    """

    number: int
    incident: int | None
    person: str
    channel: str
    address: str
    language: str
    purpose: Purpose
    words: Words
    text: str
    requested_at: datetime
    status: MessageStatus = MessageStatus.PENDING
    attempts: int = 0
    due: datetime | None = None
    refused: bool = False

    @property
    def road(self) -> str:
        """The driver that carries this message."""
        return road_of(self.channel)

    @property
    def is_spoken(self) -> bool:
        """Whether it is said to somebody on the telephone."""
        return self.road == CALL


# Texts and calls go out by one modem, which does one thing at a time.
CALL, TEXT = "call", "sms"


def road_of(channel: str) -> str:
    """Return the driver that carries this channel: "sms", "call", "mail" or "push"."""
    if channel.startswith(("http://", "https://")):
        return "push"
    return channel.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a wired button's contact stands and since when; ``raw`` is the last edge, bounces included.

    ``settle_at``: when the contact must have stopped bouncing. ``hold_at``: when staying down becomes a cancel.
    ``undecided``: it counts as a press once it is let go, unless it was held.
    """

    down: bool
    raw: bool
    moved_at: datetime
    settle_at: datetime | None = None
    hold_at: datetime | None = None
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to ``end``. ``away``: nobody was to be watched; else the hub could not."""

    start: datetime
    end: datetime
    away: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something out of order since ``raised_at``. ``tell_at``: when the family hears of it (None: they have)."""

    raised_at: datetime
    detail: str
    tell_at: datetime | None
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Something that must work, supervised since ``since``; ``proven_at``: when it last certainly did."""

    since: datetime
    proven_at: datetime | None = None

    @property
    def last(self) -> datetime:
        """Since when nothing is known of it."""
        return self.proven_at or self.since


@dataclass(frozen=True, slots=True)
class Heard:
    """A device's last sign of itself since the start (``at``), and what it told last: per cent, 0 to 255, and when."""

    at: datetime
    battery: int | None = None
    battery_at: datetime | None = None
    link_quality: int | None = None
    link_quality_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Movements:
    """How a sensor behaves: ``active_since`` (None: at rest), and its changes in the minute from ``minute_from`` on.

    ``moved_at``: when it last became active or came to rest, or was found so after a start.
    ``flapped_at``: when it last changed more often than anything alive makes it.
    """

    active_since: datetime | None = None
    moved_at: datetime | None = None
    minute_from: datetime | None = None
    changes: int = 0
    flapped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thermometer:
    """What a thermometer said last. ``beyond`` which limit it is, ``since`` when.

    ``alarmed``: of what the neighbours were told last; ``is_told``: and that is not over. ``kept_at``, ``kept_c``: the
    last reading that was written.
    """

    celsius: float | None = None
    read_at: datetime | None = None
    beyond: Extreme | None = None
    since: datetime | None = None
    alarmed: Extreme | None = None
    is_told: bool = False
    kept_at: datetime | None = None
    kept_c: float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One time that a person was asked, for an alert or a drill, and after how long what came of it."""

    incident: int
    at: datetime
    delivered_after: timedelta | None = None
    answered_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How well a person's phone is reached: texts in a row that were ``refused``, or lost on the way (``undelivered``).

    ``unreported``: texts since the last sign of the phone whose delivery nobody has told. ``asks``: the newest ones.
    """

    refused: int = 0
    undelivered: int = 0
    unreported: tuple[datetime, ...] = ()
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True, slots=True)
class Awaited:
    """A text that the network took: whose, and for which incident. Its delivery may be told yet.

    ``message``: what it said, where the family may have it sent again should it not arrive.
    """

    person: str
    incident: int | None
    at: datetime
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """When the family was last told something that comes by the calendar, and what about."""

    at: datetime
    detail: str = ""


# The answer to a person who texted `TEST`.
TEST_WORKS = "test.works"


@dataclass(frozen=True, slots=True)
class Conversation:
    """How often the hub answered this person's texts since something real happened, and with what last.

    ``tested_at``: when the last answer to a `TEST` was asked for.
    """

    automatic: int = 0
    last_key: str = ""
    last_incident: int | None = None
    tested_at: datetime | None = None


# Commands by text from one person, and codes of theirs that were wrong.
ORDERS_REMEMBERED = 11


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An absence that a person asked for by text at ``asked_at``, and must confirm with ``code``; None: none waits.

    ``on_call``: it is no absence, but this person shall be asked first. ``one_off``: nor is it one that a sign of life
    is expected by ``until``, that day only; or that the ``window`` of that name, perhaps a new one, ``opens`` and
    ``closes`` then; or it is a ``holiday`` of this person.
    ``wrong``: codes in a row that were.
    ``locked_until``: none is taken before.
    """

    code: str = ""
    asked_at: datetime | None = None
    begins: datetime | None = field(default=None, metadata=WALL)
    until: datetime | None = field(default=None, metadata=WALL)
    wrong: int = 0
    locked_until: datetime | None = None
    on_call: str = ""
    one_off: bool = False
    window: str = ""
    opens: time | None = None
    closes: time | None = None
    is_new: bool = False
    holiday: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """What the operator said at ``at`` of the SIM: see `CreditRead`."""

    amount_c: int | None
    currency: str
    expires: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WindowWish:
    """From when until when ``person`` wants a window; the household has it not yet."""

    person: str
    opens: time
    closes: time
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class OneOff:
    """On one day a sign of life is expected between these instants, whatever the windows say."""

    opens: datetime
    closes: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody was asked whether they want to be told of alerts: by which number, when last, how often.

    A "yes" counts before ``until``. ``agreed``: what they said; None: nothing yet.
    """

    phone: str
    asked_at: datetime
    until: datetime
    times: int
    agreed: bool | None = None


# What was written to all, and what the board has at most; more than two days' worth (`hub.domain.circle.IN_ALL`).
NEWS_REMEMBERED = 30


@dataclass(frozen=True, slots=True)
class News:
    """What ``by`` wrote to the circle. ``tell_at``: when it goes out by text; None once it went to ``told``.

    ``is_gone``: it was taken off the board, and is kept (without its words) only to count how often somebody writes.
    """

    number: int
    at: datetime
    by: str
    name: str
    text: str
    tell_at: datetime | None = field(default=None, metadata=WALL)
    told: tuple[str, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """That the one at home agreed: since when, who wrote it down, and who agreed ("resident", "guardian")."""

    at: datetime
    by: str
    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of life at home.

    ``life``: the last sign by each source. ``blind``: spans in which the hub did not watch (off, away, paused).
    ``visits``: those in which somebody else was there too, and nothing is learned.
    ``skipped``: times of day that the clock jumped over, and that nobody lived. ``stepped_at``: when the clock was
    last set to another hour; which hours the silence before it fell into, nobody knows. ``set_back_at``: when it was
    last set back by more than it had jumped ahead. ``began``: since when it watches at all. ``alarmed``: the present
    silence has had its alarm. ``passed``: the last closing of each window that was looked at. ``nudged``: the last one
    of which the resident was reminded. ``asked``: when each rule
    about a thing (a door, a bed, who is out) last found it so for too long. ``blinded``: rules without a source that
    works, since when; ``unseen``: the spans in which that was so. ``one_off``: one day that is different.
    """

    life: Mapping[str, datetime] = field(default_factory=lambda: EMPTY)
    active: Mapping[str, bool] = field(default_factory=lambda: EMPTY)
    blind: tuple[Span, ...] = ()
    visits: tuple[Span, ...] = ()
    skipped: tuple[Span, ...] = field(default=(), metadata=WALL)
    stepped_at: datetime | None = None
    set_back_at: datetime | None = None
    began: datetime | None = None
    alarmed: bool = False
    passed: Mapping[str, datetime] = field(default_factory=lambda: EMPTY, metadata=WALL)
    nudged: Mapping[str, datetime] = field(default_factory=lambda: EMPTY, metadata=WALL)
    asked: Mapping[str, datetime] = field(default_factory=lambda: EMPTY)
    blinded: Mapping[str, datetime] = field(default_factory=lambda: EMPTY)
    unseen: Mapping[str, tuple[Span, ...]] = field(default_factory=lambda: EMPTY)
    check_due: datetime | None = None
    check_rule: str = ""
    one_off: OneOff | None = field(default=None, metadata=WALL)

    @property
    def last(self) -> tuple[str, datetime] | None:
        """Who gave the newest sign of life, and when."""
        return max(self.life.items(), key=lambda sign: sign[1], default=None)

    @property
    def last_life(self) -> datetime | None:
        """The newest sign of life, by whatever source."""
        return max(self.life.values(), default=None)


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is asked first, and until when; ``at``: when that was said."""

    person: str
    until: datetime = field(metadata=WALL)
    at: datetime


@dataclass(frozen=True, slots=True)
class Holiday:
    """From ``begins`` to ``until`` somebody is not asked."""

    begins: datetime = field(metadata=WALL)
    until: datetime = field(metadata=WALL)


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is asked first on one day ("" for the usual order); ``at``: when that was said."""

    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence that was announced."""

    begins: datetime
    until: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Presence:
    """Home, away, paused, a visitor or off, since when and until when that lasts; and the next absence ``planned``.

    ``ran_out``: an absence lasted as long as was said, and nobody was seen to come back.
    """

    whereabouts: Whereabouts = Whereabouts.HOME
    since: datetime | None = None
    until: datetime | None = field(default=None, metadata=WALL)
    by: str = ""
    planned: Absence | None = field(default=None, metadata=WALL)
    ran_out: bool = False

    @property
    def is_watched(self) -> bool:
        """Whether somebody is to be watched at home."""
        return self.whereabouts in WATCHED


@dataclass(frozen=True, slots=True)
class Talk:
    """Somebody of the circle rang and was put through to the room; ``until``: when it is over at the latest."""

    person: str
    until: datetime


@dataclass(frozen=True)  # without slots: see hub.domain.replacing
class State:
    """Everything the core knows; what follows from all facts so far, and from nothing else.

    ``orders``: when each person texted their last commands. ``windows_wanted``: by the window's name. ``languages``:
    what each chose by text, and instead of which. ``shifts``: who is on call, by day ("2026-03-04") of the home.
    ``timeline_from``: instants before it were told by another, uncertain clock, and do not move when the present one is
    corrected. ``off_since``: how long before ``started_at`` nothing was watched. ``resumed``: when a link that was gone
    came back. ``awaiting``: texts by their numbers. ``unsent``: those that ended without having arrived, of which
    `hub.domain.again` may send some once more. ``hung_up``: the call that the hub ended last; a key may cross that.
    ``round_due``: see `RoundMade`. ``text_out_at``, ``text_in_at``: when a text last left, and last came in.
    """

    at: datetime | None = None
    clock_trusted: bool = False
    boot: str = ""
    started_at: datetime | None = None
    timeline_from: datetime | None = None
    incidents: Mapping[int, Incident] = field(default_factory=lambda: EMPTY)
    outbox: Mapping[int, Message] = field(default_factory=lambda: EMPTY)
    next_incident: int = FIRST_INCIDENT
    next_message: int = 1
    contacts: Mapping[str, Contact] = field(default_factory=lambda: EMPTY)
    watch: Watch = field(default_factory=Watch)
    presence: Presence = field(default_factory=Presence)
    # Its tables have no instants, and its two times are but compared with others of the same kind.
    habits: Habits = field(default_factory=Habits, metadata=WALL)
    faults: Mapping[str, Fault] = field(default_factory=lambda: EMPTY)
    roads: Mapping[str, bool] = field(default_factory=lambda: EMPTY)
    readings: Mapping[str, str | int | float | bool | None] = field(default_factory=lambda: EMPTY)
    conversations: Mapping[str, Conversation] = field(default_factory=lambda: EMPTY)
    sent: Mapping[str, tuple[datetime, ...]] = field(default_factory=lambda: EMPTY)
    links: Mapping[str, Link] = field(default_factory=lambda: EMPTY)
    movements: Mapping[str, Movements] = field(default_factory=lambda: EMPTY)
    thermometers: Mapping[str, Thermometer] = field(default_factory=lambda: EMPTY)
    heard: Mapping[str, Heard] = field(default_factory=lambda: EMPTY)
    resumed: Mapping[str, datetime] = field(default_factory=lambda: EMPTY)
    reach: Mapping[str, Reach] = field(default_factory=lambda: EMPTY)
    awaiting: Mapping[int, Awaited] = field(default_factory=lambda: EMPTY)
    unsent: Mapping[int, Message] = field(default_factory=lambda: EMPTY)
    hung_up: Message | None = None
    talk: Talk | None = None
    text_out_at: datetime | None = None
    text_in_at: datetime | None = None
    notices: Mapping[str, Notice] = field(default_factory=lambda: EMPTY)
    evidence: tuple[Evidence, ...] = ()
    drilled_at: datetime | None = None
    credit: Credit | None = None
    off_since: datetime | None = None
    round_due: datetime | None = None
    orders: Mapping[str, tuple[datetime, ...]] = field(default_factory=lambda: EMPTY)
    confirmations: Mapping[str, Confirmation] = field(default_factory=lambda: EMPTY)
    windows_wanted: Mapping[str, WindowWish] = field(default_factory=lambda: EMPTY)
    languages: Mapping[str, tuple[str, str]] = field(default_factory=lambda: EMPTY)
    on_call: OnCall | None = None
    shifts: Mapping[str, Shift] = field(default_factory=lambda: EMPTY)
    holidays: Mapping[str, Holiday] = field(default_factory=lambda: EMPTY)
    seen_texts: tuple[str, ...] = ()
    stopped: frozenset[str] = frozenset()
    invitations: Mapping[str, Invitation] = field(default_factory=lambda: EMPTY)
    invited: tuple[datetime, ...] = ()
    consent: Consent | None = None
    news: tuple[News, ...] = ()
    next_news: int = 1

    def open_incidents(self) -> tuple[Incident, ...]:
        """Incidents that are not closed, oldest first."""
        return tuple(incident for incident in self.incidents.values() if incident.is_open)

    def language_of(self, who: str, known: str) -> str:
        """The language this person chose by text instead of ``known``, the household's; else that one."""
        instead_of, chosen = self.languages.get(who, ("", ""))
        return chosen if chosen and known == instead_of else known

    def open_of(self, kind: Kind) -> Incident | None:
        """The open incident of this kind, or None."""
        return next((incident for incident in self.open_incidents() if incident.kind is kind), None)
