"""A month of silences as lines and as JSON: `telecare-hub month`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.domain.evidence import Evidence, Month
from hub.domain.facts import Outcome
from hub.domain.policy import LEARNED, Learned
from hub.monthly import as_json, as_lines
from tests.domain.house import HOME

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
AT = datetime(2026, 3, 5, 22, 30, tzinfo=UTC)
FOUND = Month(
    date(2026, 3, 1),
    PARIS,
    (
        Evidence(
            12,
            AT,
            LEARNED,
            3 * HOUR,
            HOUR,
            3 * HOUR,
            alerted=True,
            outcome=Outcome.FALSE_ALARM,
            by="Paul",
            why="the cat",
        ),
        Evidence(14, AT, "matin"),
    ),
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "03/2026: questions about a silence: 2.",
                "Settled at home: 0; circle called: 1; false alarms: 1; help given: 0.",
                "Between ten at night and seven: 2.",
                "Asked after 3 h of silence as a rule, 3 h at worst.",
            ],
        ),
        (
            "fr",
            [
                "03/2026 : questions sur un silence : 2.",
                "Réglées à la maison : 0 ; entourage appelé : 1 ; fausses alertes : 1 ; aide apportée : 0.",
                "Entre 22 h et 7 h : 2.",
                "Posées après 3 h de silence en général, 3 h au pire.",
            ],
        ),
    ],
)
def test_a_family_reads_what_it_came_to(language, expected):
    assert as_lines(FOUND, HOME, language)[:4] == expected


def test_and_why_each_was_asked_and_how_it_ended():
    policy = replace(HOME, learned=Learned(1))

    first, second = as_lines(FOUND, policy, "en")[4:]

    assert first.startswith("  No 12, ")
    assert "Learned silence (false alarms accepted: 1 a month), after 3 h (usual: 1 h; longest: 3 h)" in first
    assert first.endswith(": a false alarm (the cat), says Paul")
    assert "05/03" in second
    assert second.endswith(": matin: not over yet")


def test_a_rule_that_the_family_no_longer_has_keeps_its_name():
    assert f": {LEARNED}, after 3 h" in as_lines(FOUND, HOME, "en")[4]


def test_a_month_without_questions_is_one_line_and_one_without_signs_has_no_length():
    assert len(as_lines(replace(FOUND, silences=()), HOME, "en")) == 1
    assert len(as_lines(replace(FOUND, silences=FOUND.silences[1:]), HOME, "en")) == 4


def test_as_json():
    found = as_json(FOUND)

    assert found["month"] == "2026-03"
    assert (found["asked"], found["settled_at_home"], found["alerted"]) == (2, 0, 1)
    assert (found["false_alarms"], found["real"], found["quiet_hours"]) == (1, 0, 2)
    assert (found["noticed_median_s"], found["noticed_longest_s"]) == (10800.0, 10800.0)
    assert (found["silences"][0]["outcome"], found["silences"][0]["why"]) == ("false_alarm", "the cat")
    assert (found["silences"][1]["lasted_s"], found["silences"][1]["outcome"]) == (None, None)
