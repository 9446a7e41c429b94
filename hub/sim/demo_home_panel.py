"""The left of the demo's screen: the plan of the home, its light and voice, and how the box is plugged in.

Drawn from the house as it is; knows nothing of keys, and of time only the frame that a blinking light is in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from hub.domain.policy import SensorKind
from hub.place_forms import MqttTopic
from hub.ports import Pattern
from hub.sim.demo_house import DemoHouse
from hub.sim.demo_paint import ALERT, DIM, OK, STRONG, WATCH, joined, line
from hub.sim.demo_telling import DANGERS, last_seen, plugs
from hub.sim.demo_words import Words

# What `hub.drivers.indicator` does with a real light, as it looks over eight frames.
BLINKS: dict[Pattern | None, str] = {
    None: "        ",
    Pattern.READY: "########",
    Pattern.HEARD: "# # # # ",
    Pattern.ASKED: "####    ",
    Pattern.ASKED_SOFTLY: "###     ",
    Pattern.CALLING: "##  ##  ",
    Pattern.COMING: "####### ",
    Pattern.FAULT: "# #     ",
}
FRAMES = 8
ROOMS_A_ROW = 2
LAMP = "#d98200"


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the plan: its name, the one thing to be said of it, and when she was last seen there ("" elsewhere)."""

    name: str
    says: str = ""
    style: str = ""
    seen: str = ""


def home_panel(demo: DemoHouse, words: Words, width: int, frame: int, *, is_roomy: bool) -> Content:
    """Return the panel's content, for ``width`` columns; ``is_roomy``: there is height to spare."""
    gap = [Content("")] if is_roomy else []
    return joined(
        [
            *_plan(list(_rooms(demo, words)), width, 3 if is_roomy else 2),
            *gap,
            _light(demo, words, frame),
            *gap,
            *_voice(demo, words),
            *gap,
            *(_box(demo, words) if is_roomy else _box_in_brief(demo, words)),
        ]
    )


# --- the plan -------------------------------------------------------------------------------------------


def _rooms(demo: DemoHouse, words: Words) -> Iterator[Room]:
    config = demo.house.config
    things = [(b.room, b.id) for b in config.buttons if not isinstance(b.source, MqttTopic)]
    things += [(sensor.room, sensor.id) for sensor in config.sensors]
    last, at = last_seen(demo)
    seen = words.seen.format(f"{at.astimezone(demo.house.zone):%H:%M}") if at is not None else ""
    for name in dict.fromkeys(room for room, _thing in things if room):
        says, style = _said_of(demo, words, name)
        yield Room(name[:1].upper() + name[1:], says, style, seen if name == last else "")


def _said_of(demo: DemoHouse, words: Words, room: str) -> tuple[str, str]:
    """The gravest thing to be said of a room, and how it is painted."""
    house = demo.house
    sensors = [sensor for sensor in house.config.sensors if sensor.room == room]
    buttons = [b.id for b in house.config.buttons if b.room == room and house.home.is_wired(b.id)]
    active = [sensor for sensor in sensors if demo.is_active(sensor)]
    dangers = [sensor for sensor in active if sensor.kind in DANGERS]
    if dangers:
        return words.sensors[dangers[0].kind][1], ALERT
    if any(house.contacts.is_closed[button] for button in buttons):
        return words.pressed, ALERT
    if active:
        return words.sensors[active[0].kind][1], WATCH if active[0].kind is SensorKind.DOOR else OK
    resting = [words.sensors[sensor.kind][0] for sensor in sensors]
    return next((text for text in [*(f"({words.button})" for _ in buttons), *resting] if text), ""), DIM


def _plan(rooms: list[Room], width: int, height: int) -> Iterator[Content]:
    """Draw the rooms, two in a row, as a plan on paper is."""
    inner = max(1, (width - ROOMS_A_ROW - 1) // ROOMS_A_ROW)
    rows = [rooms[at : at + ROOMS_A_ROW] for at in range(0, len(rooms), ROOMS_A_ROW)]
    wall = "─" * inner
    for number, row in enumerate(rows):
        yield Content(f"┌{wall}┬{wall}┐" if number == 0 else f"├{wall}┼{wall}┤")
        cells = [*row, *[Room("")] * (ROOMS_A_ROW - len(row))]
        yield _across([_name(cell, inner) for cell in cells])
        below = [_below(cell, height - 1) for cell in cells]
        for at in range(height - 1):
            yield _across([_padded(*lines[at], inner) for lines in below])
    yield Content(f"└{wall}┴{wall}┘")


def _below(room: Room, height: int) -> list[tuple[str, str]]:
    """What stands below a room's name, in so many lines."""
    lines = [(text, style) for text, style in ((room.says, room.style), (room.seen, DIM)) if text]
    return [*lines, *[("", "")] * height][:height]


def _across(cells: list[Content]) -> Content:
    return Content.assemble("│", *(part for cell in cells for part in (cell, "│")))


def _name(room: Room, inner: int) -> Content:
    her = " ●" if room.seen else ""
    name = f" {room.name}"[: inner - len(her)]
    return Content.assemble((name, STRONG), " " * (inner - len(name) - len(her)), (her, f"bold {LAMP}"))


def _padded(text: str, style: str, inner: int) -> Content:
    text = text[: inner - 1]
    return Content.assemble(" ", (text, style), " " * (inner - len(text) - 1))


# --- light, voice, box ------------------------------------------------------------------------------------


def _light(demo: DemoHouse, words: Words, frame: int) -> Content:
    pattern = demo.house.light.pattern if demo.house.hub is not None else None
    is_lit = BLINKS[pattern][frame % FRAMES] != " "
    lamp = ("●", f"bold {LAMP}") if is_lit else ("○", DIM)
    return Content.assemble((f"{words.light}  ", STRONG), lamp, f" {words.patterns[pattern]}")


def _voice(demo: DemoHouse, words: Words) -> Iterator[Content]:
    said = demo.house.voice.said
    if not said:
        yield Content.assemble((f"{words.voice}  ", STRONG), (words.silent, DIM))
        return
    at = said[-1].at.astimezone(demo.house.zone)
    yield Content.assemble((f"{words.voice}  ", STRONG), (f"{at:%H:%M:%S}", DIM))
    yield Content.assemble((f"« {said[-1].text} »", "italic"))


def _box(demo: DemoHouse, words: Words) -> Iterator[Content]:
    for what, how, is_well in plugs(demo, words):
        yield line((f"{what:<9}", STRONG), (f"{_sign(is_well)} ", STRONG), (how, "" if is_well else ALERT))


def _box_in_brief(demo: DemoHouse, words: Words) -> Iterator[Content]:
    cells = [(f"{_sign(is_well)} {what:<9}", "" if is_well else ALERT) for what, _how, is_well in plugs(demo, words)]
    yield line(cells[0], " ", cells[1])
    yield line(cells[2], " ", cells[3])


def _sign(is_well: bool) -> str:
    return "✓" if is_well else "✖"
