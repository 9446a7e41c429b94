"""A decision being made: the facts so far, and the state they lead to.

Rules call each other with one draft and note facts on it; each sees the world as the facts before left it.
From outside nothing changes: `hub.domain.decide.decide` makes a draft, and hands back its facts.
"""

from datetime import datetime, timedelta

from hub.domain.facts import Fact, MessageRequested, Purpose, Spoken, Words
from hub.domain.policy import Person, Policy
from hub.domain.records import Incident, State
from hub.domain.state import evolve

# By day the family hears of faults (BEHAVIOUR 1).
DAY_BEGINS_HOUR, DAY_ENDS_HOUR = 8, 20


class Draft:
    """Facts decided at ``at`` under ``policy``, starting from ``state``."""

    def __init__(self, state: State, policy: Policy, at: datetime) -> None:
        self.state = state
        self.policy = policy
        # Time never goes back, whatever a driver's thread stamped: spans would become negative.
        self.at = at if state.at is None else max(at, state.at)
        self.facts: list[Fact] = []

    def note(self, fact: Fact) -> None:
        """Take ``fact`` into the decision, and its effect into the state."""
        self.facts.append(fact)
        self.state = evolve(self.state, fact)

    def incident(self, number: int) -> Incident:
        """The incident ``number`` as it stands now in this decision."""
        return self.state.incidents[number]

    def person(self, incident: Incident, who: str | None) -> Person | None:
        """Who has this id: in the plan of the incident, or else in the household as it is now."""
        return next((p for p in (*incident.plan.people, *self.policy.people) if p.id == who), None)

    def local(self) -> datetime:
        """The present in the home's time."""
        return self.at.astimezone(self.policy.zone)

    def is_day(self) -> bool:
        """Whether the family may be disturbed for small things; yes when nobody knows the time."""
        return not self.state.clock_trusted or DAY_BEGINS_HOUR <= self.local().hour < DAY_ENDS_HOUR

    def next_morning(self) -> datetime:
        """The next time the day begins, in UTC."""
        local = self.local()
        morning = local.replace(hour=DAY_BEGINS_HOUR, minute=0, second=0, microsecond=0, fold=0)
        if local.hour >= DAY_BEGINS_HOUR:
            morning += timedelta(days=1)
        # An aware local time plus a day keeps the wall-clock hour; the zone finds the offset anew.
        return morning.astimezone(self.at.tzinfo)

    def say(
        self, key: str, incident: int | None = None, *, softly: bool = False, **values: str | int | datetime | None
    ) -> None:
        """Have something said aloud at home."""
        self.note(Spoken(self.at, Words(key, tuple(values.items())), incident, softly))

    def language_of(self, person: Person) -> str:
        """The language this person chose by text; else what the household says, as does whatever it says since."""
        return self.state.language_of(person.id, person.language)

    def write(
        self,
        person: Person,
        purpose: Purpose,
        words: Words,
        incident: int | None = None,
        channel: str | None = None,
    ) -> None:
        """Request a message to ``person``, by ``channel`` or as `_channel_for` has it; an alert's is `escalation`'s."""
        chosen = channel or _channel_for(person, purpose)
        self.note(
            MessageRequested(
                at=self.at,
                message=self.state.next_message,
                incident=incident,
                person=person.id,
                channel=chosen,
                address=address_of(chosen, person.phone),
                language=self.language_of(person),
                purpose=purpose,
                words=words,
            )
        )


def _channel_for(person: Person, purpose: Purpose) -> str:
    """How what is no alert goes: by text where they have it; never by a ring, and the key code to their own number."""
    if (purpose is Purpose.DUTY and person.phone) or "sms" in person.channels:
        # Nothing but an alert tries a second channel: what is read at once, and mostly there, comes first.
        return "sms"
    return next((channel for channel in person.channels if channel != "call"), "sms")


def address_of(channel: str, phone: str) -> str:
    """What a channel calls this person: the number for texts and calls, else what the channel itself says."""
    if channel.startswith(("http://", "https://")):
        return channel
    return channel.partition(":")[2] or phone
