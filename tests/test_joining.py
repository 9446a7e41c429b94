"""A "yes" by text ends in the household: at once, after a restart, and never by somebody else's number."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import time

import pytest

from hub.domain.facts import HubStarted, WindowWanted
from hub.domain.inputs import Action, Commanded, SmsReceived
from hub.domain.invitations import agreed
from hub.domain.policy import EVERY_DAY, Window
from hub.domain.records import WindowWish
from hub.errors import ConfigError, JournalError
from hub.household import Household
from hub.household_store import HouseholdStore
from hub.joining import BY_TEXT, Joining, joined, with_window
from tests.system.world import World
from tests.web.home import Home, text

LEO, MARIE = "+33688888888", "+33633333333"
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

    home.bench.outlets.mirrors[-1] = Joining(refuse, ignore)
    invite(home)
    text(home, LEO, "oui")
    assert began.wait(5)
    home.wait(lambda: "not in the household yet" in caplog.text)
    assert agreed(home.bench.state) == {"leo": LEO}

    later = Joining(home.desk.change, ignore)
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


# --- windows --------------------------------------------------------------------------------------------


def ignore(_name: str, _wish: WindowWish) -> None:
    """Nobody is told."""


def wish(home: Home, words: str) -> None:
    """Marie texts it, and confirms it with the code that her phone was sent."""
    for number, each in enumerate((words, "OUI 4821")):
        home.tell(SmsReceived(home.now, f"{words} {number}", MARIE, each, chance=3821))


def answer_to_marie(home: Home) -> str:
    found = home.bench.state.conversations.get("marie")
    return found.last_key if found else ""


def hours(home: Home) -> dict[str, tuple[time, time]]:
    return {window.name: (window.opens, window.closes) for window in home.settings.household.windows}


def test_a_window_wished_by_text_is_in_the_household_and_in_force(home):
    before = home.settings.household.windows[0]
    wish(home, f"PLAGE {before.name} 8h 10h45")
    home.wait(lambda: hours(home)[before.name] == (time(8), time(10, 45)))
    home.wait(lambda: not home.bench.state.windows_wanted)

    changed = home.settings.household.windows[0]
    assert (changed.days, changed.sign) == (before.days, before.sign)
    assert HouseholdStore(home.settings.config.hub.households).revisions()[0].by == BY_TEXT
    assert home.bench.loop.policy.windows[0] == changed


def test_one_of_a_new_name_holds_every_day(home):
    wish(home, "plage soir 18h 20h")
    home.wait(lambda: "soir" in hours(home))

    assert home.settings.household.windows[-1] == Window("soir", EVERY_DAY, time(18), time(20))


def test_what_no_household_can_have_is_told_and_changes_nothing(home):
    before = home.settings.household
    wish(home, "plage " + "abcdefgh" * 20 + " 18h 20h")
    home.wait(lambda: answer_to_marie(home) == "window.refused")

    assert home.settings.household == before
    assert not home.bench.state.windows_wanted


def test_a_card_that_takes_nothing_is_told_too(home):
    def refuse(_make, _by):
        raise JournalError("the card is full")

    home.bench.outlets.mirrors[-1] = Joining(refuse, home._refuse_window)
    wish(home, "plage soir 18h 20h")
    home.wait(lambda: answer_to_marie(home) == "window.refused")
    assert "soir" not in hours(home)


def test_a_mistake_of_ours_is_told_too(home):
    def stumble(_make, _by):
        raise RuntimeError("a bug")

    home.bench.outlets.mirrors[-1] = Joining(stumble, home._refuse_window)
    wish(home, "plage soir 18h 20h")
    home.wait(lambda: answer_to_marie(home) == "window.refused")


def test_of_two_wishes_the_newer_holds_whichever_is_written_last(home):
    older, newer = (WindowWish("marie", time(hour), time(hour + 2), is_new=True) for hour in (17, 18))
    waiting: list[Callable[[Household], Household]] = []
    joining = Joining(lambda make, _by: waiting.append(make), ignore)
    for wish in (older, newer):
        wanted = WindowWanted(home.now, "marie", "soir", wish.opens, wish.closes, is_new=True)
        state = replace(home.bench.state, windows_wanted={"soir": wish})
        joining.show((wanted,), 0, state, None)
        home.wait(lambda: len(waiting) == (1 if wish is older else 2))  # noqa: B023

    found = home.settings.household
    for make in reversed(waiting):
        found = make(found)
    assert [(w.opens, w.closes) for w in found.windows if w.name == "soir"] == [(time(18), time(20))]


def test_one_that_is_gone_does_not_come_back(home):
    with pytest.raises(ConfigError):
        with_window(home.settings.household, "gone", WindowWish("marie", time(8), time(10)))


def test_what_the_power_went_before_is_written_at_the_next_start(home):
    held = home.bench.outlets.mirrors[-1]
    home.bench.outlets.mirrors[-1] = Joining(lambda _make, _by: None, ignore)
    wish(home, "plage soir 18h 20h")
    home.wait(lambda: home.bench.state.windows_wanted)
    started = HubStarted(home.now, rebooted=True, clock_trusted=True, blind_since=None)
    held.show((started,), 0, home.bench.state, None)
    home.wait(lambda: "soir" in hours(home))
