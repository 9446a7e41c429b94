"""docs/configuration.md tells of every key that the hub knows, as it is, and of no other."""

import re
import tomllib
from pathlib import Path

import pytest

from hub import config, household
from hub.household import HUB_SECTIONS
from hub.reading import Asked, Document, as_written
from hub.settings import load, to_policy

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "configuration.md").read_text()
EXAMPLES = ROOT / "firmware_config" / "examples"
ROW = re.compile(r"\| `(\w+)` \| (.+?) \| (required|none|`.*?`) \| `(.*?)` \| (.+) \|")


def known() -> dict[str, dict[str, Asked]]:
    """Every key that the code asks for, by its section: the examples have an entry of each."""
    hub = Document("hub.toml", tomllib.loads((EXAMPLES / "hub.toml").read_text()), {})
    config.read(hub, Path())
    family = Document("household.toml", tomllib.loads((EXAMPLES / "household.toml").read_text()), {})
    household.read(family)
    return hub.known | family.known


def documented() -> dict[str, dict[str, tuple[str, str, str, str]]]:
    """Every row of every table below a heading that is a section."""
    parts = re.split(r"^### (\[+\w+\]+)$", DOCS, flags=re.MULTILINE)
    return {
        heading: {key: tuple(rest) for key, *rest in ROW.findall(body)}
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_every_section_has_a_heading_and_every_heading_is_a_section():
    assert documented().keys() == known().keys()


@pytest.mark.parametrize("heading", known())
def test_every_key_has_a_row_and_every_row_is_a_key(heading):
    assert documented()[heading].keys() == known()[heading].keys()


@pytest.mark.parametrize(("heading", "key"), [(heading, key) for heading, keys in known().items() for key in keys])
def test_a_row_tells_value_bounds_default_and_an_example_that_is_accepted(heading, key):
    asked = known()[heading][key]
    kind, default, example, meaning = documented()[heading][key]

    assert kind == asked.form.kind
    usual = "none" if asked.default is None else f"`{as_written(asked.default)}`"
    assert default == ("required" if asked.required else usual)
    asked.form.read(tomllib.loads(f"example = {example}")["example"])
    assert meaning.endswith((".", ")"))


def test_each_file_knows_which_sections_belong_in_the_other():
    assert {heading.strip("[]") for heading in known()} == {*config.HOUSEHOLD_SECTIONS, *HUB_SECTIONS}


def test_the_examples_are_without_mistakes():
    loaded = load(EXAMPLES / "hub.toml")

    assert loaded.mistakes == ()
    policy = to_policy(loaded.config, loaded.household)
    assert [person.name for person in policy.people] == ["Paul", "Marie"]
    assert [button.id for button in policy.buttons] == ["salon", "pendant"]
