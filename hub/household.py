"""household.toml: what the family decided, as a frozen record; its way back to TOML; its revisions.

The file is read once. From then on the family edits by web and SMS, and each edit is a revision
in the database: the whole household as TOML, so that what is stored is what `export` shows and
`import` takes. `parse` refuses a household whose plan could end in silence. Sensors and buttons
are the installer's (`hub.config`); `hub.settings` puts the two together.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, time, timedelta
from pathlib import Path
from typing import TypeVar

from hub import forms, place_forms, time_forms
from hub.domain.policy import (
    FROST_C,
    HEAT_C,
    BackInBed,
    Climate,
    Delays,
    DoorAway,
    Extreme,
    HomeBy,
    Learned,
    LeftOpen,
    Person,
    Policy,
    Resident,
    Retention,
    Role,
    Silence,
    Wave,
    Window,
    ways_to_end_in_silence,
)
from hub.errors import ConfigError
from hub.reading import Document, Table, parsed
from hub.time_forms import write_duration, write_time

# A rule that need not have a name of its own.
Named = TypeVar("Named", Silence, LeftOpen, BackInBed, HomeBy)

LANGUAGES = ("fr", "en")  # hub/locales has one file for each
# Sections of hub.toml, so that one that strayed into this file is sent home.
HUB_SECTIONS = ("hub", "modem", "gpio", "button", "sensor", "indicator", "mqtt", "mail", "web", "watch", "power")

# More than any circle has; they bound what one file can make the hub hold.
MOST_PEOPLE = 100
MOST_WAVES = 20
MOST_WINDOWS = 50
MOST_SILENCES = 20
MOST_DOORS = 20
MOST_BEDS = 5
MOST_HOME_BY = 14  # an hour for by day and one for the evening of each weekday
MOST_THERMOMETERS = 20
# What most homes begin with.
FROST_BELOW, HEAT_ABOVE = forms.whole(*FROST_C, 8), forms.whole(*HEAT_C, 32)
LASTING = time_forms.duration("10min", "24h", "1h")
MOST_HOURS = 20
MOST_CHANNELS = 8
MOST_SIGNS = 20
# In characters: an address and the notes travel in an SMS of two segments (306 characters) at most.
LONGEST_ADDRESS = 120
LONGEST_NOTES = 160
LONGEST_KEY_CODE = 32
# How long what people did may be kept (SCREENS: 30 days, 3 years). Below two weeks of movements nothing is left to
# learn from or to try a rule on; beyond a season, or ten years of alerts, nobody needs them.
MOVEMENT_DAYS = (14, 92)
INCIDENT_MONTHS = (6, 120)


@dataclass(frozen=True, slots=True)
class Household:
    """All of household.toml. What is None there the family does not want: ``no_news``, drills, a digest ..."""

    resident: Resident
    people: tuple[Person, ...]
    waves: tuple[Wave, ...]
    windows: tuple[Window, ...] = ()
    silences: tuple[Silence, ...] = ()
    no_news: timedelta | None = None
    delays: Delays = field(default_factory=Delays)
    drill_every: timedelta | None = None
    digest_at: time | None = None
    nudge_before: timedelta | None = None
    hands_free: bool = False
    heartbeat_every: timedelta | None = None
    door_away: DoorAway | None = None
    learned: Learned | None = None
    doors: tuple[LeftOpen, ...] = ()
    beds: tuple[BackInBed, ...] = ()
    home_by: tuple[HomeBy, ...] = ()
    climate: tuple[Climate, ...] = ()
    retention: Retention = field(default_factory=Retention)


# A hub that waits for its set-up (`hub.web.setup`): nobody lives there yet, and nobody would be told. No file says so,
# and none is written of it.
BLANK = Household(Resident("?"), (), ())


def parse(text: str, file: Path | str = "household.toml") -> Household:
    """Read household.toml, or raise ConfigError with all its mistakes; ``file`` is what they name."""
    document = Document(file, parsed(text, file), dict.fromkeys(HUB_SECTIONS, "hub.toml"))
    household = read(document)
    mistakes = document.finish()
    if mistakes:
        raise ConfigError(mistakes)
    return household


def read(document: Document) -> Household:
    """Ask ``document`` for everything a household has; good only if the document finishes without mistakes."""
    resident_table = document.section("resident")
    person_tables = document.entries("person", "id", MOST_PEOPLE)
    wave_tables = document.entries("wave", "", MOST_WAVES)
    window_tables = document.entries("window", "name", MOST_WINDOWS)
    silence_tables = document.entries("silence", "name", MOST_SILENCES)
    door_tables = document.entries("door", "name", MOST_DOORS)
    bed_tables = document.entries("bed", "name", MOST_BEDS)
    home_by_tables = document.entries("home_by", "name", MOST_HOME_BY)
    resident = _resident(resident_table)
    household = Household(
        resident=resident,
        people=tuple(_person(table, resident.language) for table in person_tables),
        waves=tuple(_wave(table) for table in wave_tables),
        windows=tuple(_window(table) for table in window_tables),
        silences=tuple(_silence(table) for table in silence_tables),
        no_news=_no_news(document),
        delays=_delays(document.section("delays")),
        drill_every=document.section("drill").take("every", time_forms.duration_or_off("1d", "90d", "28d"), "28d"),
        digest_at=document.section("digest").maybe("at", time_forms.clock_time("19:00")),
        nudge_before=document.section("nudge").maybe("before", time_forms.duration("5min", "1h", "15min")),
        heartbeat_every=document.section("heartbeat").take(
            "every", time_forms.duration_or_off("7d", "90d", "30d"), "off"
        ),
        door_away=_door_away(document),
        learned=_learned(document),
        doors=tuple(_door(table) for table in door_tables),
        beds=tuple(_bed(table) for table in bed_tables),
        home_by=tuple(_home_by(table) for table in home_by_tables),
        climate=tuple(_climate(document)),
        retention=_retention(document.section("retention")),
        hands_free=document.section("hands_free").take("allowed", forms.yes_no(example=True), default=False),
    )
    _check_names(document, person_tables, "id", "give each their own id")
    _check_names(document, [resident_table, *person_tables], "phone", "a reply must tell who it is from")
    _check_names(document, window_tables, "name", "give each its own name")
    _check_names(document, silence_tables, "name", "give each its own name")
    things = [*door_tables, *bed_tables, *home_by_tables]
    _check_names(document, things, "name", "give each its own name")
    _check_names_of_things(household, things, (*household.doors, *household.beds, *household.home_by))
    _check_that_it_cannot_end_in_silence(document, household, wave_tables)
    return household


def _resident(table: Table) -> Resident:
    key_code = forms.text(LONGEST_KEY_CODE, "4321", secret=True)
    return Resident(
        name=table.need("name", forms.name("Mme Martin")),
        phone=table.maybe("phone", forms.phone("+33611111111")) or "",
        language=table.take("language", _language(), "fr"),
        address=table.take("address", forms.text(LONGEST_ADDRESS, "12 rue des Lilas, Rennes"), ""),
        key_code=table.take("key_code", key_code, ""),
        notes=table.take("notes", forms.text(LONGEST_NOTES, "Ne pas relever, appeler le 15"), ""),
    )


def _language() -> forms.Form[str]:
    return forms.choice(LANGUAGES, "fr")


def _person(table: Table, language: str) -> Person:
    hours = forms.list_of(time_forms.hours("daily 07:00-22:00"), MOST_HOURS, ["daily 07:00-22:00"])
    channels = forms.list_of(place_forms.channel(), MOST_CHANNELS, ["sms"])
    person = Person(
        id=table.need("id", forms.identifier("paul", reserved=("all", "resident"))),
        name=table.need("name", forms.name("Paul")),
        phone=table.maybe("phone", forms.phone("+33622222222")) or "",
        role=table.take("role", forms.member(Role, Role.NEIGHBOUR), Role.NEIGHBOUR.value),
        language=table.maybe("language", _language()) or language,
        consent=table.take("consent", forms.yes_no(example=True), default=False),
        hours=table.take("hours", hours, []),
        channels=table.take("channels", channels, ["sms"]),
        news=table.take("news", forms.yes_no(example=True), default=True),
    )
    if not table.has("phone") and {"sms", "call"} & set(person.channels):
        table.lacks("phone", 'sms and call need one; write phone = "+33622222222"')
    return person


def _wave(table: Table) -> Wave:
    people = forms.list_of(forms.identifier("all"), MOST_PEOPLE, ["all"], least=1)
    return Wave(
        people=table.need("people", people),
        wait=table.take("wait", time_forms.duration("1s", "1h", "3min"), "3min"),
        ring=table.take("ring", forms.yes_no(example=True), default=False),
    )


def _window(table: Table) -> Window:
    opens = table.need("from", time_forms.clock_time("07:00"))
    closes = table.need("to", time_forms.clock_time("10:00"))
    if None not in (table.right("from"), table.right("to")) and not opens < closes:
        table.wrong(f'to = "{write_time(closes)}" is not after from: a window opens and closes on one day')
    return Window(
        name=table.need("name", forms.name("matin")),
        days=table.take("days", time_forms.days("daily"), "daily"),
        opens=opens,
        closes=closes,
        sign=table.take("sign", forms.one_or_more(forms.identifier("any"), MOST_SIGNS, "any"), "any"),
    )


def _silence(table: Table) -> Silence:
    longest = table.need("longest", time_forms.duration("10s", "7d", "4h"))
    between = table.maybe("between", time_forms.span_of_day("08:00-22:00"))
    if table.right("longest") and between and longest >= _length(between):
        table.wrong(f'longest = "{write_duration(longest)}" never passes between these hours: write less')
    return _named(table, "jour", Silence("", longest, between))


def _door(table: Table) -> LeftOpen:
    sensor = table.need("sensor", forms.identifier("entree"))
    # A door that is open for half a day is taken to be stuck (`hub.domain.devices`).
    longest = table.need("longest", time_forms.duration("1min", "11h", "20min"))
    between = table.maybe("between", time_forms.span_of_hours("22:00-07:00"))
    if table.right("longest") and between and longest >= _length(between):
        table.wrong(f'longest = "{write_duration(longest)}" never passes between these hours: write less')
    return _named(table, "porte", LeftOpen("", sensor, longest, between))


def _bed(table: Table) -> BackInBed:
    sensor = table.need("sensor", forms.identifier("lit"))
    within = table.need("within", time_forms.duration("5min", "8h", "1h"))
    between = table.take("between", time_forms.span_of_hours("22:00-06:00"), "22:00-06:00")
    up_by = table.maybe("up_by", time_forms.clock_time("10:00"))
    if table.right("within") and table.right("between") and within >= _length(between):
        table.wrong(f'within = "{write_duration(within)}" never passes between these hours: write less')
    return _named(table, "nuit", BackInBed("", sensor, within, between, up_by))


def _home_by(table: Table) -> HomeBy:
    hour = table.need("at", time_forms.clock_time("21:00"))
    days = table.take("days", time_forms.days("daily"), "daily")
    return _named(table, "retour", HomeBy("", hour, days))


def _named(table: Table, example: str, rule: Named) -> Named:
    return replace(rule, name=table.maybe("name", forms.name(example)) or usual_name(rule))


def usual_name(rule: Silence | LeftOpen | BackInBed | HomeBy) -> str:
    """What a rule is called that nobody has named: what it says, in the words of the file."""
    if isinstance(rule, HomeBy):
        return f"{write_time(rule.hour)} {time_forms.write_days(rule.days)}"
    if isinstance(rule, BackInBed):
        return f"{rule.sensor} {write_duration(rule.within)}"
    sensor = rule.sensor if isinstance(rule, LeftOpen) else ""
    between = _write_between(rule.between) if rule.between else ""
    return " ".join(filter(None, [sensor, write_duration(rule.longest), between]))


def _length(between: tuple[time, time]) -> timedelta:
    start, until = (timedelta(hours=moment.hour, minutes=moment.minute) for moment in between)
    return (until - start) % timedelta(days=1)


def _write_between(between: tuple[time, time]) -> str:
    return "-".join(map(write_time, between))


def _no_news(document: Document) -> timedelta | None:
    # What the family is told counts in days.
    after = document.section("no_news").take("after", time_forms.duration("1d", "90d", "15d"), "15d")
    return after if document.has("no_news") else None


def _door_away(document: Document) -> DoorAway | None:
    table = document.section("door_away")
    after = table.take("after", time_forms.duration("10min", "3h", "30min"), "30min")
    lasts = table.take("lasts", time_forms.duration("1h", "24h", "10h"), "10h")
    return DoorAway(after, lasts) if document.has("door_away") else None


def _climate(document: Document) -> Iterator[Climate]:
    frost, heat = document.section("frost"), document.section("heat")
    below = frost.take("below", FROST_BELOW, 8)
    cold = Climate(Extreme.COLD, float(below), *_lasting_where(frost))
    above = heat.take("above", HEAT_ABOVE, 32)
    hot = Climate(Extreme.HEAT, float(above), *_lasting_where(heat))
    if document.has("frost"):
        yield cold
    if document.has("heat"):
        yield hot


def _lasting_where(table: Table) -> tuple[timedelta, tuple[str, ...]]:
    where = forms.list_of(forms.identifier("salon_temp"), MOST_THERMOMETERS, ["salon_temp"])
    return table.take("lasting", LASTING, "1h"), table.take("sensors", where, [])


def _learned(document: Document) -> Learned | None:
    accepted = document.section("learned").take("false_alarms_per_month", forms.whole(1, 12, 1), 1)
    return Learned(accepted) if document.has("learned") else None


def _retention(table: Table) -> Retention:
    return Retention(
        movements=table.take(
            "movements", time_forms.duration(f"{MOVEMENT_DAYS[0]}d", f"{MOVEMENT_DAYS[1]}d", "30d"), "30d"
        ),
        incident_months=table.take("incident_months", forms.whole(*INCIDENT_MONTHS, 36), 36),
    )


def _delays(table: Table) -> Delays:
    return Delays(
        panic_warning=table.take("panic_warning", time_forms.duration("0s", "60s", "10s"), "10s"),
        inactivity_warning=table.take("inactivity_warning", time_forms.duration("1s", "1h", "10min"), "10min"),
        answer_expires=table.take("answer_expires", time_forms.duration("1s", "4h", "20min"), "20min"),
        arrival_expected=table.take("arrival_expected", time_forms.duration("1s", "4h", "30min"), "30min"),
    )


def _check_names(document: Document, tables: Iterable[Table], key: str, advice: str) -> None:
    document.distinct(((table, key, table.right(key)) for table in tables), advice)


def _check_names_of_things(
    household: Household, tables: Iterable[Table], rules: Iterable[LeftOpen | BackInBed | HomeBy]
) -> None:
    """Note rules about things that are called as a window or a silence is: by its name an alert finds its words."""
    taken = {window.name for window in household.windows} | {silence.name for silence in household.silences}
    for table, rule in zip(tables, rules, strict=True):
        if rule.name in taken:
            table.wrong(f'name = "{rule.name}" is also that of a [[window]] or a [[silence]]; give each its own name')


def _check_that_it_cannot_end_in_silence(document: Document, household: Household, waves: Iterable[Table]) -> None:
    """Note waves that name strangers, and those that would reach nobody even if the strangers were known."""
    known = [person.id for person in household.people]
    strangers: dict[str, None] = {}
    for table, wave in zip(waves, household.waves, strict=True):
        for who in (who for who in wave.people if who not in known and who != "all"):
            table.wrong(f'people: there is no [[person]] "{who}"{forms.hint(who, known)}')
            strangers[who] = None
    # A misspelt id is one mistake, not two.
    supposed = tuple(Person(who, who, "", consent=True) for who in strangers)
    policy = Policy(UTC, household.resident, household.people + supposed, household.waves)
    for silence in ways_to_end_in_silence(policy):
        document.note(silence)


def export(household: Household) -> str:
    """Write a household as TOML; `parse` makes the same household of it."""
    resident = household.resident
    blocks = [
        _block("[resident]", _filled(resident, ("name", "phone", "language", "address", "key_code", "notes"))),
        *(_block("[[person]]", _of_person(person)) for person in household.people),
        *(_block("[[wave]]", _of_wave(wave)) for wave in household.waves),
        *(_block("[[window]]", _of_window(window)) for window in household.windows),
        *(_block("[[silence]]", _of_silence(silence)) for silence in household.silences),
        *(_block("[[door]]", _of_door(door)) for door in household.doors),
        *(_block("[[bed]]", _of_bed(bed)) for bed in household.beds),
        *(_block("[[home_by]]", _of_home_by(rule)) for rule in household.home_by),
    ]
    blocks += [_of_climate(rule) for rule in household.climate]
    if household.no_news is not None:
        blocks.append(_block("[no_news]", {"after": write_duration(household.no_news)}))
    delays = ("panic_warning", "inactivity_warning", "answer_expires", "arrival_expected")
    blocks.append(_block("[delays]", {name: write_duration(getattr(household.delays, name)) for name in delays}))
    blocks += _of_supervision(household)
    return "\n".join(blocks)


def _of_supervision(household: Household) -> Iterator[str]:
    every, heartbeat, door = household.drill_every, household.heartbeat_every, household.door_away
    yield _block("[drill]", {"every": write_duration(every) if every else "off"})
    if household.digest_at is not None:
        yield _block("[digest]", {"at": write_time(household.digest_at)})
    if household.hands_free:
        yield _block("[hands_free]", {"allowed": True})
    if household.nudge_before is not None:
        yield _block("[nudge]", {"before": write_duration(household.nudge_before)})
    retention = household.retention
    kept = {"movements": write_duration(retention.movements), "incident_months": retention.incident_months}
    yield _block("[retention]", kept)
    yield _block("[heartbeat]", {"every": write_duration(heartbeat) if heartbeat else "off"})
    if household.learned is not None:
        yield _block("[learned]", {"false_alarms_per_month": household.learned.false_alarms_per_month})
    if door is not None:
        yield _block("[door_away]", {"after": write_duration(door.after), "lasts": write_duration(door.lasts)})


def _filled(record: object, names: Iterable[str]) -> dict[str, object]:
    """Return the fields that are not empty."""
    return {name: value for name in names if (value := getattr(record, name))}


def _of_person(person: Person) -> dict[str, object]:
    return {
        **_filled(person, ("id", "name", "phone", "role", "language")),
        "consent": person.consent,
        "hours": tuple(map(time_forms.write_hours, person.hours)),
        "channels": person.channels,
        **({} if person.news else {"news": False}),
    }


def _of_wave(wave: Wave) -> dict[str, object]:
    return {"people": wave.people, "wait": write_duration(wave.wait), **({"ring": True} if wave.ring else {})}


def _of_window(window: Window) -> dict[str, object]:
    return {
        "name": window.name,
        "days": time_forms.write_days(window.days),
        "from": write_time(window.opens),
        "to": write_time(window.closes),
        "sign": window.sign[0] if len(window.sign) == 1 else window.sign,
    }


def _of_silence(silence: Silence) -> dict[str, object]:
    between = {"between": _write_between(silence.between)} if silence.between else {}
    return {"name": silence.name, "longest": write_duration(silence.longest), **between}


def _of_door(door: LeftOpen) -> dict[str, object]:
    between = {"between": _write_between(door.between)} if door.between else {}
    return {"name": door.name, "sensor": door.sensor, "longest": write_duration(door.longest), **between}


def _of_bed(bed: BackInBed) -> dict[str, object]:
    up_by = {"up_by": write_time(bed.up_by)} if bed.up_by else {}
    within, between = write_duration(bed.within), _write_between(bed.between)
    return {"name": bed.name, "sensor": bed.sensor, "within": within, "between": between, **up_by}


def _of_home_by(rule: HomeBy) -> dict[str, object]:
    return {"name": rule.name, "at": write_time(rule.hour), "days": time_forms.write_days(rule.days)}


def _of_climate(rule: Climate) -> str:
    heading, limit = ("[frost]", "below") if rule.extreme is Extreme.COLD else ("[heat]", "above")
    values = {limit: int(rule.limit_c), "lasting": write_duration(rule.lasting), "sensors": rule.sensors}
    return _block(heading, values)


def _block(heading: str, values: Mapping[str, object]) -> str:
    # A JSON text is a TOML basic string, a list of texts a TOML array, and true is true: only DEL
    # would differ, and control characters never get into a household.
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f"{heading}\n{''.join(lines)}"
