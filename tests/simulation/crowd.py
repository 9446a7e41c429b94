"""Many lives on all cores, and their sum."""

import gc
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

from tests.simulation.play import Outcome, plan_of, play

# Long enough for quiet days between, short enough to be cut down when something goes wrong.
DAYS_OF_A_LIFE = 20.0


@dataclass(slots=True)
class Sum:
    """What came of many lives."""

    hub_days: float = 0.0
    presses: int = 0
    unheard: int = 0
    calls: int = 0
    lost: int = 0
    gone_with_the_card: int = 0
    repeats: int = 0
    rings: int = 0
    keys: int = 0
    crashes: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    delays_s: list[float] = field(default_factory=list)
    worst_service_s: float = 0.0
    failing: dict[int, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Count one more life."""
        self.hub_days += outcome.plan.days
        self.presses += outcome.presses
        self.unheard += outcome.unheard
        self.calls += outcome.calls
        self.lost += outcome.lost
        self.gone_with_the_card += outcome.gone_with_the_card
        self.repeats += outcome.repeats
        self.rings += outcome.rings
        self.keys += outcome.keys
        self.crashes += outcome.crashes
        self.faults += outcome.faults
        self.delays_s += outcome.delays_s
        self.worst_service_s = max(self.worst_service_s, outcome.worst_service_s)
        if outcome.complaints:
            self.failing[outcome.plan.seed] = outcome.complaints

    @classmethod
    def going_on(cls, kept: dict[str, Any]) -> "Sum":
        """A sum as `kept` left it."""
        failing = {int(seed): complaints for seed, complaints in kept["failing"].items()}
        return cls(**{**kept, "faults": Counter(kept["faults"]), "failing": failing})

    def kept(self) -> dict[str, Any]:
        """All of it, as JSON takes it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def as_json(self) -> dict[str, Any]:
        """The keys of CONTRACT, and some more."""
        return {
            "hub_days": self.hub_days,
            "faults": dict(sorted(self.faults.items())),
            "presses": self.presses,
            "unheard": self.unheard,
            "calls": self.calls,
            "lost": self.lost,
            "gone_with_the_card": self.gone_with_the_card,
            "repeats": self.repeats,
            "rings": self.rings,
            "keys": self.keys,
            "crashes": self.crashes,
            "median_delay_s": round(median(self.delays_s), 1) if self.delays_s else None,
            "p99_delay_s": round(sorted(self.delays_s)[int(0.99 * len(self.delays_s))], 1) if self.delays_s else None,
            "worst_delay_s": round(max(self.delays_s, default=0.0), 1),
            "worst_service_s": round(self.worst_service_s, 1),
            "failing_seeds": sorted(self.failing),
            "hub_days_per_second": round(self.hub_days / self.seconds, 1) if self.seconds else None,
        }


def _begin() -> None:
    """What every life imports lives as long as its process: looking through it for rubbish is in vain."""
    gc.freeze()
    gc.set_threshold(50_000)


def _play(seed: int) -> Outcome:
    logging.disable(logging.CRITICAL)
    return play(plan_of(seed, DAYS_OF_A_LIFE))


def play_all(hub_days: float, seed: int, workers: int | None = None, so_far: Sum | None = None) -> Iterator[Sum]:
    """Play so many days, in lives of `DAYS_OF_A_LIFE` from ``seed`` on; yields the sum after each life.

    ``so_far``: the lives of that seed and the next ones that were played already, and count.
    """
    total = so_far or Sum()
    began = time.monotonic() - total.seconds
    seeds = range(seed + round(total.hub_days / DAYS_OF_A_LIFE), seed + max(1, round(hub_days / DAYS_OF_A_LIFE)))
    with ProcessPoolExecutor(workers or os.cpu_count(), initializer=_begin) as pool:
        for outcome in pool.map(_play, seeds, chunksize=4):
            total.add(outcome)
            total.seconds = time.monotonic() - began
            yield total
