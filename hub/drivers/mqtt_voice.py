"""What the core has said by MQTT, sans IO: facts, incidents and the view in, messages in the outbox out.

Tells only what changed. Knows no broker: whoever has a connection (`hub.drivers.mqtt`, or the simulated house)
takes the messages from the outbox.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hub import __version__
from hub.domain import facts as f
from hub.domain.records import Incident
from hub.drivers.mqtt_outbox import Outbox
from hub.drivers.mqtt_topics import StateView, Topics, button_event

# Incidents whose last state is remembered, to tell what changed: those open, and what the core keeps of closed ones.
INCIDENTS_REMEMBERED = 64


class Voice:
    """The ``publish_`` methods belong to the core's thread: they neither wait nor raise."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._outbox = Outbox()
        self._incidents: dict[int, Incident] = {}
        self._glance: StateView | None = None
        # An earlier run may have left other values with the broker.
        self._outbox.put(topics.update(__version__))
        self._outbox.put(topics.newest_incident(None))

    def publish_state(self, view: StateView) -> None:
        """Show the home at a glance; what has not changed is not sent again."""
        if view == self._glance:
            return
        self._glance = view
        self._outbox.put(self._topics.state(view))
        self._ring()

    def publish_fact(self, sequence: int, fact: f.Fact, words: str = "") -> None:
        """Tell the house of a fact. ``sequence``: its number in the journal; ``words``: its sentence.

        To be called before `publish_incidents` for the same facts.
        """
        for publish in self._topics.fact(sequence, fact, words):
            self._outbox.put(publish)
        pressed = button_event(fact, self._incidents)
        if pressed is not None:
            self._outbox.put(self._topics.button(*pressed))
        self._ring()

    def publish_incidents(self, incidents: Iterable[Incident]) -> None:
        """Show how the core's incidents stand, the closed ones it remembers as well; only changes are sent."""
        changed = [i for i in incidents if self._incidents.get(i.number) is not i]
        for incident in changed:
            known, told = self._incidents.get(incident.number), self._topics.incident(incident)
            # A note beside it is nobody's but the home's: the end of an alert is not told once more for one.
            if known is None or told != self._topics.incident(known):
                # One that was closed before this process began is only cleared: its end was told then.
                for publish in told if known is not None or incident.is_open else told[-1:]:
                    self._outbox.put(publish)
            self._incidents[incident.number] = incident
        if changed:
            self._forget_old_incidents()
            newest = max((i for i in self._incidents.values() if i.is_open), key=_number, default=None)
            self._outbox.put(self._topics.newest_incident(newest))
            self._ring()

    def publish_heartbeat(self, sequence: int, uptime_s: float, proven: Mapping[str, datetime]) -> None:
        """Tell that the hub lives, and all retained values again: Home Assistant lets some expire (15 min)."""
        self._outbox.put(self._topics.heartbeat(sequence, uptime_s, proven))
        self._outbox.refresh()
        self._ring()

    def _forget_old_incidents(self) -> None:
        closed = [number for number, incident in self._incidents.items() if not incident.is_open]
        for number in sorted(closed)[: max(0, len(self._incidents) - INCIDENTS_REMEMBERED)]:
            del self._incidents[number]

    def _ring(self) -> None:
        """Something waits in the outbox."""


def _number(incident: Incident) -> int:
    return incident.number
