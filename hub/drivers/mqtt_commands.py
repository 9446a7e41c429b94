"""What people and Home Assistant order by MQTT, sans IO: the payload of ``cmd`` in, a command or a refusal out.

Knows the form of an order, not whether it may be given: `hub.domain.commands` decides that. A key
that is misspelt refuses the whole order, for without its "incident" a CLOSE might end another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from hub.domain.facts import Outcome
from hub.domain.inputs import Action, Commanded
from hub.drivers.mqtt_payloads import content_of
from hub.errors import FormError

VIA = "mqtt"
# An asker's own number for the order, a UUID at the most; longer is no number.
LONGEST_ID = 64
# "2026-12-24T14:00:00.000000+01:00" has 32 characters.
LONGEST_TIME = 40
# Incidents count from 1; a home that had one each minute would need centuries for this many.
LARGEST_INCIDENT = 10**9

_HOME_ASSISTANT = {"ARM_HOME": Action.BACK, "ARM_VACATION": Action.AWAY, "DISARM": Action.CLOSE}
_ACTIONS = {**{action.name: action for action in Action}, **_HOME_ASSISTANT}
_KEYS = ("cmd", "incident", "by", "until", "outcome", "id")


@dataclass(frozen=True, slots=True)
class Refused:
    """An order that cannot be read. ``text`` says what to write; ``request`` is echoed where it could be read."""

    request: str | None
    text: str


def read(at: datetime, payload: bytes) -> Commanded | Refused:
    """Return the order in ``payload``, or why it is none."""
    request = None
    try:
        record = _record(payload)
        request = _request(record)
        return _command(at, record, request)
    except FormError as wrong:
        return Refused(request, str(wrong))


def _record(payload: bytes) -> Mapping[str, object]:
    content = content_of(payload)
    if isinstance(content, str):
        raise FormError('write a JSON object, such as {"cmd":"ANSWER","incident":27,"by":"paul"}')
    return content


def _command(at: datetime, record: Mapping[str, object], request: str | None) -> Commanded:
    for key in record:
        if key not in _KEYS:
            raise FormError(f"unknown key {_quoted(key)}{_meant(key)}; an order has {', '.join(_KEYS)}")
    return Commanded(
        at,
        _action(record),
        via=VIA,
        by=_text(record, "by", LONGEST_ID, 'write the id of a person, such as "paul"'),
        incident=_incident(record),
        outcome=_outcome(record),
        until=_until(record),
        request=request,
    )


def _meant(key: str) -> str:
    close = get_close_matches(key, _KEYS, 1)
    return f'; did you mean "{close[0]}"?' if close else ""


def _quoted(text: str) -> str:
    """Show what was found: shortened, and as ASCII, so that no stray character spoils a log."""
    return ascii(text[:LONGEST_ID])


def _text(record: Mapping[str, object], key: str, longest: int, advice: str) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise FormError(f"{key}: {advice}")
    return value


def _request(record: Mapping[str, object]) -> str | None:
    """Return the asker's id for the order; a number is echoed as text."""
    value = record.get("id")
    if isinstance(value, int) and abs(value) < 10**LONGEST_ID:
        return str(value)
    return _text(record, "id", LONGEST_ID, f"write a text of at most {LONGEST_ID} characters, or leave it out")


def _action(record: Mapping[str, object]) -> Action:
    value = record.get("cmd")
    action = _ACTIONS.get(value.upper()) if isinstance(value, str) else None
    if action is None:
        raise FormError(f"cmd: write one of {', '.join(_ACTIONS)}")
    return action


def _incident(record: Mapping[str, object]) -> int | None:
    value = record.get("incident")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_INCIDENT:
        raise FormError("incident: write its number, such as 27, without quotes")
    return value


def _outcome(record: Mapping[str, object]) -> Outcome | None:
    value = record.get("outcome")
    if value is None:
        return None
    said = (Outcome.HELPED, Outcome.FALSE_ALARM, Outcome.EMERGENCY, Outcome.CANCELLED)
    if value not in said:
        raise FormError(f"outcome: write one of {', '.join(said)}")
    return Outcome(str(value))


def _until(record: Mapping[str, object]) -> datetime | None:
    advice = 'write a time with its zone, such as "2026-12-24T14:00:00Z"'
    written = _text(record, "until", LONGEST_TIME, advice)
    if written is None:
        return None
    try:
        until = datetime.fromisoformat(written)
        if until.tzinfo is None:
            raise FormError(f"until: {advice}")
        return until.astimezone(UTC)
    except (ValueError, OverflowError) as unreadable:
        raise FormError(f"until: {advice}") from unreadable
