"""People's phones: whom texts do not reach, and how people have answered so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.draft import Draft
from hub.domain.records import Reach, State
from hub.domain.supervision import end_fault, raise_fault
from hub.domain.supervision_state import PERSON, UNREPORTED_REMEMBERED
from hub.domain.trouble import UNREACHABLE, about, code_of

# A number that refuses once may be a slip of the network; twice in a row, nobody has it any more.
REFUSALS_TOLD = 2
# A phone that is off overnight reports in the morning.
REPORT_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Measured:
    """How a person answers: of ``asked`` times ``answered``, and the usual time to it and to the delivery."""

    asked: int
    answered: int
    to_answer: timedelta | None
    to_deliver: timedelta | None


def look(draft: Draft) -> None:
    """Raise a fault for each phone that texts do not reach, and end those that are over."""
    for who, reach in draft.state.reach.items():
        why = _why_not_reached(reach, draft.at)
        if why:
            raise_fault(draft, UNREACHABLE, why, draft.at, who)
    for fault in tuple(draft.state.faults):
        if code_of(fault) == UNREACHABLE and not _why_not_reached(_reach(draft.state, about(fault)), draft.at):
            end_fault(draft, UNREACHABLE, about(fault))


def _reach(state: State, who: str) -> Reach:
    return state.reach.get(who, Reach())


def _why_not_reached(reach: Reach, at: datetime) -> str:
    """The evidence, in English for the installer; "" where texts arrive, as far as anybody knows."""
    if reach.refused >= REFUSALS_TOLD:
        return "number refused"
    if reach.undelivered >= REFUSALS_TOLD:
        return "not delivered"
    # Nothing follows from this in a network that never reports.
    is_full = len(reach.unreported) >= UNREPORTED_REMEMBERED
    reports = any(ask.delivered_after is not None for ask in reach.asks)
    return "no report" if is_full and reports and at - reach.unreported[-1] >= REPORT_WITHIN else ""


def measured(state: State) -> dict[str, Measured]:
    """How each person whose phone is supervised has answered, over the last times they were asked."""
    people = (link.removeprefix(PERSON) for link in state.links if link.startswith(PERSON))
    return {who: _measured(_reach(state, who)) for who in people}


def _measured(reach: Reach) -> Measured:
    answers = [ask.answered_after for ask in reach.asks if ask.answered_after is not None]
    deliveries = (ask.delivered_after for ask in reach.asks if ask.delivered_after is not None)
    return Measured(len(reach.asks), len(answers), _usual(answers), _usual(deliveries))


def _usual(spans: Iterable[timedelta]) -> timedelta | None:
    """The median; of an even number, the longer of the two in the middle."""
    ordered = sorted(spans)
    return ordered[len(ordered) // 2] if ordered else None
