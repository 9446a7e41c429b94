"""Left alone unless asked for: `make system` (TELECARE_EMULATED=short), `make system-long` (long). Needs QEMU."""

import os
from pathlib import Path

import pytest

from tests.emulated.home import Home
from tests.emulated.transcript import Transcript

FORM = os.environ.get("TELECARE_EMULATED", "")
collect_ignore_glob = {"": ["test_*.py"], "short": ["test_long*.py"], "long": []}[FORM]


@pytest.fixture(scope="session")
def transcript():
    """What is told of the run, also in build/emulated."""
    folder = Path(__file__).parents[2] / "build/emulated"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{FORM}.txt").open("w") as file:
        yield Transcript(file)


@pytest.fixture(scope="session")
def home(tmp_path_factory, transcript):
    """A home with one machine, which the tests install, press, cut off and empty one after another."""
    with Home(tmp_path_factory.mktemp("emulated"), transcript) as found:
        yield found
