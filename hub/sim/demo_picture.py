"""The picture of the demo in the README: `python -m hub.sim.demo_picture [FILE]` draws it anew.

An alarm in which Paul has just answered, in the demo's own house and by its own keys. The same picture each time: time
passes only as told here.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from hub.sim.demo_app import DemoApp
from hub.sim.demo_house import DemoHouse

PICTURE = Path("docs/images/demo.svg")
SIZE = (120, 36)
# Textual's pictures fetch their letters from elsewhere; whoever reads a README is not to be sent there.
_FONTS_FROM_ELSEWHERE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def draw(language: str = "en") -> str:
    """Return the picture as SVG; in English, as the README is."""
    with tempfile.TemporaryDirectory(prefix="telecare-demo-") as folder:
        app = DemoApp(DemoHouse.usual(language, Path(folder)), language, runs=False)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("b")
            app.pass_time(71)
            app.action_text("1, 10 min")
            app.pass_time(4)
            await pilot.pause()
            return _FONTS_FROM_ELSEWHERE.sub("", app.export_screenshot(title="telecare-hub demo"))


def main() -> None:
    """Write the picture to its place, or to the file named."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(asyncio.run(draw()), encoding="utf-8")


if __name__ == "__main__":
    main()
