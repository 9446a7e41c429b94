"""Two hubs, and an answering machine, that text each other: they fall silent, and no alarm is lost for it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.domain.answering import REPLIES_AT_MOST
from hub.sim.house import House
from hub.sim.story import parse

# Each knows the other's number as one of its neighbours, beside Marie.
HOUSE = """A house
    [resident]
    name = "{resident}"
    phone = "+3361111111{own}"

    [[person]]
    id = "hub"
    name = "Voisin"
    phone = "+3369999999{other}"
    consent = true

    [[person]]
    id = "marie"
    name = "Marie"
    phone = "+33633333333"
    role = "admin"
    consent = true

    [[wave]]
    people = ["all"]
00:00  nothing
"""
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBERS = {1: "+33699999991", 2: "+33699999992"}
MARIE = "+33633333333"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[int, int], House]]:
    homes: list[House] = []

    def home(own: int, other: int) -> House:
        folder = tmp_path / str(own)
        folder.mkdir()
        story = parse(HOUSE.format(resident=f"Mme {'AB'[own - 1]}", own=own, other=other), "house", folder)
        homes.append(House(story.config, story.household, MORNING))
        homes[-1].start_hub()
        homes[-1].pass_time(minutes=1)
        return homes[-1]

    yield home
    for each in homes:
        each.stop_hub()


def sent_to(house: House, number: str) -> list[str]:
    return [sent.text for sent in house.network.sent if sent.number == number]


def let_talk(first: House, second: House, hours: int) -> None:
    """Carry each hub's texts to the other, minute by minute."""
    carried = {1: len(sent_to(first, NUMBERS[2])), 2: len(sent_to(second, NUMBERS[1]))}
    for _ in range(hours * 60):
        for sender, here, to in ((1, first, second), (2, second, first)):
            texts = sent_to(here, NUMBERS[3 - sender])
            for text in texts[carried[sender] :]:
                to.texts(NUMBERS[sender], text)
            carried[sender] = len(texts)
        first.pass_time(minutes=1)
        second.pass_time(minutes=1)


@pytest.mark.parametrize(
    "begins", ["bonjour", "ETAT", "TOUS galette dimanche", "AIDE", "TEST", "1", "STOP", "CONGES 3j"]
)
def test_two_hubs_that_know_each_other_fall_silent(make, begins: str) -> None:
    first, second = make(1, 2), make(2, 1)

    first.texts(NUMBERS[2], begins)
    let_talk(first, second, hours=3)

    assert len(sent_to(first, NUMBERS[2])) <= REPLIES_AT_MOST
    assert len(sent_to(second, NUMBERS[1])) <= REPLIES_AT_MOST


def test_an_alarm_of_one_is_answered_by_no_machine_and_goes_on(make) -> None:
    first, second = make(1, 2), make(2, 1)

    first.press("salon")
    first.pass_time(seconds=15)
    answers = len(sent_to(second, NUMBERS[1]))
    let_talk(first, second, hours=1)

    # The other hub never says that somebody goes: Marie is asked again and again.
    assert first.state.open_incidents()
    assert sum("PERSONNE" in text for text in sent_to(first, MARIE)) >= 3
    assert len(sent_to(second, NUMBERS[1])) - answers <= REPLIES_AT_MOST
    assert not second.state.open_incidents()


def test_an_answering_machine_hears_five_texts_at_most(make) -> None:
    home = make(1, 2)
    machine = NUMBERS[2]

    home.texts(machine, "Bonjour, je ne suis pas la, laissez un message")
    for _ in range(120):
        heard = len(sent_to(home, machine))
        home.pass_time(minutes=1)
        if len(sent_to(home, machine)) > heard:
            home.texts(machine, f"Merci de votre message {heard}")

    assert len(sent_to(home, machine)) <= REPLIES_AT_MOST
