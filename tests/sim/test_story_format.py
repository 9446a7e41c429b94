"""How a story is written, what is told of one that is written wrongly, and that each expectation can fail."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.sim import story
from hub.sim.story import Story, StoryError, parse
from hub.sim.story_checks import CHECKS
from hub.sim.storyteller import Played, play

HEAD = "A story\n=======\nIt is about nothing.\n"

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a story's body under a head of three lines; return the name to play it by."""

    def written(body: str) -> str:
        file = tmp_path / "sample.story"
        file.write_text(f"{HEAD}{body}\n", encoding="utf-8")
        return str(file)

    return written


def _read(tmp_path: Path, body: str) -> Story:
    return parse(f"{HEAD}{body}\n", "sample", tmp_path)


def _times(tmp_path: Path, body: str) -> list[datetime]:
    """In UTC: between two times of one zone Python counts what the clock on the wall shows."""
    return [step.at.astimezone(UTC) for step in _read(tmp_path, body).steps]


# --- the head -------------------------------------------------------------------------------------------


def test_the_title_comes_first_and_the_rest_is_what_it_is_about(tmp_path: Path) -> None:
    told = parse("Rain\n====\nIt rains.\nAnd then\n\nit does not.\n\n14:02  nothing\n", "rain", tmp_path)

    assert (told.name, told.title, told.about) == ("rain", "Rain", "It rains. And then it does not.")


def test_a_story_happens_on_a_monday_in_winter_unless_it_names_its_day(tmp_path: Path) -> None:
    assert _times(tmp_path, "14:02  nothing") == [datetime(2026, 3, 2, 13, 2, tzinfo=UTC)]
    assert _times(tmp_path, "On 2026-07-14.\n\n14:02  nothing") == [datetime(2026, 7, 14, 12, 2, tzinfo=UTC)]


def test_the_day_is_no_part_of_what_it_is_about(tmp_path: Path) -> None:
    assert "2026" not in _read(tmp_path, "On 2026-07-14.\n\n14:02  nothing").about


def test_what_differs_in_this_house_is_merged_with_the_usual_one(tmp_path: Path) -> None:
    usual = _read(tmp_path, "14:02  nothing")
    other = _read(tmp_path, '    [resident]\n    name = "Mme Petit"\n\n14:02  nothing')

    assert other.household.resident.name == "Mme Petit"
    assert other.household.resident.address == usual.household.resident.address
    assert other.household.people == usual.household.people
    assert other.config == usual.config


def test_tables_of_both_files_may_differ(tmp_path: Path) -> None:
    body = '    [delays]\n    panic_warning = "0s"\n\n    [hub]\n    timezone = "Asia/Tokyo"\n\n14:02  nothing'

    told = _read(tmp_path, body)

    assert told.household.delays.panic_warning == timedelta(0)
    assert told.config.hub.timezone == "Asia/Tokyo"
    assert told.steps[0].at == datetime(2026, 3, 2, 5, 2, tzinfo=UTC)


def test_a_list_of_tables_replaces_the_usual_one(tmp_path: Path) -> None:
    told = _read(tmp_path, '    [[wave]]\n    people = ["anne"]\n\n14:02  nothing')

    assert [wave.people for wave in told.household.waves] == [("anne",)]


# --- times ----------------------------------------------------------------------------------------------


def test_a_time_has_seconds_where_they_matter(tmp_path: Path) -> None:
    assert _times(tmp_path, "9:05  nothing\n09:05:07  nothing") == [
        datetime(2026, 3, 2, 8, 5, tzinfo=UTC),
        datetime(2026, 3, 2, 8, 5, 7, tzinfo=UTC),
    ]


def test_a_time_before_the_one_above_is_of_the_next_day(tmp_path: Path) -> None:
    evening, morning, same = _times(tmp_path, "22:00  nothing\n07:00  nothing\n07:00  nothing")

    assert morning - evening == timedelta(hours=9)
    assert same == morning


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("+250ms", timedelta(milliseconds=250)),
        ("+90s", timedelta(seconds=90)),
        ("+3min", timedelta(minutes=3)),
        ("+2h", timedelta(hours=2)),
        ("+2d", timedelta(days=2)),
    ],
)
def test_a_span_is_counted_from_the_step_above(tmp_path: Path, span: str, expected: timedelta) -> None:
    first, second = _times(tmp_path, f"14:02  nothing\n{span}  nothing")

    assert second - first == expected


def test_a_span_over_the_change_of_clocks_is_true_time(tmp_path: Path) -> None:
    evening, later, morning = _times(tmp_path, "On 2026-03-28.\n\n23:00  nothing\n+4h  nothing\n07:00  nothing")

    assert later - evening == timedelta(hours=4)
    assert morning - evening == timedelta(hours=7)


def test_a_line_without_a_time_belongs_to_the_time_above_it(tmp_path: Path) -> None:
    step, _ = _read(
        tmp_path, "14:02  nothing\n       -> the state is ok\n       the hub is killed\n# a remark\n\n14:03  nothing"
    ).steps

    assert [line.text for line in step.actions] == ["nothing", "the hub is killed"]
    assert [(line.number, line.text) for line in step.expected] == [(5, "the state is ok")]


def test_an_expectation_may_stand_beside_its_time(tmp_path: Path) -> None:
    (step,) = _read(tmp_path, "14:02  -> the state is ok").steps

    assert (step.actions, step.expected[0].text) == ((), "the state is ok")


def test_a_hub_has_long_been_running_unless_the_story_switches_it_on(write: Write) -> None:
    running = play(write("14:02  nothing\n       -> the light turns ready"))
    started = play(write("14:02  the hub is switched on\n       -> the light turns ready"))

    assert (len(running.failures), len(started.failures)) == (1, 0)


# --- mistakes -------------------------------------------------------------------------------------------


MISTAKES = {
    "no step": ("", "sample: a story has a title, and at least one step such as  14:02"),
    "no time": ("14:02  nothing\nthe hub is killed", "sample, line 5: 'the hub is killed' has no time; begin with"),
    "no such time": ("25:02  nothing", "sample, line 4: '25:02' is no time"),
    "a span first": ("+5s  nothing", "sample, line 4: '+5s' is no time (the first step needs a time of day)"),
    "no TOML": ("    [delays\n\n14:02  nothing", "the indented lines above the first step are no TOML"),
    "a misspelt key": ('    [delays]\n    panic_warnin = "0s"\n\n14:02  nothing', 'did you mean "panic_warning"?'),
    "a plan that ends in silence": ('    [[wave]]\n    people = ["pau"]\n\n14:02  nothing', 'did you mean "paul"?'),
    "no such step": (
        "14:02  the roof leaks",
        "sample, line 4: no step says 'the roof leaks'; docs/stories.md lists them",
    ),
    "no such check": ("14:02  -> all is well", "sample, line 4: no expectation says 'all is well'; docs/stories.md"),
    "no such button": (
        '14:02  the button "sallon" is pressed',
        "line 4: there is no button 'sallon'; there are salon, pend",
    ),
    "no such sensor": ('14:02  somebody walks through "cave"', "line 4: there is no sensor 'cave'; there are cuisine"),
    "nobody of that name": ('14:02  Pual texts "1"', "line 4: nobody here is called 'Pual'; there are Paul, Anne, Tom"),
    "nobody at the console": ("14:02  Pual answers at the console", "line 4: nobody here is called 'Pual'"),
    "nobody to be told": (
        "14:02  nothing\n  -> Pual gets nothing",
        "line 5: nobody here is called 'Pual'; there are Paul",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_to_write(mistake: str, write: Write) -> None:
    body, told = MISTAKES[mistake]

    with pytest.raises(StoryError, match=re.escape(told)):
        play(write(body))


def test_who_asks_for_a_story_that_is_not_there_is_told_which_are() -> None:
    with pytest.raises(StoryError, match=r"there is no story 'wall_buton'.*there are:.*wall_button"):
        play("wall_buton")


def test_what_is_no_text_is_no_story(tmp_path: Path) -> None:
    file = tmp_path / "photo.story"
    file.write_bytes(b"\xff\xd8\xff\xe0")

    with pytest.raises(StoryError, match="there is no story"):
        play(str(file))


def test_the_stories_are_those_in_the_folder() -> None:
    assert set(story.names()) == {path.stem for path in Path("tests/stories").glob("*.story")}


# --- expectations can fail ------------------------------------------------------------------------------


# She presses, on a card that takes nothing more: half a minute later Paul has his alert, and a fault stands.
SCENE = '14:02  the card is worn out\n       the button "salon" is pressed\n       -> '
HOLDS = [
    'Paul gets "bouton d\'appel à 14h02 (salon)"',
    "Paul gets 1 text",
    "Anne gets nothing",
    'Anne is not told "ALERTE"',
    "the light is calling",
    "the light turns heard",
    'the voice says "J\'appelle Paul"',
    "the state is alerting",
    "the next alert would be at 14:05",
    "1 incident is open",
    "the incident is alerting",
    "wave 1 begins",
    'the fault "journal.broken" stands',
]
FAILS = {
    "nobody gets anything": "but «Paul: ALERTE",
    "nobody else gets anything": "but «Paul: ALERTE",
    "Paul gets nothing": "but Paul got «ALERTE",
    "Paul gets 2 texts": "but Paul got 1: «ALERTE",
    'Anne gets "ALERTE"': "but Anne got nothing",
    'a mail to "anne@example.org" says "ALERTE"': "but anne@example.org got nothing",
    'Paul is not told "Martin"': "but Paul got «ALERTE",
    "the light is ready": "but it is calling",
    "the light turns coming": "but it turned heard, calling",
    "the voice says nothing": "but «J'ai entendu votre appel",
    'the voice says "Bonjour"': "but it said «J'ai entendu votre appel",
    "the state is ok": "but it is alerting",
    "the next alert would be at 14:06": "but it is 14:05",
    "no alert would come": "but one would at 02/03 14:05:10",
    "no incident is open": "but No 10 is alerting",
    "2 incidents are open": "but No 10 is alerting",
    "the incident is attended": "but No 10 is alerting",
    "the incident is closed as helped": "but No 10 is alerting",
    "wave 2 begins": "but begun: [1]",
    "no wave begins": "but one began",
    'the fault "modem.absent" stands': "but standing: journal.broken",
    "no fault stands": "but journal.broken",
    'the answer to the order is "done"': "but it was nothing",
    "the hub is off": "but it runs",
}


# The same where the wave rings: Paul's telephone does.
CALL_SCENE = '    [[wave]]\n    people = ["paul"]\n    ring = true\n\n14:02  the button "salon" is pressed\n       -> '
FAILS_IN_A_CALL = {
    "no phone rings": "but Paul rang",
    "Paul's phone does not ring": "but it rang",
    "Anne's phone rings": "but rang: Paul",
    'Paul hears "Martin"': "but Paul heard nothing",
    "Paul is put through": "but nobody is",
}
# Somebody rings in while she calls for help.
TALK_SCENE = (
    "    [modem]\n    audio = true\n\n    [hands_free]\n    allowed = true\n\n"
    '14:00  nothing\n\n14:02  the button "salon" is pressed\n\n14:03  Marie rings the hub\n       -> '
)
FAILS_IN_A_TALK = {"Marie is not put through": "but they are", "Paul is put through": "but somebody else is"}


def _told(played: Played) -> str:
    return "\n".join(map(str, played.failures))


@pytest.mark.parametrize("sentence", HOLDS)
def test_an_expectation_that_holds_is_passed_over(sentence: str, write: Write) -> None:
    assert _told(play(write(SCENE + sentence))) == ""


@pytest.mark.parametrize("sentence", FAILS)
def test_an_expectation_that_does_not_hold_is_told_with_what_was_seen(sentence: str, write: Write) -> None:
    played = play(write(SCENE + sentence))

    assert played.checks == len(played.failures) == 1
    assert f"line 6: -> {sentence}" in _told(played)
    assert FAILS[sentence] in _told(played)
    assert any(f"✗ line 6: -> {sentence}" in line for line in played.told)


@pytest.mark.parametrize("sentence", FAILS_IN_A_CALL)
def test_an_expectation_of_a_call_that_does_not_hold_is_told_with_what_was_seen(sentence: str, write: Write) -> None:
    played = play(write(CALL_SCENE + sentence))

    assert played.checks == len(played.failures) == 1
    assert FAILS_IN_A_CALL[sentence] in _told(played)


@pytest.mark.parametrize("sentence", FAILS_IN_A_TALK)
def test_an_expectation_of_a_talk_that_does_not_hold_is_told_with_what_was_seen(sentence: str, write: Write) -> None:
    played = play(write(TALK_SCENE + sentence))

    assert played.checks == len(played.failures) == 1
    assert FAILS_IN_A_TALK[sentence] in _told(played)


def test_every_expectation_is_seen_to_fail() -> None:
    seen = {
        next(row for row, _ in CHECKS if row.fullmatch(sentence))
        for sentence in FAILS | FAILS_IN_A_CALL | FAILS_IN_A_TALK
    }

    assert [row.pattern for row, _ in CHECKS if row not in seen] == []


@pytest.mark.parametrize(
    "sentence",
    ["no alert would come", "no incident is open", "no wave begins", "no fault stands", "nobody gets anything",
     "the voice says nothing", "Paul gets nothing", "the light is ready", "the state is ok"],
)  # fmt: skip
def test_on_a_quiet_day_nothing_is_to_be_seen(sentence: str, write: Write) -> None:
    assert _told(play(write(f"14:02  nothing\n       -> {sentence}"))) == ""


def test_apostrophes_and_spaces_are_compared_as_people_read_them(write: Write) -> None:
    sentence = 'Paul gets "bouton d’appel\u00a0à 14h02"'

    assert _told(play(write(SCENE + sentence))) == ""


def test_only_whoever_an_expectation_speaks_of_is_not_somebody_else(write: Write) -> None:
    both = SCENE + 'Paul gets "ALERTE"\n       -> nobody else gets anything'

    assert _told(play(write(both))) == ""


def test_an_expectation_holds_between_its_step_and_the_next_one(write: Write) -> None:
    played = play(
        write('14:02  the button "salon" is pressed\n  -> nobody gets anything\n14:02:10  -> Paul gets 1 text')
    )

    assert (_told(played), played.checks) == ("", 2)


# --- what is told ---------------------------------------------------------------------------------------


def test_a_telling_says_what_happened_was_said_and_was_written_each_at_its_time(write: Write) -> None:
    told = play(write('14:02  the button "salon" is pressed\n14:03  Paul texts "1"')).told

    assert told[1] == '14:02:00  the button "salon" is pressed'
    assert "14:02:00    light  heard" in told
    assert any(line.startswith("14:02:10    SMS →  Paul: ALERTE Mme Martin") for line in told)
    assert "14:03:00    SMS ←  Paul: 1" in told
    assert "14:03:00           Paul y va." in told


def test_whoever_watches_hears_each_line_at_once(write: Write) -> None:
    heard: list[str] = []

    played = play(write('14:02  the button "salon" is pressed'), heard.append)

    assert tuple(heard) == played.told
