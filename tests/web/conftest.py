"""One home for all tests that only look; one of its own for each that changes something."""

from collections.abc import Iterator

import pytest

from tests.web.home import Home


@pytest.fixture
def home(tmp_path) -> Iterator[Home]:
    with Home(tmp_path) as home:
        yield home


@pytest.fixture(scope="module")
def still(tmp_path_factory) -> Iterator[Home]:
    """A home in which nothing is changed."""
    with Home(tmp_path_factory.mktemp("home")) as home:
        yield home
