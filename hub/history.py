"""What the journal tells of one incident and of a month's silences, and by which names people know whom it names."""

from collections.abc import Mapping
from datetime import date, tzinfo

from hub.domain import evidence
from hub.domain.evidence import Month
from hub.domain.facts import MessageRequested, SmsKept
from hub.domain.policy import Policy
from hub.journal import Journal, Numbered

# What becomes of an incident's last messages is told this many facts after its end at the latest: some days of a home.
AFTERMATH = 2_000


def of_incident(journal: Journal, number: int) -> list[Numbered]:
    """Return the facts of one incident in their order, with what became of its messages; empty for none.

    :raises JournalError: the file cannot be read.
    """
    mine = list(journal.facts(incident=number))
    if not mine:
        return []
    messages = {each.fact.message for each in mine if isinstance(each.fact, MessageRequested)}
    # A text that was written to the hub names no incident; what followed from it was decided at the same moment.
    moments = {each.fact.at for each in mine}
    first, last = mine[0].seq, mine[-1].seq
    found = {each.seq: each for each in mine}
    for each in journal.facts(first - 1):
        if each.seq > last + AFTERMATH:
            break
        is_theirs = getattr(each.fact, "message", None) in messages
        if is_theirs or (isinstance(each.fact, SmsKept) and each.fact.at in moments):
            found[each.seq] = each
    return [found[seq] for seq in sorted(found)]


def month(journal: Journal, first: date, zone: tzinfo) -> Month:
    """Return what the silences came to that were asked about in the month that begins on ``first``.

    :raises JournalError: the file cannot be read.
    """
    return evidence.month_of((each.fact for each in journal.facts()), first, zone)


def names_in(policy: Policy, messages: Mapping[int, MessageRequested]) -> dict[str, str]:
    """Return how people call whom the facts know by an id; "message 41": whom message 41 went to."""
    names = {"resident": policy.resident.name} | {person.id: person.name for person in policy.people}
    names |= {sensor.id: sensor.room or sensor.id for sensor in policy.sensors}
    return names | {f"message {n}": names.get(request.person, request.person) for n, request in messages.items()}
