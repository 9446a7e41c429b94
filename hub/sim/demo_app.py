"""The demo's screen, in a terminal: keys act in a `DemoHouse`, and three panels show what becomes of it.

Real time is only in the ticker: each tick lets the house's time pass, so many times faster as somebody chose. All the
rest, what is drawn and what keys do, depends on the house alone.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.widgets import Input, Static

from hub.sim.demo_bridge import DemoBroker
from hub.sim.demo_home_panel import home_panel
from hub.sim.demo_house import DemoHouse, NotHereError
from hub.sim.demo_now_panel import banner, standing, tale
from hub.sim.demo_paint import ACTION, CHOSEN, clickable, joined, line
from hub.sim.demo_phones_panel import people, thread
from hub.sim.demo_telling import phones
from hub.sim.demo_words import LANGUAGES, Hint
from hub.sim.story import StoryError

TICK_S = 0.1
# A laptop that slept has not let the house sleep through an alarm.
LONGEST_TICK_S = 1.0
# Blinking is legible at two and a half frames a second.
TICKS_A_FRAME = 4
SPEEDS = (1.0, 10.0, 60.0, 600.0)
ROOMY_FROM = 32  # rows
WIDE_FROM = 110  # columns

# What keys do to the house.
DEEDS: Mapping[str, Callable[[DemoHouse], None]] = {
    "press": DemoHouse.press,
    "hold": DemoHouse.hold,
    "pendant": DemoHouse.press_pendant,
    "kitchen": lambda demo: demo.walk(0),
    "bedroom": lambda demo: demo.walk(1),
    "door": DemoHouse.move_door,
    "smoke": DemoHouse.smoke,
    "plug": DemoHouse.move_plug,
    "network": DemoHouse.move_network,
    "power": DemoHouse.move_power,
    "kill": DemoHouse.kill_hub,
    "go_on": DemoHouse.go_on,
}


class DemoApp(App[int]):
    """The screen. ``runs``: time passes by itself; else somebody calls `pass_time`."""

    CSS_PATH = "demo_app.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    # Textual's own, which declares it on the instance
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_FROM, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "deed('press')"),
        Binding("h", "deed('hold')"),
        Binding("p", "deed('pendant')"),
        Binding("k", "deed('kitchen')"),
        Binding("c", "deed('bedroom')"),
        Binding("e", "deed('door')"),
        Binding("f", "deed('smoke')"),
        Binding("m", "deed('plug')"),
        Binding("r", "deed('network')"),
        Binding("w", "deed('power')"),
        Binding("x", "deed('kill')"),
        Binding("n", "deed('go_on')"),
        Binding("1", "text('1')"),
        Binding("2", "text('2')"),
        Binding("3", "text('3')"),
        Binding("9", "text('9')"),
        Binding("t", "write"),
        Binding("escape", "leave", priority=True),
        Binding("tab", "phone(1)", priority=True),
        Binding("shift+tab", "phone(-1)", priority=True),
        Binding("right", "phone(1)"),
        Binding("left", "phone(-1)"),
        Binding("plus,up", "speed(1)"),
        Binding("minus,down", "speed(-1)"),
        Binding("space", "pause"),
        Binding("d", "day_night"),
        Binding("q", "quit"),
    ]

    def __init__(
        self, demo: DemoHouse, language: str, *, speed: float = 1.0, broker: DemoBroker | None = None, runs: bool = True
    ) -> None:
        super().__init__()
        self.demo = demo
        self.words = LANGUAGES[language]
        self.pace = speed
        self.is_paused = False
        self.chosen = phones(demo)[0] if phones(demo) else ""
        self._broker = broker
        self._runs = runs
        self._read: dict[str, datetime] = {}
        self._ticks = 0
        self._ticked_at = 0.0
        self._drawn: dict[str, str] = {}

    # --- what stands where ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The bar, three panels, the keys."""
        yield Static(id="bar")
        with Horizontal(id="body"):
            with Vertical(id="home"):
                yield Static(id="home-text")
            with Vertical(id="now"):
                yield Static(id="banner")
                yield Static(id="standing")
                yield Static(id="tale")
                yield Static(self.words.log, id="log-title")
                with VerticalScroll(id="log-scroll", can_focus=False):
                    yield Static(id="log")
            with Vertical(id="phones"):
                yield Static(id="people")
                with VerticalScroll(id="thread-scroll", can_focus=False):
                    yield Static(id="thread")
                yield Input(id="write", max_length=160, compact=True)
        yield Static(id="keys")
        yield Static(id="mqtt")

    def on_mount(self) -> None:
        """Begin: draw it, and let time pass."""
        self.theme = "textual-dark"
        for name, title in (
            ("home", self.words.home.format(self.demo.house.household.resident.name)),
            ("now", self.words.now),
            ("phones", self.words.phones),
        ):
            self.query_one(f"#{name}").border_title = title
        self.query_one("#mqtt").display = self._broker is not None
        self.query_one("#log-scroll", VerticalScroll).anchor()
        self.query_one("#thread-scroll", VerticalScroll).anchor()
        if self._broker is not None:
            self._broker.start()
        if self._runs:
            self._ticked_at = time.monotonic()
            self.set_interval(TICK_S, self._tick)
        self.call_after_refresh(self.draw)

    def on_unmount(self) -> None:
        """End the broker."""
        if self._broker is not None:
            self._broker.stop()

    def on_resize(self) -> None:
        """Draw it anew for another size."""
        self.call_after_refresh(self.draw)

    # --- time -----------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        now = time.monotonic()
        passed = min(now - self._ticked_at, LONGEST_TICK_S)
        self._ticked_at = now
        self._ticks += 1
        self.pass_time(0.0 if self.is_paused else passed * self.pace)

    def pass_time(self, seconds: float) -> None:
        """Let so much of the house's time pass, exchange what is said by MQTT, and draw what is there now."""
        self._try(lambda: self.demo.pass_time(seconds))
        if self._broker is not None:
            self._broker.exchange()
        self.draw()

    def _try(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except NotHereError as missing:
            self.notify(self.words.not_here[missing.thing], severity="warning")
        except StoryError as error:
            self.demo.script = None
            self.notify(str(error), severity="error", timeout=60)

    # --- what keys do ---------------------------------------------------------------------------------------

    def action_deed(self, name: str) -> None:
        """Do something in the house."""
        self._try(lambda: DEEDS[name](self.demo))
        self.draw()

    def action_text(self, words: str) -> None:
        """Whoever's phone is open texts the hub."""
        if self.chosen and words.strip():
            self.demo.house.texts(self.chosen, words.strip())
        self.draw()

    def action_write(self) -> None:
        """Begin to type a text on the open phone."""
        self.query_one("#write", Input).focus()

    def action_leave(self) -> None:
        """Give the keys back to the house."""
        self.query_one("#write", Input).clear()
        self.set_focus(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The text is written: off it goes."""
        self.action_text(event.value)
        self.action_leave()

    def action_open(self, name: str) -> None:
        """Open somebody's phone."""
        self.chosen = name
        self.draw()
        self.query_one("#thread-scroll", VerticalScroll).anchor()

    def action_phone(self, by: int) -> None:
        """Open the next phone."""
        names = phones(self.demo)
        if names:
            at = names.index(self.chosen) if self.chosen in names else -1
            self.action_open(names[(at + by) % len(names)])

    def action_speed(self, by: int) -> None:
        """Let time pass faster, or slower."""
        slower = [speed for speed in SPEEDS if speed < self.pace]
        faster = [speed for speed in SPEEDS if speed > self.pace]
        self.pace = next(iter(faster), self.pace) if by > 0 else next(reversed(slower), self.pace)
        self.draw()

    def action_pause(self) -> None:
        """Stop time, or let it pass again."""
        self.is_paused = not self.is_paused
        self.draw()

    def action_day_night(self) -> None:
        """Dark on light, or light on dark."""
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"
        self.draw()

    async def on_click(self, event: Click) -> None:
        """Do what is written there."""
        action = event.style.meta.get(ACTION)
        if action:
            await self.run_action(action)

    # --- what is drawn --------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show the house as it is now; what has not changed is left as it is."""
        demo, words = self.demo, self.words
        is_roomy = self.size.height >= ROOMY_FROM
        self._show("bar", self._bar())
        self._show("home-text", home_panel(demo, words, self._width("home-text"), self._frame(), is_roomy=is_roomy))
        self._show_now(is_roomy=is_roomy)
        self._show_phones(is_roomy=is_roomy)
        self._show("keys", self._keys())
        self._show("mqtt", self._mqtt())

    def _show_now(self, *, is_roomy: bool) -> None:
        demo, words = self.demo, self.words
        shown, colours = banner(demo, words)
        self._show("banner", shown)
        self.query_one("#banner").set_classes(colours)
        self._show("standing", standing(demo, words, is_roomy=is_roomy))
        told = tale(demo, words)
        self._show("tale", told)
        self.query_one("#tale").display = bool(told.plain)
        self._show("log", Content("\n".join(demo.lines)))

    def _show_phones(self, *, is_roomy: bool) -> None:
        demo, words = self.demo, self.words
        letters = demo.threads.get(self.chosen)
        if letters:
            self._read[self.chosen] = letters[-1].at
        self._show("people", people(demo, words, self.chosen, self._read, is_roomy=is_roomy))
        self._show("thread", thread(demo, words, self.chosen, self._width("thread"), is_roomy=is_roomy))
        self.query_one("#write", Input).placeholder = words.write_as.format(self.chosen)

    def _show(self, name: str, content: Content) -> None:
        drawn = content.markup
        if self._drawn.get(name) != drawn:
            self._drawn[name] = drawn
            self.query_one(f"#{name}", Static).update(content)

    def _width(self, name: str) -> int:
        return self.query_one(f"#{name}").content_size.width

    def _frame(self) -> int:
        return self._ticks // TICKS_A_FRAME

    def _bar(self) -> Content:
        words, demo = self.words, self.demo
        about = words.story.format(demo.script.story.title) if demo.script is not None else words.nothing_real
        left = f"{words.demo} · {about}"
        right = Content.assemble(*self._paces(), f"  {words.clock(demo.house.local())}")
        room = self.size.width - 2 - right.cell_length - 1
        return Content.assemble(f"{left[:room]:<{room}} ", right)

    def _paces(self) -> list[Content]:
        """How fast time passes: among all there are, where there is room."""
        now = line((f" {self.words.paused if self.is_paused else f'×{self.pace:g}'} ", CHOSEN))
        if self.size.width < WIDE_FROM or self.is_paused:
            return [now]
        return [now if pace == self.pace else Content(f" ×{pace:g} ") for pace in sorted({*SPEEDS, self.pace})]

    def _keys(self) -> Content:
        words = self.words
        return joined(
            _hints(hints, self.size.width - 2) for hints in (words.home_keys, words.phone_keys, words.world_keys)
        )

    def _mqtt(self) -> Content:
        if self._broker is None or (not self._broker.port and not self._broker.trouble):
            return Content("")
        if self._broker.trouble:
            return Content(self.words.no_mqtt.format(self._broker.trouble))
        return Content(self.words.mqtt.format(host="127.0.0.1", port=self._broker.port))


def _hints(hints: tuple[Hint, ...], width: int) -> Content:
    """One row of keys, as many as there is room for; each can be clicked as well."""
    row = Content("")
    for hint in hints:
        shown = clickable(line((hint.key, "bold reverse"), f" {hint.does}"), hint.action)
        longer = row + Content("  ") + shown if row.plain else shown
        if longer.cell_length > width:
            break
        row = longer
    return row
