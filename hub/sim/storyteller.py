"""Plays a story in a house and writes down what the hub did, as a person there would tell it."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from pathlib import Path

from hub.domain import facts as f
from hub.messages import Catalogue
from hub.sim.house import Happening, House
from hub.sim.story import Line, Step, Story, StoryError, load
from hub.sim.story_checks import Seen, judge, names_in
from hub.sim.story_steps import SentenceError, perform

# A hub that has long been running: its modem is ready, its first minutes are over.
RUNNING_SINCE = timedelta(minutes=10)
# After the last step, so that what it brings about can be seen.
EPILOGUE = timedelta(seconds=30)
SWITCHED_ON = "the hub is switched on"
# What is seen in other ways already (a text on a phone, a voice), or by nobody.
_UNTOLD = (
    f.Passing, f.Batched, f.Spoken, f.HubStarted, f.MessageRequested, f.MessageSending, f.MessageAccepted,
    f.MessageDelivered, f.SmsKept, f.ResidentAsked, f.LinksExpected,
)  # fmt: skip
_SIGNS = {
    "sms": "SMS →",
    "mail": "mail →",
    "wrote": "SMS ←",
    "light": "light",
    "voice": "voice",
    "command": "reply",
    "call": "phone",
    "heard": "hears",
    "pressed": "key",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold."""

    line: int
    sentence: str
    seen: str

    def __str__(self) -> str:
        return f"line {self.line}: -> {self.sentence}\n          but {self.seen}"


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a story: what was told, line by line, and what did not hold."""

    story: Story
    told: tuple[str, ...]
    checks: int
    failures: tuple[Failure, ...]


def play(name: str, tell: Callable[[str], object] = lambda _line: None) -> Played:
    """Play the story of that name, or in that file, to its end. ``tell`` hears each line at once.

    :raises StoryError: there is none, it cannot be read, or it says something that no sentence fits.
    """
    with tempfile.TemporaryDirectory(prefix="telecare-story-") as folder:
        story = load(name, Path(folder))
        return Storyteller(story, tell).play()


class Storyteller:
    """One playing of one story."""

    def __init__(self, story: Story, tell: Callable[[str], object], words: Catalogue | None = None) -> None:
        self._story = story
        self._words = words or Catalogue.load()
        self._tell = tell
        self._told: list[str] = []
        self._looked_at = 0
        self._checks = 0
        self._failures: list[Failure] = []
        switched_on_first = [line.text for line in story.steps[0].actions[:1]] == [SWITCHED_ON]
        begins = story.steps[0].at - (timedelta(0) if switched_on_first else RUNNING_SINCE)
        self.house = House(story.config, story.household, begins, words=self._words)
        self._is_on = not switched_on_first

    def play(self) -> Played:
        """Play it to its end."""
        story, house = self._story, self.house
        if self._is_on:
            house.start_hub()
        ends = [*(step.at for step in story.steps[1:]), story.steps[-1].at + EPILOGUE]
        for step, end in zip(story.steps, ends, strict=True):
            # Up to the moment before the next step: what that one brings about is its own.
            self._play(step, house.world.seconds_at(end) - 1e-3)
        house.stop_hub()
        return Played(story, tuple(self._told), self._checks, tuple(self._failures))

    def _play(self, step: Step, until: float) -> None:
        house = self.house
        since = len(house.happenings)
        house.run_until(house.world.seconds_at(step.at))
        self._write_down()
        for line in step.actions:
            if line.text != "nothing":
                self._say(f"{self._clock()}  {line.text}")
            self._perform(line)
        house.run_until(until)
        self._write_down()
        seen = Seen(tuple(house.happenings)[since:], frozenset().union(*(names_in(e.text) for e in step.expected)))
        for line in step.expected:
            self._check(line, seen)

    def _perform(self, line: Line) -> None:
        try:
            perform(self.house, line.text)
        except (SentenceError, KeyError) as error:
            raise StoryError(f"{self._story.name}, line {line.number}: {error.args[0]}") from error

    def _check(self, line: Line, seen: Seen) -> None:
        self._checks += 1
        try:
            instead = judge(self.house, seen, line.text)
        except SentenceError as error:
            raise StoryError(f"{self._story.name}, line {line.number}: {error}") from error
        if instead:
            failure = Failure(line.number, line.text, instead)
            self._failures.append(failure)
            self._say(f"          ✗ {failure}")

    def _write_down(self) -> None:
        happenings = tuple(self.house.happenings)[self._looked_at :]
        self._looked_at = len(self.house.happenings)
        for line in narrated(happenings, self._words, self._story.config.hub.language, self.house):
            self._say(line)

    def _clock(self) -> str:
        return f"{self.house.local():%H:%M:%S}"

    def _say(self, line: str) -> None:
        self._told.append(line)
        self._tell(line)


def narrated(happenings: tuple[Happening, ...], words: Catalogue, language: str, house: House) -> Iterator[str]:
    """Yield what happened as lines: the time in the home, then what was seen, heard, read or decided."""
    names = names_of(house)
    for happening in happenings:
        text = _told(happening, words, language, house.zone, names)
        if text:
            yield f"{happening.at.astimezone(house.zone):%H:%M:%S}    {text}"


def names_of(house: House) -> Mapping[str, str]:
    """What to call people and rooms in a sentence."""
    household = house.household
    names = {"resident": household.resident.name} | {person.id: person.name for person in household.people}
    return names | {sensor.id: sensor.room or sensor.id for sensor in house.config.sensors}


def _told(happening: Happening, words: Catalogue, language: str, zone: tzinfo, names: Mapping[str, str]) -> str:
    if happening.fact is None or happening.kind == "command":
        sign = _SIGNS[happening.kind]
        return f"{sign:<6} {happening.who + ': ' if happening.who else ''}{happening.text}"
    if isinstance(happening.fact, _UNTOLD):
        return ""
    # The sentence begins with the hub's own idea of the time; here true time stands before it.
    return f"       {words.sentence(happening.fact, language, zone, names).partition(' ')[2]}"
