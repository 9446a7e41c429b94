"""The table of drivers: what each brings, and that none is loaded that hub.toml does not ask for."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.config import parse
from hub.domain.inputs import FaultSeen, Input
from hub.drivers import REGISTRY, Fitted, Wiring
from hub.drivers.gpio_chip import GpioChip
from hub.drivers.modem.remedies import Remedy
from hub.household import parse as parse_household
from hub.settings import to_policy
from tests.mosquitto import wait_until

EXAMPLES = Path(__file__).parents[2] / "firmware_config" / "examples"
BARE = '[hub]\nid = "bare"\ndata_dir = "data"\n[indicator]\nspeech = "off"\n'
# Nor is there anything to read of the power, whatever machine this is.
UNREAD = '[power]\ntemperature_file = "off"\nundervoltage_file = "off"\n'


class StandingClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 14, 2, tzinfo=UTC)


def wiring(text: str, folder: Path) -> Wiring:
    config = parse(text, folder / "hub.toml")
    household = parse_household((EXAMPLES / "household.toml").read_text(), folder / "household.toml")
    posted: list[Input] = []
    chip = GpioChip(config.gpio_factory, folder)
    return Wiring(config, posted.append, StandingClock(), chip, to_policy(config, household))


@pytest.fixture
def fit(tmp_path) -> Iterator[Callable[[str], dict[str, Fitted | None]]]:
    """Make every driver that a file asks for; they are stopped again, as the hub stops them."""
    made: list[Fitted] = []

    def make(text: str) -> dict[str, Fitted | None]:
        fitted = {name: driver(wiring(text, tmp_path)) for name, driver in REGISTRY.items()}
        made.extend(each for each in fitted.values() if each)
        return fitted

    yield make
    for fitted in made:
        for source in fitted.sources:
            source.stop()


@pytest.fixture
def full(fit, tmp_path) -> dict[str, Fitted | None]:
    """What the example file asks for, with pins and a file of the power that need no Pi."""
    heat = tmp_path / "temp"
    heat.write_text("41000\n")
    text = (EXAMPLES / "hub.toml").read_text().replace('factory = "lgpio"', 'factory = "mock"')
    more = f'[power]\ntemperature_file = "{heat}"\n[mail]\nserver = "mail.lan"\nfrom = "hub@mail.lan"\n'
    return fit(f"{text}\n{more}")


def test_the_example_file_asks_for_every_driver(full):
    assert all(full.values())


def test_each_brings_what_the_hub_needs_of_it(full):
    assert full["modem"].channels.keys() == {"sms", "call"}
    assert full["modem"].forget == full["modem"].channels["sms"].forget
    assert full["gpio"].indicator is not None
    assert full["mqtt"].mirror is not None
    assert full["speech"].speaker is not None
    assert full["mail"].channels.keys() == {"mail"}


def test_nothing_runs_before_the_hub_starts_it(full):
    sources = [source for fitted in full.values() for source in fitted.sources]
    assert len(sources) == 8
    assert not any(source.is_alive() for source in sources)


def test_a_bare_file_asks_for_a_modem_and_a_look_at_the_card(fit):
    assert [name for name, found in fit(BARE + UNREAD).items() if found] == ["modem", "disk"]


def test_a_modem_whose_power_is_wired_is_switched_on_the_chip_that_the_buttons_are_on(fit, tmp_path):
    usb = tmp_path / "authorized"
    usb.write_text("0\n")
    text = f'{BARE}{UNREAD}[gpio]\nfactory = "mock"\n[modem]\npwrkey = "gpio:4"\nusb_power = "{usb}"\n'
    driver, power = fit(text)["modem"].sources
    power.start()
    wait_until(lambda: usb.read_text().strip() == "1")

    assert power.wired == driver._keeper._power.wired == (Remedy.PWRKEY, Remedy.SUPPLY)


@pytest.mark.parametrize("key", ["mains_file", "battery_file", "temperature_file"])
def test_a_file_of_the_power_that_is_asked_for_is_looked_after_though_it_is_not_there(fit, tmp_path, key):
    off = "\n".join(line for line in UNREAD.splitlines() if not line.startswith(key))
    (source,) = fit(f'{BARE}{off}\n{key} = "{tmp_path / "gone"}"\n')["power"].sources
    posted: list[Input] = []
    source._post = posted.append
    source.start()
    wait_until(lambda: posted)

    assert [seen.fault for seen in posted if isinstance(seen, FaultSeen)] == ["power.unread"]


def test_a_password_is_read_from_its_file_and_a_missing_file_is_no_password(tmp_path):
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("s3cret\n")
    text = f'{BARE}[mqtt]\nurl = "mqtt://127.0.0.1:1"\nusername = "hub"\npassword_file = "{secret}"\n'
    wired = wiring(text, tmp_path)

    assert REGISTRY["mqtt"](wired).sources[0]._access.password == "s3cret"
    secret.unlink()
    assert REGISTRY["mqtt"](wired).sources[0]._access.password is None


def test_a_library_is_loaded_only_where_it_is_asked_for():
    libraries = ("paho", "serial", "gpiozero", "requests", "smtplib")
    loaded = f"import sys, hub.drivers; print(*(m for m in {libraries} if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert answer.stdout.split() == []
