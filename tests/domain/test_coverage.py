"""The thin hours of the coming week, to the hour."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import CIRCLE, HOME

from hub.domain.coverage import Gap, gaps, thin_hours
from hub.domain.policy import EVERY_DAY, Hours

HOUR = timedelta(hours=1)
# A Monday; in Paris an hour later.
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAUL, ANNE, _ = CIRCLE
BY_DAY = (Hours(EVERY_DAY, time(8), time(20)),)
ALONE = replace(HOME, people=(PAUL,))


@pytest.mark.parametrize("past", [timedelta(0), timedelta(minutes=1), timedelta(minutes=59, seconds=59)])
def test_they_begin_with_the_next_full_hour_and_end_in_a_week(past: timedelta) -> None:
    assert gaps(ALONE, NINE + past, frozenset()) == (Gap(NINE + HOUR, NINE + HOUR + 7 * 24 * HOUR, 1),)


def test_who_is_there_by_day_leaves_the_nights() -> None:
    found = gaps(replace(HOME, people=(PAUL, replace(ANNE, hours=BY_DAY))), NINE, frozenset())

    assert len(found) == 7
    # 20:00 to 08:00 in Paris.
    assert found[0] == Gap(NINE.replace(hour=19), NINE.replace(day=3, hour=7), 1)
    assert found[-1].ends == NINE.replace(day=9, hour=7)


def test_who_stopped_or_may_not_be_asked_counts_for_nobody() -> None:
    two = replace(HOME, people=(PAUL, ANNE))
    assert gaps(two, NINE, frozenset()) == ()

    assert gaps(two, NINE, frozenset({ANNE.id}))[0].people == 1
    assert gaps(replace(two, people=(PAUL, replace(ANNE, consent=False))), NINE, frozenset())[0].people == 1


def test_hours_with_nobody_at_all_are_others_than_those_with_one() -> None:
    by_day = replace(HOME, people=(replace(PAUL, hours=BY_DAY),))
    found = gaps(by_day, NINE, frozenset())

    assert [gap.people for gap in found[:3]] == [1, 0, 1]
    hours = thin_hours(found, HOME.zone)
    assert len(hours) == 7 * 24
    assert {"1-19", "1-20!", "2-07!", "2-08"} <= hours
