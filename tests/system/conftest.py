"""The home that several of these tests begin with."""

import pytest

from tests.mosquitto import Mosquitto, wait_until
from tests.system.world import World


@pytest.fixture
def broker(tmp_path):
    with Mosquitto(tmp_path) as running:
        yield running


@pytest.fixture
def connected(tmp_path, broker):
    """A hub that runs, with a modem ready to send and a broker."""
    with World(tmp_path, mqtt=f"mqtt://127.0.0.1:{broker.port}") as home:
        home.start().ready()
        wait_until(lambda: home.status()["roads"].get("mqtt"), 20)
        yield home
