"""What happens in an emulated machine, told to whoever looks on, with the time since the beginning."""

import os
import platform
import time
from typing import TextIO


class Transcript:
    """Lines to the screen and to ``file``."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._began = time.monotonic()
        load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
        self.say(f"{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, load {load}")

    def say(self, text: str) -> None:
        """Tell one thing that was done or seen."""
        line = f"[{time.monotonic() - self._began:7.1f} s] {text}"
        print(f"\n{line}", end="", flush=True)
        self._file.write(f"{line}\n")
        self._file.flush()

    def quote(self, text: str) -> None:
        """Tell what a program printed."""
        for line in text.splitlines():
            print(f"\n{'':13}{line}", end="", flush=True)
            self._file.write(f"{'':13}{line}\n")
        self._file.flush()
