"""Rules tried on the past: on a thread of their own, one at a time; a page waits a moment, and then follows.

On a small board sixty days take ten seconds and more. What was typed is kept with it, so that the page that comes back
has it all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.web.work import Bench, Progress, Work

# What was found is shown again so long to whoever goes back.
KEPT = timedelta(minutes=10)
# So long a page waits before it shows how far it is.
AT_ONCE_S = 1.0
WHAT = "replay"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was typed, and how far the trial of it is: `Work.found` are sentences."""

    typed: Any
    work: Work


class Trials:
    """The last one, whoever began it. ``now``: the hub's clock; ``at_once_s``: how long a page waits for it."""

    def __init__(self, now: Callable[[], datetime], at_once_s: float = AT_ONCE_S) -> None:
        self._bench, self._at_once_s = Bench(now, KEPT), at_once_s
        self._last: Trial | None = None

    def begin(self, by: str, typed: Any, do: Callable[[Progress], tuple[str, ...]]) -> Trial | None:
        """Begin one, and wait a moment for it; None while another one is under way."""
        work = self._bench.begin(WHAT, by, None, do)
        if work is None:
            return None
        self._last = found = Trial(typed, work)
        work.over.wait(self._at_once_s)
        return found

    def of(self, person: str) -> Trial | None:
        """What ``person`` tried last, while it is kept; None where it was another's."""
        last = self._last
        is_there = last is not None and self._bench.work is last.work and last.work.by == person
        return last if is_there else None
