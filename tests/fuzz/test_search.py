"""The search by coverage itself, for a moment; where atheris is not installed nothing is tried."""

import re
import subprocess
import sys

import pytest

from tests.fuzz.target import ROOT

pytest.importorskip("atheris", reason="pip install -e '.[fuzz]'")

# More than one block of `atheris_run`: the next is fed without instruments.
INPUTS = 1500


def test_a_search_sees_the_hub_and_and_feeds_inputs_without_instruments_too() -> None:
    command = [sys.executable, "bench/fuzz.py", "config", "--inputs", str(INPUTS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    row = re.search(r"^config +(\S+) +(\S+) +(\S+) +\S+ +(\d+) ", done.stdout, re.MULTILINE)
    assert row is not None, done.stdout + done.stderr
    inputs, fed, guided, edges = (int(number.replace(",", "")) for number in row.groups())
    assert done.returncode == 0
    assert inputs == fed == INPUTS
    assert 0 < guided < fed
    assert edges > 100


def test_the_steps_are_those_of_libfuzzers_counters() -> None:
    from tests.fuzz.instruments import least, step  # wants atheris

    # FuzzerTracePC.h, CounterToFeature: a bit for 1, 2, 3, 4-7, 8-15, 16-31, 32-127 and 128 and more.
    bounds = (1, 2, 3, 4, 8, 16, 32, 128)
    for times in range(1, 1000):
        number = step(times)
        assert least(number) == bounds[number]
        assert bounds[number] <= times
        assert number == 7 or times < bounds[number + 1]
