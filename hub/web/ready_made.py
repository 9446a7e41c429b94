"""Rules that families ask for, ready made; and, in words, those that have no form of their own.

A ready-made rule is added with one press, with the times most homes begin with. One that needs a detector which is not
there says so. Nothing here changes anything: `hub.web.windows` does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

from hub.domain.policy import (
    EVERY_DAY,
    BackInBed,
    Climate,
    Extreme,
    HomeBy,
    LeftOpen,
    Policy,
    Sensor,
    SensorKind,
    Silence,
    Window,
)
from hub.domain.replay_things import parts_of
from hub.household import (
    MOST_BEDS,
    MOST_DOORS,
    MOST_HOME_BY,
    MOST_SILENCES,
    MOST_WINDOWS,
    Household,
    usual_name,
)
from hub.rehearsal import AnyRule
from hub.web.edits import RefusedError
from hub.web.language import days_in_words, hour, span
from hub.web.language import gettext as _

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WITHOUT_FORM = ("doors", "beds", "home_by", "climate")
# Of what a household may have so many; of each extreme there is one.
MOST = {
    "windows": MOST_WINDOWS,
    "silences": MOST_SILENCES,
    "doors": MOST_DOORS,
    "beds": MOST_BEDS,
    "home_by": MOST_HOME_BY,
    "climate": len(Extreme),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule that can be added. ``part``: where a household has such rules. ``lacks``: why it cannot be, in words."""

    key: str
    title: str
    words: str
    part: str
    rule: Any = None
    lacks: str = ""
    is_set: bool = False

    @property
    def can_be_tried(self) -> bool:
        """Whether the recorded past has what this rule asks about."""
        return not self.lacks and bool(trials(self.rule))


@dataclass(frozen=True, slots=True)
class Other:
    """A rule without a form: what it is called in the form that takes it away, and in words."""

    part: str
    name: str
    title: str
    words: str
    can_be_tried: bool


def offers(found: Household, policy: Policy) -> tuple[Offer, ...]:
    """Return every rule that can be had ready made, in the order in which families think of them."""
    return tuple(
        replace(offer, is_set=offer.rule is not None and _is_set(offer, getattr(found, offer.part)))
        for offer in (*_of_signs(), *_of_things(policy.sensors))
    )


def added(offer: Offer, found: Household) -> Household:
    """Return the household with this rule; RefusedError, in the reader's words, where it cannot have it."""
    rules = getattr(found, offer.part)
    if offer.lacks:
        raise RefusedError(offer.lacks)
    if _is_set(offer, rules) or len(rules) >= MOST[offer.part]:
        raise RefusedError(_("This rule is there already, or there are too many."))
    if any(name_of(each) == name_of(offer.rule) for each in rules):
        raise RefusedError(_("There is another one of this name: give it its own."))
    return _with(found, offer.part, (*rules, offer.rule))


def trials(rule: Any) -> tuple[AnyRule, ...]:
    """What of a rule can be tried on the recorded past."""
    if rule is None:
        return ()
    return parts_of(rule) if isinstance(rule, BackInBed) else (rule,)


def others(found: Household, policy: Policy) -> tuple[Other, ...]:
    """Return the rules about doors, beds, returns and temperatures, in words."""
    places = {sensor.id: sensor.room or sensor.id for sensor in policy.sensors}
    return tuple(
        Other(part, name_of(rule), title_of(rule), words, bool(trials(rule)))
        for part in WITHOUT_FORM
        for rule, words in ((rule, _in_words(rule, places)) for rule in getattr(found, part))
    )


def found_in(found: Household, part: str, name: str) -> Any:
    """Return the rule without a form of that name; None where there is none."""
    rules = getattr(found, part) if part in WITHOUT_FORM else ()
    return next((rule for rule in rules if name_of(rule) == name), None)


def without(found: Household, part: str, name: str) -> Household:
    """Return the household without that rule; as it is where there is none."""
    if part not in WITHOUT_FORM:
        return found
    return _with(found, part, tuple(rule for rule in getattr(found, part) if name_of(rule) != name))


def _with(found: Household, part: str, rules: tuple[Any, ...]) -> Household:
    parts: dict[str, Any] = {part: rules}
    return replace(found, **parts)


def name_of(rule: Any) -> str:
    """What a rule is called; of each extreme there is one."""
    return str(rule.extreme) if isinstance(rule, Climate) else str(rule.name)


def _is_set(offer: Offer, rules: Iterable[Any]) -> bool:
    if isinstance(offer.rule, Climate):
        return any(each.extreme is offer.rule.extreme for each in rules)
    return any(replace(each, name=offer.rule.name) == offer.rule for each in rules)


def _of_signs() -> Iterator[Offer]:
    title = _("Up in the morning")
    words = _("A movement or a press between 7 and 10 in the morning.")
    yield Offer("morning", title, words, "windows", Window(title, EVERY_DAY, time(7), time(10)))
    title = _("Up and about by day")
    words = _("Between 8 in the morning and 10 in the evening, never 4 hours without a movement.")
    yield Offer("by_day", title, words, "silences", Silence(title, 4 * HOUR, (time(8), time(22))))


def _of_things(sensors: tuple[Sensor, ...]) -> Iterator[Offer]:
    beds = [sensor for sensor in sensors if sensor.kind is SensorKind.BED]
    doors = sorted((s for s in sensors if s.kind is SensorKind.DOOR), key=lambda door: not door.entrance)
    has_entrance = any(sensor.entrance for sensor in sensors)
    has_thermometer = any(sensor.kind is SensorKind.TEMPERATURE for sensor in sensors)
    title = _("Not back in bed")
    words = _("Who gets up between 10 in the evening and 6 in the morning is back in bed within an hour.")
    night = BackInBed(title, beds[0].id, HOUR) if beds else None
    yield Offer("bed", title, words, "beds", night, "" if night else _("It needs a detector in the bed."))
    title = _("Front door left open")
    words = _("Between 10 in the evening and 7 in the morning the door never stands open for 20 minutes.")
    door = LeftOpen(title, doors[0].id, 20 * MINUTE, (time(22), time(7))) if doors else None
    yield Offer("door", title, words, "doors", door, "" if door else _("It needs a detector on the door."))
    title = _("Home by evening")
    words = _("Nobody is out any more at 9 in the evening, unless it was announced.")
    lacks = "" if has_entrance else _("It needs a detector on the front door (entrance = true).")
    yield Offer("home", title, words, "home_by", HomeBy(title, time(21)), lacks)
    lacks = "" if has_thermometer else _("It needs a thermometer.")
    words = _("Below 8 °C for an hour: the neighbours are told at once.")
    yield Offer("frost", _("Frost"), words, "climate", Climate(Extreme.COLD, 8.0, HOUR), lacks)
    words = _("Above 32 °C for an hour: the neighbours are told at once.")
    yield Offer("heat", _("Heat"), words, "climate", Climate(Extreme.HEAT, 32.0, HOUR), lacks)


def title_of(rule: Silence | LeftOpen | BackInBed | HomeBy | Climate) -> str:
    """What stands above a rule; "" where nobody has given it a name: what it says is enough."""
    if isinstance(rule, Climate):
        return _("Frost") if rule.extreme is Extreme.COLD else _("Heat")
    return "" if rule.name == usual_name(rule) else rule.name


def _in_words(rule: LeftOpen | BackInBed | HomeBy | Climate, places: dict[str, str]) -> str:
    if isinstance(rule, Climate):
        words = _("Below %(limit)d °C") if rule.extreme is Extreme.COLD else _("Above %(limit)d °C")
        where = ", ".join(places.get(each, each) for each in rule.sensors)
        lasting = _("for %s") % span(rule.lasting, whole=True)
        return " ".join(filter(None, [words % {"limit": rule.limit_c}, lasting, where and f"({where})"]))
    if isinstance(rule, HomeBy):
        return _("Home by %(time)s, %(days)s") % {"time": hour(rule.hour), "days": days_in_words(rule.days)}
    place = places.get(rule.sensor, rule.sensor)
    if isinstance(rule, LeftOpen):
        words = _("%(place)s: open for %(span)s at most") % {"place": place, "span": span(rule.longest, whole=True)}
        return f"{words}, {_hours(rule.between)}" if rule.between else words
    words = _("%(place)s: back within %(span)s") % {"place": place, "span": span(rule.within, whole=True)}
    up_by = _("up by %s") % hour(rule.up_by) if rule.up_by else ""
    return ", ".join(filter(None, [words, _hours(rule.between), up_by]))


def _hours(between: tuple[time, time]) -> str:
    return _("between %(begins)s and %(ends)s") % {"begins": hour(between[0]), "ends": hour(between[1])}
