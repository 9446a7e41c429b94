"""What the family is told by the calendar: that the box was off, a thin week, the day's digest, a sign of life a month.

Never at night, never twice, and always behind whatever else is to be sent.
"""

from datetime import datetime, timedelta

from hub.domain import coverage, credit, drills, evidence
from hub.domain.answering import tell_notice
from hub.domain.draft import Draft
from hub.domain.records import Incident

# A restart takes a minute; who was off for longer has not watched.
OFF_IS_TOLD_AFTER = timedelta(minutes=15)
# On its first day a hub is still being put up.
SETTLED_AFTER = timedelta(days=1)
# A week that is as thin as the last one is no news, but not for ever.
THIN_AGAIN_AFTER = timedelta(days=30)
MONTHLY_FROM_HOUR = 10
# A box that was off on the first of the month sums it up in its first week, or not at all.
SUMMED_UP_UNTIL_DAY = 7
REBOOT, COVERAGE, DIGEST, MONTH, HEARTBEAT = "reboot", "coverage", "digest", "month", "heartbeat"


def look(draft: Draft) -> None:
    """Tell what has come due, where anybody knows the time of day."""
    if not draft.state.clock_trusted:
        return
    if draft.is_day():
        _tell_of_downtime(draft)
        _tell_of_thin_hours(draft)
        _sum_up_the_month(draft)
        credit.look(draft)
        drills.tell(draft)
    _tell_the_day(draft)
    _tell_the_month(draft)


def next_look(draft: Draft, usual: datetime) -> datetime:
    """When to look next: at the hour of the digest, if that comes before ``usual``."""
    wanted = draft.policy.digest_at
    if wanted is None:
        return usual
    local = draft.local()
    at = local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0, fold=0)
    digest = at.astimezone(draft.at.tzinfo)
    return min(usual, digest) if digest > draft.at else usual


def _tell_of_downtime(draft: Draft) -> None:
    """Nothing was watched while the box was off: somebody should ring and ask."""
    off, on = draft.state.off_since, draft.state.started_at
    told = draft.state.notices.get(REBOOT)
    if off is None or on is None or on - off <= OFF_IS_TOLD_AFTER or (told is not None and told.at >= on):
        return
    tell_notice(draft, REBOOT, "", time=on, since=off)


def _tell_of_thin_hours(draft: Draft) -> None:
    began, told = draft.state.watch.began, draft.state.notices.get(COVERAGE)
    if began is None or draft.at - began < SETTLED_AFTER:
        return
    found = coverage.gaps(draft.policy, draft.at, draft.state.stopped, draft.state.holidays)
    hours = coverage.thin_hours(found, draft.policy.zone)
    known = told.detail.split() if told is not None and draft.at - told.at < THIN_AGAIN_AFTER else ()
    if hours - set(known):
        tell_notice(draft, COVERAGE, " ".join(sorted(hours)), since=found[0].begins, until=found[0].ends)


def _tell_the_day(draft: Draft) -> None:
    wanted, told, local = draft.policy.digest_at, draft.state.notices.get(DIGEST), draft.local()
    if wanted is None or local.time() < wanted:
        return
    if told is not None and told.at.astimezone(draft.policy.zone).date() >= local.date():
        return
    since = draft.at - timedelta(days=1)
    calls = [i for i in _calls(draft) if i.opened_at >= since]
    tell_notice(draft, DIGEST, "", since=draft.state.watch.last_life, alerts=len(calls) or None, faults=_faults(draft))


def _sum_up_the_month(draft: Draft) -> None:
    """What the questions about silence came to, for a family that has digests."""
    zone, today = draft.policy.zone, draft.local().date()
    told, first = draft.state.notices.get(MONTH), today.replace(day=1)
    last = told.at if told is not None else draft.state.watch.began
    if draft.policy.digest_at is None or today.day > SUMMED_UP_UNTIL_DAY:
        return
    if last is None or last.astimezone(zone).date() >= first:
        return
    found = evidence.month(draft.state.evidence, evidence.month_before(today), zone)
    tell_notice(
        draft,
        MONTH,
        "",
        month=f"{found.first:%m/%Y}",
        asked=len(found.silences),
        settled=found.settled_at_home or None,
        alerts=found.alerted or None,
        false_alarms=found.false_alarms or None,
        quiet=found.quiet or None,
        noticed=_hours(found.noticed),
    )


def _hours(length: timedelta | None) -> str | None:
    """As people write it in either language: "2h58"."""
    if length is None:
        return None
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes // 60}h{minutes % 60:02d}"


def _tell_the_month(draft: Draft) -> None:
    every, told = draft.policy.heartbeat_every, draft.state.notices.get(HEARTBEAT)
    last = told.at if told is not None else draft.state.watch.began
    if every is None or last is None or draft.at - last < every or draft.local().hour < MONTHLY_FROM_HOUR:
        return
    if draft.is_day():
        tell_notice(draft, HEARTBEAT, "", since=draft.state.drilled_at, faults=_faults(draft))


def _calls(draft: Draft) -> list[Incident]:
    return [incident for incident in draft.state.incidents.values() if incident.is_call]


def _faults(draft: Draft) -> int | None:
    return len(draft.state.faults) or None
