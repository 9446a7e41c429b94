"""The family's windows by text: confirmed by a code, written into the household, and told once it is there."""

from dataclasses import replace
from datetime import time

import pytest
from house import CIRCLE, CODE, HOME, MARIE, PAUL, House, folded

from hub.domain.facts import ConfirmationAsked, WindowSettled, WindowWanted
from hub.domain.inputs import WindowRefused
from hub.domain.policy import EVERY_DAY, Person, Role, Window
from hub.domain.state import evolve

MORNING = Window("Matin", frozenset({0, 2}), time(7), time(9), ("button",))
EVE = Person("eve", "Eve", "+33677777777", Role.ADMIN, consent=True)
FAMILY = replace(HOME, people=(*CIRCLE, EVE), windows=(MORNING,))
LATER = (time(8), time(10, 30))


@pytest.fixture
def house() -> House:
    return House(FAMILY)


def wished(house: House, text: str = "PLAGE matin 8h 10h30", who: str = MARIE) -> None:
    house.text(who, text)
    house.text(who, f"OUI {CODE}")


def written(house: House, name: str = "Matin", hours: tuple[time, time] = LATER) -> None:
    """What `hub.joining` makes of it."""
    others = tuple(window for window in house.policy.windows if window.name != name)
    house.replace_policy(windows=(*others, Window(name, EVERY_DAY, *hours)))


def test_it_asks_for_the_code_and_changes_nothing_without(house):
    house.text(MARIE, "PLAGE matin 8h 10h30")

    asked = house.last_to(MARIE)
    assert asked.key == "confirm.window"
    assert {name: asked.values[name] for name in ("window", "opens", "closes", "code")} == {
        "window": "Matin",
        "opens": "08:00",
        "closes": "10:30",
        "code": CODE,
    }
    house.text(MARIE, "OUI 1111")
    assert not house.of(WindowWanted)


def test_once_the_household_has_it_who_wished_it_is_told_and_the_family(house):
    wished(house)
    assert house.of(WindowWanted) == [WindowWanted(house.now, MARIE, "Matin", *LATER)]
    assert "done.window" not in house.texts_to(MARIE)

    written(house)

    assert house.of(WindowSettled) == [WindowSettled(house.now, "Matin", MARIE, is_set=True)]
    assert house.texts_to(MARIE)[-1] == "done.window"
    assert house.texts_to("eve") == ["window.family"]
    assert not house.state.windows_wanted


def test_one_of_a_new_name_is_said_to_be_new(house):
    wished(house, "WINDOW Petit déjeuner 7:30 to 8:15 am")

    assert house.texts_to(MARIE) == ["confirm.window.new"]
    assert (house.of(WindowWanted)[0].name, house.of(WindowWanted)[0].is_new) == ("petit dejeuner", True)


def test_what_holds_already_is_told_at_once(house):
    wished(house, "plage MATIN 7h 9h")

    assert [fact.is_set for fact in house.of(WindowSettled)] == [True]
    assert house.texts_to(MARIE)[-1] == "done.window"


def test_what_the_household_cannot_have_is_told_and_forgotten(house):
    wished(house)
    house.tell(WindowRefused(house.now, "Matin", *LATER))

    assert [fact.is_set for fact in house.of(WindowSettled)] == [False]
    assert house.texts_to(MARIE)[-1] == "window.refused"
    assert not house.texts_to("eve")
    assert not house.state.windows_wanted
    house.tell(WindowRefused(house.now, "Matin", *LATER))
    assert len(house.of(WindowSettled)) == 1


def test_a_refusal_of_an_older_wish_settles_no_newer_one(house):
    wished(house)
    house.pass_time(minutes=1)
    wished(house, "PLAGE matin 9h 11h")
    house.tell(WindowRefused(house.now, "Matin", *LATER))

    assert not house.of(WindowSettled)
    written(house, hours=(time(9), time(11)))
    assert [fact.is_set for fact in house.of(WindowSettled)] == [True]


def test_one_that_was_renamed_meanwhile_does_not_come_back(house):
    house.text(MARIE, "PLAGE matin 8h 10h30")
    house.replace_policy(windows=(replace(MORNING, name="Lever"),))
    house.text(MARIE, f"OUI {CODE}")

    assert not house.of(WindowWanted)
    assert house.texts_to(MARIE)[-1] == "window.refused"


def test_a_torn_record_of_what_was_asked_changes_nothing(house):
    torn = ConfirmationAsked(house.now, MARIE, CODE, None, house.now, window="Matin", opens=time(8))
    house.state = evolve(house.state, torn)
    house.text(MARIE, f"OUI {CODE}")

    assert not house.of(WindowWanted)


def test_a_change_of_something_else_settles_nothing(house):
    wished(house)
    written(house, "soir")
    written(house, hours=(time(8), time(10)))

    assert not house.of(WindowSettled)


def test_it_outlives_a_power_cut_and_is_settled_by_the_start(house):
    wished(house)
    assert folded(house.on_record()).windows_wanted == house.state.windows_wanted
    house.policy = replace(house.policy, windows=(replace(MORNING, opens=LATER[0], closes=LATER[1]),))
    house.cut_power()

    assert [fact.is_set for fact in house.of(WindowSettled)] == [True]


def test_the_resident_may_and_is_told_too(house):
    wished(house, who="resident")
    written(house)

    assert house.texts_to("resident")[-1] == "done.window"
    assert MARIE in {sent.message.person for sent in house.sent if sent.key == "window.family"}


def test_a_neighbour_may_not(house):
    wished(house, who=PAUL)

    assert not house.of(WindowWanted)
    assert "confirm.window" not in house.texts_to(PAUL)


def test_who_is_gone_meanwhile_is_told_nothing(house):
    wished(house)
    house.policy = replace(house.policy, people=tuple(p for p in house.policy.people if p.id != MARIE))
    told = len(house.sent)
    written(house)

    assert house.of(WindowSettled)
    assert len(house.sent) == told


@pytest.mark.parametrize(
    "text", ["plage matin", "plage matin 7h", "plage matin 10h 7h", "plage matin 7h 7h", "plage 7h 9h"]
)
def test_hours_that_are_none_are_not_guessed(house, text):
    wished(house, text)

    assert not house.of(WindowWanted)
    assert not {"confirm.window", "confirm.window.new"} & set(house.texts_to(MARIE))


def test_without_a_number_that_nobody_foresees_it_waits(house):
    from hub.domain.inputs import SmsReceived

    house.tell(SmsReceived(house.now, "text 900", "+33600000003", "PLAGE matin 8h 10h"))

    assert house.texts_to(MARIE) == ["order.not_now"]
