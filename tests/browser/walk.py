"""The walk from a blank hub to "Ready", as the one who sets it up takes it: with scripts and without."""

from collections.abc import Callable

from hub.domain.inputs import ButtonPressed, SensorChanged
from hub.web.accounts import SETUP
from tests.browser.driver import Phone
from tests.web.home import PASSWORD, Home, text

MARIE, LEO = "+33633333333", "+33688888888"


def nothing() -> None:
    """Where nothing is to be done."""


def from_a_blank_hub_to_ready(
    phone: Phone, home: Home, *, look: Callable[[], None] = nothing, again: Callable[[], object] = nothing
) -> None:
    """Set ``home`` up. ``look``: at each new page; ``again``: load the page anew where nothing else keeps it true."""
    phone.driver.delete_all_cookies()
    phone.open("/")
    phone.finds("[name=code]")
    look()
    phone.write("code", home.accounts.invite(SETUP))
    phone.press("Begin")
    phone.sees("In which language shall we go on?")
    look()
    phone.press_on("input[value=en]")
    phone.press("Go on")
    phone.write("name", "Marie")
    phone.write("phone", MARIE)
    phone.write("password", PASSWORD)
    phone.write("again", PASSWORD)
    look()
    phone.press("Go on")
    phone.sees("Who agreed?")
    look()
    phone.write("name", "Mme Martin")
    phone.write("address", "12 rue des Lilas")
    phone.press_on("input[value=resident]")
    phone.press("Save and go on")
    _invite_leo(phone, home, look, again)
    _try_what_is_wired(phone, home, look, again)
    _test_by_text(phone, home, again)
    _set_a_time(phone)
    phone.open("/setup")
    phone.sees("✓ Ready")
    look()


def _invite_leo(phone: Phone, home: Home, look: Callable[[], None], again: Callable[[], object]) -> None:
    phone.write("name", "Leo")
    look()
    phone.write("phone", LEO)
    phone.press("Ask by text")
    phone.sees("was asked by text, and has not answered yet")
    text(home, LEO, "OUI")
    home.wait(lambda: any(person.name == "Leo" and person.consent for person in home.bench.loop.policy.people))
    again()
    phone.sees("Leo · neighbour\nhas agreed")
    phone.press("Go on")


def _try_what_is_wired(phone: Phone, home: Home, look: Callable[[], None], again: Callable[[], object]) -> None:
    for button in home.bench.loop.policy.buttons:
        phone.finds("h1")
        home.tell(ButtonPressed(home.now, button.id))
        again()
        phone.press("It was the test: take it back")
        home.wait(lambda: not home.bench.state.open_incidents())
    look()
    phone.press("Walk past the detectors")
    for sensor in home.bench.loop.policy.sensors:
        for active in (True, False):
            home.tell(SensorChanged(home.now, sensor.id, active))
    again()
    phone.sees("heard at")


def _test_by_text(phone: Phone, home: Home, again: Callable[[], object]) -> None:
    phone.press("Test by text")
    phone.press("Send the test now")
    phone.sees("A test is running")
    home.wait(lambda: not home.bench.state.outbox)
    text(home, MARIE, "1")
    text(home, LEO, "1")
    again()
    phone.press("Ready?")
    phone.sees("Not ready yet: 1 thing is missing")


def _set_a_time(phone: Phone) -> None:
    phone.press("Set times: without them only the button calls for help.")
    phone.press("Add a longest silence")
    phone.write("name", "day")
    phone.press("Add", whole=True)
    phone.sees("no silence longer than 4 h")
