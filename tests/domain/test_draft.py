"""What a decision in the making knows of the time at home."""

from datetime import datetime, timedelta

import pytest
from house import HOME, PARIS

from hub.domain.draft import Draft, address_of
from hub.domain.records import State


def draft_at(moment: str, *, trusted: bool = True) -> Draft:
    at = datetime.fromisoformat(moment).replace(tzinfo=PARIS)
    return Draft(State(at=at, clock_trusted=trusted), HOME, at)


@pytest.mark.parametrize(
    ("moment", "morning"),
    [
        ("2026-03-02 07:59:59", "2026-03-02 08:00"),
        ("2026-03-02 08:00", "2026-03-03 08:00"),
        ("2026-03-02 08:59", "2026-03-03 08:00"),
        ("2026-03-02 23:30", "2026-03-03 08:00"),
        # The night the clocks go forward, and the one they go back.
        ("2026-03-28 23:30", "2026-03-29 08:00"),
        ("2026-10-24 23:30", "2026-10-25 08:00"),
    ],
)
def test_the_day_begins_at_eight_by_the_clock_on_the_wall(moment: str, morning: str) -> None:
    assert draft_at(moment).next_morning() == datetime.fromisoformat(morning).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("hour", "is_day"), [("07:59", False), ("08:00", True), ("12:00", True), ("19:59", True), ("20:00", False)]
)
def test_the_family_may_be_disturbed_for_small_things_from_eight_to_eight(hour: str, is_day: bool) -> None:
    assert draft_at(f"2026-03-02 {hour}").is_day() is is_day
    assert draft_at(f"2026-03-02 {hour}", trusted=False).is_day()


def test_the_present_is_told_in_the_home_s_time() -> None:
    assert draft_at("2026-07-01 12:00").local().utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("sms", "+33600000001"),
        ("call", "+33600000001"),
        ("mail:paul@example.org", "paul@example.org"),
        ("https://push.example.org/paul", "https://push.example.org/paul"),
        ("http://10.0.0.2:8000/paul", "http://10.0.0.2:8000/paul"),
    ],
)
def test_a_channel_calls_a_person_by_what_it_says_itself_or_by_their_number(channel: str, address: str) -> None:
    assert address_of(channel, "+33600000001") == address
