"""A story that plays in a house while somebody looks on: a step when its time has come, and what was to follow from it.

`storyteller` plays a story as fast as it goes; here time is let pass from outside, a tick at a time, and where the
ticks fall makes no difference.
"""

from dataclasses import dataclass

from hub.sim.house import House
from hub.sim.story import Line, Step, Story, StoryError
from hub.sim.story_checks import Seen, judge, names_in
from hub.sim.story_steps import SentenceError, perform
from hub.sim.storyteller import EPILOGUE

# What one step brings about ends just before the next.
BEFORE_S = 1e-3


@dataclass(frozen=True, slots=True)
class Judged:
    """An expectation; ``instead``: what was seen in its place, "" when it holds, None while its time runs."""

    sentence: str
    instead: str | None


class Script:
    """One playing of a story. ``step`` is the running one, None before the first."""

    def __init__(self, house: House, story: Story) -> None:
        self.story = story
        self.step: Step | None = None
        self.held = 0
        self.failed: list[Judged] = []
        self._house = house
        self._next = 0
        self._since = 0
        self._is_judged = True
        self._judged: tuple[Judged, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether the last step has been played and judged."""
        return self._next == len(self.story.steps) and self._is_judged

    @property
    def judged(self) -> tuple[Judged, ...]:
        """What was to follow from the running step."""
        if self._is_judged or self.step is None:
            return self._judged
        return tuple(Judged(line.text, None) for line in self.step.expected)

    def next_second(self) -> float | None:
        """The world's second at which something happens in the story; None when it is over."""
        if self._next < len(self.story.steps):
            return self._house.world.seconds_at(self.story.steps[self._next].at)
        return None if self._is_judged else self._end()

    def run_until(self, second: float) -> None:
        """Let time pass to the world's ``second``, and the story with it.

        :raises StoryError: a sentence says what cannot be done.
        """
        while (due := self.next_second()) is not None and due <= second:
            self._house.run_until(due - BEFORE_S)
            self._judge()
            # What falls on the very moment of a step belongs to it.
            self._since = len(self._house.happenings)
            self._house.run_until(due)
            if self._next < len(self.story.steps):
                self._play(self.story.steps[self._next])
        self._house.run_until(second)

    def _play(self, step: Step) -> None:
        self._next += 1
        self.step, self._is_judged = step, False
        for line in step.actions:
            self._perform(line)

    def _perform(self, line: Line) -> None:
        try:
            perform(self._house, line.text)
        except (SentenceError, KeyError) as error:
            raise StoryError(f"{self.story.name}, line {line.number}: {error.args[0]}") from error

    def _judge(self) -> None:
        if self.step is None or self._is_judged:
            return
        names = frozenset().union(*(names_in(line.text) for line in self.step.expected))
        seen = Seen(tuple(self._house.happenings)[self._since :], names)
        self._judged = tuple(self._judgement(line, seen) for line in self.step.expected)
        self.failed += [judged for judged in self._judged if judged.instead]
        self.held += sum(not judged.instead for judged in self._judged)
        self._is_judged = True

    def _judgement(self, line: Line, seen: Seen) -> Judged:
        try:
            return Judged(line.text, judge(self._house, seen, line.text))
        except SentenceError as error:
            raise StoryError(f"{self.story.name}, line {line.number}: {error}") from error

    def _end(self) -> float:
        return self._house.world.seconds_at(self.story.steps[-1].at + EPILOGUE)
