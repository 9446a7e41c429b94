"""The stories of tests/stories: what each tells comes true, and together they tell everything that can be told."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.sim import story, story_checks, story_steps
from hub.sim.story import Line, Story
from hub.sim.storyteller import Played, play

NAMES = story.names()
# Enough to see that nothing depends on the order of a set or on the machine's clock: waves, a modem that restarts,
# a power cut, a clock that is wrong.
TOLD_TWICE = ("nobody_answers", "modem_restarts_mid_send", "power_cut_in_alarm", "clock_jumps")
# Longer ones are not read to the end.
LINES_AT_MOST = 40

Pattern = re.Pattern[str]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> list[Story]:
    return [story.load(name, tmp_path_factory.mktemp(name)) for name in NAMES]


def _text(name: str) -> str:
    return (story.STORIES / f"{name}.story").read_text(encoding="utf-8")


def _row_of(sentence: str, rows: list[tuple[Pattern, Callable[..., object]]]) -> Pattern:
    return next(pattern for pattern, _ in rows if pattern.fullmatch(sentence))


def _lines(stories: list[Story], of: str) -> list[Line]:
    return [line for told in stories for step in told.steps for line in getattr(step, of)]


@pytest.mark.parametrize("name", NAMES)
def test_a_story_comes_true(name: str) -> None:
    played: Played = play(name)

    assert not played.failures, "\n".join(["", *played.told])


@pytest.mark.parametrize("name", TOLD_TWICE)
def test_a_story_told_twice_is_the_same_story(name: str) -> None:
    assert play(name).told == play(name).told


def test_there_are_stories_for_every_rule() -> None:
    assert len(NAMES) >= 36


@pytest.mark.parametrize("name", NAMES)
def test_a_story_is_short_and_says_what_matters(name: str, stories: list[Story]) -> None:
    told = next(told for told in stories if told.name == name)

    assert 10 <= len(_text(name).splitlines()) <= LINES_AT_MOST
    assert len(told.about) > len(told.title)
    assert sum(len(step.expected) for step in told.steps) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_the_title_is_underlined_and_lines_fit_a_page(name: str) -> None:
    title, underline, *_ = lines = _text(name).splitlines()

    assert underline == "=" * len(title)
    assert max(map(len, lines)) <= 130


def test_no_two_stories_have_the_same_title(stories: list[Story]) -> None:
    assert len({told.title for told in stories}) == len(stories)


def test_every_sentence_of_the_steps_happens_in_a_story(stories: list[Story]) -> None:
    told = {_row_of(line.text, story_steps.STEPS) for line in _lines(stories, "actions")}

    assert [row.pattern for row, _ in story_steps.STEPS if row not in told] == []


def test_every_sentence_of_the_checks_is_expected_in_a_story(stories: list[Story]) -> None:
    told = {_row_of(line.text, story_checks.CHECKS) for line in _lines(stories, "expected")}

    assert [row.pattern for row, _ in story_checks.CHECKS if row not in told] == []


def test_no_sentence_fits_two_rows(stories: list[Story]) -> None:
    """Where two rows fit, the order of the table would decide what a story means."""
    for of, rows in (("actions", story_steps.STEPS), ("expected", story_checks.CHECKS)):
        for line in _lines(stories, of):
            fitting = [pattern.pattern for pattern, _ in rows if pattern.fullmatch(line.text)]
            assert len(fitting) == 1, f"{line.text!r} fits {fitting}"


def test_nothing_of_a_story_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    play("false_alarm_held")

    assert list(tmp_path.iterdir()) == []


# --- docs/stories.md ------------------------------------------------------------------------------------


PAGE = (Path(__file__).parents[2] / "docs" / "stories.md").read_text(encoding="utf-8")


def _documented(heading: str) -> list[str]:
    """The sentences in the tables under ``heading``."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "rows"),
    [("What can happen", story_steps.STEPS), ("What can be expected", story_checks.CHECKS)],
)
def test_the_page_lists_every_sentence_once_and_no_other(
    heading: str, rows: list[tuple[Pattern, Callable[..., object]]]
) -> None:
    fitting = [[pattern.pattern for pattern, _ in rows if pattern.fullmatch(said)] for said in _documented(heading)]

    assert sorted(fitting) == sorted([pattern.pattern] for pattern, _ in rows)


def test_the_page_lists_every_story_with_its_title() -> None:
    listed = re.findall(r"^\| \[(\w+)\]\(\.\./tests/stories/(\w+)\.story\) \| (.+) \|$", PAGE, re.MULTILINE)

    assert sorted(listed) == [(name, name, _text(name).splitlines()[0]) for name in NAMES]


def test_what_is_still_to_do_is_a_story_as_well(tmp_path: Path) -> None:
    for file in story.STORIES.glob("*.story.todo"):
        told = story.parse(file.read_text(encoding="utf-8"), file.name, tmp_path)
        for line in _lines([told], "actions"):
            _row_of(line.text, story_steps.STEPS)
        for line in _lines([told], "expected"):
            _row_of(line.text, story_checks.CHECKS)
