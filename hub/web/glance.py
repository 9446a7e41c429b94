"""The first question of every page, answered in words: is she all right, and when would somebody be told?

From `hub.domain.view`, as the light and MQTT have it, so that nothing in the house contradicts anything else.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.availability import may_be_asked
from hub.domain.facts import FaultRaised, Kind, Whereabouts
from hub.domain.on_call import plan_now
from hub.domain.policy import Policy
from hub.domain.records import Incident, State
from hub.domain.view import Condition, View, view
from hub.messages import Catalogue
from hub.web.language import gettext, moment
from hub.web.language import gettext as _


class Tone(StrEnum):
    """How the first line looks; each has an icon and words beside its colour."""

    OK = "ok"
    WATCH = "watch"
    ALERT = "alert"
    AWAY = "away"
    UNKNOWN = "unknown"


ICONS = {Tone.OK: "✓", Tone.WATCH: "!", Tone.ALERT: "✖", Tone.AWAY: "⌂", Tone.UNKNOWN: "?"}


@dataclass(frozen=True, slots=True)
class Glance:
    """One look. ``next_line``: when somebody would be told, or why nobody would. ``until``: that moment."""

    tone: Tone
    title: str
    lines: tuple[str, ...]
    next_line: str
    until: datetime | None
    incident: Incident | None
    last_life: datetime | None
    room: str

    @property
    def icon(self) -> str:
        """The sign beside the words."""
        return "→" if self.incident is not None and self.incident.going else ICONS[self.tone]


def glance(state: State, policy: Policy, now: datetime) -> Glance:
    """Look at ``state``."""
    found = view(state, policy)
    tone, title, lines = _said(found, state, policy, now)
    return Glance(
        tone=tone,
        title=title,
        lines=lines,
        next_line=_next(found, state, policy, now),
        until=found.next_alert_at,
        incident=found.incident,
        last_life=found.last_activity,
        room=room_of_last(state, policy),
    )


def _said(found: View, state: State, policy: Policy, now: datetime) -> tuple[Tone, str, tuple[str, ...]]:
    if found.incident is not None:
        return _of_incident(found.condition, found.incident, policy, now)
    if not found.has_way_out:
        return (
            Tone.ALERT,
            _("Nobody can be told"),
            (_("A call for help would reach nobody now. See what is wrong below."),),
        )
    if found.condition is Condition.UNKNOWN:
        why = _("The box does not know the time: movements are not judged.")
        if state.clock_trusted:
            why = _("What would see somebody move is out of order: movements are not judged.")
        return Tone.UNKNOWN, _("We do not know"), (why, _("The button works."))
    if found.condition in (Condition.AWAY, Condition.PAUSED):
        return _suspended(state, policy, now)
    if found.condition is Condition.FAULT:
        return Tone.WATCH, _("Something to see to"), (_("Help can be called. Something is out of order: see below."),)
    if state.presence.whereabouts is Whereabouts.VISITOR:
        visit = _until(
            _("A visitor until %s: all is watched, and nothing is learned."), state.presence.until, policy, now
        )
        return Tone.OK, _("All is well"), (visit,)
    return Tone.OK, _("All is well"), ()


def _suspended(state: State, policy: Policy, now: datetime) -> tuple[Tone, str, tuple[str, ...]]:
    """Nobody is to be watched just now: until when, or by whose wish."""
    presence = state.presence
    if presence.whereabouts is Whereabouts.OFF:
        why = _("%s has switched the watch of movements off. The button works.") % policy.resident.name
        return Tone.AWAY, _("Not watched"), (why,)
    title = _("Away") if presence.whereabouts is Whereabouts.AWAY else _("Pause")
    return (
        Tone.AWAY,
        title,
        (_until(_("Until %s. Movements are not judged, the button works."), presence.until, policy, now),),
    )


def _until(words: str, until: datetime | None, policy: Policy, now: datetime) -> str:
    return words % (moment(until, policy.zone, now) if until else "?")


def cause(incident: Incident) -> str:
    """What it is about, in a few words: of its own, where there are some."""
    return _causes_known().get(incident.about) or _cause_of(incident.kind)


def _causes_known() -> dict[str, str]:
    return {
        "door": _("A door left open"),
        "bed": _("Not back in bed"),
        "late": _("Still in bed"),
        "out": _("Not home yet"),
        "smoke": _("Smoke"),
        "co": _("Carbon monoxide"),
        "flood": _("Water on the floor"),
        "gas": _("Gas"),
        "cold": _("Too cold at home"),
        "heat": _("Too hot at home"),
    }


def _cause_of(kind: Kind) -> str:
    words = {
        Kind.PANIC: _("Call for help"),
        Kind.INACTIVITY: _("No sign of life"),
        Kind.HAZARD: _("Danger at home"),
        Kind.FALL: _("A fall"),
        Kind.TECHNICAL: _("Something out of order"),
        Kind.DRILL: _("Drill"),
    }
    return words[kind]


def _of_incident(
    condition: Condition, incident: Incident, policy: Policy, now: datetime
) -> tuple[Tone, str, tuple[str, ...]]:
    where = f" ({incident.room})" if incident.room else ""
    since = _("%(cause)s since %(time)s%(room)s.") % {
        "cause": cause(incident),
        "time": moment(incident.opened_at, policy.zone, now),
        "room": where,
    }
    going = ", ".join(incident.name_of(who) for who in incident.going)
    if condition is Condition.WARNING:
        asked = _("%s is asked first, and can take it back.") % policy.resident.name
        return Tone.WATCH, _("Is everything all right?"), (since, asked)
    if condition is Condition.ANSWERED:
        when = moment(incident.answered_at or now, policy.zone, now)
        said = _("Said at %(time)s.") % {"time": when}
        if incident.minutes:
            said = _("Said at %(time)s: there in %(minutes)d min.") % {"time": when, "minutes": incident.minutes}
        return Tone.ALERT, _("%s is going") % going, (since, said)
    if condition is Condition.ATTENDED:
        return Tone.WATCH, _("%s is there") % going, (since,)
    nobody = _("Nobody has answered yet. Told so far: %s.") % (
        ", ".join(incident.name_of(who) for who in incident.told) or _("nobody")
    )
    return Tone.ALERT, _("ALERT"), (since, nobody)


def _next(found: View, state: State, policy: Policy, now: datetime) -> str:
    at = moment(found.next_alert_at, policy.zone, now) if found.next_alert_at else ""
    words = {
        Condition.WARNING: _("With no answer, neighbours are told at %s."),
        Condition.ALERTING: _("With no answer, the next people are told at %s."),
        Condition.ANSWERED: _("If nobody arrives, the others are asked again at %s."),
    }
    if found.condition in words and at:
        return words[found.condition] % at
    if found.condition is Condition.ATTENDED:
        return _("When all is well, whoever is there says so, and it ends.")
    if at:
        return _what_would_alert(policy.thing_of(state.watch.check_rule)) % at
    return _why_none(state, policy)


def _what_would_alert(thing: str) -> str:
    words = {
        "door": _("If the door stays open, an alert goes out at %s."),
        "bed": _("If the bed stays empty, an alert goes out at %s."),
        "late": _("If nobody gets up, an alert goes out at %s."),
        "out": _("If nobody comes home, an alert goes out at %s."),
    }
    return words.get(thing, _("If nothing moves, an alert goes out at %s."))


def _why_none(state: State, policy: Policy) -> str:
    if state.watch.blinded or not state.clock_trusted or not state.presence.is_watched:
        return _("No alert for want of movement now. A press on the button is heard at once.")
    if not (policy.windows or policy.silences or policy.doors or policy.beds or policy.home_by or policy.learned):
        return _("No times are set: nobody would be told that nothing moves. The button works.")
    return _("No check is due now. The button works.")


def room_of_last(state: State, policy: Policy) -> str:
    """Where the last sign of life was; "" where that is not known."""
    life = state.watch.life
    if not life:
        return ""
    return place_of(max(life, key=lambda source: life[source]), policy)


def place_of(source: str, policy: Policy) -> str:
    """How people call where this sign came from."""
    device = policy.device(source)
    if device is None:
        return {"web": gettext("said on the page"), "phone": gettext("a text")}.get(source, source)
    return device.room or device.id


def on_duty(state: State, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Who would be asked first if help were called now: ids of the first wave in which somebody is available."""
    plan, local = plan_now(state, policy, now, state.stopped), now.astimezone(policy.zone)
    for wave in plan.waves:
        there = [who for who in wave.people if (found := plan.person(who)) and may_be_asked(state, found, now, local)]
        if there:
            return tuple(there)
    return plan.waves[-1].people


def fault_lines(state: State, policy: Policy, words: Catalogue, language: str) -> list[tuple[datetime, str]]:
    """Each fault that stands: since when, and in words."""
    return [
        (known.raised_at, fault_words(fault, known.raised_at, policy, words, language))
        for fault, known in state.faults.items()
    ]


def fault_words(fault: str, at: datetime, policy: Policy, words: Catalogue, language: str) -> str:
    """A fault as the log says it."""
    return _plain(words.sentence(FaultRaised(at, fault, ""), language, policy.zone, names_of(policy)))


def _plain(sentence: str) -> str:
    """The sentence without the time in front, and without the word "fault" that a heading says already."""
    said = sentence.partition(" ")[2]
    return said.partition(":")[2].strip().capitalize() if ":" in said else said


def names_of(policy: Policy) -> dict[str, str]:
    """How people call whom and what the facts know by an id."""
    names = {"resident": policy.resident.name, "web": policy.resident.name}
    names |= {person.id: person.name for person in policy.people}
    return names | {device.id: device.room or device.id for device in policy.devices}
