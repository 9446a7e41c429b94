"""Time that was watched: spans without watching put off what is due, and no others do."""

from datetime import timedelta

import pytest
from house import START

from hub.domain.records import Span
from hub.domain.spans import after_watching

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("blind", "due"),
    [
        ([], 4),
        ([(1, 2)], 5),
        ([(-2, 1)], 5),
        ([(-2, -1)], 4),
        ([(-2, 0)], 4),
        ([(4, 6)], 4),  # begins just when enough was watched
        ([(5, 6)], 4),
        ([(1, 2), (3, 5)], 7),
        ([(1, 2), (4, 6)], 7),
    ],
)
def test_four_hours_are_over_when_four_were_watched(blind: list[tuple[int, int]], due: int) -> None:
    spans = [Span(START + begins * HOUR, START + ends * HOUR) for begins, ends in blind]

    assert after_watching(START, 4 * HOUR, spans) == START + due * HOUR
