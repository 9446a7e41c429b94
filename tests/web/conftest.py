"""One home for all tests that only look; one of its own for each that changes something."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.home import Home

# Each home syncs a dozen small files to the disk, and none of these tests is about disks.
IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as place:
        yield Path(place)


@pytest.fixture
def home(folder) -> Iterator[Home]:
    with Home(folder) as home:
        yield home


@pytest.fixture(scope="module")
def still() -> Iterator[Home]:
    """A home in which nothing is changed."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as place, Home(Path(place)) as home:
        yield home
