"""Inactivity alarms on months of homes, every detector side by side: `bench/inactivity.py FOLDER [--json]`.

FOLDER has homes as `bench/inactivity_homes.py` describes them; `--made` writes and plays the small made home of
`hub/sim/made_home.py` instead. Prints false alarms per 30 days with their 95 % interval, and how soon falls would be
noticed, per home and pooled over those whose settings say `pooled = true`; the curve of asked against got false
alarms; two stages (the resident is asked first) by day and by night; and what fewer days of history cost.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from inactivity_homes import DAY_S, Home, homes
from inactivity_others import (
    Detector,
    alert_line,
    budget_line,
    conditional_survival,
    fixed,
    hyperexponential,
    is_streaming,
)
from inactivity_ours import Learner
from inactivity_score import Score, row, score, share_at

from hub.sim.made_home import write_home

ASKED = (0.5, 1.0, 1.2, 1.3, 1.4, 2.0, 4.0)
PROMPTS = (4.0, 8.0, 15.0)
HISTORY_DAYS = (7, 14, 28, 56)


def ours(a_month: float) -> Detector:
    """The learned silence of the hub."""
    return lambda home: list(Learner(home, a_month).deadlines())


DETECTORS: dict[str, Detector] = {
    "24 h without activity": fixed(24),
    "12 h without activity": fixed(12),
    "alert line: maximum + 60 min": alert_line(1.0, 3600),
    "alert line: 95 % + 120 min": alert_line(0.95, 7200),
    "hyperexponential gaps, 1e-4": hyperexponential(1e-4),
    "conditional survival, 0.5 %": conditional_survival(0.005),
    "budget line, ask 1": budget_line(1.0),
    "ours, ask 1": ours(1.0),
}


def main() -> None:
    """Measure, and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder
        if options.made:
            folder = Path(scratch)
            write_home(folder, days=60, seed=options.seed)
        found = list(homes(folder))
    if not found:
        raise SystemExit(f"{folder}: there is no home (NAME.toml with NAME.csv.xz)")
    figures = {name: table(found, detector) for name, detector in DETECTORS.items() if options.only in name}
    for name, rows in figures.items():
        _print(name, rows)
    pooled = [home for home in found if home.pooled] or found
    more = {"prompts": _prompts(pooled)} if options.curves or options.json else {}
    if options.curves:
        more |= _curves(pooled)
    if not all(
        is_streaming(found[0], detector, found[0].warm_up_days + 2) for detector in (ours(1.0), alert_line(1, 0))
    ):
        raise SystemExit("a detector looked into the future")
    if options.json:
        print(json.dumps({"homes": _by_home(figures), "detectors": figures} | more))


def _by_home(figures: dict[str, Any]) -> dict[str, Any]:
    """By home, and pooled, what each detector did in it, in few words; delays are minutes."""
    homes: dict[str, Any] = {}
    for detector, rows in figures.items():
        for home, each in rows.items():
            homes.setdefault(home, {})[detector] = {
                "false_alarms_per_30d": each["per_30_days"],
                "median_min": round(each["median_s"] / 60, 1),
                "p90_min": round(each["p90_s"] / 60, 1),
                "test_days": each["days"],
            }
    return homes


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="of the homes")
    parser.add_argument("--made", action="store_true", help="a made home instead of a folder")
    parser.add_argument("--seed", type=int, default=1, help="of the made home")
    parser.add_argument("--only", default="", help="detectors with this in their name")
    parser.add_argument("--curves", action="store_true", help="asked against got, two stages, cold start as well")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    return parser.parse_args()


def table(found: list[Home], detector: Detector) -> dict[str, Any]:
    """Judge one detector on each home, and on those to be pooled."""
    scores = {home.name: score(home, detector(home)) for home in found}
    rows = {name: row([each]) for name, each in scores.items()}
    pooled = [scores[home.name] for home in found if home.pooled]
    return rows | ({"pooled": row(pooled)} if pooled else {})


def _print(name: str, rows: dict[str, Any]) -> None:
    print(name)
    for home, found in rows.items():
        low, high = found["interval"]
        print(
            f"  {home:<18} {found['false_alarms']:>3} in {found['days']:>5} d = {found['per_30_days']:>5}/30 d"
            f" ({low}-{high})  median {clock(found['median_s'])}  p90 {clock(found['p90_s'])}"
            f"  max {clock(found['max_s'])}  up {clock(found['up_median_s'])}"
            f"  1/4/12 h {found['within_1h']}/{found['within_4h']}/{found['within_12h']} %"
        )


def clock(seconds: float) -> str:
    """Return hours and minutes, cut as clocks do: "3:17"."""
    return f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02d}"


def _curves(found: list[Home]) -> dict[str, Any]:
    asked = {f"ask {each}": table(found, ours(each))["pooled"] for each in ASKED}
    print("asked against got, pooled")
    for name, each in asked.items():
        print(f"  {name:<8} got {each['per_30_days']:>5}  median {clock(each['median_s'])}  p90 {clock(each['p90_s'])}")
    return {"asked": asked, "cold start": _cold_start(found)}


def _prompts(found: list[Home]) -> dict[str, Any]:
    """The resident is asked so often a month: how soon, by day and by night; neighbours hear only of no answer."""
    print("prompts to the resident per 30 days, pooled: median to the prompt by day and by night")
    figures = {}
    for asked in PROMPTS:
        scores = [score(home, ours(asked)(home)) for home in found]
        days = sum(s.days for s in scores)
        nights = sum(s.night_alarms for s in scores)
        figures[f"{asked:g}"] = {
            "got": round(sum(s.alarms for s in scores) / days * 30, 1),
            "by_night": round(nights / days * 30, 1),
            "median_s": _mean(scores, lambda s: s.delays),
            "median_day_s": _mean(scores, lambda s: s.day_delays),
            "median_night_s": _mean(scores, lambda s: s.night_delays),
        }
        each = figures[f"{asked:g}"]
        print(
            f"  ask {asked:<4g} got {each['got']:>5} ({each['by_night']} by night)  median {clock(each['median_s'])}"
            f"  day {clock(each['median_day_s'])}  night {clock(each['median_night_s'])}"
        )
    return figures


def _mean(scores: list[Score], delays: Callable[[Score], tuple[float, ...]]) -> float:
    return sum(share_at(delays(s), 0.5) for s in scores) / len(scores)


def _cold_start(found: list[Home]) -> dict[str, Any]:
    """The last days of each home, with ever less history before them."""
    print("history in days, and the 14 days after it, pooled")
    figures = {}
    for history in HISTORY_DAYS:
        rows = row(list(_after(found, history))) if any(_long_enough(home, history) for home in found) else None
        if rows is not None:
            figures[str(history)] = rows
            print(
                f"  {history:>3} d  {rows['false_alarms']} in {rows['days']} d = {rows['per_30_days']}/30 d"
                f"  median {clock(rows['median_s'])}  p90 {clock(rows['p90_s'])}"  # type: ignore[arg-type]
            )
    return figures


def _long_enough(home: Home, history: int) -> bool:
    return home.at[-1] / DAY_S >= history + 14


def _after(found: list[Home], history: int) -> Iterator[Score]:
    for home in found:
        if _long_enough(home, history):
            last = next(n for n, at in enumerate(home.at) if at >= (history + 14) * DAY_S or n == len(home.at) - 1)
            cut = replace(
                home, at=home.at[:last], source=home.source[:last], is_door=home.is_door[:last], warm_up_days=history
            )
            yield score(cut, ours(1.0)(cut))


if __name__ == "__main__":
    main()
