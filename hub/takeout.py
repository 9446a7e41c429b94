"""Everything the hub knows of a home, for people and for programs: a zip of tables and of facts as JSON lines.

Not to be restored from (`hub.backup` is for that). What opens the door is left out: neither the key code nor the texts
that told it leave the hub this way.
"""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hub import fact_json
from hub.domain import facts as f
from hub.domain.unsent_state import SECRET_WORDS
from hub.errors import BackupError, HubError
from hub.household import Household, export
from hub.journal import Journal, Numbered

NOT_TOLD = "(told to nobody else)"
_PHONE = re.compile(r"\+\d{4,15}")

Progress = Callable[[float], object]


def write(journal: Path, household: Household, out: Path, progress: Progress = lambda _done: None) -> None:
    """Make the zip at ``out``, which nobody else may read.

    :raises BackupError: the journal cannot be read, or the file not be written.
    """
    fresh = out.with_name(f".{out.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        out_file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(out_file, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            _fill(packed, journal, household, progress)
        fresh.replace(out)
    except (OSError, HubError) as error:
        fresh.unlink(missing_ok=True)
        raise BackupError(f"the export cannot be made: {error}") from error


def _fill(packed: zipfile.ZipFile, journal: Path, household: Household, progress: Progress) -> None:
    without_key = replace(household, resident=replace(household.resident, key_code=""))
    packed.writestr("household.toml", export(without_key))
    packed.writestr("people.csv", _table(_PEOPLE, _people(household)))
    opened = Journal(journal, read_only=True)
    try:
        last = max(opened.last_seq(), 1)
        incidents: dict[int, dict[str, object]] = {}
        messages: dict[int, dict[str, object]] = {}
        with packed.open("facts.jsonl", "w", force_zip64=True) as lines:
            for each in opened.facts():
                lines.write(_line(each).encode())
                _note(each.fact, incidents, messages)
                progress(0.8 * each.seq / last)
        packed.writestr("incidents.csv", _table(_INCIDENT, incidents.values()))
        packed.writestr("messages.csv", _table(_MESSAGE, messages.values()))
        packed.writestr("movements.csv", _table(("at", "source"), _movements(opened)))
    finally:
        opened.close()
    progress(1.0)


def _movements(journal: Journal) -> Iterator[dict[str, object]]:
    for each in journal.lives(datetime.min.replace(tzinfo=UTC)):
        if isinstance(each.fact, f.LifeSeen):
            yield {"at": fact_json.instant_text(each.fact.at), "source": each.fact.source}


def _line(each: Numbered) -> str:
    fact = each.fact
    if isinstance(fact, f.MessageRequested) and fact.words.key in SECRET_WORDS:
        fact = replace(fact, text=NOT_TOLD, words=f.Words(fact.words.key))
    if isinstance(fact, f.IncidentOpened):
        fact = replace(fact, plan=replace(fact.plan, resident=replace(fact.plan.resident, key_code="")))
    body = json.loads(fact_json.dump(fact))
    return json.dumps({"seq": each.seq, "fact": type(fact).__name__} | body, ensure_ascii=False) + "\n"


_PEOPLE = ("id", "name", "phone", "role", "language", "consent")
_INCIDENT = (
    "incident",
    "kind",
    "source",
    "room",
    "opened_at",
    "answered_by",
    "answered_at",
    "closed_at",
    "outcome",
    "closed_by",
)
_MESSAGE = ("at", "direction", "person", "channel", "purpose", "incident", "text", "became")
_BECAME = {
    f.MessageAccepted: "sent",
    f.MessageDelivered: "delivered",
    f.MessageUndelivered: "not delivered",
    f.MessageFailed: "not sent",
    f.MessageUncertain: "perhaps sent",
    f.MessageDropped: "not needed any more",
}


def _people(household: Household) -> Iterator[dict[str, object]]:
    for person in household.people:
        yield {name: getattr(person, name) for name in _PEOPLE}


def _note(fact: f.Fact, incidents: dict[int, dict[str, object]], messages: dict[int, dict[str, object]]) -> None:
    """Put a fact into the row that it is about."""
    at = fact_json.instant_text(fact.at)
    if isinstance(fact, f.IncidentOpened):
        row = {"incident": fact.incident, "kind": fact.kind, "source": fact.source, "room": fact.room, "opened_at": at}
        incidents[fact.incident] = row
    elif isinstance(fact, f.IncidentAnswered):
        incidents.setdefault(fact.incident, {}).update(answered_by=fact.name, answered_at=at)
    elif isinstance(fact, f.IncidentClosed):
        incidents.setdefault(fact.incident, {}).update(
            closed_at=at, outcome=fact.outcome, closed_by=fact.name or fact.by
        )
    elif isinstance(fact, f.MessageRequested):
        messages[fact.message] = _outgoing(fact, at)
    elif isinstance(fact, f.SmsKept):
        # Numbers of messages are positive: what came in is put between them by numbers of its own.
        who = fact.person or fact.sender
        messages[-len(messages) - 1] = {"at": at, "direction": "in", "person": who, "channel": "sms", "text": fact.text}
    elif type(fact) in _BECAME:
        messages.get(getattr(fact, "message", 0), {}).update(became=_BECAME[type(fact)])


def _outgoing(fact: f.MessageRequested, at: str) -> dict[str, object]:
    text = NOT_TOLD if fact.words.key in SECRET_WORDS else fact.text
    return {
        "at": at,
        "direction": "out",
        "person": fact.person,
        "channel": fact.channel.partition(":")[0],
        "purpose": fact.purpose,
        "incident": fact.incident,
        "text": text,
    }


def _table(columns: tuple[str, ...], rows: Iterable[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    # With a mark for the programs that would take it for Latin-1.
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()


def _cell(value: object) -> object:
    """A text that a spreadsheet would run as a formula is made one that it only shows."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") and not _PHONE.fullmatch(value):
        return f"'{value}"
    return value
