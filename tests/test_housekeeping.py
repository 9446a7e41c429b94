"""Chores: now and then, late rather than never, once rather than often, and one that fails comes again."""

import logging
import threading
from datetime import UTC, timedelta

import pytest

from hub.housekeeping import JITTER_S, Chore, Housekeeping
from tests.mosquitto import wait_until

SOON = timedelta(milliseconds=20)


def nothing() -> None:
    """Do nothing."""


@pytest.fixture
def kept():
    """Housekeepings that end with the test."""
    running: list[Housekeeping] = []

    def keep(*chores: Chore) -> Housekeeping:
        housekeeping = Housekeeping(chores)
        running.append(housekeeping)
        housekeeping.start()
        return housekeeping

    yield keep
    for housekeeping in running:
        housekeeping.stop()


def test_a_chore_is_done_again_and_again(kept):
    done = []
    kept(Chore("heartbeat", SOON, lambda: done.append(1)))

    wait_until(lambda: len(done) >= 3)


def test_the_first_time_is_after_one_interval_unless_it_is_wanted_at_once(kept):
    done: list[str] = []
    day = timedelta(days=1)
    kept(
        Chore("digest", day, lambda: done.append("digest")),
        Chore("prune", day, lambda: done.append("prune"), at_once=True),
    )

    wait_until(lambda: done)
    assert done == ["prune"]


def test_a_chore_that_fails_is_logged_and_comes_again(kept, caplog):
    tries = []

    def fail() -> None:
        tries.append(1)
        raise ZeroDivisionError

    housekeeping = kept(Chore("heartbeat", SOON, fail))
    wait_until(lambda: len(tries) >= 2)
    assert housekeeping.is_alive()
    assert "ZeroDivisionError" in caplog.text


def test_one_that_takes_long_is_not_begun_a_second_time_meanwhile(kept):
    begun, go_on = [], threading.Event()

    def take_long() -> None:
        begun.append(1)
        go_on.wait(20.0)

    other: list[int] = []
    kept(Chore("slow", SOON, take_long))
    kept(Chore("other", SOON, lambda: other.append(1)))
    wait_until(lambda: begun and len(other) > 10)
    assert len(begun) == 1
    go_on.set()


def test_late_is_better_than_never_once_is_enough_and_times_are_utc(kept):
    """The library's own settings drop a job that is a second late, and do it once for each time that was missed."""
    housekeeping = kept(
        Chore("heartbeat", timedelta(seconds=300), nothing), Chore("often", timedelta(seconds=1), nothing)
    )
    scheduler = housekeeping._scheduler
    heartbeat, often = scheduler.get_job("heartbeat"), scheduler.get_job("often")

    assert scheduler.timezone is UTC
    assert (heartbeat.misfire_grace_time, heartbeat.coalesce, heartbeat.max_instances) == (None, True, 1)
    assert heartbeat.trigger.interval == timedelta(seconds=300)
    assert heartbeat.trigger.jitter == JITTER_S
    assert not often.trigger.jitter, "no tenth of it to spare"
    assert logging.getLogger("apscheduler").level == logging.WARNING


def test_it_is_seen_to_live_and_to_have_ended(kept):
    housekeeping = Housekeeping(())
    assert not housekeeping.is_alive()
    housekeeping.stop()

    housekeeping = kept()
    assert housekeeping.is_alive()
    housekeeping.stop()
    assert not housekeeping.is_alive()
    housekeeping.start()
    assert housekeeping.is_alive()


def test_a_stop_waits_for_no_chore(kept):
    go_on, begun = threading.Event(), threading.Event()

    def take_long() -> None:
        begun.set()
        go_on.wait(20.0)

    housekeeping = kept(Chore("slow", SOON, take_long))
    assert begun.wait(10.0)
    housekeeping.stop()
    assert not housekeeping.is_alive()
    go_on.set()
    housekeeping.start()
