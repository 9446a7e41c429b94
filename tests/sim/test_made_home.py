"""The made home, and the benchmark that plays it: the protocol, and that nothing looks into the future."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hub.sim.made_home import BED, DOOR, ROOMS, movements, write_home

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def figures() -> dict:
    command = [sys.executable, str(BENCH / "inactivity.py"), "--made", "--json"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=BENCH.parent, env=_environment())
    return json.loads(told.stdout.splitlines()[-1])["detectors"]


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": str(BENCH.parent), "PATH": "/usr/bin:/bin"}


def test_the_same_seed_makes_the_same_months():
    assert list(movements(5, 1)) == list(movements(5, 1)) != list(movements(5, 2))


def test_somebody_lives_there():
    days = list(movements(14, 3))

    assert {m.sensor for m in days} == {*ROOMS, DOOR}
    nights = [m for m in days if m.at.hour in (0, 1, 4)]
    assert {m.sensor for m in nights} <= {BED, "salle_de_bain"}
    assert 14 * 100 < sum(m.value == "on" for m in days) < 14 * 2000


def test_it_is_written_in_the_form_that_the_benchmark_reads(tmp_path):
    settings = write_home(tmp_path, days=2, seed=1)

    assert 'entrance = ["entree"]' in settings.read_text()
    first, second, *_ = (tmp_path / "made.csv").read_text().splitlines()
    assert first == "timestamp_iso,sensor_id,kind,value"
    assert len(second.split(",")) == 4


def test_a_fixed_rule_notices_as_late_as_it_says_and_is_never_wrong_there(figures):
    fixed = figures["12 h without activity"]["pooled"]

    assert fixed["false_alarms"] == 0
    assert 11 * 3600 < fixed["median_s"] <= 12 * 3600


def test_ours_is_sooner_and_keeps_to_what_was_asked(figures):
    ours, best = figures["ours, ask 1"]["pooled"], figures["alert line: 95 % + 120 min"]["pooled"]

    assert ours["median_s"] < 4 * 3600
    assert ours["per_30_days"] <= 2
    assert best["days"] == ours["days"] == pytest.approx(53, abs=1)


def test_every_detector_of_the_issue_is_there(figures):
    words = ("24 h", "12 h", "alert line", "hyperexponential", "conditional survival", "budget line", "ours")

    assert all(any(word in name for name in figures) for word in words)
