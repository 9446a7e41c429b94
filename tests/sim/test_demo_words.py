from dataclasses import fields
from datetime import timedelta
from string import Formatter

import pytest

from hub.domain.facts import Kind
from hub.domain.policy import SensorKind
from hub.domain.view import Condition
from hub.ports import Pattern
from hub.sim.demo_app import DEEDS
from hub.sim.demo_words import EN, FR


def _places(text):
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def test_both_languages_take_the_same_values():
    for field in fields(FR):
        french, english = getattr(FR, field.name), getattr(EN, field.name)
        if isinstance(french, str):
            assert _places(french) == _places(english), field.name


@pytest.mark.parametrize("words", [FR, EN])
def test_there_are_words_for_every_kind_of_thing(words):
    assert set(words.conditions) == set(Condition)
    assert set(words.patterns) == {*Pattern, None}
    assert set(words.kinds) == set(Kind)
    assert set(words.sensors) == set(SensorKind)
    assert set(words.not_here) == set(FR.not_here)


@pytest.mark.parametrize("words", [FR, EN])
def test_every_deed_has_a_key_that_is_shown(words):
    shown = {hint.action for hint in (*words.home_keys, *words.world_keys)}

    assert {f"deed('{deed}')" for deed in DEEDS} <= shown


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (0, "0 s", "0 s"),
        (-3, "0 s", "0 s"),
        (59.6, "1 min", "1 min"),
        (125, "2 min 05", "2 min 05"),
        (125 * 60, "2 h 05", "2 h 05"),
        (19 * 60 + 30, "19 min", "19 min"),
        (50 * 3600, "2 j 2 h", "2 d 2 h"),
    ],
)
def test_a_span_is_written_as_people_say_it(seconds, french, english):
    span = timedelta(seconds=seconds)

    assert (FR.span(span), EN.span(span)) == (french, english)
