"""Every text of the corpus whose meaning is not clear: what is asked back, and that nothing is guessed of it.

`python -m pytest tests/domain/test_unclear.py -v` is the list of them.
"""

import tomllib
from pathlib import Path

import pytest
from house import ANNE, PAUL, House

from hub.domain.facts import IncidentAnswered, IncidentAttended, IncidentClosed, IncidentDeclined
from hub.domain.records import Phase
from hub.domain.replies import Meaning

CORPUS = tomllib.loads((Path(__file__).parents[1] / "fixtures" / "replies.toml").read_text(encoding="utf-8"))["reply"]
UNCLEAR = [each["text"] for each in CORPUS if each["meaning"] in (Meaning.AMBIGUOUS, Meaning.UNKNOWN)]
POLITE = [each["text"] for each in CORPUS if each["meaning"] in (Meaning.ACKNOWLEDGE, Meaning.YES)]
DECIDED = (IncidentAnswered, IncidentAttended, IncidentClosed, IncidentDeclined)


def asked() -> House:
    house = House()
    house.press()
    house.pass_time(seconds=15)
    assert house.alerts_to(PAUL) == 1
    return house


@pytest.mark.parametrize("text", UNCLEAR, ids=lambda text: repr(text[:60]))
def test_what_is_not_clear_gets_the_choices_once_and_the_waves_go_on(text: str) -> None:
    house = asked()

    house.text(PAUL, text)
    house.text(PAUL, text)
    assert house.texts_to(PAUL)[1:] == ["choices"]
    house.pass_time(minutes=3)

    assert house.incident.phase is Phase.ALERTING
    assert not [fact for fact in house.facts if isinstance(fact, DECIDED)]
    assert house.alerts_to(ANNE) == 1


@pytest.mark.parametrize("text", POLITE, ids=lambda text: repr(text[:60]))
def test_what_is_only_polite_gets_the_hint_and_the_waves_go_on(text: str) -> None:
    house = asked()

    house.text(PAUL, text)
    assert house.texts_to(PAUL)[1:] in (["hint"], ["choices"])
    house.pass_time(minutes=3)

    assert not [fact for fact in house.facts if isinstance(fact, DECIDED)]
    assert house.alerts_to(ANNE) == 1


def test_there_are_many_of_them() -> None:
    assert len(UNCLEAR) >= 150
    assert len(POLITE) >= 40
