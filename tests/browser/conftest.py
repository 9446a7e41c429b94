"""One browser for all tests of a file, and for each a home whose pages it opens."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.driver import Phone, chromium, served
from tests.web.home import Home


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as driver:
        yield driver


@pytest.fixture
def home() -> Iterator[Home]:
    with tempfile.TemporaryDirectory() as folder, Home(Path(folder)) as home:
        yield home


@pytest.fixture
def phone(browser, home) -> Iterator[Phone]:
    with served(home) as port:
        # The page of the test before asks its server, which is gone, until another one is opened.
        browser.get("about:blank")
        browser.get_log("browser")
        yield Phone(browser, home, port)
