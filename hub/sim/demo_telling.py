"""What there is to tell of a demo house, as values and words: for the terminal's panels and for the browser's page.

Knows nothing of how it is drawn.
"""

from collections.abc import Iterable
from datetime import datetime

from hub.domain.facts import Kind
from hub.domain.policy import HAZARDS, SensorKind
from hub.domain.records import Incident, Phase
from hub.domain.view import Condition, View
from hub.sim.demo_house import DemoHouse
from hub.sim.demo_words import Words

# The tone of the banner in each condition: its colours on the screen and on the page.
TONES = {
    Condition.OK: "ok",
    Condition.WARNING: "watch",
    Condition.ALERTING: "alert",
    Condition.ANSWERED: "away",
    Condition.ATTENDED: "away",
    Condition.UNKNOWN: "unknown",
    Condition.FAULT: "watch",
    Condition.AWAY: "away",
    Condition.PAUSED: "away",
}
TONE_OFF = "alert"
# What nobody may overlook in a room.
DANGERS = HAZARDS | {SensorKind.FALL}


def when(demo: DemoHouse, at: datetime) -> str:
    """Write an instant of the hub's clock in the home's time, with its day where that is another."""
    local = at.astimezone(demo.house.zone)
    hub = demo.house.hub
    today = (hub.clock.now() if hub is not None else demo.house.now()).astimezone(demo.house.zone)
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local:%d/%m %H:%M}"


def condition(view: View, words: Words) -> str:
    """How things stand, in one word with its sign."""
    incident = view.incident
    if incident is not None and view.condition is Condition.WARNING and incident.kind is Kind.INACTIVITY:
        return words.asked
    who = incident.name_of(incident.attended_by or incident.answered_by) if incident else ""
    return words.conditions[view.condition].format(who)


def names(incident: Incident, people: Iterable[str]) -> str:
    """What people are called, in one line."""
    return ", ".join(incident.name_of(person) for person in people)


def next_step(incident: Incident, words: Words) -> str:
    """What happens next when nobody does anything."""
    if incident.phase is Phase.WARNING:
        asked = words.next_asked if incident.kind is Kind.INACTIVITY else words.next_warning
        first = incident.plan.waves[0].people if incident.plan.waves else ()
        return asked.format(names(incident, first))
    return {
        Phase.ALERTING: words.next_alerting,
        Phase.ANSWERED: words.next_answered,
        Phase.ATTENDED: words.next_attended,
    }[incident.phase]


def phones(demo: DemoHouse) -> list[str]:
    """Whose phones there are: the circle, the resident, whoever was of it before, and strangers who wrote."""
    household = demo.house.household
    known = [person.name for person in household.people]
    known += [household.resident.name] if household.resident.phone else []
    return list(dict.fromkeys([*known, *demo.house.names.values(), *demo.threads]))


def standing(demo: DemoHouse, person: str) -> str:
    """How somebody stands in the open incident: a key of `Words.standing`, or ""."""
    incident = demo.house.view.incident if demo.house.view is not None else None
    if incident is None:
        return ""
    groups = {
        "there": incident.on_site,
        "going": incident.going,
        "cannot": incident.declined,
        "unreached": incident.unreached,
        "told": incident.told,
    }
    return next((how for how, group in groups.items() if person in group), "")


def last_seen(demo: DemoHouse) -> tuple[str, datetime | None]:
    """The room in which the hub last heard of her, and when; "" and None where it does not know."""
    life = demo.house.state.watch.life
    if not life:
        return "", None
    source = max(life, key=lambda thing: life[thing])
    config = demo.house.config
    rooms = {sensor.id: sensor.room for sensor in config.sensors} | {
        button.id: button.room for button in config.buttons
    }
    return rooms.get(source, ""), life[source]


def plugs(demo: DemoHouse, words: Words) -> list[tuple[str, str, bool]]:
    """What the box needs: its name, how that stands, and whether it stands well."""
    house = demo.house
    runs, is_plugged = house.hub is not None, house.is_modem_plugged
    return [
        (words.power, words.there if house.has_power else words.cut, house.has_power),
        (words.hub, words.runs if runs else words.off, runs),
        (words.modem, words.plugged if is_plugged else words.unplugged, is_plugged),
        (words.network, words.there if demo.has_network else words.cut, demo.has_network),
    ]
