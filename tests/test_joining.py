"""A "yes" by text ends in the household: at once, after a restart, and never by somebody else's number."""

import threading
from dataclasses import replace

import pytest

from hub.domain.inputs import Action, Commanded
from hub.domain.invitations import agreed
from hub.errors import JournalError
from hub.household_store import HouseholdStore
from hub.joining import BY_TEXT, Joining, joined
from tests.system.world import World
from tests.web.home import Home, text

LEO = "+33688888888"
PERSON = f"""
[[person]]
id = "leo"
name = "Leo"
phone = "{LEO}"
"""


def with_leo(world: World) -> None:
    first = '\n[[wave]]\npeople = ["paul", "marie"]'
    world.edit(first, PERSON + first, household=True)


@pytest.fixture
def home(tmp_path):
    with Home(tmp_path, days=0, edit=with_leo) as home:
        yield home


def leo(home):
    return next(person for person in home.settings.household.people if person.id == "leo")


def invite(home):
    return home.desk.command(Commanded(home.now, Action.INVITE, "web", "marie", person="leo"))


def test_who_says_yes_is_in_the_household_and_in_its_revisions(home):
    assert invite(home)["ok"]
    assert not leo(home).consent
    text(home, LEO, "oui")
    home.wait(lambda: leo(home).consent)
    home.wait(lambda: not home.bench.state.invitations)

    newest = HouseholdStore(home.settings.config.hub.households).revisions()[0]
    assert newest.by == BY_TEXT
    assert any(person.id == "leo" and person.consent for person in home.bench.loop.policy.people)


def test_a_card_that_takes_nothing_leaves_the_agreement_open_for_the_next_start(home, caplog):
    began = threading.Event()

    def refuse(_make, _by):
        began.set()
        raise JournalError("the card is full")

    home.bench.outlets.mirrors[-1] = Joining(refuse)
    invite(home)
    text(home, LEO, "oui")
    assert began.wait(5)
    home.wait(lambda: "not in the household yet" in caplog.text)
    assert agreed(home.bench.state) == {"leo": LEO}

    later = Joining(home.desk.change)
    later._begin(agreed(home.bench.state))
    home.wait(lambda: leo(home).consent)
    later.beat()


def test_a_number_that_is_another_persons_now_has_not_agreed(home):
    household = home.settings.household
    assert joined(household, {"leo": "+33600000000"}) == household
    assert joined(household, {"nobody": LEO}) == household
    assert joined(household, {"leo": LEO}) == replace(
        household, people=tuple(replace(p, consent=True) if p.id == "leo" else p for p in household.people)
    )
