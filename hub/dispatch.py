"""What facts ask of the world: messages to channels, words to the speaker, light, MQTT.

Called by the loop after the facts are kept. Nothing here blocks or decides; what fails comes back as an input.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from hub.domain.calls import phrases_of
from hub.domain.facts import (
    CallEnded,
    CallTaken,
    CommandSettled,
    Fact,
    FaultEnded,
    FaultRaised,
    IncidentAnswered,
    IncidentAttended,
    IncidentClosed,
    IncidentOpened,
    IncidentReopened,
    MessageSending,
    Purpose,
    Spoken,
    WaveStarted,
    Words,
)
from hub.domain.inputs import Input, SendReported, SendState
from hub.domain.outbox_state import ends_talk
from hub.domain.policy import Policy
from hub.domain.records import CALL, Message, State
from hub.domain.view import Condition, View, view
from hub.messages import Catalogue
from hub.ports import Channel, Clock, Indicator, Mirror, Outgoing, Pattern, Speaker, Telephone

log = logging.getLogger(__name__)

# An alert that a phone gets an hour late sends somebody to a home where all is over (GSM.md).
ALERT_VALIDITY = timedelta(hours=1)
OTHER_VALIDITY = timedelta(hours=12)
URGENT = frozenset({Purpose.ALERT, Purpose.DUTY, Purpose.ASK_RESIDENT, Purpose.QUESTION})

_PATTERNS = {
    Condition.ALERTING: Pattern.CALLING,
    Condition.ANSWERED: Pattern.COMING,
    Condition.ATTENDED: Pattern.COMING,
}

# What whoever looks at the hub's log, or at its terminal, follows an alarm by: ids and no words of anybody's.
_LOGGED: dict[type[Fact], str] = {
    IncidentOpened: "incident {0.incident} opened: {0.kind} from {0.source}",
    WaveStarted: "incident {0.incident}: round {0.round}, wave {0.wave} asks {0.people}",
    IncidentAnswered: "incident {0.incident}: {0.person} goes (by {0.via})",
    IncidentAttended: "incident {0.incident}: {0.person} is there",
    IncidentReopened: "incident {0.incident}: the alert goes on ({0.why})",
    IncidentClosed: "incident {0.incident} closed: {0.outcome}, by {0.by}",
    FaultRaised: "fault {0.fault} stands",
    FaultEnded: "fault {0.fault} is over",
}


def ignore(_what: object) -> None:
    """Do nothing: nobody listens there."""


@dataclass(slots=True)
class Outlets:
    """Everything the loop can act with. ``settled``: who waits for the result of a command (its request id)."""

    policy: Policy
    words: Catalogue
    clock: Clock
    post: Callable[[Input], None]
    channels: dict[str, Channel] = field(default_factory=dict)
    indicator: Indicator | None = None
    speaker: Speaker | None = None
    mirrors: list[Mirror] = field(default_factory=list)
    forget: Callable[[str], None] = field(default=ignore)
    settled: Callable[[CommandSettled], None] = field(default=ignore)
    _shown: Pattern | None = field(default=None, init=False)
    _spoken: tuple[Policy, Mapping[str, tuple[str, str]]] | None = field(default=None, init=False)

    def dispatch(self, facts: tuple[Fact, ...], last_seq: int, before: State, after: State) -> None:
        """Do what ``facts`` ask for; the alarm path first, whatever merely shows it last.

        ``last_seq``: the number of the last of them in the journal.
        """
        for fact in facts:
            if isinstance(fact, MessageSending):
                self._send(after.outbox[fact.message], is_talking=after.talk is not None)
        for fact in facts:
            if isinstance(fact, Spoken):
                self._say(fact)
            elif isinstance(fact, CallEnded):
                self._hang_up(fact, before.outbox.get(fact.message))
            elif isinstance(fact, CallTaken):
                self._pick_up()
            elif isinstance(fact, CommandSettled):
                self.settled(fact)
        self._show(facts, last_seq, before, after)
        self._prepare_calls(after)
        _log(facts)

    def _send(self, message: Message, *, is_talking: bool) -> None:
        channel = self.channels.get(message.road)
        if channel is None:
            reason = f'this hub has no driver for channel "{message.channel}"'
            self.post(SendReported(self.clock.now(), message.number, SendState.FAILED, None, reason, permanent=True))
            return
        urgent = message.purpose in URGENT
        validity = ALERT_VALIDITY if urgent else OTHER_VALIDITY
        cuts = message.purpose is Purpose.ALERT or (is_talking and ends_talk(message))
        out = Outgoing(message.number, message.address, message.text, urgent, validity, message.language, cuts)
        channel.send(out)

    def _hang_up(self, fact: CallEnded, message: Message | None) -> None:
        telephone = self.telephone
        if telephone is not None and message is not None:
            telephone.end(fact.message, self._in_words(fact.words, message.language, fact.at))

    def _pick_up(self) -> None:
        if self.telephone is not None:
            self.telephone.take()

    def _prepare_calls(self, state: State) -> None:
        """Have the telephone prepare what calls will say, where that may have changed."""
        telephone, spoken = self.telephone, self._spoken
        if telephone is None or (spoken and spoken[0] is self.policy and spoken[1] is state.languages):
            return
        self._spoken = (self.policy, state.languages)
        now = self.clock.now()
        telephone.keep(
            phrases_of(
                self.policy,
                lambda person: state.language_of(person.id, person.language),
                lambda words, language: self._in_words(words, language, now),
            )
        )

    @property
    def telephone(self) -> Telephone | None:
        """What calls people, if anything does."""
        # Whatever carries this channel fulfils it.
        return cast("Telephone | None", self.channels.get(CALL))

    def _say(self, fact: Spoken) -> None:
        if self.speaker is not None:
            language = self.policy.resident.language
            self.speaker.say(self._in_words(fact.words, language, fact.at), language, softly=fact.softly)

    def _in_words(self, words: Words, language: str, at: datetime) -> str:
        return self.words.render(words, language, zone=self.policy.zone, now=at, country=self.policy.country)

    def _show(self, facts: tuple[Fact, ...], last_seq: int, before: State, after: State) -> None:
        if before is after:
            return
        now = view(after, self.policy)
        if self.indicator is not None:
            pattern = pattern_of(now)
            if pattern is not self._shown or before.started_at != after.started_at:
                self.indicator.show(pattern)
                self._shown = pattern
        for mirror in self.mirrors:
            mirror.show(facts, last_seq, after, now)


def _log(facts: tuple[Fact, ...]) -> None:
    for fact in facts:
        if (line := _LOGGED.get(type(fact))) is not None:
            log.info(line.format(fact))


def pattern_of(now: View) -> Pattern:
    """What the light says of this view."""
    if now.condition is Condition.WARNING and now.incident is not None:
        if now.incident.kind != "inactivity":
            return Pattern.HEARD
        return Pattern.ASKED_SOFTLY if now.is_gentle else Pattern.ASKED
    if now.condition in _PATTERNS:
        return _PATTERNS[now.condition]
    return Pattern.READY if now.has_way_out else Pattern.FAULT
