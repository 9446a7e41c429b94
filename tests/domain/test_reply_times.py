"""How long somebody says they need: each word for a number, each part of an hour, and the longest that is meant."""

import pytest

from hub.domain.reply_times import take_spans

NUMBERS = {
    "un": 1, "une": 1, "a": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "dix": 10, "ten": 10,
    "quinze": 15, "fifteen": 15, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30,
    "quarante": 40, "forty": 40, "7": 7, "120": 120,
}  # fmt: skip
PARTS_OF_AN_HOUR = {
    "1 / 4 d heure": 15, "un quart d heure": 15, "quart d heure": 15, "a quarter of an hour": 15, "1 / 2 heure": 30,
    "une demi heure": 30, "une demie heure": 30, "demi heure": 30, "half an hour": 30, "a half hour": 30,
    "une 1 / 2 heure": 30, "1 / 2 h": 30, "3 / 4 d heure": 45, "trois quarts d heure": 45, "trois quart d heure": 45,
    "three quarters of an hour": 45, "quarter hour": 15, "demie heure": 30, "half hour": 30,
    "une heure": 60, "an hour": 60, "one hour": 60,
}  # fmt: skip


@pytest.mark.parametrize("word", NUMBERS)
def test_a_number_of_minutes(word: str) -> None:
    assert take_spans(f"j arrive dans {word} minutes")[1] == NUMBERS[word]


@pytest.mark.parametrize("word", NUMBERS)
def test_a_number_of_hours(word: str) -> None:
    if f"{word} heure" not in PARTS_OF_AN_HOUR:
        assert take_spans(f"in {word} hours")[1] == 60 * NUMBERS[word]


@pytest.mark.parametrize("words", PARTS_OF_AN_HOUR)
def test_a_part_of_an_hour(words: str) -> None:
    assert take_spans(f"dans {words}") == (" | ", PARTS_OF_AN_HOUR[words])


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("dans 10 a 15 min", 15),
        ("5 ou 10 min", 10),
        ("dans 5 10 min", 10),
        ("dans 1 h 30", 90),
        ("in 2 h", 120),
        ("in 10", 10),
        ("10 min ou 1 / 2 heure", 30),
        ("a 15 h", None),
        ("in 14 : 30", None),
        ("j arrive", None),
    ],
)
def test_of_several_the_later_and_of_a_time_of_day_none(words: str, minutes: int | None) -> None:
    assert take_spans(words)[1] == minutes


@pytest.mark.parametrize(("words", "is_understood"), [("dans 12 h", True), ("dans 12 h 01", False)])
def test_whoever_needs_longer_than_twelve_hours_is_not_on_the_way(words: str, is_understood: bool) -> None:
    assert ("/" not in take_spans(words)[0]) is is_understood
