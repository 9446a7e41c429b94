"""A week of life in the demo's journal, so that the family's pages have a past to show: `hub.sim.made_home`'s habits.

Written before the hub of the house is first started, as a hub that has been there for a week would have left it.
"""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.domain.facts import Fact, HubWatched, LifeSeen
from hub.journal import Journal, Numbered
from hub.sim.house import House
from hub.sim.made_home import FIRST_DAY, movements

DAYS = 7
SEED = 4
# How often a hub notes that it watched.
WATCHED_EVERY = timedelta(minutes=10)
# The made home has more rooms than the demo's has detectors.
SEEN_BY = {"salon": "cuisine", "salle_de_bain": "chambre"}


def remember(house: House) -> None:
    """Write the week before ``house`` begins into its journal."""
    facts = sorted((*_watched(house.now()), *_lives(house)), key=lambda fact: fact.at)
    with contextlib.closing(Journal(house.config.hub.journal)) as journal:
        journal.append(Numbered(seq, fact) for seq, fact in enumerate(facts, 1))


def _watched(begins: datetime) -> Iterator[Fact]:
    for step in range(int(timedelta(days=DAYS) / WATCHED_EVERY) + 1):
        yield HubWatched(begins - step * WATCHED_EVERY)


def _lives(house: House) -> Iterator[Fact]:
    sensors = {sensor.id for sensor in house.config.sensors}
    since = house.now() - timedelta(days=DAYS)
    for at, sensor in _made(house.local(), house.zone):
        source = SEEN_BY.get(sensor, sensor)
        if since <= at < house.now() and source in sensors:
            yield LifeSeen(at, source)


def _made(today: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
    """What moved in the made home, as if its first day was ``DAYS`` ago; times in UTC."""
    first = datetime.combine(today.date() - timedelta(days=DAYS), FIRST_DAY.time())
    for movement in movements(DAYS + 1, SEED):
        if movement.value == "on":
            yield (first + (movement.at - FIRST_DAY)).replace(tzinfo=zone).astimezone(UTC), movement.sensor
