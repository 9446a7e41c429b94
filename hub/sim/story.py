"""Stories: what happens in a house, and what must follow, in words that anybody can read and write.

    A neighbour goes
    ================
    Mme Martin presses the button in the living room. Paul, next door, answers.

        [delays]
        panic_warning = "10s"

    14:02     the button "salon" is pressed
              -> the light turns heard
    14:02:15  nothing
              -> Paul gets "ALERTE Mme Martin"
    14:03     Paul texts "1"
              -> Anne gets nothing

A title, some prose; then, indented, what differs in this house from `tests/stories/house` (in the words of hub.toml and
household.toml); then the steps. A step has a time (``14:02``, ``14:02:15``, ``+90s``, ``+2d``) and happens then; a line
without a time belongs to the time above it. A time that lies before the one above is of the next day. A line with
``->`` is an expectation: it must hold between its step and the next one. ``#`` begins a remark.

Knows how a story is written, not what its sentences mean: `story_steps` and `story_checks` do.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hub import config as hub_toml
from hub import household as household_toml
from hub.config import HubConfig
from hub.errors import ConfigError, FormError, HubError
from hub.household import Household
from hub.reading import Document
from hub.time_forms import read_duration

STORIES = Path(__file__).parent / "stories"
HOUSE = STORIES / "house"
# A Monday in winter time, when nothing special happens.
USUAL_DAY = date(2026, 3, 2)
HOUSEHOLD_TABLES = frozenset(hub_toml.HOUSEHOLD_SECTIONS)

_STEP = re.compile(r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?|\+\d+(?:ms|s|min|h|d))\s+(?P<what>\S.*)")
_DAY = re.compile(r"On (\d{4}-\d{2}-\d{2})\.?")
_ARROW = "->"
_INDENT = "    "


class StoryError(HubError):
    """A story that cannot be read: its file, the line, and what to write."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a story, and where it stands."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at one moment (aware), and what must hold until the next step."""

    at: datetime
    actions: tuple[Line, ...]
    expected: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A story, read. ``steps`` are in the order of time."""

    name: str
    title: str
    about: str
    config: HubConfig
    household: Household
    steps: tuple[Step, ...]


@dataclass(slots=True)
class _Draft:
    at: datetime
    actions: list[Line] = field(default_factory=list)
    expected: list[Line] = field(default_factory=list)


def names() -> list[str]:
    """The stories that come with the hub, by name."""
    return sorted(path.stem for path in STORIES.glob("*.story"))


def load(name: str, folder: Path) -> Story:
    """Return the story of that name, or in that file, in a house whose hub keeps its data in ``folder``.

    :raises StoryError: there is none, or it cannot be read.
    """
    file = Path(name) if "/" in name or name.endswith(".story") else STORIES / f"{name}.story"
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoryError(f"there is no story {name!r} ({error}); there are: {', '.join(names())}") from error
    return parse(text, file.stem, folder)


def parse(text: str, name: str, folder: Path) -> Story:
    """Read a story; see `load`."""
    lines = [Line(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [line for line in lines if not line.text.lstrip().startswith("#")]
    first = next((i for i, line in enumerate(lines) if _STEP.match(line.text)), len(lines))
    head = [line.text for line in lines[:first]]
    if first == len(lines) or not any(head):
        raise StoryError(f'{name}: a story has a title, and at least one step such as  14:02  the button "salon" ...')
    day, prose, toml = _head(head)
    config, household = _house(toml, name, folder)
    zone = ZoneInfo(config.hub.timezone)
    steps = tuple(_steps(name, lines[first:], day, zone))
    return Story(name, prose[0], " ".join(prose[1:]), config, household, steps)


# --- the head -------------------------------------------------------------------------------------------


def _head(lines: list[str]) -> tuple[date, list[str], str]:
    """The day, the title with the prose, and the TOML of what differs in this house."""
    prose = [line.strip() for line in lines if line.strip() and not line.startswith(_INDENT) and set(line) != {"="}]
    toml = "\n".join(line.removeprefix(_INDENT) for line in lines if line.startswith(_INDENT))
    days = [match[1] for line in prose if (match := _DAY.fullmatch(line))]
    day = date.fromisoformat(days[0]) if days else USUAL_DAY
    return day, [line for line in prose if not _DAY.fullmatch(line)], toml


def _house(toml: str, name: str, folder: Path) -> tuple[HubConfig, Household]:
    """The usual house with what differs in this story."""
    try:
        differs = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"{name}: the indented lines above the first step are no TOML: {error}") from error
    file = Path(f"{name}.story")
    wired = {key: value for key, value in differs.items() if key not in HOUSEHOLD_TABLES}
    family = {key: value for key, value in differs.items() if key in HOUSEHOLD_TABLES}
    try:
        config = _read(hub_toml.read, _merged("hub.toml", wired), file, folder)
        household = _read(household_toml.read, _merged("household.toml", family), file)
    except ConfigError as error:
        raise StoryError(f"{name}: {error}") from error
    return config, household


def _merged(usual: str, differs: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; a list of tables ([[wave]]) is replaced whole."""
    merged = tomllib.loads((HOUSE / usual).read_text(encoding="utf-8"))
    for key, value in differs.items():
        merged[key] = merged.get(key, {}) | value if isinstance(value, dict) else value
    return merged


def _read(read: Any, tables: dict[str, Any], file: Path, *more: Path) -> Any:
    document = Document(file, tables, {})
    found = read(document, *more)
    mistakes = document.finish()
    if mistakes:
        raise ConfigError(mistakes)
    return found


# --- the steps ------------------------------------------------------------------------------------------


def _steps(name: str, lines: list[Line], day: date, zone: ZoneInfo) -> Iterator[Step]:
    draft: _Draft | None = None
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        step = _STEP.fullmatch(line.text)
        if step is not None:
            if draft is not None:
                yield _finished(draft)
            draft = _Draft(_moment(step["time"], draft.at if draft else None, day, zone, name, line))
            text = step["what"]
        elif draft is None or not line.text.startswith(" "):
            raise StoryError(f'{name}, line {line.number}: {text!r} has no time; begin with "14:02", or with a space')
        if text.startswith(_ARROW):
            draft.expected.append(Line(line.number, text.removeprefix(_ARROW).strip()))
        else:
            draft.actions.append(Line(line.number, text))
    if draft is not None:
        yield _finished(draft)


def _finished(draft: _Draft) -> Step:
    return Step(draft.at, tuple(draft.actions), tuple(draft.expected))


def _moment(written: str, before: datetime | None, day: date, zone: ZoneInfo, name: str, line: Line) -> datetime:
    try:
        return _later(written[1:], before, zone) if written.startswith("+") else _next(written, before, day, zone)
    except (ValueError, FormError) as error:
        raise StoryError(f"{name}, line {line.number}: {written!r} is no time ({error})") from error


def _later(span: str, before: datetime | None, zone: ZoneInfo) -> datetime:
    """Return ``span`` after the step ``before``, in true time: on the night the clocks change it is what it is."""
    if before is None:
        raise ValueError("the first step needs a time of day")
    return (before.astimezone(UTC) + read_duration(span)).astimezone(zone)


def _next(written: str, before: datetime | None, day: date, zone: ZoneInfo) -> datetime:
    """Return when the clock in the hall next shows ``written``."""
    moment = time.fromisoformat(written.zfill(5) if written.count(":") == 1 else written.zfill(8))
    found = datetime.combine(before.date() if before else day, moment, zone)
    is_over = before is not None and found.astimezone(UTC) < before.astimezone(UTC)
    return datetime.combine(found.date() + timedelta(days=1), moment, zone) if is_over else found
