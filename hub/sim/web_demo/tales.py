"""The eight stories that the page offers, and how each is read in a home where another language is spoken."""

from dataclasses import dataclass, replace
from pathlib import Path

from hub.config import HubConfig
from hub.household import Household
from hub.sim.story import Line, Step, Story, load

# Rooms of the stories' house, as they are called in English.
ROOMS = {
    "salon": "lounge",
    "cuisine": "kitchen",
    "chambre": "bedroom",
    "entree": "hall",
    "salle d'eau": "bathroom",
}
NOTES = "do not lift her, call 112"


@dataclass(frozen=True, slots=True)
class Tale:
    """One story: its file, how fast it is best watched, the icon beside its name (`templates/symbols.html`), and how
    many of its steps lie in a long quiet time, and are over when the page opens.
    """

    story: str
    pace: float
    icon: str
    steps_over: int = 0


TALES = (
    Tale("ordinary_day", 600.0, "sun"),
    Tale("fall", 60.0, "fall"),
    Tale("morning_silence", 60.0, "bed", steps_over=1),
    Tale("second_neighbour", 60.0, "phone"),
    Tale("power_cut_in_alarm", 10.0, "power"),
    Tale("network_lost", 60.0, "network"),
    Tale("false_alarm_held", 20.0, "hand"),
    Tale("away_weekend", 600.0, "bag"),
)
BY_NAME = {tale.story: tale for tale in TALES}


def read(name: str, language: str, folder: Path) -> Story:
    """Return the story in a home where ``language`` is spoken; the hub keeps its data in ``folder``.

    :raises StoryError: there is none of that name, or it cannot be read.
    """
    story = load(name, folder)
    return story if language == story.config.hub.language else _in_another(story, language)


def _in_another(story: Story, language: str) -> Story:
    """The same events among people who read ``language``.

    What the story expects word for word it expects in its own language: that is left out, with what is said of
    "nobody else" beside it. All else is held to.
    """
    steps = tuple(Step(step.at, step.actions, tuple(filter(_is_without_words, step.expected))) for step in story.steps)
    return replace(
        story,
        config=_config(story.config, language),
        household=_household(story.household, language),
        steps=steps,
    )


def _is_without_words(expected: Line) -> bool:
    return '"' not in expected.text and not expected.text.startswith("nobody else")


def _config(config: HubConfig, language: str) -> HubConfig:
    return replace(
        config,
        hub=replace(config.hub, language=language),
        buttons=tuple(replace(each, room=ROOMS.get(each.room, each.room)) for each in config.buttons),
        sensors=tuple(replace(each, room=ROOMS.get(each.room, each.room)) for each in config.sensors),
    )


def _household(household: Household, language: str) -> Household:
    return replace(
        household,
        resident=replace(household.resident, language=language, notes=NOTES if household.resident.notes else ""),
        people=tuple(replace(person, language=language) for person in household.people),
    )
