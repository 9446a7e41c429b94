"""The demo's screen without a terminal, its time passing by hand: what tests press, and what they see."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from hub.sim.demo_app import DemoApp
from hub.sim.demo_bridge import DemoBroker
from hub.sim.demo_house import DemoHouse

LARGE = (120, 40)
SMALL = (80, 24)


class Stage:
    """The screen, and the keys."""

    def __init__(self, app: DemoApp, pilot: Pilot) -> None:
        self.app = app
        self.demo = app.demo
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self._pilot.pause()

    async def click(self, name: str, offset: tuple[int, int]) -> None:
        await self._pilot.click(f"#{name}", offset=offset)
        await self._pilot.pause()

    async def wait(self, seconds: float) -> None:
        """Let the house's time pass; no real time does."""
        self.app.pass_time(seconds)
        await self._pilot.pause()

    def seen(self, name: str = "") -> str:
        """What is to be read on the screen, or in one part of it, without the places where lines are broken."""
        region = self.app.query_one(f"#{name}").region if name else self.app.screen.region
        return " ".join(" ".join(self._rows(region)).split())

    def rows(self) -> list[str]:
        return self._rows(self.app.screen.region)

    def _rows(self, region) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        rows = ("".join(segment.text for segment in strip) for strip in strips[region.y : region.bottom])
        return [row[region.x : region.right] for row in rows]


def on_stage(
    play: Callable[[Stage], Awaitable[None]],
    demo: DemoHouse,
    *,
    language: str = "fr",
    size: tuple[int, int] = LARGE,
    broker: DemoBroker | None = None,
) -> DemoApp:
    """Let ``play`` happen on the screen; return the app as it was left."""

    async def perform() -> DemoApp:
        app = DemoApp(demo, language, broker=broker, runs=False)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            await play(Stage(app, pilot))
        return app

    return asyncio.run(perform())


def usual(folder: Path, language: str = "fr") -> DemoHouse:
    return DemoHouse.usual(language, folder)
