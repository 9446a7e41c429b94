"""The learned silence on the recorded past (BEHAVIOUR 5: try it before you rely on it)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from house import HOME

from hub.domain.policy import LEARNED, Learned, Sensor, SensorKind
from hub.domain.records import Span
from hub.domain.replay import Past, Replayed, Sign
from hub.domain.replay_learned import replay_learned

MIDNIGHT = datetime(2026, 2, 1, 23, 0, tzinfo=UTC)  # in Paris
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
POLICY = replace(HOME, sensors=(*HOME.sensors, Sensor("porte", SensorKind.DOOR, "entree", entrance=True)))


def signs(days: int, until: dict[int, float] | None = None) -> list[Sign]:
    """Each twenty minutes from seven to ten at night; on some days not beyond an hour."""
    return [
        Sign(MIDNIGHT + day * DAY + 7 * HOUR + third * 20 * MINUTE, "cuisine")
        for day in range(days)
        for third in range(46)
        if 7 + third / 3 <= (until or {}).get(day, 24)
    ]


def tried(seen: list[Sign], days: int = 14, **more: tuple[Span, ...]) -> Replayed:
    return replay_learned(Learned(), Past(MIDNIGHT, MIDNIGHT + days * DAY, sorted(seen), **more), POLICY)


def test_usual_days_bring_no_alarm_and_a_fall_is_noticed_in_hours() -> None:
    found = tried(signs(14))

    assert not found.alarms
    assert found.rule.name == LEARNED
    assert found.noticing is not None
    assert found.noticing.median < 6 * HOUR


def test_a_day_that_ends_at_noon_is_one_alarm_that_day() -> None:
    found = tried(signs(14, until={10: 12}))

    (alarm,) = found.alarms
    assert alarm.since == MIDNIGHT + 10 * DAY + 12 * HOUR
    assert alarm.at < MIDNIGHT + 11 * DAY


def test_a_sign_at_the_very_moment_of_the_question_comes_too_late() -> None:
    seen = signs(14, until={10: 12})
    (alarm,) = tried(seen).alarms

    assert alarm in tried([*seen, Sign(alarm.at, "cuisine")]).alarms
    assert alarm not in tried([*seen, Sign(alarm.at - MINUTE, "cuisine")]).alarms


def test_in_the_first_days_it_asks_nobody() -> None:
    found = tried(signs(14, until={2: 12}))

    assert not found.alarms
    assert tried(signs(3), days=3).noticing is None


def test_what_was_not_watched_is_no_silence_and_teaches_nothing() -> None:
    off = Span(MIDNIGHT + 10 * DAY + 12 * HOUR, MIDNIGHT + 11 * DAY + 6 * HOUR)

    found = tried(signs(14, until={10: 12}), blind=(off,))

    assert not found.alarms


def test_who_went_out_of_the_door_is_not_waited_for() -> None:
    left = Sign(MIDNIGHT + 10 * DAY + 12 * HOUR + MINUTE, "porte")

    assert not tried([*signs(14, until={10: 12}), left]).alarms


def test_an_empty_past_has_nothing_to_tell() -> None:
    found = tried([])

    assert (found.alarms, found.noticing) == ((), None)


def test_somebody_who_moves_all_day_long_is_still_from_night_to_morning_only() -> None:
    lively = [Sign(each.at + minutes * 4 * MINUTE, "salon") for each in signs(14) for minutes in range(5)]

    found = tried(lively)

    assert not found.alarms
    assert found.noticing is not None
    assert found.noticing.median < 6 * HOUR
