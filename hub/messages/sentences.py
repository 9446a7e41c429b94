"""What a fact gives to the sentence that tells it: which keys may have the words, and which values go in.

Knows the forms of facts in general (an enumeration, a flag, a person's id), not one by one: a new kind of
fact needs a line in each language's file and nothing here. Knows nothing of languages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from hub.domain.facts import (
    CreditRead,
    Fact,
    FaultEnded,
    FaultPostponed,
    FaultRaised,
    IncidentClosed,
    IncidentOpened,
    Kind,
    MessageRequested,
    SmsKept,
    Words,
)
from hub.domain.trouble import about, code_of
from hub.domain.unsent_state import SECRET_WORDS


@dataclass(frozen=True, slots=True)
class Term:
    """A code to be told in plain words: the first of ``keys`` that has some, else ``instead``."""

    keys: tuple[str, ...]
    instead: str


Told: TypeAlias = str | int | float | datetime | timedelta | tuple[str, ...] | Words | Term | None


@dataclass(frozen=True, slots=True)
class Story:
    """The keys that may have the words of a fact, the closest first, and the values to fill in."""

    keys: tuple[str, ...]
    values: dict[str, Told]


# Left out: the time opens the sentence, a plan is no sentence, and a flag chooses the words.
_SILENT = frozenset({"at", "plan"})
# Fields that hold the id of a person or of a thing that may have a name.
_IDS = frozenset({"person", "by", "source", "sensor", "button"})
# Fields that hold a code of ours.
_CODES = frozenset({"reason", "why", "notice"})


def told(fact: Fact, names: Mapping[str, str]) -> Story:
    """Return how ``fact`` is to be told; ``names`` as for `Catalogue.sentence`."""
    values: dict[str, Told] = {"resident": names.get("resident") or Term(("word.resident",), "")}
    for name in _field_names(fact):
        values[name] = _plain(name, getattr(fact, name), names)
    return Story(_keys(fact), values | _context(fact, names))


def _field_names(fact: Fact) -> tuple[str, ...]:
    return tuple(field.name for field in fields(fact) if field.name not in _SILENT)


def _keys(fact: Fact) -> tuple[str, ...]:
    key = f"log.{type(fact).__name__}"
    return (*(f"{key}.{variant}" for variant in _variants(fact)), key)


def _variants(fact: Fact) -> Iterator[str]:
    """A fact about a kind, or with a flag that is up, may have words of its own: "log.IncidentOpened.panic"."""
    if isinstance(fact, IncidentOpened) and fact.about:
        yield f"{fact.kind}.{fact.about}"
    for name in _field_names(fact):
        value = getattr(fact, name)
        if isinstance(value, Words):
            yield value.key
        elif isinstance(value, StrEnum):
            yield str(value)
        elif value is True:
            yield name


def _plain(name: str, value: Told, names: Mapping[str, str]) -> Told:
    if isinstance(value, bool):
        return None
    if isinstance(value, StrEnum):
        return Term((f"word.{name}.{value}",), str(value))
    if isinstance(value, tuple):
        # "window/matin" is a kind and a name.
        # The rows of a table (`LinesDrawn`) are no names; no sentence asks for them.
        return tuple(names.get(name, name) for name in (str(each).rpartition("/")[2] for each in value))
    return _plain_text(name, value, names) if isinstance(value, str) else value


def _plain_text(name: str, value: str, names: Mapping[str, str]) -> Told:
    if name in _IDS:
        return names.get(value, value)
    if name == "fault":
        code = code_of(value)
        # A fault of a driver that nobody wrote words for is told in those of the driver.
        return Term((f"word.fault.{code}", f"word.fault.{code.partition('.')[0]}"), value)
    if name in _CODES:
        return Term((f"word.{name}.{value}",), value)
    if name == "channel":  # "mail:anna@example.org": how, not where
        scheme = value.partition(":")[0]
        return Term((f"word.channel.{scheme}",), scheme)
    return value


def _subject(fault: str, names: Mapping[str, str]) -> str:
    """The device or person that a fault is about."""
    return names.get(about(fault), about(fault))


def _sum(fact: CreditRead) -> dict[str, Told]:
    return {"amount": None if fact.amount_c is None else f"{fact.amount_c / 100:.2f} {fact.currency}"}


def _context(fact: Fact, names: Mapping[str, str]) -> dict[str, Told]:
    """Values that a fact has in another place, or only by the number of a message."""
    context: dict[str, Told] = _sum(fact) if isinstance(fact, CreditRead) else {}
    if isinstance(fact, IncidentOpened):
        context["resident"] = names.get("resident") or fact.plan.resident.name
        if fact.kind is Kind.TECHNICAL:  # whose source is a fault
            context["source"] = _plain_text("fault", fact.source, names)
            context["device"] = _subject(fact.source, names)
    elif isinstance(fact, FaultRaised | FaultPostponed | FaultEnded):
        context["device"] = _subject(fact.fault, names)
    elif isinstance(fact, IncidentClosed):
        context["by"] = names.get(fact.by) or fact.name
    elif isinstance(fact, SmsKept):
        context["sender"] = names.get(fact.person or "", fact.sender)
    elif isinstance(fact, MessageRequested):
        context["words"] = None  # filled in already: they are the text
        context["text"] = None if fact.words.key in SECRET_WORDS else fact.text
    elif hasattr(fact, "message"):
        context["person"] = names.get(f"message {fact.message}")
    return context
