"""Facts and states as JSON, by their own type hints.

A fact written by another release is read as far as it goes: a field that is missing takes its default, one
that is unknown is left out, and a kind of fact that is unknown is None. Nothing here knows any fact by name.
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from hub.domain import facts as facts_module
from hub.domain.facts import Fact
from hub.errors import JournalError

T = TypeVar("T")
Decode = Callable[[Any], Any]

# What a fact may say. No clock of a hub is so far off, and whatever is reckoned from such a time is a time too: one at
# the end of `datetime`'s range would end the hub at every start.
FIRST_YEAR, LAST_YEAR = 1900, 8000
LONGEST_SPAN = timedelta(days=365_000)
# SQLite's integers have 63 bits; a number is counted on from the highest on record.
LARGEST_NUMBER = 2**53
# Where a value may be of several types, a time is marked, or it would be read back as a text.
INSTANT = "$at"


@cache
def kinds_of_fact() -> Mapping[str, type[Fact]]:
    """Every kind of fact, by its name."""
    return types.MappingProxyType(
        {name: kind for name, kind in vars(facts_module).items() if isinstance(kind, type) and issubclass(kind, Fact)}
    )


def dump(record: Any) -> str:
    """Return ``record`` (a fact, a state, any frozen record of ours) as one line of JSON."""
    text = json.dumps(_encode(record), ensure_ascii=False, separators=(",", ":"))
    # Half a character (a lone surrogate, from a torn text) fits no file: what cannot be said becomes "?".
    return text.encode("utf-8", "replace").decode()


def load(kind: type[T], text: str) -> T:
    """Return the record of ``kind`` that `dump` wrote.

    :raises JournalError: the text is no such record.
    """
    decode: Decode = _decoder(cast("Any", kind))
    try:
        decoded: T = decode(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise JournalError(f"this is no {kind.__name__}: {text[:80]!r} ({error})") from error
    return decoded


def load_fact(kind: str, text: str) -> Fact | None:
    """Return the fact of that kind, or None when this release does not know it.

    :raises JournalError: the text is no such fact.
    """
    known = kinds_of_fact().get(kind)
    return None if known is None else load(known, text)


def _encode(value: Any) -> Any:
    return _encoder(type(value))(value)  # type: ignore[arg-type]  # mypy takes type[Any] for unhashable


@cache
def _encoder(kind: type) -> Callable[[Any], Any]:
    """Return how values of this very type are written: a state holds thousands, of two dozen types."""
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda record: {name: _encode(getattr(record, name)) for name in names}
    return next((encode for base, encode in _ENCODERS if issubclass(kind, base)), _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


_ENCODERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (datetime, lambda at: {INSTANT: instant_text(at)}),
    (timedelta, timedelta.total_seconds),
    (time, time.isoformat),
    (Mapping, lambda mapping: [[_encode(key), _encode(item)] for key, item in mapping.items()]),
    (frozenset, sorted),
    (tuple, lambda items: [_encode(item) for item in items]),
    (Enum, lambda member: member.value),
)


def instant_text(at: datetime) -> str:
    """Return ``at`` as ISO 8601 in UTC, to the microsecond, ending in Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(text: object) -> datetime:
    """Return the instant that `instant_text` wrote.

    :raises JournalError: it is none.
    """
    try:
        at = datetime.fromisoformat(cast("str", text))
    except (ValueError, TypeError) as error:
        raise JournalError(f"this is no time: {str(text)[:80]!r}") from error
    if at.tzinfo is None:
        # Compared with aware ones it would end the hub, and at every start anew.
        raise JournalError(f"{text} has no zone")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise JournalError(f"{text} is no time of any hub's")
    return at


def _instant(value: Any) -> datetime:
    return instant(value[INSTANT])


def _span(value: Any) -> timedelta:
    span = timedelta(seconds=_one_of(float, int)(value))
    if abs(span) > LONGEST_SPAN:
        raise ValueError(f"{span} is longer than any span of ours")
    return span


def _one_of(*kinds: type) -> Decode:
    """Take values of these types and no others (True is no number): a torn page may hold anything."""

    def decode(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError(f"{value!r} is none of {', '.join(kind.__name__ for kind in kinds)}")
        if type(value) is int and abs(value) > LARGEST_NUMBER:
            raise ValueError("a number larger than any of ours")
        return value

    return decode


_PLAIN: dict[Any, Decode] = {
    datetime: _instant,
    timedelta: _span,
    time: time.fromisoformat,
    str: _one_of(str),
    int: _one_of(int),
    float: _one_of(float, int),
    bool: _one_of(bool),
}


@cache
def _decoder(hint: Any) -> Decode:
    """How a value of this type is read back."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint):
        return _record_decoder(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _container_decoder(hint)


def _container_decoder(hint: Any) -> Decode:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union_decoder(arguments)
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin is frozenset:
        item = _decoder(arguments[0])
        return lambda value: frozenset(item(x) for x in value)
    if origin is not None and issubclass(origin, Mapping):
        key, item = _decoder(arguments[0]), _decoder(arguments[1])
        return lambda value: types.MappingProxyType({key(k): item(v) for k, v in value})
    raise TypeError(f"no record of ours has a {hint}")  # told by the first test that writes one


def _tuple_decoder(arguments: tuple[Any, ...]) -> Decode:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _decoder(arguments[0])
        return lambda value: tuple(item(x) for x in value)
    items = tuple(_decoder(argument) for argument in arguments)
    return lambda value: tuple(item(x) for item, x in zip(items, value, strict=True))


def _union_decoder(arguments: tuple[Any, ...]) -> Decode:
    """A union of ours is "something or None", or the plain values a message may carry."""
    some = [argument for argument in arguments if argument is not types.NoneType]
    single = _decoder(some[0]) if len(some) == 1 else None
    plain = _one_of(*(kind for kind in some if kind is not datetime))

    def decode(value: Any) -> Any:
        if value is None:
            return None
        if single is not None:
            return single(value)
        return _instant(value) if isinstance(value, dict) else plain(value)

    return decode


def _record_decoder(kind: Any) -> Decode:
    hints = get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def decode(value: dict[str, Any]) -> Any:
        missing = needed - value.keys()
        if missing:
            raise JournalError(f"a {kind.__name__} without {', '.join(sorted(missing))}")
        return kind(**{name: decoders[name](item) for name, item in value.items() if name in decoders})

    return decode
