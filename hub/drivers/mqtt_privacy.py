"""What of a fact may leave the home by MQTT: a closed list of fields, and no telephone number in any of them.

A broker is read by every program of the house, and often by a cloud behind it. So a field leaves
only if it stands here; a kind of fact that nobody thought of leaves as its name and time. Texts to
and from people stay at home altogether: they hold the key code, the address and what neighbours
wrote.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from hub.domain import facts as f

# The longest sentence of the log and the longest evidence of a fault that anybody reads on a dashboard.
LONGEST_TEXT = 500

# E.164, and national numbers as people write them (ten digits in France, in pairs or not).
_TELEPHONE = re.compile(r"\+\d[\d .-]{5,18}\d|(?<!\d)0\d(?:[ .-]?\d\d){4}(?!\d)")

# What leaves, and in which fields. The sentence goes with these only.
TOLD: Mapping[type[f.Fact], tuple[str, ...]] = {
    f.HubStarted: ("rebooted", "clock_trusted", "blind_since"),
    f.ClockCorrected: ("by", "trusted"),
    f.FaultRaised: ("fault", "detail"),
    f.FaultEnded: ("fault",),
    f.RulesBlinded: ("rules",),
    f.FamilyTold: ("notice",),
    f.DrillAnswered: ("incident", "person"),
    f.AbsencePlanned: ("begins", "until", "by"),
    f.WhereaboutsChanged: ("whereabouts", "until", "by"),
    f.ConsentRecorded: ("by", "how"),
    f.WindowPassed: ("window", "closed", "met"),
    f.WindowNudged: ("window", "closes"),
    f.OneOffSet: ("opens", "closes", "by"),
    f.OneOffEnded: ("met",),
    f.DoorLeftOpen: ("rule", "sensor", "since"),
    f.NotBackInBed: ("rule", "sensor", "since"),
    f.StillInBed: ("rule", "sensor", "since"),
    f.NotHomeYet: ("rule", "since"),
    f.TemperatureAlarmed: ("sensor", "extreme", "celsius", "since"),
    f.TemperatureSettled: ("sensor",),
    f.IncidentOpened: ("incident", "kind", "about", "source", "room", "since"),
    f.SilenceJudged: ("incident", "usual", "allowed", "lasted"),
    f.WarningStarted: ("incident", "until"),
    f.ResidentAsked: ("incident",),
    f.IncidentJoined: ("incident", "source", "hurried"),
    f.WaveStarted: ("incident", "wave", "round", "people", "until"),
    f.PersonUnreached: ("incident", "person"),
    f.IncidentDeclined: ("incident", "person"),
    f.IncidentAnswered: ("incident", "person", "name", "minutes", "via"),
    f.HelperJoined: ("incident", "person"),
    f.AnswerDoubted: ("incident", "until"),
    f.IncidentReopened: ("incident", "why"),
    f.IncidentAttended: ("incident", "person", "name"),
    f.EndAsked: ("incident", "until"),
    f.IncidentClosed: ("incident", "outcome", "by", "name"),
    f.OutcomeTold: ("incident", "outcome", "by"),
    f.OrderTexted: ("person", "order"),
    f.ConfirmationAsked: ("person", "begins", "until"),
    f.ConfirmationGiven: ("person",),
    f.ConfirmationRefused: ("person",),
    f.CreditRead: ("amount_c", "currency", "expires"),
    f.WindowWanted: ("person", "name", "opens", "closes"),
    f.WindowSettled: ("name", "person", "is_set"),
    f.OnCallSet: ("person", "until", "by"),
    f.HolidaySet: (),  # whose home is empty, and until when, is nobody's business
    f.ShiftSet: ("day", "person", "by"),
    f.LanguageChosen: ("person", "language"),
    f.PersonStopped: ("person",),
    f.PersonReturned: ("person",),
    f.NewsPosted: ("news", "by"),
    f.NewsPostponed: ("news", "tell_at"),
    f.NewsTold: ("news",),
    f.NewsTakenBack: ("news", "by"),
    f.PersonInvited: ("person", "by"),
    f.RecordsForgotten: ("before",),
    f.RecordsTaken: ("by", "what"),
    f.InvitationAnswered: ("person", "agreed"),
    f.InvitationSettled: ("person", "joined"),
}
# The life of a message, without its words and its number; and that somebody wrote something down.
TOLD_WITHOUT_WORDS: Mapping[type[f.Fact], tuple[str, ...]] = {
    f.MessageRequested: ("message", "incident", "person", "purpose"),
    f.MessageSending: ("message", "attempt"),
    f.MessageAccepted: ("message",),
    f.MessageDelivered: ("message",),
    f.MessageUndelivered: ("message", "reason"),
    f.MessageFailed: ("message", "reason", "retry_at"),
    f.MessageUncertain: ("message", "reason", "retry_at"),
    f.MessageDropped: ("message", "reason"),
    f.KeyPressed: ("message",),
    f.CallEnded: ("message", "reason"),
    f.CallTaken: ("incident", "person"),
    f.CallLeft: ("person",),
    f.MessageRepeated: ("message", "again", "by"),
    f.SmsKept: ("person", "meaning"),
    f.NoteWritten: ("incident", "by"),
}


def fields_of(fact: f.Fact) -> dict[str, object]:
    """Return the fields of ``fact`` that may leave, as values that JSON knows."""
    allowed = TOLD.get(type(fact)) or TOLD_WITHOUT_WORDS.get(type(fact), ())
    return {name: _plain(getattr(fact, name)) for name in allowed}


def sentence(fact: f.Fact, words: str) -> str:
    """Return ``words``, which tell ``fact`` to a family, as far as they may leave."""
    return clean(words) if type(fact) in TOLD else ""


def clean(text: str) -> str:
    """Return ``text`` without telephone numbers, and not longer than anybody reads."""
    return _TELEPHONE.sub("...", text)[:LONGEST_TEXT]


def iso(at: datetime | None) -> str | None:
    """Write an instant as ISO 8601 in UTC, to the second, with Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
