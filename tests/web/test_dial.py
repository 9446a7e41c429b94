"""The dial of the day on the first page: each mark stands where its quarter of an hour is, and says what was seen."""

import math
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.domain.facts import HubWatched, LifeSeen
from hub.journal import Journal, Numbered
from tests.web.home import NOW, Home

MIDDLE = 120
DAY_MIN = 24 * 60
MARK = re.compile(r'<(circle|rect) class="(\w+)" (?:cx|x)="([\d.]+)" (?:cy|y)="([\d.]+)"')
# A point is drawn to a tenth of a unit on a circle of 96, which is an eighth of a minute of the day.
NEAR_MIN = 0.5
PARIS = ZoneInfo("Europe/Paris")
# The hub watched from six to noon; somebody moved at 06:05, 09:00 and 09:14, and 11:59.
WATCHED, MOVED = ("06:00", "12:00"), ("06:05", "09:00", "09:14", "11:59")


def today(clock):
    return datetime.combine(NOW.astimezone(PARIS).date(), time.fromisoformat(clock), PARIS)


def lived(world):
    """Write that morning into the journal, before the hub begins at 14:20."""
    begins, ends = map(today, WATCHED)
    hours = [begins + timedelta(minutes=15 * number) for number in range((ends - begins) // timedelta(minutes=15))]
    facts = [*(HubWatched(at) for at in hours), *(LifeSeen(today(clock), "cuisine") for clock in MOVED)]
    world.data.mkdir(mode=0o700, exist_ok=True)
    journal = Journal(world.data / "journal.sqlite3")
    journal.append(Numbered(number, fact) for number, fact in enumerate(sorted(facts, key=lambda fact: fact.at), 1))
    journal.close()


@pytest.fixture
def drawn(folder):
    """The dial, and when silence will next be asked about (minutes of the day)."""
    with Home(folder, days=0, edit=lived) as home:
        page = home.browser("marie").get("/").text
        check = home.bench.state.watch.check_due.astimezone(PARIS)
        yield page.partition('<svg class="dial"')[2].partition("</svg>")[0], check.hour * 60 + check.minute


def minutes(x, y):
    """The time of day to which this point of the dial shows, in minutes: midnight is at the top, six at the right."""
    return math.degrees(math.atan2(x - MIDDLE, MIDDLE - y)) % 360 / 360 * DAY_MIN


def marks(picture):
    """Each mark's kind by the number of its quarter of the day."""
    found = {}
    for shape, kind, x, y in MARK.findall(picture):
        # A dash is drawn from its corner.
        at = (float(x) + 2, float(y) + 0.8) if shape == "rect" else (float(x), float(y))
        quarter, beside = divmod(minutes(*at), 15)
        assert abs(beside - 7.5) < NEAR_MIN, "in the middle of its quarter"
        found[int(quarter)] = kind
    return found


def test_what_happened_stands_where_its_hour_is(drawn):
    picture, check = drawn
    found = marks(picture)
    kinds = {kind: {quarter for quarter in found if found[quarter] == kind} for kind in set(found.values())}

    assert sorted(found) == list(range(96))
    assert kinds["life"] == {6 * 4, 9 * 4, 11 * 4 + 3}
    # The hub notes twice an hour at least that it watched: so does the quarter beside one of which that is known.
    assert kinds["still"] == {*range(6 * 4 - 1, 12 * 4 + 1)} - kinds["life"]
    assert kinds["blind"] == {*range(6 * 4 - 1), *range(12 * 4 + 1, 14 * 4 + 2)}
    assert kinds["wait"] == {*range(14 * 4 + 2, math.ceil(check / 15))}
    assert kinds["later"] == {*range(math.ceil(check / 15), 96)}


def test_the_triangle_shows_when_silence_is_next_asked_about(drawn):
    picture, check = drawn
    x, y, turned = re.search(r'class="check".*translate\(([\d.]+) ([\d.]+)\) rotate\(([\d.]+)\)', picture).groups()

    assert abs(minutes(float(x), float(y)) - check) < NEAR_MIN
    assert abs(float(turned) - check / 4) < NEAR_MIN, "it points inwards"


def test_the_arc_is_the_window_of_the_day(drawn):
    x, y, is_long, u, v = re.search(
        r'class="band" d="M([\d.]+) ([\d.]+)A112.0 112.0 0 (\d) 1 ([\d.]+) ([\d.]+)"', drawn[0]
    ).groups()

    assert abs(minutes(float(x), float(y)) - 7 * 60) < NEAR_MIN
    assert abs(minutes(float(u), float(v)) - 10 * 60) < NEAR_MIN
    assert is_long == "0"
