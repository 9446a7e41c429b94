"""When deciding itself fails: a plain text to everyone, and a fresh start.

Uses nothing of the rules, the state or the catalogue that may have broken: numbers, one sentence, channels.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hub.domain.inputs import Action, ButtonEdge, ButtonPressed, Commanded, Input, SensorChanged, SmsReceived
from hub.domain.policy import HAZARDS, Policy
from hub.domain.records import Phase, State
from hub.errors import JournalError
from hub.fact_json import instant, instant_text
from hub.keeping import keep
from hub.ports import Channel, Outgoing

log = logging.getLogger(__name__)

# In both languages, since nothing is looked up; GSM 03.38, one segment with the longest name.
PLAIN_TEXT = "ALERTE {name}: appel a l'aide, allez voir ou appelez. / ALERT {name}: call for help, go and see or call."
# The same bug may come back with the next input: people are not told more often than this.
AGAIN_AFTER = timedelta(minutes=10)
# Message numbers no journal reaches: reports about them concern nobody.
FIRST_NUMBER = 1_000_000_000
VALIDITY = timedelta(hours=1)
# In the data folder: when everybody was last told so.
LAST_RESORT = "last_resort"


class LastResort:
    """Sends the plain text and asks for a restart.

    ``memory``: a file for when it last did, since the same bug may well be met by the next process too.
    """

    def __init__(
        self, channel: Callable[[], Channel | None], restart: Callable[[str], None], memory: Path | None = None
    ) -> None:
        self._channel = channel
        self._restart = restart
        self._memory = memory
        self._sent_at = _remembered(memory)

    def take_over(self, seen: Input, state: State, policy: Policy) -> None:
        """Tell everyone if ``seen`` may be a call for help, or one is open; then start afresh."""
        # Either way: a clock that was set back must not silence anybody until it is as late again.
        rested = self._sent_at is None or abs(seen.at - self._sent_at) >= AGAIN_AFTER
        if rested and (is_call_for_help(seen, policy) or is_calling(state)):
            self._tell_everyone(policy)
            self._remember(seen.at)
        self._restart(f"deciding about {type(seen).__name__} failed")

    def _remember(self, at: datetime) -> None:
        self._sent_at = at
        if self._memory is not None:
            # Of a card that takes nothing the journal tells; people are then told once more with each restart.
            keep(self._memory, instant_text(at).encode())

    def _tell_everyone(self, policy: Policy) -> None:
        channel = self._channel()
        people = [person for person in policy.people if person.can_be_alerted]
        text = PLAIN_TEXT.format(name=policy.resident.name[:18])
        for number, person in enumerate(people, FIRST_NUMBER):
            log.error("telling %s in plain words that help is needed", person.id)
            if channel is not None:
                channel.send(Outgoing(number, person.phone, text, urgent=True, validity=VALIDITY))


def _remembered(memory: Path | None) -> datetime | None:
    """When an earlier process last told everyone; None where nothing is known of it."""
    if memory is None:
        return None
    try:
        return instant(memory.read_bytes()[:64].decode("ascii", "replace"))
    except (OSError, JournalError):
        return None


def is_call_for_help(seen: Input, policy: Policy) -> bool:
    """Whether ``seen`` may be somebody calling for help: better one time too often."""
    if isinstance(seen, ButtonEdge):
        return seen.down
    if isinstance(seen, SensorChanged):
        sensor = policy.sensor(seen.sensor)
        return seen.active and sensor is not None and sensor.kind in HAZARDS
    if isinstance(seen, SmsReceived):
        return seen.sender == policy.resident.phone
    return isinstance(seen, ButtonPressed) or (isinstance(seen, Commanded) and seen.action is Action.TRIGGER)


def is_calling(state: State) -> bool:
    """Whether somebody waits for an answer."""
    return any(incident.phase is Phase.ALERTING for incident in state.open_incidents())
