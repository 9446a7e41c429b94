"""The wiring drawing of docs/hardware.md: what the example configuration wires to which pin of the header.

    .venv/bin/python bench/wiring.py      writes docs/images/wiring.svg

What is wired is read from firmware_config/examples/hub.toml by the hub's own reader, and drawn with a full line; what
only some boxes have (`OPTIONS`) with a broken one. Light and dark follow the reader's system.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from hub.config import HubConfig, parse
from hub.place_forms import GpioPin

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "firmware_config/examples/hub.toml"
DRAWING = ROOT / "docs/images/wiring.svg"

# The header of every Pi with 40 pins, odd and even, from the corner with pin 1 on: a number is a BCM number.
HEADER: tuple[tuple[int | str, int | str], ...] = (
    ("3.3 V", "5 V"), (2, "5 V"), (3, "ground"), (4, 14), ("ground", 15), (17, 18), (27, "ground"), (22, 23),
    ("3.3 V", 24), (10, "ground"), (9, 25), (11, 8), ("ground", 7), (0, 1), (5, "ground"), (6, 12), (13, "ground"),
    (19, 16), (26, 20), ("ground", 21),
)  # fmt: skip
# What only some boxes have: the keys of hub.toml that name their pins, and the lines of config.txt.
OPTIONS = {
    2: "clock with a battery: SDA",
    3: "clock: SCL; or the shutdown button",
    4: "modem's PWRKEY ([modem] pwrkey)",
    5: "modem's supply ([modem] usb_power)",
    6: "mains of a battery board (ups/*.toml)",
    14: "modem on the UART: its RXD",
    15: "modem on the UART: its TXD",
    21: "shutdown button (config.txt)",
    24: "mains contact ([power] mains_pin)",
    25: "vibration pad, by a transistor",
    26: "light outside, 470 ohms (config.txt)",
}
ROW, TOP, WIDTH = 26, 96, 1040
MIDDLE, APART, WIRE, BOX = WIDTH // 2, 15, 66, 330
HEIGHT = TOP + ROW * len(HEADER) + 44


@dataclass(frozen=True, slots=True)
class Wired:
    """What hangs on a pin. ``is_option``: only some boxes have it."""

    number: int
    words: str
    is_option: bool = False


def wired(config: HubConfig) -> list[Wired]:
    """Return what the configuration wires, and what could be on pins that it leaves free."""
    found = [
        Wired(b.source.number, f"button {b.id}, to ground") for b in config.buttons if isinstance(b.source, GpioPin)
    ]
    found += [
        Wired(sensor.source.number, f"{sensor.kind} {sensor.id}: its output")
        for sensor in config.sensors
        if isinstance(sensor.source, GpioPin)
    ]
    shows = config.indicator
    driven = ((shows.led, "light, 470 ohms"), (shows.buzzer, "buzzer, by a transistor"), (shows.vibration, OPTIONS[25]))
    found += [Wired(pin, words) for pin, words in driven if pin is not None]
    taken = {each.number for each in found}
    return found + [Wired(number, words, is_option=True) for number, words in OPTIONS.items() if number not in taken]


STYLE = """
  svg { color-scheme: light dark; --ink: #1b1b1b; --paper: #ffffff; --board: #e4efe7; --soft: #5b6470;
        --power: #b3261e; --ground: #3d4450; --pin: #8a6d00; --wire: #00695c; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #f2f2f2; --paper: #16181c; --board: #1f3327; --soft: #aab3bf;
          --power: #ff8a80; --ground: #c3cad4; --pin: #e6c34a; --wire: #5fd3bd; }
  }
  .paper { fill: var(--paper); } .board { fill: var(--board); }
  text { fill: var(--ink); font: 14px system-ui, sans-serif; } .soft { fill: var(--soft); }
  .title { font-size: 17px; font-weight: 600; }
  .number { font-size: 11px; text-anchor: middle; fill: var(--paper); } .end { text-anchor: end; }
  .power { fill: var(--power); } .ground { fill: var(--ground); } .pin { fill: var(--pin); }
  .wire { stroke: var(--wire); stroke-width: 2.5; fill: none; }
  .box { stroke: var(--wire); stroke-width: 1.5; fill: none; }
  .option { stroke-dasharray: 5 4; opacity: .8; }
"""


def draw(config: HubConfig) -> str:
    """Return the drawing as SVG."""
    things = {each.number: each for each in wired(config)}
    told = ", ".join(f"{each.words} on GPIO {each.number}" for each in things.values() if not each.is_option)
    heading = "Header of the Raspberry Pi, seen from above; the USB ports are below"
    legend = "Full lines: firmware_config/examples/hub.toml; broken: only some boxes. hub.toml counts by GPIO (BCM)."
    warning = "Nothing above 3.3 V on a GPIO pin. Buttons need no resistor: the hub switches the chip's own on."
    rows = [line for row, pair in enumerate(HEADER) for side in (0, 1) for line in _pin(row, side, pair[side], things)]
    bottom = TOP + ROW * len(HEADER)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
            '<title id="t">What is wired to which pin of the Raspberry Pi</title>',
            f'<desc id="d">The header of 40 pins, pin 1 at the top left. Wired: {escape(told)}.</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
            f'<text class="title" x="24" y="32">{heading}</text>',
            f'<text class="soft" x="24" y="56">{legend}</text>',
            f'<rect class="board" x="{MIDDLE - 108}" y="{TOP - 18}" width="216" height="{bottom - TOP + 16}" rx="8"/>',
            *rows,
            f'<text class="soft" x="24" y="{HEIGHT - 16}">{warning}</text>',
            "</svg>\n",
        )
    )


def _pin(row: int, side: int, what: int | str, things: dict[int, Wired]) -> Iterator[str]:
    out = 1 if side else -1
    x, y = MIDDLE + out * APART, TOP + row * ROW
    kind = "pin" if isinstance(what, int) else "ground" if what == "ground" else "power"
    words = f"GPIO {what}" if isinstance(what, int) else what
    align = "" if side else " end"
    yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="10"/>'
    yield f'<text class="number" x="{x}" y="{y + 4}">{2 * row + side + 1}</text>'
    yield f'<text class="{"" if kind == "pin" else "soft"}{align}" x="{x + out * 18}" y="{y + 5}">{words}</text>'
    thing = things.get(what) if isinstance(what, int) else None
    if thing is None:
        return
    option = " option" if thing.is_option else ""
    begins, ends = x + out * 78, x + out * (78 + WIRE)
    yield f'<path class="wire{option}" d="M {begins} {y} H {ends}"/>'
    left = ends if side else ends - BOX
    yield f'<rect class="box{option}" x="{left}" y="{y - 11}" width="{BOX}" height="22" rx="5"/>'
    yield f'<text x="{left + 10}" y="{y + 5}" data-gpio="{thing.number}">{escape(thing.words)}</text>'


def main() -> None:
    """Write the drawing."""
    DRAWING.write_text(draw(parse(EXAMPLE.read_text("utf-8"), EXAMPLE)), encoding="utf-8")
    print(DRAWING.relative_to(ROOT))


if __name__ == "__main__":
    main()
