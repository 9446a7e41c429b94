"""A hub whose wired button is pressed from stdin; part of bench/alarm_latency.

Each empty line on stdin drives gpiozero's mock pin low, as a closing contact does, and high again; the moment before,
in ns of CLOCK_MONOTONIC, goes to stdout. So the edge's callback runs where gpiozero runs it, in the real process.

The line "FULL" or "OFF" sets SQLite's `synchronous`, so that the same hub can be measured without the wait for the
disk; the hub itself knows no such setting.
"""

import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

from hub.app import App
from hub.drivers.gpio import GpioInputs

PIN = 17


def pin_of(app: App) -> Any:
    """The mock pin of the wired button; the hub's own chip has it."""
    inputs = next(source for _, source in app._sources if isinstance(source, GpioInputs))  # noqa: SLF001
    return inputs._chip.open().pin(PIN)  # noqa: SLF001


def set_sync(app: App, how: str) -> None:
    """Let the journal's commits wait for the disk (FULL), or not (OFF)."""
    app.writer.do(lambda journal: journal._db.execute(f"PRAGMA synchronous={how}"))  # noqa: SLF001
    print(how, flush=True)


def press_on_request(app: App) -> None:
    for line in sys.stdin:
        if line.strip():
            set_sync(app, line.strip())
            continue
        pin = pin_of(app)
        at = time.monotonic_ns()
        pin.drive_low()
        print(at, flush=True)
        time.sleep(0.06)  # longer than the debounce, or the release would be a bounce
        pin.drive_high()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    app = App(Path(sys.argv[sys.argv.index("--config") + 1]))
    threading.Thread(target=press_on_request, args=(app,), daemon=True).start()
    sys.exit(app.run())
