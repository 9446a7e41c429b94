"""The wiring drawing shows what the example configuration wires, and the page's sums are right."""

import re
import sys
from xml.etree import ElementTree as ET

import pytest

from hub.config import parse
from hub.place_forms import LAST_PIN, GpioPin
from tests.browser.driver import chromium, is_there
from tests.docs.code_facts import ROOT

sys.path.append(str(ROOT / "bench"))
import wiring

PAGE = (ROOT / "docs/hardware.md").read_text("utf-8")


def example():
    return parse(wiring.EXAMPLE.read_text("utf-8"), wiring.EXAMPLE)


def test_the_drawing_is_what_the_tool_draws_of_the_example_today():
    assert wiring.DRAWING.read_text("utf-8") == wiring.draw(example()), "run bench/wiring.py"


def test_every_pin_of_the_example_is_drawn_beside_its_number_and_is_wired_once():
    config = example()
    wired = [each.source.number for each in (*config.buttons, *config.sensors) if isinstance(each.source, GpioPin)]
    wired += [config.indicator.led, config.indicator.buzzer]
    root = ET.fromstring(wiring.DRAWING.read_text("utf-8"))  # noqa: S314 -- our own
    at = {each.text: each.get("y") for each in root.findall(".//{*}text") if (each.text or "").startswith("GPIO ")}
    drawn = {int(each.get("data-gpio")): each.get("y") for each in root.findall(".//{*}text") if each.get("data-gpio")}

    assert set(wired) <= set(drawn)
    assert set(drawn) - set(wired) == set(wiring.OPTIONS) - set(wired)
    assert {number: at[f"GPIO {number}"] for number in drawn} == drawn, "each on the height of its pin"


def test_the_header_has_forty_pins_and_each_of_the_chips_once():
    pins = [pin for pair in wiring.HEADER for pin in pair]

    assert len(pins) == 40
    assert sorted(pin for pin in pins if isinstance(pin, int)) == list(range(LAST_PIN + 1))
    assert (pins.count("ground"), pins.count("3.3 V"), pins.count("5 V")) == (8, 2, 2)
    # The ones that every drawing of the header shows.
    assert {n: pins.index(n) + 1 for n in (2, 3, 4, 14, 15, 17, 27, 22, 16, 21)} == {
        2: 3, 3: 5, 4: 7, 14: 8, 15: 10, 17: 11, 27: 13, 22: 15, 16: 36, 21: 40,
    }  # fmt: skip


def test_the_battery_for_a_day_is_what_the_watts_come_to():
    rows = re.findall(r"^\| [^|]+ \| ([\d.]+) \| (\d+) Wh \| (\d+) \|$", PAGE, re.MULTILINE)

    assert len(rows) == 4
    for watts, hours, cells in rows:
        needed = float(watts) * 24 / 0.8
        assert int(hours) == round(needed)
        assert int(cells) == -(-needed // 12)


@pytest.mark.skipif(not is_there(), reason="no chromium and chromedriver here; install.sh --test brings them")
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_drawing_can_be_read_in_light_and_dark(mode):
    """By a real browser: no text crosses the edge of its box, and ink and paper are far apart."""
    with chromium() as driver:
        driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": mode}]}
        )
        driver.get(wiring.DRAWING.as_uri())
        over, ink, paper = driver.execute_script(LOOK)

    assert over == []
    assert abs(brightness(ink) - brightness(paper)) > 150
    assert (brightness(paper) < 100) is (mode == "dark")


def brightness(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return 0.3 * red + 0.59 * green + 0.11 * blue


LOOK = """
const texts = [...document.querySelectorAll("text[data-gpio]")];
const over = texts.filter((text) => {
  const [words, box] = [text.getBBox(), text.previousElementSibling.getBBox()];
  return words.x < box.x || words.x + words.width > box.x + box.width;
}).map((text) => text.textContent);
const colour = (of) => getComputedStyle(document.querySelector(of)).fill;
return [over, colour("text.title"), colour("rect.paper")];
"""
