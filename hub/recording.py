"""The recorded past of a home in a file, as the replay wants it: lines `timestamp_iso,sensor_id,kind,value`.

Plain, or packed by xz or gzip. Times without an offset are those of the home's clock. What is no such line is a mistake
of the file, told with its number; nothing in it can make us hold more than the bounds below.
"""

import csv
import gzip
import lzma
import stat
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import BinaryIO, NamedTuple

from hub.domain.climate import is_plausible
from hub.domain.policy import OF_LIFE, TELLS_BOTH_WAYS, Button, DoorAway, Sensor, SensorKind
from hub.domain.records import Span
from hub.domain.replay import Level, Past, Reading, Sign
from hub.errors import ConfigError, FormError, Mistake
from hub.forms import ascii_controls

FORM = "timestamp_iso,sensor_id,kind,value"
EXAMPLE = "2026-03-02T07:14:09,cuisine,motion,on"
# Kinds that are no sensors of ours: a thing that somebody uses (a drawer, a tap), and a press.
ITEM, BUTTON = "item", "button"
KINDS = (*map(str, SensorKind), ITEM, BUTTON)
VALUES = ("on", "off")
# Kinds of which a line says how something stands from then on.
STANDING = (*TELLS_BOTH_WAYS, ITEM)

# In bytes, unpacked. Half a year of a home with thirty-five sensors is 190,000 lines and 8 MB.
LARGEST = 128 * 1024 * 1024
# A sign of life takes two hundred bytes, and half the lines are none: what a Pi of 512 MB can spare beside its hub.
MOST_LINES = 1_000_000
MOST_SOURCES = 500
LONGEST_LINE = 300
LONGEST_ID = 60
# Whoever made more mistakes wants the first ones first.
MOST_MISTAKES = 20
SHOWN = 60
CHUNK = 64 * 1024
# What `xz -9` needs to unpack; more is asked for by no file of ours.
UNPACKING_AT_MOST = 80 * 1024 * 1024
XZ, GZIP = b"\xfd7zXZ\x00", b"\x1f\x8b"
# Years in which homes were recorded; others are slips, and some of them no clock can turn into UTC.
FIRST_YEAR, LAST_YEAR = 1990, 2100
EVER, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


class Event(NamedTuple):
    """One line: when (UTC), which sensor, its kind, and whether it is active ("on"), or how warm it is (°C)."""

    at: datetime
    source: str
    kind: str
    is_on: bool
    celsius: float | None = None

    @property
    def is_sign(self) -> bool:
        """Whether it tells of a person: a motion detector's return to rest is the end of its own timer."""
        if self.kind in (ITEM, BUTTON):
            return True
        return self.kind in OF_LIFE and (self.is_on or self.kind in TELLS_BOTH_WAYS)


@dataclass(slots=True)
class Recording:
    """What a file tells: its first and last moment, its signs of life (any order), and the kind of each sensor.

    ``readings``: what its thermometers said (any order). ``standing``: the sensors that say how something stands (a
    door may have a detector of the same name beside it).
    """

    since: datetime = NEVER
    until: datetime = EVER
    signs: list[Event] = field(default_factory=list)
    readings: list[Event] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons in it."""
        return tuple(Button(source, "") for source, kind in self.kinds.items() if kind == BUTTON)

    def sensors(self, entrances: frozenset[str]) -> tuple[Sensor, ...]:
        """The sensors in it. A thing that is used tells of a person as a movement does."""
        kinds = {source: SensorKind.MOTION if kind == ITEM else kind for source, kind in self.kinds.items()}
        return tuple(
            Sensor(source, SensorKind(kind), "", entrance=source in entrances)
            for source, kind in kinds.items()
            if kind != BUTTON
        )

    def past(
        self,
        longest: timedelta,
        entrances: frozenset[str],
        door_away: DoorAway | None,
        things: Collection[str] = (),
    ) -> Past:
        """The last ``longest`` of it; absences are those that the hub would have taken from the door.

        ``things``: the doors and beds of which it is wanted how they stood.
        """
        since = max(self.since, self.until - longest)
        events = sorted(event for event in self.signs if event.at >= since)
        signs = tuple(Sign(event.at, event.source) for event in events)
        out = () if door_away is None else tuple(_out(events, self.until, entrances, door_away))
        levels = {thing: self._levels(thing) for thing in things}
        return Past(since, self.until, signs, out, levels=levels, readings=self._readings(since))

    def _readings(self, since: datetime) -> dict[str, tuple[Reading, ...]]:
        found: dict[str, list[Reading]] = {}
        for each in sorted(event for event in self.readings if event.at >= since):
            found.setdefault(each.source, []).append(Reading(each.at, each.celsius))
        return {source: tuple(readings) for source, readings in found.items()}

    def _levels(self, thing: str) -> tuple[Level, ...]:
        events = (each for each in self.signs if each.source == thing and each.kind in STANDING)
        return tuple(sorted(Level(event.at, event.is_on) for event in events))

    def take(self, event: Event) -> None:
        """Add one line."""
        self.since, self.until = min(self.since, event.at), max(self.until, event.at)
        self.kinds.setdefault(event.source, event.kind)
        if event.kind in STANDING:
            self.standing.add(event.source)
        if event.celsius is not None and is_plausible(event.celsius):
            self.readings.append(event)
        if event.is_sign:
            self.signs.append(event)


def _out(events: list[Event], until: datetime, entrances: frozenset[str], rule: DoorAway) -> Iterator[Span]:
    """Yield the spans in which `hub.domain.presence` would have taken everybody to be out."""
    ends = [*(event.at for event in events[1:]), until]
    for event, end in zip(events, ends, strict=True):
        if event.source in entrances and not event.is_on and end - event.at > rule.after:
            yield Span(event.at + rule.after, min(end, event.at + rule.lasts), away=True)


def read_recording(file: Path, zone: tzinfo) -> Recording:
    """Read ``file``.

    :raises ConfigError: it cannot be read, or with the first mistakes of its lines.
    """
    found, mistakes = Recording(), list[Mistake]()
    for number, line in enumerate(_lines(file), 1):
        try:
            event = _event(line, zone)
            if event is not None:
                found.take(event)
        except FormError as wrong:
            mistakes.append(Mistake(str(file), f"line {number} {_shown(line)}: {wrong}"))
            if len(mistakes) == MOST_MISTAKES:
                break
        if number > MOST_LINES or len(found.kinds) > MOST_SOURCES:
            most = f"{MOST_LINES:,} lines and {MOST_SOURCES} sensors are the most"
            raise _wrong(file, f"it is larger than any home ({most}): give a part of it")
    if mistakes:
        raise ConfigError(mistakes)
    if not found.kinds:
        raise _wrong(file, f"there is no event in it: write lines such as {EXAMPLE}")
    return found


def _event(line: bytes, zone: tzinfo) -> Event | None:
    """Read one line; None for the heading and an empty one."""
    try:
        text = line.decode("utf-8-sig").strip()
        row = next(csv.reader([text], strict=True), [])
    except (UnicodeDecodeError, csv.Error) as odd:
        raise FormError(f"write {FORM}, such as {EXAMPLE}") from odd
    if not row or row == FORM.split(","):
        return None
    if len(row) != 4:
        raise FormError(f"write {FORM}, such as {EXAMPLE}")
    stamp, source, kind, value = row
    if not (0 < len(source) <= LONGEST_ID and source.isprintable()):
        raise FormError(f"the id of a sensor has 1 to {LONGEST_ID} printable characters")
    if kind not in KINDS:
        raise FormError(f"the kind is one of {', '.join(KINDS)}")
    if value not in VALUES and (kind in OF_LIFE or kind == ITEM):
        raise FormError(f"the value of {kind} is on or off")
    celsius = _celsius(value) if kind == SensorKind.TEMPERATURE else None
    return Event(_instant(stamp, zone), sys.intern(source), sys.intern(kind), value == "on", celsius)


def _celsius(value: str) -> float | None:
    """None for what is no number: bridges write "unavailable"."""
    try:
        return float(value)
    except ValueError:
        return None


def _instant(stamp: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError as odd:
        raise FormError("write the time as in 2026-03-02T07:14:09, with or without an offset") from odd
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise FormError(f"the year is one of {FIRST_YEAR} to {LAST_YEAR}")
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


# --- bytes ----------------------------------------------------------------------------------------------------


def _lines(file: Path) -> Iterator[bytes]:
    """Yield the lines of a file, unpacked."""
    try:
        # A pipe or a device would keep us waiting for ever: look before opening.
        if not stat.S_ISREG(file.stat().st_mode):
            raise _wrong(file, "it is no ordinary file: give a recorded past, a CSV")
        with file.open("rb") as packed:
            yield from _cut(file, _unpacked(packed))
    except (lzma.LZMAError, zlib.error, EOFError, gzip.BadGzipFile) as torn:
        raise _wrong(file, f"it cannot be unpacked ({torn}): pack it again with xz or gzip") from torn
    except (OSError, ValueError) as refused:
        why = getattr(refused, "strerror", None) or "no name of a file"
        raise _wrong(file, f"it cannot be read ({why}): write the place of a recorded past, a CSV") from refused


def _cut(file: Path, chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest, total = b"", 0
    for chunk in chunks:
        total += len(chunk)
        if total > LARGEST:
            raise _wrong(file, f"it holds more than {LARGEST // 2**20} MB: give a part of it")
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise _wrong(file, f"a line is longer than {LONGEST_LINE} characters: this is no CSV of {FORM}")
    yield rest


def _unpacked(packed: BinaryIO) -> Iterator[bytes]:
    """Yield what is in the file, at most ``CHUNK`` bytes at once: by its first bytes, whatever its name."""
    start = packed.read(len(XZ))
    packed.seek(0)
    if start == XZ:
        yield from _unxz(packed)
    elif start.startswith(GZIP):
        with gzip.open(packed) as unpacked:
            yield from iter(lambda: unpacked.read(CHUNK), b"")
    else:
        yield from iter(lambda: packed.read(CHUNK), b"")


def _unxz(packed: BinaryIO) -> Iterator[bytes]:
    chunk = packed.read(CHUNK)
    while chunk:  # several streams may stand one after the other
        # Not lzma.open: a file could ask it for gigabytes of memory.
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=UNPACKING_AT_MOST)
        yield unpacker.decompress(chunk, CHUNK)
        while not unpacker.eof:
            chunk = packed.read(CHUNK) if unpacker.needs_input else b""
            if not chunk and unpacker.needs_input:
                raise EOFError("it ends too early")
            yield unpacker.decompress(chunk, CHUNK)
        chunk = unpacker.unused_data.lstrip(b"\0")
        while not chunk and (more := packed.read(CHUNK)):  # between two of them there may be nothing but zeros
            chunk = more.lstrip(b"\0")


def _wrong(file: Path, text: str) -> ConfigError:
    return ConfigError([Mistake(str(file), text)])


def _shown(line: bytes) -> str:
    return ascii_controls(line[:SHOWN].decode("utf-8", "replace"))
