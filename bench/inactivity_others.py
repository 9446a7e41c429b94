"""The detectors that `bench/inactivity.py` compares ours with: what hubs ship, and what was published.

Each returns, for every event, how long silence may last after it, in seconds; each knows at any event only the days
before it.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import pairwise

from inactivity_homes import DAY_S, HOUR_S, Home
from inactivity_score import share_at

PERHAPS_OUT = DAY_S
CELLS = 48  # half hours
CELL_S = DAY_S / CELLS
# Silences that are told apart; shorter ones never come near any line.
SHORTEST_S = 600.0

Detector = Callable[[Home], list[float]]


def fixed(hours: float) -> Detector:
    """No activity for so many hours: what hubs ship."""
    return lambda home: [PERHAPS_OUT if out else hours * HOUR_S for out in home.out]


def alert_line(share: float, buffer_s: float) -> Detector:
    """The quantile of each half hour's longest inactivity, plus a buffer (Cuddihy et al. 2007)."""

    def deadlines(home: Home) -> list[float]:
        inactive = _inactivity(home)
        lines: dict[int, list[float]] = {}

        def at(n: int) -> float:
            day = home.day(n)
            if home.out[n] or day < 1:
                return PERHAPS_OUT
            if day not in lines:
                columns = zip(*inactive[:day], strict=True)
                lines[day] = [share_at(sorted(column), share) + buffer_s for column in columns]
            return _crosses(home.at[n], lines[day])

        return [at(n) for n in range(len(home.at))]

    return deadlines


def _inactivity(home: Home) -> list[list[float]]:
    """By day and half hour: the longest time without an event that was reached in it."""
    rows = [[0.0] * CELLS for _ in range(int(home.at[-1] // DAY_S) + 1)]
    for n, gap in enumerate(home.gap):
        if gap < 60 or home.out[n] or n in home.holes:
            continue
        for cell in range(int(home.at[n] // CELL_S), int((home.at[n] + gap) // CELL_S) + 1):
            day, column = divmod(cell, CELLS)
            reached = min((cell + 1) * CELL_S, home.at[n] + gap) - home.at[n]
            rows[day][column] = max(rows[day][column], reached)
    return rows


def _crosses(begins: float, lines: list[float]) -> float:
    """When a silence that begins then first exceeds the line of its half hour."""
    first = int(begins // CELL_S)
    for cell in range(first, first + 2 * CELLS):
        due = max(begins + lines[cell % CELLS], cell * CELL_S)
        if due < (cell + 1) * CELL_S:
            return due - begins
    return PERHAPS_OUT


def hyperexponential(theta: float, parts: int = 3) -> Detector:
    """A mixture of exponentials fitted to the gaps of each quarter of the day by EM (after Moshtaghi et al. 2015)."""

    def deadlines(home: Home) -> list[float]:
        fitted: dict[tuple[int, int], float] = {}
        gaps: dict[int, list[float]] = {quarter: [] for quarter in range(4)}
        found, day = [], -1
        for n, gap in enumerate(home.gap):
            if home.day(n) != day:
                day = home.day(n)
                fitted.clear()
            quarter = int(home.hour(n) // 6)
            if home.out[n] or not gaps[quarter]:
                found.append(PERHAPS_OUT)
            else:
                if (day, quarter) not in fitted:
                    fitted[day, quarter] = _quantile_of_mixture(gaps[quarter][-4000:], parts, theta)
                found.append(fitted[day, quarter])
            if not home.out[n] and n not in home.holes and gap > 0:
                gaps[quarter].append(gap)
        return found

    return deadlines


def _quantile_of_mixture(gaps: list[float], parts: int, theta: float) -> float:
    """The length that a gap exceeds with probability ``theta``."""
    ordered = sorted(gaps)
    means = [max(1.0, share_at(ordered, share)) for share in (0.3, 0.9, 0.999)[:parts]]
    weights = [1 / parts] * parts
    for _ in range(12):
        sums, totals = [1e-12] * parts, [1e-12] * parts
        for gap in gaps[:: max(1, len(gaps) // 800)]:
            terms = [w / m * math.exp(-gap / m) + 1e-300 for w, m in zip(weights, means, strict=True)]
            whole = sum(terms)
            for k, term in enumerate(terms):
                sums[k] += term / whole
                totals[k] += gap * term / whole
        weights = [s / sum(sums) for s in sums]
        means = [max(1.0, t / s) for t, s in zip(totals, sums, strict=True)]
    low, high = 60.0, DAY_S
    while high - low > 30:
        middle = (low + high) / 2
        tail = sum(w * math.exp(-middle / m) for w, m in zip(weights, means, strict=True))
        low, high = (middle, high) if tail > theta else (low, middle)
    return max(high, SHORTEST_S)


def conditional_survival(share: float) -> Detector:
    """The length that only ``share`` of the long silences that began around this hour outlasted."""

    def deadlines(home: Home) -> list[float]:
        return list(_by_cell(home, lambda lengths, _days: share_at(lengths, 1 - share) * 1.25))

    return deadlines


def budget_line(a_month: float, spread: float = 1.25) -> Detector:
    """Each half hour gets an equal part of the false alarms that are asked for, and the length that spends it."""

    def deadlines(home: Home) -> list[float]:
        def line(lengths: list[float], days: int) -> float:
            # Seven half hours share what is seen in them; a tail beyond the longest falls by half each 25 %.
            allowed = a_month / 30 * days * 7 / CELLS
            above = len(lengths) - 1 - int(allowed)
            if allowed >= 1:
                return lengths[max(0, above)]
            beyond: float = lengths[-1] * spread ** math.log2(1 / max(allowed, 1 / 64))
            return beyond

        return list(_by_cell(home, line))

    return deadlines


def _by_cell(home: Home, line: Callable[[list[float], int], float]) -> Iterator[float]:
    """Yield for each event what ``line`` makes of the long silences of the seven half hours around, and of the days."""
    seen: list[list[float]] = [[] for _ in range(CELLS)]
    waiting: list[tuple[int, float]] = []
    lines: dict[int, float] = {}
    day = 0
    for n, gap in enumerate(home.gap):
        if home.day(n) != day:
            day = home.day(n)
            for cell, length in waiting:
                seen[cell].append(length)
            waiting.clear()
            lines.clear()
        cell = int(home.hour(n) * 2) % CELLS
        if home.out[n]:
            yield PERHAPS_OUT
        else:
            if cell not in lines:
                around = sorted(x for near in range(cell - 3, cell + 4) for x in seen[near % CELLS])
                lines[cell] = min(max(1200.0, line(around, day)), PERHAPS_OUT) if around else PERHAPS_OUT / 2
            yield lines[cell]
            if gap >= SHORTEST_S and n not in home.holes:
                waiting.append((cell, gap))


def is_streaming(home: Home, detector: Detector, day: int) -> bool:
    """Whether deleting everything after ``day`` changes no deadline up to it: the proof that nothing leaks."""
    last = bisect_left(home.at, (day + 1) * DAY_S)
    cut = Home(
        home.name,
        home.first_day,
        home.at[:last],
        home.source[:last],
        home.is_door[:last],
        home.warm_up_days,
        home.pooled,
        home.zone,
        home.away,
    )
    both = zip(detector(home), detector(cut), strict=False)
    return all(math.isclose(whole, short) for whole, short in both) and all(a <= b for a, b in pairwise(home.at))
