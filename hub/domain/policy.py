"""What the family and the installer decided: people, waves, windows, rules, delays.

Frozen values, read from hub.toml and household.toml by `hub.config` and `hub.household`. A plan is
the part that an incident takes with it when it opens: an edit of the household changes later
incidents, never one that is running.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

EVERY_DAY = frozenset(range(7))
# The name of the silence that is learned, in incidents and faults.
LEARNED = "learned"


class Role(StrEnum):
    """What a person may do."""

    ADMIN = "admin"  # family: everything
    NEIGHBOUR = "neighbour"  # answers
    VIEWER = "viewer"  # sees; is never alerted


class SensorKind(StrEnum):
    """What a sensor senses, and with it what its signal means."""

    MOTION = "motion"
    DOOR = "door"
    BED = "bed"
    SMOKE = "smoke"
    CO = "co"
    FLOOD = "flood"
    GAS = "gas"
    TEMPERATURE = "temperature"
    FALL = "fall"


class Extreme(StrEnum):
    """What a temperature may be too far on the side of."""

    COLD = "cold"
    HEAT = "heat"


CLIMATES = frozenset(Extreme)
HAZARDS = frozenset({SensorKind.SMOKE, SensorKind.CO, SensorKind.FLOOD, SensorKind.GAS})
# Kinds that tell of a person; the others tell of a danger, or of the weather.
OF_LIFE = frozenset({SensorKind.MOTION, SensorKind.DOOR, SensorKind.BED})
# A door or a bed tells of a person both when it opens and when it closes; a motion detector's
# return to rest is the end of its own timer and tells nothing.
TELLS_BOTH_WAYS = frozenset({SensorKind.DOOR, SensorKind.BED})


@dataclass(frozen=True, slots=True)
class Hours:
    """Some hours of some weekdays (0 is Monday), in the home's time; up to midnight when ``until`` is 00:00.

    ``until`` at or before ``start`` runs into the next day, which belongs to the weekday it began on.
    """

    days: frozenset[int]
    start: time
    until: time

    def include(self, local: datetime) -> bool:
        """Whether ``local`` (in the home's zone) lies in these hours; the start does, the end does not."""
        moment, today = local.time(), local.weekday()
        if self.start < self.until:
            return today in self.days and self.start <= moment < self.until
        began_today = today in self.days and moment >= self.start
        began_yesterday = (today - 1) % 7 in self.days and moment < self.until
        return began_today or began_yesterday


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the circle. ``phone`` is E.164; ``channels`` are tried in order; no ``hours`` means always.

    ``news``: what the others write to all goes to them by text.
    """

    id: str
    name: str
    phone: str
    role: Role = Role.NEIGHBOUR
    language: str = "fr"
    consent: bool = False
    hours: tuple[Hours, ...] = ()
    channels: tuple[str, ...] = ("sms",)
    news: bool = True

    def is_available(self, local: datetime) -> bool:
        """Whether this person agreed to be alerted at ``local``, in the home's zone."""
        return not self.hours or any(hours.include(local) for hours in self.hours)

    @property
    def can_be_alerted(self) -> bool:
        """Whether an alert may ever go to this person: consent, no mere viewer, some channel."""
        return self.consent and self.role is not Role.VIEWER and bool(self.channels)


@dataclass(frozen=True, slots=True)
class Resident:
    """The person at home. Address, key code and notes are told only to whoever answered."""

    name: str
    phone: str = ""
    language: str = "fr"
    address: str = ""
    key_code: str = field(default="", repr=False)  # opens the door: in no log, no traceback
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """People alerted at the same time, by their ids, and the wait before the next wave.

    ``ring``: once they have their texts, the hub calls one after the other while it waits.
    """

    people: tuple[str, ...]
    wait: timedelta = timedelta(minutes=3)
    ring: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A sign of life is due between two times of day, on some weekdays.

    ``sign``: "any" movement or press, "button" for a press only, or ids of sensors.
    """

    name: str
    days: frozenset[int]
    opens: time
    closes: time
    sign: tuple[str, ...] = ("any",)


@dataclass(frozen=True, slots=True)
class Silence:
    """The longest silence allowed; between two times of day, or at any hour when there are none."""

    name: str
    longest: timedelta
    between: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """How long the door of ``sensor`` may stand open; between two times of day (past midnight too), or at any hour."""

    name: str
    sensor: str
    longest: timedelta
    between: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class BackInBed:
    """Whoever leaves the bed of ``sensor`` in these hours (past midnight too) is back ``within`` this.

    ``up_by``: at that time of day nobody is still in it; None: however long.
    """

    name: str
    sensor: str
    within: timedelta
    between: tuple[time, time] = (time(22), time(6))
    up_by: time | None = None

    @property
    def late(self) -> str:
        """The name under which it asks about who is still in bed."""
        return f"{self.name} ({self.up_by:%H:%M})" if self.up_by else ""


@dataclass(frozen=True, slots=True)
class HomeBy:
    """At ``hour`` of these weekdays nobody is out any more, unless somebody announced it."""

    name: str
    hour: time
    days: frozenset[int] = EVERY_DAY


# In whole °C: what a family may set.
FROST_C, HEAT_C = (-10, 18), (25, 45)


@dataclass(frozen=True, slots=True)
class Climate:
    """How cold or how hot it may get: beyond ``limit_c`` (°C) for ``lasting``; ``sensors``: where, () for anywhere."""

    extreme: Extreme
    limit_c: float
    lasting: timedelta
    sensors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delays:
    """How long the hub waits for people. Defaults: BEHAVIOUR 1."""

    panic_warning: timedelta = timedelta(seconds=10)
    inactivity_warning: timedelta = timedelta(minutes=10)
    answer_expires: timedelta = timedelta(minutes=20)
    arrival_expected: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Button:
    """A call button. ``debounce`` and ``cancel_hold`` are for wired ones; a pendant sends finished gestures.

    ``link``: by which driver it is heard ("gpio", "mqtt"). ``silent_after``: a wireless one that says nothing for so
    long is out of order; None for a wire, which is silent by nature.
    """

    id: str
    room: str
    debounce: timedelta = timedelta(milliseconds=50)
    cancel_hold: timedelta = timedelta(seconds=3)
    link: str = ""
    silent_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Sensor:
    """A detector and the room it stands in. ``entrance``: the door by which people leave. The rest as for a button."""

    id: str
    kind: SensorKind
    room: str
    link: str = ""
    silent_after: timedelta | None = None
    entrance: bool = False


@dataclass(frozen=True, slots=True)
class DoorAway:
    """The entrance door was the last to move, and nobody stirred for ``after``: away, for ``lasts`` at most."""

    after: timedelta
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Learned:
    """The longest silence is learned; the family accepts so many false alarms a month."""

    false_alarms_per_month: int = 1


# A month of `Retention`, so long that nothing is forgotten too early.
MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is kept what people did: movements, and for so many months alerts, texts and news that are over."""

    movements: timedelta = timedelta(days=30)
    incident_months: int = 36

    @property
    def incidents(self) -> timedelta:
        """The months, as a span."""
        return self.incident_months * MONTH


@dataclass(frozen=True, slots=True)
class Plan:
    """What an incident takes with it when it opens: people with their numbers, waves, words, delays.

    ``waves`` name only people of ``people``, and there is always at least one wave.
    """

    people: tuple[Person, ...]
    waves: tuple[Wave, ...]
    resident: Resident
    delays: Delays

    def __post_init__(self) -> None:
        # A journal may say anything; with such a plan every decision about its incident would fail.
        if not self.waves:
            raise ValueError("a plan without a wave")

    def person(self, who: str | None) -> Person | None:
        """Return the person of that id, or None."""
        return next((person for person in self.people if person.id == who), None)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything the core must know of the home. ``zone`` is handed in: the domain reads no files.

    ``hands_free``: whoever of the circle rings during an alert is put through to the room.
    """

    zone: tzinfo
    resident: Resident
    people: tuple[Person, ...]
    waves: tuple[Wave, ...]
    country: str = "FR"
    languages: tuple[str, ...] = ("fr", "en")
    windows: tuple[Window, ...] = ()
    silences: tuple[Silence, ...] = ()
    doors: tuple[LeftOpen, ...] = ()
    beds: tuple[BackInBed, ...] = ()
    home_by: tuple[HomeBy, ...] = ()
    climate: tuple[Climate, ...] = ()
    no_news: timedelta | None = None
    delays: Delays = field(default_factory=Delays)
    buttons: tuple[Button, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    drill_every: timedelta | None = None
    digest_at: time | None = None
    heartbeat_every: timedelta | None = None
    door_away: DoorAway | None = None
    learned: Learned | None = None
    nudge_before: timedelta | None = None
    retention: Retention = field(default_factory=Retention)
    hands_free: bool = False

    def device(self, which: str) -> Button | Sensor | None:
        """Return the button or sensor of that id, or None for one that nobody configured."""
        return next((device for device in self.devices if device.id == which), None)

    @property
    def devices(self) -> tuple[Button | Sensor, ...]:
        """Every button and sensor."""
        return (*self.buttons, *self.sensors)

    def button(self, which: str) -> Button:
        """Return the button of that id; one nobody configured is still a call for help."""
        return next((button for button in self.buttons if button.id == which), Button(which, ""))

    def sensor(self, which: str) -> Sensor | None:
        """Return the sensor of that id, or None for one that nobody configured."""
        return next((sensor for sensor in self.sensors if sensor.id == which), None)

    def thing_of(self, rule: str) -> str:
        """Return what the rule of that name is about: "door", "bed" (empty), "late" (still in it), "out", or ""."""
        things = {door.name: "door" for door in self.doors} | {rule.name: "out" for rule in self.home_by}
        for bed in self.beds:
            things |= {bed.name: "bed", bed.late: "late"}
        return things.get(rule, "") if rule else ""

    def family(self) -> tuple[Person, ...]:
        """The admins who agreed to be told: they own the faults."""
        return tuple(p for p in self.people if p.role is Role.ADMIN and p.can_be_alerted)

    def plan(self, without: frozenset[str] = frozenset()) -> Plan:
        """Return the plan for an incident that opens now, leaving out whoever texted STOP.

        A wave that has lost all its people is dropped, and where none is left everybody who may be alerted
        is one last wave: a plan never ends in silence while anybody is there to hear.
        """
        reachable = tuple(p for p in self.people if p.can_be_alerted and p.id not in without)
        ids = tuple(p.id for p in reachable)
        waves = tuple(replace(wave, people=_members(wave, ids)) for wave in self.waves)
        waves = tuple(wave for wave in waves if wave.people) or (Wave(ids),)
        return Plan(reachable, waves, self.resident, self.delays)

    def family_plan(self, without: frozenset[str] = frozenset()) -> Plan:
        """Return the plan for a technical fault: the family, and nobody else."""
        family = tuple(p for p in self.family() if p.id not in without)
        return Plan(family, (Wave(tuple(p.id for p in family)),), self.resident, self.delays)


def _members(wave: Wave, reachable: tuple[str, ...]) -> tuple[str, ...]:
    """Whom a wave means: "all" is everybody reachable, in the household's order; nobody twice."""
    if "all" in wave.people:
        return reachable
    return tuple(dict.fromkeys(who for who in wave.people if who in reachable))


def ways_to_end_in_silence(policy: Policy) -> list[str]:
    """Say in what ways this plan could reach nobody; empty for a plan that can be relied on."""
    known = {person.id: person for person in policy.people}
    mistakes = [
        f'[[wave]] {number}: nobody of it can be alerted (each needs consent = true and a role other than "viewer")'
        for number, wave in enumerate(policy.waves, 1)
        if "all" not in wave.people and not any(w in known and known[w].can_be_alerted for w in wave.people)
    ]
    if not any(person.can_be_alerted for person in policy.people):
        mistakes.append("[[person]]: nobody can be alerted; add one with consent = true and a channel")
    elif all(channel.startswith("mail:") for p in policy.people if p.can_be_alerted for channel in p.channels):
        mistakes.append(
            '[[person]]: nobody can be alerted but by mail, which wakes nobody; write "sms" in somebody\'s channels'
        )
    if not policy.waves:
        mistakes.append('[[wave]]: there is none; add one with people = ["all"]')
    return mistakes
