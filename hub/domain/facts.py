"""What the hub decided or learned, in the past tense, kept for ever but for what people did.

A fact carries values (the number, the words), never keys into settings that may change. Most facts
are synced to disk before anything follows from them. `Batched` facts (ordinary movements) are
written every few minutes, to spare the card; `Passing` facts are never written: they are derived
from others, or true only while the process runs.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from hub.domain.policy import Extreme, Plan


class Kind(StrEnum):
    """What an incident is about."""

    PANIC = "panic"
    INACTIVITY = "inactivity"
    HAZARD = "hazard"
    FALL = "fall"
    TECHNICAL = "technical"
    DRILL = "drill"


class Outcome(StrEnum):
    """How an incident ended."""

    HELPED = "helped"
    FALSE_ALARM = "false_alarm"
    EMERGENCY = "emergency"
    CANCELLED = "cancelled"
    RESTORED = "restored"  # a fault that is no more
    DRILL_PASSED = "drill_passed"
    DRILL_FAILED = "drill_failed"  # somebody did not answer within the day


class Whereabouts(StrEnum):
    """Whether silence means anything just now."""

    HOME = "home"
    AWAY = "away"
    PAUSED = "paused"
    VISITOR = "visitor"  # somebody else is there too: all is watched, and nothing is learned
    OFF = "off"  # switched off by the resident, until the resident switches it on again


# A visitor changes nothing of that somebody is to be watched.
WATCHED = frozenset({Whereabouts.HOME, Whereabouts.VISITOR})


class Purpose(StrEnum):
    """Why a message is sent; decides its rank in the queue, whether it may wait, and when it is no longer true."""

    ALERT = "alert"  # asks for help; sent again when uncertain, never throttled
    DUTY = "duty"  # to whoever goes: thanks, address, key; sent again when uncertain
    ASK_RESIDENT = "ask_resident"  # "is everything all right?"
    QUESTION = "question"  # to whoever goes: "are you there?"
    STATUS = "status"  # to the others: somebody goes, all is well; a newer one replaces it
    REPLY = "reply"  # what became of somebody's text
    TECHNICAL = "technical"  # a fault, to the family
    DRILL = "drill"  # tries whether a person is reached
    DESK = "desk"  # asked for at the hub or on its pages: an invitation, a code
    NEWS = "news"  # what one of the circle writes to all: goes when nothing else does


Value: TypeAlias = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class Words:
    """What to say: a key of the catalogue (MESSAGES.md) and the values to fill in. Times are UTC."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds since ``at`` (aware, UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Batched(Fact):
    """A fact that may wait some minutes in memory before it is written."""


@dataclass(frozen=True, slots=True)
class Passing(Fact):
    """A fact that is never written."""


# --- the hub itself ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HubStarted(Fact):
    """The hub watches from now on; it did not between ``blind_since`` and now (None: nothing is known).

    ``boot``: the kernel's name for this run of the machine.
    """

    rebooted: bool
    clock_trusted: bool
    blind_since: datetime | None
    boot: str = ""


@dataclass(frozen=True, slots=True)
class HubWatched(Batched):
    """The hub was awake and watching at this moment: what tells down time from a quiet house."""


@dataclass(frozen=True, slots=True)
class ClockCorrected(Fact):
    """The wall clock moved by ``by``; every deadline that measures a span moved with it."""

    by: timedelta
    trusted: bool


@dataclass(frozen=True, slots=True)
class FaultRaised(Fact):
    """Something is out of order (a code such as "modem.absent"); ``detail`` is the evidence.

    ``tell_at``: when the family is told, unless it has passed by then; None: they know of it.
    """

    fault: str
    detail: str
    tell_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FaultPostponed(Fact):
    """The family is told at ``tell_at``, not now: by day, or when there is somebody to tell."""

    fault: str
    tell_at: datetime


@dataclass(frozen=True, slots=True)
class FaultEnded(Fact):
    """What was out of order works again."""

    fault: str


@dataclass(frozen=True, slots=True)
class LinksExpected(Fact):
    """What must work from now on, each by its name: "device/cuisine", "person/paul", "sim"."""

    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkProven(Batched):
    """This link worked at this moment; told once an hour at most."""

    link: str


@dataclass(frozen=True, slots=True)
class RulesBlinded(Fact):
    """These windows and silences are not watched from now on, for all that could tell of life is out of order.

    Any other is watched again, afresh. ``over``: all are.
    """

    rules: tuple[str, ...]
    over: bool = False


@dataclass(frozen=True, slots=True)
class RoundMade(Passing):
    """The hub looked after what changes slowly: devices, links, people. It does so again at ``due``."""

    due: datetime


@dataclass(frozen=True, slots=True)
class FamilyTold(Fact):
    """The family was told what comes by the calendar: "digest", "month", "heartbeat", "reboot", "coverage".

    ``detail``: what it was about, so that the same is not told again tomorrow.
    """

    notice: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RoadChanged(Passing):
    """A road out opened or closed."""

    road: str
    up: bool


@dataclass(frozen=True, slots=True)
class ReadingTaken(Passing):
    """A reading for the status page."""

    what: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class CommandSettled(Passing):
    """A command of the road ``via`` was carried out, or refused in ``text`` (English, for an integrator)."""

    via: str
    request: str | None
    ok: bool
    text: str


# --- the home ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContactMoved(Passing):
    """A wired button's contact moved to ``down``, or bounced: then ``settle_at`` is when one looks again.

    ``hold_at``: when staying down becomes a cancel. ``undecided``: it counts as a press once it is let go.
    """

    button: str
    down: bool
    settle_at: datetime | None
    hold_at: datetime | None
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class LifeSeen(Batched):
    """Somebody moves at home: a motion, a door, a press. ``source``: the id of the sensor or button."""

    source: str


@dataclass(frozen=True, slots=True)
class SensorMoved(Passing):
    """A sensor became active or came to rest."""

    sensor: str
    active: bool


@dataclass(frozen=True, slots=True)
class LevelSeen(Batched):
    """A door stands open (``active``) or shut, a bed is occupied (``active``) or empty: for the replay of rules."""

    sensor: str
    active: bool


@dataclass(frozen=True, slots=True)
class TemperatureRead(Passing):
    """A thermometer says ``celsius``; ``beyond`` which limit that is, ``since`` when (None: within them)."""

    sensor: str
    celsius: float
    beyond: Extreme | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class CreditRead(Fact):
    """The SIM has ``amount_c`` hundredths of ``currency``, good until the day ``expires``; None and "": unknown."""

    amount_c: int | None
    currency: str
    expires: str


@dataclass(frozen=True, slots=True)
class TemperatureSeen(Batched):
    """A thermometer said ``celsius``: a reading an hour, and each that differs, for the replay of rules."""

    sensor: str
    celsius: float


@dataclass(frozen=True, slots=True)
class TemperatureAlarmed(Fact):
    """It has been too cold or too hot since ``since``, for longer than is allowed: the neighbours are told once."""

    sensor: str
    extreme: Extreme
    celsius: float
    since: datetime


@dataclass(frozen=True, slots=True)
class TemperatureSettled(Fact):
    """What the neighbours were told of is over: it is as warm as it should be, by a degree."""

    sensor: str


@dataclass(frozen=True, slots=True)
class WhereaboutsChanged(Fact):
    """Home, away, paused, with a visitor, or off; all but home and off end, at ``until``."""

    whereabouts: Whereabouts
    until: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class AbsencePlanned(Fact):
    """Away is announced, from ``begins`` to ``until``, instead of what was announced before; None: nothing any more."""

    begins: datetime | None
    until: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class ConsentRecorded(Fact):
    """The one at home agreed to be watched over, says ``by``. ``how``: "resident", or "guardian" for them."""

    by: str
    name: str
    how: str


@dataclass(frozen=True, slots=True)
class CheckPlanned(Passing):
    """The next moment at which silence would matter; None while nothing is watched. ``rule`` names it."""

    due: datetime | None
    rule: str


@dataclass(frozen=True, slots=True)
class WindowPassed(Batched):
    """The window ``window`` that closed at ``closed`` was looked at; ``met``: there was a sign of life."""

    window: str
    closed: datetime
    met: bool


@dataclass(frozen=True, slots=True)
class WindowNudged(Batched):
    """The resident was reminded that the window ``window``, which closes at ``closes``, still waits for a sign."""

    window: str
    closes: datetime


@dataclass(frozen=True, slots=True)
class OneOffSet(Fact):
    """On one day a sign of life is expected from ``opens`` to ``closes``, in the place of that morning's windows."""

    opens: datetime
    closes: datetime
    by: str


@dataclass(frozen=True, slots=True)
class OneOffEnded(Fact):
    """The usual times hold again; ``met``: the sign that was expected came."""

    met: bool


@dataclass(frozen=True, slots=True)
class DoorLeftOpen(Fact):
    """The door of ``sensor`` has been open since ``since``, longer than ``rule`` allows: that is asked about once."""

    rule: str
    sensor: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NotBackInBed(Fact):
    """The bed of ``sensor`` has been empty since ``since``, or last asked about then: longer than ``rule`` allows."""

    rule: str
    sensor: str
    since: datetime


@dataclass(frozen=True, slots=True)
class StillInBed(Fact):
    """Somebody has lain in the bed of ``sensor`` since ``since``, and it is later than ``rule`` allows."""

    rule: str
    sensor: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NotHomeYet(Fact):
    """Nobody was seen at home since ``since``, and it is later than ``rule`` allows: that is asked about once."""

    rule: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SilenceEnded(Batched):
    """A silence of ten minutes and more ended; it began at ``began`` of the home's clock, after a sign by ``source``.

    ``seen``: who saw a sign since the silence before. ``ignored``: nothing is learned of it (somebody was perhaps
    out, or helped). ``crossed``: longer than the line that
    shows how right the reckoning is; ``asked``: longer than the line at which the resident is asked. Forgotten with
    the movements.
    """

    source: str
    began: time
    lasted: timedelta
    seen: tuple[str, ...] = ()
    ignored: bool = False
    crossed: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class LinesDrawn(Batched):
    """The longest silences of the day, in minutes by source and hour, and the stricter ones that never alarm.

    ``watched``: how much was watched since they were last drawn. ``a_month``: for how many false alarms a month.
    Forgotten with the movements.
    """

    watched: timedelta
    lines: tuple[tuple[str, tuple[int, ...]], ...] = ()
    strict: tuple[tuple[str, tuple[int, ...]], ...] = ()
    a_month: int = 0


@dataclass(frozen=True, slots=True)
class SilenceJudged(Fact):
    """Why the learned silence asks: nine in ten silences here at this hour are over within ``usual``, this one lasts.

    ``allowed``: the line of this hour. ``source``: who gave the last sign.
    """

    incident: int
    source: str
    usual: timedelta
    allowed: timedelta
    lasted: timedelta


@dataclass(frozen=True, slots=True)
class Spoken(Fact):
    """Something was said aloud at home; ``softly``: a question at night, at first."""

    words: Words
    incident: int | None = None
    softly: bool = False


@dataclass(frozen=True, slots=True)
class DeviceTold(Passing):
    """A button or detector gave a sign of itself; perhaps how full its battery is, and how well it is received.

    ``battery``: per cent. ``link_quality``: 0 to 255, as Zigbee2MQTT says it. None: it did not say.
    """

    device: str
    battery: int | None = None
    link_quality: int | None = None


# --- the life of an incident ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IncidentOpened(Fact):
    """An incident begins. ``source``: the button, sensor, rule or fault; ``room`` may be "".

    ``since``: the last sign of life (inactivity) or None. The plan stays as it is until the end. ``about``: what it is
    of its kind: "door", "bed", "late", "out"; "smoke", "cold"; "" where there is nothing more to say.
    """

    incident: int
    kind: Kind
    source: str
    room: str
    plan: Plan
    since: datetime | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class WarningStarted(Fact):
    """The resident is asked first, until ``until``."""

    incident: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ResidentAsked(Fact):
    """The question to the resident was repeated."""

    incident: int


@dataclass(frozen=True, slots=True)
class IncidentJoined(Fact):
    """The same kind again while one is open (a second press); ``hurried``: it brought the next wave."""

    incident: int
    source: str
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class WaveStarted(Fact):
    """Wave ``wave`` (from 1) began, for the ``round``-th time; ``people`` are asked; the next comes at ``until``."""

    incident: int
    wave: int
    round: int
    people: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class PersonUnreached(Fact):
    """Every channel of this person refused; nobody waits for them."""

    incident: int
    person: str


@dataclass(frozen=True, slots=True)
class IncidentDeclined(Fact):
    """This person cannot go."""

    incident: int
    person: str


@dataclass(frozen=True, slots=True)
class IncidentAnswered(Fact):
    """This person goes. ``minutes``: their own estimate. ``via``: "sms", "mqtt", "cli", "web"."""

    incident: int
    person: str
    name: str
    minutes: int | None
    via: str
    asks_again_at: datetime


@dataclass(frozen=True, slots=True)
class HelperJoined(Fact):
    """Somebody goes as well."""

    incident: int
    person: str


@dataclass(frozen=True, slots=True)
class AnswerDoubted(Fact):
    """Time passed without "I'm there": the person was asked again; at ``until`` the answer expires."""

    incident: int
    until: datetime


@dataclass(frozen=True, slots=True)
class IncidentReopened(Fact):
    """Whoever went cannot after all, or never arrived: the alert goes on from the wave that was running."""

    incident: int
    why: str


@dataclass(frozen=True, slots=True)
class IncidentAttended(Fact):
    """This person is on site. ``asks_again_at``: when to ask whether all is well."""

    incident: int
    person: str
    name: str
    asks_again_at: datetime


@dataclass(frozen=True, slots=True)
class EndAsked(Fact):
    """Whoever is on site was asked whether all is well; asked again at ``until``."""

    incident: int
    until: datetime


@dataclass(frozen=True, slots=True)
class IncidentClosed(Fact):
    """The end. ``by``: a person's id, "resident" or "hub"; ``name``: how people call them."""

    incident: int
    outcome: Outcome
    by: str
    name: str


@dataclass(frozen=True, slots=True)
class OutcomeTold(Fact):
    """Somebody said afterwards what it had been."""

    incident: int
    outcome: Outcome
    by: str


@dataclass(frozen=True, slots=True)
class NoteWritten(Fact):
    """Somebody of the family or the circle wrote ``text`` beside an alert: it is kept with it, and sent to nobody.

    ``explains``: it says why the alert was a false one.
    """

    incident: int
    by: str
    name: str
    text: str
    explains: bool = False


@dataclass(frozen=True, slots=True)
class DrillAnswered(Fact):
    """This person got the drill's text and answered it."""

    incident: int
    person: str


# --- messages: the outbox is every request without a settling fact ------------------------------------


@dataclass(frozen=True, slots=True)
class MessageRequested(Fact):
    """A message must go out. ``person``: an id, "resident"; ``address``: the number itself.

    ``text``: the words as the person will read them, filled in from ``words`` by the loop before the fact
    is written.
    """

    message: int
    incident: int | None
    person: str
    channel: str
    address: str
    language: str
    purpose: Purpose
    words: Words
    text: str = ""


@dataclass(frozen=True, slots=True)
class MessageSending(Fact):
    """The message is handed to its channel, for the ``attempt``-th time. From here on it may have gone out."""

    message: int
    attempt: int


@dataclass(frozen=True, slots=True)
class MessageAccepted(Fact):
    """The network took it (``reference``: 0 to 255, for status reports)."""

    message: int
    reference: int | None


@dataclass(frozen=True, slots=True)
class MessageDelivered(Fact):
    """The phone has it."""

    message: int


@dataclass(frozen=True, slots=True)
class MessageUndelivered(Fact):
    """The network gave up on it."""

    message: int
    reason: str


@dataclass(frozen=True, slots=True)
class MessageFailed(Fact):
    """It did not go out. ``retry_at``: when it is tried again; None: never."""

    message: int
    reason: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageUncertain(Fact):
    """It may or may not have gone out. ``retry_at``: when it is sent again; None: never."""

    message: int
    reason: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageDropped(Fact):
    """It was not sent: no longer true, or replaced by a newer one."""

    message: int
    reason: str


@dataclass(frozen=True, slots=True)
class KeyPressed(Fact):
    """Whoever picked up the call ``message`` pressed this key of their telephone."""

    message: int
    key: str


@dataclass(frozen=True, slots=True)
class CallEnded(Fact):
    """The hub ends the call ``message``: ``words`` are said, and it hangs up.

    ``reason``: a key was pressed, or the call is not true any more.
    """

    message: int
    words: Words
    reason: str


@dataclass(frozen=True, slots=True)
class CallTaken(Fact):
    """The hub picked up for ``person``, who rang it during ``incident``; it is over at ``until`` at the latest."""

    incident: int
    person: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CallLeft(Fact):
    """The call that the hub took is over."""

    person: str


@dataclass(frozen=True, slots=True)
class MessageRepeated(Fact):
    """``by`` of the family has the words of ``message``, which ended without having arrived, sent anew as ``again``."""

    message: int
    again: int
    by: str
    name: str


# --- texts from people ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SmsKept(Fact):
    """A text is on record: the SIM may forget it. ``person``: an id, "resident", or None for a stranger."""

    key: str
    sender: str
    person: str | None
    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PersonStopped(Fact):
    """STOP: no alert to this person until they return."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonReturned(Fact):
    """START: back in the circle."""

    person: str


@dataclass(frozen=True, slots=True)
class OrderTexted(Fact):
    """Somebody of the household texted a command ("away", "status")."""

    person: str
    order: str


@dataclass(frozen=True, slots=True)
class ConfirmationAsked(Fact):
    """What somebody asked for waits for ``code``, which only this person's phone was told.

    That is an absence (``begins`` is None for now); or that ``on_call`` is asked first; or, ``one_off``, that a sign of
    life is expected by ``until``, that day only; or that the ``window`` of that name, perhaps a new one, ``opens`` and
    ``closes`` then; or that the person is on ``holiday``.
    """

    person: str
    code: str
    begins: datetime | None
    until: datetime
    on_call: str = ""
    one_off: bool = False
    window: str = ""
    opens: time | None = None
    closes: time | None = None
    is_new: bool = False
    holiday: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmationGiven(Fact):
    """The code was right: what it confirms follows."""

    person: str


@dataclass(frozen=True, slots=True)
class ConfirmationRefused(Fact):
    """The code was wrong. After five of them this number's are refused for an hour."""

    person: str


@dataclass(frozen=True, slots=True)
class WindowWanted(Fact):
    """``person`` confirmed when the window ``name`` shall open and close: the household has it not so yet."""

    person: str
    name: str
    opens: time
    closes: time
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class WindowSettled(Fact):
    """The household has the window ``name`` as ``person`` wished it, or (not ``is_set``) cannot have it so."""

    name: str
    person: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class OnCallSet(Fact):
    """``person`` is asked first until ``until``, said ``by`` somebody of the family."""

    person: str
    until: datetime
    by: str


@dataclass(frozen=True, slots=True)
class HolidaySet(Fact):
    """``person`` is on holiday from ``begins`` to ``until``, as they say; where it ends as it begins there is none."""

    person: str
    begins: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ShiftSet(Fact):
    """``person`` is asked first on ``day`` ("2026-03-04", of the home); "": nobody is, the usual order holds."""

    day: str
    person: str
    by: str


@dataclass(frozen=True, slots=True)
class LanguageChosen(Fact):
    """Texts to this person are in ``language`` from now on, until the household says another than ``instead_of``."""

    person: str
    language: str
    instead_of: str


@dataclass(frozen=True, slots=True)
class NewsPosted(Fact):
    """``by`` wrote ``text`` to the circle: it stands on the notice board, and goes to all by text at ``tell_at``."""

    news: int
    by: str
    name: str
    text: str
    via: str
    tell_at: datetime


@dataclass(frozen=True, slots=True)
class NewsPostponed(Fact):
    """It is night: the circle is told at ``tell_at``."""

    news: int
    tell_at: datetime


@dataclass(frozen=True, slots=True)
class NewsTold(Fact):
    """These people are told by text what somebody wrote to the circle."""

    news: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewsTakenBack(Fact):
    """It is taken off the notice board; whoever has not been told of it is not told any more."""

    news: int
    by: str


@dataclass(frozen=True, slots=True)
class PersonInvited(Fact):
    """This person was asked by text, at ``address`` and for the ``times``-th time, whether they want to be told.

    ``by``: who of the family asked. A "yes" counts before ``until``.
    """

    person: str
    address: str
    by: str
    until: datetime
    times: int


@dataclass(frozen=True, slots=True)
class RecordsTaken(Fact):
    """Somebody of the family took the records out of the house; ``what``: "backup" or "export"."""

    by: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class RecordsForgotten(Fact):
    """Alerts, texts and news that were over ``before`` then are not remembered any more, nor kept in the journal."""

    before: datetime


@dataclass(frozen=True, slots=True)
class InvitationAnswered(Fact):
    """This person wants to be told, or does not."""

    person: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class InvitationSettled(Fact):
    """Nothing of this invitation is open any more: the household has the agreement, or (not ``joined``) not them."""

    person: str
    joined: bool
