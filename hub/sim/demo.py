"""The demo: `telecare-hub demo` in the browser, with `--terminal` on the screen, with `--headless` a story as text.

Chooses between the three, and says what to do where none can be. `web_demo` is the page, `demo_app` the screen,
`storyteller` the text.
"""

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import HubError
from hub.sim import story as stories
from hub.sim import storyteller
from hub.sim.storyteller import Played

EXAMPLE = "telecare-hub demo --headless --story wall_button"


def play(
    *,
    story: str | None,
    headless: bool,
    speed: float | None = None,
    language: str = "fr",
    terminal: bool = False,
    port: int | None = None,
) -> int:
    """Show the demo; return the exit status: 1 where a story's expectations fail, 2 where there is nothing to show.

    ``speed``: how fast time passes, None for what suits; ``port``: of the page, None for one that is free.

    :raises StoryError: there is no such story, or it cannot be read.
    """
    refusal = _what_is_wrong(story, speed, headless=headless, terminal=terminal)
    if refusal:
        return _refuse(refusal)
    with _own_logs_kept_quiet():
        if headless and story is not None:
            return _tell(story)
        if terminal:
            return _show(story, speed or 1.0, language)
        from hub.sim.web_demo.server import serve  # noqa: PLC0415 -- stories as text need no Flask

        return serve(language, port=port, story=story or "", pace=speed)


def _what_is_wrong(story: str | None, speed: float | None, *, headless: bool, terminal: bool) -> str:
    """Say what keeps the demo from being shown as asked, "" where nothing does."""
    if headless and story is None:
        return f"--headless plays a story: say which, as in  {EXAMPLE}\nThere are: {_listed()}"
    if speed is not None and speed <= 0:
        return f"--speed {speed:g}: write a number above 0, such as 10 (ten seconds pass in one)"
    if terminal and not headless and not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return f"--terminal needs a terminal to draw in; leave it out for the browser, or play a story:  {EXAMPLE}"
    return ""


def _listed() -> str:
    return ", ".join(stories.names())


def _refuse(why: str) -> int:
    print(f"telecare-hub demo: {why}", file=sys.stderr)
    return 2


# --- as text --------------------------------------------------------------------------------------------


def _tell(name: str) -> int:
    """Play a story to its end, and print it line by line."""
    with tempfile.TemporaryDirectory(prefix="telecare-demo-") as folder:
        story = stories.load(name, Path(folder))
    print(f"{story.title}\n\n{story.about}\n", flush=True)
    played = storyteller.play(name, lambda line: print(line, flush=True))
    print(f"\n{_verdict(played)}")
    return 1 if played.failures else 0


def _verdict(played: Played) -> str:
    """The closing line, and again what did not hold: nobody should have to look for it."""
    if not played.failures:
        return "1 expectation holds" if played.checks == 1 else f"{played.checks} expectations hold"
    failed = "\n".join(f"{failure}" for failure in played.failures)
    return f"{len(played.failures)} of {played.checks} expectations FAILED\n{failed}"


# --- on the screen --------------------------------------------------------------------------------------


def _show(name: str | None, speed: float, language: str) -> int:
    try:
        from hub.sim.demo_app import DemoApp  # noqa: PLC0415 -- stories as text need no screen
    except ImportError as missing:
        raise HubError(f"the demo's screen needs {missing.name}: pip install 'telecare-hub[demo]'") from missing
    from hub.sim.demo_bridge import DemoBroker  # noqa: PLC0415
    from hub.sim.demo_house import DemoHouse  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="telecare-demo-") as folder:
        demo = DemoHouse.of_story(name, Path(folder)) if name else DemoHouse.usual(language, Path(folder))
        app = DemoApp(demo, language, speed=speed, broker=DemoBroker(demo.house))
        app.run()
        return app.return_code or 0


@contextmanager
def _own_logs_kept_quiet() -> Iterator[None]:
    """Keep log lines from being written across the screen, or between the lines of a story."""
    root = logging.getLogger()
    quiet = logging.NullHandler()
    root.addHandler(quiet)
    try:
        yield
    finally:
        root.removeHandler(quiet)
