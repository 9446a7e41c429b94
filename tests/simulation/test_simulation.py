"""Five thousand days of bad luck in each run of the tests: nothing is lost, and a failing life can be played again.

`bench/simulate.py` plays as many more as one likes. What it found has become a test where it belongs: a seed means
another life as soon as a mishap is added.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation.crowd import DAYS_OF_A_LIFE, Sum, play_all
from tests.simulation.mishaps import MISHAPS
from tests.simulation.play import plan_of, play
from tests.simulation.seeded import SEEDED_BUGS, SeededBug, find
from tests.simulation.shrink import shrink, written

ROOT = Path(__file__).parents[2]
HUB_DAYS = 5000
SEED = 1


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of faults fill no log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def everybody() -> Sum:
    logging.disable(logging.CRITICAL)
    return list(play_all(HUB_DAYS, SEED))[-1]


@pytest.mark.timeout(900)
def test_five_thousand_days_of_bad_luck_lose_nothing(everybody: Sum) -> None:
    assert everybody.failing == {}
    assert everybody.hub_days >= HUB_DAYS
    assert everybody.lost == 0
    assert everybody.presses > HUB_DAYS / 20


def test_every_kind_of_bad_luck_was_had(everybody: Sum) -> None:
    assert everybody.faults.keys() == MISHAPS.keys()


def test_a_life_is_the_same_however_often_it_is_played() -> None:
    plan = plan_of(7, DAYS_OF_A_LIFE)

    first, second = play(plan), play(plan)

    assert first == second


# --- what the simulation itself must be able to do ---------------------------------------------------------


@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", SEEDED_BUGS[:3], ids=lambda bug: bug.name)
def test_a_mistake_put_into_a_copy_is_found(bug: SeededBug, tmp_path: Path) -> None:
    found = find(bug, tmp_path, hub_days_at_most=1500)

    assert found is not None, f"{bug.name}: no life of 1500 days went wrong"
    print(f"{bug.name}: seed {found.seed}, after {found.hub_days:.0f} hub-days: {found.complaint}")


@pytest.mark.parametrize("bug", SEEDED_BUGS, ids=lambda bug: bug.name)
def test_the_place_of_each_mistake_is_still_there(bug: SeededBug) -> None:
    assert (ROOT / bug.file).read_text(encoding="utf-8").count(bug.right) == 1


def test_a_life_is_cut_down_to_the_events_that_matter() -> None:
    plan = plan_of(3, 40.0)
    kinds = {event.what for event in plan.events[2:8:3]}

    smallest = shrink(plan, lambda less: kinds <= {event.what for event in less.events})

    assert {event.what for event in smallest.events} == kinds
    assert len(smallest.events) == len(kinds)
    assert written(smallest).count("Event(") == len(kinds)


def test_a_plan_without_an_event_leaves_the_others_as_they_are() -> None:
    plan = plan_of(3, 40.0)
    less = plan.without(frozenset(plan.events[1:2]))

    assert set(plan.events) - set(less.events) == set(plan.events[1:2])
    assert (less.seed, less.begins) == (plan.seed, plan.begins)


def test_what_was_played_in_two_sittings_is_what_one_would_have_played() -> None:
    whole = list(play_all(2 * DAYS_OF_A_LIFE, 5, workers=1))[-1]
    first = list(play_all(DAYS_OF_A_LIFE, 5, workers=1))[-1]

    both = list(play_all(2 * DAYS_OF_A_LIFE, 5, workers=1, so_far=Sum.going_on(json.loads(json.dumps(first.kept())))))[
        -1
    ]

    assert replace(both, seconds=0.0) == replace(whole, seconds=0.0)
