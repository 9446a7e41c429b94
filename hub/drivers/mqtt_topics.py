"""What the hub says by MQTT, sans IO: facts and states in, messages out (design: INTEGRATIONS).

Knows the topics below ``telecare/<hub id>/``, what is retained, and what may be late. Knows no
connection: `mqtt_outbox` keeps the order, `mqtt_link` speaks.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from hub.domain import facts as f
from hub.domain.records import Incident
from hub.domain.view import Condition
from hub.drivers.mqtt_privacy import clean, fields_of, iso, sentence
from hub.place_forms import TOPIC_ROOT

# Not to be used inside one level of a topic: separators, wildcards, control characters, lone surrogates.
_FORBIDDEN = re.compile(r"[/+#\x00-\x1f\x7f\ud800-\udfff]")
# Facts that tell of every movement, or only while the process runs: `state`, `sensor/<id>` and `cmd/result`
# say what matters of them, and a day of movements must not push an incident out of the queue.
_NOT_EVENTS = (
    f.Passing,
    f.LifeSeen,
    f.LevelSeen,
    f.TemperatureSeen,
    f.HubWatched,
    f.Spoken,
    f.FaultPostponed,
    f.LinksExpected,
    f.LinkProven,
    f.SilenceEnded,
    f.LinesDrawn,
)

# The words of Home Assistant's alarm panel. An unwatched or faulty home is still one where a press is heard.
_PANELS = {
    Condition.ALERTING: "triggered",
    Condition.WARNING: "pending",
    Condition.ANSWERED: "triggered",
    Condition.ATTENDED: "triggered",
    Condition.AWAY: "armed_vacation",
    Condition.PAUSED: "disarmed",
}


def panel_of(condition: Condition) -> str:
    """Return what Home Assistant's alarm panel shows."""
    return _PANELS.get(condition, "armed_home")


class Lane(Enum):
    """How a message travels while the broker is away."""

    LIVE = auto()  # true at this moment only: dropped
    EVENT = auto()  # kept in order, and sent again until acknowledged
    RETAINED = auto()  # the newest of each topic is kept; an empty one clears the topic


@dataclass(frozen=True, slots=True)
class Publish:
    """One message to the broker."""

    topic: str
    payload: bytes
    lane: Lane

    @property
    def qos(self) -> int:
        """At least once for what must arrive, at most once for what is true only now."""
        return 0 if self.lane is Lane.LIVE else 1

    @property
    def retain(self) -> bool:
        """Whether the broker keeps it."""
        return self.lane is Lane.RETAINED


@dataclass(frozen=True, slots=True)
class StateView:
    """The home at a glance, as plain values. ``more``: further readings, as they stand."""

    state: Condition
    since: datetime | None = None
    incident: int | None = None
    last_activity: datetime | None = None
    next_alert_at: datetime | None = None
    mains: bool | None = None
    gsm_registered: bool | None = None
    more: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the payload of ``state``."""
        return _json(
            {
                **{key: clean(value) if isinstance(value, str) else value for key, value in self.more.items()},
                "state": self.state,
                "since": iso(self.since),
                "incident": self.incident,
                "last_activity": iso(self.last_activity),
                "next_alert_at": iso(self.next_alert_at),
                "panel": panel_of(self.state),
                "mains": self.mains,
                "gsm_registered": self.gsm_registered,
            }
        )


class Topics:
    """The topics of one hub, and the messages for them."""

    def __init__(self, hub_id: str) -> None:
        self.hub_id = hub_id
        self._root = f"{TOPIC_ROOT}/{_level(hub_id)}"

    @property
    def command(self) -> str:
        """Where orders come in."""
        return f"{self._root}/cmd"

    def status(self, *, online: bool) -> Publish:
        """Whether the hub is there; the offline one is also the last will."""
        return self._retained("status", {"state": "online" if online else "offline"})

    def state(self, view: StateView) -> Publish:
        """The home at a glance."""
        return Publish(f"{self._root}/state", view.to_json(), Lane.RETAINED)

    def fact(self, sequence: int, fact: f.Fact, words: str = "") -> tuple[Publish, ...]:
        """Return what ``fact`` says to the house. ``sequence``: its number in the journal, the id of its event."""
        if isinstance(fact, f.SensorMoved):
            payload = b"ON" if fact.active else b"OFF"
            return (Publish(f"{self._root}/sensor/{_level(fact.sensor)}", payload, Lane.LIVE),)
        if isinstance(fact, f.CommandSettled):
            return (self.result(fact.request, ok=fact.ok, text=fact.text),) if fact.via == "mqtt" else ()
        if isinstance(fact, _NOT_EVENTS):
            return ()
        return (self._event(sequence, fact, words),)

    def _event(self, sequence: int, fact: f.Fact, words: str) -> Publish:
        event = {
            "id": f"{self.hub_id}-{sequence}",
            "type": snake(type(fact).__name__),
            "at": iso(fact.at),
            **fields_of(fact),
        }
        text = sentence(fact, words)
        return Publish(f"{self._root}/event", _json({**event, "text": text} if text else event), Lane.EVENT)

    def button(self, event_type: str, room: str) -> Publish:
        """A press, a cancelled one or a drill, for whatever the house wants to do with it."""
        return Publish(f"{self._root}/evt/button", _json({"event_type": event_type, "room": room}), Lane.LIVE)

    def incident(self, incident: Incident) -> tuple[Publish, ...]:
        """Return how an incident stands; once closed that is told a last time, and its topic is cleared."""
        topic = f"{self._root}/incident/{incident.number}"
        told = _json(incident_fields(incident))
        if incident.is_open:
            return (Publish(topic, told, Lane.RETAINED),)
        return (Publish(topic, told, Lane.EVENT), Publish(topic, b"", Lane.RETAINED))

    def newest_incident(self, incident: Incident | None) -> Publish:
        """The newest open incident, for Home Assistant's attributes; empty when none is open."""
        return self._retained("incident", incident_fields(incident) if incident else {})

    def update(self, installed: str) -> Publish:
        """Which release runs. Nobody looks for a newer one yet: the latest that is known is the one that runs."""
        return self._retained("update", {"installed_version": installed, "latest_version": installed})

    def heartbeat(self, sequence: int, uptime_s: float, proven: Mapping[str, datetime]) -> Publish:
        """Return the sign of life, with when each link was last proven to work."""
        beat = {
            "id": self.hub_id,
            "seq": sequence,
            "uptime_s": int(uptime_s),
            "proven": {link: iso(at) for link, at in proven.items()},
        }
        return Publish(f"{self._root}/hb", _json(beat), Lane.LIVE)

    def result(self, request: str | None, *, ok: bool, text: str) -> Publish:
        """Return what became of an order."""
        return Publish(f"{self._root}/cmd/result", _json({"id": request, "ok": ok, "text": clean(text)}), Lane.LIVE)

    def _retained(self, name: str, record: Mapping[str, object]) -> Publish:
        return Publish(f"{self._root}/{name}", _json(record), Lane.RETAINED)


def incident_fields(incident: Incident) -> dict[str, object]:
    """Return how an incident stands: who was told and who goes by their ids, never by their numbers."""
    return {
        "id": incident.number,
        "kind": incident.kind,
        "state": incident.phase,
        "room": clean(incident.room),
        "opened_at": iso(incident.opened_at),
        "wave": incident.wave,
        "told": list(incident.told),
        "answered_by": incident.answered_by,
        "attended_by": incident.attended_by,
        "closed_at": iso(incident.closed_at),
        "outcome": incident.outcome,
    }


def button_event(fact: f.Fact, known: Mapping[int, Incident]) -> tuple[str, str] | None:
    """Return the type and the room of what a button did, where ``fact`` tells of that."""
    if isinstance(fact, f.IncidentOpened):
        event = {f.Kind.PANIC: "pressed", f.Kind.DRILL: "test"}.get(fact.kind)
        return (event, fact.room) if event else None
    if not isinstance(fact, f.IncidentJoined | f.IncidentClosed):
        return None
    incident = known.get(fact.incident)
    if incident is None or incident.kind is not f.Kind.PANIC:
        return None
    if isinstance(fact, f.IncidentJoined):
        return "pressed", incident.room
    return ("cancelled", incident.room) if fact.outcome is f.Outcome.CANCELLED else None


def snake(name: str) -> str:
    """Write IncidentOpened as incident_opened."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _level(text: str) -> str:
    """Return ``text`` as one level of a topic."""
    return _FORBIDDEN.sub("_", text)


def _json(record: Mapping[str, object]) -> bytes:
    """Write compact JSON in plain ASCII, so that no reader stumbles over an encoding."""
    return json.dumps(record, separators=(",", ":")).encode("ascii")
