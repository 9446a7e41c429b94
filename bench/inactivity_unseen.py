"""The learned silence in homes that nobody has tuned it on: `bench/inactivity_unseen.py FOLDER [--asked 1 2] [--json]`.

It takes a quarter of an hour of one core for each number asked. With `--kept FOLDER` each home's figures are kept as
soon as they are known: whoever is interrupted goes on where it was, and with `--home` several may work side by side.

Few homes are at hand, so others are made of them: each home turned round (its last day first; days are cut at three
in the morning), each with a part of its sensors only, and each four weeks of a long one as a home of its own. None of
them is new, but each has other silences, other places and another beginning than the home that it is made of. Prints
asked against got, by kind of home and over all.
"""

import argparse
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from inactivity_homes import DAY_S, HOUR_S, Home, homes
from inactivity_ours import Learner
from inactivity_score import Score, row, score

# Somebody sleeps then, wherever they live; a night is put together of two.
CUT_S = 3 * HOUR_S
# Parts of the sensors, besides the entrance door; each with a choice of its own.
PARTS = (0.5, 0.5, 0.7)
PART_DAYS, PART_WARM_UP_DAYS = 28, 7
# A home at least so long is cut into parts.
LONG_DAYS = 3 * PART_DAYS

Event = tuple[float, str, bool]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of the homes, as for bench/inactivity.py")
    parser.add_argument("--asked", type=float, nargs="+", default=[1.0], help="false alarms a month (default: 1)")
    parser.add_argument("--home", default="", help="only what is made of the homes with this in their name")
    parser.add_argument("--kept", type=Path, help="a folder: what was measured is kept there, and not measured again")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    options = parser.parse_args()
    if options.kept is not None:
        options.kept.mkdir(parents=True, exist_ok=True)
    made = [
        Made(kind, f"{home.name} {number}", each)
        for home in homes(options.folder)
        if options.home in home.name
        for number, (kind, each) in enumerate(_made_of(home))
    ]
    figures = {f"ask {asked:g}": _table(made, asked, options.kept) for asked in options.asked}
    if options.json:
        print(json.dumps(figures))


class Made(NamedTuple):
    """One home made of another: its kind, its name, and itself."""

    kind: str
    name: str
    home: Home


def _table(made: list[Made], asked: float, kept: Path | None) -> dict[str, Any]:
    scores: dict[str, list[Score]] = {}
    for each in made:
        found = _judged(each, asked, kept)
        # A home with few sensors is another matter: of those, all that is made of them stands in one row.
        scores.setdefault(each.kind if each.home.pooled else "sparse homes", []).append(found)
    print(f"asked {asked:g} a month")
    rows = {kind: row(found) for kind, found in scores.items()}
    rows["all"] = row([each for found in scores.values() for each in found])
    for kind, figures in rows.items():
        false_alarms, days, got, interval = (
            figures[key] for key in ("false_alarms", "days", "per_30_days", "interval")
        )
        delays = "  ".join(f"{what} {_clock(figures[f'{what}_s'])}" for what in ("median", "p90"))
        print(f"  {kind:<14} {false_alarms:>3} in {days:>5} d = {got:>4}/30 d {interval}  {delays}")
    return rows


def _judged(made: Made, asked: float, kept: Path | None) -> Score:
    """Judge one home, or read what was found when it was judged before."""
    place = None if kept is None else kept / f"{made.name.replace(' ', '-')} ask {asked:g}.json"
    if place is not None and place.exists():
        return Score(**json.loads(place.read_text(encoding="utf-8")))
    found = score(made.home, list(Learner(made.home, asked).deadlines()))
    if place is not None:
        fresh = place.with_suffix(".part")
        fresh.write_text(json.dumps(asdict(found)), encoding="utf-8")
        # At once or not at all: whoever is interrupted goes on with the next home.
        fresh.replace(place)
    return found


def _clock(seconds: Any) -> str:
    return f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02d}"


def _made_of(home: Home) -> Iterator[tuple[str, Home]]:
    yield "as they are", home
    yield "turned round", _turned(home)
    doors = {source for source, is_door in zip(home.source, home.is_door, strict=True) if is_door}
    others = sorted(set(home.source) - doors)
    for number, share in enumerate(PARTS):
        chosen = random.Random(f"{home.name} {number}").sample(others, max(2, round(len(others) * share)))
        kept = doors.union(chosen)
        yield "fewer sensors", _made(home, [each for each in _events(home) if each[1] in kept], home.away)
    if home.at[-1] >= LONG_DAYS * DAY_S:
        for first in range(0, int(home.at[-1] // DAY_S) + 1 - PART_DAYS + 1, PART_DAYS):
            yield "four weeks", _four_weeks(home, first * DAY_S)


def _turned(home: Home) -> Home:
    """The same days, the last one first; without those that a hole of the log or a holiday touches."""
    touched = {day for n in home.holes for day in range(_day_of(home.at[n]), _day_of(home.at[n + 1]) + 1)}
    whole = [day for day in range(_day_of(home.at[-1])) if day not in touched]
    later = {day: (len(whole) - 1 - n - day) * DAY_S for n, day in enumerate(whole)}
    events = [
        (at + later[day], source, is_door) for at, source, is_door in _events(home) if (day := _day_of(at)) in later
    ]
    away = [(a + later[day], b + later[day]) for a, b in _by_day(home.away) if (day := _day_of(a)) in later]
    return _made(home, events, away)


def _four_weeks(home: Home, begins: float) -> Home:
    ends = begins + PART_DAYS * DAY_S
    events = [(at - begins, source, is_door) for at, source, is_door in _events(home) if begins <= at < ends]
    away = [(a - begins, b - begins) for a, b in home.away if begins <= a and b < ends]
    return _made(home, events, away, PART_WARM_UP_DAYS)


def _by_day(spans: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Cut each span where the days are cut."""
    for begins, ends in spans:
        cuts = (day * DAY_S + CUT_S for day in range(_day_of(begins) + 1, _day_of(ends) + 1))
        yield from pairwise((begins, *cuts, ends))


def _day_of(at: float) -> int:
    return int((at - CUT_S) // DAY_S)


def _events(home: Home) -> Iterator[Event]:
    return zip(home.at, home.source, home.is_door, strict=True)


def _made(home: Home, events: list[Event], away: list[tuple[float, float]], warm_up: int | None = None) -> Home:
    events.sort()
    return Home(
        name=home.name,
        first_day=home.first_day,
        at=[at for at, *_ in events],
        source=[source for _, source, _ in events],
        is_door=[is_door for *_, is_door in events],
        warm_up_days=warm_up or home.warm_up_days,
        pooled=home.pooled,
        zone=home.zone,
        away=sorted(away),
    )


if __name__ == "__main__":
    main()
