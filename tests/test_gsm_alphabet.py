"""Spelling any text in the alphabet of GSM 03.38, and counting what it costs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.gsm_alphabet import BASIC, ESCAPE, EXTENSION, septets, to_gsm7


def test_the_basic_table_has_128_places_and_each_character_one():
    assert len(BASIC) == 128
    assert len(set(BASIC)) == 128


@pytest.mark.parametrize(
    ("character", "code"),
    [("@", 0x00), ("é", 0x05), ("Ç", 0x09), ("\n", 0x0A), ("\r", 0x0D), (" ", 0x20), ("A", 0x41), ("à", 0x7F)],
)
def test_a_characters_place_is_its_code(character, code):
    assert BASIC.index(character) == code


def test_a_plain_character_costs_one_septet_and_an_extended_one_two():
    assert septets("Répondez 1") == 10
    assert septets("10 €") == 5
    assert septets("".join(EXTENSION)) == 2 * len(EXTENSION)


@pytest.mark.parametrize("outside", ["ê", "ç", "’", "Ω̂"[1], "日", ESCAPE])
def test_a_character_outside_the_alphabet_has_no_cost(outside):
    assert septets(f"a{outside}b") is None


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("être", "etre"),
        ("François", "Francois"),
        ("sœur, Œuvre", "soeur, OEuvre"),
        ("l’été", "l'été"),
        ("« Bonjour »", '" Bonjour "'),
        ("14 h – 16 h", "14 h - 16 h"),
        ("n° 12", "no 12"),
        ("attendez…", "attendez..."),
        ("merci 🙏🏽 Paul 👍", "merci  Paul "),
        ("1\ufe0f\u20e3", "1"),
        ("e\u0301te\u0301", "été"),
        ("École, ÀÂÊ", "École, AAE"),
        ("10\u202f000\u00a0€", "10 000 €"),
        ("日本", "??"),
        ("a\ud800b", "ab"),
        ("a\x00\x1bb", "ab"),
        ("Łódź", "Lodz"),
    ],
)
def test_what_the_alphabet_lacks_is_spelled_with_what_it_has(written, sent):
    assert to_gsm7(written) == sent


@settings(deadline=None)
@given(st.text())
def test_any_text_at_all_can_be_spelled_and_spelling_it_again_changes_nothing(text):
    spelled = to_gsm7(text)
    assert septets(spelled) is not None
    assert to_gsm7(spelled) == spelled


@settings(deadline=None)
@given(st.text(alphabet=[c for c in BASIC + "".join(EXTENSION) if c != ESCAPE]))
def test_a_text_in_the_alphabet_stays_as_it_is(text):
    assert to_gsm7(text) == text
