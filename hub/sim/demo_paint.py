"""The colours of the demo's screen, and how its lines are put together.

The palette of the pages (background and text, contrast above 7:1), the same by day and by night; never colour alone:
beside each stands a sign and a word.
"""

from collections.abc import Iterable

from textual.content import Content
from textual.style import Style

OK = "#0b3d2e on #cdeedd"
WATCH = "bold #1a1a1a on #ffb81c"
ALERT = "bold #ffffff on #a3123a"
AWAY = "#ffffff on #2f4fa3"
# Where a click finds what it does. Not Textual's own "@click": that paints everything as a link.
ACTION = "action"
CHOSEN = "bold #ffffff on #1a1a1a"
STRONG = "bold"
DIM = "dim"


def line(*parts: tuple[str, str] | str) -> Content:
    """Return one line of text with its styles."""
    return Content.assemble(*parts)


def clickable(content: Content, action: str) -> Content:
    """Return ``content`` such that a click on it is the ``action`` (`DemoApp.on_click`)."""
    return content.stylize(Style.from_meta({ACTION: action}))


def joined(lines: Iterable[Content]) -> Content:
    """Return the lines below each other."""
    return Content("\n").join(lines)
