"""One day that is different: "tomorrow by ten". Set for one morning, asked about once, gone by itself.

A window of that day only, in the place of those that close before it does: who sleeps in is not asked at nine, and who
is expected early is missed early. Any other rule holds as ever, so that a mistyped hour never leaves a day unwatched.
"""

from datetime import datetime, time, timedelta

from hub.domain import checkin
from hub.domain.draft import Draft
from hub.domain.facts import OneOffEnded, OneOffSet, Whereabouts, WindowPassed
from hub.domain.policy import Window
from hub.domain.records import OneOff
from hub.domain.replacing import replace

# Its name where a window has one; no name of the family's looks so.
ONE_OFF = "home.one_off"
# "Today" and "tomorrow": whatever lies further away is a window of its own.
AHEAD = timedelta(hours=48)
# Where no window of the family's says when the day begins: a sign before it is one of the night.
NIGHT_ENDS = time(5)
# A window that is shorter asks before anybody had a chance to move.
SHORTEST = timedelta(minutes=30)


def windows(draft: Draft) -> tuple[Window, ...]:
    """Return the windows that hold: the family's, and on its day the one-off in the place of those it stands for."""
    found = draft.state.watch.one_off
    if found is None:
        return draft.policy.windows
    opens, closes = (moment.astimezone(draft.policy.zone) for moment in (found.opens, found.closes))
    today = closes.weekday()
    replaced = _replaced(draft, closes)
    usual = (
        replace(window, days=window.days - {today}) if window in replaced else window for window in draft.policy.windows
    )
    own = Window(ONE_OFF, frozenset({today}), opens.time(), closes.time(), _sign(replaced))
    return (*(window for window in usual if window.days), own)


def asks_less(draft: Draft, until: datetime) -> bool:
    """Whether a sign "before ``until``" (aware) is less than what is asked for now.

    Where it is waited for longer than that day's windows would wait, where one sign stands for those of several
    windows, or where it takes the place of another one-off.
    """
    closes = until.astimezone(draft.policy.zone)
    replaced = _replaced(draft, closes)
    is_later = any(window.closes < closes.time() for window in replaced)
    return is_later or len(replaced) > 1 or draft.state.watch.one_off is not None


def _replaced(draft: Draft, closes: datetime) -> tuple[Window, ...]:
    """The family's windows of that day which close no later; ``closes`` in the home's time."""
    return tuple(
        window for window in draft.policy.windows if closes.weekday() in window.days and window.closes <= closes.time()
    )


def _sign(replaced: tuple[Window, ...]) -> tuple[str, ...]:
    """What counts as a sign: what the windows it stands for accept, the choosiest of them."""
    return next((window.sign for window in replaced if "any" not in window.sign), ("any",))


def expect(draft: Draft, until: datetime | None, by: str) -> str:
    """Expect a sign of life before ``until`` (aware), that day only; return why not. A newer one replaces an older."""
    if not draft.state.clock_trusted:
        return "the hub does not know the time now"
    if draft.state.presence.whereabouts is Whereabouts.OFF:
        return "the resident has switched the watch off"
    if until is None or not draft.at < until <= draft.at + AHEAD:
        return '"until" must be a time within the coming 48 hours, such as "2026-12-24T10:00:00Z"'
    closes = until.astimezone(draft.policy.zone).replace(second=0, microsecond=0)
    begins = min((window.opens for window in _replaced(draft, closes)), default=NIGHT_ENDS)
    # What was before it was asked for is the answer to what was asked for before.
    opens = max(checkin.instant(closes.date(), begins, draft.policy.zone), _whole_minute(draft.at))
    if until - opens < SHORTEST:
        return f"that is too early: from {opens.astimezone(draft.policy.zone):%H:%M} on, half an hour at least"
    draft.note(OneOffSet(draft.at, opens, checkin.instant(closes.date(), closes.time(), draft.policy.zone), by))
    return ""


def drop(draft: Draft) -> None:
    """Back to the usual times."""
    if draft.state.watch.one_off is not None:
        draft.note(OneOffEnded(draft.at, met=False))


def run_due(draft: Draft) -> None:
    """End it once it was looked at, or its day is over; what it stood for is not asked about again."""
    found = draft.state.watch.one_off
    if found is None or draft.at < found.closes:
        return
    closes = found.closes.astimezone(draft.policy.zone)
    last = checkin.last_sign(draft.state.watch.life, _sign(_replaced(draft, closes)), draft.policy)
    is_met = last is not None and last >= found.opens
    if is_met or _is_over(draft, found, closes):
        for window in _replaced(draft, closes):
            closed = checkin.instant(closes.date(), window.closes, draft.policy.zone)
            draft.note(WindowPassed(draft.at, window.name, closed, met=is_met))
        draft.note(OneOffEnded(draft.at, met=is_met))


def _whole_minute(moment: datetime) -> datetime:
    """Windows open on whole minutes."""
    return moment.replace(second=0, microsecond=0)


def _is_over(draft: Draft, found: OneOff, closes: datetime) -> bool:
    """Whether nobody will be asked about it any more: asked already, not at home, or the day has gone by."""
    was_asked = draft.state.watch.passed.get(ONE_OFF) == found.closes
    return was_asked or not draft.state.presence.is_watched or draft.local().date() > closes.date()
