"""Shows the core's facts and its view on MQTT: turns one into the other, and nothing else."""

import time

from hub.domain.facts import Fact, Passing
from hub.domain.proof import proven
from hub.domain.records import State
from hub.domain.view import View
from hub.drivers.mqtt_topics import StateView
from hub.drivers.mqtt_voice import Voice


class MqttMirror:
    """A `hub.ports.Mirror` in front of a `Voice`."""

    def __init__(self, source: Voice) -> None:
        self._source = source
        self._began = time.monotonic()
        self._beats = 0
        self._state = State()

    def show(self, facts: tuple[Fact, ...], last_seq: int, state: State, now: View) -> None:
        """Publish what happened, then how things stand."""
        kept = sum(not isinstance(fact, Passing) for fact in facts)
        sequence = last_seq - kept
        for fact in facts:
            sequence += not isinstance(fact, Passing)
            self._source.publish_fact(sequence, fact)
        self._source.publish_incidents(state.incidents.values())
        self._source.publish_state(_glance(state, now))
        # A state is frozen: whoever beats, on another thread, finds it whole.
        self._state = state

    def beat(self) -> None:
        """Publish the heartbeat; called every few minutes."""
        self._beats += 1
        self._source.publish_heartbeat(self._beats, time.monotonic() - self._began, proven(self._state))


def _glance(state: State, now: View) -> StateView:
    registered, mains = state.readings.get("gsm_registered"), state.readings.get("mains")
    return StateView(
        state=now.condition,
        since=now.since,
        incident=now.incident.number if now.incident else None,
        last_activity=now.last_activity,
        next_alert_at=now.next_alert_at,
        mains=mains if isinstance(mains, bool) else None,
        gsm_registered=registered if isinstance(registered, bool) else None,
    )
